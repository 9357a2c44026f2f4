#pragma once

#include <string>

/// Computed numbers as findings show them: rounded to four digits, with units.
namespace squall::lint {

/// 1234567.8 as "1,234,568", 0.16544 as "0.1654", 3.1e-7 as "3.1e-07". REQUIRES finite.
[[nodiscard]] std::string figure(double number);
/// "4,375/s".
[[nodiscard]] std::string per_second(double rate);
/// 0.0512 as "5.12%".
[[nodiscard]] std::string percentage(double share);
/// 1 as "1 worker", 2 as "2 workers".
[[nodiscard]] std::string counted(double number, const std::string& one);
/// " for each of 3 states"; nothing where there is one.
[[nodiscard]] std::string for_each_state(double states);
/// Nanoseconds: 1500000 as "1.5ms"; "0s".
[[nodiscard]] std::string time_text(double ns);

}  // namespace squall::lint
