# SPDX-License-Identifier: MPL-2.0
"""A backlog for one dead endpoint: what dispatch holds of it in memory, what a healthy endpoint's messages wait beside it, how long after a
SIGKILL the next delivery is, and that the backlog is there afterwards.

Usage: tests/bench/backlog [--messages N] [--persons N]

Reach: RSS <= 256 MiB, restart to first delivery <= 5 s, others unaffected, at 1,000,000 messages and the shipped settings of dispatch.
"""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / p) for p in ("tests/lib", "deploy/lib", "tests/integration/dispatch", "tests/bench")]

from bane import Bane  # noqa: E402
from harness import wait_until  # noqa: E402
from harness.kafka import Writer  # noqa: E402
from neighbours import HEALTHY, p, person, shipped, waits_ms  # noqa: E402

DEAD = "aktoer:10000000"
PROBES = 200
WAIT_S = 1800


def pile_up(bane, messages, persons):
    """Returns when dispatch has read them all; the seconds that took."""
    whom = [person() for _ in range(persons)]
    began, before = time.monotonic(), bane.metrik("parloeb_dispatch_messages_total")
    with Writer(bane.bootstrap, linger_ms=20) as writer:
        for n in range(messages):
            _, value, headers = bane.en_besked(whom[n % persons], sequence=n // persons + 1)
            writer.write("parloeb.ud", value, DEAD.encode(), headers=headers)
    wait_until(lambda: bane.metrik("parloeb_dispatch_messages_total") >= before + messages, "all read", WAIT_S)
    return time.monotonic() - began


def memory_mib(bane, row):
    status = Path(f"/proc/{bane.daemon.pid()}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(row + ":")) / 1024


def restart_s(bane):
    """From the start of the process to the webhook of a message that was there before."""
    bane.kill()
    id = bane.besked(HEALTHY, person())
    began = time.monotonic()
    bane.start()
    wait_until(lambda: bane.modtager.requests(id), "the first delivery", WAIT_S, 0.01)
    return bane.modtager.requests(id)[0]["tid"] - began


def known(bane):
    return bane.metrik("parloeb_dispatch_deliveries") + bane.metrik("parloeb_dispatch_overflow")


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/backlog", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1000000)
    parser.add_argument("--persons", type=int, default=100000)
    args = parser.parse_args()
    bane = Bane(**shipped())
    try:
        bane.partner(HEALTHY)
        bane.partner(DEAD, url="http://127.0.0.1:1/")
        bane.start()
        waits_ms(bane, 100)     # broker and service are seconds old
        alone = waits_ms(bane, PROBES)
        seconds = pile_up(bane, args.messages, args.persons)
        print(f"{args.messages} messages read in {seconds:.0f} s: RSS {memory_mib(bane, 'VmRSS'):.0f} MiB, at most {memory_mib(bane, 'VmHWM'):.0f} MiB (reach <= 256)", flush=True)
        beside = waits_ms(bane, PROBES)
        print(f"healthy endpoint alone: p50 {p(alone, 50):.0f} ms, p99 {p(alone, 99):.0f} ms; beside it: p50 {p(beside, 50):.0f} ms, p99 {p(beside, 99):.0f} ms", flush=True)
        before = known(bane)
        print(f"killed, started, first delivery after {restart_s(bane):.1f} s (reach <= 5)", flush=True)
        wait_until(lambda: known(bane) == before + 1, "every message known again", WAIT_S)
        print(f"all are known again, {bane.metrik('parloeb_dispatch_overflow'):.0f} of them lie on ud alone; RSS {memory_mib(bane, 'VmRSS'):.0f} MiB, "
              f"at most {memory_mib(bane, 'VmHWM'):.0f} MiB")
    finally:
        bane.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
