# cmake -C native/cmake/profiles/asan.cmake -S . -B build-asan
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
# -O2 with checks takes GCC minutes per file of vector code, most of it over debug information.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1" CACHE STRING "")
set(ASSAY_SANITIZE address CACHE STRING "")
set(ASSAY_CUDA OFF CACHE STRING "")
set(ASSAY_BENCH OFF CACHE BOOL "")
