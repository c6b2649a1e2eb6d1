# SPDX-License-Identifier: MPL-2.0
"""Calendars and daily lists: what an organisation's mailbox says of dates, without saying of whom. Read by PyPI's icalendar."""

import hashlib
import json
import subprocess
import uuid

import pytest
from gateway_stack import CPR, gateway  # noqa: F401
from harness import Client, event, tool, wait_until

HK, FROM = "akasse:hk", "2026-04-02T08:00:00+02:00"
SECRETS = ["Inger Jensen", "Rådhuspladsen 1", "Møde om helbred", "12345678", CPR]

# Prints what icalendar understands of a file: zones, and each event with its times in UTC.
READER = """
import datetime, json, sys
import icalendar
c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
def when(v):
    d = v.dt
    return d.astimezone(datetime.timezone.utc).isoformat() if isinstance(d, datetime.datetime) else d.isoformat()
print(json.dumps({
    "name": c["NAME"], "zones": [str(z["TZID"]) for z in c.walk("VTIMEZONE")], "errors": [str(e) for p in c.walk() for e in p.errors],
    "refresh": c["REFRESH-INTERVAL"].to_ical().decode(),
    "events": [{"uid": str(e["UID"]), "summary": str(e["SUMMARY"]), "start": when(e["DTSTART"]), "end": when(e["DTEND"]) if "DTEND" in e else None,
                "zone": e["DTSTART"].params.get("TZID"), "status": str(e["STATUS"]), "sequence": int(e["SEQUENCE"]), "class": str(e["CLASS"]),
                "location": str(e.get("LOCATION", ""))} for e in c.walk("VEVENT")]}))
"""


def understood(body):
    done = subprocess.run([tool("python"), "-c", READER], input=body, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


class Calendar:
    """An organisation's calendar under a token of its own."""

    def __init__(self, gateway, org, more=()):
        self.gateway, self.org, self.token = gateway, org, uuid.uuid4().hex + uuid.uuid4().hex
        tokens = [self.token, *more]
        reader = gateway.partner(org.replace(":", "-"), [org], kalendere=[{"sha256": hashlib.sha256(t.encode()).hexdigest()} for t in tokens])
        self.partner = gateway.client(org, reader)
        wait_until(lambda: self.get().status == 200, "calendar read")

    def get(self, token=None, headers=None):
        return Client(self.gateway.base, None).request("GET", f"/v1/kalender/{token or self.token}.ics", headers=headers)

    def read(self):
        answer = self.get()
        assert answer.status == 200
        return understood(answer.body)

    def events(self, n):
        """All events, when there are n."""
        return wait_until(lambda: (lambda e: e if len(e) == n else None)(self.read()["events"]), f"{n} events")


# Far ahead: what is over is forgotten.
def summons(name="indkaldelse-oprettet", time=FROM, **over):
    data = {"cpr": CPR, "indkaldelseId": str(uuid.uuid4()), "samtaletype": 17, "moedegruppetype": "faelles", "afholdelsesform": "personligt",
            "start": "2031-05-12T10:00:00+02:00", "slut": "2031-05-12T11:00:00+02:00", "ombookingMulig": True, "ombookingsfrist": "2031-05-09",
            "aflysningMulig": False, "sted": "Rådhuspladsen 1", "telefon": "12345678", "titel": "Møde om helbred", "beskrivelse": "Inger Jensen"}
    return event(HK, name, {**data, **over}, time=time)


@pytest.fixture(scope="module")
def sent(gateway):
    """A summons that lies on `ind`, for mailboxes."""
    e = summons()
    answer = gateway.client(HK).send(e)
    assert answer.status == 202, answer
    return e["data"]


def test_a_summons_and_its_deadline(gateway, sent):
    calendar = Calendar(gateway, "kommune:0461")
    assert calendar.read()["events"] == []
    gateway.relay("kommune:0461")
    calendar.events(2)
    read = calendar.read()
    assert (read["name"], read["zones"], read["errors"]) == ("Parløb kommune:0461", ["Europe/Copenhagen"], [])
    assert read["refresh"] == "PT1H"
    deadline, meeting = read["events"]
    ref = sent["indkaldelseId"][:8].upper()
    assert meeting["uid"] == f"{sent['indkaldelseId']}-moede@parloeb"
    assert meeting["summary"] == f"Fælles samtale, ref. {ref}"
    assert (meeting["start"], meeting["end"]) == ("2031-05-12T08:00:00+00:00", "2031-05-12T09:00:00+00:00")
    assert (meeting["zone"], meeting["status"], meeting["sequence"]) == ("Europe/Copenhagen", "CONFIRMED", 0)
    assert (deadline["summary"], deadline["start"], deadline["end"]) == (f"Sidste dag for ombooking, ref. {ref}", "2031-05-09", "2031-05-10")


def test_nothing_of_the_person_is_in_it(gateway, sent):
    calendar = Calendar(gateway, "kommune:0147")
    gateway.relay("kommune:0147")
    events = calendar.events(2)
    assert [e["class"] for e in events] == ["PRIVATE"] * 2 and [e["location"] for e in events] == [""] * 2
    unfolded = calendar.get().body.decode().replace("\r\n ", "")
    page = Client(gateway.base, None).get(f"/v1/dagsliste/{calendar.token}", dato="2031-05-12").body.decode()
    for secret in SECRETS:
        assert secret not in unfolded and secret not in page
    assert calendar.token not in gateway.log()


def test_an_etag_spares_the_way(gateway, sent):
    calendar = Calendar(gateway, "akasse:3f")
    gateway.relay("akasse:3f")
    calendar.events(2)
    answer = calendar.get()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    etag = answer.headers["ETag"]
    again = calendar.get(headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status, again.body) == (304, b"")
    # A withdrawal changes it: cancelled, and counted.
    mail = wait_until(lambda: calendar.partner.get("/v1/feed").json()["haendelser"], "mail")
    gateway.withdraw("akasse:3f", mail[0]["leveringid"])
    wait_until(lambda: calendar.get(headers={"If-None-Match": etag}).status == 200, "another calendar")
    assert {(e["status"], e["sequence"]) for e in calendar.read()["events"]} == {("CANCELLED", 1)}
    assert calendar.read()["events"][1]["summary"].startswith("Aflyst: ")


def test_a_token_opens_one_calendar_and_rotates(gateway, sent):
    old = Calendar(gateway, "akasse:ase")
    new = Calendar(gateway, "akasse:ase", more=[old.token])
    assert old.get().status == new.get().status == 200
    Calendar(gateway, "akasse:ase")  # its file names neither any more
    for token in (old.token, new.token, "unknown", gateway.tokens[HK]):
        answer = old.get(token)
        assert (answer.status, answer.json()["type"]) == (404, "urn:parloeb:problem:findes-ikke")
    assert Client(gateway.base, None).get(f"/v1/kalender/{new.token}").status == 404  # without .ics


def test_known_after_a_start(gateway, sent):
    calendar = Calendar(gateway, "akasse:metal")
    gateway.relay("akasse:metal")
    before = calendar.events(2)
    gateway.daemon.stop()
    gateway.start()
    wait_until(lambda: calendar.get().status == 200, "read again")
    assert calendar.events(2) == before


def test_the_list_of_a_day(gateway, sent):
    calendar = Calendar(gateway, "akasse:foa")
    gateway.relay("akasse:foa")
    calendar.events(2)
    client = Client(gateway.base, None)
    answer = client.get(f"/v1/dagsliste/{calendar.token}", dato="2031-05-12")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = answer.body.decode()
    ref = sent["indkaldelseId"][:8].upper()
    assert "mandag den 12. maj 2031" in page
    assert f"<td>10.00–11.00</td><td>Fælles samtale</td><td>{ref}</td>" in page
    assert "Sidste dag for ombooking" in client.get(f"/v1/dagsliste/{calendar.token}", dato="2031-05-09").body.decode()
    assert "ingen samtaler" in client.get(f"/v1/dagsliste/{calendar.token}").body.decode()  # of today
    assert client.get(f"/v1/dagsliste/{calendar.token}", dato="i dag").status == 400
    assert client.get("/v1/dagsliste/unknown").status == 404
