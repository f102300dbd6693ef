// Which attributes a descriptor of each kind takes.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_SCHEMA_H
#define ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_SCHEMA_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace emulated_cudnn::graph {

enum class Use { kRequired, kOptional, kReadOnly };

struct Attribute {
  int kind;
  int name;
  int type;
  int64_t least, most;  // elements
  Use use;
};

bool is_known_kind(int kind);
// Null where descriptors of that kind have none of that name.
const Attribute* find_attribute(int kind, int name);
std::vector<const Attribute*> attributes_of(int kind);
// Bytes of one element.
size_t element_size(int type);

}  // namespace emulated_cudnn::graph

#endif
