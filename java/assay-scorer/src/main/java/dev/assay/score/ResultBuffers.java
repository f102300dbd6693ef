package dev.assay.score;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.EnumMap;
import java.util.Map;

/** A session's own output buffers, one per signal, grown when a call needs more and then kept. */
final class ResultBuffers<E extends Enum<E>> implements AutoCloseable {
  private final Map<E, HostBuffer> buffers;
  private final Map<E, Span> spans;
  private boolean closed;

  ResultBuffers(Class<E> signals) {
    this.buffers = new EnumMap<>(signals);
    this.spans = new EnumMap<>(signals);
  }

  /** A span of at least {@code bytes} bytes for {@code signal}. */
  Span ensure(E signal, long bytes) {
    if (closed) {
      throw new IllegalStateException("results: " + signal + " was asked for after close");
    }
    Span span = spans.get(signal);
    if (span != null && span.bytes() >= bytes) {
      return span;
    }
    HostBuffer larger = HostBuffer.allocate("session " + signal, bytes);
    HostBuffer old = buffers.put(signal, larger);
    span = Span.of(larger);
    spans.put(signal, span);
    if (old != null) {
      old.close();
    }
    return span;
  }

  Span get(E signal) {
    return spans.get(signal);
  }

  @Override
  public void close() {
    closed = true;
    buffers.values().forEach(HostBuffer::close);
    buffers.clear();
    spans.clear();
  }
}
