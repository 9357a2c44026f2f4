#include "wasm/engine.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "squall/base/check.hpp"
#include "squall/base/version.hpp"
#include "squall/report/text.hpp"
#include "wasm/session.hpp"

namespace squall::wasm {
namespace {

struct State {
  Session session;
  std::string output;
};

State& state() {
  static State the_one;
  return the_one;
}

std::string dumped(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

int failed(const Error& error) {
  state().output = dumped({{"kind", error.kind == Error::Kind::input ? "input" : "environment"},
                           {"text", report::printable(error.text(), true)},
                           {"message", error.message},
                           {"file", error.file},
                           {"line", error.line},
                           {"key", error.key}});
  return 0;
}

int given(std::string output) {
  state().output = std::move(output);
  return 1;
}

int done(const Result<void>& result) { return result ? given({}) : failed(result.error()); }
int done(Result<std::string> result) {
  return result ? given(std::move(*result)) : failed(result.error());
}
int done(const Result<std::vector<std::string>>& lines) {
  return lines ? given(dumped(*lines)) : failed(lines.error());
}

std::uint64_t limit_of(double number) {
  return number > 0.0 && number < 0x1p63 ? static_cast<std::uint64_t>(number) : study::no_limit;
}

Session::Plan plan_of(std::uint32_t replications, int page, double events_max,
                      double memory_bytes_max) {
  SQUALL_CHECK(replications > 0, "one replication or more");
  return {.study = {.replications = replications,
                    .limits = {.events_max = limit_of(events_max),
                               .memory_bytes_max = limit_of(memory_bytes_max)}},
          .page = page != 0};
}

}  // namespace
}  // namespace squall::wasm

using namespace squall;        // NOLINT(google-build-using-namespace)
using namespace squall::wasm;  // NOLINT(google-build-using-namespace)

uint8_t* squall_allocate(size_t bytes) {
  void* const memory = std::malloc(bytes == 0 ? 1 : bytes);
  SQUALL_CHECK(memory != nullptr, "out of memory");
  return static_cast<uint8_t*>(memory);
}
void squall_release(uint8_t* memory) { std::free(memory); }

const char* squall_output_data() { return state().output.data(); }
size_t squall_output_size() { return state().output.size(); }

void squall_version() { state().output = version(); }

int squall_open(const char* file, size_t file_size, const char* text, size_t text_size,
                const char* tree, size_t tree_size) {
  return done(state().session.open({file, file_size}, {text, text_size}, {tree, tree_size}));
}
int squall_assign(const char* assignment, size_t assignment_size, const char* tree,
                  size_t tree_size) {
  return done(state().session.assign({assignment, assignment_size}, {tree, tree_size}));
}
int squall_set_seed(const char* digits, size_t digits_size) {
  return done(state().session.set_seed({digits, digits_size}));
}
int squall_build() { return done(state().session.build()); }

int squall_check() { return done(state().session.check()); }

int squall_begin_compare(uint32_t replications, int page, double events_max,
                         double memory_bytes_max) {
  return done(
      state().session.begin_compare(plan_of(replications, page, events_max, memory_bytes_max)));
}
int squall_begin_run(const char* variant, size_t variant_size, uint32_t replications, int page,
                     double events_max, double memory_bytes_max) {
  return done(state().session.begin_run({variant, variant_size},
                                        plan_of(replications, page, events_max, memory_bytes_max)));
}

int squall_step() {
  const Result<bool> is_done = state().session.step();
  if (!is_done) return failed(is_done.error());
  return *is_done ? 2 : 1;
}
double squall_progress() { return state().session.progress(); }
int squall_label() { return done(state().session.label()); }
int squall_result() { return done(state().session.result()); }
int squall_page() { return done(state().session.page()); }
int squall_unmet() { return done(state().session.unmet()); }
void squall_end() { state().session.end(); }
