// The cases are whole, and their names and lengths what the page says of them.
#include "squall/study/validation/catalogue.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace squall::study::validation::catalogue_test {
namespace {

TEST(Catalogue, NamesAreUniqueAndEasyToType) {
  std::set<std::string> names;
  for (const Family& family : catalogue()) {
    for (const Case& one : family.cases) {
      EXPECT_TRUE(names.insert(one.name).second) << one.name;
      EXPECT_EQ(one.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), one.name.npos)
          << one.name;
      EXPECT_EQ(find_case(one.name), &one);
    }
  }
  EXPECT_EQ(find_case("no-such-case"), nullptr);
}

TEST(Catalogue, EveryClaimSaysWhatWhereFromAndHow) {
  for (const Family& family : catalogue()) {
    EXPECT_FALSE(family.cases.empty()) << family.name;
    for (const Case& one : family.cases) {
      SCOPED_TRACE(one.name);
      EXPECT_FALSE(one.title.empty());
      EXPECT_FALSE(one.source.empty());
      EXPECT_FALSE(one.claims.empty());
      for (const Claim& claim : one.claims) {
        EXPECT_FALSE(claim.formula.empty());
        EXPECT_FALSE(claim.figure.name.empty());
        EXPECT_NE(claim.figure.read, nullptr);
        EXPECT_GT(claim.theory, 0.0) << claim.figure.name;
      }
    }
  }
}

TEST(Catalogue, ThoroughRunsAtLeastAsMuchAsFast) {
  for (const Family& family : catalogue()) {
    for (const Case& one : family.cases) {
      EXPECT_GE(one.length.replications_fast, 2U) << one.name;
      EXPECT_GE(one.length.replications_thorough, one.length.replications_fast) << one.name;
    }
  }
}

TEST(Catalogue, HoldsEveryTruthThatTheProjectPromises) {
  for (const char* name : {"mm1-busy", "mm1-quantiles", "mm1-lifo", "md1", "mg1-lognormal",
                           "mg1-hyperexponential", "mmc-4", "mm-inf", "mm1k-overloaded", "erlang-b",
                           "priority-two", "tandem", "fork-join", "repairman", "retries-50-3",
                           "dead-letters-50-4", "consumers-4", "hedge-at-once", "timeout"}) {
    EXPECT_NE(find_case(name), nullptr) << name;
  }
}

TEST(Catalogue, AScenarioIsTextThatAUserCouldHaveWritten) {
  const std::string text = scenario_text(*find_case("mm1-busy"), 1);
  EXPECT_EQ(text,
            "squall: 1\n"
            "name: mm1-busy\n"
            "description: \"M/M/1, lambda 80/s, mu 100/s\"\n"
            "seed: 2442491659802770\n"
            "duration: 218s\n"
            "warmup: 18s\n"
            "\n"
            "services:\n"
            "  server: {workers: 1, latency: {exponential: 10ms}}\n"
            "workloads:\n"
            "  clients: {to: server, arrivals: {poisson: 80/s}}\n");
}

}  // namespace
}  // namespace squall::study::validation::catalogue_test
