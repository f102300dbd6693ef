// Loops over flat buffers in pieces that threads share.
#ifndef ASSAY_CPU_OVER_CHUNKS_H
#define ASSAY_CPU_OVER_CHUNKS_H

#include <algorithm>

#include "assay/kernels/exec.h"
#include "cpu/parallel_for.h"

namespace assay::cpu {

constexpr int64_t kElementsPerChunk = 1 << 15;

// chunk(begin, size) over [0, count), size <= elements.
template <typename Chunk>
void over_chunks(const AssayExec& exec, int64_t count, int64_t elements, Chunk&& chunk) {
  const int64_t items = count / elements + (count % elements != 0);
  parallel_for(items, thread_count(exec.threads), [&](int64_t item, int64_t) {
    const int64_t begin = item * elements;
    chunk(begin, std::min(elements, count - begin));
  });
}

}  // namespace assay::cpu

#endif
