#include "cli/progress_bar.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "cli/write_output.hpp"
#include "squall/report/text.hpp"

namespace squall::cli {
namespace {

constexpr std::chrono::milliseconds patience{1000};
constexpr std::chrono::milliseconds between{100};
constexpr const char* clear_line = "\r\033[K";

}  // namespace

ProgressBar::ProgressBar(bool wanted)
    : wanted_(wanted && errors_are_on_terminal()), next_(Clock::now() + patience) {}

ProgressBar::~ProgressBar() {
  if (shown_) write_standard_error(clear_line);
}

study::Progress ProgressBar::progress() {
  if (!wanted_) return {};
  return {.report =
              [](void* context, double share, const std::string& variant) {
                static_cast<ProgressBar*>(context)->show(share, variant);
              },
          .context = this};
}

void ProgressBar::show(double share, const std::string& variant) {
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + between;
  shown_ = true;
  write_standard_error(clear_line + progress_line(share, variant, errors_width() - 1));
}

std::string progress_line(double share, const std::string& variant, int width) {
  constexpr int bar_max = 40;
  constexpr int bar_min = 10;
  constexpr int around = 11;  // "  [", "]", "  100 %"
  const std::string name =
      report::printable(report::fitted(variant, 24, /*unicode=*/false), /*unicode=*/false);
  const int name_width = static_cast<int>(name.size());
  const bool with_name = width >= name_width + bar_min + around;
  const int bar = std::clamp(width - around - (with_name ? name_width : 0), bar_min, bar_max);
  const double known = std::clamp(share, 0.0, 1.0);
  const auto done = static_cast<std::size_t>(known * bar);
  return fmt::format("{}  [{}{}]  {:3} %", with_name ? name : std::string(), std::string(done, '#'),
                     std::string(static_cast<std::size_t>(bar) - done, '.'),
                     static_cast<int>(known * 100));
}

}  // namespace squall::cli
