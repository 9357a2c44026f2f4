#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace squall::bench::baseline {

/// A pending event of 16 bytes. Earlier means less time; at one time the lower `tag`.
struct Entry {
  std::int64_t time = 0;
  std::uint64_t tag = 0;  ///< a sequence number, or what is to happen

  [[nodiscard]] friend bool operator<(const Entry& a, const Entry& b) noexcept {
    // Without a branch: which of two is earlier cannot be predicted.
    return ((a.time < b.time) | ((a.time == b.time) & (a.tag < b.tag))) != 0;
  }
};

/// A plain 4-ary heap. The root stands at index 3 of memory aligned to 64 bytes, so that the four
/// children of an entry share a cache line.
class QuadHeap {
 public:
  QuadHeap() : entries_(64) {}

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const Entry& top() const noexcept { return entries_[root]; }

  void push(Entry entry) {
    std::size_t hole = root + size_++;
    if (hole == entries_.size()) entries_.resize(2 * entries_.size());
    while (hole > root) {
      const std::size_t parent = hole / children + root - 1;
      if (!(entry < entries_[parent])) break;
      entries_[hole] = entries_[parent];
      hole = parent;
    }
    entries_[hole] = entry;
  }

  /// Removes the earliest. REQUIRES !empty().
  void pop() noexcept {
    const std::size_t last = root + --size_;
    if (last != root) sink(entries_[last], last);
  }

  /// pop() and push() in one. REQUIRES !empty().
  void replace_top(Entry entry) noexcept { sink(entry, root + size_); }

 private:
  template <typename T>
  struct LineAllocator {
    using value_type = T;
    LineAllocator() = default;
    template <typename U>
    explicit LineAllocator(const LineAllocator<U>& /*other*/) noexcept {}
    T* allocate(std::size_t n) {
      return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64}));
    }
    void deallocate(T* p, std::size_t /*n*/) noexcept {
      ::operator delete(p, std::align_val_t{64});
    }
    friend bool operator==(const LineAllocator&, const LineAllocator&) = default;
  };

  static constexpr std::size_t root = 3;
  static constexpr std::size_t children = 4;

  [[nodiscard]] std::size_t earlier(std::size_t i, std::size_t j) const noexcept {
    return i + (j - i) * static_cast<std::size_t>(entries_[j] < entries_[i]);
  }

  void sink(Entry entry, std::size_t end) noexcept {
    std::size_t hole = root;
    for (;;) {
      const std::size_t first = children * (hole - root + 1);
      if (first >= end) break;
      std::size_t least = first;
      if (first + children <= end) {
        least = earlier(earlier(first, first + 1), earlier(first + 2, first + 3));
      } else {
        for (std::size_t i = first + 1; i < end; ++i) least = earlier(least, i);
      }
      if (!(entries_[least] < entry)) break;
      entries_[hole] = entries_[least];
      hole = least;
    }
    entries_[hole] = entry;
  }

  std::vector<Entry, LineAllocator<Entry>> entries_;
  std::size_t size_ = 0;
};

}  // namespace squall::bench::baseline
