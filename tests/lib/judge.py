# SPDX-License-Identifier: MPL-2.0
"""What must hold afterwards, whatever was killed: read from the topics, the mailboxes and the
reports of both simulators. Each function returns the faults that it found, as lines of text."""

import json
from collections import Counter, defaultdict

from harness import wait_until
from harness.wait import PATIENCE_S

# Where the way of a fact ends; `afventer` comes before one of these, `gentagelse` beside them.
ENDS = ("behandlet", "afvist")


def header(record, name):
    return (record.headers.get(name) or b"").decode(errors="replace")


def identity(record):
    return header(record, "ce_source"), header(record, "ce_id")


def accepted(ind, told):
    """Every event that got a 202 stands in the log: `told`, the ids of the a-kasse simulator."""
    there = {header(r, "ce_id") for r in ind}
    return [f"accepted, not in ind: {id}" for id in told if id not in there]


def outcome(ind, forloeb):
    """A fact has one outcome; each further record of it (a call repeated without a known answer) is
    a repeat."""
    # A change of number also lies under the new number's key; its outcome is told under the first's.
    sent = Counter(identity(r) for r in ind if "plb_foerste" not in r.headers)
    ends, repeats = Counter(), Counter()
    for r in forloeb:
        step = header(r, "plb_trin")
        ends[identity(r)] += step in ENDS
        repeats[identity(r)] += step == "gentagelse"
    faults = []
    for fact, n in sent.items():
        if ends[fact] != 1:
            faults.append(f"{ends[fact]} outcomes of {fact}, in ind {n} times")
        elif repeats[fact] != n - 1:
            faults.append(f"{repeats[fact]} repeats of {fact}, in ind {n} times")
    return faults


def effects(ud):
    """Nothing is addressed twice to the same recipient; responsibility passes once."""
    events = Counter((r.key.decode(), *identity(r)) for r in ud)
    deliveries = Counter(header(r, "ce_leveringid") for r in ud)
    faults = [f"addressed {n} times: {e}" for e, n in events.items() if n > 1]
    faults += [f"delivery id {n} times: {d}" for d, n in deliveries.items() if n > 1]
    open_now = Counter()
    for r in ud:
        course = (r.key.decode(), header(r, "ce_correlationid"))
        name = header(r, "ce_type").removeprefix("dk.parloeb.")
        if name == "handover-due":
            open_now[course] += 1
            if open_now[course] > 1:
                faults.append(f"handover-due again: {course}")
        elif name == "handover-aflyst":
            open_now[course] = 0
    return faults


def order(ud):
    """Per recipient and course the numbers run from 1 without a gap, in the order of the log."""
    faults, last = [], defaultdict(int)
    for r in ud:
        course = (r.key.decode(), header(r, "ce_correlationid"))
        number = header(r, "ce_sequence")
        if not course[1] or not number:
            continue
        if int(number) != last[course] + 1:
            faults.append(f"{number} after {last[course]}: {course}")
        last[course] = int(number)
    return faults


def mailboxes(stack, ud, orgs, patience_s=PATIENCE_S):
    """A mailbox holds what was addressed to it, each delivery once; the gateway may still be reading."""
    wanted = defaultdict(list)
    for r in ud:
        wanted[r.key.decode()].append(header(r, "ce_leveringid"))
    faults = []
    for org in orgs:
        def shown():
            return [m["leveringid"] for m in stack.client(org).mail()]  # noqa: B023
        try:
            wait_until(lambda: set(wanted[org]) <= set(shown()), org, patience_s)  # noqa: B023
        except AssertionError:
            pass                # told below
        got = shown()
        if sorted(got) != sorted(wanted[org]):
            faults.append(f"{org}: {len(got)} messages ({len(set(got))} different), "
                          f"{len(wanted[org])} addressed")
    return faults


def ladders(stack, rows):
    """The console, killed too, has caught up: each fact's ladder shows its outcome, once. `rows`:
    (organisation, id) pairs."""
    faults = []
    for org, id in rows:
        def steps():
            answer = stack.client(org).ladder(id)
            found = [t["trin"] for t in answer.json()["trin"]] if answer.status == 200 else []
            return found if set(ENDS) & set(found) else None
        try:
            found = wait_until(steps, f"the outcome of {id}")
        except AssertionError as e:
            faults.append(str(e))
            continue
        if sum(s in ENDS for s in found) != 1:
            faults.append(f"{id}: {found}")
    return faults


def receiver(report):
    """The table of `parloeb-sim report`: what must be 0 and is not."""
    table = json.loads(report)
    names = ("duplicates", "gaps", "outOfOrder", "lost", "refused", "bad")
    return [f"{name} {table[name]}" for name in names if table[name]]
