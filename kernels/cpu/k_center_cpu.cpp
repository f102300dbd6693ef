#include <atomic>
#include <cmath>
#include <limits>
#include <optional>

#include "cpu/context_rows.h"
#include "cpu/cpu_table.h"
#include "cpu/distance_tile.h"
#include "cpu/parallel_for.h"
#include "math/scalar_ops.h"

namespace assay::cpu {
namespace {

// The points and the distance between two of them.
class PointSet {
 public:
  PointSet(const AssayKCenterArgs& args, int64_t threads) : args_(args) {
    if (args.metric == ASSAY_CONTEXTUAL_DIVERSITY) {
      mixtures_.emplace(args.mixture, args.present, args.points, args.classes, threads);
    }
  }

  Terms terms() const { return mixtures_ ? Terms::kContext : Terms::kSquaredDifference; }
  int64_t length() const { return mixtures_ ? mixtures_->length() : args_.dimensions; }
  const float* row(int64_t i) const {
    return mixtures_ ? mixtures_->row(i) : args_.features + i * args_.feature_stride;
  }
  bool is_finite(int64_t i) const {
    // A prepared mixture has a logarithm beside each entry.
    return all_finite(row(i), mixtures_ ? 2 * length() : length());
  }

  // What is compared: the distance, or its square.
  float value(int64_t i, int64_t j, float sum) const {
    if (!mixtures_) return sum;
    return math::context_value<math::ScalarOps>(sum, common_classes(*mixtures_, i, *mixtures_, j), mean());
  }
  // A sum from which on value() is no less than `nearest`.
  float limit(int64_t i, int64_t j, float nearest) const {
    if (!mixtures_) return nearest;
    if (!mean()) return 2.0f * nearest;
    // A little more than the exact product, so that no rounding takes the quotient below.
    constexpr float kSafely = 1.0f + 1.0f / (1 << 20);
    return 2.0f * nearest * static_cast<float>(common_classes(*mixtures_, i, *mixtures_, j)) * kSafely;
  }
  float distance(float value) const { return mixtures_ ? value : std::sqrt(value); }

 private:
  bool mean() const { return args_.form == ASSAY_MEAN_OVER_COMMON; }

  const AssayKCenterArgs& args_;
  std::optional<ContextRows> mixtures_;
};

// Lazy farthest-first traversal. nearest[i] is a point's distance to the centres it has seen: an upper bound of its
// distance to all of them. A heap holds the available points, largest bound first; a point whose bound stays on top
// after it has seen every centre is the farthest one.
class Greedy {
 public:
  Greedy(const PointSet& set, int64_t points, int64_t threads)
      : set_(set),
        points_(points),
        threads_(threads),
        nearest_(static_cast<size_t>(points), std::numeric_limits<float>::infinity()),
        seen_(static_cast<size_t>(points)),
        taken_(static_cast<size_t>(points)) {}

  // Points that are not finite, and D with respect to `centres`, which become unavailable.
  int64_t start(const int32_t* centres, int64_t count);
  // Makes the heap's top the farthest available point; false when there is none.
  bool settle(const int32_t* picks, int64_t count);
  int32_t take();
  float radius() const { return set_.distance(nearest_[heap_.front()]); }
  void make_heap();

 private:
  void start_item(int64_t begin, int64_t end, const int32_t* centres, int64_t count);
  void lower(int64_t point, int64_t centre_index, const int32_t* centres, int64_t count, const DistanceTile& tile);
  void refresh(int64_t point, const int32_t* picks, int64_t count);
  void refresh_top(int64_t batch, const int32_t* picks, int64_t count);
  // Order of the heap: is a picked after b?
  auto after() const {
    return [this](int32_t a, int32_t b) { return nearest_[a] < nearest_[b] || (nearest_[a] == nearest_[b] && a > b); };
  }

  const PointSet& set_;
  const int64_t points_;
  const int64_t threads_;
  std::vector<float> nearest_;
  std::vector<int32_t> seen_;  // picks seen
  std::vector<char> taken_;
  std::vector<int32_t> heap_, stale_;
};

// Brings the tile's points' bounds down to their distances to centres[centre_index] and the three after it.
void Greedy::lower(int64_t point, int64_t centre_index, const int32_t* centres, int64_t count,
                   const DistanceTile& tile) {
  float limits[kTilePairs], sums[kTilePairs];
  const auto centre = [&](int64_t c) { return centres[std::min(centre_index + c, count - 1)]; };
  for (int64_t p = 0; p < tile.point_count; ++p) {
    for (int64_t c = 0; c < kTileCentres; ++c) {
      limits[p * kTileCentres + c] = set_.limit(point + p, centre(c), nearest_[point + p]);
    }
  }
  distance_tile(tile, limits, sums);
  for (int64_t p = 0; p < tile.point_count; ++p) {
    float& nearest = nearest_[point + p];
    for (int64_t c = 0; c < kTileCentres; ++c) {
      const float value = set_.value(point + p, centre(c), sums[p * kTileCentres + c]);
      nearest = value < nearest ? value : nearest;
    }
  }
}

void Greedy::start_item(int64_t begin, int64_t end, const int32_t* centres, int64_t count) {
  for_each_tile(
      set_.terms(), set_.length(), begin, end, count, [&](int64_t i) { return set_.row(i); },
      [&](int64_t j) { return set_.row(centres[j]); },
      [&](int64_t point, int64_t centre, const DistanceTile& tile) { lower(point, centre, centres, count, tile); });
}

int64_t Greedy::start(const int32_t* centres, int64_t count) {
  std::atomic<int64_t> bad{0};
  parallel_for((points_ + kPointsPerItem - 1) / kPointsPerItem, threads_, [&](int64_t item, int64_t) {
    const int64_t begin = item * kPointsPerItem, end = std::min(points_, begin + kPointsPerItem);
    for (int64_t i = begin; i < end; ++i) bad += set_.is_finite(i) ? 0 : 1;
    start_item(begin, end, centres, count);
  });
  for (int64_t i = 0; i < count; ++i) taken_[centres[i]] = 1;
  return bad;
}

void Greedy::make_heap() {
  heap_.reserve(static_cast<size_t>(points_));
  for (int64_t i = 0; i < points_; ++i) {
    if (taken_[i] == 0) heap_.push_back(static_cast<int32_t>(i));
  }
  std::make_heap(heap_.begin(), heap_.end(), after());
}

void Greedy::refresh(int64_t point, const int32_t* picks, int64_t count) {
  const int32_t* const unseen = picks + seen_[point];
  for_each_tile(
      set_.terms(), set_.length(), point, point + 1, count - seen_[point], [&](int64_t i) { return set_.row(i); },
      [&](int64_t j) { return set_.row(unseen[j]); },
      [&](int64_t, int64_t centre, const DistanceTile& tile) {
        lower(point, centre, unseen, count - seen_[point], tile);
      });
  seen_[point] = static_cast<int32_t>(count);
}

void Greedy::refresh_top(int64_t batch, const int32_t* picks, int64_t count) {
  stale_.clear();
  for (int64_t i = 0; i < batch; ++i) {
    std::pop_heap(heap_.begin(), heap_.end(), after());
    stale_.push_back(heap_.back());
    heap_.pop_back();
  }
  const int64_t items = (batch + kPointsPerItem - 1) / kPointsPerItem;
  parallel_for(items, threads_, [&](int64_t item, int64_t) {
    const int64_t end = std::min(batch, (item + 1) * kPointsPerItem);
    for (int64_t i = item * kPointsPerItem; i < end; ++i) refresh(stale_[i], picks, count);
  });
  for (const int32_t point : stale_) {
    heap_.push_back(point);
    std::push_heap(heap_.begin(), heap_.end(), after());
  }
}

bool Greedy::settle(const int32_t* picks, int64_t count) {
  // As many at a time as were in vain so far: a few points one by one, many on all threads, never twice too many.
  int64_t refreshed = 0;
  while (!heap_.empty() && seen_[heap_.front()] != count) {
    const int64_t batch = std::min<int64_t>(std::max<int64_t>(1, refreshed), static_cast<int64_t>(heap_.size()));
    refresh_top(batch, picks, count);
    refreshed += batch;
  }
  return !heap_.empty();
}

int32_t Greedy::take() {
  std::pop_heap(heap_.begin(), heap_.end(), after());
  const int32_t point = heap_.back();
  heap_.pop_back();
  return point;
}

}  // namespace

void k_center(const AssayExec& exec, const AssayKCenterArgs& args) {
  const int64_t threads = thread_count(exec.threads);
  const PointSet set(args, threads);
  Greedy greedy(set, args.points, threads);
  const bool seeded = args.labelled_count == 0 && args.budget > 0;
  const auto seed = static_cast<int32_t>(args.seed_pick);
  // A seed pick is a centre that nobody has to see later.
  *args.bad_points = seeded ? greedy.start(&seed, 1) : greedy.start(args.labelled, args.labelled_count);
  greedy.make_heap();
  const int64_t first = seeded ? 1 : 0;
  if (seeded) args.order[0] = seed;
  int32_t* const picks = args.order + first;
  for (int64_t b = 0; b < args.budget; ++b) {
    if (b >= first) {
      greedy.settle(picks, b - first);
      args.order[b] = greedy.take();
    }
    if (args.radius == nullptr) continue;
    args.radius[b] = greedy.settle(picks, b + 1 - first) ? greedy.radius() : 0.0f;
  }
}

}  // namespace assay::cpu
