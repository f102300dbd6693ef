#include "cpu/context_rows.h"

#include "cpu/distance_tile.h"
#include "cpu/parallel_for.h"

namespace assay::cpu {
namespace {

constexpr int64_t kImagesPerItem = 16;

}  // namespace

ContextRows::ContextRows(const float* mixture, const uint8_t* present, int64_t images, int64_t classes, int64_t threads)
    : stride_(math::mixture_blocks(classes) * math::kMixtureBlock),
      words_(math::presence_words(classes)),
      rows_(static_cast<float*>(::operator new (static_cast<size_t>(images* stride_ * 4), std::align_val_t{64}))),
      present_(static_cast<size_t>(images * words_)) {
  const int64_t items = (images + kImagesPerItem - 1) / kImagesPerItem;
  parallel_for(items, threads, [&](int64_t item, int64_t) {
    const int64_t end = std::min(images, (item + 1) * kImagesPerItem);
    for (int64_t image = item * kImagesPerItem; image < end; ++image) {
      const uint8_t* const flags = present + image * classes;
      prepare_mixture(mixture + image * classes * classes, flags, classes, rows_.get() + image * stride_);
      for (int64_t c = 0; c < classes; ++c) {
        if (flags[c] != 0) present_[image * words_ + c / 32] |= 1u << (c % 32);
      }
    }
  });
}

int64_t ContextRows::length() const { return stride_ / math::kMixtureBlock * math::kSumLanes; }

int32_t common_classes(const ContextRows& a, int64_t i, const ContextRows& b, int64_t j) {
  const uint32_t* const p = a.present_.data() + i * a.words_;
  const uint32_t* const q = b.present_.data() + j * b.words_;
  int32_t count = 0;
  for (int64_t word = 0; word < a.words_; ++word) count += __builtin_popcount(p[word] & q[word]);
  return count;
}

}  // namespace assay::cpu
