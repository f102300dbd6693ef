package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bidirectional_concat;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_ldgo;
import static org.bytedeco.dnnl.global.dnnl.dnnl_ldgoi;
import static org.bytedeco.dnnl.global.dnnl.dnnl_lstm_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_lstm_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_ntc;
import static org.bytedeco.dnnl.global.dnnl.dnnl_rnn_flags_diff_weights_overwrite;
import static org.bytedeco.dnnl.global.dnnl.dnnl_rnn_flags_undef;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unidirectional_left2right;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * The arrays of one recurrent layer in the library's terms: sequences are (steps, n, channels),
 * stored n first; weights are (layer, direction, in, gate, cell), stored as torch stores each
 * direction's, one direction after the other.
 */
final class LstmLayouts {
  final dnnl_memory_desc x;
  final dnnl_memory_desc y;
  final dnnl_memory_desc input;
  final dnnl_memory_desc recurrent;
  final dnnl_memory_desc bias;
  private final Handles handles;
  private final dnnl_engine engine;
  private final int direction;
  private final dnnl_memory_desc anyInput;
  private final dnnl_memory_desc anyRecurrent;

  LstmLayouts(Handles handles, dnnl_engine engine, LstmSpec spec, Tensor x, Tensor y) {
    this.handles = handles;
    this.engine = engine;
    this.direction =
        spec.bidirectional() ? dnnl_bidirectional_concat : dnnl_unidirectional_left2right;
    this.x = sequences(x.shape());
    this.y = sequences(y.shape());
    int features = x.shape().c();
    this.input = weights(spec, features, dnnl_ldgoi);
    this.recurrent = weights(spec, spec.hidden(), dnnl_ldgoi);
    this.anyInput = weights(spec, features, dnnl_format_tag_any);
    this.anyRecurrent = weights(spec, spec.hidden(), dnnl_format_tag_any);
    long[] biases = {1, spec.directions(), LstmSpec.GATES, spec.hidden()};
    this.bias = handles.tagged(biases, ElementType.F32, dnnl_ldgo);
  }

  private dnnl_memory_desc sequences(Shape s) {
    return handles.tagged(new long[] {s.w(), s.n(), s.c()}, ElementType.F32, dnnl_ntc);
  }

  private dnnl_memory_desc weights(LstmSpec spec, int in, int tag) {
    long[] dims = {1, spec.directions(), in, LstmSpec.GATES, spec.hidden()};
    return handles.tagged(dims, ElementType.F32, tag);
  }

  dnnl_primitive_desc forward(boolean training) {
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "lstm",
        dnnl_lstm_forward_primitive_desc_create(
            pd,
            engine,
            training ? dnnl_forward_training : dnnl_forward_inference,
            direction,
            x,
            null, // the first hidden state is 0
            null, // and so is the first cell state
            anyInput,
            anyRecurrent,
            null, // no peepholes
            null, // no projection
            bias,
            y,
            null, // nobody asks for the last hidden state
            null, // nor for the last cell state
            dnnl_rnn_flags_undef,
            handles.attributes()));
    return handles.own(pd);
  }

  /** Gradients have the layouts of what they belong to; left out is what {@link #forward} omits. */
  dnnl_primitive_desc backward(dnnl_primitive_desc forward) {
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "lstm, gradient",
        dnnl_lstm_backward_primitive_desc_create(
            pd,
            engine,
            dnnl_backward,
            direction,
            x,
            null,
            null,
            anyInput,
            anyRecurrent,
            null,
            null,
            bias,
            y,
            null,
            null,
            x,
            null,
            null,
            anyInput,
            anyRecurrent,
            null,
            null,
            bias,
            y,
            null,
            null,
            dnnl_rnn_flags_diff_weights_overwrite,
            forward,
            handles.attributes()));
    return handles.own(pd);
  }
}
