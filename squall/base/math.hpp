#pragma once

/// The few functions that libm would give with last bits that depend on the CPU. These use only
/// IEEE +, -, *, / and sqrt, in a fixed order, so every compiler and machine returns the same
/// bits. Relative error below 2.3e-16 wherever the result is a normal number, so within an ulp
/// (tested against libm with long double).
namespace squall {

/// Natural logarithm. log_of(0) = -inf; negative or NaN gives NaN.
[[nodiscard]] double log_of(double x) noexcept;
/// e^x; 0 below -745.2, +inf above 709.8.
[[nodiscard]] double exp_of(double x) noexcept;
/// x^y for x >= 0, as exp(y log x) with the logarithm and the product to some 64 bits; 0^0 = 1.
/// Negative x gives NaN, unless y = 0, which gives 1.
[[nodiscard]] double power_of(double x, double y) noexcept;

}  // namespace squall
