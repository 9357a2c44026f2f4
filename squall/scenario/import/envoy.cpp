// Envoy: routes with their retry policies, and the limits of the clusters that they lead to. Both
// are looked for wherever they stand, since a bootstrap file nests routes in filter chains.
#include <map>
#include <string>
#include <utility>

#include "squall/base/quantity.hpp"
#include "squall/scenario/import/formats.hpp"
#include "squall/scenario/import/mesh.hpp"
#include "squall/scenario/node_making.hpp"

namespace squall::scenario {
namespace {

constexpr std::string_view the_default = "Envoy's default";
constexpr DurationForm form = DurationForm::protobuf;

struct Cluster {
  std::string name;
  Field field;
  std::optional<Field> limits;  ///< circuit_breakers, or the list of thresholds as a fragment
  bool is_used = false;
};

struct Route {
  std::string name;  ///< empty: that of the cluster counts
  Field action;
  std::optional<Field> retry_policy;
  std::optional<Field> hedge_policy;
};

class Envoy {
 public:
  explicit Envoy(Reading& reading) : reading_(reading) {}

  std::vector<PolicyDraft> read() {
    for (const Field& document : reading_.documents()) look(document, true);
    for (std::size_t i = 0; i < clusters_.size(); ++i) by_name_.emplace(clusters_[i].name, i);
    for (const Route& route : routes_) {
      if (reading_.failed()) return {};
      read_route(route);
    }
    for (Cluster& cluster : clusters_) {
      if (reading_.failed()) return {};
      if (cluster.is_used) continue;
      if (!cluster.limits && !has(cluster.field, "outlier_detection")) {
        reading_.leave(cluster.field,
                       "no route leads to it, and it has no limits and ejects no outliers");
      } else {
        read_pair(
            Route{.name = {}, .action = cluster.field, .retry_policy = {}, .hedge_policy = {}},
            cluster.name, &cluster, false);
      }
    }
    return std::move(drafts_);
  }

 private:
  bool has(const Field& map, std::string_view name) { return reading_.find(map, name).has_value(); }

  bool is_cluster(const Field& field) {
    return field.name == "clusters" || has(field, "load_assignment") ||
           has(field, "circuit_breakers") || has(field, "outlier_detection") ||
           (has(field, "name") && has(field, "connect_timeout"));
  }

  void look(const Field& field, bool is_root) {
    for (const Field& item : Reading::items(field)) look(item, is_root);
    if (!field.is_map()) return;
    if (has(field, "virtual_hosts")) {
      for (const Field& host : reading_.list(field, "virtual_hosts")) add_virtual_host(host);
      if (is_root) look_for_clusters(field);
    } else if (has(field, "routes") && (has(field, "domains") || is_root)) {
      add_virtual_host(field);
      if (is_root) look_for_clusters(field);
    } else if (has(field, "route") && has(field, "match")) {
      add_route(field, std::nullopt, std::nullopt);
    } else if (is_cluster(field)) {
      add_cluster(field);
    } else if (is_root && is_action(field)) {
      add_action(field, {}, std::nullopt, std::nullopt);
    } else if (is_root && (has(field, "retry_on") || has(field, "num_retries"))) {
      routes_.push_back({{}, field, field, std::nullopt});
    } else if (is_root && has(field, "thresholds")) {
      clusters_.push_back({"cluster", field, field, false});
    } else {
      for (const Field& member : Reading::members(field)) look(member, false);
    }
  }

  /// Beside the routes of a file that is not nested as a bootstrap file is.
  void look_for_clusters(const Field& root) {
    for (const std::string_view name : {"clusters", "static_resources"}) {
      if (const auto member = reading_.find(root, name)) look(*member, false);
    }
  }

  bool is_action(const Field& field) {
    return has(field, "retry_policy") || has(field, "hedge_policy") || has(field, "timeout") ||
           has(field, "cluster");
  }

  void add_virtual_host(const Field& host) {
    if (const auto name = reading_.find(host, "name")) reading_.take(*name);
    const std::optional<Field> retry = reading_.find_map(host, "retry_policy");
    const std::optional<Field> hedge = reading_.find_map(host, "hedge_policy");
    for (const Field& route : reading_.list(host, "routes")) add_route(route, retry, hedge);
  }

  void add_route(const Field& route, const std::optional<Field>& retry,
                 const std::optional<Field>& hedge) {
    reading_.open(route);
    const std::optional<Field> action = reading_.find_map(route, "route");
    if (!action) return;
    const std::optional<Field> name = reading_.find(route, "name");
    add_action(*action, name ? reading_.text(*name) : std::string(), retry, hedge);
  }

  void add_action(const Field& action, std::string name, const std::optional<Field>& retry,
                  const std::optional<Field>& hedge) {
    reading_.open(action);
    // A policy of the route replaces that of its virtual host whole.
    const std::optional<Field> own_retry = reading_.find_map(action, "retry_policy");
    const std::optional<Field> own_hedge = reading_.find_map(action, "hedge_policy");
    routes_.push_back(
        {std::move(name), action, own_retry ? own_retry : retry, own_hedge ? own_hedge : hedge});
  }

  void add_cluster(const Field& field) {
    const std::optional<Field> name = reading_.find(field, "name");
    const std::string text = name ? reading_.text(*name) : std::string("cluster");
    const std::optional<Field> limits = reading_.find_map(field, "circuit_breakers");
    if (limits) reading_.open(*limits);
    clusters_.push_back({text, field, limits, false});
  }

  std::vector<std::string> clusters_of(const Field& action) {
    if (const auto cluster = reading_.find(action, "cluster")) return {reading_.text(*cluster)};
    std::vector<std::string> names;
    if (const auto weighted = reading_.find_map(action, "weighted_clusters")) {
      for (const Field& one : reading_.list(*weighted, "clusters")) {
        if (const auto name = reading_.find(one, "name")) names.push_back(reading_.text(*name));
      }
    }
    if (names.empty()) names.emplace_back();
    return names;
  }

  /// The first of this name.
  Cluster* find_cluster(const std::string& name) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return &clusters_[found->second];
    // A fragment of a route names no cluster; the only one there is, is meant.
    return name.empty() && clusters_.size() == 1 ? &clusters_.front() : nullptr;
  }

  void read_route(const Route& route) {
    const std::vector<std::string> names = clusters_of(route.action);
    for (const std::string& name : names) {
      Cluster* cluster = find_cluster(name);
      if (cluster != nullptr) cluster->is_used = true;
      std::string target = cluster != nullptr ? cluster->name : name;
      if (target.empty()) target = "route";
      Route one = route;
      if (names.size() > 1 && !one.name.empty()) one.name += '-' + target;
      read_pair(one, target, cluster, true);
    }
  }

  void read_pair(const Route& route, const std::string& target, const Cluster* cluster,
                 bool is_route) {
    if (++pairs_ > routes_max) {
      reading_.error(route.action, "is one route too many: at most " + grouped(routes_max) +
                                       " are read; import a part of them");
      return;
    }
    PolicyDraft draft(route.name.empty() ? target : route.name);
    if (is_route) {
      read_times(route, draft);
      read_retry(route, draft);
    }
    if (reading_.failed()) return;
    write_mesh_limits(reading_, draft, read_limits(cluster), "Envoy");
    if (cluster != nullptr) write_envoy_outlier(reading_, draft, cluster->field);
    draft.set("state.per", "callee", by_default("one proxy counts for all who call the cluster"));
    draft.sort();
    const std::string place =
        *route.action.file + ':' + std::to_string(route.action.line) +
        (is_route ? " route to " + target : " cluster " + target + ", to which no route leads");
    const auto [known, is_new] =
        known_.emplace(target + '\n' + draft.fingerprint(), drafts_.size());
    if (is_new) {
      draft.about().push_back(comment_text(place));
      drafts_.push_back(std::move(draft));
    } else {
      drafts_[known->second].about().push_back(comment_text(place));
    }
  }

  void read_times(const Route& route, PolicyDraft& draft) {
    const std::optional<Field> timeout =
        route.retry_policy && route.retry_policy->node == route.action.node
            ? std::nullopt
            : reading_.find(route.action, "timeout");
    if (!timeout) {
      draft.set("deadline", "15s", by_default(the_default));
    } else if (const Duration time = reading_.duration(*timeout, form); time == Duration{0}) {
      draft.set("deadline", "forever", from(*timeout, "0 switches it off"));
    } else {
      draft.set("deadline", format_duration(time), from(*timeout));
    }
  }

  void read_retry(const Route& route, PolicyDraft& draft) {
    constexpr std::string_view no_own = "Envoy's default: no other than that of the whole";
    if (!route.retry_policy) {
      draft.set("timeout", "forever", by_default(no_own));
      if (route.hedge_policy)
        reading_.leave(*route.hedge_policy, "nothing retries, so nothing hedges");
      return;
    }
    const Field& policy = *route.retry_policy;
    MeshRetry retry;
    const std::optional<Field> retry_on = reading_.find(policy, "retry_on");
    const std::vector<Field> codes = reading_.list(policy, "retriable_status_codes");
    const std::optional<Field> number = reading_.find(policy, "num_retries");
    const std::uint32_t retries = number ? reading_.whole32(*number, 0) : 1;
    if (retry_on) {
      retry.on = read_retry_on(reading_, *retry_on, codes, false);
      retry.on_origin = from(*retry_on);
      retry.retries = retries;
      retry.retries_origin = number ? from(*number, "and the first")
                                    : by_default("Envoy's default: 1 retry, and the first");
    } else {
      reading_.leave(policy, "without retry_on only requests with a header of their own retry");
    }
    Duration per_try{0};
    const std::optional<Field> per_try_field = reading_.find(policy, "per_try_timeout");
    if (per_try_field && retry_on) per_try = reading_.duration(*per_try_field, form);
    const bool hedges = read_hedge(route, per_try, retry.retries);
    if (hedges) {
      draft.set("timeout", "forever", by_default("with hedging the attempt goes on"));
    } else if (per_try > Duration{0}) {
      draft.set("timeout", format_duration(per_try), from(*per_try_field));
    } else {
      draft.set("timeout", "forever",
                per_try_field && retry_on ? from(*per_try_field) : by_default(no_own));
    }
    if (retry_on) read_backoff(policy, hedges, retry);
    write_mesh_retry(draft, retry, hedges ? per_try : Duration{0},
                     hedges ? from(*per_try_field, "hedge_on_per_try_timeout") : Origin{});
  }

  bool read_hedge(const Route& route, Duration per_try, std::uint32_t retries) {
    if (!route.hedge_policy) return false;
    const auto on_timeout = reading_.find(*route.hedge_policy, "hedge_on_per_try_timeout");
    if (!on_timeout || !reading_.boolean(*on_timeout)) return false;
    if (retries > 0 && per_try > Duration{0}) return true;
    reading_.leave(*on_timeout, "has no effect without retries and per_try_timeout");
    return false;
  }

  void read_pushback(const Field& policy, bool hedges, MeshRetry& retry) {
    const auto limited = reading_.find_map(policy, "rate_limited_retry_back_off");
    if (!limited) return;
    if (hedges) return reading_.leave(*limited, "a hedge waits for the delay only");
    const std::optional<Field> headers = reading_.find(*limited, "reset_headers");
    if (!headers) return reading_.error(*limited, "needs reset_headers");
    reading_.take(*headers);
    retry.pushback = true;
    retry.pushback_origin = from(*limited, "Envoy adds up to a half to the wait");
  }

  void read_backoff(const Field& policy, bool hedges, MeshRetry& retry) {
    read_pushback(policy, hedges, retry);
    retry.base_origin = by_default(the_default);
    retry.max_origin = by_default("Envoy's default: ten times the base");
    const std::optional<Field> backoff = reading_.find_map(policy, "retry_back_off");
    if (!backoff) return;
    if (hedges) {
      reading_.leave(*backoff, "a hedge waits for the delay only");
      return;
    }
    const std::optional<Field> base = reading_.find(*backoff, "base_interval");
    if (!base) {
      reading_.error(*backoff, "needs base_interval, such as 0.025s");
      return;
    }
    retry.base = reading_.positive_duration(*base, form);
    retry.base_origin = from(*base);
    if (retry.base < std::chrono::milliseconds{1}) {
      retry.base = std::chrono::milliseconds{1};
      retry.base_origin = from(*base, "Envoy takes 1 ms at least");
    }
    const std::optional<Field> max = reading_.find(*backoff, "max_interval");
    if (!max) return;
    retry.max = reading_.positive_duration(*max, form);
    retry.max_origin = from(*max);
    if (retry.max < retry.base && !reading_.failed()) {
      reading_.error(*max, "must not be below base_interval, " + format_duration(retry.base) +
                               ", is " + shown(max->node->text));
    }
  }

  bool uses_http2(const Field& cluster) {
    if (const auto own = reading_.find(cluster, "http2_protocol_options")) {
      reading_.take(*own);
      return true;
    }
    const auto typed = reading_.find(cluster, "typed_extension_protocol_options");
    if (!typed) return false;
    for (const Field& extension : Reading::members(*typed)) {
      const auto explicitly = reading_.find(extension, "explicit_http_config");
      const auto http2 =
          explicitly ? reading_.find(*explicitly, "http2_protocol_options") : std::nullopt;
      if (!http2) continue;
      reading_.take(*http2);
      if (const auto type = reading_.find(extension, "@type")) reading_.take(*type);
      return true;
    }
    return false;
  }

  /// The thresholds of the default priority, the first of several.
  std::optional<Field> default_thresholds(const Field& breakers) {
    std::optional<Field> found;
    for (const Field& one : reading_.list(breakers, "thresholds")) {
      const std::optional<Field> priority = reading_.find(one, "priority");
      const std::string word = priority ? reading_.text(*priority) : std::string("DEFAULT");
      if (word == "HIGH") {
        reading_.leave(one, "of priority HIGH; calls here are all of one priority");
      } else if (word != "DEFAULT") {
        reading_.must_be(*priority, "DEFAULT or HIGH");
      } else if (found) {
        reading_.leave(one, "Envoy takes the first of this priority");
      } else {
        found = one;
      }
    }
    return found;
  }

  MeshLimits read_limits(const Cluster* cluster) {
    std::optional<Field> thresholds;
    if (cluster != nullptr && cluster->limits) thresholds = default_thresholds(*cluster->limits);
    const auto field = [&](std::string_view name) {
      return thresholds ? reading_.find(*thresholds, name) : std::nullopt;
    };
    MeshLimits limits;
    limits.connections = limit_of(reading_, field("max_connections"), 1024, the_default);
    limits.pending = limit_of(reading_, field("max_pending_requests"), 1024, the_default);
    limits.requests = limit_of(reading_, field("max_requests"), 1024, the_default);
    limits.retries = limit_of(reading_, field("max_retries"), 3, "Envoy's default max_retries");
    limits.http2 = cluster != nullptr && uses_http2(cluster->field);
    const std::optional<Field> budget = field("retry_budget");
    if (!budget) return limits;
    if (limits.retries.field) reading_.leave(*limits.retries.field, "retry_budget replaces it");
    limits.retries.field.reset();
    limits.budget_percent = {20.0, by_default(the_default), std::nullopt};
    limits.budget_min = {3, by_default(the_default), std::nullopt};
    if (const auto percent = reading_.find_map(*budget, "budget_percent")) {
      if (const auto value = reading_.find(*percent, "value")) {
        limits.budget_percent = {reading_.number(*value), from(*value, "budget_percent"), value};
        if (limits.budget_percent->value > 100.0) reading_.must_be(*value, "from 0 to 100");
      }
    }
    if (const auto min = reading_.find(*budget, "min_retry_concurrency")) {
      limits.budget_min = {reading_.whole32(*min, 0), from(*min), min};
    }
    return limits;
  }

  Reading& reading_;
  std::vector<Route> routes_;
  std::vector<Cluster> clusters_;
  std::map<std::string, std::size_t> by_name_;  ///< of clusters_
  std::vector<PolicyDraft> drafts_;
  std::size_t pairs_ = 0;
  std::map<std::string, std::size_t> known_;  ///< by cluster and fingerprint
};

}  // namespace

std::vector<PolicyDraft> read_envoy(Reading& reading) { return Envoy(reading).read(); }

}  // namespace squall::scenario
