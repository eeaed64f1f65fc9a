#!/usr/bin/env python3
"""The manifests: valid by the schema of Kubernetes, true in themselves, and their command run as a pod would run it.

python manifests.py BINARY        with kubernetes-validate, which has the schemas
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

VERSION = "1.37"
HERE = Path(__file__).resolve().parent.parent
SELECTION = ["--undirected", "--setups", "800", "--stories", "200"]


def check(held: bool, what: str) -> None:
    """Ends the test where something does not hold."""
    if not held:
        sys.exit(f"manifests: {what}")


def documents(path: Path) -> list[dict[str, Any]]:
    """What a manifest declares, each valid by the schema."""
    found = list(yaml.safe_load_all(path.read_text()))
    for document in found:
        kubernetes_validate.validate(document, VERSION, strict=True)
        print(f"{path.name}: {document['kind']} {document['metadata']['name']}: valid for {VERSION}")
    return found


def codes(job: dict[str, Any]) -> dict[str, set[int]]:
    """Which exit codes have which action; what the schema does not ask is asked here."""
    pod = job["spec"]["template"]["spec"]
    check(pod["restartPolicy"] == "Never", "a policy for failed pods needs restartPolicy Never")
    (name,) = [container["name"] for container in pod["containers"]]
    actions: dict[str, set[int]] = {}
    for rule in job["spec"]["podFailurePolicy"]["rules"]:
        check(rule["action"] in {"Ignore", "FailJob", "Count"}, f"{rule['action']} is no action")
        asked = rule.get("onExitCodes")
        if asked:
            check(asked["containerName"] == name and asked["operator"] == "In", "a rule for another container")
            actions.setdefault(rule["action"], set()).update(asked["values"])
    return actions


def pod(job: dict[str, Any], results: Path, binary: Path, **more: str) -> list[str]:
    """The command of a pod, with folders of this machine."""
    container = job["spec"]["template"]["spec"]["containers"][0]
    own = {entry["name"]: entry["value"] for entry in container.get("env", [])}
    os.environ.update({**own, "DASDLAB": str(binary), "PATH": f"{HERE}:{os.environ['PATH']}", **more})
    return [word.replace("/results", str(results)) for word in container["command"]]


def main(binary: Path) -> None:
    """All of it."""
    claim, job = documents(HERE / "kubernetes/job.yaml")
    (merge,) = documents(HERE / "kubernetes/merge.yaml")
    for one in (job, merge):
        volume = one["spec"]["template"]["spec"]["volumes"][0]
        check(volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"], "another claim")
    ranges = {entry["name"]: entry["value"] for entry in job["spec"]["template"]["spec"]["containers"][0]["env"]}["RANGES"]
    check(int(ranges) == job["spec"]["completions"], "completions and RANGES differ")
    check(codes(job) == {"FailJob": {2, 3, 4, 5}, "Count": {70, 75, 130, 137, 143}}, "the run's exit codes")
    check(codes(merge) == {"FailJob": {1, 2, 3, 4, 5, 70}}, "the merge's exit codes")

    with tempfile.TemporaryDirectory() as work:
        whole, results = Path(work, "whole"), Path(work, "results")
        subprocess.run([binary, "--quiet", "run", *SELECTION, "--results", whole], check=True, stdout=subprocess.DEVNULL)
        command = pod(job, results, binary, RANGES="3")
        for index in range(3):
            os.environ["JOB_COMPLETION_INDEX"] = str(index)
            subprocess.run([*command, *SELECTION], check=True, stderr=subprocess.DEVNULL)
        one = Path(work, "one.jsonl")
        subprocess.run(
            [*pod(merge, results, binary), "-o", one], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        (undivided,) = whole.glob("*-*.jsonl")
        check(one.read_bytes() == undivided.read_bytes(), "the pods' results are not those of the undivided run")
    print("kubernetes: 3 indexes by the manifest's command, merged: the bytes of the undivided run")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
