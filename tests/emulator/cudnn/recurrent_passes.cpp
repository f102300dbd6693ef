#include "cudnn/recurrent_passes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace emulated_cudnn {
namespace {

size_t to_size(int64_t count) { return static_cast<size_t>(count); }

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

double row_times(const float* row, const std::vector<float>& vector) {
  double sum = 0;
  for (size_t i = 0; i < vector.size(); ++i) sum += static_cast<double>(row[i]) * vector[i];
  return sum;
}

// sum += the transposed matrix of a gate times that gate's gradient.
void add_transposed(const float* matrix, int64_t columns, const float* gradient, int64_t rows, double* sum) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) sum[c] += static_cast<double>(matrix[r * columns + c]) * gradient[r];
}

std::vector<float> copy_of(const float* values, int64_t count) { return std::vector<float>(values, values + count); }

}  // namespace

Trace::Step Trace::step(int64_t pseudo_layer, int64_t b, int64_t t) const {
  float* const at = data + ((pseudo_layer * steps + t) * batch + b) * (kGates + 2) * rnn.hidden;
  return {at, at + kGates * rnn.hidden, at + (kGates + 1) * rnn.hidden};
}

Trace RecurrentPass::reserved() const {
  return trace_at(reinterpret_cast<float*>(static_cast<char*>(reserve) + sizeof(Trace::Header)));
}

void RecurrentPass::require_same_lengths() const {
  if (!std::equal(x.lengths.begin(), x.lengths.end(), lengths))
    throw std::runtime_error("devSeqLengths are not the lengths of the descriptor");
}

void RecurrentPass::require_reserve(Trace::Stage stage, const char* otherwise) const {
  if (header().stage != stage) throw std::runtime_error(otherwise);
}

void RecurrentPass::require_x_unchanged() const {
  if (header().digest_of_x != digest_of_x()) throw std::runtime_error("x is not that of the forward pass");
}

void RecurrentPass::require_y_unchanged() const {
  const Trace trace = reserved();
  const int64_t top = (rnn.layers - 1) * rnn.directions;
  for (int64_t b = 0; b < y.batch; ++b)
    for (int64_t t = 0; t < y.lengths[to_size(b)]; ++t)
      for (int64_t d = 0; d < rnn.directions; ++d) {
        const float* const hidden = trace.step(top + d, b, t).hidden;
        if (!std::equal(hidden, hidden + rnn.hidden, y_data + y.at(b, t) + d * rnn.hidden))
          throw std::runtime_error("y is not that of the forward pass");
      }
}

uint64_t RecurrentPass::digest_of_x() const {
  uint64_t digest = 14695981039346656037u;  // FNV-1a
  for (int64_t b = 0; b < x.batch; ++b)
    for (int64_t t = 0; t < x.lengths[to_size(b)]; ++t) {
      const unsigned char* const bytes = reinterpret_cast<const unsigned char*>(x_data + x.at(b, t));
      for (size_t i = 0; i < to_size(x.width) * sizeof(float); ++i) digest = (digest ^ bytes[i]) * 1099511628211u;
    }
  return digest;
}

std::vector<float> RecurrentPass::input(const Trace& trace, int64_t layer, int64_t b, int64_t t) const {
  if (layer == 0) return copy_of(x_data + x.at(b, t), x.width);
  std::vector<float> below;
  for (int64_t d = 0; d < rnn.directions; ++d) {
    const float* const hidden = trace.step((layer - 1) * rnn.directions + d, b, t).hidden;
    below.insert(below.end(), hidden, hidden + rnn.hidden);
  }
  return below;
}

std::vector<float> RecurrentPass::initial(const float* states, int64_t pseudo_layer, int64_t b) const {
  if (states == nullptr) return std::vector<float>(to_size(rnn.hidden), 0.0f);
  return copy_of(states + (pseudo_layer * x.batch + b) * rnn.hidden, rnn.hidden);
}

int64_t RecurrentPass::time(int64_t pseudo_layer, int64_t b, int64_t k) const {
  return pseudo_layer % rnn.directions == 0 ? k : x.lengths[to_size(b)] - 1 - k;
}

void RecurrentForward::run() const {
  require_same_lengths();
  std::vector<float> own;
  if (mode == kForInference) own.resize(to_size(Trace::elements(rnn, x.steps, x.batch)));
  const Trace trace = mode == kForInference ? trace_at(own.data()) : reserved();
  for (int64_t p = 0; p < rnn.pseudo_layers(); ++p)
    for (int64_t b = 0; b < x.batch; ++b) run_sequence(trace, p, b);
  write_y(trace);
  if (mode == kForTraining) header() = {Trace::kAfterForward, digest_of_x()};
}

void RecurrentForward::run_sequence(const Trace& trace, int64_t p, int64_t b) const {
  std::vector<float> h = initial(hx, p, b), c = initial(cx, p, b);
  for (int64_t k = 0; k < x.lengths[to_size(b)]; ++k) {
    const int64_t t = time(p, b, k);
    const std::vector<float> in = input(trace, p / rnn.directions, b, t);
    const Trace::Step step = trace.step(p, b, t);
    for (int64_t g = 0; g < kGates; ++g) {
      const WeightPlace w = weight_place(rnn, p, g), r = weight_place(rnn, p, kGates + g);
      for (int64_t i = 0; i < rnn.hidden; ++i) {
        const double sum = weights[w.bias + i] + weights[r.bias + i] +
                           row_times(weights + w.matrix + i * w.columns, in) +
                           row_times(weights + r.matrix + i * r.columns, h);
        step.gates[g * rnn.hidden + i] = static_cast<float>(g == 2 ? std::tanh(sum) : sigmoid(sum));
      }
    }
    for (int64_t i = 0; i < rnn.hidden; ++i) {
      const double forget = step.gates[rnn.hidden + i];
      const double cell = forget * c[to_size(i)] + double{step.gates[i]} * step.gates[2 * rnn.hidden + i];
      step.cell[i] = c[to_size(i)] = static_cast<float>(cell);
      step.hidden[i] = static_cast<float>(step.gates[3 * rnn.hidden + i] * std::tanh(cell));
    }
    h = copy_of(step.hidden, rnn.hidden);
  }
  const int64_t at = (p * x.batch + b) * rnn.hidden;
  if (hy != nullptr) std::copy(h.begin(), h.end(), hy + at);
  if (cy != nullptr) std::copy(c.begin(), c.end(), cy + at);
}

// What pads y is the descriptor's value, else undefined.
void RecurrentForward::write_y(const Trace& trace) const {
  const float padding = y.fill ? y.padding : std::numeric_limits<float>::quiet_NaN();
  const bool padded = y.layout != kSequenceMajorPacked;
  for (int64_t b = 0; b < y.batch; ++b)
    for (int64_t t = 0; t < (padded ? y.steps : y.lengths[to_size(b)]); ++t) {
      std::vector<float> values(to_size(y.width), padding);
      if (t < y.lengths[to_size(b)]) values = input(trace, rnn.layers, b, t);
      std::copy(values.begin(), values.end(), y_out + y.at(b, t));
    }
}

void RecurrentBackwardData::run() const {
  require_same_lengths();
  require_reserve(Trace::kAfterForward, "the reserve space is not that of a forward pass for training");
  require_y_unchanged();
  const Trace trace = reserved();
  for (int64_t b = 0; b < x.batch; ++b) {
    const int64_t length = x.lengths[to_size(b)];
    Values dout;
    for (int64_t t = 0; t < length; ++t) dout.insert(dout.end(), dy + y.at(b, t), dy + y.at(b, t) + y.width);
    for (int64_t layer = rnn.layers - 1; layer >= 0; --layer) {
      Values din(to_size(length * rnn.inputs_of(layer)), 0.0);
      for (int64_t d = 0; d < rnn.directions; ++d) run_sequence(trace, layer * rnn.directions + d, b, dout, &din);
      dout = din;
    }
    for (int64_t t = 0; t < length; ++t)
      for (int64_t i = 0; i < x.width; ++i) dx[x.at(b, t) + i] = static_cast<float>(dout[to_size(t * x.width + i)]);
  }
  header().stage = Trace::kAfterBackwardData;
}

void RecurrentBackwardData::run_sequence(const Trace& trace, int64_t p, int64_t b, const Values& dout,
                                         Values* din) const {
  const int64_t inputs = rnn.inputs_of(p / rnn.directions), width = rnn.directions * rnn.hidden;
  const std::vector<float> last_h = initial(dhy, p, b), last_c = initial(dcy, p, b);
  Values dh(last_h.begin(), last_h.end()), dc(last_c.begin(), last_c.end());
  for (int64_t k = x.lengths[to_size(b)] - 1; k >= 0; --k) {
    const int64_t t = time(p, b, k);
    for (int64_t i = 0; i < rnn.hidden; ++i)
      dh[to_size(i)] += dout[to_size(t * width + p % rnn.directions * rnn.hidden + i)];
    step_back(trace, p, b, k, &dh, &dc);
    const Trace::Step step = trace.step(p, b, t);
    for (int64_t g = 0; g < kGates; ++g)
      add_transposed(weights + weight_place(rnn, p, g).matrix, inputs, step.gates + g * rnn.hidden, rnn.hidden,
                     din->data() + t * inputs);
  }
  const int64_t at = (p * x.batch + b) * rnn.hidden;
  for (int64_t i = 0; i < rnn.hidden; ++i) {
    if (dhx != nullptr) dhx[at + i] = static_cast<float>(dh[to_size(i)]);
    if (dcx != nullptr) dcx[at + i] = static_cast<float>(dc[to_size(i)]);
  }
}

// From the gradients of a step's hidden state and cell to those of the step before, which replace them, and of its
// gates, which replace the gates.
void RecurrentBackwardData::step_back(const Trace& trace, int64_t p, int64_t b, int64_t k, Values* dh,
                                      Values* dc) const {
  const Trace::Step step = trace.step(p, b, time(p, b, k));
  const std::vector<float> before =
      k == 0 ? initial(cx, p, b) : copy_of(trace.step(p, b, time(p, b, k - 1)).cell, rnn.hidden);
  for (int64_t i = 0; i < rnn.hidden; ++i) {
    float *const in = step.gates + i, *const forget = in + rnn.hidden, *const cell = forget + rnn.hidden,
                 *const out = cell + rnn.hidden;
    const double squashed = std::tanh(static_cast<double>(step.cell[i]));
    const double of_h = (*dh)[to_size(i)];
    const double of_c = (*dc)[to_size(i)] + of_h * *out * (1 - squashed * squashed);
    (*dc)[to_size(i)] = of_c * *forget;
    const double of_in = of_c * *cell * *in * (1.0 - *in), of_cell = of_c * *in * (1.0 - double{*cell} * *cell);
    *out = static_cast<float>(of_h * squashed * *out * (1.0 - *out));
    *forget = static_cast<float>(of_c * before[to_size(i)] * *forget * (1.0 - *forget));
    *in = static_cast<float>(of_in);
    *cell = static_cast<float>(of_cell);
  }
  std::fill(dh->begin(), dh->end(), 0.0);
  for (int64_t g = 0; g < kGates; ++g)
    add_transposed(weights + weight_place(rnn, p, kGates + g).matrix, rnn.hidden, step.gates + g * rnn.hidden,
                   rnn.hidden, dh->data());
}

void RecurrentBackwardWeights::run() const {
  require_same_lengths();
  require_reserve(Trace::kAfterBackwardData, "the reserve space is not that of cudnnRNNBackwardData_v8");
  require_x_unchanged();
  require_y_unchanged();
  const Trace trace = reserved();
  for (int64_t p = 0; p < rnn.pseudo_layers(); ++p)
    for (int64_t b = 0; b < x.batch; ++b)
      for (int64_t k = 0; k < x.lengths[to_size(b)]; ++k) add_step(trace, p, b, k);
}

void RecurrentBackwardWeights::add_step(const Trace& trace, int64_t p, int64_t b, int64_t k) const {
  const int64_t t = time(p, b, k);
  const std::vector<float> of_input = input(trace, p / rnn.directions, b, t);
  const std::vector<float> of_hidden =
      k == 0 ? initial(hx, p, b) : copy_of(trace.step(p, b, time(p, b, k - 1)).hidden, rnn.hidden);
  const float* const gradients = trace.step(p, b, t).gates;
  for (int64_t id = 0; id < 2 * kGates; ++id) {
    const WeightPlace place = weight_place(rnn, p, id);
    const std::vector<float>& factors = id < kGates ? of_input : of_hidden;
    for (int64_t i = 0; i < place.rows; ++i) {
      const float gradient = gradients[id % kGates * rnn.hidden + i];
      dweights[place.bias + i] += gradient;
      for (int64_t j = 0; j < place.columns; ++j)
        dweights[place.matrix + i * place.columns + j] += gradient * factors[to_size(j)];
    }
  }
}

}  // namespace emulated_cudnn
