#pragma once

#include <cstdint>

/// CHECK: for what can only be false if squall itself is wrong. On in every build; prints the
/// condition, the place, the seed and virtual time of the run under way, and the version, then
/// ends the process with status 70. Never for bad input (that is a Result) and never for a
/// timeout or a rejection (those are data).
namespace squall {

/// What a failing CHECK prints besides its place. One for each thread; set by whoever runs a
/// model, restored on destruction.
class CheckContext {
 public:
  /// @param seed of the run; @param now_ns points at the virtual time, which outlives this.
  CheckContext(std::uint64_t seed, const std::int64_t* now_ns) noexcept;
  ~CheckContext();
  CheckContext(const CheckContext&) = delete;
  CheckContext& operator=(const CheckContext&) = delete;

 private:
  std::uint64_t previous_seed_;
  const std::int64_t* previous_now_ns_;
};

[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const char* message) noexcept;

}  // namespace squall

#define SQUALL_CHECK(condition, message)                               \
  do {                                                                 \
    if (condition) [[likely]] {                                        \
    } else {                                                           \
      ::squall::check_failed(#condition, __FILE__, __LINE__, message); \
    }                                                                  \
  } while (false)
