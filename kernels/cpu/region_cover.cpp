#include "cpu/region_cover.h"

#include <algorithm>
#include <tuple>

namespace assay::cpu {
namespace {

struct Corner {
  int64_t n, y, x;
  bool operator<(const Corner& o) const { return std::tie(n, y, x) < std::tie(o.n, o.y, o.x); }
};

std::vector<Corner> sorted_corners(const AssayRegionSignalsArgs& args) {
  std::vector<Corner> corners(args.regions);
  for (int64_t r = 0; r < args.regions; ++r) {
    const int32_t* nxy = args.region_nxy + 3 * r;
    corners[r] = {nxy[0], nxy[2], nxy[1]};
  }
  std::sort(corners.begin(), corners.end());
  return corners;
}

// Rows [y, y_end) of image n, all of which lie in the regions whose left edges are `lefts`.
void add_gaps_of_strip(const AssayRegionSignalsArgs& args, int64_t n, int64_t y, int64_t y_end, int64_t rows,
                       const std::vector<int64_t>& lefts, std::vector<Gap>& gaps) {
  for (; y < y_end; y += rows) {
    const int64_t bottom = std::min(y_end, y + rows);
    int64_t x = 0;
    for (const int64_t left : lefts) {
      if (left > x) gaps.push_back({n, x, left, y, bottom});
      x = std::max(x, left + args.region_w);
    }
    if (x < args.input.w) gaps.push_back({n, x, args.input.w, y, bottom});
  }
}

// The regions of one image are corners [first, last). Between two edges the set of regions does not change.
void add_gaps_of_image(const AssayRegionSignalsArgs& args, int64_t n, const Corner* first, const Corner* last,
                       int64_t rows, std::vector<Gap>& gaps) {
  std::vector<int64_t> edges{0, args.input.h};
  for (const Corner* c = first; c != last; ++c) {
    edges.push_back(c->y);
    edges.push_back(c->y + args.region_h);
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  std::vector<int64_t> lefts;
  for (size_t i = 0; i + 1 < edges.size(); ++i) {
    const int64_t y = edges[i];
    lefts.clear();
    const Corner* c = std::lower_bound(first, last, Corner{n, y - args.region_h + 1, 0});
    for (; c != last && c->y <= y; ++c) lefts.push_back(c->x);
    std::sort(lefts.begin(), lefts.end());
    add_gaps_of_strip(args, n, y, edges[i + 1], rows, lefts, gaps);
  }
}

}  // namespace

std::vector<Gap> find_gaps(const AssayRegionSignalsArgs& args, int64_t rows) {
  const std::vector<Corner> corners = sorted_corners(args);
  std::vector<Gap> gaps;
  const Corner* first = corners.data();
  const Corner* const end = first + corners.size();
  for (int64_t n = 0; n < args.input.n; ++n) {
    const Corner* last = first;
    while (last != end && last->n == n) ++last;
    add_gaps_of_image(args, n, first, last, rows, gaps);
    first = last;
  }
  return gaps;
}

}  // namespace assay::cpu
