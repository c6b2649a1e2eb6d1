# SPDX-License-Identifier: MPL-2.0
"""The feed and what was withdrawn: a withdrawal stands where the withdrawn message stood, and once."""

import json

import pytest
from gateway_stack import CPR, gateway  # noqa: F401
from harness import event, wait_until
from test_gateway_feed import Stream, ids, page, walk

PAST = "2024-03-31T12:00:00+02:00"


@pytest.fixture(scope="module", autouse=True)
def one_event(gateway):
    data = {"cpr": CPR, "dagpengemaaned": "2024-03", "udbetalteTimer": 160.33}
    sent = event("akasse:hk", "timer-indberettet", data, time=PAST)
    assert gateway.client("akasse:hk").send(sent).status == 202


def mailbox(gateway, org, n):
    """A mailbox with n messages, and its reader."""
    sent, client = gateway.relay(org, n), gateway.client(org)
    wait_until(lambda: len(walk(client, 500)[0]) == n, f"{n} messages")
    return sent, client


def withdraw(gateway, org, *deliveries):
    """Known ahead; at its own place, which another reader of the gateway follows, it may come a little later."""
    before = gateway.metric("parloeb_gateway_withdrawals")
    made = gateway.withdraw(org, *deliveries)
    wait_until(lambda: gateway.metric("parloeb_gateway_withdrawals") == before + len(made), "known")
    return made


def test_it_stands_in_place_of_what_it_withdraws(gateway):
    org = "akasse:3f"
    sent, client = mailbox(gateway, org, 5)
    original = page(client)["haendelser"][1]
    [made] = withdraw(gateway, org, sent[1])
    events = page(client)["haendelser"]
    assert ids(events) == [sent[0], made, *sent[2:]]
    shown = events[1]
    assert shown["type"] == "dk.parloeb.levering-tilbagekaldt"
    assert shown["data"] == {"tilbagekaldtLeveringid": sent[1], "aarsag": "rettet"}
    for member in ("sequence", "correlationid", "partitionkey"):
        assert shown[member] == original[member]


@pytest.mark.parametrize("maks, org", [
    (1, "kommune:0101"), (2, "kommune:0147"), (3, "kommune:0151"), (500, "kommune:0153")])
def test_once_for_a_reader_that_was_shown_it_ahead(gateway, maks, org):
    sent, client = mailbox(gateway, org, 6)
    made = withdraw(gateway, org, sent[4], sent[0])
    found, end = walk(client, maks)
    assert found == [made[1], *sent[1:4], made[0], sent[5]]
    assert page(client, efter=end) == {"haendelser": [], "naeste": end}


def test_at_its_own_place_for_a_reader_that_was_past(gateway):
    org = "akasse:ase"
    sent, client = mailbox(gateway, org, 4)
    past = page(client, maks=2)
    assert ids(past["haendelser"]) == sent[:2]
    made = withdraw(gateway, org, sent[0], sent[3])
    # The first is news at its own place, the other stands where the message stood.
    wait_until(lambda: len(page(client, efter=past["naeste"])["haendelser"]) >= 3, "its own place")
    assert ids(page(client, efter=past["naeste"])["haendelser"]) == [sent[2], made[1], made[0]]


def test_a_reader_that_waits_gets_it_at_once(gateway):
    org = "akasse:hk"
    sent, _ = mailbox(gateway, org, 2)
    stream = Stream(gateway, org)
    assert [sent[i] in stream.next()[1] for i in range(2)] == [True, True]
    [made] = withdraw(gateway, org, sent[1])
    shown = json.loads(stream.next()[1])
    assert (shown["leveringid"], shown["sequence"]) == (made, "2")
    stream.close()


def test_a_stream_resumes_where_it_was_shown_one_ahead(gateway):
    org = "akasse:metal"
    sent, _ = mailbox(gateway, org, 3)
    [made] = withdraw(gateway, org, sent[0])
    stream = Stream(gateway, org)
    first = stream.next()
    stream.close()
    again = Stream(gateway, org, last=first[0])
    assert made in first[1] and [sent[i] in again.next()[1] for i in (1, 2)] == [True, True]
    [more] = gateway.relay(org)
    assert more in again.next()[1]  # and nothing in between
    again.close()


def test_known_after_a_start_and_from_another_gateway(gateway):
    org = "akasse:foa"
    sent, client = mailbox(gateway, org, 3)
    before = page(client, maks=1)
    made = withdraw(gateway, org, sent[1])
    ahead = page(client, efter=before["naeste"], maks=1)
    gateway.daemon.stop()
    gateway.start()
    assert ids(ahead["haendelser"]) == made
    assert ids(page(client, efter=ahead["naeste"])["haendelser"]) == [sent[2]]
    assert walk(client, 2)[0] == [sent[0], *made, sent[2]]


def test_more_than_a_cursor_carries_are_seen_twice_and_never_lost(gateway):
    org = "akasse:ca"
    sent, client = mailbox(gateway, org, 40)
    made = withdraw(gateway, org, *sent)
    wait_until(lambda: len(walk(client, 500)[0]) >= 48, "their own places")
    for maks in (500, 7):
        found, _ = walk(client, maks)
        # The oldest eight fell out of the cursor before their own place came.
        assert found == [*made, *made[:8]]
