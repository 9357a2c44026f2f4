#include "tests/json_schema/json_schema.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 with a sanitizer finds fault with the standard library's regular expressions.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace squall::test {

struct JsonSchema::Compiled {
  valijson::Schema schema;
};

JsonSchema::JsonSchema(const nlohmann::json& schema, Draft draft) {
  auto compiled = std::make_unique<Compiled>();
  valijson::SchemaParser parser(draft == Draft::draft_4 ? valijson::SchemaParser::kDraft4
                                                        : valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), compiled->schema);
  compiled_ = std::move(compiled);
}

JsonSchema::~JsonSchema() = default;

std::string JsonSchema::faults_of(const nlohmann::json& document) const {
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter adapter(document);
  if (validator.validate(compiled_->schema, adapter, &results)) return {};
  std::string faults;
  for (const auto& one : results) {
    for (const std::string& step : one.context) faults += step;
    faults += ": " + one.description + "\n";
  }
  return faults.empty() ? "refused" : faults;
}

}  // namespace squall::test
