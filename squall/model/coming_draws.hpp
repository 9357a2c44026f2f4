#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "squall/base/random.hpp"
#include "squall/base/time.hpp"

namespace squall::model {

/// What the requests of a workload draw whatever becomes of them, for some of them in a row. The
/// draws are those of the keys (draws.hpp), however many are worked out together.
struct DrawBlock {
  static constexpr std::size_t size = 16;

  std::array<std::uint64_t, size> lineages{};
  /// How much of the workload's clock passes from the arrival before to this one, in a Poisson
  /// process; see ArrivalClock.
  std::array<std::int64_t, size> needs{};
  /// Service times, where they are exponential, of first attempts at the service that the workload
  /// calls.
  std::array<std::int64_t, size> service_times_ns{};
};

/// Which requests, and which of their draws are wanted; those that are not keep what they were.
struct DrawsWanted {
  RandomKey key;  ///< of the workload's requests
  std::uint64_t workload_id = 0;
  std::uint64_t first = 0;
  bool needs = false;
  bool service_times = false;
  std::uint64_t service_id = 0;  ///< of the callee
  double service_mean_ns = 0.0;
};

/// One way to work out a block. All give the same bits.
struct DrawMethod {
  const char* name;
  void (*draw)(DrawsWanted wanted, DrawBlock& block);
};
/// Those that this processor can do, the fastest last; at least one.
[[nodiscard]] std::span<const DrawMethod> draw_methods() noexcept;

/// The requests of a workload one by one, drawn a block ahead. A draw depends on its key alone, so
/// it does not matter when it is made, nor whether its request ever arrives; but several at a time
/// are far cheaper. Not thread-safe.
class ComingDraws {
 public:
  struct Request {
    RandomKey lineage;
    Duration service_time{0};  ///< where those are drawn
  };

  /// From the first request of `wanted` on.
  void start(const DrawsWanted& wanted);
  /// Another mean, for all requests that are not taken yet.
  void set_service_mean(double ns);
  /// The next request.
  [[nodiscard, gnu::always_inline]] Request take() {
    const std::size_t place = number_ % DrawBlock::size;
    const Request request{{block_.lineages[place]}, Duration{block_.service_times_ns[place]}};
    if (++number_ % DrawBlock::size == 0) [[unlikely]]
      draw_block();
    return request;
  }
  /// What the next request needs, where that is drawn.
  [[nodiscard, gnu::always_inline]] std::int64_t need() const noexcept {
    return block_.needs[number_ % DrawBlock::size];
  }
  /// The number of the next request.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] bool has_service_times() const noexcept { return wanted_.service_times; }

 private:
  void draw_block();

  std::uint64_t number_ = 0;
  DrawBlock block_;
  DrawsWanted wanted_;
  void (*draw_)(DrawsWanted wanted, DrawBlock& block) = nullptr;
};

}  // namespace squall::model
