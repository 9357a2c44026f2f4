#pragma once

namespace squall::cli {

/// How a command ended that did not fail.
enum class Outcome {
  done,
  expectation_not_met,
  interrupted,  ///< by Ctrl-C (SIGINT); what was done is reported as a part
  terminated,   ///< likewise by SIGTERM
};

/// What the process ends with.
enum class ExitStatus : int {
  done = 0,
  expectation_not_met = 1,
  wrong_input = 2,  ///< the command line, a file or the scenario
  environment = 3,  ///< no disk, no memory, a limit; also, in silence, when the reader of the
                    ///< output went away
  bug = 70,
  interrupted = 130,  ///< 128 and the number of the signal, as a shell has it
  terminated = 143,
};

}  // namespace squall::cli
