package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.assay.GoldenFile;
import dev.assay.data.ClassSet;
import dev.assay.device.Exec;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.Confusion;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.Span;
import java.io.IOException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What metrics.json says against independent vectors. */
class GoldenMetricsTest {
  private static final int CLASSES = 11;

  private static NpzReader golden() throws IOException {
    return GoldenFile.open("07_metrics");
  }

  @Test
  void metricsAgreeWithTheGoldenOnes() throws IOException {
    try (NpzReader file = golden()) {
      check(file, "gt", "pred", "confusion_gt_pred", "iou", "miou");
      Metrics.Evaluation evaluation =
          check(file, "syn_gt", "syn_pred", "syn_confusion_gt_pred", "syn_iou", "syn_miou_nanmean");
      assertEquals(CLASSES, evaluation.iou().size());
      try (NdArray accuracy = file.read("pixel_acc")) {
        Metrics.Evaluation whole = check(file, "gt", "pred", "confusion_gt_pred", "iou", "miou");
        assertEquals(accuracy.getDouble(0), whole.pixelAccuracy(), 1e-12);
      }
    }
  }

  @Test
  void weightedIouAgreesWithTheGoldenOne() throws IOException {
    try (NpzReader file = golden();
        NdArray counts = file.read("confusion_gt_pred");
        NdArray pixels = file.read("train_pixel_count")) {
      ConfusionMatrix matrix = ConfusionMatrix.of(CLASSES, longs(counts));
      check(file, "eps1.02", RewardMetric.weightedIou(longs(pixels)), matrix);
      check(file, "printed_eps1e-8", RewardMetric.weightedIouAsPrinted(longs(pixels)), matrix);
      try (NdArray miou = file.read("miou")) {
        assertEquals(miou.getDouble(0), RewardMetric.miou(CLASSES).of(matrix), 1e-12);
      }
    }
  }

  private static void check(
      NpzReader file, String variant, RewardMetric metric, ConfusionMatrix matrix)
      throws IOException {
    try (NdArray weights = file.read("w_" + variant);
        NdArray expected = file.read("wiou_norm_" + variant)) {
      double scale = weights.getDouble(0) / metric.weights()[0];
      for (int c = 0; c < CLASSES; c++) {
        assertEquals(weights.getDouble(c), scale * metric.weights()[c], 1e-9);
      }
      assertEquals(expected.getDouble(0), metric.of(matrix), 1e-9);
    }
  }

  private static long[] longs(NdArray array) {
    return LongStream.range(0, array.count()).map(array::getLong).toArray();
  }

  private static Metrics.Evaluation check(
      NpzReader file, String truth, String prediction, String confusion, String iou, String miou)
      throws IOException {
    try (NdArray t = file.read(truth);
        NdArray p = file.read(prediction);
        NdArray expectedCounts = file.read(confusion);
        NdArray expectedIou = file.read(iou);
        NdArray expectedMiou = file.read(miou);
        Confusion kernel = new Confusion(CLASSES)) {
      // On disk CamVid's void is 11; inside Assay it is 255.
      for (long i = 0; i < t.count(); i++) {
        if (t.getLong(i) >= CLASSES) {
          t.buffer().putByte(i, (byte) 255);
        }
      }
      ConfusionMatrix matrix =
          kernel.run(
              Exec.cpu(2), Span.of(t.buffer()), Span.of(p.buffer()), t.count(), ClassSet.IGNORE);
      Metrics.Evaluation evaluation = Metrics.Evaluation.of(matrix);
      for (int c = 0; c < CLASSES; c++) {
        for (int other = 0; other < CLASSES; other++) {
          assertEquals(
              expectedCounts.getLong((long) c * CLASSES + other),
              evaluation.confusion().get(c).get(other));
        }
        if (Double.isNaN(expectedIou.getDouble(c))) {
          assertNull(evaluation.iou().get(c));
        } else {
          assertEquals(expectedIou.getDouble(c), evaluation.iou().get(c), 1e-12);
        }
      }
      assertEquals(expectedMiou.getDouble(0), evaluation.miou(), 1e-12);
      return evaluation;
    }
  }
}
