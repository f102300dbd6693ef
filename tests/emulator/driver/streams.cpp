// Streams and events.
#include "core/capture.h"
#include "driver/entry.h"

using namespace emulator;
using Clock = std::chrono::steady_clock;

namespace {

constexpr unsigned kStreamNonBlocking = 1, kEventDisableTiming = 2;

std::shared_ptr<Event> event_of(const void* handle) {
  const auto& events = current_context().events;
  const auto found = events.find(handle);
  require(found != events.end(), CUDA_ERROR_INVALID_HANDLE);
  return found->second;
}

// The calls that ask about an event or wait for it on the host.
void require_uncaptured(const Event& event) { require(event.capture == nullptr, CUDA_ERROR_CAPTURED_EVENT); }

void record(Event& event, Stream& stream) {
  event.capture = stream.capture;
  if (stream.capture != nullptr) {
    event.captured = stream.capture->frontier(stream);
    return;
  }
  event.time = std::make_shared<Clock::time_point>();
  stream.enqueue("cuEventRecord", [time = event.time] { *time = Clock::now(); });
  event.position = stream.end();
}

void wait(Stream& stream, const Event& event) {
  if (event.capture != nullptr) {
    event.capture->wait(stream, event.captured);
    return;
  }
  if (stream.capture != nullptr) stream.capture->fail(CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
  if (event.position.stream == nullptr) return;  // never recorded
  stream.enqueue("cuStreamWaitEvent", [] {}, {event.position});
}

// "Not ready" once, and the work runs before the next question: progress without a device behind the caller's back.
void query(const Position& position) {
  if (position.stream->reached(position.count)) return;
  run_until(position);
  throw Error(CUDA_ERROR_NOT_READY);
}

}  // namespace

EMULATOR_ENTRY CUresult cuStreamCreateWithPriority(CUstream* handle, unsigned flags, int priority) {
  return driver_call("cuStreamCreateWithPriority", Needs::kContext, [&] {
    require(handle != nullptr && flags <= kStreamNonBlocking, CUDA_ERROR_INVALID_VALUE);
    Context& context = current_context();
    auto stream = std::make_shared<Stream>(context, flags != kStreamNonBlocking, priority);
    *handle = stream.get();
    context.streams[stream.get()] = stream;
  });
}

EMULATOR_ENTRY CUresult cuStreamCreate(CUstream* handle, unsigned flags) {
  return cuStreamCreateWithPriority(handle, flags, 0);
}

EMULATOR_ENTRY CUresult cuStreamDestroy_v2(CUstream handle) {
  return driver_call("cuStreamDestroy_v2", Needs::kContext, [&] {
    const std::shared_ptr<Stream> stream = stream_of(handle);
    require(stream != stream->context.legacy, CUDA_ERROR_INVALID_HANDLE);
    if (stream->capture != nullptr) stream->capture->fail(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    run_until(stream->end());
    stream->context.streams.erase(handle);
  });
}

EMULATOR_ENTRY CUresult cuStreamSynchronize(CUstream handle) {
  return driver_call("cuStreamSynchronize", Needs::kContext, [&] {
    const std::shared_ptr<Stream> stream = stream_of(handle);
    forbid_while_capturing(*stream);
    if (stream == stream->context.legacy) {
      run_legacy(stream->context);
    } else {
      run_until(stream->end());
    }
  });
}

EMULATOR_ENTRY CUresult cuStreamQuery(CUstream handle) {
  return driver_call("cuStreamQuery", Needs::kContext, [&] {
    const std::shared_ptr<Stream> stream = stream_of(handle);
    forbid_while_capturing(*stream);
    query(stream->end());
  });
}

EMULATOR_ENTRY CUresult cuStreamWaitEvent(CUstream handle, CUevent event, unsigned flags) {
  return driver_call("cuStreamWaitEvent", Needs::kContext, [&] {
    require(flags <= 1, CUDA_ERROR_INVALID_VALUE);
    wait(*stream_of(handle), *event_of(event));
  });
}

EMULATOR_ENTRY CUresult cuStreamGetFlags(CUstream handle, unsigned* flags) {
  return driver_call("cuStreamGetFlags", Needs::kContext,
                     [&] { *flags = stream_of(handle)->blocking ? 0 : kStreamNonBlocking; });
}

EMULATOR_ENTRY CUresult cuStreamGetPriority(CUstream handle, int* priority) {
  return driver_call("cuStreamGetPriority", Needs::kContext, [&] { *priority = stream_of(handle)->priority; });
}

EMULATOR_ENTRY CUresult cuStreamGetCtx(CUstream handle, CUcontext* context) {
  return driver_call("cuStreamGetCtx", Needs::kContext, [&] { *context = &stream_of(handle)->context; });
}

EMULATOR_ENTRY CUresult cuStreamGetId(CUstream handle, unsigned long long* id) {
  return driver_call("cuStreamGetId", Needs::kContext, [&] { *id = stream_of(handle)->id; });
}

EMULATOR_ENTRY CUresult cuLaunchHostFunc(CUstream handle, void (*function)(void*), void* argument) {
  return driver_call("cuLaunchHostFunc", Needs::kContext, [&] {
    require(function != nullptr, CUDA_ERROR_INVALID_VALUE);
    stream_of(handle)->enqueue("cuLaunchHostFunc", [function, argument] { function(argument); });
  });
}

EMULATOR_ENTRY CUresult cuEventCreate(CUevent* handle, unsigned flags) {
  return driver_call("cuEventCreate", Needs::kContext, [&] {
    require(handle != nullptr, CUDA_ERROR_INVALID_VALUE);
    auto event = std::make_shared<Event>();
    event->timing = (flags & kEventDisableTiming) == 0;
    *handle = event.get();
    current_context().events[event.get()] = event;
  });
}

EMULATOR_ENTRY CUresult cuEventDestroy_v2(CUevent handle) {
  return driver_call("cuEventDestroy_v2", Needs::kContext, [&] {
    event_of(handle);
    current_context().events.erase(handle);
  });
}

EMULATOR_ENTRY CUresult cuEventRecord(CUevent handle, CUstream stream) {
  return driver_call("cuEventRecord", Needs::kContext, [&] { record(*event_of(handle), *stream_of(stream)); });
}

EMULATOR_ENTRY CUresult cuEventQuery(CUevent handle) {
  return driver_call("cuEventQuery", Needs::kContext, [&] {
    const std::shared_ptr<Event> event = event_of(handle);
    require_uncaptured(*event);
    forbid_while_capturing();
    if (event->position.stream != nullptr) query(event->position);
  });
}

EMULATOR_ENTRY CUresult cuEventSynchronize(CUevent handle) {
  return driver_call("cuEventSynchronize", Needs::kContext, [&] {
    const std::shared_ptr<Event> event = event_of(handle);
    require_uncaptured(*event);
    forbid_while_capturing();
    if (event->position.stream != nullptr) run_until(event->position);
  });
}

EMULATOR_ENTRY CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  return driver_call("cuEventElapsedTime", Needs::kContext, [&] {
    const std::shared_ptr<Event> events[] = {event_of(start), event_of(end)};
    for (const auto& event : events) {
      require(event->timing && event->time != nullptr, CUDA_ERROR_INVALID_HANDLE);
      require(event->position.stream->reached(event->position.count), CUDA_ERROR_NOT_READY);
    }
    *milliseconds = std::chrono::duration<float, std::milli>(*events[1]->time - *events[0]->time).count();
  });
}

EMULATOR_ENTRY CUresult cuEventElapsedTime_v2(float* milliseconds, CUevent start, CUevent end) {
  return cuEventElapsedTime(milliseconds, start, end);
}
