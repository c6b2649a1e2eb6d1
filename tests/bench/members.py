# SPDX-License-Identifier: MPL-2.0
"""forloeb with a million live members on a real Kafka: how long it takes to get them from the changelog, and a month end at which all of them are due at once, while other
persons' facts come in.

Usage: tests/bench/members [--members N]

The members are written as forloeb's changelog by the core itself (bench_forloeb --changelog): registered in March, with full hours, a handover due at the end of May. Only Kafka,
the gateway and forloeb run. A probe is one registration at a time by HTTP; its wait ends when forloeb has committed it. The bounds, from the same run on the same broker: a
program that only reads the changelog, and one that only writes as many records in transactions.
"""

import argparse
import json
import sys
import threading
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / p) for p in ("tests/lib", "deploy/lib", "tests/bench")]

from bench import BIN, HEADERS, cpu_s, lone_forloeb, messages, metric, need_programs, rss_mib, run_json, wait_fast, written  # noqa: E402
from harness import Stack, event  # noqa: E402
from harness.kafka import produce  # noqa: E402
from proc import Failed  # noqa: E402

BEFORE, MONTH_END = "2024-05-31T12:00:00+02:00", 1717192800000  # 2024-06-01T00:00:00+02:00
CHANGELOG = "parloeb.forloeb.tilstand"
WAIT_S = 1800
# Persons without a changelog, told of before: some on every partition, for forloeb refuses the changelog of a group that has never committed.
FIRST = 500
AT_REST = 20
BOUND = 100000


def registered(year, n):
    """Person n of a year; the members have keys that no CPR number leads to."""
    return event("akasse:hk", "member-registered", {
        "cpr": f"{61 + n % 28:02d}{1 + n // 28 % 12:02d}{year}{1000 + n // 336:04d}", "tilmeldingId": str(uuid.uuid4()), "tilmeldingsdato": "2024-05-31",
        "akassekode": "hk", "forsikringskategori": "fuldtid", "kommunekode": "0101"}, time=BEFORE)


def first_facts(stack):
    assert stack.client("akasse:hk").send([registered(81, n) for n in range(FIRST)]).status == 202
    wait_fast(lambda: metric(stack, "forloeb", "parloeb_forloeb_records_total") >= FIRST, "the first facts")


class Probes(threading.Thread):
    """Registrations, one after the other, each of a person of its own; the wait of each."""

    def __init__(self, stack):
        super().__init__(daemon=True)
        self.client, self.stack, self.waits, self.over, self.fault = stack.client("akasse:hk"), stack, [], False, None

    def run(self):
        try:
            while not self.over:
                self.one()
                time.sleep(0.1)
        except Exception as e:  # told by between(), on the thread that shows the numbers
            self.fault = e

    def one(self):
        before = self.taken()
        began = time.monotonic()
        answer = self.client.send(registered(80, len(self.waits)))
        assert answer.status == 202, answer
        wait_fast(lambda: self.taken() > before, "a probe", WAIT_S)
        self.waits.append((began, time.monotonic() - began))

    def taken(self):
        return metric(self.stack, "forloeb", "parloeb_forloeb_records_total")

    def at_least(self, n):
        return self.fault is not None or len(self.waits) >= n

    def between(self, first, last):
        """Waits that reach into the time, sorted."""
        if self.fault is not None:
            raise self.fault
        return sorted(wait for began, wait in self.waits if began + wait >= first and began <= last)


def show(what, value, note=""):
    print(f"  {what}: {value}  {note}".rstrip(), flush=True)


def waits(values):
    return f"p50 {values[len(values) // 2] * 1000:.0f} ms, longest {values[-1] * 1000:.0f} ms ({len(values)} probes)" if values else "no probe"


def restore_row(stack, members, records, seconds, cpu, bound):
    show("restore", f"{members / seconds / 1000:.0f}k members/s, {cpu / members * 1e6:.1f} CPU-s a million",
         f"{records} records in {seconds:.1f} s, start of the process included; reach: >= 300k")
    show("  bound", f"{bound['rate'] * members / records / 1000:.0f}k members/s, {bound['cpu_per_million'] * records / members:.1f} CPU-s a million", "a bare consumer")
    wait_fast(lambda: metric(stack, "forloeb", "parloeb_forloeb_state_entries") >= records, "the size of the state")
    show("state", f"{metric(stack, 'forloeb', 'parloeb_forloeb_state_bytes') / members:.0f} B of memory a member")


def transactions(stack):
    """How many so far, and the seconds of all."""
    return [metric(stack, "forloeb", f"parloeb_forloeb_{name}") for name in ("commits_total", "transaction_seconds_sum")]


def month_end(stack, child, members):
    """Returns the records that each member's month end made."""
    probes = Probes(stack)
    probes.start()
    wait_fast(lambda: probes.at_least(AT_REST), "probes at rest", 120)
    ud, records, txn = messages(stack), written(stack), transactions(stack)
    began, cpu = time.monotonic(), cpu_s(child.pid)
    produce(stack.kafka, "parloeb.ur", json.dumps({"art": "tik", "tid": MONTH_END, "runde": str(uuid.uuid4())}).encode(), b"tik")
    wait_fast(lambda: metric(stack, "forloeb", "parloeb_forloeb_timers_total") >= members, "the month end", WAIT_S)
    ended, used = time.monotonic(), cpu_s(child.pid) - cpu
    txn = [after - before for before, after in zip(txn, transactions(stack))]
    each = (written(stack) - records) / members
    probes.over = True
    probes.join()
    show("month end", f"{members / (ended - began) / 1000:.1f}k decisions/s, {used / members * 1e6:.1f} CPU-s a million",
         f"{ended - began:.1f} s, {each:.1f} records a member, {(messages(stack) - ud) / members:.1f} of them messages; reach: >= 50k")
    show("transactions", f"{txn[0]:.0f} of {members / txn[0]:.0f} members, {txn[1] / txn[0] * 1000:.0f} ms each")
    show("other persons before", waits(probes.between(0, began)))
    show("other persons meanwhile", waits(probes.between(began, ended)), "reach: none over 1 s")
    show("forloeb", f"{rss_mib(child.pid):.0f} MiB")
    return round(each)


def month_end_bound(stack, members, each):
    """The records of the changelog stand in for the timers: as many read, as many written for each as ours."""
    run_json(BIN / "bound_kafka", "create", stack.kafka, "bench-out")
    bound = run_json(BIN / "bound_kafka", "txn", stack.kafka, CHANGELOG, "bench-out", "bench-same", min(members, BOUND), each, HEADERS)
    show("  bound", f"{bound['rate'] / 1000:.1f}k/s, {bound['cpu_per_million']:.1f} CPU-s a million", f"a bare transaction loop, {each} records of {HEADERS} headers out for one in")


def go(members):
    with Stack(clock="topic").up() as stack:
        stack.clock(BEFORE)
        first_facts(stack)
        for service in ("forloeb", "dispatch", "console"):
            stack.stop(service)
        records = run_json(BIN / "bench_forloeb", members, "--changelog", stack.kafka)["records"]
        bound = run_json(BIN / "bound_kafka", "consume", stack.kafka, CHANGELOG, "bench-restore", records)
        began = time.monotonic()
        with lone_forloeb(stack) as child:
            restore_row(stack, members, records, time.monotonic() - began, cpu_s(child.pid), bound)
            each = month_end(stack, child, members)
        month_end_bound(stack, members, each)


def main():
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__.strip())
        return 0
    parser = argparse.ArgumentParser(prog="tests/bench/members", add_help=False)
    parser.add_argument("--members", type=int, default=1000000)
    members = parser.parse_args().members
    try:
        need_programs()
    except Failed as e:
        print(f"tests/bench/members: {e}", file=sys.stderr)
        return 1
    go(members)
    return 0


if __name__ == "__main__":
    sys.exit(main())
