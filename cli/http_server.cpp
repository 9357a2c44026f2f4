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
/// Between two looks at the flag that says to stop.
constexpr int look_ms = 200;
/// For so long nobody is asked in where no more files may be opened.
constexpr std::chrono::milliseconds pause_without_files{200};

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
class Connection {
 public:
  Connection(int fd, const Site& site, const Patience& patience)
      : socket_(fd), site_(site), patience_(patience), until_(Clock::now() + patience.request) {}

  [[nodiscard]] int socket() const noexcept { return socket_.get(); }
  /// What to wait for.
  [[nodiscard]] short events() const noexcept {
    return state_ == State::answering ? POLLOUT : POLLIN;
  }
  [[nodiscard]] Clock::time_point until() const noexcept { return until_; }
  [[nodiscard]] bool is_over() const noexcept { return state_ == State::over; }

  /// Goes on with what poll() says is possible.
  void go_on(short events, Clock::time_point now) {
    if ((events & POLLIN) != 0) receive();
    if ((events & POLLOUT) != 0) send_on();
    if ((events & (POLLERR | POLLNVAL)) != 0 || (events & (POLLHUP | POLLIN)) == POLLHUP ||
        now >= until_) {
      state_ = State::over;
    }
  }

 private:
  enum class State {
    asking,     ///< its request is not whole
    answering,  ///< it takes the answer
    leaving,    ///< it has all; what it still sends is dropped until it closes
    over
  };

  /// Takes what has come; while it leaves, to drop it. A socket that is closed with bytes unread
  /// takes back what was sent and has not arrived.
  void receive() {
    char bytes[4096];
    const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      state_ = State::over;
      return;
    }
    if (state_ != State::asking) return;
    received_.append(bytes, static_cast<std::size_t>(got));
    look_for_request();
  }

  /// Looks at what has come whether it makes a request.
  void look_for_request() {
    const HttpReading reading = read_http_request(received_);
    if (reading.state == HttpReading::State::incomplete) return;
    if (reading.state == HttpReading::State::refused) {
      begin_answer(Site::refusal(reading.status));
      return;
    }
    received_.erase(0, reading.bytes);
    begin_answer(site_.answer(reading.request));
  }

  void begin_answer(HttpAnswer answer) {
    const Clock::time_point now = Clock::now();
    answer_ = std::move(answer);
    sent_ = 0;
    state_ = State::answering;
    answered_until_ = now + patience_.answer;
    until_ = std::min(now + patience_.piece, answered_until_);
  }

  void send_on() {
    const std::string_view head = answer_.head;
    const std::string_view body = answer_.body;
    const std::string_view rest =
        sent_ < head.size() ? head.substr(sent_) : body.substr(sent_ - head.size());
    const ssize_t went = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (went < 0) {
      if (errno != EAGAIN && errno != EINTR) state_ = State::over;
      return;
    }
    const Clock::time_point now = Clock::now();
    sent_ += static_cast<std::size_t>(went);
    until_ = std::min(now + patience_.piece, answered_until_);
    if (sent_ < head.size() + body.size()) return;
    if (!answer_.keeps_open) {
      (void)::shutdown(socket_.get(), SHUT_WR);
      state_ = State::leaving;
      until_ = now + patience_.goodbye;
      return;
    }
    state_ = State::asking;
    until_ = now + patience_.request;
    look_for_request();
  }

  FileDescriptor socket_;
  const Site& site_;
  const Patience& patience_;
  State state_ = State::asking;
  std::string received_;
  HttpAnswer answer_;
  std::size_t sent_ = 0;  ///< of head and body together
  Clock::time_point until_;
  Clock::time_point answered_until_;
};

/// Asks those in who wait at the door.
class Door {
 public:
  explicit Door(int listening) : listening_(listening) { hold_in_reserve(); }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  ~Door() {
    if (reserve_ >= 0) (void)::close(reserve_);
  }

  /// Whether to wait for anyone; poll() passes a negative descriptor over.
  [[nodiscard]] int descriptor(Clock::time_point now) const noexcept {
    return now >= closed_until_ ? listening_ : -1;
  }

  /// @return the socket of the next one, or a negative number
  [[nodiscard]] int let_in(Clock::time_point now) {
    const int fd = ::accept(listening_, nullptr, nullptr);
    if (fd >= 0) {
      make_gentle(fd);
      return fd;
    }
    const bool is_short = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (is_short) turn_away(now);
    return -1;
  }

 private:
  void hold_in_reserve() { reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

  /// Nobody can be let in, and those who wait would make poll() return at once, again and again:
  /// the descriptor in reserve takes the one in front to the door, and then it is shut for a
  /// moment.
  void turn_away(Clock::time_point now) {
    if (reserve_ >= 0) {
      (void)::close(reserve_);
      if (const int fd = ::accept(listening_, nullptr, nullptr); fd >= 0) (void)::close(fd);
    }
    hold_in_reserve();
    closed_until_ = now + pause_without_files;
  }

  int listening_;
  int reserve_ = -1;
  Clock::time_point closed_until_;
};

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

Result<void> serve(const Listener& listener, const Site& site, const std::atomic<bool>& stop,
                   const Patience& patience) {
  std::list<Connection> connections;
  std::vector<pollfd> polled;
  Door door(listener.descriptor());
  while (!stop.load()) {
    polled.assign(1, {door.descriptor(Clock::now()), POLLIN, 0});
    for (const Connection& one : connections) polled.push_back({one.socket(), one.events(), 0});
    const int ready = ::poll(polled.data(), polled.size(), look_ms);
    if (ready < 0 && errno != EINTR) {
      return environment(fmt::format("cannot wait for requests: {}", std::strerror(errno)),
                         "squall");
    }
    const Clock::time_point now = Clock::now();
    std::size_t place = 1;
    for (Connection& one : connections)
      one.go_on(ready > 0 ? polled[place++].revents : short{0}, now);
    connections.remove_if([](const Connection& one) { return one.is_over(); });
    if (ready <= 0 || (polled.front().revents & POLLIN) == 0) continue;
    const int fd = door.let_in(now);
    if (fd < 0) continue;
    if (connections.size() == connections_max) {
      connections.erase(std::ranges::min_element(connections, {}, &Connection::until));
    }
    connections.emplace_back(fd, site, patience);
  }
  return {};
}

}  // namespace squall::cli
