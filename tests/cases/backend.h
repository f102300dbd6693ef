// Where a kernel runs in a test, and buffers that notice what a kernel should not have done.
#ifndef ASSAY_TESTS_CASES_BACKEND_H
#define ASSAY_TESTS_CASES_BACKEND_H

#include <assay/assay.h>
#include <kernel_list.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "../native/check.h"

namespace assay_test {

// One implementation of all kernels with the memory it works on.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual void* allocate(size_t bytes) = 0;  // at a multiple of 256 bytes
  virtual void release(void* memory) = 0;
  virtual void upload(void* to, const void* from, size_t bytes) = 0;
  virtual void download(void* to, const void* from, size_t bytes) = 0;
#define ASSAY_DECLARE_RUN(name, Args) virtual void run(const Assay##Args& args) = 0;
  ASSAY_FOR_EACH_KERNEL(ASSAY_DECLARE_RUN)
#undef ASSAY_DECLARE_RUN
};

class HostMemoryBackend : public Backend {
 public:
  void* allocate(size_t bytes) override { return std::aligned_alloc(256, (bytes + 255) / 256 * 256); }
  void release(void* memory) override { std::free(memory); }
  void upload(void* to, const void* from, size_t bytes) override { std::memcpy(to, from, bytes); }
  void download(void* to, const void* from, size_t bytes) override { std::memcpy(to, from, bytes); }
};

// The C ABI's CPU twins.
class CpuTwins : public HostMemoryBackend {
 public:
  explicit CpuTwins(int64_t threads = 1) : threads_(threads) {}
#define ASSAY_DEFINE_RUN(name, Args)                                        \
  void run(const Assay##Args& args) override {                              \
    const AssayExec exec = {sizeof(AssayExec), ASSAY_CPU, 0, threads_, {}}; \
    const AssayStatus status = assay_##name(&exec, &args);                  \
    if (status != ASSAY_OK) report(__FILE__, __LINE__, assay_last_error()); \
  }
  ASSAY_FOR_EACH_KERNEL(ASSAY_DEFINE_RUN)
#undef ASSAY_DEFINE_RUN

 private:
  int64_t threads_;
};

// What reproduces the present case; printed with every failure of expect().
inline std::string& context() {
  static std::string text;
  return text;
}
inline void expect(bool ok, const char* file, int line, const std::string& what) {
  if (!ok) report(file, line, what + " [" + context() + "]");
}
#define EXPECT(condition, what) assay_test::expect((condition), __FILE__, __LINE__, (what))

// A backend's buffers for one run: every one lies between two guards, outputs start as garbage, inputs must not change.
class Buffers {
 public:
  explicit Buffers(Backend& backend) : backend_(backend) {}
  ~Buffers() {
    for (const Entry& entry : entries_) backend_.release(entry.memory);
  }
  Buffers(const Buffers&) = delete;
  Buffers& operator=(const Buffers&) = delete;

  // A copy of `bytes` bytes whose address is `misalignment` past a multiple of 16.
  const void* input(const void* from, size_t bytes, size_t misalignment = 0) {
    return add(from, bytes, misalignment, true);
  }
  template <class T>
  const T* input(const std::vector<T>& values) {
    return static_cast<const T*>(input(values.data(), values.size() * sizeof(T)));
  }
  // Starts with the values given; may be changed.
  template <class T>
  T* changing(const std::vector<T>& values, size_t misalignment = 0) {
    return static_cast<T*>(add(values.data(), values.size() * sizeof(T), misalignment, false));
  }
  template <class T>
  T* output(bool wanted, size_t count, size_t misalignment = 0) {
    if (!wanted) return nullptr;
    const std::vector<unsigned char> garbage(count * sizeof(T), 0xcd);
    return static_cast<T*>(add(garbage.data(), garbage.size(), misalignment, false));
  }
  template <class T>
  std::vector<T> read(const T* at, size_t count) {
    std::vector<T> values(at == nullptr ? 0 : count);
    if (!values.empty()) backend_.download(values.data(), at, count * sizeof(T));
    return values;
  }

  void check() {
    for (const Entry& entry : entries_) {
      std::vector<unsigned char> now(entry.before.size());
      backend_.download(now.data(), entry.memory, now.size());
      const size_t end = entry.offset + entry.bytes;
      bool guards = std::memcmp(now.data(), entry.before.data(), entry.offset) == 0;
      guards = guards && std::memcmp(now.data() + end, entry.before.data() + end, now.size() - end) == 0;
      EXPECT(guards, "a write outside a buffer of " + std::to_string(entry.bytes) + " bytes");
      EXPECT(!entry.constant || now == entry.before, "a write into an input");
    }
  }

 private:
  struct Entry {
    void* memory;
    size_t offset, bytes;
    bool constant;
    std::vector<unsigned char> before;
  };
  static constexpr size_t kGuard = 256;

  void* add(const void* from, size_t bytes, size_t misalignment, bool constant) {
    Entry entry = {nullptr, kGuard + misalignment, bytes, constant, {}};
    // 0xff is NaN in every score type: reading a guard shows.
    entry.before.assign(kGuard + misalignment + bytes + kGuard, 0xff);
    if (bytes > 0) std::memcpy(entry.before.data() + entry.offset, from, bytes);
    entry.memory = backend_.allocate(entry.before.size());
    backend_.upload(entry.memory, entry.before.data(), entry.before.size());
    entries_.push_back(entry);
    return static_cast<unsigned char*>(entry.memory) + entry.offset;
  }

  Backend& backend_;
  std::vector<Entry> entries_;
};

// Exactly the same bits.
template <class T>
void expect_same(const char* name, const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return EXPECT(false, std::string(name) + " differs in size");
  if (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0) return;
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::memcmp(&a[i], &b[i], sizeof(T)) == 0) continue;
    std::ostringstream text;
    text.precision(10);
    text << name << "[" << i << "] differs: " << +a[i] << " and " << +b[i];
    return EXPECT(false, text.str());
  }
}

inline void expect_near(const char* name, size_t i, double found, double expected, double tolerance) {
  if (found - expected <= tolerance && expected - found <= tolerance) return;
  std::ostringstream text;
  text.precision(10);
  text << name << "[" << i << "] = " << found << ", expected " << expected << " within " << tolerance;
  EXPECT(false, text.str());
}

// Seeded numbers that depend on nothing but the seed.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ull + 0x632be59bd9b4e019ull) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  int64_t below(int64_t n) { return static_cast<int64_t>(next() % static_cast<uint64_t>(n)); }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  // Bell-shaped, variance 1.
  double normal() { return (uniform() + uniform() + uniform() + uniform() - 2.0) * 1.7320508075688772; }

 private:
  uint64_t state_;
};

}  // namespace assay_test

#endif
