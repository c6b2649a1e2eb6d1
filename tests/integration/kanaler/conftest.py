# SPDX-License-Identifier: MPL-2.0
"""Channels on real servers."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "dispatch")]
import harness  # noqa: E402, F401
