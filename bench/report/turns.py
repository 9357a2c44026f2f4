#!/usr/bin/env python3
"""What a change brought: the benchmarks of two builds in turns. See scripts/bench --against.

turns.py BEFORE AFTER [--size full|quick|tiny] [--passes N] [--filter REGEX]

BEFORE and AFTER are two programs squall_bench. Of each benchmark both are started at once, so that
on one processor, which is up to the caller, they take turns of a few milliseconds: whatever slows the
machine meets both. Times are processor time.
"""

import argparse
import json
import statistics
import subprocess
import sys

usual = "^(hold/event_queue|mm1/scenario|request/scenario|shape)(/|$)"


class Failed(Exception):
    pass


def names_in(program, pattern, size):
    """The benchmarks of a program, in its order."""
    command = [program, f"--size={size}", "--benchmark_list_tests", f"--benchmark_filter={pattern}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Failed(f"{program} cannot be run: {error.strerror}") from None
    if "Failed to match any benchmarks" in done.stderr:
        return []
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}")
    return [line.split("/iterations:")[0] for line in done.stdout.split()]


def one_turn(programs, name, size):
    """[(seconds for each operation, what was done)] of each program."""
    command = [f"--size={size}", f"--benchmark_filter=^{name}/iterations:1(/|$)",
               "--benchmark_format=json"]
    running = [subprocess.Popen([program, *command], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True) for program in programs]
    said = [process.communicate() for process in running]
    measured = []
    for program, (out, errors) in zip(programs, said):
        try:
            entry = json.loads(out)["benchmarks"][0]
            measured.append((1 / entry["items_per_second"], entry["label"]))
        except (ValueError, LookupError, ZeroDivisionError):
            raise Failed(f"{program} {' '.join(command)} failed: {errors.strip()[-300:]}") from None
    return measured


def summary(turns):
    """Of turns of two programs: median of either, median and quartiles of the ratios, and whether
    they did the same."""
    before = statistics.median(first[0] for first, _ in turns)
    after = statistics.median(second[0] for _, second in turns)
    ratios = [second[0] / first[0] for first, second in turns]
    low, _, high = (statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1
                    else ratios * 3)
    same = all(first[1] == second[1] for first, second in turns)
    return before, after, statistics.median(ratios), (low, high), same


def row(name, result):
    before, after, ratio, (low, high), same = result
    return (f"{name:<34}{1e9 * before:>10.1f}{1e9 * after:>10.1f}"
            f"{ratio:>8.3f}  [{low:.3f}, {high:.3f}]{'' if same else '  *'}")


heading = f"{'ns for each':<34}{'before':>10}{'after':>10}{'ratio':>8}  [quartiles]"
footnote = "* not the same work: the results of the two differ."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--size", default="full")
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--filter", default=usual)
    options = parser.parse_args()

    known = set(names_in(options.before, options.filter, options.size))
    names = names_in(options.after, options.filter, options.size)
    both = [name for name in names if name in known]
    if not both:
        raise Failed(f"no benchmark of either is named {options.filter}; see scripts/bench --list")
    print(heading, flush=True)
    others = False
    for name in both:
        result = summary([one_turn((options.before, options.after), name, options.size)
                          for _ in range(options.passes)])
        others = others or not result[-1]
        print(row(name, result), flush=True)
    for name in names:
        if name not in known:
            print(f"{name:<34}{'-':>10}   there was none before")
    if others:
        print(footnote)


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"turns.py: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
