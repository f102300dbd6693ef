// The emulated recurrent layers against a plain double loop and its differences.
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>

#include "selftest/cudnn_fixture.h"

namespace {

using namespace emulator_test;

constexpr int kInference = 0, kTraining = 1, kAdd = 0, kSet = 1;
constexpr int kPadded = 0, kPacked = 1, kBatchMajor = 2;

using Doubles = std::vector<double>;

// Sequences as [sequence][step][feature] in one array with all steps; what lies beyond a length has no meaning.
struct Problem {
  int inputs, hidden, layers, directions, layout;
  std::vector<int> lengths;

  int batch() const { return static_cast<int>(lengths.size()); }
  int steps() const { return 4; }
  int width() const { return hidden * directions; }
  int inputs_of(int layer) const { return layer == 0 ? inputs : width(); }
  // Of the parameters in one array: per direction of each layer W [4h, in], R [4h, h], bias, bias; then x, hx, cx.
  size_t of_layer(int layer) const { return static_cast<size_t>(4 * hidden * (inputs_of(layer) + hidden + 2)); }
  size_t weights_at(int layer, int direction) const {
    size_t at = static_cast<size_t>(direction) * of_layer(layer);
    for (int l = 0; l < layer; ++l) at += static_cast<size_t>(directions) * of_layer(l);
    return at;
  }
  size_t x_at() const { return weights_at(layers, 0); }
  size_t x_count() const { return static_cast<size_t>(batch() * steps() * inputs); }
  size_t states() const { return static_cast<size_t>(layers * directions * batch() * hidden); }
  size_t hx_at() const { return x_at() + x_count(); }
  size_t count() const { return hx_at() + 2 * states(); }
  size_t y_count() const { return static_cast<size_t>(batch() * steps() * width()); }
};

double squash(double v) { return 1 / (1 + std::exp(-v)); }

// y, then hy, then cy.
Doubles plain_lstm(const Problem& p, const Doubles& values) {
  const int n = p.hidden;
  Doubles result(p.y_count() + 2 * p.states(), 0.0);
  for (int b = 0; b < p.batch(); ++b) {
    const int length = p.lengths[b];
    std::vector<Doubles> sequence(static_cast<size_t>(length));
    for (int t = 0; t < length; ++t) {
      const auto first = values.begin() + static_cast<long>(p.x_at()) + (b * p.steps() + t) * p.inputs;
      sequence[t].assign(first, first + p.inputs);
    }
    for (int layer = 0; layer < p.layers; ++layer) {
      std::vector<Doubles> out(static_cast<size_t>(length), Doubles(static_cast<size_t>(p.width())));
      for (int d = 0; d < p.directions; ++d) {
        const int in = p.inputs_of(layer);
        const double* const w = values.data() + p.weights_at(layer, d);
        const double *const r = w + 4 * n * in, *const bw = r + 4 * n * n, *const br = bw + 4 * n;
        const size_t state = static_cast<size_t>(((layer * p.directions + d) * p.batch() + b) * n);
        Doubles h(n), c(n);
        for (int i = 0; i < n; ++i) {
          h[i] = values[p.hx_at() + state + i];
          c[i] = values[p.hx_at() + p.states() + state + i];
        }
        for (int k = 0; k < length; ++k) {
          const int t = d == 0 ? k : length - 1 - k;
          Doubles a(4 * n);
          for (int row = 0; row < 4 * n; ++row) {
            a[row] = bw[row] + br[row];
            for (int j = 0; j < in; ++j) a[row] += w[row * in + j] * sequence[t][j];
            for (int j = 0; j < n; ++j) a[row] += r[row * n + j] * h[j];
          }
          for (int i = 0; i < n; ++i) {
            c[i] = squash(a[n + i]) * c[i] + squash(a[i]) * std::tanh(a[2 * n + i]);
            h[i] = squash(a[3 * n + i]) * std::tanh(c[i]);
            out[t][d * n + i] = h[i];
          }
        }
        for (int i = 0; i < n; ++i) {
          result[p.y_count() + state + i] = h[i];
          result[p.y_count() + p.states() + state + i] = c[i];
        }
      }
      sequence = out;
    }
    for (int t = 0; t < length; ++t)
      for (int i = 0; i < p.width(); ++i) result[(b * p.steps() + t) * p.width() + i] = sequence[t][i];
  }
  return result;
}

Doubles differences(const Problem& p, Doubles values, const Doubles& seed) {
  const double step = 1e-5;
  Doubles slopes(values.size());
  const auto loss = [&] {
    const Doubles outputs = plain_lstm(p, values);
    return std::inner_product(outputs.begin(), outputs.end(), seed.begin(), 0.0);
  };
  for (size_t i = 0; i < values.size(); ++i) {
    const double before = values[i];
    values[i] = before + step;
    const double up = loss();
    values[i] = before - step;
    slopes[i] = (up - loss()) / (2 * step);
    values[i] = before;
  }
  return slopes;
}

// For each vector of sequences: its place in our order and in the layout's, counted in vectors.
void for_each_vector(const Problem& p, const std::function<void(int, int)>& body) {
  int packed = 0;
  for (int t = 0; t < p.steps(); ++t)
    for (int b = 0; b < p.batch(); ++b) {
      if (t >= p.lengths[b]) continue;
      const int at = p.layout == kPadded ? t * p.batch() + b : p.layout == kBatchMajor ? b * p.steps() + t : packed;
      body(b * p.steps() + t, at);
      ++packed;
    }
}

Values to_layout(const Problem& p, const double* values, int width) {
  Values laid(static_cast<size_t>(p.batch() * p.steps() * width), NAN);
  for_each_vector(p, [&](int ours, int theirs) {
    for (int i = 0; i < width; ++i) laid[theirs * width + i] = static_cast<float>(values[ours * width + i]);
  });
  return laid;
}

Values from_layout(const Problem& p, const Values& laid, int width) {
  Values values(laid.size(), 0.0f);
  for_each_vector(p, [&](int ours, int theirs) {
    for (int i = 0; i < width; ++i) values[ours * width + i] = laid[theirs * width + i];
  });
  return values;
}

Values part(const Doubles& values, size_t at, size_t count) {
  const auto first = values.begin() + static_cast<long>(at);
  return Values(first, first + static_cast<long>(count));
}

void* states_descriptor(const Problem& p) {
  const int dims[] = {p.layers * p.directions, p.batch(), p.hidden}, strides[] = {p.batch() * p.hidden, p.hidden, 1};
  void* descriptor = nullptr;
  OK(cudnnCreateTensorDescriptor(&descriptor));
  OK(cudnnSetTensorNdDescriptor(descriptor, kFloat, 3, dims, strides));
  return descriptor;
}

void* sequences_descriptor(const Problem& p, int width, float* padding) {
  void* descriptor = nullptr;
  OK(cudnnCreateRNNDataDescriptor(&descriptor));
  OK(cudnnSetRNNDataDescriptor(descriptor, kFloat, p.layout, p.steps(), p.batch(), width, p.lengths.data(), padding));
  return descriptor;
}

void* no_dropout(void* cudnn) {
  void* descriptor = nullptr;
  OK(cudnnCreateDropoutDescriptor(&descriptor));
  OK(cudnnSetDropoutDescriptor(descriptor, cudnn, 0.0f, nullptr, 0, 0));
  return descriptor;
}

void* lstm(void* cudnn, const Problem& p) {
  void* descriptor = nullptr;
  OK(cudnnCreateRNNDescriptor(&descriptor));
  OK(cudnnSetRNNDescriptor_v8(descriptor, 0, 2, 2, p.directions - 1, 0, kFloat, kFloat, 3, p.inputs, p.hidden, p.hidden,
                              p.layers, no_dropout(cudnn), p.layout == kPacked ? 0 : 1));
  return descriptor;
}

// Everything that the calls take, for values and output gradients in our order.
struct Layer {
  World& world;
  const Problem p;
  float padding = -7.0f;
  void *rnn, *x_desc, *y_desc, *states;
  size_t weight_bytes = 0, workspace_bytes = 0, reserve_bytes = 0;
  Array x, hx, cx, y, hy, cy, lengths;
  std::unique_ptr<Array> weights, gradients, workspace, reserve;

  Layer(World& world, const Problem& problem, const Doubles& values)
      : world(world),
        p(problem),
        rnn(lstm(world.cudnn, p)),
        x_desc(sequences_descriptor(p, p.inputs, nullptr)),
        y_desc(sequences_descriptor(p, p.width(), &padding)),
        states(states_descriptor(p)),
        x(to_layout(p, values.data() + p.x_at(), p.inputs)),
        hx(part(values, p.hx_at(), p.states())),
        cx(part(values, p.hx_at() + p.states(), p.states())),
        y(p.y_count()),
        hy(p.states()),
        cy(p.states()),
        lengths(p.lengths.size()) {
    CHECK_EQ(cuMemcpyHtoD_v2(reinterpret_cast<CUdeviceptr>(lengths.data()), p.lengths.data(), lengths.bytes()), 0);
    OK(cudnnGetRNNWeightSpaceSize(world.cudnn, rnn, &weight_bytes));
    OK(cudnnGetRNNTempSpaceSizes(world.cudnn, rnn, kTraining, x_desc, &workspace_bytes, &reserve_bytes));
    weights = std::make_unique<Array>(weight_bytes / 4);
    gradients = std::make_unique<Array>(Values(weight_bytes / 4, 0.0f));
    workspace = std::make_unique<Array>(workspace_bytes / 4);
    reserve = std::make_unique<Array>((reserve_bytes + 3) / 4);
    for_each_part(*weights, values.size(), [&](CUdeviceptr address, size_t at, size_t count) {
      const Values floats = part(values, at, count);
      CHECK_EQ(cuMemcpyHtoD_v2(address, floats.data(), count * 4), 0);
    });
  }

  const int32_t* device_lengths() const { return static_cast<const int32_t*>(lengths.data()); }

  // body(address in `space`, place in our order, how many).
  void for_each_part(const Array& space, size_t total,
                     const std::function<void(CUdeviceptr, size_t, size_t)>& body) const {
    void* const matrix_desc = tensor({1, 1, 1, 1});
    void* const bias_desc = tensor({1, 1, 1, 1});
    size_t covered = 0;
    for (int l = 0; l < p.layers; ++l)
      for (int d = 0; d < p.directions; ++d)
        for (int id = 0; id < 8; ++id) {
          void *matrix = nullptr, *bias = nullptr;
          OK(cudnnGetRNNWeightParams(world.cudnn, rnn, l * p.directions + d, weight_bytes, space.data(), id,
                                     matrix_desc, &matrix, bias_desc, &bias));
          int type = 0, rank = 0, dims[3], strides[3];
          OK(cudnnGetTensorNdDescriptor(matrix_desc, 3, &type, &rank, dims, strides));
          const int columns = id < 4 ? p.inputs_of(l) : p.hidden;
          CHECK_EQ(rank, 3);
          CHECK_EQ(dims[1], p.hidden);
          CHECK_EQ(dims[2], columns);
          const size_t base = p.weights_at(l, d), n = static_cast<size_t>(p.hidden), in = p.inputs_of(l),
                       row = id % 4 * n;
          const size_t of_matrix = base + (id < 4 ? row * in : 4 * n * in + row * n);
          const size_t of_bias = base + 4 * n * (in + n) + (id < 4 ? 0 : 4 * n) + row;
          body(reinterpret_cast<CUdeviceptr>(matrix), of_matrix, n * static_cast<size_t>(columns));
          body(reinterpret_cast<CUdeviceptr>(bias), of_bias, n);
          covered += n * static_cast<size_t>(columns) + n;
        }
    CHECK_EQ(covered, total - p.x_count() - 2 * p.states());
  }

  CudnnStatus forward(int mode, size_t workspace_size, size_t reserve_size) {
    return cudnnRNNForward(world.cudnn, rnn, mode, device_lengths(), x_desc, x, y_desc, y, states, hx, hy, states, cx,
                           cy, weight_bytes, *weights, workspace_size, *workspace, reserve_size,
                           mode == kTraining ? reserve->data() : nullptr);
  }
  CudnnStatus backward_data(const Array& dy, const Array& dhy, const Array& dcy, Array& dx, Array& dhx, Array& dcx) {
    return cudnnRNNBackwardData_v8(world.cudnn, rnn, device_lengths(), y_desc, y, dy, x_desc, dx, states, hx, dhy, dhx,
                                   states, cx, dcy, dcx, weight_bytes, *weights, workspace_bytes, *workspace,
                                   reserve_bytes, *reserve);
  }
  CudnnStatus backward_weights(int mode = kAdd) {
    return cudnnRNNBackwardWeights_v8(world.cudnn, rnn, mode, device_lengths(), x_desc, x, states, hx, y_desc, y,
                                      weight_bytes, *gradients, workspace_bytes, *workspace, reserve_bytes, *reserve);
  }
};

Doubles random_doubles(size_t count, unsigned seed) {
  const Values floats = random_values(count, seed);
  return Doubles(floats.begin(), floats.end());
}

void expect_padding(const Problem& p, const Values& laid) {
  if (p.layout == kPacked) return;
  for (int b = 0; b < p.batch(); ++b)
    for (int t = p.lengths[b]; t < p.steps(); ++t) {
      const int at = p.layout == kPadded ? t * p.batch() + b : b * p.steps() + t;
      for (int i = 0; i < p.width(); ++i) CHECK_EQ(laid[at * p.width() + i], -7.0f);
    }
}

void test_against_loop(World& world, const Problem& p) {
  const Doubles values = random_doubles(p.count(), 11), expected = plain_lstm(p, values);
  Layer layer(world, p, values);
  OK(layer.forward(kInference, layer.workspace_bytes, 0));
  const Values inferred = layer.y.get();
  expect_padding(p, inferred);
  expect_values(from_layout(p, inferred, p.width()), part(expected, 0, p.y_count()), 1e-6, "y");
  expect_values(layer.hy.get(), part(expected, p.y_count(), p.states()), 1e-6, "hy");
  expect_values(layer.cy.get(), part(expected, p.y_count() + p.states(), p.states()), 1e-6, "cy");
  OK(layer.forward(kTraining, layer.workspace_bytes, layer.reserve_bytes));
  expect_values(from_layout(p, layer.y.get(), p.width()), from_layout(p, inferred, p.width()), 0, "y when training");
}

void test_gradients(World& world, const Problem& p) {
  const Doubles values = random_doubles(p.count(), 12), seed = random_doubles(p.y_count() + 2 * p.states(), 13);
  const Doubles slopes = differences(p, values, seed);
  Layer layer(world, p, values);
  Array dy(to_layout(p, seed.data(), p.width())), dhy(part(seed, p.y_count(), p.states())),
      dcy(part(seed, p.y_count() + p.states(), p.states())), dx(p.x_count()), dhx(p.states()), dcx(p.states());
  OK(layer.forward(kTraining, layer.workspace_bytes, layer.reserve_bytes));
  OK(layer.backward_data(dy, dhy, dcy, dx, dhx, dcx));
  OK(layer.backward_weights());
  OK(layer.backward_weights());  // adds
  Values of_x = part(slopes, p.x_at(), p.x_count());
  for (int b = 0; b < p.batch(); ++b)
    for (int i = p.lengths[b] * p.inputs; i < p.steps() * p.inputs; ++i)
      CHECK_EQ(of_x[b * p.steps() * p.inputs + i], 0);
  expect_values(from_layout(p, dx.get(), p.inputs), of_x, 1e-5, "dx");
  expect_values(dhx.get(), part(slopes, p.hx_at(), p.states()), 1e-5, "dhx");
  expect_values(dcx.get(), part(slopes, p.hx_at() + p.states(), p.states()), 1e-5, "dcx");
  layer.for_each_part(*layer.gradients, values.size(), [&](CUdeviceptr address, size_t at, size_t count) {
    Values twice(count), once = part(slopes, at, count);
    CHECK_EQ(cuMemcpyDtoH_v2(twice.data(), address, count * 4), 0);
    for (float& value : once) value *= 2;
    expect_values(twice, once, 4e-5, "weights");
  });
}

const Problem kSmall = {2, 3, 1, 2, kBatchMajor, {4, 4}};

void test_states_may_be_absent(World& world) {
  Doubles values = random_doubles(kSmall.count(), 14);
  std::fill(values.begin() + static_cast<long>(kSmall.hx_at()), values.end(), 0.0);
  Layer layer(world, kSmall, values);
  OK(cudnnRNNForward(world.cudnn, layer.rnn, kInference, layer.device_lengths(), layer.x_desc, layer.x, layer.y_desc,
                     layer.y, layer.states, nullptr, nullptr, layer.states, nullptr, nullptr, layer.weight_bytes,
                     *layer.weights, layer.workspace_bytes, *layer.workspace, 0, nullptr));
  expect_values(from_layout(kSmall, layer.y.get(), kSmall.width()),
                part(plain_lstm(kSmall, values), 0, kSmall.y_count()), 1e-6, "y from zeros");
}

void test_refusals(World& world) {
  Layer layer(world, kSmall, random_doubles(kSmall.count(), 15));
  CHECK_EQ(layer.forward(kTraining, layer.workspace_bytes - 4, layer.reserve_bytes), 2006);
  CHECK_EQ(layer.forward(kTraining, layer.workspace_bytes, layer.reserve_bytes - 4), 2000);
  CHECK_EQ(layer.backward_weights(kSet), 3000);
  size_t workspace = 0, reserve = 1;
  OK(cudnnGetRNNTempSpaceSizes(world.cudnn, layer.rnn, kInference, layer.x_desc, &workspace, &reserve));
  CHECK_EQ(reserve, size_t{0});
  CHECK(workspace < layer.workspace_bytes);
  void *rnn = nullptr, *unset = nullptr, *data = nullptr, *dropout = no_dropout(world.cudnn);
  OK(cudnnCreateRNNDescriptor(&rnn));
  OK(cudnnCreateDropoutDescriptor(&unset));
  OK(cudnnCreateRNNDataDescriptor(&data));
  const auto set = [&](int cell, int bias, int math, int projected, void* of_dropout, unsigned flags) {
    return cudnnSetRNNDescriptor_v8(rnn, 0, cell, bias, 0, 0, kFloat, kFloat, math, 2, 3, projected, 1, of_dropout,
                                    flags);
  };
  CHECK_EQ(set(3, 2, 0, 3, dropout, 1), 3000);  // GRU
  CHECK_EQ(set(2, 0, 0, 3, dropout, 1), 3000);  // no bias
  CHECK_EQ(set(2, 2, 1, 3, dropout, 1), 2000);  // TENSOR_OP_MATH is for half
  CHECK_EQ(set(2, 2, 0, 4, dropout, 1), 2000);
  CHECK_EQ(set(2, 2, 0, 3, unset, 1), 2000);
  CHECK_EQ(set(2, 2, 0, 3, nullptr, 1), 2000);
  CHECK_EQ(cudnnGetRNNWeightSpaceSize(world.cudnn, rnn, &workspace), 2000);  // never set
  OK(set(2, 2, 0, 3, dropout, 0));
  const int lengths[] = {2, 3}, wrong[] = {5, 1};
  CHECK_EQ(cudnnSetRNNDataDescriptor(data, kFloat, kPacked, 4, 2, 2, lengths, nullptr), 2000);  // not sorted
  CHECK_EQ(cudnnSetRNNDataDescriptor(data, kFloat, kPadded, 4, 2, 2, wrong, nullptr), 2000);
  CHECK_EQ(cudnnSetRNNDataDescriptor(data, kHalf, kPadded, 4, 2, 2, lengths, nullptr), 3000);
  // Padding that the descriptor does not allow.
  CHECK_EQ(cudnnRNNForward(world.cudnn, rnn, kInference, layer.device_lengths(), layer.x_desc, layer.x, layer.y_desc,
                           layer.y, layer.states, nullptr, nullptr, layer.states, nullptr, nullptr, layer.weight_bytes,
                           *layer.weights, layer.workspace_bytes, *layer.workspace, 0, nullptr),
           2000);
  CHECK_EQ(cudnnDestroyRNNDescriptor(rnn), 0);
  CHECK_EQ(cudnnDestroyRNNDescriptor(rnn), 2000);
  size_t bytes = 0;
  OK(cudnnDropoutGetStatesSize(world.cudnn, &bytes));
  CHECK_EQ(cudnnSetDropoutDescriptor(unset, world.cudnn, 0.5f, layer.x.data(), bytes - 1, 0), 2000);
}

// Calls in a wrong order, and memory that is no longer what it was, end the context; `spoil` runs before the last call.
void test_lost(World& world, const std::function<void(Layer&)>& spoil) {
  Layer layer(world, kSmall, random_doubles(kSmall.count(), 16));
  Array dy(random_values(kSmall.y_count(), 17)), none(kSmall.states()), dx(kSmall.x_count());
  none.set(Values(kSmall.states(), 0.0f));
  OK(layer.forward(kTraining, layer.workspace_bytes, layer.reserve_bytes));
  OK(layer.backward_data(dy, none, none, dx, none, none));
  CHECK_EQ(cuCtxSynchronize(), 0);
  spoil(layer);
  OK(layer.backward_weights());
  CHECK_EQ(cuStreamSynchronize(world.stream), 719);
  CHECK_EQ(assay_emulator_control("heal"), 0);
  CHECK_EQ(cuStreamCreate(&world.stream, 1), 0);
  OK(cudnnCreate(&world.cudnn));
  OK(cudnnSetStream(world.cudnn, world.stream));
}

}  // namespace

int main() {
  World world;
  const Problem problems[] = {
      {3, 2, 1, 1, kBatchMajor, {4, 4}}, {2, 3, 1, 2, kBatchMajor, {4, 2, 3}}, {2, 2, 2, 2, kPadded, {1, 4, 0}},
      {3, 2, 2, 1, kPacked, {4, 2, 2}},  {1, 1, 1, 2, kPacked, {1}},
  };
  for (const Problem& problem : problems) {
    test_against_loop(world, problem);
    test_gradients(world, problem);
  }
  test_states_may_be_absent(world);
  test_refusals(world);
  test_lost(world, [](Layer& l) { l.x.set(Values(kSmall.x_count(), 0.5f)); });
  test_lost(world, [](Layer& l) { l.y.set(Values(kSmall.y_count(), 0.5f)); });
  test_lost(world, [](Layer& l) { OK(l.forward(kTraining, l.workspace_bytes, l.reserve_bytes)); });
  return assay_test::finish();
}
