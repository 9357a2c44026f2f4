#include <cstdio>

#include "squall/base/result.hpp"

namespace {

squall::Result<int> halved(int n) {
  if (n % 2 != 0) return squall::fail("odd");
  return n / 2;
}

}  // namespace

int main() {
  const squall::Result<int> good = halved(84);
  const squall::Result<int> bad = halved(7);
  if (!good || *good != 42 || bad || bad.error().message != "odd") {
    std::puts("squall is installed, but Result does not work");
    return 1;
  }
  std::puts("squall is installed and works: 42");
  return 0;
}
