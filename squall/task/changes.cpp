#include "squall/task/changes.hpp"

#include <string_view>
#include <utility>

#include "squall/task/expectations.hpp"

namespace squall::task {
namespace {

constexpr std::string_view seed_file = "--seed";

}  // namespace

Result<void> assign(scenario::Node& document, const std::string& path,
                    Result<scenario::Node> value) {
  if (!value) {
    Error error = value.error();
    error.line = 0;  // of an argument, which has but one
    error.key = path;
    return fail(std::move(error));
  }
  return scenario::apply_override(document, path, std::move(*value));
}

Result<void> set_seed(scenario::Node& document, const std::string& digits) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos) {
    return fail(Error{.message = "must be a whole number of 0 or more, is '" + digits + "'",
                      .file = std::string(seed_file)});
  }
  scenario::Node value;
  value.kind = scenario::Node::Kind::scalar;
  value.text = digits;
  value.file = seed_file;
  return scenario::apply_override(document, "seed", std::move(value));
}

Result<scenario::Bundle> build_changed(const scenario::Node& document,
                                       const scenario::FileReader& files, const std::string& file) {
  Result<scenario::Bundle> bundle = scenario::build(document, files);
  if (!bundle) {
    Error error = bundle.error();
    if (error.file == seed_file) error.key.clear();  // it would say the same again
    return fail(std::move(error));
  }
  const Result<void> checked = check_expectations(*bundle, file);
  if (!checked) return fail(checked.error());
  return bundle;
}

}  // namespace squall::task
