# SPDX-License-Identifier: MPL-2.0
"""Programs of others, as deploy/install-deps --tests puts them (tests/requirements.txt)."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def tool(name):
    """The path of a program of that environment, such as `python` or `schemathesis`."""
    wanted = (ROOT / "tests/requirements.txt").read_bytes()
    cache = Path(os.environ.get("PARLOEB_CACHE") or Path.home() / ".cache/parloeb")
    path = cache / f"python-tests-{hashlib.sha256(wanted).hexdigest()[:12]}/bin/{name}"
    assert path.exists(), f"{path} is missing: run deploy/install-deps --tests"
    return path


def node_modules():
    """The folder for NODE_PATH (tests/node/package-lock.json)."""
    wanted = (ROOT / "tests/node/package-lock.json").read_bytes()
    cache = Path(os.environ.get("PARLOEB_CACHE") or Path.home() / ".cache/parloeb")
    path = cache / f"node-tests-{hashlib.sha256(wanted).hexdigest()[:12]}/node_modules"
    assert path.exists(), f"{path} is missing: run deploy/install-deps --tests"
    return path
