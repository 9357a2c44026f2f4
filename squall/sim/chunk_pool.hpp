#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace squall::sim {

/// The start of a piece of memory of chunk_bytes, aligned to as much; entries fill the rest.
struct Chunk {
  Chunk* next = nullptr;
  std::uint64_t ordinal = 0;  ///< how many full chunks stand before it in its list, where counted
};
inline constexpr std::size_t chunk_bytes = 256;

/// How many entries a chunk holds, and where they begin.
template <typename Entry>
inline constexpr std::size_t chunk_capacity = (chunk_bytes - sizeof(Chunk)) / sizeof(Entry);
template <typename Entry>
[[nodiscard]] inline Entry* chunk_entries(Chunk* chunk) noexcept {
  static_assert(chunk_bytes == sizeof(Chunk) + chunk_capacity<Entry> * sizeof(Entry),
                "the end of the entries must be the end of the chunk");
  return reinterpret_cast<Entry*>(chunk + 1);
}
/// Whether a place to write, one past the last entry, is the end of a chunk (or null, the place
/// to write of a list without chunks).
template <typename Entry>
[[nodiscard]] inline bool at_chunk_end(const Entry* place) noexcept {
  return reinterpret_cast<std::uintptr_t>(place) % chunk_bytes == 0;
}
/// The chunk whose entries end at, or go on at, `place`. REQUIRES a place behind an entry.
template <typename Entry>
[[nodiscard]] inline Chunk* chunk_before(Entry* place) noexcept {
  auto* byte = reinterpret_cast<std::byte*>(place) - 1;
  return reinterpret_cast<Chunk*>(byte - reinterpret_cast<std::uintptr_t>(byte) % chunk_bytes);
}

/// Chunks for all lists of a queue, with a last-in first-out free list. Takes memory in slabs, each
/// a quarter of what it has (64 chunks at least, 4,096 at most), never copies, and gives memory
/// back when it is destroyed: what the largest number pending took remains. Not thread-safe.
class ChunkPool {
 public:
  [[nodiscard]] Chunk* acquire() {
    if (free_ == nullptr) [[unlikely]]
      grow();
    Chunk* chunk = free_;
    free_ = chunk->next;
    return chunk;
  }
  void release(Chunk* chunk) noexcept {
    chunk->next = free_;
    free_ = chunk;
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return memory_bytes_; }

 private:
  void grow();

  Chunk* free_ = nullptr;
  std::size_t memory_bytes_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> slabs_;
};

/// A first-in first-out list of small plain entries in chunks. Whoever owns it hands in the pool.
template <typename Entry>
class ChunkFifo {
 public:
  [[nodiscard]] bool empty() const noexcept { return read_ == write_; }
  /// REQUIRES !empty().
  [[nodiscard]] const Entry& front() const noexcept { return *read_; }

  void push(ChunkPool& pool, const Entry& entry) {
    if (at_chunk_end(write_)) [[unlikely]]
      extend(pool);
    *write_++ = entry;
  }
  /// REQUIRES !empty().
  void pop(ChunkPool& pool) noexcept {
    ++read_;
    if (read_ == write_) {  // again from the start of the chunk, which stays in cache
      read_ = write_ = chunk_entries<Entry>(chunk_before(read_));
    } else if (at_chunk_end(read_)) [[unlikely]] {
      Chunk* spent = chunk_before(read_);
      read_ = chunk_entries<Entry>(spent->next);
      pool.release(spent);
    }
  }
  /// Keeps, in order, the entries for which keep(entry) holds.
  template <typename Keep>
  void filter(ChunkPool& pool, Keep&& keep) {
    ChunkFifo kept;
    while (!empty()) {
      const Entry entry = *read_;
      pop(pool);
      if (keep(entry)) kept.push(pool, entry);
    }
    clear(pool);
    *this = kept;
  }
  /// Gives all chunks back.
  void clear(ChunkPool& pool) noexcept {
    while (!empty()) pop(pool);
    if (write_ != nullptr) pool.release(reinterpret_cast<Chunk*>(write_) - 1);
    read_ = write_ = nullptr;
  }

 private:
  void extend(ChunkPool& pool) {
    Chunk* chunk = pool.acquire();
    chunk->next = nullptr;
    if (write_ == nullptr) {
      read_ = chunk_entries<Entry>(chunk);
    } else {
      chunk_before(write_)->next = chunk;
    }
    write_ = chunk_entries<Entry>(chunk);
  }

  Entry* read_ = nullptr;
  Entry* write_ = nullptr;
};

}  // namespace squall::sim
