# SPDX-License-Identifier: MPL-2.0
"""The parking desk as a new operator meets it: from --help alone, on a real stack."""

import hashlib
import hmac
import json
import re
import shlex
import subprocess
import uuid

import pytest
from avro import Schema
from desk import CPRS, KOMMUNE, TOKENS, UNAPPROVED
from harness import Client, produce, wait_until
from harness.wait import PATIENCE_S

DONE, FAULTS, USAGE = 0, 1, 2


def code(desk, *args, **kw):
    return desk.cli(*args, check=False, **kw).returncode


def state(desk, id):
    return desk.cli_json("levering", "show", id)["trin"]


def test_help_names_the_ways(desk):
    overview = desk.stack.cli("--help").stdout
    for verb in ("hold", "resume", "replay", "discard", "approve", "stop", "orders", "overdue", "bevis", "show", "list"):
        assert f"\n  levering {verb} " in overview
        assert "usage: parloeb levering" in desk.stack.cli("levering", verb, "--help").stdout
    text = desk.stack.cli("levering", "replay", "--help").stdout
    for option in ("--yes", "--rate", "--max", "--cause", "--from"):
        assert option in text


def test_the_desk_shows_heads_by_deadline_and_groups_by_cause(desk, parked):
    heads = [p for p in parked["leveringer"] if p["forrest"]]
    assert len(heads) == len(CPRS) and all(h["bag"] >= 1 for h in heads)
    assert [p["frist"] for p in parked["leveringer"]] == sorted(p["frist"] for p in parked["leveringer"])
    assert sum(g["antal"] for g in parked["grupper"]) == len(parked["leveringer"])
    assert {g["organisation"] for g in parked["grupper"]} == {KOMMUNE}
    text = desk.cli("levering", "list", "--status", "parkeret").stdout
    assert re.search(rf"{KOMMUNE}: \d+ parked in {len(CPRS)} queues, nearest deadline .*; cause: .*422", text)
    assert f"{heads[0]['leveringid']}  " in text and "behind this one, nearest deadline" in text


def test_show_tells_every_attempt(desk, parked):
    head = next(p for p in parked["leveringer"] if p["forrest"])
    shown = desk.cli_json("levering", "show", head["leveringid"])
    steps, attempts = [s["trin"] for s in shown["spor"]], shown["spor"][-1]["forsoeg"]
    assert steps == ["forsoegt"] * attempts + ["parkeret"], shown["spor"]
    assert shown["kilder"] and all({"emne", "partition", "offset"} <= set(k) for k in shown["kilder"])
    assert f"parkeret (attempt {attempts}): " in desk.cli("levering", "show", head["leveringid"]).stdout


def test_orders_need_a_known_operator(desk, parked):
    id = parked["leveringer"][0]["leveringid"]
    done = desk.cli("levering", "replay", id, "--yes", who=None, check=False)
    assert done.returncode == FAULTS and "token" in done.stderr
    console = Client(desk.stack.env["PARLOEB_CONSOLE"])
    body = json.dumps({"handling": "replay", "leveringider": [id]}).encode()
    answer = console.request("POST", "/bord/ordre", body, {"Content-Type": "text/plain"})
    assert answer.status == 415
    answer = console.request("POST", "/bord/ordre", body, {"Content-Type": "application/json", "Parloeb-Aktoer": "anna"})
    assert answer.status == 401


def test_usage_faults(desk, parked):
    id = parked["leveringer"][0]["leveringid"]
    assert code(desk, "levering", "discard", id, "--yes") == USAGE  # no reason
    assert code(desk, "levering", "replay") == USAGE
    assert code(desk, "levering", "replay", "x") == USAGE
    assert code(desk, "levering", "replay", "--organisation", KOMMUNE, "--rate", "0") == USAGE
    assert code(desk, "levering", "replay", "--organisation", "nobody") == FAULTS
    assert code(desk, "levering", "discard", id, "--status", "alle", "--reason", "x", "--yes") == FAULTS
    assert code(desk, "levering", "discard", id, "--reason", f"about {CPRS[0]}", "--yes") == FAULTS
    assert code(desk, "levering", "show", "00000000-0000-4000-8000-000000000000") == FAULTS


def test_a_plan_does_nothing(desk, parked):
    before = len(desk.stack.topic("postkasse")), len(desk.audit())
    text = desk.cli("levering", "replay", "--organisation", KOMMUNE).stdout
    assert f"replay {len(parked['leveringer'])} deliveries to {KOMMUNE}" in text
    assert "Nothing has been done" in text and "a second person must approve" in text
    assert (len(desk.stack.topic("postkasse")), len(desk.audit())) == before


def test_one_is_replayed(desk, parked):
    """The head goes out again under its own id, and with it what waits behind."""
    id = next(p["leveringid"] for p in parked["leveringer"] if p["forrest"])
    desk.answer(204)
    done = desk.cli("levering", "replay", id, "--yes", "--reason", "system repaired")
    assert "udfoert" in done.stdout and "1 of 1" in done.stdout and "parloeb levering show" in done.stdout
    wait_until(lambda: state(desk, id) == "leveret", "delivered")
    assert desk.receiver.ids().count(id) == 2
    acts = [a for a in desk.audit() if a["handling"] == "levering.replay"]
    assert [a["udfald"] for a in acts[-2:]] == ["begyndt", "udfoert"]
    assert acts[-1]["aktoer"] == "anna" and acts[-1]["aarsag"] == "system repaired"
    desk.answer(422)


def test_a_large_order_waits_for_a_second_person(desk, parked):
    order = desk.cli_json("levering", "replay", "--organisation", KOMMUNE, "--yes")
    assert order["tilstand"] == "afventer" and order["sendt"] == 0
    done = desk.cli("levering", "approve", order["ordre"], check=False)
    assert done.returncode == FAULTS and "somebody else" in done.stderr
    sent = len(desk.receiver.set)
    approved = desk.cli_json("levering", "approve", order["ordre"], who="bent")
    assert (approved["tilstand"], approved["godkender"]) == ("udfoert", "bent")
    wait_until(lambda: len(desk.receiver.set) > sent, "sent again")
    assert code(desk, "levering", "approve", order["ordre"], who="bent") == FAULTS
    assert order["ordre"] in desk.cli("levering", "orders").stdout


def test_a_waiting_order_survives_the_console_and_can_be_refused(desk, parked):
    desk.stack.settled()
    assert len(desk.parked()["leveringer"]) > UNAPPROVED, "parked again"
    order = desk.cli_json("levering", "replay", "--organisation", KOMMUNE, "--yes")
    assert order["tilstand"] == "afventer"
    desk.stack.kill("console")
    desk.console_again()
    again = {o["ordre"]: o for o in desk.cli_json("levering", "orders")["ordrer"]}[order["ordre"]]
    assert again["tilstand"] == "afventer" and again["antal"] == order["antal"]
    assert desk.cli_json("levering", "stop", order["ordre"], who="bent")["tilstand"] == "standset"
    assert code(desk, "levering", "approve", order["ordre"], who="bent") == FAULTS


def test_a_group_with_a_cap_and_a_time_range(desk, parked):
    desk.stack.settled()
    cause = desk.parked()["grupper"][0]["aarsag"]
    plan = desk.cli_json("levering", "replay", "--organisation", KOMMUNE, "--cause", cause, "--max", "2")
    assert plan["antal"] == 2 and not plan["kraeverGodkendelse"]
    assert desk.cli_json("levering", "replay", "--organisation", KOMMUNE, "--cause", "nobody's")["antal"] == 0
    assert "nothing that it would touch" in desk.cli("levering", "replay", "--organisation", KOMMUNE, "--cause", "nobody's").stdout
    assert desk.cli_json("levering", "replay", "--organisation", KOMMUNE, "--to", "2001-01-01T00:00:00+01:00")["antal"] == 0
    assert desk.cli_json("levering", "replay", "--organisation", KOMMUNE, "--status", "alle", "--from",
                         "2001-01-01T00:00:00+01:00")["antal"] >= 2 * len(CPRS)


def slices(desk, order):
    """Every delivery id that postkasse has for the order."""
    there = [uuid.UUID(r.headers["ce_leveringid"].decode()) for r in desk.stack.topic("ud") if r.key == KOMMUNE.encode()]
    mine = [r.value for r in desk.stack.topic("postkasse") if uuid.UUID(order).bytes in r.value]
    return [id for value in mine for id in there if id.bytes in value]


def begun(desk):
    """An order with a slow rate, running."""
    desk.answer(422)
    assert len(desk.parked()["leveringer"]) >= UNAPPROVED, "parked again"
    run = subprocess.Popen([*shlex.split(desk.stack.env["PARLOEB_CLI"]), "levering", "replay", "--organisation", KOMMUNE, "--max",
                            str(UNAPPROVED), "--rate", "1", "--yes", "--operator", TOKENS["anna"]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    order = wait_until(lambda: next((o for o in desk.cli_json("levering", "orders")["ordrer"] if o["tilstand"] == "koerer" and o["sendt"] >= 1), None),
                       "running")
    return run, order["ordre"]


def listed(desk, order):
    return {o["ordre"]: o for o in desk.cli_json("levering", "orders")["ordrer"]}[order]


def ended(desk, order):
    now = listed(desk, order)
    assert now["tilstand"] == "udfoert", now
    return now


def test_a_running_order_is_stopped(desk, parked):
    run, order = begun(desk)
    assert desk.cli_json("levering", "stop", order)["tilstand"] == "standset"
    assert run.wait(PATIENCE_S) == FAULTS
    assert 1 <= listed(desk, order)["sendt"] < UNAPPROVED


def test_a_running_order_goes_on_after_the_console_died_and_nothing_goes_twice(desk, parked):
    run, order = begun(desk)
    desk.stack.kill("console")
    run.wait(PATIENCE_S)
    assert 1 <= len(slices(desk, order)) < UNAPPROVED
    desk.console_again()
    done = wait_until(lambda: ended(desk, order), "carried on")
    assert done["sendt"] == done["antal"] == UNAPPROVED
    assert len(slices(desk, order)) == len(set(slices(desk, order))) == UNAPPROVED
    acts = [a["udfald"] for a in desk.audit() if a["handling"] == "levering.replay" and a["aktoer"] == "anna"]
    assert acts[-4:] == ["udvalg", "begyndt", "genoptaget", "udfoert"]


def test_an_order_of_a_console_that_is_gone_is_carried_on_by_another(desk, parked):
    """The second console never touches it unasked."""
    run, order = begun(desk)
    desk.stack.kill("console")
    run.wait(PATIENCE_S)
    with desk.another_console() as cli:
        one = next(o for o in cli("orders")["ordrer"] if o["ordre"] == order)
        assert one["tilstand"] == "afbrudt" and 1 <= one["sendt"] < UNAPPROVED
        done = cli("continue", order, who="bent")
        assert (done["tilstand"], done["sendt"]) == ("udfoert", UNAPPROVED)
        assert len(slices(desk, order)) == len(set(slices(desk, order))) == UNAPPROVED
    desk.console_again()
    assert ended(desk, order) and len(slices(desk, order)) == UNAPPROVED
    assert code(desk, "levering", "continue", order) == FAULTS


def test_hold_keeps_the_queue_and_resume_sends_it(desk, parked):
    desk.answer(204)
    desk.cli("levering", "resume", "--organisation", KOMMUNE)
    wait_until(lambda: not desk.parked()["leveringer"], "nothing parked")
    said = desk.cli("levering", "hold", "--organisation", KOMMUNE, "--reason", "they move").stdout
    assert re.search(rf"^{KOMMUNE}: \d+ unsettled, 0 of them parked\.$", said, re.MULTILINE)
    assert "Nothing more is sent to the organisation until resume" in said and "udfoert" in said
    wait_until(lambda: desk.parked()["holdt"], "held")
    assert f"on hold: {KOMMUNE} since" in desk.cli("levering", "list", "--status", "parkeret").stdout
    desk.stack.settled()
    before = len(desk.receiver.set)
    desk.hours(CPRS[0], 160)
    waiting = wait_until(lambda: [r for r in desk.cli_json("levering", "list", "--organisation", KOMMUNE)["leveringer"] if r["trin"] == "adresseret"], "waiting")
    desk.stack.settled()
    assert len(desk.receiver.set) == before
    desk.cli("levering", "resume", "--organisation", KOMMUNE)
    wait_until(lambda: state(desk, waiting[0]["leveringid"]) == "leveret", "delivered")
    wait_until(lambda: not desk.parked()["holdt"], "no longer held")


def test_discard_withdraws_for_good(desk, parked):
    desk.answer(422)
    desk.hours(CPRS[1], 160)
    head = wait_until(lambda: desk.parked()["leveringer"], "parked")[0]["leveringid"]
    text = desk.cli("levering", "discard", head, "--reason", "sent to the wrong office").stdout
    assert "cannot be undone" in text and state(desk, head) == "parkeret"
    desk.cli("levering", "discard", head, "--reason", "sent to the wrong office", "--yes")
    wait_until(lambda: state(desk, head) == "tilbagekaldt", "withdrawn")
    desk.answer(204)
    desk.cli("levering", "resume", "--organisation", KOMMUNE)
    wait_until(lambda: not desk.parked()["leveringer"], "nothing parked")


def test_what_has_been_withdrawn_is_not_sent_again(desk, parked):
    """By its id it is refused; in a selection it is not there."""
    desk.stack.settled()
    gone = desk.cli_json("levering", "list", "--organisation", KOMMUNE, "--status", "tilbagekaldt")["leveringer"][0]["leveringid"]
    done = desk.cli("levering", "replay", gone, "--yes", check=False)
    assert done.returncode == FAULTS and "withdrawn" in done.stderr
    plan = desk.cli_json("levering", "replay", "--organisation", KOMMUNE, "--status", "alle")
    withdrawn = {uuid.UUID(bytes=r.headers["plb_tilbagekalder"]) for r in desk.stack.topic("tilbagekaldt")}
    there = {uuid.UUID(r.headers["ce_leveringid"].decode()) for r in desk.stack.topic("ud") if r.key == KOMMUNE.encode()}
    assert uuid.UUID(gone) in withdrawn and plan["antal"] == len(there - withdrawn)


def test_who_can_write_to_postkasse_gives_no_orders(desk, parked):
    """An order without the console's seal, one with another's, and a large one that nobody approved: refused by dispatch, to be seen."""
    rows = [r for r in desk.stack.topic("ud") if r.key == KOMMUNE.encode()]
    many = [(uuid.UUID(r.headers["ce_leveringid"].decode()), r.offset) for r in rows[:UNAPPROVED + 1]]
    key = bytes.fromhex((desk.stack.dir / "secrets/desk_key").read_text())

    def order(chosen, seal_key, **more):
        value = Schema("kommando").encode({
            "kommando": "replay", "organisation": KOMMUNE, "person": None, "leveringid": None, "aarsag": None, "aktoer": "mallory", "tid": 0,
            "ordre": uuid.uuid4().bytes, "udvalg": [{"leveringid": id.bytes, "offset": offset} for id, offset in chosen],
            "antal": len(chosen), "godkender": None, **more})
        seal = hmac.new(seal_key, b"plb-ordre-1" + KOMMUNE.encode() + b"\0" + value, hashlib.sha256).digest() if seal_key else None
        headers = [("ce_specversion", b"1.0"), ("ce_id", str(uuid.uuid4()).encode()), ("ce_source", b"/parloeb/console"),
                   ("ce_type", b"dk.parloeb.kommando"), ("ce_time", b"2024-03-01T08:00:00.000Z"), ("content-type", b"application/avro")]
        produce(desk.stack.kafka, "parloeb.postkasse", value, KOMMUNE.encode(), headers=headers + ([("plb_segl", seal)] if seal else []))

    def refused():
        return desk.stack.metrics("dispatch").get("parloeb_dispatch_orders_refused_total", 0)

    def letters():
        return len(desk.stack.topic("afvist"))

    desk.stack.settled()
    before, lying, sent = refused(), letters(), len(desk.receiver.set)
    for chosen, seal_key, more in ((many[:1], None, {}), (many[:1], b"x" * 32, {}), (many, key, {}), (many, key, {"godkender": "mallory"}),
                                   (many, key, {"antal": 1})):
        order(chosen, seal_key, **more)
    wait_until(lambda: refused() >= before + 5 and letters() == lying + 5, "refused")
    order(many[:1], key)                       # small and sealed: what the console itself would write
    wait_until(lambda: len(desk.receiver.set) > sent, "the last one is carried out")
    desk.stack.settled()
    assert (len(desk.receiver.set), letters()) == (sent + 1, lying + 5), "and it alone"


def test_overdue_receipts(desk, parked):
    """Delivered, and the deadline of the message has passed on the topic clock."""
    desk.stack.settled()
    assert desk.cli_json("levering", "overdue", "--organisation", KOMMUNE)["leveringer"] == []
    desk.stack.clock("2024-07-20T09:00:00+02:00")
    rows = wait_until(lambda: desk.cli_json("levering", "overdue", "--organisation", KOMMUNE)["leveringer"], "overdue")
    assert {r["organisation"] for r in rows} == {KOMMUNE} and all(r["ventet"] for r in rows)
    assert "receipt expected by" in desk.cli("levering", "overdue").stdout


def test_the_audit_is_whole(desk, parked):
    done = desk.stack.cli("revision", "verify")
    assert re.search(r"^\d+ records, 0 faults$", done.stdout, re.MULTILINE) and "anna\tconsole@" in done.stdout
    acts = desk.audit()
    assert {a["handling"] for a in acts} >= {"levering.hold", "levering.resume", "levering.replay", "levering.discard"}
    assert {a["aktoer"] for a in acts} >= {"anna", "bent"}


def test_no_cpr_number_in_what_the_desk_says(desk, parked):
    for args in (("levering", "list", "--status", "parkeret"), ("levering", "orders"), ("revision", "list", "--json")):
        text = desk.cli(*args).stdout
        assert not any(cpr in text for cpr in CPRS)


@pytest.mark.parametrize("path", ["/bord/nothing", "/bord/ordre/x", "/bord/levering/x", "/bord/koe"])
def test_odd_paths(desk, path):
    assert Client(desk.stack.env["PARLOEB_CONSOLE"]).request("GET", path).status in (400, 404)
