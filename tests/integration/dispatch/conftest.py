# SPDX-License-Identifier: MPL-2.0
"""One track for all tests of a module; each test has organisations of its own."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import harness  # noqa: E402, F401


@pytest.fixture(scope="module")
def bane():
    from bane import Bane
    track = Bane()
    try:
        yield track.start()
    finally:
        track.close()
