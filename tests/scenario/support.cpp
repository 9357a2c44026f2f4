#include "tests/scenario/support.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "squall/scenario/yaml/parse_yaml.hpp"

namespace squall::scenario {

Result<std::string> Files::read(const void* context, const std::string& path) {
  const auto& texts = static_cast<const Files*>(context)->texts_;
  const auto found = texts.find(path);
  if (found == texts.end()) return fail("cannot be opened");
  return found->second;
}

Node parsed(std::string_view yaml) {
  Result<Node> document = parse_yaml(yaml, "checkout.yaml");
  EXPECT_TRUE(document) << (document ? "" : document.error().text()) << "\n" << yaml;
  return document ? std::move(*document) : Node();
}

Bundle built(std::string_view yaml, const Files& files) {
  Result<Bundle> bundle = build(parsed(yaml), files.reader());
  EXPECT_TRUE(bundle) << (bundle ? "" : bundle.error().text()) << "\n" << yaml;
  return bundle ? std::move(*bundle) : Bundle();
}

Scenario scenario_of(std::string_view yaml) { return built(yaml).base; }

std::string error_of(std::string_view yaml, const Files& files) {
  const Result<Node> document = parse_yaml(yaml, "checkout.yaml");
  if (!document) return document.error().text();
  const Result<Bundle> bundle = build(*document, files.reader());
  return bundle ? std::string() : bundle.error().text();
}

std::string around(std::string_view yaml) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> defaults = {{
      {"squall", "squall: 1\n"},
      {"duration", "duration: 60s\n"},
      {"services", "services: {bank: {}}\n"},
      {"workloads", "workloads: {shoppers: {to: bank, arrivals: {constant: 50/s}}}\n"},
  }};
  std::string text(yaml);
  if (!text.empty() && text.back() != '\n') text += '\n';
  const std::string given = "\n" + text;
  for (const auto& [section, fallback] : defaults) {
    const bool replaced = section == "duration" && given.find("\nuntil:") != std::string::npos;
    if (replaced || given.find("\n" + std::string(section) + ":") != std::string::npos) continue;
    text += fallback;
  }
  return text;
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> shipped_scenarios() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(SQUALL_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace squall::scenario
