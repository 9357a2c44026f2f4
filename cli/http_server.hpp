#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "cli/site.hpp"
#include "squall/base/result.hpp"

namespace squall::cli {

/// A socket that listens.
class Listener {
 public:
  /// @param host  an address of this machine, or a name of one
  /// @param port  0: a free one
  /// An Error of kind `environment` where that cannot be had; `port_is_taken` tells why.
  [[nodiscard]] static Result<Listener> open(const std::string& host, std::uint16_t port,
                                             bool* port_is_taken = nullptr);

  [[nodiscard]] int descriptor() const noexcept { return *descriptor_; }
  /// `http://127.0.0.1:8037/`
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  /// Whether only programs on this machine can reach it.
  [[nodiscard]] bool is_loopback() const noexcept { return is_loopback_; }

 private:
  Listener(int descriptor, std::string address, bool is_loopback);

  std::shared_ptr<const int> descriptor_;  ///< closed with the last copy
  std::string address_;
  bool is_loopback_;
};

/// How long the server waits for those who ask. All of them bound something as a whole but `piece`,
/// so nobody keeps a connection by a byte now and then.
struct Patience {
  std::chrono::milliseconds request{
      10'000};  ///< for a request, from the last answer until it is whole
  std::chrono::milliseconds piece{10'000};   ///< for the reader to take anything of an answer
  std::chrono::milliseconds answer{60'000};  ///< for the reader to take all of an answer
  std::chrono::milliseconds goodbye{2'000};  ///< for the other side to close after the last answer
};

/// Answers from the site until `stop` becomes true, then drops every connection and returns within
/// a quarter of a second. One thread, at most 64 connections at one time: of more, the one goes
/// that has the least time left. Where the process may open no more files, who comes is turned
/// away, and nobody is asked in for a moment.
[[nodiscard]] Result<void> serve(const Listener& listener, const Site& site,
                                 const std::atomic<bool>& stop, const Patience& patience = {});

}  // namespace squall::cli
