package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepClockTest {
  @TempDir Path temp;

  @Test
  void everyPartOfAStepIsAFlightRecorderEvent() throws IOException {
    List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
    overrides.addAll(List.of("strategies=[ralis]", "seeds=[1]"));
    Path file = temp.resolve("run.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(StepClock.StepPart.class).withoutThreshold();
      recording.start();
      new Experiment(TinyWorld.in(temp.resolve("cache")), ProgressListener.SILENT)
          .start(TinyWorld.config(overrides.toArray(new String[0])), temp.resolve("r"), List.of());
      recording.stop();
      recording.dump(file);
    }
    Map<String, Long> parts =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("dev.assay.StepPart"))
            .collect(Collectors.groupingBy(StepClockTest::part, Collectors.counting()));
    // Three episodes of three steps; after two of them there is experience enough for an update.
    assertEquals(9, parts.get("train"));
    assertEquals(9, parts.get("reward"));
    assertEquals(7, parts.get("update"));
    assertTrue(parts.get("forward") >= 9 && parts.get("choose") >= 2 * 9, parts::toString);
  }

  private static String part(RecordedEvent event) {
    return event.getString("part");
  }
}
