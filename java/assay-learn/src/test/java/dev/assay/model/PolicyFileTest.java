package dev.assay.model;

import static dev.assay.model.QueryFixture.SMALL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.format.Safetensors;
import dev.assay.format.SafetensorsWriter;
import dev.assay.memory.HostBuffer;
import dev.assay.model.PolicyDescription.Block;
import dev.assay.nn.Parameter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
  private static final List<Block> LAYOUT = List.of(new Block("counts", 13), new Block("kl", 5));
  private static final List<String> CLASSES = List.of("road", "\"sky\", blue");

  @TempDir Path folder;

  private static PolicyDescription description(
      List<Block> layout, String normalisation, List<String> classes) {
    return new PolicyDescription(
        SMALL, layout, normalisation, classes, Map.of("seed", "7", "data", "synthetic"));
  }

  private static PolicyDescription description() {
    return description(LAYOUT, "none", CLASSES);
  }

  @Test
  void comesBackBitForBit() throws IOException {
    Path file = folder.resolve("policy.safetensors");
    try (QueryNetwork saved = QueryFixture.network(SMALL, 1);
        QueryNetwork loaded = QueryFixture.network(SMALL, 2)) {
      PolicyFile.save(file, saved, description());
      assertEquals(description(), PolicyFile.describe(file));
      PolicyDescription expected =
          new PolicyDescription(SMALL, LAYOUT, "none", CLASSES, Map.of("seed", "another"));
      assertEquals(description(), PolicyFile.load(file, loaded, expected));
      assertArrayEquals(QueryFixture.weights(saved), QueryFixture.weights(loaded), 0);
      try (Safetensors in = Safetensors.open(file)) {
        assertArrayEquals(new long[] {256, 13, 1}, in.shape("conv1_s.weight"));
        assertArrayEquals(new long[] {128, 7}, in.shape("linear_s.weight"));
        assertArrayEquals(new long[] {18 - 13}, in.shape("bn_bias.running_var"));
      }
    }
  }

  @Test
  void differencesAreNamedAndChangeNothing() throws IOException {
    Path file = folder.resolve("policy.safetensors");
    try (QueryNetwork network = QueryFixture.network(SMALL, 1)) {
      PolicyFile.save(file, network, description());
      network.initialise(3);
      float[] before = QueryFixture.weights(network);
      List<Block> swapped = List.of(LAYOUT.get(1), LAYOUT.get(0));
      refused("layout is", file, network, description(swapped, "none", CLASSES));
      refused(
          "normalisation is none, expected z", file, network, description(LAYOUT, "z", CLASSES));
      refused("classes is", file, network, description(LAYOUT, "none", List.of("road")));
      PolicyDescription camvid = PolicyDescription.ralis(240, CLASSES, Map.of());
      refused("input is QueryConfig[stateRegions=7", file, network, camvid);
      assertArrayEquals(before, QueryFixture.weights(network), 0);
    }
  }

  private static void refused(
      String part, Path file, QueryNetwork network, PolicyDescription expected) {
    assertMessage(part, () -> PolicyFile.load(file, network, expected));
  }

  private static void assertMessage(String part, Executable call) {
    String message = assertThrows(IOException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }

  /** torch's module also saves counters and a layer that no value depends on. */
  @Test
  void loadsWhatThePublicModuleSaves() throws IOException {
    Path file = folder.resolve("public.safetensors");
    try (QueryNetwork network = QueryFixture.network(SMALL, 1);
        QueryNetwork loaded = QueryFixture.network(SMALL, 2);
        HostBuffer extra = HostBuffer.floats("extra", 256)) {
      write(file, network, "", extra);
      PolicyFile.loadWeights(file, loaded);
      assertArrayEquals(QueryFixture.weights(network), QueryFixture.weights(loaded), 0);
      assertMessage("has no note format", () -> PolicyFile.describe(file));
    }
  }

  private static void write(Path file, QueryNetwork network, String prefix, HostBuffer extra)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Parameter p : network.parameters().parameters()) {
      writer.add(prefix + p.name(), p.value().address(), PolicyFile.shape(p));
    }
    writer.add("final_q.weight", extra.address(), 1, 256);
    writer.add("final_q.bias", extra.address(), 1);
    writer.add("bn1.num_batches_tracked", extra.address());
    writer.write(file);
  }

  @Test
  void arraysThatDoNotFitAreListed() throws IOException {
    Path file = folder.resolve("other.safetensors");
    try (QueryNetwork network = QueryFixture.network(SMALL, 1);
        QueryNetwork wider = QueryFixture.network(new QueryConfig(7, 14, 5), 1);
        HostBuffer extra = HostBuffer.floats("extra", 256)) {
      write(file, network, "", extra);
      float[] before = QueryFixture.weights(wider);
      assertMessage(
          "conv1_s.weight is [256, 13, 1], expected [256, 14, 1]",
          () -> PolicyFile.loadWeights(file, wider));
      assertArrayEquals(before, QueryFixture.weights(wider), 0);
      write(file, network, "module.", extra);
      assertMessage("bn1_s.weight is missing", () -> PolicyFile.loadWeights(file, network));
      assertMessage("and ", () -> PolicyFile.loadWeights(file, network));
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Path file = folder.resolve("policy.safetensors");
    try (QueryNetwork network = QueryFixture.network(SMALL, 1)) {
      PolicyFile.save(file, network, description());
      byte[] whole = Files.readAllBytes(file);
      for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThrows(
            IOException.class, () -> PolicyFile.load(file, network, description()), "" + length);
      }
    }
  }

  /** A size in the notes that the arrays do not have must not be allocated. */
  @Test
  void sizesMustBeTheArrays() throws IOException {
    Path file = folder.resolve("policy.safetensors");
    try (QueryNetwork network = QueryFixture.network(SMALL, 1)) {
      PolicyFile.save(file, network, description());
    }
    String whole = Files.readString(file, StandardCharsets.ISO_8859_1);
    for (String note : List.of("features\":\"13", "state_regions\":\"7", "similarities\":\"5")) {
      String digit = note.substring(0, note.length() - 1) + "9";
      assertTrue(whole.contains(note), note);
      Files.writeString(file, whole.replace(note, digit), StandardCharsets.ISO_8859_1);
      assertMessage(
          " by the note " + note.substring(0, note.indexOf('"')), () -> PolicyFile.describe(file));
    }
  }

  @Test
  void policiesOpenAsTheyWereSaved() throws IOException {
    Path file = folder.resolve("policy.safetensors");
    try (QueryNetwork network = QueryFixture.network(SMALL, 1)) {
      PolicyFile.save(file, network, description().withPoolSize(20));
      PolicyDescription found = PolicyFile.describe(file);
      assertEquals(20, found.poolSize().getAsInt());
      assertTrue(description().poolSize().isEmpty());
      try (QueryNetwork opened = PolicyFile.open(file, found)) {
        assertArrayEquals(QueryFixture.weights(network), QueryFixture.weights(opened), 0);
      }
    }
  }

  /** What RALIS's features do not have, or not in that order, cannot be read from them. */
  @Test
  void inputsMustBeOfTheScorersRows() {
    List<Block> blocks = PolicyDescription.ralis(7, CLASSES, Map.of()).layout();
    String normalisation = PolicyDescription.RALIS_NORMALISATION;
    inputRefused(
        "layout has counts:13, expected one of", description(LAYOUT, normalisation, CLASSES));
    PolicyDescription z = ralis(blocks, "z", CLASSES);
    inputRefused("normalisation is 'z', expected 'none: pixel counts", z);
    inputRefused(
        "class_counts:3, expected length 2", ralis(blocks, normalisation, List.of("road")));
    List<Block> turned = new ArrayList<>(blocks);
    Collections.rotate(turned, 2);
    inputRefused("KL parts", ralis(turned, normalisation, CLASSES));
  }

  private static PolicyDescription ralis(
      List<Block> layout, String normalisation, List<String> classes) {
    return new PolicyDescription(
        new QueryConfig(7, 3 + 3 * 64, 2 * 32), layout, normalisation, classes, Map.of());
  }

  private static void inputRefused(String part, PolicyDescription description) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new PolicyInput(description))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void layoutsMustFillTheFeatures() {
    assertThrows(
        IllegalArgumentException.class,
        () -> description(List.of(new Block("counts", 13)), "none", CLASSES));
    assertThrows(IllegalArgumentException.class, () -> new Block("two words", 3));
    PolicyDescription ralis =
        PolicyDescription.ralis(
            240, List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"), Map.of());
    assertEquals(new QueryConfig(240, 204, 64), ralis.config());
  }
}
