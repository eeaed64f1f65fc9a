"""A mixed story against a served site, by the control face and the command line alone.

A foreign job mirrors a source and takes a target; profile setup says so (PS12, PS13); the job's sessions end, setup passes, a backup runs;
of a second backup a split is refused in the middle, which ends as a backup without a backup: part of the set is split and held by nobody,
the profile needs setup.

    story.py DASDLAB SITE [SESSIONS]

SESSIONS names a module whose `Sessions(url, certificate, user)` makes and ends the foreign job's sessions by another client.
"""

import importlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

PROFILE = "IMSP FULL"
SOURCE, OTHER = "2000", "20A0"
BCV, TARGET = "20B0", "2091"


class Server:
    def __init__(self, dasdlab, site):
        self.dasdlab = dasdlab
        command = [dasdlab, "serve", site, "--http", "--speed", "hand"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.report = json.loads(self.process.stdout.readline())
        self.url = self.report["control"]["url"]

    def ask(self, method, path, body=None, status=200):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/control/v1{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            found, text = error.code, error.read()
        said = json.loads(text) if text else None
        assert found == status, f"{method} {path}: expected {status}, found {found}: {said}"
        return said

    def check(self, code):
        """What `dasdlab check --server` finds, as reasons with their subjects."""
        command = [self.dasdlab, "check", "--server", self.url, "--profile", PROFILE, "--message-format", "json"]
        ended = subprocess.run(command, stdout=subprocess.PIPE, timeout=120)
        verdict = json.loads(ended.stdout)
        found = {(finding["code"], finding["reason"], *finding["subjects"]) for finding in verdict["findings"]}
        assert (ended.returncode, verdict["return_code"]) == (code, code), (ended.returncode, verdict)
        return found

    def set_up(self, code):
        """`dasdlab setup --server`, while virtual time is moved to whatever happens next."""
        command = [self.dasdlab, "setup", "--server", self.url, "--profile", PROFILE, "--message-format", "json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
            for _ in range(3000):
                if running.poll() is not None:
                    break
                if self.ask("GET", "/clock")["next_ms"] is not None:
                    self.ask("POST", "/clock/advance")
                time.sleep(0.02)
            said = json.loads(running.communicate(timeout=60)[0])
        assert running.returncode == code, (running.returncode, said)
        return said

    def work(self, body, path="job"):
        """A piece of work from its beginning to its end."""
        name = PROFILE.replace(" ", "%20")
        number = self.ask("POST", f"/profiles/{name}/{path}", body, 202)["work"]
        for _ in range(3000):
            piece = self.ask("GET", f"/work/{number}")
            if piece["state"] != "running":
                return piece
            self.ask("POST", "/clock/advance")
        raise AssertionError(f"work {number} comes to no end: {piece}")

    def panel(self):
        return self.ask("GET", f"/profiles/{PROFILE.replace(' ', '%20')}")

    def stop(self):
        self.process.terminate()
        ended = self.process.wait(timeout=30)
        assert ended == 143, ended


class ByControl:
    """The foreign job's sessions by the control face."""

    def __init__(self, server):
        self.server = server

    def order(self, order, standard, bcv):
        self.server.ask("POST", "/mirrors/orders", {"standard": standard, "bcv": bcv, "order": order, "by": "FOREIGN"})

    def make(self, standard, bcv):
        self.order("establish-full", standard, bcv)

    def end(self, standard, bcv):
        self.order("split-forced", standard, bcv)
        self.order("cancel", standard, bcv)


def main(dasdlab, site, module=None):
    server = Server(dasdlab, site)
    try:
        if module:
            report = server.report
            sessions = importlib.import_module(module).Sessions(report["arrays"][0]["url"], report["certificate"], report["user"])
        else:
            sessions = ByControl(server)
        assert server.check(0) == set()

        # A foreign BCV on a source, and a target on a foreign volume.
        sessions.make(SOURCE, BCV)
        sessions.make(OTHER, TARGET)
        found = server.check(8)
        assert any(code == "PS12E" and reason == "established" and f"unit:{SOURCE}" in subjects for code, reason, *subjects in found), found
        assert any(code == "PS13E" and reason == "established" and f"unit:{TARGET}" in subjects for code, reason, *subjects in found), found
        before = server.ask("GET", "/events")["newest"]
        refused = server.set_up(8)
        assert refused["commands"] == [] or all("mirror" not in done["command"] for done in refused["commands"]), refused
        after = server.ask("GET", f"/events?after={before}")["events"]
        assert not any(event["object"].startswith("mirror ") and PROFILE in event["cause"] for event in after), after
        print("a foreign session: PS12 and PS13, and setup orders nothing")

        # They end, and setup passes.
        sessions.end(SOURCE, BCV)
        sessions.end(OTHER, TARGET)
        assert server.check(0) == set()
        passed = server.set_up(0)
        assert (passed["state"], passed["reason"]) == ("ready", None), passed
        backup = server.work({"wait": "2h"})
        assert (backup["state"], backup["return_code"]) == ("ended", 0), backup
        panel = server.panel()
        assert panel["generations"][0]["backup"]["valid"] and panel["state"] == "ready", panel
        print("sessions ended: setup passes, the backup is valid, the next generation is synchronized")

        # In the middle of the next split one pair is refused.
        fault = {
            "name": "second-pair",
            "what": {"refuse": {"code": "device-not-ready", "pair": {"profile": PROFILE, "generation": 2, "nth": 2}}},
            "when": {"phase": {"name": "split"}},
        }
        server.ask("POST", "/faults", fault, 201)
        server.ask("POST", "/faults", fault, 409)
        broken = server.work({"wait": "2h"})
        assert (broken["state"], broken["return_code"]) == ("ended", 8), broken
        panel = server.panel()
        assert panel["setup_needed"] == "split-failed", panel
        second = panel["generations"][1]
        assert second["backup"] and not second["backup"]["valid"], second
        # A part of the set is split, which the record says, and no hold is left on it; the first backup stays.
        assert second["copies"] == {"Split": 3, "Synchronized": 1} and second["held"] == 0, second
        assert panel["generations"][0]["backup"]["valid"] and not panel["generations"][0]["backup"].get("expired"), panel
        faults = server.ask("GET", "/faults")
        assert any(entry["fault"]["name"] == "second-pair" and entry["state"] == "over" for entry in faults), faults
        print("a refused split: no backup, part of the set is split, setup is needed, the backup before it stays")

        # What was saved goes on: setup mends it.
        site = server.ask("GET", "/site")
        server.ask("PUT", "/site", site)
        assert server.panel()["setup_needed"] == "split-failed"
        assert server.set_up(0)["state"] == "ready"
        print("saved, loaded, and set up again")
    finally:
        server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
