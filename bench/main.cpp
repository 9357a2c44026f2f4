#include <cstdio>
#include <cstring>
#include <string_view>

#include <benchmark/benchmark.h>

#include "bench/benchmarks.hpp"
#include "bench/support/work.hpp"

/// squall_bench [--size=full|quick|tiny] [options of Google Benchmark]
int main(int argc, char** argv) {
  using namespace squall::bench;
  Size size = Size::full();
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    constexpr std::string_view option = "--size=";
    if (!argument.starts_with(option)) {
      argv[kept++] = argv[i];
      continue;
    }
    const auto named = Size::named(argument.substr(option.size()));
    if (!named) {
      std::fprintf(stderr, "squall_bench: %s: must be full, quick or tiny\n", argv[i]);
      return 2;
    }
    size = *named;
  }
  argc = kept;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;

  register_draws(size);
  register_histogram(size);
  register_hold(size);
  register_mm1(size);
  register_command(size);
  register_requests(size);
  register_shapes(size);
  register_scaling(size);
  register_decisions(size);
  register_guard(size);
  if (benchmark::RunSpecifiedBenchmarks() == 0) return 2;
  benchmark::Shutdown();
  return any_failed() ? 1 : 0;
}
