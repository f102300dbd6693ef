package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.BaldOutputs;
import dev.assay.kernel.PassSums;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.DType;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bald against 05_bald_*, all passes at once and a few at a time. */
class GoldenBaldTest {
  private static final String T20 = "05_bald_T20_45x80";
  private static final String T5 = "05_bald_T5_90x80";
  private static final String T8 = "05_bald_T8_random19";
  private static final String IDENTICAL = "05_bald_identical_passes";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {T20, T5, T8, IDENTICAL})
  void throughTheApi(String file) throws IOException {
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      NdArray logits = golden.array(file, "logits");
      long h = logits.shape(2);
      long w = logits.shape(3);
      NdArray argmax = golden.keep(NdArray.allocate("argmax", ElementType.U1, h, w));
      NdArray score = golden.keep(NdArray.allocate("score", ElementType.F4, 1));
      NdArray histogram = golden.keep(NdArray.allocate("hist", ElementType.I4, logits.shape(1)));
      try (RegionList whole = RegionList.of((int) w, (int) h, new int[] {0, 0, 0})) {
        session.bald(
            view(logits),
            ScoreKind.LOGITS,
            PassSums.NONE,
            0,
            whole,
            new BaldOutputs()
                .meanArgmax(argmax.span())
                .mutualInformationMean(score.span())
                .classHistogram(histogram.span()));
      }
      Golden.near(golden.array(file, "mean_prob_argmax"), argmax, 0);
      double expected = golden.array(file, "region_score_f64").getDouble(0);
      Golden.near(expected, score.getDouble(0), 2e-6, file + " score");
      long counted = 0;
      for (long c = 0; c < histogram.count(); c++) {
        counted += histogram.getLong(c);
      }
      assertEquals(h * w, counted);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {T20, T5, T8, IDENTICAL})
  void throughTheCommand(String file) throws IOException {
    try (Golden golden = new Golden();
        NpzReader out = Golden.kernel(directory, "bald", Golden.file(file))) {
      NdArray information = golden.keep(out.read("mutual_information"));
      NdArray argmax = golden.keep(out.read("mean_argmax"));
      NdArray predictive = golden.keep(out.read("predictive_entropy"));
      NdArray expected = golden.keep(out.read("expected_entropy"));
      Golden.near(golden.array(file, "bald_f64"), information, 1e-5);
      Golden.near(golden.array(file, "mean_prob_argmax"), argmax, 0);
      Golden.near(golden.array(file, "predictive_entropy"), predictive, 1e-5);
      Golden.near(golden.array(file, "expected_entropy"), expected, 1e-5);
      for (long i = 0; i < information.count(); i++) {
        assertTrue(information.getDouble(i) >= 0, "mutual information is clamped");
      }
    }
  }

  /** The cut of the passes into calls does not show in any bit. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 20})
  void streamedPassesGiveTheSameBits(int passesPerCall) throws IOException {
    Path file = Golden.file(T20);
    String setting = "passes_per_call=" + passesPerCall;
    try (Golden golden = new Golden();
        NpzReader resident = Golden.kernel(directory, "bald", file)) {
      NdArray[] once = read(golden, resident);
      try (NpzReader streamed = Golden.kernel(directory, "bald", file, setting)) {
        NdArray[] often = read(golden, streamed);
        for (int i = 0; i < once.length; i++) {
          Golden.near(once[i], often[i], 0);
        }
      }
    }
  }

  @Test
  void noPassesPerCallIsRefused() {
    Golden.Call call =
        Golden.assay(
            "kernel",
            "bald",
            "--in",
            Golden.file(T5).toString(),
            "--out",
            directory.resolve("out.npz").toString(),
            "--backend",
            "cpu",
            "--set",
            "passes_per_call=0");
    assertTrue(call.exitCode() != 0);
    assertTrue(call.err().contains("passes_per_call=0"), call.err());
  }

  private static NdArray[] read(Golden golden, NpzReader out) throws IOException {
    return new NdArray[] {
      golden.keep(out.read("mutual_information")),
      golden.keep(out.read("mean_argmax")),
      golden.keep(out.read("predictive_entropy")),
      golden.keep(out.read("expected_entropy"))
    };
  }

  private static TensorView view(NdArray logits) {
    return TensorView.nchw(
        logits.buffer().address(),
        logits.type() == ElementType.F2 ? DType.F16 : DType.F32,
        logits.shape(0),
        logits.shape(1),
        logits.shape(2),
        logits.shape(3));
  }
}
