#include <array>
#include <string_view>

#include "squall/scenario/build_parts.hpp"
#include "squall/scenario/read_quantity.hpp"

namespace squall::scenario {
namespace {

enum class DistributionForm : std::size_t {
  uniform,
  exponential,
  normal,
  lognormal,
  gamma,
  pareto,
  weibull,
  hyperexponential,
  empirical
};
constexpr std::array<std::string_view, 9> distribution_forms = {
    "uniform", "exponential", "normal",           "lognormal", "gamma",
    "pareto",  "weibull",     "hyperexponential", "empirical"};

Duration duration_at(MapReader& in, std::string_view key) {
  const std::optional<Value> value = in.require(key);
  return value ? read_duration(*value) : Duration{0};
}

double number_at(MapReader& in, std::string_view key) {
  const std::optional<Value> value = in.require(key);
  return value ? read_number(*value) : 1.0;
}

DistributionSpec read_uniform(const Value& value) {
  if (!value.is_list() || value.node().items.size() != 2) {
    value.must_be("a list of two durations, [low, high]");
    return Constant{};
  }
  const Duration low = read_duration(value.at(std::size_t{0}));
  const Duration high = read_duration(value.at(std::size_t{1}));
  return Uniform{low, high};
}

DistributionSpec read_hyperexponential(const Value& value) {
  Hyperexponential spec;
  if (!value.expect_list("phases {p, mean}")) return Constant{};
  for (std::size_t i = 0; i < value.node().items.size(); ++i) {
    const Value item = value.at(i);
    MapReader in(item);
    Hyperexponential::Phase phase;
    if (const std::optional<Value> p = in.require("p")) phase.p = read_share(*p);
    phase.mean = duration_at(in, "mean");
    spec.phases.push_back(phase);
  }
  return spec;
}

DistributionSpec read_empirical(const Value& value, Building& building) {
  const std::string path = value.text("the name of a file");
  if (building.errors.any()) return Constant{};
  Result<Empirical> spec = building.files.empirical(path);
  if (!spec) {
    add_file_error(value, spec.error());
    return Constant{};
  }
  return std::move(*spec);
}

DistributionSpec read_form(DistributionForm form, const Value& value, Building& building) {
  switch (form) {
    case DistributionForm::uniform:
      return read_uniform(value);
    case DistributionForm::exponential:
      return Exponential{read_duration(value)};
    case DistributionForm::normal: {
      MapReader in(value);
      const Duration mean = duration_at(in, "mean");
      return Normal{mean, duration_at(in, "sd")};
    }
    case DistributionForm::lognormal: {
      MapReader in(value);
      const Duration median = duration_at(in, "median");
      return Lognormal{median, duration_at(in, "p99")};
    }
    case DistributionForm::gamma: {
      MapReader in(value);
      const Duration mean = duration_at(in, "mean");
      return Gamma{mean, number_at(in, "shape")};
    }
    case DistributionForm::pareto: {
      MapReader in(value);
      const Duration minimum = duration_at(in, "minimum");
      return Pareto{minimum, number_at(in, "alpha")};
    }
    case DistributionForm::weibull: {
      MapReader in(value);
      const Duration scale = duration_at(in, "scale");
      return Weibull{scale, number_at(in, "shape")};
    }
    case DistributionForm::hyperexponential:
      return read_hyperexponential(value);
    case DistributionForm::empirical:
      return read_empirical(value, building);
  }
  return Constant{};
}

}  // namespace

DistributionSpec read_distribution(const Value& value, Building& building) {
  if (value.is_scalar()) return Constant{read_duration(value)};
  if (!value.is_map()) {
    value.must_be("a duration such as 12ms, or a distribution");
    return Constant{};
  }
  MapReader in(value);
  const std::optional<MapReader::Chosen> chosen = in.choose(distribution_forms);
  if (!chosen) return Constant{};
  DistributionSpec spec =
      read_form(static_cast<DistributionForm>(chosen->index), chosen->value, building);
  if (building.errors.any()) return Constant{};
  if (const Result<void> valid = validate(spec); !valid) chosen->value.error(valid.error());
  return spec;
}

Network read_network(const Value& value, const Network& inherited, Building& building) {
  Network network = inherited;
  MapReader in(value);
  if (const std::optional<Value> latency = in.find("latency")) {
    network.latency = read_distribution(*latency, building);
  }
  if (const std::optional<Value> loss = in.find("loss")) network.loss = read_share(*loss);
  return network;
}

}  // namespace squall::scenario
