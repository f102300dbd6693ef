// What finalised descriptors of the graph API stand for: tensors, operations over them, graphs, engines.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_OPERATION_H
#define ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_OPERATION_H

#include <map>
#include <memory>
#include <vector>

#include "cudnn/descriptors.h"
#include "cudnn/graph/names.h"

namespace emulated_cudnn::graph {

struct Node {
  int64_t uid = 0;
  int64_t alignment = 1;
  bool is_virtual = false;  // lives between two operations, and nowhere else
  bool by_value = false;    // the pack's pointer is the host's, read when the plan is executed
  Tensor tensor;

  bool operator==(const Node& other) const;
};

struct PointwiseRule {
  int function = -1;
  double lower_clip = 0;
  bool propagate_nan = false;
};

struct Operation {
  int kind = -1;
  std::map<int, Node> nodes;  // by attribute name
  Convolution convolution;
  PointwiseRule pointwise;

  const Node& at(int name) const { return nodes.at(name); }
  bool has(int name) const { return nodes.count(name) != 0; }
  // Attribute names of what it writes.
  std::vector<int> outputs() const;
  bool writes(int name) const;
};

struct Graph {
  void* handle = nullptr;
  std::vector<Operation> operations;  // each after those that it reads of
  std::map<int64_t, Node> nodes;      // by uid
};

// One way to compute a graph.
struct Engine {
  std::shared_ptr<const Graph> graph;
  int64_t index = -1;
  std::vector<int> numerical_notes, behavior_notes;
  bool builds = true;  // whether a plan of it can be finalised
  size_t workspace = 0;
};

// The graph of these operations, in an order that works. Throws BAD_PARAM where tensors do not fit together.
Graph connect(void* handle, const std::vector<Operation>& operations);

}  // namespace emulated_cudnn::graph

#endif
