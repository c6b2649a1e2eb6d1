# SPDX-License-Identifier: MPL-2.0
"""deploy/install-deps where everything is there already, and where a jar is not what it should be."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = Path(os.environ.get("PARLOEB_CACHE") or Path.home() / ".cache/parloeb")


def install(cache, *args):
    return subprocess.run([ROOT / "deploy/install-deps", *args], capture_output=True, text=True,
                          env={**os.environ, "PARLOEB_CACHE": str(cache)}, timeout=300)


@pytest.fixture
def cache(tmp_path):
    shutil.copytree(CACHE / "kafka-4.2.0", tmp_path / "kafka-4.2.0")
    for tools in CACHE.glob("*-tests-*"):
        (tmp_path / tools.name).symlink_to(tools)
    return tmp_path


def test_a_second_run_says_that_all_is_there(cache):
    done = install(cache, "--tests")
    assert done.returncode == 0, done.stderr
    assert "are there, checksums right" in done.stdout
    assert "installing" not in done.stdout and "fetching" not in done.stdout


def test_quiet_says_nothing_when_there_is_nothing_to_do(cache):
    done = install(cache, "--quiet")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_changed_jar_is_named(cache):
    jar = cache / "kafka-4.2.0/slf4j-api-1.7.36.jar"
    data = bytearray(jar.read_bytes())
    data[1000] ^= 1
    jar.write_bytes(data)
    done = install(cache)
    assert done.returncode == 1
    assert "checksum differs: slf4j-api-1.7.36.jar" in done.stderr


def test_a_missing_and_a_foreign_jar_are_named(cache):
    folder = cache / "kafka-4.2.0"
    (folder / "re2j-1.8.jar").rename(folder / "foreign.jar")
    done = install(cache)
    assert done.returncode == 1
    assert "missing: re2j-1.8.jar" in done.stderr
    assert "not in SHA256SUMS: foreign.jar" in done.stderr


def test_an_unknown_argument_is_refused(cache):
    done = install(cache, "--test")
    assert done.returncode == 1
    assert "unknown argument '--test'" in done.stderr
