#include "squall/scenario/import/outcomes.hpp"

#include <algorithm>
#include <array>

#include "squall/scenario/node_making.hpp"

namespace squall::scenario {
namespace {

constexpr std::array<std::string_view, 17> grpc_codes = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

constexpr std::array<std::string_view, 16> envoy_words = {"5xx",
                                                          "gateway-error",
                                                          "reset",
                                                          "reset-before-request",
                                                          "connect-failure",
                                                          "envoy-ratelimited",
                                                          "retriable-4xx",
                                                          "refused-stream",
                                                          "retriable-status-codes",
                                                          "retriable-headers",
                                                          "http3-post-connect-failure",
                                                          "cancelled",
                                                          "deadline-exceeded",
                                                          "internal",
                                                          "resource-exhausted",
                                                          "unavailable"};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (const std::string_view word = trimmed(text.substr(0, end)); !word.empty()) {
      words.push_back(word);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// @return whether a callee here can answer in a way that this status stands for.
bool add_http_status(std::string_view status, Outcomes& outcomes) {
  if (status == "429") {
    outcomes.rejected = true;
  } else if (status == "500") {
    outcomes.error = true;
  } else if (status == "502") {
    outcomes.unavailable = true;
  } else if (status == "503") {
    outcomes.unavailable = true;
    outcomes.rejected = true;
  } else if (status == "504") {
    outcomes.timeout = true;
  } else {
    return false;
  }
  return true;
}

bool is_http_status(std::string_view text) {
  return text.size() == 3 && text.find_first_not_of("0123456789") == text.npos && text >= "100" &&
         text <= "599";
}

/// Why a word of Envoy's has no counterpart; empty where it has one, which is added.
std::string_view add_envoy_word(std::string_view word, Outcomes& outcomes) {
  if (word == "5xx") {
    outcomes.timeout = outcomes.error = outcomes.rejected = true;
  } else if (word == "gateway-error") {
    outcomes.timeout = outcomes.unavailable = outcomes.rejected = true;
  } else if (word == "reset") {
    outcomes.timeout = outcomes.unavailable = true;
  } else if (word == "reset-before-request" || word == "connect-failure") {
    outcomes.unavailable = true;
  } else if (word == "refused-stream" || word == "resource-exhausted") {
    outcomes.rejected = true;
  } else if (word == "unavailable") {
    outcomes.unavailable = outcomes.rejected = true;
  } else if (word == "deadline-exceeded") {
    outcomes.timeout = true;
  } else if (word == "internal") {
    outcomes.names.emplace_back("internal");
  } else if (word == "cancelled") {
    return "no callee cancels";
  } else if (word == "envoy-ratelimited") {
    return "no rate limiter";
  } else if (word == "retriable-4xx") {
    return "no callee answers 409";
  } else if (word == "retriable-headers") {
    return "answers have no headers";
  } else if (word == "http3-post-connect-failure") {
    return "no HTTP/3";
  }
  return {};
}

}  // namespace

Node Outcomes::node() const {
  Node list = list_node();
  const auto add = [&list](bool is_there, const char* word) {
    if (is_there) list.items.push_back(plain(std::string(word)));
  };
  add(timeout, "timeout");
  add(error, "error");
  add(rejected, "rejected");
  add(unavailable && !error, "unavailable");
  if (error) return list;
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  for (const std::string& name : sorted) list.items.push_back(plain(name));
  return list;
}

std::string_view grpc_status_name(std::string_view number) {
  for (std::size_t i = 0; i < grpc_codes.size(); ++i) {
    if (std::to_string(i) == number) return grpc_codes[i];
  }
  return {};
}

bool add_grpc_status(std::string_view code, Outcomes& outcomes) {
  if (std::find(grpc_codes.begin(), grpc_codes.end(), code) == grpc_codes.end()) return false;
  if (code == "UNAVAILABLE") {
    outcomes.unavailable = outcomes.rejected = true;
  } else if (code == "RESOURCE_EXHAUSTED") {
    outcomes.rejected = true;
  } else if (code == "DEADLINE_EXCEEDED") {
    outcomes.timeout = true;
  } else {
    std::string name(code);
    for (char& c : name) c = c == '_' ? '_' : static_cast<char>(c - 'A' + 'a');
    outcomes.names.push_back(std::move(name));
  }
  return true;
}

Outcomes read_retry_on(Reading& reading, const Field& field,
                       const std::vector<Field>& retriable_status_codes, bool numbers_allowed) {
  Outcomes outcomes;
  const std::string text = reading.text(field);
  const auto leave_word = [&reading, &field](std::string_view word, std::string_view why) {
    reading.remark(field, std::string(word) + ": " + std::string(why));
  };
  bool codes_count = false;
  for (const std::string_view word : words_of(text)) {
    if (numbers_allowed && is_http_status(word)) {
      if (!add_http_status(word, outcomes)) leave_word(word, "no callee answers so");
      continue;
    }
    if (std::find(envoy_words.begin(), envoy_words.end(), word) == envoy_words.end()) {
      const std::string near = hint(word, envoy_words);
      if (numbers_allowed) {
        reading.error(field, "there is no retry condition " + shown(word) + near);
        return outcomes;
      }
      // RetryPolicyImpl drops what parseRetryOn() does not know (Envoy 1.3x,
      // router/config_impl.cc).
      leave_word(word, "Envoy knows no such condition and ignores it" + near);
      continue;
    }
    codes_count = codes_count || word == "retriable-status-codes";
    const std::string_view why = add_envoy_word(word, outcomes);
    if (!why.empty()) leave_word(word, why);
  }
  for (const Field& code : retriable_status_codes) {
    const std::uint64_t status = reading.whole(code, 100, 599);
    if (!codes_count) {
      reading.leave(code, "retry_on does not name retriable-status-codes");
    } else if (!add_http_status(std::to_string(status), outcomes)) {
      reading.leave(code, "no callee answers so");
    }
  }
  return outcomes;
}

}  // namespace squall::scenario
