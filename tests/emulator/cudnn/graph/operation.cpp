#include "cudnn/graph/operation.h"

#include <algorithm>
#include <set>

namespace emulated_cudnn::graph {
namespace {

void collect(const Operation& operation, std::map<int64_t, Node>* nodes) {
  for (const auto& [name, node] : operation.nodes) {
    const auto [known, fresh] = nodes->emplace(node.uid, node);
    require(fresh || known->second == node, CUDNN_STATUS_BAD_PARAM, "two different tensors have one unique id");
  }
}

std::set<int64_t> written_by(const std::vector<Operation>& operations) {
  std::set<int64_t> written;
  for (const Operation& operation : operations)
    for (const int name : operation.outputs())
      require(written.insert(operation.at(name).uid).second, CUDNN_STATUS_BAD_PARAM, "two operations write one tensor");
  return written;
}

bool ready(const Operation& operation, const std::set<int64_t>& written, const std::set<int64_t>& done) {
  return std::all_of(operation.nodes.begin(), operation.nodes.end(), [&](const auto& named) {
    const int64_t uid = named.second.uid;
    return operation.writes(named.first) || written.count(uid) == 0 || done.count(uid) != 0;
  });
}

}  // namespace

bool Node::operator==(const Node& other) const {
  return uid == other.uid && alignment == other.alignment && is_virtual == other.is_virtual &&
         by_value == other.by_value && tensor.type == other.tensor.type && tensor.dims == other.tensor.dims &&
         tensor.strides == other.tensor.strides;
}

std::vector<int> Operation::outputs() const {
  switch (kind) {
    case kConvolutionForward:
      return {kForwardY};
    case kPointwiseOperation:
      return {kOperationY};
    case kNormForward:
      return {kNormY, kNormMean, kNormInverse, kNormNewMean, kNormNewVariance};
    default:
      return {kGradientDx, kGradientDscale, kGradientDbias};
  }
}

bool Operation::writes(int name) const {
  const std::vector<int> names = outputs();
  return std::find(names.begin(), names.end(), name) != names.end();
}

Graph connect(void* handle, const std::vector<Operation>& operations) {
  Graph graph;
  graph.handle = handle;
  for (const Operation& operation : operations) collect(operation, &graph.nodes);
  const std::set<int64_t> written = written_by(operations);
  for (const auto& [uid, node] : graph.nodes)
    require(!node.is_virtual || written.count(uid) != 0, CUDNN_STATUS_BAD_PARAM, "nothing writes a virtual tensor");
  std::vector<Operation> waiting = operations;
  std::set<int64_t> done;
  while (!waiting.empty()) {
    const auto next = std::find_if(waiting.begin(), waiting.end(),
                                   [&](const Operation& operation) { return ready(operation, written, done); });
    require(next != waiting.end(), CUDNN_STATUS_BAD_PARAM, "the operations go round in a circle");
    for (const int name : next->outputs()) done.insert(next->at(name).uid);
    graph.operations.push_back(*next);
    waiting.erase(next);
  }
  return graph;
}

}  // namespace emulated_cudnn::graph
