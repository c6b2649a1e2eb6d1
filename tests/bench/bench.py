# SPDX-License-Identifier: MPL-2.0
"""Each row: what our program does, what the bound program does, and their ratio, from the same run on the same broker.

Usage: tests/bench/run [--quick] [--rounds N]

  --quick    a fifth of the events: the table in under five minutes
  --rounds   ours and the bound in turn, so often; the median counts (default 3)

Rates of one machine are noise, ratios are not: look at the ratio and at CPU seconds per million events.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests/lib"), str(ROOT / "deploy/lib")]

import yaml  # noqa: E402
from core_rows import core_rows  # noqa: E402
from harness import Client, Stack, event, wait_until  # noqa: E402
from harness.kafka import end_offsets  # noqa: E402
from proc import Failed, pick_port  # noqa: E402
from stack import PROGRAMS, build  # noqa: E402

BIN = Path(os.environ.get("PARLOEB_BIN") or ROOT / "build/release/bin")
BOUNDS = ("load_http", "bound_http", "bound_kafka", "bound_curl", "bench_forloeb")
TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 64
# Persons from here on are in no other row: a known member's registration makes no message.
FRESH = 10 ** 7
# Registered so long ago that everything which was to follow is late, and told at once.
OLD = "2024-03-01"
# Each of them is told of a member who is registered today.
RECIPIENTS = ("kommune-0101", "akasse-hk")
WARM = 100
HEADERS = 10  # of a record that forloeb writes; the changelog's have none


def need_programs():
    """Builds what is measured (preset release), unless PARLOEB_BIN says where it lies."""
    os.environ["PARLOEB_BIN"] = str(build(print, *BOUNDS))
    missing = [name for name in (*PROGRAMS, *BOUNDS) if not (BIN / name).exists()]
    if missing:
        raise Failed(f"{BIN} has no {', '.join(missing)}")


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


def run_json(*argv):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{argv[0]}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}


class Table:
    def __init__(self):
        self.rows = []

    def add(self, work, ours, bound, ratio, reach, note=""):
        self.rows.append((work, ours, bound, ratio, reach, note))
        print(f"  {work}: {ours} | bound {bound} | ratio {ratio} | reach {reach} {note}", flush=True)

    def show(self):
        head = ("work", "ours", "bound", "ratio", "reach", "")
        rows = [head, *self.rows]
        width = [max(len(r[i]) for r in rows) for i in range(len(head))]
        print()
        for r in rows:
            print("  ".join(c.ljust(w) for c, w in zip(r, width)).rstrip())


def rate(n):
    return f"{n / 1000:.1f}k/s"


def median(values):
    return statistics.median(values)


# ---- the gateway ------------------------------------------------------------------------------------------------------------

def load(port, token, kind, events, batch, persons, seed, first=0, registered=OLD):
    return run_json(BIN / "load_http", "--port", port, "--token", token, "--kind", kind, "--events", events, "--batch", batch, "--persons", persons,
                    "--first", first, "--registered", registered, "--seed", seed, "--connections", CONNECTIONS)


class Gate:
    """Our gateway under load: rate, and CPU seconds per million events."""

    def __init__(self, address, pid, token):
        self.port, self.pid, self.token = int(address.rpartition(":")[2]), pid, token

    @classmethod
    def of(cls, stack):
        return cls(stack.gateway, stack.pid("gateway"), stack.token("akasse:hk"))

    def go(self, kind, events, batch, persons, seed, first=0, registered=OLD):
        before = cpu_s(self.pid)
        done = load(self.port, self.token, kind, events, batch, persons, seed, first, registered)
        return done["rate"], (cpu_s(self.pid) - before) * 1e6 / done["events"]


def bare_http(events, rounds):
    port = pick_port()
    child = subprocess.Popen([str(BIN / "bound_http"), str(port)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline().strip() == "ready"
        got = []
        for i in range(rounds):
            before = cpu_s(child.pid)
            done = load(port, "x", "samtale-held", events, 1, 1000, i)
            got.append((done["rate"], (cpu_s(child.pid) - before) * 1e6 / done["events"]))
        return [median(v) for v in zip(*got)]
    finally:
        child.terminate()
        child.wait()


def gateway_rows(table, stack, n, rounds):
    bare, bare_cpu = bare_http(n, rounds)
    with lone_gateway(stack, "bench-mock", mock_log=True) as gate:
        got, cpu = median_of(rounds, lambda i: gate.go("samtale-held", n, 1, 5000, 300 + i))
    table.add("single events, log mocked", f"{rate(got)} {cpu:.1f} CPU-s/M", f"{rate(bare)} {bare_cpu:.1f}", f"{got / bare:.2f}", ">= 0.70",
              "(bound: bare libmicrohttpd)")
    with lone_gateway(stack, "bench-kafka") as gate:
        got, cpu = median_of(rounds, lambda i: gate.go("samtale-held", n, 1, 5000, 100 + i))
        table.add("single events, acknowledged by Kafka", f"{rate(got)} {cpu:.1f} CPU-s/M", f"{rate(bare)} {bare_cpu:.1f}", f"{got / bare:.2f}",
                  "peers: 4 x Bento", "(bound: bare libmicrohttpd, no Kafka)")
        produce, batch = [], []
        for i in range(rounds):
            produce.append(run_json(BIN / "bound_kafka", "produce", stack.kafka, "bench-raw", n * 5))
            batch.append(gate.go("samtale-held", n * 5, 100, 5000, 200 + i))
    raw, raw_cpu = median(p["rate"] for p in produce), median(p["cpu_per_million"] for p in produce)
    got, cpu = [median(v) for v in zip(*batch)]
    table.add("batches of 100", f"{rate(got)} {cpu:.1f} CPU-s/M", f"{rate(raw)} {raw_cpu:.1f}", f"{got / raw:.2f}", ">= 0.7, <= 5", "(bound: raw producer)")


def median_of(rounds, work):
    return [median(v) for v in zip(*(work(i) for i in range(rounds)))]


@contextmanager
def lone_gateway(stack, name, **conf):
    """A gateway with topics of its own, which nobody reads; with mock_log it acknowledges in the process: what is ours, without Kafka."""
    tree = yaml.safe_load((stack.dir / "config/parloeb.yaml").read_text())
    tree["topics"]["prefix"] = name
    tree["gateway"] |= {"listen": f"127.0.0.1:{pick_port()}", "management": f"127.0.0.1:{pick_port()}", "rate": 10000000} | conf
    file = stack.dir / f"config/{name}.yaml"
    file.write_text(yaml.safe_dump(tree))
    env = {**os.environ, "PARLOEB_BENCH": "1"}
    subprocess.run([str(BIN / "parloeb"), "--config", str(file), "topics", "apply"], check=True, stdout=subprocess.DEVNULL)
    with open(stack.dir / f"log/{name}.log", "w") as log:
        child = subprocess.Popen([str(BIN / "parloeb-gateway"), "--config", str(file)], stderr=log, env=env)
    try:
        wait_until(lambda: stack.ready("http://" + tree["gateway"]["management"]), f"{name} ready")
        yield Gate(tree["gateway"]["listen"], child.pid, stack.token("akasse:hk"))
    finally:
        child.terminate()
        child.wait()


# ---- forloeb ----------------------------------------------------------------------------------------------------------------

def metric(stack, service, name):
    return sum(v for k, v in stack.metrics(service).items() if k.partition("{")[0] == name)


def drained(stack, records):
    return metric(stack, "forloeb", "parloeb_forloeb_records_total") >= records


def wait_fast(condition, what, timeout_s=300):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"timed out: {what}"
        time.sleep(0.02)


@contextmanager
def lone_forloeb(stack):
    """forloeb as a child of ours; while it runs nobody works on what it writes."""
    config, base = stack.dir / "config/parloeb.yaml", stack.env["PARLOEB_METRICS_FORLOEB"].removesuffix("/metrics")
    with open(stack.dir / "log/bench-forloeb.log", "a") as log:
        child = subprocess.Popen([str(BIN / "parloeb-forloeb"), "--config", str(config)], stderr=log)
    try:
        wait_fast(lambda: stack.ready(base), "forloeb ready")
        yield child
    finally:
        child.terminate()
        child.wait()


@contextmanager
def only_the_gateway(stack):
    """The others stand still. The console is paused: started anew it would be ready only when it has read all."""
    for service in ("forloeb", "dispatch"):
        stack.stop(service)
    stack.pause("console")
    try:
        yield
    finally:
        stack.resume("console")
        stack.start()


def forloeb_rows(table, stack, n, persons):
    """forloeb is down while the topic fills; then it has all of it to read."""
    gate = Gate.of(stack)
    with only_the_gateway(stack):
        gate.go("member-registered", persons, 100, persons, 1)
        gate.go("timer-indberettet", n, 100, persons, 2)
        before = written(stack)
        with lone_forloeb(stack) as child:
            records = "parloeb_forloeb_records_total"
            wait_fast(lambda: metric(stack, "forloeb", records) > 0, "first record")
            done0, t0, c0 = metric(stack, "forloeb", records), time.monotonic(), cpu_s(child.pid)
            wait_fast(lambda: drained(stack, persons + n), "all records")
            # At least one: who stood still here meanwhile may find all done.
            done, seconds, cpu = max(persons + n - done0, 1), time.monotonic() - t0, cpu_s(child.pid) - c0
            entries = metric(stack, "forloeb", "parloeb_forloeb_state_entries")
            state = metric(stack, "forloeb", "parloeb_forloeb_state_bytes")
        each = round((written(stack) - before) / (persons + n))
        bound = transact(stack, "bench-txn", n)
        same = transact(stack, "bench-same", n, each, HEADERS)
        restore_row(table, stack, persons)
    ours = done / seconds
    table.add("forloeb, exactly once", f"{rate(ours)} {cpu * 1e6 / done:.1f} CPU-s/M", f"{rate(bound['rate'])} {bound['cpu_per_million']:.1f}",
              f"{ours / bound['rate']:.2f}", ">= 0.6, <= 6", "(bound: bare transaction loop, one record out for one in)")
    table.add("  beside as many writes", f"{rate(ours)} {cpu * 1e6 / done:.1f} CPU-s/M", f"{rate(same['rate'])} {same['cpu_per_million']:.1f}",
              f"{ours / same['rate']:.2f}", "", f"(bound: the same loop, {each} records of {HEADERS} headers out, as ours)")
    table.add("state of a member", f"{state / persons:.0f} B", "", "", "<= 1024 B", f"({entries:.0f} entries)")


def transact(stack, group, n, *more):
    return run_json(BIN / "bound_kafka", "txn", stack.kafka, "parloeb.ind", "bench-out", group, n, *more)


def written(stack):
    """Records of forloeb's outputs and of its changelog; control records are few beside them."""
    return sum(sum(end_offsets(stack.kafka, f"parloeb.{t}").values()) for t in ("forloeb", "ud", "forloeb.tilstand"))


def restore_row(table, stack, persons):
    """From nothing to what the changelog holds; the bound only reads it."""
    bound = run_json(BIN / "bound_kafka", "consume", stack.kafka, "parloeb.forloeb.tilstand", f"bench-restore-{time.time():.0f}", 10 ** 9)
    began = time.monotonic()
    with lone_forloeb(stack):
        ready = time.monotonic() - began
        restored = metric(stack, "forloeb", "parloeb_forloeb_restored_records_total")
        page = stack.metrics("forloeb")
    seconds = page["parloeb_forloeb_restore_seconds_sum"] / max(page["parloeb_forloeb_restore_seconds_count"], 1)
    table.add("restore", f"{rate(restored / seconds)}", rate(bound["rate"]), f"{restored / seconds / bound['rate']:.2f}", ">= 0.5",
              f"({restored:.0f} changelog records, {persons} members, start to ready {ready:.1f} s)")


# ---- dispatch ---------------------------------------------------------------------------------------------------------------

def with_webhook(stack, url, *names):
    """These recipients get a webhook at url; dispatch reads partner files when it starts."""
    secret = stack.dir / "secrets/bench-webhook"
    secret.write_text("whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=" + "\n")
    for name in names:
        file = stack.dir / f"config/partnere/{name}.yaml"
        tree = yaml.safe_load(file.read_text())
        tree["webhook"] = {"url": url, "secrets": [str(secret)], "allow_private": True, "concurrency": CONNECTIONS // len(names)}
        file.write_text(yaml.safe_dump(tree))


def delivered(stack):
    return stack.metrics("dispatch").get('parloeb_dispatch_steps_total{trin="leveret"}', 0)


def messages(stack):
    return sum(end_offsets(stack.kafka, "parloeb.ud").values())


def dispatch_row(table, stack, n):
    """Members of today make one message for each of RECIPIENTS, and none is late already; dispatch is down while they gather."""
    port, members = pick_port(), n // len(RECIPIENTS)
    sink = subprocess.Popen([str(BIN / "bound_http"), str(port), "204"], stdout=subprocess.PIPE, text=True)
    gate = Gate.of(stack)
    try:
        assert sink.stdout.readline().strip() == "ready"
        stack.stop("dispatch")
        with_webhook(stack, f"http://127.0.0.1:{port}/", *RECIPIENTS)
        before, ud = metric(stack, "forloeb", "parloeb_forloeb_records_total"), messages(stack)
        gate.go("member-registered", members, 100, members, 3, FRESH, time.strftime("%Y-%m-%d"))
        wait_fast(lambda: metric(stack, "forloeb", "parloeb_forloeb_records_total") >= before + members, "messages")
        assert messages(stack) - ud < n * 1.1, "more messages than are counted"
        stack.start()
        pid, t0 = stack.pid("dispatch"), time.monotonic()
        c0 = cpu_s(pid)
        d0 = delivered(stack)
        wait_until(lambda: delivered(stack) >= n, "deliveries", 300, 0.1)
        seconds, cpu, done = time.monotonic() - t0, cpu_s(pid) - c0, delivered(stack) - d0
        bound = run_json(BIN / "bound_curl", f"http://127.0.0.1:{port}/", n, 900, CONNECTIONS)
        ours = done / seconds
        table.add("dispatch, in order per person", f"{rate(ours)} {cpu * 1e6 / done:.1f} CPU-s/M", f"{rate(bound['rate'])} {bound['cpu_per_million']:.1f}",
                  f"{ours / bound['rate']:.2f}", ">= 0.7, <= 25", "(bound: bare libcurl multi loop)")
    finally:
        sink.terminate()
        sink.wait()


# ---- small things -----------------------------------------------------------------------------------------------------------

def idle_rows(table, stack):
    for service in ("gateway", "forloeb", "dispatch", "console"):
        table.add(f"{service} idle", f"RSS {rss_mib(stack.pid(service)):.1f} MiB", "", "", "<= 20 MiB")
    # Outside of deploy/up, whose own start would be measured with it.
    stack.stop("gateway")
    config, base = stack.dir / "config/parloeb.yaml", stack.env["PARLOEB_METRICS_GATEWAY"].removesuffix("/metrics")
    with open(stack.dir / "log/bench-ready.log", "w") as log:
        began = time.monotonic()
        child = subprocess.Popen([str(BIN / "parloeb-gateway"), "--config", str(config)], stderr=log)
        wait_fast(lambda: stack.ready(base), "gateway ready")
        seconds = time.monotonic() - began
    child.terminate()
    child.wait()
    stack.start()
    table.add("gateway, start to ready", f"{seconds * 1000:.0f} ms", "", "", "<= 300 ms")


class Receiver:
    """Notes when each event id arrives."""

    def __init__(self):
        self.seen = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.seen.setdefault(body["causationid"], time.monotonic())
                self.send_response(204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


def latency_row(table, stack, n):
    """Event in by HTTP to webhook out, 20 events a second; the first WARM do not count: broker and services are minutes old."""
    receiver = Receiver()
    stack.stop("dispatch")
    with_webhook(stack, receiver.url, RECIPIENTS[0])
    stack.start()
    client, sent = Client(stack.gateway, stack.token("akasse:hk")), {}
    for i in range(WARM + n):
        value = event("akasse:hk", "member-registered", {
            "cpr": f"{61 + i % 28:02d}{1 + i // 28 % 12:02d}49{1000 + i:04d}", "tilmeldingId": f"00000000-0000-4000-8000-{i:012d}",
            "tilmeldingsdato": "2024-03-01", "akassekode": "hk", "forsikringskategori": "fuldtid", "kommunekode": "0101"})
        sent[value["id"]] = time.monotonic()
        assert client.send(value).status == 202
        time.sleep(max(0, sent[value["id"]] + 0.05 - time.monotonic()))
    wait_until(lambda: len(receiver.seen) >= len(sent), "all webhooks")
    ms = sorted((receiver.seen[i] - sent[i]) * 1000 for i in list(sent)[WARM:])
    table.add("event in, webhook out, light load", f"p50 {ms[len(ms) // 2]:.0f} ms, p99 {ms[len(ms) * 99 // 100]:.0f} ms", "", "", "60 / 150 ms")


def main():
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__.strip())
        return 0
    parser = argparse.ArgumentParser(prog="tests/bench/run", add_help=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=0)
    args = parser.parse_args()
    try:
        need_programs()
    except Failed as e:
        print(f"tests/bench/run: {e}", file=sys.stderr)
        return 1
    n, rounds, table = (40000, args.rounds or 2, Table()) if args.quick else (200000, args.rounds or 3, Table())
    core_rows(table, run_json, BIN / "bench_forloeb", 50000 if args.quick else 1000000)
    with Stack(clock="system", config={"gateway": {"rate": 1000000}}).up() as stack:
        for topic in ("bench-raw", "bench-out"):
            run_json(BIN / "bound_kafka", "create", stack.kafka, topic)
        idle_rows(table, stack)
        latency_row(table, stack, 100 if args.quick else 400)
        gateway_rows(table, stack, n, rounds)
        dispatch_row(table, stack, n)
        forloeb_rows(table, stack, n * 5, n // 2)
    table.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
