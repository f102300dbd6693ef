package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.format.NdArray;
import dev.assay.format.Npy;
import dev.assay.format.NpzReader;
import dev.assay.format.NpzWriter;
import dev.assay.score.SignalTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay score} from files to files: values, places, atomic output, errors. */
class ScoreCommandTest {
  private static final int N = 2;
  private static final int C = 3;
  private static final int H = 21;
  private static final int W = 34;
  private static final int SIDE = 10;
  private static final List<String> RESULTS =
      List.of("DONE", "features.npz", "images.csv", "scores.csv", "signals.assay");

  @TempDir Path directory;
  private final float[] logits = new float[N * C * H * W];
  private Path input;
  private Path out;

  @BeforeEach
  void input() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (6 * random.nextDouble() - 3);
    }
    input = write("in.npy", logits, N, C, H, W);
    out = directory.resolve("out");
  }

  private Path write(String name, float[] values, long... shape) throws IOException {
    Path file = directory.resolve(name);
    try (NdArray array = NdArray.floats("logits", values, shape)) {
      if (name.endsWith(".npz")) {
        NpzWriter.write(file, List.of(array));
      } else {
        Npy.write(file, array);
      }
    }
    return file;
  }

  private Golden.Call score(Path in, String... more) {
    List<String> args = new ArrayList<>(List.of("score", in.toString()));
    args.addAll(List.of("--backend", "cpu", "--out", out.toString()));
    args.addAll(List.of(more));
    if (!args.contains("--region")) {
      args.addAll(List.of("--region", "10x10"));
    }
    return Golden.assay(args.toArray(String[]::new));
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /** Mean entropy of a region, by the equation in double. */
  private double entropy(int n, int left, int top) {
    double total = 0;
    for (int y = top; y < top + SIDE; y++) {
      for (int x = left; x < left + SIDE; x++) {
        double sum = 0;
        double weighted = 0;
        for (int c = 0; c < C; c++) {
          double z = logits[((n * C + c) * H + y) * W + x];
          sum += Math.exp(z);
          weighted += z * Math.exp(z);
        }
        total += Math.log(sum) - weighted / sum;
      }
    }
    return total / (SIDE * SIDE);
  }

  @Test
  void everyFormOfTheResultHasTheEquationsValues() throws IOException {
    Golden.Call call = score(input, "--json");
    assertEquals(0, call.exitCode(), call.err());
    assertEquals(RESULTS, files(out));
    JsonNode summary = new ObjectMapper().readTree(call.out());
    assertEquals(12, summary.path("regions").asInt());
    assertEquals(N * H * W, summary.path("pixels").asInt());
    List<String> csv = Files.readAllLines(out.resolve("scores.csv"));
    assertEquals("image,region,x,y,entropy_mean,margin_mean,least_confidence_mean", csv.get(0));
    assertEquals(1 + 12, csv.size());
    try (NpzReader npz = NpzReader.open(out.resolve("features.npz"));
        NdArray mean = npz.read("entropy_mean");
        NdArray cells = npz.read("entropy_min");
        NdArray histogram = npz.read("class_histogram");
        NdArray x = npz.read("x");
        SignalTable table = SignalTable.open(out.resolve("signals.assay"))) {
      assertArrayEquals(new long[] {12, 8, 8}, cells.shape());
      assertArrayEquals(new long[] {12, C}, histogram.shape());
      for (int r = 0; r < 12; r++) {
        String[] fields = csv.get(1 + r).split(",", -1);
        int image = r / 6;
        int left = r % 6 / 2 * SIDE;
        int top = r % 2 * SIDE;
        assertEquals(
            List.of("" + image, "" + r % 6, "" + left, "" + top),
            Arrays.asList(fields).subList(0, 4));
        assertEquals(entropy(image, left, top), mean.getDouble(r), 1e-6);
        assertEquals(Float.parseFloat(fields[4]), (float) mean.getDouble(r));
        assertEquals(table.column("entropy_mean").getFloat(r, 0), (float) mean.getDouble(r));
        assertEquals(left, x.getLong(r));
        long pixels = 0;
        for (int c = 0; c < C; c++) {
          pixels += histogram.getLong((long) r * C + c);
        }
        assertEquals(SIDE * SIDE, pixels);
      }
    }
    assertEquals(
        List.of(
            "image,name,file,array,index,width,height",
            "0,in.npy[in.npy] 0," + input + ",in.npy,0,34,21",
            "1,in.npy[in.npy] 1," + input + ",in.npy,1,34,21"),
        Files.readAllLines(out.resolve("images.csv")));
  }

  @Test
  void threadsFilesAndLayoutsChangeNoByte() throws IOException {
    assertEquals(0, score(input, "--threads", "1").exitCode());
    byte[] table = Files.readAllBytes(out.resolve("scores.csv"));
    byte[] features = Files.readAllBytes(out.resolve("features.npz"));
    float[] last = new float[logits.length];
    for (int n = 0; n < N; n++) {
      for (int c = 0; c < C; c++) {
        for (int i = 0; i < H * W; i++) {
          last[(n * H * W + i) * C + c] = logits[(n * C + c) * H * W + i];
        }
      }
    }
    Path nhwc = write("in.npz", last, N, H, W, C);
    Golden.Call call = score(nhwc, "--layout", "nhwc", "--threads", "2", "--force");
    assertEquals(0, call.exitCode(), call.err());
    assertArrayEquals(table, Files.readAllBytes(out.resolve("scores.csv")));
    assertArrayEquals(features, Files.readAllBytes(out.resolve("features.npz")));
    int image = C * H * W;
    Path folder = Files.createDirectory(directory.resolve("split"));
    for (int n = 0; n < N; n++) {
      float[] one = Arrays.copyOfRange(logits, n * image, (n + 1) * image);
      Files.move(write(n + ".npy", one, C, H, W), folder.resolve(n + ".npy"));
    }
    assertEquals(0, score(folder, "--force").exitCode());
    assertArrayEquals(features, Files.readAllBytes(out.resolve("features.npz")));
  }

  @Test
  void mapsAndChosenSignals() throws IOException {
    Golden.Call call = score(input, "--maps", "--signals", "margin_mean,class_histogram");
    assertEquals(0, call.exitCode(), call.err());
    assertEquals(List.of("000000.npz", "000001.npz"), files(out.resolve("maps")));
    try (NpzReader maps = NpzReader.open(out.resolve("maps/000001.npz"));
        NdArray argmax = maps.read("argmax");
        NpzReader npz = NpzReader.open(out.resolve("features.npz"))) {
      assertEquals(List.of("entropy", "argmax", "max_probability", "margin"), maps.names());
      assertEquals(List.of("image", "x", "y", "class_histogram", "margin_mean"), npz.names());
      int pixel = 20 * W + 33;
      int best = 0;
      for (int c = 1; c < C; c++) {
        boolean better = logits[(C + c) * H * W + pixel] > logits[(C + best) * H * W + pixel];
        best = better ? c : best;
      }
      assertEquals(best, argmax.getLong(pixel));
    }
    // Without maps the older ones go: a finished folder holds the results of one run.
    assertEquals(0, score(input, "--force").exitCode());
    assertEquals(RESULTS, files(out));
  }

  @Test
  void passesBecomeOneImageWithBaldSignals() throws IOException {
    Golden.Call call = score(input, "--mc", "2");
    assertEquals(0, call.exitCode(), call.err());
    List<String> csv = Files.readAllLines(out.resolve("scores.csv"));
    assertEquals(
        "image,region,x,y,entropy_mean,margin_mean,least_confidence_mean,mutual_information_mean,"
            + "predictive_entropy_mean,expected_entropy_mean",
        csv.get(0));
    assertEquals(1 + 6, csv.size());
    for (int r = 0; r < 6; r++) {
      String[] fields = csv.get(1 + r).split(",", -1);
      double expected =
          (entropy(0, r / 2 * SIDE, r % 2 * SIDE) + entropy(1, r / 2 * SIDE, r % 2 * SIDE)) / 2;
      double mutual = Double.parseDouble(fields[7]);
      double predictive = Double.parseDouble(fields[8]);
      assertEquals(expected, Double.parseDouble(fields[9]), 1e-5);
      assertEquals(predictive - expected, mutual, 1e-5);
      assertEquals(predictive, Double.parseDouble(fields[4]), 1e-5);
      assertTrue(mutual > 0.01);
    }
    assertEquals(2, Files.readAllLines(out.resolve("images.csv")).size());
  }

  @Test
  void imagesAreNamedByAFile() throws IOException {
    Path names = Files.writeString(out.resolveSibling("names.txt"), "0016E5_08159\nan, other\n");
    assertEquals(0, score(input, "--image-names", names.toString()).exitCode());
    try (SignalTable table = SignalTable.open(out.resolve("signals.assay"))) {
      assertEquals(List.of("0016E5_08159", "an, other"), table.layout().images());
    }
    assertEquals(
        "1,\"an, other\"," + input + ",in.npy,1,34,21",
        Files.readAllLines(out.resolve("images.csv")).get(2));
  }

  @Test
  void imageNamesThatDoNotFitAreRefused() throws IOException {
    Path names = out.resolveSibling("names.txt");
    for (String[] wrong :
        new String[][] {
          {"a\n", "names.txt: found 1 lines, expected a name for each of the 2 images"},
          {"a\na\n", "names.txt:2: found the name of line 1, expected a name"},
          {"\nb\n", "names.txt:1: found an empty line, expected a name"},
        }) {
      Files.writeString(names, wrong[0]);
      fails(3, score(input, "--image-names", names.toString()), wrong[1]);
    }
  }

  @Test
  void mirroredPredictionsThatAgreeDifferByNothing() throws IOException {
    float[] mirror = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      mirror[i - i % W + W - 1 - i % W] = logits[i];
    }
    Path flipped = write("flipped.npy", mirror, N, C, H, W);
    String chosen = "symmetric_kl_mean,argmax_disagreement_mean,entropy_flipped_mean";
    Golden.Call call = score(input, "--flipped", flipped.toString(), "--signals", chosen);
    assertEquals(0, call.exitCode(), call.err());
    List<String> csv = Files.readAllLines(out.resolve("scores.csv"));
    assertEquals(
        "image,region,x,y,symmetric_kl_mean,entropy_flipped_mean,argmax_disagreement_mean",
        csv.get(0));
    for (int r = 0; r < 12; r++) {
      String[] fields = csv.get(1 + r).split(",", -1);
      assertEquals(0, Double.parseDouble(fields[4]));
      assertEquals(
          entropy(r / 6, r % 6 / 2 * SIDE, r % 2 * SIDE), Double.parseDouble(fields[5]), 1e-5);
      assertEquals(0, Double.parseDouble(fields[6]));
    }
  }

  private void fails(int code, Golden.Call call, String... parts) throws IOException {
    assertEquals(code, call.exitCode(), call.err());
    assertEquals("", call.out());
    for (String part : parts) {
      assertTrue(call.err().contains(part), call.err());
    }
    assertFalse(call.err().contains("\tat "), call.err());
    if (Files.exists(out)) {
      assertEquals(List.of(), files(out), "a failed run left something");
    }
  }

  @Test
  void errorsNameTheFileWhatWasFoundAndWhatWasExpected() throws IOException {
    fails(2, score(input, "--cells", "4x4"), "--cells: found 4x4, expected 8x8", "pool");
    fails(2, score(input, "--signals", "entropy_meen"), "did you mean 'entropy_mean'?");
    fails(2, score(input, "--signals", "mutual_information_mean"), "mutual_information_mean");
    fails(2, score(input, "--mc", "2", "--flipped", input.toString()), "found both");
    fails(3, score(input, "--mc", "3"), input + ": passes=3 must be >= 1 and divide the 2");
    Path one = write("one.npy", Arrays.copyOf(logits, C * H * W), C, H, W);
    fails(3, score(input, "--flipped", one.toString()), one + ": ", "found 1 images of 3 classes");
    fails(2, score(input, "--region", "10"), "--region: found 10, expected WxH");
    fails(2, score(input, "--region", "7x9"), "7x9", "at least 8x8");
    fails(2, score(input, "--input", "logit"), "--input: found logit, expected logits or probs");
    fails(2, score(input, "--layout", "chwn"), "--layout: found chwn, expected nchw or nhwc");
    fails(3, score(input, "--region", "35x8"), input + ": found images of 34x21 pixels", "35x8");
    fails(3, score(directory.resolve("no.npy")), "no.npy: found no such file");
    fails(
        3,
        score(write("a.npy", logits, 2, 3, 714)),
        "a.npy: found images of 714x3 pixels",
        "expected at least one region");
  }

  @Test
  void nanScoresNameTheImage() throws IOException {
    logits[C * H * W + 4] = Float.NaN;
    Path bad = write("bad.npy", logits, N, C, H, W);
    fails(3, score(bad), bad + " image 1: found 1 pixel(s) with NaN scores, expected 0");
    fails(3, score(bad, "--maps"), bad + " image 1: found 1 pixel(s) with NaN scores");
  }

  @Test
  void namesInAnArchiveNeverBecomePaths() throws IOException {
    Path nested = Files.createDirectories(directory.resolve("a/b"));
    Path file = nested.resolve("in.npz");
    try (NdArray up = NdArray.floats("../../../up", logits, N, C, H, W);
        NdArray root = NdArray.floats("/" + "root", logits, N, C, H, W)) {
      NpzWriter.write(file, List.of(up, root));
    }
    out = nested.resolve("out");
    Golden.Call call = score(file, "--maps");
    assertEquals(0, call.exitCode(), call.err());
    assertEquals(List.of("a", "in.npy"), files(directory));
    assertEquals(List.of("in.npz", "out"), files(nested));
    assertEquals(4, files(out.resolve("maps")).size());
  }

  @Test
  void finishedResultsAreNotReplacedWithoutForce() throws IOException {
    assertEquals(0, score(input).exitCode());
    byte[] before = Files.readAllBytes(out.resolve("features.npz"));
    Golden.Call call = score(input, "--signals", "entropy_mean");
    assertEquals(3, call.exitCode());
    assertTrue(call.err().contains(out + ": found") && call.err().contains("--force"), call.err());
    assertArrayEquals(before, Files.readAllBytes(out.resolve("features.npz")));
    // A failure under --force leaves the finished results as they are.
    assertEquals(3, score(directory.resolve("no.npy"), "--force").exitCode());
    logits[5] = Float.NaN;
    assertEquals(3, score(write("bad.npy", logits, N, C, H, W), "--force").exitCode());
    assertArrayEquals(before, Files.readAllBytes(out.resolve("features.npz")));
    assertEquals(RESULTS, files(out));
  }

  @Test
  void whatAnInterruptedRunLeftIsCleared() throws IOException {
    Path left = out.resolve(".score.partial").resolve("maps");
    Files.createDirectories(left);
    Files.writeString(left.resolve("000000.npz"), "half");
    assertEquals(0, score(input).exitCode());
    assertEquals(RESULTS, files(out));
  }

  @Test
  void aFileInTheFoldersPlaceIsNamed() throws IOException {
    Files.writeString(out, "a file");
    Golden.Call call = score(input);
    assertEquals(3, call.exitCode());
    assertTrue(call.err().contains(out + ": found a file, expected a folder"), call.err());
  }
}
