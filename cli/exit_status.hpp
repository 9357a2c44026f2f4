#pragma once

namespace squall::cli {

/// How a command ended that did not fail.
enum class Outcome { done, expectation_not_met };

/// What the process ends with.
enum class ExitStatus : int {
  done = 0,
  expectation_not_met = 1,
  wrong_input = 2,  ///< the command line, a file or the scenario
  environment =
      3,  ///< no disk, no memory; also, in silence, when the reader of the output went away
  bug = 70,
};

}  // namespace squall::cli
