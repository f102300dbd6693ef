#include "cpu/cpu_table.h"

#include <hwy/highway.h>

namespace assay::cpu {

// Taking every address makes the link fail while a twin is missing.
const CpuTable kCpuTable = {
#define ASSAY_TWIN_ADDRESS(name, Args) &name,
    ASSAY_FOR_EACH_KERNEL(ASSAY_TWIN_ADDRESS)
#undef ASSAY_TWIN_ADDRESS
};

const char* target_name() {
  // Bits of better instruction sets are lower; the dispatcher takes the best that is both compiled and present.
  const int64_t usable = hwy::SupportedTargets() & HWY_TARGETS;
  return hwy::TargetName(usable & -usable);
}

}  // namespace assay::cpu
