package dev.assay.cli.gpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What came of the parts so far: verdicts, numbers and goals, as one JSON document and one readable
 * table. Confined to one thread.
 */
public final class GpuReport {
  /**
   * What became of one part.
   *
   * @param state {@code running}, {@code done}, or why it did not come to its end
   * @param seconds it took
   */
  record PartState(String name, String state, double seconds) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, PartState> parts = new LinkedHashMap<>();
  private final long started = System.nanoTime();
  private boolean finished;
  private String part;
  private long partStarted;

  /** A part begins. */
  void begin(String name) {
    part = name;
    partStarted = System.nanoTime();
    parts.put(name, new PartState(name, "running", 0));
  }

  void add(Entry entry) {
    entries.add(entry);
  }

  /** The part is over; {@code failure} is null if it came to its end. */
  void end(String failure) {
    if (failure != null) {
      add(new Entry.Finding(part, "the rest", Entry.Verdict.FAILED, failure));
    }
    double seconds = (System.nanoTime() - partStarted) / 1e9;
    parts.put(part, new PartState(part, failure == null ? "done" : failure, seconds));
  }

  /** There was no time for this part. */
  void leaveOut(String name, String reason) {
    add(new Entry.Finding(name, "all", Entry.Verdict.SKIPPED, reason));
    parts.put(name, new PartState(name, reason, 0));
  }

  /** All parts are over. */
  void finish() {
    finished = true;
  }

  /** Whether a check failed. */
  public boolean hasFailures() {
    return count(findings(), Entry.Verdict.FAILED) > 0;
  }

  List<Entry.Fact> facts(String ofPart) {
    return facts().stream().filter(fact -> fact.part().equals(ofPart)).toList();
  }

  private List<Entry.Fact> facts() {
    return only(Entry.Fact.class);
  }

  List<Entry.Finding> findings() {
    return only(Entry.Finding.class);
  }

  List<Entry.Row> rows() {
    return only(Entry.Row.class);
  }

  List<PartState> parts() {
    return List.copyOf(parts.values());
  }

  boolean isFinished() {
    return finished;
  }

  private <T extends Entry> List<T> only(Class<T> kind) {
    return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  static long count(List<Entry.Finding> findings, Entry.Verdict verdict) {
    return findings.stream().filter(f -> f.verdict() == verdict).count();
  }

  /** Everything. */
  public Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    Goals goals = new Goals(rows());
    Map<String, String> machine = new LinkedHashMap<>();
    facts(DeviceFacts.NAME).forEach(fact -> machine.put(fact.name(), fact.value()));
    document.put("finished", finished);
    document.put("seconds", (System.nanoTime() - started) / 1e9);
    document.put("machine", machine);
    for (Entry.Verdict verdict : Entry.Verdict.values()) {
      document.put(verdict.name().toLowerCase(Locale.ROOT), count(findings(), verdict));
    }
    document.put("goals", goals.all());
    document.put("parts", parts());
    document.put("checks", findings());
    document.put(
        "facts", facts().stream().filter(f -> !f.part().equals(DeviceFacts.NAME)).toList());
    document.put(
        "measurements", Stream.concat(rows().stream(), goals.besidePyTorch().stream()).toList());
    return document;
  }

  /** Everything, for people. */
  public String table() {
    return new ReportTable(this).text();
  }
}
