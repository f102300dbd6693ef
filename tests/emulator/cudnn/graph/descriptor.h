// A descriptor of the graph API: attributes until it is finalised, then what they stand for.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_DESCRIPTOR_H
#define ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_DESCRIPTOR_H

#include <map>
#include <vector>

#include "cudnn/graph/operation.h"

namespace emulated_cudnn::graph {

struct Pack {
  std::map<int64_t, void*> pointers;  // by uid
  void* workspace = nullptr;
};

struct Descriptor {
  explicit Descriptor(int kind) : kind(kind) {}

  // Both throw BAD_PARAM for what descriptors of the kind do not take.
  void set(int name, int type, int64_t count, const void* elements);
  // Copies up to `wanted` elements of a finalised descriptor, and tells how many there are.
  void get(int name, int type, int64_t wanted, int64_t* count, void* elements) const;

  bool has(int name) const { return values_.count(name) != 0; }
  // Of enumerations, integers and truth values.
  std::vector<int64_t> numbers(int name) const;
  int64_t number(int name, int64_t otherwise) const { return has(name) ? numbers(name).at(0) : otherwise; }
  double real(int name, double otherwise) const;
  std::vector<void*> pointers(int name) const;
  // A finalised descriptor of that kind. Throws BAD_PARAM if it is none.
  const Descriptor& link(int name, int kind) const;

  // Keeps what a finalised descriptor can be asked for.
  void keep(int name, int type, const void* elements, size_t count);

  const int kind;
  bool finalised = false;

  // What finalising made of it, by kind.
  Node node;
  Convolution convolution;
  PointwiseRule pointwise;
  Operation operation;
  std::shared_ptr<const Graph> graph;
  std::vector<Engine> engines;  // heuristics: the best first; engine, configuration and plan: the one
  Pack pack;

 private:
  struct Values {
    int type = -1;
    int64_t count = 0;
    std::vector<char> bytes;
  };
  std::map<int, Values> values_;
};

void* create_descriptor(int kind);
void destroy_descriptor(void* descriptor);
// A live descriptor of the graph API. Throws BAD_PARAM.
Descriptor& descriptor_of(void* descriptor);
const Descriptor& finalised(void* descriptor, int kind);

// Checks the attributes and makes of them what they stand for. Throws BAD_PARAM or NOT_SUPPORTED.
void finalise(Descriptor& descriptor);

}  // namespace emulated_cudnn::graph

#endif
