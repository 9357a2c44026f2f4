#include "wasm/session.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "squall/lint/findings_json.hpp"
#include "squall/lint/lint.hpp"
#include "squall/scenario/document_text.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/parse_tree.hpp"
#include "squall/study/compare.hpp"
#include "squall/task/changes.hpp"
#include "squall/task/expectations.hpp"
#include "squall/task/warnings.hpp"

namespace squall::wasm {
namespace {

/// A page has no disk; what a scenario names must stand in it.
Result<std::string> refuse_file(const void* /*context*/, const std::string& path) {
  return fail(Error{.message = "cannot be read in a browser; use the command for this scenario",
                    .file = path});
}

Unexpected out_of_order(const char* what) {
  return fail(Error{.message = what, .kind = Error::Kind::environment});
}

}  // namespace

Result<void> Session::open(std::string file, std::string_view text, std::string_view tree) {
  study_.reset();
  bundle_.reset();
  document_.reset();
  file_ = std::move(file);
  if (tree.empty()) {
    Result<scenario::Node> document = scenario::parse_json(text, file_);
    if (!document) return fail(document.error());
    document_ = std::move(*document);
    return {};
  }
  if (auto error = scenario::check_text(text, file_)) return fail(std::move(*error));
  if (auto error = scenario::check_yaml_text(text, file_)) return fail(std::move(*error));
  Result<scenario::Node> document = scenario::parse_tree(tree, file_);
  if (!document) return fail(document.error());
  document_ = std::move(*document);
  return {};
}

Result<void> Session::assign(std::string_view assignment, std::string_view tree) {
  if (!document_ || bundle_) return out_of_order("no scenario is open");
  const auto parts = scenario::split_assignment(assignment);
  if (!parts) return fail(parts.error());
  const auto& [path, text] = *parts;
  const std::string file = task::assignment_file;
  std::optional<Error> error = scenario::check_text(text, file);
  if (!error) error = scenario::check_yaml_text(text, file);
  return task::assign(
      *document_, path,
      error ? Result<scenario::Node>(fail(std::move(*error))) : scenario::parse_tree(tree, file));
}

Result<void> Session::set_seed(const std::string& digits) {
  if (!document_ || bundle_) return out_of_order("no scenario is open");
  return task::set_seed(*document_, digits);
}

Result<std::vector<std::string>> Session::build() {
  if (!document_) return out_of_order("no scenario is open");
  study_.reset();
  Result<scenario::Bundle> bundle =
      task::build_changed(*document_, {.read = refuse_file, .context = nullptr}, file_);
  if (!bundle) return fail(bundle.error());
  bundle_ = std::move(*bundle);
  return task::warnings_about(*bundle_, file_);
}

Result<void> Session::check_built() const {
  if (!bundle_) return out_of_order("no scenario is built");
  return {};
}

Result<std::string> Session::check() const {
  if (const Result<void> built = check_built(); !built) return fail(built.error());
  const scenario::Node normalised = scenario::normalised(*bundle_);
  nlohmann::ordered_json checked;
  checked["findings"] = lint::findings_json(lint::lint(*bundle_, *document_),
                                            {.scenario = bundle_->base.name, .file = file_});
  checked["yaml"] = scenario::to_yaml(normalised);
  checked["document"] = scenario::to_json(normalised);
  checked["variants"] = nlohmann::ordered_json::array();
  for (const scenario::Variant& variant : bundle_->variants) {
    checked["variants"].push_back(variant.name);
  }
  return checked.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void Session::begin(std::vector<study::Subject> subjects, const scenario::Scenario& named_after,
                    const task::SteppedStudy::Plan& plan) {
  study_ = std::make_unique<task::SteppedStudy>(study::header_of(named_after), std::move(subjects),
                                                plan);
}

Result<void> Session::begin_compare(const task::SteppedStudy::Plan& plan) {
  study_.reset();
  if (const Result<void> built = check_built(); !built) return built;
  of_base_ = bundle_->variants.empty();
  begin(study::subjects_of(*bundle_), bundle_->base, plan);
  return {};
}

Result<void> Session::begin_run(const std::string& variant, const task::SteppedStudy::Plan& plan) {
  study_.reset();
  if (const Result<void> built = check_built(); !built) return built;
  const Result<study::Subject> subject = study::find_subject(*bundle_, variant);
  if (!subject) {
    Error error = subject.error();
    if (error.file.empty()) error.file = file_;
    return fail(std::move(error));
  }
  of_base_ = variant.empty();
  begin({*subject}, *subject->scenario, plan);
  return {};
}

Result<task::SteppedStudy*> Session::study() {
  if (!study_) return out_of_order("no study is under way");
  return study_.get();
}

Result<std::vector<std::string>> Session::unmet() const {
  if (!study_) return out_of_order("no study is under way");
  return task::unmet_expectations(bundle_->expectations, study_->result(), of_base_, file_);
}

}  // namespace squall::wasm
