package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_TENSOR_DATA_TYPE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_TENSOR_DIMENSIONS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_TENSOR_IS_BY_VALUE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_TENSOR_IS_VIRTUAL;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_TENSOR_STRIDES;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_TENSOR_UNIQUE_ID;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_TENSOR_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_BOOLEAN;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_DATA_TYPE;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Shape;
import java.util.ArrayList;
import java.util.List;

/** The tensors of a fused graph, all dense NHWC. */
final class GraphTensors {
  /** Every tensor begins on a cache line; the library asks for this much at most. */
  private static final long ALIGNMENT = 16;

  /** Numbers of tensors that nobody outside the graph sees. */
  private static final long FIRST_BETWEEN = 100;

  /**
   * A tensor that has an address when the graph runs.
   *
   * @param onHost one fp32 value of the host's memory, read when the graph is started
   */
  record Operand(Role role, long bytes, boolean onHost) {}

  private final FusedGraph graph;
  private final List<Operand> operands = new ArrayList<>();
  private long between = FIRST_BETWEEN;

  GraphTensors(FusedGraph graph) {
    this.graph = graph;
  }

  List<Operand> operands() {
    return operands;
  }

  private BackendDescriptor tensor(long uid, int type, long n, long c, long h, long w) {
    return graph
        .descriptor(CUDNN_BACKEND_TENSOR_DESCRIPTOR)
        .longs(CUDNN_ATTR_TENSOR_UNIQUE_ID, uid)
        .code(CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, type)
        .longs(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, ALIGNMENT)
        .longs(CUDNN_ATTR_TENSOR_DIMENSIONS, n, c, h, w)
        .longs(CUDNN_ATTR_TENSOR_STRIDES, h * w * c, 1, w * c, c);
  }

  private BackendDescriptor tensor(long uid, int type, Shape s) {
    return tensor(uid, type, s.n(), s.c(), s.h(), s.w());
  }

  BackendDescriptor activation(Role role, Shape shape, ElementType type) {
    operands.add(new Operand(role, shape.elements() * type.bytes(), false));
    return tensor(role.uid(), Descriptors.code(type), shape).finish();
  }

  /** Weights in the library's order for NHWC, [out, k, k, in / groups]. */
  BackendDescriptor weights(Role role, ConvolutionSpec spec, int inPerGroup, ElementType type) {
    int k = spec.kernel();
    long count = (long) spec.outChannels() * inPerGroup * k * k;
    operands.add(new Operand(role, count * type.bytes(), false));
    return tensor(role.uid(), Descriptors.code(type), spec.outChannels(), inPerGroup, k, k)
        .finish();
  }

  /** One value per channel. */
  BackendDescriptor channels(Role role, int count, ElementType type) {
    return activation(role, new Shape(1, 1, 1, count), type);
  }

  /** One bit per element. */
  BackendDescriptor bits(Role role, Shape shape) {
    operands.add(new Operand(role, bitBytes(shape), false));
    return tensor(role.uid(), CUDNN_DATA_BOOLEAN, shape).finish();
  }

  /** Memory of {@link #bits}. */
  static long bitBytes(Shape shape) {
    return (shape.elements() + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** One fp32 value that the host passes. */
  BackendDescriptor scalar(Role role) {
    operands.add(new Operand(role, Float.BYTES, true));
    return tensor(role.uid(), CUDNN_DATA_FLOAT, 1, 1, 1, 1)
        .yes(CUDNN_ATTR_TENSOR_IS_BY_VALUE)
        .finish();
  }

  /** What lies between two operations: fp32, and never in memory. */
  BackendDescriptor between(Shape shape) {
    return between(shape, ElementType.F32);
  }

  /** The same in another type. */
  BackendDescriptor between(Shape shape, ElementType type) {
    return tensor(between++, Descriptors.code(type), shape)
        .yes(CUDNN_ATTR_TENSOR_IS_VIRTUAL)
        .finish();
  }
}
