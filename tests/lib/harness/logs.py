# SPDX-License-Identifier: MPL-2.0
"""What the processes of a test wrote last, in few characters: all that is left of a failure on a
machine that nobody can look at."""

import json

LINES, WIDTH = 30, 200
WELL_KNOWN = ("tid", "niveau", "tjeneste", "besked")

_folders = []


def watch(folder):
    """The logs of this folder (log/*.log, *.err) belong to the tests that run now."""
    _folders.append(folder)


def unwatch(folder):
    _folders.remove(folder)


def short(name, line):
    """(time, text) of a line of a log: `20:15:01.123 dispatch warn what happened key=value`."""
    try:
        tree = json.loads(line)
        at, level, what = tree["tid"], tree["niveau"], tree["besked"]
    except (ValueError, KeyError, TypeError):
        return None, f"{name} {line}"[:WIDTH]
    more = "".join(f" {k}={v}" for k, v in tree.items() if k not in WELL_KNOWN)
    return at, f"{at[11:23]} {name} {level} {what}{more}"[:WIDTH]


def last_lines():
    """The newest lines of all logs watched, Kafka's own left out, by time."""
    rows = []
    for folder in _folders:
        for file in sorted([*folder.glob("log/*.log"), *folder.glob("*.err")]):
            if not file.name.startswith("kafka-"):
                rows += of_file(file)
    return [text for _, text in sorted(rows, key=lambda row: row[0])[-LINES:]]


def of_file(file):
    """A line without a time of its own (a sanitizer's, a crash's) stays behind the one before it."""
    rows, last = [], ""
    for line in file.read_text(errors="replace").splitlines()[-LINES:]:
        at, text = short(file.stem, line)
        last = at or last
        rows.append((last, text))
    return rows
