#pragma once

#include <chrono>
#include <string>
#include <vector>

/// Runs the built command as a process, as a shell would.
namespace squall::cli::testing {

/// Where the standard output of a process leads.
enum class Output {
  pipe,         ///< that is read to its end
  full_device,  ///< every write fails for want of space
  gone_reader,  ///< a pipe that nobody reads any more
  closed        ///< there is none
};

struct Process {
  std::string program = SQUALL_COMMAND;
  std::vector<std::string> arguments;
  std::string input;                     ///< on its standard input
  std::string folder = ".";              ///< to run in
  std::vector<std::string> environment;  ///< NAME=VALUE, beyond a plain one of a UTF-8 locale
  Output output = Output::pipe;
  std::vector<int> signals;  ///< the first is sent a moment after the process began to catch it
  std::chrono::milliseconds between_signals{600};
};

struct Ended {
  int status = -1;  ///< 128 and the signal, if one ended it
  std::string output;
  std::string errors;
};

/// Runs it to its end. Input that it does not read is dropped.
[[nodiscard]] Ended run(const Process& process);

/// The command with these arguments, in this folder.
[[nodiscard]] Ended squall(std::vector<std::string> arguments, const std::string& folder = ".");

/// The command on a terminal of so many columns, which gets both output and errors.
/// @param environment  NAME=VALUE, as above
[[nodiscard]] Ended squall_on_terminal(const std::vector<std::string>& arguments, int columns,
                                       const std::vector<std::string>& environment = {});

/// A folder of its own, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + '/' + name; }
  /// @return the path of the file, which now holds the text.
  std::string write(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  /// The names in it, hidden ones included, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::string path_;
};

/// A scenario of 300,000 requests of which few are under way at any time: within --max-memory 2MB
/// to run, though not to be looked at over time or followed.
inline constexpr const char* many_requests_yaml = R"(
squall: 1
name: many
duration: 60s
services: {bank: {latency: {exponential: 1ms}}}
workloads: {w: {to: bank, arrivals: {poisson: 5000/s}}}
)";

}  // namespace squall::cli::testing
