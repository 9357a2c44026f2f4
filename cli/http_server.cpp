#include "cli/http_server.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <list>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <netdb.h>

#include "cli/file_descriptor.hpp"
#include "cli/http_request.hpp"

namespace squall::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t connections_max = 64;
constexpr std::chrono::seconds patience{10};
/// Between two looks at the flag that says to stop.
constexpr int look_ms = 200;

Unexpected environment(std::string message, std::string file) {
  return fail(Error{.message = std::move(message),
                    .file = std::move(file),
                    .key = {},
                    .kind = Error::Kind::environment});
}

void make_gentle(int fd) {
  (void)::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  (void)::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// The host and port of a bound socket, in numbers.
std::pair<std::string, std::string> numbers_of(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  std::string host(NI_MAXHOST, '\0');
  std::string port(NI_MAXSERV, '\0');
  auto* const address = reinterpret_cast<sockaddr*>(&bound);
  if (::getsockname(fd, address, &size) != 0 ||
      ::getnameinfo(address, size, host.data(), NI_MAXHOST, port.data(), NI_MAXSERV,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return {"?", "?"};
  }
  host.resize(std::strlen(host.c_str()));
  port.resize(std::strlen(port.c_str()));
  return {host, port};
}

bool is_loopback_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    return (ntohl(v4->sin_addr.s_addr) >> 24U) == 127;
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
  return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) != 0;
}

/// Someone who asks.
struct Connection {
  explicit Connection(int fd) : socket(fd) {}

  FileDescriptor socket;
  std::string received;
  HttpAnswer answer;
  std::size_t sent = 0;  ///< of head and body together
  bool is_answering = false;
  bool is_over = false;
  Clock::time_point until = Clock::now() + patience;
};

void begin_answer(Connection& one, HttpAnswer answer) {
  one.answer = std::move(answer);
  one.sent = 0;
  one.is_answering = true;
  one.until = Clock::now() + patience;
}

/// Looks at what has come whether it makes a request.
void look_for_request(Connection& one, const Site& site) {
  if (one.is_answering) return;
  HttpReading reading = read_http_request(one.received);
  if (reading.state == HttpReading::State::incomplete) return;
  if (reading.state == HttpReading::State::refused) {
    begin_answer(one, Site::refusal(reading.status));
    return;
  }
  one.received.erase(0, reading.bytes);
  begin_answer(one, site.answer(reading.request));
}

void receive(Connection& one, const Site& site) {
  char bytes[4096];
  const ssize_t got = ::recv(one.socket.get(), bytes, sizeof bytes, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    one.is_over = true;
    return;
  }
  one.received.append(bytes, static_cast<std::size_t>(got));
  look_for_request(one, site);
}

void send_on(Connection& one, const Site& site) {
  const std::string_view head = one.answer.head;
  const std::string_view body = one.answer.body;
  const std::string_view rest =
      one.sent < head.size() ? head.substr(one.sent) : body.substr(one.sent - head.size());
  const ssize_t went = ::send(one.socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (went < 0) {
    one.is_over = errno != EAGAIN && errno != EINTR;
    return;
  }
  one.sent += static_cast<std::size_t>(went);
  one.until = Clock::now() + patience;
  if (one.sent < head.size() + body.size()) return;
  one.is_answering = false;
  if (!one.answer.keeps_open) {
    // What it still sends is not answered; it is to know before the socket goes.
    (void)::shutdown(one.socket.get(), SHUT_WR);
    one.is_over = true;
    return;
  }
  look_for_request(one, site);
}

}  // namespace

Listener::Listener(int descriptor, std::string address, bool is_loopback)
    : descriptor_(new int(descriptor),
                  [](const int* fd) {
                    (void)::close(*fd);
                    delete fd;
                  }),
      address_(std::move(address)),
      is_loopback_(is_loopback) {}

Result<Listener> Listener::open(const std::string& host, std::uint16_t port, bool* port_is_taken) {
  if (port_is_taken != nullptr) *port_is_taken = false;
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int status = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
      status != 0) {
    return environment(
        fmt::format("'{}' is no address of this machine: {}", host, ::gai_strerror(status)),
        "--host");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
  const int fd = ::socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  if (fd < 0) return environment(fmt::format("no socket: {}", std::strerror(errno)), "--host");
  const int on = 1;
  (void)::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  make_gentle(fd);
  if (::bind(fd, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd, 64) != 0) {
    const int error = errno;
    (void)::close(fd);
    if (error == EADDRINUSE && port_is_taken != nullptr) *port_is_taken = true;
    if (error == EADDRINUSE) {
      return environment(
          fmt::format("port {} is taken by another program; choose another, or 0 for "
                      "any that is free",
                      port),
          "--port");
    }
    return environment(
        fmt::format("cannot listen on {} port {}: {}", host, port, std::strerror(error)), "--host");
  }
  const auto [number, service] = numbers_of(fd);
  const std::string shown = found->ai_family == AF_INET6 ? '[' + number + ']' : number;
  return Listener(fd, fmt::format("http://{}:{}/", shown, service),
                  is_loopback_address(found->ai_addr));
}

Result<void> serve(const Listener& listener, const Site& site, const std::atomic<bool>& stop) {
  std::list<Connection> connections;
  std::vector<pollfd> polled;
  while (!stop.load()) {
    polled.assign(1, {listener.descriptor(), POLLIN, 0});
    for (const Connection& one : connections) {
      polled.push_back(
          {one.socket.get(), static_cast<short>(one.is_answering ? POLLOUT : POLLIN), 0});
    }
    const int ready = ::poll(polled.data(), polled.size(), look_ms);
    if (ready < 0 && errno != EINTR) {
      return environment(fmt::format("cannot wait for requests: {}", std::strerror(errno)),
                         "squall");
    }
    const Clock::time_point now = Clock::now();
    std::size_t place = 1;
    for (Connection& one : connections) {
      const short events = ready > 0 ? polled[place].revents : short{0};
      ++place;
      if ((events & POLLIN) != 0) receive(one, site);
      if ((events & POLLOUT) != 0) send_on(one, site);
      if ((events & (POLLERR | POLLNVAL)) != 0 || (events & (POLLHUP | POLLIN)) == POLLHUP) {
        one.is_over = true;
      }
      if (now >= one.until) one.is_over = true;
    }
    connections.remove_if([](const Connection& one) { return one.is_over; });
    if (ready <= 0 || (polled.front().revents & POLLIN) == 0) continue;
    const int fd = ::accept(listener.descriptor(), nullptr, nullptr);
    if (fd < 0) continue;
    make_gentle(fd);
    if (connections.size() == connections_max) {
      connections.erase(std::ranges::min_element(connections, {}, &Connection::until));
    }
    connections.emplace_back(fd);
  }
  return {};
}

}  // namespace squall::cli
