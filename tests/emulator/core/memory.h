// Device memory that the host cannot touch, and page-locked host memory.
#ifndef ASSAY_TESTS_EMULATOR_CORE_MEMORY_H
#define ASSAY_TESTS_EMULATOR_CORE_MEMORY_H

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

namespace emulator {

using Address = uint64_t;

// The memory of one device. Every allocation ends against a page that is never accessible, begins at a multiple of
// 256 bytes, is filled with 0xff (its first 64 MiB), and has no access rights while the window is shut. What is freed
// keeps its addresses out of use for a while, so that late accesses fault.
class DeviceMemory {
 public:
  explicit DeviceMemory(int64_t total) : total_(total) {}
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  // Throws Error: OUT_OF_MEMORY, INVALID_VALUE.
  Address allocate(size_t bytes);
  void release(Address address);
  void release_all();
  // Whether [address, address + bytes) lies in one live allocation.
  bool holds(Address address, size_t bytes) const;
  bool starts_at(Address address) const { return blocks_.count(address) != 0; }
  // The allocation around `address`; false if there is none.
  bool range_of(Address address, Address* base, size_t* bytes) const;
  int64_t total() const { return total_; }
  int64_t free() const { return total_ - used_; }
  size_t allocations() const { return blocks_.size(); }

  void open_window();
  void shut_window();

 private:
  struct Block {
    void* mapping;
    size_t mapped;  // bytes, the guard pages included
    size_t bytes;
  };
  void protect(const Block& block, int rights) const;

  int64_t total_;
  int64_t used_ = 0;
  int windows_ = 0;
  std::map<Address, Block> blocks_;
  std::deque<Block> quarantine_;
};

// Page-locked host memory: what was allocated by the driver and what was registered with it.
class PinnedMemory {
 public:
  ~PinnedMemory();
  void* allocate(size_t bytes);
  void release(void* address);
  void add(void* address, size_t bytes);
  void remove(void* address);
  bool holds(Address address, size_t bytes) const;
  // Of the range around `address`, never given twice; 0 if there is none.
  uint64_t id_of(Address address) const;

 private:
  struct Range {
    size_t bytes;
    bool ours;
    uint64_t id;
  };
  std::map<Address, Range> ranges_;
  uint64_t next_id_ = 1;
};

}  // namespace emulator

#endif
