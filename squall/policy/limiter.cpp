#include "squall/policy/limiter.hpp"

#include <limits>
#include <type_traits>

#include "squall/base/check.hpp"
#include "squall/policy/is_none.hpp"

namespace squall::policy {
namespace {

template <typename T>
constexpr bool is_envoy = std::is_same_v<std::decay_t<T>, EnvoyGradientLimit>;
template <typename T>
constexpr bool is_vegas = std::is_same_v<std::decay_t<T>, VegasLimit>;

/// The limit that has these options.
template <typename Options>
struct LimitOf;
template <>
struct LimitOf<VegasLimitOptions> : std::type_identity<VegasLimit> {};
template <>
struct LimitOf<Gradient2LimitOptions> : std::type_identity<Gradient2Limit> {};
template <>
struct LimitOf<AimdLimitOptions> : std::type_identity<AimdLimit> {};
template <>
struct LimitOf<EnvoyGradientLimitOptions> : std::type_identity<EnvoyGradientLimit> {};
template <typename Options>
using LimitKind = typename LimitOf<std::decay_t<Options>>::type;

}  // namespace

Result<void> validate(const LimiterOptions& options) {
  return std::visit(
      [](const auto& of_kind) -> Result<void> {
        if constexpr (is_none<decltype(of_kind)>)
          return {};
        else
          return of_kind.validate();
      },
      options);
}

Limiter::Limiter(const LimiterOptions& options, Instant start) {
  std::visit(
      [this, start](const auto& of_kind) {
        if constexpr (!is_none<decltype(of_kind)>) {
          using Made = LimitKind<decltype(of_kind)>;
          if constexpr (is_envoy<Made>)
            state_.emplace<Made>(of_kind, start);
          else
            state_.emplace<Made>(of_kind);
        }
      },
      options);
}

std::uint32_t Limiter::try_enter(Instant now) noexcept {
  advance(now);
  const std::uint32_t limit = std::visit(
      [](const auto& kind) {
        if constexpr (is_none<decltype(kind)>)
          return std::numeric_limits<std::uint32_t>::max();
        else
          return kind.gauge().value();
      },
      state_);
  return in_flight_ < limit ? ++in_flight_ : 0U;
}

void Limiter::leave(const Outcome& outcome, Instant started, std::uint32_t in_flight, Instant now,
                    Rng& rng) {
  SQUALL_CHECK(in_flight_ > 0, "more calls left the limiter than had entered");
  --in_flight_;
  LimiterSample sample{.started = started, .now = now, .in_flight = in_flight, .dropped = false};
  std::visit(
      [&](auto& kind) {
        using T = decltype(kind);
        if constexpr (is_envoy<T>) {
          // Every answer is a sample, its own refusals and a timeout among them; only of a call
          // that its caller has reset there is none.
          if (outcome.kind != OutcomeKind::abandoned) kind.on_sample(sample, rng);
        } else if constexpr (!is_none<T>) {
          const LimiterEvent event = event_of(kind.outcomes(), outcome);
          if (event == LimiterEvent::ignored) return;
          sample.dropped = event == LimiterEvent::dropped;
          if constexpr (is_vegas<T>)
            kind.on_sample(sample, rng);
          else
            kind.on_sample(sample);
        }
      },
      state_);
}

void Limiter::reconfigure(const LimiterOptions& options, Instant now) {
  SQUALL_CHECK(options.index() == state_.index(), "a limiter changed its kind");
  advance(now);
  std::visit(
      [this](const auto& of_kind) {
        if constexpr (!is_none<decltype(of_kind)>)
          std::get_if<LimitKind<decltype(of_kind)>>(&state_)->reconfigure(of_kind);
      },
      options);
}

LimitGauge Limiter::gauge(Instant now) const {
  Limiter then = *this;
  then.advance(now);
  return std::visit(
      [](const auto& kind) {
        if constexpr (is_none<decltype(kind)>) {
          SQUALL_CHECK(false, "the limit of a limiter that has none");
          return LimitGauge(0);
        } else {
          return kind.gauge();
        }
      },
      then.state_);
}

void Limiter::restart_extremes(Instant now) noexcept {
  advance(now);
  std::visit(
      [](auto& kind) {
        if constexpr (!is_none<decltype(kind)>) kind.gauge().restart();
      },
      state_);
}

}  // namespace squall::policy
