// cuDNN's graph API as the tests link it, and descriptors that are set in one line.
#ifndef ASSAY_TESTS_EMULATOR_SELFTEST_GRAPH_API_H
#define ASSAY_TESTS_EMULATOR_SELFTEST_GRAPH_API_H

#include <initializer_list>
#include <utility>

#include "cudnn/graph/names.h"
#include "selftest/cudnn_fixture.h"

extern "C" {
CudnnStatus cudnnBackendCreateDescriptor(int kind, void** descriptor);
CudnnStatus cudnnBackendDestroyDescriptor(void* descriptor);
CudnnStatus cudnnBackendSetAttribute(void* descriptor, int name, int type, int64_t count, const void* elements);
CudnnStatus cudnnBackendGetAttribute(void* descriptor, int name, int type, int64_t wanted, int64_t* count,
                                     void* elements);
CudnnStatus cudnnBackendFinalize(void* descriptor);
CudnnStatus cudnnBackendExecute(void* handle, void* plan, void* pack);
}

namespace emulator_test {

namespace names = emulated_cudnn::graph;

class Descriptor {
 public:
  explicit Descriptor(int kind) { OK(cudnnBackendCreateDescriptor(kind, &raw_)); }
  ~Descriptor() {
    if (raw_ != nullptr) cudnnBackendDestroyDescriptor(raw_);
  }
  Descriptor(Descriptor&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void* raw() const { return raw_; }
  Descriptor& code(int name, int type, int value) { return set(name, type, 1, &value); }
  Descriptor& longs(int name, std::initializer_list<int64_t> values) {
    return set(name, names::kInt64Type, static_cast<int64_t>(values.size()), values.begin());
  }
  Descriptor& yes(int name) {
    const bool value = true;
    return set(name, names::kBooleanType, 1, &value);
  }
  Descriptor& single(int name, float value) { return set(name, names::kFloatType, 1, &value); }
  Descriptor& handle(int name, void* value) { return set(name, names::kHandleType, 1, &value); }
  Descriptor& pointer(int name, void* value) { return set(name, names::kVoidPointerType, 1, &value); }
  Descriptor& refer(int name, const Descriptor& other) { return set(name, names::kDescriptorType, 1, &other.raw_); }
  Descriptor& set(int name, int type, int64_t count, const void* elements) {
    OK(cudnnBackendSetAttribute(raw_, name, type, count, elements));
    return *this;
  }
  Descriptor& finish() {
    OK(cudnnBackendFinalize(raw_));
    return *this;
  }

 private:
  void* raw_ = nullptr;
};

inline Descriptor graph_tensor(int64_t uid, const Dims& d, int type = kFloat) {
  Descriptor tensor(names::kTensor);
  const int64_t n = d.n, c = d.c, h = d.h, w = d.w;
  tensor.longs(names::kTensorUid, {uid})
      .code(names::kTensorType, names::kDataTypeType, type)
      .longs(names::kTensorAlignment, {16})
      .longs(names::kTensorDimensions, {n, c, h, w})
      .longs(names::kTensorStrides, {h * w * c, 1, w * c, c});
  return tensor;
}
inline Descriptor real(int64_t uid, const Dims& d, int type = kFloat) {
  Descriptor tensor = graph_tensor(uid, d, type);
  tensor.finish();
  return tensor;
}
inline Descriptor between(int64_t uid, const Dims& d) {
  Descriptor tensor = graph_tensor(uid, d);
  tensor.yes(names::kTensorVirtual).finish();
  return tensor;
}
inline Descriptor scalar(int64_t uid) {
  Descriptor tensor = graph_tensor(uid, {1, 1, 1, 1});
  tensor.yes(names::kTensorByValue).finish();
  return tensor;
}

// y = function(a, b).
inline Descriptor pointwise(int function, const Descriptor& a, const Descriptor* b, const Descriptor& y) {
  Descriptor rule(names::kPointwise), operation(names::kPointwiseOperation);
  rule.code(names::kPointwiseMode, names::kPointwiseModeType, function)
      .code(names::kPointwisePrecision, names::kDataTypeType, kFloat)
      .finish();
  operation.refer(names::kOperationRule, rule).refer(names::kOperationX, a).refer(names::kOperationY, y);
  if (b != nullptr) operation.refer(names::kOperationB, *b);
  operation.finish();
  return operation;
}

inline Descriptor unfinished_graph(void* handle, std::initializer_list<const Descriptor*> operations) {
  std::vector<void*> raw;
  for (const Descriptor* const operation : operations) raw.push_back(operation->raw());
  Descriptor graph(names::kOperationGraph);
  graph.handle(names::kGraphHandle, handle)
      .set(names::kGraphOperations, names::kDescriptorType, static_cast<int64_t>(raw.size()), raw.data());
  return graph;
}

inline Descriptor unfinished_heuristics(const Descriptor& graph, int mode) {
  Descriptor heuristics(names::kHeuristics);
  heuristics.refer(names::kHeuristicGraph, graph).code(names::kHeuristicMode, names::kHeuristicModeType, mode);
  return heuristics;
}

// The configurations that the heuristics name.
inline std::vector<Descriptor> configurations(const Descriptor& graph, int mode) {
  Descriptor heuristics = unfinished_heuristics(graph, mode);
  heuristics.finish();
  int64_t count = 0;
  OK(cudnnBackendGetAttribute(heuristics.raw(), names::kHeuristicResults, names::kDescriptorType, 0, &count, nullptr));
  std::vector<Descriptor> results;
  std::vector<void*> raw;
  for (int64_t i = 0; i < count; ++i) {
    results.emplace_back(names::kEngineConfig);
    raw.push_back(results.back().raw());
  }
  OK(cudnnBackendGetAttribute(heuristics.raw(), names::kHeuristicResults, names::kDescriptorType, count, &count,
                              raw.data()));
  CHECK_EQ(count, static_cast<int64_t>(results.size()));
  return results;
}

inline Descriptor unfinished_plan(void* handle, const Descriptor& configuration) {
  Descriptor plan(names::kExecutionPlan);
  plan.handle(names::kPlanHandle, handle).refer(names::kPlanConfig, configuration);
  return plan;
}

inline int64_t workspace_of(const Descriptor& plan) {
  int64_t bytes = -1;
  OK(cudnnBackendGetAttribute(plan.raw(), names::kPlanWorkspace, names::kInt64Type, 1, nullptr, &bytes));
  return bytes;
}

using Addresses = std::vector<std::pair<int64_t, void*>>;

inline Descriptor variant_pack(const Addresses& addresses, void* workspace) {
  std::vector<int64_t> uids;
  std::vector<void*> pointers;
  for (const auto& [uid, pointer] : addresses) {
    uids.push_back(uid);
    pointers.push_back(pointer);
  }
  const int64_t count = static_cast<int64_t>(uids.size());
  Descriptor pack(names::kVariantPack);
  pack.set(names::kPackUids, names::kInt64Type, count, uids.data())
      .set(names::kPackPointers, names::kVoidPointerType, count, pointers.data())
      .pointer(names::kPackWorkspace, workspace)
      .finish();
  return pack;
}

}  // namespace emulator_test

#endif
