// Retry budgets in a document: what each family is read as, and what it is when nothing is said.
#include <string>

#include <gtest/gtest.h>

#include "squall/scenario/overrides.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::budgets_test {
namespace {

policy::RetryBudgetOptions budget_of(const std::string& budget) {
  const Scenario scenario = scenario_of(around("policies: {p: {budget: " + budget + "}}\n"));
  return scenario.policies[0].options.budget;
}

/// The line of the budget in the scenario with every default filled in.
std::string normalised_budget(const std::string& budget) {
  const std::string yaml =
      to_yaml(normalised(built(around("policies: {p: {budget: " + budget + "}}\n"))));
  const std::size_t start = yaml.find("budget:");
  return start == std::string::npos ? yaml : yaml.substr(start, yaml.find('\n', start) - start);
}

TEST(Budgets, HaveTheDefaultsOfTheirProducts) {
  const auto finagle = std::get<policy::FinagleBudgetOptions>(budget_of("{finagle: {}}"));
  EXPECT_EQ(finagle.ttl, std::chrono::seconds{10});
  EXPECT_EQ(finagle.min_retries_per_s, 10U);
  EXPECT_EQ(finagle.percent_can_retry, 0.2);
  const auto aws = std::get<policy::AwsBudgetOptions>(budget_of("{aws: {}}"));
  EXPECT_EQ(aws.capacity, 500U);
  EXPECT_EQ(aws.retry_cost, 5U);
  EXPECT_EQ(aws.timeout_cost, 10U);
  EXPECT_EQ(aws.no_retry_increment, 1U);
  const auto failsafe = std::get<policy::FailsafeBudgetOptions>(budget_of("{failsafe: {}}"));
  EXPECT_EQ(failsafe.max_rate, 0.2);
  EXPECT_EQ(failsafe.min_concurrency, 3U);
  const auto bucket = std::get<policy::BucketBudgetOptions>(budget_of("{bucket: {}}"));
  EXPECT_EQ(bucket.capacity, 5U);
  EXPECT_EQ(bucket.deposit, 0.1);
  EXPECT_EQ(bucket.filled_by, policy::BucketBudgetOptions::FilledBy::success);
  const auto cutoff = std::get<policy::CutoffBudgetOptions>(budget_of("{cutoff: {}}"));
  EXPECT_EQ(cutoff.failure_rate, 0.1);
  EXPECT_EQ(cutoff.window, forever);
}

TEST(Budgets, AreWhatIsWritten) {
  const auto finagle = std::get<policy::FinagleBudgetOptions>(
      budget_of("{finagle: {ttl: 2500ms, min_retries_per_s: 0, percent_can_retry: 250%}}"));
  EXPECT_EQ(finagle.ttl, std::chrono::milliseconds{2500});
  EXPECT_EQ(finagle.min_retries_per_s, 0U);
  EXPECT_EQ(finagle.percent_can_retry, 2.5);
  const auto aws = std::get<policy::AwsBudgetOptions>(
      budget_of("{aws: {capacity: 7, retry_cost: 2, timeout_cost: 3, no_retry_increment: 0}}"));
  EXPECT_EQ(aws.capacity, 7U);
  EXPECT_EQ(aws.retry_cost, 2U);
  EXPECT_EQ(aws.timeout_cost, 3U);
  EXPECT_EQ(aws.no_retry_increment, 0U);
  const auto failsafe = std::get<policy::FailsafeBudgetOptions>(
      budget_of("{failsafe: {max_rate: 0.5, min_concurrency: 0}}"));
  EXPECT_EQ(failsafe.max_rate, 0.5);
  EXPECT_EQ(failsafe.min_concurrency, 0U);
  const auto bucket = std::get<policy::BucketBudgetOptions>(
      budget_of("{bucket: {capacity: 9, deposit: 0.25, filled_by: call}}"));
  EXPECT_EQ(bucket.capacity, 9U);
  EXPECT_EQ(bucket.deposit, 0.25);
  EXPECT_EQ(bucket.filled_by, policy::BucketBudgetOptions::FilledBy::call);
  const auto cutoff = std::get<policy::CutoffBudgetOptions>(
      budget_of("{cutoff: {failure_rate: 25%, window: 10s}}"));
  EXPECT_EQ(cutoff.failure_rate, 0.25);
  EXPECT_EQ(cutoff.window, std::chrono::seconds{10});
}

TEST(Budgets, OfFinagleTakeAShareAsANumberOrInPercent) {
  const auto share = [](const std::string& text) {
    return std::get<policy::FinagleBudgetOptions>(
               budget_of("{finagle: {percent_can_retry: " + text + "}}"))
        .percent_can_retry;
  };
  EXPECT_EQ(share("0.7"), 0.7);
  EXPECT_EQ(share("70%"), 0.7);
  EXPECT_EQ(share("0"), 0.0);
  EXPECT_EQ(share("100000%"), 1000.0);
  EXPECT_EQ(share("0.001%"), 0.00001);
}

TEST(Budgets, AreNormalisedWithEveryDefault) {
  EXPECT_EQ(normalised_budget("{finagle: {}}"),
            "budget: {finagle: {ttl: 10s, min_retries_per_s: 10, percent_can_retry: 20%}}");
  EXPECT_EQ(normalised_budget("{finagle: {percent_can_retry: 100000%}}"),
            "budget: {finagle: {ttl: 10s, min_retries_per_s: 10, percent_can_retry: 100000%}}");
  EXPECT_EQ(normalised_budget("{aws: {}}"),
            "budget: {aws: {capacity: 500, retry_cost: 5, timeout_cost: 10, "
            "no_retry_increment: 1}}");
  EXPECT_EQ(normalised_budget("{failsafe: {}}"),
            "budget: {failsafe: {max_rate: 20%, min_concurrency: 3}}");
  EXPECT_EQ(normalised_budget("{bucket: {}}"),
            "budget: {bucket: {capacity: 5, deposit: 0.1, filled_by: success}}");
  EXPECT_EQ(normalised_budget("{cutoff: {}}"),
            "budget: {cutoff: {failure_rate: 10%, window: forever}}");
}

struct Change {
  const char* budget;
  const char* path;
  const char* value;
};

TEST(Budgets, TakeNewNumbersWhileTheyRun) {
  for (const auto& [budget, path, value] :
       {Change{"finagle", "ttl", "20s"}, Change{"finagle", "min_retries_per_s", "5"},
        Change{"finagle", "percent_can_retry", "5%"}, Change{"aws", "capacity", "5"},
        Change{"aws", "retry_cost", "6"}, Change{"failsafe", "max_rate", "5%"},
        Change{"failsafe", "min_concurrency", "5"}, Change{"bucket", "capacity", "9"},
        Change{"bucket", "deposit", "1"}, Change{"cutoff", "failure_rate", "50%"},
        Change{"cutoff", "window", "10s"}}) {
    EXPECT_EQ(error_of(around("policies: {p: {budget: {" + std::string(budget) +
                              ": {}}}}\nfaults: {f: {at: 1s, set: {policies.p.budget." + budget +
                              "." + path + ": " + value + "}}}\n")),
              "")
        << budget << "." << path;
  }
}

}  // namespace
}  // namespace squall::scenario::budgets_test
