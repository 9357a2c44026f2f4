# shellcheck shell=bash disable=SC2034
# Functions that the scripts here share; sourced by bash, never run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
log_dir="$root/build/log"

say() { printf '==> %s\n' "$*"; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# quietly NAME COMMAND...   runs it with its output in build/log/NAME.log, shown only if it fails
quietly() {
  local name="$1" status=0
  shift
  mkdir -p "$log_dir"
  "$@" </dev/null >"$log_dir/$name.log" 2>&1 || status=$?
  if ((status != 0)); then
    tail -n 60 "$log_dir/$name.log" >&2
    printf '%s: %s failed (status %d); all of it is in %s\n' \
      "${0##*/}" "$name" "$status" "$log_dir/$name.log" >&2
  fi
  return "$status"
}

# How many compilers to run at once: one a processor, but not more than one for each GiB of memory.
build_jobs() {
  local processors memory_gib
  processors="$(nproc)"
  memory_gib="$(awk '/^MemTotal:/ { print int($2 / 1048576) }' /proc/meminfo 2>/dev/null || echo 4)"
  if ((memory_gib < 1)); then memory_gib=1; fi
  echo $((processors < memory_gib ? processors : memory_gib))
}

# Prints those of the packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    if [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed* ]]; then
      printf '%s\n' "$package"
    fi
  done
}

# install_packages PACKAGE...
#
# Installs the Debian packages that are missing, as root or by sudo. Does nothing at all, not even
# `apt-get update`, when none is missing; never upgrades what is there.
install_packages() {
  local -a missing as_root=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "not a Debian system: make sure that these are there: $*"
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then return 0; fi

  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "packages are missing, and neither root nor sudo is there;
  as root: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive)
  say "installing ${missing[*]}"
  quietly apt-update "${as_root[@]}" apt-get update || die "apt-get update failed: is there a network?"
  quietly apt-install "${as_root[@]}" apt-get install --yes --no-install-recommends --no-upgrade \
    "${missing[@]}" || die "apt-get install failed"
}

# What it takes to build the command, and nothing else.
build_packages=(
  cmake
  g++
  libcli11-dev
  libfmt-dev
  libyaml-cpp-dev
  ninja-build
  nlohmann-json3-dev
)

# What the tests and the checks of the source take besides.
test_packages=(
  bash
  clang-19
  clang-format-19
  clang-tidy-19
  libboost-dev
  libgmock-dev
  libgtest-dev
  librapidcheck-dev
  libvalijson-dev
  valgrind
  zsh
)

# Prints the packages of those COMMAND:PACKAGE pairs whose command is missing: a machine may have it from
# elsewhere than Debian.
packages_of_missing_commands() {
  local pair
  for pair in "$@"; do
    if ! command -v "${pair%:*}" >/dev/null; then printf '%s\n' "${pair#*:}"; fi
  done
}

# What the web pages take besides, and what their tests do.
mapfile -t web_packages < <(packages_of_missing_commands node:nodejs npm:npm)
# The shell is the same engine without windows: a page is open in half the time.
browser_packages=()
if ! command -v chromium >/dev/null; then
  mapfile -t browser_packages < <(packages_of_missing_commands chromium-headless-shell:chromium-headless-shell)
fi

# What the engine of the playground takes besides: a C++ compiler and libraries for WebAssembly.
wasm_packages=(
  clang-19
  libc++-19-dev-wasm32
  libc++abi-19-dev-wasm32
  libclang-rt-19-dev-wasm32
  lld-19
  wasi-libc
)

# What the benchmarks take besides.
bench_packages=(
  libbenchmark-dev
  python3
)

# Other simulators, for `scripts/bench --peers`.
peer_packages=(
  libns3-dev
  libsystemc-dev
  python3-simpy3
)
