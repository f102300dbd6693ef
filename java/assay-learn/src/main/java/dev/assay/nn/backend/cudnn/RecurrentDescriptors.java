package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_BIDIRECTIONAL;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DEFAULT_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_FMA_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_LINEAR_INPUT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_LSTM;
import static org.bytedeco.cuda.global.cudnn.CUDNN_RNN_ALGO_STANDARD;
import static org.bytedeco.cuda.global.cudnn.CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED;
import static org.bytedeco.cuda.global.cudnn.CUDNN_RNN_DOUBLE_BIAS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_RNN_PADDED_IO_ENABLED;
import static org.bytedeco.cuda.global.cudnn.CUDNN_UNIDIRECTIONAL;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateDropoutDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateRNNDataDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateRNNDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyDropoutDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyRNNDataDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyRNNDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetDropoutDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetRNNDataDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetRNNDescriptor_v8;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensorNdDescriptor;

import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.Shape;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnDropoutStruct;
import org.bytedeco.cuda.cudnn.cudnnRNNDataStruct;
import org.bytedeco.cuda.cudnn.cudnnRNNStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/** Descriptors of recurrent layers; they belong to the operation's {@link Descriptors}. */
final class RecurrentDescriptors {
  private final Descriptors owner;

  RecurrentDescriptors(Descriptors owner) {
    this.owner = owner;
  }

  /** One layer of LSTM cells with torch's two biases, fp32. */
  cudnnRNNStruct lstm(cudnnContext handle, LstmSpec spec, int features, boolean tf32) {
    cudnnDropoutStruct dropout = noDropout(handle);
    cudnnRNNStruct made = new cudnnRNNStruct();
    Status.check("recurrent descriptor", cudnnCreateRNNDescriptor(made));
    owner.onClose(() -> cudnnDestroyRNNDescriptor(made));
    Status.check(
        "descriptor of " + spec,
        cudnnSetRNNDescriptor_v8(
            made,
            CUDNN_RNN_ALGO_STANDARD,
            CUDNN_LSTM,
            CUDNN_RNN_DOUBLE_BIAS,
            spec.bidirectional() ? CUDNN_BIDIRECTIONAL : CUDNN_UNIDIRECTIONAL,
            CUDNN_LINEAR_INPUT,
            CUDNN_DATA_FLOAT,
            CUDNN_DATA_FLOAT,
            // The default lets tensor cores round the factors of fp32 products.
            tf32 ? CUDNN_DEFAULT_MATH : CUDNN_FMA_MATH,
            features,
            spec.hidden(),
            spec.hidden(),
            1,
            dropout,
            CUDNN_RNN_PADDED_IO_ENABLED));
    return made;
  }

  /** The library wants one even where there is nothing between layers to drop. */
  private cudnnDropoutStruct noDropout(cudnnContext handle) {
    cudnnDropoutStruct made = new cudnnDropoutStruct();
    Status.check("dropout descriptor", cudnnCreateDropoutDescriptor(made));
    owner.onClose(() -> cudnnDestroyDropoutDescriptor(made));
    Status.check("no dropout", cudnnSetDropoutDescriptor(made, handle, 0, null, 0, 0));
    return made;
  }

  /** Sequences [n, 1, steps, features], all as long as there are steps. */
  cudnnRNNDataStruct sequences(Shape s, int[] lengths) {
    cudnnRNNDataStruct made = new cudnnRNNDataStruct();
    Status.check("sequence descriptor", cudnnCreateRNNDataDescriptor(made));
    owner.onClose(() -> cudnnDestroyRNNDataDescriptor(made));
    Status.check(
        "descriptor of sequences " + s,
        cudnnSetRNNDataDescriptor(
            made,
            CUDNN_DATA_FLOAT,
            CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED,
            s.w(),
            s.n(),
            s.c(),
            lengths,
            null));
    return made;
  }

  /** Hidden states or cells of all directions, [directions, n, hidden]. */
  cudnnTensorStruct states(LstmSpec spec, int n) {
    cudnnTensorStruct made = owner.tensor();
    int[] extents = {spec.directions(), n, spec.hidden()};
    int[] strides = {n * spec.hidden(), spec.hidden(), 1};
    Status.check(
        "descriptor of states",
        cudnnSetTensorNdDescriptor(made, CUDNN_DATA_FLOAT, extents.length, extents, strides));
    return made;
  }
}
