# SPDX-License-Identifier: MPL-2.0
"""Plays the worked courses on a stack.

The clock does not go backwards, so all courses run side by side on one stack, each variant of a course with persons of its own: their facts are merged by clock time, and the
mailboxes of a course are read when its own `slut` is reached."""

import json
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import judge
from harness import event, wait_until

HERE = Path(__file__).resolve().parent
NAMES = sorted(p.stem for p in HERE.glob("[0-9][0-9].json"))
DONE = {"behandlet", "afvist"}


@dataclass
class Play:
    """One course with one set of persons. `moments`: (clock, facts) in the order of sending."""
    name: str
    variant: str
    case: dict
    cpr: set
    moments: list
    mail: dict = field(default_factory=dict)  # organisation → messages about these persons at `slut`

    @property
    def end(self):
        return at(self.case["slut"])

    def organisations(self):
        return {row["til"] for row in self.case["forventet"] + self.case["aldrig"]}


def at(text):
    return datetime.fromisoformat(text)


def other_digits(cpr, variant):
    """Another person of nobody's: the same birthday, another serial number."""
    shift = int.from_bytes(variant.encode(), "big") % 8999 + 1
    return cpr[:6] + f"{(int(cpr[6:]) + shift) % 9000 + 1000:04d}"


def renamed(value, cpr, variant):
    """The same case about other persons: numbers and ids differ."""
    if isinstance(value, dict):
        return {k: renamed(v, cpr, variant) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(v, cpr, variant) for v in value]
    if not isinstance(value, str):
        return value
    if value in cpr:
        return other_digits(value, variant)
    try:
        return str(uuid.uuid5(uuid.UUID(value), variant))
    except ValueError:
        return value


def load(name, variant):
    case = json.loads((HERE / f"{name}.json").read_text())
    cpr = {step["data"]["cpr"] for step in case["haendelser"]}
    case = renamed(case, cpr, variant)
    moments = [(at(step["ur"]), [step]) for step in case["haendelser"]]
    return Play(name, variant, case, {other_digits(c, variant) for c in cpr}, moments)


# -- the same facts otherwise ------------------------------------------------------------------------


def groups(play, ind, ud):
    """Facts of a course that was played as it stands, grouped so that no message left at one of a group or between two: pairs of positions (from, to)."""
    place = {step["id"]: i for i, step in enumerate(play.case["haendelser"])}
    persons = {r.key for r in ind if judge.header(r, "ce_id") in place}
    at_fact, behind = set(), set()
    for r in ud:
        if r.headers.get("plb_person") not in persons:
            continue
        causes = {judge.header(r, name) for name in ("ce_id", "ce_causationid")} & place.keys()
        if causes:
            at_fact |= {place[c] for c in causes}
        else:
            before = [i for i, (clock, _) in enumerate(play.moments) if clock < at(judge.header(r, "ce_time"))]
            behind |= {max(before)} if before else set()
    found = []
    for i in range(len(place)):
        if found and not {i - 1, i} & at_fact and i - 1 not in behind:
            found[-1] = (found[-1][0], i + 1)
        else:
            found.append((i, i + 1))
    return found


def shuffled(play, found, seed):
    """Each group at the clock time of its last fact, in an order drawn by the seed."""
    steps = play.case["haendelser"]
    play.moments = []
    for first, behind in found:
        some = steps[first:behind]
        clock = at(some[-1]["ur"])
        random.Random(f"{seed} {play.name} {first}").shuffle(some)
        play.moments.append((clock, some))


def timeline(plays):
    """(clock, play, facts) in the order of playing; no facts = the end of that course."""
    rows = [(clock, 0, play, steps) for play in plays for clock, steps in play.moments]
    rows += [(play.end, 1, play, None) for play in plays]
    return [(clock, play, steps) for clock, _, play, steps in sorted(rows, key=lambda r: r[:2])]


def cuts(rows, variant):
    """As few positions as possible, so that between any two moments of each course of the variant (its end too) lies one: a kill at position i comes when row i has been sent."""
    places = defaultdict(list)
    for i, (_, play, _) in enumerate(rows):
        if play.variant == variant:
            places[play.name].append(i)
    chosen = []
    for first, second in sorted(((a, b) for row in places.values() for a, b in zip(row, row[1:])), key=lambda pair: pair[1]):
        if not chosen or chosen[-1] < first:
            chosen.append(second - 1)
    return chosen


# -- playing -----------------------------------------------------------------------------------------


def send(stack, step, times=1):
    org = step["afsender"]
    value = event(org, step["type"], step["data"], step["id"], step["ur"], f"/{org.replace(':', '/')}/cases")
    for _ in range(times):
        answer = stack.client(org).send(value)
        assert answer.status == 202, answer


def settled(stack, step):
    client = stack.client(step["afsender"])
    wait_until(lambda: {t["trin"] for t in client.ladder(step["id"]).json()["trin"]} & DONE,
               f"{step['type']} of {step['afsender']} to be behandlet")


def about(cpr, mail):
    """The messages of these persons' courses; a withdrawal names nobody, but its course."""
    courses = {m["correlationid"] for m in mail if m["data"].get("cpr") in cpr}
    return [m for m in mail if m.get("correlationid") in courses]


def play_all(stack, rows, kills=()):
    """Row by row; at the positions `kills`, forloeb is killed while the facts of that row are on their way, and started again."""
    stands = None
    for i, (clock, play, steps) in enumerate(rows):
        if clock != stands or steps is None:
            stack.clock(clock.isoformat())
            stands = clock
        for step in steps or []:
            send(stack, step, 2 if play.variant == "twice" else 1)
        if i in kills:
            stack.kill("forloeb")
            stack.again("forloeb")
        for step in steps or []:
            settled(stack, step)
        if steps is None:
            play.mail = {org: about(play.cpr, mail) for org, mail in stack.mailboxes(play.organisations()).items()}
