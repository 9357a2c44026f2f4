#pragma once

#include "squall/base/random.hpp"
#include "squall/scenario/node.hpp"

namespace squall::scenario {

/// The document of a scenario that builds, with every key of the format now and then. It may name
/// the files "values.csv" and "arrivals.csv".
[[nodiscard]] Node random_scenario(Rng& rng);

/// Any document: maps, lists and scalars with awkward text.
[[nodiscard]] Node random_document(Rng& rng, int depth);

/// Breaks something, mostly: removes, renames or repeats a member, or changes a value's type.
void mutate(Node& document, Rng& rng);

}  // namespace squall::scenario
