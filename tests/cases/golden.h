// A folder of golden vectors, each .npz unpacked into a folder of its own name, and the book of what was compared.
#ifndef ASSAY_TESTS_CASES_GOLDEN_H
#define ASSAY_TESTS_CASES_GOLDEN_H

#include <algorithm>
#include <cmath>

#include "npy.h"
#include "score_cases.h"

namespace assay_test {

// How far a value may be from the expected one.
struct Tolerance {
  double absolute, relative = 0.0;
  double of(double expected) const { return absolute + relative * std::fabs(expected); }
};

template <class T>
void expect_same(const std::vector<T>& a, const std::vector<T>& b) {
  expect_same("output", a, b);
}

class Golden {
 public:
  // `twins` must give the same bits as `tested`.
  Golden(std::string folder, Backend& tested, Backend& twins)
      : tested(tested), twins(twins), folder_(std::move(folder)) {}

  Backend &tested, &twins;

  // The file whose arrays array(name) reads from now on, and whose line is begun.
  void open(const std::string& file) {
    file_ = file;
    compared_.clear();
    context() = "golden " + file;
  }
  NpyArray array(const std::string& name) const { return array(file_, name); }
  NpyArray array(const std::string& file, const std::string& name) const {
    return read_npy(folder_ + "/" + file + "/" + name + ".npy");
  }
  bool has(const std::string& name) const { return std::ifstream(folder_ + "/" + file_ + "/" + name + ".npy").good(); }
  double number(const std::string& name) const { return array(name)[0]; }
  std::string text(const std::string& name) const { return array(name).text(0); }

  // Holds what the tested backend gives, as `run(backend)` returns it, against the twins' bits.
  template <class Run>
  auto both(const Run& run) const {
    const auto found = run(tested);
    expect_same(found, run(twins));
    return found;
  }

  // Every element is within the tolerance of the expected one; NaN is near NaN only.
  template <class Found, class Expected>
  void near(const std::string& what, const Found& found, const Expected& expected, size_t count, Tolerance allowed) {
    EXPECT(count > 0, what + ": nothing to compare");
    Compared& book = entry(what);
    for (size_t i = 0; i < count; ++i) {
      const auto a = static_cast<double>(found[i]), e = static_cast<double>(expected[i]);
      if (std::isnan(a) && std::isnan(e)) continue;
      const double limit = allowed.of(e), error = std::fabs(a - e);
      const double share = limit > 0.0 ? error / limit : error == 0.0 ? 0.0 : INFINITY;
      // A NaN in one of them makes the share NaN.
      if (!(share <= 1.0)) expect_near(what.c_str(), i, a, e, limit);
      if (!(share <= book.share)) book = {what, book.values, error, limit, share};
    }
    book.values += count;
  }
  template <class T>
  void near(const std::string& what, const std::vector<T>& found, const NpyArray& expected, Tolerance allowed) {
    const bool same = found.size() == expected.count();
    EXPECT(same,
           what + ": " + std::to_string(found.size()) + " values, " + std::to_string(expected.count()) + " expected");
    if (same) near(what, found, expected, found.size(), allowed);
  }
  void near(const std::string& what, double found, double expected, Tolerance allowed) {
    near(what, &found, &expected, 1, allowed);
  }
  template <class T>
  void exact(const std::string& what, const std::vector<T>& found, const NpyArray& expected) {
    near(what, found, expected, {0.0});
  }

  // "entropy 3.1e-07 of 1e-05, argmax exact, ...": of each quantity the error that is largest beside its tolerance.
  std::string compared() const {
    std::ostringstream line;
    line.precision(2);
    for (const Compared& book : compared_) {
      line << (line.tellp() > 0 ? ", " : "") << book.values << " " << book.what << " ";
      if (book.limit == 0.0 && book.share == 0.0) {
        line << "exact";
      } else {
        line << book.error << " of " << book.limit;
      }
    }
    return line.str();
  }

 private:
  struct Compared {
    std::string what;
    size_t values;
    double error, limit, share;
  };

  Compared& entry(const std::string& what) {
    for (Compared& book : compared_) {
      if (book.what == what) return book;
    }
    compared_.push_back({what, 0, 0.0, 0.0, 0.0});
    return compared_.back();
  }

  std::string folder_, file_;
  std::vector<Compared> compared_;
};

// Of logits [c, h, w] or passes [t, c, h, w] in fp32 or fp16: the case they make, and the tensor.
struct GoldenScores {
  ScoreCase shape;
  Scores scores;
};

inline GoldenScores golden_scores(const NpyArray& logits) {
  const size_t axes = logits.shape.size();
  if ((axes != 3 && axes != 4) || (logits.type != "f2" && logits.type != "f4")) {
    throw std::runtime_error("found logits of " + std::to_string(axes) + " axes of " + logits.type);
  }
  const int64_t n = axes == 4 ? logits.shape[0] : 1, c = logits.shape[axes - 3], h = logits.shape[axes - 2],
                w = logits.shape[axes - 1], dtype = logits.type == "f2" ? ASSAY_F16 : ASSAY_F32;
  GoldenScores out = {{"golden", n, c, h, w, Layout::kPlanar, dtype, ASSAY_LOGITS, Fill::kNormal}, {}};
  out.scores.tensor = {nullptr, dtype, n, c, h, w, c * h * w, h * w, w, 1};
  out.scores.bytes = logits.bytes;
  return out;
}

// Both layouts of the same scores: planes, and pixel by pixel.
inline std::vector<GoldenScores> both_layouts(const GoldenScores& planar) {
  GoldenScores interleaved = planar;
  AssayTensor& t = interleaved.scores.tensor;
  interleaved.shape.layout = Layout::kInterleaved;
  t.stride_c = 1;
  t.stride_w = t.c;
  t.stride_h = t.w * t.c;
  const int64_t pixels = t.h * t.w;
  const size_t size = t.dtype == ASSAY_F32 ? 4 : 2;
  for (int64_t i = 0; i < t.n * t.c * pixels; ++i) {
    const int64_t n = i / t.stride_n, c = i / pixels % t.c, pixel = i % pixels;
    const auto to = static_cast<size_t>(n * t.stride_n + pixel * t.c + c);
    std::memcpy(interleaved.scores.bytes.data() + to * size, planar.scores.bytes.data() + static_cast<size_t>(i) * size,
                size);
  }
  return {planar, interleaved};
}

// The same with regions of one size, [image, x, y] each.
inline GoldenScores with_regions(GoldenScores scores, std::vector<int32_t> nxy, int64_t width, int64_t height) {
  scores.shape.regions = Regions::kGiven;
  scores.shape.given = std::move(nxy);
  scores.shape.region_w = width;
  scores.shape.region_h = height;
  return scores;
}

inline GoldenScores as_one_region(const GoldenScores& scores) {
  return with_regions(scores, {0, 0, 0}, scores.shape.w, scores.shape.h);
}

// The logits of image A, B or C, which lie in two halves.
inline GoldenScores golden_image(const Golden& golden, const std::string& image) {
  const NpyArray top = golden.array("00_input_" + image + "_top", "logits");
  const NpyArray bottom = golden.array("00_input_" + image + "_bot", "logits");
  NpyArray whole = top;
  whole.shape[1] += bottom.shape[1];
  whole.bytes.clear();
  for (size_t c = 0; c < static_cast<size_t>(top.shape[0]); ++c) {
    for (const NpyArray* half : {&top, &bottom}) {
      const auto plane = static_cast<std::ptrdiff_t>(half->bytes.size() / static_cast<size_t>(top.shape[0]));
      const auto first = half->bytes.begin() + static_cast<std::ptrdiff_t>(c) * plane;
      whole.bytes.insert(whole.bytes.end(), first, first + plane);
    }
  }
  return golden_scores(whole);
}

}  // namespace assay_test

#endif
