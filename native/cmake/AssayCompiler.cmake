# Compiler flags every target shares. assay_flags: an interface target with warnings, sanitizers and the floating-point model.
add_library(assay_flags INTERFACE)

# Another compiler than those of continuous integration may know more warnings: who only uses this can let them be warnings.
option(ASSAY_WERROR "Warnings are errors" ON)
if(ASSAY_WERROR)
  set(assay_werror -Werror)
endif()

# No contraction: a*b+c is fused only where the code says fma, so that every instruction set gives the same bits.
target_compile_options(assay_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra ${assay_werror} -ffp-contract=off -fno-math-errno -fno-trapping-math>
  $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra ${assay_werror}>)

if(ASSAY_SANITIZE STREQUAL "address")
  set(assay_sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(ASSAY_SANITIZE STREQUAL "thread")
  set(assay_sanitize -fsanitize=thread -fno-omit-frame-pointer)
elseif(NOT ASSAY_SANITIZE STREQUAL "none")
  message(FATAL_ERROR "ASSAY_SANITIZE=${ASSAY_SANITIZE} must be none, address or thread")
endif()
if(assay_sanitize)
  # GCC sees overflows in checked code that are none (its manual says so of these).
  list(APPEND assay_sanitize -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
  target_compile_options(assay_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${assay_sanitize}>)
  target_link_options(assay_flags INTERFACE ${assay_sanitize})
endif()

# Highway: the system's package, found by header and library because Debian's CMake files name absolute debug paths.
find_path(ASSAY_HWY_INCLUDE hwy/highway.h)
find_library(ASSAY_HWY_LIBRARY hwy)
if(NOT ASSAY_HWY_INCLUDE OR NOT ASSAY_HWY_LIBRARY)
  message(FATAL_ERROR "Highway not found: install libhwy-dev")
endif()
add_library(assay_hwy INTERFACE)
target_include_directories(assay_hwy SYSTEM INTERFACE ${ASSAY_HWY_INCLUDE})
target_link_libraries(assay_hwy INTERFACE ${ASSAY_HWY_LIBRARY})
# Instruction sets that add nothing these kernels use cost only compile time.
set(assay_disabled_targets "HWY_SSSE3|HWY_AVX3_DL")
if(ASSAY_SANITIZE STREQUAL "address")
  # One instruction set less: GCC takes minutes over vector code with checks in it.
  string(APPEND assay_disabled_targets "|HWY_SSE4")
endif()
target_compile_definitions(assay_hwy INTERFACE "HWY_DISABLED_TARGETS=(${assay_disabled_targets})")

find_package(Threads REQUIRED)
