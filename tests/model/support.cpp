#include "tests/model/support.hpp"

#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

#include "squall/scenario/load.hpp"
#include "squall/scenario/yaml/parse_yaml.hpp"
#include "squall/study/compare.hpp"

namespace squall::test {

scenario::Bundle bundle_of(const std::string& yaml) {
  const Result<scenario::Node> document = scenario::parse_yaml(yaml, "test.yaml");
  if (!document) throw std::runtime_error(document.error().text());
  Result<scenario::Bundle> bundle = scenario::build(*document, {});
  if (!bundle) throw std::runtime_error(bundle.error().text());
  return std::move(*bundle);
}

metrics::RunRecord run(const std::string& yaml) {
  const scenario::Bundle bundle = bundle_of(yaml);
  Result<metrics::RunRecord> record = study::run(bundle.base, "base");
  if (!record) throw std::runtime_error(record.error().text());
  return std::move(*record);
}

}  // namespace squall::test
