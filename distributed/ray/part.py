"""What happens on a node: one range of a run is judged by dasdlab, in a folder of its own.

Nothing here knows Ray. The functions are sent to the nodes by value, so that these need nothing but Ray and Python.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

DONE = "done"
AGAIN = "again"
STOP = "stop"

# What dasdlab says with its exit code of what came of a range: nothing is gained by asking again after these.
REFUSED = {2, 3, 4, 5}

# Of what dasdlab says when it fails, so much is passed on.
MAX_SAID = 4_000

# Files whose SHA-256 this process has made, by path, size and time.
KNOWN: dict[tuple[Path, int, int], str] = {}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()


def known(path: Path) -> str:
    """The SHA-256 of a file, made once for as long as it is the same: a process on a node judges many ranges."""
    its = path.stat()
    key = (path, its.st_size, its.st_mtime_ns)
    if key not in KNOWN:
        KNOWN[key] = digest(path)
    return KNOWN[key]


def program(job: dict[str, Any], fetched: Callable[[], bytes], folder: Path) -> Path:
    """The program of the campaign: the node's own where it is the same, or a copy of the driver's."""
    own = Path(job["binary"])
    try:
        if own.stat().st_size == job["size"] and known(own) == job["sha256"] and os.access(own, os.X_OK):
            return own
    except OSError:
        pass  # It is not on this node.
    copy = folder / "dasdlab"
    copy.write_bytes(fetched())
    copy.chmod(0o700)
    return copy


def judged(command: list[str], where: str) -> tuple[int, str]:
    """Runs dasdlab. Gives its exit code, negative where a signal ended it, and the end of what it said."""
    cwd = where if Path(where).is_dir() else None  # Suites may be named by paths; not every node has the folder.
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, cwd=cwd)
        try:
            while True:
                try:
                    code = child.wait(timeout=0.5)
                    break
                except subprocess.TimeoutExpired:
                    pass  # Wakes up now and then, so that a cancelled task ends here.
        except BaseException:
            child.kill()
            child.wait()
            raise
        said.seek(max(0, said.seek(0, os.SEEK_END) - MAX_SAID))
        return code, said.read().decode(errors="replace").strip()


def ended(code: int, is_whole: bool) -> str:
    """What to do about a range, by dasdlab's exit code and whether its result is there."""
    if code in REFUSED:
        return STOP
    # 1 is a verdict, and 70 is one too where the range was judged to its end: merging says so again.
    if is_whole and code in (0, 1, 70):
        return DONE
    # 75, a signal, or asked to end with its node.
    return AGAIN if code < 0 or code in (70, 75, 130, 137, 143) else STOP


def why(code: int) -> str:
    """How dasdlab ended, in words."""
    if code >= 0:
        return f"dasdlab ended with {code}"
    try:
        return f"dasdlab was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"dasdlab was ended by signal {-code}"


def published(data: bytes, path: Path) -> None:
    """Writes a file that is there whole or not at all. Whoever writes the same range writes the same bytes."""
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with staged.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def run(job: dict[str, Any], fetched: Callable[[], bytes]) -> dict[str, Any]:
    """Judges one range. What it gives says how it ended and, where it is done, has the result, packed."""
    folder = Path(tempfile.mkdtemp(prefix="dasdlab-part-"))
    try:
        dasdlab = program(job, fetched, folder)
        results = folder / "results"
        command = [str(dasdlab), "--quiet", "run", *job["arguments"], "--threads", str(job["threads"])]
        command += ["--partition", f"{job['start']}..{job['end']}", "--results", str(results)]
        code, said = judged(command, job["where"])
        result = results / job["name"]
        how = ended(code, result.is_file())
        outcome: dict[str, Any] = {"how": how, "code": code, "why": why(code), "said": said}
        if how == DONE:
            outcome["run"] = (results / "run.json").read_bytes()
            data = result.read_bytes()
            if job["shared"]:
                published(data, Path(job["shared"]) / job["name"])
            else:
                outcome["result"] = zlib.compress(data, 6)
        return outcome
    except OSError as error:
        return {"how": AGAIN, "code": 75, "why": f"the node failed: {error}", "said": ""}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
