#include "squall/policy/latency_bins.hpp"

#include <algorithm>

namespace squall::policy {

void LatencyBins::add(std::uint64_t us) {
  std::uint64_t width = 1;
  std::uint64_t digits = us;
  for (; digits >= 100; digits /= 10) width *= 10;
  const Bin made{digits * width, us < 10 ? 0 : width, 1};
  ++count_;
  const auto place = std::lower_bound(bins_.begin(), bins_.end(), made,
                                      [](const Bin& a, const Bin& b) { return a.left < b.left; });
  if (place != bins_.end() && place->left == made.left)
    ++place->count;
  else
    bins_.insert(place, made);
}

std::uint64_t LatencyBins::quantile(double q) const noexcept {
  const double wanted = static_cast<double>(count_) * q;
  double below = 0.0;
  const Bin* at = nullptr;
  for (const Bin& bin : bins_) {
    if (at != nullptr) below += static_cast<double>(at->count);
    at = &bin;
    if (below + static_cast<double>(bin.count) >= wanted) break;
  }
  const double share = (wanted - below) / static_cast<double>(at->count);
  return at->left + static_cast<std::uint64_t>(share * static_cast<double>(at->width));
}

}  // namespace squall::policy
