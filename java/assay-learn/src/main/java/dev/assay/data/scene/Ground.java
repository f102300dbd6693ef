package dev.assay.data.scene;

/** Road, pavements, side streets and open ground, with marks and the shadows of houses. */
final class Ground {
  private static final double KERB = 0.16;
  private static final double SHADOW_STEP = 1.0;

  private final Street street;
  private final Canvas canvas;
  private final float[] lit;
  private final float[] shaded;
  private final float[] rgb = new float[3];

  /** Height of what throws shadows along each side, one value a metre. */
  private final float[][] skyline = new float[2][];

  Ground(Street street, Canvas canvas) {
    this.street = street;
    this.canvas = canvas;
    lit = street.light.on(0, 1, 0);
    shaded = new float[3];
    for (int c = 0; c < 3; c++) {
      shaded[c] = street.light.ambient[c] * 0.85f;
    }
    for (int side = 0; side < 2; side++) {
      skyline[side] = new float[(int) street.length + 1];
      for (int z = 0; z < skyline[side].length; z++) {
        Plot plot = street.plotAt(side, z * SHADOW_STEP);
        skyline[side][z] = plot == null ? 0 : (float) plot.height();
      }
    }
  }

  void draw() {
    Camera camera = canvas.camera;
    for (int y = camera.row(camera.cy()); y < canvas.height; y++) {
      double z = camera.y() * camera.f() / (y + 0.5 - camera.cy());
      double pixel = z / camera.f();
      // a pixel is much longer along the street than across it
      double pixelAlong = z * z / (camera.f() * camera.y());
      float haze = street.light.haze(z);
      double worldZ = z + camera.z();
      Plot[] beside = {street.plotAt(0, worldZ), street.plotAt(1, worldZ)};
      for (int x = 0; x < canvas.width; x++) {
        double worldX = camera.x() + (x + 0.5 - camera.cx()) * pixel;
        int kind = at(worldX, worldZ, beside, Math.min(1, pixel + 0.3 * pixelAlong));
        boolean dark = inShadow(worldX, worldZ);
        int p = y * canvas.width + x;
        canvas.set(p, kind, rgb, dark ? shaded : lit, haze);
        canvas.depth[p] = (float) (z + 0.02 * pixelAlong + 0.05);
      }
    }
  }

  private int at(double x, double z, Plot[] beside, double pixel) {
    int side = x < 0 ? 0 : 1;
    double beyond = Math.abs(x) - street.half;
    Plot plot = beside[side];
    boolean mouth = plot != null && plot.type() == Plot.Type.SIDE_STREET;
    if (beyond < 0 || mouth) {
      road(x, z, beyond, pixel);
      return Kind.ROAD;
    }
    if (beyond < KERB) {
      Surface.gray(rgb, 0.33 * street.pavementTone * (0.85 + 0.3 * Noise.cloud(z, x)));
      return Kind.PAVEMENT;
    }
    boolean walk = beyond >= KERB + street.verge[side] && beyond < street.pavement[side];
    boolean open = beyond >= street.pavement[side];
    if (walk || (open && (plot == null || !plot.grass()))) {
      paving(x, z, pixel);
      return Kind.PAVEMENT;
    }
    double blades = 0.5 + 0.7 * Noise.grain(x, z, 0.06, pixel, street.seed);
    double patch = 0.6 + 0.8 * Noise.cloud(x * 0.5, z * 0.5);
    rgb[0] = (float) (0.12 * blades * patch * (0.7 + 0.7 * Noise.cloud(x * 0.2, z * 0.2)));
    rgb[1] = (float) (0.17 * blades * patch);
    rgb[2] = (float) (0.05 * blades * patch);
    return Kind.TERRAIN;
  }

  private void road(double x, double z, double beyond, double pixel) {
    double tone = 0.17 * street.roadTone;
    tone *= 0.78 + 0.44 * Noise.cloud(x * 0.35 + 3, z * 0.07);
    tone *= 0.8 + 0.4 * Noise.grain(x, z, 0.05, pixel, street.seed);
    boolean patch = Noise.cloud(x * 0.11 + street.seed % 97, z * 0.05) > 0.66;
    double tracks = Math.abs(Math.abs(Math.abs(x) - street.half * 0.4) - 0.75);
    tone *= (patch ? 0.72 : 1) * (tracks < 0.35 ? 0.92 : 1);
    Surface.gray(rgb, tone);
    rgb[2] *= 1.04f;
    if (marked(x, z, beyond)) {
      double worn = Noise.cloud(x * 2, z * 0.8) > 0.36 ? 0.55 : 0.3;
      Surface.gray(rgb, worn);
      boolean yellow = street.edgeLines && beyond > -0.6 && beyond < 0;
      rgb[2] *= yellow ? 0.25f : 1;
    }
  }

  private boolean marked(double x, double z, double beyond) {
    if (street.crossingZ > 0 && Math.abs(z - street.crossingZ) < 1.6) {
      return beyond < -0.4 && x / 1.1 - Math.floor(x / 1.1) < 0.5;
    }
    double dash = z / 6 - Math.floor(z / 6);
    boolean middle = Math.abs(x) < 0.07 && dash < 0.5;
    boolean edge =
        street.edgeLines && (Math.abs(beyond + 0.28) < 0.045 || Math.abs(beyond + 0.48) < 0.045);
    return middle || edge;
  }

  private void paving(double x, double z, double pixel) {
    double asphalt = street.pavementAsphalt;
    double slab = Noise.white((int) Math.floor(x / 0.6), (int) Math.floor(z / 0.6), street.seed);
    double fade = 0.6 / (0.6 + 3 * pixel);
    double joint =
        x / 0.6 - Math.floor(x / 0.6) < 0.05 || z / 0.6 - Math.floor(z / 0.6) < 0.05 ? 1 : 0;
    double slabs = 0.31 * (1 + fade * (0.3 * (slab - 0.5) - 0.3 * joint));
    double grain = 0.19 * (0.8 + 0.4 * Noise.grain(x, z, 0.05, pixel, street.seed));
    double tone = slabs * (1 - asphalt) + grain * asphalt;
    tone *= street.pavementTone * (0.78 + 0.44 * Noise.cloud(x * 0.4, z * 0.4));
    Surface.gray(rgb, tone);
    rgb[2] *= 0.95f;
  }

  /** Whether the houses on the sun's side hide it from this point. */
  private boolean inShadow(double x, double z) {
    Light light = street.light;
    if (light.direct < 0.2 || Math.abs(light.sunX) < 0.05) {
      return false;
    }
    int side = light.sunX < 0 ? 0 : 1;
    double across = Street.sign(side) * (street.frontage(side) + 0.1) - x;
    double t = across / light.sunX;
    int at = (int) Math.floor((z + t * light.sunZ) / SHADOW_STEP);
    boolean behind = t <= 0;
    return !behind && at >= 0 && at < skyline[side].length && skyline[side][at] > t * light.sunY;
  }
}
