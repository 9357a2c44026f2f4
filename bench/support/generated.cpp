#include "bench/support/generated.hpp"

#include <algorithm>

namespace squall::bench {
namespace {

constexpr const char* head = "squall: 1\nname: generated\nuntil: drained\n";

/// A rate that need not be whole: so many in so many hours.
std::string rate(std::uint64_t per_s, std::uint64_t shared_by) {
  return std::to_string(3'600 * per_s / shared_by) + "/h";
}

}  // namespace

std::string numbered(const char* name, std::uint64_t number) {
  return name + std::to_string(number);
}

std::string chains_yaml(const Chains& options) {
  std::string text = head;
  text += "policies: {hop: {timeout: 1s}}\nservices:\n";
  for (std::uint64_t c = 0; c < options.chains; ++c) {
    for (std::uint64_t i = 0; i < options.length; ++i) {
      const std::uint64_t number = c * options.length + i;
      text += "  " + numbered("s", number) + ": {latency: {exponential: 1ms}";
      if (i + 1 < options.length) {
        text += ", calls: [{to: " + numbered("s", number + 1) + ", policy: hop}]";
      }
      text += "}\n";
    }
  }
  text += "workloads:\n";
  for (std::uint64_t c = 0; c < options.chains; ++c) {
    text += "  " + numbered("w", c) + ": {to: " + numbered("s", c * options.length) +
            ", policy: hop, arrivals: {poisson: " + rate(options.requests_per_s, options.chains) +
            "}, requests: " +
            std::to_string(std::max<std::uint64_t>(options.requests / options.chains, 1)) + "}\n";
  }
  return text;
}

std::string recursion_yaml(std::uint64_t depth, std::uint64_t requests_per_s,
                           std::uint64_t requests) {
  return std::string(head) +
         "policies: {hop: {timeout: 1s}}\n"
         "services: {s: {latency: {exponential: 1ms}, calls: [{to: s, policy: hop, max_depth: " +
         std::to_string(depth) +
         "}]}}\n"
         "workloads: {w: {to: s, policy: hop, arrivals: {poisson: " +
         rate(requests_per_s, 1) + "}, requests: " + std::to_string(requests) + "}}\n";
}

std::string fan_out_yaml(std::uint64_t leaves, std::uint64_t requests) {
  std::string text = head;
  text += "policies: {branch: {timeout: 1s}}\nservices:\n";
  for (std::uint64_t i = 0; i < leaves; ++i) {
    text += "  " + numbered("leaf", i) + ": {latency: {exponential: 10ms}}\n";
  }
  text += "  root:\n    latency: 1ms\n    calls:\n      - parallel:\n";
  for (std::uint64_t i = 0; i < leaves; ++i) {
    text += "          - {to: " + numbered("leaf", i) + ", policy: branch}\n";
  }
  text += "workloads: {w: {to: root, arrivals: {poisson: 100/s}, requests: " +
          std::to_string(requests) + "}}\n";
  return text;
}

}  // namespace squall::bench
