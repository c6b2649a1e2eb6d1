# SPDX-License-Identifier: MPL-2.0
"""The feed: paging, long poll, streams, what is too old, and what fetching past settles."""

import http.client
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway_stack import CPR, gateway  # noqa: F401
from harness import event, wait_until

PAST = "2024-03-31T12:00:00+02:00"


@pytest.fixture(scope="module", autouse=True)
def some_events(gateway):
    """Two facts on `ind`, for gateway_relay to copy into mailboxes."""
    data = {"cpr": CPR, "dagpengemaaned": "2024-03", "udbetalteTimer": 160.33}
    client = gateway.client("akasse:hk")
    events = [event("akasse:hk", "timer-indberettet", data, time=PAST) for _ in range(2)]
    assert client.send(events).status == 202
    return events


def page(client, **query):
    answer = client.get("/v1/feed", **query)
    assert answer.status == 200, answer
    return answer.json()


def ids(events):
    return [e["leveringid"] for e in events]


def walk(client, maks):
    """The whole mailbox in pages of `maks`."""
    found, after = [], {}
    while True:
        got = page(client, maks=maks, **after)
        assert len(got["haendelser"]) <= maks
        if not got["haendelser"]:
            return found, got["naeste"]
        found += ids(got["haendelser"])
        after = {"efter": got["naeste"]}


def waiting(gateway, n):
    wait_until(lambda: gateway.metric("parloeb_gateway_feed_waiting") >= n, f"{n} waiting")


def cursors(gateway, org):
    return [r for r in gateway.topic("postkasse") if r.key == org.encode()
            and r.headers["ce_type"] == b"dk.parloeb.markoer"]


def test_an_event_as_the_recipient_gets_it(gateway, some_events):
    org = "akasse:3f"
    [one, two] = gateway.relay(org)
    wait_until(lambda: len(page(gateway.client(org))["haendelser"]) == 2, "two events")
    first, second = page(gateway.client(org))["haendelser"]
    sent = {e["id"]: e for e in some_events}[first["id"]]
    assert (first["leveringid"], second["leveringid"]) == (one, two)
    for member in ("source", "type", "data"):
        assert first[member] == sent[member]
    assert first["time"] == PAST  # Copenhagen's offset
    assert first["specversion"] == "1.0" and first["datacontenttype"] == "application/json"
    assert (first["sequence"], second["sequence"]) == ("1", "2")
    assert uuid.UUID(first["correlationid"])
    # The same person under the same pseudonym, another one for another recipient.
    assert first["partitionkey"] == second["partitionkey"] != CPR
    gateway.relay("akasse:ase")
    wait_until(lambda: page(gateway.client("akasse:ase"))["haendelser"], "mail")
    assert page(gateway.client("akasse:ase"))["haendelser"][0]["partitionkey"] != first["partitionkey"]


def test_pages_in_order_without_gaps_from_any_place(gateway):
    org = "kommune:0461"
    sent = gateway.relay(org, 600)
    client = gateway.client(org)
    wait_until(lambda: len(walk(client, 500)[0]) == 1200, "1,200 events")
    assert len(page(client)["haendelser"]) == 100  # where nothing is said
    for maks in (500, 7, 123):
        found, end = walk(client, maks)
        assert found == sent
        assert page(client, efter=end) == {"haendelser": [], "naeste": end}


def test_older_mail_is_read_from_kafka_after_a_start(gateway):
    org = "kommune:0101"
    sent = gateway.relay(org, 300)
    client = gateway.client(org)
    wait_until(lambda: len(walk(client, 500)[0]) == 600, "600 events")
    half = page(client, maks=250)
    gateway.daemon.stop()
    gateway.start()
    # Nothing of it is in memory now; and the cursor of before still holds.
    assert walk(client, 500)[0] == sent
    assert walk(client, 17)[0] == sent
    assert ids(page(client, efter=half["naeste"], maks=500)["haendelser"]) == sent[250:]
    with ThreadPoolExecutor(12) as pool:  # more at once than there are readers
        for found, _ in pool.map(lambda n: walk(client, n), [50, 60, 70] * 4):
            assert found == sent


@pytest.mark.parametrize("query", [
    {"maks": 0}, {"maks": 501}, {"maks": "x"}, {"maks": "-1"}, {"maks": ""}, {"vent": 31},
    {"vent": "1.5"}, {"efter": "x"}, {"efter": "c1" + "0" * 24}, {"efter": "0"}])
def test_refused_arguments(gateway, query):
    assert gateway.client("akasse:hk").get("/v1/feed", **query).status == 400


def test_a_cursor_is_one_organisations(gateway):
    cursor = page(gateway.client("akasse:hk"))["naeste"]
    assert gateway.client("akasse:3f").get("/v1/feed", efter=cursor).status == 400
    changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    assert gateway.client("akasse:hk").get("/v1/feed", efter=changed).status == 400


def test_a_long_poll_is_woken_by_news_of_its_own(gateway):
    client, other = gateway.client("akasse:metal"), gateway.client("akasse:bupl")
    cursor = page(client)["naeste"]
    with ThreadPoolExecutor(50) as pool:
        before = gateway.metric("parloeb_gateway_feed_waiting")
        polls = [pool.submit(page, client, efter=cursor, vent=30) for _ in range(40)]
        quiet = pool.submit(page, other, vent=30)
        waiting(gateway, before + 41)
        sent = gateway.relay("akasse:metal")
        for poll in polls:
            assert ids(poll.result()["haendelser"])[0] == sent[0]
        assert not quiet.done()
        own = gateway.relay("akasse:bupl")
        assert ids(quiet.result()["haendelser"])[0] == own[0]


def test_a_long_poll_without_news_is_an_empty_list(gateway):
    client = gateway.client("akasse:ca")
    cursor = page(client)["naeste"]
    began = time.monotonic()
    assert page(client, efter=cursor, vent=1) == {"haendelser": [], "naeste": cursor}
    assert time.monotonic() - began >= 0.9


def test_a_poll_that_goes_away_leaves_nothing(gateway):
    client = gateway.client("akasse:foa")
    before = gateway.metric("parloeb_gateway_feed_waiting")
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    connection.request("GET", "/v1/feed?vent=30", headers={"Authorization": f"Bearer {client.token}"})
    waiting(gateway, before + 1)
    connection.close()
    wait_until(lambda: gateway.metric("parloeb_gateway_feed_waiting") == before, "forgotten")


def test_fetching_past_writes_a_cursor_once(gateway):
    org, client = "akasse:frie", gateway.client("akasse:frie")
    gateway.relay(org, 2)
    wait_until(lambda: len(page(client)["haendelser"]) == 4, "four events")
    assert cursors(gateway, org) == []
    two = page(client, maks=2)["naeste"]
    assert cursors(gateway, org) == []  # told, but not yet fetched past
    for _ in range(3):
        end = page(client, efter=two)["naeste"]
    wait_until(lambda: len(cursors(gateway, org)) == 1, "one cursor")
    page(client, efter=end)
    wait_until(lambda: len(cursors(gateway, org)) == 2, "two cursors")
    page(client, efter=two)  # back again: nothing is taken back
    page(client, efter=end)
    assert len(cursors(gateway, org)) == 2
    assert org.encode() in cursors(gateway, org)[0].value


def test_a_record_that_cannot_be_read_is_passed_over(gateway):
    org = "akasse:krifa"
    gateway.relay(org, 1, "garbage")
    [first, _] = gateway.relay(org)
    client = gateway.client(org)
    wait_until(lambda: page(client)["haendelser"], "mail")
    assert ids(page(client)["haendelser"])[0] == first
    assert gateway.metric("parloeb_gateway_feed_unreadable_total") >= 2
    assert "garbage" not in gateway.log()


class Stream:
    """A client of server-sent events."""

    def __init__(self, gateway, org, last=None, query=""):
        self.connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=40)
        headers = {"Authorization": f"Bearer {gateway.tokens[org]}", "Accept": "text/event-stream"}
        if last:
            headers["Last-Event-ID"] = last
        self.connection.request("GET", "/v1/feed" + query, headers=headers)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200
        assert self.answer.headers["Content-Type"] == "text/event-stream"

    def next(self):
        """(id, data) of the next event; comments are passed over."""
        found = {}
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if not line and found:
                return found["id"], found["data"]
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                found[name] = value

    def close(self):
        self.connection.close()


def test_a_stream_gives_what_is_there_and_what_comes_and_resumes(gateway):
    org = "akasse:sl"
    sent = gateway.relay(org, 300)
    stream = Stream(gateway, org)
    got = [stream.next() for _ in range(600)]
    assert [d for _, d in got if '"leveringid"' not in d] == []
    assert all(sent[i] in data for i, (_, data) in enumerate(got))
    more = gateway.relay(org)
    fresh = [stream.next() for _ in range(2)]
    assert all(more[i] in data for i, (_, data) in enumerate(fresh))
    stream.close()
    again = Stream(gateway, org, last=got[299][0])
    assert again.next() == got[300]
    again.close()
    wait_until(lambda: len(cursors(gateway, org)) == 1, "resuming settles what lies before")
    # A cursor of the feed and the id of an event are the same thing.
    assert sent[300] in str(page(gateway.client(org), efter=got[299][0], maks=1))
    waiting_now = gateway.metric("parloeb_gateway_feed_waiting")
    wait_until(lambda: gateway.metric("parloeb_gateway_feed_waiting") <= waiting_now, "streams gone")


def test_too_old_is_410_with_the_oldest(gateway):
    org = "akasse:lederne"
    sent = gateway.relay(org, 5)
    client = gateway.client(org)
    wait_until(lambda: len(page(client)["haendelser"]) == 10, "ten events")
    old = page(client, maks=2)["naeste"]
    [record] = [r for r in gateway.topic("ud")
                if r.headers.get("ce_leveringid", b"").decode() == sent[4]]
    gateway.delete_records("ud", record.partition, record.offset)
    # What is in memory is still given; after a start it is gone.
    gateway.daemon.stop()
    gateway.start()
    answer = wait_until(lambda: (lambda a: a if a.status != 503 else None)(
        client.get("/v1/feed", efter=old)), "an answer")
    assert answer.status == 410
    assert answer.headers["Content-Type"] == "application/problem+json"
    oldest = answer.json()["aeldste"]
    assert ids(page(client, efter=oldest)["haendelser"]) == sent[4:]
    assert ids(page(client)["haendelser"]) == sent[4:]  # without `efter` from the oldest
    assert client.get("/v1/feed", efter=old).status == 410
