#include "cli/interruption.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>

namespace squall::cli {
namespace {

constexpr std::array<int, 2> caught = {SIGINT, SIGTERM};

/// One that follows the first so soon is the same one, told twice: `timeout` and some shells and
/// runners send it to the process and then to its group.
constexpr std::int64_t same_ms = 300;

std::atomic<bool> raised{false};
std::atomic<int> which{0};
std::atomic<std::int64_t> since_ms{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free &&
                  std::atomic<std::int64_t>::is_always_lock_free,
              "a handler may touch nothing else");

std::array<struct sigaction, caught.size()> before{};

std::int64_t now_ms() {
  timespec now{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

extern "C" void on_signal(int number) {
  if (!raised.load()) {
    since_ms.store(now_ms());
    which.store(number);
    raised.store(true);
  } else if (now_ms() - since_ms.load() >= same_ms) {
    struct sigaction plain{};
    plain.sa_handler = SIG_DFL;
    (void)::sigaction(number, &plain, nullptr);
    (void)::raise(number);  // ends the process as soon as this handler is left
  }
}

}  // namespace

Interruption::Interruption() {
  raised.store(false, std::memory_order_relaxed);
  which.store(0, std::memory_order_relaxed);
  for (std::size_t i = 0; i < caught.size(); ++i) {
    struct sigaction present{};
    (void)::sigaction(caught[i], nullptr, &present);
    if (present.sa_handler != on_signal) before[i] = present;
    if (before[i].sa_handler == SIG_IGN) continue;
    struct sigaction gentle{};
    gentle.sa_handler = on_signal;
    gentle.sa_flags = SA_RESTART;
    (void)::sigaction(caught[i], &gentle, nullptr);
  }
}

/// Once a signal has come the handler stays: its second telling may come when the run is over
/// already and what it gave is being written.
Interruption::~Interruption() {
  if (raised.load()) return;
  for (std::size_t i = 0; i < caught.size(); ++i) (void)::sigaction(caught[i], &before[i], nullptr);
}

const std::atomic<bool>& Interruption::flag() const noexcept { return raised; }

std::optional<int> Interruption::signal() const noexcept {
  if (!raised.load()) return std::nullopt;
  return which.load();
}

}  // namespace squall::cli
