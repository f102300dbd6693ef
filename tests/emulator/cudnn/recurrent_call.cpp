// libcudnn_adv's recurrent passes: what is checked when they are called.
#include "cudnn/handle.h"
#include "cudnn/recurrent_passes.h"

using namespace emulated_cudnn;

namespace {

void require_sequences(const RecurrentPass& pass) {
  const Recurrent& rnn = pass.rnn;
  require(pass.x.width == rnn.inputs, CUDNN_STATUS_BAD_PARAM, "x's vectors are not of inputSize");
  require(pass.y.width == rnn.directions * rnn.hidden, CUDNN_STATUS_BAD_PARAM,
          "y's vectors are not of hiddenSize times directions");
  require(pass.x.steps == pass.y.steps && pass.x.lengths == pass.y.lengths, CUDNN_STATUS_BAD_PARAM,
          "x and y differ in their sequences");
  require(pass.x.layout == pass.y.layout, CUDNN_STATUS_BAD_PARAM, "x and y differ in layout");
  require(rnn.padded || pass.x.layout == kSequenceMajorPacked, CUDNN_STATUS_BAD_PARAM,
          "unpacked layouts need CUDNN_RNN_PADDED_IO_ENABLED");
}

void require_states(void* descriptor, const RecurrentPass& pass, const char* name) {
  const Tensor& states = ready<Tensor>(descriptor, name);
  const int64_t p = pass.rnn.pseudo_layers(), b = pass.x.batch, h = pass.rnn.hidden;
  require(states.rank == 3 && states.type == kFloat && states.dims == std::array<int64_t, 4>{p, b, h, 1},
          CUDNN_STATUS_BAD_PARAM, "states must be float, layers times directions x batch x hiddenSize");
  require(states.strides == std::array<int64_t, 4>{b * h, h, 1, 1}, CUDNN_STATUS_BAD_PARAM,
          "states must be fully packed");
}

// What all passes are called with.
RecurrentPass pass_of(void* rnn, const int32_t* lengths, void* x_desc, void* y_desc, void* h_desc, const void* hx) {
  RecurrentPass pass;
  pass.rnn = ready<Recurrent>(rnn, "rnnDesc");
  pass.x = ready<Sequences>(x_desc, "xDesc");
  pass.y = ready<Sequences>(y_desc, "yDesc");
  require_pointer(lengths, "devSeqLengths");
  pass.lengths = lengths;
  require_sequences(pass);
  require_states(h_desc, pass, "hDesc");
  pass.hx = static_cast<const float*>(hx);
  return pass;
}

void require_weights(const Recurrent& rnn, const void* weights, size_t bytes) {
  require_pointer(weights, "the weight space");
  require(bytes >= weight_bytes(rnn), CUDNN_STATUS_BAD_PARAM, "the weight space is too small");
}

void set_reserve(RecurrentPass* pass, void* reserve, size_t bytes) {
  require_pointer(reserve, "the reserve space");
  require(bytes >= recurrent_reserve_bytes(pass->rnn, pass->x), CUDNN_STATUS_BAD_PARAM,
          "the reserve space is too small");
  pass->reserve = reserve;
}

template <class Pass>
void enqueue_pass(void* handle, const char* name, const Pass& pass, bool training, void* workspace, size_t bytes) {
  enqueue_with_workspace(handle, name, workspace, bytes, workspace_bytes(pass.rnn, pass.x, training),
                         [pass] { pass.run(); });
}

}  // namespace

EMULATOR_ENTRY Status cudnnRNNForward(void* handle, void* rnn, int mode, const int32_t* lengths, void* x_desc,
                                      const void* x, void* y_desc, void* y, void* h_desc, const void* hx, void* hy,
                                      void* c_desc, const void* cx, void* cy, size_t weight_size, const void* weights,
                                      size_t workspace_size, void* workspace, size_t reserve_size, void* reserve) {
  return cudnn_call("cudnnRNNForward", [&] {
    require(mode == kForInference || mode == kForTraining, CUDNN_STATUS_BAD_PARAM, "fwdMode is none");
    RecurrentForward f;
    static_cast<RecurrentPass&>(f) = pass_of(rnn, lengths, x_desc, y_desc, h_desc, hx);
    require_states(c_desc, f, "cDesc");
    require_weights(f.rnn, weights, weight_size);
    require_pointer(x, "x");
    require_pointer(y, "y");
    f.mode = static_cast<ForwardMode>(mode);
    f.x_data = static_cast<const float*>(x);
    f.y_out = static_cast<float*>(y);
    f.cx = static_cast<const float*>(cx);
    f.hy = static_cast<float*>(hy);
    f.cy = static_cast<float*>(cy);
    f.weights = static_cast<const float*>(weights);
    if (mode == kForTraining) set_reserve(&f, reserve, reserve_size);
    enqueue_pass(handle, "cudnnRNNForward", f, mode == kForTraining, workspace, workspace_size);
  });
}

EMULATOR_ENTRY Status cudnnRNNBackwardData_v8(void* handle, void* rnn, const int32_t* lengths, void* y_desc,
                                              const void* y, const void* dy, void* x_desc, void* dx, void* h_desc,
                                              const void* hx, const void* dhy, void* dhx, void* c_desc, const void* cx,
                                              const void* dcy, void* dcx, size_t weight_size, const void* weights,
                                              size_t workspace_size, void* workspace, size_t reserve_size,
                                              void* reserve) {
  return cudnn_call("cudnnRNNBackwardData_v8", [&] {
    RecurrentBackwardData b;
    static_cast<RecurrentPass&>(b) = pass_of(rnn, lengths, x_desc, y_desc, h_desc, hx);
    require_states(c_desc, b, "cDesc");
    require_weights(b.rnn, weights, weight_size);
    for (const void* data : {y, dy, static_cast<const void*>(dx)}) require_pointer(data, "y, dy or dx");
    b.y_data = static_cast<const float*>(y);
    b.dy = static_cast<const float*>(dy);
    b.dx = static_cast<float*>(dx);
    b.cx = static_cast<const float*>(cx);
    b.dhy = static_cast<const float*>(dhy);
    b.dcy = static_cast<const float*>(dcy);
    b.dhx = static_cast<float*>(dhx);
    b.dcx = static_cast<float*>(dcx);
    b.weights = static_cast<const float*>(weights);
    set_reserve(&b, reserve, reserve_size);
    enqueue_pass(handle, "cudnnRNNBackwardData_v8", b, true, workspace, workspace_size);
  });
}

EMULATOR_ENTRY Status cudnnRNNBackwardWeights_v8(void* handle, void* rnn, int mode, const int32_t* lengths,
                                                 void* x_desc, const void* x, void* h_desc, const void* hx,
                                                 void* y_desc, const void* y, size_t weight_size, void* dweights,
                                                 size_t workspace_size, void* workspace, size_t reserve_size,
                                                 void* reserve) {
  return cudnn_call("cudnnRNNBackwardWeights_v8", [&] {
    enum { kAdd = 0, kSet = 1 };
    require(mode == kAdd || mode == kSet, CUDNN_STATUS_BAD_PARAM, "addGrad is none");
    require(mode == kAdd, CUDNN_STATUS_NOT_SUPPORTED, "WGRAD_MODE_ADD is the one that is supported");
    RecurrentBackwardWeights b;
    static_cast<RecurrentPass&>(b) = pass_of(rnn, lengths, x_desc, y_desc, h_desc, hx);
    require_weights(b.rnn, dweights, weight_size);
    require_pointer(x, "x");
    require_pointer(y, "y");
    b.x_data = static_cast<const float*>(x);
    b.y_data = static_cast<const float*>(y);
    b.dweights = static_cast<float*>(dweights);
    set_reserve(&b, reserve, reserve_size);
    enqueue_pass(handle, "cudnnRNNBackwardWeights_v8", b, true, workspace, workspace_size);
  });
}
