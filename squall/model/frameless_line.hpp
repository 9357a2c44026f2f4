#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "squall/base/time.hpp"

namespace squall::model {

/// Requests that wait in the line of a service and have no frame: while its way is in full flow
/// (flow.cpp) nobody looks for one, and what is needed of it are three numbers. First in, first
/// out. Not thread-safe. Its memory is fixed.
class FramelessLine {
 public:
  struct Request {
    std::uint64_t lineage = 0;
    Instant arrived{};
    Duration service_time{0};
  };
  static constexpr std::size_t length_max = 1024;

  [[nodiscard]] std::size_t length() const noexcept { return end_ - first_; }
  [[nodiscard]] bool empty() const noexcept { return first_ == end_; }
  [[nodiscard]] bool full() const noexcept { return length() == length_max; }
  /// REQUIRES !full().
  [[gnu::always_inline]] void push(const Request& request) noexcept {
    requests_[end_++ % length_max] = request;
  }
  /// Takes the first out. REQUIRES !empty().
  [[nodiscard, gnu::always_inline]] Request pop() noexcept {
    return requests_[first_++ % length_max];
  }

 private:
  std::uint64_t first_ = 0;  ///< how many have been taken out; the first stands at that place
  std::uint64_t end_ = 0;    ///< how many have been put in
  std::array<Request, length_max> requests_;
};

}  // namespace squall::model
