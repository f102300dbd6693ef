package dev.assay.cli.kernels;

import dev.assay.kernel.ContextForm;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The {@code --set key=value} pairs of a call. */
public record Settings(Map<String, String> values) {
  /**
   * Refuses keys that the kernel does not know.
   *
   * @throws SettingException naming the key and the known ones
   */
  void allow(String kernel, String... keys) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(Set.of(keys));
    if (!unknown.isEmpty()) {
      throw new SettingException(
          "--set "
              + unknown.iterator().next()
              + ": "
              + kernel
              + " knows "
              + (keys.length == 0 ? "no settings" : String.join(", ", keys)));
    }
  }

  /** An integer setting. */
  int integer(String key, int absent) {
    String text = values.get(key);
    if (text == null) {
      return absent;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new SettingException("--set " + key + "=" + text + ": expected an integer");
    }
  }

  /** A setting that is a number. */
  double number(String key, double absent) {
    String text = values.get(key);
    if (text == null) {
      return absent;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new SettingException("--set " + key + "=" + text + ": expected a number");
    }
  }

  /** The setting {@code form}: sum (the default) or mean over common classes. */
  ContextForm contextForm() {
    String text = values.getOrDefault("form", "sum");
    return switch (text) {
      case "sum" -> ContextForm.SUM;
      case "mean" -> ContextForm.MEAN;
      default -> throw new SettingException("--set form=" + text + ": expected sum or mean");
    };
  }

  /** An integer setting that must be given. */
  int integer(String key) {
    if (!values.containsKey(key)) {
      throw new SettingException("--set " + key + "=N is missing, expected an integer");
    }
    return integer(key, 0);
  }
}
