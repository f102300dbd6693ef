// When the Nth allocation fails the call says so, leaves nothing behind, and the next call succeeds.
#include <cstddef>
#include <cstdlib>
#include <new>

#include "scores.h"

namespace {
// Allocations of this thread still to succeed; negative: all.
thread_local int64_t allowed = -1;

void* allocate(size_t size, size_t alignment) {
  if (allowed == 0) throw std::bad_alloc();
  if (allowed > 0) --allowed;
  void* p = std::aligned_alloc(alignment, (std::max<size_t>(size, 1) + alignment - 1) / alignment * alignment);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
}  // namespace

// The library under test is linked statically here, so that these are its operators too.
void* operator new(size_t size) { return allocate(size, alignof(std::max_align_t)); }
void* operator new(size_t size, std::align_val_t alignment) { return allocate(size, static_cast<size_t>(alignment)); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }

namespace {

using namespace assay_test;

void fail_each_allocation(const char* name, const std::function<AssayStatus()>& call) {
  for (int64_t n = 0;; ++n) {
    allowed = n;
    const AssayStatus status = call();
    allowed = -1;
    if (status == ASSAY_OK) {
      CHECK(n > 0);
      std::printf("%s: %d allocations\n", name, static_cast<int>(n));
      return;
    }
    CHECK_EQ(status, ASSAY_OUT_OF_HOST_MEMORY);
    CHECK_TEXT(assay_last_error(), "out of host memory");
    CHECK_EQ(call(), ASSAY_OK);
    CHECK(n < 10000);
    if (n >= 10000) return;
  }
}

}  // namespace

int main() {
  Scores s(1, 4, 32, 32, ASSAY_F32, false, 0);
  s.fill(mixed_logits(1));
  Maps maps(1024);
  int64_t bad = 0;
  const AssayExec exec = cpu(2);
  const AssayPixelSignalsArgs pixels{sizeof pixels, s.tensor(), ASSAY_LOGITS, maps.view(), &bad};
  fail_each_allocation("pixel_signals", [&] { return assay_pixel_signals(&exec, &pixels); });

  const int32_t nxy[] = {0, 0, 0, 0, 16, 10};
  std::vector<float> means(2);
  AssayRegionSignalsArgs regions{};
  regions.struct_size = sizeof regions;
  regions.input = s.tensor();
  regions.maps = maps.view();
  regions.region_nxy = nxy;
  regions.regions = 2;
  regions.region_w = regions.region_h = 16;
  regions.entropy_mean = means.data();
  std::vector<float> region_mixtures(2 * 16);
  regions.context_mixture = region_mixtures.data();
  regions.nan_pixels = &bad;
  fail_each_allocation("region_signals", [&] { return assay_region_signals(&exec, &regions); });

  std::vector<float> mixture(16);
  const AssayContextMixtureArgs mixtures{sizeof mixtures, s.tensor(), ASSAY_LOGITS, nullptr, 0, 0, 0,
                                         mixture.data(),  nullptr,    nullptr,      &bad};
  fail_each_allocation("context_mixture", [&] { return assay_context_mixture(&exec, &mixtures); });

  const std::vector<uint8_t> labels(1024, 1);
  std::vector<int64_t> matrix(16);
  const AssayConfusionArgs confusion{sizeof confusion, labels.data(), labels.data(), 1024, 4, 255, matrix.data(), &bad};
  fail_each_allocation("confusion", [&] { return assay_confusion(&exec, &confusion); });

  double loss = 0, weight = 0;
  const AssayCrossEntropyArgs entropy{sizeof entropy, s.tensor(), labels.data(), nullptr, 255,
                                      &loss,          &weight,    &bad,          nullptr};
  fail_each_allocation("cross_entropy", [&] { return assay_cross_entropy(&exec, &entropy); });

  const std::vector<int32_t> counts(40 * 3, 2);
  std::vector<float> histogram(40 * ASSAY_KL_BINS);
  AssayKlHistogramArgs kl{};
  kl.struct_size = sizeof kl;
  kl.candidates = counts.data();
  kl.candidate_dtype = ASSAY_I32;
  kl.candidate_count = kl.reference_count = 40;
  kl.classes = 3;
  kl.histogram = histogram.data();
  fail_each_allocation("kl_histogram", [&] { return assay_kl_histogram(&exec, &kl); });
  return finish();
}
