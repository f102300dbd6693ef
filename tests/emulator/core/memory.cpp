#include "core/memory.h"

#include <sys/mman.h>

#include <cstring>

#include "core/errors.h"

namespace emulator {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kAlignment = 256;
constexpr size_t kGranularity = 512;  // of what is counted against the total
constexpr size_t kPoisoned = size_t{64} << 20;
constexpr size_t kQuarantined = 256;

size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

void unmap(Address address, size_t bytes) { munmap(reinterpret_cast<void*>(address), round_up(bytes, kPage)); }

template <class Map>
auto around(const Map& ranges, Address address) {
  auto at = ranges.upper_bound(address);
  return at == ranges.begin() ? ranges.end() : --at;
}

template <class Map>
bool inside(const Map& ranges, Address address, size_t bytes) {
  const auto at = around(ranges, address);
  if (at == ranges.end()) return false;
  const size_t offset = address - at->first;
  return offset <= at->second.bytes && bytes <= at->second.bytes - offset;
}

}  // namespace

DeviceMemory::~DeviceMemory() {
  release_all();
  for (const Block& block : quarantine_) munmap(block.mapping, block.mapped);
}

Address DeviceMemory::allocate(size_t bytes) {
  require(bytes > 0, CUDA_ERROR_INVALID_VALUE);
  require(bytes <= static_cast<size_t>(total_) && static_cast<int64_t>(round_up(bytes, kGranularity)) <= free(),
          CUDA_ERROR_OUT_OF_MEMORY);
  const size_t inner = round_up(round_up(bytes, kAlignment), kPage), mapped = inner + 2 * kPage;
  void* mapping = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  require(mapping != MAP_FAILED, CUDA_ERROR_OUT_OF_MEMORY);
  const Block block = {mapping, mapped, bytes};
  char* const end = static_cast<char*>(mapping) + kPage + inner;
  char* const start = end - round_up(bytes, kAlignment);
  protect(block, PROT_READ | PROT_WRITE);
  std::memset(start, 0xff, bytes < kPoisoned ? bytes : kPoisoned);
  if (windows_ == 0) protect(block, PROT_NONE);
  const Address address = reinterpret_cast<Address>(start);
  blocks_.emplace(address, block);
  used_ += static_cast<int64_t>(round_up(bytes, kGranularity));
  return address;
}

void DeviceMemory::release(Address address) {
  const auto found = blocks_.find(address);
  require(found != blocks_.end(), CUDA_ERROR_INVALID_VALUE);
  const Block block = found->second;
  blocks_.erase(found);
  used_ -= static_cast<int64_t>(round_up(block.bytes, kGranularity));
  protect(block, PROT_NONE);
  madvise(block.mapping, block.mapped, MADV_DONTNEED);
  quarantine_.push_back(block);
  if (quarantine_.size() > kQuarantined) {
    munmap(quarantine_.front().mapping, quarantine_.front().mapped);
    quarantine_.pop_front();
  }
}

void DeviceMemory::release_all() {
  while (!blocks_.empty()) release(blocks_.begin()->first);
}

bool DeviceMemory::holds(Address address, size_t bytes) const { return inside(blocks_, address, bytes); }

bool DeviceMemory::range_of(Address address, Address* base, size_t* bytes) const {
  if (!inside(blocks_, address, 1)) return false;
  const auto at = around(blocks_, address);
  *base = at->first;
  *bytes = at->second.bytes;
  return true;
}

void DeviceMemory::open_window() {
  if (windows_++ > 0) return;
  for (const auto& block : blocks_) protect(block.second, PROT_READ | PROT_WRITE);
}

void DeviceMemory::shut_window() {
  if (--windows_ > 0) return;
  for (const auto& block : blocks_) protect(block.second, PROT_NONE);
}

void DeviceMemory::protect(const Block& block, int rights) const {
  mprotect(static_cast<char*>(block.mapping) + kPage, block.mapped - 2 * kPage, rights);
}

PinnedMemory::~PinnedMemory() {
  for (const auto& range : ranges_)
    if (range.second.ours) unmap(range.first, range.second.bytes);
}

void* PinnedMemory::allocate(size_t bytes) {
  require(bytes > 0, CUDA_ERROR_INVALID_VALUE);
  void* address = mmap(nullptr, round_up(bytes, kPage), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  require(address != MAP_FAILED, CUDA_ERROR_OUT_OF_MEMORY);
  ranges_[reinterpret_cast<Address>(address)] = {bytes, true, next_id_++};
  return address;
}

// Unmapped, so that late accesses fault.
void PinnedMemory::release(void* address) {
  const auto found = ranges_.find(reinterpret_cast<Address>(address));
  require(found != ranges_.end() && found->second.ours, CUDA_ERROR_INVALID_VALUE);
  unmap(found->first, found->second.bytes);
  ranges_.erase(found);
}

void PinnedMemory::add(void* address, size_t bytes) {
  require(address != nullptr && bytes > 0, CUDA_ERROR_INVALID_VALUE);
  require(!holds(reinterpret_cast<Address>(address), 1), CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED);
  ranges_[reinterpret_cast<Address>(address)] = {bytes, false, next_id_++};
}

void PinnedMemory::remove(void* address) {
  const auto found = ranges_.find(reinterpret_cast<Address>(address));
  require(found != ranges_.end() && !found->second.ours, CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED);
  ranges_.erase(found);
}

bool PinnedMemory::holds(Address address, size_t bytes) const { return inside(ranges_, address, bytes); }

uint64_t PinnedMemory::id_of(Address address) const {
  return holds(address, 1) ? around(ranges_, address)->second.id : 0;
}

}  // namespace emulator
