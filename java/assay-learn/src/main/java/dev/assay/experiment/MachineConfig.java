package dev.assay.experiment;

import java.util.List;

/**
 * Section {@code machine}: what may differ between a run and its resumption.
 *
 * @param backend {@code auto} (default), {@code cpu} or {@code cuda}
 * @param device number of the GPU; 0 (default) is the first
 * @param threads CPU threads; 0 (default) is all
 * @param checkpointMinutes minutes of training between two checkpoints inside a round; 0: none; 5
 *     by default
 * @param keepCheckpoints {@code last} (default): a round's checkpoint is deleted when the next
 *     round is done, except the initial weights; {@code all}
 * @param deviceMemoryGib most device memory to allocate, in GiB; 0 (default): all there is
 * @param cudnnDeterministic whether networks on a GPU take only algorithms that give the same bits
 *     each time, true by default
 * @param cudnnAutotune whether networks on a GPU measure algorithms instead of asking cuDNN which
 *     are fast, false by default; what is fastest may differ between processes, and with it last
 *     bits
 */
public record MachineConfig(
    String backend,
    int device,
    int threads,
    double checkpointMinutes,
    String keepCheckpoints,
    double deviceMemoryGib,
    boolean cudnnDeterministic,
    boolean cudnnAutotune) {

  static MachineConfig read(ConfigReader reader) {
    return new MachineConfig(
        reader.oneOf("machine.backend", "auto", List.of("auto", "cpu", "cuda")),
        reader.integer("machine.device", 0, 0, 1023),
        reader.integer("machine.threads", 0, 0, 4096),
        reader.number("machine.checkpoint_minutes", 5, 0, 1e6),
        reader.oneOf("machine.keep_checkpoints", "last", List.of("last", "all")),
        reader.number("machine.device_memory_gib", 0, 0, 1 << 20),
        reader.flag("machine.cudnn_deterministic", true),
        reader.flag("machine.cudnn_autotune", false));
  }

  /** Most bytes of device memory to allocate; 0 for all there is. */
  long deviceMemoryBytes() {
    return (long) (deviceMemoryGib * (1L << 30));
  }
}
