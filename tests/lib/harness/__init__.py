# SPDX-License-Identifier: MPL-2.0
"""What tests outside the processes share: a stack of real programs, HTTP, Kafka, waiting.

    from harness import Stack, event, wait_until

    with Stack(clock="topic").up() as stack:
        stack.clock("2026-05-01T09:00:00+02:00")
        hk = stack.client("akasse:hk")
        assert hk.send(event("akasse:hk", "member-registered", data)).status == 202
        wait_until(lambda: stack.client("kommune:0461").mail(), "mail for 0461")
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "deploy/lib"))

from . import logs  # noqa: E402
from .http import Answer, Client, event  # noqa: E402
from .kafka import Record, end_offsets, produce, read_topic  # noqa: E402
from .stack import Stack  # noqa: E402
from .tools import node_modules, tool  # noqa: E402
from .wait import wait_until  # noqa: E402

__all__ = ["Answer", "Client", "Record", "Stack", "end_offsets", "event", "logs", "produce",
           "read_topic", "node_modules", "tool", "wait_until"]
