#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "squall/base/result.hpp"
#include "squall/scenario/import/policy_draft.hpp"
#include "squall/scenario/node.hpp"

/// Configurations of other products -> policies of a scenario.
namespace squall::scenario {

enum class ImportFormat : unsigned char { envoy, istio, grpc, resilience4j };

/// What the command line calls them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 4> import_format_names = {"envoy", "istio", "grpc",
                                                                        "resilience4j"};

/// A field of the configuration that no policy can take over.
struct LeftOut {
  std::string file;
  int line = 0;
  std::string path;    ///< dotted, as written there
  std::string reason;  ///< in a few words

  /// `file:line: path: reason`.
  [[nodiscard]] std::string text() const;
};

struct Imported {
  std::vector<PolicyDraft> policies;  ///< at least one; names are unique and allowed
  std::vector<LeftOut> left_out;      ///< in the order of the files
  /// Names of errors in `on:` that a scenario only knows if a service fails with them.
  std::vector<std::string> error_names;

  /// Nothing when there is none of this name.
  [[nodiscard]] const PolicyDraft* find(std::string_view name) const noexcept;
};

/// Reads all documents of all files, in the order given.
/// @return an Error with file, line and key for what the product itself would refuse, for values
///         that a policy cannot hold, and where there is nothing to import.
[[nodiscard]] Result<Imported> import_policies(ImportFormat format, std::vector<Node> documents);

/// The policies as YAML, each value with where it comes from in a comment, and around them as much
/// of a scenario as it takes to check and run them: a service, and a workload for each policy.
/// @param heading  comment lines for the top, without '#'
[[nodiscard]] std::string imported_scenario(const Imported& imported,
                                            const std::vector<std::string>& heading);

/// A scenario with an imported policy put in.
struct Placement {
  Node document;
  /// The document written anew, without the comments that its author made, but with the line ends.
  std::string text;
  /// The author's own text with lines changed and added, where that could be done. It counts only
  /// if it reads as `document`, which the caller has to see to.
  std::optional<std::string> edited;
  std::size_t calls = 0;          ///< from A to B that now name the policy; at least 1
  bool replaced = false;          ///< the scenario had a policy of that name
  std::vector<LeftOut> left_out;  ///< names of errors that nothing in the scenario fails with
};

/// Puts a policy into a scenario, at a call that is written `A->B`.
/// @param text         of the scenario, as its author wrote it
/// @param error_names  all that the scenario knows
/// @return an Error when there is no such call.
[[nodiscard]] Result<Placement> put_into(Node scenario, std::string_view text,
                                         const std::vector<std::string>& error_names,
                                         const PolicyDraft& policy, std::string_view call);

}  // namespace squall::scenario
