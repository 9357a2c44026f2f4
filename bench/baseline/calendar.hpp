#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace squall::bench::baseline {

inline constexpr std::uint32_t none = 0xffffffffU;
inline constexpr std::int64_t end_of_time = std::numeric_limits<std::int64_t>::max();

/// A calendar queue (R. Brown, 1988) whose days were measured out beforehand, by one who knows the
/// model: no resizing. Its entries are the records themselves, in sorted, doubly linked lists by
/// their members `due`, `next` and `previous`, so that one can be taken out at once.
template <typename Record>
class Calendar {
 public:
  /// @param day_ns  about the mean time between two events
  /// @param days    at least as many as are ever pending, for lists of about one
  Calendar(std::vector<Record>& records, double day_ns, std::size_t days) : records_(records) {
    while (static_cast<double>(std::int64_t{2} << shift_) <= day_ns) ++shift_;
    std::size_t size = 1;
    while (size < days) size *= 2;
    heads_.assign(size, none);
  }

  /// When the earliest is due; end_of_time when there is none.
  [[nodiscard]] std::int64_t next_due() const noexcept { return next_due_; }

  void insert(std::uint32_t slot, std::int64_t due) noexcept {
    Record& record = records_[slot];
    record.due = due;
    std::uint32_t* head = head_of(due);
    std::uint32_t previous = none;
    std::uint32_t next = *head;
    while (next != none && records_[next].due <= due) {
      previous = next;
      next = records_[next].next;
    }
    record.previous = previous;
    record.next = next;
    (previous == none ? *head : records_[previous].next) = slot;
    if (next != none) records_[next].previous = slot;
    ++size_;
    if (due < next_due_) {
      next_due_ = due;
      next_ = slot;
    }
  }

  void remove(std::uint32_t slot) noexcept {
    const Record& record = records_[slot];
    (record.previous == none ? *head_of(record.due) : records_[record.previous].next) = record.next;
    if (record.next != none) records_[record.next].previous = record.previous;
    --size_;
    if (slot == next_) find_next(record.due >> shift_);
  }

  /// Takes the earliest out. REQUIRES that there is one.
  std::uint32_t pop() noexcept {
    const std::uint32_t slot = next_;
    remove(slot);
    return slot;
  }

 private:
  [[nodiscard]] std::uint32_t* head_of(std::int64_t due) noexcept {
    return &heads_[static_cast<std::size_t>(due >> shift_) & (heads_.size() - 1)];
  }

  void find_next(std::int64_t day) noexcept {
    next_ = none;
    next_due_ = end_of_time;
    if (size_ == 0) return;
    for (;; ++day) {
      const std::uint32_t slot = *head_of(day << shift_);
      if (slot == none || records_[slot].due >> shift_ != day) continue;
      next_ = slot;
      next_due_ = records_[slot].due;
      return;
    }
  }

  std::vector<Record>& records_;
  std::vector<std::uint32_t> heads_;
  int shift_ = 0;
  std::size_t size_ = 0;
  std::uint32_t next_ = none;
  std::int64_t next_due_ = end_of_time;
};

}  // namespace squall::bench::baseline
