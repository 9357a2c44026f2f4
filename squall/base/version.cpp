#include "squall/base/version.hpp"

namespace squall {

const char* version() noexcept { return SQUALL_VERSION; }

}  // namespace squall
