#include "core/capture.h"

#include <algorithm>

namespace emulator {

void Capture::add(Stream& stream, const char* name, Work work) {
  require(valid_, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  std::set<size_t>& frontier = frontiers_[&stream];
  nodes_.push_back({name, std::move(work), frontier});
  frontier = {nodes_.size() - 1};
}

void Capture::wait(Stream& stream, const std::set<size_t>& nodes) {
  require(!ended_, CUDA_ERROR_CAPTURED_EVENT);
  if (stream.capture != nullptr && stream.capture.get() != this) fail(CUDA_ERROR_STREAM_CAPTURE_MERGE);
  stream.capture = shared_from_this();
  frontiers_[&stream].insert(nodes.begin(), nodes.end());
}

bool Capture::all_joined() const {
  std::set<size_t> reached;
  const auto last = frontiers_.find(origin_);
  std::vector<size_t> todo;
  if (last != frontiers_.end()) todo.assign(last->second.begin(), last->second.end());
  while (!todo.empty()) {
    const size_t node = todo.back();
    todo.pop_back();
    if (!reached.insert(node).second) continue;
    todo.insert(todo.end(), nodes_[node].after.begin(), nodes_[node].after.end());
  }
  return reached.size() == nodes_.size();
}

std::shared_ptr<Graph> Capture::end(Stream& stream) {
  const std::shared_ptr<Capture> self = shared_from_this();
  if (&stream != origin_) fail(CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
  ended_ = true;
  for (const auto& joined : frontiers_) joined.first->capture = nullptr;
  auto& captures = machine().captures;
  captures.erase(std::remove(captures.begin(), captures.end(), self), captures.end());
  require(valid_, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  require(all_joined(), CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
  auto graph = std::make_shared<Graph>();
  graph->nodes = std::move(nodes_);
  return graph;
}

void Capture::fail(Result result) {
  valid_ = false;
  throw Error(result);
}

bool Capture::forbids_waiting() const {
  return mode_ == CaptureMode::kGlobal || (mode_ == CaptureMode::kThreadLocal && thread_ == std::this_thread::get_id());
}

void begin_capture(Stream& stream, CaptureMode mode) {
  // The legacy stream cannot be captured.
  require(&stream != stream.context.legacy.get(), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  require(stream.capture == nullptr, CUDA_ERROR_ILLEGAL_STATE);
  stream.capture = std::make_shared<Capture>(stream, mode);
  stream.capture->wait(stream, {});
  machine().captures.push_back(stream.capture);
}

void forbid_while_capturing() {
  for (const auto& capture : machine().captures)
    if (capture->forbids_waiting()) capture->fail(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
}

void forbid_while_capturing(Stream& stream) {
  if (stream.capture != nullptr) stream.capture->fail(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  forbid_while_capturing();
}

void launch(const std::shared_ptr<Graph>& graph, Stream& stream) {
  for (const Node& node : graph->nodes) stream.enqueue(node.name, node.work);
}

}  // namespace emulator
