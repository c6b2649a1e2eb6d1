# SPDX-License-Identifier: MPL-2.0
"""The command against a real stack: what it says, and its exit codes."""

import json
import os
import shutil
import subprocess
import uuid
from collections import Counter

import pytest
import yaml
from harness import event, wait_until

CPR = "8802761482"
START = "2024-03-01T09:00:00+01:00"
DONE, FAULTS, USAGE, UNREACHED = 0, 1, 2, 3
VERBS = ("afvist list", "afvist redrive", "afvist show", "check", "clock set", "clock show", "feed", "forloeb show", "kpi", "levering list",
         "levering approve", "levering bevis", "levering continue", "levering discard", "levering hold", "levering orders", "levering overdue", "levering replay", "levering resume",
         "levering show", "levering stop", "bevis key", "bevis verify", "revision list", "revision verify", "partner endpoint", "partner secret rotate",
         "partner secret retire", "partner secret seal", "partner test", "regler explain", "regler tabel", "regler whatif", "schema show", "send", "status", "topics apply", "topics plan", "trace",
         "version")


@pytest.fixture(scope="module")
def told(topic_stack):
    """A stack where the command itself has told a course; (stack, event id)."""
    topic_stack.cli("clock", "set", START)
    data = {"cpr": CPR, "tilmeldingId": str(uuid.uuid4()), "tilmeldingsdato": "2024-03-01",
            "akassekode": "hk", "forsikringskategori": "fuldtid", "kommunekode": "0461"}
    message = event("akasse:hk", "member-registered", data, time=START)
    done = send(topic_stack, message)
    assert (done.returncode, done.stdout) == (DONE, f"{message['id']} accepteret\n"), done
    wait_until(lambda: told_whole(topic_stack, message["id"]), "decided, and both told")
    return topic_stack, message["id"]


def send(stack, value):
    text = json.dumps(value) if not isinstance(value, str) else value
    return stack.cli("send", "-", "--token", stack.token("akasse:hk"), input=text, check=False)


def trace(stack, id):
    done = stack.cli("trace", "--json", "--haendelse", id, check=False)
    return json.loads(done.stdout)["haendelser"] if done.returncode == DONE else []


def told_whole(stack, id):
    """Is all of the registration in sight? The copies of what came of it lie on other topics and partitions than its outcome."""
    rows = trace(stack, id)
    return [len(row["leveringer"]) for row in rows] == [0, 2] and rows[0]["trin"] == "behandlet"


def code(stack, *args, **kw):
    return stack.cli(*args, check=False, **kw).returncode


def test_help_lists_every_verb_and_explains_it(told):
    stack, _ = told
    overview = stack.cli("--help").stdout
    for verb in VERBS:
        assert f"\n  {verb} " in overview, verb
        text = stack.cli(*verb.split(), "--help").stdout
        assert text.startswith(f"usage: parloeb {verb}") and len(text.splitlines()) > 3, verb


@pytest.mark.parametrize("args", [
    (), ("nonsense",), ("check", "--nonsense"), ("check", "x"), ("levering",), ("send",),
    ("levering", "list", "--follow"), ("levering", "resume"), ("levering", "resume", "x"),
    ("forloeb", "show"), ("forloeb", "show", "x"), ("trace",), ("trace", "--forloeb", "x"),
    ("trace", "--cpr-stdin", "--haendelse", "x"), ("clock", "set"), ("clock", "set", "tomorrow"),
    ("clock", "set", "2024-03-01T09:00:00")])
def test_usage_faults(told, args):
    assert code(told[0], *args) == USAGE


def test_usage_fault_of_a_cpr_number_does_not_repeat_it(told):
    done = told[0].cli("trace", "--cpr-stdin", input="010190123\n", check=False)
    assert done.returncode == USAGE and "010190123" not in done.stdout + done.stderr


def test_nothing_found_is_a_fault(told):
    stack, _ = told
    nobody = str(uuid.UUID(int=1))
    for args in (("trace", "--haendelse", "x"), ("trace", "--forloeb", nobody),
                 ("forloeb", "show", nobody), ("levering", "resume", nobody),
                 ("schema", "show", "nonsense")):
        assert code(stack, *args) == FAULTS, args
    assert code(stack, "trace", "--cpr-stdin", input="0101901234\n") == FAULTS


def test_trace_tells_the_course(told):
    stack, id = told
    text = stack.cli("trace", "--haendelse", id).stdout
    assert "HK/Danmarks A-kasse tilmeldte personen som ledig pr. 01.03.2024" in text
    assert "Parløb forventer, at ansvaret går over til Odense Kommune" in text
    assert "-> til Odense Kommune: " in text
    forloeb = trace(stack, id)[0]["forloebId"]
    assert stack.cli("trace", "--forloeb", forloeb).stdout == text
    assert stack.cli("trace", "--cpr-stdin", input=CPR + "\n").stdout == text


def test_trace_tells_what_became_of_mail(told):
    stack, id = told
    token = stack.token("kommune:0461")
    lines = wait_until(lambda: stack.cli("feed", "--token", token).stdout.splitlines(), "mail")
    assert "handover-forventet" in lines[0]
    wait_until(lambda: "Odense Kommune: leveret" in stack.cli("trace", "--haendelse", id).stdout,
               "leveret")


def test_no_output_holds_the_cpr_number(told):
    stack, id = told
    forloeb = trace(stack, id)[0]["forloebId"]
    for args in (("trace", "--haendelse", id), ("trace", "--json", "--haendelse", id),
                 ("forloeb", "show", forloeb), ("status",), ("levering", "list")):
        done = stack.cli(*args, check=False)
        assert CPR not in done.stdout + done.stderr, args


def test_forloeb_show(told):
    stack, id = told
    forloeb = trace(stack, id)[0]["forloebId"]
    state = stack.cli_json("forloeb", "show", forloeb)
    assert (state["akasse"], state["kommune"]) == ("akasse:hk", "kommune:0461")
    assert {m["organisation"] for m in state["modtagere"]} == {"akasse:hk", "kommune:0461"}
    assert f"forloebId               {forloeb}\n" in stack.cli("forloeb", "show", forloeb).stdout


def test_who_looked_at_a_person_stands_in_the_audit(told):
    """By the pseudonym, so that the person can be told; whatever way the course was asked for."""
    stack, id = told
    forloeb = trace(stack, id)[0]["forloebId"]

    def looks():
        acts = [json.loads(line) for line in stack.cli("revision", "list", "--json").stdout.splitlines()]
        return [(a["handling"], json.loads(a["detalje"])["person"]) for a in acts if a["handling"].startswith("indsigt.")]

    before = len(looks())
    stack.cli("trace", "--forloeb", forloeb)
    stack.cli("trace", "--cpr-stdin", input=CPR + "\n")
    stack.cli("forloeb", "show", forloeb)
    stack.cli("regler", "explain", "--forloeb", forloeb)
    stack.cli("trace", "--haendelse", "nobody's", check=False)
    new = looks()[before:]
    assert [h for h, _ in new] == ["indsigt.trace", "indsigt.trace", "indsigt.forloeb", "indsigt.regler"]
    ind = next(r for r in stack.topic("ind") if r.headers["ce_id"] == id.encode())
    assert {person for _, person in new} == {ind.key.hex()}
    assert "0 faults" in stack.cli("revision", "verify").stdout


def test_send_tells_every_fault(told):
    stack, _ = told
    hours = {"cpr": CPR, "dagpengemaaned": "2024-13", "udbetalteTimer": 170}
    done = send(stack, event("akasse:hk", "timer-indberettet", hours, time=START))
    assert done.returncode == FAULTS
    assert "/data/dagpengemaaned" in done.stdout and "/data/udbetalteTimer" in done.stdout
    assert send(stack, "{").returncode == FAULTS
    assert code(stack, "send", "-", "--token", "nobody's", input="{}") == FAULTS
    assert code(stack, "send", "-", "--gateway", "http://127.0.0.1:1", input="{}") == UNREACHED
    assert code(stack, "send", "/no/such/file") == UNREACHED


def test_send_takes_a_list(told):
    stack, _ = told
    hours = {"cpr": CPR, "dagpengemaaned": "2024-03", "udbetalteTimer": 10}
    batch = [event("akasse:hk", "timer-indberettet", {**hours, "udbetalteTimer": t}, time=START)
             for t in (10, 11, 900)]
    done = send(stack, batch)
    assert done.returncode == FAULTS
    assert [line.split()[1] for line in done.stdout.splitlines() if line[0] != " "] == [
        "accepteret", "accepteret", "afvist"]


def test_feed_goes_on_from_a_cursor(told):
    stack, _ = told
    args = ("feed", "--json", "--token", stack.token("akasse:hk"))
    done = wait_until(lambda: [d for d in [stack.cli(*args)] if d.stdout], "mail")[0]
    page = json.loads(done.stdout.splitlines()[-1])
    assert page["haendelser"] and done.stderr.startswith("next: --after ")
    further = [m["leveringid"] for line in stack.cli(*args, "--after", page["naeste"]).stdout.splitlines()
               for m in json.loads(line)["haendelser"]]
    assert not set(further) & {m["leveringid"] for m in page["haendelser"]}
    assert code(stack, *args, "--after", "nonsense") == FAULTS


def test_levering_list_and_resume(told):
    stack, _ = told
    orders = lambda: Counter(r.key for r in stack.topic("postkasse") if r.headers.get("ce_type") == b"dk.parloeb.kommando")  # noqa: E731
    before = orders()
    rows = wait_until(lambda: stack.cli_json("levering", "list", "--status", "leveret")["leveringer"],
                      "a delivery")
    id = rows[0]["leveringid"]
    assert id in stack.cli("levering", "list", "--status", "leveret").stdout
    assert stack.cli("levering", "list", "--status", "parkeret").stdout == "none\n"
    org = rows[0]["organisation"]
    assert stack.cli_json("levering", "resume", id)["organisation"] == org
    assert stack.cli_json("levering", "resume", "--organisation", org)["organisation"] == org
    assert orders() - before == Counter({org.encode(): 2})


def test_schema_show(told):
    stack, _ = told
    assert "\ntimer-indberettet " in stack.cli("schema", "show").stdout
    assert "samtale-held" in {row["name"] for row in stack.cli_json("schema", "show")}
    assert stack.cli_json("schema", "show", "timer-indberettet")["title"] == "dk.parloeb.timer-indberettet"


def test_clock(told):
    stack, _ = told
    assert code(stack, "clock", "set", "2024-02-01T00:00:00+01:00") == FAULTS
    done = stack.cli("clock", "set", "-", input="2024-03-02T09:00:00+01:00\n2024-03-03T09:00:00+01:00\n")
    assert done.stdout == "ok 2024-03-02T09:00:00+01:00\nok 2024-03-03T09:00:00+01:00\n"
    assert stack.cli_json("clock", "show") == {"time": "2024-03-03T09:00:00+01:00"}


def test_status_names_what_is_away(told):
    stack, _ = told
    found = wait_until(lambda: stack.cli_json("status"), "everything ready")
    assert {s["service"]: s["state"] for s in found["services"]} == dict.fromkeys(
        ("gateway", "forloeb", "dispatch", "console"), "ready")
    assert found["kafka"]["reached"] and found["kafka"]["wrong"] == 0
    stack.stop("console")
    try:
        done = stack.cli("status", check=False)
        assert done.returncode == UNREACHED
        assert [line for line in done.stdout.splitlines() if line.startswith("console") and "not reached" in line]
    finally:
        stack.start()


@pytest.fixture
def copy(told, tmp_path):
    """A copy of the stack's configuration that a test may spoil: (stack, change, run)."""
    stack, _ = told
    folder = tmp_path / "config"
    shutil.copytree(stack.dir / "config", folder)
    shutil.copytree(stack.dir / "secrets", tmp_path / "secrets")
    file = folder / "parloeb.yaml"

    def change(edit):
        tree = yaml.safe_load(file.read_text())
        edit(tree)
        file.write_text(yaml.safe_dump(tree))

    change(lambda tree: tree.setdefault("paths", {}).update(partnere="partnere"))

    def run(*args):
        env = {**os.environ, "PARLOEB_CONFIG": str(file)}
        return subprocess.run([stack.program("parloeb"), *args], env=env, text=True,
                              capture_output=True, timeout=120)
    return folder, change, run


def test_check_names_every_place(copy):
    folder, change, run = copy
    assert run("check").returncode == DONE
    change(lambda tree: tree.setdefault("gateway", {}).update(nonsense=1))
    partner = folder / "partnere/nonsense.yaml"
    partner.write_text('navn: "x"\norganisationer: ["hk"]\n')
    done = run("check")
    assert done.returncode == FAULTS
    assert "parloeb.yaml:" in done.stderr and "nonsense" in done.stderr
    change(lambda tree: tree["gateway"].pop("nonsense"))
    done = run("check")
    assert done.returncode == FAULTS and f"{partner}:2:" in done.stderr
    faults = json.loads(run("check", "--json").stdout)["faults"]
    assert [f for f in faults if f"{partner}:2:" in f]
    partner.unlink()
    assert run("check").returncode == DONE


def test_kafka_away(copy):
    _, change, run = copy
    change(lambda tree: tree.setdefault("kafka", {}).update(bootstrap="127.0.0.1:1"))
    for args in (("topics", "plan"), ("trace", "--haendelse", "x"), ("clock", "show"), ("status",)):
        assert run(*args).returncode == UNREACHED, args
