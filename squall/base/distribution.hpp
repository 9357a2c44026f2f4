#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/base/ziggurat.hpp"

/// Distributions of durations. The specs are what a scenario says; a Sampler is what a run draws
/// from. All arithmetic is IEEE double with +, -, *, / and sqrt only, so that a draw has the same
/// bits on every compiler and machine.
namespace squall {

struct Constant {
  Duration value{0};  ///< >= 0
};
/// Uniform on [low, high].
struct Uniform {
  Duration low{0}, high{0};  ///< 0 <= low <= high
};
struct Exponential {
  Duration mean{0};  ///< > 0
};
/// Normal, a draw below 0 counted as 0.
struct Normal {
  Duration mean{0};  ///< >= 0
  Duration sd{0};    ///< >= 0
};
/// Lognormal, given by its median and its 99th percentile.
struct Lognormal {
  Duration median{0};  ///< > 0
  Duration p99{0};     ///< >= median
};
struct Gamma {
  Duration mean{0};    ///< > 0
  double shape = 1.0;  ///< > 0; 1 is exponential, k is Erlang-k
};
/// Pareto (type I): P(X > x) = (minimum / x)^alpha.
struct Pareto {
  Duration minimum{0};  ///< > 0
  double alpha = 0.0;   ///< > 0; the mean is finite only above 1
};
struct Weibull {
  Duration scale{0};   ///< > 0
  double shape = 1.0;  ///< > 0; 1 is exponential, below 1 heavier-tailed
};
/// With probability p_i exponential of mean_i; the p_i add up to 1 (within 1e-9).
struct Hyperexponential {
  struct Phase {
    double p = 0.0;    ///< in [0, 1]
    Duration mean{0};  ///< >= 0
  };
  std::vector<Phase> phases;  ///< 1 to 64
};
/// Draws one of the given values with probability proportional to its weight (Walker's alias
/// method). Nothing is interpolated.
struct Empirical {
  struct Entry {
    Duration value{0};
    double weight = 1.0;  ///< >= 0, finite; one at least > 0
  };
  std::string file;  ///< where the values came from, for messages and for `check`
  std::shared_ptr<const std::vector<Entry>> entries;  ///< 1 to 1,000,000
};

using DistributionSpec = std::variant<Constant, Uniform, Exponential, Normal, Lognormal, Gamma,
                                      Pareto, Weibull, Hyperexponential, Empirical>;

/// Whether the parameters are in range; the error says which is not, without file or line.
[[nodiscard]] Result<void> validate(const DistributionSpec& spec);

/// The mean; `forever` where it is infinite. For Normal the mean of the untruncated law.
[[nodiscard]] Duration mean_of(const DistributionSpec& spec);

/// Reads an empirical distribution from CSV text: a line is `value` or `value,weight`; values
/// carry a unit (`12ms`) or are in milliseconds; blank lines, `#` comments and one header line
/// are skipped. The error carries the line.
[[nodiscard]] Result<Empirical> parse_empirical_csv(const std::string& text,
                                                    const std::string& file);

/// Draws from a spec. Immutable after construction; safe to share between threads.
class Sampler {
 public:
  /// Always 0.
  Sampler() noexcept;
  /// REQUIRES validate(spec).
  explicit Sampler(const DistributionSpec& spec);

  /// One draw, >= 0. Consumes as many values of `rng` as it needs (some methods reject).
  [[nodiscard, gnu::always_inline]] Duration operator()(Rng& rng) const noexcept {
    if (kind_ == Kind::exponential) return nanoseconds_saturated(a_ * standard_exponential(rng));
    Rng lent = rng;  // draw() gets its address, so that `rng` can stay in a register
    const Duration drawn = draw(lent);
    rng = lent;
    return drawn;
  }

  /// True when a draw is nanoseconds_saturated(exponential_mean_ns() * standard_exponential(rng)).
  [[nodiscard]] bool is_exponential() const noexcept { return kind_ == Kind::exponential; }
  /// REQUIRES is_exponential().
  [[nodiscard]] double exponential_mean_ns() const noexcept { return a_; }

  /// True when every draw is the same: then no random numbers are consumed.
  [[nodiscard]] bool is_constant() const noexcept { return kind_ == Kind::constant; }
  /// REQUIRES is_constant().
  [[nodiscard]] Duration constant() const noexcept { return constant_; }

 private:
  enum class Kind : unsigned char {
    constant,
    uniform,
    exponential,
    normal,
    lognormal,
    gamma,
    pareto,
    weibull,
    hyperexponential,
    empirical
  };
  struct Tables;

  [[nodiscard]] Duration draw(Rng& rng) const noexcept;

  Kind kind_;
  double a_ = 0.0;  // the meaning of a, b, c depends on the kind; see distribution.cpp
  double b_ = 0.0;
  double c_ = 0.0;
  Duration constant_{0};
  std::shared_ptr<const Tables> tables_;  // alias table of hyperexponential and empirical
};

}  // namespace squall
