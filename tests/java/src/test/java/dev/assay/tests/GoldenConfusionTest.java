package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.device.Exec;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.Confusion;
import dev.assay.kernel.ConfusionMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * confusion against 07_metrics: ten test images, and a case with an absent class and one never hit.
 */
class GoldenConfusionTest {
  private static final String FILE = "07_metrics";
  private static final int CLASSES = 11;
  private static final int VOID = 11;

  @TempDir Path directory;

  @Test
  void testImages() throws IOException {
    check("gt", "pred", "confusion_gt_pred", "iou", "miou", "pixel_acc");
  }

  @Test
  void aClassThatIsAbsentAndOneThatIsNeverHit() throws IOException {
    check("syn_gt", "syn_pred", "syn_confusion_gt_pred", "syn_iou", "syn_miou_nanmean", null);
  }

  private void check(
      String truthName,
      String predictionName,
      String confusionName,
      String iouName,
      String miouName,
      String accuracyName)
      throws IOException {
    try (Golden golden = new Golden();
        Confusion kernel = new Confusion(CLASSES)) {
      NdArray truth = golden.array(FILE, truthName);
      NdArray prediction = golden.array(FILE, predictionName);
      NdArray confusion = golden.array(FILE, confusionName);
      NdArray iou = golden.array(FILE, iouName);
      double miou = golden.array(FILE, miouName).getDouble(0);
      ConfusionMatrix matrix =
          kernel.run(Exec.cpu(2), truth.span(), prediction.span(), truth.count(), VOID);
      for (int c = 0; c < CLASSES; c++) {
        for (int p = 0; p < CLASSES; p++) {
          assertEquals(confusion.getLong((long) c * CLASSES + p), matrix.count(c, p));
        }
        Golden.near(iou.getDouble(c), matrix.iou(c), 1e-6, "IoU of class " + c);
      }
      Golden.near(miou, matrix.miou(), 1e-6, "mIoU");
      if (accuracyName != null) {
        double accuracy = golden.array(FILE, accuracyName).getDouble(0);
        Golden.near(accuracy, matrix.accuracy(), 1e-6, "accuracy");
      }
      command(golden, truth, prediction, confusion, iou, miou);
    }
  }

  private void command(
      Golden golden, NdArray truth, NdArray prediction, NdArray confusion, NdArray iou, double miou)
      throws IOException {
    NdArray named = golden.keep(Golden.renamed(truth, "truth"));
    NdArray other = golden.keep(Golden.renamed(prediction, "prediction"));
    try (NpzReader out =
        Golden.kernel(
            directory,
            "confusion",
            List.of(named, other),
            "classes=" + CLASSES,
            "ignore=" + VOID)) {
      Golden.near(confusion, golden.keep(out.read("confusion")), 0);
      Golden.near(iou, golden.keep(out.read("iou")), 1e-6);
      Golden.near(miou, golden.keep(out.read("miou")).getDouble(0), 1e-6, "mIoU");
    }
  }
}
