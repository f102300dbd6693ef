# cmake -C native/cmake/profiles/asan.cmake -S . -B build-asan
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(ASSAY_SANITIZE address CACHE STRING "")
set(ASSAY_CUDA OFF CACHE STRING "")
set(ASSAY_BENCH OFF CACHE BOOL "")
