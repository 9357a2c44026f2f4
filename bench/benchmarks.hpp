#pragma once

#include "bench/support/size.hpp"

/// The benchmarks of each module, registered under names whose first part is the group: hold/...,
/// mm1/... and so on.
namespace squall::bench {

void register_draws(const Size& size);      ///< draw/
void register_histogram(const Size& size);  ///< histogram/
void register_hold(const Size& size);       ///< hold/
void register_mm1(const Size& size);        ///< mm1/
void register_command(const Size& size);    ///< mm1/command
void register_requests(const Size& size);   ///< request/
void register_shapes(const Size& size);     ///< shape/
void register_scaling(const Size& size);    ///< scaling/
void register_decisions(const Size& size);  ///< decision/
void register_guard(const Size& size);      ///< guard/

}  // namespace squall::bench
