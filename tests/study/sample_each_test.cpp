#include "squall/study/threads/sample_each.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "squall/report/page_json.hpp"
#include "squall/study/compare.hpp"
#include "squall/task/looks.hpp"
#include "tests/study/support.hpp"

namespace squall::study::sample_each_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Four systems of different length; the third makes some 600,000 events.
const scenario::Bundle& several() {
  static const scenario::Bundle bundle = test::bundle_of(R"(
squall: 1
name: several
duration: 5s
services: {bank: {workers: 10, latency: {exponential: 5ms}}}
policies: {p: {timeout: 50ms, retry: {max_attempts: 3, on: [timeout], backoff: {fixed: 5ms}}}}
workloads: {users: {to: bank, policy: p, objective: 100ms, arrivals: {poisson: 1000/s}}}
faults: {slow: {at: 2s, for: 1s, on: service.bank, latency: x5}}
variants:
  usual: {}
  calm: {workloads.users.arrivals: {poisson: 100/s}}
  long: {duration: 100s}
  short: {duration: 4s}
)");
  return bundle;
}

std::vector<Sight> sights_of(const std::vector<Subject>& subjects) {
  std::vector<Sight> sights;
  for (const Subject& subject : subjects) {
    const Result<metrics::RunRecord> record = run(*subject.scenario, subject.name);
    sights.push_back({.scenario = subject.scenario,
                      .variant = subject.name,
                      .plan = {.seed = 7, .focus = focus_of(*subject.scenario, record.value())}});
  }
  return sights;
}

/// What is told of each, as the data of a page of its own.
struct Taken {
  std::vector<std::optional<std::string>> pages;
  std::mutex mutex;

  explicit Taken(std::size_t count) : pages(count) {}
  [[nodiscard]] TakeSampled take(const std::vector<Subject>& subjects) {
    return [this, &subjects](std::size_t sight, SampledRun run) {
      metrics::Comparison comparison;
      comparison.variants.push_back(run.record);
      report::PageVariant variant{.name = subjects[sight].name, .seed = 7, .runs = {}};
      variant.runs.push_back(
          task::page_run({.subject = &subjects[sight], .label = ""}, std::move(run)));
      report::Page page{
          .command = "", .scenario_text = "", .comparison = &comparison, .variants = {}};
      page.variants.push_back(std::move(variant));
      std::string text = report::to_page_json(page);
      const std::scoped_lock lock(mutex);
      EXPECT_FALSE(pages[sight]) << "each once";
      pages[sight] = std::move(text);
    };
  }
};

TEST(SampleEach, TellsTheSameWhateverTheNumberOfThreads) {
  const std::vector<Subject> subjects = subjects_of(several());
  const std::vector<Sight> sights = sights_of(subjects);
  Taken alone(sights.size());
  ASSERT_TRUE(bool(sample_each(sights, {.jobs = 1}, alone.take(subjects))));
  for (const std::optional<std::string>& page : alone.pages) ASSERT_TRUE(page);
  for (const std::size_t jobs : {2U, 3U, 16U}) {
    Taken together(sights.size());
    ASSERT_TRUE(bool(sample_each(sights, {.jobs = jobs}, together.take(subjects))));
    EXPECT_TRUE(together.pages == alone.pages) << jobs;
  }
}

TEST(SampleEach, HasNothingToDoWithoutAnything) {
  const Result<void> none = sample_each({}, {.jobs = 4}, [](std::size_t, SampledRun) { FAIL(); });
  EXPECT_TRUE(bool(none));
}

TEST(SampleEach, FailsAsASingleThreadWould) {
  const std::vector<Subject> subjects = subjects_of(several());
  const std::vector<Sight> sights = sights_of(subjects);
  for (const std::size_t jobs : {1U, 2U, 4U}) {
    Taken taken(sights.size());
    const Result<void> done = sample_each(sights, {.jobs = jobs, .limits = {.events_max = 200'000}},
                                          taken.take(subjects));
    ASSERT_FALSE(done) << jobs;
    EXPECT_THAT(done.error().message,
                AllOf(HasSubstr("variant 'long'"), HasSubstr("--max-events")));
    EXPECT_TRUE(taken.pages[0] && taken.pages[1]) << "those before it";
    EXPECT_FALSE(taken.pages[2]);
  }
}

/// Each has room alone; four at a time have not.
TEST(SampleEach, TriesAloneWhatHasNoRoomBesideOthers) {
  std::string text =
      "squall: 1\nname: large\nduration: 4s\nservices: {bank: {latency: 1s}}\n"
      "workloads: {users: {to: bank, arrivals: {constant: 130000/s}}}\nvariants:\n";
  for (const char* const name : {"a", "b", "c", "d"}) text += std::string("  ") + name + ": {}\n";
  const scenario::Bundle bundle = test::bundle_of(text);
  const std::vector<Subject> subjects = subjects_of(bundle);
  const std::vector<Sight> sights = sights_of(subjects);
  const std::uint64_t holds = run(*subjects[0].scenario, "a").value().engine.memory_bytes_max;
  ASSERT_GT(holds, 10'000'000U);
  const Limits limits{.memory_bytes_max = holds + holds / 2};
  for (const std::size_t jobs : {1U, 4U}) {
    Taken taken(sights.size());
    const Result<void> done =
        sample_each(sights, {.jobs = jobs, .limits = limits}, taken.take(subjects));
    EXPECT_TRUE(bool(done)) << jobs << done.error().message;
    for (const std::optional<std::string>& page : taken.pages) EXPECT_TRUE(page) << jobs;
  }
  const Result<void> none =
      sample_each(sights, {.jobs = 4, .limits = {.memory_bytes_max = holds / 2}},
                  [](std::size_t, SampledRun) { FAIL(); });
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, AllOf(HasSubstr("variant 'a'"), HasSubstr("--max-memory")));
}

TEST(SampleEach, TellsNothingOfWhatIsStopped) {
  const std::vector<Subject> subjects = subjects_of(several());
  const std::vector<Sight> sights = sights_of(subjects);
  const std::atomic<bool> stop{true};
  for (const std::size_t jobs : {1U, 4U}) {
    const Result<void> done =
        sample_each(sights, {.jobs = jobs, .stop = &stop}, [](std::size_t, SampledRun) { FAIL(); });
    EXPECT_TRUE(bool(done));
  }
}

TEST(SampleEach, HandsOnWhatIsThrown) {
  const std::vector<Subject> subjects = subjects_of(several());
  const std::vector<Sight> sights = sights_of(subjects);
  for (const std::size_t jobs : {1U, 4U}) {
    EXPECT_THROW((void)sample_each(sights, {.jobs = jobs},
                                   [](std::size_t, SampledRun) { throw std::bad_alloc(); }),
                 std::bad_alloc);
  }
}

TEST(SampleEach, ReportsAShareThatNeverFalls) {
  const std::vector<Subject> subjects = subjects_of(several());
  const std::vector<Sight> sights = sights_of(subjects);
  for (const std::size_t jobs : {1U, 2U}) {
    struct Told {
      std::vector<double> shares;
      std::vector<std::string> names;
    } told;
    const Progress progress{.report =
                                [](void* context, double share, const std::string& name) {
                                  auto& to = *static_cast<Told*>(context);
                                  to.shares.push_back(share);
                                  to.names.push_back(name);
                                },
                            .context = &told};
    ASSERT_TRUE(bool(
        sample_each(sights, {.jobs = jobs, .progress = progress}, [](std::size_t, SampledRun) {})));
    ASSERT_FALSE(told.shares.empty());
    EXPECT_TRUE(std::ranges::is_sorted(told.shares));
    EXPECT_GE(told.shares.front(), 0.0);
    EXPECT_LE(told.shares.back(), 1.0);
    for (const std::string& name : told.names)
      EXPECT_THAT(name, ::testing::AnyOf("usual", "calm", "long", "short"));
    if (jobs > 1) {
      EXPECT_DOUBLE_EQ(told.shares.back(), 1.0);
    }
  }
}

}  // namespace
}  // namespace squall::study::sample_each_test
