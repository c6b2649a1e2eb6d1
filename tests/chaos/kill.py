# SPDX-License-Identifier: MPL-2.0
"""Kills services and Kafka at random moments while simulated a-kasser play their members' courses.

Usage: tests/chaos/kill [--rounds N] [--seed N] [--members N]

  --rounds   kills (default 20): each service in turn, every tenth Kafka, each started again
  --seed     of moments and members (default: the time; printed)
  --members  default: enough to last for the rounds

Judged twice: by the booking simulator, as a receiver sees it, and by reading the topics. Ends 1 when
anything is lost, has an effect twice or comes out of order.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests/lib"), str(ROOT / "deploy/lib")]
from harness import Stack, wait_until  # noqa: E402

SERVICES = ("forloeb", "dispatch", "gateway", "console")
KAFKA_EVERY = 10
# Retries in seconds, not hours: an endpoint is never away for long here.
CONFIG = {"dispatch": {"retry": ["0s"] + ["500ms"] * 4 + ["2s"] * 20}}


def start_load(stack, seed, members):
    """The a-kasse simulator; its output goes to a log beside the services'."""
    with open(stack.dir / "log/akasse.log", "w") as log:
        return subprocess.Popen(
            [stack.program("parloeb-sim"), "akasse", "--gateway", stack.gateway,
             "--tokens", stack.dir / "env", "--kalender", ROOT / "config/koder/helligdage.csv",
             "--members", str(members), "--seed", str(seed), "--report", stack.dir / "akasse.json",
             "--clock-command", f"/usr/bin/python3 {ROOT}/tests/chaos/clock.py "
             + stack.env["PARLOEB_CLI"] + " clock set -"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def ended(process, within_s):
    try:
        process.wait(timeout=within_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def kill_rounds(stack, load, rounds, rng):
    """Kills and starts until the rounds are done or the load has ended; what was killed."""
    killed = Counter()
    for n in range(1, rounds + 1):
        if ended(load, rng.uniform(0.05, 1.5)):
            break
        victim = "kafka" if n % KAFKA_EVERY == 0 else SERVICES[n % len(SERVICES)]
        if victim == "kafka":
            stack.kafka_kill()
        else:
            stack.kill(victim)
        stack.start()
        killed[victim] += 1
        print(f"round {n}: {victim}", flush=True)
    return killed


def receiver(stack):
    """What the booking simulator saw, against what the a-kasser told."""
    report = stack.dir / "booking.json"
    stack.daemon("booking").signal(signal.SIGUSR1)
    wait_until(report.exists, "the booking simulator's report")
    done = subprocess.run([stack.program("parloeb-sim"), "report", "--akasse",
                           stack.dir / "akasse.json", "--booking", report],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def identity(record):
    return record.headers["ce_source"], record.headers["ce_id"]


def judge_topics(stack, sent):
    """{fault: how often} from the committed records."""
    accepted = {identity(r) for r in stack.topic("ind")}
    decided, derived = Counter(), Counter()
    for r in stack.topic("forloeb"):
        step = r.headers["plb_trin"]
        if step == b"afledt":
            derived[identity(r)] += 1
        elif step != b"gentagelse":
            decided[identity(r)] += 1
    deliveries, addressed = Counter(), defaultdict(list)
    for r in stack.topic("ud"):
        deliveries[r.headers["ce_leveringid"]] += 1
        addressed[r.key, r.headers["ce_correlationid"]].append(int(r.headers["ce_sequence"]))
    return {
        "accepted and not in the log": max(sent - len(accepted), 0),
        "in the log and not decided": len(accepted - set(decided)),
        "decided twice": twice(decided),
        "derived twice": twice(derived),
        "addressed twice": twice(deliveries),
        "numbers out of order": sum(seq != list(range(1, len(seq) + 1))
                                    for seq in addressed.values()),
        "parked as unreadable": len(stack.topic("afvist")),
    }


def twice(counter):
    return sum(n > 1 for n in counter.values())


def play(args, rng):
    with Stack(clock="topic", sim=True, config=CONFIG) as stack:
        stack.up()
        load = start_load(stack, args.seed, args.members)
        try:
            killed = kill_rounds(stack, load, args.rounds, rng)
            load.wait(timeout=1800)
        finally:
            load.kill()
            load.wait()
        assert load.returncode == 0, (
            f"the a-kasse simulator ended with {load.returncode}:\n{stack.log('akasse')[-2000:]}")
        sent = json.loads((stack.dir / "akasse.json").read_text())["events"]
        return killed, receiver(stack), judge_topics(stack, sent)


def main():
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__.strip())
        return 0
    parser = argparse.ArgumentParser(prog="tests/chaos/kill", add_help=False)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--members", type=int)
    args = parser.parse_args()
    args.members = args.members or 100 + 20 * args.rounds
    print(f"seed {args.seed}, {args.members} members", flush=True)
    killed, seen, topics = play(args, random.Random(args.seed))

    done = sum(killed.values())
    print(f"rounds {done} ({', '.join(f'{name} {n}' for name, n in sorted(killed.items()))})")
    print(f"events {seen['events']}, deliveries {seen['deliveries']}, repeats {seen['repeats']}")
    for name, count in topics.items():
        print(f"{name} {count}")
    lost = seen["lost"] + topics["accepted and not in the log"] + topics["in the log and not decided"]
    double = seen["duplicates"] + sum(n for name, n in topics.items() if name.endswith("twice"))
    order = seen["outOfOrder"] + seen["gaps"] + topics["numbers out of order"]
    other = seen["refused"] + seen["bad"] + topics["parked as unreadable"]
    print(f"lost {lost}\neffects twice {double}\nout of order {order}\nrefused or unreadable {other}")
    if done < args.rounds:
        print(f"the load ended after {done} rounds: give more --members")
    return 1 if lost or double or order or other or done < args.rounds else 0


if __name__ == "__main__":
    sys.exit(main())
