#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <variant>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/write_output.hpp"
#include "squall/base/result.hpp"
#include "squall/base/version.hpp"
#include "squall/report/text.hpp"

namespace {

using namespace squall;  // NOLINT(google-build-using-namespace)
using cli::ExitStatus;

ExitStatus failed(const Error& error) {
  // Without a message there is nobody left to tell.
  // Names and values of a scenario are in it: none of them shall steer a terminal.
  if (!error.message.empty()) {
    cli::write_standard_error(report::printable(error.text(), true) + '\n');
  }
  return error.kind == Error::Kind::environment ? ExitStatus::environment : ExitStatus::wrong_input;
}

ExitStatus run(int argc, const char* const* argv) {
  const Result<cli::Command> command = cli::parse_command_line(argc, argv);
  if (!command) return failed(command.error());
  const Result<cli::Outcome> outcome =
      std::visit([](const auto& chosen) { return cli::execute(chosen); }, *command);
  if (!outcome) return failed(outcome.error());
  switch (*outcome) {
    case cli::Outcome::done:
      return ExitStatus::done;
    case cli::Outcome::expectation_not_met:
      return ExitStatus::expectation_not_met;
    case cli::Outcome::interrupted:
      return ExitStatus::interrupted;
    case cli::Outcome::terminated:
      return ExitStatus::terminated;
  }
  return ExitStatus::bug;
}

}  // namespace

int main(int argc, char** argv) {
  cli::occupy_standard_streams();
  // A reader that went away and a limit of size are errors of write(), not the end of the process.
  if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR || std::signal(SIGXFSZ, SIG_IGN) == SIG_ERR) {
    return static_cast<int>(ExitStatus::bug);
  }
  try {
    return static_cast<int>(run(argc, argv));
  } catch (const std::bad_alloc&) {
    cli::write_standard_error("squall: out of memory\n");
    return static_cast<int>(ExitStatus::environment);
  } catch (const std::exception& error) {
    cli::write_standard_error(std::string("squall ") + squall::version() +
                              ": a bug: " + error.what() + '\n');
    return static_cast<int>(ExitStatus::bug);
  }
}
