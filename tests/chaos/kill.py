# SPDX-License-Identifier: MPL-2.0
"""Kills every service, and Kafka, by SIGKILL at random moments under load, and judges what is left.

Usage: tests/chaos/kill [--rounds N] [--members N] [--months N] [--seed N] [--keep]

The a-kasse simulator plays the members' months against a whole stack, its clock steps spread the
rounds over them. A round kills the next of all five in a shuffled order, at times another one with
it, starts them again a moment later, and half of the time waits until they are ready. Afterwards
the booking simulator's report, the topics, the mailboxes and the ladders are read. The last line is
`N passed, N failed`, one for each rule; the folder of a run that failed is kept.
"""

import argparse
import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests/lib"), str(ROOT / "deploy/lib")]

import judge  # noqa: E402
from harness import Stack, wait_until  # noqa: E402
from kafka import Cluster  # noqa: E402
from proc import Failed, port_free  # noqa: E402

SERVICES = ("gateway", "forloeb", "dispatch", "console")
TARGETS = (*SERVICES, "kafka")
# Days on which something is told, times moments of such a day: what a month has at least.
STEPS_A_MONTH = 35
# Short, so that an outage of Kafka outlasts it at times.
SESSION = {s: {"session_timeout": "10s"} for s in ("forloeb", "dispatch")}
PLAY_S = 600        # without any clock step
SHOWN = 5
LADDERS = 40
JUDGED = 3          # times, at most


def say(text):
    print(f"kill: {text}", flush=True)


def parse(argv):
    parser = argparse.ArgumentParser(prog="tests/chaos/kill", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--members", type=int)
    parser.add_argument("--months", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the stack running")
    args = parser.parse_args(argv)
    args.members = args.members or min(100 + 20 * args.rounds, 2000)
    args.months = args.months or (4 if args.rounds <= 20 else 6)
    if args.rounds > args.months * STEPS_A_MONTH:
        parser.error(f"at most {args.months * STEPS_A_MONTH} rounds in {args.months} months")
    return args


class World:
    """The stack, the load, and the hand that kills."""

    def __init__(self, stack, args):
        self.stack, self.args, self.rng = stack, args, random.Random(args.seed)
        self.steps_file, self.report = stack.dir / "steps", stack.dir / "akasse.json"
        self.killed = dict.fromkeys(TARGETS, 0)
        self.turn = []
        self.idle = threading.Event()       # never set: a wait on it is a pause at random

    def play(self):
        stack, args = self.stack, self.args
        relay = [sys.executable, HERE / "clock_relay.py", self.steps_file, stack.kafka,
                 *shlex.split(stack.env["PARLOEB_CLI"]), "clock", "set", "-"]
        argv = [stack.program("parloeb-sim"), "akasse", "--gateway", stack.gateway,
                "--tokens", stack.dir / "env", "--kalender", ROOT / "config/koder/helligdage.csv",
                "--members", args.members, "--seed", args.seed, "--months", args.months,
                "--report", self.report, "--clock-command", shlex.join(map(str, relay))]
        with open(stack.dir / "log/akasse.log", "w") as log:
            self.load = subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL,
                                         stdout=log, stderr=log, start_new_session=True)

    def ended(self):
        return self.load.poll() is not None

    def steps(self):
        return int(self.steps_file.read_text()) if self.steps_file.exists() else 0

    def kill(self, target):
        self.killed[target] += 1
        if target == "kafka":
            self.stack.kafka_kill()
        else:
            self.stack.kill(target)

    def start(self, target):
        if target == "kafka":
            rows = Cluster(self.stack.dir).rows()
            wait_until(lambda: all(port_free(row[port]) for row in rows
                                   for port in ("broker", "controller")), "Kafka's ports")
            self.stack.kafka_start()
        else:
            self.stack.daemon(target).start([self.stack.program(f"parloeb-{target}"), "--config",
                                             self.stack.dir / "config/parloeb.yaml"])

    def targets(self):
        """Each has its turn before any has it again."""
        self.turn = self.turn or self.rng.sample(TARGETS, len(TARGETS))
        first = self.turn.pop()
        others = [t for t in TARGETS if t != first]
        return [first, self.rng.choice(others)] if self.rng.random() < 0.3 else [first]

    def round(self, number, every):
        wait_until(lambda: self.ended() or self.steps() >= number * every,
                   f"clock step {number * every}", PLAY_S)
        assert not self.ended(), f"the load ended before round {number + 1}"
        targets = self.targets()
        self.idle.wait(self.rng.uniform(0, 0.7))
        for target in targets:
            self.kill(target)
        self.idle.wait(self.rng.uniform(0, 1.5))
        for target in targets:
            self.start(target)
        if self.rng.random() < 0.5:
            self.ready()
        say(f"round {number + 1} of {self.args.rounds}: {' and '.join(targets)} "
            f"(step {self.steps()})")

    def ready(self):
        for service in SERVICES:
            assert self.stack.pid(service), f"{service} ended:\n{self.stack.log(service)[-2000:]}"
            self.stack.wait_ready(service)

    def rounds(self):
        # The last one well before the end: the load goes on while the hand stands still.
        every = max(self.args.months * STEPS_A_MONTH // (self.args.rounds + 1), 1)
        for number in range(self.args.rounds):
            self.round(number, every)
        self.ready()
        while not self.ended():
            before = self.steps()
            wait_until(lambda: self.ended() or self.steps() > before, "a clock step", PLAY_S)
        assert self.load.returncode == 0, (
            f"the a-kasse simulator ended with {self.load.returncode}:\n{self.stack.log('akasse')}")

    def settle(self):
        """Receipts and summons of the booking systems come after the last clock step."""
        now = self.stack.cli("clock", "show").stdout.strip()
        for _ in range(2):
            self.stack.clock(now)

    def end(self):
        if not self.ended():
            os.killpg(self.load.pid, signal.SIGKILL)
        self.load.wait()


def receivers_table(stack):
    report = stack.dir / "booking.json"
    report.unlink(missing_ok=True)
    stack.daemon("booking").signal(signal.SIGUSR1)
    wait_until(report.exists, "the booking simulator's report")
    done = subprocess.run([stack.program("parloeb-sim"), "report", "--akasse",
                           stack.dir / "akasse.json", "--booking", report],
                          capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def judged(world):
    """[(rule, faults)]"""
    stack, told = world.stack, json.loads(world.report.read_text())
    ind, forloeb, ud = (stack.topic(t) for t in ("ind", "forloeb", "ud"))
    table = receivers_table(stack)
    say(f"{len(ind)} records in ind, {len(forloeb)} in forloeb, {len(ud)} in ud")
    say(f"the receiver: {table.strip()}")
    sources = {judge.header(r, "ce_id"): judge.header(r, "plb_org") for r in ind}
    sample = random.Random(world.args.seed).sample(sorted(sources), min(LADDERS, len(sources)))
    orgs = sorted({r.key.decode() for r in ud if r.key.startswith(b"akasse:")})
    return [
        ("accepted events are in the log", judge.accepted(ind, told["ids"])),
        ("each fact has one outcome", judge.outcome(ind, forloeb)),
        ("no effect twice", judge.effects(ud)),
        ("order without gaps", judge.order(ud)),
        ("nothing parked as unreadable", [str(r) for r in stack.topic("afvist")]),
        ("mailboxes hold each message once", judge.mailboxes(stack, ud, orgs)),
        ("ladders show one outcome", judge.ladders(stack, [(sources[id], id) for id in sample])),
        ("the receiver lost nothing, got nothing twice or out of order", judge.receiver(table)),
    ]


def settled(world):
    """A booking system that stood still may send a receipt yet, which nobody has taken when it is judged: what
    is wrong stays wrong."""
    for _ in range(JUDGED):
        world.settle()
        rules = judged(world)
        if not any(faults for _, faults in rules):
            break
    return rules


def show(rules):
    bad = 0
    for rule, faults in rules:
        bad += bool(faults)
        say(f"{'FAILED' if faults else 'holds '} {rule}" + (f": {len(faults)}" if faults else ""))
        for line in faults[:SHOWN]:
            say(f"       {line}")
    return bad


def main(argv):
    args = parse(argv)
    began = time.monotonic()
    stack = Stack(clock="topic", sim=True, config=SESSION)
    world = World(stack, args)
    try:
        stack.up()
        say(f"{args.members} members, {args.months} months, seed {args.seed}, in {stack.dir}")
        world.play()
        try:
            world.rounds()
            rules = settled(world)
        finally:
            world.end()
        bad = show(rules)
    except (AssertionError, Failed) as e:
        say(f"FAILED {e}")
        rules, bad = [None], 1
    finally:
        if not args.keep:
            stack.down()
    counts = ", ".join(f"{name} {n}" for name, n in world.killed.items())
    say(f"killed: {counts}; {time.monotonic() - began:.0f} s")
    if bad or args.keep:
        say(f"everything is in {stack.dir}")
    else:
        shutil.rmtree(stack.dir, ignore_errors=True)
    print(f"{len(rules) - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
