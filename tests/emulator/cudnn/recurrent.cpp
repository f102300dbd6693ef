// libcudnn_adv's descriptors of recurrent layers, and the sizes and places that follow from them.
#include "cudnn/recurrent.h"

#include "cudnn/handle.h"
#include "cudnn/recurrent_passes.h"

using namespace emulated_cudnn;

namespace emulated_cudnn {
namespace {

constexpr int64_t kPart = 64;  // elements

// The memory of a part, and what lies before it.
int64_t spaced(int64_t count) { return kPart + (count + kPart - 1) / kPart * kPart; }

int64_t of_hidden(const Recurrent& rnn) { return spaced(rnn.hidden * rnn.hidden); }

int64_t matrices_of(const Recurrent& rnn, int64_t layer) {
  return spaced(kGates * rnn.hidden * rnn.inputs_of(layer)) + kGates * of_hidden(rnn);
}

int64_t all_biases(const Recurrent& rnn) { return rnn.pseudo_layers() * 2 * kGates * spaced(rnn.hidden); }

}  // namespace

int64_t Sequences::at(int64_t b, int64_t t) const {
  if (layout == kSequenceMajorUnpacked) return (t * batch + b) * width;
  if (layout == kBatchMajorUnpacked) return (b * steps + t) * width;
  int64_t vectors = b;
  for (int64_t before = 0; before < t; ++before)
    for (const int32_t length : lengths) vectors += length > before ? 1 : 0;
  return vectors * width;
}

WeightPlace weight_place(const Recurrent& rnn, int64_t pseudo_layer, int64_t id) {
  const int64_t layer = pseudo_layer / rnn.directions, of_input = rnn.hidden * rnn.inputs_of(layer);
  WeightPlace place;
  place.rows = rnn.hidden;
  place.columns = id < kGates ? rnn.inputs_of(layer) : rnn.hidden;
  place.bias = kPart + (pseudo_layer * 2 * kGates + id) * spaced(rnn.hidden);
  place.matrix = kPart + all_biases(rnn);
  for (int64_t p = 0; p < pseudo_layer; ++p) place.matrix += matrices_of(rnn, p / rnn.directions);
  place.matrix += id < kGates ? id * of_input : spaced(kGates * of_input) + (id - kGates) * of_hidden(rnn);
  return place;
}

size_t weight_bytes(const Recurrent& rnn) {
  int64_t count = all_biases(rnn);
  for (int64_t p = 0; p < rnn.pseudo_layers(); ++p) count += matrices_of(rnn, p / rnn.directions);
  return static_cast<size_t>(count) * sizeof(float);
}

size_t workspace_bytes(const Recurrent& rnn, const Sequences& x, bool training) {
  return static_cast<size_t>((training ? 2 : 1) * x.batch * rnn.hidden * kGates) * sizeof(float) + 512;
}

size_t recurrent_reserve_bytes(const Recurrent& rnn, const Sequences& x) {
  return sizeof(Trace::Header) + static_cast<size_t>(Trace::elements(rnn, x.steps, x.batch)) * sizeof(float);
}

}  // namespace emulated_cudnn

namespace {

void require_known(int value, int last, const char* why) {
  require(value >= 0 && value <= last, CUDNN_STATUS_BAD_PARAM, why);
}

void require_arithmetic(int type, int precision, int math) {
  enum { kTensorOpMath = 1, kFmaMath = 3 };
  require(type == kFloat, CUDNN_STATUS_NOT_SUPPORTED, "recurrent layers are of float here");
  require(precision == kFloat, CUDNN_STATUS_BAD_PARAM, "the precision of float is float");
  require_known(math, kFmaMath, "mathType is none");
  require(math != kTensorOpMath, CUDNN_STATUS_BAD_PARAM, "TENSOR_OP_MATH is for half; float takes ALLOW_CONVERSION");
}

void require_mode(int algorithm, int cell, int bias, int direction, int input) {
  enum { kStandard = 0, kSmallHidden = 3, kLstm = 2, kGru = 3, kDoubleBias = 2, kSingleRecurrent = 3 };
  require_known(algorithm, kSmallHidden, "algo is none");
  require_known(cell, kGru, "cellMode is none");
  require_known(bias, kSingleRecurrent, "biasMode is none");
  require_known(direction, 1, "dirMode is none");
  require_known(input, 1, "inputMode is none");
  require(algorithm == kStandard, CUDNN_STATUS_NOT_SUPPORTED, "ALGO_STANDARD is supported here");
  require(cell == kLstm && bias == kDoubleBias && input == 0, CUDNN_STATUS_NOT_SUPPORTED,
          "LSTM with DOUBLE_BIAS and LINEAR_INPUT is supported here");
}

const Sequences& checked(const Sequences& s, const int* lengths) {
  require_known(s.layout, kBatchMajorUnpacked, "the layout is none");
  require(s.steps > 0 && s.batch > 0 && s.width > 0, CUDNN_STATUS_BAD_PARAM, "extents must be positive");
  require_pointer(lengths, "seqLengthArray");
  for (int64_t b = 0; b < s.batch; ++b) {
    require(lengths[b] >= 0 && lengths[b] <= s.steps, CUDNN_STATUS_BAD_PARAM, "lengths must be in [0, maxSeqLength]");
    require(s.layout != kSequenceMajorPacked || b == 0 || lengths[b] <= lengths[b - 1], CUDNN_STATUS_BAD_PARAM,
            "packed sequences must be sorted by length, longest first");
  }
  return s;
}

}  // namespace

EMULATOR_ENTRY Status cudnnAdvVersionCheck() {
  return cudnn_call("cudnnAdvVersionCheck", [] {});
}

EMULATOR_ENTRY Status cudnnCreateRNNDescriptor(void** rnn) {
  return create<Recurrent>("cudnnCreateRNNDescriptor", rnn);
}

EMULATOR_ENTRY Status cudnnDestroyRNNDescriptor(void* rnn) {
  return destroy<Recurrent>("cudnnDestroyRNNDescriptor", rnn);
}

EMULATOR_ENTRY Status cudnnCreateRNNDataDescriptor(void** sequences) {
  return create<Sequences>("cudnnCreateRNNDataDescriptor", sequences);
}

EMULATOR_ENTRY Status cudnnDestroyRNNDataDescriptor(void* sequences) {
  return destroy<Sequences>("cudnnDestroyRNNDataDescriptor", sequences);
}

EMULATOR_ENTRY Status cudnnSetRNNDescriptor_v8(void* descriptor, int algorithm, int cell, int bias, int direction,
                                               int input, int type, int precision, int math, int32_t inputs,
                                               int32_t hidden, int32_t projected, int32_t layers, void* dropout,
                                               uint32_t flags) {
  return cudnn_call("cudnnSetRNNDescriptor_v8", [&] {
    require_mode(algorithm, cell, bias, direction, input);
    require_arithmetic(type, precision, math);
    require(inputs > 0 && hidden > 0 && layers > 0, CUDNN_STATUS_BAD_PARAM, "sizes must be positive");
    require(projected > 0 && projected <= hidden, CUDNN_STATUS_BAD_PARAM, "projSize must be in [1, hiddenSize]");
    require(projected == hidden, CUDNN_STATUS_NOT_SUPPORTED, "no projection is supported here");
    require(ready<Dropout>(dropout, "dropoutDesc").rate == 0 || layers == 1, CUDNN_STATUS_NOT_SUPPORTED,
            "no dropout is supported here");
    require(flags <= 1, CUDNN_STATUS_BAD_PARAM, "auxFlags has an unknown bit");
    live<Recurrent>(descriptor, "rnnDesc") = {true, flags == 1, inputs, hidden, layers, direction + 1};
  });
}

EMULATOR_ENTRY Status cudnnSetRNNDataDescriptor(void* descriptor, int type, int layout, int steps, int batch, int width,
                                                const int* lengths, void* padding) {
  return cudnn_call("cudnnSetRNNDataDescriptor", [&] {
    require(type == kFloat, CUDNN_STATUS_NOT_SUPPORTED, "sequences are of float here");
    Sequences sequences;
    sequences.layout = layout;
    sequences.steps = steps;
    sequences.batch = batch;
    sequences.width = width;
    checked(sequences, lengths);
    sequences.lengths.assign(lengths, lengths + batch);
    sequences.fill = padding != nullptr;
    if (padding != nullptr) sequences.padding = *static_cast<const float*>(padding);
    live<Sequences>(descriptor, "RNNDataDesc") = sequences;
  });
}

EMULATOR_ENTRY Status cudnnGetRNNWeightSpaceSize(void* handle, void* rnn, size_t* bytes) {
  return cudnn_call("cudnnGetRNNWeightSpaceSize", [&] {
    handle_of(handle);
    *bytes = weight_bytes(ready<Recurrent>(rnn, "rnnDesc"));
  });
}

EMULATOR_ENTRY Status cudnnGetRNNTempSpaceSizes(void* handle, void* rnn_desc, int mode, void* x_desc, size_t* workspace,
                                                size_t* reserve) {
  return cudnn_call("cudnnGetRNNTempSpaceSizes", [&] {
    handle_of(handle);
    require_known(mode, kForTraining, "fMode is none");
    const Recurrent& rnn = ready<Recurrent>(rnn_desc, "rnnDesc");
    const Sequences& x = ready<Sequences>(x_desc, "xDesc");
    require_pointer(workspace, "workSpaceSize");
    require_pointer(reserve, "reserveSpaceSize");
    *workspace = workspace_bytes(rnn, x, mode == kForTraining);
    *reserve = mode == kForTraining ? recurrent_reserve_bytes(rnn, x) : 0;
  });
}

EMULATOR_ENTRY Status cudnnGetRNNWeightParams(void* handle, void* rnn_desc, int32_t pseudo_layer, size_t bytes,
                                              const void* weights, int32_t id, void* matrix_desc, void** matrix,
                                              void* bias_desc, void** bias) {
  return cudnn_call("cudnnGetRNNWeightParams", [&] {
    handle_of(handle);
    const Recurrent& rnn = ready<Recurrent>(rnn_desc, "rnnDesc");
    require(pseudo_layer >= 0 && pseudo_layer < rnn.pseudo_layers(), CUDNN_STATUS_BAD_PARAM, "pseudoLayer is none");
    require(id >= 0 && id < 2 * kGates, CUDNN_STATUS_BAD_PARAM, "linLayerID is none of an LSTM");
    require(bytes >= weight_bytes(rnn), CUDNN_STATUS_BAD_PARAM, "the weight space is too small");
    require_pointer(weights, "weightSpace");
    require_pointer(matrix, "mAddr");
    require_pointer(bias, "bAddr");
    const WeightPlace place = weight_place(rnn, pseudo_layer, id);
    const int64_t rows = place.rows, columns = place.columns;
    live<Tensor>(matrix_desc, "mDesc") = {kFloat, {1, rows, columns, 1}, {rows * columns, columns, 1, 1}, 3};
    live<Tensor>(bias_desc, "bDesc") = {kFloat, {1, rows, 1, 1}, {rows, 1, 1, 1}, 3};
    float* const base = static_cast<float*>(const_cast<void*>(weights));
    *matrix = base + place.matrix;
    *bias = base + place.bias;
  });
}
