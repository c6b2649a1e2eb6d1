# SPDX-License-Identifier: MPL-2.0
"""Each row: what our program does, what users would take instead, and their ratios; same machine, same broker, one at a time.

Usage: tests/bench/peers/run [--quick] [--events N] [--rounds N] [--without bento|streams]...

  --quick     a fifth of the events
  --events    instead of 200000
  --rounds    ours and the peer in turn, so often; the median counts (default 3, 2 with --quick): the gateway rows only
  --without   leaves out a peer whose tools are missing

The peers: Bento 1.19.0 (needs Go at the version of bento/go.mod; Debian 12's is too old, but any Go from 1.21 on fetches the right one
itself unless GOTOOLCHAIN=local) and Kafka Streams 4.2.0 (needs mvn and javac: packages maven, openjdk-17-jdk-headless). Both are built
into build/peers/; the first time needs the package registries and minutes. Ours are the programs of the release preset, or of PARLOEB_BIN.

Rates of one machine are noise, ratios are not: look at the ratios and at CPU seconds per million events.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import bench  # noqa: E402
from bench import BIN, CONNECTIONS, ROOT, Gate, Stack, cpu_s, load, median, pick_port, rate, rss_mib, run_json, wait_until  # noqa: E402
from proc import Failed  # noqa: E402

OUT = ROOT / "build/peers"
PEERS = ("bento", "streams")
# How many records of a partition Bento may have under way.
FREE, IN_ORDER = 1024, 1
ORDER_EVENTS, ORDER_PERSONS = 2000, 50
STREAMS_S = 300


class Missing(Exception):
    """A tool or program that is not there; told without a traceback."""


# ---- building ---------------------------------------------------------------------------------------------------------------

def tool(name, remedy):
    if shutil.which(name) is None:
        raise Missing(f"{name} is not on the PATH. {remedy}")
    return name


def built(argv, cwd, remedy):
    done = subprocess.run([str(a) for a in argv], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Missing(f"{argv[0]} ended with {done.returncode}. {remedy}\n{done.stdout[-3000:]}")


def build_bento():
    remedy = "Bento needs Go at the version of tests/bench/peers/bento/go.mod, or --without bento."
    built([tool("go", remedy), "build", "-trimpath", "-o", OUT / "bento", "."], HERE / "bento", remedy)


def build_streams():
    """Without the network when Maven has it all already."""
    remedy = "Kafka Streams needs maven and openjdk-17-jdk-headless, or --without streams."
    argv = [tool("mvn", remedy), "-B", "-q", "-ntp", "-Dstyle.color=never", "-Dmaven.test.skip=true", f"-Dout={OUT / 'streams'}", "package"]
    tool("javac", remedy)
    try:
        built([*argv, "-o"], HERE / "streams", remedy)
    except Missing:
        built(argv, HERE / "streams", remedy)


def build(peers):
    bench.need_programs()
    OUT.mkdir(parents=True, exist_ok=True)
    for name in peers:
        print(f"building {name} ...", flush=True)
        {"bento": build_bento, "streams": build_streams}[name]()


# ---- the table --------------------------------------------------------------------------------------------------------------

class Rows:
    HEAD = ("work", "ours", "peer", "rate x", "CPU x", "")

    def __init__(self):
        self.rows = []

    def add(self, work, ours, peer, note):
        """ours, peer: (events a second, CPU seconds per million)"""
        cells = [f"{rate(r)} {cpu:.1f} CPU-s/M" for r, cpu in (ours, peer)]
        self.rows.append((work, *cells, f"{ours[0] / peer[0]:.2f}", f"{ours[1] / peer[1]:.2f}", note))
        print("  " + " | ".join(self.rows[-1]), flush=True)

    def show(self):
        rows = [self.HEAD, *self.rows]
        width = [max(len(r[i]) for r in rows) for i in range(len(self.HEAD))]
        print()
        for r in rows:
            print("  ".join(c.ljust(w) for c, w in zip(r, width)).rstrip())


class Ours:
    """Stands in for the table of tests/bench/run: keeps ours of the row that has a rate and CPU seconds."""

    def __init__(self):
        self.got = None

    def add(self, _work, ours, *_):
        m = re.fullmatch(r"([\d.]+)k/s ([\d.]+) CPU-s/M", ours)
        if m:
            self.got = (float(m[1]) * 1000, float(m[2]))


def ours_of(row, *args):
    table = Ours()
    row(table, *args)
    assert table.got, f"{row.__name__} told no rate"
    return table.got


@contextmanager
def alone(stack, *services):
    """Ours stand still while a peer is measured."""
    for service in services:
        stack.stop(service)
    try:
        yield
    finally:
        stack.start()


# ---- Bento ------------------------------------------------------------------------------------------------------------------

class Bento:
    """A running Bento; pid, and how many messages its output has delivered."""

    def __init__(self, stack, config, **env):
        self.management, self.log = f"127.0.0.1:{pick_port()}", stack.dir / f"log/bento-{config}.log"
        self.argv = [str(OUT / "bento"), "-c", str(HERE / f"bento/{config}.yaml")]
        self.env = {**os.environ, "PEER_MANAGEMENT": self.management, "PEER_KAFKA": stack.kafka, **{k: str(v) for k, v in env.items()}}

    def get(self, path):
        with urllib.request.urlopen(f"http://{self.management}{path}", timeout=5) as answer:
            return answer.read()

    def answers(self):
        assert self.child.poll() is None, f"bento ended: {self.log.read_text()[-2000:]}"
        try:
            self.get("/ping")
            return True
        except OSError:
            return False

    def sent(self):
        """Messages the output has delivered: Bento counts them when the other side has acknowledged."""
        page = json.loads(self.get("/metrics"))
        return sum(v for k, v in page.items() if k.partition("{")[0] == "output_sent")

    def __enter__(self):
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.argv, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.pid = self.child.pid
        try:
            wait_until(self.answers, "bento answers")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


@contextmanager
def bento_http(stack, config, topic):
    """Yields (port, Bento) of a Bento that answers events."""
    port = pick_port()
    with Bento(stack, config, PEER_LISTEN=f"127.0.0.1:{port}", PEER_TOPIC=topic) as peer:
        yield port, peer


def bento_load(stack, config, batch, events, seed):
    """(rate, CPU seconds per million, RSS) of one round."""
    with bento_http(stack, config, "bench-bento") as (port, peer):
        load(port, "x", "samtale-held", max(events // 20, CONNECTIONS * batch), batch, 5000, 999)
        before, c0 = peer.sent(), cpu_s(peer.pid)
        done = load(port, "x", "samtale-held", events, batch, 5000, seed)
        cpu = cpu_s(peer.pid) - c0
        assert peer.sent() - before == events, f"bento wrote {peer.sent() - before} of {events}"
        return done["rate"], cpu * 1e6 / done["events"], rss_mib(peer.pid)


def gateway_row(rows, stack, n, rounds, batch, config, work):
    """Ours and Bento in turn. forloeb, which would read along with ours, stands still."""
    gate = Gate.of(stack)
    ours, peer = [], []
    gate.go("samtale-held", max(n // 20, CONNECTIONS * batch), batch, 5000, 998)
    for i in range(rounds):
        ours.append(gate.go("samtale-held", n, batch, 5000, 100 * batch + i))
        peer.append(bento_load(stack, config, batch, n, i))
    p_rate, p_cpu, p_rss = [median(v) for v in zip(*peer)]
    rows.add(work, [median(v) for v in zip(*ours)], (p_rate, p_cpu), f"(Bento; RSS {p_rss:.0f} MiB, ours {rss_mib(gate.pid):.0f})")


def bento_webhook(stack, n, checkpoint):
    """(rate, CPU seconds per million, RSS): Bento sends n records of the topic that dispatch reads to the sink that dispatch sends to."""
    port = pick_port()
    sink = subprocess.Popen([str(BIN / "bound_http"), str(port), "204"], stdout=subprocess.PIPE, text=True)
    try:
        assert sink.stdout.readline().strip() == "ready"
        with Bento(stack, "kafka-to-webhook", PEER_TOPIC="parloeb.ud", PEER_URL=f"http://127.0.0.1:{port}/",
                   PEER_GROUP=f"bench-bento-{checkpoint}", PEER_CHECKPOINT=checkpoint) as peer:
            wait_until(lambda: peer.sent() > 0, "first delivery of bento", 60)
            d0, t0, c0 = peer.sent(), time.monotonic(), cpu_s(peer.pid)
            # Seldom: each question is work for Bento too.
            wait_until(lambda: peer.sent() >= n, "deliveries of bento", 600, 0.1)
            done, seconds, cpu = peer.sent() - d0, time.monotonic() - t0, cpu_s(peer.pid) - c0
            assert done > 0, f"{n} records are too few to time bento"
            return done / seconds, cpu * 1e6 / done, rss_mib(peer.pid)
    finally:
        sink.terminate()
        sink.wait()


class OrderReceiver:
    """Counts the records that arrive behind a later one of the same key."""

    def __init__(self):
        self.last, self.late, self.seen, self.lock = {}, 0, set(), threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                receiver.note(self.headers["Peer-Key"], int(self.headers["Peer-Partition"]), int(self.headers["Peer-Offset"]))
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def note(self, key, partition, offset):
        with self.lock:
            self.late += offset < self.last.get(key, -1)
            self.last[key] = max(offset, self.last.get(key, -1))
            self.seen.add((partition, offset))

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def out_of_order(stack, checkpoint):
    """Share of the records of bench-order that a receiver gets behind a later one of their key."""
    receiver = OrderReceiver()
    try:
        with Bento(stack, "kafka-to-webhook", PEER_TOPIC="bench-order", PEER_URL=receiver.url, PEER_GROUP=f"bench-order-{checkpoint}",
                   PEER_CHECKPOINT=checkpoint):
            wait_until(lambda: len(receiver.seen) >= ORDER_EVENTS, "records in their order", 120)
        return receiver.late / ORDER_EVENTS
    finally:
        receiver.close()


def webhook_rows(rows, stack, n):
    partner = stack.dir / "config/partnere/kommune-0101.yaml"
    before = partner.read_text()
    ours = ours_of(bench.dispatch_row, stack, n)
    with alone(stack, "dispatch", "forloeb", "console"):
        # The sink of that row is gone: later rows shall not be measured beside attempts to reach it.
        partner.write_text(before)
        with bento_http(stack, "http-batch-to-kafka", "bench-order") as (port, _):
            load(port, "x", "samtale-held", ORDER_EVENTS, 100, ORDER_PERSONS, 1)
        for checkpoint, events, what in ((FREE, n, "free"), (IN_ORDER, max(n // 5, 500), "in order")):
            r, cpu, rss = bento_webhook(stack, events, checkpoint)
            late = out_of_order(stack, checkpoint)
            rows.add(f"webhooks in order per person; peer {what}", ours, (r, cpu), f"(Bento; out of order per key {late * 100:.0f} %; RSS {rss:.0f} MiB)")


# ---- Kafka Streams ----------------------------------------------------------------------------------------------------------

def streams_row(rows, stack, n, persons):
    """Streams reads what forloeb has read: parloeb.ind, from its beginning, into counters and a topic."""
    ours = ours_of(bench.forloeb_rows, stack, n, persons)
    ours_rss = rss_mib(stack.pid("forloeb"))
    run_json(BIN / "bound_kafka", "create", stack.kafka, "bench-streams-out")
    with alone(stack, "forloeb", "dispatch", "console"):
        peer = run_json("java", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", f"{OUT}/streams/streams-peer.jar:{OUT}/streams/jars/*",
                        "dk.parloeb.bench.Main", stack.kafka, "parloeb.ind", "bench-streams-out", "bench-streams", stack.dir / "streams", n, STREAMS_S)
    rows.add("course per person, exactly once", ours, (peer["rate"], peer["cpu_per_million"]),
             f"(Kafka Streams counts only; RSS {peer['rss']:.0f} MiB, ours {ours_rss:.0f})")


def measure(peers, n, rounds):
    """dispatch first: its row waits for messages about persons that the forloeb row registers too. The gateway last: forloeb would have to read its events."""
    rows = Rows()
    with Stack(clock="system", config={"gateway": {"rate": 1000000}}).up() as stack:
        for topic in ("bench-out", "bench-bento", "bench-order"):
            run_json(BIN / "bound_kafka", "create", stack.kafka, topic)
        if "bento" in peers:
            webhook_rows(rows, stack, n)
        if "streams" in peers:
            streams_row(rows, stack, n * 5, n // 2)
        if "bento" in peers:
            with alone(stack, "forloeb", "dispatch", "console"):
                gateway_row(rows, stack, n, rounds, 1, "http-to-kafka", "single events, acknowledged by Kafka")
                gateway_row(rows, stack, n * 5, rounds, 100, "http-batch-to-kafka", "batches of 100")
    return rows


def main():
    if {"-h", "--help"} & set(sys.argv):
        print(__doc__.strip())
        return 0
    parser = argparse.ArgumentParser(prog="tests/bench/peers/run", add_help=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--without", action="append", choices=PEERS, default=[])
    args = parser.parse_args()
    peers = [p for p in PEERS if p not in args.without]
    try:
        build(peers)
    except (Missing, Failed) as e:
        print(f"tests/bench/peers/run: {e}", file=sys.stderr)
        return 2
    measure(peers, args.events or (40000 if args.quick else 200000), args.rounds or (2 if args.quick else 3)).show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
