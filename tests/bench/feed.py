# SPDX-License-Identifier: MPL-2.0
"""Readers of the feed that wait, at a gateway with nothing but Kafka behind it: how long one event takes to the last of its readers.

Usage: tests/bench/feed [--readers N] [--events N]

The time counts from before the event goes to Kafka. The readers are one program on the same machine, so half of the work is theirs;
where all wait for one organisation's mailbox the same readers wait at a program that only sends, too.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / p) for p in ("tests/lib", "deploy/lib", "tests/contract")]

from gateway_stack import CPR, Gateway  # noqa: E402
from harness import event  # noqa: E402


def rss_mib(pid):
    [line] = [text for text in Path(f"/proc/{pid}/status").read_text().splitlines() if text.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def load(gateway, mode, orgs, readers, events, *bare):
    ends = [f"{org} {gateway.tokens[org]} {gateway.client(org).get('/v1/feed', maks=500).json()['naeste']}\n" for org in orgs]
    done = subprocess.run([gateway.bin / "load_feed", gateway.config, str(gateway.port), mode, str(readers), str(events), *bare], input="".join(ends),
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(gateway, mode, orgs, readers, events):
    pid = gateway.daemon.pid()
    before = cpu_s(pid)
    ms = load(gateway, mode, orgs, readers, events)
    cpu = cpu_s(pid) - before
    print(f"  {readers} x {mode}, {len(orgs)} organisation(s): last reader p50 {ms['last_p50_ms']:.0f} ms, p99 {ms['last_p99_ms']:.0f} ms; each reader p50 "
          f"{ms['p50_ms']:.0f} ms, p99 {ms['p99_ms']:.0f} ms; gateway {cpu:.2f} CPU-s, {rss_mib(pid):.0f} MiB", flush=True)
    if len(orgs) > 1:
        return
    bound = load(gateway, mode, orgs, readers, events, "bare")
    print(f"    bound (a program that only sends): last reader p50 {bound['last_p50_ms']:.0f} ms, p99 {bound['last_p99_ms']:.0f} ms; "
          f"ours / bound at p50 {ms['last_p50_ms'] / bound['last_p50_ms']:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/feed")
    parser.add_argument("--readers", type=int, default=10000)
    parser.add_argument("--events", type=int, default=100)
    args = parser.parse_args()
    gateway = Gateway(connections=2 * args.readers, connections_per_address=2 * args.readers, rate=1000000)
    try:
        gateway.up()
        data = {"cpr": CPR, "dagpengemaaned": "2024-03", "udbetalteTimer": 160.33}
        sent = event("akasse:hk", "timer-indberettet", data, time="2024-03-31T12:00:00+02:00")
        assert gateway.client("akasse:hk").send(sent).status == 202
        print(f"reach: last reader p99 <= 100 ms; idle gateway {rss_mib(gateway.daemon.pid()):.0f} MiB")
        kommuner = [org for org in gateway.tokens if org.startswith("kommune:")]
        for mode in ("sse", "poll"):
            measure(gateway, mode, kommuner, args.readers, args.events)
            measure(gateway, mode, kommuner[:1], args.readers, max(args.events // 5, 5))
    finally:
        gateway.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
