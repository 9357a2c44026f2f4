#include "wasm/session.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "squall/lint/findings_json.hpp"
#include "squall/lint/lint.hpp"
#include "squall/report/json.hpp"
#include "squall/report/page_json.hpp"
#include "squall/scenario/document_text.hpp"
#include "squall/scenario/load.hpp"
#include "squall/scenario/parse_tree.hpp"
#include "squall/study/compare.hpp"
#include "squall/task/changes.hpp"
#include "squall/task/expectations.hpp"
#include "squall/task/looks.hpp"
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

Unexpected no_study() { return out_of_order("no study is under way"); }

}  // namespace

Result<void> Session::open(std::string file, std::string_view text, std::string_view tree) {
  end();
  bundle_.reset();
  document_.reset();
  file_ = std::move(file);
  text_ = text;
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
  end();
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

void Session::end() {
  looks_.reset();
  whole_.reset();
  study_.reset();
}

void Session::begin(std::vector<study::Subject> subjects, const scenario::Scenario& named_after,
                    const Plan& plan) {
  plan_ = plan;
  study_ = std::make_unique<task::SteppedStudy>(study::header_of(named_after), std::move(subjects),
                                                plan.study);
}

Result<void> Session::begin_compare(const Plan& plan) {
  end();
  if (const Result<void> built = check_built(); !built) return built;
  of_base_ = bundle_->variants.empty();
  begin(study::subjects_of(*bundle_), bundle_->base, plan);
  return {};
}

Result<void> Session::begin_run(const std::string& variant, const Plan& plan) {
  end();
  if (const Result<void> built = check_built(); !built) return built;
  const Result<study::Subject> subject = study::find_subject(*bundle_, variant);
  if (!subject) return in_scenario(subject.error());
  of_base_ = variant.empty();
  begin({*subject}, *subject->scenario, plan);
  return {};
}

Result<bool> Session::step() {
  if (!study_) return no_study();
  if (!whole_) {
    const Result<task::SteppedStudy::Status> status = study_->step();
    if (!status) return in_scenario(status.error());
    if (*status == task::SteppedStudy::Status::under_way) return false;
    whole_ = study_->result();
    if (!plan_.page) return true;
    looks_ = std::make_unique<task::SteppedLooks>(study_->subjects(), *whole_, plan_.study.limits);
    return false;
  }
  if (!looks_) return true;
  const Result<task::SteppedLooks::Status> status = looks_->step();
  if (!status) return in_scenario(status.error());
  return *status == task::SteppedLooks::Status::done;
}

double Session::progress() const noexcept {
  if (!study_) return 0.0;
  if (!plan_.page) return study_->progress();
  // To look at a run is another run, of the one replication.
  const double study = static_cast<double>(plan_.study.replications);
  return (study * study_->progress() + (looks_ ? looks_->progress() : 0.0)) / (study + 1.0);
}

Result<std::string> Session::label() const {
  if (!study_) return no_study();
  return looks_ ? looks_->label() : study_->label();
}

metrics::Comparison Session::comparison() const { return whole_ ? *whole_ : study_->result(); }

Result<std::string> Session::result() const {
  if (!study_) return no_study();
  return report::to_json(comparison());
}

Result<std::string> Session::page() const {
  if (!study_) return no_study();
  const metrics::Comparison shown = comparison();
  return report::to_page_json(
      {.command = {},
       .scenario_text = text_,
       .comparison = &shown,
       .variants =
           looks_ ? looks_->variants() : task::page_variants_of(study_->subjects(), shown)});
}

Result<std::vector<std::string>> Session::unmet() const {
  if (!study_) return no_study();
  return task::unmet_expectations(bundle_->expectations, comparison(), of_base_, file_);
}

/// The engine knows no files; the scenario is to blame for what it says.
Unexpected Session::in_scenario(Error error) const {
  if (error.file.empty()) error.file = file_;
  return fail(std::move(error));
}

}  // namespace squall::wasm
