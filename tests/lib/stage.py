# SPDX-License-Identifier: MPL-2.0
"""The usual stages, run one after the other; prints one `N passed, N failed` for all.

Usage: stage.py build PRESET [TARGET...]      configure and build
       stage.py ctest PRESET LABEL [NAME]     build plb_<label>_tests and run them by ctest
       stage.py fuzz RUNS                     each fuzz target with libFuzzer for so many inputs
       stage.py pytest PATH...
       stage.py pytest2 FOLDER                its test files by turns in two processes: most of what
                                              they do is wait
       stage.py run PROGRAM ARG...            one test: passed when it ends 0
Several are joined by `+`: stage.py ctest dev contract + pytest tests/contract
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# A cmocka program says at its end how many of its tests passed and failed.
CMOCKA = re.compile(r"^\[  (PASSED|FAILED)  \] (\d+) test\(s\)", re.MULTILINE)


def call(*argv, **kw):
    return subprocess.run([str(a) for a in argv], cwd=ROOT, **kw).returncode


def build(preset, *targets):
    """Configures and builds; (passed, failed, skipped)."""
    folder = ROOT / "build" / preset
    code = 0
    if not (folder / "build.ninja").exists():
        code = call("cmake", "--preset", preset)
    if code == 0:
        code = call("cmake", "--build", folder, *(["--target", *targets] if targets else []))
    return (1, 0, 0) if code == 0 else (0, 1, 0)


def ctest(preset, label, name=None):
    done = build(preset, f"plb_{label}_tests")
    if done[1]:
        return done
    with tempfile.TemporaryDirectory() as tmp:
        junit = Path(tmp) / "ctest.xml"
        call("ctest", "--test-dir", ROOT / "build" / preset, "-L", f"^{label}$", "-j2",
             *(["-R", f"^{name}$"] if name else []),
             "--output-on-failure", "--no-tests=error", "--output-junit", junit,
             "--test-output-size-passed", "1000000", "--test-output-size-failed", "1000000")
        return count_ctest(junit) if junit.exists() else (0, 1, 0)


def count_ctest(junit):
    """A program that failed counts as at least one failed test, whatever it printed."""
    passed = failed = skipped = 0
    why = []
    for case in ElementTree.parse(junit).iter("testcase"):
        said = {"PASSED": 0, "FAILED": 0}
        for word, n in CMOCKA.findall(case.findtext("system-out") or ""):
            said[word] += int(n)
        status = case.get("status")
        if status == "run":
            passed += said["PASSED"] or 1
        elif status in ("disabled", "notrun"):
            skipped += 1
        else:
            passed += said["PASSED"]
            failed += said["FAILED"] or 1
            told = (case.findtext("system-out") or "").rstrip().splitlines()
            why += [*(line[:200] for line in told[-20:]), f"FAILED {case.get('name')}", ""]
    tell(why)
    return passed, failed, skipped


def tell(lines):
    """For tests/run: why tests of this stage failed, a paragraph each."""
    file = os.environ.get("PARLOEB_TEST_WHY")
    if file and lines:
        with open(file, "a") as out:
            out.write("\n".join(lines) + "\n")


def fuzz(runs):
    """A fixed seed and count: a change is judged by the same inputs each time; the long search is a
    command of its own. New inputs stay in the stage's folder, and so does one that crashes."""
    done = build("fuzz", "plb_fuzz_tests")
    if done[1]:
        return done
    passed = failed = 0
    found = Path(os.environ.get("PARLOEB_TEST_TMP") or tempfile.mkdtemp())
    for target in sorted((ROOT / "build/fuzz/fuzz").glob("fuzz_*")):
        new = found / target.name
        new.mkdir(parents=True, exist_ok=True)
        corpus = ROOT / "tests/fuzz/corpus" / target.name.removeprefix("fuzz_")
        print("--", target.name, flush=True)
        code = call(target, f"-runs={runs}", "-seed=1", "-timeout=25", "-rss_limit_mb=2048",
                    "-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={new}/", new,
                    *([corpus] if corpus.is_dir() else []))
        passed, failed = passed + (code == 0), failed + (code != 0)
    return passed, failed, 0


def pytest(*paths, **kw):
    with tempfile.TemporaryDirectory() as tmp:
        junit = Path(tmp) / "pytest.xml"
        code = call(sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-ra",
                    f"--junitxml={junit}", *paths, **kw)
        if not junit.exists():
            return 0, 1, 0
        passed = failed = skipped = 0
        for suite in ElementTree.parse(junit).iter("testsuite"):
            bad = int(suite.get("failures")) + int(suite.get("errors"))
            failed += bad
            skipped += int(suite.get("skipped"))
            passed += int(suite.get("tests")) - bad - int(suite.get("skipped"))
        # 5: pytest found no test. Any other code without a failed test is a fault of its own.
        if code not in (0, 1, 5) and not failed:
            failed = 1
        return passed, failed, skipped


def pytest2(folder):
    """Each file whole, as its tests share a stack; the large ones first. A process has ports of its
    own, and what it says is shown when the file is done."""
    files = sorted((ROOT / folder).rglob("test_*.py"), key=lambda f: f.stat().st_size)
    total, lock = [0, 0, 0], threading.Lock()

    def work(ports):
        while True:
            with lock:
                if not files:
                    return
                file = files.pop()
            with tempfile.TemporaryFile("w+") as said:
                counts = pytest(file, stdout=said, stderr=subprocess.STDOUT,
                                env={**os.environ, "PARLOEB_PORTS": ports})
                said.seek(0)
                with lock:
                    print(said.read(), flush=True)
                    total[:] = [a + b for a, b in zip(total, counts)]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ("12000-21999", "22000-31999")))
    return tuple(total)


def run(*argv):
    return (1, 0, 0) if call(*argv) == 0 else (0, 1, 0)


def main(words):
    kinds = {"build": build, "ctest": ctest, "fuzz": fuzz, "pytest": pytest,
             "pytest2": pytest2, "run": run}
    total = [0, 0, 0]
    step = []
    for word in [*words, "+"]:
        if word != "+":
            step.append(word)
            continue
        print("==", *step, flush=True)
        counts = kinds[step[0]](*step[1:])
        total = [a + b for a, b in zip(total, counts)]
        step = []
    sys.stdout.flush()
    print(f"{total[0]} passed, {total[1]} failed" + (f", {total[2]} skipped" if total[2] else ""))
    return 1 if total[1] else 0


if __name__ == "__main__":
    os.environ.setdefault("CTEST_OUTPUT_ON_FAILURE", "1")
    sys.exit(main(sys.argv[1:]))
