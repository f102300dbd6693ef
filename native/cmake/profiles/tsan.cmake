# cmake -C native/cmake/profiles/tsan.cmake -S . -B build-tsan
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1" CACHE STRING "")
set(ASSAY_SANITIZE thread CACHE STRING "")
set(ASSAY_CUDA OFF CACHE STRING "")
set(ASSAY_BENCH OFF CACHE BOOL "")
