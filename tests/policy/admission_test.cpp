#include "squall/policy/admission.hpp"

#include <gtest/gtest.h>

#include "tests/policy/support.hpp"

namespace squall::policy {
namespace {

TEST(Admission, AdmitsBelowTheLimit) {
  const AdmissionOptions options{.limit = 64};
  EXPECT_TRUE(options.admits(0));
  EXPECT_TRUE(options.admits(63));
  EXPECT_FALSE(options.admits(64));
  EXPECT_FALSE(options.admits(std::uint64_t{1} << 32U));
}

TEST(AdmissionOptions, SayWhatIsOutOfRange) {
  EXPECT_EQ(said(AdmissionOptions{}.validate()), "ok");
  EXPECT_EQ(said((AdmissionOptions{.limit = 1}).validate()), "ok");
  EXPECT_EQ(said((AdmissionOptions{.limit = 0}).validate()),
            "admission.limit: must be at least 1, is 0");
}

}  // namespace
}  // namespace squall::policy
