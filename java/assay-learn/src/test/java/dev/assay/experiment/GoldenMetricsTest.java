package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.assay.data.ClassSet;
import dev.assay.device.Exec;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.Confusion;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What metrics.json says against independent vectors. */
class GoldenMetricsTest {
  private static final int CLASSES = 11;

  private static Path golden() {
    String shared = System.getProperty("assay.shared", System.getenv("ASSAY_SHARED"));
    Path base =
        shared == null
            ? Path.of(System.getProperty("assay.root", ".")).resolve("../shared")
            : Path.of(shared);
    return base.resolve("golden/07_metrics.npz");
  }

  @Test
  void metricsAgreeWithTheGoldenOnes() throws IOException {
    if (!Files.exists(golden())) {
      System.out.println("SKIPPED: golden metrics: no " + golden() + "; set ASSAY_SHARED");
      return;
    }
    try (NpzReader file = NpzReader.open(golden())) {
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
