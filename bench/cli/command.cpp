// The M/M/1 scenario through the ordinary command, as a process: start, loading, run, result.
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <spawn.h>

#include "bench/benchmarks.hpp"
#include "bench/support/scenario_run.hpp"

extern char** environ;

namespace squall::bench {
namespace {

struct Finished {
  bool well = false;
  double cpu_s = 0.0;  ///< user and system
  std::string output;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// Runs a command to its end and takes all that it writes to its standard output.
Finished run_process(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int ends[2];
  Finished finished;
  if (::pipe(ends) != 0) return finished;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  pid_t child = 0;
  const int error =
      ::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error == 0) {
    char buffer[65536];
    for (;;) {
      const ssize_t got = ::read(ends[0], buffer, sizeof buffer);
      if (got <= 0) break;
      finished.output.append(buffer, static_cast<std::size_t>(got));
    }
    int status = 0;
    rusage usage{};
    finished.well = ::wait4(child, &status, 0, &usage) == child && WIFEXITED(status) &&
                    WEXITSTATUS(status) == 0;
    finished.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  ::close(ends[0]);
  return finished;
}

}  // namespace

void register_command(const Size& size) {
#ifdef SQUALL_COMMAND
  const std::uint64_t customers = size.of(4'000'000);
  add_benchmark("mm1/command", [customers](benchmark::State& state) {
    Finished finished;
    for (auto _ : state) {
      finished =
          run_process({SQUALL_COMMAND, "run", scenario_file("mm1"), "--quiet", "--json", "-",
                       "--set", "workloads.customers.requests=" + std::to_string(customers)});
      state.SetIterationTime(finished.cpu_s);
    }
    if (!finished.well || finished.output.empty()) {
      give_up(state, "squall run failed");
      return;
    }
    WorkHash hash;
    for (const char c : finished.output) hash.add(std::uint64_t{static_cast<unsigned char>(c)});
    report_work(state, customers, hash);
  })->UseManualTime();
#else
  (void)size;
#endif
}

}  // namespace squall::bench
