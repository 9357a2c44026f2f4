#include "tests/house/house.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace squall::house::house_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Check = std::vector<Finding> (*)(std::string_view path, std::string_view text);

/// What is shipped.
std::vector<SourceFile> shipped() { return source_files(SQUALL_SOURCE_DIR, {"squall", "cli"}); }

/// All that is written here.
std::vector<SourceFile> written() {
  return source_files(SQUALL_SOURCE_DIR, {"squall", "cli", "tests", "bench", "examples", "fuzz"});
}

std::vector<Finding> findings_in(const std::vector<SourceFile>& files, Check check) {
  std::vector<Finding> all;
  for (const SourceFile& file : files) {
    const std::vector<Finding> found = check(file.path, file.text);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

// --- The tree ---

TEST(HouseTree, HoldsSourcesToCheck) {
  EXPECT_THAT(shipped(), Not(IsEmpty()));
  EXPECT_THAT(written(), Contains(Field(&SourceFile::path, "tests/house/house_test.cpp")));
}

TEST(HouseTree, IncludesOnlyWhatTheTableAllows) {
  const std::vector<Finding> findings = findings_in(shipped(), check_includes);
  EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(HouseTree, ComputesWithNothingThatDependsOnTheMachine) {
  const std::vector<Finding> findings = findings_in(shipped(), check_determinism);
  EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(HouseTree, KeepsItsForm) {
  const std::vector<Finding> findings = findings_in(written(), check_form);
  EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(HouseTree, KeepsWhatATestHasForItselfInANamespaceOfItsFile) {
  const std::vector<Finding> findings = findings_in(written(), check_test_namespace);
  EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(HouseTree, HasEachHelperOfAModuleOnce) {
  const std::vector<Finding> findings =
      check_helper_names(source_files(SQUALL_SOURCE_DIR, {"squall", "cli", "wasm"}));
  EXPECT_TRUE(findings.empty()) << text_of(findings);
}

// --- The rules do bite ---

TEST(HouseIncludes, FindsAModuleThatReachesUp) {
  const auto findings = check_includes("squall/policy/retry.hpp",
                                       "#pragma once\n"
                                       "#include \"squall/base/time.hpp\"\n"
                                       "#include \"squall/sim/engine.hpp\"\n");
  EXPECT_THAT(findings, ElementsAre(Finding{"squall/policy/retry.hpp", 3,
                                            "policy must not include squall/sim/engine.hpp"}));
}

TEST(HouseIncludes, FindsEveryForbiddenDirection) {
  const auto verdict = [](const char* path, const char* target) {
    return check_includes(path, "#include \"" + std::string(target) + "\"\n").size();
  };
  EXPECT_EQ(verdict("squall/base/time.hpp", "squall/policy/retry.hpp"), 1U);
  EXPECT_EQ(verdict("squall/sim/engine.hpp", "squall/model/world.hpp"), 1U);
  EXPECT_EQ(verdict("squall/scenario/scenario.hpp", "squall/policy/retry.hpp"), 0U);
  EXPECT_EQ(verdict("squall/scenario/scenario.hpp", "squall/scenario/yaml/load.hpp"), 1U);
  EXPECT_EQ(verdict("squall/policy/retry.hpp", "squall/scenario/scenario.hpp"), 1U);
  EXPECT_EQ(verdict("squall/report/json.hpp", "squall/model/world.hpp"), 1U);
  EXPECT_EQ(verdict("squall/live/run.hpp", "squall/sim/engine.hpp"), 1U);
  EXPECT_EQ(verdict("squall/model/world.hpp", "cli/main.hpp"), 1U);
  EXPECT_EQ(verdict("cli/main.cpp", "tests/house/house.hpp"), 1U);
  EXPECT_EQ(verdict("squall/base/time.hpp", "time.hpp"), 1U);

  EXPECT_EQ(verdict("squall/policy/retry.cpp", "squall/policy/retry.hpp"), 0U);
  EXPECT_EQ(verdict("squall/scenario/yaml/load.cpp", "squall/scenario/scenario.hpp"), 0U);
  EXPECT_EQ(verdict("squall/study/sweep.cpp", "squall/model/world.hpp"), 0U);
  EXPECT_EQ(verdict("cli/main.cpp", "squall/scenario/yaml/load.hpp"), 0U);
}

TEST(HouseIncludes, FindsAModuleThatNobodyPlaced) {
  EXPECT_THAT(check_includes("squall/magic/wand.hpp", ""), SizeIs(1));
}

TEST(HouseIncludes, KeepsALibraryBehindItsFence) {
  EXPECT_THAT(check_includes("squall/scenario/load.cpp", "#include <yaml-cpp/yaml.h>\n"),
              SizeIs(1));
  EXPECT_THAT(check_includes("squall/scenario/yaml/load.cpp", "#include <yaml-cpp/yaml.h>\n"),
              IsEmpty());
  EXPECT_THAT(check_includes("squall/study/sweep.cpp", "# include <CLI/CLI.hpp>\n"), SizeIs(1));
}

TEST(HouseIncludes, PassesOverAComment) {
  EXPECT_THAT(check_includes("squall/base/time.hpp", "// #include \"squall/sim/engine.hpp\"\n"),
              IsEmpty());
}

struct Forbidden {
  const char* name;
  const char* code;
};

class ForbiddenInComputation : public testing::TestWithParam<Forbidden> {};

TEST_P(ForbiddenInComputation, IsFoundThereAndNowhereElse) {
  const std::string text = std::string("void f() {\n  ") + GetParam().code + ";\n}\n";
  EXPECT_THAT(check_determinism("squall/model/world.cpp", text),
              ElementsAre(Field(&Finding::line, 2)));
  EXPECT_THAT(check_determinism("cli/main.cpp", text), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    HouseDeterminism, ForbiddenInComputation,
    testing::Values(Forbidden{"StandardDistribution", "std::uniform_int_distribution<int> d(1, 6)"},
                    Forbidden{"StandardEngine", "std::mt19937_64 engine"},
                    Forbidden{"RandomDevice", "std::random_device device"},
                    Forbidden{"SteadyClock", "auto t = std::chrono::steady_clock::now()"},
                    Forbidden{"SystemClock", "auto t = system_clock::now()"},
                    Forbidden{"CTime", "auto t = std::time(nullptr)"},
                    Forbidden{"StandardLog", "double y = std::log(x)"},
                    Forbidden{"BareExp", "return exp(x)"},
                    Forbidden{"GlobalPow", "double y = ::pow(x, 2)"},
                    Forbidden{"FloatSine", "double y = 2 * sinf(x)"},
                    Forbidden{"UnorderedMap", "std::unordered_map<int, int> m"},
                    Forbidden{"StandardFunction", "std::function<void()> f"},
                    Forbidden{"LongDouble", "long double wide = 0"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(HouseDeterminism, LetsOwnNamesCommentsAndExactFunctionsPass) {
  EXPECT_THAT(check_determinism("squall/base/math.cpp",
                                "// std::log differs; \"std::exp\" too\n"
                                "double y = std::sqrt(x) + std::floor(x) + log_of(x);\n"
                                "const char* s = \"std::function \\\" long double\";\n"
                                "double log(double x);\n"
                                "int n = 1'000 + curve.log(x) + curve->exp(x) + math::pow(x, y);\n"
                                "char c = '\"'; long long n; double functional;\n"),
              IsEmpty());
}

TEST(HouseDeterminism, ReadsOnAfterLiteralsAndComments) {
  EXPECT_THAT(check_determinism("squall/base/math.cpp",
                                "auto s = R\"x(std::log( \" )x\"; char c = '\\''; /* \" \n"
                                "std::exp(1) */ int n = 1'0'0;\n"
                                "double y = std::log(x);\n"),
              ElementsAre(Field(&Finding::line, 3)));
}

TEST(HouseForm, FindsTabsMarkersAndLongFiles) {
  EXPECT_THAT(check_form("squall/base/a.cpp", "int a;\n\tint b;\n"),
              ElementsAre(Field(&Finding::line, 2)));
  EXPECT_THAT(check_form("cli/a.cpp", "int a;  // TODO(me): more\n"),
              ElementsAre(Field(&Finding::what, HasSubstr("TODO"))));
  EXPECT_THAT(check_form("tests/a.cpp", "say(\"TODO\"); int a;  // a TODO of mine\n"), SizeIs(1));
  EXPECT_THAT(check_form("tests/a.cpp", "say(\"TODO\");\n"), IsEmpty());
  EXPECT_THAT(check_form("cli/a.cpp", "mkdtemp(\"squall-XXXXXX\"); int todo_count;\n"), IsEmpty());

  std::string text;
  for (int i = 0; i < 700; ++i) text += "\n";
  EXPECT_THAT(check_form("squall/base/a.cpp", text), IsEmpty());
  text += "\n";
  EXPECT_THAT(check_form("squall/base/a.cpp", text), SizeIs(1));
}

TEST(HouseTestNamespace, EndsInTheNameOfTheFile) {
  const auto check = [](std::string_view text) {
    return check_test_namespace("tests/policy/budget_test.cpp", text);
  };
  EXPECT_THAT(check("// namespace x {\nnamespace squall::policy::budget_test {\nnamespace {\n"),
              IsEmpty());
  EXPECT_THAT(check("namespace budget_test {\nint a;\n}\n"), IsEmpty());
  EXPECT_THAT(check("#include <a>\nnamespace squall::policy {\nnamespace {\n"),
              ElementsAre(Finding{"tests/policy/budget_test.cpp", 3,
                                  "stands in no namespace that ends in ::budget_test"}));
  EXPECT_THAT(check("namespace a {\n}\nnamespace a::budget_test {\nnamespace {\n"), IsEmpty());
  EXPECT_THAT(check("namespace a::budget_test {\n}\nnamespace b {\nnamespace {\n"), SizeIs(1));
  EXPECT_THAT(check("namespace a::other_budget_test {\n"), SizeIs(1));
  EXPECT_THAT(check("namespace {\n"), SizeIs(1));
  EXPECT_THAT(check("int a;\n"), SizeIs(1));
  EXPECT_THAT(check_test_namespace("tests/policy/support.cpp", "int a;\n"), IsEmpty());
}

// --- Helpers ---

std::vector<Finding> helpers_twice(const std::string& a, const std::string& b) {
  const std::string begin = "namespace squall {\nnamespace {\n";
  const std::string end = "}  // namespace\n}  // namespace squall\n";
  return check_helper_names(
      {{"squall/report/a.cpp", begin + a + end}, {"squall/report/b.cpp", begin + b + end}});
}

TEST(HouseHelpers, AreFoundTwice) {
  const std::string function =
      "std::string list_of(const std::vector<std::string>& names) {\n  return a(b);\n}\n";
  EXPECT_THAT(helpers_twice(function, "\n" + function),
              ElementsAre(Finding{"squall/report/b.cpp", 4,
                                  "'list_of' is a function in squall/report/a.cpp:3 too"}));
  EXPECT_THAT(helpers_twice("Json ms(Duration d) { return d; }\n",
                            "std::optional<double> ms(std::optional<Duration> d) {\n}\n"),
              SizeIs(1));
  EXPECT_THAT(helpers_twice("template <typename T>\nbool is(T t) {\n}\n",
                            "template <int N> bool is(int t);\n"),
              SizeIs(1));
  EXPECT_THAT(helpers_twice("[[nodiscard]] const int* a(\n    int b);\n",
                            "static constexpr int a(int b) {\n}\n"),
              SizeIs(1));
}

TEST(HouseHelpers, AreFoundHoweverTheyAreWritten) {
  for (const std::string helper :
       {"int a(int b) {\n}\n", "std::map<std::string, std::vector<int>>\na(int b) {\n}\n",
        "::squall::Error* a(int b);\n",
        "[[nodiscard]] [[gnu::noinline]] const int& a(\n    int b);\n",
        "template <typename T>\nint a(T b) {\n}\n", "static constexpr auto a(int b) -> int {\n}\n",
        "template <int N> int a() {\n}\n"}) {
    EXPECT_THAT(helpers_twice("int a(long b) {\n}\n", helper), SizeIs(1)) << helper;
  }
}

TEST(HouseHelpers, AreNotWhatAHeaderDeclares) {
  const std::string begin = "namespace squall::report {\n";
  const SourceFile helper{"squall/report/a.cpp",
                          begin + "namespace {\nint text_of(int a) {\n}\n}\n}\n"};
  const std::string declaration = begin + "[[nodiscard]] double text_of(double a);\n}\n";
  EXPECT_THAT(check_helper_names({helper, {"squall/report/b.hpp", declaration}}), SizeIs(1));
  EXPECT_THAT(check_helper_names({helper, {"squall/base/b.hpp", declaration}}), SizeIs(1));
  EXPECT_THAT(check_helper_names({helper, {"squall/lint/b.hpp", declaration}}), IsEmpty());
  const std::string member = begin + "struct A {\n  double text_of(double a);\n};\n}\n";
  EXPECT_THAT(check_helper_names({helper, {"squall/report/b.hpp", member}}), IsEmpty());
}

TEST(HouseHelpers, AreReadToTheEndOfAFile) {
  EXPECT_THAT(
      check_helper_names({{"squall/report/a.cpp",
                           "namespace {\n#if A\nint a() {\n#else\nint b() {\n#endif\n}\n}\n"}}),
      ElementsAre(Field(&Finding::what, HasSubstr("braces"))));
}

TEST(HouseHelpers, AreFunctions) {
  EXPECT_THAT(helpers_twice("struct A {\n  int at();\n};\n", "struct B {\n  int at();\n};\n"),
              IsEmpty());
  EXPECT_THAT(helpers_twice("int a() {\n  int at(0);\n}\n", "int b() {\n  int at(0);\n}\n"),
              IsEmpty());
  EXPECT_THAT(helpers_twice("constexpr int a = f(1);\n", "constexpr int b = f(1);\n"), IsEmpty());
  EXPECT_THAT(helpers_twice("A::A(int a) : a_(a) {}\n", "A::~A() {\n}\nvoid A::A(int a) {}\n"),
              IsEmpty());
  EXPECT_THAT(helpers_twice("std::function<void(int)> f;\n", "std::function<void(int)> g;\n"),
              IsEmpty());
  EXPECT_THAT(helpers_twice("struct alignas(64) A {\n};\n", "struct alignas(64) B {\n};\n"),
              IsEmpty());
  EXPECT_THAT(helpers_twice("std::array<int, size_of(x)> a;\n", "std::array<int, size_of(x)> b;\n"),
              IsEmpty());
  EXPECT_THAT(helpers_twice("// int a(int b) {\n", "int a(int b) {\n}\n"), IsEmpty());
}

TEST(HouseHelpers, MayBeThereTwiceInAFileAndInTwoModules) {
  const std::string helper = "namespace {\nint a(int b) {\n}\nint a(long b) {\n}\n}\n";
  EXPECT_THAT(check_helper_names({{"squall/report/a.cpp", helper},
                                  {"squall/lint/a.cpp", helper},
                                  {"squall/report/a.hpp", helper},
                                  {"tests/cli/a.cpp", helper},
                                  {"tests/cli/b.cpp", helper}}),
              IsEmpty());
  // Outside of an anonymous namespace the linker knows.
  EXPECT_THAT(check_helper_names({{"squall/report/a.cpp", "int a(int b) {\n}\n"},
                                  {"squall/report/b.cpp", "int a(int b) {\n}\n"}}),
              IsEmpty());
}

}  // namespace
}  // namespace squall::house::house_test
