"""What the Ray driver decides without Ray.

DASDLAB=target/release/dasdlab python -m unittest distributed/tests/test_ray_parts.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "ray"))

import campaign
import folder
import part

BINARY = Path(os.environ.get("DASDLAB", "target/release/dasdlab")).resolve()
SELECTION = ["setups", "--setups", "30"]


class InAFolder(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)
        (self.scratch / "calls").mkdir()

    def job(self, binary: Path, arguments: list[str]) -> dict[str, Any]:
        """The third of the three ranges of a small run."""
        facts = {"binary": str(binary), "size": binary.stat().st_size, "sha256": part.digest(binary)}
        place = {"where": str(self.scratch), "shared": "", "threads": 1}
        return {**facts, **place, "arguments": arguments, "start": 20, "end": 30, "name": folder.Range(20, 30).name}


class Ends(InAFolder):
    """What a range does about the ends of dasdlab."""

    def check(self, code: str, expected: str) -> None:
        flaky = {"FLAKY_BINARY": str(BINARY), "FLAKY_FOLDER": str(self.scratch / "calls"), "FLAKY_TIMES": "99"}
        os.environ.update({**flaky, "FLAKY_CODE": code})
        outcome = part.run(self.job(HERE / "flaky.sh", SELECTION), bytes)
        self.assertEqual(outcome["how"], expected, f"{code}: {outcome['why']}")
        self.assertEqual("result" in outcome, expected == part.DONE, code)

    def test_verdicts_are_done_and_what_cannot_be_mended_stops(self) -> None:
        table = {part.DONE: ["late"], part.AGAIN: ["70", "75", "kill", "143"], part.STOP: ["2", "3", "4", "5", "99"]}
        for expected, codes in table.items():
            for code in codes:
                self.check(code, expected)

    def test_a_node_without_the_program_gets_it(self) -> None:
        job = {**self.job(BINARY, SELECTION), "binary": "/nowhere/dasdlab"}
        self.assertEqual(part.run(job, BINARY.read_bytes)["how"], part.DONE)

    def test_another_program_of_the_same_name_is_not_used(self) -> None:
        other = self.scratch / "dasdlab"
        other.write_text("#!/bin/sh\nexit 2\n")
        other.chmod(0o755)
        job = {**self.job(BINARY, SELECTION), "binary": str(other)}
        self.assertEqual(part.run(job, BINARY.read_bytes)["how"], part.DONE)

    def test_nothing_is_left_on_a_node(self) -> None:
        tempfile.tempdir = str(self.scratch / "calls")
        self.addCleanup(setattr, tempfile, "tempdir", None)
        part.run(self.job(BINARY, SELECTION), bytes)
        self.assertEqual(list((self.scratch / "calls").iterdir()), [])


class Ranges(unittest.TestCase):
    """How a run is divided."""

    def test_ranges_lie_end_to_end_and_differ_by_one_at_most(self) -> None:
        for pieces, count in [(1, 5), (7, 3), (2500, 7), (100_000_000, None), (17, None), (10**12, None), (3, 3)]:
            ranges = folder.divided(pieces, count)
            self.assertEqual((ranges[0].start, ranges[-1].end), (0, pieces))
            self.assertTrue(all(one.end == two.start for one, two in pairwise(ranges)))
            sizes = {one.end - one.start for one in ranges}
            self.assertTrue(min(sizes) >= 1 and max(sizes) - min(sizes) <= 1, f"{pieces} in {count}: {sizes}")
            self.assertLessEqual(len(ranges), folder.MAX_RANGES)

    def test_a_range_is_called_as_dasdlab_calls_it(self) -> None:
        self.assertEqual(folder.Range(0, 2500).name, "0000000000-0000002500.jsonl")


class Folders(InAFolder):
    """What a campaign finds in its folder."""

    def refused(self, resume: bool, arguments: list[str], ranges: int) -> str:
        with self.assertRaises(folder.Stop) as caught:
            self.opened(resume, arguments, ranges)
        self.assertEqual(caught.exception.code, 2)
        return str(caught.exception)

    def opened(self, resume: bool, arguments: list[str], ranges: int) -> set[folder.Range]:
        planned = folder.plan(BINARY, arguments, ranges)
        return folder.Folder(self.scratch / "results", BINARY).open(planned, resume)

    def test_what_is_there_and_holds_true_is_found(self) -> None:
        self.assertEqual(self.opened(False, SELECTION, 3), set())
        outcome = part.run({**self.job(BINARY, SELECTION), "shared": str(self.scratch / "results")}, bytes)
        self.assertNotIn("result", outcome)
        self.assertEqual(self.opened(True, SELECTION, 3), {folder.Range(20, 30)})
        self.assertIn("--resume", self.refused(False, SELECTION, 3))
        self.assertIn("give --ranges as it was", self.refused(True, SELECTION, 4))
        self.assertIn("another run", self.refused(True, ["setups", "--setups", "31"], 3))
        file = self.scratch / "results" / folder.Range(20, 30).name
        file.write_bytes(file.read_bytes()[:-20])
        self.assertEqual(self.opened(True, SELECTION, 3), set())
        self.assertTrue(file.with_name(file.name + ".damaged").exists())

    def test_what_dasdlab_does_not_take_is_refused_before_anything_is_started(self) -> None:
        self.refused(False, ["setups", "--bogus"], 3)
        self.assertFalse((self.scratch / "results").exists())


class Commands(unittest.TestCase):
    """The command line."""

    def check(self, arguments: list[str], code: int, said: str) -> None:
        command = [sys.executable, str(HERE.parent / "ray/campaign.py"), *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(ended.returncode, code, ended.stderr)
        self.assertIn(said, ended.stderr)

    def test_what_a_campaign_cannot_pass_on_is_refused(self) -> None:
        for option in campaign.NOT_HERE:
            self.check(["--results", "x", "--", f"{option}=1"], 2, campaign.NOT_HERE[option])
        self.check(["--results", "x", "--binary", "/nowhere/dasdlab"], 2, "cannot be started")
        self.check(["--results", "x", "--ranges", "0"], 2, "expected a number from 1")
        self.check([], 2, "--results")

    def test_known_failures_are_named_to_the_merge_as_well(self) -> None:
        for arguments in (["--expectations", "known.toml"], ["--expectations=known.toml"]):
            self.assertEqual(campaign.known_failures(["setups", *arguments, "--seed", "3"]), arguments)
        self.assertEqual(campaign.known_failures(["setups"]), [])

    def test_the_log_is_lines_of_json(self) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            folder.Folder(Path(scratch), BINARY).log("done", start=1, end=2)
            line = json.loads(Path(scratch, folder.LOG).read_text())
        self.assertEqual((line["event"], line["start"], line["end"]), ("done", 1, 2))


if __name__ == "__main__":
    unittest.main()
