package dev.assay.experiment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The parts of a data set. */
public enum Split {
  TRAIN,
  VAL,
  TEST;

  /** The name used in files and configurations. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Split named(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }
}
