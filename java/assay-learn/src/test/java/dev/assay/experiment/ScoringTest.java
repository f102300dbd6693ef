package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.data.Batch;
import dev.assay.data.ImageBatches;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.TensorView;
import dev.assay.score.Signal;
import dev.assay.select.Candidates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The passes over images against naive loops in double. */
class ScoringTest {
  private static final Set<Signal> SIGNALS =
      EnumSet.of(
          Signal.CLASS_HISTOGRAM,
          Signal.ENTROPY_MEAN,
          Signal.MARGIN_MEAN,
          Signal.LEAST_CONFIDENCE_MEAN);

  @TempDir Path temp;

  @Test
  void everyUnlabelledRegionGetsItsOwnSignals() throws IOException {
    try (Workbench bench = TinyWorld.open(TinyWorld.config("evaluation.batch_size=3"), temp);
        LabelledSet labelled = new LabelledSet(bench.data().train(), bench.grid())) {
      bench.segmenter().initialise(4);
      Oracle oracle = new Oracle(bench.data().train(), 11);
      for (int region = 0; region < 16; region++) {
        oracle.reveal(labelled, 1, region);
      }
      oracle.reveal(labelled, 4, 7);
      Candidates candidates = score(bench, labelled);
      assertEquals(160 - 17, candidates.size());
      for (int i = 0; i < candidates.size(); i++) {
        assertTrue(!labelled.contains(candidates.image(i), candidates.region(i)));
        compare(bench, candidates, i);
      }
    }
  }

  /** All unlabelled regions with {@link #SIGNALS}. */
  private static Candidates score(Workbench bench, LabelledSet labelled) {
    Candidates all = AcquisitionPass.unscored(bench, bench.candidates(), labelled);
    int[] images = IntStream.range(0, all.size()).map(all::image).toArray();
    int[] regions = IntStream.range(0, all.size()).map(all::region).toArray();
    Set<String> columns = SIGNALS.stream().map(Signal::key).collect(Collectors.toSet());
    columns.add("mutual_information_mean");
    return AcquisitionPass.score(bench, images, regions, columns, ProgressListener.SILENT, "");
  }

  /** One candidate against the definition, from a forward pass of its image alone. */
  private static void compare(Workbench bench, Candidates candidates, int i) {
    int classes = bench.classes();
    RegionGrid grid = bench.grid();
    double entropy = 0;
    double margin = 0;
    double confidence = 0;
    int[] histogram = new int[classes];
    try (Batch batch = new Batch(1, grid.imageHeight(), grid.imageWidth())) {
      ImageBatches.fill(batch, bench.data().train(), new int[] {candidates.image(i)}, 0, 1);
      TensorView logits = bench.segmenter().logits(batch);
      int region = candidates.region(i);
      for (int y = grid.y(region); y < grid.y(region) + grid.height(); y++) {
        for (int x = grid.x(region); x < grid.x(region) + grid.width(); x++) {
          double[] p = softmax(logits, x, y);
          int best = 0;
          double second = 0;
          for (int c = 0; c < classes; c++) {
            entropy -= p[c] * Math.log(p[c]);
            if (p[c] > p[best]) {
              best = c;
            }
          }
          for (int c = 0; c < classes; c++) {
            second = c == best ? second : Math.max(second, p[c]);
          }
          margin += p[best] - second;
          confidence += 1 - p[best];
          histogram[best]++;
        }
      }
    }
    assertEquals(entropy / grid.pixels(), candidates.values(Signal.ENTROPY_MEAN)[i], 1e-5);
    assertEquals(margin / grid.pixels(), candidates.values(Signal.MARGIN_MEAN)[i], 1e-5);
    assertEquals(
        confidence / grid.pixels(), candidates.values(Signal.LEAST_CONFIDENCE_MEAN)[i], 1e-5);
    for (int c = 0; c < classes; c++) {
      assertEquals(histogram[c], candidates.predictedPixels(i, c));
    }
  }

  /** Mutual information of the stochastic passes, against the definition. */
  @Test
  void stochasticPassesAreCompared() throws IOException {
    try (Workbench bench = TinyWorld.open(TinyWorld.config("model.mc_passes=7"), temp);
        LabelledSet labelled = new LabelledSet(bench.data().train(), bench.grid())) {
      bench.segmenter().initialise(4);
      Candidates candidates = score(bench, labelled);
      RegionGrid grid = bench.grid();
      for (int i = 0; i < candidates.size(); i += 11) {
        double expected = 0;
        for (int p = 0; p < grid.pixels(); p++) {
          int region = candidates.region(i);
          int x = grid.x(region) + p % grid.width();
          int y = grid.y(region) + p / grid.width();
          expected += mutualInformation(bench, candidates.image(i), x, y) / grid.pixels();
        }
        float found = candidates.column("mutual_information_mean").getFloat(i, 0);
        assertEquals(expected, found, 2e-6);
        assertTrue(found > 0);
      }
    }
  }

  private static double mutualInformation(Workbench bench, int image, int x, int y) {
    double[] mean = new double[bench.classes()];
    double[] expectedEntropy = {0};
    int passes = bench.config().model().mcPasses();
    try (Batch batch = new Batch(1, TinyWorld.HEIGHT, TinyWorld.WIDTH)) {
      ImageBatches.fill(batch, bench.data().train(), new int[] {image}, 0, 1);
      bench
          .segmenter()
          .stochasticLogits(
              batch,
              passes,
              logits -> {
                double[] p = softmax(logits, x, y);
                expectedEntropy[0] += entropy(p) / passes;
                for (int c = 0; c < p.length; c++) {
                  mean[c] += p[c] / passes;
                }
              });
    }
    return entropy(mean) - expectedEntropy[0];
  }

  private static double entropy(double[] p) {
    double entropy = 0;
    for (double value : p) {
      entropy -= value * Math.log(value);
    }
    return entropy;
  }

  private static double[] softmax(TensorView logits, int x, int y) {
    double[] p = new double[(int) logits.c()];
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      long at = y * logits.strideH() + x * logits.strideW() + c * logits.strideC();
      p[c] = Math.exp(UnsafeApi.getFloat(logits.address() + 4 * at));
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  @Test
  void evaluationCountsEveryLabelledPixelOnce() throws IOException {
    try (Workbench bench = TinyWorld.open(TinyWorld.config("evaluation.batch_size=2"), temp)) {
      bench.segmenter().initialise(9);
      ConfusionMatrix matrix =
          Evaluator.run(bench, ImageList.all(bench.data().test()), ProgressListener.SILENT, "");
      long[][] expected = new long[11][11];
      try (Batch batch = new Batch(1, TinyWorld.HEIGHT, TinyWorld.WIDTH)) {
        for (int image = 0; image < 5; image++) {
          ImageBatches.fill(batch, bench.data().test(), new int[] {image}, 0, 1);
          count(bench.segmenter().logits(batch), batch, expected);
        }
      }
      for (int t = 0; t < 11; t++) {
        for (int p = 0; p < 11; p++) {
          assertEquals(expected[t][p], matrix.count(t, p), t + "/" + p);
        }
      }
      Metrics.Evaluation evaluation = Metrics.Evaluation.of(matrix);
      assertEquals(matrix.miou(), evaluation.miou());
      // The squared draw never gives class 10: absent from the truth, and from the mean unless
      // predicted.
      assertEquals(11, evaluation.iou().size());
    }
  }

  @Test
  void nanLogitsNameTheImage() throws IOException {
    try (Workbench bench = TinyWorld.open(TinyWorld.config("evaluation.batch_size=3"), temp);
        LabelledSet labelled = new LabelledSet(bench.data().train(), bench.grid())) {
      bench.segmenter().initialise(4);
      Path file = temp.resolve("weights");
      bench.segmenter().save(file);
      byte[] bytes = Files.readAllBytes(file);
      ByteBuffer.wrap(bytes).putDouble(0, Double.NaN);
      Files.write(file, bytes);
      bench.segmenter().load(file);
      // The first weight belongs to one class, so every pixel of every image has a NaN.
      long pixels = (long) TinyWorld.WIDTH * TinyWorld.HEIGHT;
      ExperimentException e =
          assertThrows(
              ExperimentException.class,
              () ->
                  Evaluator.run(
                      bench, ImageList.all(bench.data().test()), ProgressListener.SILENT, ""));
      assertEquals(
          pixels
              + " pixels of the network's output are NaN for image test_0.png; training has"
              + " diverged: lower training.learning_rate",
          e.getMessage());
      Oracle oracle = new Oracle(bench.data().train(), 11);
      for (int region = 0; region < 16; region++) {
        oracle.reveal(labelled, 0, region);
      }
      e = assertThrows(ExperimentException.class, () -> score(bench, labelled));
      assertTrue(e.getMessage().contains(" for image train_1.png; "), e.getMessage());
    }
  }

  private static void count(TensorView logits, Batch batch, long[][] counts) {
    for (int y = 0; y < batch.height(); y++) {
      for (int x = 0; x < batch.width(); x++) {
        int truth = batch.labels().getByte((long) y * batch.width() + x) & 0xff;
        if (truth == 255) {
          continue;
        }
        double[] p = softmax(logits, x, y);
        int best = 0;
        for (int c = 1; c < p.length; c++) {
          best = p[c] > p[best] ? c : best;
        }
        counts[truth][best]++;
      }
    }
  }
}
