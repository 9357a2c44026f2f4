// serve: the playground as a web page on this machine, or as files for a web host.
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>

#include <dirent.h>
#include <fmt/format.h>
#include <spawn.h>

#include "cli/commands.hpp"
#include "cli/http_server.hpp"
#include "cli/interruption.hpp"
#include "cli/site.hpp"
#include "cli/web_assets.hpp"
#include "cli/write_output.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX wants it declared

namespace squall::cli {
namespace {

constexpr std::uint16_t usual_port = 8037;
constexpr const char* usual_host = "127.0.0.1";

/// Whether the command was built with what it takes.
Result<void> check_built() {
  std::string missing;
  if (find_web_asset("playground/index.html") == nullptr) {
    missing = "the web pages, which take Node 18 and npm (Debian: nodejs npm)";
  } else if (find_web_asset("playground/squall.wasm") == nullptr) {
    missing =
        "the engine as WebAssembly, which takes clang (Debian: clang-19 lld-19 wasi-libc "
        "libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 libclang-rt-19-dev-wasm32)";
  } else {
    return {};
  }
  return fail(Error{.message = "this command was built without " + missing +
                               "; install them, and configure and build it again",
                    .file = "serve",
                    .key = {},
                    .kind = Error::Kind::environment});
}

Result<std::uint16_t> read_port(const std::string& text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc() || stop != end) {
    return fail(Error{.message = "must be a whole number from 0 to 65535, is '" + text + "'",
                      .file = "--port"});
  }
  return port;
}

/// The port that was asked for; without one the usual one, or any where that is taken.
Result<Listener> listen(const ServeCommand& command) {
  const std::string host = command.host.value_or(usual_host);
  if (host.empty()) return fail(Error{.message = "needs an address", .file = "--host"});
  if (command.port) {
    const Result<std::uint16_t> port = read_port(*command.port);
    if (!port) return fail(port.error());
    return Listener::open(host, *port);
  }
  bool is_taken = false;
  Result<Listener> listener = Listener::open(host, usual_port, &is_taken);
  if (!listener && is_taken) return Listener::open(host, 0);
  return listener;
}

/// On loopback a page may call the server by the names of loopback alone, and by the one that was
/// asked for.
Site::AcceptsHost accepted_hosts(const Listener& listener, const std::string& host) {
  if (!listener.is_loopback()) return {};
  const std::string own = host_name_of(host.find(':') == host.npos ? host : '[' + host + ']');
  return [own](std::string_view name) {
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]" || name == own;
  };
}

void open_in_browser(const std::string& address) {
  std::string program = "xdg-open";
  std::string argument = address;
  std::array<char*, 3> arguments = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  const int status =
      ::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ);
  if (status != 0) {
    write_standard_error(fmt::format("squall: no browser opened (xdg-open: {}); open the address\n",
                                     std::strerror(status)));
  }
}

bool is_empty_folder(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
  if (!folder) return false;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = static_cast<const char*>(entry->d_name);
    if (name != "." && name != "..") return false;
  }
  return true;
}

Result<Outcome> export_pages(const std::string& folder, bool quiet) {
  struct stat status{};
  if (folder.empty()) return fail(Error{.message = "needs a folder", .file = "--export"});
  if (::stat(folder.c_str(), &status) == 0 && !is_empty_folder(folder)) {
    return fail(Error{.message = "is there and is no empty folder; name one that is new or empty",
                      .file = folder});
  }
  const std::string root = folder.ends_with('/') ? folder : folder + '/';
  for (const WebAsset& asset : web_assets()) {
    if (!asset.path.starts_with(playground_folder)) continue;
    const std::string path = root + std::string(asset.path.substr(playground_folder.size()));
    const Result<void> made = make_folder(path.substr(0, path.rfind('/')));
    if (!made) return fail(made.error());
    const Result<void> written = write_file(path, asset.bytes);
    if (!written) return fail(written.error());
  }
  if (!quiet) {
    write_standard_error(fmt::format(
        "squall: the playground is in {}; any web host can serve it, in any folder\n", folder));
  }
  return Outcome::done;
}

}  // namespace

Result<Outcome> execute(const ServeCommand& command) {
  if (const Result<void> built = check_built(); !built) return fail(built.error());
  if (command.export_to) return export_pages(*command.export_to, command.quiet);
  const Interruption interruption;
  const Result<Listener> listener = listen(command);
  if (!listener) return fail(listener.error());
  if (!listener->is_loopback()) {
    write_standard_error(
        "squall: warning: other machines can reach this address; the pages show nothing of yours, "
        "but anyone who can reach it can read them\n");
  }
  const Result<void> told = write_standard_output(listener->address() + '\n');
  if (!told) return fail(told.error());
  if (!command.quiet) write_standard_error("squall: the playground is there until Ctrl-C\n");
  if (command.open) open_in_browser(listener->address());
  const Site site(accepted_hosts(*listener, command.host.value_or(usual_host)));
  const Result<void> served = serve(*listener, site, interruption.flag());
  if (!served) return fail(served.error());
  return Outcome::done;
}

}  // namespace squall::cli
