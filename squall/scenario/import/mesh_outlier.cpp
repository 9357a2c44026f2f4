#include <algorithm>
#include <array>
#include <string>

#include "squall/base/quantity.hpp"
#include "squall/scenario/import/mesh.hpp"
#include "squall/scenario/node_making.hpp"

namespace squall::scenario {
namespace {

/// Below it a panic threshold means that the balancer panics where no replica is left.
constexpr std::string_view no_panic = "0.001%";

/// One product's detection on its way into a policy.
class OutlierWriter {
 public:
  OutlierWriter(Reading& reading, PolicyDraft& draft, const Field& detection, DurationForm form)
      : reading_(reading), draft_(draft), detection_(detection), form_(form) {
    reading_.open(detection);
  }

  /// The value of a field, or, where a default is named, that.
  void count(std::string_view field, std::string_view key, std::string_view otherwise = {}) {
    const auto found = reading_.find(detection_, field);
    if (found)
      set(key, std::to_string(reading_.whole32(*found, 0)), from(*found));
    else if (!otherwise.empty())
      set(key, otherwise, default_);
  }
  void percent(std::string_view field, std::string_view key, std::string_view otherwise = {}) {
    const auto found = reading_.find(detection_, field);
    if (found)
      set(key, std::to_string(reading_.whole32(*found, 0, 100)) + '%', from(*found));
    else if (!otherwise.empty())
      set(key, otherwise, default_);
  }
  void time(std::string_view field, std::string_view key, std::string_view otherwise = {}) {
    const auto found = reading_.find(detection_, field);
    if (found)
      set(key, format_duration(reading_.duration(*found, form_)), from(*found));
    else if (!otherwise.empty())
      set(key, otherwise, default_);
  }
  void set(std::string_view key, std::string_view value, const Origin& origin) {
    draft_.set("outlier.envoy." + std::string(key), value, origin);
  }
  void default_of(std::string_view product) {
    default_ = by_default(std::string(product) + "'s default");
  }
  /// A share of the replicas, in percent.
  void panic(const Field& field, double percent) {
    if (percent > 0.0)
      set("panic_threshold", percent_text(percent), from(field));
    else
      set("panic_threshold", no_panic, from(field, "but all are taken where all are ejected"));
  }

 private:
  Reading& reading_;
  PolicyDraft& draft_;
  const Field& detection_;
  DurationForm form_;
  Origin default_;
};

}  // namespace

void write_envoy_outlier(Reading& reading, PolicyDraft& draft, const Field& cluster) {
  const std::optional<Field> detection = reading.find_map(cluster, "outlier_detection");
  if (!detection) return;
  OutlierWriter out(reading, draft, *detection, DurationForm::protobuf);
  out.default_of("Envoy");
  out.count("consecutive_5xx", "consecutive_5xx", "5");
  out.count("consecutive_gateway_failure", "consecutive_gateway_failure");
  out.time("interval", "interval", "10s");
  out.time("base_ejection_time", "base_ejection_time", "30s");
  out.time("max_ejection_time", "max_ejection_time");
  out.time("max_ejection_time_jitter", "max_ejection_time_jitter");
  out.percent("max_ejection_percent", "max_ejection_percent", "10%");
  if (const auto always = reading.find(*detection, "always_eject_one_host"))
    out.set("always_eject_one_host", reading.boolean(*always) ? "true" : "false", from(*always));
  out.count("success_rate_minimum_hosts", "success_rate.minimum_hosts");
  out.count("success_rate_request_volume", "success_rate.request_volume");
  if (const auto factor = reading.find(*detection, "success_rate_stdev_factor")) {
    out.set("success_rate.stdev_factor", format_number(reading.whole32(*factor, 0) / 1000.0),
            from(*factor, "thousandths"));
  }
  out.percent("failure_percentage_threshold", "failure_percentage.threshold");
  out.count("failure_percentage_minimum_hosts", "failure_percentage.minimum_hosts");
  out.count("failure_percentage_request_volume", "failure_percentage.request_volume");
  for (const std::string_view key :
       {"consecutive_5xx", "consecutive_gateway_failure", "success_rate", "failure_percentage"}) {
    out.percent("enforcing_" + std::string(key), "enforcing." + std::string(key));
  }
  const auto balancer = reading.find_map(cluster, "common_lb_config");
  const auto panic =
      balancer ? reading.find_map(*balancer, "healthy_panic_threshold") : std::nullopt;
  const auto value = panic ? reading.find(*panic, "value") : std::nullopt;
  if (!value) return;
  const double percent = reading.number(*value);
  if (percent > 100.0) return reading.must_be(*value, "from 0 to 100");
  out.panic(*value, percent);
}

void write_istio_outlier(Reading& reading, PolicyDraft& draft, const Field& detection) {
  OutlierWriter out(reading, draft, detection, DurationForm::go);
  out.default_of("Istio");
  out.count("consecutive5xx_errors", "consecutive_5xx", "5");
  out.time("interval", "interval", "10s");
  out.time("base_ejection_time", "base_ejection_time", "30s");
  const auto most = reading.find(detection, "max_ejection_percent");
  const std::uint32_t percent = most ? reading.whole32(*most, 0, 100) : 0;
  // Istio takes 0 for not set.
  if (percent > 0)
    out.set("max_ejection_percent", std::to_string(percent) + '%', from(*most));
  else
    out.set("max_ejection_percent", "10%", by_default("Istio's default"));
  if (const auto gateway = reading.find(detection, "consecutive_gateway_errors")) {
    const std::uint32_t errors = reading.whole32(*gateway, 0);
    out.set("consecutive_gateway_failure", std::to_string(errors), from(*gateway));
    if (errors > 0) {
      out.set("enforcing.consecutive_gateway_failure", "100%",
              by_default("Istio enforces what is set"));
    }
  }
  out.set("enforcing.success_rate", "0%", by_default("Istio does not judge by rates"));
  const auto health = reading.find(detection, "min_health_percent");
  if (health) {
    out.panic(*health, reading.whole32(*health, 0, 100));
  } else {
    out.set("panic_threshold", no_panic,
            by_default("Istio switches it off; but all are taken where all are ejected"));
  }
}

}  // namespace squall::scenario
