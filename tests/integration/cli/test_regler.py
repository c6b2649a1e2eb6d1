# SPDX-License-Identifier: MPL-2.0
"""Rule sets as an operator meets them: the table in the docs, faults that stop, the reload of a running service, explain and whatif."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from harness import event, wait_until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """A folder of rule files of its own."""
    folder = tmp_path_factory.mktemp("regler") / "regler"
    shutil.copytree(ROOT / "config/regler", folder)
    return folder


@pytest.fixture(scope="module")
def stack(new_stack, rules):
    return new_stack(clock="topic", config={"paths": {"regler": str(rules)}})


def change(file, old, new):
    """Replaces a part of a file; returns what undoes it."""
    before = file.read_text()
    assert old in before
    file.write_text(before.replace(old, new, 1))
    return lambda: file.write_text(before)


def test_the_table_in_the_docs_is_made_from_the_rule_files(stack):
    assert stack.cli("regler", "tabel").stdout == (ROOT / "docs/regler.md").read_text()


def test_check_tells_gaps_overlaps_and_contradictions(stack, rules):
    file = rules / "reform-2026.yaml"
    for old, new, fault in (
            ("fra: 2026-07-01", "fra: 2026-07-03", "from 2026-07-01 to 2026-07-02 no rule set is for"),
            ("fra: 2026-07-01", "fra: 2026-06-01", 'from 2026-06-01 to 2026-06-30 "lab-2024" is for'),
            ("procent: 75", "procent: 85", "reform-2026.yaml:22:1: kvote:"),
            ("deling: pakkefrist", "delign: pakkefrist", "delign")):
        undo = change(file, old, new)
        done = stack.cli("check", check=False)
        undo()
        assert done.returncode == 1 and fault in done.stderr, done
    assert "6 rule sets, 0 agreements" in stack.cli("check").stdout


def forloeb_check(stack):
    return subprocess.run([stack.program("parloeb-forloeb"), "--check", "--config", stack.dir / "config/parloeb.yaml"],
                          capture_output=True, text=True, timeout=120)


def test_a_fault_in_a_rule_file_stops_the_start(stack, rules):
    assert forloeb_check(stack).returncode == 0
    undo = change(rules / "lab-2024.yaml", "fuldtid: 410.00", "fuldtid: mange")
    done = forloeb_check(stack)
    undo()
    assert done.returncode == 1 and "lab-2024.yaml:10:" in done.stderr, done


def reload(stack, word):
    """SIGHUP to forloeb, and the wait for the line that says what came of it."""
    before = stack.log("forloeb").count(word)
    stack.daemon("forloeb").signal(signal.SIGHUP)
    wait_until(lambda: stack.log("forloeb").count(word) > before, word)


def register(stack, cpr, number):
    data = {"cpr": cpr, "tilmeldingId": f"00000000-0000-4000-8000-{number:012d}", "tilmeldingsdato": "2024-03-01", "akassekode": "hk",
            "forsikringskategori": "fuldtid", "kommunekode": "0461"}
    message = event("akasse:hk", "member-registered", data, time="2024-03-01T09:00:00+01:00")
    assert stack.client("akasse:hk").send(message).status == 202
    return wait_until(lambda: next((e["data"] for e in mail(stack) if e["data"].get("cpr") == cpr), None), "forecast")


def mail(stack):
    return [e for e in stack.client("kommune:0461").mail() if e["type"] == "dk.parloeb.handover-forventet"]


def test_a_running_service_takes_new_rules_and_keeps_the_old_ones_at_a_fault(stack, rules):
    stack.cli("clock", "set", "2024-03-01T09:00:00+01:00")
    file = rules / "lab-2024.yaml"
    assert register(stack, "6101901231", 1)["pakkefrist"] == "2024-05-27T23:59:59+02:00"
    undo = change(file, "pakkefrist_arbejdsdage: 5", "pakkefrist_arbejdsdage: femten")
    reload(stack, "rule sets not taken")
    assert register(stack, "6101901232", 2)["pakkefrist"] == "2024-05-27T23:59:59+02:00"
    undo()
    gone = (rules / "lab-2020.yaml").rename(rules / "lab-2020.off")
    reload(stack, "rule sets not taken")
    gone.rename(rules / "lab-2020.yaml")
    undo = change(file, "pakkefrist_arbejdsdage: 5", "pakkefrist_arbejdsdage: 1")
    reload(stack, "rule sets read again")
    assert register(stack, "6101901233", 3)["pakkefrist"] == "2024-05-31T23:59:59+02:00"
    undo()
    reload(stack, "rule sets read again")


def test_an_agreement_changes_the_course_of_its_parties(stack, rules):
    (rules / "aftaler").mkdir()
    (rules / "aftaler/hk-odense.yaml").write_text(
        'id: hk-odense\nparter: {akasse: hk, kommune: "0461"}\ngyldig: {fra: 2024-03-01}\nopsigelse: {varsel_maaneder: 1}\n'
        "regelsaet: [lab-2024]\nparametre: {pakkefrist_arbejdsdage: 2}\nkilder: {pakkefrist_arbejdsdage: samarbejdsaftale}\n")
    reload(stack, "rule sets read again")
    assert register(stack, "6101901234", 4)["pakkefrist"] == "2024-05-30T23:59:59+02:00"
    assert "1 agreements" in stack.cli("check").stdout
    shutil.rmtree(rules / "aftaler")
    reload(stack, "rule sets read again")


# -- explain and whatif: one course, from registration to handover --

CPR = "6101901239"
SAMTALE = "00000000-0000-4000-8000-0000000000aa"


@pytest.fixture(scope="module")
def course(stack):
    """Registered on 1 March, one conversation without a referat, full hours to the end of May; the id of the forløb."""
    def tell(name, data, time):
        message = event("akasse:hk", name, {"cpr": CPR, **data}, time=time)
        stack.cli("clock", "set", time)
        assert stack.client("akasse:hk").send(message).status == 202
        wait_until(lambda: handled(message["id"]), name)

    def handled(id):
        answer = stack.client("akasse:hk").ladder(id)
        assert answer.status == 200, answer
        return answer.json()["trin"][-1]["trin"] == "behandlet"

    forecast = register(stack, CPR, 9)
    tell("samtale-held", {"samtaleId": SAMTALE, "samtaletyper": [7], "afholdt": "2024-03-27T14:00:00+01:00", "afholdelsesform": "personligt",
                          "flereMyndigheder": False}, "2024-03-27T15:00:00+01:00")
    for month, day in (("2024-03", "2024-04-02"), ("2024-04", "2024-05-02"), ("2024-05", "2024-05-31")):
        tell("timer-indberettet", {"dagpengemaaned": month, "udbetalteTimer": 160.33}, f"{day}T10:00:00+02:00")
    stack.cli("clock", "set", "2024-06-03T08:00:00+02:00")
    id = forecast["forloebId"]
    # Kafka ends a transaction topic by topic: what is decided comes into sight a little behind the clock.
    wait_until(lambda: "handover-due" in {e["type"] for e in stack.cli_json("regler", "explain", "--forloeb", id)["haendelser"]}, "handover-due")
    return id


def test_explain_tells_a_case_worker_why(stack, course):
    text = stack.cli("regler", "explain", "--forloeb", course).stdout
    for words in ("Regelsæt lab-2024, version 2: valgt, fordi borgeren blev tilmeldt 1. marts 2024",
                  "Ansvaret ventes at gå over til kommunen 1. juni 2024.",
                  "160,33 (marts 2024, ventet) + 160,33 (april 2024, ventet) + 160,33 (maj 2024, ventet) = 480,99 timer er mere end 410,00",
                  "pakkefrist: fem arbejdsdage før, 27. maj 2024 kl. 23:59:59",
                  "Referatet af en samtale er ikke kommet til tiden.", "samtalen blev holdt 27. marts 2024 kl. 14.00 af HK/Danmarks A-kasse",
                  "én arbejdsdag efter 27. marts 2024: 2. april 2024 kl. 23:59:59; lukket: 28. marts 2024, 29. marts 2024 og 1. april 2024",
                  "Ansvaret går over fra HK/Danmarks A-kasse til Odense Kommune 1. juni 2024, fordi de udbetalte timer har passeret grænsen.",
                  "160,33 (marts 2024) + 160,33 (april 2024) + 160,33 (maj 2024) = 480,99 timer er mere end 410,00; målt ved udgangen af maj 2024",
                  "Kilde:       LAB § 31",
                  "minimum-akasse    1 af 3 holdt"):
        assert words in text, text


def test_explain_for_programs(stack, course):
    told = stack.cli_json("regler", "explain", "--forloeb", course)
    assert told["regelsaet"] == {"id": "lab-2024", "version": 2}
    due = next(e for e in told["haendelser"] if e["type"] == "handover-due")
    assert set(due["modtagere"]) == {"akasse:hk", "kommune:0461"} and due["regler"][0]["parameter"] == "graense" and due["regler"][0]["kilde"]
    assert any("160,33 timer for maj 2024" in f for f in due["fakta"])
    assert {k["navn"] for k in told["samtalekrav"]} == {"foerste", "minimum-akasse", "minimum-kommune", "maaned-16"}
    assert stack.cli("regler", "explain", "--forloeb", SAMTALE, check=False).returncode == 1


def whatif(stack, folder, *more):
    return stack.cli("regler", "whatif", "--config", folder, "--from", "2024-03-01T00:00:00+01:00", "--to", "2024-06-03T00:00:00+02:00", *more)


def test_whatif_finds_no_difference_under_the_same_rules(stack, rules, course):
    told = json.loads(whatif(stack, rules, "--json").stdout)
    assert told["forskelle"] == [] and told["genskabt"] == told["lavet"] > 0 and told["udenBegyndelse"] == 0, told


def test_whatif_tells_each_recipient_what_other_rules_would_have_done(stack, rules, course, tmp_path):
    other = tmp_path / "regler"
    shutil.copytree(rules, other)
    change(other / "lab-2024.yaml", "fuldtid: 410.00", "fuldtid: 300.00")
    before = stack.cli("forloeb", "show", course).stdout
    mine = [f for f in json.loads(whatif(stack, other, "--json").stdout)["forskelle"] if f["forloebId"] == course]
    assert stack.cli("forloeb", "show", course).stdout == before
    moved = {(f["organisation"], f["foer"], f["efter"]) for f in mine if f["type"] == "handover-due" and f["art"] == "flyttet"}
    assert moved == {(org, "2024-06-01T00:00:00+02:00", "2024-05-02T10:00:00+02:00") for org in ("akasse:hk", "kommune:0461")}, mine
    text = whatif(stack, other).stdout
    assert "Odense Kommune: " in text and "handover-due  01.06.2024 kl. 00.00 -> 02.05.2024 kl. 10.00" in text, text


def test_whatif_refuses_rules_with_faults(stack, rules, tmp_path):
    other = tmp_path / "regler"
    shutil.copytree(rules, other)
    change(other / "lab-2024.yaml", "fuldtid: 410.00", "fuldtid: mange")
    done = stack.cli("regler", "whatif", "--config", other, "--from", "2024-03-01T00:00:00+01:00", "--to", "2024-06-03T00:00:00+02:00", check=False)
    assert done.returncode == 1 and "lab-2024.yaml:10:" in done.stderr
    assert stack.cli("check", "--config", other, check=False).returncode == 2
    assert stack.cli("regler", "whatif", "--config", other, "--from", "x", "--to", "y", check=False).returncode == 2
