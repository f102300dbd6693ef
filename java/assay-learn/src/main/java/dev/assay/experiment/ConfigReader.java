package dev.assay.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads typed values out of a configuration tree by dotted key and remembers which keys exist, so
 * that {@link #rejectUnknown} can name what was misspelt. Not thread-safe.
 */
final class ConfigReader {
  private final JsonNode root;
  private final String source;
  private final Set<String> known = new TreeSet<>();

  /** Keys whose values are maps, the keys of which were checked when they were read. */
  private final Set<String> maps = new TreeSet<>();

  ConfigReader(JsonNode root, String source) {
    this.root = root;
    this.source = source;
  }

  String text(String key, String fallback) {
    JsonNode node = find(key);
    if (node == null) {
      return fallback;
    }
    if (!node.isTextual()) {
      throw wrong(key, node, "text");
    }
    return node.textValue();
  }

  String oneOf(String key, String fallback, List<String> allowed) {
    JsonNode node = find(key);
    String value = node == null ? fallback : node.asText();
    if (!allowed.contains(value)) {
      String hint = node == null ? "" : Nearest.hint(value, allowed);
      throw new ConfigException(
          where(key) + ": '" + value + "' must be one of " + String.join(", ", allowed) + hint);
    }
    return value;
  }

  int integer(String key, int fallback, int least, int most) {
    return (int) longInteger(key, fallback, least, most);
  }

  long longInteger(String key, long fallback, long least, long most) {
    JsonNode node = find(key);
    if (node != null && !(node.isIntegralNumber() && node.canConvertToLong())) {
      throw wrong(key, node, "a whole number" + range(least, most));
    }
    long value = node == null ? fallback : node.longValue();
    if (value < least || value > most) {
      throw wrong(key, value, "a whole number" + range(least, most));
    }
    return value;
  }

  double number(String key, double fallback, double least, double most) {
    JsonNode node = find(key);
    if (node != null && !node.isNumber()) {
      throw wrong(key, node, "a number in [" + least + ", " + most + "]");
    }
    double value = node == null ? fallback : node.doubleValue();
    if (!(value >= least && value <= most)) {
      throw wrong(key, value, "a number in [" + least + ", " + most + "]");
    }
    return value;
  }

  boolean flag(String key, boolean fallback) {
    JsonNode node = find(key);
    if (node != null && !node.isBoolean()) {
      throw wrong(key, node, "true or false");
    }
    return node == null ? fallback : node.booleanValue();
  }

  List<String> texts(String key, List<String> fallback, List<String> allowed) {
    JsonNode node = list(key);
    List<String> values = new ArrayList<>();
    if (node == null) {
      return fallback;
    }
    for (JsonNode item : node) {
      String value = item.asText();
      if (!allowed.contains(value)) {
        throw new ConfigException(
            where(key)
                + ": '"
                + value
                + "' must be one of "
                + String.join(", ", allowed)
                + Nearest.hint(value, allowed));
      }
      values.add(value);
    }
    return distinct(key, values);
  }

  /** A list of numbers > 0; empty when the key is absent. */
  List<Double> weights(String key) {
    JsonNode node = list(key);
    List<Double> values = new ArrayList<>();
    if (node != null) {
      for (JsonNode item : node) {
        if (!item.isNumber() || !(item.doubleValue() > 0) || item.doubleValue() > 1e6) {
          throw wrong(key, item, "a list of numbers in (0, 1e6], one for each class");
        }
        values.add(item.doubleValue());
      }
    }
    return List.copyOf(values);
  }

  /** A map from some of {@code names} to whole numbers >= 1; empty when the key is absent. */
  Map<String, Integer> counts(String key, List<String> names) {
    maps.add(key);
    JsonNode node = find(key);
    Map<String, Integer> counts = new TreeMap<>();
    if (node == null) {
      return counts;
    }
    if (!node.isObject()) {
      throw wrong(key, node, "a map such as {" + names.get(0) + ": 10}");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String name = field.getKey();
      if (!names.contains(name)) {
        throw new ConfigException(
            where(key) + ": '" + name + "' must be one of " + names + Nearest.hint(name, names));
      }
      if (!field.getValue().canConvertToInt() || field.getValue().intValue() < 1) {
        throw wrong(key + "." + name, field.getValue(), "a whole number >= 1");
      }
      counts.put(name, field.getValue().intValue());
    }
    return counts;
  }

  /** A map from names to names; empty when the key is absent. */
  Map<String, String> names(String key) {
    maps.add(key);
    JsonNode node = find(key);
    Map<String, String> names = new TreeMap<>();
    if (node != null && !node.isObject()) {
      throw wrong(key, node, "a map such as {name: other name}");
    }
    if (node != null) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (!field.getValue().isTextual()) {
          throw wrong(key + "." + field.getKey(), field.getValue(), "text");
        }
        names.put(field.getKey(), field.getValue().textValue());
      }
    }
    return names;
  }

  /** An ascending list of whole numbers >= 1; empty when the key is absent. */
  List<Integer> ascending(String key) {
    JsonNode node = list(key);
    List<Integer> values = new ArrayList<>();
    if (node != null) {
      for (JsonNode item : node) {
        int last = values.isEmpty() ? 0 : values.get(values.size() - 1);
        if (!item.canConvertToInt() || item.intValue() <= last) {
          throw wrong(key, node, "a list of ascending whole numbers >= 1");
        }
        values.add(item.intValue());
      }
    }
    return List.copyOf(values);
  }

  List<Long> seeds(String key, List<Long> fallback) {
    JsonNode node = list(key);
    if (node == null) {
      return fallback;
    }
    List<Long> values = new ArrayList<>();
    for (JsonNode item : node) {
      if (!item.isIntegralNumber() || !item.canConvertToLong() || item.longValue() < 0) {
        throw wrong(key, item, "a list of whole numbers >= 0");
      }
      values.add(item.longValue());
    }
    if (values.isEmpty()) {
      throw wrong(key, node, "at least one seed");
    }
    return distinct(key, values);
  }

  /**
   * Refuses keys that nobody asked for.
   *
   * @throws ConfigException naming the key and the nearest known one
   */
  void rejectUnknown() {
    rejectUnknown("", root);
  }

  private void rejectUnknown(String prefix, JsonNode node) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = prefix + field.getKey();
      if (maps.contains(key)) {
        continue;
      }
      boolean section = known.stream().anyMatch(k -> k.startsWith(key + "."));
      if (section && field.getValue().isObject()) {
        rejectUnknown(key + ".", field.getValue());
      } else if (section) {
        throw wrong(key, field.getValue(), "a section with keys below it");
      } else if (!known.contains(key)) {
        throw new ConfigException(
            source + ": unknown key '" + key + "'" + Nearest.hint(key, keysAndSections()));
      }
    }
  }

  private Set<String> keysAndSections() {
    Set<String> names = new TreeSet<>(known);
    for (String key : known) {
      if (key.contains(".")) {
        names.add(key.substring(0, key.indexOf('.')));
      }
    }
    return names;
  }

  private JsonNode find(String key) {
    known.add(key);
    JsonNode node = root;
    for (String part : key.split("\\.", -1)) {
      node = node == null ? null : node.get(part);
    }
    return node == null || node.isNull() ? null : node;
  }

  private JsonNode list(String key) {
    JsonNode node = find(key);
    if (node != null && !node.isArray()) {
      throw wrong(key, node, "a list such as [a, b]");
    }
    return node;
  }

  private <T> List<T> distinct(String key, List<T> values) {
    if (Set.copyOf(values).size() != values.size()) {
      throw wrong(key, values, "a list without repeats");
    }
    return List.copyOf(values);
  }

  ConfigException wrong(String key, Object value, String expected) {
    return new ConfigException(where(key) + ": " + value + " must be " + expected);
  }

  private String where(String key) {
    return source + ": " + key;
  }

  private static String range(long least, long most) {
    if (most == Long.MAX_VALUE || most == Integer.MAX_VALUE) {
      return " >= " + least;
    }
    return " in [" + least + ", " + most + "]";
  }
}
