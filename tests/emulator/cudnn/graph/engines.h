// Which graphs can be computed, and by which engines.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_ENGINES_H
#define ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_ENGINES_H

#include "cudnn/graph/operation.h"

namespace emulated_cudnn::graph {

// As the documentation's patterns: a convolution and what follows each of its results; batch normalisation in
// training with sum, ReLU and the mask of what is positive; its gradients behind a product with that mask.
//
// Of every graph the first engine is not deterministic, and the second cannot be built. A convolution has one on tensor
// cores and, in the fallback mode, one without. Throws NOT_SUPPORTED.
std::vector<Engine> engines_for(const std::shared_ptr<const Graph>& graph, int mode);

enum EngineIndex { kNondeterministicEngine = 0, kBrokenEngine = 1, kTensorCoreEngine = 2, kPlainEngine = 3 };

}  // namespace emulated_cudnn::graph

#endif
