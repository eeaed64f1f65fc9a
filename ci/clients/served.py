"""A server of dasdlab for as long as a client needs it."""

import json
import os
import subprocess

USER = PASSWORD = "dasdlab"

# Either of them would be trusted in place of the certificate that a client is given.
for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
    os.environ.pop(name, None)


class Served:
    """`dasdlab serve` with these arguments, in a `with` block."""

    def __init__(self, binary, *arguments):
        self.command = [binary, "serve", *map(str, arguments)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(self.command)} ended with {self.process.wait()} before it served anything")
        self.report = json.loads(line)
        return self

    def array(self, serial):
        """The address of an array."""
        return next(array["url"] for array in self.report["arrays"] if array["serial"] == serial)

    def port(self, serial):
        """The port of an array."""
        return int(self.array(serial).rstrip("/").rsplit(":", 1)[1])

    @property
    def certificate(self):
        return self.report["certificate"]

    @property
    def control(self):
        return self.report["control"]["url"]

    def __exit__(self, *_):
        self.process.terminate()
        code = self.process.wait(timeout=30)
        if code != 143:
            raise SystemExit(f"the server ended with {code}: expected 143")
