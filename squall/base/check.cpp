#include "squall/base/check.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "squall/base/version.hpp"

namespace squall {

namespace {

constexpr int exit_status_of_a_bug = 70;

thread_local std::uint64_t context_seed = 0;
thread_local const std::int64_t* context_now_ns = nullptr;

/// The file as the repository names it, wherever it was built; as given if it is not ours.
const char* relative(const char* file) noexcept {
  const std::string_view path(file);
  for (const std::string_view root : {"squall/", "tests/", "cli/", "bench/", "fuzz/"}) {
    const std::size_t start = path.rfind(root);
    if (start == 0) return file;
    if (start != std::string_view::npos && path[start - 1] == '/') return file + start;
  }
  return file;
}

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
  std::fprintf(stderr, "squall: bug: CHECK(%s) failed at %s:%d: %s; ", condition, relative(file),
               line, message);
  if (context_now_ns != nullptr) {
    std::fprintf(stderr, "seed %" PRIu64 ", virtual time %" PRId64 " ns, ", context_seed,
                 *context_now_ns);
  } else {
    std::fprintf(stderr, "no run under way, ");
  }
  std::fprintf(stderr, "version %s\n", version());
  std::fflush(stderr);
  std::_Exit(exit_status_of_a_bug);
}

}  // namespace squall
