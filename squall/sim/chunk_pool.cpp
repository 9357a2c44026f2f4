#include "squall/sim/chunk_pool.hpp"

#include <algorithm>

namespace squall::sim {

void ChunkPool::grow() {
  const std::size_t chunks = std::clamp<std::size_t>(memory_bytes_ / chunk_bytes / 4, 64, 4'096);
  const std::size_t bytes = (chunks + 1) * chunk_bytes;  // one more, for the alignment
  // Zeroes, since whoever takes entries by fours reads some behind the last of them.
  slabs_.push_back(std::make_unique<std::byte[]>(bytes));
  memory_bytes_ += bytes;
  std::byte* first = slabs_.back().get();
  first += chunk_bytes - reinterpret_cast<std::uintptr_t>(first) % chunk_bytes;
  // The lowest address on top of the free list: fresh memory is used in its order.
  for (std::size_t i = chunks; i > 0; --i) {
    release(::new (first + (i - 1) * chunk_bytes) Chunk);
  }
}

}  // namespace squall::sim
