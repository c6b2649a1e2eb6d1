# SPDX-License-Identifier: MPL-2.0
"""The handover's life on a real stack: handled in time, handled late, moved before anybody had read it,
undone. What the mailboxes show is what a booking system and an a-kasse see."""

import uuid

import pytest
from harness import Stack, event, wait_until

AKASSE, KOMMUNE, NEW = "akasse:hk", "kommune:0461", "kommune:0101"
START, ASKED, LATE = "2024-03-01T09:00:00+01:00", "2024-03-13T13:00:00+01:00", "2024-03-28T12:00:00+01:00"
# Ten working days after the 13th of March; three before that.
STOP = "2024-03-27T23:59:59+01:00"
CPR = {"in time": "6103801001", "late": "6103801002", "moved": "6103801003", "recalled": "6103801004",
       "claimed": "6103801005"}


def registration(cpr):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, cpr))


class Play:
    def __init__(self, stack):
        self.stack = stack

    def send(self, org, name, who, time, *, wait="behandlet", **data):
        value = event(org, name, {"cpr": CPR[who], **data}, time=time)
        client = self.stack.client(org)
        assert client.send(value).status == 202
        wait_until(lambda: wait in {t["trin"] for t in client.ladder(value["id"]).json()["trin"]},
                   f"{name} to be {wait}")

    def mail(self, org, who):
        """All messages of this person's course, withdrawals too."""
        mail = self.stack.mailboxes([org])[org]
        courses = {m["correlationid"] for m in mail if m["data"].get("cpr") == CPR[who]}
        return [m for m in mail if m.get("correlationid") in courses]

    def found(self, org, who, name):
        return [m for m in self.mail(org, who) if m["type"] == f"dk.parloeb.{name}"]

    def one(self, org, who, name):
        return wait_until(lambda: self.found(org, who, name), f"{name} to {org} about {who}")[0]

    def handle(self, org, who):
        due = self.one(org, who, "handover-due")
        assert self.stack.client(org).receipt(due["leveringid"], "haandteret").status == 202


@pytest.fixture(scope="module")
def play():
    with Stack(clock="topic").up() as stack:
        p = Play(stack)
        stack.clock(START)
        for who, cpr in CPR.items():
            p.send(AKASSE, "member-registered", who, START, tilmeldingId=registration(cpr),
                   tilmeldingsdato="2024-03-01", akassekode="hk", forsikringskategori="fuldtid",
                   kommunekode="0461")
        stack.clock(ASKED)
        for who in ("in time", "late", "moved"):
            p.send(AKASSE, "overdragelse-anmodet", who, ASKED, tilmeldingId=registration(CPR[who]),
                   aarsag="tidlig-indsats")
        p.send(AKASSE, "membership-changed", "recalled", ASKED, aendring="ud", fraAkassekode="hk",
               startdato="2024-03-13")
        p.send(AKASSE, "membership-changed", "recalled", "2024-03-13T13:00:01+01:00",
               aendring="tilbagekaldt", fraAkassekode="hk", startdato="2024-03-13")
        p.send(KOMMUNE, "myndighed-aendret", "moved", ASKED, fraKommunekode="0461",
               tilKommunekode="0101", virkningsdato="2024-03-13")
        p.send(NEW, "myndighed-aendret", "claimed", ASKED, wait="afventer", fraKommunekode="0461",
               tilKommunekode="0101", virkningsdato="2024-03-13")
        p.handle(KOMMUNE, "in time")
        p.one(KOMMUNE, "in time", "handover-gennemfoert")
        p.one(KOMMUNE, "late", "handover-due")
        stack.clock(LATE)
        p.handle(KOMMUNE, "late")
        p.one(KOMMUNE, "late", "handover-gennemfoert")
        yield p


def test_handled_in_time_is_settled_for_both(play):
    for org in (KOMMUNE, AKASSE):
        data = play.one(org, "in time", "handover-gennemfoert")["data"]
        assert data["rettidig"] is True and "forsinkelseAarsag" not in data
        # No conversation was held: named, and no obstacle.
        assert [m["art"] for m in data["mangler"]] == ["samtale"]
        assert play.found(org, "in time", "handover-overskredet") == []


def test_handled_late_is_warned_of_once_and_the_recipients_lateness(play):
    for org in (KOMMUNE, AKASSE):
        warned = play.found(org, "late", "handover-overskredet")
        assert [m["data"]["haardtStop"] for m in warned] == [STOP]
        assert warned[0]["time"] == "2024-03-22T23:59:59+01:00"
        data = play.one(org, "late", "handover-gennemfoert")["data"]
        assert data["rettidig"] is False and data["forsinkelseAarsag"] == "modtager"


def test_the_figures_of_the_month_tell_both(play):
    rows = [r for r in play.stack.cli_json("kpi")["maaneder"] if r["kommune"] == "0461" and r["overdragelser"]["antal"]]
    assert [(r["maaned"], r["akasse"]) for r in rows] == [("2024-03", "hk")]
    assert rows[0]["overdragelser"] == {"antal": 2, "rettidige": 1, "forsinket": {"afsender": 0, "parloeb": 0, "modtager": 1}}
    assert "2024-03  hk             0461" in play.stack.cli("kpi").stdout


def test_moved_before_it_was_read(play):
    """The old kommune sees withdrawals in place of what it had not read, and that it is off."""
    names = [m["type"].removeprefix("dk.parloeb.") for m in play.mail(KOMMUNE, "moved")]
    assert names == ["levering-tilbagekaldt", "levering-tilbagekaldt", "handover-aflyst"]
    assert play.one(KOMMUNE, "moved", "handover-aflyst")["data"]["aarsag"] == "flyttet"
    due = play.one(NEW, "moved", "handover-due")["data"]
    assert (due["aarsag"], due["virkningsdato"], due["tilOrganisation"]) == ("tidlig", "2024-03-13", NEW)


def test_recalled_leaving_is_a_switch(play):
    for org in (KOMMUNE, AKASSE):
        assert play.one(org, "recalled", "handover-aflyst")["data"]["aarsag"] == "skift"


def test_the_claim_of_a_kommune_that_gains_shares_nothing(play):
    assert play.mail(NEW, "claimed") == []
