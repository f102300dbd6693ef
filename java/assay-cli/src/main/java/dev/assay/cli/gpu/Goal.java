package dev.assay.cli.gpu;

/**
 * What a measurement is held against.
 *
 * @param name what was measured
 * @param expected in words
 * @param measured null where nothing was
 * @param unit of {@code measured}
 * @param verdict one of {@code met}, {@code missed} and {@code not measured}
 * @param remark how the number came about, or why there is none
 */
record Goal(
    String name, String expected, Double measured, String unit, String verdict, String remark) {

  static Goal atLeast(String name, double limit, String unit, Double measured, String remark) {
    boolean met = measured != null && measured >= limit;
    return of(name, ">= " + plain(limit) + " " + unit, measured, unit, met, remark);
  }

  static Goal below(String name, double limit, String unit, Double measured, String remark) {
    boolean met = measured != null && measured < limit;
    return of(name, "< " + plain(limit) + " " + unit, measured, unit, met, remark);
  }

  private static Goal of(
      String name, String expected, Double measured, String unit, boolean met, String remark) {
    String verdict = measured == null ? "not measured" : met ? "met" : "missed";
    return new Goal(name, expected, measured, unit, verdict, remark);
  }

  private static String plain(double limit) {
    return limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
  }
}
