#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/baseline/calendar.hpp"
#include "bench/baseline/log_histogram.hpp"
#include "bench/baseline/random.hpp"
#include "bench/baseline/timeouts.hpp"

namespace squall::bench::baseline {

/// Of bench/scenarios/whole-request.yaml, key by key.
struct RequestOptions {
  std::uint64_t requests = 0;
  double arrival_mean_ns = 0;
  std::uint32_t workers = 1;
  double service_mean_ns = 0;
  std::int64_t timeout_ns = 0;
  std::uint32_t attempts_max = 4;
  std::int64_t backoff_base_ns = 0;  ///< doubled each time, full jitter
  std::int64_t backoff_max_ns = 0;
  std::size_t breaker_window = 0;
  std::size_t breaker_failures = 0;
  std::int64_t breaker_open_ns = 0;
  std::uint32_t bulkhead = 0;
  std::uint64_t seed = 1;
};

struct RequestResult {
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;    ///< their last attempt timed out
  std::uint64_t rejected = 0;  ///< their last attempt was refused
  std::uint64_t attempts = 0;  ///< that got past breaker and bulkhead
  std::uint64_t timeouts = 0;
  std::uint64_t refused_breaker = 0;
  std::uint64_t refused_bulkhead = 0;
  std::int64_t latency_ns = 0;  ///< of those that ended ok, added up
  LogHistogram latency;         ///< of those that ended ok
};

/// A whole request, fused by hand into one loop: retries with backoff around a breaker, around a
/// bulkhead, around a timeout, around some servers with a queue. A request that times out leaves
/// queue and server at once. Timeouts are all equally long, so they stand in a ring that is sorted
/// by itself; the next arrival is a variable; all else is in a calendar made to measure.
class RequestLoop {
 public:
  explicit RequestLoop(const RequestOptions& options)
      : options_(options),
        random_(options.seed),
        calendar_(records_, options.arrival_mean_ns / 2.0, std::size_t{8} * options.workers),
        outcomes_(options.breaker_window, 0) {
    records_.reserve(std::size_t{2} * options.bulkhead);
  }

  [[nodiscard]] RequestResult run() {
    std::uint64_t arrived = 0;
    std::int64_t next_arrival = exponential(options_.arrival_mean_ns);
    for (;;) {
      const std::int64_t due = calendar_.next_due();
      const std::int64_t expiry = timeouts_.next_due();
      if (due <= expiry && due <= next_arrival) {
        if (due == end_of_time) break;
        now_ = due;
        const std::uint32_t slot = calendar_.pop();
        if (records_[slot].state == State::serving) {
          complete(slot);
        } else {
          ++records_[slot].attempt;
          attempt(slot);
        }
      } else if (expiry <= next_arrival) {
        now_ = expiry;
        time_out(timeouts_.front());
      } else {
        now_ = next_arrival;
        next_arrival = ++arrived < options_.requests ? now_ + exponential(options_.arrival_mean_ns)
                                                     : end_of_time;
        arrive();
      }
    }
    return result_;
  }

 private:
  enum class State : std::uint8_t { waiting, serving, backing_off };

  /// One request, from arrival to end.
  struct alignas(64) Record {
    std::int64_t arrived = 0;
    std::int64_t due = 0;       // in the calendar
    std::uint64_t timeout = 0;  // its place among the timeouts
    std::uint32_t next = none;  // in the calendar, the line, or the free list
    std::uint32_t previous = none;
    std::uint32_t attempt = 0;
    State state = State::waiting;
  };
  static_assert(sizeof(Record) == 64);

  [[nodiscard]] std::int64_t exponential(double mean_ns) noexcept {
    return exponential_ns(ziggurat_, random_, mean_ns);
  }

  void arrive() {
    std::uint32_t slot = free_;
    if (slot == none) {
      slot = static_cast<std::uint32_t>(records_.size());
      records_.emplace_back();
    } else {
      free_ = records_[slot].next;
    }
    records_[slot].arrived = now_;
    records_[slot].attempt = 1;
    attempt(slot);
  }

  void attempt(std::uint32_t slot) {
    if (now_ < open_until_) {
      ++result_.refused_breaker;
      retry(slot, result_.rejected);
      return;
    }
    if (under_way_ == options_.bulkhead) {
      ++result_.refused_bulkhead;
      tell_breaker(true);
      retry(slot, result_.rejected);
      return;
    }
    ++under_way_;
    ++result_.attempts;
    records_[slot].timeout = timeouts_.append(now_ + options_.timeout_ns, slot);
    if (busy_ < options_.workers) {
      ++busy_;
      serve(slot);
    } else {
      records_[slot].state = State::waiting;
      enter_line(slot);
    }
  }

  void serve(std::uint32_t slot) {
    records_[slot].state = State::serving;
    calendar_.insert(slot, now_ + exponential(options_.service_mean_ns));
  }

  void worker_is_free() {
    if (line_head_ == none) {
      --busy_;
      return;
    }
    const std::uint32_t slot = line_head_;
    leave_line(slot);
    serve(slot);
  }

  void enter_line(std::uint32_t slot) noexcept {
    records_[slot].previous = line_tail_;
    records_[slot].next = none;
    (line_tail_ == none ? line_head_ : records_[line_tail_].next) = slot;
    line_tail_ = slot;
  }

  void leave_line(std::uint32_t slot) noexcept {
    const auto [before, after] = std::pair{records_[slot].previous, records_[slot].next};
    (before == none ? line_head_ : records_[before].next) = after;
    (after == none ? line_tail_ : records_[after].previous) = before;
  }

  void complete(std::uint32_t slot) {
    timeouts_.remove(records_[slot].timeout);
    --under_way_;
    tell_breaker(false);
    const std::int64_t latency = now_ - records_[slot].arrived;
    result_.latency.add(latency);
    result_.latency_ns += latency;
    end(slot, result_.ok);
    worker_is_free();
  }

  void time_out(std::uint32_t slot) {
    timeouts_.remove(records_[slot].timeout);
    --under_way_;
    ++result_.timeouts;
    tell_breaker(true);
    if (records_[slot].state == State::serving) {
      calendar_.remove(slot);
      worker_is_free();
    } else {
      leave_line(slot);
    }
    retry(slot, result_.failed);
  }

  void retry(std::uint32_t slot, std::uint64_t& given_up) {
    Record& record = records_[slot];
    if (record.attempt == options_.attempts_max) {
      end(slot, given_up);
      return;
    }
    const std::int64_t most =
        std::min(options_.backoff_base_ns << (record.attempt - 1U), options_.backoff_max_ns);
    record.state = State::backing_off;
    const double wait = random_.uniform() * static_cast<double>(most);
    calendar_.insert(slot, now_ + static_cast<std::int64_t>(wait));
  }

  void end(std::uint32_t slot, std::uint64_t& count) {
    ++count;
    records_[slot].next = free_;
    free_ = slot;
  }

  void tell_breaker(bool failure) noexcept {
    if (now_ < open_until_) return;
    failures_ += (failure ? 1U : 0U);
    failures_ -= outcomes_[newest_];
    outcomes_[newest_] = failure ? 1 : 0;
    if (++newest_ == outcomes_.size()) newest_ = 0;
    if (told_ < outcomes_.size()) ++told_;
    if (told_ < outcomes_.size() || failures_ < options_.breaker_failures) return;
    open_until_ = now_ + options_.breaker_open_ns;
    std::fill(outcomes_.begin(), outcomes_.end(), std::uint8_t{0});
    failures_ = 0;
    told_ = 0;
  }

  const RequestOptions options_;
  const Ziggurat ziggurat_;
  Xoshiro random_;
  std::vector<Record> records_;
  std::uint32_t free_ = none;
  Calendar<Record> calendar_;
  Timeouts timeouts_;
  std::uint32_t line_head_ = none;
  std::uint32_t line_tail_ = none;
  std::int64_t now_ = 0;
  std::uint32_t busy_ = 0;
  std::uint32_t under_way_ = 0;
  // The breaker: the last outcomes, 1 for a failure.
  std::vector<std::uint8_t> outcomes_;
  std::size_t newest_ = 0;
  std::size_t told_ = 0;
  std::size_t failures_ = 0;
  std::int64_t open_until_ = 0;
  RequestResult result_;
};

}  // namespace squall::bench::baseline
