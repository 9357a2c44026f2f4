#pragma once

#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>

#include "squall/base/random.hpp"

/// What a benchmark says about the work it did.
namespace squall::bench {

/// Numbers folded into one, in order: two runs that did the same have the same.
class WorkHash {
 public:
  WorkHash& add(std::uint64_t number) noexcept {
    key_ = key_.with(number);
    return *this;
  }
  WorkHash& add(std::int64_t number) noexcept { return add(static_cast<std::uint64_t>(number)); }
  [[nodiscard]] std::uint64_t value() const noexcept { return key_.value; }

 private:
  RandomKey key_{};
};

/// What report_work() is about from now on.
void begin_work(const std::string& name);

/// Registers a benchmark that is its own loop: run once for each repetition, whatever
/// --benchmark_min_time says, so that every repetition does the same.
template <typename Run>
benchmark::internal::Benchmark* add_benchmark(const std::string& name, Run run) {
  const auto named = [name, run](benchmark::State& state) {
    begin_work(name);
    run(state);
  };
  return benchmark::RegisterBenchmark(name.c_str(), named)
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond);
}

/// To be called once at the end: so many operations were done, and this is their hash. It is an
/// error when another repetition had another.
void report_work(benchmark::State& state, std::uint64_t operations, const WorkHash& hash);

/// Ends a benchmark that cannot go on, and the program with status 1.
void give_up(benchmark::State& state, const std::string& reason);

/// Whether any benchmark gave up or did other work in another repetition.
[[nodiscard]] bool any_failed() noexcept;

}  // namespace squall::bench
