# SPDX-License-Identifier: MPL-2.0
"""Everything that a change must pass.

Usage: tests/run [--only NAME,NAME] [--list] [--self-test]

  --only       these stages alone, such as unit,meta
  --list       the stages by name
  --self-test  proves that planted faults make this program fail

A stage is an executable file tests/stages/NN-name whose last line is `N passed, N failed` (perhaps
`, N skipped`); a line `# timeout: SECONDS` in it sets its limit. A stage fails, whatever it says,
when it ends non-zero, overruns its limit, runs no test, or leaves a process running.
Logs: build/tests-logs. At the end, for each failed test: what its processes wrote last, and what it
asserted. The last line is the sum; ends 0 only when nothing failed and something passed.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "deploy/lib"))
from proc import Daemon  # noqa: E402

COUNTS = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?")
LIMIT = re.compile(r"^# timeout: (\d+)$", re.MULTILINE)
LIMIT_S = 600
TAIL_LINES = 40
WHY_LINES = 200     # at the end, of all failures together


@dataclass
class Result:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    why: str = ""       # of a failure that is the stage's own

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


def last_line(log):
    lines = log.read_text(errors="replace").rstrip().splitlines()
    return lines[-1].strip() if lines else ""


def judge(log, code, overrun_s, left):
    """The stage's result from its last line, and from how it ended."""
    match = COUNTS.fullmatch(last_line(log))
    result = Result(*(int(n or 0) for n in match.groups())) if match else Result()
    if overrun_s:
        result.why = f"not done after {overrun_s} s"
    elif code != 0 and result.failed == 0:
        result.why = f"ended with {code}"
    elif not match:
        result.why = "did not say how many passed"
    elif result.passed + result.failed == 0:
        result.why = "ran no test"
    elif left:
        result.why = "left running: " + ", ".join(left)
    if result.why:
        result.failed += 1
    return result


def sweep(folder):
    """Ends what a stage left running (every pid file under its folder); the names."""
    left = []
    for file in [*folder.rglob("*.pid"), *folder.rglob("pid")]:
        if Daemon(file.stem, file, "/dev/null").kill() == "killed":
            left.append(str(file.relative_to(folder)))
    return left


def end_group(child):
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


class Progress:
    """One line a stage; on a terminal the seconds count while it runs."""

    def __init__(self, total):
        self.total, self.live = total, sys.stdout.isatty()

    def running(self, n, name, seconds):
        if self.live:
            print(f"\r[{n:2}/{self.total}] {name:<14} … {seconds:4.0f} s ", end="", flush=True)

    def done(self, n, name, seconds, result):
        lead = "\r" if self.live else ""
        why = f" ({result.why})" if result.why else ""
        print(f"{lead}[{n:2}/{self.total}] {name:<14} {str(result)}{why} in {seconds:.1f} s",
              flush=True)


def run_stage(path, name, logs, tick):
    """Runs one stage in a process group of its own."""
    limit = LIMIT.search(path.read_text())
    limit_s = int(limit.group(1)) if limit else LIMIT_S
    log = logs / f"{name}.log"
    tmp = logs / f"{name}.tmp"
    shutil.rmtree(tmp, ignore_errors=True)
    tmp.mkdir(parents=True)
    env = {**os.environ, "PARLOEB_TEST_TMP": str(tmp), "PARLOEB_TEST_WHY": str(why_file(logs, name)),
           "PYTHONDONTWRITEBYTECODE": "1"}
    why_file(logs, name).unlink(missing_ok=True)
    began = time.monotonic()
    with open(log, "w") as out:
        child = subprocess.Popen([str(path)], cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
                                 stdout=out, stderr=out, start_new_session=True)
        overrun = 0
        try:
            while child.poll() is None and not overrun:
                try:
                    child.wait(timeout=1)
                except subprocess.TimeoutExpired:
                    tick(time.monotonic() - began)
                    overrun = limit_s if time.monotonic() - began > limit_s else 0
        finally:
            end_group(child)
            left = sweep(tmp)
    result = judge(log, child.returncode, overrun, left)
    if not result.failed:
        shutil.rmtree(tmp, ignore_errors=True)
    return result, time.monotonic() - began, log


def stages_of(folder, only):
    found = {}
    for path in sorted(folder.iterdir()):
        if re.fullmatch(r"\d\d-[a-z-]+", path.name) and os.access(path, os.X_OK):
            found[path.name[3:]] = path
    unknown = [name for name in only if name not in found]
    if unknown:
        sys.exit(f"tests/run: no stage {', '.join(unknown)}; there are: {', '.join(found)}")
    return {name: path for name, path in found.items() if not only or name in only}


def why_file(logs, name):
    """Where the tests of a stage tell why they failed: paragraphs (tests/conftest.py, stage.py)."""
    return logs / f"{name}.why"


def paragraphs(logs, name, result, log):
    """Why the stage failed; its last lines too where not every failure was told."""
    file = why_file(logs, name)
    told = file.read_text(errors="replace").strip().split("\n\n") if file.exists() else []
    if len(told) < result.failed:
        told.insert(0, "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES // 2:]))
    if result.why:
        told.append(f"FAILED stage {name}: {result.why}")
    return [paragraph.splitlines() for paragraph in told]


def explain(failures):
    """The end of each paragraph, the same share of lines for each: what matters most stands last."""
    if failures:
        share = max(WHY_LINES // len(failures), 2)
        print("--- why")
        for lines in failures[:WHY_LINES // share]:
            print("\n".join("    " + line for line in lines[-share:]))


def run(stages, logs):
    logs.mkdir(parents=True, exist_ok=True)
    progress = Progress(len(stages))
    total, failures = Result(), []
    for n, (name, path) in enumerate(stages.items(), 1):
        progress.running(n, name, 0)
        result, seconds, log = run_stage(path, name, logs,
                                         lambda s, n=n, name=name: progress.running(n, name, s))
        progress.done(n, name, seconds, result)
        if result.failed:
            tail = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
            print(f"--- {log}\n" + "\n".join("    " + line for line in tail) + "\n---", flush=True)
            failures += paragraphs(logs, name, result, log)
        total.passed += result.passed
        total.failed += result.failed
        total.skipped += result.skipped
    explain(failures)
    print(total, flush=True)
    return 0 if total.passed and not total.failed else 1


def main(argv):
    if {"-h", "--help"} & set(argv):
        print(__doc__.strip())
        return 0
    parser = argparse.ArgumentParser(prog="tests/run", add_help=False)
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--stages", type=Path, default=ROOT / "tests/stages")
    parser.add_argument("--logs", type=Path, default=ROOT / "build/tests-logs")
    args = parser.parse_args(argv)
    if args.self_test:
        import self_test
        return self_test.main()
    stages = stages_of(args.stages, [name for name in args.only.split(",") if name])
    if args.list:
        print("\n".join(stages))
        return 0
    return run(stages, args.logs.resolve())


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\ntests/run: interrupted", file=sys.stderr)
        sys.exit(130)
