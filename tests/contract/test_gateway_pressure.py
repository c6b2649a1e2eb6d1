# SPDX-License-Identifier: MPL-2.0
"""The gateway when the world is against it: Kafka away, clients slow, idle or too many."""

import json
import resource
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway_stack import CPR, Gateway
from harness import event, wait_until
from harness.wait import PATIENCE_S

HK = "akasse:hk"
IDLE = 10_000
PER_ADDRESS = 50


@pytest.fixture(scope="module")
def gateway():
    # Longer than this process may stand still between connecting and sending, or half-way through.
    g = Gateway(header_deadline="8s", body_deadline="8s")
    try:
        yield g.up()
        assert CPR not in g.log()
    finally:
        g.close()


def hours():
    data = {"cpr": CPR, "dagpengemaaned": "2024-03", "udbetalteTimer": 160.33}
    return event(HK, "timer-indberettet", data, time="2024-03-31T12:00:00+02:00")


def connect(gateway, source=None):
    return socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE_S,
                                    source_address=(source, 0) if source else None)


def head(gateway, **headers):
    lines = ["POST /v1/haendelser HTTP/1.1", "Host: x",
             f"Authorization: Bearer {gateway.tokens[HK]}",
             "Content-Type: application/cloudevents+json"]
    lines += [f"{k.replace('_', '-')}: {v}" for k, v in headers.items()]
    return ("\r\n".join(lines) + "\r\n").encode()


def until_closed(s):
    """All that comes until the other side closes."""
    got = b""
    try:
        while part := s.recv(65536):
            got += part
    except ConnectionResetError:
        pass
    return got


def dripping(gateway, first, drip):
    """Sends a little every tenth of a second until the server has had enough; its answer."""
    end, got = time.monotonic() + PATIENCE_S, b""
    with connect(gateway) as s:
        s.sendall(first)
        s.settimeout(0.1)
        while time.monotonic() < end:
            try:
                part = s.recv(4096)
                if not part:
                    return got
                got += part
            except TimeoutError:
                try:
                    s.sendall(drip)
                except OSError:
                    return got
            except ConnectionResetError:
                return got
    raise AssertionError("never cut")


def test_a_slow_header_is_cut_and_others_are_served(gateway):
    with ThreadPoolExecutor(20) as pool:
        slow = [pool.submit(dripping, gateway, b"GET /v1/feed HTTP/1.1\r\nHost: x\r\n", b"x")
                for _ in range(20)]
        assert gateway.client(HK).send(hours()).status == 202
        for job in slow:
            got = job.result()
            assert got.startswith(b"HTTP/1.1 408") or got == b""


def test_a_slow_body_is_cut_and_is_not_in_kafka(gateway):
    body = json.dumps(hours()).encode()
    before = gateway.ends()
    with ThreadPoolExecutor(10) as pool:
        slow = [pool.submit(dripping, gateway, head(gateway, Content_Length=len(body)) + b"\r\n{", b" ")
                for _ in range(10)]
        assert gateway.client(HK).get("/v1/skemaer").status == 200
        for job in slow:
            got = job.result()
            assert got.startswith(b"HTTP/1.1 408") or got == b""
    assert gateway.ends() == before


@pytest.mark.parametrize("name, request_, status", [
    ("large header", lambda g: head(g, X="y" * 20000, Content_Length=2) + b"\r\n{}", b"431"),
    ("two lengths", lambda g: head(g, Content_Length=2) + b"Content-Length: 3\r\n\r\n{}", b"400"),
    ("length and chunks", lambda g: head(g, Content_Length=2, Transfer_Encoding="chunked")
     + b"\r\n{}", b"400"),
    ("no host", lambda g: b"GET /v1/feed HTTP/1.1\r\n\r\n", b"400"),
    ("two tokens", lambda g: head(g, Authorization="Bearer x", Content_Length=2) + b"\r\n{}", b"400"),
])
def test_the_gate_refuses_and_closes(gateway, name, request_, status):
    with connect(gateway) as s:
        s.sendall(request_(gateway))
        got = until_closed(s)
    assert got.startswith(b"HTTP/1.1 " + status), (name, got[:100])


def test_more_connections_than_an_address_may_have_are_closed(gateway):
    address = "127.0.0.77"
    held = [connect(gateway, address) for _ in range(64)]
    try:
        for s in held:
            s.sendall(b"GET")
        with connect(gateway, address) as one_more:
            assert until_closed(one_more) == b""
        assert gateway.client(HK).get("/v1/skemaer").status == 200  # from another address
    finally:
        for s in held:
            s.close()


def test_ten_thousand_idle_connections_and_others_are_served(gateway):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard >= IDLE + 500, "this test needs more file descriptors"
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    idle = []
    try:
        for n in range(IDLE):
            idle.append(connect(gateway, f"127.0.1.{1 + n // PER_ADDRESS}"))
        client = gateway.client(HK)
        assert client.send(hours()).status == 202
        cursor = client.get("/v1/feed").json()["naeste"]
        with ThreadPoolExecutor(1) as pool:
            poll = pool.submit(wait_until, lambda: client.get("/v1/feed", efter=cursor, vent=20).json()["haendelser"], "news")
            gateway.relay(HK)
            assert poll.result()
        assert gateway.manage("/readyz").status == 200
    finally:
        for s in idle:
            s.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_client_that_leaves_before_the_answer_harms_nobody(gateway):
    body = [json.dumps(hours()).encode() for _ in range(50)]
    for b in body:
        with connect(gateway) as s:
            s.sendall(head(gateway, Content_Length=len(b)) + b"\r\n" + b)
    assert gateway.client(HK).send(hours()).status == 202
    wait_until(lambda: gateway.metric("parloeb_gateway_inflight_bytes") == 0, "all reported")


def test_kafka_away_is_503_and_back_it_goes_on_by_itself(gateway):
    client, events = gateway.client(HK), [hours() for _ in range(3)]
    assert client.send(hours()).status == 202
    gateway.cluster.stop()
    for e in events:
        answer = client.send(e)
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["status"] == 503
    assert client.send(events).status == 503
    wait_until(lambda: not gateway.ready(), "not ready")
    # For everything that is written.
    assert client.receipt("bcaaaa79-32e7-5414-980f-75d2cb725e15", "haandteret").status == 503
    assert client.request("POST", "/v1/genoptag").status == 503
    gateway.cluster.start()
    wait_until(gateway.ready, "ready again")
    # A broker that has just come up may hand out producer ids late.
    wait_until(lambda: client.send(hours()).status == 202, "written again")
    assert client.send(events).status == 202
    ids = Counter(r.headers["ce_id"].decode() for r in gateway.topic("ind"))
    assert [ids[e["id"]] for e in events] == [1, 1, 1], "each once"
    # The feed too.
    sent = gateway.relay("akasse:ftfa")
    feed = gateway.client("akasse:ftfa")
    wait_until(lambda: [e["leveringid"] for e in feed.get("/v1/feed", maks=500).json()
                        .get("haendelser", [])] == sent, "mail after the outage")
