# SPDX-License-Identifier: MPL-2.0
"""A mailbox with more unsettled mail than the state takes: the rest waits on ud and loses nothing by it."""

import itertools

import pytest
from bane import Bane
from harness import wait_until

KODER = itertools.count(6000)
LIMIT, N = 100, 260
PERSONS = [b"person%010d" % n for n in range(4)]
H, F = b"personHHHHHHHHHH", b"personFFFFFFFFFF"


@pytest.fixture(scope="module")
def bane():
    # Long enough for a busy machine to fill the mailbox, end and start again before it is parked; and a call that a receiver which
    # stands still for a moment does not overrun, for its attempts are counted.
    track = Bane(pending_max=LIMIT, timeout="10s", retry=["0s", "200ms", "200ms", *["4s"] * 28])
    try:
        yield track.start()
    finally:
        track.close()


def fyld(bane, org):
    ids = [bane.besked(org, PERSONS[n % 4], f"nr {n}", sequence=n // 4 + 1) for n in range(N)]
    wait_until(lambda: any("mailbox overflows" in line and f'"organisation":"{org}"' in line for line in bane.log().splitlines()), "the overflow")
    bane.gem(org)
    return ids


def leveret(bane, ids):
    wait_until(lambda: not [id for id in ids if "leveret" not in bane.navne(id)], "all delivered")


def i_orden(bane, org, ids):
    place = {id: n for n, id in enumerate(ids)}
    seen = [place[id] for id in bane.modtager.ids(bane.sti(org)) if id in place]
    for rest in range(4):
        of_person = [n for n in seen if n % 4 == rest]
        assert of_person == sorted(of_person)
    return set(seen)


def test_all_of_it_arrives_in_order_when_the_endpoint_is_well_again_over_a_kill(bane):
    org = f"kommune:{next(KODER)}"
    bane.partner(org)
    bane.genindlaes()
    well = []
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 204 if well else 503
    ids = fyld(bane, org)
    withdrawn = ids[N - 20]
    w = bane.tilbagekald(org, withdrawn, PERSONS[(N - 20) % 4])
    last = bane.besked(org, PERSONS[0], "sidst")
    bane.gem(org)
    bane.kill()
    bane.start()
    well.append(True)
    leveret(bane, [*(id for id in ids if id != withdrawn), w, last])
    bane.vent(withdrawn, "tilbagekaldt")
    assert i_orden(bane, org, ids) == {n for n in range(N) if ids[n] != withdrawn}
    bane.vent(bane.besked(org, PERSONS[1], "efter"), "leveret")


def test_fetched_and_receipted_it_is_settled_though_it_was_never_taken_up(bane):
    org = f"kommune:{next(KODER)}"
    ids = fyld(bane, org)
    late = ids[N - 1]
    bane.kvittering(org, late, "haandteret")
    bane.markoer(org, bane.offset(ids[N - 2]) + 1)
    leveret(bane, ids)
    bane.vent(late, "leveret", "haandteret")
    assert all(bane.navne(id) == ["leveret"] for id in ids[:-1])


def test_what_is_ordered_and_told_of_mail_on_ud_holds_before_it_is_taken_up(bane):
    """Discard, replay and hold by the id of messages that the state does not know; over a kill, nothing leaves twice."""
    org, well = f"kommune:{next(KODER)}", []
    bane.partner(org)
    bane.genindlaes()
    gone, handled, withdrawn = N - 20, N - 19, N - 18
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 204 if well or event["data"].get("aarsag") == f"nr {handled}" else 503
    ids = fyld(bane, org)
    held = [bane.besked(org, H, f"h{n}") for n in range(3)]
    free = bane.besked(org, F, "f")

    # Discarded it never leaves, and its withdrawal is told at once.
    bane.kommando(org, "discard", udvalg=[(ids[gone], bane.offset(ids[gone]))], aarsag="fejl i data")
    bane.vent(ids[gone], "tilbagekaldt")
    record, = bane.paa_tilbagekaldt(ids[gone])
    bane.kommando(org, "discard", udvalg=[(ids[gone], bane.offset(ids[gone]))], aarsag="igen")

    # Replayed from ud and settled, by its receipt or by its withdrawal, it is not taken up again.
    bane.kommando(org, "replay", udvalg=[(ids[n], bane.offset(ids[n])) for n in (handled, withdrawn)])
    wait_until(lambda: "leveret" in bane.navne(ids[handled]), "replayed")
    bane.kvittering(org, ids[handled], "haandteret")
    wait_until(lambda: "forsoegt" in bane.navne(ids[withdrawn]), "tried")
    w = bane.tilbagekald(org, ids[withdrawn], PERSONS[withdrawn % 4])
    for n, end in ((handled, "haandteret"), (withdrawn, "tilbagekaldt")):
        wait_until(lambda n=n, end=end: end in bane.navne(ids[n]), end)
    tried = {n: len(bane.modtager.requests(ids[n])) for n in (handled, withdrawn)}

    # A person of whom everything lies on ud is held; another one only until the resume.
    for kommando in ("hold", "resume", "hold"):
        bane.kommando(org, kommando, person=H, leveringid=held[1], aarsag="undersøges")
    for kommando in ("hold", "resume"):
        bane.kommando(org, kommando, person=F, leveringid=free)

    last = bane.besked(org, PERSONS[0], "sidst")
    bane.gem(org)
    bane.kill()
    bane.start()
    well.append(True)
    leveret(bane, [id for n, id in enumerate(ids) if n not in (gone, handled, withdrawn)] + [free, last, w])
    leveret(bane, [record.headers["ce_leveringid"].decode()])
    assert bane.navne(ids[gone]) == ["tilbagekaldt"] and not bane.modtager.requests(ids[gone])
    assert {n: len(bane.modtager.requests(ids[n])) for n in tried} == tried
    told = {r["event"]["data"]["tilbagekaldtLeveringid"]: r["event"]["data"]["aarsag"] for r in bane.modtager.set
            if r["path"] == bane.sti(org) and "tilbagekaldtLeveringid" in r["event"]["data"]}
    assert told == {ids[gone]: "kasseret", ids[withdrawn]: "rettet"}

    for id in held:
        bane.vent(id, "parkeret")
    assert bane.trin(held[0])[0][0]["aarsag"] == "undersøges" and not [r for id in held for r in bane.modtager.requests(id)]
    bane.kommando(org, "resume", person=H, leveringid=held[1])
    for id in held:
        bane.vent(id, "parkeret", "leveret")
    assert [id for id in bane.modtager.ids(bane.sti(org)) if id in held] == held


def test_a_neighbour_notices_nothing(bane):
    sick, well = (f"kommune:{next(KODER)}" for _ in range(2))
    bane.partner(sick, url="http://127.0.0.1:1/")
    bane.partner(well)
    bane.genindlaes()
    fyld(bane, sick)
    for n in range(5):
        bane.vent(bane.besked(well, PERSONS[n % 4]), "leveret")
