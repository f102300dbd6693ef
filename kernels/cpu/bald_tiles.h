// The passes of bald over tiles of pixels small enough that their running sums stay in the first-level cache.
#ifndef ASSAY_CPU_BALD_TILES_H
#define ASSAY_CPU_BALD_TILES_H

#include <cstdint>

#include "assay/kernels/bald.h"
#include "cpu/score_rows.h"

namespace assay::cpu {

// Pixels of a tile, a multiple of every vector's lanes: sums of 24 KiB, in runs that are neither too short to follow
// nor longer than pays.
constexpr int64_t bald_tile_pixels(int64_t classes) {
  const int64_t fitting = (int64_t{24} << 10) / (4 * classes) / kMaxLanes * kMaxLanes;
  return fitting < 64 ? 64 : fitting > 256 ? 256 : fitting;
}

// The running sums of a tile, then what they say. Rows of bald_tile_pixels floats.
struct BaldTile {
  const void* scores;  // of the first pixel's class 0 in the first pass
  int64_t pass_stride;
  int64_t passes;
  int64_t pixels;
  int64_t pitch;           // bald_tile_pixels
  float* probability_sum;  // [classes, pitch]
  float* entropy_sum;      // [pitch]
};

struct BaldTileOutputs {
  float* mutual_information;  // [pitch] each
  float* predictive_entropy;
  float* expected_entropy;
  uint8_t* mean_argmax;
};

// Scratch of add_passes in bytes, aligned to 64: two buffers of scores and one staged step.
constexpr int64_t bald_scratch_bytes(int64_t classes) { return 3 * classes * kMaxLanes * 4; }

struct BaldFunctions {
  // Adds a tile's passes to its sums.
  void (*add_passes)(const ScoreLayout& layout, const BaldTile& tile, void* scratch);
  // Brings the sums of pixels without a distribution into their stored form; returns the number of those pixels.
  int64_t (*clean_sums)(const BaldTile& tile, int64_t classes);
  // Turns the sums of all passes into maps.
  void (*finish)(const BaldTile& tile, int64_t classes, float one_over_passes, const BaldTileOutputs& out);
};

// The functions for a dtype and an input kind on this machine.
BaldFunctions bald_functions(int64_t dtype, int64_t input_kind);

}  // namespace assay::cpu

#endif
