#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "squall/base/check.hpp"

namespace squall {

/// What is wrong with an input or the environment, in words for the person who can mend it.
struct Error {
  /// Which exit status the command ends with: 2 for what the user wrote, 3 for the environment
  /// (no disk, no broker).
  enum class Kind { input, environment };

  std::string message{};  ///< what was found, what is allowed, the remedy
  std::string file{};     ///< as the user named it; empty when there is none
  int line = 0;           ///< from 1; 0 when unknown
  std::string key{};      ///< dotted path in the scenario; empty when there is none
  Kind kind = Kind::input;

  /// `file:line: key: message`, leaving out what is unknown.
  [[nodiscard]] std::string text() const;
};

struct Unexpected {
  Error error;
};

/// Makes any Result fail: `return fail("...")`.
[[nodiscard]] inline Unexpected fail(std::string message) { return {Error{std::move(message)}}; }
[[nodiscard]] inline Unexpected fail(Error error) { return {std::move(error)}; }

/// A value or an Error; a subset of std::expected's interface.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// REQUIRES has_value().
  [[nodiscard]] T& value() & {
    SQUALL_CHECK(has_value(), "value() of a failed Result");
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    SQUALL_CHECK(has_value(), "value() of a failed Result");
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && { return std::move(value()); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(value()); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  /// REQUIRES !has_value().
  [[nodiscard]] const Error& error() const& {
    SQUALL_CHECK(!has_value(), "error() of a successful Result");
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error& error() & {
    SQUALL_CHECK(!has_value(), "error() of a successful Result");
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unexpected failure) : failed_(true), error_(std::move(failure.error)) {}

  [[nodiscard]] bool has_value() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return !failed_; }
  [[nodiscard]] const Error& error() const {
    SQUALL_CHECK(failed_, "error() of a successful Result");
    return error_;
  }

 private:
  bool failed_ = false;
  Error error_;
};

}  // namespace squall
