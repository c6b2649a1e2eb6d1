# SPDX-License-Identifier: MPL-2.0
"""Mail to a recipient and its answers, by exim and dovecot."""

import base64
import email.message
import email.policy
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import uuid

import pytest
import yaml
from avro import Schema
from bane import Bane
from devconfig import write_private
from harness import tool, wait_until
from postserver import DOMAIN, USER, PostServer

OPRETTET, AENDRET, ANNULLERET = (Schema(f"indkaldelse-{n}") for n in ("oprettet", "aendret", "annulleret"))
NAVNERUM = uuid.UUID("5b0c6e2f-937a-4d1e-a841-d726be5804c3")
START = 1_900_000_000_000 - 1_900_000_000_000 % 3_600_000

# Prints what PyPI's icalendar understands of an invitation.
LAESER = """
import json, sys
import icalendar
c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
e, = c.walk("VEVENT")
print(json.dumps({"method": str(c["METHOD"]), "zones": [str(z["TZID"]) for z in c.walk("VTIMEZONE")],
    "errors": [str(e) for p in c.walk() for e in p.errors], "uid": str(e["UID"]), "sequence": int(e["SEQUENCE"]), "status": str(e["STATUS"]),
    "summary": str(e["SUMMARY"]), "organizer": str(e["ORGANIZER"]), "attendee": str(e["ATTENDEE"]),
    "start": int(e["DTSTART"].dt.timestamp()) if "DTSTART" in e else None, "keys": sorted(e.keys())}))
"""


@pytest.fixture(scope="module")
def post():
    server = PostServer()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def bane(post):
    track = Bane(timeout="20s", retry=["0s", *["200ms"] * 8, *["2s"] * 23], mail=post.conf())
    try:
        yield track.start()
    finally:
        track.close()


class Modtager:
    """A recipient of its own for one test, with a mailbox on the mail host and one course."""

    def __init__(self, bane, post, indhold="indkaldelser", **mere):
        self.bane, self.post = bane, post
        self.navn = "m" + uuid.uuid4().hex[:12]
        self.org = f"akasse:{self.navn}"
        self.til = post.kasse(self.navn)
        self.forloeb, self.indkaldelse, self.sequence = uuid.uuid4(), uuid.uuid4(), 0
        tree = {"navn": self.org, "organisationer": [self.org], "tokens": [], "kvittering": "haandteret",
                "mail": {"til": self.til, "indhold": indhold}, **mere}
        write_private(bane.dir / f"config/partnere/{self.navn}.yaml", yaml.safe_dump(tree))
        bane.genindlaes()

    def leveringid(self, sequence):
        """As forloeb makes it."""
        parts = (b"levering", self.forloeb.bytes, self.org.encode(), str(sequence).encode())
        return str(uuid.UUID(bytes=hashlib.sha1(NAVNERUM.bytes + b"".join(p + b"\0" for p in parts)).digest()[:16], version=5))

    def send(self, schema, person=b"p" * 16, **data):
        """One message of the course on ud; its leveringid."""
        self.sequence += 1
        id = self.leveringid(self.sequence)
        headers = [("ce_specversion", b"1.0"), ("ce_id", f"id-{id}".encode()), ("ce_source", b"/parloeb/forloeb"),
                   ("ce_type", f"dk.parloeb.{schema.navn}".encode()), ("ce_time", b"2024-03-01T08:00:00.000Z"),
                   ("content-type", b"application/avro"), ("ce_leveringid", id.encode()), ("ce_sequence", str(self.sequence).encode()),
                   ("ce_correlationid", str(self.forloeb).encode()), ("ce_causationid", b"aarsag-1"), ("plb_person", person)]
        self.bane._skriv("ud", self.org, schema.encode({"indkaldelseId": self.indkaldelse.bytes, **data}), headers)
        return id

    def indkald(self, schema=None, start=START, **mere):
        return self.send(schema or OPRETTET, samtaletype=17, moedegruppetype="individuel", afholdelsesform="personligt", start=start,
                         slut=start + 1_800_000, ombookingMulig=False, aflysningMulig=False, gaester=[], **mere)

    def mails(self, n=1):
        return self.post.wait_mail(self.navn, n)

    def svar(self, mail, text="Tak.", **felter):
        """An answer as a mail program makes it, to where the mail asks for it."""
        m = email.message.EmailMessage(policy=email.policy.SMTP)
        m["From"], m["To"], m["Subject"] = self.til, felter.pop("til", f"{USER}@{DOMAIN}"), "Sv: " + str(mail["Subject"])
        for navn, vaerdi in felter.items():
            m[navn.replace("_", "-")] = vaerdi
        m.set_content(text)
        return m


OPRETTET.navn, AENDRET.navn, ANNULLERET.navn = "indkaldelse-oprettet", "indkaldelse-aendret", "indkaldelse-annulleret"


def kalender(mail):
    """The calendar part as icalendar understands it; its text."""
    part, = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    raw = part.get_payload(decode=True)
    done = subprocess.run([tool("python"), "-c", LAESER], input=raw, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    read = json.loads(done.stdout)
    assert read["method"] == part.get_param("method") and not read["errors"]
    return read, raw.decode()


def itip_svar(modtager, mail, partstat):
    """The answer that a calendar program sends to the organizer; it quotes no Message-ID."""
    read, _ = kalender(mail)
    m = modtager.svar(mail, til=read["organizer"].removeprefix("mailto:"))
    m.add_alternative("\r\n".join([
        "BEGIN:VCALENDAR", "PRODID:-//x//y//DA", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{read['uid']}",
        f"ORGANIZER;CN=Parløb:{read['organizer']}"[:70], " " + f"ORGANIZER;CN=Parløb:{read['organizer']}"[70:],
        f"ATTENDEE;PARTSTAT={partstat};CN=\"Kim: Hansen\":{read['attendee']}", f"SEQUENCE:{read['sequence']}",
        "DTSTAMP:20260101T080000Z", "END:VEVENT", "END:VCALENDAR", ""]), subtype="calendar", params={"method": "REPLY"}, cte="base64")
    return m


def giv(post, m, til=None):
    post.send(bytes(m), til or str(m["To"]))


def test_a_summons_its_change_and_its_cancellation(bane, post):
    m = Modtager(bane, post)
    first = m.indkald()
    bane.vent(first, "leveret")
    second = m.indkald(AENDRET, start=START + 3_600_000)
    third = m.send(ANNULLERET, aarsag="myndighed")
    bane.vent(third, "leveret")
    mails = m.mails(3)
    read = [kalender(mail)[0] for mail in mails]
    assert [r["method"] for r in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [r["sequence"] for r in read] == [1, 2, 3]
    assert {r["uid"] for r in read} == {f"{m.indkaldelse}-moede@parloeb"}
    assert len({r["organizer"] for r in read}) == 1
    assert all(r["attendee"] == f"mailto:{m.til}" for r in read)
    assert all("Europe/Copenhagen" in r["zones"] for r in read)
    assert [r["start"] for r in read] == [START // 1000, START // 1000 + 3600, None]
    assert read[0]["summary"].startswith("Fælles samtale, ref. ") and read[2]["status"] == "CANCELLED"
    assert not {"LOCATION", "URL", "CONTACT", "COMMENT"} & set(read[0]["keys"])
    for mail, id in zip(mails, (first, second, third)):
        assert re.fullmatch(rf"<{id}\.[0-9a-f]{{16}}@{DOMAIN}>", mail["Message-ID"])
        text = mail.get_body(("plain",)).get_content()
        assert id in text and str(m.indkaldelse) in text


def test_an_accepted_invitation_is_handled(bane, post):
    m = Modtager(bane, post)
    id = m.indkald()
    giv(post, itip_svar(m, m.mails()[0], "ACCEPTED"))
    bane.vent(id, "leveret", "haandteret")
    # The answer is marked, so that it is not read again.
    wait_until(lambda: all("\\Answered" in flags for flags in post.flags(USER)), "the answer is marked")


def test_a_declined_invitation_is_refused(bane, post):
    m = Modtager(bane, post)
    id = m.indkald()
    giv(post, itip_svar(m, m.mails()[0], "DECLINED"))
    bane.vent(id, "leveret", "afvist_endeligt")
    assert "afslået" in bane.trin(id)[-1][0]["aarsag"]


def test_any_answer_that_quotes_the_mail_is_a_receipt(bane, post):
    m = Modtager(bane, post, indhold="alle")
    id = bane.besked(m.org, tekst="hemmeligt")
    mail = m.mails()[0]
    text = mail.get_content()
    assert "En indsendt hændelse er afvist" in text and id in text and "Hent den i feedet" in text
    assert "hemmeligt" not in text and mail.get_content_type() == "text/plain"
    # An absence note is none.
    giv(post, m.svar(mail, In_Reply_To=mail["Message-ID"], Auto_Submitted="auto-replied"))
    giv(post, m.svar(mail, References=f"<x@y.dk> {mail['Message-ID']}"))
    bane.vent(id, "leveret", "haandteret")


def test_only_invitations_unless_all_is_asked_for(bane, post):
    m = Modtager(bane, post)
    other = bane.besked(m.org)
    id = m.indkald()
    bane.vent(id, "leveret")
    assert len(m.mails()) == 1 and bane.navne(other) == []


def test_a_withdrawn_invitation_is_taken_back(bane, post):
    m = Modtager(bane, post)
    id = m.indkald()
    bane.vent(id, "leveret")
    bane.tilbagekald(m.org, id, person=b"p" * 16)
    first, second = m.mails(2)
    assert second["References"] == first["Message-ID"]
    assert "En besked er kaldt tilbage" in second.get_content() and id in second.get_content()


def test_a_copy_beside_a_webhook_has_the_same_leveringid_and_is_answered_for_it(bane, post):
    path = "/" + uuid.uuid4().hex
    m = Modtager(bane, post, webhook={"url": bane.modtager.url + path, "secrets": [str(bane.dir / "secrets/webhook")], "allow_private": True})
    id = m.indkald()
    mail = m.mails()[0]
    assert mail["Message-ID"].startswith(f"<{id}.")
    wait_until(lambda: bane.modtager.ids(path) == [id], "the webhook has it too")
    giv(post, itip_svar(m, mail, "ACCEPTED"))
    # The copy's own arrival is told where it was the first.
    wait_until(lambda: bane.navne(id)[-1:] == ["haandteret"] and set(bane.navne(id)) == {"leveret", "haandteret"}, "handled")


def test_a_dead_relay_is_tried_again_in_order(bane, post):
    m = Modtager(bane, post)
    post.stop_smtp()
    try:
        ids = [m.indkald(), m.indkald(AENDRET), m.send(ANNULLERET, aarsag="myndighed")]
        wait_until(lambda: bane.navne(ids[0]).count("forsoegt") >= 2, "two attempts")
        assert bane.navne(ids[1]) == []
    finally:
        post.start_smtp()
    wait_until(lambda: bane.navne(ids[2])[-1:] == ["leveret"], "the last has left")
    assert [kalender(mail)[0]["sequence"] for mail in m.mails(3)] == [1, 2, 3]


def test_a_relay_that_is_busy_and_one_that_knows_no_such_user(bane, post):
    m = Modtager(bane, post)
    post.svar(m.navn, 451)
    id = m.indkald()
    wait_until(lambda: bane.navne(id).count("forsoegt") >= 2, "two attempts")
    post.svar(m.navn)
    wait_until(lambda: bane.navne(id)[-1:] == ["leveret"], "it leaves")
    n = Modtager(bane, post)
    post.svar(n.navn, 550)
    head, tail = n.indkald(), n.indkald(AENDRET)
    wait_until(lambda: bane.navne(head)[-1:] == ["parkeret"], "the first is parked")
    bane.vent(tail, "parkeret")
    assert bane.trin(head)[-1][0]["aarsag"] == "SMTP 550"


def test_a_bounce_is_a_refusal(bane, post):
    m = Modtager(bane, post)
    id = m.indkald()
    mail = m.mails()[0]
    bounce = (f"To: {USER}@{DOMAIN}\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nDesværre.\r\n"
              f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"
              f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {mail['Message-ID']}\r\n\r\nx\r\n--b--\r\n")
    post.send(bounce.encode(), f"{USER}@{DOMAIN}", fra="<>")
    bane.vent(id, "leveret", "afvist_endeligt")


def test_killed_in_the_middle_and_sent_again_it_is_the_same_mail(post):
    """The relay falls silent, dispatch is killed while it waits for it; later an operator has the message sent once more."""
    bane = Bane(retry=["0s", *["200ms"] * 30], mail=post.conf())
    try:
        bane.start()            # a call has so much time that there is one attempt
        m = Modtager(bane, post)
        post.exim.signal(signal.SIGSTOP)
        try:
            id = m.indkald()
            wait_until(lambda: bane.metrik("parloeb_dispatch_calls") == 1, "an attempt is under way")
            bane.kill()
        finally:
            post.exim.signal(signal.SIGCONT)
        bane.start(timeout="8s")    # so long is waited for the outcome of that one
        wait_until(lambda: bane.navne(id)[-1:] == ["leveret"], "it has left")
        bane.kill()
        bane.start()
        bane.kommando(m.org, "replay", udvalg=[(id, bane.offset(id))])
        first, second = m.mails(2)[:2]
        assert first["Message-ID"] == second["Message-ID"]
        assert [(p.get_content_type(), p.get_payload()) for p in first.walk() if not p.is_multipart()] == \
            [(p.get_content_type(), p.get_payload()) for p in second.walk() if not p.is_multipart()]
    finally:
        bane.close()


def fjendtlige(m, mail):
    """Mails that are no receipts, or try to be somebody else's."""
    id, maerke = re.fullmatch(r"<([^.]+)\.([0-9a-f]+)@.*>", mail["Message-ID"]).groups()
    rnd = random.Random(7)
    forkert = f"<{id}.{'0' * len(maerke)}@{DOMAIN}>"
    dyb = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3000))
    return {
        "stor": b"Subject: stor\r\nIn-Reply-To: " + mail["Message-ID"].encode() + b"\r\n\r\n" + b"x" * 76 + (b"\r\n" + b"y" * 76) * 9000,
        "forkert": bytes(m.svar(mail, "hemmelig-tekst", In_Reply_To=forkert)),
        "andens": bytes(m.svar(mail, In_Reply_To=f"<{uuid.uuid4()}.{maerke}@{DOMAIN}>")),
        "dyb": dyb,
        "nul": b"Subject: nul\r\nReferences: <a\x00b@c>\r\n\r\n\x00\x00" + bytes(rnd.randrange(128, 256) for _ in range(500)) + b"\r\n",
        "tom": b"\r\n\r\n",
        "base64": b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(os.urandom(3000)) + b"\r\n",
    }


def test_hostile_mails_are_marked_and_hold_up_nobody(bane, post):
    m = Modtager(bane, post)
    id = m.indkald()
    mail = m.mails()[0]
    before = bane.metrik("parloeb_dispatch_mail_in_total{dom=\"fremmed\"}")
    mails = fjendtlige(m, mail)
    for raw in mails.values():
        post.send(raw, f"{USER}@{DOMAIN}")
    giv(post, itip_svar(m, mail, "TENTATIVE"))
    bane.vent(id, "leveret", "haandteret")
    # exim puts each into the mailbox by a process of its own: they need not come in order.
    wait_until(lambda: bane.metrik("parloeb_dispatch_mail_in_total{dom=\"fremmed\"}") >= before + len(mails) - 1
               and bane.metrik("parloeb_dispatch_mail_in_total{dom=\"for-stor\"}") >= 1, "all are judged")
    flags = wait_until(lambda: (lambda all_: all_ if all("\\Answered" in f for f in all_) else None)(post.flags(USER)), "all are marked")
    assert sum("\\Flagged" in f for f in flags) >= len(mails)
    assert "hemmelig-tekst" not in bane.log() and post.dir.name not in bane.log()
    assert bane.navne(id) == ["leveret", "haandteret"]
