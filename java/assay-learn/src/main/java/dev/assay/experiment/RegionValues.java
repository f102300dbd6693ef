package dev.assay.experiment;

import dev.assay.memory.HostBuffer;
import dev.assay.select.Signal;
import java.util.EnumMap;
import java.util.Map;

/**
 * Off-heap room for the region signals of one batch: f32 [regions] each, i32 [regions, classes] for
 * the histogram. Owner of its buffers.
 */
final class RegionValues implements AutoCloseable {
  private final Map<Signal, HostBuffer> buffers = new EnumMap<>(Signal.class);

  RegionValues(int regions, int classes) {
    for (Signal signal : Signal.values()) {
      long values = signal == Signal.CLASS_HISTOGRAM ? (long) regions * classes : regions;
      buffers.put(signal, HostBuffer.allocate("region " + signal.key(), 4 * values));
    }
  }

  HostBuffer buffer(Signal signal) {
    return buffers.get(signal);
  }

  @Override
  public void close() {
    buffers.values().forEach(HostBuffer::close);
  }
}
