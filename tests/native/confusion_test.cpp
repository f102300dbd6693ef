// confusion against a plain count, with skewed labels, tails, values that are no class, and any number of threads.
#include <assay/assay.h>

#include <random>
#include <vector>

#include "check.h"

namespace {

struct Result {
  std::vector<int64_t> confusion;
  int64_t out_of_range = -1;
};

Result run(const std::vector<uint8_t>& truth, const std::vector<uint8_t>& prediction, int64_t classes, int64_t ignore,
           int64_t threads) {
  Result r;
  r.confusion.assign(classes * classes, -7);
  AssayExec exec{sizeof exec, ASSAY_CPU, 0, threads, {}};
  AssayConfusionArgs args{sizeof args, truth.data(), prediction.data(),  static_cast<int64_t>(truth.size()),
                          classes,     ignore,       r.confusion.data(), &r.out_of_range};
  CHECK_EQ(assay_confusion(&exec, &args), ASSAY_OK);
  return r;
}

Result reference(const std::vector<uint8_t>& truth, const std::vector<uint8_t>& prediction, int64_t classes,
                 int64_t ignore) {
  Result r;
  r.confusion.assign(classes * classes, 0);
  r.out_of_range = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] == ignore) continue;
    if (truth[i] < classes && prediction[i] < classes) {
      ++r.confusion[truth[i] * classes + prediction[i]];
    } else {
      ++r.out_of_range;
    }
  }
  return r;
}

void test_case(int64_t count, int64_t classes, int64_t ignore, double skew, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint8_t> truth(count), prediction(count);
  std::bernoulli_distribution common(skew);
  for (int64_t i = 0; i < count; ++i) {
    truth[i] = common(random) ? 0 : random() % 256;
    prediction[i] = common(random) ? 0 : random() % (random() % 8 == 0 ? 256 : classes);
  }
  const std::vector<uint8_t> truth_before = truth, prediction_before = prediction;
  const Result expected = reference(truth, prediction, classes, ignore);
  for (int64_t threads : {0, 1, 2, 7}) {
    const Result found = run(truth, prediction, classes, ignore, threads);
    CHECK(found.confusion == expected.confusion);
    CHECK_EQ(found.out_of_range, expected.out_of_range);
  }
  CHECK(truth == truth_before && prediction == prediction_before);
}

}  // namespace

int main() {
  uint32_t seed = 1;
  for (int64_t count : {0, 1, 3, 4, 5, 31, 1000, 65535, 65536, 65537, 300001}) {
    for (int64_t classes : {1, 2, 11, 19, 150, 255}) {
      for (int64_t ignore : {-1, 0, 11, 255}) test_case(count, classes, ignore, seed % 3 * 0.49, seed), ++seed;
    }
  }
  return assay_test::finish();
}
