# SPDX-License-Identifier: MPL-2.0
"""Withdrawals, orders of the desk, probes and deadlines, from outside."""

import itertools
import threading
import time
import uuid
from contextlib import nullcontext

import pytest
from bane import Bane
from harness import wait_until

KODER = itertools.count(3000)
A, B = b"personAAAAAAAAAA", b"personBBBBBBBBBB"


@pytest.fixture(scope="module")
def bane():
    track = Bane(probe="500ms")
    try:
        yield track.start()
    finally:
        track.close()


@pytest.fixture
def org(bane):
    org = f"kommune:{next(KODER)}"
    bane.partner(org)
    bane.genindlaes()
    return org


def svar(bane, org, fn):
    bane.modtager.svar[bane.sti(org)] = fn


def venter_paa(bane, id, n=1):
    wait_until(lambda: len(bane.modtager.requests(id)) >= n, f"{n} requests of {id}")


def test_withdrawn_while_it_waits_it_never_leaves_and_its_slot_is_taken(bane, org):
    gate = threading.Event()
    svar(bane, org, lambda nr, event: 204 if event["data"].get("aarsag") != "a0" else gate.wait(60) and (503 if nr == 1 else 204))
    a = [bane.besked(org, A, f"a{n}", sequence=n + 1) for n in range(3)]
    venter_paa(bane, a[0])
    w = bane.tilbagekald(org, a[1], A, sequence=2)
    bane.vent(a[1], "tilbagekaldt")
    gate.set()
    for id in (w, a[2]):
        wait_until(lambda id=id: "leveret" in bane.navne(id), f"{id} delivered")
    assert bane.modtager.ids(bane.sti(org)) == [a[0], w, a[2]]
    event = bane.modtager.requests(w)[0]["event"]
    assert event["data"] == {"tilbagekaldtLeveringid": a[1], "aarsag": "rettet"} and event["sequence"] == "2"
    assert [s["sequence"] for s, _ in bane.trin(a[1])] == [2]


def test_a_parked_head_that_is_withdrawn_frees_its_tail(bane, org):
    svar(bane, org, lambda nr, event: 404 if event["data"].get("aarsag") == "a0" else 204)
    a = [bane.besked(org, A, f"a{n}") for n in range(3)]
    bane.vent(a[0], "forsoegt", "parkeret")
    bane.vent(a[2], "parkeret")
    w = bane.tilbagekald(org, a[0], A)
    bane.vent(a[0], "forsoegt", "parkeret", "tilbagekaldt")
    bane.vent(w, "leveret")
    bane.vent(a[1], "parkeret", "leveret")
    bane.vent(a[2], "parkeret", "leveret")
    assert bane.modtager.ids(bane.sti(org)) == [a[0], w, a[1], a[2]]


def test_withdrawn_after_it_arrived_goes_past_the_queue(bane, org):
    svar(bane, org, lambda nr, event: 404 if event["data"].get("aarsag") == "nej" else 204)
    a = bane.besked(org, A, "a")
    bane.vent(a, "leveret")
    stopper = bane.besked(org, A, "nej")
    bane.vent(stopper, "forsoegt", "parkeret")
    w = bane.tilbagekald(org, a, A)
    bane.vent(w, "leveret")
    assert bane.navne(a) == ["leveret"] and bane.navne(stopper) == ["forsoegt", "parkeret"]


@pytest.mark.parametrize("status", [204, 503])
@pytest.mark.parametrize("kill", [False, True])
def test_withdrawn_during_its_call_waits_for_the_outcome(bane, org, status, kill):
    gate = threading.Event()
    svar(bane, org, lambda nr, event: 204 if event["data"].get("aarsag") != "a0" else gate.wait(60) and status)
    a = [bane.besked(org, A, f"a{n}") for n in range(2)]
    venter_paa(bane, a[0])
    w = bane.tilbagekald(org, a[0], A)
    bane.gem(org)
    if kill:
        bane.kill()
    gate.set()
    with bane.liv(timeout="5s") if kill else nullcontext():
        for id in (w, a[1]):
            wait_until(lambda id=id: "leveret" in bane.navne(id), f"{id} delivered")
        wait_until(lambda: bane.navne(a[0])[-1:] in (["leveret"], ["tilbagekaldt"]), "the first is settled")
    if not kill:
        assert bane.navne(a[0]) == (["leveret"] if status == 204 else ["forsoegt", "tilbagekaldt"])
    assert len(bane.modtager.requests(a[0])) == 1


def test_a_mailbox_without_webhook_gets_the_withdrawal_in_place(bane):
    org = f"kommune:{next(KODER)}"
    a = [bane.besked(org, A) for _ in range(2)]
    w = bane.tilbagekald(org, a[0], A)
    bane.vent(a[0], "tilbagekaldt")
    bane.markoer(org, bane.offset(a[0]) + 1)
    bane.vent(w, "leveret")
    assert bane.navne(a[1]) == []


def test_discarded_it_becomes_a_withdrawal_here_and_on_its_topic(bane, org):
    svar(bane, org, lambda nr, event: 404 if event["data"].get("aarsag") == "a0" else 204)
    a = [bane.besked(org, A, f"a{n}", sequence=n + 1) for n in range(2)]
    bane.vent(a[1], "parkeret")
    bane.kommando(org, "discard", udvalg=[(a[0], bane.offset(a[0]))], aarsag="fejl i data")
    bane.vent(a[0], "forsoegt", "parkeret", "tilbagekaldt")
    bane.vent(a[1], "parkeret", "leveret")
    ids = bane.modtager.ids(bane.sti(org))
    assert ids[0] == a[0] and ids[2] == a[1]
    assert bane.modtager.requests(ids[1])[0]["event"]["data"] == {"tilbagekaldtLeveringid": a[0], "aarsag": "kasseret"}
    record, = bane.paa_tilbagekaldt(a[0])
    assert record.headers["plb_tilbagekalder"] == uuid.UUID(a[0]).bytes and record.headers["ce_sequence"] == b"1"
    assert record.headers["ce_leveringid"].decode() == ids[1] and record.headers["plb_org"].decode() == org
    assert record.partition == bane.paa_ud(a[0]).partition


def test_a_discard_met_before_its_message_counts(bane, org):
    """ud and postkasse are read side by side: the desk may have seen a message that dispatch has yet to read."""
    id = str(uuid.uuid4())
    bane.kommando(org, "discard", udvalg=[(id, 10**9)], aarsag="fejl i data")
    bane.gem(org)
    bane.kill()
    bane.start()
    bane.besked(org, A, id=id)
    after = bane.besked(org, A)
    bane.vent(id, "tilbagekaldt")
    bane.vent(after, "leveret")
    assert not bane.modtager.requests(id)
    withdrawal, = bane.paa_tilbagekaldt(id)
    bane.vent(withdrawal.headers["ce_leveringid"].decode(), "leveret")


def test_a_held_mailbox_queues_until_resume_over_a_restart(bane, org):
    bane.kommando(org, "hold", aarsag="flytning")
    wait_until(lambda: "mailbox held" in bane.log() and org in bane.log(), "held")
    ids = [bane.besked(org, p) for p in (A, B, A)]
    rest = bane.besked(org, B)
    bane.gem(org)
    bane.kill()
    bane.start()
    bane.kommando(org, "genoptag")       # the partner's own order does not end the operator's
    andre = f"kommune:{next(KODER)}"
    bane.partner(andre)
    bane.genindlaes()
    bane.vent(bane.besked(andre, A), "leveret")
    bane.gem(org)
    assert [bane.modtager.requests(id) for id in [*ids, rest]] == [[]] * 4
    bane.kommando(org, "resume")
    for id in [*ids, rest]:
        bane.vent(id, "leveret")


def test_a_held_person_waits_alone(bane, org):
    gate = threading.Event()
    svar(bane, org, lambda nr, event: 204 if event["data"].get("aarsag") != "a0" else gate.wait(60) and 204)
    a = bane.laest(org, A, 2)
    venter_paa(bane, a[0])
    bane.kommando(org, "hold", person=A)
    bane.vent(a[1], "parkeret")
    bane.vent(bane.besked(org, B), "leveret")
    gate.set()                       # what is under way is not held
    bane.vent(a[0], "leveret")
    assert bane.modtager.requests(a[1]) == []
    bane.kommando(org, "resume", person=A)
    bane.vent(a[1], "parkeret", "leveret")


def test_replay_sends_again_under_the_same_id_whatever_became_of_it(bane, org):
    delivered, finished = bane.besked(org, A, "d"), bane.besked(org, B, "f")
    bane.vent(delivered, "leveret")
    bane.vent(finished, "leveret")
    bane.kvittering(org, finished, "haandteret")
    bane.vent(finished, "leveret", "haandteret")
    bane.kommando(org, "replay", udvalg=[(id, bane.offset(id)) for id in (delivered, finished)])
    for id in (delivered, finished):
        venter_paa(bane, id, 2)
        first, second = bane.modtager.requests(id)
        assert first["event"] == second["event"] and second["signed"]
        wait_until(lambda id=id: bane.navne(id)[-1] == "leveret" and bane.navne(id).count("leveret") == 2, "told")


def test_a_paused_endpoint_opens_by_itself_when_a_probe_succeeds(bane, org):
    open_ = []
    svar(bane, org, lambda nr, event: 204 if open_ else 401)
    ids = [bane.besked(org, p) for p in (A, B)]
    wait_until(lambda: len(bane.modtager.requests(ids[0])) + len(bane.modtager.requests(ids[1])) >= 3, "a probe or two")
    open_.append(True)
    for id in ids:
        wait_until(lambda id=id: bane.navne(id)[-1:] == ["leveret"], f"{id} after the probe")


def test_a_near_deadline_hastens_the_attempts(bane, org):
    """The schedule has a second attempt after an hour and then parks; with a deadline at hand they go on, seconds apart."""
    svar(bane, org, lambda nr, event: 503 if nr < 3 else 204)
    bane.stop()
    with bane.liv(retry=["0s", "1h"]):
        id = bane.besked(org, A, frist=time.time() + 40)
        bane.vent(id, "forsoegt", "forsoegt", "leveret")
    assert [s["forsoeg"] for s, _ in bane.trin(id)] == [1, 2, 3]
