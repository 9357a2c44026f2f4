// What becomes of the fields of Istio's configurations: their meaning, defaults and clamps.
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/import_support.hpp"

namespace squall::scenario::import_istio_test {
namespace {

using enum ImportFormat;
using namespace std::chrono_literals;
using policy::PolicyOptions;
using ::testing::HasSubstr;

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

}  // namespace
}  // namespace squall::scenario::import_istio_test
