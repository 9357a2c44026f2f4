// gRPC's service config (proposals A2 and A6): a policy for each entry of methodConfig.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "squall/base/quantity.hpp"
#include "squall/scenario/import/formats.hpp"
#include "squall/scenario/import/outcomes.hpp"
#include "squall/scenario/node_making.hpp"

namespace squall::scenario {
namespace {

constexpr DurationForm form = DurationForm::protobuf;
constexpr std::uint32_t attempts_max = 5;

class Grpc {
 public:
  explicit Grpc(Reading& reading) : reading_(reading) {}

  std::vector<PolicyDraft> read() {
    for (const Field& document : reading_.documents()) look(document);
    return std::move(drafts_);
  }

 private:
  /// As in a TXT record of DNS, configs may stand in a list, each below `serviceConfig`.
  void look(const Field& field) {
    for (const Field& item : Reading::items(field)) look(item);
    if (!field.is_map()) {
      if (!field.is_list()) reading_.must_be(field, "a service config, which is a map");
      return;
    }
    if (const auto inner = reading_.find(field, "serviceConfig")) return look(*inner);
    const std::vector<Field> methods = reading_.list(field, "methodConfig");
    const std::optional<Field> throttling = reading_.find_map(field, "retryThrottling");
    named_.clear();
    bool throttles = false;
    for (const Field& method : methods) {
      if (reading_.failed()) return;
      throttles = read_method(method, throttling) || throttles;
    }
    if (throttling && !throttles && !methods.empty()) {
      read_throttling(*throttling, nullptr);
      reading_.leave(*throttling, "no method retries or hedges");
    }
  }

  /// @return whether it retries or hedges.
  bool read_method(const Field& method, const std::optional<Field>& throttling) {
    if (!method.is_map()) {
      reading_.must_be(method, "a map");
      return false;
    }
    if (reading_.list(method, "name").empty()) {
      // service_config.proto of grpc-proto: one without names is skipped.
      if (!reading_.failed()) reading_.leave(method, "gRPC skips an entry without a name");
      return false;
    }
    reading_.open(method);
    PolicyDraft draft(read_names(method));
    draft.about().push_back(comment_text(*method.file + ':' + std::to_string(method.line) + ' ' +
                                         method.path + about_));
    if (const auto timeout = reading_.find(method, "timeout")) {
      draft.set("deadline", format_duration(reading_.positive_duration(*timeout, form)),
                from(*timeout, "one for all attempts"));
    } else {
      draft.set("deadline", "forever", by_default("gRPC's default: none"));
    }
    draft.set("timeout", "forever", by_default("gRPC has none for an attempt"));
    const std::optional<Field> retry = reading_.find_map(method, "retryPolicy");
    const std::optional<Field> hedging = reading_.find_map(method, "hedgingPolicy");
    if (retry && hedging) {
      reading_.error(*hedging, "stands beside retryPolicy; gRPC takes one of the two only");
      return false;
    }
    if (retry) read_retry(*retry, draft);
    if (hedging) read_hedging(*hedging, draft);
    if (reading_.failed()) return false;
    const bool repeats = retry.has_value() || hedging.has_value();
    if (throttling && repeats) read_throttling(*throttling, &draft);
    Node order = list_node();
    for (const char* layer : {"retry", "hedge", "breaker", "rate_limit", "bulkhead", "timeout"}) {
      order.items.push_back(plain(std::string(layer)));
    }
    draft.set("order", std::move(order), by_default("gRPC has no other layers"));
    draft.set("state.per", "edge", by_default("each client counts for itself, by server"));
    draft.sort();
    drafts_.push_back(std::move(draft));
    return repeats;
  }

  /// The name of the policy, after the first method. A method has one entry in a service config;
  /// several configs, of servers or of choices, may each have one for it.
  std::string read_names(const Field& method) {
    std::string first;
    about_.clear();
    for (const Field& name : reading_.list(method, "name")) {
      if (!name.is_map()) {
        reading_.must_be(name, "a map with 'service' and perhaps 'method'");
        return {};
      }
      const std::optional<Field> service = reading_.find(name, "service");
      const std::optional<Field> rpc = reading_.find(name, "method");
      std::string text = service ? reading_.text(*service) : std::string();
      const std::string method_name = rpc ? reading_.text(*rpc) : std::string();
      if (text.empty() && !method_name.empty()) {
        reading_.error(name, "names a method without its service");
      }
      if (!method_name.empty()) text += '/' + method_name;
      if (text.empty()) {
        text = "default";
        reading_.take(name);
      }
      const auto [known, is_new] = named_.emplace(text, name.line);
      if (!is_new) {
        reading_.error(name, "names " + shown(text) + ", which line " +
                                 std::to_string(known->second) + " does already");
      }
      about_ += ' ' + text;
      if (first.empty()) first = text;
    }
    std::replace(first.begin(), first.end(), '/', '-');
    return first;
  }

  Field required(const Field& map, std::string_view name) {
    const std::optional<Field> found = reading_.find(map, name);
    if (!found) {
      reading_.error(map, "needs " + std::string(name));
      return map;
    }
    return *found;
  }

  void read_attempts(const Field& policy, const std::string& path, PolicyDraft& draft) {
    const Field field = required(policy, "maxAttempts");
    if (reading_.failed()) return;
    const std::uint32_t attempts = reading_.whole32(field, 2);
    draft.set(path, plain(std::min(attempts, attempts_max)),
              from(field, attempts > attempts_max ? "gRPC takes more than 5 for 5" : ""));
  }

  Outcomes read_codes(const std::vector<Field>& codes) {
    Outcomes outcomes;
    for (const Field& code : codes) {
      const std::string text = reading_.text(code);
      std::string name;
      for (const char c : text) {
        name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      }
      if (!code.node->quoted && !grpc_status_name(text).empty()) name = grpc_status_name(text);
      if (!add_grpc_status(name, outcomes)) {
        reading_.must_be(code, "a status code such as UNAVAILABLE");
        return outcomes;
      }
    }
    return outcomes;
  }

  void read_retry(const Field& policy, PolicyDraft& draft) {
    read_attempts(policy, "retry.max_attempts", draft);
    const Field codes = required(policy, "retryableStatusCodes");
    if (reading_.failed()) return;
    if (!codes.is_list() || codes.node->items.empty()) {
      reading_.error(codes, "must be a list of at least one status code, such as [UNAVAILABLE]");
      return;
    }
    draft.set("retry.on", read_codes(Reading::items(codes)).node(), from(codes, codes_text(codes)));
    const Field initial = required(policy, "initialBackoff");
    const Field max = required(policy, "maxBackoff");
    const Field multiplier = required(policy, "backoffMultiplier");
    if (reading_.failed()) return;
    const Duration longest = reading_.positive_duration(max, form);
    const Duration base = reading_.positive_duration(initial, form);
    const double factor = reading_.number(multiplier);
    if (!(factor > 0.0)) reading_.must_be(multiplier, "above 0");
    const std::string shape = "retry.backoff.exponential.";
    const bool is_capped = base > longest;
    draft.set(shape + "base", format_duration(std::min(base, longest)),
              from(initial, is_capped ? "but maxBackoff is less" : ""));
    draft.set(shape + "max", format_duration(longest), from(max));
    if (factor < 1.0) {
      reading_.remark(multiplier, "waits that become shorter have no counterpart; 1 is written");
    }
    draft.set(shape + "multiplier", format_number(std::max(factor, 1.0)), from(multiplier));
    draft.set("retry.backoff.jitter.proportional", "20%", by_default("gRPC draws from 0.8 to 1.2"));
    draft.set("retry.honour_pushback", "true", by_default("gRPC does"));
  }

  static std::string codes_text(const Field& codes) {
    std::string text;
    for (const Node& code : codes.node->items) text += (text.empty() ? "" : ", ") + code.text;
    return text;
  }

  void read_hedging(const Field& policy, PolicyDraft& draft) {
    read_attempts(policy, "hedge.max_attempts", draft);
    if (const auto delay = reading_.find(policy, "hedgingDelay")) {
      draft.set("hedge.delay", format_duration(reading_.duration(*delay, form)), from(*delay));
    } else {
      draft.set("hedge.delay", "0s", by_default("gRPC's default: all at once"));
    }
    const std::optional<Field> codes = reading_.find(policy, "nonFatalStatusCodes");
    const Outcomes on = read_codes(reading_.list(policy, "nonFatalStatusCodes"));
    if (codes) reading_.take(*codes);
    draft.set("hedge.on", on.node(),
              codes ? from(*codes, codes_text(*codes))
                    : by_default("gRPC's default: every failure is fatal"));
  }

  /// @param draft  none: only look whether it is right
  void read_throttling(const Field& throttling, PolicyDraft* draft) {
    const Field tokens = required(throttling, "maxTokens");
    const Field ratio = required(throttling, "tokenRatio");
    if (reading_.failed()) return;
    const std::uint32_t max = reading_.whole32(tokens, 1, 1000);
    const double share = reading_.number(ratio);
    if (!(share >= 0.001)) reading_.must_be(ratio, "at least 0.001");
    if (reading_.failed() || draft == nullptr) return;
    draft->set("budget.grpc.max_tokens", plain(max), from(tokens));
    draft->set("budget.grpc.token_ratio", format_number(share), from(ratio));
  }

  Reading& reading_;
  std::vector<PolicyDraft> drafts_;
  std::map<std::string, int> named_;  ///< methods, with their lines
  std::string about_;
};

}  // namespace

std::vector<PolicyDraft> read_grpc(Reading& reading) { return Grpc(reading).read(); }

}  // namespace squall::scenario
