#include "bench/support/work.hpp"

#include <cstdio>
#include <map>

namespace squall::bench {
namespace {

bool failed = false;
std::string current;
std::map<std::string, std::uint64_t> hashes;

std::string hexadecimal(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

void begin_work(const std::string& name) { current = name; }

void report_work(benchmark::State& state, std::uint64_t operations, const WorkHash& hash) {
  const auto [earlier, is_first] = hashes.emplace(current, hash.value());
  if (!is_first && earlier->second != hash.value()) {
    give_up(state, "did other work than in the repetition before: hash=" +
                       hexadecimal(hash.value()) + ", was " + hexadecimal(earlier->second));
    return;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(operations));
  state.SetLabel("hash=" + hexadecimal(hash.value()));
}

void give_up(benchmark::State& state, const std::string& reason) {
  failed = true;
  state.SkipWithError(reason.c_str());
}

bool any_failed() noexcept { return failed; }

}  // namespace squall::bench
