package dev.assay.format;

import dev.assay.memory.HostBuffer;
import java.io.IOException;
import org.agrona.UnsafeApi;

/** Brings arrays on disk into C order and native byte order. */
final class NdArrays {
  private NdArrays() {}

  /** The whole array, which the caller closes. */
  static NdArray load(ArrayInfo info, ArrayBytes bytes) throws IOException {
    NdArray array = new NdArray(info.name(), info.type(), info.textLength(), info.shape());
    try {
      bytes.copy(0, info.bytes(), array.buffer().address());
      if (info.bigEndian()) {
        swap(array.buffer(), info.type().bytes());
      }
      return info.fortran() && array.rank() > 1 ? fromFortran(array, info) : array;
    } catch (IOException | RuntimeException e) {
      array.close();
      throw e;
    }
  }

  private static void swap(HostBuffer buffer, int width) {
    long end = buffer.address() + buffer.bytes();
    for (long at = buffer.address(); at < end; at += width) {
      switch (width) {
        case 2 -> UnsafeApi.putShort(at, Short.reverseBytes(UnsafeApi.getShort(at)));
        case 4 -> UnsafeApi.putInt(at, Integer.reverseBytes(UnsafeApi.getInt(at)));
        case 8 -> UnsafeApi.putLong(at, Long.reverseBytes(UnsafeApi.getLong(at)));
        default -> {
          return;
        }
      }
    }
  }

  /** Fortran order has the first index vary fastest; ours has the last. Consumes {@code array}. */
  private static NdArray fromFortran(NdArray array, ArrayInfo info) {
    NdArray ordered = new NdArray(array.name(), info.type(), info.textLength(), info.shape());
    int width = array.elementBytes();
    long[] shape = info.shape();
    long[] index = new long[shape.length];
    long to = ordered.buffer().address();
    for (long i = 0; i < array.count(); i++, to += width) {
      long from = 0;
      for (int d = shape.length - 1; d >= 0; d--) {
        from = from * shape[d] + index[d];
      }
      UnsafeApi.copyMemory(array.buffer().address() + from * width, to, width);
      for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
        index[d] = 0;
      }
    }
    array.close();
    return ordered;
  }
}
