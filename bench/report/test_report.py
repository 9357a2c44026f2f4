"""Run by ctest as bench_report."""

import pathlib
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import page  # noqa: E402
import scaling  # noqa: E402
import table  # noqa: E402
import turns  # noqa: E402
from runs import DifferentWork, Runs  # noqa: E402


def passes(*rates_of_each, label="hash=1"):
    """A pass for each dict of name -> operations a second."""
    return [{name: {"items_per_second": rate, "label": label} for name, rate in rates.items()}
            for rates in rates_of_each]


class ARatioIsTakenWithinAPass(unittest.TestCase):
    def test_so_a_slow_pass_does_not_matter(self):
        runs = Runs(passes({"mm1/hand_written": 30e6, "mm1/scenario": 15e6},
                           {"mm1/hand_written": 10e6, "mm1/scenario": 5e6},
                           {"mm1/hand_written": 12e6, "mm1/scenario": 9e6}))
        self.assertEqual(runs.ratio("mm1/scenario", "mm1/hand_written"), 0.5)
        self.assertEqual(runs.per_s("mm1/hand_written"), 12e6)

    def test_and_is_nothing_where_one_was_not_run(self):
        runs = Runs(passes({"mm1/scenario": 15e6}))
        self.assertIsNone(runs.ratio("mm1/scenario", "mm1/hand_written"))


class OtherWorkInAnotherPass(unittest.TestCase):
    def test_is_an_error(self):
        with self.assertRaises(DifferentWork):
            Runs(passes({"x": 1}) + passes({"x": 1}, label="hash=2"))


class InTurns(unittest.TestCase):
    def test_a_ratio_is_taken_within_a_turn(self):
        # The machine is at half its speed in the second.
        result = turns.summary([((10e-9, "h"), (8e-9, "h")), ((20e-9, "h"), (16e-9, "h")),
                                ((10e-9, "h"), (9e-9, "h"))])
        self.assertEqual(turns.row("x", result),
                         f"{'x':<34}{'10.0':>10}{'9.0':>10}   0.800  [0.800, 0.850]")

    def test_other_work_is_marked(self):
        result = turns.summary([((1e-9, "h"), (1e-9, "other"))])
        self.assertTrue(turns.row("x", result).endswith("  *"))

    def test_a_program_that_fails_is_named(self):
        with self.assertRaisesRegex(turns.Failed, "^false .*failed"):
            turns.one_turn(("false", "true"), "x", "tiny")
        with self.assertRaisesRegex(turns.Failed, "^false .*failed"):
            turns.names_in("false", "x", "tiny")
        with self.assertRaisesRegex(turns.Failed, "^/no/such/program cannot be run: No such file"):
            turns.names_in("/no/such/program", "x", "tiny")


class TheTable(unittest.TestCase):
    def test_says_whether_a_target_is_met(self):
        runs = Runs(passes({"mm1/hand_written": 30e6, "mm1/command": 15e6,
                            "request/hand_fused/storm/10": 5e6,
                            "request/scenario/storm/10": 1e6}))
        text = table.as_text(runs)
        self.assertRegex(text, r"squall run` as a process +15\.00 +0\.50 +0\.50 met")
        self.assertRegex(text, r"as a scenario +1\.00 +0\.033 +0\.20 +0\.60 missed")
        markdown = table.as_markdown(runs)
        self.assertIn("| storm, 10 workers: fused by hand | 5.00 | 0.17 |", markdown)

    def test_gives_times_for_what_takes_nanoseconds(self):
        runs = Runs(passes({"hold/priority_queue/1000": 1e7, "hold/event_queue/1000": 2.5e7}))
        self.assertRegex(table.as_text(runs), r"EventQueue +40\.00 +2\.50 +2\.35 met")

    def test_notices_when_the_two_sides_did_not_do_the_same(self):
        both = passes({"request/hand_fused/storm/10": 5e6, "request/scenario/storm/10": 1e6})
        both[0]["request/hand_fused/storm/10"]["attempts"] = 2.0
        both[0]["request/scenario/storm/10"]["attempts"] = 2.05
        self.assertEqual(table.different_tolls(Runs(both)), [])
        both[0]["request/scenario/storm/10"]["attempts"] = 2.2
        self.assertEqual(len(table.different_tolls(Runs(both))), 1)


class Scaling(unittest.TestCase):
    runs = Runs(passes({"scaling/in_flight/100": 5e6, "scaling/in_flight/1000000": 1e6,
                        "scaling/services/1": 2e5, "scaling/services/10": 1e5}))

    def test_is_a_row_for_each_extent(self):
        self.assertIn("requests in flight\t1000000\t1000000\t1000.0\t\n",
                      scaling.as_tsv(self.runs))
        self.assertIn("| 1,000,000 | 1,000,000 | 1,000 | x5.0 |",
                      scaling.as_markdown(self.runs, "picture.svg"))

    def test_is_a_picture_with_every_point_inside_it(self):
        root = xml.etree.ElementTree.fromstring(scaling.as_svg(self.runs))
        width, height = float(root.get("width")), float(root.get("height"))
        circles = root.findall("{http://www.w3.org/2000/svg}circle")
        self.assertEqual(len(circles), 4)
        for circle in circles:
            self.assertTrue(0 < float(circle.get("cx")) < width)
            self.assertTrue(0 < float(circle.get("cy")) < height)
        # More requests a second stand higher.
        self.assertLess(float(circles[0].get("cy")), float(circles[1].get("cy")))


class APage(unittest.TestCase):
    def test_gets_its_block_replaced_and_nothing_else(self):
        text = "a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n"
        self.assertEqual(page.replaced(text, "x", "new\n"),
                         "a\n<!-- bench:x -->\nnew\n<!-- /bench:x -->\nb\n")

    def test_without_the_block_is_an_error(self):
        with self.assertRaises(ValueError):
            page.replaced("a\n", "x", "new")


if __name__ == "__main__":
    unittest.main()
