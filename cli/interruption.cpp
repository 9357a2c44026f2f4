#include "cli/interruption.hpp"

#include <array>
#include <csignal>
#include <cstddef>

namespace squall::cli {
namespace {

constexpr std::array<int, 2> caught = {SIGINT, SIGTERM};

std::atomic<bool> raised{false};
std::atomic<int> which{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a handler may touch nothing else");

std::array<struct sigaction, caught.size()> before{};

extern "C" void on_signal(int number) {
  which.store(number);
  raised.store(true);
  struct sigaction plain{};
  plain.sa_handler = SIG_DFL;
  for (const int other : caught) (void)::sigaction(other, &plain, nullptr);
}

}  // namespace

Interruption::Interruption() {
  raised.store(false, std::memory_order_relaxed);
  which.store(0, std::memory_order_relaxed);
  for (std::size_t i = 0; i < caught.size(); ++i) {
    (void)::sigaction(caught[i], nullptr, &before[i]);
    if (before[i].sa_handler == SIG_IGN) continue;
    struct sigaction gentle{};
    gentle.sa_handler = on_signal;
    gentle.sa_flags = SA_RESTART;
    (void)::sigaction(caught[i], &gentle, nullptr);
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < caught.size(); ++i) (void)::sigaction(caught[i], &before[i], nullptr);
}

const std::atomic<bool>& Interruption::flag() const noexcept { return raised; }

std::optional<int> Interruption::signal() const noexcept {
  if (!raised.load()) return std::nullopt;
  return which.load();
}

}  // namespace squall::cli
