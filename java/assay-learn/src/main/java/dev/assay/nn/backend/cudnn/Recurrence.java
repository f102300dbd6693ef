package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_FWD_MODE_INFERENCE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_FWD_MODE_TRAINING;
import static org.bytedeco.cuda.global.cudnn.cudnnGetRNNTempSpaceSizes;
import static org.bytedeco.cuda.global.cudnn.cudnnGetRNNWeightSpaceSize;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.Tensor;
import java.util.Arrays;
import org.bytedeco.cuda.cudnn.cudnnRNNDataStruct;
import org.bytedeco.cuda.cudnn.cudnnRNNStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.SizeTPointer;

/** One recurrent layer as the library is told about it, in whichever direction. */
final class Recurrence {
  private final boolean training;
  private final cudnnRNNStruct rule;
  private final cudnnRNNDataStruct x;
  private final cudnnRNNDataStruct y;
  private final cudnnTensorStruct states;
  private final long weightBytes;
  private final long workspaceBytes;
  private final long reserveBytes;
  private final int[] lengths;

  /**
   * @param training whether gradients are wanted
   */
  Recurrence(
      CudnnContext cudnn, Descriptors owner, LstmSpec spec, Tensor x, Tensor y, boolean training) {
    requireSingle(x);
    requireSingle(y);
    this.training = training;
    this.lengths = new int[x.shape().n()];
    Arrays.fill(lengths, x.shape().w());
    RecurrentDescriptors descriptors = new RecurrentDescriptors(owner);
    this.rule = descriptors.lstm(cudnn.handle(), spec, x.shape().c(), cudnn.options().tf32());
    this.x = descriptors.sequences(x.shape(), lengths);
    this.y = descriptors.sequences(y.shape(), lengths);
    this.states = descriptors.states(spec, lengths.length);
    try (SizeTPointer first = new SizeTPointer(1);
        SizeTPointer second = new SizeTPointer(1)) {
      Status.check("weights", cudnnGetRNNWeightSpaceSize(cudnn.handle(), rule, first));
      this.weightBytes = first.get();
      Status.check(
          "sizes of " + spec,
          cudnnGetRNNTempSpaceSizes(cudnn.handle(), rule, mode(), this.x, first, second));
      this.workspaceBytes = first.get();
      this.reserveBytes = second.get();
    }
  }

  private static void requireSingle(Tensor t) {
    if (t.type() != ElementType.F32) {
      throw new IllegalArgumentException("lstm: " + t + " must be F32");
    }
  }

  int mode() {
    return training ? CUDNN_FWD_MODE_TRAINING : CUDNN_FWD_MODE_INFERENCE;
  }

  cudnnRNNStruct rule() {
    return rule;
  }

  cudnnRNNDataStruct x() {
    return x;
  }

  cudnnRNNDataStruct y() {
    return y;
  }

  cudnnTensorStruct states() {
    return states;
  }

  /** Of each sequence; a copy lies on the device when the library works. */
  int[] lengths() {
    return lengths;
  }

  /** Of weights, or their gradients, in the library's arrangement. */
  long weightBytes() {
    return weightBytes;
  }

  /** Wanted while an operation runs. */
  long workspaceBytes() {
    return workspaceBytes;
  }

  /** What the forward operation keeps for the gradients. */
  long reserveBytes() {
    return reserveBytes;
  }
}
