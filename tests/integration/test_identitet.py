# SPDX-License-Identifier: MPL-2.0
"""Another CPR number in mid-course, told to one of two gateways: facts under the new number go on in
the course, whichever gateway takes them and after each has been killed; what goes out carries it."""

import uuid

import judge
import pytest
from harness import Client, Stack, event, wait_until

AKASSE, KOMMUNE, DFDG = "akasse:hk", "kommune:0461", "dfdg:star"
FIRST, SECOND, THIRD = "6103801101", "6103801103", "6103801105"
START, TOLD, AGAIN = ("2024-03-01T09:00:00+01:00", "2024-03-20T12:00:00+01:00",
                      "2024-04-10T12:00:00+02:00")


class Play:
    def __init__(self, stack, second):
        self.stack = stack
        self.base = {1: stack.gateway, 2: second}

    def send(self, gateway, org, name, cpr, time, *, wait="behandlet", **data):
        value = event(org, name, {"cpr": cpr, **data}, time=time)
        client = Client(self.base[gateway], self.stack.token(org))
        assert client.send(value).status == 202
        wait_until(lambda: wait in {t["trin"] for t in client.ladder(value["id"]).json()["trin"]},
                   f"{name} to be {wait}")
        return value["id"]

    def change(self, gateway, before, after, time):
        return self.send(gateway, DFDG, "person-identitet-aendret", after, time, tidligereCpr=before)

    def hours(self, gateway, cpr, month, time):
        return self.send(gateway, AKASSE, "timer-indberettet", cpr, time, dagpengemaaned=month,
                         udbetalteTimer=160.33)

    def mail(self, org, name):
        return [m for m in self.stack.mailboxes([org])[org] if m["type"] == f"dk.parloeb.{name}"]


@pytest.fixture(scope="module")
def play():
    with Stack(clock="topic").up() as stack:
        p = Play(stack, stack.another_gateway("gateway-2"))
        samtale = str(uuid.uuid4())
        stack.clock(START)
        p.send(1, AKASSE, "member-registered", FIRST, START, tilmeldingId=str(uuid.uuid4()),
               tilmeldingsdato="2024-03-01", akassekode="hk", forsikringskategori="fuldtid",
               kommunekode="0461")
        p.samtale = p.send(1, AKASSE, "samtale-held", FIRST, START, samtaleId=samtale,
                           samtaletyper=[7], afholdt=START, afholdelsesform="personligt",
                           flereMyndigheder=False)
        p.send(1, AKASSE, "referat-publiceret", FIRST, START, referatId=str(uuid.uuid4()),
               samtaleId=samtale, version=1, emner=["cv"], aftaler=[], tekst="Plan for en Testperson.",
               synligForBorger=True)
        stack.clock(TOLD)
        # Under the new number before anybody has told of it: waits, and is given back.
        p.early = p.send(2, AKASSE, "timer-indberettet", SECOND, TOLD, wait="afventer",
                         dagpengemaaned="2024-02", udbetalteTimer=20)
        p.change(1, FIRST, SECOND, TOLD)
        p.hours(2, SECOND, "2024-03", TOLD)
        stack.clock(AGAIN)
        p.change(2, SECOND, THIRD, AGAIN)
        for gateway in ("gateway", "gateway-2"):
            stack.kill(gateway)
        stack.start()
        p.base[2] = stack.another_gateway("gateway-2")
        p.hours(1, SECOND, "2024-04", AGAIN)
        p.hours(2, THIRD, "2024-05", AGAIN)
        stack.clock("2024-06-01T09:00:00+02:00")
        yield p


def test_one_course_and_the_hours_of_all_three_numbers(play):
    due = wait_until(lambda: play.mail(KOMMUNE, "handover-due"), "handover-due")
    assert [(m["data"]["cpr"], m["data"]["timer"]) for m in due] == [(THIRD, 480.99)]
    assert len({m["correlationid"] for m in play.stack.client(KOMMUNE).mail()}) == 1


def test_a_relay_of_what_was_told_under_the_first_number_carries_the_newest(play):
    held = play.mail(KOMMUNE, "samtale-held")
    assert [(m["id"], m["data"]["cpr"]) for m in held] == [(play.samtale, THIRD)]
    referat = play.mail(KOMMUNE, "referat-publiceret")
    assert [m["data"]["cpr"] for m in referat] == [THIRD]
    assert referat[0]["data"]["tekst"] == "Plan for en Testperson."


def test_both_parties_are_told_of_each_change(play):
    for org in (AKASSE, KOMMUNE):
        told = play.mail(org, "person-identitet-aendret")
        assert [m["data"]["tidligereCpr"] for m in told] == [FIRST, SECOND]
        assert [m["data"]["cpr"] for m in told] == [SECOND, THIRD]


def test_what_came_too_early_is_given_back_to_be_sent_again(play):
    refused = [m["data"] for m in play.mail(AKASSE, "haendelse-afvist")]
    assert [(d["haendelseId"], d["aarsag"]) for d in refused] == [(play.early, "identitet")]


def test_the_old_number_still_leads_to_the_course(play):
    shown = {play.stack.cli("trace", "--cpr-stdin", input=cpr + "\n").stdout
             for cpr in (FIRST, SECOND, THIRD)}
    assert len(shown) == 1
    assert play.mail(KOMMUNE, "handover-due")[0]["correlationid"] in shown.pop()


def test_no_number_stands_in_a_key_or_a_header(play):
    for topic in ("identitet", "ind", "ud"):
        for r in play.stack.topic(topic):
            clear = b"".join([r.key, *(v or b"" for v in r.headers.values())])
            assert not [n for n in (FIRST, SECOND, THIRD) if n.encode() in clear]


def test_each_fact_counts_once(play):
    ud = play.stack.topic("ud")
    assert judge.outcome(play.stack.topic("ind"), play.stack.topic("forloeb")) == []
    assert judge.effects(ud) == []
    assert judge.order(ud) == []
