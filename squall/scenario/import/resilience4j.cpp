// resilience4j as Spring configures it: instances of retry, circuit breaker, rate limiter, bulkhead
// and time limiter, with what they inherit. Instances of one name make one policy.
#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "squall/base/quantity.hpp"
#include "squall/scenario/import/formats.hpp"
#include "squall/scenario/import/outcomes.hpp"
#include "squall/scenario/node_making.hpp"

namespace squall::scenario {
namespace {

constexpr DurationForm form = DurationForm::spring;
constexpr std::string_view the_default = "resilience4j's default";

/// One kind of decorator: its section, and what it is here.
enum Kind : std::size_t { retry, breaker, limiter, bulkhead, rate_limit };
constexpr std::array<std::string_view, 5> sections = {"retry", "circuitbreaker", "timelimiter",
                                                      "bulkhead", "ratelimiter"};

/// An instance and what it inherits from, nearest first.
using Chain = std::vector<Field>;

class Resilience4j {
 public:
  explicit Resilience4j(Reading& reading) : reading_(reading) {}

  std::vector<PolicyDraft> read() {
    for (const Field& document : reading_.documents()) {
      const std::optional<Field> root = reading_.find_map(document, "resilience4j");
      if (root) {
        for (const Field& other : Reading::members(document)) {
          if (other.node != root->node) reading_.leave(other, "outside resilience4j");
        }
      }
      // A fragment: the sections without what they stand below.
      find_sections(root ? *root : document);
    }
    for (const std::string& name : names()) {
      if (reading_.failed()) return {};
      read_policy(name);
    }
    return std::move(drafts_);
  }

 private:
  void find_sections(const Field& root) {
    for (std::size_t kind = 0; kind < sections.size(); ++kind) {
      sections_[kind] = reading_.find_map(root, sections[kind]);
    }
  }

  /// `backends` is what the first versions called them.
  std::vector<Field> instances_of(const Field& section) {
    std::vector<Field> all;
    for (const char* word : {"instances", "backends"}) {
      const std::optional<Field> map = reading_.find_map(section, word);
      if (!map) continue;
      for (const Field& one : Reading::members(*map)) all.push_back(one);
    }
    return all;
  }

  static std::string name_of(const Field& instance) {
    std::string name = instance.name;
    // Spring's brackets keep a name as it is.
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    return name;
  }

  /// In the order of the file; those of `configs` where nothing has an instance.
  std::vector<std::string> names() {
    std::vector<std::string> all;
    const auto add = [&all](const std::string& name) {
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
    };
    for (const auto& section : sections_) {
      if (!section) continue;
      for (const Field& one : instances_of(*section)) add(name_of(one));
    }
    if (!all.empty()) return all;
    for (const auto& section : sections_) {
      const auto configs = section ? reading_.find_map(*section, "configs") : std::nullopt;
      if (!configs) continue;
      for (const Field& one : Reading::members(*configs)) add(name_of(one));
    }
    only_configs_ = true;
    return all;
  }

  std::optional<Field> config(const Field& section, const std::string& name) {
    const std::optional<Field> configs = reading_.find_map(section, "configs");
    if (!configs) return std::nullopt;
    for (const Field& one : Reading::members(*configs)) {
      if (name_of(one) == name) return one;
    }
    return std::nullopt;
  }

  /// Nothing where the section has no such instance.
  Chain chain_of(Kind kind, const std::string& name) {
    Chain chain;
    if (!sections_[kind]) return chain;
    const Field& section = *sections_[kind];
    std::optional<Field> at;
    if (only_configs_) {
      at = config(section, name);
    } else {
      for (const Field& one : instances_of(section)) {
        if (name_of(one) == name) at = one;
      }
    }
    if (!at) return chain;
    while (at && !reading_.failed()) {
      if (std::any_of(chain.begin(), chain.end(),
                      [&at](const Field& one) { return one.node == at->node; })) {
        reading_.error(*at, "inherits from itself through baseConfig");
        return chain;
      }
      if (at->is_map()) {
        reading_.open(*at);
        chain.push_back(*at);
      } else if (at->node->kind == Node::Kind::null ||
                 (at->is_scalar() && at->node->text.empty())) {
        reading_.take(*at);
        chain.push_back(*at);
      } else {
        reading_.must_be(*at, "a map of settings");
        return chain;
      }
      at = base_of(section, *at, name, chain.size() == 1);
    }
    return chain;
  }

  std::optional<Field> base_of(const Field& section, const Field& at, const std::string& name,
                               bool is_instance) {
    const std::optional<Field> base = reading_.find(at, "baseConfig");
    if (base) {
      const std::string wanted = reading_.text(*base);
      std::optional<Field> found = config(section, wanted);
      if (!found) reading_.error(*base, "there is no config " + shown(wanted));
      return found;
    }
    if (!is_instance || only_configs_) return std::nullopt;
    // Without a word of it: the config of the instance's own name, else the default one.
    std::optional<Field> own = config(section, name);
    return own ? own : config(section, "default");
  }

  std::optional<Field> setting(const Chain& chain, std::string_view name) {
    std::optional<Field> found;
    for (const Field& level : chain) {
      const std::optional<Field> here = reading_.find(level, name);
      if (!here) continue;
      if (!found) {
        found = here;
      } else {
        // It counts for other instances perhaps; here it is known and overruled.
        reading_.take(*here);
      }
    }
    return found;
  }
  std::optional<Field> setting(const Chain& chain, std::string_view name,
                               std::string_view old_name) {
    std::optional<Field> found = setting(chain, name);
    return found ? found : setting(chain, old_name);
  }

  void read_policy(const std::string& name) {
    PolicyDraft draft(name);
    draft.set("deadline", "forever", by_default("resilience4j has none"));
    if (const Chain chain = chain_of(limiter, name); !chain.empty()) read_limiter(chain, draft);
    if (const Chain chain = chain_of(retry, name); !chain.empty()) read_retry(chain, draft);
    if (const Chain chain = chain_of(breaker, name); !chain.empty()) read_breaker(chain, draft);
    if (const Chain chain = chain_of(rate_limit, name); !chain.empty())
      read_rate_limit(chain, draft);
    if (const Chain chain = chain_of(bulkhead, name); !chain.empty()) read_bulkhead(chain, draft);
    if (reading_.failed()) return;
    if (!draft.has("timeout")) {
      draft.set("timeout", "forever", by_default("no time limiter of this name"));
    }
    write_order(draft);
    draft.set("state.per", "edge", by_default("each application counts for itself"));
    draft.sort();
    drafts_.push_back(std::move(draft));
  }

  void about(const Chain& chain, PolicyDraft& draft) {
    std::string text;
    for (const Field& level : chain) {
      text += (text.empty() ? "" : ", from ") + *level.file + ':' + std::to_string(level.line) +
              ' ' + level.path;
    }
    draft.about().push_back(comment_text(text));
  }

  void set_duration(PolicyDraft& draft, std::string_view path, const std::optional<Field>& field,
                    std::string_view otherwise, bool positive) {
    if (!field) return draft.set(path, otherwise, by_default(the_default));
    const Duration value =
        positive ? reading_.positive_duration(*field, form) : reading_.duration(*field, form);
    draft.set(path, format_duration(value), from(*field));
  }

  void set_whole(PolicyDraft& draft, std::string_view path, const std::optional<Field>& field,
                 std::uint32_t otherwise, std::uint32_t min) {
    if (!field) return draft.set(path, plain(otherwise), by_default(the_default));
    draft.set(path, plain(reading_.whole32(*field, min)), from(*field));
  }

  void set_percent(PolicyDraft& draft, std::string_view path, const std::optional<Field>& field,
                   std::string_view otherwise) {
    if (!field) return draft.set(path, otherwise, by_default(the_default));
    const double percent = reading_.number(*field);
    if (!(percent > 0.0) || percent > 100.0) reading_.must_be(*field, "above 0 and at most 100");
    draft.set(path, format_number(percent) + '%', from(*field));
  }

  bool flag(const Chain& chain, std::string_view name) {
    const std::optional<Field> field = setting(chain, name);
    return field && reading_.boolean(*field);
  }

  void read_limiter(const Chain& chain, PolicyDraft& draft) {
    about(chain, draft);
    set_duration(draft, "timeout", setting(chain, "timeoutDuration"), "1s", true);
  }

  void read_retry(const Chain& chain, PolicyDraft& draft) {
    about(chain, draft);
    set_whole(draft, "retry.max_attempts", setting(chain, "maxAttempts", "maxRetryAttempts"), 3, 1);
    read_outcomes(chain, draft);
    const bool grows = flag(chain, "enableExponentialBackoff");
    const bool spreads = flag(chain, "enableRandomizedWait");
    const std::optional<Field> wait = setting(chain, "waitDuration", "waitDurationMillis");
    const std::optional<Field> multiplier = setting(chain, "exponentialBackoffMultiplier");
    const std::optional<Field> max = setting(chain, "exponentialMaxWaitDuration");
    const std::optional<Field> factor = setting(chain, "randomizedWaitFactor");
    if (grows) {
      read_growth(draft, wait, multiplier, max);
    } else {
      set_duration(draft, "retry.backoff.fixed", wait, "500ms", false);
      for (const auto& unused : {multiplier, max}) {
        if (unused) reading_.leave(*unused, "has no effect without enableExponentialBackoff");
      }
    }
    draft.set("retry.honour_pushback", "false", by_default("resilience4j does not"));
    if (!spreads) {
      draft.set("retry.backoff.jitter", "none", by_default(the_default));
      if (factor) reading_.leave(*factor, "has no effect without enableRandomizedWait");
      return;
    }
    const std::string path = "retry.backoff.jitter.proportional";
    if (!factor) return draft.set(path, "50%", by_default(the_default));
    const double share = reading_.number(*factor);
    if (share >= 1.0) reading_.must_be(*factor, "from 0 to 1, and below 1");
    draft.set(path, format_number(share), from(*factor));
  }

  void read_growth(PolicyDraft& draft, const std::optional<Field>& wait,
                   const std::optional<Field>& multiplier, const std::optional<Field>& max) {
    const std::string shape = "retry.backoff.exponential.";
    const Duration base =
        wait ? reading_.duration(*wait, form) : Duration{std::chrono::milliseconds{500}};
    const Duration longest = max ? reading_.positive_duration(*max, form) : forever;
    draft.set(shape + "base", format_duration(std::min(base, longest)),
              wait ? from(*wait, base > longest ? "but the longest is less" : "")
                   : by_default(the_default));
    draft.set(shape + "max", max ? format_duration(longest) : "forever",
              max ? from(*max) : by_default("resilience4j's default: none"));
    if (!multiplier) return draft.set(shape + "multiplier", "1.5", by_default(the_default));
    const double factor = reading_.number(*multiplier);
    if (factor < 1.0) reading_.must_be(*multiplier, "at least 1");
    draft.set(shape + "multiplier", format_number(factor), from(*multiplier));
  }

  /// A list, or one text with commas; nothing where it is not there.
  std::vector<std::string> words(const std::optional<Field>& field) {
    std::vector<std::string> all;
    if (!field) return all;
    if (field->is_list()) {
      for (const Field& one : Reading::items(*field)) all.push_back(reading_.text(one));
      return all;
    }
    std::string text = reading_.text(*field);
    std::string word;
    for (const char c : text + ',') {
      if (c == ',' && !word.empty()) all.push_back(std::exchange(word, {}));
      if (c != ',' && c != ' ') word += c;
    }
    return all;
  }

  static constexpr std::string_view runtime_exception = "java.lang.RuntimeException";
  static bool is_all(const std::string& name) {
    return name == "java.lang.Exception" || name == "java.lang.Throwable";
  }
  static bool is_timeout(const std::string& name) { return name.ends_with("TimeoutException"); }
  static bool is_rejection(const std::string& name) {
    return name.ends_with("CallNotPermittedException") || name.ends_with("BulkheadFullException") ||
           name.ends_with("RequestNotPermitted");
  }

  /// By its class an exception is what happens here: a timeout, a refusal, or an error.
  void read_outcomes(const Chain& chain, PolicyDraft& draft) {
    const std::optional<Field> which = setting(chain, "retryExceptions");
    const std::optional<Field> ignored = setting(chain, "ignoreExceptions");
    Outcomes on;
    on.timeout = on.error = on.rejected = true;
    Origin origin = by_default("resilience4j's default: every exception");
    if (const std::vector<std::string> names = words(which); !names.empty()) {
      on = {};
      std::string text;
      for (const std::string& name : names) {
        const bool all = is_all(name);
        const bool runtime = name == runtime_exception;
        on.timeout = on.timeout || all || is_timeout(name);
        on.rejected = on.rejected || all || runtime || is_rejection(name);
        on.error = on.error || (!is_timeout(name) && !is_rejection(name));
        text += (text.empty() ? "" : ", ") + name.substr(name.rfind('.') + 1);
      }
      origin = from(*which, which->is_list() ? text : "");
    }
    for (const std::string& name : words(ignored)) {
      if (is_all(name)) {
        on = {};
      } else if (is_timeout(name)) {
        on.timeout = false;
      } else if (is_rejection(name)) {
        on.rejected = false;
      } else if (name == runtime_exception) {
        on.rejected = false;  // what those of resilience4j are
        reading_.remark(*ignored, name + ": errors have no classes, and stay");
      } else {
        reading_.remark(*ignored, name + ": errors have no classes");
        continue;
      }
      origin.text += ", without " + comment_text(name.substr(name.rfind('.') + 1));
    }
    draft.set("retry.on", on.node(), origin);
  }

  void read_breaker(const Chain& chain, PolicyDraft& draft) {
    about(chain, draft);
    const std::string path = "breaker.resilience4j.";
    const std::optional<Field> type = setting(chain, "slidingWindowType");
    // The ring of 0.x was judged when it was full.
    const std::optional<Field> ring = setting(chain, "ringBufferSizeInClosedState");
    const std::optional<Field> size =
        setting(chain, "slidingWindowSize", "ringBufferSizeInClosedState");
    bool is_time = false;
    if (type) {
      const std::string word = spelling_free(reading_.text(*type));
      is_time = word == "timebased";
      if (!is_time && word != "countbased") reading_.must_be(*type, "COUNT_BASED or TIME_BASED");
    }
    const std::uint32_t window = size ? reading_.whole32(*size, 1) : 100;
    const std::string remark = is_time ? "seconds, TIME_BASED" : type ? "COUNT_BASED" : "";
    const Origin origin = size ? from(*size, remark) : by_default(the_default);
    draft.set(path + "window", std::to_string(window) + (is_time ? "s" : ""), origin);
    std::optional<Field> minimum = setting(chain, "minimumNumberOfCalls");
    set_whole(draft, path + "minimum", minimum ? minimum : ring, 100, 1);
    set_percent(draft, path + "failure_rate", setting(chain, "failureRateThreshold"), "50%");
    set_percent(draft, path + "slow_call_rate", setting(chain, "slowCallRateThreshold"), "100%");
    set_duration(draft, path + "slow_call", setting(chain, "slowCallDurationThreshold"), "60s",
                 true);
    set_duration(draft, path + "open_for",
                 setting(chain, "waitDurationInOpenState", "waitInterval"), "60s", true);
    set_whole(
        draft, path + "half_open_calls",
        setting(chain, "permittedNumberOfCallsInHalfOpenState", "ringBufferSizeInHalfOpenState"),
        10, 1);
    set_duration(draft, path + "max_half_open", setting(chain, "maxWaitDurationInHalfOpenState"),
                 "0s", false);
    const std::optional<Field> automatic =
        setting(chain, "automaticTransitionFromOpenToHalfOpenEnabled");
    draft.set(path + "automatic_half_open",
              automatic && reading_.boolean(*automatic) ? "true" : "false",
              automatic ? from(*automatic) : by_default(the_default));
  }

  void read_rate_limit(const Chain& chain, PolicyDraft& draft) {
    about(chain, draft);
    const std::string path = "rate_limit.resilience4j.";
    set_whole(draft, path + "limit_for_period", setting(chain, "limitForPeriod"), 50, 1);
    set_duration(draft, path + "limit_refresh_period", setting(chain, "limitRefreshPeriod"),
                 "500ns", true);
    set_duration(draft, path + "timeout", setting(chain, "timeoutDuration"), "5s", false);
    draft.set(path + "blocking", "true",
              by_default("a method that is refused has waited; false: Reactor, RxJava"));
  }

  void read_bulkhead(const Chain& chain, PolicyDraft& draft) {
    about(chain, draft);
    set_whole(draft, "bulkhead.max_concurrent",
              setting(chain, "maxConcurrentCalls", "maxConcurrentCall"), 25, 1);
    draft.set("bulkhead.max_waiting", "unlimited", by_default("resilience4j bounds the time only"));
    set_duration(draft, "bulkhead.max_wait", setting(chain, "maxWaitDuration", "maxWaitTime"), "0s",
                 false);
  }

  /// Spring sorts the aspects: the lowest number stands outermost.
  void write_order(PolicyDraft& draft) {
    struct Aspect {
      std::int64_t order;
      std::size_t place;  ///< among equals
      std::string layer;
    };
    constexpr std::int64_t last = std::numeric_limits<std::int32_t>::max();
    std::vector<Aspect> aspects = {{last - 4, 0, "retry"},
                                   {last - 3, 1, "breaker"},
                                   {last - 2, 2, "rate_limit"},
                                   {last - 1, 3, "timeout"},
                                   {last, 4, "bulkhead"}};
    constexpr std::array<std::string_view, 5> keys = {
        "retryAspectOrder", "circuitBreakerAspectOrder", "timeLimiterAspectOrder",
        "bulkheadAspectOrder", "rateLimiterAspectOrder"};
    constexpr std::array<std::size_t, 5> places = {0, 1, 3, 4, 2};
    Origin origin = by_default("resilience4j's default on Spring");
    for (std::size_t kind = 0; kind < keys.size(); ++kind) {
      if (!sections_[kind]) continue;
      const std::optional<Field> field = reading_.find(*sections_[kind], keys[kind]);
      if (!field) continue;
      aspects[places[kind]].order = reading_.integer(*field);
      if (origin.file.empty()) {
        origin = from(*field);
      } else {
        origin.text += ", " + field->name + ": " + comment_text(field->node->text);
      }
    }
    std::sort(aspects.begin(), aspects.end(), [](const Aspect& a, const Aspect& b) {
      return a.order != b.order ? a.order < b.order : a.place < b.place;
    });
    Node order = list_node();
    for (const Aspect& one : aspects) order.items.push_back(plain(one.layer));
    draft.set("order", std::move(order), origin);
  }

  Reading& reading_;
  std::array<std::optional<Field>, sections.size()> sections_;
  bool only_configs_ = false;
  std::vector<PolicyDraft> drafts_;
};

}  // namespace

std::vector<PolicyDraft> read_resilience4j(Reading& reading) {
  return Resilience4j(reading).read();
}

}  // namespace squall::scenario
