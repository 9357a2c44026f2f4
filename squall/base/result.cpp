#include "squall/base/result.hpp"

namespace squall {

std::string Error::text() const {
  std::string text;
  if (!file.empty()) {
    text += file;
    if (line > 0) text += ':' + std::to_string(line);
    text += ": ";
  }
  if (!key.empty()) text += key + ": ";
  return text + message;
}

}  // namespace squall
