package dev.assay.data.scene;

/** Turns kinds into labels the way annotators leave them: unsure along some outlines. */
final class Labels {
  private static final double PATCH_PIXELS = 14;

  private Labels() {}

  /** Kinds [height, width] as bytes, {@link Kind#VOID} where nobody would be sure. */
  static byte[] annotate(Canvas canvas, double share, int seed) {
    int width = canvas.width;
    byte[] labels = new byte[canvas.kind.length];
    for (int p = 0; p < labels.length; p++) {
      labels[p] = (byte) canvas.kind[p];
    }
    for (int y = 1; y < canvas.height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        int p = y * width + x;
        int kind = canvas.kind[p];
        boolean outline =
            kind != canvas.kind[p + 1]
                || kind != canvas.kind[p + width]
                || kind != canvas.kind[p - 1]
                || kind != canvas.kind[p - width];
        if (outline
            && isLarge(kind)
            && Noise.cloud(x / PATCH_PIXELS + (seed & 15), y / PATCH_PIXELS) < share) {
          labels[p] = (byte) Kind.VOID;
        }
      }
    }
    return labels;
  }

  /** Small things would lose too many pixels. */
  private static boolean isLarge(int kind) {
    return switch (kind) {
      case Kind.ROAD,
          Kind.PAVEMENT,
          Kind.BUILDING,
          Kind.WALL,
          Kind.VEGETATION,
          Kind.TERRAIN,
          Kind.SKY,
          Kind.CAR,
          Kind.BUS,
          Kind.TRUCK,
          Kind.TRAIN ->
          true;
      default -> false;
    };
  }
}
