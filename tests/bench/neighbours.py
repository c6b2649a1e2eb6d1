# SPDX-License-Identifier: MPL-2.0
"""One healthy endpoint, alone and beside dead ones: what its messages wait from Kafka's client that writes `ud` to the webhook.

Usage: tests/bench/neighbours [--dead N] [--messages N]

A dead endpoint takes connections and never answers, and has mail that waits for it. Reach: p99 beside 100 dead ones <= 1.2 of p99 alone,
in the same run, at the shipped settings of dispatch.
"""

import argparse
import socket
import sys
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / p) for p in ("tests/lib", "deploy/lib", "tests/integration/dispatch")]

import yaml  # noqa: E402
from bane import Bane  # noqa: E402
from harness import wait_until  # noqa: E402
from harness.kafka import Writer  # noqa: E402

HEALTHY = "kommune:0101"
EACH = 5    # messages that wait for a dead endpoint, of a person each
PACE_S = 0.05


def shipped():
    dispatch = yaml.safe_load((ROOT / "config/parloeb.yaml").read_text())["dispatch"]
    return {key: dispatch[key] for key in ("timeout", "connect_timeout", "retry", "jitter_percent", "session_timeout", "probe")}


def person():
    return uuid.uuid4().bytes


def waits_ms(bane, n):
    """Sorted waits of n messages of different persons, one every PACE_S, from Kafka's client to the webhook."""
    sent = {}
    with Writer(bane.bootstrap) as writer:
        for _ in range(n):
            id, value, headers = bane.en_besked(person())
            sent[id] = time.monotonic()
            writer.write("parloeb.ud", value, HEALTHY.encode(), headers=headers)
            time.sleep(max(0, sent[id] + PACE_S - time.monotonic()))
    path = bane.sti(HEALTHY)
    wait_until(lambda: set(sent) <= set(bane.modtager.ids(path)), "all webhooks")
    return sorted((bane.modtager.requests(id)[0]["tid"] - sent[id]) * 1000 for id in sent)


def p(ms, percent):
    return ms[min(len(ms) * percent // 100, len(ms) - 1)]


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/neighbours", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dead", type=int, default=100)
    parser.add_argument("--messages", type=int, default=400)
    args = parser.parse_args()
    deaf = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in range(args.dead)]
    dead = [f"aktoer:{10000000 + i}" for i in range(args.dead)]
    bane = Bane(**shipped())
    try:
        bane.partner(HEALTHY)
        for org, server in zip(dead, deaf):
            bane.partner(org, url=f"http://127.0.0.1:{server.getsockname()[1]}/")
        bane.start()
        waits_ms(bane, 100)     # broker and service are seconds old
        alone = waits_ms(bane, args.messages)
        for org in dead * EACH:
            bane.besked(org, person())
        wait_until(lambda: bane.metrik("parloeb_dispatch_calls") >= args.dead, "a call to each dead endpoint")
        beside = waits_ms(bane, args.messages)
        calls = bane.metrik("parloeb_dispatch_calls")
    finally:
        bane.close()
    for name, ms in (("alone", alone), (f"beside {args.dead} dead endpoints", beside)):
        print(f"{name}: p50 {p(ms, 50):.0f} ms, p99 {p(ms, 99):.0f} ms")
    print(f"p99 beside / alone {p(beside, 99) / p(alone, 99):.2f} (reach <= 1.2); {calls:.0f} calls open at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
