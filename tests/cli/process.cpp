#include "tests/cli/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <stdlib.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include <spawn.h>

extern char** environ;

namespace squall::cli::testing {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::system_error(errno, std::generic_category(), what);
}

class End {
 public:
  End() = default;
  explicit End(int fd) : fd_(fd) {}
  End(const End&) = delete;
  End(End&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  End& operator=(End&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~End() { close(); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    require(::pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
    out = End(ends[0]);
    in = End(ends[1]);
  }
  End out;
  End in;
};

/// This process's own, without what decides about colours, widths and languages.
std::vector<std::string> plain_environment() {
  std::vector<std::string> plain;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const bool decides = std::ranges::any_of(
        std::array<std::string_view, 6>{"NO_COLOR=", "COLUMNS=", "TERM=", "LANG=", "LC_", "LINES="},
        [text](std::string_view name) { return text.starts_with(name); });
    if (!decides) plain.emplace_back(text);
  }
  plain.emplace_back("LC_ALL=C.UTF-8");
  plain.emplace_back("TERM=xterm");
  return plain;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

/// How a process is started; its streams are added to `actions` first.
class Start {
 public:
  Start() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes_);
    // This process ignores it (see below), and a child would inherit that.
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;
  ~Start() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes_);
  }

  pid_t spawn(const Process& process) {
    posix_spawn_file_actions_addchdir_np(&actions, process.folder.c_str());
    std::vector<std::string> words{process.program};
    words.insert(words.end(), process.arguments.begin(), process.arguments.end());
    // Of two values the first counts.
    std::vector<std::string> environment = process.environment;
    for (std::string& entry : plain_environment()) environment.push_back(std::move(entry));
    pid_t pid = 0;
    errno = ::posix_spawnp(&pid, process.program.c_str(), &actions, &attributes_,
                           pointers(words).data(), pointers(environment).data());
    require(errno == 0, process.program.c_str());
    return pid;
  }

  posix_spawn_file_actions_t actions{};

 private:
  posix_spawnattr_t attributes_{};
};

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) require(errno == EINTR, "waitpid");
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Appends what there is; closes the end when there will be no more.
void take(End& end, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::read(end.get(), buffer.data(), buffer.size());
  if (got > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    end.close();  // a terminal ends with EIO
  }
}

void give(End& end, std::string_view& text) {
  const ssize_t put = ::write(end.get(), text.data(), text.size());
  if (put > 0) text.remove_prefix(static_cast<std::size_t>(put));
  if (text.empty() || (put < 0 && errno != EINTR && errno != EAGAIN)) end.close();
}

/// Whether a process has a handler of its own for a signal, as /proc tells. False when it has
/// ended.
bool catches(pid_t pid, int signal) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    constexpr std::string_view caught = "SigCgt:";
    if (!line.starts_with(caught)) continue;
    const auto mask = std::stoull(line.substr(caught.size()), nullptr, 16);
    return (mask >> static_cast<unsigned>(signal - 1) & 1U) != 0;
  }
  return false;
}

/// Sends the signals from a thread of its own, which ends with the process at the latest.
std::thread sender_of(const Process& process, pid_t pid) {
  return std::thread([signals = process.signals, between = process.between_signals, pid] {
    using namespace std::chrono_literals;
    for (std::size_t i = 0; i < signals.size(); ++i) {
      // A minute at most; the test then fails for want of the signal.
      for (int k = 0; i == 0 && !catches(pid, signals[i]); ++k) {
        if (k == 60'000) return;
        std::this_thread::sleep_for(1ms);
      }
      std::this_thread::sleep_for(i == 0 ? 200ms : between);
      ::kill(pid, signals[i]);
    }
  });
}

}  // namespace

Ended run(const Process& process) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe input;
  Pipe output;
  Pipe errors;
  Start start;
  posix_spawn_file_actions_adddup2(&start.actions, input.out.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&start.actions, errors.in.get(), STDERR_FILENO);
  switch (process.output) {
    case Output::pipe:
      posix_spawn_file_actions_adddup2(&start.actions, output.in.get(), STDOUT_FILENO);
      break;
    case Output::gone_reader:
      posix_spawn_file_actions_adddup2(&start.actions, output.in.get(), STDOUT_FILENO);
      output.out.close();
      break;
    case Output::full_device:
      posix_spawn_file_actions_addopen(&start.actions, STDOUT_FILENO, "/dev/full", O_WRONLY, 0);
      break;
    case Output::closed:
      posix_spawn_file_actions_addclose(&start.actions, STDOUT_FILENO);
      break;
  }
  const pid_t pid = start.spawn(process);
  std::thread sender;
  if (!process.signals.empty()) sender = sender_of(process, pid);
  input.out.close();
  output.in.close();
  errors.in.close();

  Ended ended;
  std::string_view left = process.input;
  require(::fcntl(input.in.get(), F_SETFL, O_NONBLOCK) == 0, "fcntl");
  if (left.empty()) input.in.close();
  while (output.out.is_open() || errors.out.is_open()) {
    std::array<pollfd, 3> ends{{{output.out.get(), POLLIN, 0},
                                {errors.out.get(), POLLIN, 0},
                                {input.in.get(), POLLOUT, 0}}};
    if (::poll(ends.data(), ends.size(), -1) < 0) continue;
    if (ends[0].revents != 0) take(output.out, ended.output);
    if (ends[1].revents != 0) take(errors.out, ended.errors);
    if (ends[2].revents != 0) give(input.in, left);
  }
  if (sender.joinable()) sender.join();  // before the process's number is free for another
  ended.status = wait_for(pid);
  return ended;
}

Ended squall(std::vector<std::string> arguments, const std::string& folder) {
  return run({.arguments = std::move(arguments), .folder = folder});
}

Ended squall_on_terminal(const std::vector<std::string>& arguments, int columns,
                         const std::vector<std::string>& environment) {
  End master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  require(master.is_open() && ::grantpt(master.get()) == 0 && ::unlockpt(master.get()) == 0,
          "posix_openpt");
  End terminal(::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  require(terminal.is_open(), "ptsname");
  winsize size{};
  size.ws_row = 50;
  size.ws_col = static_cast<unsigned short>(columns);
  require(::ioctl(terminal.get(), TIOCSWINSZ, &size) == 0, "TIOCSWINSZ");

  Start start;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_adddup2(&start.actions, terminal.get(), fd);
  }
  const pid_t pid = start.spawn({.arguments = arguments, .environment = environment});
  terminal.close();
  Ended ended;
  while (master.is_open()) take(master, ended.output);
  ended.status = wait_for(pid);
  return ended;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "squall-XXXXXX";
  require(::mkdtemp(name.data()) != nullptr, "mkdtemp");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream file(path(name), std::ios::binary);
  file << text;
  file.close();
  require(file.good(), name.c_str());
  return path(name);
}

std::string TemporaryFolder::read(const std::string& name) const {
  const std::ifstream file(path(name), std::ios::binary);
  require(file.good(), name.c_str());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> TemporaryFolder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace squall::cli::testing
