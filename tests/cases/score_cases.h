// The case table of pixel_signals, region_signals and context_mixture, its inputs, and what the equations say about
// them in double.
#ifndef ASSAY_TESTS_CASES_SCORE_CASES_H
#define ASSAY_TESTS_CASES_SCORE_CASES_H

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "backend.h"
#include "half.h"

namespace assay_test {

enum class Fill { kNormal, kTies, kOneHot, kExtreme, kNan, kConstant, kSkewed };
enum class Layout {
  kPlanar,            // NCHW, dense
  kPlanarWide,        // NCHW, rows padded to a multiple of 8 elements
  kPlanarShift,       // NCHW, dense, one element past an aligned address
  kInterleaved,       // NHWC, dense
  kInterleavedWide,   // NHWC, a crop of wider rows
  kInterleavedShift,  // NHWC, dense, one element past an aligned address
  kInterleavedCrop    // NHWC, a crop of the classes
};
enum class Regions { kNone, kGrid, kOverlapping, kOne, kTwoOfMany, kGiven };

struct ScoreCase {
  const char* name;
  int64_t n, c, h, w;
  Layout layout;
  int64_t dtype;
  int64_t kind;
  Fill fill;
  Regions regions = Regions::kNone;
  int64_t region_w = 0, region_h = 0;
  std::vector<int32_t> given = {};  // [regions, 3], of Regions::kGiven
};

// A tensor in memory and, beside it, its widened values in [n, h, w, c] order.
struct Scores {
  std::vector<unsigned char> bytes;
  size_t misalignment = 0;
  AssayTensor tensor{};  // without data
  std::vector<float> values;
};

inline double draw_score(const ScoreCase& t, Random& random, int64_t c, int64_t hot, double pixel) {
  switch (t.fill) {
    case Fill::kNormal:
      return 3.0 * random.normal();
    case Fill::kTies:
      return static_cast<double>(random.below(3));
    case Fill::kOneHot:
      return c == hot ? (pixel < 0.5 ? 60.0 : 1e4) : 0.0;
    case Fill::kExtreme: {
      const double choices[] = {0.0, 1e4, -1e4, 3e4, -3e4, -1e30, -INFINITY, 88.0, -104.0, 1e-6};
      return choices[random.below(10)];
    }
    case Fill::kNan:
      return random.below(3 * t.c) == 0 ? (random.below(4) == 0 ? INFINITY : NAN) : random.normal();
    case Fill::kConstant:
      return 1.5;
    case Fill::kSkewed:
      return random.normal() + (c == 0 ? 6.0 : 0.0);
  }
  return 0.0;
}

// Probabilities: the softmax of such logits, or the same oddities as probabilities.
inline void to_probabilities(const ScoreCase& t, Random& random, std::vector<double>& pixel) {
  double largest = -INFINITY, sum = 0.0;
  for (double x : pixel) largest = x > largest ? x : largest;
  if (!std::isfinite(largest)) largest = 0.0;
  for (double& x : pixel) sum += x = std::isfinite(x) ? std::exp(x - largest) : (std::isnan(x) ? 0.1 : 0.0);
  for (double& x : pixel) x /= sum;
  if (t.fill != Fill::kNan || random.below(3) != 0) return;
  const double choices[] = {NAN, -0.25, 1.25, INFINITY, -INFINITY};
  pixel[static_cast<size_t>(random.below(t.c))] = choices[random.below(5)];
}

inline Scores make_scores(const ScoreCase& t, uint64_t seed) {
  Scores s;
  const int64_t size = t.dtype == ASSAY_F32 ? 4 : 2;
  const int64_t wide = (t.w + 7) / 8 * 8 + 8;
  AssayTensor& a = s.tensor;
  a = {nullptr, t.dtype, t.n, t.c, t.h, t.w, 0, 0, 0, 0};
  const bool interleaved = t.layout >= Layout::kInterleaved;
  const int64_t row = t.layout == Layout::kPlanarWide || t.layout == Layout::kInterleavedWide ? wide : t.w;
  const int64_t channels = t.layout == Layout::kInterleavedCrop ? t.c + 3 : t.c;
  a.stride_w = interleaved ? channels : 1;
  a.stride_h = row * a.stride_w;
  a.stride_c = interleaved ? 1 : t.h * row;
  a.stride_n = interleaved ? t.h * a.stride_h : t.c * a.stride_c;
  if (t.layout == Layout::kPlanarShift || t.layout == Layout::kInterleavedShift)
    s.misalignment = static_cast<size_t>(size);

  Random random(seed);
  s.values.resize(static_cast<size_t>(t.n * t.h * t.w * t.c));
  const int64_t last =
      (t.n - 1) * a.stride_n + (t.h - 1) * a.stride_h + (t.w - 1) * a.stride_w + (t.c - 1) * a.stride_c;
  s.bytes.assign(static_cast<size_t>((last + 1) * size), 0xff);
  std::vector<double> pixel(static_cast<size_t>(t.c));
  size_t at = 0;
  for (int64_t n = 0; n < t.n; ++n) {
    for (int64_t y = 0; y < t.h; ++y) {
      for (int64_t x = 0; x < t.w; ++x) {
        const int64_t hot = random.below(t.c);
        const double choice = random.uniform();
        for (int64_t c = 0; c < t.c; ++c) pixel[static_cast<size_t>(c)] = draw_score(t, random, c, hot, choice);
        if (t.kind == ASSAY_PROBABILITIES) to_probabilities(t, random, pixel);
        for (int64_t c = 0; c < t.c; ++c) {
          const double score = pixel[static_cast<size_t>(c)];
          unsigned char* const to =
              s.bytes.data() + (n * a.stride_n + y * a.stride_h + x * a.stride_w + c * a.stride_c) * size;
          uint32_t bits = float_bits(static_cast<float>(score));
          if (t.dtype == ASSAY_F16) bits = half_bits(score);
          if (t.dtype == ASSAY_BF16) bits = std::isnan(score) ? 0x7fc0 : bits >> 16;
          std::memcpy(to, &bits, static_cast<size_t>(size));
          s.values[at++] = t.dtype == ASSAY_F32   ? float_value(bits)
                           : t.dtype == ASSAY_F16 ? half_value(static_cast<uint16_t>(bits))
                                                  : float_value(bits << 16);
        }
      }
    }
  }
  return s;
}

// The contract's equations, in double, from the widened values.
struct ReferencePixel {
  double entropy = 0, max_probability = 0, margin = 0;
  int argmax = 255;
  bool bad = true;
  std::vector<double> probability;
};

inline ReferencePixel reference_pixel(const float* scores, int64_t classes, int64_t kind) {
  ReferencePixel r;
  r.probability.assign(static_cast<size_t>(classes), 0.0);
  double largest = -INFINITY;
  int argmax = 0;
  for (int64_t c = 0; c < classes; ++c) {
    const double x = scores[c];
    if (std::isnan(x) || (kind == ASSAY_PROBABILITIES && (x < 0.0 || x > 1.0 + 0x1p-10))) return r;
    if (x > largest) {
      largest = x;
      argmax = static_cast<int>(c);
    }
  }
  if (std::isinf(largest)) return r;
  double sum = 0.0;
  for (int64_t c = 0; c < classes; ++c) sum += kind == ASSAY_LOGITS ? std::exp(scores[c] - largest) : 0.0;
  double second = 0.0;
  for (int64_t c = 0; c < classes; ++c) {
    const double p = kind == ASSAY_LOGITS ? std::exp(scores[c] - largest) / sum : scores[c];
    r.probability[static_cast<size_t>(c)] = p;
    if (p > 0.0) r.entropy -= p * std::log(p);
    if (c != argmax && p > second) second = p;
  }
  r.max_probability = r.probability[static_cast<size_t>(argmax)];
  r.margin = r.max_probability - second;
  r.argmax = argmax;
  r.bad = false;
  return r;
}

inline std::vector<int32_t> make_regions(const ScoreCase& t) {
  if (t.regions == Regions::kGiven) return t.given;
  std::vector<int32_t> out;
  const auto add = [&](int64_t n, int64_t x, int64_t y) {
    for (int64_t v : {n, x, y}) out.push_back(static_cast<int32_t>(v));
  };
  const int64_t right = t.w - t.region_w, bottom = t.h - t.region_h;
  if (t.regions == Regions::kGrid) {
    for (int64_t n = 0; n < t.n; ++n) {
      for (int64_t x = 0; x <= right; x += t.region_w) {
        for (int64_t y = 0; y <= bottom; y += t.region_h) add(n, x, y);
      }
    }
  }
  if (t.regions == Regions::kOverlapping) {
    Random random(static_cast<uint64_t>(t.w * 1000 + t.h));
    for (int i = 0; i < 7; ++i) add(random.below(t.n), random.below(right + 1), random.below(bottom + 1));
    add(t.n - 1, right, bottom);
    add(t.n - 1, right, bottom);
  }
  if (t.regions == Regions::kOne) add(t.n - 1, right, bottom);
  if (t.regions == Regions::kTwoOfMany) {
    add(0, right / 2, bottom);
    add(t.n - 1, 0, 0);
  }
  return out;
}

// Which outputs a run asks for, bit by bit.
enum Want : unsigned {
  kEntropyMap = 1,
  kArgmaxMap = 2,
  kMaxMap = 4,
  kMarginMap = 8,
  kMaps = 15,
  kHistogram = 16,
  kCellMin = 32,
  kCellAvg = 64,
  kCellMax = 128,
  kEntropyMean = 256,
  kMarginMean = 512,
  kLeastConfidence = 1024,
  kProbabilityMean = 2048,
  kRegionNan = 4096,
  kRegionMixture = 8192,
  kEntropyByClass = 16384,
  kMarginByClass = 32768,
  kMixture = 65536,  // of context_mixture
  kPresent = 131072,
  kPixels = 262144,
  kMixtures = kMixture | kPresent | kPixels,
  kEverything = 524287
};

// Every output of one run; empty where not wanted.
struct ScoreResult {
  std::vector<float> entropy, max_probability, margin;
  std::vector<uint8_t> argmax;
  std::vector<int32_t> class_histogram, region_nan_pixels;
  std::vector<float> entropy_min, entropy_avg, entropy_max, entropy_mean, margin_mean, least_confidence_mean,
      probability_mean, region_mixture, entropy_by_class, margin_by_class, mixture;
  std::vector<uint8_t> present;
  std::vector<int64_t> pixels, nan_pixels, mixture_nan_pixels;
};

// context_mixture of the case's regions, or of whole images.
inline void run_mixtures(Backend& backend, const ScoreCase& t, const Scores& s, unsigned want, ScoreResult& r) {
  Buffers b(backend);
  const std::vector<int32_t> nxy = make_regions(t);
  const bool images = t.regions == Regions::kNone;
  const auto rows = (images ? static_cast<size_t>(t.n) : nxy.size() / 3) * static_cast<size_t>(t.c);
  AssayContextMixtureArgs args = {};
  args.struct_size = sizeof args;
  args.input = s.tensor;
  args.input.data = b.input(s.bytes.data(), s.bytes.size(), s.misalignment);
  args.input_kind = t.kind;
  if (!images) {
    args.region_nxy = b.input(nxy);
    args.regions = static_cast<int64_t>(nxy.size() / 3);
    args.region_w = t.region_w;
    args.region_h = t.region_h;
  }
  const size_t entries = rows * static_cast<size_t>(t.c);
  args.mixture = b.output<float>(want & kMixture, entries);
  args.present = b.output<uint8_t>(want & kPresent, rows);
  args.pixels = b.output<int64_t>(want & kPixels, rows);
  args.nan_pixels = b.output<int64_t>(true, 1);
  backend.run(args);
  r.mixture = b.read(args.mixture, entries);
  r.present = b.read(args.present, rows);
  r.pixels = b.read(args.pixels, rows);
  r.mixture_nan_pixels = b.read(args.nan_pixels, 1);
  b.check();
}

// Runs pixel_signals (no regions) or region_signals, and context_mixture, on a backend, between guards. `shift`
// misaligns the maps.
inline ScoreResult run_scores(Backend& backend, const ScoreCase& t, const Scores& s, unsigned want, size_t shift) {
  Buffers b(backend);
  const auto pixels = static_cast<size_t>(t.n * t.h * t.w), classes = static_cast<size_t>(t.c);
  AssayTensor tensor = s.tensor;
  tensor.data = b.input(s.bytes.data(), s.bytes.size(), s.misalignment);
  const AssayPixelMaps maps = {
      b.output<float>(want & kEntropyMap, pixels, shift * 4), b.output<uint8_t>(want & kArgmaxMap, pixels, shift),
      b.output<float>(want & kMaxMap, pixels, shift * 4), b.output<float>(want & kMarginMap, pixels, shift * 4)};
  int64_t* const nan_pixels = b.output<int64_t>(true, 1);
  ScoreResult r;
  if (t.regions == Regions::kNone) {
    const AssayPixelSignalsArgs args = {sizeof args, tensor, t.kind, maps, nan_pixels};
    backend.run(args);
  } else {
    const std::vector<int32_t> nxy = make_regions(t);
    const size_t regions = nxy.size() / 3, cells = regions * 64;
    AssayRegionSignalsArgs args = {};
    args.struct_size = sizeof args;
    args.input = tensor;
    args.input_kind = t.kind;
    args.maps = maps;
    args.region_nxy = b.input(nxy);
    args.regions = static_cast<int64_t>(regions);
    args.region_w = t.region_w;
    args.region_h = t.region_h;
    const bool pooled = t.region_w >= 8 && t.region_h >= 8;
    args.class_histogram = b.output<int32_t>(want & kHistogram, regions * classes);
    args.entropy_min = b.output<float>(pooled && (want & kCellMin), cells);
    args.entropy_avg = b.output<float>(pooled && (want & kCellAvg), cells);
    args.entropy_max = b.output<float>(pooled && (want & kCellMax), cells);
    args.entropy_mean = b.output<float>(want & kEntropyMean, regions);
    args.margin_mean = b.output<float>(want & kMarginMean, regions);
    args.least_confidence_mean = b.output<float>(want & kLeastConfidence, regions);
    args.probability_mean = b.output<float>(want & kProbabilityMean, regions * classes);
    args.context_mixture = b.output<float>(want & kRegionMixture, regions * classes * classes);
    args.entropy_by_class = b.output<float>(want & kEntropyByClass, regions * classes);
    args.margin_by_class = b.output<float>(want & kMarginByClass, regions * classes);
    args.region_nan_pixels = b.output<int32_t>(want & kRegionNan, regions);
    args.nan_pixels = nan_pixels;
    backend.run(args);
    r.class_histogram = b.read(args.class_histogram, regions * classes);
    r.entropy_min = b.read(args.entropy_min, cells);
    r.entropy_avg = b.read(args.entropy_avg, cells);
    r.entropy_max = b.read(args.entropy_max, cells);
    r.entropy_mean = b.read(args.entropy_mean, regions);
    r.margin_mean = b.read(args.margin_mean, regions);
    r.least_confidence_mean = b.read(args.least_confidence_mean, regions);
    r.probability_mean = b.read(args.probability_mean, regions * classes);
    r.region_mixture = b.read(args.context_mixture, regions * classes * classes);
    r.entropy_by_class = b.read(args.entropy_by_class, regions * classes);
    r.margin_by_class = b.read(args.margin_by_class, regions * classes);
    r.region_nan_pixels = b.read(args.region_nan_pixels, regions);
  }
  r.entropy = b.read(maps.entropy, pixels);
  r.argmax = b.read(maps.argmax, pixels);
  r.max_probability = b.read(maps.max_probability, pixels);
  r.margin = b.read(maps.margin, pixels);
  r.nan_pixels = b.read(nan_pixels, 1);
  b.check();
  if (want & kMixtures) run_mixtures(backend, t, s, want, r);
  return r;
}

inline void expect_same(const ScoreResult& a, const ScoreResult& b) {
  expect_same("entropy", a.entropy, b.entropy);
  expect_same("argmax", a.argmax, b.argmax);
  expect_same("max_probability", a.max_probability, b.max_probability);
  expect_same("margin", a.margin, b.margin);
  expect_same("class_histogram", a.class_histogram, b.class_histogram);
  expect_same("entropy_min", a.entropy_min, b.entropy_min);
  expect_same("entropy_avg", a.entropy_avg, b.entropy_avg);
  expect_same("entropy_max", a.entropy_max, b.entropy_max);
  expect_same("entropy_mean", a.entropy_mean, b.entropy_mean);
  expect_same("margin_mean", a.margin_mean, b.margin_mean);
  expect_same("least_confidence_mean", a.least_confidence_mean, b.least_confidence_mean);
  expect_same("probability_mean", a.probability_mean, b.probability_mean);
  expect_same("region_nan_pixels", a.region_nan_pixels, b.region_nan_pixels);
  expect_same("nan_pixels", a.nan_pixels, b.nan_pixels);
  expect_same("context_mixture", a.region_mixture, b.region_mixture);
  expect_same("entropy_by_class", a.entropy_by_class, b.entropy_by_class);
  expect_same("margin_by_class", a.margin_by_class, b.margin_by_class);
  expect_same("mixture", a.mixture, b.mixture);
  expect_same("present", a.present, b.present);
  expect_same("pixels", a.pixels, b.pixels);
  expect_same("nan_pixels of context_mixture", a.mixture_nan_pixels, b.mixture_nan_pixels);
}

}  // namespace assay_test

#endif
