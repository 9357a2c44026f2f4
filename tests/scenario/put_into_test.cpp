// What is imported, put into a scenario that somebody wrote.
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/import_support.hpp"
#include "tests/scenario/support.hpp"

namespace squall::scenario::put_into_test {
namespace {

using enum ImportFormat;
using ::testing::HasSubstr;

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
}  // namespace squall::scenario::put_into_test
