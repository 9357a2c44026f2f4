#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

/// Replaces operator new for the whole test program, to count how often memory is taken. To be
/// included by one file of the program, which runs its tests in one thread. What is taken from the
/// C library directly (the records of sim::Pool) is not seen.
namespace squall::test {

struct AllocationCount {
  long allocations = 0;
  bool counting = false;
};
inline AllocationCount allocation_count;

/// How often `f` takes memory.
template <typename Function>
long allocations_in(Function&& f) {
  allocation_count = {.allocations = 0, .counting = true};
  f();
  allocation_count.counting = false;
  return allocation_count.allocations;
}

inline void* counted(std::size_t size) {
  if (allocation_count.counting) ++allocation_count.allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace squall::test

// Not inlined: a compiler that sees free() behind a delete, and not malloc() behind the new, warns.
[[gnu::noinline]] void* operator new(std::size_t size) { return squall::test::counted(size); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return squall::test::counted(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
