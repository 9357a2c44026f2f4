#pragma once

#include <type_traits>
#include <variant>

namespace squall::policy {

/// Whether that alternative of a variant of kinds is the first one: no such policy.
template <typename T>
constexpr bool is_none = std::is_same_v<std::decay_t<T>, std::monostate>;

}  // namespace squall::policy
