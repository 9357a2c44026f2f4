#pragma once

#include <cstdint>
#include <vector>

#include "squall/base/random.hpp"
#include "squall/base/result.hpp"
#include "squall/base/time.hpp"
#include "squall/policy/outcome.hpp"
#include "squall/policy/retry.hpp"

namespace squall::policy {

/// Envoy's outlier detection (1.31 to 1.36, source/common/upstream/outlier_detection_impl.cc), with
/// split_external_local_origin_errors off: one client watches the replicas of a service, and for a
/// time passes over those that fail. The balancer's panic threshold belongs to it, since it says
/// when ejections count. Defaults are the product's.
struct EnvoyOutlierOptions {
  /// Looks for outliers by their rates, and lets those return whose time is up, each time so long
  /// has passed since the start; >= 1 ms.
  Duration interval = std::chrono::seconds{10};
  /// The first ejection lasts so long, the n-th in a row n times as long; > 0.
  Duration base_ejection_time = std::chrono::seconds{30};
  /// But no longer than this; not below base_ejection_time. (Where it is not said, the product
  /// takes the larger of 300 s and base_ejection_time: envoy_max_ejection_time().)
  Duration max_ejection_time = std::chrono::seconds{300};
  /// Added to each ejection: whole milliseconds drawn from 0 to this; 0 and up.
  Duration max_ejection_time_jitter{0};
  /// No ejection that would make more than this share of the replicas ejected; 0 to 100 (%). With
  /// 10 % and fewer than ten replicas none is ever ejected.
  double max_ejection_percent = 10.0;
  /// One may be ejected whatever the percentage says.
  bool always_eject_one_host = false;

  /// Ejects at so many failures in a row; 0: never.
  std::uint32_t consecutive_5xx = 5;
  /// The same of gateway failures alone; 0: never. Any other failure starts the count anew.
  std::uint32_t consecutive_gateway_failure = 5;

  /// Ejects replicas whose share of successes in the last interval is more than `stdev_factor`
  /// standard deviations below the mean of all that had `request_volume`.
  struct SuccessRate {
    std::uint32_t minimum_hosts = 5;     ///< replicas with enough requests, or nothing is judged
    std::uint32_t request_volume = 100;  ///< requests of a replica in the interval, to be judged
    double stdev_factor = 1.9;           ///< >= 0
    [[nodiscard]] friend bool operator==(const SuccessRate&, const SuccessRate&) = default;
  };
  SuccessRate success_rate{};
  /// Ejects replicas of whose requests in the last interval at least `threshold` percent failed.
  struct FailurePercentage {
    double threshold = 85.0;  ///< 0 to 100 (%)
    std::uint32_t minimum_hosts = 5;
    std::uint32_t request_volume = 50;
    [[nodiscard]] friend bool operator==(const FailurePercentage&,
                                         const FailurePercentage&) = default;
  };
  FailurePercentage failure_percentage{};
  /// The share of what is detected that is ejected, drawn each time; 0 to 100 (%), whole.
  struct Enforcing {
    std::uint32_t consecutive_5xx = 100;
    std::uint32_t consecutive_gateway_failure = 0;
    std::uint32_t success_rate = 100;
    std::uint32_t failure_percentage = 0;
    [[nodiscard]] friend bool operator==(const Enforcing&, const Enforcing&) = default;
  };
  Enforcing enforcing{};

  /// With fewer than this share of replicas not ejected, the balancer takes all of them; above 0 to
  /// 100 (%). (Envoy's healthy_panic_threshold. Its 0, by which calls fail when all are ejected, is
  /// not to be had.)
  double panic_threshold = 50.0;
  /// The outcomes that are failures, which for HTTP are the codes from 500 up; all others are
  /// successes. A deadline that passes is one where `on` has timeouts.
  RetryOn on{};

  /// Keys start with `outlier.envoy.`.
  [[nodiscard]] Result<void> validate() const;
};

/// max_ejection_time where only the other one is said.
[[nodiscard]] Duration envoy_max_ejection_time(Duration base_ejection_time) noexcept;

/// What an answer says of the replica it came from.
enum class HostResult : std::uint8_t {
  success,
  failure,          ///< an error of the replica's own; HTTP 500
  gateway_failure,  ///< no answer, or refused: HTTP 502, 503 and 504
};

/// One client's view of the replicas of one service. It is told the time with every call, and what
/// its interval timer would have done by then it does first: whatever else happens at the instant
/// of a tick comes after it. Not thread-safe; allocates at construction only.
///
/// As the product does, in this order at each tick: replicas whose time is up return, and their
/// failures in a row are forgotten; success rates and then failure percentages of the interval are
/// judged, of replicas that are not ejected; and of each replica that returned an interval ago or
/// more, the next ejection is shortened by a step. Unlike the product (where it is a slip that its
/// debug build would stop at) a replica that both judgements find is ejected once.
class EnvoyOutlier {
 public:
  /// How often since construction.
  struct Counts {
    std::uint64_t ejections = 0;  ///< enforced
    /// Detected by what is enforced, at least now and then, but the percentage forbade it.
    std::uint64_t not_ejected = 0;
    std::uint64_t panics = 0;  ///< times that all() was true while some were ejected
    [[nodiscard]] friend bool operator==(const Counts&, const Counts&) = default;
  };

  /// The first tick is `interval` after the start of time.
  /// @param hosts  how many replicas; >= 1.
  /// @param key    names the draws; none is made with the default options.
  /// REQUIRES options.validate().
  EnvoyOutlier(const EnvoyOutlierOptions& options, std::uint32_t hosts, RandomKey key);
  /// Keeps all that was counted and who is ejected. The tick that was due next stays; those after
  /// it follow the new interval. REQUIRES options.validate().
  void reconfigure(const EnvoyOutlierOptions& options, Instant now);

  /// The clock has come to `now`, which must not go backwards here and below.
  void advance(Instant now);
  /// An attempt at `host` has ended. Abandoned attempts say nothing and are not to be told.
  /// REQUIRES host < hosts.
  void on_result(std::uint32_t host, HostResult result, Instant now);

  /// The replicas to choose from, in ascending order; null for all: none is ejected, or so many
  /// that the balancer panics.
  [[nodiscard]] const std::vector<std::uint32_t>* candidates(Instant now);
  [[nodiscard]] bool is_ejected(std::uint32_t host) const noexcept { return hosts_[host].ejected; }
  /// How many are.
  [[nodiscard]] std::uint32_t ejected() const noexcept { return ejected_; }
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] const EnvoyOutlierOptions& options() const noexcept { return options_; }

 private:
  struct Host {
    std::uint64_t requests = 0;  // since the last tick
    std::uint64_t successes = 0;
    std::uint32_t failures_in_row = 0;
    std::uint32_t gateway_failures_in_row = 0;
    std::uint32_t detections = 0;  // names the draws
    std::uint32_t backoff = 0;     // the ejection under way, or the next, lasts so many bases
    bool ejected = false;
    Instant ejected_at{};
    Instant returned_at{};
    Duration jitter{0};
  };

  void tick(Instant at);
  void judge_rates(Instant at);
  [[nodiscard]] bool is_quiet() const noexcept;
  void eject(std::uint32_t host, std::uint32_t enforcing, Instant at);
  void let_return(Host& host, Instant at);
  void list_candidates();

  EnvoyOutlierOptions options_;
  RandomKey key_;
  std::vector<Host> hosts_;
  std::vector<std::uint32_t> candidates_;  // those not ejected
  std::vector<double> rates_;              // scratch of judge_rates()
  std::uint32_t ejected_ = 0;
  Instant next_tick_{};
  Counts counts_;
};

/// The mean of success rates and what is an outlier below it: mean - factor * standard deviation
/// (of the population). REQUIRES a rate at least.
struct SuccessRateThreshold {
  double mean = 0.0;
  double threshold = 0.0;
};
[[nodiscard]] SuccessRateThreshold success_rate_threshold(const std::vector<double>& rates,
                                                          double stdev_factor) noexcept;

/// Whether the balancer panics, and takes all replicas whatever is known of them. Not where Envoy
/// takes those it has for enough (its overprovisioning factor of 1.4: from 5 in 7 on), even if they
/// are fewer than the threshold. REQUIRES healthy <= hosts, hosts > 0.
[[nodiscard]] bool panics(std::uint32_t healthy, std::uint32_t hosts, double threshold) noexcept;

}  // namespace squall::policy
