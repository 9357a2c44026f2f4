#include "tests/scenario/broken_documents.hpp"

#include <gtest/gtest.h>

#include "tests/scenario/support.hpp"

namespace squall::scenario::broken_documents_test {
namespace {

class Broken : public testing::TestWithParam<BrokenDocument> {};

TEST_P(Broken, IsRefusedWithItsPlaceAndReason) {
  EXPECT_EQ(error_of(GetParam().yaml), GetParam().message) << GetParam().yaml;
}

INSTANTIATE_TEST_SUITE_P(Scenario, Broken, testing::ValuesIn(broken_documents()),
                         [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
}  // namespace squall::scenario::broken_documents_test
