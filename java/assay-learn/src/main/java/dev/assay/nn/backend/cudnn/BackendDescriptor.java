package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_BOOLEAN;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_HANDLE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_INT64;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_VOID_PTR;
import static org.bytedeco.cuda.global.cudnn.cudnnBackendCreateDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnBackendDestroyDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnBackendFinalize;
import static org.bytedeco.cuda.global.cudnn.cudnnBackendGetAttribute;
import static org.bytedeco.cuda.global.cudnn.cudnnBackendSetAttribute;

import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnBackendDescriptor_t;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Owner of one descriptor of the library's graph API. Its attributes are set, it is finished, and
 * from then on it can be read and others can refer to it.
 */
final class BackendDescriptor implements AutoCloseable {
  private final String what;
  private final cudnnBackendDescriptor_t raw = new cudnnBackendDescriptor_t();

  /**
   * @param kind one of the library's descriptor types
   * @param what for messages
   */
  BackendDescriptor(int kind, String what) {
    this.what = what;
    check(cudnnBackendCreateDescriptor(kind, raw));
  }

  private void check(int status) {
    Status.check(what, status);
  }

  cudnnBackendDescriptor_t raw() {
    return raw;
  }

  private BackendDescriptor set(int attribute, int type, long count, Pointer elements) {
    check(cudnnBackendSetAttribute(raw, attribute, type, count, elements));
    return this;
  }

  /** Sets a value of one of the library's enumerations. */
  BackendDescriptor code(int attribute, int type, int value) {
    try (IntPointer element = new IntPointer(1)) {
      return set(attribute, type, 1, element.put(value));
    }
  }

  BackendDescriptor longs(int attribute, long... values) {
    return words(attribute, CUDNN_TYPE_INT64, values);
  }

  BackendDescriptor yes(int attribute) {
    try (BytePointer element = new BytePointer(1)) {
      return set(attribute, CUDNN_TYPE_BOOLEAN, 1, element.put((byte) 1));
    }
  }

  BackendDescriptor single(int attribute, float value) {
    try (FloatPointer element = new FloatPointer(1)) {
      return set(attribute, CUDNN_TYPE_FLOAT, 1, element.put(value));
    }
  }

  BackendDescriptor handle(int attribute, cudnnContext handle) {
    return words(attribute, CUDNN_TYPE_HANDLE, handle.address());
  }

  BackendDescriptor addresses(int attribute, long... values) {
    return words(attribute, CUDNN_TYPE_VOID_PTR, values);
  }

  BackendDescriptor refer(int attribute, List<BackendDescriptor> others) {
    return words(attribute, CUDNN_TYPE_BACKEND_DESCRIPTOR, addressesOf(others));
  }

  BackendDescriptor refer(int attribute, BackendDescriptor other) {
    return refer(attribute, List.of(other));
  }

  private BackendDescriptor words(int attribute, int type, long... values) {
    try (LongPointer elements = new LongPointer(values.length)) {
      return set(attribute, type, values.length, elements.put(values));
    }
  }

  private static long[] addressesOf(List<BackendDescriptor> descriptors) {
    return descriptors.stream().mapToLong(d -> d.raw.address()).toArray();
  }

  /** Ends the setting of attributes; the library checks them now. */
  BackendDescriptor finish() {
    check(cudnnBackendFinalize(raw));
    return this;
  }

  long readLong(int attribute) {
    try (LongPointer element = new LongPointer(1)) {
      check(cudnnBackendGetAttribute(raw, attribute, CUDNN_TYPE_INT64, 1, new long[1], element));
      return element.get();
    }
  }

  /** How many descriptors an attribute holds. */
  int readCount(int attribute) {
    long[] count = new long[1];
    check(
        cudnnBackendGetAttribute(
            raw, attribute, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0, count, (Pointer) null));
    return Math.toIntExact(count[0]);
  }

  /** The values of an enumeration, of which there are {@code most}. */
  List<Integer> readCodes(int attribute, int type, int most) {
    long[] count = new long[1];
    try (IntPointer elements = new IntPointer(most)) {
      check(cudnnBackendGetAttribute(raw, attribute, type, most, count, elements));
      int[] values = new int[Math.toIntExact(Math.min(count[0], most))];
      elements.get(values);
      return java.util.Arrays.stream(values).boxed().toList();
    }
  }

  /** Has the library fill {@code fresh} descriptors; returns how many of them it filled. */
  int readInto(int attribute, List<BackendDescriptor> fresh) {
    long[] count = new long[1];
    try (LongPointer elements = new LongPointer(Math.max(1, fresh.size()))) {
      elements.put(addressesOf(fresh));
      check(
          cudnnBackendGetAttribute(
              raw, attribute, CUDNN_TYPE_BACKEND_DESCRIPTOR, fresh.size(), count, elements));
      return (int) Math.min(count[0], fresh.size());
    }
  }

  @Override
  public void close() {
    cudnnBackendDestroyDescriptor(raw);
  }
}
