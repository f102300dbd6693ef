// How long does each CPU twin take on data that is already in memory, and what share of a plain read of its bytes is
// that?
//
//   kernel_bench [threads [repeats]]        one JSON line per case on stdout
//
// median_ms and min_ms are wall-clock times; cpu_ms is the median CPU time of the calling thread, which, with one
// thread, means something on a machine that others use. share_of_read = (bytes read / measured read bandwidth with as
// many threads) / median. Inputs are seeded; correctness is checked by tests/native.
#include <random>

#include "measure.h"

namespace {

using namespace assay_bench;

void bench_confusion(const Session& session, const char* name, const uint8_t* truth, const uint8_t* prediction,
                     int64_t count) {
  std::vector<int64_t> matrix(19 * 19);
  int64_t bad = 0;
  const AssayConfusionArgs args{sizeof args, truth, prediction, count, 19, 255, matrix.data(), &bad};
  session.report("confusion", name, 2 * count,
                 measure(session.repeats, [&] { must(assay_confusion(&session.exec, &args)); }));
}

void bench_optimizers(const Session& session, int64_t count) {
  const auto p = allocate<float>(4 * count);
  const AssaySgdStepArgs sgd{sizeof sgd, p.get(), p.get() + count, p.get() + 2 * count, count, 0.01, 0.9, 1e-4, 1};
  session.report("sgd_step", std::to_string(count), 12 * count,
                 measure(session.repeats, [&] { must(assay_sgd_step(&session.exec, &sgd)); }));
  const AssayAdamStepArgs adam{
      sizeof adam, p.get(), p.get() + count, p.get() + 2 * count, p.get() + 3 * count, count, 1, 1e-3, 0.9, 0.999, 1e-8,
      0,           1};
  session.report("adam_step", std::to_string(count), 16 * count,
                 measure(session.repeats, [&] { must(assay_adam_step(&session.exec, &adam)); }));
  double norm = 0;
  const AssaySquaredNormArgs squared{sizeof squared, p.get(), count, &norm};
  session.report("squared_norm", std::to_string(count), 4 * count,
                 measure(session.repeats, [&] { must(assay_squared_norm(&session.exec, &squared)); }));
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const Session session{{sizeof(AssayExec), ASSAY_CPU, 0, threads, {}}, argc > 2 ? std::atoi(argv[2]) : 21};
  bench_score_kernels(session);
  const int64_t pixels = 1024 * 2048;
  const auto labels = allocate<uint8_t>(2 * pixels);
  bench_confusion(session, "one class", labels.get(), labels.get() + pixels, pixels);
  std::mt19937 random(2);
  std::generate_n(labels.get(), 2 * pixels, [&] { return static_cast<uint8_t>(random() % 19); });
  bench_confusion(session, "uniform labels", labels.get(), labels.get() + pixels, pixels);
  bench_optimizers(session, 1 << 22);
  bench_network_kernels(session);
  bench_set_kernels(session);
  return 0;
}
