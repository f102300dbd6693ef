# cmake -C native/cmake/profiles/debug.cmake -S . -B build-debug
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(ASSAY_SANITIZE none CACHE STRING "")
