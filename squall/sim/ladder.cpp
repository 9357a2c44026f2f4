#include "squall/sim/ladder.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "squall/base/check.hpp"

namespace squall::sim {

namespace {

[[nodiscard]] std::uint64_t time_of(const Event& event) noexcept {
  return static_cast<std::uint64_t>(event.at_ns());
}
[[nodiscard]] bool comes_before(const Event& a, const Event& b) noexcept { return a.before(b); }

/// How many bits of time to spread so many events by, for six to twelve of them in each bucket:
/// with fewer the buckets cost more than their sorting saves. Until its time comes as many again
/// may be put into each. REQUIRES count > 5.
[[nodiscard]] unsigned spread_bits(std::size_t count) noexcept {
  return static_cast<unsigned>(std::bit_width(count + count / 3)) - 4;
}

using Quad [[gnu::vector_size(16)]] = std::int32_t;
constexpr std::size_t quad_size = sizeof(Quad) / sizeof(std::int32_t);

/// What times are compared by that differ in their last `bits` bits: they shifted by
/// key_shift(bits), and thereof so many bits. Two that are not the same may have the same key, but
/// hardly ever do.
constexpr unsigned key_bits = 31;
[[nodiscard]] unsigned key_shift(unsigned bits) noexcept {
  return bits > key_bits ? bits - key_bits : 0;
}

/// Sorts `count` events into `to`, unless two of them have the same key. Each goes to as many
/// places as there are events before it. That is more comparisons than insertion takes, but in
/// fours, and nothing is to be predicted, where insertion guesses wrong once an event.
///
/// For the same reason it takes whole quads: it is up to the caller that `readable` events can be
/// read, whatever those behind `count` are, and that one place more can be written. @return whether
/// it did; if not, nothing was written.
template <std::size_t quads, std::size_t readable = quads * quad_size>
bool sort_by_rank(const Event* from, std::size_t count, unsigned shift, Event* to) noexcept {
  constexpr std::int32_t key_max = std::numeric_limits<std::int32_t>::max();
  constexpr auto readable_at = [](std::size_t i) { return i < readable ? i : readable - 1; };
  const auto end = static_cast<std::int32_t>(count);

  std::array<Quad, quads> keys{};
  for (std::size_t quad = 0; quad < quads; ++quad) {
    Quad key{};
    for (std::size_t i = 0; i < quad_size; ++i) {
      const std::uint64_t time = time_of(from[readable_at(quad * quad_size + i)]);
      key[i] = static_cast<std::int32_t>(time >> shift & key_max);
    }
    const Quad place = Quad{0, 1, 2, 3} + static_cast<std::int32_t>(quad * quad_size);
    keys[quad] = place < end ? key : Quad{} + key_max;
  }

  std::array<Quad, quads> ranks{};
  for (std::size_t i = 0; i < quads * quad_size; ++i) {
    const Quad other = Quad{} + keys[i / quad_size][i % quad_size];
    for (std::size_t quad = 0; quad < quads; ++quad) ranks[quad] -= keys[quad] > other;
  }

  // 0, 1, 2 and so on, and the end for what is none of the events.
  Quad sum{};
  for (const Quad& some : ranks) sum += some;
  const auto others = static_cast<std::int32_t>(quads * quad_size) - end;
  if (sum[0] + sum[1] + sum[2] + sum[3] != end * (end - 1) / 2 + others * end) return false;

  std::array<std::int32_t, quads * quad_size> rank{};
  std::memcpy(&rank, &ranks, sizeof rank);
  for (std::size_t i = 0; i < quads * quad_size; ++i) to[rank[i]] = from[readable_at(i)];
  return true;
}

/// The same whatever their times are, and nothing beside the events is read or written. REQUIRES
/// that `to` does not overlap with `from`.
void sort_by_insertion(const Event* from, std::size_t count, Event* to) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    Event* hole = to + i;
    for (; hole != to && from[i].before(hole[-1]); --hole) *hole = hole[-1];
    *hole = from[i];
  }
}

}  // namespace

Ladder::Ladder() : bottom_(bottom_places) { settle_bottom(0); }

std::size_t Ladder::memory_bytes() const noexcept {
  // Of two addresses of 64 bits a bucket, whatever they have here: the figure is part of the
  // result.
  constexpr std::size_t rung_bytes = fan_out * 16;
  static_assert(sizeof(void*) != 8 || sizeof(Rung) == rung_bytes);
  return (bottom_.capacity() + scratch_.capacity()) * sizeof(Event) +
         rungs_.capacity() * rung_bytes;
}

void Ladder::insert_late(const Event& event, std::uint64_t now, ChunkPool& pool) {
  const std::uint64_t at = time_of(event);
  // Not to the instant, whose events it may precede; and not to the rungs, where the present is not
  // looked for any more.
  if (at == now && at >= bottom_end_) refill(at, pool);
  forget_last();
  if (at < bottom_end_ && head_ != bottom_start() && head_ != tail_ && event.before(*head_)) {
    *--head_ = event;
  } else {
    insert_apart(event, at, now, pool);
  }
}

// ---- the bottom

/// `size` events stand at the start of the bottom. Lets it grow from there by some.
void Ladder::settle_bottom(std::size_t size) {
  const std::size_t end = size < bottom_max ? std::max(size + bottom_slack, bottom_max) : 2 * size;
  // Behind the end stands the barrier, and behind that slot_behind_front() may look.
  if (end + 3 > bottom_.size()) bottom_.resize(2 * end);
  head_ = bottom_start();
  tail_ = head_ + size;
  end_ = head_ + end;
  set_barrier();
}

/// To be called whenever tail_ or bottom_end_ is another one.
void Ladder::set_barrier() noexcept {
  *tail_ = nothing;
  if (bottom_end_ < time_of(nothing))
    tail_->at = Instant{Duration{static_cast<std::int64_t>(bottom_end_)}};
}

void Ladder::insert_in_full(Event event, std::uint64_t now, ChunkPool& pool) {
  make_room(now, pool);
  insert_apart(event, time_of(event), now, pool);
}

/// The bottom has come to its end: moves it to the start of its memory, or to the rungs.
void Ladder::make_room(std::uint64_t now, ChunkPool& pool) {
  const auto size = static_cast<std::size_t>(tail_ - head_);
  // What is all of this very instant could not be spread; it only grows at its end.
  if (size >= bottom_max && time_of(tail_[-1]) != now) return spill(now, pool);
  std::copy(head_, tail_, bottom_start());
  settle_bottom(size);
}

void Ladder::spill(std::uint64_t now, ChunkPool& pool) {
  if (rungs_.empty()) rungs_.resize(rungs_max);
  scratch_.assign(head_, tail_);
  const std::uint64_t span = time_of(scratch_.back()) - now;
  if (base_ > now) {
    // Someone asked for the first event and, before it was taken, had more inserted before it than
    // the bottom holds. The rungs were laid for later times: take all out of them, and a later
    // instant. Slow, and not met with by who takes what he has asked for.
    while (rungs_used_ != 0) {
      const auto rung = static_cast<unsigned>(std::bit_width(rungs_used_)) - 1;
      drain(take(rung, first_place(rung)), pool,
            [this](const Event& event) { scratch_.push_back(event); });
    }
    if (instant_ > now) {
      for (; classes_ != 0; pop_instant(pool)) scratch_.push_back(by_class_[first_class()].front());
    }
  }
  drop_rungs(static_cast<unsigned>(std::bit_width(rungs_used_)));
  base_ = now;
  bottom_end_ = now;
  const auto bits = static_cast<unsigned>(std::bit_width(span));
  const unsigned by = spread_bits(static_cast<std::size_t>(tail_ - head_));
  add_rungs(bits > by ? bits - by : 0);
  settle_bottom(0);
  for (const Event& event : scratch_) insert_in_rungs(event, pool);
}

// ---- the rungs

void Ladder::extend(Bucket& bucket, unsigned rung, unsigned place, ChunkPool& pool) {
  Chunk* chunk = pool.acquire();
  chunk->next = nullptr;
  if (bucket.head == nullptr) {
    chunk->ordinal = 0;
    bucket.head = chunk;
    occupied_[rung][place / 64] |= 1ULL << (place % 64);
    rungs_used_ |= 1U << rung;
  } else {
    Chunk* last = chunk_before(bucket.write);
    chunk->ordinal = last->ordinal + 1;
    last->next = chunk;
  }
  bucket.write = chunk_entries<Event>(chunk);
}

unsigned Ladder::first_place(unsigned rung) const noexcept {
  const Occupied& words = occupied_[rung];
  unsigned word = 0;
  while (words[word] == 0) ++word;
  return word * 64 + static_cast<unsigned>(std::countr_zero(words[word]));
}

Ladder::Bucket Ladder::take(unsigned rung, unsigned place) noexcept {
  Occupied& words = occupied_[rung];
  words[place / 64] &= ~(1ULL << (place % 64));
  if ((words[0] | words[1] | words[2] | words[3]) == 0) rungs_used_ &= ~(1U << rung);
  return std::exchange(rungs_[rung].buckets[place], Bucket{});
}

/// Calls visit(event) for each, in the order in which they came, and gives the chunks back.
template <typename Visit>
void Ladder::drain(Bucket bucket, ChunkPool& pool, Visit&& visit) {
  Chunk* chunk = bucket.head;
  for (;;) {
    Chunk* next = chunk->next;
    Event* event = chunk_entries<Event>(chunk);
    Event* end = next == nullptr ? bucket.write : event + chunk_capacity<Event>;
    for (; event != end; ++event) visit(*event);
    pool.release(chunk);
    if (next == nullptr) return;
    chunk = next;
  }
}

/// REQUIRES an empty bottom. Afterwards bottom_end_ > limit, or the bottom is not empty.
void Ladder::refill(std::uint64_t limit, ChunkPool& pool) {
  while (rungs_used_ != 0) {
    const auto rung = static_cast<unsigned>(std::bit_width(rungs_used_)) - 1;
    const unsigned place = first_place(rung);
    const unsigned shift = shift_[rung];
    const std::uint64_t start = ((base_ >> shift & ~std::uint64_t{fan_out - 1}) | place) << shift;
    if (start > limit) {
      bottom_end_ = start;
      set_barrier();
      return;
    }
    base_ = start;
    open(take(rung, place), rung, pool);
    if (head_ != tail_) {
      bottom_end_ = rungs_used_ == 0 ? ~0ULL : start + (1ULL << shift);
      set_barrier();
      return;
    }
    if (classes_ != 0 && instant_ < limit) limit = instant_;
  }
  bottom_end_ = ~0ULL;
  set_barrier();
}

void Ladder::open(Bucket bucket, unsigned rung, ChunkPool& pool) {
  Chunk* last = chunk_before(bucket.write);
  const std::size_t count = last->ordinal * chunk_capacity<Event> +
                            static_cast<std::size_t>(bucket.write - chunk_entries<Event>(last));
  if (count <= sort_max) return sort(bucket, count, shift_[rung], pool);
  const unsigned shift = shift_[rung];
  if (shift == 0) return line_up(bucket, pool);
  const unsigned by = std::min(shift, std::clamp(spread_bits(count), rung_bits_min, fan_out_bits));
  drop_rungs(rung + 1);
  add_rungs(shift - by);
  drain(bucket, pool, [&](const Event& event) { insert_in_rungs(event, pool); });
}

/// Few events, whose times differ in their last `bits` bits, into the empty bottom.
void Ladder::sort(Bucket bucket, std::size_t count, unsigned bits, ChunkPool& pool) {
  static_assert(sort_max == 14 * quad_size);
  static_assert(2 * sort_max + 2 <= bottom_places, "what is sorted and where to do not overlap");
  static_assert(1 + std::max(sort_max + bottom_slack, bottom_max) + 2 <= bottom_places);
  Event* const first = bottom_start();
  // settle_bottom(count), but for the barrier, which is up to refill().
  head_ = first;
  tail_ = first + count;
  end_ = first + std::max(count + bottom_slack, bottom_max);

  const unsigned shift = key_shift(bits);
  constexpr std::size_t in_chunk = chunk_capacity<Event>;
  if (count <= in_chunk) {
    const Event* const events = chunk_entries<Event>(bucket.head);
    const bool is_sorted = count <= 2 * quad_size
                               ? sort_by_rank<2>(events, count, shift, first)
                               : sort_by_rank<3, in_chunk>(events, count, shift, first);
    if (!is_sorted) [[unlikely]]
      sort_by_insertion(events, count, first);
    return pool.release(bucket.head);
  }
  // To the end of the memory of the bottom, where nothing is to be initialised first.
  Event* const events = bottom_.data() + (bottom_.size() - sort_max);
  Event* end = events;
  drain(bucket, pool, [&end](const Event& event) { *end++ = event; });
  const std::size_t quads = (count + quad_size - 1) / quad_size;
  const bool is_sorted = quads <= 3    ? sort_by_rank<3>(events, count, shift, first)
                         : quads <= 4  ? sort_by_rank<4>(events, count, shift, first)
                         : quads <= 5  ? sort_by_rank<5>(events, count, shift, first)
                         : quads <= 6  ? sort_by_rank<6>(events, count, shift, first)
                         : quads <= 8  ? sort_by_rank<8>(events, count, shift, first)
                         : quads <= 10 ? sort_by_rank<10>(events, count, shift, first)
                                       : sort_by_rank<14>(events, count, shift, first);
  if (!is_sorted) [[unlikely]]
    sort_by_insertion(events, count, first);
}

/// Many events of one instant: each class of them is in order as it came, unless lanes put in the
/// events behind their heads.
void Ladder::line_up(Bucket bucket, ChunkPool& pool) {
  SQUALL_CHECK(classes_ == 0 || instant_ == base_, "two instants in line");
  // What was scheduled at this instant since it began comes after them.
  std::array<ChunkFifo<Event>, 4> later = std::exchange(by_class_, {});
  std::array<std::uint64_t, 4> last{};
  std::uint32_t disordered = 0;
  const auto append = [&](const Event& event) {
    const auto event_class = static_cast<std::size_t>(event.event_class());
    if (event.order < last[event_class]) disordered |= 1U << event_class;
    last[event_class] = event.order;
    push_instant(event, pool);
  };
  drain(bucket, pool, append);
  for (ChunkFifo<Event>& events : later) {
    for (; !events.empty(); events.pop(pool)) append(events.front());
    events.clear(pool);
  }
  for (; disordered != 0; disordered &= disordered - 1) {
    ChunkFifo<Event>& events = by_class_[static_cast<std::size_t>(std::countr_zero(disordered))];
    scratch_.clear();
    for (; !events.empty(); events.pop(pool)) scratch_.push_back(events.front());
    std::sort(scratch_.begin(), scratch_.end(), comes_before);
    for (const Event& event : scratch_) events.push(pool, event);
  }
}

/// Rungs below the finest, down to buckets of 2^shift ns. No-op if there are such already. None is
/// of less than rung_bits_min, except where time has no more bits: whatever drop_rungs() leaves of
/// them, there are rungs enough.
void Ladder::add_rungs(unsigned shift) {
  const unsigned parent = rung_count_ == 0 ? 64 : shift_[rung_count_ - 1];
  if (shift >= parent) return;
  if (parent - shift < rung_bits_min) shift = parent > rung_bits_min ? parent - rung_bits_min : 0;
  unsigned count = (parent - shift + fan_out_bits - 1) / fan_out_bits;
  SQUALL_CHECK(rung_count_ + count <= rungs_max, "more rungs than 64 bits of time can need");
  for (unsigned bits = parent; count > 0; --count) {
    const unsigned rung = rung_count_++;
    std::fill_n(rung_of_bit_.begin(), bits, static_cast<std::uint8_t>(rung));
    const unsigned rest = shift + (count - 1) * fan_out_bits;
    // The first has what is left over; if that is too little, also some of the second.
    bits = bits >= rest + rung_bits_min ? rest : std::max(bits, rung_bits_min) - rung_bits_min;
    shift_[rung] = static_cast<std::uint8_t>(bits);
  }
}

/// Leaves the `count` coarsest. REQUIRES that the others are empty.
void Ladder::drop_rungs(unsigned count) noexcept {
  if (count < rung_count_) rung_count_ = count;
  if (rung_count_ == 0) return;
  std::fill_n(rung_of_bit_.begin(), shift_[rung_count_ - 1],
              static_cast<std::uint8_t>(rung_count_ - 1));
}

}  // namespace squall::sim
