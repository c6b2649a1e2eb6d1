# SPDX-License-Identifier: MPL-2.0
"""Mutation of forloeb's pure core: one comparison, constant, sign, boolean operator, number of working days (a rule set's parameter) or cell of the table of who gets what
when is changed at a time, the core and nothing else is compiled anew, and the unit tests of forloeb run until one fails.

Usage: tests/mutation/run [--sample N] [--seed S] [--file NAME] [--at-least PERCENT] [--build DIR] [--jobs N]

Without --sample every mutant is tried (half an hour). Survivors are printed as file:line with the change. Ends 1 when fewer than PERCENT (default 90) are caught.
Left out, because no rule stands there: loop headers, preprocessor lines, caps (names in _MAX), checks of memory and of errors handed on, sizes."""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CORE = ROOT / "services/forloeb"
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O0", "-fPIC", "-w", f"-I{ROOT}/include", f"-I{ROOT}/services/common/base", f"-I{CORE}"]
LIBRARIES = ["tests/unit/forloeb/libforloeb_hukommelse.a", "tests/unit/forloeb/libforloeb_bane.a", "services/forloeb/libforloeb_run.a",
             "services/forloeb/libforloeb_wire.a", "services/common/wire/libplb_wire.a", "services/common/sys/libplb_sys.a",
             "services/common/base/libplb_base.a", "tests/sim/libplb_facts.a"]
THIRD_PARTY = ["-lcmocka", "-ljansson", "-lavro", "-lcrypto", "-lutf8proc", "-lyaml", "-lpthread", "-lm"]
TIMEOUT_S = 20

FLIPS = [(re.compile(p), to) for p, to in (
    (r"(?<![<>=!\-])<=(?!=)", "<"), (r"(?<![<>=!\-])>=(?!=)", ">"), (r"(?<=\s)<(?=\s)", "<="), (r"(?<=\s)>(?=\s)", ">="),
    (r"==", "!="), (r"!=", "=="), (r"&&", "||"), (r"\|\|", "&&"), (r"(?<=\s)\+(?=\s)", "-"), (r"(?<=\s)-(?=\s)", "+"),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"))]
# Days and months that a rule set names: one more.
PARAMETER = re.compile(r"\b\w+->(?:(?:\w+_arbejdsdage|\w+_dage|maaneder|fritagelse_procent)\b|(?:graense|norm)_c\[[^\]]+\])")
# Who gets what when (deling.c).
CELLS = {"DEL_STRAKS": "DEL_ALDRIG", "DEL_ALDRIG": "DEL_STRAKS", "DEL_FRIST": "DEL_STRAKS", "DEL_REGELSAET": "DEL_STRAKS"}
CELL = re.compile(r"(?<=[ ,])(?:" + "|".join(CELLS) + r")\b")
KIND = re.compile(r"^    \{HAENDELSE_\w+, '(.)'")
NUMBER = re.compile(r"(?<![\w.\"\[])(\d+)(?![\w.\"\]])")
SKIP_LINE = re.compile(r"^\s*(#|for \(|\*|/\*|//|static const|\[)|_MAX\b|sizeof|PLB_ASSERT|PLB_E_|->fejl\b|\bfejl ==|NULL|memset|memcpy|plb_slice_str\(\"|^\s*\"")


@dataclass(frozen=True)
class Mutant:
    file: str
    line: int
    column: int
    length: int
    to: str

    def show(self, text):
        old = text.splitlines()[self.line - 1]
        new = old[:self.column] + self.to + old[self.column + self.length:]
        return f"{self.file}:{self.line}: {old.strip()}  →  {new.strip()}"


def sources():
    cmake = (CORE / "CMakeLists.txt").read_text()
    return re.findall(r"(\w+\.c)", cmake.split("plb_library(forloeb_core")[1].split(")")[0])


def code_lines(text):
    """Line number and text without comments, strings blanked out, columns kept."""
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r"//.*", "", line)
        yield number, re.sub(r"\"[^\"]*\"|'[^']*'", lambda m: "\"" * len(m.group()), line)


def mutants_of(name):
    text = (CORE / name).read_text()
    found, kinds = [], set()
    inside = False
    for number, line in code_lines(text):
        inside = (inside or line.startswith("{")) and not line.startswith("}")
        kind = KIND.match(text.splitlines()[number - 1])
        if kind and kind.group(1) not in kinds:  # the first row of a kind is the one that counts
            kinds.add(kind.group(1))
            found += [Mutant(name, number, m.start(), len(m.group()), CELLS[m.group()]) for m in CELL.finditer(line)]
        if not inside or SKIP_LINE.search(line) or not line.strip():
            continue
        found += [Mutant(name, number, m.start(), len(m.group()), f"({m.group()} + 1)") for m in PARAMETER.finditer(line)]
        for pattern, to in FLIPS:
            found += [Mutant(name, number, m.start(), len(m.group()), to) for m in pattern.finditer(line)]
        found += [Mutant(name, number, m.start(), len(m.group()), str(int(m.group()) + 1)) for m in NUMBER.finditer(line)]
    return found


class Bench:
    """The test programs, linked once against a shared core that each mutant replaces."""

    def __init__(self, build, folder):
        self.build, self.folder = Path(build), Path(folder)
        self.objects = {}
        base = self.folder / "base"
        base.mkdir()
        for name in sources():
            self.objects[name] = base / (name + ".o")
            self.compile(CORE / name, self.objects[name])
        self.link(base, {})
        self.tests = [self.program(p, base) for p in sorted(self.build.glob("tests/unit/forloeb/CMakeFiles/test_forloeb_*.dir"))]
        self.order(base)

    @staticmethod
    def compile(source, target):
        return subprocess.run(["cc", *FLAGS, "-c", str(source), "-o", str(target)], capture_output=True, text=True).returncode == 0

    def link(self, folder, instead):
        objects = [str(instead.get(n, o)) for n, o in self.objects.items()]
        subprocess.run(["cc", "-shared", "-o", str(folder / "libcore.so"), *objects, str(self.build / "services/common/base/libplb_base.a")], check=True)

    def program(self, folder, base):
        program = self.folder / folder.name.removesuffix(".dir")
        libraries = [str(self.build / p) for p in LIBRARIES if (self.build / p).exists()] + [str(p) for p in self.build.glob("tests/lib/libplb_prop.a")]
        subprocess.run(["cc", "-o", str(program), *map(str, folder.glob("*.o")), f"-L{base}", "-Wl,--no-as-needed", "-lcore", "-Wl,--start-group", *libraries, "-Wl,--end-group",
                        *THIRD_PARTY], check=True)
        return program

    def run(self, program, folder):
        """True when the tests of the program hold."""
        try:
            return subprocess.run([program], cwd=ROOT, env={**os.environ, "LD_LIBRARY_PATH": str(folder)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  timeout=TIMEOUT_S).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def order(self, base):
        """The quick ones first; all must hold of the core as it is."""
        took = {}
        for program in self.tests:
            began = time.monotonic()
            if not self.run(program, base):
                sys.exit(f"{program.name} fails of the core as it is")
            took[program] = time.monotonic() - began
        self.tests.sort(key=took.get)

    def caught(self, mutant):
        with tempfile.TemporaryDirectory(dir=self.folder) as tmp:
            folder = Path(tmp)
            text = (CORE / mutant.file).read_text().splitlines(keepends=True)
            line = text[mutant.line - 1]
            text[mutant.line - 1] = line[:mutant.column] + mutant.to + line[mutant.column + mutant.length:]
            source, target = folder / mutant.file, folder / "mutant.o"
            source.write_text("".join(text))
            if not self.compile(source, target):
                return None  # not C any more: no mutant
            self.link(folder, {mutant.file: target})
            return not all(self.run(program, folder) for program in self.likely_first(mutant))

    def likely_first(self, mutant):
        """The program that tests the mutant's own file, then the rest."""
        name = "test_forloeb_" + mutant.file.removesuffix(".c")
        return sorted(self.tests, key=lambda program: program.name != name)


def chosen(args):
    found = [m for name in sources() if args.file in (None, name) for m in mutants_of(name)]
    if args.sample is None or args.sample >= len(found):
        return found
    return random.Random(args.seed).sample(found, args.sample)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file")
    parser.add_argument("--at-least", type=float, default=90)
    parser.add_argument("--build", default=ROOT / "build/dev")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parloeb-mutation-") as folder:
        bench = Bench(args.build, folder)
        mutants = chosen(args)
        with ThreadPoolExecutor(args.jobs) as pool:
            results = []
            for m, caught in zip(mutants, pool.map(bench.caught, mutants)):
                results.append((m, caught))
                if caught is False:
                    print(m.show((CORE / m.file).read_text()), flush=True)
    tried = [(m, c) for m, c in results if c is not None]
    survivors = [m for m, c in tried if not c]
    percent = 100 * (len(tried) - len(survivors)) / len(tried)
    print(f"{len(tried)} mutants, {len(tried) - len(survivors)} caught, {len(survivors)} not: {percent:.1f} %")
    return 0 if percent >= args.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
