# SPDX-License-Identifier: MPL-2.0
"""No CPR number in clear anywhere at rest: Kafka's files, logs, metrics pages, and the memory of the services that hold no key (forloeb, console)."""

import urllib.request
from pathlib import Path

import pytest
from harness import event, wait_until

CPR = [f"{61 + i:02d}07{62 + i:02d}{4501 + 37 * i}" for i in range(6)]
TEXT = "Fortrolig tekst om medlemmet, som kun modtageren må se"


def ids(i, n):
    return f"{n:08d}-0000-4000-8000-{i:012d}"


def course(i, cpr):
    yield "member-registered", {"cpr": cpr, "tilmeldingId": ids(i, 1), "tilmeldingsdato": "2024-03-01", "akassekode": "hk",
                                "forsikringskategori": "fuldtid", "kommunekode": "0101"}
    yield "samtale-held", {"cpr": cpr, "samtaleId": ids(i, 2), "samtaletyper": [7], "afholdt": "2024-03-11T10:00:00+01:00",
                           "afholdelsesform": "personligt", "flereMyndigheder": False}
    yield "referat-publiceret", {"cpr": cpr, "referatId": ids(i, 3), "samtaleId": ids(i, 2), "version": 1, "emner": ["jobsøgning"],
                                 "aftaler": [{"tekst": TEXT, "ansvarlig": "borger"}], "tekst": TEXT, "synligForBorger": True}
    for month in ("2024-03", "2024-04", "2024-05"):
        yield "timer-indberettet", {"cpr": cpr, "dagpengemaaned": month, "udbetalteTimer": 160.33}


def hostile(cpr):
    """What a careless sender does: the number in every place where it does not belong."""
    good = {"cpr": cpr, "dagpengemaaned": "2024-03", "udbetalteTimer": 160.33}
    yield event("akasse:hk", "timer-indberettet", good, id=cpr)
    yield event("akasse:hk", "timer-indberettet", good, source=f"/akasse/hk/{cpr}")
    yield event("akasse:hk", "timer-indberettet", {**good, cpr: 1})
    yield event("akasse:hk", "timer-indberettet", {**good, "dagpengemaaned": cpr})
    yield event("akasse:hk", cpr, good)


@pytest.fixture(scope="module")
def played(stack):
    """All courses, up to the last message in the kommune's mailbox."""
    hk, kommune = stack.client("akasse:hk"), stack.client("kommune:0101")
    for i, cpr in enumerate(CPR):
        for name, data in course(i, cpr):
            assert hk.send(event("akasse:hk", name, data, time="2024-06-01T09:00:00+02:00")).status == 202
        for value in hostile(cpr):
            assert hk.send(value).status in (400, 403, 422)
        assert hk.get("/v1/haendelser/" + cpr).status in (400, 404)
        assert hk.get("/v1/feed", efter=cpr).status in (400, 410)
    wait_until(lambda: {m["data"]["cpr"] for m in kommune.mail() if m["type"] == "dk.parloeb.handover-due"} == set(CPR), "every handover")
    return stack


def assert_clean(where, data):
    for needle in (*CPR, *(c[:6] + "-" + c[6:] for c in CPR), TEXT):
        assert needle.encode() not in data, f"{where} holds confidential text"


def test_the_recipient_sees_it_in_clear(played):
    due = [m for m in played.client("kommune:0101").mail() if m["type"] == "dk.parloeb.handover-due"]
    assert {m["data"]["referater"][0]["tekst"] for m in due} == {TEXT}


def test_files(played):
    files = [p for p in Path(played.dir).rglob("*") if p.is_file()]
    assert any(p.suffix == ".log" and "parloeb.ind" in p.parent.name for p in files), "Kafka's segments are among them"
    for path in files:
        assert_clean(path, path.read_bytes())


@pytest.mark.parametrize("service", ["gateway", "forloeb", "dispatch", "console"])
def test_metrics(played, service):
    with urllib.request.urlopen(played.env[f"PARLOEB_METRICS_{service.upper()}"]) as answer:
        assert_clean(service, answer.read())


@pytest.mark.parametrize("service", ["forloeb", "console"])
def test_memory_of_services_without_a_key(played, service):
    pid = played.pid(service)
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, mode = line.split()[:2]
            if not mode.startswith("rw") or "[vvar" in line:
                continue
            low, high = (int(x, 16) for x in span.split("-"))
            memory.seek(low)
            try:
                assert_clean(f"memory of {service}", memory.read(high - low))
            except OSError:
                continue  # a mapping that cannot be read holds nothing of ours
