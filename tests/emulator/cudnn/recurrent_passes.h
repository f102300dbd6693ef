// An LSTM forward and backward, one sequence after the other. Sums in double, results kept as float.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_RECURRENT_PASSES_H
#define ASSAY_TESTS_EMULATOR_CUDNN_RECURRENT_PASSES_H

#include <vector>

#include "cudnn/recurrent.h"

namespace emulated_cudnn {

enum ForwardMode { kForInference = 0, kForTraining = 1 };

// What the reserve space holds: for every step of every pseudo layer the gates after their functions (after the data's
// backward pass, the gradients before them), the cell, and the hidden state.
struct Trace {
  enum Stage : int64_t { kAfterForward = 0x6c73746d31, kAfterBackwardData = 0x6c73746d32 };
  struct Header {
    int64_t stage;
    uint64_t digest_of_x;
  };
  struct Step {
    float *gates, *cell, *hidden;
  };

  static int64_t elements(const Recurrent& rnn, int64_t steps, int64_t batch) {
    return rnn.pseudo_layers() * steps * batch * (kGates + 2) * rnn.hidden;
  }
  Step step(int64_t pseudo_layer, int64_t b, int64_t t) const;

  Recurrent rnn;
  int64_t steps = 0, batch = 0;
  float* data = nullptr;
};

// The arguments that all three passes have. Pointers into device memory, touched when the pass runs.
struct RecurrentPass {
  Recurrent rnn;
  Sequences x, y;  // of x's and y's vectors
  const int32_t* lengths = nullptr;
  const float *x_data = nullptr, *y_data = nullptr;
  const float *hx = nullptr, *cx = nullptr;
  void* reserve = nullptr;

  Trace trace_at(float* data) const { return {rnn, x.steps, x.batch, data}; }
  Trace reserved() const;
  Trace::Header& header() const { return *static_cast<Trace::Header*>(reserve); }
  // Throw std::runtime_error, which loses the device.
  void require_same_lengths() const;
  void require_reserve(Trace::Stage stage, const char* otherwise) const;
  // They must still be what the forward pass read and wrote, because the library reads them.
  void require_x_unchanged() const;
  void require_y_unchanged() const;

  uint64_t digest_of_x() const;
  // What a step of a layer takes in.
  std::vector<float> input(const Trace& trace, int64_t layer, int64_t b, int64_t t) const;
  // The state before the first step: zeros without one.
  std::vector<float> initial(const float* states, int64_t pseudo_layer, int64_t b) const;
  // The k-th step in the pseudo layer's direction.
  int64_t time(int64_t pseudo_layer, int64_t b, int64_t k) const;
};

struct RecurrentForward : RecurrentPass {
  ForwardMode mode = kForInference;
  const float* weights = nullptr;
  float *y_out = nullptr, *hy = nullptr, *cy = nullptr;
  void run() const;

 private:
  void run_sequence(const Trace& trace, int64_t pseudo_layer, int64_t b) const;
  void write_y(const Trace& trace) const;
};

struct RecurrentBackwardData : RecurrentPass {
  const float* weights = nullptr;
  const float *dy = nullptr, *dhy = nullptr, *dcy = nullptr;
  float *dx = nullptr, *dhx = nullptr, *dcx = nullptr;
  void run() const;

 private:
  using Values = std::vector<double>;
  void run_sequence(const Trace& trace, int64_t pseudo_layer, int64_t b, const Values& dout, Values* din) const;
  void step_back(const Trace& trace, int64_t pseudo_layer, int64_t b, int64_t k, Values* dh, Values* dc) const;
};

// Adds to dweights.
struct RecurrentBackwardWeights : RecurrentPass {
  float* dweights = nullptr;
  void run() const;

 private:
  void add_step(const Trace& trace, int64_t pseudo_layer, int64_t b, int64_t k) const;
};

}  // namespace emulated_cudnn

#endif
