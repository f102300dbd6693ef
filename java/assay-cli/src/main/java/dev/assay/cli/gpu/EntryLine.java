package dev.assay.cli.gpu;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** An entry as the line of JSON in which a part's process says it: one of the three is not null. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EntryLine(Entry.Fact fact, Entry.Finding check, Entry.Row measurement) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The line of one entry. */
  static String of(Entry entry) {
    EntryLine line =
        new EntryLine(
            entry instanceof Entry.Fact fact ? fact : null,
            entry instanceof Entry.Finding finding ? finding : null,
            entry instanceof Entry.Row row ? row : null);
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(entry + " always has a JSON form", e);
    }
  }

  /** The entry of one line; null where the line is none. */
  static Entry parse(String text) {
    try {
      EntryLine line = JSON.readValue(text, EntryLine.class);
      if (line.fact != null) {
        return line.fact;
      }
      return line.check != null ? line.check : line.measurement;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
