# SPDX-License-Identifier: MPL-2.0
"""The Kafka layer alone on a real broker: the cmocka programs of bus/, each test one of theirs."""

import os
import re
import subprocess
from pathlib import Path

import pytest

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
