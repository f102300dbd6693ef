#include "core/stream.h"

#include "core/capture.h"
#include "core/execute.h"

namespace emulator {

Stream::Stream(Context& context, bool blocking, int priority)
    : context(context), blocking(blocking), priority(priority), id(context.next_stream_id++) {}

void Stream::enqueue(const char* name, Work work, std::vector<Position> after) {
  if (capture != nullptr) {
    capture->add(*this, name, std::move(work));
    return;
  }
  if (this == context.legacy.get()) {
    for (const auto& other : context.streams) {
      if (!other.second->blocking) continue;
      if (other.second->capture != nullptr) other.second->capture->fail(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
      after.push_back(other.second->end());
    }
  } else if (blocking) {
    after.push_back(context.legacy->end());
  }
  items_.push_back({name, std::move(work), std::move(after)});
  ++queued_;
  if (settings().eager) run_until(end());
}

// A stack of positions instead of recursion: chains of waits may be long.
void run_until(const Position& position) {
  if (position.stream->reached(position.count)) return;
  const Window window;
  std::vector<Position> wanted{position};
  while (!wanted.empty()) {
    Stream& stream = *wanted.back().stream;
    if (stream.context.lost != CUDA_SUCCESS) throw Error(stream.context.lost);
    if (stream.reached(wanted.back().count)) {
      wanted.pop_back();
      continue;
    }
    Stream::Item& next = stream.items_.front();
    if (!next.after.empty()) {
      const Position before = next.after.back();
      next.after.pop_back();
      if (!before.stream->reached(before.count)) wanted.push_back(before);
      continue;
    }
    const Stream::Item item = std::move(next);
    stream.items_.pop_front();
    ++stream.done_;
    execute(stream.context, item.name, item.work);
  }
}

void run_all(Context& context) {
  run_until(context.legacy->end());
  for (const auto& stream : context.streams) run_until(stream.second->end());
}

void run_legacy(Context& context) {
  run_until(context.legacy->end());
  for (const auto& stream : context.streams)
    if (stream.second->blocking) run_until(stream.second->end());
}

std::shared_ptr<Stream> stream_of(Context& context, const void* handle) {
  if (handle == nullptr || handle == reinterpret_cast<const void*>(1)) return context.legacy;
  const auto found = context.streams.find(handle);
  require(found != context.streams.end(), CUDA_ERROR_INVALID_HANDLE);
  return found->second;
}

std::shared_ptr<Stream> stream_of(const void* handle) { return stream_of(current_context(), handle); }

}  // namespace emulator
