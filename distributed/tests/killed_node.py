#!/usr/bin/env python3
"""The Ray driver on a cluster of two nodes of which one goes down in the middle of a range.

    python distributed/tests/killed_node.py target/release/dasdlab     with the Python that has Ray

Everything happens in a network namespace of its own that has nothing but `lo`. The second node has a process namespace of its
own, in which everything dies at once, as where the power fails; and it has neither the program nor the driver. Afterwards, on the
node that is left: a program that fails now and then, one that cannot be used, and a campaign that is stopped and goes on.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CAMPAIGN = HERE.parent / "ray/campaign.py"
SECOND = "second"
ADDRESS = "127.0.0.1:6379"
NODE = ["--num-cpus=1", "--object-store-memory=100000000", "--node-ip-address=127.0.0.1"]
NAMESPACE = ["unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]

# Long enough to be met in the middle of a range.
SELECTION = ["--undirected", "--setups", "5600", "--stories", "1400"]
RANGES = 8
SMALL = ["--undirected", "--setups", "400", "--stories", "100"]

# On a busy machine Ray is not patient enough with itself, and gives up after 20 seconds.
STARTS = 4

# The most seconds that anything may take.
PATIENCE = 240


def check(held: bool, what: str) -> None:
    """Ends the test where something does not hold."""
    if not held:
        sys.exit(f"killed node: {what}")


def until(what: str, found: Callable[[], Any]) -> Any:
    """Waits for something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_found := found():
            return is_found
        time.sleep(0.02)
    sys.exit(f"killed node: waited {PATIENCE} s for {what}")


class Test:
    """A cluster of two nodes, and campaigns on it."""

    def __init__(self, binary: Path, work: Path) -> None:
        self.work = work
        self.binary = work / "bin/dasdlab"
        self.binary.parent.mkdir()
        subprocess.run(["strip", "-o", self.binary, binary], check=True)

    def campaign(self, name: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """Starts a campaign."""
        command = [sys.executable, CAMPAIGN, "--results", self.work / name, *arguments]
        with (self.work / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    def ended(self, name: str, running: subprocess.Popen[bytes], code: int) -> str:
        """Waits for its end, which must be with this code; gives what it said."""
        try:
            found: int | str = running.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            found = f"nothing after {PATIENCE} s"
        said = (self.work / f"{name}.log").read_text()
        check(found == code, f"{name} ended with {found}, expected {code}:\n{said[-3000:]}")
        return said

    def log(self, name: str, *events: str) -> list[dict[str, Any]]:
        """These events of a campaign's log."""
        try:
            lines = [json.loads(line) for line in (self.work / name / "campaign.jsonl").read_text().splitlines()]
        except (FileNotFoundError, json.JSONDecodeError):
            return []
        return [line for line in lines if line["event"] in events]

    @functools.cached_property
    def undivided(self) -> bytes:
        """The results of one process."""
        folder = self.work / "undivided"
        command = [self.binary, "--quiet", "run", *SELECTION, "--results", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (file,) = folder.glob("*-*.jsonl")
        return file.read_bytes()

    def node_goes_down(self, second: subprocess.Popen[bytes]) -> None:
        """The second node dies while it judges a range."""
        merged = self.work / "merged.jsonl"
        options = ["--address", ADDRESS, "--binary", self.binary, "--ranges", str(RANGES), "--output", merged]
        running = self.campaign("killed", *options, "--", *SELECTION)

        def is_under_way() -> bool:
            """The second node has done a range and is in the middle of another."""
            started, over = (
                Counter(line["host"] for line in self.log("killed", *events)) for events in (["started"], ["done", "lost"])
            )
            return 1 <= over[SECOND] < started[SECOND]

        until("the second node to be in the middle of its second range", is_under_way)
        second.kill()
        self.ended("killed", running, 0)

        lost = self.log("killed", "lost")
        check(any(line.get("host") == SECOND for line in lost), f"lost: {lost}")
        started = Counter(line["start"] for line in self.log("killed", "started"))
        twice = [start for start, times in started.items() if times == 2]
        check(bool(twice), f"no range was started twice: {started}")
        done = Counter(line["start"] for line in self.log("killed", "done"))
        check(len(done) == RANGES and set(done.values()) == {1}, f"done: {done}")
        whole = self.undivided
        check(merged.read_bytes() == whole, "the merged results are not those of the undivided run")
        proof = [self.binary, "verify-report", "--whole", self.work / "killed", merged]
        said = subprocess.run(proof, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        check(len(said) == RANGES + 2, f"files: {said}")
        digest = json.loads(whole.splitlines()[-1])["totals"]["digest"]
        others = sum(line["host"] != SECOND for line in self.log("killed", "done"))
        print(f"killed node: {RANGES - others} ranges done there, then killed in {twice[0]}.., started again elsewhere")
        print(f"killed node: {others} ranges done by the other; merged digest {digest} equals the undivided run's")

    def program_fails(self) -> None:
        """A range is judged again where the program fails, and the campaign ends where that is of no use."""
        for code, times, ends, lost in [("75", "1", 0, 1), ("kill", "1", 0, 1), ("late", "9", 0, 0), ("4", "1", 4, 0)]:
            calls = self.work / f"calls-{code}"
            calls.mkdir()
            flaky = self.work / f"flaky-{code}.sh"
            facts = {"BINARY": self.binary, "FOLDER": calls, "TIMES": times, "CODE": code}
            exports = "\n".join(f"export FLAKY_{key}='{value}'" for key, value in facts.items())
            flaky.write_text(f"#!/bin/sh\n{exports}\nexec sh '{HERE / 'flaky.sh'}' \"$@\"\n")
            flaky.chmod(0o755)
            name = f"fails-{code}"
            options = ["--address", ADDRESS, "--binary", flaky, "--ranges", "2", "--shared"]
            said = self.ended(name, self.campaign(name, *options, "--", *SMALL), ends)
            check(len(self.log(name, "lost")) == lost, f"{name}: {self.log(name, 'lost')}")
            if ends:
                check("this is how it ends" in said, said)
        print("killed node: a range whose process failed was judged again; exit code 4 ended the campaign")

    def stopped_and_resumed(self) -> None:
        """Ctrl-C stops a campaign, and the same call goes on."""
        merged = self.work / "resumed.jsonl"
        options = ["--address", ADDRESS, "--binary", self.binary, "--ranges", str(RANGES), "--output", merged]
        running = self.campaign("stopped", *options, "--", *SELECTION)
        until("the first range", lambda: self.log("stopped", "done"))
        running.send_signal(signal.SIGINT)
        self.ended("stopped", running, 130)
        until("dasdlab to end", lambda: not judging(self.binary))
        there = {line["start"] for line in self.log("stopped", "done")}
        check(0 < len(there) < RANGES, f"{len(there)} ranges were done when it was stopped")
        self.ended("stopped", self.campaign("stopped", *options, "--", *SELECTION), 2)
        before = len(self.log("stopped", "started"))
        self.ended("stopped", self.campaign("stopped", *options, "--resume", "--", *SELECTION), 0)
        again = {line["start"] for line in self.log("stopped", "started")[before:]}
        check(not again & there, "what was done was done again")
        check(merged.read_bytes() == self.undivided, "the resumed results are not the undivided run's")
        print(f"killed node: stopped with {len(there)} of {RANGES} ranges done, resumed: the bytes of the undivided run")


def judging(binary: Path) -> list[str]:
    """The processes of the program."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = process.read_bytes().split(b"\0")
            found += [process.parent.name] if words[0] == os.fsencode(binary) else []
    return found


@contextlib.contextmanager
def cluster(test: Test) -> Iterator[subprocess.Popen[bytes]]:
    """Two nodes; the second one's process is given: it is all of that node."""
    ray = [str(Path(sys.executable).parent / "ray"), "start"]
    with (test.work / "nodes.log").open("wb") as log:
        head = [*ray, "--head", "--port=6379", "--include-dashboard=false", f"--temp-dir={test.work}/ray", *NODE]
        started = any(subprocess.run(head, check=False, stdout=log, stderr=log).returncode == 0 for _ in range(STARTS))
        check(started, f"Ray does not start:\n{(test.work / 'nodes.log').read_text()[-3000:]}")
        # It can see neither the program nor the driver, as on another machine.
        again = f'for try in $(seq {STARTS}); do "$@" && break; done'
        folders = " && ".join(f"mount -t tmpfs none '{folder}'" for folder in (test.binary.parent, CAMPAIGN.parent))
        hidden = f"{folders} && echo {SECOND} >/proc/sys/kernel/hostname && {again}"
        apart = ["unshare", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", hidden, "node"]
        second = subprocess.Popen([*apart, *ray, "--block", f"--address={ADDRESS}", *NODE], stdout=log, stderr=log)
        try:
            yield second
        finally:
            second.kill()
            second.wait()


def namespace() -> str:
    """Why there is no namespace for a cluster; empty where there is one."""
    if missing := [program for program in ("unshare", "ip", "strip") if not shutil.which(program)]:
        return f"there is no {missing[0]}"
    tried = subprocess.run([*NAMESPACE, "ip", "link", "set", "lo", "up"], check=False, stderr=subprocess.PIPE, text=True)
    return "" if tried.returncode == 0 else tried.stderr.strip() or f"unshare ended with {tried.returncode}"


def main() -> int:
    """Makes the namespace, and what is left of it goes when everything in it has ended."""
    if why := namespace():
        print(f"skipped: no network namespace for a cluster of Ray: {why}")
        return 0
    # Sockets of Ray have names of 100 characters at most.
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp") as work:
        return subprocess.run([*NAMESPACE, sys.executable, __file__, sys.argv[1], work], check=False).returncode


def inside(binary: Path, work: Path) -> None:
    """All of it, in the namespace."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    os.environ.update({"HOME": str(work), "RAY_USAGE_STATS_ENABLED": "0", "TMPDIR": str(work)})
    test = Test(binary, work)
    with cluster(test) as second:
        test.node_goes_down(second)
        test.program_fails()
        test.stopped_and_resumed()


if __name__ == "__main__":
    if sys.argv[2:]:
        inside(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
    else:
        sys.exit(main())
