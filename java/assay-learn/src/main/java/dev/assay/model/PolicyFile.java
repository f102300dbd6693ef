package dev.assay.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.assay.format.FormatException;
import dev.assay.format.Safetensors;
import dev.assay.format.SafetensorsWriter;
import dev.assay.nn.Parameter;
import dev.assay.nn.ParameterStore;
import dev.assay.nn.backend.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A policy as one safetensors file: the query network's weights and running statistics under the
 * names and in the shapes of RALIS' module, and its {@link PolicyDescription} in the notes. Public
 * checkpoints have the arrays but not the notes.
 */
public final class PolicyFile {
  private static final String FORMAT = "assay-policy-1";
  private static final String NETWORK = "ralis-query-network";
  private static final String PROVENANCE = "provenance.";
  private static final String LINEAR = "linear_";

  /** Arrays of RALIS' module that no value depends on. */
  private static final List<String> UNUSED = List.of("final_q.weight", "final_q.bias");

  private static final String BATCH_COUNTER = ".num_batches_tracked";
  private static final int SHOWN = 8;
  private static final JsonMapper JSON = new JsonMapper();

  private PolicyFile() {}

  /** Writes the network, atomically. */
  public static void save(Path file, QueryNetwork network, PolicyDescription description)
      throws IOException {
    if (!description.config().equals(network.config())) {
      throw new IllegalArgumentException(
          "description of " + description.config() + " for a network of " + network.config());
    }
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .note("format", FORMAT)
            .note("network", NETWORK)
            .note("state_regions", Integer.toString(description.config().stateRegions()))
            .note("features", Integer.toString(description.config().features()))
            .note("similarities", Integer.toString(description.config().similarities()))
            .note("layout", layout(description.layout()))
            .note("normalisation", description.normalisation())
            .note("class_count", Integer.toString(description.classNames().size()))
            .note("class_names", JSON.writeValueAsString(description.classNames()));
    description.sortedProvenance().forEach((key, value) -> writer.note(PROVENANCE + key, value));
    ParameterStore store = network.parameters();
    for (Parameter p : store.parameters()) {
      writer.add(p.name(), store.source(p.value().address()), shape(p));
    }
    writer.write(file);
  }

  /**
   * Loads a policy that was saved for the same input, classes and features.
   *
   * @return the description, with the file's provenance
   * @throws FormatException naming the file, what was found and what was expected; the network is
   *     then unchanged
   */
  public static PolicyDescription load(Path file, QueryNetwork network, PolicyDescription expected)
      throws IOException {
    PolicyDescription found = describe(file, expected);
    loadWeights(file, network);
    return found;
  }

  /**
   * Reads what the file says about a policy of the same input, classes and features.
   *
   * @throws FormatException naming the file, what was found and what was expected
   */
  public static PolicyDescription describe(Path file, PolicyDescription expected)
      throws IOException {
    PolicyDescription found = describe(file);
    List<String> problems = found.differences(expected);
    if (!problems.isEmpty()) {
      throw new FormatException(
          file + ": holds a policy for another input: " + String.join("; ", problems));
    }
    return found;
  }

  /**
   * The network that the file describes, with its weights.
   *
   * @param description what {@link #describe} said about the file
   */
  public static QueryNetwork open(Path file, PolicyDescription description) throws IOException {
    QueryNetwork network = new QueryNetwork(description.config(), Backends.cpu(), 0);
    try {
      loadWeights(file, network);
      return network;
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /**
   * Reads what the file says about its policy, and checks that its arrays are of the sizes it says,
   * so that a network of these sizes may be built.
   */
  public static PolicyDescription describe(Path file) throws IOException {
    try (Safetensors in = Safetensors.open(file)) {
      Map<String, String> notes = in.metadata();
      require(file, notes, "format", FORMAT);
      require(file, notes, "network", NETWORK);
      List<String> classNames = classNames(file, note(file, notes, "class_names"));
      require(file, notes, "class_count", Integer.toString(classNames.size()));
      QueryConfig config =
          new QueryConfig(
              number(file, notes, "state_regions"),
              number(file, notes, "features"),
              number(file, notes, "similarities"));
      requireSizes(file, in, config);
      return new PolicyDescription(
          config,
          layout(file, note(file, notes, "layout")),
          note(file, notes, "normalisation"),
          classNames,
          provenance(notes));
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  /** The first layer of each input has the input's size, and most of the network's weights. */
  private static void requireSizes(Path file, Safetensors in, QueryConfig config)
      throws IOException {
    requireShape(
        file, in, "features", "conv1.weight", QueryLayers.ACTION_WIDTH_1, config.features(), 1);
    requireShape(
        file, in, "state_regions", "linear_s.weight", QueryLayers.EMBEDDING, config.stateRegions());
    if (config.similarities() > 0) {
      requireShape(file, in, "similarities", "bn_bias.weight", config.similarities());
    }
  }

  private static void requireShape(
      Path file, Safetensors in, String note, String array, long... expected) throws IOException {
    long[] found = in.shape(array);
    if (!Arrays.equals(found, expected)) {
      throw new FormatException(
          file
              + ": "
              + array
              + " is "
              + Arrays.toString(found)
              + ", expected "
              + Arrays.toString(expected)
              + " by the note "
              + note);
    }
  }

  /**
   * Loads weights and statistics alone, as from a public checkpoint converted to safetensors.
   *
   * @throws FormatException listing every array that is missing, unknown or of another shape; the
   *     network is then unchanged
   */
  public static void loadWeights(Path file, QueryNetwork network) throws IOException {
    try (Safetensors in = Safetensors.open(file)) {
      List<String> problems = problems(in, network);
      if (!problems.isEmpty()) {
        int more = problems.size() - SHOWN;
        throw new FormatException(
            file
                + ": does not fit this network: "
                + problems.stream().limit(SHOWN).collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : ""));
      }
      ParameterStore store = network.parameters();
      for (Parameter p : store.parameters()) {
        in.readInto(p.name(), store.target(p.value().address()));
      }
      store.changed();
    }
  }

  private static List<String> problems(Safetensors in, QueryNetwork network) throws IOException {
    List<String> problems = new ArrayList<>();
    List<String> known = new ArrayList<>(UNUSED);
    for (Parameter p : network.parameters().parameters()) {
      known.add(p.name());
      if (!in.contains(p.name())) {
        problems.add(p.name() + " is missing");
      } else if (!Arrays.equals(in.shape(p.name()), shape(p))) {
        problems.add(
            p.name()
                + " is "
                + Arrays.toString(in.shape(p.name()))
                + ", expected "
                + Arrays.toString(shape(p)));
      }
    }
    for (String name : in.names()) {
      if (!known.contains(name) && !name.endsWith(BATCH_COUNTER)) {
        problems.add(name + " is unknown here");
      }
    }
    return problems;
  }

  /** torch's shapes: a Conv1d has [out, in, 1], a Linear [out, in], a vector [c]. */
  static long[] shape(Parameter p) {
    int[] dims = p.dims();
    if (dims.length == 1) {
      return new long[] {dims[0]};
    }
    return p.name().startsWith(LINEAR)
        ? new long[] {dims[0], dims[1]}
        : new long[] {dims[0], dims[1], 1};
  }

  private static String layout(List<PolicyDescription.Block> blocks) {
    return blocks.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  private static List<PolicyDescription.Block> layout(Path file, String text) throws IOException {
    List<PolicyDescription.Block> blocks = new ArrayList<>();
    for (String block : text.split(" ", -1)) {
      if (!block.matches("[a-z0-9_]+:[1-9][0-9]{0,8}")) {
        throw new FormatException(file + ": note layout has " + block + ", expected name:length");
      }
      int colon = block.indexOf(':');
      blocks.add(
          new PolicyDescription.Block(
              block.substring(0, colon), Integer.parseInt(block.substring(colon + 1))));
    }
    return blocks;
  }

  private static List<String> classNames(Path file, String text) throws IOException {
    try {
      return JSON.readValue(text, new TypeReference<List<String>>() {});
    } catch (JsonProcessingException e) {
      throw new FormatException(
          file + ": note class_names is " + text + ", expected a JSON array of strings", e);
    }
  }

  private static Map<String, String> provenance(Map<String, String> notes) {
    return notes.entrySet().stream()
        .filter(note -> note.getKey().startsWith(PROVENANCE))
        .collect(
            Collectors.toMap(
                note -> note.getKey().substring(PROVENANCE.length()), Map.Entry::getValue));
  }

  private static String note(Path file, Map<String, String> notes, String key) throws IOException {
    String found = notes.get(key);
    if (found == null) {
      throw new FormatException(file + ": has no note " + key + ", expected a file of " + FORMAT);
    }
    return found;
  }

  private static void require(Path file, Map<String, String> notes, String key, String expected)
      throws IOException {
    String found = note(file, notes, key);
    if (!expected.equals(found)) {
      throw new FormatException(file + ": note " + key + " is " + found + ", expected " + expected);
    }
  }

  private static int number(Path file, Map<String, String> notes, String key) throws IOException {
    String text = note(file, notes, key);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new FormatException(
          file + ": note " + key + " is " + text + ", expected an integer", e);
    }
  }
}
