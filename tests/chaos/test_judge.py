# SPDX-License-Identifier: MPL-2.0
"""The judge of tests/chaos/kill on topics that are right, and on each kind of fault."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from harness import Record  # noqa: E402
from kill import judge_topics  # noqa: E402


def fact(id, step=None):
    headers = {"ce_source": b"/akasse/hk/x", "ce_id": id}
    return Record(0, 0, 0, b"p", b"", {**headers, **({"plb_trin": step} if step else {})})


def mail(delivery, number, org=b"kommune:0461", course=b"c1"):
    return Record(0, 0, 0, org, b"", {"ce_leveringid": delivery, "ce_correlationid": course,
                                      "ce_sequence": str(number).encode()})


class Topics(dict):
    def topic(self, name):
        return self[name]


def right():
    return Topics(
        ind=[fact(b"1"), fact(b"2"), fact(b"2")],       # told twice, decided once
        forloeb=[fact(b"1", b"behandlet"), fact(b"d", b"afledt"), fact(b"2", b"afvist"),
                 fact(b"2", b"gentagelse")],
        ud=[mail(b"l1", 1), mail(b"l2", 2), mail(b"l3", 1, org=b"akasse:hk")],
        afvist=[])


def test_all_is_right():
    assert set(judge_topics(right(), 2).values()) == {0}


@pytest.mark.parametrize("fault, sent, topic, plant", [
    ("accepted and not in the log", 3, "ind", None),
    ("in the log and not decided", 3, "ind", fact(b"3")),
    ("decided twice", 2, "forloeb", fact(b"1", b"behandlet")),
    ("derived twice", 2, "forloeb", fact(b"d", b"afledt")),
    ("addressed twice", 2, "ud", mail(b"l1", 3)),
    ("numbers out of order", 2, "ud", mail(b"l4", 4)),
    ("parked as unreadable", 2, "afvist", fact(b"1")),
])
def test_a_planted_fault_is_the_only_one_found(fault, sent, topic, plant):
    topics = right()
    topics[topic] += [plant] if plant else []
    assert {name for name, n in judge_topics(topics, sent).items() if n} == {fault}
