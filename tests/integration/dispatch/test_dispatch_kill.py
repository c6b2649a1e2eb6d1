# SPDX-License-Identifier: MPL-2.0
"""Killed at any moment, and more processes than one: nothing lost, order kept, repeats under the same id."""

import os
import random
import threading
import time

import pytest
from bane import Bane
from harness import wait_until

PERSONER = [f"person{n:010d}".encode() for n in range(12)]
ORGS = [f"kommune:{n}" for n in range(2001, 2007)]
RUNDER = int(os.environ.get("PARLOEB_KILL_ROUNDS", "3"))


@pytest.fixture(scope="module")
def bane():
    """What stands in doubt goes out again soon after a kill; a schedule that no busy machine uses up."""
    track = Bane(timeout="3s", retry=["0s", "100ms", *["200ms"] * 28])
    try:
        yield track.start()
    finally:
        track.close()


def last(bane, n, seed):
    """n messages to all organisations and persons: {(org, person): [leveringid in order]}."""
    rng, sent = random.Random(seed), {}
    for _ in range(n):
        key = rng.choice(ORGS), rng.choice(PERSONER)
        sent.setdefault(key, []).append(bane.besked(*key))
    return sent


def doem(bane, sent):
    """Every one arrived; first arrivals of a person in order; each told `leveret` once."""
    ids = [id for row in sent.values() for id in row]
    alle = lambda: {s["leveringId"] for s in bane.statusser() if s["trin"] == "leveret"}  # noqa: E731
    wait_until(lambda: len(alle()) >= bane.foer + len(ids), f"{len(ids)} delivered")
    bane.foer = len(alle())
    assert len([s for s in bane.statusser() if s["trin"] == "leveret"]) == bane.foer, "an effect twice"
    for (org, _), row in sent.items():
        first = bane.modtager.ids(bane.sti(org))
        assert [id for id in first if id in set(row)] == row, "out of order"
    for id in ids:
        assert len({r["body"] for r in bane.modtager.requests(id)}) == 1, "a repeat of another content"
        assert all(r["signed"] for r in bane.modtager.requests(id))


def test_killed_again_and_again_under_load(bane):
    rng = random.Random(1)
    bane.foer = 0
    for org in ORGS:
        bane.partner(org)
        bane.modtager.svar[bane.sti(org)] = lambda nr, event: rng.choice((204, 204, 204, 503)) if nr < 3 else 204
    bane.genindlaes()
    for runde in range(RUNDER):
        sent = {}
        writer = threading.Thread(target=lambda: sent.update(last(bane, 120, runde)))  # noqa: B023
        until = len(bane.modtager.set) + rng.randrange(1, 90)
        writer.start()
        wait_until(lambda: len(bane.modtager.set) >= until, "some calls")  # noqa: B023
        bane.kill()
        writer.join()
        bane.start()
        doem(bane, sent)


def test_two_processes_share_and_one_takes_over(bane):
    bane.foer = sum(s["trin"] == "leveret" for s in bane.statusser())
    other = bane.endnu_en("dispatch-2")
    try:
        doem(bane, last(bane, 60, 77))
        sent = {}
        writer = threading.Thread(target=lambda: sent.update(last(bane, 120, 78)))
        seen, began = len(bane.modtager.set), time.monotonic()
        writer.start()
        wait_until(lambda: len(bane.modtager.set) >= seen + 20, "some calls")
        assert other.kill() == "killed"
        writer.join()
        doem(bane, sent)
        print(f"taken over and settled within {time.monotonic() - began:.0f} s")
    finally:
        other.kill()
