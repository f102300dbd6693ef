package dev.assay.nn;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Shape;
import java.util.function.Function;

/** The layers' equations, slowly and in double; activations are NHWC, weights OIHW. */
final class Reference {
  private Reference() {}

  static int at(Shape s, int n, int h, int w, int c) {
    return ((n * s.h() + h) * s.w() + w) * s.c() + c;
  }

  static double[] convolution(
      ConvolutionSpec spec, Shape in, double[] x, double[] w, double[] bias) {
    Shape out = spec.output(in);
    double[] y = new double[(int) out.elements()];
    int ig = in.c() / spec.groups();
    int og = out.c() / spec.groups();
    int k = spec.kernel();
    for (int n = 0; n < out.n(); n++) {
      for (int p = 0; p < out.h(); p++) {
        for (int q = 0; q < out.w(); q++) {
          for (int o = 0; o < out.c(); o++) {
            double sum = bias == null ? 0 : bias[o];
            for (int i = 0; i < ig; i++) {
              for (int r = 0; r < k; r++) {
                for (int s = 0; s < k; s++) {
                  int h = p * spec.stride() + r * spec.dilation() - spec.padding();
                  int v = q * spec.stride() + s * spec.dilation() - spec.padding();
                  if (h >= 0 && h < in.h() && v >= 0 && v < in.w()) {
                    sum += x[at(in, n, h, v, o / og * ig + i)] * w[((o * ig + i) * k + r) * k + s];
                  }
                }
              }
            }
            y[at(out, n, p, q, o)] = sum;
          }
        }
      }
    }
    return y;
  }

  static double[] pooling(PoolingSpec spec, Shape in, double[] x) {
    Shape out = spec.output(in);
    double[] y = new double[(int) out.elements()];
    for (int i = 0; i < y.length; i++) {
      int c = i % out.c();
      int q = i / out.c() % out.w();
      int p = i / out.c() / out.w() % out.h();
      int n = i / out.c() / out.w() / out.h();
      double max = Double.NEGATIVE_INFINITY;
      double sum = 0;
      int count = 0;
      for (int r = 0; r < spec.kernel(); r++) {
        for (int s = 0; s < spec.kernel(); s++) {
          int h = p * spec.stride() + r - spec.padding();
          int w = q * spec.stride() + s - spec.padding();
          if (h >= 0 && h < in.h() && w >= 0 && w < in.w()) {
            double value = x[at(in, n, h, w, c)];
            max = Math.max(max, value);
            sum += value;
            count++;
          }
        }
      }
      y[i] = spec.rule() == PoolingSpec.Rule.MAX ? max : sum / count;
    }
    return y;
  }

  /** Weights [out][in] of a resize in one direction. */
  static double[][] resizeMatrix(Interpolation rule, int in, int out) {
    double[][] m = new double[out][in];
    for (int i = 0; i < out; i++) {
      double centre = (i + 0.5) * in / out - 0.5;
      if (rule == Interpolation.NEAREST_HALF_PIXEL) {
        m[i][Math.min(in - 1, Math.max(0, (int) Math.round(centre)))] = 1;
        continue;
      }
      if (rule == Interpolation.BILINEAR_ALIGNED_CORNERS) {
        centre = out == 1 ? 0 : i * (in - 1.0) / (out - 1);
      }
      double position = Math.min(in - 1, Math.max(0, centre));
      int low = (int) position;
      int high = Math.min(in - 1, low + 1);
      m[i][low] += 1 - (position - low);
      m[i][high] += position - low;
    }
    return m;
  }

  static double[] resize(Interpolation rule, Shape in, double[] x, int height, int width) {
    Shape out = in.withSize(height, width);
    double[][] rows = resizeMatrix(rule, in.h(), height);
    double[][] columns = resizeMatrix(rule, in.w(), width);
    double[] y = new double[(int) out.elements()];
    for (int i = 0; i < y.length; i++) {
      int c = i % out.c();
      int q = i / out.c() % out.w();
      int p = i / out.c() / out.w() % out.h();
      int n = i / out.c() / out.w() / out.h();
      for (int h = 0; h < in.h(); h++) {
        for (int w = 0; w < in.w(); w++) {
          y[i] += rows[p][h] * columns[q][w] * x[at(in, n, h, w, c)];
        }
      }
    }
    return y;
  }

  /**
   * Every direction with its own weights, found by torch's names.
   *
   * @param x [n, 1, steps, features]
   * @return [n, 1, steps, hidden directions]
   */
  static double[] lstm(LstmSpec spec, Shape in, double[] x, Function<String, double[]> parameter) {
    double[] y = new double[(int) spec.output(in).elements()];
    for (int n = 0; n < in.n(); n++) {
      for (int d = 0; d < spec.directions(); d++) {
        lstmDirection(spec, in, x, n, d, parameter, y);
      }
    }
    return y;
  }

  private static void lstmDirection(
      LstmSpec spec,
      Shape in,
      double[] x,
      int n,
      int direction,
      Function<String, double[]> parameter,
      double[] y) {
    String suffix = direction == 0 ? "_l0" : "_l0_reverse";
    double[] w = parameter.apply("weight_ih" + suffix);
    double[] u = parameter.apply("weight_hh" + suffix);
    double[] b = parameter.apply("bias_ih" + suffix);
    double[] b2 = parameter.apply("bias_hh" + suffix);
    int cells = spec.hidden();
    double[] h = new double[cells];
    double[] c = new double[cells];
    for (int step = 0; step < in.w(); step++) {
      int t = direction == 0 ? step : in.w() - 1 - step;
      double[] a = new double[spec.gateRows()];
      for (int row = 0; row < a.length; row++) {
        a[row] = b[row] + b2[row];
        for (int i = 0; i < in.c(); i++) {
          a[row] += w[row * in.c() + i] * x[at(in, n, 0, t, i)];
        }
        for (int i = 0; i < cells; i++) {
          a[row] += u[row * cells + i] * h[i];
        }
      }
      for (int i = 0; i < cells; i++) {
        c[i] = logistic(a[cells + i]) * c[i] + logistic(a[i]) * Math.tanh(a[2 * cells + i]);
        h[i] = logistic(a[3 * cells + i]) * Math.tanh(c[i]);
        y[at(spec.output(in), n, 0, t, direction * cells + i)] = h[i];
      }
    }
  }

  private static double logistic(double v) {
    return 1 / (1 + Math.exp(-v));
  }
}
