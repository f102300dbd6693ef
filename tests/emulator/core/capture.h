// Stream capture, and the graphs it makes.
#ifndef ASSAY_TESTS_EMULATOR_CORE_CAPTURE_H
#define ASSAY_TESTS_EMULATOR_CORE_CAPTURE_H

#include <map>
#include <set>
#include <thread>
#include <vector>

#include "core/stream.h"

namespace emulator {

struct Node {
  const char* name;
  Work work;
  std::set<size_t> after;
};

// Nodes in the order of capture, which is one order that honours their dependencies.
struct Graph {
  std::vector<Node> nodes;
};

enum class CaptureMode { kGlobal = 0, kThreadLocal = 1, kRelaxed = 2 };

// One capture: its origin and the streams that joined by waiting for an event of it.
class Capture : public std::enable_shared_from_this<Capture> {
 public:
  Capture(Stream& origin, CaptureMode mode) : origin_(&origin), mode_(mode), thread_(std::this_thread::get_id()) {}

  void add(Stream& stream, const char* name, Work work);
  // The nodes that the next one of `stream` would follow.
  const std::set<size_t>& frontier(Stream& stream) { return frontiers_[&stream]; }
  // `stream` joins if it has not, and waits for `nodes`.
  void wait(Stream& stream, const std::set<size_t>& nodes);
  // Ends the capture on its origin, whatever came of it.
  std::shared_ptr<Graph> end(Stream& stream);
  bool valid() const { return valid_; }
  // Makes the capture useless and throws `result`.
  [[noreturn]] void fail(Result result);
  // Whether calls that could wait are forbidden on this thread while it lasts.
  bool forbids_waiting() const;

 private:
  bool all_joined() const;

  Stream* origin_;
  CaptureMode mode_;
  std::thread::id thread_;
  bool valid_ = true;
  bool ended_ = false;
  std::vector<Node> nodes_;
  std::map<Stream*, std::set<size_t>> frontiers_;
};

void begin_capture(Stream& stream, CaptureMode mode);
// Throws STREAM_CAPTURE_UNSUPPORTED where a capture under way forbids calls that wait or allocate.
void forbid_while_capturing();
void forbid_while_capturing(Stream& stream);

// Queues one run of the graph.
void launch(const std::shared_ptr<Graph>& graph, Stream& stream);

}  // namespace emulator

#endif
