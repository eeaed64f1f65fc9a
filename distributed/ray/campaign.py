#!/usr/bin/env python3
"""Spreads one `dasdlab run` over a Ray cluster, or over the processors of this machine.

    python distributed/ray/campaign.py --results night -- --setups 100000 --stories 50000

What stands behind `--` is what `dasdlab run` would be given. The run is divided into ranges; each is judged by some node, and
what comes of it is a file in the folder, there whole or not at all. A range whose node died is judged again elsewhere. At the
end the folder is proven and merged: the report and the exit code are those of the undivided run.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from folder import Folder, Plan, Stop, plan

# Options of `dasdlab run` that a campaign has itself, or that say nothing of a part alone.
NOT_HERE = {
    "--results": "the campaign has --results of its own: name it before the --",
    "--resume": "the campaign has --resume of its own: name it before the --",
    "--threads": "the campaign has --threads of its own: name it before the --",
    "--partition": "the campaign divides the run itself",
    "--range-size": "a range of a campaign is one file",
    "--fail-fast": "ranges are judged side by side, to their ends",
    "--report": "make reports of the results at the end: dasdlab merge DIR --report …",
    "--write-expectations": "write them in a run on one machine",
    "--twin": "repeat a sample in a run on one machine",
    "--until": "what is generated until something is reached cannot be divided",
    "--message-format": "say it to dasdlab merge or verify-report at the end",
}


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        description="Spread one `dasdlab run` over a Ray cluster, or over the processors of this machine.",
        epilog="Exit codes: those of `dasdlab run`; 75 also where a range was lost too often or the cluster went away. "
        "After 75, 130 and 143 the same call with --resume goes on.",
    )
    parser.add_argument("--binary", type=Path, default=Path("target/release/dasdlab"), help="dasdlab (%(default)s)")
    parser.add_argument("--results", type=Path, required=True, metavar="DIR", help="the folder that is filled")
    parser.add_argument("--resume", action="store_true", help="go on with what the folder has")
    parser.add_argument(
        "--ranges", type=count, metavar="N", help="divide the run into so many (10,000 pieces of work each, 16 at least)"
    )
    parser.add_argument("--threads", type=count, default=1, metavar="N", help="processors for a range (%(default)s)")
    parser.add_argument("--attempts", type=count, default=4, metavar="N", help="how often a range is tried (%(default)s)")
    parser.add_argument("--shared", action="store_true", help="nodes write into DIR themselves, which all of them have")
    parser.add_argument("--output", "-o", type=Path, metavar="FILE", help="also write all results as one file, .jsonl")
    parser.add_argument("--address", metavar="HOST:PORT", help="the cluster, or auto; this machine where left out")
    parser.add_argument("--cpus", type=count, metavar="N", help="without --address: so many processors of this machine")
    parser.add_argument(
        "--object-store-memory", type=count, default=200_000_000, metavar="BYTES", help="without --address (%(default)s)"
    )
    parser.add_argument("arguments", nargs="*", metavar="-- ARGUMENT", help="what `dasdlab run` is given")
    return parser.parse_args()


def count(text: str) -> int:
    """A number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected a number from 1")
    return number


def refused(arguments: list[str]) -> None:
    """Refuses what a campaign cannot pass on."""
    for argument in arguments:
        why = NOT_HERE.get(argument.split("=", 1)[0])
        if why:
            raise Stop(2, f"{argument}: {why}")


def known_failures(arguments: list[str]) -> list[str]:
    """The file of known failures among the arguments, which merging wants too."""
    for at, argument in enumerate(arguments):
        if argument == "--expectations" and at + 1 < len(arguments):
            return [argument, arguments[at + 1]]
        if argument.startswith("--expectations="):
            return [argument]
    return []


def imported() -> ModuleType:
    """What needs Ray; reading help or refusing an option does not."""
    try:
        import cluster
    except ImportError as error:
        raise Stop(2, f"Ray cannot be used: {error}; pip install -r distributed/ray/requirements.txt") from error
    return cluster


def joined(asked: argparse.Namespace, folder: Folder) -> int:
    """Proves that nothing is lost or doubled, and reports as the undivided run would."""
    wrong = [line for line in folder.verified("--whole") if not line["proven"]]
    for line in wrong:
        print(f"{line['file']}: {line.get('error') or 'lacks ' + line['missing']}", file=sys.stderr)
    if wrong:
        raise Stop(75, "the results do not add up; --resume does again what is damaged")
    command = [str(asked.binary), "merge", str(asked.results), *known_failures(asked.arguments)]
    command += ["--output", str(asked.output)] if asked.output else []
    code = subprocess.run(command, check=False).returncode
    return code if code >= 0 else 128 - code


def campaign(asked: argparse.Namespace) -> int:
    """The whole campaign; gives the exit code of merging."""
    refused(asked.arguments)
    asked.binary, asked.results = asked.binary.absolute(), asked.results.absolute()
    planned: Plan = plan(asked.binary, asked.arguments, asked.ranges)
    folder = Folder(asked.results, asked.binary)
    there = folder.open(planned, asked.resume)
    left = [known for known in planned.ranges if known not in there]
    if there:
        print(f"{len(there)} of {len(planned.ranges)} ranges are there already", file=sys.stderr)
    if left:
        cluster = imported()
        folder.log("began", ranges=len(planned.ranges), there=len(there), arguments=asked.arguments)
        cluster.drive(asked, folder, planned, left)
    return joined(asked, folder)


def main() -> int:
    """The exit code."""
    asked = options()
    try:
        return campaign(asked)
    except Stop as stop:
        print(f"error: {stop}" if stop.code < 128 else stop, file=sys.stderr)
        return stop.code
    except OSError as error:
        print(f"error: this machine failed: {error}; --resume goes on", file=sys.stderr)
        return 75
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
