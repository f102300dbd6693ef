// Runs a plan: the graph's operations one after the other, in double sums over dense arrays of float.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_EXECUTION_H
#define ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_EXECUTION_H

#include "cudnn/graph/descriptor.h"

namespace emulated_cudnn::graph {

// Queues the engine's work on the handle's stream. Throws BAD_PARAM where the pack does not fit the graph.
void execute(void* handle, const Engine& engine, const Pack& pack);

}  // namespace emulated_cudnn::graph

#endif
