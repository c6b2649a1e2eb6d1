# SPDX-License-Identifier: MPL-2.0
"""The simulation itself: a seed is repeatable, and each planted fault is caught, with a line that repeats it."""

import re
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parent / "run"
SEEDS_FOR_A_BREAK = 1500  # the rarest is met about once in three hundred


def sim(*args):
    return subprocess.run([RUN, *args], capture_output=True, text=True, timeout=300)


def breaks():
    return [line.split()[0] for line in sim("--list-breaks").stdout.splitlines()]


def test_the_same_seed_is_the_same_run():
    first, second = (sim("--seed", "17").stdout for _ in range(2))
    trace = re.search(r"trace ([0-9a-f]{16})", first)
    assert trace is not None and trace.group() in second
    assert trace.group() not in sim("--seed", "18").stdout


@pytest.mark.parametrize("name", breaks())
def test_planted_fault_is_caught(name):
    done = sim("--seeds", str(SEEDS_FOR_A_BREAK), "--break", name)
    assert done.returncode == 1, done.stdout
    again = re.search(r"^repeat: tests/sim/run (--seed \d+ --break \S+)$", done.stdout, re.M)
    assert again is not None, done.stdout
    same = sim(*again.group(1).split())
    assert same.returncode == 1 and same.stdout == done.stdout


def test_an_unknown_break_is_refused():
    assert sim("--break", "nothing").returncode == 2
