// The server by itself, with a site of one large file and less patience than in earnest.
#include "cli/http_server.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <netinet/in.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/site.hpp"
#include "cli/web_assets.hpp"

namespace squall::cli {

namespace testing::http_server_test {
namespace {

/// More than the buffers of a connection hold.
const std::string& large_file() {
  static const std::string file(std::size_t{16} << 20U, 'x');
  return file;
}

}  // namespace
}  // namespace testing::http_server_test

/// The site of this test; the command has its own.
std::span<const WebAsset> web_assets() noexcept {
  static const std::array<WebAsset, 2> assets = {
      {{"playground/index.html", "text/html; charset=utf-8", "<!doctype html>"},
       {"playground/large", "application/octet-stream", testing::http_server_test::large_file()}}};
  return assets;
}

namespace testing::http_server_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Served {
 public:
  explicit Served(const Patience& patience)
      : listener_(Listener::open("127.0.0.1", 0)),
        patience_(patience),
        thread_([this] { (void)serve(*listener_, site_, stop_, patience_); }) {}
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  ~Served() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const {
    const std::string& address = listener_->address();
    return static_cast<std::uint16_t>(std::atoi(address.c_str() + address.rfind(':') + 1));
  }

 private:
  Result<Listener> listener_;
  Patience patience_;
  Site site_{{}};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// One who asks, and takes little at a time.
class Reader {
 public:
  explicit Reader(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int little = 4096;
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { ::close(fd_); }

  /// @return false where the other side is gone
  bool send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t went = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (went <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(went));
    }
    return true;
  }
  /// @return what ::recv does: 0 at the end, negative where the connection was broken off
  [[nodiscard]] ssize_t take(std::size_t bytes) {
    buffer_.resize(bytes);
    return ::recv(fd_, buffer_.data(), bytes, 0);
  }
  [[nodiscard]] std::string_view taken(ssize_t bytes) const {
    return std::string_view(buffer_).substr(0, static_cast<std::size_t>(bytes));
  }

 private:
  int fd_;
  std::string buffer_;
};

constexpr std::string_view ask_for_large = "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST(HttpServer, BoundsAnAnswerThatIsTakenByteByByte) {
  const Served server({.piece = milliseconds(5'000), .answer = milliseconds(400)});
  Reader slow(server.port());
  slow.send(ask_for_large);
  // Each piece comes long before the patience with pieces is at its end, until that with answers
  // is.
  std::size_t taken = 0;
  ssize_t got = 1;
  for (const auto began = steady_clock::now();
       got > 0 && steady_clock::now() - began < milliseconds(1'000);) {
    got = slow.take(2'000);
    if (got > 0) taken += static_cast<std::size_t>(got);
    std::this_thread::sleep_for(milliseconds(2));
  }
  // What is on the way still arrives, and then no more.
  while (got > 0) {
    got = slow.take(1U << 20U);
    if (got > 0) taken += static_cast<std::size_t>(got);
  }
  EXPECT_LT(taken, large_file().size());
}

TEST(HttpServer, GivesAQuickReaderAllOfIt) {
  const Served server({.piece = milliseconds(5'000), .answer = milliseconds(20'000)});
  Reader quick(server.port());
  quick.send("GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  std::size_t taken = 0;
  for (ssize_t got = 0; (got = quick.take(1U << 20U)) > 0;) taken += static_cast<std::size_t>(got);
  EXPECT_GT(taken, large_file().size());
}

TEST(HttpServer, TakesNothingBackOfItsLastAnswer) {
  const Served server({.goodbye = milliseconds(5'000)});
  Reader asking(server.port());
  // More than is read before the answer is made; a socket that is closed with bytes unread is
  // reset.
  asking.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n");
  asking.send(std::string(200'000, 'b'));
  std::this_thread::sleep_for(milliseconds(300));
  std::string answer;
  ssize_t got = 0;
  while ((got = asking.take(4'096)) > 0) answer += asking.taken(got);
  EXPECT_EQ(got, 0) << "the end, and no break";
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 ")) << answer;
  EXPECT_TRUE(answer.ends_with("</html>\n"));
}

TEST(HttpServer, WaitsNotForEverForTheOtherSideToClose) {
  const Served server({.goodbye = milliseconds(200)});
  Reader staying(server.port());
  staying.send("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
  while (staying.take(4'096) > 0) {
  }
  // Bytes to a socket that is gone are answered by a break; to one that waits, by nothing.
  const auto began = steady_clock::now();
  bool is_there = true;
  while (is_there && steady_clock::now() - began < milliseconds(5'000)) {
    is_there = staying.send("x");
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_FALSE(is_there);
}

}  // namespace
}  // namespace testing::http_server_test
}  // namespace squall::cli
