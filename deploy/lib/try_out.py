# SPDX-License-Identifier: MPL-2.0
"""The main job on one machine: six months of an a-kasse's members, from HTTP events through Kafka to
the booking system's webhook, judged by the booking simulator.

Usage: deploy/try [--keep] [--members N] [--seed N] [--dir D]

  --keep     leaves everything running afterwards
  --members  how many members begin (default 2000)
  --seed     another seed, other members (default 1)
  --dir      where everything lies (default ./.parloeb/try); an earlier try there is removed

Ends 1 when the booking simulator saw a duplicate, a gap or a wrong order, or misses a message.
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
from proc import Failed, uninterrupted, wait_until
from stack import ROOT, Stack, build, locked

# What must be nothing, by its name in the table and in the booking simulator's report.
FAULTS = (("duplicates", "duplicates"), ("gaps", "gaps"), ("out of order", "outOfOrder"),
          ("lost", "lost"))
MONTHS = 6


def say(text):
    print(f"try: {text}", flush=True)


def interrupt(_number, _frame):
    raise KeyboardInterrupt


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
    """The members' six months; the simulator drives the clock."""
    report = stack.dir / "akasse.json"
    argv = [binaries / "parloeb-sim", "akasse",
            "--gateway", devconfig.read_env(stack.env_file)["PARLOEB_GATEWAY"],
            "--tokens", stack.env_file, "--members", args.members, "--seed", args.seed,
            "--months", MONTHS, "--report", report,
            "--kalender", ROOT / "config/koder/helligdage.csv",
            "--clock-command", devconfig.read_env(stack.env_file)["PARLOEB_CLI"] + " clock set -"]
    done = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failed(f"the a-kasse simulator ended with {done.returncode}")
    return json.loads(report.read_text())


def booking_report(stack):
    """The simulator writes its report anew on SIGUSR1."""
    report = stack.dir / "booking.json"
    before = report.stat().st_mtime_ns if report.exists() else 0
    stack.daemon("booking").signal(signal.SIGUSR1)
    if not wait_until(lambda: report.exists() and report.stat().st_mtime_ns > before, 30):
        raise Failed(f"the booking simulator wrote no report; its log:\n"
                     f"{stack.daemon('booking').log_tail()}")
    return report


def judged(stack, binaries, booking):
    """What was sent joined with what arrived."""
    done = subprocess.run([str(binaries / "parloeb-sim"), "report", "--akasse",
                           str(stack.dir / "akasse.json"), "--booking", str(booking)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        raise Failed(f"parloeb-sim report ended with {done.returncode}")
    return json.loads(done.stdout)


def table(sent, seen, seconds):
    rows = [
        ("members", sent["members"]),
        ("events sent", sent["events"]),
        ("handovers due", seen["handoversDue"]),
        ("referater there before the first jobcentre conversation", seen["referaterBefore"]),
        ("referater there after it", seen["referaterAfter"]),
        ("deliveries", seen["deliveries"]),
        ("referater that never came", seen["referaterNever"]),
        ("refused by the course", seen["refused"]),
        *((name, seen[key]) for name, key in FAULTS),
    ]
    print()
    for name, value in rows:
        print(f"{name} {value}")
    print(f"\nSix months of {sent['members']} members in {seconds:.0f} s.")


def further(stack, sent, keep, folder):
    cli = devconfig.read_env(stack.env_file)["PARLOEB_CLI"]
    print("\nTo look further:")
    if not keep:
        print(f"  deploy/up --dir {folder}      (data and logs are kept)")
    print(f"  {cli} trace --haendelse {sent['example']}")
    print(f"  {cli} status")
    print(f"  {stack.dir}/log, {stack.dir}/booking.json, {stack.dir}/akasse.json")
    if keep:
        print(f"  deploy/down --dir {folder}      (ends everything)")
    print(flush=True)


def main(argv):
    args = parse(argv)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    binaries = build(say)
    stack = fresh(args.dir)
    stack.dir.mkdir(parents=True, exist_ok=True)
    with locked(stack.dir / "lock"):
        leave = False
        try:
            stack.settle("topic", 1, True, None)
            stack.up(binaries, say)
            began = time.monotonic()
            sent = play(stack, binaries, args)
            seen = judged(stack, binaries, booking_report(stack))
            table(sent, seen, time.monotonic() - began)
            further(stack, sent, args.keep, args.dir)
            leave = args.keep
        finally:
            if not leave:
                with uninterrupted():
                    stack.down(say)
    return 1 if any(seen[key] for _, key in FAULTS) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as e:
        print(f"try: {e}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("try: interrupted; nothing is left running", file=sys.stderr)
        sys.exit(130)
