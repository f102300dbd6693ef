package dev.assay.kernel;

import dev.assay.memory.DType;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;

/** Argument checks shared by the kernels; messages name the argument, its value, and the rule. */
final class Check {
  /** Argmax maps are bytes and 255 is the ignore label. */
  static final int MAX_CLASSES = 255;

  private Check() {}

  static void classes(long classes) {
    if (classes < 1 || classes > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "classes=" + classes + " must be in [1, " + MAX_CLASSES + "]");
    }
  }

  static void ignore(int ignore) {
    if (ignore < -1 || ignore > 255) {
      throw new IllegalArgumentException(
          "ignore=" + ignore + " must be a label in [0, 255], or -1 for none");
    }
  }

  static void count(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + "=" + count + " must be >= 0");
    }
  }

  static void address(String name, long address, long count) {
    if (address == 0 && count > 0) {
      throw new IllegalArgumentException(name + " is null, expected " + count + " elements");
    }
  }

  static void finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + "=" + value + " must be finite");
    }
  }

  /** A span that is wanted holds at least {@code count} elements of {@code width} bytes. */
  static void span(String name, Span span, long count, int width) {
    if (span == null) {
      return;
    }
    long needed = Math.multiplyExact(count, (long) width);
    if (span.bytes() < needed) {
      throw new IllegalArgumentException(
          name + ": " + span.bytes() + " bytes must be at least " + needed);
    }
    if (span.address() % width != 0) {
      throw new IllegalArgumentException(
          name + ": address " + span.address() + " must be a multiple of " + width);
    }
  }

  static void required(String name, Span span, long count, int width) {
    if (span == null) {
      throw new IllegalArgumentException(name + " is null, expected a span");
    }
    span(name, span, count, width);
  }

  /** Checks shape, layout and dtype; returns the number of pixels n h w. */
  static long tensor(String name, TensorView t) {
    classes(t.c());
    if (t.n() < 1 || t.h() < 1 || t.w() < 1) {
      throw new IllegalArgumentException(name + " " + shape(t) + " must have no empty dimension");
    }
    if (t.strideW() != 1 && t.strideC() != 1) {
      throw new IllegalArgumentException(
          name
              + " strides (c "
              + t.strideC()
              + ", w "
              + t.strideW()
              + ") must have w stride 1 (NCHW) or c stride 1 (NHWC)");
    }
    if (t.strideN() < 0 || t.strideC() < 0 || t.strideH() < 0 || t.strideW() < 0) {
      throw new IllegalArgumentException(name + " strides of " + t + " must be >= 0");
    }
    address(name, t.address(), t.n());
    if (t.address() % t.dtype().bytes() != 0) {
      throw new IllegalArgumentException(
          name + ": address " + t.address() + " must be a multiple of " + t.dtype().bytes());
    }
    extent(t);
    return Math.multiplyExact(Math.multiplyExact(t.n(), t.h()), t.w());
  }

  /** A list of regions of one size in the images of {@code t}; that they lie inside, C checks. */
  static void regions(Span regionNxy, long regions, int regionW, int regionH, TensorView t) {
    count("regions", regions);
    if (regions == 0) {
      return;
    }
    required("region_nxy", regionNxy, Math.multiplyExact(regions, 3), Integer.BYTES);
    side("region_w", regionW, 1, t.w());
    side("region_h", regionH, 1, t.h());
  }

  static void side(String name, int side, int smallest, long largest) {
    if (side < smallest || side > largest) {
      throw new IllegalArgumentException(
          name + "=" + side + " must be in [" + smallest + ", " + largest + "]");
    }
  }

  static void f32(String name, TensorView t) {
    if (t.dtype() != DType.F32) {
      throw new IllegalArgumentException(name + ": dtype=" + t.dtype() + " must be F32");
    }
  }

  private static void extent(TensorView t) {
    try {
      Math.addExact(t.address(), t.extent());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(t + " exceeds the 64-bit address space", e);
    }
  }

  private static String shape(TensorView t) {
    return "[n=" + t.n() + ", c=" + t.c() + ", h=" + t.h() + ", w=" + t.w() + "]";
  }
}
