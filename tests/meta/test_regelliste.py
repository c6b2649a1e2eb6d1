# SPDX-License-Identifier: MPL-2.0
"""tests/unit/regler.txt: every rule of the course has tests, and these are there and run."""

import re
from functools import cache

import pytest

from skema import ROOT

UNIT = ROOT / "tests/unit"
SECTIONS = ["rule set", "forløb", "hours", "forecast", "working days", "referat", "hard stop", "settled", "other ways", "moving", "dates ahead", "corrections",
            "late, twice, out of order", "who gets what when", "awkward cases", "faults, as DFDG has them"]


def read():
    """(section, rule, [(file, function)]) in the order of the list."""
    rules, section = [], None
    for number, line in enumerate((UNIT / "regler.txt").read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith("\t"):
            path, functions = line.strip().split(": ")
            folder, name = path.split("/")
            rules[-1][2].extend((f"{folder}/test_{name}.c", f) for f in functions.split(", "))
        else:
            assert line == line.strip() and section, f"regler.txt:{number}"
            rules.append((section, line, []))
    return rules


RULES = read()


@cache
def source(path):
    """Of one test program."""
    return (UNIT / path).read_text()


def runs(path, function):
    """Defined, and named again behind its definition: in the list of tests, or as a property."""
    text = source(path)
    begin = re.search(rf"^{function}\((void \*\*state|struct prop \*p, void \*arg)\)", text, re.M)
    return begin is not None and re.search(rf"\b{function}\b", text[begin.end():]) is not None


def test_every_section_is_there_and_has_rules():
    assert list(dict.fromkeys(section for section, _, _ in RULES)) == SECTIONS


def test_a_rule_stands_once():
    named = [(section, rule) for section, rule, _ in RULES]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("section, rule, tests", RULES, ids=[f"{s}: {r}"[:80] for s, r, _ in RULES])
def test_its_tests_run(section, rule, tests):
    assert tests
    assert [f"{path}: {function}" for path, function in tests if not runs(path, function)] == []
