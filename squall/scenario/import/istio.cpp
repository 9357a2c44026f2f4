// Istio: the routes of VirtualServices, and the DestinationRules of the hosts that they lead to.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "squall/base/quantity.hpp"
#include "squall/scenario/import/formats.hpp"
#include "squall/scenario/import/mesh.hpp"

namespace squall::scenario {
namespace {

constexpr DurationForm form = DurationForm::go;
constexpr std::string_view default_retry_on =
    "Istio's default: connect-failure, refused-stream, "
    "unavailable, cancelled";

/// A VirtualService.
struct Service {
  Field spec;
  std::string name;
  std::string space;
  bool is_delegate = false;  ///< of a route of another one; it has no routes of its own then
};

using Labels = std::set<std::pair<std::string, std::string>>;

/// The DestinationRules of one host, as one: Istio merges them.
struct Rule {
  std::string host;  ///< with its namespace
  std::string space;
  Field spec;                      ///< of the first
  std::optional<Labels> selector;  ///< likewise
  std::vector<Field> subsets;      ///< of all of them, each name once
  std::optional<Field> policy;     ///< the first at the top of one of them
  bool is_used = false;
};

/// A route, and where the missing is taken from.
struct Route {
  Field http;
  const Field* root;  ///< the route that delegates to it; none: nothing
  std::string name;
};

struct Destination {
  std::string host;   ///< with its namespace
  std::string shown;  ///< as written
  std::string subset;
  std::string port;
};

class Istio {
 public:
  explicit Istio(Reading& reading) : reading_(reading) {}

  std::vector<PolicyDraft> read() {
    for (const Field& document : reading_.documents()) sort_out(document);
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      by_host_.emplace(rules_[i].host, i);
      if (rules_[i].host.starts_with('*')) wildcards_.push_back(i);
    }
    for (const Service& service : services_) mark_delegates(service);
    for (const Service& service : services_) {
      if (reading_.failed()) return {};
      if (!service.is_delegate) read_service(service);
    }
    for (std::size_t i = 0; i < rules_.size() && !reading_.failed(); ++i) {
      if (!rules_[i].is_used) read_rule_alone(rules_[i]);
    }
    return std::move(drafts_);
  }

 private:
  void sort_out(const Field& document) {
    for (const Field& one : Reading::items(document)) sort_out(one);
    if (!document.is_map()) {
      if (!document.is_list()) reading_.must_be(document, "a resource with 'kind' and 'spec'");
      return;
    }
    const std::optional<Field> kind_field = reading_.find(document, "kind");
    const std::optional<Field> version = reading_.find(document, "apiVersion");
    const std::optional<Field> metadata = reading_.find_map(document, "metadata");
    std::optional<Field> spec = reading_.find_map(document, "spec");
    std::string kind = kind_field ? reading_.text(*kind_field) : std::string();
    if (version) reading_.take(*version);
    if (kind == "List") {
      for (const Field& one : reading_.list(document, "items")) sort_out(one);
      return;
    }
    // Without `kind` it may be the inside of one.
    if (kind.empty()) kind = kind_of_fragment(spec ? *spec : document);
    if (!spec && !kind_field) spec = document;
    if (kind != "VirtualService" && kind != "DestinationRule") {
      reading_.leave(document, kind.empty()
                                   ? "is neither a VirtualService nor a DestinationRule"
                                   : "a " + comment_text(kind) + " holds no retries and limits");
      return;
    }
    if (!spec) {
      reading_.error(document, "a " + kind + " needs 'spec'");
      return;
    }
    std::string own_name;
    std::string space = "default";
    if (metadata) {
      if (const auto name = reading_.find(*metadata, "name")) own_name = reading_.text(*name);
      if (const auto given = reading_.find(*metadata, "namespace")) space = reading_.text(*given);
    }
    reading_.open(*spec);
    if (kind == "VirtualService") {
      services_.push_back({*spec, own_name, space});
    } else {
      add_rule(*spec, space);
    }
  }

  static std::string place_of(const Field& field) {
    return *field.file + ':' + std::to_string(field.line);
  }

  /// Istio merges the rules of one host and namespace, from the oldest on; which that is no file
  /// says, so the order is theirs (istio/istio as of 2025, pilot/pkg/model/destination_rule.go).
  void add_rule(const Field& spec, const std::string& space) {
    // A rule cut out of its file may have lost its host; it is for any.
    const std::optional<Field> host_field = reading_.find(spec, "host");
    const std::string host = host_field ? full_host(reading_.text(*host_field), space) : "*";
    const std::optional<Labels> selector = selector_of(spec);
    const auto same =
        std::find_if(rules_.begin(), rules_.end(), [&](const Rule& r) { return r.host == host; });
    if (same == rules_.end()) {
      rules_.push_back({host, space, spec, selector, {}, {}});
      add_to(rules_.back(), spec);
    } else if (same->space != space) {
      reading_.leave(spec, "one host has one rule here: that of " + place_of(same->spec) +
                               ", of another namespace, counts");
    } else if (same->selector && selector && same->selector != selector) {
      reading_.leave(spec, "one host has one rule here: that of " + place_of(same->spec) +
                               ", for other workloads, counts");
    } else {
      add_to(*same, spec);
    }
  }

  /// The labels of the callers that a rule is for; nothing: for all.
  std::optional<Labels> selector_of(const Field& spec) {
    const std::optional<Field> selector = reading_.find(spec, "workloadSelector");
    if (!selector) return std::nullopt;
    Labels labels;
    if (const auto match = reading_.find(*selector, "matchLabels")) {
      for (const Field& one : Reading::members(*match)) labels.emplace(one.name, one.node->text);
    }
    return labels;
  }

  /// Subsets are added, each name once; of traffic policies at the top the first counts whole.
  void add_to(Rule& rule, const Field& spec) {
    for (const Field& subset : reading_.list(spec, "subsets")) {
      const std::optional<Field> name = reading_.find(subset, "name");
      const auto same =
          std::find_if(rule.subsets.begin(), rule.subsets.end(), [&](const Field& known) {
            return name && reading_.find(known, "name")->node->text == name->node->text;
          });
      if (same != rule.subsets.end()) {
        reading_.leave(subset, "the subset of this name in " + place_of(*same) + " counts");
      } else if (name) {
        rule.subsets.push_back(subset);
      }
    }
    const std::optional<Field> policy = reading_.find_map(spec, "trafficPolicy");
    if (policy && rule.policy) {
      reading_.leave(*policy, "the trafficPolicy of " + place_of(*rule.policy) + " counts");
    } else if (policy) {
      rule.policy = policy;
    }
  }

  std::string kind_of_fragment(const Field& spec) {
    if (reading_.find(spec, "http")) return "VirtualService";
    return reading_.find(spec, "trafficPolicy") ? "DestinationRule" : "";
  }

  /// A short name is one of the resource's own namespace.
  static std::string full_host(const std::string& host, const std::string& space) {
    const bool is_short = host.find('.') == host.npos && !host.empty() && host != "*";
    return is_short ? host + '.' + space + ".svc.cluster.local" : host;
  }

  /// The rule of the host itself, or that of the longest wildcard that covers it.
  Rule* rule_of(const std::string& host) {
    const auto own = by_host_.find(host);
    if (own != by_host_.end()) return &rules_[own->second];
    Rule* best = nullptr;
    for (const std::size_t index : wildcards_) {
      Rule& rule = rules_[index];
      const bool covers = rule.host.starts_with('*') &&
                          std::string_view(host).ends_with(std::string_view(rule.host).substr(1));
      if (!covers) continue;
      if (best == nullptr || rule.host.size() > best->host.size()) best = &rule;
    }
    // A route cut out of its file may have lost its host; the only rule there is, is meant.
    return best == nullptr && host.empty() && rules_.size() == 1 ? &rules_.front() : best;
  }

  /// The VirtualService that a route delegates to: of no host, as Istio has it.
  Service* delegate_of(const Field& http, const std::string& space) {
    const std::optional<Field> delegate = reading_.find_map(http, "delegate");
    const std::optional<Field> name = delegate ? reading_.find(*delegate, "name") : std::nullopt;
    if (!name) return nullptr;
    const std::optional<Field> given = reading_.find(*delegate, "namespace");
    const std::string& wanted_space = given ? given->node->text : space;
    for (Service& one : services_) {
      if (one.name == name->node->text && one.space == wanted_space &&
          reading_.list(one.spec, "hosts").empty()) {
        return &one;
      }
    }
    return nullptr;
  }

  void mark_delegates(const Service& service) {
    for (const Field& http : reading_.list(service.spec, "http")) {
      if (Service* delegate = delegate_of(http, service.space)) delegate->is_delegate = true;
    }
  }

  void read_service(const Service& service) {
    for (const Field& host : reading_.list(service.spec, "hosts")) reading_.take(host);
    for (const Field& http : reading_.list(service.spec, "http")) {
      reading_.open(http);
      const Route route{.http = http, .root = nullptr, .name = name_of(http)};
      if (const auto delegate = reading_.find(http, "delegate")) {
        read_delegate(route, *delegate, service.space);
      } else {
        read_http(route, service.space);
      }
    }
  }

  std::string name_of(const Field& http) {
    const std::optional<Field> name = reading_.find(http, "name");
    return name ? reading_.text(*name) : std::string();
  }

  /// The routes of the delegate, which take from this one what they do not say (istio/istio as of
  /// 2025, pilot/pkg/model/virtualservice.go).
  void read_delegate(const Route& root, const Field& delegate, const std::string& space) {
    const Service* service = delegate_of(root.http, space);
    if (service == nullptr) {
      reading_.leave(root.http,
                     "is delegated to a VirtualService without hosts that is not among the files");
      return;
    }
    reading_.take(delegate);
    taken_of_root_.clear();
    for (const Field& http : reading_.list(service->spec, "http")) {
      reading_.open(http);
      if (reading_.find(http, "delegate")) {
        reading_.leave(http, "Istio follows no delegate of a delegate");
        continue;
      }
      std::string name = name_of(http);
      if (name.empty() || root.name.empty()) {
        name += root.name;
      } else {
        name.insert(0, 1, '-').insert(0, root.name);
      }
      read_http({.http = http, .root = &root.http, .name = name}, service->space);
    }
    for (const char* key : {"timeout", "retries"}) {
      const std::optional<Field> field = reading_.find(root.http, key);
      if (field && !taken_of_root_.contains(key)) {
        reading_.leave(*field, "no route of the delegate is without its own");
      }
    }
  }

  void read_http(const Route& route, const std::string& space) {
    std::vector<Destination> destinations;
    for (const Field& one : reading_.list(route.http, "route")) {
      if (const auto to = reading_.find_map(one, "destination")) {
        destinations.push_back(read_destination(*to, space));
      }
    }
    const bool answers_itself =
        reading_.find(route.http, "redirect") || reading_.find(route.http, "directResponse");
    if (destinations.empty() && answers_itself) return;
    if (destinations.empty()) destinations.emplace_back();
    for (const Destination& to : destinations) read_pair(route, to);
  }

  Destination read_destination(const Field& field, const std::string& space) {
    Destination to;
    if (const auto host = reading_.find(field, "host")) {
      to.shown = reading_.text(*host);
      to.host = full_host(to.shown, space);
    }
    if (const auto subset = reading_.find(field, "subset")) to.subset = reading_.text(*subset);
    if (const auto port = reading_.find_map(field, "port")) {
      if (const auto number = reading_.find(*port, "number")) to.port = reading_.text(*number);
    }
    return to;
  }

  void read_pair(const Route& route, const Destination& to) {
    if (++pairs_ > routes_max) {
      reading_.error(route.http, "is one route too many: at most " + grouped(routes_max) +
                                     " are read; import a part of them");
      return;
    }
    Rule* rule = rule_of(to.host);
    if (rule != nullptr) rule->is_used = true;
    std::string name = to.shown.empty() ? "route" : short_name(to.shown);
    if (!to.subset.empty()) name += '-' + to.subset;
    PolicyDraft draft(route.name.empty() ? name : route.name);
    read_route(route, draft);
    finish(std::move(draft), rule, to, place_of(route.http) + " route to " + name);
  }

  void read_rule_alone(Rule& rule) {
    rule.is_used = true;
    PolicyDraft draft(rule.host == "*" ? "mesh" : short_name(rule.host));
    draft.set("deadline", "forever", by_default("Istio's default: none"));
    draft.set("timeout", "forever", by_default("Istio's default: none"));
    write_mesh_retry(draft, implicit_retry(), Duration{0}, {});
    finish(std::move(draft), &rule, {},
           place_of(rule.spec) + " host " + rule.host + ", of which no VirtualService tells");
  }

  static std::string short_name(const std::string& host) {
    return host.starts_with('*') ? host : host.substr(0, host.find('.'));
  }

  void finish(PolicyDraft draft, const Rule* rule, const Destination& to,
              const std::string& place) {
    if (reading_.failed()) return;
    write_mesh_limits(reading_, draft, read_limits(rule, to), "Istio");
    if (const auto detection = setting(rule, to, "outlierDetection"))
      write_istio_outlier(reading_, draft, *detection);
    draft.set("state.per", "edge", by_default("each caller has a proxy of its own"));
    draft.sort();
    const auto [known, is_new] = known_.emplace(
        to.host + '\n' + to.subset + '\n' + to.port + '\n' + draft.fingerprint(), drafts_.size());
    if (is_new) {
      draft.about().push_back(comment_text(place));
      drafts_.push_back(std::move(draft));
    } else {
      drafts_[known->second].about().push_back(comment_text(place));
    }
  }

  static MeshRetry implicit_retry() {
    MeshRetry retry;
    retry.retries = 2;
    retry.retries_origin = by_default("Istio's default: 2 retries, and the first");
    retry.on = default_outcomes();
    retry.on_origin = by_default(default_retry_on);
    retry.base_origin = by_default("Istio's default");
    retry.max_origin = by_default("Envoy's default: ten times the base");
    return retry;
  }

  static Outcomes default_outcomes() {
    Outcomes on;
    on.unavailable = on.rejected = true;  // nobody cancels here
    return on;
  }

  /// What a route says, or the one that delegates to it.
  std::optional<Field> said(const Route& route, const char* key) {
    std::optional<Field> own = reading_.find(route.http, key);
    if (own || route.root == nullptr) return own;
    taken_of_root_.insert(key);
    return reading_.find(*route.root, key);
  }

  void read_route(const Route& route, PolicyDraft& draft) {
    const std::optional<Field> timeout = said(route, "timeout");
    const Duration deadline = timeout ? reading_.duration(*timeout, form) : Duration{0};
    draft.set("deadline", deadline == Duration{0} ? "forever" : format_duration(deadline),
              timeout ? from(*timeout) : by_default("Istio's default: none"));
    constexpr std::string_view no_own = "Istio's default: no other than that of the whole";
    const std::optional<Field> retries = said(route, "retries");
    if (retries && !retries->is_map()) return reading_.must_be(*retries, "a map");
    if (!retries) {
      draft.set("timeout", "forever", by_default(no_own));
      write_mesh_retry(draft, implicit_retry(), Duration{0}, {});
      return;
    }
    MeshRetry retry = implicit_retry();
    const std::optional<Field> attempts = reading_.find(*retries, "attempts");
    retry.retries = attempts ? reading_.whole32(*attempts, 0) : 0;
    if (attempts) retry.retries_origin = from(*attempts, "and the first");
    if (retry.retries == 0) {
      draft.set("timeout", "forever", by_default("without retries: no other than the whole"));
      if (!attempts) {
        reading_.leave(*retries, "without attempts Istio takes 0 of them, so nothing is retried");
        return;
      }
      draft.set("retry.max_attempts", "1", from(*attempts, "0 switches retries off"));
      for (const Field& one : Reading::members(*retries)) {
        if (one.node != attempts->node) reading_.leave(one, "attempts is 0: nothing is retried");
      }
      return;
    }
    const std::optional<Field> per_try = reading_.find(*retries, "perTryTimeout");
    const Duration time = per_try ? reading_.duration(*per_try, form) : Duration{0};
    if (per_try && time < std::chrono::milliseconds{1}) {
      reading_.must_be(*per_try, "at least 1ms");
    }
    draft.set("timeout", time == Duration{0} ? "forever" : format_duration(time),
              per_try ? from(*per_try) : by_default(no_own));
    if (const auto on = reading_.find(*retries, "retryOn"); on && !on->node->text.empty()) {
      retry.on = read_retry_on(reading_, *on, {}, true);
      retry.on_origin = from(*on);
    }
    if (const auto backoff = reading_.find(*retries, "backoff")) {
      retry.base = reading_.positive_duration(*backoff, form);
      retry.base_origin = from(*backoff);
    }
    if (!reading_.failed()) write_mesh_retry(draft, retry, Duration{0}, {});
  }

  /// Where the traffic policy of a part of the host stands: of a port before that of the subset,
  /// that before the host's. A connectionPool counts whole, from the innermost that has one.
  std::optional<Field> setting(const Rule* rule, const Destination& to, std::string_view name) {
    if (rule == nullptr) return std::nullopt;
    std::vector<Field> policies;
    for (const Field& subset : rule->subsets) {
      const std::optional<Field> own = reading_.find(subset, "name");
      if (!own || to.subset.empty() || own->node->text != to.subset) continue;
      reading_.take(*own);
      if (const auto policy = reading_.find_map(subset, "trafficPolicy")) {
        policies.push_back(*policy);
      }
    }
    if (rule->policy) policies.push_back(*rule->policy);
    for (const Field& policy : policies) {
      for (const Field& port : reading_.list(policy, "portLevelSettings")) {
        const std::optional<Field> at = reading_.find_map(port, "port");
        const std::optional<Field> number = at ? reading_.find(*at, "number") : std::nullopt;
        if (!number || number->node->text != to.port) continue;
        reading_.take(*number);
        // What a port does not say is as by default there, not as the host says.
        return reading_.find_map(port, name);
      }
      if (const auto found = reading_.find_map(policy, name)) return found;
    }
    return std::nullopt;
  }

  /// Istio takes a limit of 0 for one that is not there.
  bool is_set(const std::optional<Field>& limit) {
    if (!limit) return false;
    if (reading_.whole32(*limit, 0) > 0) return true;
    reading_.leave(*limit, "Istio takes 0 for not set");
    return false;
  }

  MeshLimits read_limits(const Rule* rule, const Destination& to) {
    constexpr std::string_view none = "Istio's default: no limit";
    const std::optional<Field> pool = setting(rule, to, "connectionPool");
    const std::optional<Field> tcp = pool ? reading_.find_map(*pool, "tcp") : std::nullopt;
    const std::optional<Field> http = pool ? reading_.find_map(*pool, "http") : std::nullopt;
    const auto limit = [&](const std::optional<Field>& map, std::string_view name) {
      const std::optional<Field> field = map ? reading_.find(*map, name) : std::nullopt;
      return limit_of(reading_, is_set(field) ? field : std::nullopt, MeshLimits::unlimited, none);
    };
    MeshLimits limits;
    limits.connections = limit(tcp, "maxConnections");
    limits.pending = limit(http, "http1MaxPendingRequests");
    limits.requests = limit(http, "http2MaxRequests");
    limits.retries = limit(http, "maxRetries");
    if (const auto upgrade = http ? reading_.find(*http, "h2UpgradePolicy") : std::nullopt) {
      limits.http2 = reading_.text(*upgrade) == "UPGRADE";
    }
    const std::optional<Field> budget = setting(rule, to, "retryBudget");
    if (!budget) return limits;
    if (limits.retries.field) reading_.leave(*limits.retries.field, "retryBudget replaces it");
    limits.retries.field.reset();
    // Its documentation says 20 %, its code hands 0.2 to Envoy, which counts in percent
    // (istio/istio as of 2025, pilot/pkg/networking/core/cluster_traffic_policy.go; its test
    // expects 0.2).
    limits.budget_percent = {
        0.2, by_default("Istio's default as it is: 0.2 percent, documented as 20"), std::nullopt};
    limits.budget_min = {3, by_default("Istio's default"), std::nullopt};
    if (const auto percent = reading_.find(*budget, "percent")) {
      limits.budget_percent = {reading_.number(*percent), from(*percent), percent};
      if (limits.budget_percent->value > 100.0) reading_.must_be(*percent, "from 0 to 100");
    }
    if (const auto min = reading_.find(*budget, "minRetryConcurrency"); is_set(min)) {
      limits.budget_min = {reading_.whole32(*min, 0), from(*min), min};
    }
    return limits;
  }

  Reading& reading_;
  std::vector<Service> services_;
  std::vector<Rule> rules_;
  std::map<std::string, std::size_t> by_host_;  ///< of rules_
  std::vector<std::size_t> wildcards_;          ///< likewise
  std::vector<PolicyDraft> drafts_;
  std::size_t pairs_ = 0;
  std::set<std::string> taken_of_root_;  ///< keys of the route that delegates
  std::map<std::string, std::size_t> known_;
};

}  // namespace

std::vector<PolicyDraft> read_istio(Reading& reading) { return Istio(reading).read(); }

}  // namespace squall::scenario
