package dev.assay.tests;

import dev.assay.device.Exec;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.ContextDistance;
import dev.assay.kernel.ContextForm;
import dev.assay.kernel.MixtureView;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.RegionSignalsResult;
import dev.assay.score.Session;
import dev.assay.score.Signal;
import dev.assay.select.ContextRewards;
import java.io.IOException;
import java.util.EnumSet;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/**
 * The detector's case of contextual diversity, 06_cdal_detector: one mixture per image, over all of
 * its boxes and without classes of their own.
 */
class GoldenDetectorTest {
  private static final String FILE = "06_cdal_detector";

  /** Boxes are pixels in a row; the mixtures of the classes, weighted, make that of all boxes. */
  @Test
  void oneMixtureOfAllBoxes() throws IOException {
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      NdArray logits = golden.array(FILE, "raw_logits");
      int boxes = Math.toIntExact(logits.shape(0));
      int classes = Math.toIntExact(logits.shape(1));
      TensorView view = TensorView.nhwc(logits.buffer().address(), DType.F32, 1, classes, 1, boxes);
      try (RegionList all = RegionList.of(boxes, 1, new int[] {0, 0, 0})) {
        RegionSignalsResult result =
            session.regionSignals(
                view, all, EnumSet.of(Signal.CONTEXT_MIXTURE, Signal.ENTROPY_BY_CLASS));
        double sum = 0;
        for (float entropy : result.entropyByClass()) {
          sum += entropy;
        }
        NdArray expected = golden.array(FILE, "mixture_f64");
        for (int c = 0; c < classes; c++) {
          double entry = 0;
          for (int a = 0; a < classes; a++) {
            entry += result.entropyByClass()[a] * result.contextMixture()[a * classes + c];
          }
          double value = expected.getDouble(c);
          Golden.near(value, entry / sum, 1e-5 * value + 1e-7, "mixture[" + c + "]");
        }
      }
    }
  }

  /** Images whose only mixture stands in the first row. */
  @Test
  void distancesAndReward() throws IOException {
    try (Golden golden = new Golden();
        ContextDistance kernel = new ContextDistance()) {
      NdArray features = golden.array(FILE, "features");
      int images = Math.toIntExact(features.shape(0));
      int[] all = new int[images];
      for (int i = 0; i < images; i++) {
        all[i] = i;
      }
      NdArray distance = golden.keep(NdArray.allocate("distance", ElementType.F4, images, images));
      try (Rows rows = new Rows(features, all)) {
        kernel.run(Exec.cpu(1), rows.view(), null, ContextForm.SUM, distance.span(), null);
      }
      NdArray expected = golden.array(FILE, "KL_object_f64");
      for (long i = 0; i < expected.count(); i++) {
        double value = expected.getDouble(i);
        Golden.near(value, distance.getDouble(i), 1e-6 + 1e-5 * value, "KL_object[" + i + "]");
      }
      NdArray picks = golden.array(FILE, "top_picks");
      int[] picked = new int[Math.toIntExact(picks.count())];
      for (int i = 0; i < picked.length; i++) {
        picked[i] = Math.toIntExact(picks.getLong(i));
      }
      double mean = golden.array(FILE, "CD_mean_f64").getDouble(0);
      try (Rows rows = new Rows(features, picked)) {
        double found = ContextRewards.contextualDiversity(rows.view(), ContextRewards.Pairs.MEAN);
        Golden.near(mean, found, 1e-5 * mean, "CD_mean");
      }
    }
  }

  /** Vectors as mixtures of which one class is present. */
  private static final class Rows implements AutoCloseable {
    private final HostBuffer mixture;
    private final HostBuffer present;
    private final MixtureView view;

    Rows(NdArray features, int[] images) {
      int classes = Math.toIntExact(features.shape(1));
      long size = (long) classes * classes;
      mixture = HostBuffer.floats("mixtures", images.length * size);
      present = HostBuffer.allocate("present", (long) images.length * classes);
      for (int i = 0; i < images.length; i++) {
        UnsafeApi.copyMemory(
            features.buffer().address() + 4L * images[i] * classes,
            mixture.address() + 4L * i * size,
            4L * classes);
        present.putByte((long) i * classes, (byte) 1);
      }
      view = new MixtureView(Span.of(mixture), Span.of(present), images.length, classes);
    }

    MixtureView view() {
      return view;
    }

    @Override
    public void close() {
      mixture.close();
      present.close();
    }
  }
}
