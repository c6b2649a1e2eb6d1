# SPDX-License-Identifier: MPL-2.0
"""The main job on one machine: six months of an a-kasse's members, from HTTP events through Kafka to
the booking system's webhook, judged by the booking simulator.

Usage: deploy/try [--keep] [--members N] [--seed N] [--dir D]

  --keep     leaves everything running afterwards
  --members  how many members begin (default 2000)
  --seed     another seed, other members (default 1)
  --dir      where everything lies (default ./.parloeb/try); an earlier try there is removed

Ends 1 when the booking simulator saw a duplicate, a gap or a wrong order, or misses something.
"""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import devconfig
from devconfig import ROOT
from proc import Failed, interruptible, uninterrupted, wait_until
from stack import ROOT, Stack, build, locked

MONTHS = 6


def say(text):
    print(f"try: {text}", flush=True)


def parse(argv):
    if {"-h", "--help"} & set(argv):
        print(__doc__.strip())
        sys.exit(0)
    parser = argparse.ArgumentParser(prog="deploy/try", add_help=False)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dir", default=".parloeb/try")
    args = parser.parse_args(argv)
    if args.members < 1:
        parser.error("--members must be at least 1")
    return args


def fresh(folder):
    """The folder, empty: an earlier try there is removed, anything else is left alone."""
    stack = Stack(folder)
    if stack.running():
        raise Failed(f"an earlier try still runs in {stack.dir}; end it: deploy/down --dir {folder}")
    if stack.known is not None:
        shutil.rmtree(stack.dir)
    elif stack.dir.exists() and any(stack.dir.iterdir()):
        raise Failed(f"{stack.dir} holds something else; take another --dir")
    return Stack(folder)


def play(stack, binaries, args):
    """The members' six months; the simulator drives the clock and writes akasse.json."""
    env = devconfig.read_env(stack.env_file)
    argv = [binaries / "parloeb-sim", "akasse", "--gateway", env["PARLOEB_GATEWAY"],
            "--tokens", stack.env_file, "--kalender", ROOT / "config/koder/helligdage.csv",
            "--members", args.members, "--seed", args.seed, "--months", MONTHS,
            "--report", stack.dir / "akasse.json",
            "--clock-command", env["PARLOEB_CLI"] + " clock set -"]
    done = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failed(f"the a-kasse simulator ended with {done.returncode}")


def judge(stack, binaries):
    """(table, verdict): what the booking simulator saw against what the a-kasser told."""
    report = stack.dir / "booking.json"
    before = report.stat().st_mtime_ns if report.exists() else 0
    stack.daemon("booking").signal(signal.SIGUSR1)      # it writes its report
    if not wait_until(lambda: report.exists() and report.stat().st_mtime_ns > before, 30):
        raise Failed(f"the booking simulator wrote no report; its log:\n"
                     f"{stack.daemon('booking').log_tail()}")
    done = subprocess.run([binaries / "parloeb-sim", "report", "--akasse",
                           stack.dir / "akasse.json", "--booking", report],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise Failed(f"parloeb-sim report ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout), done.returncode


# In the order printed; the last ones must be 0.
ROWS = (
    ("members", "members"), ("events", "events"), ("handovers due", "handoversDue"),
    ("referater there before the first jobcentre conversation", "referaterBefore"),
    ("referater there after it", "referaterAfter"), ("referater never there", "referaterNever"),
    ("deliveries", "deliveries"), ("repeats after a retry", "repeats"),
    ("events refused", "refused"), ("bad signatures or bodies", "bad"),
    ("duplicates", "duplicates"), ("gaps", "gaps"), ("out of order", "outOfOrder"),
    ("lost", "lost"),
)


def further(stack, keep, folder):
    cli = devconfig.read_env(stack.env_file)["PARLOEB_CLI"]
    example = json.loads((stack.dir / "akasse.json").read_text())["example"]
    print("\nTo look further:")
    if not keep:
        print(f"  deploy/up --dir {folder}     (everything is kept there)")
    print(f"  {cli} trace --haendelse {example}")
    print(f"  {cli} status")
    print(f"  ls {stack.dir}/log {stack.dir}/akasse.json {stack.dir}/booking.json")
    if keep:
        print(f"  deploy/down --dir {folder}     (ends everything)")


def main(argv):
    args = parse(argv)
    interruptible()
    binaries = build(say)
    stack = fresh(args.dir)
    stack.dir.mkdir(parents=True, exist_ok=True)
    with locked(stack.dir / "lock"):
        leave = False
        try:
            stack.settle("topic", 1, True, None)
            stack.up(binaries, say)
            began = time.monotonic()
            play(stack, binaries, args)
            table, verdict = judge(stack, binaries)
            print()
            for name, key in ROWS:
                print(f"{name} {table[key]}")
            print(f"\n{MONTHS} months in {time.monotonic() - began:.0f} s")
            further(stack, args.keep, args.dir)
            leave = args.keep
        finally:
            sys.stdout.flush()
            if not leave:
                with uninterrupted():
                    stack.down(say)
    return verdict


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as e:
        print(f"try: {e}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("try: interrupted; nothing is left running", file=sys.stderr)
        sys.exit(130)
