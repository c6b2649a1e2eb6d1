# SPDX-License-Identifier: MPL-2.0
"""The judge of tests/chaos/kill on topics that are right, and on each kind of fault."""

import json

import pytest

import judge
from harness import Record


def fact(id, step=None):
    headers = {"ce_source": b"/akasse/hk/x", "ce_id": id}
    return Record(0, 0, 0, b"p", b"", {**headers, **({"plb_trin": step} if step else {})})


def mail(delivery, number, id, org=b"kommune:0461", name=b"handover-forventet"):
    return Record(0, 0, 0, org, b"", {
        "ce_leveringid": delivery, "ce_correlationid": b"c1", "ce_sequence": str(number).encode(),
        "ce_source": b"/parloeb/forloeb", "ce_id": id, "ce_type": b"dk.parloeb." + name})


def right():
    """Told twice, decided once; the same event to two recipients."""
    ind = [fact(b"1"), fact(b"2"), fact(b"2"), fact(b"3")]
    forloeb = [fact(b"1", b"behandlet"), fact(b"d", b"afledt"), fact(b"2", b"afvist"),
               fact(b"2", b"gentagelse"), fact(b"3", b"afventer"), fact(b"3", b"behandlet")]
    ud = [mail(b"l1", 1, b"a"), mail(b"l2", 2, b"b", name=b"handover-due"),
          mail(b"l3", 3, b"c", name=b"handover-aflyst"),
          mail(b"l4", 4, b"d", name=b"handover-due"), mail(b"l5", 1, b"a", org=b"akasse:hk")]
    return ind, forloeb, ud


def test_all_is_right():
    ind, forloeb, ud = right()
    assert judge.accepted(ind, ["1", "2", "3"]) == []
    assert judge.outcome(ind, forloeb) == []
    assert judge.effects(ud) == []
    assert judge.order(ud) == []


def test_an_accepted_event_is_missing():
    assert judge.accepted(right()[0], ["1", "4"]) == ["accepted, not in ind: 4"]


@pytest.mark.parametrize("step", [b"behandlet", b"afvist", b"gentagelse"])
def test_an_outcome_too_many(step):
    ind, forloeb, _ = right()
    assert len(judge.outcome(ind, [*forloeb, fact(b"1", step)])) == 1


@pytest.mark.parametrize("gone", [0, 2, 3, 5])
def test_an_outcome_too_few(gone):
    ind, forloeb, _ = right()
    assert len(judge.outcome(ind, forloeb[:gone] + forloeb[gone + 1:])) == 1


@pytest.mark.parametrize("planted", [
    mail(b"l6", 5, b"a"),                           # the same event under another delivery id
    mail(b"l1", 5, b"e"),                           # another event under the same delivery id
    mail(b"l6", 5, b"e", name=b"handover-due"),     # responsibility passes once more
])
def test_an_effect_twice(planted):
    ud = [*right()[2], planted]
    assert len(judge.effects(ud)) == 1
    assert judge.order(ud) == []


@pytest.mark.parametrize("number", [1, 4, 6])
def test_a_number_that_does_not_follow(number):
    ud = [*right()[2], mail(b"l6", number, b"e")]
    assert len(judge.order(ud)) == 1
    assert judge.effects(ud) == []


@pytest.mark.parametrize("name", ["duplicates", "gaps", "outOfOrder", "lost", "refused", "bad"])
def test_the_receiver_complains(name):
    table = dict.fromkeys(["duplicates", "gaps", "outOfOrder", "lost", "refused", "bad"], 0)
    assert judge.receiver(json.dumps(table)) == []
    assert judge.receiver(json.dumps({**table, name: 2})) == [f"{name} 2"]


class Mailboxes:
    """Just as much of a stack as the judge asks for."""

    def __init__(self, mail):
        self.rows = mail

    def client(self, _org):
        return self

    def mail(self):
        return [{"leveringid": row} for row in self.rows]


@pytest.mark.parametrize("got, faults", [(["l5"], 0), ([], 1), (["l5", "l5"], 1), (["l9"], 1)])
def test_mailboxes(got, faults):
    assert len(judge.mailboxes(Mailboxes(got), right()[2], ["akasse:hk"], patience_s=0)) == faults
