# SPDX-License-Identifier: MPL-2.0
"""Dead letters: listed by cause, shown without their bytes, and put back once the cause is mended. Never twice."""

import json
import re
import subprocess

import pytest
from bane import Bane
from harness import produce, read_topic, wait_until

ORG, A, CPR = "kommune:7001", b"personAAAAAAAAAA", "8802761482"
DONE, FAULTS, USAGE = 0, 1, 2


@pytest.fixture(scope="module")
def bane():
    """No order is small enough to do without a second person: the fault that is mended later."""
    track = Bane(console={"approve_above": 0})
    try:
        track.partner(ORG)
        yield track.start()
    finally:
        track.close()


def cli(bane, *args, code=DONE):
    done = subprocess.run([bane.bin / "parloeb", "--config", bane.config, *args], text=True, capture_output=True, timeout=60)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == DONE else done.stderr


def letters(bane):
    return json.loads(cli(bane, "afvist", "list", "--json"))


@pytest.fixture(scope="module")
def refused(bane):
    """(id of the dead letter, delivery that the order in it is about)."""
    delivery = bane.besked(ORG, A, "a")
    bane.vent(delivery, "leveret")
    bane.kommando(ORG, "replay", udvalg=[(delivery, bane.offset(delivery))])
    letter, = wait_until(lambda: letters(bane)["afviste"], "parked")
    return letter["id"], delivery


def test_the_list_counts_by_cause(bane, refused):
    id, _ = refused
    produce(bane.bootstrap, "parloeb.postkasse", b"not Avro " + CPR.encode(), ORG.encode(), headers=[("ce_id", CPR.encode())])
    wait_until(lambda: len(letters(bane)["afviste"]) == 2, "the second")
    told = letters(bane)
    one = next(a for a in told["afviste"] if a["id"] == id)
    assert (one["emne"], one["tjeneste"], one["kode"], one["stand"]) == ("postkasse", "dispatch", "PLB_E_ADGANG", "ligger")
    assert "second person" in one["aarsag"]
    assert sorted((c["kode"], c["antal"], c["ligger"]) for c in told["aarsager"])[0] == ("PLB_E_ADGANG", 1, 1)
    text = cli(bane, "afvist", "list")
    assert "1 by dispatch from postkasse, cause PLB_E_ADGANG; 1 not put back" in text and CPR not in text + json.dumps(told)
    assert len(re.findall(r"^\d+/\d+ ", cli(bane, "afvist", "list", "--cause", "PLB_E_ADGANG"), re.MULTILINE)) == 1
    assert cli(bane, "afvist", "list", "--cause", "NONE") == "none\n"


def test_one_is_shown_without_its_bytes(bane, refused):
    id, _ = refused
    text = cli(bane, "afvist", "show", id)
    assert "second person" in text and "they are not shown" in text and "postkasse" in text
    assert json.loads(cli(bane, "afvist", "show", id, "--json"))["id"] == id
    other = next(a["id"] for a in letters(bane)["afviste"] if a["id"] != id)
    assert CPR not in cli(bane, "afvist", "show", other)
    cli(bane, "afvist", "show", "99/99", code=FAULTS)


def test_usage(bane, refused):
    id, _ = refused
    for args in ([], [id, "--cause", "PLB_E_ADGANG"], [id, "--max", "0"], [id, "--yes"], [id, "--yes", "--reason", f"about {CPR}"]):
        cli(bane, "afvist", "redrive", *args, code=USAGE)
    cli(bane, "afvist", "redrive", "99/99", code=FAULTS)


def test_mended_and_put_back_it_is_carried_out_once(bane, refused):
    id, delivery = refused
    before = len(read_topic(bane.bootstrap, "parloeb.postkasse"))
    plan = cli(bane, "afvist", "redrive", "--cause", "PLB_E_ADGANG")
    assert f"{id} " in plan and "Nothing has been done" in plan
    assert len(read_topic(bane.bootstrap, "parloeb.postkasse")) == before

    bane.stop()
    bane.console = {"approve_above": 100}
    bane.skriv(bane.conf)
    bane.start()
    done = json.loads(cli(bane, "afvist", "redrive", id, id, "--yes", "--reason", "limit set right", "--json"))
    assert (done["udfald"], done["poster"]) == ("udfoert", [{"id": id, "emne": "postkasse", "udfald": "genindsat"}])
    wait_until(lambda: len(bane.modtager.requests(delivery)) == 2, "sent again")

    assert next(a for a in letters(bane)["afviste"] if a["id"] == id)["stand"] == "genindsat"
    assert "already" in cli(bane, "afvist", "redrive", id, "--yes", "--reason", "again", code=FAULTS)
    assert json.loads(cli(bane, "afvist", "redrive", "--cause", "PLB_E_ADGANG", "--yes", "--reason", "again", "--json"))["poster"] == []
    records = read_topic(bane.bootstrap, "parloeb.postkasse")
    back = [r for r in records if r.headers.get("plb_genindsat") == id.encode()]
    original = next(r for r in records if r.value == back[0].value)
    assert len(back) == 1 and back[0].key == original.key and back[0].partition == original.partition
    assert {n: v for n, v in back[0].headers.items() if n != "plb_genindsat"} == original.headers
    acts = [json.loads(line) for line in cli(bane, "revision", "list", "--json").splitlines()]
    assert [(a["udfald"], a["aarsag"], json.loads(a["detalje"])) for a in acts if a["handling"] == "afvist.redrive"] == [
        (udfald, "limit set right", {"afvist": [id]}) for udfald in ("begyndt", "udfoert")]


def test_what_is_not_mended_comes_back(bane, refused):
    odd = next(a["id"] for a in letters(bane)["afviste"] if a["kode"] != "PLB_E_ADGANG")
    cli(bane, "afvist", "redrive", odd, "--yes", "--reason", "hope")
    wait_until(lambda: len(letters(bane)["afviste"]) == 3, "parked again")
    assert [a["stand"] for a in letters(bane)["afviste"]].count("genindsat") == 2
