// Stream capture and graphs.
#include "core/capture.h"
#include "driver/entry.h"

using namespace emulator;

namespace {

using Graphs = std::unordered_map<const void*, std::shared_ptr<Graph>>;

std::shared_ptr<Graph> graph_of(const Graphs& graphs, const void* handle) {
  const auto found = graphs.find(handle);
  require(found != graphs.end(), CUDA_ERROR_INVALID_VALUE);
  return found->second;
}

void* keep(Graphs& graphs, const std::shared_ptr<Graph>& graph) {
  graphs[graph.get()] = graph;
  return graph.get();
}

}  // namespace

EMULATOR_ENTRY CUresult cuStreamBeginCapture_v2(CUstream stream, int mode) {
  return driver_call("cuStreamBeginCapture_v2", Needs::kContext, [&] {
    require(mode >= 0 && mode <= 2, CUDA_ERROR_INVALID_VALUE);
    begin_capture(*stream_of(stream), static_cast<CaptureMode>(mode));
  });
}

EMULATOR_ENTRY CUresult cuStreamEndCapture(CUstream handle, CUgraph* graph) {
  return driver_call("cuStreamEndCapture", Needs::kContext, [&] {
    const std::shared_ptr<Stream> stream = stream_of(handle);
    require(graph != nullptr, CUDA_ERROR_INVALID_VALUE);
    *graph = nullptr;
    require(stream->capture != nullptr, CUDA_ERROR_ILLEGAL_STATE);
    const std::shared_ptr<Capture> capture = stream->capture;
    *graph = keep(machine().graphs, capture->end(*stream));
  });
}

EMULATOR_ENTRY CUresult cuStreamIsCapturing(CUstream handle, int* status) {
  return driver_call("cuStreamIsCapturing", Needs::kContext, [&] {
    const std::shared_ptr<Stream> stream = stream_of(handle);
    *status = stream->capture == nullptr ? 0 : stream->capture->valid() ? 1 : 2;
  });
}

EMULATOR_ENTRY CUresult cuGraphGetNodes(CUgraph graph, void** nodes, size_t* count) {
  return driver_call("cuGraphGetNodes", Needs::kContext, [&] {
    require(nodes == nullptr, CUDA_ERROR_NOT_SUPPORTED);
    *count = graph_of(machine().graphs, graph)->nodes.size();
  });
}

EMULATOR_ENTRY CUresult cuGraphInstantiateWithFlags(CUgraphExec* executable, CUgraph graph, unsigned long long) {
  return driver_call("cuGraphInstantiateWithFlags", Needs::kContext, [&] {
    require(executable != nullptr, CUDA_ERROR_INVALID_VALUE);
    const auto copy = std::make_shared<Graph>(*graph_of(machine().graphs, graph));
    *executable = keep(machine().executable_graphs, copy);
  });
}

EMULATOR_ENTRY CUresult cuGraphUpload(CUgraphExec executable, CUstream stream) {
  return driver_call("cuGraphUpload", Needs::kContext, [&] {
    graph_of(machine().executable_graphs, executable);
    stream_of(stream);
  });
}

EMULATOR_ENTRY CUresult cuGraphLaunch(CUgraphExec executable, CUstream stream) {
  return driver_call("cuGraphLaunch", Needs::kContext,
                     [&] { launch(graph_of(machine().executable_graphs, executable), *stream_of(stream)); });
}

EMULATOR_ENTRY CUresult cuGraphDestroy(CUgraph graph) {
  return driver_call("cuGraphDestroy", Needs::kContext, [&] {
    graph_of(machine().graphs, graph);
    machine().graphs.erase(graph);
  });
}

EMULATOR_ENTRY CUresult cuGraphExecDestroy(CUgraphExec executable) {
  return driver_call("cuGraphExecDestroy", Needs::kContext, [&] {
    graph_of(machine().executable_graphs, executable);
    machine().executable_graphs.erase(executable);
  });
}
