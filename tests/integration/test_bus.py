# SPDX-License-Identifier: MPL-2.0
"""The Kafka layer alone on a real broker: the cmocka programs of bus/, each test one of theirs."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from ghost_proxy import GhostProxy
from kafka import Cluster

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(os.environ.get("PARLOEB_BIN") or ROOT / "build/dev/bin")
PROGRAMS = (ROOT / BIN).parent / "tests"


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("kafka"))
    cluster.start(1, heap="512m")
    yield cluster.bootstrap()
    cluster.kill()


@pytest.mark.parametrize("program", ["bus_topics", "bus_txn", "bus_group"])
def test_program(bootstrap, program):
    done = subprocess.run([PROGRAMS / program], env={**os.environ, "PARLOEB_KAFKA": bootstrap},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=300, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^\[  PASSED  \] [1-9]", done.stdout, re.MULTILINE), done.stdout


def ghost(bootstrap, mode):
    """Plays bus_ghost through the proxy; what it saw and the broker's answer to the late EndTxn."""
    proxy = GhostProxy(bootstrap)
    with subprocess.Popen([PROGRAMS / "bus_ghost", mode], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "PARLOEB_KAFKA": proxy.address}) as program:
        try:
            assert program.stdout.readline() == "before\n"
            proxy.keep_next()
            program.stdin.write("go\n")
            program.stdin.flush()
            assert program.stdout.readline() == "open\n"
            answer = proxy.hand_over()
            program.stdin.write("go\n")
            program.stdin.flush()
            seen = list(iter(program.stdout.readline, "end\n"))
            assert program.wait(60) == 0
        finally:
            program.kill()
            proxy.close()
    return [line.removeprefix("seen ").strip() for line in seen], answer


INVALID_PRODUCER_EPOCH, PRODUCER_FENCED = 47, 90


def test_a_late_end_of_a_transaction_meets_a_new_epoch(bootstrap):
    seen, answer = ghost(bootstrap, "guarded")
    assert answer in (INVALID_PRODUCER_EPOCH, PRODUCER_FENCED)
    assert seen == ["first"]


def test_without_the_guard_it_commits_what_was_to_be_aborted(bootstrap):
    """The test of the test above: the proxy's late request is one that does harm."""
    seen, answer = ghost(bootstrap, "plain")
    assert answer == 0
    assert seen == ["first", "second"]
