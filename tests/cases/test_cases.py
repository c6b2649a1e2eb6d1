# SPDX-License-Identifier: MPL-2.0
"""The worked courses, all on one timeline of one real stack: each person is another, so that every
course is judged as if it were alone. Told plainly, told twice, and told while services are killed."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from harness import event, wait_until

CASES = {p.stem: json.loads(p.read_text()) for p in sorted(Path(__file__).parent.glob("[0-9]*.json"))}
# Named, never skipped in silence: rules that the course engine does not have yet.
PENDING = {
    "09": "hard stop without a summons",
    "10": "hard stop by the summons",
    "16": "moving",
    "18": "leaving the a-kasse",
    "19": "early handover",
}
VICTIMS = ("forloeb", "gateway", "dispatch", "console")
KILL_EVERY = 7


class Mailboxes:
    """What each organisation's feed has held so far, read on from its cursor."""

    def __init__(self, stack):
        self.stack, self.cursor, self.seen = stack, {}, {}

    def of(self, org, cpr):
        seen = self.seen.setdefault(org, [])
        query = {"maks": 500}
        while True:
            if org in self.cursor:
                query["efter"] = self.cursor[org]
            page = self.stack.client(org).get("/v1/feed", **query)
            assert page.status == 200, page
            seen += page.json()["haendelser"]
            self.cursor[org] = page.json()["naeste"]
            if not page.json()["haendelser"]:
                return [m for m in seen if m["data"].get("cpr") == cpr]


def steps():
    """(clock time, case, index of the event or None for the end), in the order of the timeline."""
    rows = []
    for name, case in CASES.items():
        rows += [(e["ur"], name, n) for n, e in enumerate(case["haendelser"])]
        rows.append((case["slut"], name, None))
    return sorted(rows, key=lambda r: (datetime.fromisoformat(r[0]), r[1], len(CASES) if r[2] is None else r[2]))


def tell(stack, step, times):
    """Sends one event of a case and waits until it is decided."""
    org = step["afsender"]
    source = f"/{org.replace(':', '/')}/cases"
    message = event(org, step["type"], step["data"], id=step["id"], time=step["ur"], source=source)
    for _ in range(times):
        answer = stack.client(org).send(message)
        assert answer.status == 202, (step["type"], answer.status, answer.body)

    def decided():
        answer = stack.client(org).ladder(step["id"])
        steps_so_far = [t["trin"] for t in answer.json().get("trin", [])]
        return "behandlet" in steps_so_far or "afvist" in steps_so_far
    wait_until(decided, f"{step['type']} {step['id']} decided", 60)


def faults(case, mail):
    """What is wrong with the mailboxes at the end of a case, as text."""
    wrong = []
    cpr = case["haendelser"][0]["data"]["cpr"]
    for org in sorted({row["til"] for row in case["forventet"] + case["aldrig"]}):
        box = mail.of(org, cpr)
        names = [m["type"].removeprefix("dk.parloeb.") for m in box]
        left = iter(list(zip(names, box)))
        for row in (r for r in case["forventet"] if r["til"] == org):
            if not any(name == row["type"] and contains(m["data"], row["data"]) for name, m in left):
                wrong.append(f"{org}: {row['type']} {row['data']} is not there in order; has {names}")
                break
        for row in (r for r in case["aldrig"] if r["til"] == org):
            if row["type"] in names:
                wrong.append(f"{org}: {row['type']} must never come; has {names}")
    return wrong


def contains(have, want):
    """`want` is a part of `have`: members of objects, items of lists in their order."""
    if isinstance(want, dict):
        return isinstance(have, dict) and all(k in have and contains(have[k], v)
                                              for k, v in want.items())
    if isinstance(want, list):
        return isinstance(have, list) and len(have) == len(want) and all(map(contains, have, want))
    return have == want


@pytest.fixture(scope="module", params=["told", "told-twice", "with-kills"])
def verdicts(request, new_stack):
    """{case: faults} after the whole timeline."""
    stack = new_stack(clock="topic")
    mail, now, found, told = Mailboxes(stack), None, {}, 0
    for ur, name, index in steps():
        if name in found:
            continue
        if ur != now:
            stack.clock(ur)
            now = ur
        try:
            if index is None:
                found[name] = faults(CASES[name], mail)
                continue
            told += 1
            if request.param == "with-kills" and told % KILL_EVERY == 0:
                stack.kill(VICTIMS[told // KILL_EVERY % len(VICTIMS)])
                stack.start()
            tell(stack, CASES[name]["haendelser"][index], 2 if request.param == "told-twice" else 1)
        except AssertionError as e:
            found[name] = [str(e)]      # this course alone has gone wrong
    return found


@pytest.mark.parametrize("name", [
    pytest.param(n, marks=pytest.mark.xfail(reason=f"pending: {PENDING[n]}", strict=False))
    if n in PENDING else n for n in CASES])
def test_case(verdicts, name):
    assert verdicts[name] == [], CASES[name]["navn"]
