// Vectors by hand from the pseudocode of RFC 8289, section 5, and from the figure "controlled
// delay" of B. Maurer, "Fail at Scale", ACM Queue 13 (8), 2015.
#include "squall/policy/codel.hpp"

#include <cmath>
#include <deque>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "squall/policy/adaptive_lifo.hpp"
#include "tests/policy/support.hpp"

namespace squall::policy::codel_test {
namespace {

CodelOptions classic() { return {.mode = CodelOptions::Mode::classic}; }

// --- The article --------------------------------------------------------------------------------

TEST(QueueTimeout, IsTheIntervalUnlessTheLineHasStoodForLonger) {
  const CodelOptions options;
  EXPECT_EQ(options.target, 5ms);
  EXPECT_EQ(options.interval, 100ms);
  EXPECT_EQ(options.mode, CodelOptions::Mode::facebook);
  EXPECT_EQ(queue_timeout(options, at(1s), at(1s)), 100ms) << "empty";
  EXPECT_EQ(queue_timeout(options, at(1s), at(1100ms)), 100ms);
  EXPECT_EQ(queue_timeout(options, at(1s), at(1100ms) + 1ns), 5ms);
}

TEST(AdaptiveLifo, TakesTheLastOnceTheLineHasStoodForLonger) {
  const AdaptiveLifoOptions options;
  EXPECT_EQ(options.after, 100ms);
  EXPECT_FALSE(options.takes_last(at(1s), at(1s)));
  EXPECT_FALSE(options.takes_last(at(1s), at(1100ms)));
  EXPECT_TRUE(options.takes_last(at(1s), at(1100ms) + 1ns));
  EXPECT_FALSE((AdaptiveLifoOptions{.after = 0ms}).takes_last(at(1s), at(1s)));
  EXPECT_TRUE((AdaptiveLifoOptions{.after = 0ms}).takes_last(at(1s), at(1s) + 1ns));
}

TEST(AdaptiveLifo, SaysWhatIsOutOfRange) {
  EXPECT_EQ(said(AdaptiveLifoOptions{}.validate()), "ok");
  EXPECT_EQ(said((AdaptiveLifoOptions{.after = 0s}).validate()), "ok");
  EXPECT_EQ(said((AdaptiveLifoOptions{.after = -1ns}).validate()),
            "queue.lifo_after: must be at least 0s, is -1ns");
}

// --- RFC 8289 -----------------------------------------------------------------------------------

TEST(Codel, DropsTheSoonerTheMoreItHasDropped) {
  EXPECT_EQ(codel_next_drop(at(1s), 100ms, 1), at(1100ms));
  EXPECT_EQ(codel_next_drop(at(1s), 100ms, 4), at(1050ms));
  EXPECT_EQ(codel_next_drop(at(1s), 100ms, 100), at(1010ms));
  EXPECT_EQ(codel_next_drop(at(1s), 100ms, 2), at(1s) + 70'710'678ns);
  EXPECT_EQ(codel_next_drop(at(1s), 100ms, 3), at(1s) + 57'735'027ns) << "to the nearest";
}

TEST(Codel, LeavesAloneWhoWaitsLessThanTheTarget) {
  Codel codel(classic());
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(codel.drops(5ms - 1ns, 9, at(i * 1ms)));
  EXPECT_FALSE(codel.is_dropping());
}

TEST(Codel, LeavesAloneALineOfOne) {
  Codel codel(classic());
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(codel.drops(1s, 1, at(i * 1ms)));
}

TEST(Codel, BeginsWhenTheWaitsHaveBeenAboveForAnInterval) {
  Codel codel(classic());
  EXPECT_FALSE(codel.drops(5ms, 2, at(0ms)));  // the first above; from 100 ms on it counts
  EXPECT_FALSE(codel.drops(5ms, 2, at(100ms) - 1ns));
  EXPECT_TRUE(codel.drops(5ms, 2, at(100ms)));
  EXPECT_FALSE(codel.is_dropping());
  EXPECT_FALSE(codel.drops(5ms, 2, at(100ms))) << "the next one is served in any case";
  EXPECT_TRUE(codel.is_dropping());
}

TEST(Codel, AWaitBelowTheTargetStartsTheIntervalAgain) {
  Codel codel(classic());
  EXPECT_FALSE(codel.drops(9ms, 2, at(0ms)));
  EXPECT_FALSE(codel.drops(4ms, 2, at(50ms)));
  EXPECT_FALSE(codel.drops(9ms, 2, at(60ms)));
  EXPECT_FALSE(codel.drops(9ms, 2, at(160ms) - 1ns));
  EXPECT_TRUE(codel.drops(9ms, 2, at(160ms)));
}

/// Serves one each millisecond from `from` to before `to`, all of whom waited 9 ms; when drops
/// were.
std::vector<Duration> drops_of(Codel& codel, Duration from, Duration to, Duration sojourn = 9ms) {
  std::vector<Duration> dropped;
  for (Duration now = from; now < to; now += 1ms) {
    while (codel.drops(sojourn, 50, at(now))) dropped.push_back(now);
  }
  return dropped;
}

TEST(Codel, DropsAtTheTimesOfTheControlLaw) {
  Codel codel(classic());
  // The first at 100 ms; then 100 / sqrt(n) after the last: 200, 270.7, 328.4, 378.4, 423.2 ms.
  EXPECT_EQ(drops_of(codel, 0ms, 430ms),
            (std::vector<Duration>{100ms, 200ms, 271ms, 329ms, 379ms, 424ms}));
}

TEST(Codel, CatchesUpAtOnceWithDropsThatAreOverdue) {
  Codel codel(classic());
  EXPECT_EQ(drops_of(codel, 0ms, 150ms), (std::vector<Duration>{100ms}));
  // Nobody was served for a while; by 300 ms those of 200 ms and 270.7 ms are due.
  EXPECT_TRUE(codel.drops(9ms, 50, at(300ms)));
  EXPECT_TRUE(codel.drops(9ms, 50, at(300ms)));
  EXPECT_FALSE(codel.drops(9ms, 50, at(300ms)));
  EXPECT_TRUE(codel.is_dropping());
}

TEST(Codel, ADropThatIsDueAtThisVeryInstantIsMade) {
  Codel codel(classic());
  EXPECT_EQ(drops_of(codel, 0ms, 150ms), (std::vector<Duration>{100ms}));
  EXPECT_TRUE(codel.drops(9ms, 50, at(270'710'678ns))) << "that of 200 ms";
  EXPECT_TRUE(codel.drops(9ms, 50, at(270'710'678ns))) << "and 100 ms / sqrt(2) after it";
  EXPECT_FALSE(codel.drops(9ms, 50, at(270'710'678ns)));
  Codel other(classic());
  EXPECT_EQ(drops_of(other, 0ms, 150ms), (std::vector<Duration>{100ms}));
  EXPECT_TRUE(other.drops(9ms, 50, at(270'710'677ns)));
  EXPECT_FALSE(other.drops(9ms, 50, at(270'710'677ns)));
}

TEST(Codel, ADropIsNotDueANanosecondBefore) {
  Codel codel(classic());
  EXPECT_EQ(drops_of(codel, 0ms, 150ms), (std::vector<Duration>{100ms}));
  EXPECT_FALSE(codel.drops(9ms, 50, at(200ms - 1ns)));
  EXPECT_TRUE(codel.drops(9ms, 50, at(200ms)));
}

TEST(Codel, EndsWithTheFirstWaitBelowTheTarget) {
  Codel codel(classic());
  EXPECT_EQ(drops_of(codel, 0ms, 150ms).size(), 1U);
  EXPECT_FALSE(codel.drops(4ms, 50, at(150ms)));
  EXPECT_FALSE(codel.is_dropping());
  // Overdue drops end with it as well.
  Codel other(classic());
  EXPECT_EQ(drops_of(other, 0ms, 150ms).size(), 1U);
  EXPECT_TRUE(other.drops(9ms, 50, at(300ms)));
  EXPECT_FALSE(other.drops(4ms, 49, at(300ms)));
  EXPECT_FALSE(other.is_dropping());
}

TEST(Codel, EndsWhenNobodyIsLeft) {
  Codel codel(classic());
  EXPECT_EQ(drops_of(codel, 0ms, 150ms).size(), 1U);
  EXPECT_TRUE(codel.drops(9ms, 2, at(300ms)));
  codel.on_empty(at(300ms));
  EXPECT_FALSE(codel.is_dropping());
  EXPECT_FALSE(codel.drops(9ms, 50, at(310ms))) << "a new interval";
  EXPECT_FALSE(codel.drops(9ms, 50, at(410ms) - 1ns));
  EXPECT_TRUE(codel.drops(9ms, 50, at(410ms)));
  // Found empty without a drop.
  Codel other(classic());
  EXPECT_EQ(drops_of(other, 0ms, 150ms).size(), 1U);
  other.on_empty(at(160ms));
  EXPECT_FALSE(other.is_dropping());
}

TEST(Codel, ADropThatEmptiesTheLineBeginsAllTheSame) {
  // As in the pseudocode, where dropping begins whether or not there is a next packet.
  Codel codel(classic());
  EXPECT_FALSE(codel.drops(9ms, 2, at(0ms)));
  EXPECT_TRUE(codel.drops(9ms, 2, at(100ms)));
  codel.on_empty(at(100ms));
  EXPECT_TRUE(codel.is_dropping());
  EXPECT_FALSE(codel.drops(0ms, 0, at(110ms)));
  EXPECT_FALSE(codel.is_dropping());
}

TEST(Codel, TakesUpTheRateThatWasNeededShortlyBefore) {
  // Six drops until 424 ms, the seventh due at 464.0 ms. After a pause of less than 16 intervals
  // from then on it begins with 6 - 1 = 5 and drops again after 100 / sqrt(5) = 44.7 ms.
  const auto second_drop_after = [](Duration pause_ends) {
    Codel codel(classic());
    EXPECT_EQ(drops_of(codel, 0ms, 430ms).size(), 6U);
    EXPECT_FALSE(codel.drops(1ms, 50, at(430ms)));
    EXPECT_FALSE(codel.drops(9ms, 50, at(pause_ends - 100ms)));
    const auto dropped = drops_of(codel, pause_ends, pause_ends + 150ms);
    EXPECT_GE(dropped.size(), 2U);
    EXPECT_EQ(dropped.at(0), pause_ends);
    return dropped.at(1) - dropped.at(0);
  };
  EXPECT_EQ(second_drop_after(600ms), 45ms);
  // The seventh is planned for 463'991'894 ns; 16 intervals after it is late by a nanosecond.
  EXPECT_EQ(second_drop_after(2'063'991'893ns), 45ms);
  EXPECT_EQ(second_drop_after(2'063'991'894ns), 100ms);
}

TEST(Codel, DoesNotTakeUpARateOfOne) {
  // Of two drops the first began it: 2 - 1 = 1, which is no rate to take up.
  Codel codel(classic());
  EXPECT_EQ(drops_of(codel, 0ms, 210ms), (std::vector<Duration>{100ms, 200ms}));
  EXPECT_FALSE(codel.drops(1ms, 50, at(210ms)));
  EXPECT_EQ(drops_of(codel, 220ms, 430ms), (std::vector<Duration>{320ms, 420ms}));
}

TEST(Codel, TakesOtherNumbersFromTheNextDropOn) {
  Codel codel(classic());
  EXPECT_EQ(drops_of(codel, 0ms, 150ms).size(), 1U);
  codel.reconfigure({.mode = CodelOptions::Mode::classic, .target = 20ms, .interval = 200ms});
  EXPECT_FALSE(codel.drops(19ms, 50, at(150ms)));
  EXPECT_FALSE(codel.is_dropping());
  EXPECT_FALSE(codel.drops(20ms, 50, at(160ms)));
  EXPECT_FALSE(codel.drops(20ms, 50, at(360ms) - 1ns));
  EXPECT_TRUE(codel.drops(20ms, 50, at(360ms)));
}

TEST(CodelOptions, SayWhatIsOutOfRange) {
  const auto said_of = [](const CodelOptions& options) { return said(options.validate()); };
  EXPECT_EQ(said_of({}), "ok");
  EXPECT_EQ(said_of({.target = 1ns}), "ok");
  EXPECT_EQ(said_of({.target = 0s}), "queue.codel.target: must be above 0s, is 0s");
  EXPECT_EQ(said_of({.target = 5ms, .interval = 5ms + 1ns}), "ok");
  EXPECT_EQ(said_of({.target = 5ms, .interval = 5ms}),
            "queue.codel.interval: must be above the target, 5ms, and at most 1h, is 5ms");
  EXPECT_EQ(said_of({.interval = 1h}), "ok");
  EXPECT_EQ(said_of({.interval = 1h + 1ns}),
            "queue.codel.interval: must be above the target, 5ms, and at most 1h, is "
            "3600000000001ns");
}

// --- Against the pseudocode, written down as it stands there -----------------------------------

/// A line with the algorithm of the RFC around it, in its shape: dequeue() loops by itself.
class WholeQueue {
 public:
  void enqueue(Instant now) { line_.push_back(now); }
  /// When the one that is served had come; nothing where there is none.
  std::optional<Instant> dequeue(Instant now) {
    Result r = look(now);
    if (dropping_) {
      if (!r.may_drop) dropping_ = false;
      while (dropping_ && now >= drop_next_) {
        ++dropped_;
        ++count_;
        r = look(now);
        if (r.may_drop)
          drop_next_ = law(drop_next_);
        else
          dropping_ = false;
      }
    } else if (r.may_drop) {
      ++dropped_;
      r = look(now);
      dropping_ = true;
      const std::uint32_t delta = count_ - last_count_;
      count_ = 1;
      if (delta > 1 && now - drop_next_ < 16 * 100ms) count_ = delta;
      drop_next_ = law(now);
      last_count_ = count_;
    }
    return r.came;
  }
  [[nodiscard]] int dropped() const { return dropped_; }
  [[nodiscard]] std::size_t size() const { return line_.size(); }

 private:
  struct Result {
    std::optional<Instant> came;
    bool may_drop = false;
  };
  [[nodiscard]] Instant law(Instant from) const {
    return from + std::chrono::nanoseconds(std::llround(100e6 / std::sqrt(count_)));
  }
  Result look(Instant now) {
    Result r;
    if (line_.empty()) {
      above_.reset();
      return r;
    }
    r.came = line_.front();
    line_.pop_front();
    if (now - *r.came < 5ms || line_.size() <= 1) {
      above_.reset();
    } else if (!above_) {
      above_ = now + 100ms;
    } else if (now >= *above_) {
      r.may_drop = true;
    }
    return r;
  }

  std::deque<Instant> line_;
  std::optional<Instant> above_;
  Instant drop_next_{};
  std::uint32_t count_ = 0, last_count_ = 0;
  bool dropping_ = false;
  int dropped_ = 0;
};

RC_GTEST_PROP(Codel, DropsAsThePseudocodeDoes, ()) {
  WholeQueue whole;
  std::deque<Instant> line;
  Codel codel(classic());
  int dropped = 0;
  Instant now{};
  // In spells of more and of less than can be served.
  for (int spell = *rc::gen::inRange(1, 12); spell > 0; --spell) {
    const int arrivals = *rc::gen::inRange(1, 5);
    for (int i = *rc::gen::inRange(1, 150); i > 0; --i) {
      now += Duration{*rc::gen::inRange<std::int64_t>(0, 8'000'000)};
      for (int k = *rc::gen::inRange(0, arrivals); k > 0; --k) {
        line.push_back(now);
        whole.enqueue(now);
      }
      std::optional<Instant> served;
      while (!line.empty()) {
        const Instant came = line.front();
        line.pop_front();
        if (!codel.drops(now - came, line.size(), now)) {
          served = came;
          break;
        }
        ++dropped;
      }
      if (!served) codel.on_empty(now);
      RC_ASSERT(whole.dequeue(now) == served);
      RC_ASSERT(whole.dropped() == dropped);
      RC_ASSERT(whole.size() == line.size());
    }
  }
}

}  // namespace
}  // namespace squall::policy::codel_test
