#!/usr/bin/env python3
"""What scripts/bench shows of what it measured. Not meant to be called by hand.

report.py RESULTS [--scaling] [--json FILE] [--write PAGE]

RESULTS is a folder: pass-*.json of squall_bench, machine.txt, and, where they were measured,
scaling/pass-*.json, peers.tsv, instructions.tsv.
"""

import argparse
import json
import pathlib
import statistics
import sys

import page
import scaling
import table
from runs import DifferentWork, Runs


def peers(folder):
    """[(name, millions of customers a second or None, ratio to the loop or None, note)]."""
    path = folder / "peers.tsv"
    if not path.exists():
        return []
    measured = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, per_s, loop_per_s, note = line.split("\t")
        entry = measured.setdefault(name, ([], [], note))
        if per_s:
            entry[0].append(float(per_s))
            entry[1].append(float(per_s) / float(loop_per_s))
    return [(name, statistics.median(rates) / 1e6 if rates else None,
             statistics.median(ratios) if ratios else None, note)
            for name, (rates, ratios, note) in measured.items()]


def peers_text(entries):
    lines = ["The same M/M/1 in other simulators, customers",
             f"  {'':<46}{'M/s':>9}{'of the loop':>37}"]
    for name, per_s, ratio, note in entries:
        if per_s is None:
            lines.append(f"  {name:<46}{'-':>9}   {note}")
        else:
            lines.append(f"  {name:<46}{per_s:>9.3f}{ratio:>37.3f}   {note}".rstrip())
    return "\n".join(lines) + "\n"


def peers_markdown(entries):
    lines = ["**The same M/M/1 in other simulators, customers**", "",
             "|  | M/s | of the loop |  |", "|---|--:|--:|---|"]
    for name, per_s, ratio, note in entries:
        figures = ("-", "-") if per_s is None else (f"{per_s:.3f}", f"{ratio:.3f}")
        lines.append(f"| {name} | {figures[0]} | {figures[1]} | {note} |")
    return "\n".join(lines) + "\n"


def instructions(folder):
    """[(what, instructions for each customer or request)]."""
    path = folder / "instructions.tsv"
    if not path.exists():
        return []
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(what, float(count)) for what, count in rows]


def instructions_text(rows):
    lines = ["Instructions (callgrind)"]
    lines += [f"  {what:<55}{count:>9.1f}" for what, count in rows]
    return "\n".join(lines) + "\n"


def instructions_markdown(rows):
    lines = ["|  | instructions |", "|---|--:|"]
    lines += [f"| {what} | {count:,.1f} |" for what, count in rows]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.results
    try:
        runs = Runs.read(folder)
        growth = Runs.read(folder / "scaling")
    except DifferentWork as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    others = peers(folder)
    counts = instructions(folder)
    machine = (folder / "machine.txt").read_text(encoding="utf-8")

    blocks = []
    if runs.names():
        blocks.append(table.as_text(runs))
    if others:
        blocks.append(peers_text(others))
    if growth.names():
        blocks.append(scaling.as_tsv(growth))
        (folder / "scaling.tsv").write_text(scaling.as_tsv(growth), encoding="utf-8")
        (folder / "scaling.svg").write_text(scaling.as_svg(growth), encoding="utf-8")
    if counts:
        blocks.append(instructions_text(counts))
    print("\n".join([machine] + blocks), end="")

    if arguments.json:
        document = {
            "machine": machine.strip().splitlines(),
            "benchmarks": table.as_json(runs),
            "scaling": table.as_json(growth),
            "peers": [{"name": name, "per_s": per_s and per_s * 1e6, "of_loop": ratio,
                       "note": note} for name, per_s, ratio, note in others],
            "instructions": [{"what": what, "each": count} for what, count in counts],
        }
        arguments.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")

    if arguments.write:
        text = arguments.write.read_text(encoding="utf-8")
        facts = "```\n" + machine.strip() + "\n```"
        if runs.names():
            text = page.replaced(text, "table", facts + "\n\n" + table.as_markdown(runs))
        if others:
            text = page.replaced(text, "peers", facts + "\n\n" + peers_markdown(others))
        if growth.names():
            picture = arguments.write.with_name(arguments.write.stem + "-scaling.svg")
            picture.write_text(scaling.as_svg(growth), encoding="utf-8")
            text = page.replaced(text, "scaling",
                                 facts + "\n\n" + scaling.as_markdown(growth, picture.name))
        if counts:
            text = page.replaced(text, "instructions",
                                 facts + "\n\n" + instructions_markdown(counts))
        arguments.write.write_text(text, encoding="utf-8")

    findings = table.different_tolls(runs)
    for finding in findings:
        print(f"bench: not the same work: {finding}", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
