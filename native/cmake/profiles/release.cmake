# cmake -C native/cmake/profiles/release.cmake -S . -B build-release
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(ASSAY_SANITIZE none CACHE STRING "")
