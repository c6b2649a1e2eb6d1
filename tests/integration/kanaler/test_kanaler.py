# SPDX-License-Identifier: MPL-2.0
"""Several channels at once: the first makes the ladder, the others get a copy, the fall-back gets what would come too late."""

import hashlib
import random
import subprocess
import threading
import time
import uuid
from collections import defaultdict

import pytest
from bane import Bane
from harness import read_topic, wait_until


SNART = 3600
PERSONER = [f"person{n:010d}".encode() for n in range(12)]


@pytest.fixture(scope="module")
def bane():
    # Attempts enough for a receiver that gets well late; after a kill the one under way counts as lost when a call's time is over.
    track = Bane(timeout="8s", retry=["0s", "100ms", *["200ms"] * 8, *["2s"] * 22])
    try:
        noegle(track)
        yield track.start()
    finally:
        track.close()


def noegle(bane):
    """A recipient's key and certificate, as its own people would make them."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=modtager",
                    "-keyout", bane.dir / "modtager.key", "-out", bane.dir / "modtager.pem"], check=True, capture_output=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
                    "/CN=kurve", "-keyout", bane.dir / "kurve.key", "-out", bane.dir / "kurve.pem"], check=True, capture_output=True)


def partner(bane, org, webhook=True, emne=True, **fil):
    """`kafka` and what else stands beside `webhook`; the topic as the operator makes it."""
    bane.partner(org, webhook, fil={"kafka": {"certificate": str(bane.dir / "modtager.pem")}, **fil})
    if emne:
        anvend(bane)
    bane.genindlaes()


def anvend(bane):
    done = subprocess.run([bane.bin / "parloeb", "--config", bane.config, "topics", "apply"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def poster(bane, org):
    """Committed records of the organisation's topic, in order within each partition."""
    return read_topic(bane.bootstrap, "parloeb.til." + org.replace(":", "."))


def aabn(bane, value, noegle="modtager"):
    """What the recipient does with a value."""
    done = subprocess.run(["openssl", "cms", "-decrypt", "-inform", "DER", "-binary", "-inkey", bane.dir / f"{noegle}.key"],
                          input=value, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ids(bane, org):
    return [r.headers["webhook-id"].decode() for r in poster(bane, org)]


def kanaler(bane, leveringid):
    """[(step, channel)] of a delivery."""
    return [(status["trin"], status["kanal"]) for status, _ in bane.trin(leveringid)]


def test_each_channel_has_the_same_bytes_once(bane):
    org = "kommune:3001"
    partner(bane, org)
    sent = [bane.besked(org, PERSONER[n % 2], f"a{n}") for n in range(6)] + [bane.besked(org)]
    wait_until(lambda: len(bane.modtager.ids(bane.sti(org))) == 7 and len(poster(bane, org)) == 7, "both channels have all")
    noegler = defaultdict(list)
    for r in poster(bane, org):
        id = r.headers["webhook-id"].decode()
        klar = aabn(bane, r.value)
        assert klar == bane.modtager.requests(id)[0]["body"]
        assert r.headers["ce_type"] == b"dk.parloeb.haendelse-afvist" and b"traceparent" not in r.value
        assert klar not in r.value and b"partitionkey" not in r.value
        noegler[r.key].append(id)
    assert sorted(noegler.values(), key=lambda row: sent.index(row[0])) == [sent[0:6:2], sent[1:6:2], [sent[6]]], "order, and a key a person"
    for id in sent:
        wait_until(lambda: ("leveret", None) in kanaler(bane, id), "the first channel's own step")  # noqa: B023


def test_a_topic_alone_is_a_first_channel(bane):
    org = "kommune:3002"
    partner(bane, org, webhook=False, kafka={"certificate": str(bane.dir / "kurve.pem")})
    id = bane.besked(org, PERSONER[0])
    bane.vent(id, "leveret")
    # Kafka ends a transaction topic by topic.
    [r] = wait_until(lambda: poster(bane, org), "the record")
    status, _ = bane.trin(id)[0]
    assert status["kanal"] is None
    assert status["digest"] == hashlib.sha256(uuid.UUID(id).bytes + aabn(bane, r.value, "kurve")).digest()
    bane.kvittering(org, id, "haandteret")
    bane.vent(id, "leveret", "haandteret")


def test_what_arrived_by_the_copy_is_not_pushed_late(bane):
    org = "kommune:3003"
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 400
    partner(bane, org)
    sent = [bane.besked(org, PERSONER[0]) for _ in range(3)]
    for id in sent:
        wait_until(lambda: kanaler(bane, id) == [("leveret", "kafka"), ("forsoegt", None), ("leveret", None)], "told by the copy")  # noqa: B023
        assert len(bane.modtager.requests(id)) == 1
    bane.kvittering(org, sent[0], "haandteret")
    wait_until(lambda: bane.navne(sent[0])[-1] == "haandteret", "receipted")


def test_a_copy_that_parks_is_told_with_its_channel_and_resumed(bane):
    org = "kommune:3004"
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 400
    partner(bane, org, foerst="kafka")
    sent = [bane.besked(org, PERSONER[1]) for _ in range(2)]
    wait_until(lambda: ("parkeret", "webhook") in kanaler(bane, sent[1]), "the tail is parked")
    assert kanaler(bane, sent[0]) == [("leveret", None), ("forsoegt", "webhook"), ("parkeret", "webhook")]
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 204
    bane.kommando(org, "resume", leveringid=sent[0])
    for id in sent:
        wait_until(lambda: kanaler(bane, id)[-1] == ("leveret", "webhook"), "the copy has arrived")  # noqa: B023
    assert bane.modtager.ids(bane.sti(org)) == sent
    assert ids(bane, org) == sent


def test_the_fall_back_takes_what_would_come_too_late_once(bane):
    org = "kommune:3005"
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 503
    partner(bane, org, reserve="kafka")
    fjern = bane.besked(org, PERSONER[0], frist=time.time() + 30 * 86400)
    wait_until(lambda: bane.navne(fjern)[:1] == ["forsoegt"], "an attempt in vain")
    naer = bane.besked(org, PERSONER[1], frist=time.time() + SNART)
    wait_until(lambda: kanaler(bane, naer) == [("forsoegt", None), ("leveret", "kafka")], "by the fall-back")
    bane.gem()
    assert ids(bane, org) == [naer]
    assert len(bane.modtager.requests(naer)) == 1
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 204
    wait_until(lambda: bane.navne(fjern)[-1] == "leveret", "the other by the first channel")
    assert kanaler(bane, fjern)[-1] == ("leveret", None) and ids(bane, org) == [naer]


def test_the_fall_back_takes_what_waits_for_a_closed_endpoint(bane):
    org = "kommune:3006"
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 401
    partner(bane, org, reserve="kafka")
    sent = [bane.besked(org, PERSONER[n], frist=time.time() + SNART) for n in range(3)]
    wait_until(lambda: sorted(ids(bane, org)) == sorted(sent), "all by the fall-back")
    sent.append(bane.besked(org, PERSONER[0], frist=time.time() + SNART))
    wait_until(lambda: sorted(ids(bane, org)) == sorted(sent), "what comes later too")
    bane.kommando(org)
    bane.gem()
    assert all(len(bane.modtager.requests(id)) <= 1 for id in sent), "pushed late"


def test_a_receipt_suppresses_the_fall_back(bane):
    org = "kommune:3007"
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: (503, {"retry-after": "3600"})
    partner(bane, org, emne=False, foerst="kafka", reserve="webhook")     # the topic is not there: the first one pauses
    id = bane.besked(org, PERSONER[0], frist=time.time() + SNART)
    wait_until(lambda: len(bane.modtager.requests(id)) == 1, "the fall-back tries")
    wait_until(lambda: ("forsoegt", "webhook") in kanaler(bane, id), "in vain")
    bane.kvittering(org, id, "haandteret")       # he has fetched it
    wait_until(lambda: [t for t, k in kanaler(bane, id) if k is None][-2:] == ["leveret", "haandteret"], "receipted")
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 204
    anvend(bane)
    bane.kommando(org, "replay", leveringid=id)
    bane.kommando(org)
    nye = bane.besked(org, PERSONER[0], frist=time.time() + SNART)
    wait_until(lambda: ids(bane, org)[-1:] == [nye], "the first channel is open")
    assert len(bane.modtager.requests(id)) == 1, "the fall-back went on"


def test_a_topic_that_is_not_there_stops_nobody_else(bane):
    org, anden = "kommune:3008", "kommune:3009"
    partner(bane, anden)
    partner(bane, org, emne=False)
    sent = [bane.besked(org, PERSONER[0]) for _ in range(3)] + [bane.besked(anden, PERSONER[0])]
    wait_until(lambda: ids(bane, anden) == sent[3:], "the other one has his")
    for id in sent[:3]:
        wait_until(lambda: ("leveret", None) in kanaler(bane, id), "by webhook")  # noqa: B023
    assert "til.kommune.3008" in anvend(bane)
    bane.kommando(org)
    wait_until(lambda: ids(bane, org) == sent[:3], "when the topic is there, in order")


def test_withdrawals_and_discards_go_where_the_message_went(bane):
    org = "kommune:3010"
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 401
    partner(bane, org, foerst="kafka")
    id = bane.besked(org, PERSONER[0])
    wait_until(lambda: ids(bane, org) == [id], "on the topic")
    tilbage = bane.tilbagekald(org, id, PERSONER[0])
    wait_until(lambda: ids(bane, org) == [id, tilbage], "the withdrawal too")
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: 204
    bane.kommando(org)
    wait_until(lambda: tilbage in bane.modtager.ids(bane.sti(org)), "by webhook")
    assert [r["event"]["type"] for r in bane.modtager.requests(tilbage)][-1:] == ["dk.parloeb.levering-tilbagekaldt"]


def test_killed_again_and_again_each_channel_has_each_once_and_in_order(bane):
    rng = random.Random(3)
    orgs = [f"kommune:{n}" for n in range(3101, 3104)]
    for org in orgs:
        bane.modtager.svar[bane.sti(org)] = lambda nr, event: rng.choice((204, 204, 503)) if nr < 3 else 204
        bane.partner(org, fil={"kafka": {"certificate": str(bane.dir / "modtager.pem")}, "foerst": "kafka"})
    anvend(bane)
    bane.genindlaes()
    sent = defaultdict(list)
    for runde in range(2):
        def skriv():
            for _ in range(90):
                key = rng.choice(orgs), rng.choice(PERSONER)
                sent[key].append(bane.besked(*key))
        writer = threading.Thread(target=skriv)
        until = len(bane.modtager.set) + 10 + 20 * runde
        writer.start()
        wait_until(lambda: len(bane.modtager.set) >= until, "some calls")  # noqa: B023
        bane.kill()
        writer.join()
        bane.start()
    for org in orgs:
        mine = {p: row for (o, p), row in sent.items() if o == org}
        n = sum(map(len, mine.values()))
        wait_until(lambda: len(ids(bane, org)) == n and len(set(bane.modtager.ids(bane.sti(org)))) == n, f"{n} by both")  # noqa: B023
        for row in mine.values():
            for kanal in (ids(bane, org), bane.modtager.ids(bane.sti(org))):
                assert [id for id in kanal if id in set(row)] == row, "order of a person"
