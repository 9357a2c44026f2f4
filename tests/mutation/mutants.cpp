#include "tests/mutation/mutants.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace squall::mutation {

int active = -1;

namespace {

/// The file of what was reached. It is shared memory: the child of a death test, which ends without
/// a word, writes to it as well.
struct Reached {
  unsigned char* bytes = nullptr;
  int size = 0;
};
Reached reached;

Reached opened(const char* path) noexcept {
  const int file = open(path, O_RDWR | O_CLOEXEC);
  struct stat about{};
  if (file < 0 || fstat(file, &about) != 0 || about.st_size == 0) std::abort();
  void* at = mmap(nullptr, static_cast<std::size_t>(about.st_size), PROT_READ | PROT_WRITE,
                  MAP_SHARED, file, 0);
  if (at == MAP_FAILED) std::abort();
  close(file);
  return {static_cast<unsigned char*>(at), static_cast<int>(about.st_size)};
}

[[maybe_unused]] const bool is_set_up = [] {
  if (const char* number = std::getenv("SQUALL_MUTANT")) active = std::atoi(number);
  if (const char* path = std::getenv("SQUALL_MUTANTS_REACHED")) reached = opened(path);
  return true;
}();

}  // namespace

void note(int site, Seen seen) noexcept {
  if (site < reached.size) reached.bytes[site] = static_cast<unsigned char>(seen);
}

}  // namespace squall::mutation
