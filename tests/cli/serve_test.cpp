// `squall serve`: what a browser gets, and what nobody gets.
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <netinet/in.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spawn.h>

#include "tests/cli/process.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace squall::cli::testing::serve_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// Whether the command has the pages in it; without Node or clang for WebAssembly it has not.
bool has_pages() {
  const TemporaryFolder folder;
  return squall({"serve", "--export", folder.path("site"), "--quiet"}).status == 0;
}

#define SKIP_WITHOUT_PAGES() \
  if (!has_pages()) GTEST_SKIP() << "built without the web pages, or without their engine"

/// The command at work, until it is stopped.
class Server {
 public:
  /// @param files_max  how many files it may have open; 0: as many as this process
  explicit Server(std::vector<std::string> arguments, unsigned files_max = 0) {
    arguments.insert(arguments.begin(), {SQUALL_COMMAND, "serve"});
    if (files_max > 0) {
      arguments.insert(
          arguments.begin(),
          {"/bin/sh", "-c", "ulimit -n " + std::to_string(files_max) + "; exec \"$0\" \"$@\""});
    }
    std::vector<char*> words;
    for (std::string& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    std::array<int, 2> output{};
    if (::pipe(output.data()) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, output[1], 1);
    ::posix_spawn_file_actions_addclose(&actions, output[0]);
    if (::posix_spawn(&pid_, words.front(), &actions, nullptr, words.data(), environ) != 0) {
      throw std::runtime_error("the command does not start");
    }
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(output[1]);
    for (char c = 0; ::read(output[0], &c, 1) == 1 && c != '\n';) address_ += c;
    ::close(output[0]);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    if (pid_ > 0) (void)stop(SIGKILL);
  }

  /// @return the status, or 128 and the signal that ended it
  int stop(int signal) {
    (void)::kill(pid_, signal);
    int status = 0;
    (void)::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] int port() const {
    const std::size_t colon = address_.rfind(':');
    return colon == address_.npos ? 0 : std::atoi(address_.c_str() + colon + 1);
  }

 private:
  pid_t pid_ = 0;
  std::string address_;
};

class Client {
 public:
  explicit Client(int port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{20, 0};
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(fd_); }

  [[nodiscard]] bool is_connected() const { return connected_; }
  void send(std::string_view text) const {
    (void)::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
  }
  /// Until the other side closes.
  [[nodiscard]] std::string read_all() const {
    std::string all;
    std::array<char, 65536> bytes{};
    for (;;) {
      const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
      if (got <= 0) return all;
      all.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int fd_;
  bool connected_ = false;
};

/// All that comes in answer to these bytes.
std::string sent_to(const Server& server, std::string_view bytes) {
  const Client client(server.port());
  client.send(bytes);
  return client.read_all();
}

std::string ask(const Server& server, const std::string& target, const std::string& method = "GET",
                const std::string& host = "localhost", const std::string& fields = "") {
  return sent_to(server, method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields +
                             "Connection: close\r\n\r\n");
}

std::string status_of(const std::string& answer) { return answer.substr(0, 12); }

std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == answer.npos ? std::string() : answer.substr(end + 4);
}

std::string field_of(const std::string& answer, const std::string& name) {
  const std::string head = answer.substr(0, answer.find("\r\n\r\n") + 2);
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == head.npos) return {};
  const std::size_t from = at + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

TEST(Serve, GivesThePageItsEngineAndTheScenariosWithTheirMediaTypes) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  ASSERT_THAT(server.address(), StartsWith("http://127.0.0.1:"));
  const std::string page = ask(server, "/");
  EXPECT_EQ(status_of(page), "HTTP/1.1 200");
  EXPECT_EQ(field_of(page, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(body_of(page), HasSubstr("<html"));
  EXPECT_EQ(body_of(ask(server, "/index.html")), body_of(page));
  EXPECT_EQ(body_of(ask(server, "/?scenario=tutorial#x")), body_of(page));

  const std::string engine = ask(server, "/squall.wasm");
  EXPECT_EQ(field_of(engine, "Content-Type"), "application/wasm");
  EXPECT_EQ(std::to_string(body_of(engine).size()), field_of(engine, "Content-Length"));
  EXPECT_THAT(body_of(engine), StartsWith(std::string("\0asm", 4)));

  const auto scenarios = nlohmann::json::parse(body_of(ask(server, "/scenarios.json")));
  const std::string tutorial = squall({"scenarios", "tutorial-bursts"}).output;
  const bool is_there = std::ranges::any_of(scenarios, [&tutorial](const nlohmann::json& one) {
    return one.at("name") == "tutorial-bursts" && one.at("text") == tutorial;
  });
  EXPECT_TRUE(is_there);
}

TEST(Serve, SendsHeadersThatLetThePageDoNothingButItsWork) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  for (const char* target : {"/", "/squall.wasm", "/nothing"}) {
    const std::string answer = ask(server, target);
    EXPECT_EQ(field_of(answer, "X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(field_of(answer, "Referrer-Policy"), "no-referrer") << target;
    EXPECT_EQ(field_of(answer, "Cross-Origin-Opener-Policy"), "same-origin") << target;
    EXPECT_THAT(field_of(answer, "Content-Security-Policy"), StartsWith("default-src 'none'"));
  }
  EXPECT_THAT(field_of(ask(server, "/"), "Content-Security-Policy"),
              HasSubstr("script-src 'self' 'wasm-unsafe-eval'"));
  EXPECT_THAT(field_of(ask(server, "/nothing"), "Content-Security-Policy"),
              Not(HasSubstr("wasm-unsafe-eval")));
}

TEST(Serve, AnswersHeadWithoutABodyAndKnownBytesWith304) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  const std::string whole = ask(server, "/squall.wasm");
  const std::string head = ask(server, "/squall.wasm", "HEAD");
  EXPECT_EQ(status_of(head), "HTTP/1.1 200");
  EXPECT_EQ(field_of(head, "Content-Length"), field_of(whole, "Content-Length"));
  EXPECT_THAT(body_of(head), IsEmpty());
  const std::string again = ask(server, "/squall.wasm", "GET", "localhost",
                                "If-None-Match: " + field_of(whole, "ETag") + "\r\n");
  EXPECT_EQ(status_of(again), "HTTP/1.1 304");
  EXPECT_THAT(body_of(again), IsEmpty());
}

TEST(Serve, KeepsAConnectionForTheNextRequest) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  const Client client(server.port());
  // The second comes in two pieces, the third with the first bytes of it.
  client.send("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\nHEAD /scenarios.json HTT");
  client.send("P/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string all = client.read_all();
  EXPECT_EQ(status_of(all), "HTTP/1.1 404");
  EXPECT_THAT(all, HasSubstr("HTTP/1.1 200 OK\r\nContent-Type: application/json"));
}

TEST(Serve, HasNothingBesidesThePages) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  for (const char* target :
       {"/../../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd",
        "/assets/../index.html", "//etc/passwd", "/./index.html", "/index.html/", "/report.html",
        "/playground/index.html", "/INDEX.HTML", "/\\..\\x", "/etc/passwd",
        "http://localhost/etc/passwd", "/%252e%252e/x"}) {
    const std::string answer = ask(server, target);
    EXPECT_EQ(status_of(answer), "HTTP/1.1 404") << target;
    EXPECT_THAT(answer, Not(HasSubstr("root:"))) << target;
  }
  EXPECT_EQ(status_of(ask(server, "http://localhost/")), "HTTP/1.1 200");
}

TEST(Serve, RefusesWhatIsNoRequest) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  const auto status = [&server](std::string_view bytes) {
    return status_of(sent_to(server, bytes));
  };
  for (const char* target : {"/%00", "/index.html%00.png", "/%0d%0aX: 1", "/%", "/%zz", "/%2",
                             "index.html", "*", "https:", "http://"}) {
    EXPECT_EQ(status_of(ask(server, target)), "HTTP/1.1 400") << target;
  }
  EXPECT_EQ(status("nonsense\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status("GET / HTTP/2.0\r\n\r\n"), "HTTP/1.1 505");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status("GET /" + std::string(5'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            "HTTP/1.1 414");
  EXPECT_EQ(
      status("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(10'000, 'a') + "\r\n\r\n"),
      "HTTP/1.1 431");
  std::string many = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  for (int i = 0; i < 5'000; ++i) many += "X: y\r\n";
  EXPECT_EQ(status(many), "HTTP/1.1 431");
}

TEST(Serve, ChangesNothingForAnyMethod) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "BREW"}) {
    const std::string answer = ask(server, "/", method, "localhost", "Content-Length: 5\r\n");
    EXPECT_EQ(status_of(answer), "HTTP/1.1 405") << method;
    EXPECT_EQ(field_of(answer, "Allow"), "GET, HEAD") << method;
  }
  // A body is not taken for the next request.
  const std::string smuggled =
      sent_to(server,
              "GET /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n"
              "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(status_of(smuggled), "HTTP/1.1 404");
  EXPECT_THAT(smuggled, Not(HasSubstr("HTTP/1.1 200")));
}

TEST(Serve, AnswersOnLoopbackToItsOwnNamesAlone) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  const std::string port = ':' + std::to_string(server.port());
  for (const std::string host : {"localhost", "LOCALHOST", "127.0.0.1", "[::1]"}) {
    EXPECT_EQ(status_of(ask(server, "/", "GET", host + port)), "HTTP/1.1 200") << host;
  }
  for (const std::string host :
       {"evil.example", "localhost.evil.example", "127.0.0.2", "", "[::2]"}) {
    EXPECT_EQ(status_of(ask(server, "/", "GET", host + port)), "HTTP/1.1 421") << host;
  }
  EXPECT_EQ(status_of(ask(server, "http://evil.example/", "GET", "localhost")), "HTTP/1.1 421");
  EXPECT_EQ(status_of(sent_to(server, "GET / HTTP/1.0\r\n\r\n")), "HTTP/1.1 421");
}

TEST(Serve, StopsWithinASecondWhateverIsOpen) {
  SKIP_WITHOUT_PAGES();
  for (const int signal : {SIGTERM, SIGINT}) {
    Server server({"--port", "0", "--quiet"});
    const Client idle(server.port());
    const Client half(server.port());
    half.send("GET / HT");
    EXPECT_EQ(status_of(ask(server, "/")), "HTTP/1.1 200");
    const auto before = steady_clock::now();
    EXPECT_EQ(server.stop(signal), 0);
    EXPECT_LT(steady_clock::now() - before, milliseconds(1'000));
  }
}

TEST(Serve, IsThereForTheNextWhoComesWhenManyKeepItBusy) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"});
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(std::make_unique<Client>(server.port()));
    ASSERT_TRUE(idle.back()->is_connected());
    idle.back()->send("GET / HTTP/1.1\r\n");
  }
  EXPECT_EQ(status_of(ask(server, "/")), "HTTP/1.1 200");
}

TEST(Serve, SaysWhatIsWrongWithAPortAndTakesAnotherThanTheUsualOne) {
  SKIP_WITHOUT_PAGES();
  const Server first({"--quiet"});  // the usual port, or another
  const Server second({"--quiet"});
  ASSERT_NE(first.port(), 0);
  EXPECT_NE(first.port(), second.port());
  const std::string taken = std::to_string(first.port());
  const Ended again = squall({"serve", "--port", taken});
  EXPECT_EQ(again.status, 3);
  EXPECT_THAT(again.errors,
              HasSubstr("port " + taken + " is taken by another program; choose another"));
  for (const char* wrong : {"65536", "-1", "http", ""}) {
    const Ended ended = squall({"serve", "--port", wrong});
    EXPECT_EQ(ended.status, 2) << wrong;
    EXPECT_THAT(ended.errors, HasSubstr("--port: must be a whole number from 0 to 65535")) << wrong;
  }
  const Ended nowhere = squall({"serve", "--host", "203.0.113.7", "--port", "0"});
  EXPECT_EQ(nowhere.status, 3);
  EXPECT_THAT(nowhere.errors, StartsWith("--host: "));
}

TEST(Serve, WritesTheSameFilesForAnyWebHost) {
  SKIP_WITHOUT_PAGES();
  const TemporaryFolder folder;
  const Ended ended = squall({"serve", "--export", folder.path("site")});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  const Server server({"--port", "0", "--quiet"});
  for (const std::string name : {"index.html", "squall.wasm", "scenarios.json"}) {
    EXPECT_EQ(folder.read("site/" + name), body_of(ask(server, '/' + name))) << name;
  }
  const Ended again = squall({"serve", "--export", folder.path("site")});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.errors, HasSubstr("is there and is no empty folder"));
}

TEST(Serve, ExportsWholeOrNotAtAll) {
  SKIP_WITHOUT_PAGES();
  const TemporaryFolder folder;
  ASSERT_EQ(::mkdir(folder.path("there").c_str(), 0755), 0);
  for (const std::string name : {"new", "new/", "there", "deep/down"}) {
    // A limit on the size of files fails like a full disk, in the middle of the pages.
    const Ended ended = run({.program = "bash",
                             .arguments = {"-c", "ulimit -f 64; exec \"$0\" serve --export \"$1\"",
                                           SQUALL_COMMAND, name},
                             .folder = folder.path()});
    EXPECT_EQ(ended.status, 3);
    const std::string named = name.substr(0, name.find_last_not_of('/') + 1);
    EXPECT_THAT(ended.errors, StartsWith(named + ": cannot be written: ")) << name;
  }
  EXPECT_EQ(::rmdir(folder.path("deep").c_str()), 0) << "nothing is left in it";
  EXPECT_EQ(::rmdir(folder.path("there").c_str()), 0) << "nothing is left in it";
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(Serve, ExportsIntoTheEmptyFolderThatIsThere) {
  SKIP_WITHOUT_PAGES();
  const TemporaryFolder folder;
  struct stat before{};
  struct stat after{};
  ASSERT_EQ(::stat(folder.path().c_str(), &before), 0);
  EXPECT_EQ(squall({"serve", "--export", ".", "--quiet"}, folder.path()).status, 0);
  ASSERT_EQ(::stat(folder.path().c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_THAT(folder.names(), ElementsAre("assets", "index.html", "scenarios.json", "squall.wasm"));
  EXPECT_EQ(squall({"serve", "--export", "x/y/site/", "--quiet"}, folder.path()).status, 0);
  ASSERT_EQ(::stat(folder.path("x/y/site").c_str(), &after), 0);
  EXPECT_EQ(after.st_mode & 0555U, 0555U) << "a web host may read it";
}

/// Of the process and the system for it, in clock ticks.
long ticks_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return user + system;
}

TEST(Serve, WaitsWithoutWorkWhereItMayOpenNoMoreFiles) {
  SKIP_WITHOUT_PAGES();
  const Server server({"--port", "0", "--quiet"}, 16);
  std::vector<std::unique_ptr<Client>> many;
  for (int i = 0; i < 40; ++i) many.push_back(std::make_unique<Client>(server.port()));
  std::this_thread::sleep_for(milliseconds(300));
  const long before = ticks_of(server.pid());
  std::this_thread::sleep_for(milliseconds(1'000));
  const long per_second = ::sysconf(_SC_CLK_TCK);
  EXPECT_LT(ticks_of(server.pid()) - before, per_second / 4);
  // Who goes makes room.
  many.clear();
  std::string status;
  for (int i = 0; i < 50 && status != "HTTP/1.1 200"; ++i) {
    std::this_thread::sleep_for(milliseconds(100));
    status = status_of(ask(server, "/"));
  }
  EXPECT_EQ(status, "HTTP/1.1 200");
}

TEST(Serve, LeavesNothingOfTheProgramThatOpensThePage) {
  SKIP_WITHOUT_PAGES();
  const TemporaryFolder folder;
  const std::string program =
      folder.write("xdg-open", "#!/bin/sh\necho \"$1\" > \"${0%/*}/opened\"\n");
  ASSERT_EQ(::chmod(program.c_str(), 0755), 0);
  const std::string path = std::getenv("PATH") != nullptr ? std::getenv("PATH") : "/usr/bin:/bin";
  ASSERT_EQ(::setenv("PATH", (folder.path() + ':' + path).c_str(), 1), 0);
  const Server server({"--port", "0", "--quiet", "--open"});
  ASSERT_EQ(::setenv("PATH", path.c_str(), 1), 0);
  for (int i = 0; i < 100 && folder.names().size() < 2; ++i)
    std::this_thread::sleep_for(milliseconds(50));
  ASSERT_THAT(folder.names(), ElementsAre("opened", "xdg-open"));
  EXPECT_EQ(folder.read("opened"), server.address() + '\n');
  std::this_thread::sleep_for(milliseconds(100));
  const std::string pid = std::to_string(server.pid());
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  std::string child;
  children >> child;
  EXPECT_EQ(child, "") << "a child that ended and was not taken in";
}

TEST(Serve, TakesNoName) {
  const Ended ended = squall({"serve", "tutorial"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.errors, HasSubstr("serve takes no name"));
}

}  // namespace
}  // namespace squall::cli::testing::serve_test
