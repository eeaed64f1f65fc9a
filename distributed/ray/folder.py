"""The folder of a campaign: dasdlab's own folder of results, and a log of what was started where.

What is in it is asked of dasdlab itself; no file of results is read here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from part import published

# Pieces of work in a range where nothing is said: half a minute or so.
RANGE = 10_000

# At least so many ranges where nothing is said, so that a small run is divided too.
MIN_RANGES = 16

# More files than this dasdlab does not take in one folder.
MAX_RANGES = 1_000_000

RUN = "run.json"
LOG = "campaign.jsonl"


class Stop(Exception):
    """The campaign cannot go on; the exit code is dasdlab's for the same cause."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Range(NamedTuple):
    """Pieces of work from the first up to, and without, the second."""

    start: int
    end: int

    @property
    def name(self) -> str:
        """How dasdlab calls the file of this range."""
        return f"{self.start:010}-{self.end:010}.jsonl"

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"


class Plan(NamedTuple):
    """What is to be done: the head of the run, and its ranges, which lie end to end."""

    run: bytes
    ranges: list[Range]


def divided(pieces: int, count: int | None) -> list[Range]:
    """So many ranges, as even as can be; the same for the same run, whatever the cluster."""
    if count is None:
        count = max(-(-pieces // RANGE), MIN_RANGES)
    count = max(1, min(count, pieces, MAX_RANGES))
    borders = [pieces * k // count for k in range(count + 1)]
    return [Range(start, end) for start, end in pairwise(borders)]


def plan(binary: Path, arguments: list[str], ranges: int | None) -> Plan:
    """Asks dasdlab how long the run is. What it does not take, it refuses here, before anything is started."""
    with tempfile.TemporaryDirectory(prefix="dasdlab-plan-") as scratch:
        command = [str(binary), "--quiet", "run", *arguments, "--partition", "0..0", "--results", scratch]
        try:
            ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        except OSError as error:
            raise Stop(2, f"{binary} cannot be started: {error.strerror}") from error
        if ended.returncode != 0:
            code = ended.returncode if ended.returncode > 0 else 75
            raise Stop(code, f"dasdlab does not take this run, and ended with {ended.returncode}")
        run = (Path(scratch) / RUN).read_bytes()
    return Plan(run, divided(json.loads(run)["pieces"], ranges))


class Folder:
    """A folder of results that is being filled."""

    def __init__(self, path: Path, binary: Path) -> None:
        self.path = path
        self.binary = binary

    def open(self, plan: Plan, resume: bool) -> set[Range]:
        """Makes or finds the folder; gives the ranges that are there already and hold true."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.begin(plan.run)
        except OSError as error:
            raise Stop(75, f"{self.path} cannot be used: {error}") from error
        named = {known.name: known for known in plan.ranges}
        there = [file.name for file in self.path.glob("*-*.jsonl")]
        if there and not resume:
            raise Stop(2, f"{self.path} has results already: --resume goes on with them; or name another folder")
        foreign = sorted(name for name in there if name not in named)
        if foreign:
            count = len(plan.ranges)
            raise Stop(2, f"{self.path / foreign[0]} is none of {count} ranges: give --ranges as it was")
        return {named[name] for name in self.proven(there)}

    def begin(self, run: bytes) -> None:
        """Writes of what run the results are, or holds it against what is written."""
        head = self.path / RUN
        if not head.exists():
            published(run, head)
        elif head.read_bytes() != run:
            raise Stop(2, f"{head} is of another run, version or implementation: name another folder")

    def proven(self, names: list[str]) -> list[str]:
        """Those files that add up. What is damaged is put aside."""
        if not names:
            return []
        proven = []
        for line in self.verified():
            name = Path(line["file"]).name
            if name not in names:
                continue
            if line["proven"]:
                proven.append(name)
            else:
                said = line.get("error", "does not add up")
                print(f"note: {self.path / name} {said}: put aside, and done again", file=sys.stderr)
                (self.path / name).rename(self.path / f"{name}.damaged")
        return proven

    def verified(self, *more: str) -> list[dict[str, Any]]:
        """What `dasdlab verify-report` says of the folder, a line for each file and one for the folder."""
        command = [str(self.binary), "--message-format", "json", "verify-report", *more, str(self.path)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        if ended.returncode not in (0, 1, 2):
            raise Stop(75, f"dasdlab verify-report ended with {ended.returncode}")
        return [json.loads(line) for line in ended.stdout.splitlines()]

    def log(self, event: str, **facts: Any) -> None:
        """Says in the log what became of a range."""
        line = {"event": event, **facts, "at": round(time.time(), 3)}
        with (self.path / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
