#include "cudnn/graph/execution.h"

#include <cmath>
#include <cstring>

#include "cudnn/batch_norm_math.h"
#include "cudnn/convolution_math.h"
#include "cudnn/graph/engines.h"
#include "cudnn/handle.h"
#include "cudnn/values.h"

namespace emulated_cudnn::graph {
namespace {

using Values = std::vector<float>;

Values read_bits(const void* data, size_t count) {
  Values values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(static_cast<const unsigned char*>(data)[i / 8] >> i % 8 & 1);
  return values;
}

void write_bits(void* data, const Values& values) {
  unsigned char* const bytes = static_cast<unsigned char*>(data);
  std::memset(bytes, 0, (values.size() + 7) / 8);
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i] != 0) bytes[i / 8] = static_cast<unsigned char>(bytes[i / 8] | 1 << i % 8);
}

// What remains of values in a tensor of the type.
void round_to(int type, Values& values) {
  if (type == kFloat || type == kBoolean) return;
  for (float& value : values) {
    uint16_t stored;
    emulator::store(type, &stored, 0, value);
    value = emulator::load(type, &stored, 0);
  }
}

// Tensor cores keep ten bits of a float's fraction.
void round_to_tf32(Values& values) {
  for (float& value : values) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    bits = (bits + 0xfffu + (bits >> 13 & 1u)) & ~0x1fffu;
    std::memcpy(&value, &bits, sizeof bits);
  }
}

// One execution: what tensors hold, by uid.
class Run {
 public:
  Run(const Engine& engine, const Pack& pack, const std::map<int64_t, float>& scalars)
      : engine_(engine), pack_(pack), scalars_(scalars) {}

  void all() {
    for (const Operation& operation : engine_.graph->operations) {
      switch (operation.kind) {
        case kConvolutionForward:
          convolve(operation);
          break;
        case kPointwiseOperation:
          pointwise(operation);
          break;
        case kNormForward:
          normalise_forward(operation);
          break;
        default:
          differentiate(operation);
      }
    }
  }

 private:
  Values get(const Node& node) const {
    const auto between = between_.find(node.uid);
    if (between != between_.end()) return between->second;
    if (node.by_value) return {scalars_.at(node.uid)};
    const void* const data = pack_.pointers.at(node.uid);
    if (node.tensor.type == kBoolean) return read_bits(data, static_cast<size_t>(node.tensor.elements()));
    return read(node.tensor, data);
  }

  void put(const Node& node, Values values) {
    round_to(node.tensor.type, values);
    if (!node.is_virtual) {
      void* const data = pack_.pointers.at(node.uid);
      if (node.tensor.type == kBoolean) {
        write_bits(data, values);
      } else {
        write(node.tensor, data, values, {});
      }
    }
    between_[node.uid] = std::move(values);
  }

  void convolve(const Operation& operation) {
    Values x = get(operation.at(kForwardX)), w = get(operation.at(kForwardW));
    if (engine_.index == kTensorCoreEngine) {
      round_to_tf32(x);
      round_to_tf32(w);
    }
    const ConvolutionShape shape{operation.convolution, operation.at(kForwardX).tensor.dims,
                                 operation.at(kForwardW).tensor.dims, operation.at(kForwardY).tensor.dims};
    Values y = convolution_forward(shape, x, w);
    disturb(y);
    put(operation.at(kForwardY), std::move(y));
  }

  void pointwise(const Operation& operation) {
    Values values = get(operation.at(kOperationX));
    const Values other = operation.has(kOperationB) ? get(operation.at(kOperationB)) : Values{0.0f};
    const float clip = static_cast<float>(operation.pointwise.lower_clip);
    for (size_t i = 0; i < values.size(); ++i) {
      const float a = values[i], b = other[i % other.size()];
      switch (operation.pointwise.function) {
        case kAdd:
          values[i] = a + b;
          break;
        case kMultiply:
          values[i] = a * b;
          break;
        case kGreater:
          values[i] = a > b ? 1.0f : 0.0f;
          break;
        default:
          values[i] = a > clip || (std::isnan(a) && operation.pointwise.propagate_nan) ? a : clip;
      }
    }
    put(operation.at(kOperationY), std::move(values));
  }

  void normalise_forward(const Operation& o) {
    const Values x = get(o.at(kNormX)), scale = get(o.at(kNormScale));
    const Statistics s = statistics(x, scale.size());
    const Values mean(s.mean.begin(), s.mean.end());
    const Values inverse = inverse_deviation(s.variance, static_cast<double>(get(o.at(kNormEpsilon))[0]));
    blend(o, kNormOldMean, kNormNewMean, s.mean, 1);
    blend(o, kNormOldVariance, kNormNewVariance, s.variance, s.count / (s.count - 1));
    put(o.at(kNormMean), mean);
    put(o.at(kNormInverse), inverse);
    Values y = normalise(x, mean, inverse, scale, get(o.at(kNormBias)));
    disturb(y);
    put(o.at(kNormY), std::move(y));
  }

  void blend(const Operation& o, int from, int to, const std::vector<double>& fresh, double correction) {
    const double factor = static_cast<double>(get(o.at(kNormFactor))[0]);
    Values running = get(o.at(from));
    for (size_t c = 0; c < running.size(); ++c) {
      const double old = static_cast<double>(running[c]);
      running[c] = static_cast<float>((1 - factor) * old + factor * correction * fresh[c]);
    }
    put(o.at(to), std::move(running));
  }

  void differentiate(const Operation& o) {
    Gradients g = normalise_backward(get(o.at(kGradientX)), get(o.at(kGradientDy)), get(o.at(kGradientMean)),
                                     get(o.at(kGradientInverse)), get(o.at(kGradientScale)));
    disturb(g.x);
    put(o.at(kGradientDx), std::move(g.x));
    put(o.at(kGradientDscale), std::move(g.scale));
    put(o.at(kGradientDbias), std::move(g.bias));
  }

  // Sums in another order every time.
  void disturb(Values& values) const {
    if (engine_.index != kNondeterministicEngine) return;
    static int runs = 0;
    if (++runs % 2 == 0)
      for (float& value : values) value = std::nextafter(value, 0.0f);
  }

  const Engine& engine_;
  const Pack& pack_;
  const std::map<int64_t, float>& scalars_;
  std::map<int64_t, Values> between_;
};

// Checks what can be checked without touching the device, and reads what is passed by value.
std::map<int64_t, float> scalars_of(const Graph& graph, const Pack& pack) {
  std::map<int64_t, float> scalars;
  size_t expected = 0;
  for (const auto& [uid, node] : graph.nodes) {
    if (node.is_virtual) continue;
    ++expected;
    const auto found = pack.pointers.find(uid);
    require(found != pack.pointers.end(), CUDNN_STATUS_BAD_PARAM, "the pack lacks a tensor of the graph");
    require_pointer(found->second, "a tensor's address");
    if (node.by_value) {
      scalars[uid] = *static_cast<const float*>(found->second);
    } else {
      require(reinterpret_cast<uintptr_t>(found->second) % static_cast<uintptr_t>(node.alignment) == 0,
              CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER, "an address is not aligned as its tensor says");
    }
  }
  require(expected == pack.pointers.size(), CUDNN_STATUS_BAD_PARAM, "the pack has a tensor that the graph has not");
  return scalars;
}

}  // namespace

void execute(void* handle, const Engine& engine, const Pack& pack) {
  const std::map<int64_t, float> scalars = scalars_of(*engine.graph, pack);
  emulator::machine().faults.count(("graph_engine_" + std::to_string(engine.index)).c_str());
  enqueue_with_workspace(handle, "cudnnBackendExecute", pack.workspace, engine.workspace, engine.workspace,
                         [engine, pack, scalars] { Run(engine, pack, scalars).all(); });
}

}  // namespace emulated_cudnn::graph
