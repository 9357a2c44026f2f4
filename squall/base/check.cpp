#include "squall/base/check.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "squall/base/version.hpp"

namespace squall {

namespace {

thread_local std::uint64_t context_seed = 0;
thread_local const std::int64_t* context_now_ns = nullptr;

constexpr int exit_status_of_a_bug = 70;

}  // namespace

CheckContext::CheckContext(std::uint64_t seed, const std::int64_t* now_ns) noexcept
    : previous_seed_(context_seed), previous_now_ns_(context_now_ns) {
  context_seed = seed;
  context_now_ns = now_ns;
}

CheckContext::~CheckContext() {
  context_seed = previous_seed_;
  context_now_ns = previous_now_ns_;
}

void check_failed(const char* condition, const char* file, int line, const char* message) noexcept {
  std::fprintf(stderr, "squall: bug: %s:%d: CHECK(%s) failed: %s\n", file, line, condition, message);
  if (context_now_ns != nullptr) {
    std::fprintf(stderr, "squall: seed %" PRIu64 ", virtual time %" PRId64 " ns, version %s\n", context_seed,
                 *context_now_ns, version());
  } else {
    std::fprintf(stderr, "squall: version %s\n", version());
  }
  std::fprintf(stderr, "squall: please report this with the scenario and the command line\n");
  std::fflush(stderr);
  std::_Exit(exit_status_of_a_bug);
}

}  // namespace squall
