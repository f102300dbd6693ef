// The harness tests itself: every promise of simt.h is broken once on purpose and must be noticed.
// `simt_selftest race NAME` runs one racy body; under ThreadSanitizer it must be reported (see CMakeLists.txt).
#include <cmath>
#include <cstring>
#include <functional>
#include <vector>

#include "../native/check.h"
#include "shim/cuda_bf16.h"
#include "shim/cuda_fp16.h"
#include "shim/cuda_pipeline_primitives.h"

namespace {

using simt::Launch;

Launch one_block(unsigned lanes, uint64_t seed = 1) {
  Launch launch;
  launch.block.x = lanes;
  launch.seed = seed;
  return launch;
}

void faults(const Launch& launch, const char* expected, const std::function<void()>& body) {
  try {
    simt::launch(launch, body);
  } catch (const simt::Fault& fault) {
    CHECK_TEXT(fault.what(), expected);
    return;
  }
  CHECK_TEXT("no fault", expected);
}

constexpr unsigned kFull = 0xffffffffu;

void test_coordinates() {
  Launch launch;
  launch.grid = {3, 2, 2};
  launch.block = {5, 3, 2};
  std::vector<int> seen(3 * 2 * 2 * 30, 0);
  simt::launch(launch, [&] {
    const unsigned lane = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    ++seen[block * 30 + lane];
  });
  for (int count : seen) CHECK(count == 1);
}

void test_shuffles() {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    std::vector<int> bad(64, 0);
    simt::launch(one_block(64, seed), [&] {
      const int t = static_cast<int>(threadIdx.x), lane = t % 32, base = t - lane;
      if (__shfl_sync(kFull, t, 7) != base + 7) bad[t] |= 1;
      if (__shfl_xor_sync(kFull, t, 5) != base + (lane ^ 5)) bad[t] |= 2;
      if (__shfl_up_sync(kFull, t, 3) != (lane < 3 ? t : t - 3)) bad[t] |= 4;
      if (__shfl_down_sync(kFull, t, 30) != (lane + 30 > 31 ? t : t + 30)) bad[t] |= 8;
      if (__shfl_sync(kFull, t, 2, 8) != base + lane / 8 * 8 + 2) bad[t] |= 16;
      if (__shfl_down_sync(kFull, t, 6, 8) != (lane % 8 + 6 > 7 ? t : t + 6)) bad[t] |= 32;
      if (__shfl_xor_sync(kFull, 1ull << 40 | static_cast<unsigned>(t), 1) !=
          (1ull << 40 | static_cast<unsigned>(t ^ 1)))
        bad[t] |= 64;
      if (__shfl_xor_sync(kFull, t + 0.25f, 16) != static_cast<float>(t ^ 16) + 0.25f) bad[t] |= 128;
    });
    for (int b : bad) CHECK(b == 0);
  }
}

void test_votes_and_reductions() {
  std::vector<int> bad(32, 0);
  simt::launch(one_block(32, 9), [&] {
    const unsigned t = threadIdx.x;
    if (__ballot_sync(kFull, t % 3 == 0) != 0x49249249u) bad[t] |= 1;
    if (__any_sync(kFull, t == 31) != 1 || __any_sync(kFull, 0) != 0) bad[t] |= 2;
    if (__all_sync(kFull, 1) != 1 || __all_sync(kFull, t != 4) != 0) bad[t] |= 4;
    if (__match_any_sync(kFull, t / 8) != 0xffu << t / 8 * 8) bad[t] |= 8;
    int all = -1;
    if (__match_all_sync(kFull, 5u, &all) != kFull || all != 1) bad[t] |= 16;
    if (__match_all_sync(kFull, t, &all) != 0 || all != 0) bad[t] |= 32;
    if (__reduce_add_sync(kFull, t) != 496u) bad[t] |= 64;
    if (__reduce_min_sync(kFull, t + 3u) != 3u || __reduce_max_sync(kFull, t) != 31u) bad[t] |= 128;
    if (__reduce_min_sync(kFull, static_cast<int>(t) - 9) != -9 || __reduce_max_sync(kFull, -static_cast<int>(t)) != 0)
      bad[t] |= 256;
    if (t < 10 && __reduce_or_sync(0x3ffu, 1u << t) != 0x3ffu) bad[t] |= 512;  // a subgroup, while the others run on
  });
  for (int b : bad) CHECK(b == 0);
}

void test_early_exit() {
  std::vector<int> out(40, 0);
  simt::launch(one_block(40), [&] {
    ASSAY_SHARED(int, shared, [40]);
    const unsigned t = threadIdx.x;
    if (t % 4 == 1) return;  // lanes that leave do not hold up a block barrier
    shared[t] = static_cast<int>(t);
    __syncthreads();
    out[t] = shared[t / 4 * 4] + 1;
  });
  for (unsigned t = 0; t < 40; ++t) CHECK(out[t] == (t % 4 == 1 ? 0 : static_cast<int>(t / 4 * 4) + 1));
  for (uint64_t seed = 1; seed <= 4; ++seed)  // whether the lane leaves before or after the others wait
    faults(one_block(32, seed), "lane 3, which has exited", [] {
      if (threadIdx.x == 3) return;
      __shfl_xor_sync(kFull, 1, 1);
    });
}

void test_faults() {
  faults(one_block(32), "another mask or kind", [] {
    if (threadIdx.x < 16)
      __ballot_sync(kFull, 1);
    else
      __shfl_sync(kFull, 1, 0);
  });
  faults(one_block(32), "not name the caller", [] { __ballot_sync(0xffffu, 1); });
  faults(one_block(20), "which the block does not have", [] { __syncwarp(); });
  faults(one_block(32), "not in the mask", [] {
    if (threadIdx.x < 16) __shfl_sync(0xffffu, 1, 20);
  });
  faults(one_block(64), "deadlock", [] {
    if (threadIdx.x == 5)
      __syncthreads();
    else if (threadIdx.x < 32)
      __syncwarp(kFull);
  });
  Launch dynamic = one_block(1);
  dynamic.dynamic_shared = 8;
  faults(dynamic, "8 bytes of dynamic shared memory", [] {
    ASSAY_DYNAMIC_SHARED(bytes);
    bytes[8] = 1;
  });
  faults(one_block(1), "static shared object of 12 bytes", [] {
    ASSAY_SHARED(float, small, [3]);
    volatile int past = 3;
    const int beyond = past;
    small[beyond] = 1.0f;
  });
  int runs = 0;
  simt::launch(one_block(32), [&] {  // the machine works again after a fault
    if (__ballot_sync(kFull, 1) == kFull) __atomic_fetch_add(&runs, 1, __ATOMIC_RELAXED);
  });
  CHECK(runs == 32);
}

void test_poison() {
  Launch launch = one_block(4);
  launch.grid.x = 3;
  launch.dynamic_shared = 16;
  int unclean = 0;
  simt::launch(launch, [&] {
    ASSAY_SHARED(float, values, [4]);
    ASSAY_DYNAMIC_SHARED(bytes);
    const unsigned t = threadIdx.x;
    if (!std::isnan(values[t]) || bytes[t] != 0xff) __atomic_fetch_add(&unclean, 1, __ATOMIC_RELAXED);
    __syncthreads();
    values[t] = 0.0f;
    bytes[t] = 0;
  });
  CHECK(unclean == 0);
}

void test_lane_order() {
  auto order = [](uint64_t seed) {
    std::vector<int> seen(64, -1);
    int next = 0;
    simt::launch(one_block(64, seed), [&] { seen[atomicAdd(&next, 1)] = static_cast<int>(threadIdx.x); });
    return seen;
  };
  CHECK(order(1) == order(1));
  CHECK(order(1) != order(2));
}

void test_atomics() {
  unsigned sum = 0, smallest = 99, largest = 0;
  unsigned long long wide = 0;
  simt::launch(one_block(100), [&] {
    atomicAdd(&sum, threadIdx.x);
    atomicAdd(&wide, 1ull << 33);
    atomicMin(&smallest, threadIdx.x + 7);
    atomicMax(&largest, threadIdx.x);
  });
  CHECK(sum == 4950 && wide == 100ull << 33 && smallest == 7 && largest == 99);
}

// A copy is there after the wait, and not before; what it copies is what lies there then.
void test_asynchronous_copies() {
  alignas(16) unsigned source[64];
  for (unsigned i = 0; i < 64; ++i) source[i] = i;
  int bad = 0;
  simt::launch(one_block(16), [&] {
    ASSAY_SHARED(uint4, tile, [16]);
    const unsigned t = threadIdx.x;
    __pipeline_memcpy_async(&tile[t], source + 4 * t, 16);
    if (tile[t].x != ~0u) atomicAdd(&bad, 1);
    __pipeline_commit();
    __pipeline_wait_prior(0);
    if (tile[t].x != 4 * t || tile[t].w != 4 * t + 3) atomicAdd(&bad, 1);
    __syncthreads();
    if (tile[15 - t].y != 4 * (15 - t) + 1) atomicAdd(&bad, 1);
  });
  CHECK(bad == 0);
  faults(one_block(1), "exits while asynchronous copies are under way", [&] {
    ASSAY_SHARED(uint4, tile, [1]);
    __pipeline_memcpy_async(&tile[0], source, 16);
  });
  faults(one_block(1), "16 bytes must be of 4, 8 or 16, aligned", [&] {
    ASSAY_SHARED(uint4, tile, [1]);
    __pipeline_memcpy_async(&tile[0], source + 1, 16);
  });
  faults(one_block(1), "2 bytes must be of 4, 8 or 16, aligned", [&] {
    ASSAY_SHARED(uint4, tile, [1]);
    __pipeline_memcpy_async(&tile[0], source, 2);
  });
}

void test_half_conversions() {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const unsigned exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double sign = bits >> 15 ? -1.0 : 1.0;
    const float got = __half2float(__ushort_as_half(static_cast<unsigned short>(bits)));
    if (exponent == 31)
      CHECK(fraction == 0 ? got == sign * INFINITY : std::isnan(got));
    else
      CHECK(static_cast<double>(got) == sign * (exponent == 0
                                                    ? std::ldexp(fraction, -24)
                                                    : std::ldexp(1024 + fraction, static_cast<int>(exponent) - 25)));
  }
  CHECK(__bfloat162float(__ushort_as_bfloat16(0x3fc0)) == 1.5f);
}

// Bodies with a barrier too few. Without ThreadSanitizer they run through; with it they must be reported.
int run_race(const std::string& name) {
  int out[64] = {};
  const Launch launch = one_block(64);
  auto body = [&](bool barrier, bool warp_barrier, bool shuffle) {
    ASSAY_SHARED(int, shared, [64]);
    const unsigned t = threadIdx.x;
    shared[t] = static_cast<int>(t);
    if (barrier) __syncthreads();
    if (warp_barrier) __syncwarp();
    if (shuffle) __shfl_sync(kFull, 1, 0);
    out[t] = shared[warp_barrier ? t ^ 1 : 63 - t];
    if (name == "missing_second_barrier") shared[t] = 1;
  };
  if (name == "none") simt::launch(launch, [&] { body(true, false, false); });
  if (name == "warp_barrier") simt::launch(launch, [&] { body(false, true, false); });
  if (name == "missing_barrier") simt::launch(launch, [&] { body(false, false, false); });
  if (name == "shuffle_is_no_barrier") simt::launch(launch, [&] { body(false, false, true); });
  if (name == "missing_second_barrier") simt::launch(launch, [&] { body(true, false, false); });
  if (name == "copy_is_no_barrier") {
    int source[64] = {};
    simt::launch(launch, [&] {
      ASSAY_SHARED(int, shared, [64]);
      __pipeline_memcpy_async(&shared[threadIdx.x], source + threadIdx.x, 4);
      __pipeline_commit();
      __pipeline_wait_prior(0);
      out[threadIdx.x] = shared[63 - threadIdx.x];
    });
  }
  std::printf("ran %s: %d\n", name.c_str(), out[1]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3) return run_race(argv[2]);
  test_coordinates();
  test_shuffles();
  test_votes_and_reductions();
  test_early_exit();
  test_faults();
  test_poison();
  test_lane_order();
  test_atomics();
  test_asynchronous_copies();
  test_half_conversions();
  return assay_test::finish();
}
