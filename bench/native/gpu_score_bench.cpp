// How close do pixel_signals and region_signals come to the memory wall of a GPU?
//
//   gpu_score_bench LIBASSAY_CUDA OUTPUT.json      a readable table on stdout; exit code 4: no device
//
// Bytes are what must move: every score read once, every wanted output written once. The share is against a
// device-to-device copy measured in the same process (bytes read plus bytes written). Inputs are larger than any L2
// cache. Each number is the median of 15 launches timed with events, after 3 untimed ones; before that the device's
// result is compared with the CPU twin's.
#include <assay/assay.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int64_t kHeight = 1024, kWidth = 2048, kSide = 128, kLeastBytes = 400'000'000;
constexpr int kUntimed = 3, kTimed = 15;

void require(bool ok, const std::string& what) {
  if (ok) return;
  std::fprintf(stderr, "gpu_score_bench: %s\n", what.c_str());
  std::exit(1);
}
void require_cuda(cudaError_t error, const char* what) {
  require(error == cudaSuccess, std::string(what) + ": " + cudaGetErrorString(error));
}

class DeviceBytes {
 public:
  explicit DeviceBytes(int64_t bytes) { require_cuda(cudaMalloc(&memory_, static_cast<size_t>(bytes)), "cudaMalloc"); }
  ~DeviceBytes() { (void)cudaFree(memory_); }
  DeviceBytes(const DeviceBytes&) = delete;
  DeviceBytes& operator=(const DeviceBytes&) = delete;
  template <class T>
  T* as() const {
    return static_cast<T*>(memory_);
  }

 private:
  void* memory_ = nullptr;
};

template <class Body>
double median_ms(Body&& body) {
  cudaEvent_t begin, end;
  require_cuda(cudaEventCreate(&begin), "cudaEventCreate");
  require_cuda(cudaEventCreate(&end), "cudaEventCreate");
  std::vector<float> times;
  for (int i = 0; i < kUntimed + kTimed; ++i) {
    require_cuda(cudaEventRecord(begin), "cudaEventRecord");
    body();
    require_cuda(cudaEventRecord(end), "cudaEventRecord");
    require_cuda(cudaEventSynchronize(end), "cudaEventSynchronize");
    float ms = 0;
    require_cuda(cudaEventElapsedTime(&ms, begin, end), "cudaEventElapsedTime");
    if (i >= kUntimed) times.push_back(ms);
  }
  (void)cudaEventDestroy(begin);
  (void)cudaEventDestroy(end);
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

double copy_gb_per_s() {
  const DeviceBytes from(kLeastBytes), to(kLeastBytes);
  const double ms = median_ms([&] {
    require_cuda(cudaMemcpyAsync(to.as<char>(), from.as<char>(), kLeastBytes, cudaMemcpyDeviceToDevice), "copy");
  });
  return 2.0 * kLeastBytes / ms * 1e-6;
}

struct Input {
  int64_t classes, dtype;
  bool interleaved, skewed;
  int64_t bytes_per_score() const { return dtype == ASSAY_F32 ? 4 : 2; }
  int64_t image_bytes() const { return classes * kHeight * kWidth * bytes_per_score(); }
  int64_t images() const { return (kLeastBytes + image_bytes() - 1) / image_bytes(); }
  AssayTensor tensor(const void* data, int64_t n) const {
    const int64_t pixels = kHeight * kWidth;
    if (interleaved) return {data, dtype, n, classes, kHeight, kWidth, pixels * classes, 1, kWidth * classes, classes};
    return {data, dtype, n, classes, kHeight, kWidth, pixels * classes, pixels, kWidth, 1};
  }
};

// One image: noise, and with skewed labels a class that wins almost everywhere.
std::vector<unsigned char> make_image(const Input& in) {
  std::vector<unsigned char> bytes(static_cast<size_t>(in.image_bytes()));
  const int64_t pixels = kHeight * kWidth;
  uint32_t state = 12345;
  for (int64_t i = 0; i < pixels * in.classes; ++i) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    const int64_t c = in.interleaved ? i % in.classes : i / pixels;
    // A multiple of 2^-6 in [-4, 4), 12 more for the winner; fp16 and bf16 drop bits that do not matter here.
    const float score =
        static_cast<float>(static_cast<int32_t>(state >> 23) - 256) / 64.0f + (in.skewed && c == 0 ? 12.0f : 0.0f);
    uint32_t bits;
    std::memcpy(&bits, &score, 4);
    if (in.dtype == ASSAY_F16) {
      const uint32_t size = bits & 0x7fffffffu;
      bits = size < 0x38800000u ? 0 : (bits >> 16 & 0x8000u) | ((size - 0x38000000u) >> 13);
    }
    if (in.dtype == ASSAY_BF16) bits >>= 16;
    std::memcpy(bytes.data() + i * in.bytes_per_score(), &bits, static_cast<size_t>(in.bytes_per_score()));
  }
  return bytes;
}

std::vector<int32_t> grid(int64_t images) {
  std::vector<int32_t> out;
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t y = 0; y < kHeight; y += kSide) {
      for (int64_t x = 0; x < kWidth; x += kSide) {
        for (int64_t v : {n, x, y}) out.push_back(static_cast<int32_t>(v));
      }
    }
  }
  return out;
}

// All signals of a run: outputs packed into one allocation, on the device or the host.
struct Outputs {
  AssayPixelMaps maps;
  int32_t* class_histogram;
  float *entropy_min, *entropy_avg, *entropy_max, *entropy_mean, *margin_mean, *least_confidence_mean;
  int64_t* nan_pixels;

  static int64_t map_bytes(int64_t pixels) { return pixels * 13; }
  static int64_t region_bytes(int64_t regions, int64_t classes) { return regions * (classes * 4 + 3 * 64 * 4 + 3 * 4); }
  static int64_t bytes(int64_t pixels, int64_t regions, int64_t classes) {
    return map_bytes(pixels) + region_bytes(regions, classes) + 4096;
  }
  Outputs(void* memory, int64_t pixels, int64_t regions, int64_t classes) {
    char* at = static_cast<char*>(memory);
    const auto take = [&](int64_t bytes) {
      char* const here = at;
      at += (bytes + 255) / 256 * 256;
      return static_cast<void*>(here);
    };
    nan_pixels = static_cast<int64_t*>(take(8));
    maps.entropy = static_cast<float*>(take(pixels * 4));
    maps.max_probability = static_cast<float*>(take(pixels * 4));
    maps.margin = static_cast<float*>(take(pixels * 4));
    maps.argmax = static_cast<uint8_t*>(take(pixels));
    entropy_min = static_cast<float*>(take(regions * 256));
    entropy_avg = static_cast<float*>(take(regions * 256));
    entropy_max = static_cast<float*>(take(regions * 256));
    entropy_mean = static_cast<float*>(take(regions * 4));
    margin_mean = static_cast<float*>(take(regions * 4));
    least_confidence_mean = static_cast<float*>(take(regions * 4));
    class_histogram = static_cast<int32_t*>(take(regions * classes * 4));
  }
};

AssayRegionSignalsArgs region_args(const AssayTensor& tensor, const int32_t* nxy, int64_t regions, const Outputs& out,
                                   bool maps) {
  AssayRegionSignalsArgs args = {};
  args.struct_size = sizeof args;
  args.input = tensor;
  if (maps) args.maps = out.maps;
  args.region_nxy = nxy;
  args.regions = regions;
  args.region_w = args.region_h = kSide;
  args.class_histogram = out.class_histogram;
  args.entropy_min = out.entropy_min;
  args.entropy_avg = out.entropy_avg;
  args.entropy_max = out.entropy_max;
  args.entropy_mean = out.entropy_mean;
  args.margin_mean = out.margin_mean;
  args.least_confidence_mean = out.least_confidence_mean;
  args.nan_pixels = out.nan_pixels;
  return args;
}

const AssayExec kGpu = {sizeof(AssayExec), 0, 0, 0, {}}, kCpu = {sizeof(AssayExec), ASSAY_CPU, 0, 0, {}};

// The first image's regions, device against CPU twin.
void check(const Input& in, const std::vector<unsigned char>& image, const int32_t* device_nxy,
           const void* device_scores, const Outputs& device) {
  const std::vector<int32_t> nxy = grid(1);
  const auto regions = static_cast<int64_t>(nxy.size() / 3);
  std::vector<char> memory(static_cast<size_t>(Outputs::bytes(kHeight * kWidth, regions, in.classes)));
  const Outputs host(memory.data(), kHeight * kWidth, regions, in.classes);
  const AssayRegionSignalsArgs expected = region_args(in.tensor(image.data(), 1), nxy.data(), regions, host, true);
  const AssayRegionSignalsArgs found = region_args(in.tensor(device_scores, 1), device_nxy, regions, device, true);
  require(assay_region_signals(&kCpu, &expected) == ASSAY_OK && assay_region_signals(&kGpu, &found) == ASSAY_OK,
          assay_last_error());
  const auto same = [](const void* on_device, const void* on_host, int64_t bytes) {
    std::vector<char> copy(static_cast<size_t>(bytes));
    require_cuda(cudaMemcpy(copy.data(), on_device, copy.size(), cudaMemcpyDeviceToHost), "download");
    return std::memcmp(copy.data(), on_host, copy.size()) == 0;
  };
  require(same(device.class_histogram, host.class_histogram, regions * in.classes * 4),
          "histograms differ from the CPU twin's");
  require(same(device.entropy_mean, host.entropy_mean, regions * 4), "mean entropies differ from the CPU twin's");
  require(same(device.entropy_avg, host.entropy_avg, regions * 256), "entropy cells differ from the CPU twin's");
  require(same(device.maps.entropy, host.maps.entropy, kHeight * kWidth * 4), "entropies differ from the CPU twin's");
}

struct Row {
  std::string kernel;
  Input in;
  int64_t bytes;
  double ms;
};

void measure(const Input& in, std::vector<Row>& rows) {
  const int64_t images = in.images(), pixels = images * kHeight * kWidth;
  const std::vector<int32_t> nxy = grid(images);
  const auto regions = static_cast<int64_t>(nxy.size() / 3);
  const DeviceBytes scores(in.image_bytes() * images), device_nxy(regions * 12),
      memory(Outputs::bytes(pixels, regions, in.classes));
  const std::vector<unsigned char> image = make_image(in);
  for (int64_t n = 0; n < images; ++n) {
    require_cuda(
        cudaMemcpy(scores.as<char>() + n * in.image_bytes(), image.data(), image.size(), cudaMemcpyHostToDevice),
        "upload");
  }
  require_cuda(cudaMemcpy(device_nxy.as<int32_t>(), nxy.data(), nxy.size() * 4, cudaMemcpyHostToDevice), "upload");
  const Outputs out(memory.as<void>(), pixels, regions, in.classes);
  check(in, image, device_nxy.as<int32_t>(), scores.as<void>(), out);

  const AssayTensor tensor = in.tensor(scores.as<void>(), images);
  const int64_t read = in.image_bytes() * images;
  const auto time = [&](const char* kernel, int64_t bytes, auto&& call) {
    const double ms = median_ms([&] { require(call() == ASSAY_OK, assay_last_error()); });
    rows.push_back({kernel, in, bytes, ms});
  };
  const AssayPixelSignalsArgs all_maps = {sizeof all_maps, tensor, ASSAY_LOGITS, out.maps, out.nan_pixels};
  time("pixel_signals", read + Outputs::map_bytes(pixels), [&] { return assay_pixel_signals(&kGpu, &all_maps); });
  const AssayRegionSignalsArgs only = region_args(tensor, device_nxy.as<int32_t>(), regions, out, false);
  time("region_signals", read + Outputs::region_bytes(regions, in.classes),
       [&] { return assay_region_signals(&kGpu, &only); });
  const AssayRegionSignalsArgs both = region_args(tensor, device_nxy.as<int32_t>(), regions, out, true);
  time("region_signals+maps", read + Outputs::map_bytes(pixels) + Outputs::region_bytes(regions, in.classes),
       [&] { return assay_region_signals(&kGpu, &both); });
}

constexpr const char* kDtypes[] = {"fp32", "fp16", "bf16"};
const char* order(const Row& r) { return r.in.interleaved ? "NHWC" : "NCHW"; }
const char* labels(const Row& r) { return r.in.skewed ? "skewed" : "uniform"; }
double rate(const Row& r) { return static_cast<double>(r.bytes) / r.ms * 1e-6; }

void print_head(const std::string& device, double copy) {
  std::printf("%s, device-to-device copy %.0f GB/s; %lldx%lld images, regions %lldx%lld\n\n", device.c_str(), copy,
              static_cast<long long>(kWidth), static_cast<long long>(kHeight), static_cast<long long>(kSide),
              static_cast<long long>(kSide));
  std::printf("%-20s %7s %5s %5s %8s %7s %10s %9s %9s\n", "kernel", "classes", "dtype", "order", "labels", "images",
              "ms", "GB/s", "of copy");
}

void print_row(const Row& r, double copy) {
  std::printf("%-20s %7lld %5s %5s %8s %7lld %10.4f %9.0f %8.1f%%\n", r.kernel.c_str(),
              static_cast<long long>(r.in.classes), kDtypes[r.in.dtype], order(r), labels(r),
              static_cast<long long>(r.in.images()), r.ms, rate(r), 100.0 * rate(r) / copy);
  std::fflush(stdout);
}

void write_json(const char* path, const std::string& device, double copy, const std::vector<Row>& rows) {
  std::FILE* const json = std::fopen(path, "w");
  require(json != nullptr, std::string(path) + ": cannot be written");
  std::fprintf(
      json,
      "{\"device\": \"%s\", \"copy_gb_per_s\": %.1f, \"height\": %lld, \"width\": %lld, \"region\": %lld, \"rows\": [",
      device.c_str(), copy, static_cast<long long>(kHeight), static_cast<long long>(kWidth),
      static_cast<long long>(kSide));
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& r = rows[i];
    std::fprintf(json,
                 "%s\n  {\"kernel\": \"%s\", \"classes\": %lld, \"dtype\": \"%s\", \"layout\": \"%s\", \"labels\": "
                 "\"%s\", \"images\": %lld, \"bytes\": %lld, "
                 "\"median_ms\": %.5f, \"gb_per_s\": %.1f, \"share_of_copy\": %.4f}",
                 i == 0 ? "" : ",", r.kernel.c_str(), static_cast<long long>(r.in.classes), kDtypes[r.in.dtype],
                 order(r), labels(r), static_cast<long long>(r.in.images()), static_cast<long long>(r.bytes), r.ms,
                 rate(r), rate(r) / copy);
  }
  std::fprintf(json, "\n]}\n");
  require(std::fclose(json) == 0, std::string(path) + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: gpu_score_bench LIBASSAY_CUDA OUTPUT.json\n");
    return 2;
  }
  if (assay_cuda_open(argv[1]) != ASSAY_OK) {
    std::fprintf(stderr, "SKIPPED: no CUDA device to run on: %s\n", assay_last_error());
    return 4;
  }
  cudaDeviceProp properties;
  require_cuda(cudaGetDeviceProperties(&properties, 0), "cudaGetDeviceProperties");
  const double copy = copy_gb_per_s();
  print_head(properties.name, copy);
  std::vector<Row> rows;
  for (const int64_t classes : {2, 11, 19, 150}) {
    for (const int64_t dtype : {ASSAY_F32, ASSAY_F16, ASSAY_BF16}) {
      for (const bool interleaved : {false, true}) {
        for (const bool skewed : {false, true}) {
          const size_t before = rows.size();
          measure({classes, dtype, interleaved, skewed}, rows);
          for (size_t i = before; i < rows.size(); ++i) print_row(rows[i], copy);
          // Again after every measurement: who is stopped by a clock keeps what there is.
          write_json(argv[2], properties.name, copy, rows);
        }
      }
    }
  }
  return 0;
}
