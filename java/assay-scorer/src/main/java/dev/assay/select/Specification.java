package dev.assay.select;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strategy in words: {@code name}, {@code name(key=value, ...)}, and before either any number of
 * modifiers of the same form, each followed by a colon: {@code clasp:power(beta=2):entropy} is the
 * entropy, its power with noise, and two thirds of that spread over the classes. A name's '-' is
 * read as '_'.
 *
 * @param name of the strategy or modifier
 * @param values its settings
 * @param inner what a modifier acts on, or null
 */
public record Specification(String name, Map<String, String> values, Specification inner) {
  private static final Pattern PART =
      Pattern.compile("\\s*([a-z0-9_-]+)\\s*(?:\\(([^():]*)\\))?\\s*(?::(.*))?");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException naming the text and what is expected
   */
  public static Specification parse(String text) {
    Matcher part = PART.matcher(text);
    if (!part.matches()) {
      throw new IllegalArgumentException(
          "strategy '" + text + "' must be name(key=value,...), modifiers before it with ':'");
    }
    Map<String, String> values = new LinkedHashMap<>();
    String settings = part.group(2) == null ? "" : part.group(2).strip();
    for (String setting : settings.isEmpty() ? new String[0] : settings.split(",", -1)) {
      int at = setting.indexOf('=');
      if (at < 1
          || values.put(setting.substring(0, at).strip(), setting.substring(at + 1).strip())
              != null) {
        throw new IllegalArgumentException(
            "strategy '" + text + "': setting '" + setting + "' must be key=value, each key once");
      }
    }
    Specification inner = part.group(3) == null ? null : parse(part.group(3));
    return new Specification(part.group(1).replace('-', '_'), values, inner);
  }

  /** The same with one setting more, or another value of it. */
  public Specification with(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(key, value);
    return new Specification(name, more, inner);
  }

  /** Refuses settings of other names. */
  public void allow(List<String> keys) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    keys.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + ": setting '"
              + unknown.iterator().next()
              + "' must be "
              + (keys.isEmpty() ? "left out" : "one of " + String.join(", ", keys)));
    }
  }

  /** A number setting in [least, most]. */
  public double number(String key, double absent, double least, double most) {
    String text = values.get(key);
    double value;
    try {
      value = text == null ? absent : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (text != null && !(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s(%s=%s) must be a number in [%s, %s]"
              .formatted(name, key, text, number(least), number(most)));
    }
    return value;
  }

  /** An integer setting in [least, most]. */
  public int integer(String key, int absent, int least, int most) {
    double value = number(key, absent, least, most);
    if (value != Math.rint(value)) {
      throw new IllegalArgumentException(
          "%s(%s=%s) must be an integer".formatted(name, key, values.get(key)));
    }
    return (int) value;
  }

  /** A setting of a few words; the first one where it is left out. */
  public String word(String key, String... known) {
    String value = values.getOrDefault(key, known[0]);
    if (!Arrays.asList(known).contains(value)) {
      throw new IllegalArgumentException(
          "%s(%s=%s) must be one of %s".formatted(name, key, value, String.join(", ", known)));
    }
    return value;
  }

  /** A number as people write it: no fraction where there is none. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
