# SPDX-License-Identifier: MPL-2.0
"""parloeb-dispatch from outside: records on ud and postkasse in, webhook calls and steps on svar out."""

import hashlib
import itertools
import struct
import threading
import time
import uuid

import pytest
from avro import Schema
from harness import produce, read_topic, wait_until

LEVERING = Schema("dispatch-levering", 1)   # the newest reads what the first wrote
KODER = itertools.count(1000)
A, B = b"personAAAAAAAAAA", b"personBBBBBBBBBB"


@pytest.fixture
def org(bane):
    """An organisation with a webhook at bane.sti(org)."""
    return ny(bane)


def ny(bane, **partner):
    org = f"kommune:{next(KODER)}"
    bane.partner(org, **partner)
    bane.genindlaes()
    return org


def svar(bane, org, fn):
    bane.modtager.svar[bane.sti(org)] = fn


def venter_paa(bane, id, n):
    wait_until(lambda: len(bane.modtager.requests(id)) >= n, f"{n} requests of {id}")


def vent_paa_forsoeg(bane, id):
    wait_until(lambda: "forsoegt" in bane.navne(id), f"an attempt of {id} told")


def test_a_message_arrives_whole_signed_and_is_told(bane, org):
    id = bane.besked(org, A, sequence=3)
    bane.vent(id, "leveret")
    request, = bane.modtager.requests(id)
    assert request["signed"]
    assert request["headers"]["content-type"] == "application/cloudevents+json"
    assert request["headers"]["traceparent"] == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    event = request["event"]
    assert len(event.pop("partitionkey")) == 32
    assert event == {
        "specversion": "1.0", "id": f"id-{id}", "source": "/parloeb/forloeb", "type": "dk.parloeb.haendelse-afvist",
        "time": "2024-03-01T09:00:00+01:00", "datacontenttype": "application/json", "leveringid": id, "sequence": "3",
        "correlationid": "3f2b8c1e-0000-4000-8000-000000000001", "causationid": "aarsag-1",
        "data": {"haendelseId": "h1", "aarsag": "x", "fejl": []}}
    (status, record), = bane.trin(id)
    assert record.key == A and record.headers["plb_org"].decode() == org
    assert record.headers["ce_type"] == b"dk.parloeb.levering-status" and record.headers["ce_source"] == b"/parloeb/dispatch"
    assert status["digest"] == hashlib.sha256(uuid.UUID(id).bytes + request["body"]).digest()
    assert (status["forsoeg"], status["organisation"], status["haendelseId"]) == (1, org, f"id-{id}")


def test_a_message_about_nobody_has_its_own_key(bane, org):
    id = bane.besked(org)
    bane.vent(id, "leveret")
    (_, record), = bane.trin(id)
    assert record.key == uuid.UUID(id).bytes
    assert "partitionkey" not in bane.modtager.requests(id)[0]["event"]


def test_500_then_200_repeats_the_same_id(bane, org):
    svar(bane, org, lambda nr, event: 500 if nr < 3 else 200)
    id = bane.besked(org, A)
    bane.vent(id, "forsoegt", "forsoegt", "leveret")
    assert [s["forsoeg"] for s, _ in bane.trin(id)] == [1, 2, 3]
    assert [s["aarsag"] for s, _ in bane.trin(id)] == ["HTTP 500", "HTTP 500", None]
    assert len({r.headers["ce_id"] for _, r in bane.trin(id)}) == 3
    assert len(bane.modtager.requests(id)) == 3


def test_order_per_person_while_only_one_of_them_fails(bane, org):
    svar(bane, org, lambda nr, event: 500 if event["data"]["aarsag"] == "a0" and nr < 4 else 204)
    a = [bane.besked(org, A, f"a{n}") for n in range(3)]
    b = [bane.besked(org, B, f"b{n}") for n in range(3)]
    bane.vent(a[2], "leveret")
    bane.vent(b[2], "leveret")
    seen = [id for id in bane.modtager.ids(bane.sti(org))]
    assert [id for id in seen if id in a] == a
    assert [id for id in seen if id in b] == b
    rows = [r["id"] for r in bane.modtager.set if r["path"] == bane.sti(org)]
    assert rows.index(a[1]) > max(n for n, id in enumerate(rows) if id == a[0])


def test_404_parks_the_person_head_and_tail_and_nobody_else(bane, org):
    open_ = []
    svar(bane, org, lambda nr, event: 204 if event["data"]["aarsag"] != "a0" or open_ else 404)
    a = [bane.besked(org, A, f"a{n}") for n in range(3)]
    bane.vent(a[0], "forsoegt", "parkeret")
    bane.vent(a[1], "parkeret")
    b = bane.besked(org, B, "b")
    bane.vent(b, "leveret")
    bane.vent(a[2], "parkeret")
    assert bane.modtager.requests(a[1]) == []
    open_.append(True)
    bane.kommando(org, "resume", person=A)
    for id in a:
        wait_until(lambda id=id: bane.navne(id)[-1:] == ["leveret"], f"{id} after the resume")
    assert [id for id in bane.modtager.ids(bane.sti(org)) if id in a] == a


def test_a_parked_message_that_is_fetched_frees_the_tail(bane, org):
    svar(bane, org, lambda nr, event: 404 if event["data"]["aarsag"] == "a0" else 204)
    a = [bane.besked(org, A, f"a{n}") for n in range(2)]
    bane.vent(a[1], "parkeret")
    bane.markoer(org, bane.offset(a[0]) + 1)
    bane.vent(a[0], "forsoegt", "parkeret", "leveret")
    assert bane.navne(a[1]) == ["parkeret"]
    c = bane.besked(org, A, "c")
    bane.vent(c, "parkeret")
    bane.kommando(org, "resume", leveringid=c)
    bane.vent(a[1], "parkeret", "leveret")
    bane.vent(c, "parkeret", "leveret")


def test_the_schedule_ends_in_parking(bane, org):
    svar(bane, org, lambda nr, event: 503)
    id = bane.besked(org, A)
    bane.vent(id, "forsoegt", "forsoegt", "forsoegt", "forsoegt", "parkeret")
    svar(bane, org, lambda nr, event: 204)
    bane.kommando(org)
    wait_until(lambda: bane.navne(id)[-1] == "leveret", "delivered after genoptag")
    assert [s["forsoeg"] for s, _ in bane.trin(id)] == [1, 2, 3, 4, 4, 5]


@pytest.mark.parametrize("status", [401, 403, 410])
def test_an_endpoint_that_is_closed_holds_until_genoptag(bane, org, status):
    svar(bane, org, lambda nr, event: status)
    first = bane.besked(org, A)
    bane.vent(first, "forsoegt")
    others = [bane.besked(org, A), bane.besked(org, B)]
    rest = ny(bane)
    bane.vent(bane.besked(rest, A), "leveret")
    assert [bane.modtager.requests(id) for id in others] == [[], []]
    svar(bane, org, lambda nr, event: 204)
    bane.kommando(org)
    bane.vent(first, "forsoegt", "leveret")
    for id in others:
        bane.vent(id, "leveret")


def test_no_answer_in_time_is_a_failed_attempt(bane, org):
    svar(bane, org, lambda nr, event: None if nr == 1 else 204)
    bane.stop()
    with bane.liv(timeout="2s"):
        id = bane.besked(org, A)
        wait_until(lambda: "leveret" in bane.navne(id), "delivered by a later attempt")
    assert bane.navne(id)[0] == "forsoegt"
    assert len(bane.modtager.requests(id)) >= 2


def test_a_connection_refused_is_a_failed_attempt(bane):
    org = ny(bane, url="http://127.0.0.1:1/")
    id = bane.besked(org, A)
    bane.vent(id, "forsoegt", "forsoegt", "forsoegt", "forsoegt", "parkeret")


def test_retry_after_is_honoured(bane, org):
    svar(bane, org, lambda nr, event: (429, {"Retry-After": "2"}) if nr == 1 else 204)
    id = bane.besked(org, A)
    bane.vent(id, "forsoegt", "leveret")
    first, second = bane.modtager.requests(id)
    assert second["tid"] - first["tid"] >= 1.9


@pytest.mark.parametrize("url", ["https://127.0.0.1:8443/", "https://[::1]:8443/", "https://localhost:8443/", "https://169.254.169.254/"])
def test_private_addresses_are_refused_unless_allowed(bane, url):
    org = ny(bane, url=url, allow_private=False)
    id = bane.besked(org, A)
    bane.vent(id, "forsoegt")
    assert f'"organisation":"{org}"' in bane.log() and "endpoint paused" in bane.log()


def test_receipts_finish_the_ladder(bane, org):
    for status in ("haandteret", "afvist_endeligt", "slettet"):
        id = bane.besked(org, A)
        bane.vent(id, "leveret")
        bane.kvittering(org, id, status)
        bane.vent(id, "leveret", status)
        bane.kvittering(org, id, status)
    before = bane.metrik("parloeb_dispatch_receipts_unknown_total")
    bane.kvittering(org, str(uuid.uuid4()), "haandteret")
    wait_until(lambda: bane.metrik("parloeb_dispatch_receipts_unknown_total") > before, "the unknown one counted")
    assert bane.navne(id) == ["leveret", "slettet"]


def test_a_receipt_met_before_its_message_counts(bane, org):
    """ud and postkasse are read side by side: after a stop the receipt of a feed reader may come first."""
    before = bane.metrik("parloeb_dispatch_receipts_unknown_total")
    id = str(uuid.uuid4())
    bane.kvittering(org, id, "haandteret")
    wait_until(lambda: bane.metrik("parloeb_dispatch_receipts_unknown_total") > before, "the receipt was read")
    bane.gem(org)
    bane.kill()
    bane.start()
    bane.besked(org, A, id=id)
    bane.vent(id, "leveret", "haandteret")
    assert bane.modtager.requests(id) == []


def test_a_receipt_of_another_organisation_changes_nothing(bane, org):
    other = ny(bane)
    id = bane.besked(org, A)
    bane.vent(id, "leveret")
    before = bane.metrik("parloeb_dispatch_receipts_unknown_total")
    bane.kvittering(other, id, "haandteret")
    wait_until(lambda: bane.metrik("parloeb_dispatch_receipts_unknown_total") > before, "it counted")
    bane.gem(other)
    assert bane.navne(id) == ["leveret"]


def test_temporarily_refused_is_sent_again_with_the_same_id_and_content(bane, org):
    id = bane.besked(org, A, "indhold")
    bane.vent(id, "leveret")
    bane.kvittering(org, id, "afvist_midlertidigt", "databasen er nede")
    bane.vent(id, "leveret", "afvist_midlertidigt", "leveret")
    first, second = bane.modtager.requests(id)
    assert first["event"] == second["event"] and second["signed"]
    assert bane.trin(id)[1][0]["aarsag"] == "databasen er nede"


def test_delivery_is_handling_where_the_file_says_so(bane):
    org = ny(bane, kvittering="leveret")
    id = bane.besked(org, A)
    bane.vent(id, "leveret", "haandteret")


def test_a_mailbox_without_webhook_is_settled_by_its_cursor(bane):
    org = ny(bane, url=False)
    ids = bane.laest(org, A, 3)
    bane.markoer(org, bane.offset(ids[1]) + 1)
    bane.vent(ids[0], "leveret")
    bane.vent(ids[1], "leveret")
    assert bane.navne(ids[2]) == []
    bane.kvittering(org, ids[0], "haandteret")
    bane.vent(ids[0], "leveret", "haandteret")
    bane.kvittering(org, ids[2], "haandteret")
    bane.vent(ids[2], "leveret", "haandteret")


def test_an_organisation_that_nobody_answers_for_has_a_mailbox_too(bane):
    org = "aktoer:12345678"
    id = bane.besked(org, A)
    bane.markoer(org, bane.offset(id) + 1)
    bane.vent(id, "leveret")


def test_garbage_is_parked_and_the_partition_goes_on(bane, org):
    for topic in ("ud", "postkasse"):
        bane._skriv(topic, org, b"\xc3\x01garbage")
    bane._skriv("ud", "ikke-en-organisation", b"x")
    wait_until(lambda: len(read_topic(bane.bootstrap, "parloeb.afvist")) == 3, "three dead letters")
    bane.vent(bane.besked(org, A), "leveret")


def test_a_message_twice_on_ud_is_sent_once(bane, org):
    id = bane.besked(org, A)
    before = bane.metrik("parloeb_dispatch_messages_known_total")
    bane.besked(org, A, id=id)
    wait_until(lambda: bane.metrik("parloeb_dispatch_messages_known_total") > before, "the second counted")
    bane.vent(id, "leveret")
    assert len(bane.modtager.requests(id)) == 1


def test_killed_in_the_middle_of_a_call_it_repeats_under_the_same_id(bane, org):
    svar(bane, org, lambda nr, event: None if event["data"]["aarsag"] == "a0" and nr == 1 else 204)
    a = [bane.besked(org, A, f"a{n}") for n in range(3)]
    venter_paa(bane, a[0], 1)
    bane.kill()
    with bane.liv(timeout="10s"):     # what stood in doubt goes out again that much later, and a margin
        for id in a:
            bane.vent(id, "leveret")
    assert [len(bane.modtager.requests(id)) for id in a] == [2, 1, 1]
    assert bane.modtager.ids(bane.sti(org)) == a


def test_what_waits_is_parked_or_paused_survives_a_kill(bane, org):
    svar(bane, org, lambda nr, event: {"a": 404, "b": 401}[event["data"]["aarsag"]])
    a = bane.besked(org, A, "a")
    bane.vent(a, "forsoegt", "parkeret")
    b = bane.besked(org, B, "b")
    bane.vent(b, "forsoegt")
    bane.kill()
    bane.start()
    c = bane.besked(org, A, "a")
    bane.vent(c, "parkeret")
    svar(bane, org, lambda nr, event: 204)
    bane.kommando(org)
    bane.vent(a, "forsoegt", "parkeret", "leveret")
    bane.vent(b, "forsoegt", "leveret")
    bane.vent(c, "parkeret", "leveret")


def test_terminated_it_waits_for_its_calls(bane, org):
    gate = threading.Event()
    svar(bane, org, lambda nr, event: gate.wait(60) and 204)
    id = bane.besked(org, A)
    venter_paa(bane, id, 1)
    bane.daemon.signal(15)
    gate.set()
    wait_until(lambda: bane.daemon.pid() is None, "end")
    bane.vent(id, "leveret")     # nobody is left who could tell it later
    bane.start()
    assert len(bane.modtager.requests(id)) == 1


def gammel(id, status, dage):
    """An entry of the state as it would stand after that many days."""
    ankommet = int((time.time() - dage * 86400) * 1000)
    return LEVERING.encode({"leveringid": uuid.UUID(id).bytes, "haendelseId": "h", "kilde": "/parloeb/forloeb", "correlationid": None,
                            "traceparent": None, "status": status, "forsoeg": 0, "skridt": 0, "ankommet": ankommet, "foerste": 0,
                            "seneste": 0, "naeste": 0, "aarsag": None, "afsendes": None})


def test_what_is_too_old_ends(bane):
    org = ny(bane, url=False)
    for id in bane.laest(org, A, 3):     # room before the message that is young
        bane.kvittering(org, id, "slettet")
        bane.vent(id, "leveret", "slettet")
    first = bane.besked(org, A)
    partition = bane.paa_ud(first).partition
    waits, long_ago, unreceipted = (str(uuid.uuid4()) for _ in range(3))
    bane.stop()
    for n, (id, status, days) in enumerate([(waits, "postkasse", 30), (long_ago, "udloebet", 32), (unreceipted, "leveret", 32)]):
        key = bytes([len(org)]) + org.encode() + b"k" + B + struct.pack(">q", bane.offset(first) - 3 + n)
        produce(bane.bootstrap, "parloeb.dispatch.tilstand", struct.pack(">q", 2**63 - 1) + gammel(id, status, days), key, partition)
    bane.start()
    bane.vent(waits, "udloebet")
    for id in (long_ago, unreceipted):
        before = bane.metrik("parloeb_dispatch_receipts_unknown_total")
        bane.kvittering(org, id, "haandteret")
        wait_until(lambda before=before: bane.metrik("parloeb_dispatch_receipts_unknown_total") > before, "it is gone")
    assert bane.navne(first) == []
    bane.markoer(org, bane.offset(first) + 1)
    bane.vent(first, "leveret")
    bane.vent(waits, "udloebet", "leveret")
