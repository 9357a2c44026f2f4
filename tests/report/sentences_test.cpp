#include "squall/report/sentences.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/report/records.hpp"

namespace squall::report::sentences_test {
namespace {

using namespace std::chrono_literals;
using metrics::RunRecord;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using State = metrics::Verdict::State;

std::vector<std::string> findings_of(std::vector<RunRecord> variants) {
  return findings(comparison_of(std::move(variants)));
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + "\n";
  return text;
}

/// A run of `offered` requests that are ok, but for those that `change` moves elsewhere.
template <typename Change>
RunRecord run_of(std::string name, std::uint64_t offered, const Change& change) {
  RunRecord record;
  record.variant = std::move(name);
  record.simulated = record.measured = 10s;
  metrics::WorkloadRecord w;
  w.name = "users";
  w.offered = w.ok = offered;
  change(w);
  w.ok = w.offered - (w.late + w.failed + w.rejected + w.dead_lettered + w.dropped + w.unfinished);
  w.ok_latency.add(20ms, w.ok);
  w.latency = w.ok_latency;
  w.latency.add(2s, w.late);
  record.workloads.push_back(std::move(w));
  return record;
}

RunRecord run_of(std::string name, std::uint64_t offered) {
  return run_of(std::move(name), offered, [](metrics::WorkloadRecord&) {});
}

TEST(Findings, AreThoseOfAPersonWhoReadTheTable) {
  EXPECT_THAT(
      findings_of({collapsed("rpc-naive"), queued("event-safe")}),
      ElementsAre(
          "rpc-naive: 57 of 2,400 requests (2.4 %) were served within the objective; most of the "
          "others, 2,300, timed out.",
          "rpc-naive: each request became 3.9 attempts at payments; 71 % of payments' work was for "
          "callers that had gone.",
          "event-safe: all 2,400 requests were served within 10 s, 99 % of them within 2.39 s of "
          "their arrival.",
          "event-safe: counted from delivery the median is 11.0 ms, counted from arrival 1.21 s; "
          "users wait for the second.",
          "event-safe served the largest share of its requests within the objective, 100.0 %: 97.6 "
          "points more than rpc-naive (2.4 %).",
          "This is one run of each with seed 7; run more before you conclude."));
}

// No canned text: with the records swapped under the names, the sentences swap.
TEST(Findings, FollowTheRecordsNotTheNames) {
  std::vector<std::string> swapped = findings_of({queued("rpc-naive"), collapsed("event-safe")});
  EXPECT_THAT(swapped[0], StartsWith("rpc-naive: all 2,400 requests were served"));
  EXPECT_THAT(swapped[2], StartsWith("event-safe: 57 of 2,400 requests"));
  EXPECT_THAT(swapped[4], StartsWith("rpc-naive served the largest share"));

  // And exactly so: exchange the names again and sort, and nothing is left of the difference.
  std::vector<std::string> straight = findings_of({collapsed("event-safe"), queued("rpc-naive")});
  std::ranges::sort(swapped);
  std::ranges::sort(straight);
  EXPECT_EQ(swapped, straight);
}

TEST(Findings, CallATieATie) {
  const auto failing = [](std::uint64_t failed) {
    return [failed](metrics::WorkloadRecord& w) { w.failed = w.failed_error = failed; };
  };
  const std::string close =
      joined(findings_of({run_of("a", 1'000, failing(20)), run_of("b", 1'000, failing(25)),
                          run_of("c", 1'000, failing(500))}));
  EXPECT_THAT(close, HasSubstr("\na served the largest share of its requests, 98.0 %: 0.5 points "
                               "more than b (97.5 %).\n"));
  const std::string same =
      joined(findings_of({run_of("a", 1'000, failing(20)), run_of("b", 1'000, failing(20))}));
  EXPECT_THAT(same, HasSubstr("\na and b served the same share of their requests (98.0 %).\n"));
  const std::string apart =
      joined(findings_of({run_of("a", 1'000, failing(20)), run_of("b", 1'000, failing(26))}));
  EXPECT_THAT(apart, HasSubstr("\na served the largest share of its requests, 98.0 %: 0.6 points "
                               "more than b (97.4 %).\n"));
}

// As printed: nobody can see a difference that is rounded away, and nobody shall be told there is
// none where the two figures beside each other differ.
TEST(Findings, CallEqualOnlyWhatIsPrintedEqual) {
  const auto failing = [](std::uint64_t failed) {
    return [failed](metrics::WorkloadRecord& w) { w.failed = w.failed_error = failed; };
  };
  const auto of_100_000 = [&failing](std::uint64_t a, std::uint64_t b) {
    return joined(
        findings_of({run_of("a", 100'000, failing(a)), run_of("b", 100'000, failing(b))}));
  };
  EXPECT_THAT(of_100_000(0, 271), HasSubstr("\na served the largest share of its requests, 100.0 "
                                            "%: 0.3 points more than b (99.7 %).\n"));
  EXPECT_THAT(of_100_000(0, 1), HasSubstr("\na served the largest share of its requests, 100.0 %: "
                                          "0.1 points more than b (99.9 %).\n"));
  EXPECT_THAT(of_100_000(271, 280),
              HasSubstr("\na and b served the same share of their requests (99.7 %).\n"));
  EXPECT_THAT(of_100_000(271, 280), HasSubstr("\nThis is one run of each with seed 7;"));
}

TEST(Findings, SayWhatTellsThoseThatTieApart) {
  RunRecord thrifty = run_of("thrifty", 1'000);
  RunRecord eager = run_of("eager", 1'000);
  for (RunRecord* record : {&thrifty, &eager}) {
    metrics::CallRecord call;
    call.name = "users->bank";
    call.requests = 1'000;
    call.attempts = record == &eager ? 1'500 : 1'000;
    record->calls.push_back(call);
  }
  thrifty.workloads[0].ok_latency = metrics::Histogram{};
  thrifty.workloads[0].ok_latency.add(100ms, 1'000);
  EXPECT_THAT(
      findings_of({thrifty, eager}),
      Contains("Of these, thrifty made the fewest attempts for each request, 1.00, and eager "
               "the most, 1.50; eager served half of its requests within 20.0 ms, thrifty "
               "within 100 ms."));
}

TEST(Findings, SayThatAllIsWell) {
  const std::string text = joined(findings_of({run_of("a", 500), run_of("b", 500)}));
  EXPECT_THAT(text, HasSubstr("a: all 500 requests were served, 99 % of them within 20.0 ms of "
                              "their arrival.\n"));
  EXPECT_THAT(text, HasSubstr("Both variants served all of their requests.\n"));
  EXPECT_THAT(joined(findings_of({run_of("a", 5), run_of("b", 5), run_of("c", 5)})),
              HasSubstr("All variants served all of their requests.\n"));
}

TEST(Findings, SayThatNothingWorked) {
  const auto none = [](metrics::WorkloadRecord& w) { w.failed = w.failed_timeout = w.offered; };
  const std::string text = joined(findings_of({run_of("a", 50, none), run_of("b", 50, none)}));
  EXPECT_THAT(text, HasSubstr("a: none of 50 requests was served; all of them timed out.\n"));
  EXPECT_THAT(text, HasSubstr("No variant served a single request.\n"));
}

TEST(Findings, NameWhatTookTheLargestPart) {
  using W = metrics::WorkloadRecord;
  const auto sentence = [](const auto& change) {
    return findings_of({run_of("x", 100, change)}).front();
  };
  EXPECT_THAT(sentence([](W& w) { w.failed = w.failed_timeout = 30; }), HasSubstr("timed out"));
  EXPECT_THAT(sentence([](W& w) { w.failed = w.failed_deadline = 30; }), HasSubstr("deadline"));
  EXPECT_THAT(sentence([](W& w) { w.failed = w.failed_error = 30; }), HasSubstr("with an error"));
  EXPECT_THAT(sentence([](W& w) { w.rejected = w.rejected_local = 30; }),
              HasSubstr("refused before leaving the caller"));
  EXPECT_THAT(sentence([](W& w) { w.rejected = w.rejected_remote = 30; }),
              HasSubstr("refused by the other side"));
  EXPECT_THAT(sentence([](W& w) { w.dead_lettered = 30; }), HasSubstr("dead letters"));
  EXPECT_THAT(sentence([](W& w) { w.dropped = 30; }), HasSubstr("dropped"));
  EXPECT_THAT(sentence([](W& w) { w.late = 30; }), HasSubstr("after the objective"));
  EXPECT_THAT(sentence([](W& w) { w.unfinished = 30; }), HasSubstr("still inside"));

  EXPECT_EQ(
      sentence([](W& w) { w.dropped = 30; }),
      "x: 70 of 100 requests (70.0 %) were served; all of the others were dropped by a queue, or "
      "given up without a dead-letter queue.");
  EXPECT_EQ(sentence([](W& w) {
              w.dropped = 20;
              w.unfinished = 10;
            }),
            "x: 70 of 100 requests (70.0 %) were served; most of the others, 20, were dropped by a "
            "queue, or given up without a dead-letter queue.");
  EXPECT_THAT(sentence([](W& w) {
                w.dropped = 10;
                w.unfinished = 9;
                w.late = 9;
              }),
              HasSubstr("the largest part of the others, 10, were dropped"));
}

TEST(Findings, NameThePolicyThatRefusedMost) {
  RunRecord record =
      run_of("x", 100, [](metrics::WorkloadRecord& w) { w.rejected = w.rejected_local = 60; });
  metrics::CallRecord call;
  call.name = "users->bank";
  call.rejected_breaker = 2'074;
  call.rejected_bulkhead = 100;
  record.calls.push_back(call);
  EXPECT_THAT(findings_of({record}).front(),
              HasSubstr("refused before leaving the caller (the breaker refused most often, 2,074 "
                        "times)"));
  record.calls[0].rejected_bulkhead = 3'000;
  EXPECT_THAT(findings_of({record}).front(),
              HasSubstr("the bulkhead refused most often, 3,000 times"));
  record.calls[0].rejected_throttle = 3'001;
  EXPECT_THAT(findings_of({record}).front(),
              HasSubstr("the throttle refused most often, 3,001 times"));
}

TEST(Findings, CallALineFullOnlyWhereNothingElseCutsIt) {
  RunRecord record =
      run_of("x", 100, [](metrics::WorkloadRecord& w) { w.rejected = w.rejected_remote = 60; });
  record.calls.emplace_back().name = "users->bank";
  record.calls[0].rejected_queue = 60;
  record.services.emplace_back().name = "bank";
  EXPECT_THAT(findings_of({record}).front(), HasSubstr("(a full queue refused most often, 60"));
  record.services[0].sheds = true;
  EXPECT_THAT(findings_of({record}).front(), HasSubstr("(the queue refused most often, 60"));
}

TEST(Findings, TellTheRecovery) {
  RunRecord record = run_of("x", 100);
  record.verdict = {State::recovered, 3'200ms};
  EXPECT_THAT(
      findings_of({record}),
      Contains(
          "x: goodput was back at its level before the faults 3.20 s after the last one ended."));
  record.verdict = {State::recovered, 0ms};
  EXPECT_THAT(
      findings_of({record}),
      Contains("x: goodput was at its level before the faults as soon as the last one was over."));
  record.verdict = {State::not_recovered, std::nullopt};
  EXPECT_THAT(
      findings_of({record}),
      Contains("x: goodput was still below its level before the faults when the run ended."));
  record.verdict = {State::not_judged, std::nullopt};
  EXPECT_THAT(
      findings_of({record}),
      Contains("x: whether goodput came back after the faults cannot be told, since nothing "
               "arrived after them."));
  record.verdict.without_baseline = true;
  EXPECT_THAT(findings_of({record}),
              Contains("x: whether goodput came back after the faults cannot be told, since there "
                       "was none before them to compare with."));
  record.verdict = {State::no_fault, std::nullopt};
  EXPECT_THAT(joined(findings_of({record})), Not(HasSubstr("fault")));

  RunRecord stuck = collapsed("y");
  stuck.verdict = {State::not_recovered, std::nullopt};
  EXPECT_THAT(
      findings_of({stuck}),
      Contains("y: goodput was still below its level before the faults when the run ended, and "
               "each request became 3.9 attempts at payments; 71 % of payments' work was "
               "for callers that had gone."));
}

TEST(Findings, KeepToOneRequestInGrammar) {
  EXPECT_EQ(findings_of({run_of("x", 1)}).front(), "x: the only request was served.");
  EXPECT_EQ(
      findings_of({run_of("x", 2, [](metrics::WorkloadRecord& w) { w.dropped = 1; })}).front(),
      "x: 1 of 2 requests (50.0 %) was served; the other one was dropped by a queue, or given up "
      "without a dead-letter queue.");
  EXPECT_EQ(
      findings_of({run_of("x", 1, [](metrics::WorkloadRecord& w) { w.dropped = 1; })}).front(),
      "x: the only request was not served; it was dropped by a queue, or given up without a "
      "dead-letter queue.");
  EXPECT_EQ(findings_of({run_of("x", 0)}).front(), "x: no request was offered.");
}

TEST(Findings, SayOnceThatItIsOneRun) {
  for (const auto& sentences :
       {findings_of({run_of("x", 5)}), findings_of({run_of("x", 5), run_of("y", 5)})}) {
    EXPECT_EQ(
        std::ranges::count_if(sentences, [](const auto& s) { return s.find("one run") != s.npos; }),
        1);
    EXPECT_THAT(sentences.back(), AllOf(HasSubstr("one run"), HasSubstr("with seed 7")));
  }
  EXPECT_THAT(findings_of({}), IsEmpty());
}

TEST(Findings, LetNoNameMoveTheCursor) {
  RunRecord record = collapsed("a\x1b[2Jb");
  record.services[0].name = "pay\nments";
  EXPECT_THAT(joined(findings_of({record})), Not(HasSubstr("\x1b")));
  EXPECT_THAT(joined(findings_of({record})), HasSubstr("pay?ments' work"));
}

// --- No number that is not in the data ---

struct Number {
  double value = 0;
  double half_unit = 0;  ///< of its last digit
  std::string unit;      ///< what follows it: "%", "ms", "attempts"
};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// The numbers that stand on their own, not in a name.
std::vector<Number> numbers_in(const std::string& text) {
  std::vector<Number> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool in_word = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;
    if (!is_digit(text[at]) || in_word) continue;
    Number number;
    std::string digits;
    int decimals = -1;
    while (at < text.size()) {
      const bool inside = at + 1 < text.size() && is_digit(text[at + 1]);
      if (text[at] == '.' && inside && decimals < 0) {
        decimals = 0;
        digits += '.';
      } else if (is_digit(text[at])) {
        digits += text[at];
        if (decimals >= 0) ++decimals;
      } else if (text[at] != ',' || !inside) {
        break;
      }
      ++at;
    }
    number.value = std::strtod(digits.c_str(), nullptr);
    number.half_unit = 0.5 * std::pow(10.0, -std::max(decimals, 0)) * (1 + 1e-9) + 1e-12;
    while (at < text.size() && text[at] == ' ') ++at;
    const std::size_t end = text.find_first_of(" ,.;:)", at);
    number.unit = text.substr(at, end - at);
    found.push_back(number);
  }
  return found;
}

/// What may be said of one variant, by unit; "" for counts.
std::map<std::string, std::vector<double>> sayable(const RunRecord& record) {
  std::map<std::string, std::vector<double>> values;
  const auto count = [&](std::uint64_t n) { values[""].push_back(static_cast<double>(n)); };
  const auto share = [&](double ratio) {
    double percent = ratio * 100;
    values["%"].push_back(percent);
    // All is 100 and none is 0, nothing else is: what is nearly so is shown as the step before it.
    if (percent > 0 && percent < 100) {
      values["%"].push_back(std::clamp(percent, 0.1, 99.9));
    }
  };
  const auto time = [&](std::optional<Duration> duration) {
    if (!duration) return;
    const auto ns = static_cast<double>(duration->count());
    values["ns"].push_back(ns);
    values["µs"].push_back(ns / 1e3);
    values["ms"].push_back(ns / 1e6);
    values["s"].push_back(ns / 1e9);
  };
  metrics::WorkloadRecord all;
  metrics::Histogram from_delivery;
  std::map<std::string, std::uint64_t> attempts;
  std::uint64_t breaker = 0, bulkhead = 0, rate_limit = 0, full = 0, admission = 0;
  for (const auto& w : record.workloads) {
    all.offered += w.offered;
    all.ok += w.ok;
    all.late += w.late;
    all.failed_timeout += w.failed_timeout;
    all.failed_deadline += w.failed_deadline;
    all.failed_error += w.failed_error;
    all.rejected_local += w.rejected_local;
    all.rejected_remote += w.rejected_remote;
    all.dead_lettered += w.dead_lettered;
    all.dropped += w.dropped;
    all.unfinished += w.unfinished;
    all.latency.merge(w.latency);
    all.ok_latency.merge(w.ok_latency);
    time(w.objective);
  }
  for (const auto& c : record.calls) {
    attempts[c.name.substr(c.name.find("->"))] += c.attempts;
    breaker += c.rejected_breaker;
    bulkhead += c.rejected_bulkhead;
    rate_limit += c.rejected_rate_limit;
    full += c.rejected_queue;
    admission += c.rejected_admission;
  }
  for (const auto& q : record.queues) {
    from_delivery.merge(q.from_delivery);
  }
  for (const std::uint64_t n :
       {all.offered, all.ok, all.late, all.failed_timeout, all.failed_deadline, all.failed_error,
        all.rejected_local, all.rejected_remote, all.dead_lettered, all.dropped, all.unfinished,
        breaker, bulkhead, rate_limit, full, admission}) {
    count(n);
  }
  const auto offered = static_cast<double>(all.offered);
  if (all.offered > 0) {
    share(static_cast<double>(all.ok) / offered);
    for (const auto& [callee, n] : attempts) {
      values["attempts"].push_back(std::max(static_cast<double>(n) / offered, 0.0));
      values[""].push_back(values["attempts"].back());  // "the fewest, 1.00, and ..."
      if (n > all.offered) {
        values["attempts"].push_back(std::max(values["attempts"].back(), 1.01));
        values[""].push_back(values["attempts"].back());
      }
    }
    time(all.ok_latency.quantile_of(0.5, all.offered));
  }
  for (const auto& s : record.services) share(s.wasted_ratio());
  time(all.ok_latency.quantile(0.99));
  time(all.latency.quantile(0.5));
  time(from_delivery.quantile(0.5));
  time(record.verdict.recovered_after);
  return values;
}

bool is_said(const Number& number, const std::map<std::string, std::vector<double>>& values) {
  auto found = values.find(number.unit);
  if (found == values.end()) found = values.find("");
  return found != values.end() && std::ranges::any_of(found->second, [&](double value) {
           return std::abs(value - number.value) <= number.half_unit;
         });
}

RC_GTEST_PROP(FindingsProperty, MentionNoNumberThatIsNotInTheData, (std::uint64_t seed)) {
  const metrics::Comparison comparison = random_comparison(seed);
  std::map<std::string, std::vector<double>> of_all;
  std::vector<double> shown;
  for (const RunRecord& record : comparison.variants) {
    for (const auto& [unit, values] : sayable(record)) {
      of_all[unit].insert(of_all[unit].end(), values.begin(), values.end());
    }
  }
  of_all["%"].push_back(0.0);
  for (const double a : of_all["%"]) shown.push_back(std::round(a * 10) / 10);
  for (const double a : shown) {
    for (const double b : shown) of_all["points"].push_back(a - b);
  }
  of_all[""].push_back(static_cast<double>(comparison.seed));

  const std::vector<std::string> sentences = findings(comparison);
  RC_ASSERT(sentences.empty() == comparison.variants.empty());
  for (std::string sentence : sentences) {
    const std::string whole = sentence;
    // The one number that is a word of the language here.
    const std::string_view percentile = "99 % of them within";
    if (const std::size_t at = sentence.find(percentile); at != std::string::npos) {
      sentence.erase(at, percentile.size());
    }
    const auto own = std::ranges::find_if(comparison.variants, [&](const RunRecord& record) {
      return sentence.starts_with(record.variant + ":");
    });
    const auto values = own == comparison.variants.end() ? of_all : sayable(*own);
    for (const Number& number : numbers_in(sentence)) {
      RC_LOG() << whole << "\n" << number.value << " " << number.unit << "\n";
      RC_ASSERT(is_said(number, values));
    }
    RC_ASSERT(whole.ends_with('.'));
    RC_ASSERT(whole.find("..") == std::string::npos);
    RC_ASSERT(whole.find("  ") == std::string::npos);
  }
}

RC_GTEST_PROP(FindingsProperty, SayAtMostTwoThingsOfAVariant, (std::uint64_t seed)) {
  const metrics::Comparison comparison = random_comparison(seed);
  const std::vector<std::string> sentences = findings(comparison);
  for (const RunRecord& record : comparison.variants) {
    const auto said = std::ranges::count_if(
        sentences, [&](const std::string& s) { return s.starts_with(record.variant + ":"); });
    RC_ASSERT(said == 1 || said == 2);
  }
}

}  // namespace
}  // namespace squall::report::sentences_test
