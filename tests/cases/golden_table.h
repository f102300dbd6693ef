// Which golden file is answered by which case, and which by none.
#ifndef ASSAY_TESTS_CASES_GOLDEN_TABLE_H
#define ASSAY_TESTS_CASES_GOLDEN_TABLE_H

#include <chrono>
#include <filesystem>
#include <set>

#include "golden_contexts.h"
#include "golden_predictions.h"
#include "golden_scores.h"
#include "golden_training.h"

namespace assay_test {

struct GoldenCase {
  const char* file;
  const char* kernels;
  void (*check)(Golden&);
};

constexpr GoldenCase kGoldenCases[] = {
    {"01_softmax_camvid_crop1", "pixel_signals", golden_softmax},
    {"01_softmax_camvid_crop2", "pixel_signals", golden_softmax},
    {"01_softmax_extreme", "pixel_signals", golden_softmax},
    {"01_softmax_random19", "pixel_signals", golden_softmax},
    {"02_region_128x128", "region_signals", golden_regions},
    {"02_region_80x90", "region_signals", golden_regions},
    {"02_region_odd_sizes", "region_signals", golden_odd_sizes},
    {"03_histogram_rule", "kl_histogram", golden_histogram_rule},
    {"03_kl_hist", "kl_histogram", golden_kl_hist},
    {"03_state_full", "kl_histogram", golden_state},
    {"04_compute_state_e2e", "region_signals, kl_histogram", golden_chain},
    {"05_bald_T20_45x80", "bald", golden_bald},
    {"05_bald_T5_90x80", "bald", golden_bald},
    {"05_bald_T8_random19", "bald", golden_bald},
    {"05_bald_identical_passes", "bald", golden_bald},
    {"05_equal_flip", "flip_consistency", golden_flip},
    {"05_image_entropy", "pixel_signals, region_signals", golden_image_entropy},
    {"06_cdal_detector", "region_signals, context_distance", golden_detector},
    {"06_cdal_distance30", "context_distance", golden_distance30},
    {"06_cdal_distance_crops", "context_mixture, context_distance", golden_distance_crops},
    {"06_cdal_mixture_crop", "context_mixture, region_signals", golden_mixture_crop},
    {"06_cdal_mixture_full", "context_mixture, region_signals", golden_mixture_full},
    {"06_cdal_rewards", "context_distance, squared_distances", golden_rewards},
    {"06_cdal_zero_entries", "context_distance", golden_zero_entries},
    {"06_kcenter120", "k_center", golden_kcenter120},
    {"06_kcenter19", "context_distance, k_center", golden_kcenter19},
    {"07_metrics", "confusion", golden_confusion},
    {"08_double_dqn_io", "sgd_step, squared_norm", golden_sgd},
    {"09_bilstm", "adam_step", golden_adam},
    {"11_bilinear", "resize", golden_bilinear},
};

// Files that no kernel answers by itself; the Java tests do.
struct GoldenElsewhere {
  const char* prefix;
  const char* why;
};

constexpr GoldenElsewhere kGoldenElsewhere[] = {
    {"00_input_", "logits that other cases read"},
    {"08_double_dqn_step", "weights that 08_double_dqn_io reads"},
    {"08_query_", "a network of many layers, which are cuDNN's and oneDNN's"},
    {"08_schedules", "numbers that the host computes"},
    {"10_auc", "numbers that the host computes"},
};

inline void run_golden_case(Golden& golden, const GoldenCase& row) {
  const int before = failures();
  const auto start = std::chrono::steady_clock::now();
  golden.open(row.file);
  try {
    row.check(golden);
  } catch (const std::exception& problem) {
    EXPECT(false, problem.what());
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%s %s (%s): %s; %.1f s\n", failures() == before ? "passed" : "FAILED", row.file, row.kernels,
              golden.compared().c_str(), seconds);
  std::fflush(stdout);
}

// Every file of the folder must be known to a table above.
inline void check_golden_folder(const std::string& folder) {
  context() = "golden folder " + folder;
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
  for (const GoldenCase& row : kGoldenCases) names.erase(row.file);
  for (const std::string& name : names) {
    const char* why = nullptr;
    for (const GoldenElsewhere& row : kGoldenElsewhere) {
      if (name.rfind(row.prefix, 0) == 0) why = row.why;
    }
    EXPECT(why != nullptr, "no case for " + name);
    if (why != nullptr) std::printf("no kernel's: %s: %s\n", name.c_str(), why);
  }
}

// Every case on `tested`, whose bits must be those of `twins`; what main() returns.
inline int check_golden(const std::string& folder, Backend& tested, Backend& twins) {
  Golden golden(folder, tested, twins);
  for (const GoldenCase& row : kGoldenCases) run_golden_case(golden, row);
  check_golden_folder(folder);
  const int failed = finish();
  std::printf("golden vectors: %s\n", failed == 0 ? "passed" : "FAILED");
  return failed;
}

}  // namespace assay_test

#endif
