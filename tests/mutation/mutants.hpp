#pragma once

#include <concepts>
#include <type_traits>

/// Comparisons that can be made wrong while the program runs, so that one build holds every mutant.
///
/// scripts/mutate writes `a < ::squall::mutation::greater_equal<7>{} > b` where the source has
/// `a >= b`, and `a == ::squall::mutation::not_equal<8>{} == b` for `a != b`: the signs keep the
/// precedence of what they stand for, and no comma gets into the arguments of a macro.
namespace squall::mutation {

enum class Op { less, less_equal, greater, greater_equal, equal, not_equal };

/// How a comparison is wrong. One of whole numbers has all three; of others only `swapped`.
enum class Change {
  swapped,  ///< >= is >, > is >=, <= is <, < is <=, == is !=, != is ==
  plus,     ///< the right side is one more than it is
  minus,    ///< the right side is one less than it is
};

/// The numbers that a comparison takes for its mutants: that of the comparison, and Change on top.
inline constexpr int numbers_each = 4;

/// What has been compared at a place; a byte each in the file that SQUALL_MUTANTS_REACHED names.
enum class Seen : unsigned char { nothing, others, whole_numbers };

/// The mutant in force, from the environment variable SQUALL_MUTANT; -1 if there is none.
extern int active;

/// Notes that a comparison was evaluated; does nothing unless SQUALL_MUTANTS_REACHED is set.
void note(int site, Seen seen) noexcept;

__extension__ using Wide = __int128;

/// Types that count: a step to the next value is one of the value behind `whole()`.
template <typename T>
concept Whole = (std::integral<T> && !std::same_as<T, bool>) || std::same_as<T, Wide>;

template <Whole T>
constexpr Wide whole(T number) noexcept {
  return static_cast<Wide>(number);
}
/// A duration, in its own unit.
template <typename T>
  requires requires(T d) {
    { d.count() } -> Whole;
  }
constexpr Wide whole(T duration) noexcept {
  return whole(duration.count());
}
/// An instant.
template <typename T>
  requires requires(T t) {
    { t.time_since_epoch().count() } -> Whole;
  }
constexpr Wide whole(T instant) noexcept {
  return whole(instant.time_since_epoch().count());
}
/// squall::Rate.
template <typename T>
  requires requires(T rate) {
    { rate.per_second_micro } -> std::convertible_to<long long>;
  }
constexpr Wide whole(T rate) noexcept {
  return whole(rate.per_second_micro);
}

template <Op op, typename L, typename R>
constexpr bool compared(const L& left, const R& right) noexcept {
  if constexpr (op == Op::less) return left < right;
  if constexpr (op == Op::less_equal) return left <= right;
  if constexpr (op == Op::greater) return left > right;
  if constexpr (op == Op::greater_equal) return left >= right;
  if constexpr (op == Op::equal) return left == right;
  if constexpr (op == Op::not_equal) return left != right;
}

constexpr Op swapped(Op op) noexcept {
  switch (op) {
    case Op::less:
      return Op::less_equal;
    case Op::less_equal:
      return Op::less;
    case Op::greater:
      return Op::greater_equal;
    case Op::greater_equal:
      return Op::greater;
    case Op::equal:
      return Op::not_equal;
    case Op::not_equal:
      return Op::equal;
  }
  return op;
}

/// `left op right`, or what the active mutant makes of it. What a compiler evaluates stays right.
template <int site, Op op, typename L, typename R>
constexpr bool mutated(const L& left, const R& right) noexcept {
  if (std::is_constant_evaluated()) return compared<op>(left, right);
  constexpr int first = site * numbers_each;
  if (active == first + static_cast<int>(Change::swapped)) {
    return compared<swapped(op)>(left, right);
  }
  if constexpr (requires { whole(std::common_type_t<L, R>(left)); }) {
    note(site, Seen::whole_numbers);
    using Common = std::common_type_t<L, R>;  // as the language converts them before it compares
    if (active == first + static_cast<int>(Change::plus)) {
      return compared<op>(whole(Common(left)), whole(Common(right)) + 1);
    }
    if (active == first + static_cast<int>(Change::minus)) {
      return compared<op>(whole(Common(left)), whole(Common(right)) - 1);
    }
  } else {
    note(site, Seen::others);
  }
  return compared<op>(left, right);
}

template <int site, Op op>
struct Comparison {};
template <int site>
using less = Comparison<site, Op::less>;
template <int site>
using less_equal = Comparison<site, Op::less_equal>;
template <int site>
using greater = Comparison<site, Op::greater>;
template <int site>
using greater_equal = Comparison<site, Op::greater_equal>;
template <int site>
using equal = Comparison<site, Op::equal>;
template <int site>
using not_equal = Comparison<site, Op::not_equal>;

/// A comparison that has its left side.
template <typename L, int site, Op op>
struct Half {
  const L& left;
};

template <typename L, int site, Op op>
constexpr Half<L, site, op> operator<(const L& left, Comparison<site, op> /*unused*/) noexcept {
  return {left};
}
template <typename L, int site, Op op, typename R>
constexpr bool operator>(Half<L, site, op> half, const R& right) noexcept {
  return mutated<site, op>(half.left, right);
}

template <typename L, int site, Op op>
constexpr Half<L, site, op> operator==(const L& left, Comparison<site, op> /*unused*/) noexcept {
  return {left};
}
template <typename L, int site, Op op, typename R>
constexpr bool operator==(Half<L, site, op> half, const R& right) noexcept {
  return mutated<site, op>(half.left, right);
}

}  // namespace squall::mutation
