#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

namespace squall::test {

/// A JSON Schema, read once; what documents violate of it. Apart from the tests that ask, because
/// the validator behind it takes longer to compile than most of them together.
class JsonSchema {
 public:
  enum class Draft { draft_4, draft_7 };

  /// @throws std::runtime_error if `schema` is none.
  JsonSchema(const nlohmann::json& schema, Draft draft);
  ~JsonSchema();
  JsonSchema(const JsonSchema&) = delete;
  JsonSchema& operator=(const JsonSchema&) = delete;

  /// What is wrong with the document, a fault a line after the way to it; empty when nothing is. A
  /// number is none where the schema asks for a string.
  [[nodiscard]] std::string faults_of(const nlohmann::json& document) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace squall::test
