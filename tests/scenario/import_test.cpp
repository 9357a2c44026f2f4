// What becomes of the fields of other products' configurations: their meaning, defaults and clamps.
#include <cstdint>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/scenario/load.hpp"
#include "tests/scenario/import_support.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario {
namespace {

using enum ImportFormat;
using namespace std::chrono_literals;
using policy::BackoffShape;
using policy::Jitter;
using policy::Layer;
using policy::PolicyOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// --- Envoy ---

TEST(ImportEnvoy, WritesItsDefaultsOut) {
  const PolicyOptions options = policy_of(envoy, "cluster: a\nretry_policy: {retry_on: 5xx}\n");
  EXPECT_EQ(options.deadline, 15s);
  EXPECT_EQ(options.timeout, forever);
  ASSERT_TRUE(options.retry);
  EXPECT_EQ(options.retry->max_attempts, 2U);
  EXPECT_EQ(options.retry->backoff.base, 25ms);
  EXPECT_EQ(options.retry->backoff.max, 250ms);
  EXPECT_EQ(options.retry->backoff.jitter, Jitter::full);
  const auto& budget = std::get<policy::EnvoyBudgetOptions>(options.budget);
  EXPECT_EQ(budget.percent, 0.0);
  EXPECT_EQ(budget.min_concurrency, 3U);
  ASSERT_TRUE(options.bulkhead);
  EXPECT_EQ(options.bulkhead->max_concurrent, 1024U);
  EXPECT_EQ(options.bulkhead->max_waiting, 1024U);
  EXPECT_EQ(options.bulkhead->max_wait, forever);
  EXPECT_EQ(options.state_per, policy::StatePer::callee);
  EXPECT_EQ(options.order.front(), Layer::bulkhead);
}

TEST(ImportEnvoy, TakesTenTimesTheBaseForTheLongestBackoff) {
  const PolicyOptions options =
      policy_of(envoy, "retry_policy: {retry_on: 5xx, retry_back_off: {base_interval: 0.0001s}}\n");
  EXPECT_EQ(options.retry->backoff.base, 1ms);
  EXPECT_EQ(options.retry->backoff.max, 10ms);
}

TEST(ImportEnvoy, ReadsTheClustersBesideRoutesOfOneFile) {
  const std::string clusters =
      "clusters:\n"
      "- {name: a, circuit_breakers: {thresholds: [{max_requests: 7, max_connections: 7}]}}\n";
  const std::string routes = "[{match: {prefix: /}, route: {cluster: a}}]\n";
  for (const std::string& yaml :
       {clusters + "virtual_hosts: [{name: v, domains: ['*'], routes: " + routes + "}]\n",
        clusters + "routes: " + routes}) {
    EXPECT_EQ(policy_of(envoy, yaml).bulkhead->max_concurrent, 7U) << yaml;
    EXPECT_THAT(left_out_of(envoy, yaml), Not(HasSubstr(" clusters: "))) << yaml;
  }
}

TEST(ImportEnvoy, ReadsConditions) {
  const auto on = [](const std::string& words) {
    const PolicyOptions options = policy_of(envoy, "retry_policy: {retry_on: '" + words + "'}\n");
    const policy::RetryOn& found = options.retry->on;
    return std::string(found.timeout ? "timeout " : "") + (found.error ? "error " : "") +
           (found.rejected ? "rejected " : "") + (found.codes != 0 ? "codes" : "");
  };
  EXPECT_EQ(on("5xx"), "timeout error rejected ");
  EXPECT_EQ(on("gateway-error"), "timeout rejected codes");
  EXPECT_EQ(on("connect-failure, refused-stream"), "rejected codes");
  EXPECT_EQ(on("internal"), "codes");
  EXPECT_EQ(on("retriable-4xx"), "");
}

TEST(ImportEnvoy, IgnoresAConditionThatEnvoyDoesNotKnow) {
  const std::string yaml = "retry_policy: {retry_on: 'gateway-eror, connect-failure'}\n";
  const policy::RetryOn on = policy_of(envoy, yaml).retry->on;
  EXPECT_FALSE(on.timeout || on.error || on.rejected);
  EXPECT_NE(on.codes, 0U);
  EXPECT_THAT(left_out_of(envoy, yaml),
              HasSubstr("1 retry_policy.retry_on: gateway-eror: Envoy knows no such condition and "
                        "ignores it; did you mean 'gateway-error'?\n"));
}

TEST(ImportEnvoy, RetriesNothingWithoutACondition) {
  const std::string yaml = "cluster: a\nretry_policy:\n  num_retries: 5\n";
  EXPECT_FALSE(policy_of(envoy, yaml).retry);
  EXPECT_EQ(left_out_of(envoy, yaml),
            "2 retry_policy: without retry_on only requests with a header of their own retry\n");
}

TEST(ImportEnvoy, HedgesInPlaceOfRetries) {
  const std::string yaml =
      "hedge_policy: {hedge_on_per_try_timeout: true}\n"
      "retry_policy: {retry_on: 5xx, num_retries: 2, per_try_timeout: 0.2s}\n";
  const PolicyOptions options = policy_of(envoy, yaml);
  EXPECT_FALSE(options.retry);
  ASSERT_TRUE(options.hedge);
  EXPECT_EQ(options.hedge->max_attempts, 3U);
  EXPECT_EQ(options.hedge->delay, 200ms);
  EXPECT_FALSE(options.hedge->on.timeout);
  EXPECT_TRUE(options.hedge->on.error);
  EXPECT_EQ(options.timeout, forever);
}

TEST(ImportEnvoy, MakesOnePolicyOfRoutesThatSayTheSame) {
  const std::string yaml =
      "routes:\n"
      "- {match: {prefix: /a}, route: {cluster: x, timeout: 1s}}\n"
      "- {match: {prefix: /b}, route: {cluster: x, timeout: 1s}}\n"
      "- {match: {prefix: /c}, route: {cluster: x, timeout: 2s}}\n";
  const Imported all = imported(envoy, yaml);
  ASSERT_EQ(all.policies.size(), 2U);
  EXPECT_THAT(all.policies[0].about(), ElementsAre("in.yaml:2 route to x", "in.yaml:3 route to x"));
  EXPECT_EQ(all.policies[1].name(), "x-2");
}

TEST(ImportEnvoy, LeavesNothingOutThatAnyPolicyUses) {
  EXPECT_EQ(left_out_of(envoy,
                        "routes:\n"
                        "- {match: {}, route: {cluster: x, retry_policy: {retry_on: 5xx}}}\n"
                        "- {match: {}, route: {cluster: x}}\n"
                        "---\n"
                        "{name: x, circuit_breakers: {thresholds: [{max_retries: 1}]}}\n"),
            "2 routes.0.match: which requests go where is not part of a policy\n"
            "3 routes.1.match: which requests go where is not part of a policy\n");
}

TEST(ImportEnvoy, TellsOfEveryFieldOfWhatWouldActOnCalls) {
  EXPECT_EQ(left_out_of(envoy,
                        "name: x\n"
                        "outlier_detection:\n"
                        "  consecutive_5xx: 3\n"
                        "  split_external_local_origin_errors: true\n"
                        "  consecutive_local_origin_failure: 3\n"),
            "4 outlier_detection.split_external_local_origin_errors: failures of the network and "
            "of replicas count together\n"
            "5 outlier_detection.consecutive_local_origin_failure: failures of the network and of "
            "replicas count together\n");
}

TEST(ImportEnvoy, EjectsOutliersAsTheClusterSays) {
  const auto options = policy_of(
      envoy,
      "name: x\n"
      "outlier_detection: {consecutive_5xx: 3, consecutive_gateway_failure: 4, interval: 1.5s,\n"
      "  base_ejection_time: 20s, max_ejection_time: 60s, max_ejection_time_jitter: 1s,\n"
      "  max_ejection_percent: 50, always_eject_one_host: true, success_rate_minimum_hosts: 3,\n"
      "  success_rate_request_volume: 30, success_rate_stdev_factor: 1300,\n"
      "  failure_percentage_threshold: 70, failure_percentage_minimum_hosts: 2,\n"
      "  failure_percentage_request_volume: 20, enforcing_consecutive_5xx: 90,\n"
      "  enforcing_consecutive_gateway_failure: 80, enforcing_success_rate: 70,\n"
      "  enforcing_failure_percentage: 60}\n"
      "common_lb_config: {healthy_panic_threshold: {value: 30}}\n");
  ASSERT_TRUE(options.outlier);
  const policy::EnvoyOutlierOptions& outlier = *options.outlier;
  EXPECT_EQ(outlier.consecutive_5xx, 3U);
  EXPECT_EQ(outlier.consecutive_gateway_failure, 4U);
  EXPECT_EQ(outlier.interval, 1500ms);
  EXPECT_EQ(outlier.base_ejection_time, 20s);
  EXPECT_EQ(outlier.max_ejection_time, 60s);
  EXPECT_EQ(outlier.max_ejection_time_jitter, 1s);
  EXPECT_EQ(outlier.max_ejection_percent, 50.0);
  EXPECT_TRUE(outlier.always_eject_one_host);
  EXPECT_EQ(outlier.success_rate, (policy::EnvoyOutlierOptions::SuccessRate{3, 30, 1.3}));
  EXPECT_EQ(outlier.failure_percentage,
            (policy::EnvoyOutlierOptions::FailurePercentage{70.0, 2, 20}));
  EXPECT_EQ(outlier.enforcing, (policy::EnvoyOutlierOptions::Enforcing{90, 80, 70, 60}));
  EXPECT_EQ(outlier.panic_threshold, 30.0);
}

TEST(ImportEnvoy, HasTheDefaultsOfOutlierDetectionWhereItIsThere) {
  const auto options = policy_of(envoy, "{name: x, outlier_detection: {}}\n");
  ASSERT_TRUE(options.outlier);
  EXPECT_EQ(options.outlier->consecutive_5xx, 5U);
  EXPECT_EQ(options.outlier->max_ejection_percent, 10.0);
  EXPECT_EQ(options.outlier->enforcing, policy::EnvoyOutlierOptions::Enforcing{});
  EXPECT_EQ(options.outlier->panic_threshold, 50.0);
  EXPECT_FALSE(policy_of(envoy, "{name: x, circuit_breakers: {}}\n").outlier);
  const auto off = policy_of(envoy,
                             "name: x\n"
                             "outlier_detection: {}\n"
                             "common_lb_config: {healthy_panic_threshold: {value: 0}}\n");
  EXPECT_EQ(off.outlier->panic_threshold, 0.001);
}

// --- Istio ---

TEST(ImportIstio, EjectsOutliersAsTheRuleSays) {
  const auto outlier_of = [](const std::string& detection) {
    return policy_of(istio,
                     "kind: DestinationRule\nspec:\n  host: pay\n  trafficPolicy: "
                     "{outlierDetection: " +
                         detection + "}\n")
        .outlier.value();
  };
  const policy::EnvoyOutlierOptions all = outlier_of(
      "{consecutive5xxErrors: 0, consecutiveGatewayErrors: 4, interval: 5s, "
      "baseEjectionTime: 1m, maxEjectionPercent: 40, minHealthPercent: 25}");
  EXPECT_EQ(all.consecutive_5xx, 0U);
  EXPECT_EQ(all.consecutive_gateway_failure, 4U);
  EXPECT_EQ(all.interval, 5s);
  EXPECT_EQ(all.base_ejection_time, 60s);
  EXPECT_EQ(all.max_ejection_percent, 40.0);
  EXPECT_EQ(all.enforcing, (policy::EnvoyOutlierOptions::Enforcing{100, 100, 0, 0}));
  EXPECT_EQ(all.panic_threshold, 25.0);
  const policy::EnvoyOutlierOptions bare = outlier_of("{}");
  EXPECT_EQ(bare.consecutive_5xx, 5U);
  EXPECT_EQ(bare.enforcing, (policy::EnvoyOutlierOptions::Enforcing{100, 0, 0, 0}));
  EXPECT_EQ(bare.panic_threshold, 0.001) << "Istio switches it off";
}

TEST(ImportIstio, TakesALimitOfZeroForNone) {
  const auto rule = [](const std::string& policy) {
    return "kind: DestinationRule\nspec:\n  host: pay\n  trafficPolicy: " + policy + "\n";
  };
  const std::string pool = rule(
      "{connectionPool: {tcp: {maxConnections: 0}, http: {maxRetries: 0, "
      "http1MaxPendingRequests: 0, http2MaxRequests: 0}}}");
  const PolicyOptions options = policy_of(istio, pool);
  const PolicyOptions bare = policy_of(istio, rule("{connectionPool: {http: {}}}"));
  EXPECT_EQ(options.bulkhead.has_value(), bare.bulkhead.has_value());
  EXPECT_EQ(options.budget.index(), bare.budget.index());
  for (const char* const name :
       {"maxConnections", "maxRetries", "http1MaxPendingRequests", "http2MaxRequests"}) {
    EXPECT_THAT(left_out_of(istio, pool), HasSubstr(name));
  }
  EXPECT_THAT(left_out_of(istio, pool), HasSubstr("Istio takes 0 for not set"));
  const PolicyOptions budget =
      policy_of(istio, rule("{retryBudget: {percent: 20, minRetryConcurrency: 0}}"));
  EXPECT_EQ(std::get<policy::EnvoyBudgetOptions>(budget.budget).min_concurrency, 3U);
}

TEST(ImportIstio, RetriesTwiceWhereNothingIsSaid) {
  const PolicyOptions options = policy_of(
      istio, "kind: VirtualService\nspec: {http: [{route: [{destination: {host: a}}]}]}\n");
  ASSERT_TRUE(options.retry);
  EXPECT_EQ(options.retry->max_attempts, 3U);
  EXPECT_EQ(options.retry->backoff.base, 25ms);
  EXPECT_EQ(options.retry->backoff.max, 250ms);
  EXPECT_FALSE(options.retry->on.error);
  EXPECT_FALSE(options.retry->on.timeout);
  EXPECT_TRUE(options.retry->on.rejected);
  EXPECT_EQ(options.deadline, forever);
  EXPECT_FALSE(options.bulkhead);
  EXPECT_EQ(options.budget.index(), 0U);
}

TEST(ImportIstio, CountsAttemptsInAdditionToTheFirst) {
  const auto attempts = [](const std::string& retries) {
    const PolicyOptions options =
        policy_of(istio, "kind: VirtualService\nspec: {http: [{retries: {" + retries + "}}]}\n");
    return options.retry ? options.retry->max_attempts : 0;
  };
  EXPECT_EQ(attempts("attempts: 4"), 5U);
  EXPECT_EQ(attempts("attempts: 0"), 1U);
  EXPECT_EQ(attempts("retryOn: 5xx"), 0U);
}

TEST(ImportIstio, MatchesHostsByName) {
  const auto concurrent = [](const std::string& rule_host, const std::string& route_host) {
    const Imported all =
        imported(istio,
                 "kind: VirtualService\n"
                 "metadata: {namespace: shop}\n"
                 "spec: {http: [{route: [{destination: {host: " +
                     route_host +
                     "}}]}]}\n"
                     "---\n"
                     "kind: DestinationRule\n"
                     "metadata: {namespace: shop}\n"
                     "spec:\n"
                     "  host: '" +
                     rule_host +
                     "'\n"
                     "  trafficPolicy: {connectionPool: {tcp: {maxConnections: 9}}}\n");
    return all.policies.front().has("bulkhead");
  };
  EXPECT_TRUE(concurrent("cart", "cart"));
  EXPECT_TRUE(concurrent("cart", "cart.shop.svc.cluster.local"));
  EXPECT_TRUE(concurrent("cart.shop.svc.cluster.local", "cart"));
  EXPECT_TRUE(concurrent("*.shop.svc.cluster.local", "cart"));
  EXPECT_FALSE(concurrent("cart", "cart.other.svc.cluster.local"));
  EXPECT_FALSE(concurrent("*.example.com", "cart"));
}

/// A rule of `host` in `space` with this below `spec`.
std::string rule_for(const std::string& host, const std::string& space, const std::string& rest) {
  return "---\nkind: DestinationRule\nmetadata: {namespace: " + space +
         "}\nspec:\n  host: " + host + "\n" + rest;
}

/// `maxConnections` as `bulkhead.max_concurrent` of the policy of this name; 0: none.
std::uint32_t places_of(const Imported& all, const std::string& name) {
  const PolicyDraft* draft = all.find(name);
  if (draft == nullptr || !draft->has("bulkhead")) return 0;
  const Node node = draft->node();
  return static_cast<std::uint32_t>(
      std::stoul(node.find("bulkhead")->find("max_concurrent")->text));
}

// As Istio's mergeDestinationRule does (istio/istio as of 2025,
// pilot/pkg/model/destination_rule.go): subsets are put together, each name once; the first traffic
// policy at the top stays.
TEST(ImportIstio, MergesTheRulesOfOneHost) {
  const std::string route =
      "kind: VirtualService\n"
      "metadata: {namespace: shop}\n"
      "spec:\n"
      "  http:\n"
      "  - route: [{destination: {host: cart}}, {destination: {host: cart, subset: one}},\n"
      "      {destination: {host: cart, subset: two}}]\n";
  const auto pool = [](int connections) {
    return "trafficPolicy: {connectionPool: {tcp: {maxConnections: " + std::to_string(connections) +
           "}}}";
  };
  const std::string first =
      rule_for("cart", "shop", "  subsets:\n  - {name: one, " + pool(1) + "}\n");
  const std::string second = rule_for("cart.shop.svc.cluster.local", "shop",
                                      "  " + pool(9) + "\n  subsets:\n  - {name: one, " + pool(5) +
                                          "}\n  - {name: two, " + pool(2) + "}\n");
  const std::string third = rule_for("cart", "shop", "  " + pool(7) + "\n");
  const Imported all = imported(istio, route + first + second + third);
  EXPECT_EQ(places_of(all, "cart"), 9U);
  EXPECT_EQ(places_of(all, "cart-one"), 1U);
  EXPECT_EQ(places_of(all, "cart-two"), 2U);
  EXPECT_EQ(all.policies.size(), 3U);
  EXPECT_EQ(left_out_of(istio, route + first + second + third),
            "21 spec.subsets.0: the subset of this name in in.yaml:13 counts\n"
            "28 spec.trafficPolicy: the trafficPolicy of in.yaml:19 counts\n");
}

TEST(ImportIstio, TellsOfRulesThatItCannotMerge) {
  const std::string policy =
      "  trafficPolicy: {connectionPool: {http: {http2MaxRequests: 5, maxRetries: 2}}}\n";
  const std::string own = rule_for("cart.shop", "shop", policy);
  EXPECT_EQ(left_out_of(istio, own + rule_for("cart.shop", "bank", policy)),
            "10 spec: one host has one rule here: that of in.yaml:4, of another namespace, "
            "counts\n");
  const auto selected = [&policy](const std::string& app) {
    return rule_for("cart.shop", "shop",
                    "  workloadSelector: {matchLabels: {app: " + app + "}}\n" + policy);
  };
  const std::string selector =
      " spec.workloadSelector: which requests go where is not part of a policy\n";
  EXPECT_EQ(left_out_of(istio, selected("a") + selected("b")),
            "6" + selector +
                "11 spec: one host has one rule here: that of in.yaml:4, for other workloads, "
                "counts\n");
  EXPECT_EQ(left_out_of(istio, selected("a") + selected("a")),
            "6" + selector + "13" + selector +
                "14 spec.trafficPolicy: the trafficPolicy of in.yaml:7 counts\n");
  // One for all and one for some are merged by Istio, too.
  EXPECT_EQ(left_out_of(istio, own + selected("a")),
            "12" + selector + "13 spec.trafficPolicy: the trafficPolicy of in.yaml:6 counts\n");
}

TEST(ImportIstio, FollowsADelegateAndTakesFromTheRootWhatItDoesNotSay) {
  const auto service = [](const std::string& name, const std::string& spec) {
    return "---\nkind: VirtualService\nmetadata: {name: " + name + ", namespace: shop}\nspec:\n" +
           spec;
  };
  const std::string root = service("root",
                                   "  hosts: [shop.example.com]\n"
                                   "  http:\n"
                                   "  - name: all\n"
                                   "    timeout: 7s\n"
                                   "    retries: {attempts: 4}\n"
                                   "    delegate: {name: carts}\n");
  const std::string carts = service("carts",
                                    "  http:\n"
                                    "  - name: slow\n"
                                    "    timeout: 9s\n"
                                    "    route: [{destination: {host: cart}}]\n"
                                    "  - route: [{destination: {host: basket}}]\n");
  const Imported all = imported(istio, root + carts);
  ASSERT_EQ(all.policies.size(), 2U);
  EXPECT_EQ(all.policies[0].name(), "all-slow");
  EXPECT_EQ(all.policies[0].node().find("deadline")->text, "9s");
  EXPECT_EQ(all.policies[0].node().find("retry")->find("max_attempts")->text, "5");
  EXPECT_EQ(all.policies[1].name(), "all");
  EXPECT_EQ(all.policies[1].node().find("deadline")->text, "7s");
  EXPECT_EQ(left_out_of(istio, root + carts), "");

  // It stands in another namespace than the root says, or has hosts of its own: it is not found.
  const std::string away =
      "7 spec.http.0: is delegated to a VirtualService without hosts that is not among the files\n";
  const std::string other = service("other", "  http: [{route: [{destination: {host: a}}]}]\n");
  EXPECT_THAT(left_out_of(istio, root + other), HasSubstr(away));
  EXPECT_EQ(imported(istio, root + other).policies.size(), 1U);
  const std::string hosted =
      service("carts", "  hosts: [a]\n  http: [{route: [{destination: {host: a}}]}]\n");
  EXPECT_THAT(left_out_of(istio, root + hosted), HasSubstr(away));
  EXPECT_THAT(import_error(istio, root), HasSubstr("holds no VirtualService"));
  std::string elsewhere = root;
  elsewhere.replace(elsewhere.find("{name: carts}"), 13, "{name: carts, namespace: bank}");
  EXPECT_THAT(left_out_of(istio, elsewhere + carts), HasSubstr(away));
  std::string there = carts;
  there.replace(there.find("namespace: shop"), 15, "namespace: bank");
  EXPECT_EQ(left_out_of(istio, elsewhere + there), "");
  const std::string chained = service("carts",
                                      "  http:\n"
                                      "  - {timeout: 1s, retries: {attempts: 0}, "
                                      "route: [{destination: {host: a}}]}\n"
                                      "  - {delegate: {name: other}}\n");
  EXPECT_EQ(left_out_of(istio, root + chained),
            "8 spec.http.0.timeout: no route of the delegate is without its own\n"
            "9 spec.http.0.retries: no route of the delegate is without its own\n"
            "17 spec.http.1: Istio follows no delegate of a delegate\n");
}

// Istio hands 0.2 to Envoy, which counts in percent, where the documentation says 20 % (istio/istio
// as of 2025, pilot/pkg/networking/core/cluster_traffic_policy.go and cluster_test.go).
TEST(ImportIstio, TakesARetryBudgetWithoutPercentAsIstioDoes) {
  const auto percent = [](const std::string& budget) {
    const PolicyOptions options = policy_of(
        istio, rule_for("pay", "a", "  trafficPolicy: {retryBudget: {" + budget + "}}\n"));
    return std::get<policy::EnvoyBudgetOptions>(options.budget).percent;
  };
  EXPECT_EQ(percent(""), 0.2);
  EXPECT_EQ(percent("minRetryConcurrency: 4"), 0.2);
  EXPECT_EQ(percent("percent: 20"), 20.0);
  EXPECT_EQ(percent("percent: 0"), 0.0);
}

// --- gRPC ---

TEST(ImportGrpc, ClampsAttemptsAtFive) {
  const PolicyOptions options =
      policy_of(grpc,
                "methodConfig: [{name: [{}], retryPolicy: {maxAttempts: 9, initialBackoff: 0.1s, "
                "maxBackoff: 1s, backoffMultiplier: 2, retryableStatusCodes: [UNAVAILABLE]}}]\n"
                "retryThrottling: {maxTokens: 10, tokenRatio: 0.1}\n");
  ASSERT_TRUE(options.retry);
  EXPECT_EQ(options.retry->max_attempts, 5U);
  EXPECT_EQ(options.retry->backoff.jitter, Jitter::proportional);
  EXPECT_EQ(options.retry->backoff.spread, 0.2);
  EXPECT_TRUE(options.retry->honour_pushback);
  const auto& budget = std::get<policy::GrpcThrottleOptions>(options.budget);
  EXPECT_EQ(budget.max_tokens, 10U);
  EXPECT_EQ(budget.token_ratio, 0.1);
}

TEST(ImportGrpc, SkipsAnEntryWithoutNames) {
  const std::string yaml =
      "methodConfig:\n"
      "- {name: [], timeout: 1s, retryPolicy: {maxAttempts: 3}}\n"
      "- {timeout: 2s}\n"
      "- {name: [{}], timeout: 3s}\n";
  const Imported all = imported(grpc, yaml);
  ASSERT_EQ(all.policies.size(), 1U);
  EXPECT_EQ(all.policies.front().name(), "default");
  EXPECT_EQ(all.policies.front().node().find("deadline")->text, "3s");
  EXPECT_EQ(left_out_of(grpc, yaml),
            "2 methodConfig.0: gRPC skips an entry without a name\n"
            "3 methodConfig.1: gRPC skips an entry without a name\n");
  EXPECT_EQ(import_error(grpc, "methodConfig: [{timeout: 2s}]\n"),
            "in.yaml: holds no methodConfig with a name; is it a service config of gRPC?");
}

TEST(ImportGrpc, GivesAMethodOfTwoServiceConfigsAPolicyForEach) {
  const std::string one = "methodConfig: [{name: [{service: old}], timeout: ";
  const Imported all = imported(grpc, one + "1s}]\n---\n" + one + "2s}]\n");
  ASSERT_EQ(all.policies.size(), 2U);
  EXPECT_EQ(all.policies[0].name(), "old");
  EXPECT_EQ(all.policies[0].node().find("deadline")->text, "1s");
  EXPECT_EQ(all.policies[1].name(), "old-2");
  EXPECT_EQ(all.policies[1].node().find("deadline")->text, "2s");
}

TEST(ImportGrpc, ThrottlesOnlyWhatRepeats) {
  const std::string yaml =
      "methodConfig: [{name: [{service: a}], timeout: 1s}]\n"
      "retryThrottling: {maxTokens: 10, tokenRatio: 0.1}\n";
  EXPECT_EQ(policy_of(grpc, yaml).budget.index(), 0U);
  EXPECT_EQ(left_out_of(grpc, yaml), "2 retryThrottling: no method retries or hedges\n");
}

TEST(ImportGrpc, NamesErrorsThatAServiceHasToFailWith) {
  const Imported all =
      imported(grpc,
               "methodConfig: [{name: [{service: a}], hedgingPolicy: {maxAttempts: 3, "
               "nonFatalStatusCodes: [INTERNAL, 15, unavailable]}}]\n");
  EXPECT_THAT(all.error_names, ElementsAre("data_loss", "internal"));
  EXPECT_THAT(imported_scenario(all, {}), HasSubstr("{p: 0%, as: internal}"));
}

// --- resilience4j ---

TEST(ImportResilience4j, WritesItsDefaultsOut) {
  const PolicyOptions options = policy_of(resilience4j,
                                          "resilience4j:\n"
                                          "  retry.instances.a: {}\n"
                                          "  circuitbreaker.instances.a: {}\n"
                                          "  bulkhead.instances.a: {}\n"
                                          "  timelimiter.instances.a: {}\n");
  EXPECT_EQ(options.timeout, 1s);
  ASSERT_TRUE(options.retry);
  EXPECT_EQ(options.retry->max_attempts, 3U);
  EXPECT_EQ(options.retry->backoff.shape, BackoffShape::fixed);
  EXPECT_EQ(options.retry->backoff.base, 500ms);
  EXPECT_EQ(options.retry->backoff.jitter, Jitter::none);
  const auto& breaker = std::get<policy::Resilience4jBreakerOptions>(options.breaker);
  EXPECT_EQ(breaker.window, 100U);
  EXPECT_EQ(breaker.minimum, 100U);
  EXPECT_EQ(breaker.open_for, 60s);
  EXPECT_EQ(options.bulkhead->max_concurrent, 25U);
  EXPECT_EQ(options.bulkhead->max_wait, 0s);
  EXPECT_THAT(options.order, ElementsAre(Layer::retry, Layer::breaker, Layer::rate_limit,
                                         Layer::timeout, Layer::bulkhead));
}

TEST(ImportResilience4j, ReadsItsRateLimiter) {
  const auto limit_of = [](const std::string& settings) {
    const PolicyOptions options =
        policy_of(resilience4j, "resilience4j.ratelimiter: {instances: {a: " + settings + "}}\n");
    return std::get<policy::Resilience4jRateLimitOptions>(options.rate_limit);
  };
  const auto given = limit_of("{limitForPeriod: 7, limitRefreshPeriod: 2s, timeoutDuration: 30}");
  EXPECT_EQ(given.limit_for_period, 7U);
  EXPECT_EQ(given.limit_refresh_period, 2s);
  EXPECT_EQ(given.timeout, 30ms);
  const auto defaults = limit_of("{}");
  EXPECT_EQ(defaults.limit_for_period, 50U);
  EXPECT_EQ(defaults.limit_refresh_period, 500ns);
  EXPECT_EQ(defaults.timeout, 5s);
  EXPECT_TRUE(defaults.blocking);
}

TEST(ImportResilience4j, PutsTheRateLimiterWhereItsAspectStands) {
  const auto order_of = [](const std::string& aspects) {
    return policy_of(resilience4j,
                     "resilience4j:\n  ratelimiter: {" + aspects + "instances: {a: {}}}\n")
        .order;
  };
  EXPECT_THAT(order_of(""), ElementsAre(Layer::retry, Layer::breaker, Layer::rate_limit,
                                        Layer::timeout, Layer::bulkhead));
  EXPECT_THAT(order_of("rateLimiterAspectOrder: 1, "),
              ElementsAre(Layer::rate_limit, Layer::retry, Layer::breaker, Layer::timeout,
                          Layer::bulkhead));
}

TEST(ImportResilience4j, ReadsEveryFormOfADuration) {
  const auto wait = [](const std::string& text) {
    return policy_of(resilience4j, "resilience4j.retry.instances.a.waitDuration: " + text + "\n")
        .retry->backoff.base;
  };
  EXPECT_EQ(wait("500"), 500ms);
  EXPECT_EQ(wait("500ms"), 500ms);
  EXPECT_EQ(wait("2s"), 2s);
  EXPECT_EQ(wait("PT2S"), 2s);
  EXPECT_EQ(wait("PT1M0.5S"), 60'500ms);
  EXPECT_EQ(wait("P1DT1H"), 25h);
  EXPECT_EQ(wait("pt0.25s"), 250ms);
  EXPECT_EQ(wait("3m"), 3min);
  EXPECT_EQ(wait("1d"), 24h);
  EXPECT_EQ(wait("10us"), 10us);
  EXPECT_EQ(wait("'0'"), 0s);
}

TEST(ImportResilience4j, InheritsAsTheProductDoes) {
  const Imported all = imported(resilience4j,
                                "resilience4j.retry:\n"
                                "  configs:\n"
                                "    default: {maxAttempts: 7}\n"
                                "    own: {maxAttempts: 8}\n"
                                "    middle: {baseConfig: default, waitDuration: 1s}\n"
                                "  instances:\n"
                                "    a: {}\n"
                                "    own: {}\n"
                                "    b: {baseConfig: middle}\n"
                                "    c: {baseConfig: own, max-attempts: 2}\n");
  const Scenario scenario = scenario_of(imported_scenario(all, {}));
  std::vector<std::uint32_t> attempts;
  for (const auto& policy : scenario.policies)
    attempts.push_back(policy.options.retry->max_attempts);
  EXPECT_THAT(attempts, ElementsAre(7U, 8U, 7U, 2U));
  EXPECT_EQ(scenario.policies[2].options.retry->backoff.base, 1s);
}

TEST(ImportResilience4j, TakesWhatIsIgnoredOutOfWhatIsRetried) {
  const auto retry = [](const std::string& classes) {
    return "resilience4j.retry.instances.a.ignoreExceptions: [" + classes + "]\n";
  };
  const auto on = [&](const std::string& classes) {
    const policy::RetryOn found = policy_of(resilience4j, retry(classes)).retry->on;
    return std::string(found.timeout ? "timeout " : "") + (found.error ? "error " : "") +
           (found.rejected ? "rejected" : "");
  };
  EXPECT_EQ(on("java.util.concurrent.TimeoutException"), "error rejected");
  EXPECT_EQ(on("java.lang.Exception"), "");
  EXPECT_EQ(on("java.lang.Throwable"), "");
  EXPECT_EQ(left_out_of(resilience4j, retry("java.lang.Exception")), "");
  EXPECT_EQ(on("java.lang.RuntimeException"), "timeout error ");
  EXPECT_THAT(left_out_of(resilience4j, retry("java.lang.RuntimeException")),
              HasSubstr("java.lang.RuntimeException: errors have no classes, and stay"));
  EXPECT_EQ(on("com.example.Oops"), "timeout error rejected");
  EXPECT_THAT(left_out_of(resilience4j, retry("com.example.Oops")),
              HasSubstr("com.example.Oops: errors have no classes"));
}

TEST(ImportResilience4j, PutsTheAspectOfTheLowestOrderOutermost) {
  const auto first_two = [](const std::string& retry_order) {
    const PolicyOptions options = policy_of(resilience4j,
                                            "resilience4j:\n"
                                            "  retry: {retry-aspect-order: " +
                                                retry_order +
                                                ", instances: {a: {}}}\n"
                                                "  circuitbreaker: {circuit-breaker-aspect-order: "
                                                "-7, instances: {a: {}}}\n");
    return std::pair(options.order[0], options.order[1]);
  };
  EXPECT_EQ(first_two("-8"), std::pair(Layer::retry, Layer::breaker));
  EXPECT_EQ(first_two("-6"), std::pair(Layer::breaker, Layer::retry));
  EXPECT_EQ(first_two("-2147483648"), std::pair(Layer::retry, Layer::breaker));
  EXPECT_THAT(import_error(resilience4j,
                           "resilience4j.retry: {retry-aspect-order: 2147483648, instances: {a: "
                           "{}}}\n"),
              HasSubstr("retry-aspect-order: must be a whole number from -2,147,483,648 to "
                        "2,147,483,647, is '2147483648'"));
}

TEST(ImportResilience4j, UnderstandsTheNamesOfItsFirstVersions) {
  const PolicyOptions options =
      policy_of(resilience4j,
                "resilience4j.circuitbreaker.backends.a:\n"
                "  ringBufferSizeInClosedState: 10\n"
                "  ringBufferSizeInHalfOpenState: 3\n"
                "  waitInterval: 1000\n"
                "resilience4j.bulkhead.backends.a.maxConcurrentCall: 2\n");
  const auto& breaker = std::get<policy::Resilience4jBreakerOptions>(options.breaker);
  EXPECT_EQ(breaker.window, 10U);
  EXPECT_EQ(breaker.minimum, 10U);
  EXPECT_EQ(breaker.half_open_calls, 3U);
  EXPECT_EQ(breaker.open_for, 1s);
  EXPECT_EQ(options.bulkhead->max_concurrent, 2U);
}

TEST(ImportResilience4j, LetsLaterDocumentsCount) {
  const std::string yaml =
      "resilience4j.retry.instances.a: {maxAttempts: 2, waitDuration: 1s}\n"
      "---\n"
      "resilience4j: {retry: {instances: {a: {max-attempts: 6}}}}\n"
      "---\n"
      "spring.profiles: dev\n"
      "resilience4j.retry.instances.a.maxAttempts: 1\n";
  const PolicyOptions options = policy_of(resilience4j, yaml);
  EXPECT_EQ(options.retry->max_attempts, 6U);
  EXPECT_EQ(options.retry->backoff.base, 1s);
  EXPECT_EQ(left_out_of(resilience4j, yaml),
            "1 resilience4j.retry.instances.a.max-attempts: is overridden by in.yaml:3\n"
            "5 profile dev: only the settings without a profile are imported; import this document "
            "alone to get it\n");
}

TEST(ImportResilience4j, TakesConfigsWhereThereAreNoInstances) {
  const Imported all =
      imported(resilience4j, "resilience4j.retry.configs.default.maxAttempts: 4\n");
  ASSERT_EQ(all.policies.size(), 1U);
  EXPECT_EQ(all.policies[0].name(), "default");
}

// --- into a scenario ---

constexpr const char* shop_text =
    "squall: 1\n"
    "duration: 1s\n"
    "services:\n"
    "  # the front\n"
    "  shop:\n"
    "    calls: [{to: bank, policy: old}, {parallel: [{to: bank}, {to: fraud}]}]\n"
    "  bank: {}\n"
    "  fraud: {failure: [{p: 1%, as: internal}]}\n"
    "policies:\n"
    "    old: {timeout: 1s}   # the old one\n"
    "workloads:\n"
    "  users:\n"
    "    to: shop    # block style\n"
    "    arrivals: {poisson: 10/s}\n";

Placement placed(const std::string& text, const std::string& call) {
  const Imported all = imported(envoy, "retry_policy: {retry_on: 'internal,5xx'}\n");
  const Bundle bundle = built(text);
  Result<Placement> result =
      put_into(parsed(text), text, bundle.base.error_codes, all.policies.front(), call);
  EXPECT_TRUE(result) << (result ? "" : result.error().text());
  return result ? std::move(*result) : Placement{};
}

TEST(PutInto, KeepsTheAuthorsText) {
  for (const char* call : {"users->shop", "shop->bank", "shop->fraud"}) {
    const Placement placement = placed(shop_text, call);
    ASSERT_TRUE(placement.edited) << call;
    EXPECT_EQ(to_yaml(parsed(*placement.edited)), to_yaml(placement.document)) << *placement.edited;
    EXPECT_THAT(*placement.edited, HasSubstr("# the old one"));
    EXPECT_THAT(*placement.edited, HasSubstr("# in.yaml:1 retry_on"));
  }
  EXPECT_EQ(placed(shop_text, "shop->fraud").calls, 1U);
}

TEST(PutInto, NamesThePolicyAtEveryCallOfThatName) {
  const Placement placement = placed(shop_text, "shop->bank");
  EXPECT_EQ(placement.calls, 2U);
  const Scenario scenario = built(placement.text).base;
  const auto& steps = scenario.services[0].steps;
  EXPECT_EQ(scenario.policies[*steps[0].calls[0].policy].name, "route");
  EXPECT_EQ(scenario.policies[*steps[1].calls[0].policy].name, "route");
  EXPECT_FALSE(steps[1].calls[1].policy);
}

TEST(PutInto, MakesTheSectionWhereThereIsNone) {
  const std::string text =
      "squall: 1\nduration: 1s\nservices: {a: {}}\nworkloads: {w: {to: a, arrivals: {constant: "
      "1/s}}}\n";
  const Placement placement = placed(text, "w->a");
  EXPECT_EQ(built(placement.text).base.policies.size(), 1U);
  ASSERT_TRUE(placement.edited);
  EXPECT_EQ(to_yaml(parsed(*placement.edited)), to_yaml(placement.document));
}

TEST(PutInto, ReplacesAPolicyOfTheSameName) {
  std::string text = shop_text;
  text.replace(text.find("old:"), 4, "route:");
  text.replace(text.find("policy: old"), 11, "policy: route");
  const Placement placement = placed(text, "shop->fraud");
  EXPECT_TRUE(placement.replaced);
  EXPECT_FALSE(placement.edited);
  EXPECT_EQ(built(placement.text).base.policies.size(), 1U);
}

TEST(PutInto, LeavesErrorsOutThatNothingFailsWith) {
  const Imported all = imported(envoy, "retry_policy: {retry_on: 'internal,reset'}\n");
  std::string text = shop_text;
  text.replace(text.find("as: internal"), 12, "as: other");
  const Result<Placement> result = put_into(parsed(text), text, built(text).base.error_codes,
                                            all.policies.front(), "users->shop");
  ASSERT_TRUE(result);
  ASSERT_EQ(result->left_out.size(), 1U);
  EXPECT_EQ(result->left_out[0].text(),
            "in.yaml:1: internal: no service of the scenario fails with it");
  EXPECT_EQ(built(result->text).base.policies.size(), 2U);
}

TEST(PutInto, OffersTheNearestCall) {
  const Imported all = imported(envoy, "retry_policy: {retry_on: 5xx}\n");
  const auto error = [&all](const char* call) {
    return put_into(parsed(shop_text), shop_text, {}, all.policies.front(), call).error().text();
  };
  EXPECT_EQ(error("shop->bnak"),
            "--call: there is no call 'shop->bnak'; did you mean 'shop->bank'?");
  EXPECT_THAT(error("payments"), HasSubstr("--call: 'payments' is not CALLER->CALLEE; known: "));
}

}  // namespace
}  // namespace squall::scenario
