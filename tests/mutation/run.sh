#!/usr/bin/env bash
# scripts/mutate on the small tree in fixture/, of which it is known what survives.
#
# run.sh SCRATCH   builds in SCRATCH, which is removed first
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
scratch="$1"
rm -rf "$scratch"
mkdir -p "$scratch"
cp -R "$here/fixture" "$scratch/source"
list="$scratch/source/tests/policy/equivalent_mutants.txt"

# mutate STATUS ARGUMENT...   its output, without the time it took; fails if it ends otherwise
mutate() {
  local expected="$1" status=0
  shift
  "$here/../../scripts/mutate" --source "$scratch/source" --build "$scratch/build" "$@" \
    >"$scratch/out" 2>&1 || status=$?
  sed -e '/^==> building/d' -e 's/ in [0-9]* s:/:/' "$scratch/out"
  if ((status != expected)); then
    printf 'run.sh: status %d, not %d: scripts/mutate %s\n' "$status" "$expected" "$*" >&2
    return 1
  fi
}

# expect TEXT, of what `mutate` printed
expect() {
  diff -u --label expected <(printf '%s\n' "$1") --label found "$scratch/found" >&2
}

mutate 1 >"$scratch/found"
expect '==> testing 16 mutants
squall/policy/gate.cpp:6: if (a >= b) return a;  [mutant 0]
squall/policy/gate.cpp:27: return level <= mark; [2 of 2]  [mutant 20]
squall/policy/gate.cpp:32: return those_who_stand_in_a_single_line_before_this_gate >  [mutant 24]
squall/policy/gate.hpp:17: [[nodiscard]] inline bool is_slow(Duration took) { return took >= Duration{100} - 1; }  [mutant 1006]
squall/policy/gate.hpp:20: [[nodiscard]] inline bool is_cold(double degrees) { return degrees <= 0.0; }  [mutant 1008]  (no test comes here)
16 mutants: 11 noticed, 0 equivalent, 5 survived'

# The number of a mutant is good for one by hand.
SQUALL_MUTANT=0 "$scratch/build/build/test_policy"
if SQUALL_MUTANT=4 "$scratch/build/build/test_policy"; then
  echo "run.sh: mutant 4 was not noticed" >&2
  exit 1
fi

# What is in the list does not count, and what is in it for nothing does.
cat >"$list" <<'LIST'
# a comment
squall/policy/gate.cpp: if (a >= b) return a;  // of two that are equal, either is the larger
LIST
mutate 1 --only gate.cpp --time-limit 0 >"$scratch/found"
expect '==> testing 11 mutants
0 mutants: 0 noticed, 0 equivalent, 0 survived
the time was up: 11 were not tried'
mutate 1 --only 'gate.c*' >"$scratch/found"
expect '==> testing 11 mutants
squall/policy/gate.cpp:27: return level <= mark; [2 of 2]  [mutant 20]
squall/policy/gate.cpp:32: return those_who_stand_in_a_single_line_before_this_gate >  [mutant 24]
11 mutants: 8 noticed, 1 equivalent, 2 survived'
cat >>"$list" <<'LIST'
squall/policy/gate.cpp: return level <= mark; [2 of 2]  // not true, but this is a test
squall/policy/gate.cpp: return those_who_stand_in_a_single_line_before_this_gate >  // nor is this
LIST
mutate 0 --only gate.cpp >"$scratch/found"
expect '==> testing 11 mutants
11 mutants: 8 noticed, 3 equivalent, 0 survived'
cat >>"$list" <<'LIST'
squall/policy/gate.cpp: return level <= mark; [1 of 2]  // it is not
squall/policy/gate.cpp: if (b >= a) return a;  // this was taken out
squall/policy/gate.hpp: in another file  // and so left alone
LIST
mutate 1 --only gate.cpp | sort >"$scratch/found"
expect '11 mutants: 8 noticed, 3 equivalent, 0 survived
==> testing 11 mutants
tests/policy/equivalent_mutants.txt:5: the tests do notice it: squall/policy/gate.cpp: return level <= mark; [1 of 2]
tests/policy/equivalent_mutants.txt:6: there is no such mutant: squall/policy/gate.cpp: if (b >= a) return a;'
echo 'squall/policy/gate.cpp: if (a >= b) return a;' >>"$list"
mutate 2 >"$scratch/found"
