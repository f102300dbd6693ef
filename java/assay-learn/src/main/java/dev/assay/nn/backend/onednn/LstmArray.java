package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import org.agrona.UnsafeApi;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;

/**
 * One array of a recurrent primitive: the tensors of all directions one after the other in their
 * plain layout, and, where the primitive works with another, a copy in that. Owner of both.
 */
final class LstmArray implements AutoCloseable {
  /** What the primitive does with the array. */
  enum Role {
    READ,
    WRITTEN
  }

  private final HostBuffer plain;
  private final HostBuffer packed;
  private final dnnl_memory memory;
  private final Repack repack;

  LstmArray(
      String name,
      Role role,
      Handles handles,
      dnnl_engine engine,
      dnnl_stream stream,
      dnnl_memory_desc plainLayout,
      dnnl_memory_desc layout) {
    plain = HostBuffer.allocate(name, Handles.bytes(plainLayout));
    dnnl_memory plainMemory = handles.memory(plainLayout, plain.address());
    if (dnnl_memory_desc_equal(plainLayout, layout) != 0) {
      packed = null;
      memory = plainMemory;
      repack = null;
      return;
    }
    packed = HostBuffer.allocate("packed " + name, Handles.bytes(layout));
    memory = handles.memory(layout, packed.address());
    if (role == Role.READ) {
      repack = new Repack(handles, engine, stream, plainLayout, layout);
      repack.bind(plainMemory, memory);
    } else {
      repack = new Repack(handles, engine, stream, layout, plainLayout);
      repack.bind(memory, plainMemory);
    }
  }

  /** What the primitive takes. */
  dnnl_memory memory() {
    return memory;
  }

  /** Copies the tensors of all directions here. */
  void gather(List<Tensor> directions) {
    long at = plain.address();
    for (int i = 0; i < directions.size(); i++) {
      Tensor t = directions.get(i);
      UnsafeApi.copyMemory(t.address(), at, t.bytes());
      at += t.bytes();
    }
  }

  /** Adds the tensors of all directions to what is here. */
  void add(List<Tensor> directions) {
    long index = 0;
    for (int d = 0; d < directions.size(); d++) {
      Tensor t = directions.get(d);
      for (long i = 0; i < t.shape().elements(); i++, index++) {
        float value = UnsafeApi.getFloat(t.address() + i * Float.BYTES);
        plain.putFloat(index, plain.getFloat(index) + value);
      }
    }
  }

  /** Brings the copy that the primitive does not write up to date. */
  void repack() {
    if (repack != null) {
      repack.run();
    }
  }

  /** Sets what {@link #scatter} copies to 0. */
  void zero() {
    UnsafeApi.setMemory(plain.address(), plain.bytes(), (byte) 0);
  }

  /** Copies what is here to the tensors of all directions. */
  void scatter(List<Tensor> directions) {
    long at = plain.address();
    for (int i = 0; i < directions.size(); i++) {
      Tensor t = directions.get(i);
      UnsafeApi.copyMemory(at, t.address(), t.bytes());
      at += t.bytes();
    }
  }

  @Override
  public void close() {
    plain.close();
    if (packed != null) {
      packed.close();
      repack.close();
    }
  }
}
