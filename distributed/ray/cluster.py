"""The ranges on a Ray cluster: handed out, watched, and handed out again where they were lost.

Ray could start a lost task again by itself. It is done here, so that it is bounded, and stands in the log.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import sys
import time
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
import ray.exceptions

import part
from folder import Folder, Plan, Range, Stop

# Seconds between two looks at whether to stop.
TURN = 0.5

# Seconds between two lines of progress.
LINE = 5.0

# Seconds that a range rests after dasdlab failed on it, doubled each time.
REST = 1.0
MAX_REST = 60.0

# Seconds that a cluster may take to answer.
HEARD = 10

# Seconds that the result of a range may take to come here.
FETCH = 600


@dataclass
class Try:
    """A range that is to be judged, or is being judged."""

    range: Range
    attempt: int = 1
    after: float = 0.0
    node: str = ""
    host: str = ""


def begun(job: dict[str, Any], shipped: list[Any]) -> Iterator[dict[str, Any]]:
    """On a node: says where the range has begun, then what came of it."""
    context = ray.get_runtime_context()
    yield {"node": context.get_node_id(), "host": os.uname().nodename}
    yield part.run(job, lambda: ray.get(shipped[0]))


def heard(address: str) -> None:
    """Asks for an answer at this address: Ray itself takes minutes to say that there is none."""
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdigit():
        return  # `auto` and the like are Ray's to understand.
    try:
        socket.create_connection((host, int(port)), timeout=HEARD).close()
    except OSError as error:
        raise Stop(75, f"no Ray cluster at {address}: {error.strerror or error}") from error


def connect(asked: argparse.Namespace) -> None:
    """Joins the cluster, or starts one on this machine."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        if asked.address:
            heard(asked.address)
            ray.init(address=asked.address, log_to_driver=False)
        else:
            ray.init(
                address="local",
                num_cpus=asked.cpus,
                object_store_memory=asked.object_store_memory,
                include_dashboard=False,
                log_to_driver=False,
            )
    except (ConnectionError, RuntimeError, ValueError, TimeoutError, ray.exceptions.RayError) as error:
        raise Stop(75, f"no Ray cluster at {asked.address or 'this machine'}: {error}") from error


def drive(asked: argparse.Namespace, folder: Folder, plan: Plan, left: list[Range]) -> None:
    """Has these ranges judged."""
    connect(asked)
    # Nodes have neither these files nor, perhaps, the program.
    for module in (part, sys.modules[__name__]):
        ray.cloudpickle.register_pickle_by_value(module)
    driver = Driver(asked, folder, plan, left)
    before = {number: signal.signal(number, driver.asked_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        driver.run()
    finally:
        driver.give_up()
        ray.shutdown()
        for number, handler in before.items():
            signal.signal(number, handler)


class Driver:
    """Hands out ranges and takes back what came of them."""

    def __init__(self, asked: argparse.Namespace, folder: Folder, plan: Plan, left: list[Range]) -> None:
        self.asked, self.folder, self.plan = asked, folder, plan
        self.fresh = deque(Try(one) for one in left)
        self.resting: list[Try] = []
        self.running: dict[Any, Try] = {}
        self.done = len(plan.ranges) - len(left)
        self.lost = 0
        self.stopped = 0
        self.said = self.counted = -LINE
        self.slots = 0
        binary: Path = asked.binary
        self.shipped = [ray.put(binary.read_bytes())]
        self.job = {
            "binary": str(binary),
            "size": binary.stat().st_size,
            "sha256": part.digest(binary),
            "arguments": asked.arguments,
            "threads": asked.threads,
            "where": str(Path.cwd()),
            "shared": str(folder.path) if asked.shared else "",
        }
        self.task = ray.remote(max_retries=0, num_cpus=asked.threads, num_returns="streaming")(begun)

    def asked_to_stop(self, number: int, _frame: object) -> None:
        """A signal came: the loop ends at its next turn."""
        self.stopped = number

    def run(self) -> None:
        """Until every range is done."""
        while self.fresh or self.resting or self.running:
            if self.stopped:
                raise Stop(128 + self.stopped, "stopped; what is done stays, and --resume goes on")
            self.hand_out()
            if not self.running:
                time.sleep(TURN)
                continue
            ready, _ = ray.wait(list(self.running), num_returns=1, timeout=TURN)
            for stream in ready:
                self.step(stream)
            self.progress()
        self.progress(last=True)

    def hand_out(self) -> None:
        """Keeps twice as many ranges with the cluster as it can judge at once."""
        while len(self.running) < self.room() and (one := self.next()):
            job = {**self.job, "start": one.range.start, "end": one.range.end, "name": one.range.name}
            self.running[self.task.remote(job, self.shipped)] = one

    def next(self) -> Try | None:
        """The range that is handed out next: one that was lost goes first, once it has rested."""
        now = time.monotonic()
        for one in self.resting:
            if one.after <= now:
                self.resting.remove(one)
                return one
        return self.fresh.popleft() if self.fresh else None

    def room(self) -> int:
        """How many ranges the cluster may have; nodes come and go."""
        now = time.monotonic()
        if now >= self.counted + LINE:
            self.counted = now
            self.slots = 2 * int(ray.cluster_resources().get("CPU", 0)) // self.asked.threads
        return max(2, self.slots)

    def step(self, stream: Any) -> None:
        """Takes what a range has to say."""
        one = self.running[stream]
        try:
            said = ray.get(next(stream), timeout=FETCH)
        except (ray.exceptions.RayError, StopIteration) as error:
            # What failed in the code on the node is of another kind than what failed in the cluster.
            if isinstance(error, ray.exceptions.RayTaskError) and not isinstance(error.cause, ray.exceptions.RayError):
                raise Stop(70, f"range {one.range}: the driver's own fault: {error}") from error
            self.lost += 1
            self.again(stream, f"its node or process was lost ({type(error).__name__})", rest=0.0)
            return
        if "how" not in said:
            one.node, one.host = said["node"], said["host"]
            self.note("started", one)
        elif said["how"] == part.DONE:
            self.keep(stream, said)
        elif said["how"] == part.STOP:
            self.note("refused", one, why=said["why"])
            raise Stop(said["code"], f"range {one.range}: {said['why']}\n{said['said']}")
        else:
            rest = min(MAX_REST, REST * 2 ** (one.attempt - 1))
            self.again(stream, "\n".join(filter(None, (said["why"], said["said"]))), rest)

    def keep(self, stream: Any, said: dict[str, Any]) -> None:
        """Keeps the result of a range."""
        one = self.running.pop(stream)
        if said["run"] != self.plan.run:
            raise Stop(2, f"range {one.range}: {one.host} judged another run: are suites and settings the same there?")
        if "result" in said:
            part.published(zlib.decompress(said["result"]), self.folder.path / one.range.name)
        self.done += 1
        self.note("done", one, code=said["code"])

    def again(self, stream: Any, why: str, rest: float) -> None:
        """Hands a range out again, if it was not tried too often."""
        one = self.running.pop(stream)
        self.note("lost", one, why=why)
        print(f"range {one.range}, attempt {one.attempt} of {self.asked.attempts}: {why}", file=sys.stderr)
        if one.attempt >= self.asked.attempts:
            raise Stop(75, f"range {one.range} failed {one.attempt} times; what is done stays, and --resume goes on")
        self.resting.append(Try(one.range, one.attempt + 1, time.monotonic() + rest))

    def note(self, event: str, one: Try, **facts: Any) -> None:
        """Says it in the log."""
        where = {"host": one.host, "node": one.node} if one.node else {}
        self.folder.log(event, start=one.range.start, end=one.range.end, attempt=one.attempt, **facts, **where)

    def progress(self, last: bool = False) -> None:
        """Says on stderr how far it is."""
        now = time.monotonic()
        if not last and now < self.said + LINE:
            return
        self.said = now
        at = [one for one in self.running.values() if one.node]
        nodes = len({one.node for one in at})
        text = (
            f"{self.done} of {len(self.plan.ranges)} ranges done, {len(at)} under way, nodes at work: {nodes}, lost: {self.lost}"
        )
        if not at and not last:
            text += f"; waiting for a node with free processors ({self.asked.threads} for a range)"
        print(text, file=sys.stderr, flush=True)

    def give_up(self) -> None:
        """Ends what is still under way: its results are not wanted any more."""
        for stream in self.running:
            # Otherwise it ends with the driver.
            with contextlib.suppress(ray.exceptions.RayError, ValueError, TypeError):
                ray.cancel(stream)
        deadline = time.monotonic() + 5
        while self.running and time.monotonic() < deadline:
            ready, _ = ray.wait(list(self.running), num_returns=1, timeout=TURN)
            for stream in ready:
                try:
                    ray.get(next(stream), timeout=1)
                except (ray.exceptions.RayError, StopIteration):
                    self.running.pop(stream)
