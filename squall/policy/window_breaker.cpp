#include "squall/policy/window_breaker.hpp"

#include "squall/policy/option_error.hpp"

namespace squall::policy {

Result<void> WindowBreakerOptions::validate() const {
  if (window < 1 || window > 100'000) {
    return out_of_range("breaker.window.window", "from 1 to 100,000", text_of(window));
  }
  if (failures < 1 || failures > window) {
    return out_of_range("breaker.window.failures", "from 1 to the window, " + text_of(window),
                        text_of(failures));
  }
  if (open_for <= Duration{0}) {
    return out_of_range("breaker.window.open_for", "above 0s", text_of(open_for));
  }
  return {};
}

WindowBreaker::WindowBreaker(const WindowBreakerOptions& options)
    : options_(options), window_(options.window) {}

void WindowBreaker::release(Instant /*now*/) noexcept {}

void WindowBreaker::reconfigure(const WindowBreakerOptions& options) {
  options_ = options;
  window_.resize(options.window);
}

}  // namespace squall::policy
