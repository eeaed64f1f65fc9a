"""Dell's own tests of clones, as they are, against copies that are instantaneous: one process for each test."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

from served import PASSWORD, USER, Served

SITE = pathlib.Path(__file__).parent / "site.toml"
SERIAL = "000197800001"
MODULE = "PyU4V.tests.ci_tests.test_pyu4v_ci_clone"
LIMIT = 180

# The wheel has no tests: those of the checkout are put in its package.
START = """
import sys, types, PyU4V
import testtools
# Newer releases of the test library have dropped a name that the tests use.
if not hasattr(testtools.TestCase, "assertEquals"):
    testtools.TestCase.assertEquals = testtools.TestCase.assertEqual
PyU4V.__path__.append(sys.argv[1])
import unittest
unittest.main(module=None, argv=["vendor", sys.argv[2]])
"""

CONFIGURATION = f"""[setup]
username={USER}
password={PASSWORD}
server_ip=127.0.0.1
port={{port}}
array={SERIAL}
verify={{certificate}}
"""


def main(binary, checkout):
    package = pathlib.Path(checkout) / "PyU4V"
    text = (package / "tests" / "ci_tests" / "test_pyu4v_ci_clone.py").read_text()
    names = re.findall(r"def (test_\w+)", text)
    with Served(binary, SITE, "--speed", "instant") as served, tempfile.TemporaryDirectory() as home:
        configuration = CONFIGURATION.format(port=served.port(SERIAL), certificate=served.certificate)
        pathlib.Path(home, "PyU4V.conf").write_text(configuration)
        # Each waits a while for an array that takes its time: all of them at once.
        environment = {**os.environ, "HOME": home, "PYTHONDONTWRITEBYTECODE": "1"}
        runs = [
            subprocess.Popen(
                [sys.executable, "-c", START, str(package), f"{MODULE}.CITestClone.{name}"],
                cwd=home,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for name in names
        ]
        said = [run.communicate(timeout=LIMIT)[0] for run in runs]
    passed = 0
    for name, run, text in zip(names, runs, said, strict=True):
        if run.returncode == 0 and "Ran 1 test" in text:
            passed += 1
        else:
            print(f"{name} failed:\n{text}")
    print(f"Dell's own tests of clones: {passed} of {len(names)}")
    return 0 if names and passed == len(names) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
