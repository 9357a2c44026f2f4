#include "squall/base/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "squall/base/alias_table.hpp"
#include "squall/base/check.hpp"
#include "squall/base/math.hpp"
#include "squall/base/quantity.hpp"

namespace squall {

namespace {

using Entries = std::vector<Empirical::Entry>;

/// The 99th percentile of the standard normal law.
constexpr double normal_p99 = 2.3263478740408408;

double as_double(Duration d) noexcept { return static_cast<double>(d.count()); }

// --- validate ---

std::string text_of(double number) {
  constexpr double largest = std::numeric_limits<double>::max();
  if (number >= -largest && number <= largest) return format_number(number);
  return number != number ? "not a number" : "infinite";
}

Unexpected out_of_range(std::string key, std::string_view allowed, const std::string& found) {
  Error error;
  error.message.append("must be ").append(allowed).append(", is ").append(found);
  error.key = std::move(key);
  return fail(std::move(error));
}

Result<void> check_above_zero(std::string key, Duration value) {
  if (value > Duration{0}) return {};
  return out_of_range(std::move(key), "longer than 0", format_duration(value));
}

Result<void> check_not_negative(std::string key, Duration value) {
  if (value >= Duration{0}) return {};
  return out_of_range(std::move(key), "0 or more", format_duration(value));
}

Result<void> check_above_zero(std::string key, double value) {
  if (value > 0.0 && value <= std::numeric_limits<double>::max()) return {};
  return out_of_range(std::move(key), "above 0 and finite", text_of(value));
}

Result<void> both(const Result<void>& first, const Result<void>& second) {
  return first ? second : first;
}

Result<void> valid(const Constant& spec) { return check_not_negative("", spec.value); }

Result<void> valid(const Uniform& spec) {
  if (Result<void> low = check_not_negative("", spec.low); !low) return low;
  if (spec.low <= spec.high) return {};
  return fail("the low end, " + format_duration(spec.low) + ", is above the high end, " +
              format_duration(spec.high) + "; exchange them");
}

Result<void> valid(const Exponential& spec) { return check_above_zero("", spec.mean); }

Result<void> valid(const Normal& spec) {
  return both(check_not_negative("mean", spec.mean), check_not_negative("sd", spec.sd));
}

Result<void> valid(const Lognormal& spec) {
  if (Result<void> median = check_above_zero("median", spec.median); !median) return median;
  if (spec.p99 >= spec.median) return {};
  return out_of_range("p99", "the median, " + format_duration(spec.median) + ", or longer",
                      format_duration(spec.p99));
}

Result<void> valid(const Gamma& spec) {
  return both(check_above_zero("mean", spec.mean), check_above_zero("shape", spec.shape));
}

Result<void> valid(const Pareto& spec) {
  return both(check_above_zero("minimum", spec.minimum), check_above_zero("alpha", spec.alpha));
}

Result<void> valid(const Weibull& spec) {
  return both(check_above_zero("scale", spec.scale), check_above_zero("shape", spec.shape));
}

Result<void> valid(const Hyperexponential& spec) {
  constexpr std::size_t phases_max = 64;
  constexpr double tolerance = 1e-9;
  const std::size_t count = spec.phases.size();
  if (count < 1 || count > phases_max) {
    return fail("must have from 1 to 64 phases, has " + std::to_string(count));
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const Hyperexponential::Phase& phase = spec.phases[i];
    const std::string place = "phase " + std::to_string(i + 1) + ": ";
    if (!(phase.p >= 0.0 && phase.p <= 1.0)) {
      return fail(place + "p must be from 0 to 1, is " + text_of(phase.p));
    }
    if (phase.mean < Duration{0}) {
      return fail(place + "the mean must be 0 or more, is " + format_duration(phase.mean));
    }
    sum += phase.p;
  }
  if (sum >= 1.0 - tolerance && sum <= 1.0 + tolerance) return {};
  return fail("the p of the phases must add up to 1, they add up to " + text_of(sum));
}

Result<void> valid(const Empirical& spec) {
  if (!spec.entries || spec.entries->empty()) return fail("holds no values");
  if (spec.entries->size() > AliasTable::size_max) return fail("holds more than 1,000,000 values");
  bool drawn = false;
  for (const Empirical::Entry& entry : *spec.entries) {
    if (entry.value < Duration{0}) {
      return fail("holds a value below 0, " + format_duration(entry.value));
    }
    if (!(entry.weight >= 0.0 && entry.weight <= std::numeric_limits<double>::max())) {
      return fail("holds a weight that is not 0 or more and finite, " + text_of(entry.weight));
    }
    drawn = drawn || entry.weight > 0.0;
  }
  if (drawn) return {};
  return fail("holds no weight above 0");
}

// --- mean_of ---

/// Gamma(1 + x) for 0 < x <= 21, by Stirling's series from 12 on.
double factorial_of(double x) noexcept {
  double z = 1.0 + x;
  double divisor = 1.0;
  while (z < 12.0) {
    divisor *= z;
    z += 1.0;
  }
  constexpr double root_of_two_pi = 0x1.40d931ff62706p+1;
  const double t = 1.0 / (z * z);
  const double series =
      (1.0 / 12.0 -
       t * (1.0 / 360.0 - t * (1.0 / 1260.0 - t * (1.0 / 1680.0 - t * (1.0 / 1188.0))))) /
      z;
  return root_of_two_pi * power_of(z, z - 0.5) * exp_of(series - z) / divisor;
}

/// The sigma of the logarithm.
double sigma_of(const Lognormal& spec) noexcept {
  return log_of(as_double(spec.p99) / as_double(spec.median)) / normal_p99;
}

Duration mean(const Constant& spec) { return spec.value; }

Duration mean(const Uniform& spec) {
  const Duration span = spec.high - spec.low;
  return spec.low + span / 2 + span % 2;
}

Duration mean(const Exponential& spec) { return spec.mean; }
Duration mean(const Normal& spec) { return spec.mean; }

Duration mean(const Lognormal& spec) {
  const double sigma = sigma_of(spec);
  return scaled(spec.median, exp_of(0.5 * sigma * sigma));
}

Duration mean(const Gamma& spec) { return spec.mean; }

Duration mean(const Pareto& spec) {
  if (!(spec.alpha > 1.0)) return forever;
  return scaled(spec.minimum, spec.alpha / (spec.alpha - 1.0));
}

Duration mean(const Weibull& spec) {
  const double inverse = 1.0 / spec.shape;
  if (inverse > 21.0) return forever;  // 21! ns is longer
  return scaled(spec.scale, factorial_of(inverse));
}

Duration mean(const Hyperexponential& spec) {
  double sum = 0.0;
  double weights = 0.0;
  for (const Hyperexponential::Phase& phase : spec.phases) {
    sum += phase.p * as_double(phase.mean);
    weights += phase.p;
  }
  return nanoseconds_saturated(sum / weights);
}

Duration mean(const Empirical& spec) {
  double heaviest = 0.0;
  for (const Empirical::Entry& entry : *spec.entries) heaviest = std::max(heaviest, entry.weight);
  double sum = 0.0;
  double weights = 0.0;
  for (const Empirical::Entry& entry : *spec.entries) {
    const double weight = entry.weight / heaviest;  // so that nothing overflows
    sum += weight * as_double(entry.value);
    weights += weight;
  }
  return nanoseconds_saturated(sum / weights);
}

// --- Sampler ---

/// What every draw gives, if that is one value.
std::optional<Duration> only_value(const Entries& entries) noexcept {
  std::optional<Duration> only;
  for (const Empirical::Entry& entry : entries) {
    if (!(entry.weight > 0.0)) continue;
    if (only && *only != entry.value) return std::nullopt;
    only = entry.value;
  }
  return only;
}

/// A gamma draw over its mean's share d, for shape = d + 1/3 >= 1 and c = 1 / sqrt(9 d)
/// (G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", 2000).
double gamma_cube(Rng& rng, double c) noexcept {
  for (;;) {
    const double x = standard_normal(rng);
    const double root = 1.0 + c * x;
    if (!(root > 0.0)) continue;
    const double v = root * root * root;
    const double u = rng.uniform();
    const double x2 = x * x;
    if (u < 1.0 - 0.0331 * x2 * x2) return v;
    const double d = 1.0 / (9.0 * c * c);
    if (log_of(u) < 0.5 * x2 + d * (1.0 - v + log_of(v))) return v;
  }
}

}  // namespace

struct Sampler::Tables {
  AliasTable alias;
  std::shared_ptr<const Entries> entries;  ///< of an empirical distribution
  std::vector<double> means;               ///< of a hyperexponential one
};

Result<void> validate(const DistributionSpec& spec) {
  return std::visit([](const auto& chosen) { return valid(chosen); }, spec);
}

Duration mean_of(const DistributionSpec& spec) {
  return std::visit([](const auto& chosen) { return mean(chosen); }, spec);
}

Sampler::Sampler() noexcept : kind_(Kind::constant) {}

Sampler::Sampler(const DistributionSpec& spec) : kind_(Kind::constant) {
  SQUALL_CHECK(validate(spec).has_value(), "a sampler of a distribution out of range");
  if (const auto* constant = std::get_if<Constant>(&spec)) {
    constant_ = constant->value;
  } else if (const auto* uniform = std::get_if<Uniform>(&spec)) {
    constant_ = uniform->low;
    if (uniform->low == uniform->high) return;
    kind_ = Kind::uniform;
    // high - low in two halves, since a double has 53 bits only.
    const auto span = static_cast<std::uint64_t>((uniform->high - uniform->low).count());
    a_ = static_cast<double>(span >> 32U);
    b_ = static_cast<double>(span & 0xffffffffU);
  } else if (const auto* exponential = std::get_if<Exponential>(&spec)) {
    kind_ = Kind::exponential;
    a_ = as_double(exponential->mean);
  } else if (const auto* normal = std::get_if<Normal>(&spec)) {
    constant_ = normal->mean;
    if (normal->sd == Duration{0}) return;
    kind_ = Kind::normal;
    a_ = as_double(normal->mean);
    b_ = as_double(normal->sd);
  } else if (const auto* lognormal = std::get_if<Lognormal>(&spec)) {
    constant_ = lognormal->median;
    if (lognormal->median == lognormal->p99) return;
    kind_ = Kind::lognormal;
    a_ = as_double(lognormal->median);
    b_ = sigma_of(*lognormal);
  } else if (const auto* gamma = std::get_if<Gamma>(&spec)) {
    kind_ = Kind::gamma;
    // A shape below 1 is drawn as one more, times u^(1 / shape).
    const bool boosted = gamma->shape < 1.0;
    const double d = (boosted ? gamma->shape + 1.0 : gamma->shape) - 1.0 / 3.0;
    a_ = as_double(gamma->mean) * (d / gamma->shape);
    b_ = 1.0 / (3.0 * std::sqrt(d));
    c_ = boosted ? 1.0 / gamma->shape : 0.0;
  } else if (const auto* pareto = std::get_if<Pareto>(&spec)) {
    kind_ = Kind::pareto;
    a_ = as_double(pareto->minimum);
    b_ = pareto->alpha;
  } else if (const auto* weibull = std::get_if<Weibull>(&spec)) {
    kind_ = Kind::weibull;
    a_ = as_double(weibull->scale);
    b_ = 1.0 / weibull->shape;
  } else if (const auto* hyper = std::get_if<Hyperexponential>(&spec)) {
    std::vector<double> weights;
    std::vector<double> means;
    bool all_zero = true;
    for (const Hyperexponential::Phase& phase : hyper->phases) {
      weights.push_back(phase.p);
      means.push_back(as_double(phase.mean));
      all_zero = all_zero && (phase.p == 0.0 || phase.mean == Duration{0});
    }
    if (all_zero) return;
    kind_ = Kind::hyperexponential;
    tables_ =
        std::make_shared<const Tables>(Tables{AliasTable(weights), nullptr, std::move(means)});
  } else if (const auto* empirical = std::get_if<Empirical>(&spec)) {
    if (const std::optional<Duration> only = only_value(*empirical->entries)) {
      constant_ = *only;
      return;
    }
    kind_ = Kind::empirical;
    std::vector<double> weights;
    weights.reserve(empirical->entries->size());
    for (const Empirical::Entry& entry : *empirical->entries) weights.push_back(entry.weight);
    tables_ = std::make_shared<const Tables>(Tables{AliasTable(weights), empirical->entries, {}});
  }
}

// Each draw stands in a statement of its own: compilers order those of one expression differently.
Duration Sampler::draw(Rng& rng) const noexcept {
  switch (kind_) {
    case Kind::constant:
      return constant_;
    case Kind::uniform: {
      const std::uint64_t span =
          (static_cast<std::uint64_t>(a_) << 32U) + static_cast<std::uint64_t>(b_);
      return constant_ + Duration{static_cast<std::int64_t>(rng.below(span + 1))};
    }
    case Kind::exponential:
      break;  // the operator has it
    case Kind::normal:
      return nanoseconds_saturated(a_ + b_ * standard_normal(rng));
    case Kind::lognormal:
      return nanoseconds_saturated(a_ * exp_of(b_ * standard_normal(rng)));
    case Kind::gamma: {
      const double cube = gamma_cube(rng, b_);
      if (c_ == 0.0) return nanoseconds_saturated(a_ * cube);
      const double boost = exp_of(-c_ * standard_exponential(rng));
      return nanoseconds_saturated(a_ * cube * boost);
    }
    case Kind::pareto:
      return nanoseconds_saturated(a_ * exp_of(standard_exponential(rng) / b_));
    case Kind::weibull:
      return nanoseconds_saturated(a_ * power_of(standard_exponential(rng), b_));
    case Kind::hyperexponential: {
      const std::size_t phase = tables_->alias(rng);
      return nanoseconds_saturated(tables_->means[phase] * standard_exponential(rng));
    }
    case Kind::empirical:
      return (*tables_->entries)[tables_->alias(rng)].value;
  }
  return constant_;
}

}  // namespace squall
