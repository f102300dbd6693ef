package dev.assay.experiment;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Configurations in and out of YAML: files, shipped presets, and {@code key=value} overrides. */
public final class ConfigFiles {
  private static final List<String> PRESETS =
      List.of(
          "demo",
          "camvid",
          "camvid-supervised",
          "camvid-ralis-grid",
          "ralis-demo",
          "ralis-transfer-source",
          "ralis-transfer",
          "camvid-ralis",
          "camvid-ralis-full",
          "camvid-ralis-weighted",
          "camvid-ralis-1h",
          "camvid-ralis-3h",
          "camvid-ralis-images",
          "camvid-ralis-k1",
          "camvid-ralis-k12",
          "camvid-ralis-k36",
          "camvid-ralis-k48",
          "camvid-ralis-k72",
          "camvid-ralis-n20",
          "camvid-ralis-n50",
          "camvid-ralis-n100",
          "cityscapes-ralis");
  private static final ObjectMapper YAML =
      new ObjectMapper(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .build())
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE);

  private ConfigFiles() {}

  /** Names of the shipped presets. */
  public static List<String> presets() {
    return PRESETS;
  }

  /**
   * Reads a configuration. A file may begin from another, named relative to itself, or from a
   * preset: {@code extends: FILE_OR_PRESET}.
   *
   * @param fileOrPreset a YAML file, or the name of a shipped preset when no such file exists
   * @param overrides {@code dotted.key=value}, applied in order; the value is YAML
   * @throws ConfigException naming the key, the value and the expectation
   * @throws IOException if the file cannot be read
   */
  public static ExperimentConfig load(String fileOrPreset, List<String> overrides)
      throws IOException {
    return read(whole(fileOrPreset, new LinkedHashSet<>()), fileOrPreset, overrides);
  }

  /**
   * The tree of a file or preset over that of the one it {@code extends}, and so on.
   *
   * @param open the files and presets that are being read
   */
  private static ObjectNode whole(String fileOrPreset, Set<String> open) throws IOException {
    if (!open.add(fileOrPreset)) {
      throw new ConfigException(
          fileOrPreset + ": extends itself through " + String.join(", ", open));
    }
    ObjectNode root = tree(text(fileOrPreset), fileOrPreset);
    JsonNode base = root.remove("extends");
    if (base == null) {
      return root;
    }
    if (!base.isTextual()) {
      throw new ConfigException(
          fileOrPreset + ": extends: " + base + " must be a file or one of " + PRESETS);
    }
    ObjectNode merged = whole(beside(fileOrPreset, base.textValue()), open);
    merge(merged, root);
    return merged;
  }

  /** A file is named relative to the one that extends it. */
  private static String beside(String fileOrPreset, String base) {
    Path file = Path.of(fileOrPreset).resolveSibling(base);
    return Files.exists(file) ? file.toString() : base;
  }

  /** Puts every value of {@code over} into {@code under}; sections are merged, lists replaced. */
  private static void merge(ObjectNode under, ObjectNode over) {
    for (Map.Entry<String, JsonNode> field : over.properties()) {
      JsonNode before = under.get(field.getKey());
      if (before instanceof ObjectNode section && field.getValue() instanceof ObjectNode changes) {
        merge(section, changes);
      } else {
        under.set(field.getKey(), field.getValue());
      }
    }
  }

  /** The text of a file or preset, comments included. */
  public static String text(String fileOrPreset) throws IOException {
    Path file = Path.of(fileOrPreset);
    if (Files.exists(file)) {
      return Files.readString(file);
    }
    if (!PRESETS.contains(fileOrPreset)) {
      throw new ConfigException(
          fileOrPreset
              + ": no such file, and no such preset; presets are "
              + String.join(", ", PRESETS)
              + Nearest.hint(fileOrPreset, PRESETS));
    }
    try (InputStream in =
        ConfigFiles.class.getResourceAsStream("presets/" + fileOrPreset + ".yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Reads YAML text; {@code source} names it in errors. */
  public static ExperimentConfig parse(String yaml, String source, List<String> overrides) {
    return read(tree(yaml, source), source, overrides);
  }

  private static ExperimentConfig read(ObjectNode root, String source, List<String> overrides) {
    for (String override : overrides) {
      apply(root, override);
    }
    return ExperimentConfig.read(new ConfigReader(root, source));
  }

  /** The complete configuration as YAML; {@link #parse} gives the same configuration back. */
  public static String toYaml(ExperimentConfig config) {
    try {
      return YAML.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("configuration cannot be written as YAML", e);
    }
  }

  /**
   * The leaf keys whose values differ, outside section {@code machine}, as {@code key: first ->
   * second}.
   */
  static List<String> differences(ExperimentConfig first, ExperimentConfig second) {
    Map<String, String> left = leaves(first);
    Map<String, String> right = leaves(second);
    List<String> differing = new ArrayList<>();
    left.forEach(
        (key, value) -> {
          if (!value.equals(right.get(key)) && !key.startsWith("machine.")) {
            differing.add(key + ": " + value + " -> " + right.get(key));
          }
        });
    return differing;
  }

  private static Map<String, String> leaves(ExperimentConfig config) {
    Map<String, String> leaves = new TreeMap<>();
    collect("", YAML.valueToTree(config), leaves);
    return leaves;
  }

  private static void collect(String key, JsonNode node, Map<String, String> leaves) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  collect(
                      key.isEmpty() ? field.getKey() : key + "." + field.getKey(),
                      field.getValue(),
                      leaves));
    } else {
      leaves.put(key, node.toString());
    }
  }

  private static ObjectNode tree(String yaml, String source) {
    JsonNode root;
    try {
      root = YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new ConfigException(source + ": not valid YAML: " + e.getOriginalMessage());
    }
    if (root == null || root.isNull() || root.isMissingNode()) {
      return YAML.createObjectNode();
    }
    if (!root.isObject()) {
      throw new ConfigException(source + ": " + root + " must be keys and values");
    }
    return (ObjectNode) root;
  }

  private static void apply(ObjectNode root, String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new ConfigException("override '" + override + "' must be key=value");
    }
    String[] parts = override.substring(0, equals).trim().split("\\.", -1);
    ObjectNode node = root;
    for (int i = 0; i < parts.length - 1; i++) {
      JsonNode child = node.get(parts[i]);
      node = child instanceof ObjectNode section ? section : node.putObject(parts[i]);
    }
    JsonNode value;
    try {
      value = YAML.readTree(override.substring(equals + 1));
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          "override '" + override + "': value is not valid YAML: " + e.getOriginalMessage());
    }
    node.set(parts[parts.length - 1], value.isMissingNode() ? null : value);
  }
}
