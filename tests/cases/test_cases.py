# SPDX-License-Identifier: MPL-2.0
"""Every worked case on a real stack: Kafka, all services, HTTP, the topic clock.

The clock does not go backwards, so all cases run side by side on one stack: their steps are merged by clock time, and each case is judged when its own `slut` is reached.
A second set of persons plays the same cases with every event sent twice: nothing may change."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from harness import Stack, event, wait_until

HERE = Path(__file__).resolve().parent
NAMES = sorted(p.stem for p in HERE.glob("[0-9][0-9].json"))
VARIANTS = ("once", "twice")
DONE = {"behandlet", "afvist"}


@dataclass
class Play:
    """One case for one set of persons."""
    name: str
    variant: str
    case: dict
    cpr: set = field(default_factory=set)
    mail: dict = field(default_factory=dict)  # organisation → messages about these persons at `slut`


def other_digits(cpr):
    """Another person of nobody's: the same birthday, another serial number."""
    return cpr[:6] + f"{(int(cpr[6:]) + 4321) % 9000 + 1000:04d}"


def renamed(value, cpr):
    """The same case about another person: numbers and ids differ."""
    if isinstance(value, dict):
        return {k: renamed(v, cpr) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(v, cpr) for v in value]
    if not isinstance(value, str):
        return value
    if value in cpr:
        return other_digits(value)
    try:
        return str(uuid.uuid5(uuid.UUID(value), "twice"))
    except ValueError:
        return value


def load(name, variant):
    case = json.loads((HERE / f"{name}.json").read_text())
    cpr = {step["data"]["cpr"] for step in case["haendelser"]}
    if variant == "twice":
        case = renamed(case, cpr)
        cpr = {other_digits(c) for c in cpr}
    return Play(name, variant, case, cpr)


def send(stack, step, times):
    org = step["afsender"]
    value = event(org, step["type"], step["data"], step["id"], step["ur"], f"/{org.replace(':', '/')}/cases")
    client = stack.client(org)
    for _ in range(times):
        answer = client.send(value)
        assert answer.status == 202, answer

    def steps():
        return {t["trin"] for t in client.ladder(step["id"]).json()["trin"]} & DONE
    wait_until(steps, f"{step['type']} of {org} to be behandlet")


def organisations(case):
    return {row["til"] for row in case["forventet"] + case["aldrig"]}


def about(cpr, mail):
    """The messages of these persons' courses; a withdrawal names nobody, but its course."""
    courses = {m["correlationid"] for m in mail if m["data"].get("cpr") in cpr}
    return [m for m in mail if m.get("correlationid") in courses]


def play_all(stack):
    plays = [load(name, variant) for name in NAMES for variant in VARIANTS]
    moments = []
    for play in plays:
        for step in play.case["haendelser"]:
            moments.append((datetime.fromisoformat(step["ur"]), 0, play, step))
        moments.append((datetime.fromisoformat(play.case["slut"]), 1, play, None))
    moments.sort(key=lambda m: m[:2])
    for at, _, play, step in moments:
        stack.clock(at.isoformat())
        if step is not None:
            send(stack, step, 2 if play.variant == "twice" else 1)
            continue
        for org in organisations(play.case):
            play.mail[org] = about(play.cpr, stack.client(org).mail())
    return {(p.name, p.variant): p for p in plays}


@pytest.fixture(scope="module")
def plays():
    with Stack(clock="topic").up() as stack:
        yield play_all(stack)


def holds(expected, actual):
    """`expected` is a subset of `actual`."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(k in actual and holds(v, actual[k]) for k, v in expected.items())
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and all(map(holds, expected, actual))
    return expected == actual


def short(message):
    return message["type"].removeprefix("dk.parloeb.")


def missing(play):
    """The first expected message that does not follow the ones before it; None when all are there in order."""
    at = {}
    for row in play.case["forventet"]:
        mail, i = play.mail[row["til"]], at.get(row["til"], 0)
        while i < len(mail) and not (short(mail[i]) == row["type"] and holds(row["data"], mail[i]["data"])):
            i += 1
        if i == len(mail):
            return row, [(short(m), m["time"]) for m in mail]
        at[row["til"]] = i + 1
    return None


def params():
    for name in NAMES:
        for variant in VARIANTS:
            yield pytest.param(name, variant, id=f"{name}-{variant}")


@pytest.mark.parametrize("name, variant", params())
def test_case(plays, name, variant):
    play = plays[name, variant]
    assert missing(play) is None, play.case["navn"]
    for row in play.case["aldrig"]:
        assert row["type"] not in [short(m) for m in play.mail[row["til"]]], play.case["navn"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_order_without_gaps(plays, variant):
    """Per recipient and forløb the sequence runs from 1 without a gap, and no delivery id comes twice."""
    for play in (p for p in plays.values() if p.variant == variant):
        for org, mail in play.mail.items():
            for course in {m["correlationid"] for m in mail}:
                numbers = [int(m["sequence"]) for m in mail if m["correlationid"] == course]
                assert numbers == list(range(1, len(numbers) + 1)), (play.name, org)
            ids = [m["leveringid"] for m in mail]
            assert len(ids) == len(set(ids)), (play.name, org)
