// Memory, clocks and the report line that the cases of kernel_bench share.
#ifndef ASSAY_BENCH_MEASURE_H
#define ASSAY_BENCH_MEASURE_H

#include <assay/assay.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace assay_bench {

struct Free {
  void operator()(void* p) const { ::operator delete (p, std::align_val_t{64}); }
};
template <typename T>
using Buffer = std::unique_ptr<T[], Free>;

template <typename T>
Buffer<T> allocate(int64_t count) {
  auto* p = static_cast<T*>(::operator new (static_cast<size_t>(count) * sizeof(T), std::align_val_t{64}));
  std::fill_n(p, count, T{});
  return Buffer<T>(p);
}

struct Times {
  double median_ms, min_ms, cpu_ms;
};

inline double thread_cpu_ms() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

inline Times measure(int repeats, const std::function<void()>& body) {
  std::vector<double> wall, cpu;
  for (int i = -2; i < repeats; ++i) {
    const double cpu_start = thread_cpu_ms();
    const auto start = std::chrono::steady_clock::now();
    body();
    const auto end = std::chrono::steady_clock::now();
    if (i < 0) continue;
    wall.push_back(std::chrono::duration<double, std::milli>(end - start).count());
    cpu.push_back(thread_cpu_ms() - cpu_start);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  return {wall[wall.size() / 2], wall.front(), cpu[cpu.size() / 2]};
}

// Milliseconds for `threads` threads to read `bytes` once, best of several.
inline double read_ms(int64_t bytes, int threads) {
  const int64_t words = bytes / 8;
  const auto data = allocate<uint64_t>(words);
  std::vector<uint64_t> sums(static_cast<size_t>(threads) * 8);
  const auto part = [&](int t) {
    uint64_t sum = 0;
    for (int64_t i = words * t / threads; i < words * (t + 1) / threads; ++i) sum += data[i];
    sums[static_cast<size_t>(t) * 8] += sum;
  };
  return measure(7,
                 [&] {
                   std::vector<std::thread> others;
                   for (int t = 1; t < threads; ++t) others.emplace_back(part, t);
                   part(0);
                   for (auto& thread : others) thread.join();
                 })
      .min_ms;
}

inline void must(AssayStatus status) {
  if (status == ASSAY_OK) return;
  std::fprintf(stderr, "%s\n", assay_last_error());
  std::exit(1);
}

struct Session {
  AssayExec exec;
  int repeats;

  void report(const std::string& kernel, const std::string& shape, int64_t bytes, const Times& t) const {
    const double read = read_ms(bytes, static_cast<int>(exec.threads));
    std::printf(
        "{\"kernel\":\"%s\",\"case\":\"%s\",\"target\":\"%s\",\"threads\":%d,\"median_ms\":%.4f,\"min_ms\":%.4f,"
        "\"cpu_ms\":%.4f,\"bytes\":%lld,\"gb_per_s\":%.2f,\"read_ms\":%.4f,\"share_of_read\":%.3f}\n",
        kernel.c_str(), shape.c_str(), assay_cpu_target(), static_cast<int>(exec.threads), t.median_ms, t.min_ms,
        t.cpu_ms, static_cast<long long>(bytes), static_cast<double>(bytes) / t.median_ms * 1e-6, read,
        read / t.median_ms);
    std::fflush(stdout);
  }
};

// Each in its own file.
void bench_score_kernels(const Session& session);
void bench_network_kernels(const Session& session);
void bench_set_kernels(const Session& session);

}  // namespace assay_bench

#endif
