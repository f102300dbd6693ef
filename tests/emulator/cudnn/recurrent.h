// What libcudnn_adv's descriptors of recurrent layers hold: LSTMs of float with two biases.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_RECURRENT_H
#define ASSAY_TESTS_EMULATOR_CUDNN_RECURRENT_H

#include <vector>

#include "cudnn/descriptors.h"

namespace emulated_cudnn {

// Gates, in the library's order: input, forget, cell, output. Matrix and bias g are of the input, kGates + g of the
// hidden state.
constexpr int kGates = 4;

// cudnnRNNDescriptor. A pseudo layer is one direction of one layer: layer * directions + direction.
struct Recurrent {
  bool set = false;
  bool padded = false;  // CUDNN_RNN_PADDED_IO_ENABLED
  int64_t inputs = 0, hidden = 0, layers = 0, directions = 1;

  int64_t pseudo_layers() const { return layers * directions; }
  int64_t inputs_of(int64_t layer) const { return layer == 0 ? inputs : directions * hidden; }
};

enum SequenceLayout { kSequenceMajorUnpacked = 0, kSequenceMajorPacked = 1, kBatchMajorUnpacked = 2 };

// cudnnRNNDataDescriptor: `batch` sequences of vectors.
struct Sequences {
  int layout = -1;
  int64_t steps = 0, batch = 0, width = 0;
  std::vector<int32_t> lengths;
  bool fill = false;
  float padding = 0;

  // Of vector `t` of sequence `b`, in elements.
  int64_t at(int64_t b, int64_t t) const;
};

inline bool is_set(const Recurrent& rnn) { return rnn.set; }
inline bool is_set(const Sequences& sequences) { return sequences.layout >= 0; }

template <>
struct KindOf<Recurrent> {
  static constexpr Kind kKind = Kind::kRecurrent;
};
template <>
struct KindOf<Sequences> {
  static constexpr Kind kKind = Kind::kSequences;
};

// Where a matrix and its bias lie in the weight space, in elements. Biases come first; the input's matrices of a pseudo
// layer follow each other, and all else begins at a multiple of 256 bytes with memory of no meaning before it: who
// assumes an order of parts finds nothing.
struct WeightPlace {
  int64_t rows, columns, matrix, bias;
};
WeightPlace weight_place(const Recurrent& rnn, int64_t pseudo_layer, int64_t id);
size_t weight_bytes(const Recurrent& rnn);

size_t workspace_bytes(const Recurrent& rnn, const Sequences& x, bool training);
size_t recurrent_reserve_bytes(const Recurrent& rnn, const Sequences& x);

}  // namespace emulated_cudnn

#endif
