// Every promise of the emulated driver, kept and broken once.
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "../../native/check.h"
#include "selftest/driver_api.h"

namespace {

using namespace emulator;

constexpr unsigned kNonBlocking = 1;
constexpr size_t kBytes = 4000, kWords = kBytes / 4;

CUdeviceptr allocate(size_t bytes) {
  CUdeviceptr address = 0;
  CHECK_EQ(cuMemAlloc_v2(&address, bytes), CUDA_SUCCESS);
  return address;
}

CUhandle new_stream(unsigned flags = kNonBlocking) {
  CUhandle stream = nullptr;
  CHECK_EQ(cuStreamCreate(&stream, flags), CUDA_SUCCESS);
  return stream;
}

CUhandle new_event() {
  CUhandle event = nullptr;
  CHECK_EQ(cuEventCreate(&event, 0), CUDA_SUCCESS);
  return event;
}

uint32_t* pinned_words(uint32_t value) {
  void* memory = nullptr;
  CHECK_EQ(cuMemHostAlloc(&memory, kBytes, 0), CUDA_SUCCESS);
  uint32_t* const words = static_cast<uint32_t*>(memory);
  for (size_t i = 0; i < kWords; ++i) words[i] = value;
  return words;
}

uint32_t last_word(CUdeviceptr address) {
  std::vector<uint32_t> words(kWords);
  CHECK_EQ(cuMemcpyDtoH_v2(words.data(), address, kBytes), CUDA_SUCCESS);
  return words.back();
}

void test_before_initialisation() {
  int count = 0;
  CHECK_EQ(cuDeviceGetCount(&count), CUDA_ERROR_NOT_INITIALIZED);
  CHECK_EQ(cuInit(0), CUDA_SUCCESS);
  CHECK_EQ(cuDeviceGetCount(&count), CUDA_SUCCESS);
  CHECK_EQ(count, 1);
  CUdeviceptr address = 0;
  CHECK_EQ(cuMemAlloc_v2(&address, 1), CUDA_ERROR_INVALID_CONTEXT);
  CUdevice device = 0;
  CHECK_EQ(cuDeviceGet(&device, 1), CUDA_ERROR_INVALID_DEVICE);
}

void test_memory() {
  size_t before = 0, after = 0, total = 0;
  cuMemGetInfo_v2(&before, &total);
  const CUdeviceptr address = allocate(kBytes);
  CHECK_EQ(address % 256, 0u);
  CHECK_EQ(last_word(address), 0xffffffffu);
  cuMemGetInfo_v2(&after, &total);
  CHECK_EQ(before - after, size_t{4096});
  CUdeviceptr none = 0;
  CHECK_EQ(cuMemAlloc_v2(&none, total), CUDA_ERROR_OUT_OF_MEMORY);
  CHECK_EQ(cuMemAlloc_v2(&none, 0), CUDA_ERROR_INVALID_VALUE);
  std::vector<uint8_t> host(kBytes + 1);
  CHECK_EQ(cuMemcpyHtoD_v2(address, host.data(), kBytes + 1), CUDA_ERROR_INVALID_VALUE);
  CHECK_EQ(cuMemcpyHtoD_v2(reinterpret_cast<CUdeviceptr>(host.data()), host.data(), 8), CUDA_ERROR_INVALID_VALUE);
  CHECK_EQ(cuMemcpyHtoD_v2(address, reinterpret_cast<void*>(address), 8), CUDA_ERROR_INVALID_VALUE);
  CHECK_EQ(cuMemFree_v2(address), CUDA_SUCCESS);
  CHECK_EQ(cuMemFree_v2(address), CUDA_ERROR_INVALID_VALUE);
  cuMemGetInfo_v2(&after, &total);
  CHECK_EQ(before, after);
}

// How the host's touch of a device address ends.
int signal_of_touch(CUdeviceptr address) {
  const pid_t child = fork();
  if (child == 0) {
    *reinterpret_cast<volatile int*>(address) = 1;
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

void test_the_host_cannot_touch_device_memory() {
  const CUdeviceptr address = allocate(kBytes);
  CHECK_EQ(signal_of_touch(address), SIGSEGV);
  cuMemFree_v2(address);
  CHECK_EQ(signal_of_touch(address), SIGSEGV);
}

void test_streams_are_deferred() {
  const CUhandle stream = new_stream();
  const CUdeviceptr address = allocate(kBytes);
  uint32_t* const in = pinned_words(1);
  uint32_t* const out = pinned_words(0);
  CHECK_EQ(cuMemcpyHtoDAsync_v2(address, in, kBytes, stream), CUDA_SUCCESS);
  CHECK_EQ(cuMemcpyDtoHAsync_v2(out, address, kBytes, stream), CUDA_SUCCESS);
  CHECK_EQ(out[7], 0u);  // nothing has waited
  in[7] = 2;             // too early: the copy has not read it
  CHECK_EQ(cuStreamQuery(stream), CUDA_ERROR_NOT_READY);
  CHECK_EQ(cuStreamQuery(stream), CUDA_SUCCESS);
  CHECK_EQ(out[6], 1u);
  CHECK_EQ(out[7], 2u);
  // A blocking copy waits for the default stream, not for this one.
  cuMemsetD32Async(address, 5, kWords, stream);
  CHECK_EQ(last_word(address), 1u);
  CHECK_EQ(cuStreamSynchronize(stream), CUDA_SUCCESS);
  CHECK_EQ(last_word(address), 5u);
  // Memory that is not page-locked is read at once, and written before the call returns.
  std::vector<uint32_t> pageable(kWords, 3), back(kWords);
  cuMemcpyHtoDAsync_v2(address, pageable.data(), kBytes, stream);
  pageable.assign(kWords, 4);
  cuMemcpyDtoHAsync_v2(back.data(), address, kBytes, stream);
  CHECK_EQ(back[0], 3u);
  cuMemFreeHost(in);
  cuMemFreeHost(out);
  cuMemFree_v2(address);
  CHECK_EQ(cuStreamDestroy_v2(stream), CUDA_SUCCESS);
  CHECK_EQ(cuStreamDestroy_v2(stream), CUDA_ERROR_INVALID_HANDLE);
}

void test_events_order_streams() {
  const CUhandle first = new_stream(), second = new_stream(), event = new_event();
  const CUdeviceptr a = allocate(kBytes), b = allocate(kBytes);
  cuMemsetD32Async(a, 1, kWords, first);
  cuEventRecord(event, first);
  cuMemsetD32Async(a, 2, kWords, first);
  cuStreamWaitEvent(second, event, 0);
  cuMemcpyDtoDAsync_v2(b, a, kBytes, second);
  cuStreamSynchronize(second);
  CHECK_EQ(last_word(b), 1u);  // after the event and before what followed it
  CHECK_EQ(last_word(a), 1u);
  CHECK_EQ(cuEventQuery(event), CUDA_SUCCESS);
  cuCtxSynchronize();
  CHECK_EQ(last_word(a), 2u);
  // Without the event the second stream reads what is there.
  cuMemsetD32Async(a, 3, kWords, first);
  cuMemcpyDtoDAsync_v2(b, a, kBytes, second);
  cuStreamSynchronize(second);
  CHECK_EQ(last_word(b), 2u);
  const CUhandle end = new_event();
  float milliseconds = -1;
  cuEventRecord(end, first);
  CHECK_EQ(cuEventElapsedTime(&milliseconds, event, end), CUDA_ERROR_NOT_READY);
  CHECK_EQ(cuEventSynchronize(end), CUDA_SUCCESS);
  CHECK_EQ(cuEventElapsedTime(&milliseconds, event, end), CUDA_SUCCESS);
  CHECK(milliseconds >= 0);
  cuStreamDestroy_v2(first);
  cuStreamDestroy_v2(second);
  cuMemFree_v2(a);
  cuMemFree_v2(b);
}

void test_the_default_stream_orders_blocking_streams() {
  const CUhandle blocking = new_stream(0);
  const CUdeviceptr address = allocate(kBytes);
  cuMemsetD32Async(address, 1, kWords, blocking);
  CHECK_EQ(last_word(address), 1u);
  cuMemsetD32Async(address, 2, kWords, nullptr);
  cuMemsetD32Async(address, 3, kWords, blocking);
  cuStreamSynchronize(blocking);
  CHECK_EQ(last_word(address), 3u);
  // Long chains of waits between the two.
  for (uint32_t i = 0; i < 20000; ++i) cuMemsetD32Async(address, i, kWords, i % 2 == 0 ? nullptr : blocking);
  CHECK_EQ(last_word(address), 19999u);
  cuStreamDestroy_v2(blocking);
  cuMemFree_v2(address);
}

void test_graphs() {
  const CUhandle stream = new_stream(), side = new_stream(), fork_event = new_event(), join_event = new_event();
  const CUdeviceptr a = allocate(kBytes), b = allocate(kBytes);
  CUhandle graph = nullptr, executable = nullptr;
  uint32_t* const in = pinned_words(1);
  cuMemsetD32Async(b, 0, kWords, stream);
  CHECK_EQ(cuStreamBeginCapture_v2(stream, 0), CUDA_SUCCESS);
  cuMemcpyHtoDAsync_v2(a, in, kBytes, stream);
  cuEventRecord(fork_event, stream);
  cuStreamWaitEvent(side, fork_event, 0);
  cuMemcpyDtoDAsync_v2(b, a, kBytes, side);
  cuEventRecord(join_event, side);
  cuStreamWaitEvent(stream, join_event, 0);
  CHECK_EQ(cuEventQuery(join_event), CUDA_ERROR_CAPTURED_EVENT);
  CHECK_EQ(cuStreamEndCapture(stream, &graph), CUDA_SUCCESS);
  CHECK_EQ(cuGraphInstantiateWithFlags(&executable, graph, 0), CUDA_SUCCESS);
  CHECK_EQ(cuGraphDestroy(graph), CUDA_SUCCESS);
  cuStreamSynchronize(stream);
  CHECK_EQ(last_word(b), 0u);  // captured, not run
  for (uint32_t round = 2; round < 4; ++round) {
    in[kWords - 1] = round;
    CHECK_EQ(cuGraphLaunch(executable, stream), CUDA_SUCCESS);
    CHECK_EQ(last_word(b), round == 2 ? 0u : 2u);
    cuStreamSynchronize(stream);
    CHECK_EQ(last_word(b), round);
  }
  CHECK_EQ(cuGraphExecDestroy(executable), CUDA_SUCCESS);
  CHECK_EQ(cuStreamWaitEvent(side, join_event, 0), CUDA_ERROR_CAPTURED_EVENT);  // of a capture that has ended

  CUdeviceptr none = 0;
  cuStreamBeginCapture_v2(stream, 0);
  CHECK_EQ(cuMemAlloc_v2(&none, 8), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  CHECK_EQ(cuStreamEndCapture(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  cuStreamBeginCapture_v2(stream, 2);
  CHECK_EQ(cuMemAlloc_v2(&none, 8), CUDA_SUCCESS);
  CHECK_EQ(cuStreamSynchronize(stream), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  CHECK_EQ(cuStreamEndCapture(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  cuStreamBeginCapture_v2(stream, 0);
  cuEventRecord(fork_event, stream);
  cuStreamWaitEvent(side, fork_event, 0);
  cuMemsetD32Async(b, 9, kWords, side);
  CHECK_EQ(cuStreamEndCapture(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
  CHECK_EQ(cuStreamEndCapture(stream, &graph), CUDA_ERROR_ILLEGAL_STATE);
  CHECK_EQ(cuStreamBeginCapture_v2(nullptr, 0), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
  cuMemFreeHost(in);
  for (const CUhandle one : {stream, side}) cuStreamDestroy_v2(one);
  for (const CUdeviceptr one : {a, b, none}) cuMemFree_v2(one);
}

void test_faults() {
  CUdeviceptr address = 0;
  CHECK_EQ(assay_emulator_control("fail cuMemAlloc_v2:2=2"), 0);
  const int64_t before = assay_emulator_calls("cuMemAlloc_v2");
  CHECK_EQ(cuMemAlloc_v2(&address, 8), CUDA_SUCCESS);
  cuMemFree_v2(address);
  CHECK_EQ(cuMemAlloc_v2(&address, 8), CUDA_ERROR_OUT_OF_MEMORY);
  CHECK_EQ(cuMemAlloc_v2(&address, 8), CUDA_SUCCESS);
  CHECK_EQ(assay_emulator_calls("cuMemAlloc_v2") - before, int64_t{3});
  CUhandle module = nullptr;
  CHECK_EQ(cuModuleLoad(&module, "emulator:calls cuMemAlloc_v2"), CUDA_SUCCESS);
  CHECK_EQ(reinterpret_cast<int64_t>(module), before + 3);
  CHECK_EQ(cuModuleLoad(&module, "emulator:nonsense"), CUDA_ERROR_INVALID_VALUE);
  CHECK_EQ(cuModuleLoad(&module, "kernels.ptx"), CUDA_ERROR_FILE_NOT_FOUND);
  cuMemFree_v2(address);
}

void expect_lost(Result result) {
  CUdeviceptr address = 0;
  size_t bytes = 0;
  CHECK_EQ(cuCtxSynchronize(), result);
  CHECK_EQ(cuMemAlloc_v2(&address, 8), result);
  CHECK_EQ(cuMemGetInfo_v2(&bytes, &bytes), result);
  CHECK_EQ(assay_emulator_control("heal"), 0);
  CHECK_EQ(cuMemAlloc_v2(&address, 8), CUDA_SUCCESS);
  CHECK_EQ(cuMemFree_v2(address), CUDA_SUCCESS);
}

void test_a_lost_device_stays_lost() {
  CUhandle stream = new_stream();
  CUdeviceptr address = allocate(kBytes);
  assay_emulator_control("fail work:1=719");
  CHECK_EQ(cuMemsetD8Async(address, 1, kBytes, stream), CUDA_SUCCESS);  // the launch knows nothing of it
  CHECK_EQ(cuStreamSynchronize(stream), CUDA_ERROR_LAUNCH_FAILED);
  expect_lost(CUDA_ERROR_LAUNCH_FAILED);

  // A real wild access, one byte past an allocation.
  stream = new_stream();
  address = allocate(4096);
  CUdeviceptr wild = address + 4096;
  cuLaunchHostFunc(
      stream, [](void* where) { **static_cast<volatile char**>(where) = 1; }, &wild);
  CHECK_EQ(cuStreamSynchronize(stream), CUDA_ERROR_ILLEGAL_ADDRESS);
  expect_lost(CUDA_ERROR_ILLEGAL_ADDRESS);
}

void test_symbols_and_names() {
  const char* name = nullptr;
  CHECK_EQ(cuGetErrorName(700, &name), CUDA_SUCCESS);
  CHECK_EQ(std::string(name), std::string("CUDA_ERROR_ILLEGAL_ADDRESS"));
  CHECK_EQ(cuGetErrorName(12345, &name), CUDA_ERROR_INVALID_VALUE);
  void* function = nullptr;
  int found = -1;
  CHECK_EQ(cuGetProcAddress_v2("cuMemAlloc", &function, 12000, 0, &found), CUDA_SUCCESS);
  CHECK(function == reinterpret_cast<void*>(&cuMemAlloc_v2));
  CHECK_EQ(cuGetProcAddress_v2("cuNothing", &function, 12000, 0, &found), CUDA_ERROR_NOT_FOUND);
  CHECK_EQ(found, 1);
}

}  // namespace

int main() {
  test_before_initialisation();
  CUhandle context = nullptr;
  CHECK_EQ(cuDevicePrimaryCtxRetain(&context, 0), CUDA_SUCCESS);
  CHECK_EQ(cuCtxSetCurrent(context), CUDA_SUCCESS);
  test_memory();
  test_the_host_cannot_touch_device_memory();
  test_streams_are_deferred();
  test_events_order_streams();
  test_the_default_stream_orders_blocking_streams();
  test_graphs();
  test_faults();
  test_a_lost_device_stays_lost();
  test_symbols_and_names();
  CHECK_EQ(cuDevicePrimaryCtxRelease_v2(0), CUDA_SUCCESS);
  CUdeviceptr address = 0;
  CHECK_EQ(cuMemAlloc_v2(&address, 8), CUDA_ERROR_CONTEXT_IS_DESTROYED);
  return assay_test::finish();
}
