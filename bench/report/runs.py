"""What squall_bench measured: its JSON files, one for each pass over all benchmarks."""

import json
import pathlib
import statistics


class DifferentWork(Exception):
    """A benchmark did not do the same in every pass, or an error kept it from doing it."""


class Runs:
    """Several passes. A ratio is taken within each pass, then the median of them: whatever else
    the machine was doing during a pass, it did to both."""

    def __init__(self, passes):
        """passes: a list of dicts, name -> one entry of Google Benchmark's JSON."""
        self.passes = passes
        hashes = {}
        for results in passes:
            for name, result in results.items():
                label = result.get("label", "")
                if hashes.setdefault(name, label) != label:
                    raise DifferentWork(f"{name}: {label}, before {hashes[name]}")

    @classmethod
    def read(cls, folder):
        passes = []
        for path in sorted(pathlib.Path(folder).glob("pass-*.json")):
            results = {}
            for entry in json.loads(path.read_text(encoding="utf-8"))["benchmarks"]:
                name = entry["run_name"].split("/iterations:")[0]
                if entry.get("error_occurred"):
                    raise DifferentWork(f"{name}: {entry.get('error_message')}")
                results[name] = entry
            passes.append(results)
        return cls(passes)

    def names(self):
        """In the order in which they ran."""
        return list(dict.fromkeys(name for results in self.passes for name in results))

    def per_s(self, name):
        """Operations in a second of processor time; None when it was not run."""
        return self._median(result[name]["items_per_second"] for result in self.passes
                            if name in result)

    def counter(self, name, counter):
        return self._median(result[name][counter] for result in self.passes
                            if name in result and counter in result[name])

    def hash(self, name):
        for results in self.passes:
            if name in results:
                return results[name].get("label", "").removeprefix("hash=")
        return None

    def ratio(self, name, baseline):
        """How many times as fast as the baseline; None where one of the two was not run."""
        return self._median(results[name]["items_per_second"] /
                            results[baseline]["items_per_second"]
                            for results in self.passes if name in results and baseline in results)

    def spread(self, name):
        """Half of the distance of the fastest from the slowest, as a share of the median."""
        values = [results[name]["items_per_second"] for results in self.passes if name in results]
        if len(values) < 2:
            return None
        return (max(values) - min(values)) / 2 / statistics.median(values)

    @staticmethod
    def _median(values):
        values = list(values)
        return statistics.median(values) if values else None
