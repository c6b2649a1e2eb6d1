# SPDX-License-Identifier: MPL-2.0
"""The gateway's HTTP side as partners meet it: contract sections 1, 2, 4 and 6."""

import copy
import json
import signal
import subprocess
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from gateway_stack import CPR, gateway  # noqa: F401
from harness import event, wait_until

HK = "akasse:hk"
PAST = "2024-03-31T12:00:00+02:00"


def hours(org=HK, **over):
    data = {"cpr": CPR, "dagpengemaaned": "2024-03", "udbetalteTimer": 160.33}
    return event(org, "timer-indberettet", data, time=PAST, **over)


def at(tree, pointer):
    *way, last = [int(p) if p.isdigit() else p for p in pointer.strip("/").split("/")]
    for p in way:
        tree = tree[p]
    return tree, last


def changed(pointer, value):
    e = hours()
    parent, last = at(e, pointer)
    parent[last] = value
    return e


def without(pointer):
    e = hours()
    parent, last = at(e, pointer)
    del parent[last]
    return e


def unchanged_after(g, what, topic="ind"):
    """what() leaves the topic as it was."""
    before = g.ends(topic)
    answer = what()
    assert g.ends(topic) == before
    return answer


def faults(answer):
    return {(f["felt"], f["kode"]) for f in answer.json()["fejl"]}


# -- accepted -------------------------------------------------------------------------------------


def test_an_event_is_in_kafka_when_202_comes(gateway):
    e = hours()
    answer = gateway.client(HK).send(e)
    assert answer.status == 202
    assert answer.json() == {"modtaget": [{"id": e["id"], "status": "accepteret"}]}
    [record] = [r for r in gateway.topic("ind") if r.headers["ce_id"].decode() == e["id"]]
    assert len(record.key) == 16
    assert record.headers["ce_source"] == e["source"].encode()
    assert record.headers["ce_type"] == b"dk.parloeb.timer-indberettet"
    assert record.headers["ce_time"] == b"2024-03-31T10:00:00.000Z"
    assert record.headers["content-type"] == b"application/avro"
    assert record.headers["plb_org"] == b"akasse:hk"
    assert len(record.headers["plb_hmac"]) == 16
    assert record.value[:2] == b"\xc3\x01"
    whole = record.key + record.value + b"".join(record.headers.values())
    assert CPR.encode() not in whole


def test_an_id_may_be_a_hundred_characters_of_any_kind(gateway):
    client, e = gateway.client(HK), hours(id="ø" * 99 + "1")
    assert client.send(e).json()["modtaget"][0]["id"] == e["id"]
    assert client.ladder(e["id"]).json()["id"] == e["id"]
    refused = copy.deepcopy(e)
    refused["data"]["udbetalteTimer"] = 2
    rows = client.send([refused]).json()["modtaget"]
    assert (rows[0]["id"], rows[0]["fejl"][0]["kode"]) == (e["id"], "brugt")


def test_the_callers_trace_goes_on_and_otherwise_one_begins(gateway):
    client, given = gateway.client(HK), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    one, two = hours(), hours()
    headers = {"Content-Type": "application/cloudevents+json", "traceparent": given}
    assert client.request("POST", "/v1/haendelser", json.dumps(one).encode(), headers).status == 202
    assert client.send(two).status == 202
    traces = {r.headers["ce_id"].decode(): r.headers["traceparent"].decode()
              for r in gateway.topic("ind")}
    assert traces[one["id"]] == given
    assert traces[two["id"]] != given and len(traces[two["id"]]) == 55


def test_binary_mode_is_the_same_event(gateway):
    e = hours()
    headers = {f"ce-{k}": e[k] for k in ("specversion", "id", "source", "type", "time")}
    headers["Content-Type"] = "application/json; charset=utf-8"
    client, body = gateway.client(HK), json.dumps(e["data"]).encode()
    assert client.request("POST", "/v1/haendelser", body, headers).status == 202
    # … and so the structured form of it is a repeat.
    assert unchanged_after(gateway, lambda: client.send(e)).status == 202
    del headers["ce-id"]
    assert client.request("POST", "/v1/haendelser", body, headers).status == 400


def test_a_batch_of_1000(gateway):
    events = [hours() for _ in range(1000)]
    before = sum(gateway.ends().values())
    answer = gateway.client(HK).send(events)
    assert answer.status == 202
    assert [m["id"] for m in answer.json()["modtaget"]] == [e["id"] for e in events]
    assert sum(gateway.ends().values()) == before + 1000


def test_a_batch_is_judged_event_by_event(gateway):
    good, repeat, bad, foreign, kind = (hours() for _ in range(5))
    bad["data"]["cpr"] = "0000000000"
    foreign["source"] = "/akasse/3f/x"
    kind["type"] = "dk.parloeb.nuph-modtaget"
    client = gateway.client(HK)
    assert client.send(repeat).status == 202
    before = sum(gateway.ends().values())
    answer = client.send([bad, good, repeat, foreign, kind, {"id": "x"}, 5])
    assert answer.status == 207
    rows = answer.json()["modtaget"]
    assert [r["status"] for r in rows] == ["afvist", "accepteret", "accepteret"] + ["afvist"] * 4
    assert [r["id"] for r in rows[:5]] == [e["id"] for e in (bad, good, repeat, foreign, kind)]
    assert rows[0]["fejl"][0]["felt"] == "/data/cpr"
    assert rows[3]["fejl"][0]["kode"] == rows[4]["fejl"][0]["kode"] == "adgang"
    assert all(r["fejl"] for r in rows if r["status"] == "afvist")
    assert sum(gateway.ends().values()) == before + 1


def test_a_batch_of_faults_is_answered_whole(gateway):
    e = hours()
    e["data"] = {f"x{n}": 1 for n in range(80)}
    batch = [e] * 900
    assert len(json.dumps(batch)) < 1 << 20
    answer = gateway.client(HK).send(batch)
    assert answer.status == 207
    rows = answer.json()["modtaget"]
    assert len(rows) == 900 and all(len(r["fejl"]) == 65 for r in rows)
    assert rows[0]["fejl"][-1]["kode"] == "flere"


def test_an_empty_batch_is_nothing(gateway):
    answer = gateway.client(HK).send([])
    assert (answer.status, answer.json()) == (202, {"modtaget": []})


# -- refused --------------------------------------------------------------------------------------

ECHO = "ekko" + uuid.uuid4().hex

REFUSED = {
    "malformed": (b'{"specversion":"1.0",', 400, None),
    "no object": (b"[1]", 400, None),
    "empty": (b"", 400, None),
    "no id": (without("/id"), 400, "/id"),
    "no source": (without("/source"), 400, "/source"),
    "no type": (without("/type"), 400, "/type"),
    "no specversion": (without("/specversion"), 400, "/specversion"),
    "depth bomb": (b'{"data":' + b"[" * 50000 + b"]" * 50000 + b"}", 400, None),
    "bad UTF-8": (json.dumps(hours()).encode().replace(b"2024-03", b"2024-\xff3"), 400, None),
    "version": (changed("/specversion", "0.3"), 422, "/specversion"),
    "unknown type": (changed("/type", "dk.parloeb." + ECHO), 422, "/type"),
    "wrong type": (changed("/data/udbetalteTimer", ECHO), 422, "/data/udbetalteTimer"),
    "null": (changed("/data/udbetalteTimer", None), 422, "/data/udbetalteTimer"),
    "missing": (without("/data/udbetalteTimer"), 422, "/data/udbetalteTimer"),
    "no data": (without("/data"), 422, "/data"),
    "no time": (without("/time"), 422, "/time"),
    "no cpr": (without("/data/cpr"), 422, "/data/cpr"),
    "nobody": (changed("/data/cpr", "0000000000"), 422, "/data/cpr"),
    "no such date": (changed("/time", "2024-02-30T12:00:00+01:00"), 422, "/time"),
    "no offset": (changed("/time", "2024-03-31T12:00:00"), 422, "/time"),
    "ahead": (changed("/time", "2999-01-01T00:00:00+01:00"), 422, "/time"),
    "month": (changed("/data/dagpengemaaned", "2024-13"), 422, "/data/dagpengemaaned"),
    "too many hours": (changed("/data/udbetalteTimer", 160.34), 422, "/data/udbetalteTimer"),
    "negative": (changed("/data/udbetalteTimer", -1), 422, "/data/udbetalteTimer"),
    "three decimals": (changed("/data/udbetalteTimer", 1.001), 422, "/data/udbetalteTimer"),
    "unknown member": (changed("/data/x" + CPR, 1), 422, None),
    "CPR number as id": (changed("/id", CPR), 422, "/id"),
    "long id": (changed("/id", "x" * 101), 422, "/id"),
    "twice": (json.dumps(hours()).replace('"data": {', '"data": {"cpr": "' + CPR + '", ').encode(),
              422, "/data/cpr"),
    "foreign organisation": (changed("/source", "/akasse/3f/x"), 403, "/source"),
    "not its own type": (changed("/type", "dk.parloeb.nuph-modtaget"), 403, "/type"),
    "made inside": (changed("/type", "dk.parloeb.handover-due"), 403, "/type"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(gateway, case):
    body, status, pointer = REFUSED[case]
    answer = gateway.client(HK).post("/v1/haendelser", body, "application/cloudevents+json")
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status and document["title"] and document["type"]
    if pointer:
        assert pointer in {f["felt"] for f in document["fejl"]}
    text = answer.body.decode()
    assert ECHO not in text and CPR not in text and "\xff" not in text
    if not isinstance(body, bytes) and body.get("id"):
        assert body["id"] not in text


def test_nothing_refused_is_in_kafka(gateway):
    def all_of_them():
        client = gateway.client(HK)
        return {client.post("/v1/haendelser", body, "application/cloudevents+json").status
                for body, _, _ in REFUSED.values()}

    assert unchanged_after(gateway, all_of_them) == {400, 403, 422}


def test_every_wrong_field_at_once(gateway):
    e = hours()
    e["data"] = {"cpr": "123", "dagpengemaaned": "2024-3", "udbetalteTimer": "many", "x": 1}
    e["time"] = "yesterday"
    answer = gateway.client(HK).send(e)
    assert answer.status == 422
    assert {f for f, _ in faults(answer)} >= {"/time", "/data/cpr", "/data/dagpengemaaned",
                                             "/data/udbetalteTimer"}
    assert any(kode == "ukendt" for _, kode in faults(answer))


@pytest.mark.parametrize("content_type", [
    "text/plain", "application/json", "application/cloudevents+xml", "application/x-www-form-urlencoded",
    "application/cloudevents+json; charset=latin1", "application/cloudevents+jsonx"])
def test_another_content_type(gateway, content_type):
    answer = gateway.client(HK).post("/v1/haendelser", hours(), content_type)
    assert answer.status == 415


def test_too_many_and_too_large(gateway):
    client = gateway.client(HK)
    batch, one = "application/cloudevents-batch+json", "application/cloudevents+json"

    def status(body, kind):
        return unchanged_after(gateway, lambda: client.post("/v1/haendelser", body, kind)).status

    assert status([1] * 1001, batch) == 413
    assert status(b" " * (1 << 20), one) == 400
    assert status(b" " * ((1 << 20) + 1), one) == 413
    assert status(b"{}", batch) == 400
    assert status(b"[{},", batch) == 400


def test_a_repeat_is_accepted_once_and_a_clash_refused(gateway):
    client, e = gateway.client(HK), hours()
    assert client.send(e).status == 202
    assert unchanged_after(gateway, lambda: client.send(e)).status == 202
    assert unchanged_after(gateway, lambda: client.send([e, e])).status == 202
    other = copy.deepcopy(e)
    other["data"]["udbetalteTimer"] = 1
    answer = unchanged_after(gateway, lambda: client.send(other))
    assert answer.status == 422 and faults(answer) == {("/id", "brugt")}
    # Another source under the same id is another event.
    other["source"] = "/akasse/hk/another"
    before = sum(gateway.ends().values())
    assert client.send(other).status == 202
    assert sum(gateway.ends().values()) == before + 1


def test_a_repeat_waits_for_the_first(gateway):
    e, client = hours(), gateway.client(HK)
    before = sum(gateway.ends().values())
    kafka = gateway.cluster.running()[0]
    repeats = 'parloeb_gateway_events_total{udfald="gentagelse"}'
    already = gateway.metric(repeats)
    with ThreadPoolExecutor(8) as pool:
        kafka.signal(signal.SIGSTOP)
        try:
            answers = [pool.submit(client.send, e) for _ in range(8)]
            wait_until(lambda: gateway.metric(repeats) >= already + 7, "all eight under way")
            assert not any(a.done() for a in answers)
        finally:
            kafka.signal(signal.SIGCONT)
        assert [a.result().status for a in answers] == [202] * 8
    assert sum(gateway.ends().values()) == before + 1


# -- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", "Basic aGs6eA==", "Bearer a b"])
@pytest.mark.parametrize("call", [("POST", "/v1/haendelser"), ("GET", "/v1/feed"),
                                  ("GET", "/v1/haendelser/x"), ("POST", "/v1/kvitteringer"),
                                  ("POST", "/v1/genoptag"), ("GET", "/v1/skemaer")])
def test_401_without_a_valid_token(gateway, header, call):
    client = gateway.client(HK)
    client.token = None
    answer = client.request(*call, b"{}" if call[0] == "POST" else None,
                            {"Authorization": header} if header else {})
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_404_and_405(gateway):
    client = gateway.client(HK)
    for path in ("/", "/v1", "/v1/haendelser/", "/v1/kalender/abc.ics", "/v1/skemaer/nothing",
                 "/v1/skemaer/forloeb-tilstand", "/v1/skemaer/kommando"):
        assert client.get(path).status == 404, path
    answer = client.request("PUT", "/v1/haendelser", b"{}")
    assert answer.status == 405 and answer.headers["Allow"] == "POST"


def test_an_organisation_exists_between_its_dates(gateway):
    client = gateway.client("akasse:nnf")
    e = hours("akasse:nnf")
    assert client.send(e).status == 202
    late = hours("akasse:nnf")
    late["time"] = "2025-01-01T00:00:00+01:00"
    answer = unchanged_after(gateway, lambda: client.send(late))
    assert answer.status == 422 and ("/source", "organisation") in faults(answer)


def test_a_partner_of_several_organisations_says_which(gateway):
    token = gateway.partner("two", ["akasse:ase", "akasse:ca"], haendelser=["timer-indberettet"])
    client = gateway.client(None, token)
    assert client.send(hours("akasse:ase")).status == 202
    assert client.send(hours("akasse:ca")).status == 202
    assert client.get("/v1/feed").status == 400
    assert client.get("/v1/feed", organisation="akasse:ca").status == 200
    assert client.get("/v1/feed", organisation="akasse:hk").status == 403
    assert client.get("/v1/feed", organisation="nobody").status == 400
    e = event("akasse:ase", "cv-godkendt", {"cpr": CPR, "dato": "2024-03-01"}, time=PAST)
    assert unchanged_after(gateway, lambda: client.send(e)).status == 403


def test_a_rate_for_each_token(gateway):
    token = gateway.partner("slow", ["akasse:tak"], rate=5)
    client = gateway.client(None, token)

    def refused():
        answer = client.get("/v1/skemaer")
        return answer if answer.status == 429 else None

    answer = wait_until(refused, "429", interval_s=0)
    assert int(answer.headers["Retry-After"]) >= 1
    assert gateway.client(HK).get("/v1/skemaer").status == 200
    wait_until(lambda: client.get("/v1/skemaer").status == 200, "room again")


def test_a_faulty_partner_file_changes_nothing(gateway):
    bad = gateway.partners / "bad.yaml"
    bad.write_text("navn: x\norganisationer: [nobody]\n")
    before = gateway.log().count("configuration has faults")
    try:
        gateway.daemon.signal(signal.SIGHUP)
        wait_until(lambda: gateway.log().count("configuration has faults") > before, "refusal")
        assert "bad.yaml:2" in gateway.log()
        assert gateway.client(HK).send(hours()).status == 202
    finally:
        bad.unlink()


# -- the ladder -----------------------------------------------------------------------------------


class Console:
    """A console that knows what it is told."""

    def __init__(self, port):
        ladders = self.ladders = {}
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                status, body = ladders.get(self.path, (404, b"{}"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_accepteret_at_once_and_the_rest_from_the_console(gateway):
    client, other, e = gateway.client(HK), gateway.client("akasse:3f"), hours(id="æ/ø 1?&")
    assert client.send(e).status == 202
    # No console: what we know ourselves; of what we do not know nothing can be said.
    answer = client.ladder(e["id"])
    assert answer.status == 200
    assert [t["trin"] for t in answer.json()["trin"]] == ["accepteret"]
    assert client.ladder("unknown").status == 503
    console = Console(gateway.console_port)
    try:
        # One that is too slow, as this process may be once, is one that is not there.
        assert [t["trin"] for t in client.ladder(e["id"]).json()["trin"]] == ["accepteret"]
        wait_until(lambda: console.asked, "the console to be asked")
        assert console.asked[0] == "/haendelse?id=%C3%A6%2F%C3%B8%201%3F%26&organisation=akasse%3Ahk"
        for who, id in ((client, "unknown"), (other, e["id"])):
            wait_until(lambda: who.ladder(id).status == 404, "the console's no")  # noqa: B023
        assert client.ladder("x" * 1000).status == 404
        ladder = {"id": e["id"], "trin": [{"trin": "behandlet", "tid": PAST}], "modtagere": []}
        console.ladders[console.asked[0]] = (200, json.dumps(ladder).encode())
        wait_until(lambda: client.ladder(e["id"]).json() == ladder, "the console's ladder")
        console.ladders[console.asked[0]] = (200, b"<html>")
        assert [t["trin"] for t in client.ladder(e["id"]).json()["trin"]] == ["accepteret"]
    finally:
        console.close()


# -- receipts and orders --------------------------------------------------------------------------


def test_receipts_lie_in_postkasse(gateway):
    client, delivery = gateway.client("kommune:0461"), str(uuid.uuid4())
    before = sum(gateway.ends("postkasse").values())
    for _ in range(2):
        answer = client.receipt(delivery, "haandteret")
        assert answer.status == 202
        assert answer.json() == {"modtaget": [{"leveringid": delivery, "status": "accepteret"}]}
    many = [{"leveringid": str(uuid.uuid4()), "status": s} for s in
            ("haandteret", "afvist-midlertidigt", "afvist-endeligt", "slettet")]
    many[2]["aarsag"] = "Findes ikke her."
    assert client.post("/v1/kvitteringer", many).status == 202
    assert sum(gateway.ends("postkasse").values()) == before + 6
    records = [r for r in gateway.topic("postkasse") if r.key == b"kommune:0461"
               and r.headers["ce_type"] == b"dk.parloeb.kvittering"]
    assert len(records) == 6
    assert uuid.UUID(delivery).bytes in records[0].value
    assert b"kommune:0461" in records[0].value
    assert "Findes ikke her.".encode() in records[4].value


@pytest.mark.parametrize("body, status, felt", [
    (b"{", 400, None), (b"5", 400, None), (b'{"a":1,"a":2}', 400, None),
    ([{}] * 1001, 413, None),
    ({"status": "haandteret"}, 422, "/leveringid"),
    ({"leveringid": "x", "status": "haandteret"}, 422, "/leveringid"),
    ({"leveringid": str(uuid.uuid4())}, 422, "/status"),
    ({"leveringid": str(uuid.uuid4()), "status": "leveret"}, 422, "/status"),
    ({"leveringid": str(uuid.uuid4()), "status": "slettet", "aarsag": "x" * 501}, 422, "/aarsag"),
    ({"leveringid": str(uuid.uuid4()), "status": "slettet", "aarsag": CPR}, 422, "/aarsag"),
    ({"leveringid": str(uuid.uuid4()), "status": "slettet", "mere": 1}, 422, ""),
])
def test_refused_receipts(gateway, body, status, felt):
    answer = unchanged_after(gateway, lambda: gateway.client(HK).post("/v1/kvitteringer", body),
                             "postkasse")
    assert answer.status == status
    if felt is not None:
        assert felt in {f["felt"] for f in answer.json()["fejl"]}
    assert CPR not in answer.body.decode()


def test_a_list_of_receipts_is_judged_one_by_one(gateway):
    good = {"leveringid": str(uuid.uuid4()), "status": "haandteret"}
    before = sum(gateway.ends("postkasse").values())
    answer = gateway.client(HK).post("/v1/kvitteringer", [{"status": "x"}, good, 7])
    assert answer.status == 207
    assert [r["status"] for r in answer.json()["modtaget"]] == ["afvist", "accepteret", "afvist"]
    assert sum(gateway.ends("postkasse").values()) == before + 1
    assert gateway.client(HK).post("/v1/kvitteringer", good, "text/plain").status == 415


CONTRADICTIONS = [(first, then) for first in ("haandteret", "afvist-endeligt", "slettet")
                  for then in ("haandteret", "afvist-midlertidigt", "afvist-endeligt", "slettet")
                  if then not in (first, "slettet")]


@pytest.mark.parametrize("first, then", CONTRADICTIONS)
def test_a_receipt_that_contradicts_the_first_is_refused(gateway, first, then):
    """The first one stands, its repeat is answered as before, and nothing of the other reaches Kafka."""
    client, delivery = gateway.client("kommune:0461"), str(uuid.uuid4())
    taken = client.receipt(delivery, first)
    assert taken.status == 202
    answer = unchanged_after(gateway, lambda: client.receipt(delivery, then), "postkasse")
    assert answer.status == 422
    assert [(f["felt"], f["kode"]) for f in answer.json()["fejl"]] == [("/status", "modsigelse")]
    assert client.receipt(delivery, first).json() == taken.json()
    assert gateway.client(HK).receipt(delivery, then).status == 202   # another organisation's delivery is another


def test_a_refusal_for_now_and_a_deletion_contradict_nothing(gateway):
    client = gateway.client("kommune:0461")
    for path in (("afvist-midlertidigt", "afvist-midlertidigt", "haandteret", "slettet", "slettet"), ("afvist-endeligt", "slettet")):
        delivery = str(uuid.uuid4())
        assert [client.receipt(delivery, status).status for status in path] == [202] * len(path)


def test_in_a_list_the_contradiction_alone_is_refused(gateway):
    client, delivery = gateway.client("kommune:0461"), str(uuid.uuid4())
    one, other = ({"leveringid": delivery, "status": s} for s in ("haandteret", "afvist-endeligt"))
    answer = client.post("/v1/kvitteringer", [one, other, one])
    assert answer.status == 207
    assert [r["status"] for r in answer.json()["modtaget"]] == ["accepteret", "afvist", "accepteret"]


def test_genoptag_is_an_order_on_postkasse(gateway):
    client, delivery = gateway.client("kommune:0101"), uuid.uuid4()
    assert client.request("POST", "/v1/genoptag").status == 202
    assert client.post("/v1/genoptag", {"leveringid": str(delivery), "aarsag": "Rettet"}).status == 202
    records = [r for r in gateway.topic("postkasse") if r.key == b"kommune:0101"]
    assert [r.headers["ce_type"] for r in records] == [b"dk.parloeb.kommando"] * 2
    assert delivery.bytes in records[1].value and delivery.bytes not in records[0].value
    assert client.post("/v1/genoptag", {"person": "x"}).status == 422
    assert client.post("/v1/genoptag", [1]).status == 400


# -- schemas --------------------------------------------------------------------------------------


def test_json_schema_of_every_event(gateway):
    client = gateway.client(HK)
    names = [s["navn"] for s in client.get("/v1/skemaer").json()["skemaer"]]
    assert {"member-registered", "handover-due", "haendelse-afvist", "levering-tilbagekaldt"} <= set(names)
    assert not {"kommando", "markoer", "kvittering", "levering-status", "forloeb-tilstand",
                "dispatch-levering"} & set(names)
    for name in names:
        answer = client.get(f"/v1/skemaer/{name}")
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/schema+json"
        assert answer.json()["$schema"].endswith("2020-12/schema")
        assert "forseglet" not in answer.body.decode()


# -- its process ----------------------------------------------------------------------------------


def test_sigterm_answers_who_waits_and_ends_0(gateway):
    client = gateway.client("akasse:dsa")
    cursor = client.get("/v1/feed").json()["naeste"]
    waiting = gateway.metric("parloeb_gateway_feed_waiting")
    with ThreadPoolExecutor(2) as pool:
        poll = pool.submit(client.get, "/v1/feed", efter=cursor, vent=30)
        wait_until(lambda: gateway.metric("parloeb_gateway_feed_waiting") > waiting, "long poll")
        assert gateway.daemon.stop() == "stopped"
        assert poll.result().json() == {"haendelser": [], "naeste": cursor}
    assert "stopping" in gateway.log()
    gateway.start()
    assert client.get("/v1/feed", efter=cursor).status == 200


def test_a_configuration_fault_stops_the_start_and_says_where(gateway, tmp_path):
    def start(text, *args):
        file = tmp_path / "p.yaml"
        file.write_text(text)
        return gateway.run("parloeb-gateway", "--config", file, *args, check=False)

    good = gateway.config.read_text()
    assert start(good, "--check").returncode == 0
    done = start(good.replace("rate: 1000", "rate: many"), "--check")
    assert done.returncode == 1 and "p.yaml:" in done.stderr and "rate" in done.stderr
    done = start(good.replace("  rate: 1000", "  hastighed: 1000"))
    assert done.returncode == 1 and "hastighed" in done.stderr
    done = start(good.replace("  rate: 1000", "  mock_log: true"))
    assert done.returncode == 1 and "mock_log" in done.stderr
    assert "gateway" in gateway.run("parloeb-gateway", "--version").stdout


def test_bound_address_in_use_is_told(gateway):
    done = subprocess.run([gateway.bin / "parloeb-gateway", "--config", gateway.config],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and str(gateway.mgmt_port) in done.stderr


def test_nothing_about_persons_in_log_or_metrics(gateway):
    assert gateway.client(HK).send(hours()).status == 202
    assert CPR not in gateway.log()
    assert CPR not in gateway.manage("/metrics").body.decode()
