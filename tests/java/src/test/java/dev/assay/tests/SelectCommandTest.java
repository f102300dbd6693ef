package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.format.NdArray;
import dev.assay.format.NpzWriter;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.score.Column;
import dev.assay.score.SignalTableWriter;
import dev.assay.score.TableLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code assay select} on a table and on an archive with the same content. */
class SelectCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PER_IMAGE = 12;
  private static final List<String> IMAGES = List.of("left", "middle", "right");
  private static final int N = PER_IMAGE * 3;

  @TempDir Path directory;
  private final List<HostBuffer> buffers = new ArrayList<>();
  private Path out;
  private float[] entropy;
  private int[] histogram;
  private float[] features;

  @AfterEach
  void closeBuffers() {
    buffers.forEach(HostBuffer::close);
  }

  @BeforeEach
  void content() throws IOException {
    out = directory.resolve("selection.json");
    Random random = new Random(3);
    entropy = new float[N];
    histogram = new int[2 * N];
    features = new float[4 * N];
    for (int i = 0; i < N; i++) {
      entropy[i] = random.nextFloat();
      histogram[2 * i] = random.nextInt(100);
      histogram[2 * i + 1] = 100 - histogram[2 * i];
    }
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextFloat();
    }
    writeTable();
    writeArchive();
  }

  /** Column by column: x in steps of 32, y in steps of 16, three rows. */
  private static int x(int i) {
    return i % PER_IMAGE / 3 * 32;
  }

  private static int y(int i) {
    return i % 3 * 16;
  }

  private static int[] each(IntUnaryOperator of) {
    return IntStream.range(0, N).map(of).toArray();
  }

  private void writeTable() throws IOException {
    TableLayout layout =
        new TableLayout(
            N,
            32,
            16,
            8,
            2,
            List.of(),
            IMAGES,
            List.of(
                new Column.Spec("entropy_mean", Column.Type.F32, 1),
                new Column.Spec("class_histogram", Column.Type.I32, 2),
                new Column.Spec("features", Column.Type.F32, 4)));
    Files.createDirectories(directory.resolve("scores"));
    Path file = directory.resolve("scores/signals.assay");
    try (SignalTableWriter writer = SignalTableWriter.create(file, layout)) {
      writer.write("image", 0, span(each(i -> i / PER_IMAGE)));
      writer.write("x", 0, span(each(SelectCommandTest::x)));
      writer.write("y", 0, span(each(SelectCommandTest::y)));
      writer.write("class_histogram", 0, span(histogram));
      writer.write("entropy_mean", 0, span(bits(entropy)));
      writer.write("features", 0, span(bits(features)));
      writer.finish();
    }
  }

  private Span span(int[] values) {
    HostBuffer buffer = HostBuffer.allocate("values", 4L * values.length);
    buffers.add(buffer);
    for (int i = 0; i < values.length; i++) {
      UnsafeApi.putInt(buffer.address() + 4L * i, values[i]);
    }
    return Span.of(buffer);
  }

  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }

  private void writeArchive() throws IOException {
    try (NdArray image =
            NdArray.text(
                "image",
                IntStream.range(0, N)
                    .mapToObj(i -> IMAGES.get(i / PER_IMAGE))
                    .toArray(String[]::new));
        NdArray x = NdArray.ints("x", each(SelectCommandTest::x), N);
        NdArray y = NdArray.ints("y", each(SelectCommandTest::y), N);
        NdArray size = NdArray.ints("region_wh", new int[] {32, 16}, 2);
        NdArray entropies = NdArray.floats("entropy_mean", entropy, N);
        NdArray counts = NdArray.ints("class_histogram", histogram, N, 2);
        NdArray rows = NdArray.floats("features", features, N, 4)) {
      NpzWriter.write(
          directory.resolve("scores.npz"), List.of(image, x, y, size, entropies, counts, rows));
    }
  }

  private Golden.Call select(String features, String strategy, int budget, String... more) {
    Stream<String> args =
        Stream.of(
            "select",
            "--features",
            directory.resolve(features).toString(),
            "--strategy",
            strategy,
            "--budget",
            Integer.toString(budget),
            "--out",
            out.toString());
    return Golden.assay(Stream.concat(args, Arrays.stream(more)).toArray(String[]::new));
  }

  private JsonNode selected(String features, String strategy, int budget, String... more)
      throws IOException {
    Golden.Call call = select(features, strategy, budget, more);
    assertEquals(0, call.exitCode(), call.err());
    return JSON.readTree(out.toFile());
  }

  private static List<String> names(JsonNode selection) {
    List<String> names = new ArrayList<>();
    for (JsonNode r : selection.get("regions")) {
      names.add(r.get("image").asText() + "," + r.get("x") + "," + r.get("y"));
    }
    return names;
  }

  private static String name(int i) {
    return IMAGES.get(i / PER_IMAGE) + "," + x(i) + "," + y(i);
  }

  @ParameterizedTest
  @ValueSource(strings = {"scores", "scores/signals.assay", "scores.npz"})
  void theLargestEntropiesWin(String features) throws IOException {
    List<Integer> order =
        IntStream.range(0, N)
            .boxed()
            .sorted((a, b) -> Float.compare(entropy[b], entropy[a]))
            .limit(5)
            .toList();
    JsonNode selection = selected(features, "entropy", 5);
    assertEquals(order.stream().map(SelectCommandTest::name).toList(), names(selection));
    for (int k = 0; k < 5; k++) {
      JsonNode region = selection.get("regions").get(k);
      assertEquals(order.get(k) % PER_IMAGE, region.get("region").asInt());
      assertEquals(32, region.get("w").asInt());
      assertEquals(16, region.get("h").asInt());
      assertEquals(entropy[order.get(k)], region.get("score").asDouble());
      assertEquals(entropy[order.get(k)], region.get("parts").get("entropy_mean").asDouble());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "random",
        "clasp:power:entropy",
        "spread(iou=0.1):entropy",
        "coreset",
        "ripu",
        "typiclust",
        "kmeans_pp"
      })
  void tableAndArchiveGiveTheSame(String strategy) throws IOException {
    List<String> table = names(selected("scores", strategy, 10, "--seed", "5", "--threads", "1"));
    assertEquals(table, names(selected("scores.npz", strategy, 10, "--seed", "5")));
    assertEquals(10, table.stream().distinct().count());
  }

  @Test
  void roundsExcludeEachOther() throws IOException {
    JsonNode first = selected("scores", "coreset", 9);
    assertEquals(0, first.get("round").asInt());
    Path earlier = Files.move(out, directory.resolve("first.json"));
    JsonNode second = selected("scores", "coreset", 9, "--labelled", earlier.toString());
    assertEquals(1, second.get("round").asInt());
    assertEquals(9, second.get("labelled").asInt());
    assertEquals(N - 9, second.get("candidates").asInt());
    Path text = directory.resolve("labelled.txt");
    Files.writeString(text, "image,x,y\n# by hand\n\n" + String.join("\n", names(second)) + "\n");
    JsonNode third =
        selected(
            "scores.npz",
            "random",
            99,
            "--labelled",
            earlier.toString(),
            "--labelled",
            text.toString());
    Stream<String> all =
        Stream.of(first, second, third).map(SelectCommandTest::names).flatMap(List::stream);
    assertEquals(N, all.distinct().count());
    assertEquals(N - 18, third.get("regions").size());
  }

  @Test
  void explanationsAreInTheFileAndInWords() throws IOException {
    Golden.Call call = select("scores", "power(beta=2):entropy", 3, "--explain", "--json");
    assertEquals(0, call.exitCode(), call.err());
    JsonNode selection = JSON.readTree(out.toFile());
    assertEquals(JSON.readTree(call.out()), selection);
    JsonNode why = selection.get("regions").get(0).get("why");
    assertTrue(why.get("noise_share").asDouble() >= 0);
    assertTrue(why.get("rank_without_noise").asInt() >= 1);
    assertTrue(why.get("percentiles").has("entropy_mean"));
    assertEquals(100.0 * (N - 1) / N, why.get("score_percentile").asDouble(), 1e-9);
    assertTrue(selection.has("runner_up"));
    assertTrue(call.err().contains("#1 "), call.err());
    assertTrue(call.err().contains("next: "), call.err());
    assertFalse(selected("scores", "entropy", 3).get("regions").get(0).has("why"));
  }

  @Test
  void theTableOnStdoutIsTheSelection() {
    Golden.Call call = select("scores", "entropy", 2, "--pool", "4");
    assertEquals(0, call.exitCode(), call.err());
    List<String> lines = call.out().lines().toList();
    assertEquals("rank\timage\tregion\tx\ty\tscore", lines.get(0));
    assertEquals(3, lines.size());
    assertEquals(6, lines.get(1).split("\t", -1).length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scores | entropi | 2 | strategy 'entropi' must be one of badge",
        "scores | power(beta=x):entropy | 2 | must be a number",
        "scores | margin | 3 | one named margin_mean",
        "scores.npz | margin | 3 | expected one named margin_mean",
        "absent.npz | entropy | 3 | found no such file",
        "selection.txt | entropy | 3 | expected at least 128 bytes"
      })
  void errorsNameWhatWasFound(String features, String strategy, int code, String message)
      throws IOException {
    Files.writeString(directory.resolve("selection.txt"), "no table");
    Golden.Call call = select(features, strategy, 3);
    assertEquals(code, call.exitCode(), call.err());
    assertTrue(call.err().contains(message), call.err());
    assertEquals("", call.out());
    assertFalse(Files.exists(out));
  }

  private void writeMixtures(String file, String mixture) throws IOException {
    float[] rows = new float[4 * N];
    for (int i = 0; i < rows.length; i++) {
      float p = (1 + i / 2 * 37 % 98) / 100f;
      rows[i] = i % 2 == 0 ? p : 1 - p;
    }
    try (NdArray image = NdArray.ints("image", each(i -> i), N);
        NdArray counts = NdArray.ints("class_histogram", histogram, N, 2);
        NdArray mixtures = NdArray.floats(mixture, rows, N, 4)) {
      NpzWriter.write(directory.resolve(file), List.of(image, counts, mixtures));
    }
  }

  /** Trains a policy on the archive itself, by the seed alone. */
  @Test
  void aPolicyLearnsFromTheTable() throws IOException {
    writeMixtures("mixtures.npz", "context_mixture");
    String strategy = "cdal-rl(hidden=8,epochs=3)";
    Golden.Call call =
        select("mixtures.npz", strategy, 5, "--explain", "--set", "episodes=2", "--seed", "9");
    assertEquals(0, call.exitCode(), call.err());
    assertTrue(call.err().contains("trained on 36 region(s); mean reward"), call.err());
    assertTrue(call.err().contains("contextual diversity"), call.err());
    assertTrue(call.err().contains("#1 "), call.err());
    JsonNode selection = JSON.readTree(out.toFile());
    assertTrue(
        selection.get("strategy").asText().startsWith("cdal_rl(hidden=8,epochs=3,episodes=2,"),
        selection.get("strategy").asText());
    double score = selection.get("regions").get(0).get("score").asDouble();
    assertTrue(score > 0 && score < 1, "probability " + score);
    assertTrue(selection.get("runner_up").get("score").asDouble() <= score);
    String[] again = {"--set", "episodes=2", "--seed", "9", "--threads", "2"};
    assertEquals(names(selection), names(selected("mixtures.npz", strategy, 5, again)));
  }

  @Test
  void mistakesWithAPolicyThatLearnsAreNamed() throws IOException {
    writeMixtures("other.npz", "mixture");
    writeMixtures("mixtures.npz", "context_mixture");
    Golden.Call call = select("other.npz", "cdal_rl", 5);
    assertEquals(3, call.exitCode());
    assertTrue(call.err().contains("expected one named context_mixture"), call.err());
    call = select("mixtures.npz", "cdal_rl", 5, "--pool", "3");
    assertEquals(2, call.exitCode());
    assertTrue(call.err().contains("--pool 3: expected none with cdal_rl"), call.err());
    call = select("mixtures.npz", "power:cdal_rl", 5);
    assertEquals(2, call.exitCode());
    assertTrue(call.err().contains("cdal_rl takes no modifiers"), call.err());
    call = select("mixtures.npz", "cdal_rl", 5, "--set", "alpha=2");
    assertEquals(2, call.exitCode());
    assertTrue(call.err().contains("alpha=2) must be a number in [0, 1]"), call.err());
    assertFalse(Files.exists(out));
  }

  @Test
  void labelledFilesMustFit() throws IOException {
    Path other = directory.resolve("other.json");
    Files.writeString(other, "{\"regions\":[{\"image\":\"elsewhere\",\"x\":0,\"y\":0}]}");
    Golden.Call call = select("scores", "entropy", 3, "--labelled", other.toString());
    assertEquals(3, call.exitCode());
    assertTrue(call.err().contains("found no region of"), call.err());
    for (String bad : List.of("{", "{}", "{\"regions\":[{\"image\":1}]}")) {
      Files.writeString(other, bad);
      call = select("scores", "entropy", 3, "--labelled", other.toString());
      assertEquals(3, call.exitCode(), bad);
      assertTrue(call.err().contains(other + ": found"), call.err());
    }
    Path text = Files.writeString(directory.resolve("bad.txt"), "left 0 0\nleft 1\n");
    call = select("scores", "entropy", 3, "--labelled", text.toString());
    assertEquals(3, call.exitCode());
    assertTrue(call.err().contains("bad.txt:2: found 'left 1', expected image,x,y"), call.err());
  }

  @Test
  void damageIsFoundBeforeAnythingIsPicked() throws IOException {
    Path table = directory.resolve("scores/signals.assay");
    byte[] bytes = Files.readAllBytes(table);
    bytes[128 + 4] ^= 1;
    Files.write(table, bytes);
    Golden.Call call = select("scores", "entropy", 3);
    assertEquals(3, call.exitCode());
    assertTrue(call.err().contains("column image i4[1] with checksum"), call.err());
  }
}
