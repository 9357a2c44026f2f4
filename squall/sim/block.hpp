#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "squall/base/check.hpp"

namespace squall::sim {

/// Raw memory for so many of a kind, one after the other, that starts on a line of the cache. It is
/// never given back before the block goes; whether there is something at a place is up to its
/// owner. Large blocks are moved by the C library, which on Linux only renames their pages. Not
/// thread-safe.
template <typename T>
class Block {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  static constexpr std::size_t cache_line = 64;
  static_assert(alignof(T) <= cache_line);

  Block() = default;
  ~Block() { std::free(memory_); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  /// REQUIRES count >= capacity(). Moves all of them. Out of memory is a CHECK.
  void grow_to(std::size_t count) {
    const std::size_t had_offset = offset_;
    void* const grown = std::realloc(memory_, count * sizeof(T) + cache_line);
    SQUALL_CHECK(grown != nullptr, "out of memory");
    memory_ = static_cast<std::byte*>(grown);
    offset_ = (cache_line - reinterpret_cast<std::uintptr_t>(memory_) % cache_line) % cache_line;
    // Seldom: a large block is where it was in its page.
    if (offset_ != had_offset)
      std::memmove(memory_ + offset_, memory_ + had_offset, capacity_ * sizeof(T));
    items_ = reinterpret_cast<T*>(memory_ + offset_);
    capacity_ = count;
  }

  [[nodiscard]] T& operator[](std::size_t i) noexcept { return items_[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return items_[i]; }
  /// Where the item is, as an address and no pointer, as any number will do.
  [[nodiscard, gnu::always_inline]] std::uintptr_t address_of(std::size_t i) const noexcept {
    return reinterpret_cast<std::uintptr_t>(items_) + i * sizeof(T);
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return capacity_ * sizeof(T); }

 private:
  std::byte* memory_ = nullptr;
  std::size_t offset_ = 0;  ///< of the items in it
  T* items_ = nullptr;
  std::size_t capacity_ = 0;
};

}  // namespace squall::sim
