# SPDX-License-Identifier: MPL-2.0
"""The test of tests/run: stages with planted faults, each of which must make it fail."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build/self-test"
STAGES = ROOT / "tests/self-test/stages"

# stage, what the last line must be, the exit code
EXPECTED = (
    ("green", "1 passed, 0 failed", 0),
    ("assertion", "1 passed, 1 failed", 1),     # a broken assertion in a cmocka test
    ("overflow", "0 passed, 1 failed", 1),      # a heap overflow, seen by ASan alone
    ("undefined", "0 passed, 1 failed", 1),     # a signed overflow, seen by UBSan alone
    ("leak", "1 passed, 1 failed", 1),          # lost memory in a test that passes
    ("pytest", "1 passed, 1 failed", 1),        # a broken assertion in a pytest
    ("pytest-import", "0 passed, 1 failed", 1),  # a test file that cannot be read
    ("silent", "0 passed, 1 failed", 1),        # ends 0 and says nothing
    ("empty", "0 passed, 1 failed", 1),         # ran no test
    ("liar", "3 passed, 1 failed", 1),          # says that all is well and ends 3
    ("hang", "0 passed, 1 failed", 1),          # overruns its limit
    ("litter", "1 passed, 1 failed", 1),        # leaves a process running
)


def build_planted():
    """The planted programs in a build of their own: the sanitizers are on, as in the preset asan."""
    options = ["-DPLB_SELF_TEST=ON", "-DPLB_SANITIZE=address,undefined",
               "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS=-O1"]
    for argv in (["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", *options],
                 ["cmake", "--build", BUILD, "--target", "plb_planted_tests"]):
        done = subprocess.run([str(a) for a in argv], cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            print(done.stdout)
            return False
    return True


def check(stage, last, code, logs):
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/lib/run.py"), "--stages", str(STAGES),
         "--only", stage, "--logs", logs], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout.rstrip().splitlines()[-1:]
    good = (said == [last] and done.returncode == code
            and ("\n--- why\n" in done.stdout) == (code != 0))
    print(f"{stage:<14} {'as expected' if good else 'NOT as expected'}: "
          f"{' '.join(said)!r}, exit {done.returncode}", flush=True)
    if not good:
        print(done.stdout)
    return good


def main():
    if not build_planted():
        print("0 passed, 1 failed")
        return 1
    with tempfile.TemporaryDirectory() as logs:
        good = [check(*row, logs) for row in EXPECTED]
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    return 0 if all(good) else 1
