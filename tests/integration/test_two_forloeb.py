# SPDX-License-Identifier: MPL-2.0
"""Two processes of forloeb share the persons; one is killed and the other takes over its half with
state and timers. Judged by what stands in the topics."""

import uuid

import pytest

import judge
from harness import Stack, event, wait_until

AKASSE, KOMMUNE = "akasse:hk", "kommune:0461"
MEMBERS = 60
PARTITIONS = 24


def cpr(n):
    """Nobody's: day + 60."""
    return f"{61 + n % 28}0180{1000 + n}"


def registered(n):
    return event(AKASSE, "member-registered", {
        "cpr": cpr(n), "tilmeldingId": str(uuid.uuid5(uuid.NAMESPACE_URL, cpr(n))),
        "tilmeldingsdato": "2024-03-01", "akassekode": "hk", "forsikringskategori": "fuldtid",
        "kommunekode": "0461"}, time="2024-03-01T09:00:00+01:00")


def hours(n, month):
    return event(AKASSE, "timer-indberettet", {
        "cpr": cpr(n), "dagpengemaaned": month, "udbetalteTimer": 160.33},
        time="2024-05-31T12:00:00+02:00")


def send(stack, events):
    assert stack.client(AKASSE).send(events).status == 202
    return {e["id"] for e in events}


def handled(stack, ids):
    return ids <= {judge.header(r, "ce_id") for r in stack.topic("forloeb")
                   if judge.header(r, "plb_trin") == "behandlet"}


def due(stack):
    return [r for r in stack.topic("ud")
            if judge.header(r, "ce_type") == "dk.parloeb.handover-due"]


@pytest.fixture(scope="module")
def after():
    """The stack when one of two has been killed between the facts and the timers that follow."""
    with Stack(clock="topic").up() as stack:
        second = stack.another("forloeb", "forloeb-2")
        for page in ("forloeb", second):
            wait_until(lambda page=page: stack.metrics(page)["parloeb_forloeb_partitions"]
                       == PARTITIONS / 2, "half of the partitions each")
        stack.clock("2024-03-01T09:00:00+01:00")
        ids = send(stack, [registered(n) for n in range(MEMBERS)])
        stack.clock("2024-05-31T12:00:00+02:00")
        ids |= send(stack, [hours(n, m) for n in range(MEMBERS) for m in ("2024-03", "2024-04")])
        wait_until(lambda: handled(stack, ids), "the facts of both halves to be behandlet")
        stack.kill("forloeb-2")
        ids = send(stack, [hours(n, "2024-05") for n in range(MEMBERS)])
        wait_until(lambda: handled(stack, ids), "the facts of the dead one's half")
        assert due(stack) == []
        stack.clock("2024-06-01T09:00:00+02:00")
        yield stack


def test_the_other_has_it_all(after):
    assert after.metrics("forloeb")["parloeb_forloeb_partitions"] == PARTITIONS


def test_no_timer_is_lost_or_doubled(after):
    """Each member's handover fell due at midnight: one to the kommune, one to the a-kasse."""
    found = [(r.key.decode(), judge.header(r, "plb_person")) for r in due(after)]
    assert len(found) == len(set(found)) == 2 * MEMBERS
    assert {org for org, _ in found} == {AKASSE, KOMMUNE}
    assert {judge.header(r, "ce_time") for r in due(after)} == {"2024-05-31T22:00:00.000Z"}


def test_each_fact_counts_once(after):
    ud = after.topic("ud")
    assert judge.outcome(after.topic("ind"), after.topic("forloeb")) == []
    assert judge.effects(ud) == []
    assert judge.order(ud) == []
