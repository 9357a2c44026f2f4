// What the products themselves refuse, and what is no configuration at all: clear errors.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/scenario/import/properties.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/scenario/import_support.hpp"

namespace squall::scenario::import_errors_test {
namespace {

using enum ImportFormat;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A service config with this retry policy and this throttling.
std::string grpc_with(const std::string& key, const std::string& value) {
  std::string text = "methodConfig:\n- name: [{service: a.B}]\n  retryPolicy:\n";
  const auto line = [&](const std::string& name, const std::string& otherwise) {
    text += "    " + name + ": " + (name == key ? value : otherwise) + '\n';
  };
  line("maxAttempts", "3");
  line("initialBackoff", "\"0.1s\"");
  line("maxBackoff", "\"1s\"");
  line("backoffMultiplier", "2");
  line("retryableStatusCodes", "[UNAVAILABLE]");
  text += "retryThrottling:\n";
  line("maxTokens", "10");
  line("tokenRatio", "0.1");
  return text;
}

TEST(ImportErrors, RefuseWhatGrpcRefuses) {
  const auto error = [](const std::string& key, const std::string& value) {
    return import_error(grpc, grpc_with(key, value));
  };
  EXPECT_EQ(error("", ""), "");
  EXPECT_EQ(error("maxAttempts", "1"),
            "in.yaml:4: methodConfig.0.retryPolicy.maxAttempts: must be a whole number from 2 to "
            "4,294,967,295, is '1'");
  for (const char* wrong : {"\"0s\"", "0s"}) {
    EXPECT_EQ(error("initialBackoff", wrong),
              "in.yaml:5: methodConfig.0.retryPolicy.initialBackoff: must be longer than 0, is "
              "'0s'");
  }
  EXPECT_EQ(error("initialBackoff", "\"1sec\""),
            "in.yaml:5: methodConfig.0.retryPolicy.initialBackoff: must be a duration in seconds "
            "such as 0.25s, not below 0, is '1sec'");
  EXPECT_THAT(error("maxBackoff", "-1s"), StartsWith("in.yaml:6: methodConfig.0.retryPolicy.max"));
  EXPECT_THAT(error("maxBackoff", "0s"), HasSubstr("maxBackoff: must be longer than 0"));
  EXPECT_EQ(error("backoffMultiplier", "0"),
            "in.yaml:7: methodConfig.0.retryPolicy.backoffMultiplier: must be above 0, is '0'");
  EXPECT_EQ(
      error("retryableStatusCodes", "[]"),
      "in.yaml:8: methodConfig.0.retryPolicy.retryableStatusCodes: must be a list of at least "
      "one status code, such as [UNAVAILABLE]");
  EXPECT_EQ(error("retryableStatusCodes", "[UNAVAILIBLE]"),
            "in.yaml:8: methodConfig.0.retryPolicy.retryableStatusCodes.0: must be a status code "
            "such as UNAVAILABLE, is 'UNAVAILIBLE'");
  EXPECT_EQ(error("tokenRatio", "-1"),
            "in.yaml:11: retryThrottling.tokenRatio: must be a number of 0 or more, is '-1'");
  EXPECT_EQ(error("maxTokens", "1001"),
            "in.yaml:10: retryThrottling.maxTokens: must be a whole number from 1 to 1,000, is "
            "'1001'");
  EXPECT_EQ(error("maxAttempts", "[3]"),
            "in.yaml:4: methodConfig.0.retryPolicy.maxAttempts: must be a whole number from 2 to "
            "4,294,967,295, is a list");
}

TEST(ImportErrors, RefuseRetryingAndHedgingTogether) {
  EXPECT_EQ(import_error(grpc,
                         "methodConfig:\n"
                         "- name: [{service: a.B}]\n"
                         "  retryPolicy: {maxAttempts: 2}\n"
                         "  hedgingPolicy: {maxAttempts: 2}\n"),
            "in.yaml:4: methodConfig.0.hedgingPolicy: stands beside retryPolicy; gRPC takes one of "
            "the two only");
}

TEST(ImportErrors, RefuseMethodsNamedTwiceOrWithoutService) {
  EXPECT_EQ(import_error(grpc,
                         "methodConfig:\n"
                         "- name: [{service: a.B}]\n"
                         "- name: [{service: c.D}, {service: a.B}]\n"),
            "in.yaml:3: methodConfig.1.name.1: names 'a.B', which line 2 does already");
  EXPECT_EQ(import_error(grpc, "methodConfig:\n- name: [{method: Get}]\n"),
            "in.yaml:2: methodConfig.0.name.0: names a method without its service");
  EXPECT_EQ(import_error(grpc, "methodConfig:\n- {name: [{}], retryPolicy: {maxAttempts: 3}}\n"),
            "in.yaml:2: methodConfig.0.retryPolicy: needs retryableStatusCodes");
}

TEST(ImportErrors, RefuseWhatEnvoyRefuses) {
  const auto error = [](const std::string& policy) {
    return import_error(envoy, "cluster: a\nretry_policy:\n  retry_on: 5xx\n" + policy);
  };
  EXPECT_EQ(error("  retry_back_off: {base_interval: 0.1s, max_interval: 0.05s}\n"),
            "in.yaml:4: retry_policy.retry_back_off.max_interval: must not be below base_interval, "
            "100ms, is '0.05s'");
  EXPECT_EQ(error("  retry_back_off: {max_interval: 0.05s}\n"),
            "in.yaml:4: retry_policy.retry_back_off: needs base_interval, such as 0.025s");
  EXPECT_EQ(error("  per_try_timeout: 500ms\n"),
            "in.yaml:4: retry_policy.per_try_timeout: must be a duration in seconds such as 0.25s, "
            "not below 0, is '500ms'");
  EXPECT_THAT(error("  per_try_timeout: -1s\n"), HasSubstr("not below 0, is '-1s'"));
  EXPECT_EQ(error("  num_retries: many\n"),
            "in.yaml:4: retry_policy.num_retries: must be a whole number from 0 to 4,294,967,295, "
            "is 'many'");
  EXPECT_EQ(error("  numRetries: 1\n  num_retries: 2\n"),
            "in.yaml:5: retry_policy.num_retries: stands here as 'numRetries' already, on line 4; "
            "leave one of the two out");
  EXPECT_EQ(import_error(envoy, "thresholds:\n- {priority: URGENT}\n"),
            "in.yaml:2: thresholds.0.priority: must be DEFAULT or HIGH, is 'URGENT'");
  EXPECT_EQ(import_error(envoy,
                         "retry_policy: {retry_on: 5xx}\n"
                         "---\n"
                         "circuit_breakers:\n"
                         "  thresholds:\n"
                         "  - retry_budget: {budget_percent: {value: 120}}\n"),
            "in.yaml:5: circuit_breakers.thresholds.0.retry_budget.budget_percent.value: must be "
            "from 0 to 100, is '120'");
}

TEST(ImportErrors, RefuseWhatIstioRefuses) {
  const auto error = [](const std::string& http) {
    return import_error(istio, "kind: VirtualService\nspec:\n  http:\n" + http);
  };
  EXPECT_EQ(error("  - retries: {attempts: -1}\n"),
            "in.yaml:4: spec.http.0.retries.attempts: must be a whole number from 0 to "
            "4,294,967,295, is '-1'");
  EXPECT_EQ(error("  - retries: {attempts: 2, perTryTimeout: 10us}\n"),
            "in.yaml:4: spec.http.0.retries.perTryTimeout: must be at least 1ms, is '10us'");
  EXPECT_EQ(
      error("  - timeout: 5\n"),
      "in.yaml:4: spec.http.0.timeout: must be a duration such as 25ms or 2s, not below 0, is "
      "'5'");
  EXPECT_THAT(error("  - retries: {attempts: 2, retryOn: 'connect-failure,5x'}\n"),
              HasSubstr("there is no retry condition '5x'; did you mean '5xx'?"));
  EXPECT_EQ(import_error(istio, "kind: VirtualService\nmetadata: {name: a}\n"),
            "in.yaml:1: a VirtualService needs 'spec'");
  EXPECT_EQ(import_error(istio, "kind: Deployment\nspec: {}\n"),
            "in.yaml: holds no VirtualService and no DestinationRule; is it a configuration of "
            "Istio?");
}

TEST(ImportErrors, RefuseWhatResilience4jRefuses) {
  const auto error = [](const std::string& section, const std::string& setting) {
    return import_error(resilience4j,
                        "resilience4j." + section + ".instances:\n  a:\n    " + setting + '\n');
  };
  const std::string at = "in.yaml:3: resilience4j.";
  EXPECT_EQ(error("retry", "maxAttempts: 0"),
            at +
                "retry.instances.a.maxAttempts: must be a whole number from 1 to 4,294,967,295, is "
                "'0'");
  EXPECT_EQ(error("retry", "waitDuration: -5ms"),
            at + "retry.instances.a.waitDuration: must be a duration such as 500 (milliseconds), "
                 "500ms, 2s or PT2S, not below 0, is '-5ms'");
  EXPECT_THAT(error("retry", "waitDuration: 5 minutes"), HasSubstr("is '5 minutes'"));
  EXPECT_EQ(error("circuitbreaker", "failureRateThreshold: 101"),
            at +
                "circuitbreaker.instances.a.failureRateThreshold: must be above 0 and at most 100, "
                "is '101'");
  EXPECT_EQ(error("circuitbreaker", "slidingWindowType: CALL_BASED"),
            at + "circuitbreaker.instances.a.slidingWindowType: must be COUNT_BASED or TIME_BASED, "
                 "is 'CALL_BASED'");
  EXPECT_EQ(error("circuitbreaker", "baseConfig: shared"),
            at + "circuitbreaker.instances.a.baseConfig: there is no config 'shared'");
  EXPECT_EQ(error("bulkhead", "maxConcurrentCalls: ${CALLS}"),
            at + "bulkhead.instances.a.maxConcurrentCalls: is '${CALLS}', a placeholder without a "
                 "default; write its value");
  EXPECT_EQ(import_error(resilience4j,
                         "resilience4j.retry:\n"
                         "  configs: {a: {baseConfig: b}, b: {baseConfig: a}}\n"
                         "  instances: {x: {baseConfig: a}}\n"),
            "in.yaml:2: resilience4j.retry.configs.a: inherits from itself through baseConfig");
  EXPECT_EQ(import_error(resilience4j,
                         "resilience4j.retry.instances.a.maxAttempts: 3\n"
                         "resilience4j: {retry: {instances: {a: {max-attempts: 4}}}}\n"),
            "in.yaml:2: resilience4j.retry.instances.a.max-attempts: stands here twice; it is on "
            "line 1 already");
}

TEST(ImportErrors, NameThePlaceOfWhatAPolicyCannotHold) {
  EXPECT_EQ(import_error(resilience4j,
                         "resilience4j.circuitbreaker.instances.a:\n  slidingWindowSize: 200000\n"),
            "in.yaml:2: policies.a.breaker.resilience4j.window: must be a whole number from 1 to "
            "100,000, or a duration, is '200000'");
  EXPECT_EQ(import_error(envoy, "thresholds:\n- max_connections: 0\n"),
            "in.yaml:2: policies.cluster.bulkhead.max_concurrent: must be a whole number from 1 to "
            "4,294,967,295, is '0'");
}

TEST(ImportErrors, TellWhatIsNoConfiguration) {
  for (const ImportFormat format : {envoy, istio, grpc, resilience4j}) {
    EXPECT_EQ(import_error(format, ""), "in.yaml: is empty");
    EXPECT_EQ(import_error(format, "# nothing\n---\n"), "in.yaml: is empty");
    EXPECT_THAT(import_error(format, "a: 1\n"), StartsWith("in.yaml: holds no "));
    EXPECT_EQ(import_error(format, std::string("\x7f"
                                               "ELF\x02\x01\x01\0",
                                               8)),
              "in.yaml:1: is not a text file (UTF-8): found the byte 0x02");
    EXPECT_EQ(import_error(format, "a: 1\n---\nb: 1\nb: 2\n"),
              "in.yaml:4: duplicate key 'b'; it stands on line 3 already");
    EXPECT_NE(import_error(format, "just text\n"), "");
    EXPECT_NE(import_error(format, "[1, [2, {}], null]\n"), "");
  }
}

/// Ten anchors, each ten times the one before: 10^10 values.
std::string bomb() {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string n = std::to_string(i);
    const std::string alias = "*a" + std::to_string(i - 1);
    text += "a" + n + ": &a" + n + " [" + alias;
    for (int k = 1; k < 10; ++k) text += ", " + alias;
    text += "]\n";
  }
  return text;
}

TEST(ImportErrors, EndBombsOfAliases) {
  EXPECT_THAT(import_error(envoy, bomb()), HasSubstr("holds more than 2000000 values"));
  // Each document for itself is within the bound.
  std::string many;
  for (int i = 0; i < 40; ++i) {
    many += "---\na: &a [" + std::string(20'000, 'x') + "]\nb: [*a";
    many += "]\nc: &c [1, 2, 3, 4, 5, 6, 7, 8, 9]\n";
    many += "d: &d [*c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d]\n";
    many += "f: &f [*e, *e, *e, *e, *e, *e, *e, *e]\ng: [*f, *f, *f, *f, *f, *f, *f, *f]\n";
  }
  EXPECT_THAT(import_error(envoy, many), HasSubstr("holds more than 2000000 values"));
}

TEST(ImportErrors, BoundDepthAndNumberOfDocuments) {
  std::string deep;
  for (int i = 0; i < 80; ++i) deep += "{a: ";
  deep += "1" + std::string(80, '}');
  EXPECT_THAT(import_error(istio, deep), HasSubstr("is nested deeper than 64 levels"));
  std::string many;
  for (int i = 0; i < 10'001; ++i) many += "---\na: 1\n";
  EXPECT_EQ(import_error(istio, many), "in.yaml:20002: holds more than 10000 documents");
}

TEST(Properties, ReadKeysValuesAndContinuedLines) {
  const Result<Node> node = parse_properties(
      "# a comment\n"
      "! another\n"
      "a.b=1\n"
      "c : two words \n"
      "d three\n"
      "\n"
      "e = x\\\n"
      "   y\n"
      "f\n",
      "in.properties");
  ASSERT_TRUE(node);
  const auto at = [&node](const char* key) {
    const Node* value = node->find(key);
    return value == nullptr ? std::string("nothing")
                            : std::to_string(value->line) + ' ' + value->text;
  };
  EXPECT_EQ(at("a.b"), "3 1");
  EXPECT_EQ(at("c"), "4 two words");
  EXPECT_EQ(at("d"), "5 three");
  EXPECT_EQ(at("e"), "7 xy");
  EXPECT_EQ(at("f"), "9 ");
  EXPECT_EQ(parse_properties("a=1\na=2\n", "f").error().text(),
            "f:2: duplicate key 'a'; it stands on line 1 already");
}

TEST(YamlDocuments, AreReadOneByOneWithTheirLines) {
  const auto documents = parse_yaml_documents("# first\na: 1\n---\n---\nb: 2\n...\n", "in.yaml");
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 2U);
  EXPECT_EQ((*documents)[0].members[0].line, 2);
  EXPECT_EQ((*documents)[1].members[0].line, 5);
  EXPECT_EQ((*documents)[1].file, "in.yaml");
}

}  // namespace
}  // namespace squall::scenario::import_errors_test
