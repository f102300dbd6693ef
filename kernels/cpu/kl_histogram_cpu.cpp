#include <algorithm>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/kl_sweep.h"
#include "cpu/parallel_for.h"

namespace assay::cpu {
namespace {

// Candidates and references in panels.
struct KlTables {
  std::vector<double> share, sum_share_log, log_share;
};

KlTables prepare_tables(const AssayKlHistogramArgs& args, int64_t workers) {
  const int64_t candidate_panels = kl_panels(args.candidate_count), reference_panels = kl_panels(args.reference_count);
  const int64_t size = args.classes * kKlPanel;
  KlTables tables;
  tables.share.resize(static_cast<size_t>(candidate_panels * size));
  tables.sum_share_log.resize(static_cast<size_t>(candidate_panels * kKlPanel));
  tables.log_share.resize(static_cast<size_t>(reference_panels * size));
  const bool among_themselves = args.references == nullptr;
  const KlRows candidates = {args.candidates, args.candidate_dtype, args.candidate_count, args.classes,
                             args.candidate_fill};
  const KlRows references = {args.references, args.reference_dtype, args.reference_count, args.classes,
                             args.reference_fill};
  const int64_t items = candidate_panels + (among_themselves ? 0 : reference_panels);
  parallel_for(items, workers, [&](int64_t item, int64_t) {
    if (item < candidate_panels) {
      double* const logs = among_themselves ? &tables.log_share[item * size] : nullptr;
      prepare_kl_panel(candidates, item, {&tables.share[item * size], logs, &tables.sum_share_log[item * kKlPanel]});
    } else {
      const int64_t panel = item - candidate_panels;
      prepare_kl_panel(references, panel, {nullptr, &tables.log_share[panel * size], nullptr});
    }
  });
  return tables;
}

void write_panel(const AssayKlHistogramArgs& args, const KlScores& scores, int64_t first, int64_t count) {
  for (int64_t c = 0; c < count; ++c) {
    if (args.kl_min != nullptr) args.kl_min[first + c] = scores.lo[c];
    if (args.kl_max != nullptr) args.kl_max[first + c] = scores.hi[c];
    for (int64_t bin = 0; args.histogram != nullptr && bin < ASSAY_KL_BINS; ++bin) {
      uint32_t sum = 0;
      for (int64_t way = 0; way < kKlWays; ++way) sum += scores.counts[c][way][bin];
      args.histogram[(first + c) * ASSAY_KL_BINS + bin] =
          static_cast<float>(static_cast<double>(sum) / static_cast<double>(args.reference_count));
    }
  }
}

void score_candidates(const AssayKlHistogramArgs& args, const KlTables& tables, int64_t panel) {
  const int64_t first = panel * kKlPanel, count = std::min(kKlPanel, args.candidate_count - first);
  const KlSweep sweep = {&tables.share[first * args.classes], &tables.sum_share_log[first], tables.log_share.data(),
                         args.classes, args.reference_count};
  double* const kl = args.kl == nullptr ? nullptr : args.kl + first * args.reference_count;
  KlScores scores;
  find_kl_ranges(sweep, count, kl, scores);
  if (args.histogram != nullptr) fill_kl_bins(sweep, scores);
  write_panel(args, scores, first, count);
}

void write_zeros(const AssayKlHistogramArgs& args) {
  const int64_t m = args.candidate_count;
  if (args.histogram != nullptr) std::fill_n(args.histogram, m * ASSAY_KL_BINS, 0.0f);
  if (args.kl_min != nullptr) std::fill_n(args.kl_min, m, 0.0);
  if (args.kl_max != nullptr) std::fill_n(args.kl_max, m, 0.0);
}

}  // namespace

void kl_histogram(const AssayExec& exec, const AssayKlHistogramArgs& args) {
  if (args.candidate_count == 0 || args.reference_count == 0) return write_zeros(args);
  const int64_t workers = thread_count(exec.threads);
  const KlTables tables = prepare_tables(args, workers);
  parallel_for(kl_panels(args.candidate_count), workers,
               [&](int64_t panel, int64_t) { score_candidates(args, tables, panel); });
}

}  // namespace assay::cpu
