package dev.assay.bench;

import dev.assay.kernel.ClassDistributions;
import dev.assay.kernel.KlHistogram;
import dev.assay.kernel.KlOutputs;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.SplittableRandom;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * How long does a table of KL scores take from class counts to histograms, with few and with nearly
 * all classes in every row? Bytes: 4 k per row in, 128 per row out; arithmetic bounds it.
 */
public class KlHistogramBench extends KernelBenchmark {
  /** Rows x entries: a CamVid step, and a larger one of 19 classes and void. */
  @Param({"480x12", "4096x20"})
  public String table;

  /** Whether most classes occur in no more than a third of the rows. */
  @Param({"true", "false"})
  public boolean skewed;

  private KlHistogram kernel;
  private ClassDistributions rows;
  private KlOutputs outputs;

  @Override
  void prepare() {
    String[] sides = table.split("x", -1);
    int m = Integer.parseInt(sides[0]);
    int k = Integer.parseInt(sides[1]);
    HostBuffer counts = buffer(4L * m * k);
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < m * k; i++) {
      boolean occurs = i % k == i / k % k || !skewed || random.nextInt(3) == 0;
      UnsafeApi.putInt(counts.address() + 4L * i, occurs ? 1 + random.nextInt(7200) : 0);
    }
    rows = new ClassDistributions(Span.of(counts), ClassDistributions.Type.I32, m, k, 1e-7);
    HostBuffer histogram = buffer(4L * m * KlHistogram.BINS);
    outputs = KlOutputs.histogram(Span.of(histogram));
    kernel = keep(new KlHistogram());
    histograms();
    for (long row = 0; row < m; row++) {
      double sum = 0;
      for (int b = 0; b < KlHistogram.BINS; b++) {
        sum += histogram.getFloat(row * KlHistogram.BINS + b);
      }
      require(Math.abs(sum - 1) < 1e-5, "histogram " + row + " sums to " + sum);
    }
  }

  /** All rows against each other. */
  @Benchmark
  public void histograms() {
    kernel.run(exec, rows, null, outputs);
  }
}
