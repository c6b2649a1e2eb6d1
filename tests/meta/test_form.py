# SPDX-License-Identifier: MPL-2.0
"""The C sources stand as clang-format writes them."""

import subprocess

from skema import ROOT

SOURCES = sorted(str(p.relative_to(ROOT)) for top in ("include", "services", "tests") for p in (ROOT / top).rglob("*.[ch]"))


def test_formatted():
    done = subprocess.run(["clang-format", "--dry-run", "--Werror", *SOURCES], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, "clang-format -i these:\n" + "\n".join(
        sorted({line.partition(":")[0] for line in done.stderr.splitlines() if ": error:" in line}))
