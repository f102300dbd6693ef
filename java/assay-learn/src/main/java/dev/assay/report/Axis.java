package dev.assay.report;

import java.util.ArrayList;
import java.util.List;

/** A linear axis from data to picture units, with round tick values. */
record Axis(double low, double high, double from, double to, double step) {

  /** An axis that covers the values with about {@code ticks} round steps. */
  static Axis covering(double min, double max, double from, double to, int ticks) {
    double span = max > min ? max - min : Math.max(1, Math.abs(max) * 0.1);
    double step = roundStep(span / ticks);
    double low = Math.floor((max > min ? min : min - span / 2) / step + 1e-9) * step;
    double high = Math.ceil((max > min ? max : max + span / 2) / step - 1e-9) * step;
    return new Axis(low, high, from, to, step);
  }

  /** The smallest of 1, 2, 5 times a power of ten that is not below {@code raw}. */
  static double roundStep(double raw) {
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= raw * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  double place(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    long count = Math.round((high - low) / step);
    for (long i = 0; i <= count; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }

  /** Digits after the point that the ticks need. */
  int digits() {
    return step >= 1 ? 0 : (int) Math.ceil(-Math.log10(step) - 1e-9);
  }
}
