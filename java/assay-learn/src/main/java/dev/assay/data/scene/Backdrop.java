package dev.assay.data.scene;

/** The sky, and the hazy line of houses and trees where the street ends. */
final class Backdrop {
  private static final double FAR = 230;

  private Backdrop() {}

  static void sky(Canvas canvas) {
    Light light = canvas.light;
    Camera camera = canvas.camera;
    float[] rgb = new float[3];
    float[] white = {1, 1, 1};
    double offset = light.seed & 15;
    for (int y = 0; y < canvas.height; y++) {
      double up = Math.max(0.01, (camera.cy() - y) / camera.f());
      double t = Math.min(1, up * 1.6);
      for (int x = 0; x < canvas.width; x++) {
        double across = (x - camera.cx()) / camera.f();
        double cloud = Noise.cloud(offset + across * 1.1 / (up + 0.5), 0.9 / (up + 0.25));
        double cover = Math.max(0, Math.min(1, (cloud - 0.75 + 0.5 * light.clouds) * 4));
        for (int c = 0; c < 3; c++) {
          double clear = light.horizon[c] + (light.zenith[c] - light.horizon[c]) * t;
          double lit = light.horizon[c] * (0.85 + 0.3 * cloud);
          rgb[c] = (float) (clear + (lit - clear) * cover * 0.8);
        }
        canvas.set(y * canvas.width + x, Kind.SKY, rgb, white, 0);
      }
    }
  }

  static void skyline(Canvas canvas, int seed, double buildingHeight) {
    Camera camera = canvas.camera;
    double half = FAR * canvas.width / camera.f();
    float[] tint = canvas.light.on(0, 0.3, -0.8);
    Surface houses =
        (a, b, pixel, rgb) -> {
          int block = (int) Math.floor(a / 14);
          double top = buildingHeight * (0.35 + 1.3 * Noise.white(block, 0, seed));
          boolean tree = (Noise.hash(block, 1, seed) & 3) == 0;
          if (tree) {
            top = 5 + 9 * Noise.cloud(a * 0.12, seed & 15);
          }
          if (b > top) {
            return Kind.NONE;
          }
          double tone = 0.5 + 0.7 * Noise.cloud(a * 0.4, b * 0.4);
          if (tree) {
            rgb[0] = (float) (0.11 * tone);
            rgb[1] = (float) (0.16 * tone);
            rgb[2] = (float) (0.06 * tone);
            return Kind.VEGETATION;
          }
          double windows = Noise.grain(a, b, 2.2, pixel, seed) > 0.6 ? 0.6 : 1;
          double shade = 0.2 + 0.25 * Noise.white(block, 2, seed);
          rgb[0] = (float) (shade * windows * 1.1);
          rgb[1] = (float) (shade * windows);
          rgb[2] = (float) (shade * windows * 0.9);
          return Kind.BUILDING;
        };
    canvas.facing(camera.z() + FAR, camera.x() - half, camera.x() + half, 0, 45, tint, houses);
  }
}
