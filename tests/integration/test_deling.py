# SPDX-License-Identifier: MPL-2.0
"""What waits and what is taken back, on a real stack: the ladder says what a fact waits for, it is taken by
itself, refused after 30 days; a conversation corrected before anybody has read it is withdrawn in its place."""

import uuid

import pytest
from harness import Stack, event, wait_until

AKASSE, KOMMUNE = "akasse:hk", "kommune:0461"
START, HELD, SHARED, LATER = (
    "2024-03-01T09:00:00+01:00", "2024-03-11T10:00:00+01:00", "2024-05-28T09:00:00+02:00",
    "2024-06-03T09:00:00+02:00")
CPR, STRANGER = "6103802001", "6103802002"
SAMTALE, REFERAT, NEVER = (str(uuid.uuid5(uuid.NAMESPACE_URL, n)) for n in ("samtale", "referat", "never"))


def conversation(held):
    return {"samtaleId": SAMTALE, "samtaletyper": [7], "afholdt": held, "afholdelsesform": "personligt",
            "flereMyndigheder": False}


def referat(conversation_id, referat_id):
    return {"referatId": referat_id, "samtaleId": conversation_id, "version": 1, "emner": ["job"], "aftaler": [],
            "tekst": "Aftalt", "synligForBorger": True}


def recipients(ladder):
    return [r["organisation"] for r in ladder["modtagere"]]


class Play:
    def __init__(self, stack):
        self.stack, self.ladders = stack, {}

    def send(self, name, time, step, data, cpr=CPR, org=AKASSE):
        value = event(org, name, {"cpr": cpr, **data}, time=time)
        assert self.stack.client(org).send(value).status == 202
        self.ladders[value["id"]] = self.wait(value["id"], step, org)
        return value["id"]

    def ladder(self, id, org=AKASSE):
        return self.stack.client(org).ladder(id).json()

    def wait(self, id, step, org=AKASSE, til=()):
        """The ladder that has this step and names these recipients: the console, and the gateway that asks it, may be behind."""
        def there():
            ladder = self.ladder(id, org)
            return ladder if step in {t["trin"] for t in ladder["trin"]} and {*til} <= {*recipients(ladder)} else None
        return wait_until(there, f"{id} to be {step}, to {til}")

    def mail(self, org):
        return self.stack.mailboxes([org])[org]

    def types(self, org):
        return [m["type"].removeprefix("dk.parloeb.") for m in self.mail(org)]


@pytest.fixture(scope="module")
def play():
    with Stack(clock="topic").up() as stack:
        p = Play(stack)
        stack.clock(START)
        p.send("member-registered", START, "behandlet",
               {"tilmeldingId": str(uuid.uuid4()), "tilmeldingsdato": "2024-03-01", "akassekode": "hk",
                "forsikringskategori": "fuldtid", "kommunekode": "0461"})
        stack.clock(HELD)
        p.waited = p.send("referat-publiceret", HELD, "afventer", referat(SAMTALE, REFERAT))
        p.held = p.send("samtale-held", HELD, "behandlet", conversation(HELD))
        stack.clock(SHARED)
        for id in (p.held, p.waited):  # on its way to the kommune; reading the mailbox would settle it
            p.wait(id, "behandlet", til=[KOMMUNE])
        p.send("samtale-korrigeret", SHARED, "behandlet",
               {**conversation("2024-03-11T10:30:00+01:00"), "kommentar": "Forkert tidspunkt"})
        wait_until(lambda: "samtale-korrigeret" in p.types(KOMMUNE), "the correction to reach the kommune")
        p.never = p.send("referat-publiceret", SHARED, "afventer", referat(NEVER, NEVER))
        p.nobody = p.send("timer-indberettet", SHARED, "afventer",
                          {"dagpengemaaned": "2024-04", "udbetalteTimer": 10}, cpr=STRANGER)
        stack.clock("2024-06-28T09:00:00+02:00")
        yield p


def test_the_ladder_says_what_a_fact_waits_for(play):
    assert play.ladders[play.waited]["afventer"] == "samtaleId"
    assert play.wait(play.nobody, "afvist").get("afventer") is None  # no more


def test_it_is_taken_when_what_it_names_becomes_known(play):
    ladder = play.wait(play.waited, "behandlet", til=[KOMMUNE])
    assert "afventer" not in ladder
    assert recipients(ladder).count(KOMMUNE) == 1
    assert "referat-mangler" not in play.types(AKASSE)


def test_a_correction_takes_the_place_of_what_nobody_has_read(play):
    mail = play.mail(KOMMUNE)
    withdrawal = next(m for m in mail if m["type"] == "dk.parloeb.levering-tilbagekaldt")
    assert withdrawal["data"]["aarsag"] == "rettet" and "cpr" not in withdrawal["data"]
    assert "samtale-held" not in play.types(KOMMUNE)
    numbers = [int(m["sequence"]) for m in mail if m.get("correlationid") == withdrawal["correlationid"]]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("which", ["never", "nobody"])
def test_after_thirty_days_it_is_refused(play, which):
    id = getattr(play, which)
    play.wait(id, "afvist")
    refused = [m for m in play.mail(AKASSE)
               if m["type"] == "dk.parloeb.haendelse-afvist" and m["data"]["haendelseId"] == id]
    assert len(refused) == 1 and refused[0]["data"]["aarsag"] == "ukendt"
