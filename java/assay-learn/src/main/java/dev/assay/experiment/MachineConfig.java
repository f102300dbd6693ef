package dev.assay.experiment;

import java.util.List;

/**
 * Section {@code machine}: what may differ between a run and its resumption.
 *
 * @param backend {@code auto} (default), {@code cpu} or {@code cuda}
 * @param threads CPU threads; 0 (default) is all
 * @param checkpointMinutes minutes of training between two checkpoints inside a round; 0: none; 5
 *     by default
 * @param keepCheckpoints {@code last} (default): a round's checkpoint is deleted when the next
 *     round is done, except the initial weights; {@code all}
 */
public record MachineConfig(
    String backend, int threads, double checkpointMinutes, String keepCheckpoints) {

  static MachineConfig read(ConfigReader reader) {
    return new MachineConfig(
        reader.oneOf("machine.backend", "auto", List.of("auto", "cpu", "cuda")),
        reader.integer("machine.threads", 0, 0, 4096),
        reader.number("machine.checkpoint_minutes", 5, 0, 1e6),
        reader.oneOf("machine.keep_checkpoints", "last", List.of("last", "all")));
  }
}
