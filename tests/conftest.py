# SPDX-License-Identifier: MPL-2.0
"""Makes tests/lib importable (`from harness import ...`), offers stacks to tests, and tells why one failed."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/lib"), str(ROOT / "deploy/lib")]
# What tests share asserts too; without this such an assertion says nothing when it fails.
pytest.register_assert_rewrite("harness", "judge", "bane", "desk", "gateway_stack")


told = []       # of the failure before


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """For tests/run: what a failed test's processes wrote last, then what was asserted."""
    report = (yield).get_result()
    file = os.environ.get("PARLOEB_TEST_WHY")
    if not (file and report.failed):
        return
    from harness import logs
    crash = getattr(report.longrepr, "reprcrash", None)
    said = [line[:300] for line in (crash.message if crash else str(report.longrepr)).splitlines() if line]
    if len(said) > 10:
        said = [*said[:4], *said[-6:]]
    lines = [f"FAILED {item.nodeid} ({report.when})"]
    if said == told:        # a fixture of many tests: once is enough
        lines += ["as above"]
    else:
        lines = [*logs.last_lines(), *lines, *said]
    told[:] = said
    with open(file, "a") as out:
        out.write("\n".join(lines) + "\n\n")


@pytest.fixture(scope="module")
def new_stack():
    """A function that starts a stack (harness.Stack's arguments); all end with the module."""
    from harness import Stack
    stacks = []

    def start(**options):
        stack = Stack(**options)
        stacks.append(stack)
        return stack.up()

    yield start
    for stack in reversed(stacks):
        stack.close()


@pytest.fixture(scope="module")
def stack(new_stack):
    """A stack on the system's clock, without simulators."""
    return new_stack(clock="system")


@pytest.fixture(scope="module")
def topic_stack(new_stack):
    """A stack whose time stands still until stack.clock(...)."""
    return new_stack(clock="topic")
