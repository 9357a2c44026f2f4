#!/usr/bin/env bash
# The same scenario and seed give byte-identical JSON from every compiler and optimisation level,
# with the CPU features of glibc switched off, under valgrind, and on any number of threads; another
# seed differs.
#   tests/identity/run.sh [BUILD_FOLDER]
# Builds the command three times below BUILD_FOLDER (default build/identity). Needs g++, clang++-19,
# cmake, ninja and valgrind. Prints a line for each comparison; exit status 1 when one differs.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
builds=${1:-$root/build/identity}

build() {
  local name=$1 compiler=$2 flags=$3
  cmake -S "$root" -B "$builds/$name" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_CXX_FLAGS="$flags" -DSQUALL_BUILD_TESTS=OFF >"$builds/$name.log" 2>&1 || { cat "$builds/$name.log"; exit 1; }
  cmake --build "$builds/$name" --target squall >>"$builds/$name.log" 2>&1 || { tail -n 40 "$builds/$name.log"; exit 1; }
  find "$builds/$name" -type f -name squall -perm -u+x | head -n 1
}

mkdir -p "$builds"
echo "building with g++ -O0, g++ -O3 and clang++-19 -O3 -march=native"
reference=$(build gcc-o0 g++ "-O0")
optimised=$(build gcc-o3 g++ "-O3 -DNDEBUG")
other=$(build clang-native clang++-19 "-O3 -DNDEBUG -march=native")

failures=0
compared=0
same() {
  compared=$((compared + 1))
  if cmp -s "$2" "$3"; then
    printf 'same    %s\n' "$1"
  else
    printf 'DIFFERS %s\n' "$1"
    failures=$((failures + 1))
  fi
}

# A scenario whose expectation is not met ends with status 1; its JSON counts all the same.
run() {
  local into=$1 status=0
  shift
  "$@" >"$into" 2>"$into.err" || status=$?
  [ "$status" -le 1 ] || { echo "$* ended with status $status"; cat "$into.err"; exit 1; }
}

without_fma=glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-FMA4_Usable,-AVX512F,-AVX512F_Usable
for file in "$root"/scenarios/*.yaml; do
  name=$(basename "$file" .yaml)
  out=$builds/$name
  run "$out.o0.json" "$reference" compare "$file" --json -
  run "$out.o3.json" "$optimised" compare "$file" --json -
  run "$out.clang.json" "$other" compare "$file" --json -
  run "$out.plain.json" env GLIBC_TUNABLES="$without_fma" "$optimised" compare "$file" --json -
  run "$out.seed.json" "$optimised" compare "$file" --seed 424242 --json -
  [ -s "$out.o0.json" ] || { echo "no JSON for $name"; exit 1; }
  same "$name: g++ -O0, g++ -O3" "$out.o0.json" "$out.o3.json"
  same "$name: g++ -O3, clang++-19 -O3 -march=native" "$out.o3.json" "$out.clang.json"
  same "$name: glibc with and without FMA" "$out.o3.json" "$out.plain.json"
  # Names and settings are the same, so the lines differ by more than the seed's own only where
  # something is drawn.
  if [ "$(diff "$out.o3.json" "$out.seed.json" | grep -c '^<')" -gt 1 ]; then
    printf 'differs %s: another seed, as it should\n' "$name"
  else
    printf 'note    %s: nothing in it is drawn\n' "$name"
  fi
done

out=$builds/tutorial-bursts
run "$out.valgrind.json" valgrind --quiet --error-exitcode=99 "$optimised" compare \
  "$root/scenarios/tutorial-bursts.yaml" --json -
same "tutorial-bursts: under valgrind" "$out.o3.json" "$out.valgrind.json"
[ "$(diff "$out.o3.json" "$out.seed.json" | grep -c '^<')" -gt 1 ] || {
  echo "DIFFERS NOT tutorial-bursts: another seed gives the same"
  failures=$((failures + 1))
}

# Many runs, on one thread and on several.
out=$builds/replications
study() { run "$1" "$2" compare "$root/scenarios/tutorial-bursts.yaml" --replications 20 --jobs "$3" --json -; }
study "$out.o0.json" "$reference" 1
study "$out.o3.json" "$optimised" 2
study "$out.clang.json" "$other" 7
same "20 replications: g++ -O0 on one thread, g++ -O3 on two" "$out.o0.json" "$out.o3.json"
same "20 replications: g++ -O3 on two threads, clang++-19 -O3 -march=native on seven" "$out.o3.json" "$out.clang.json"

if [ "$failures" -gt 0 ]; then
  echo "$failures of $compared comparisons differ"
  exit 1
fi
echo "$compared comparisons, all byte-identical"
