#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "squall/metrics/trace_record.hpp"
#include "squall/report/trace_output.hpp"

/// What the writers of traces share.
namespace squall::report {

/// Text on its way to a sink, in pieces of some size.
class TraceText {
 public:
  explicit TraceText(const TextSink& sink) : sink_(sink) {}
  TraceText(const TraceText&) = delete;
  TraceText& operator=(const TraceText&) = delete;
  ~TraceText() { flush(); }

  template <typename... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    if (!is_wanted_) return;
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    if (text_.size() >= piece) flush();
  }

  /// False once the sink takes no more; the rest need not be made.
  [[nodiscard]] bool is_wanted() const noexcept { return is_wanted_; }

 private:
  static constexpr std::size_t piece = 1U << 16U;

  void flush() {
    if (is_wanted_ && text_.size() > 0) is_wanted_ = sink_({text_.data(), text_.size()});
    text_.clear();
  }

  const TextSink& sink_;
  fmt::memory_buffer text_;
  bool is_wanted_ = true;
};

/// The text as a JSON string, quotes included; what is no UTF-8 is replaced.
[[nodiscard]] std::string json_string(std::string_view text);

/// "shoppers #12": what a request is called.
[[nodiscard]] std::string name_of_request(const metrics::TraceRecord& record,
                                          const metrics::TraceRequest& request);

/// Of an `error` its name in the scenario, else that of the end: "timeout", "rejected_queue".
[[nodiscard]] std::string outcome_of(const metrics::TraceRecord& record,
                                     const metrics::TraceSpan& span);

/// A span that is but an instant of its parent.
[[nodiscard]] bool is_instant(metrics::SpanKind kind) noexcept;

}  // namespace squall::report
