# SPDX-License-Identifier: MPL-2.0
"""A mailbox with more unsettled mail than the state takes: the rest waits on ud and loses nothing by it."""

import itertools

import pytest
from bane import Bane
from harness import wait_until

KODER = itertools.count(6000)
LIMIT, N = 100, 260
PERSONS = [b"person%010d" % n for n in range(4)]


@pytest.fixture(scope="module")
def bane():
    # Long enough for a busy machine to fill the mailbox, end and start again before it is parked.
    track = Bane(pending_max=LIMIT, timeout="3s", retry=["0s", "200ms", "200ms", *["4s"] * 28])
    try:
        yield track.start()
    finally:
        track.close()


def fyld(bane, org):
    ids = [bane.besked(org, PERSONS[n % 4], f"nr {n}", sequence=n // 4 + 1) for n in range(N)]
    wait_until(lambda: "mailbox overflows" in bane.log() and f'"organisation":"{org}"' in bane.log(), "the overflow")
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
    wait_until(lambda: bane.metrik("parloeb_dispatch_messages_total") >= N + 2, "all read")
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


def test_a_neighbour_notices_nothing(bane):
    sick, well = (f"kommune:{next(KODER)}" for _ in range(2))
    bane.partner(sick, url="http://127.0.0.1:1/")
    bane.partner(well)
    bane.genindlaes()
    fyld(bane, sick)
    for n in range(5):
        bane.vent(bane.besked(well, PERSONS[n % 4]), "leveret")
