# SPDX-License-Identifier: MPL-2.0
"""The stream-processing runtime on a real broker: a small counting service (flow_taeller.c), killed,
stopped, doubled, and stepped by the clock topic.

What is judged is what stands in the topics. Each output names its key's count and the input record
that it came from: exactly once means that every input record is named once and that each key counts
1, 2, 3 … in the order of its outputs.
"""

import os
import random
import secrets
import signal
import subprocess
import threading
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from harness import logs, wait_until
from harness.wait import PATIENCE_S
from kafka import Cluster
from proc import port_free

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(os.environ.get("PARLOEB_BIN") or ROOT / "build/dev/bin")
TAELLER = (ROOT / BIN).parent / "tests/flow_taeller"
PARTITIONS = 8
SESSION_S = 6  # the shortest that a broker takes: a dead member's partitions move after it


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("kafka"))
    cluster.start(1, heap="512m")
    yield cluster
    cluster.kill()


class World:
    """Topics of its own on the shared broker, and the programs of one test."""

    def __init__(self, cluster, folder, clock):
        self.cluster, self.dir, self.running = cluster, folder, {}
        logs.watch(folder)
        self.config = folder / "parloeb.yaml"
        for name in ("person_key", "data_key", "hmac_key"):
            (folder / name).write_text(secrets.token_hex(32))
            (folder / name).chmod(0o600)
        flow = {"session_timeout": f"{SESSION_S}s", "transaction_timeout": "10s"}
        self.config.write_text(yaml.safe_dump({
            "kafka": {"bootstrap": cluster.bootstrap()},
            "clock": clock,
            "secrets": {n: n for n in ("person_key", "data_key", "hmac_key")},
            "topics": {"prefix": f"t{secrets.token_hex(4)}", "partitions": PARTITIONS,
                       "org_partitions": PARTITIONS},
            "paths": {n: str(ROOT / p) for n, p in (
                ("schemas", "schemas"), ("koder", "config/koder"), ("regler", "config/regler"),
                ("partnere", "config/partnere"),
                ("organisationer", "config/organisationer.yaml"))},
            "forloeb": flow,
        }))
        self.call("topics")

    def call(self, *args, **kw):
        return subprocess.run([TAELLER, self.config, *map(str, args)], check=True, text=True,
                              stdout=subprocess.PIPE, timeout=300, **kw).stdout

    def start(self, name, service="forloeb", inputs="ind,svar", log="forloeb.tilstand", out="ud"):
        out_file, err_file = self.dir / f"{name}.out", self.dir / f"{name}.err"
        with open(out_file, "a") as o, open(err_file, "a") as e:
            self.running[name] = subprocess.Popen(
                [TAELLER, self.config, "run", service, name, inputs, log, out], stdout=o, stderr=e)

    def dispatch(self, name="d1"):
        self.start(name, "dispatch", "ud,postkasse", "dispatch.tilstand", "-")

    def end(self, name, number=signal.SIGTERM):
        process = self.running.pop(name)
        process.send_signal(number)
        return process.wait(PATIENCE_S)

    def until(self, condition, what):
        """A bounded wait that a program's end cuts short."""
        def met():
            ended = {n: p.returncode for n, p in self.running.items() if p.poll() is not None}
            try:
                return ended or condition()
            except subprocess.CalledProcessError:   # a broker that has just come up gave no answer in time
                return False
        assert wait_until(met, what, interval_s=0.1) is True, f"ended: {what}"

    def said(self, name):
        return (self.dir / f"{name}.out").read_text()

    def ready(self, name):
        says = [line for line in self.said(name).splitlines() if line in ("ready", "not ready")]
        return bool(says) and says[-1] == "ready"

    def metric(self, name, metric):
        """Of a running service, as it is now."""
        before = self.said(name).count("# end")
        self.running[name].send_signal(signal.SIGHUP)
        wait_until(lambda: self.said(name).count("# end") > before, f"metrics of {name}")
        for line in reversed(self.said(name).splitlines()):
            if line.startswith(metric + " "):
                return float(line.split()[1])
        raise AssertionError(f"no metric {metric}")

    def put(self, topic, n, keys, value="+"):
        self.call("put", topic, n, keys, value)

    def outputs(self, topic="ud"):
        """{key: [text, …]} in order."""
        found = defaultdict(list)
        for line in self.call("dump", topic).splitlines():
            _, _, key, text = line.split(" ", 3)
            found[key].append(text)
        return found

    def counted(self):
        return sum(len([t for t in v if not t.startswith("timer")]) for v in self.outputs().values())

    def check_exactly_once(self, n):
        """n input records, each in effect once, each key in order."""
        origins = []
        for key, texts in self.outputs().items():
            counts = [t.split() for t in texts if not t.startswith("timer")]
            assert [int(c[0]) for c in counts] == list(range(1, len(counts) + 1)), key
            origins += [c[1] for c in counts]
        assert len(origins) == len(set(origins)) == n

    def close(self):
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        logs.unwatch(self.dir)


@pytest.fixture
def world(cluster, tmp_path):
    world = World(cluster, tmp_path, "system")
    yield world
    world.close()


@pytest.fixture
def topic_world(cluster, tmp_path):
    world = World(cluster, tmp_path, "topic")
    yield world
    world.close()


def test_broker_killed_and_back(world):
    """The first of all: a broker that was killed goes through the logs of every topic that there is."""
    world.put("ind", 1000, 20)
    world.start("f1")
    world.until(lambda: world.counted() >= 1000, "1000 outputs")
    for _ in range(2):
        world.put("ind", 1000, 20)
        world.cluster.kill()
        wait_until(lambda: all(port_free(r["broker"]) and port_free(r["controller"])
                               for r in world.cluster.rows()), "the killed broker's ports")
        world.cluster.start()
    world.until(lambda: world.counted() >= 3000, "3000 outputs")
    world.check_exactly_once(3000)


def test_counts_each_record_once(world):
    world.put("ind", 2000, 50)
    world.put("svar", 1000, 50)
    world.start("f1")
    world.until(lambda: world.counted() >= 3000, "3000 outputs")
    world.check_exactly_once(3000)
    assert world.end("f1") == 0


def test_exactly_once_under_sigkill(world):
    """Killed again and again at random moments under load, one process and then two."""
    rng, total, stop = random.Random(20240301), 0, threading.Event()
    batches = []

    def produce():
        while not stop.is_set():
            world.put(rng.choice(["ind", "svar"]), 500, 37)
            batches.append(500)
            stop.wait(0.05)

    producer = threading.Thread(target=produce)
    producer.start()
    try:
        for number in range(12):
            world.start("f1")
            if number >= 8:
                world.start("f2")
            world.until(lambda: world.ready("f1"), "f1 ready")
            stop.wait(rng.uniform(0, 1.0))
            world.end("f1", signal.SIGKILL)
            if number >= 8:
                world.end("f2", signal.SIGKILL)
            (world.dir / "f1.out").write_text("")
    finally:
        stop.set()
        producer.join()
    total = sum(batches)
    world.start("f1")
    world.until(lambda: world.counted() >= total, f"{total} outputs")
    world.check_exactly_once(total)


def test_two_share_and_one_takes_over_with_state_and_timers(world):
    world.put("ind", 800, 80)
    world.start("f1")
    world.start("f2")
    world.until(lambda: world.ready("f1") and world.ready("f2"), "both ready")
    world.until(lambda: world.metric("f1", "parloeb_forloeb_partitions") == PARTITIONS / 2
                and world.metric("f2", "parloeb_forloeb_partitions") == PARTITIONS / 2,
               "four partitions each")
    world.until(lambda: world.counted() >= 800, "800 outputs")
    # A timer for each key, due when f2 is long dead.
    due = int(subprocess.check_output(["date", "+%s%3N"])) + 25000
    world.put("ind", 80, 80, f"due:{due}")
    world.until(lambda: world.metric("f1", "parloeb_forloeb_state_entries")
               + world.metric("f2", "parloeb_forloeb_state_entries") == 160, "160 entries")
    world.end("f2", signal.SIGKILL)
    world.put("ind", 800, 80)
    world.until(lambda: world.metric("f1", "parloeb_forloeb_partitions") == PARTITIONS,
                "f1 has all")
    world.until(lambda: world.counted() >= 1600, "1600 outputs")
    world.check_exactly_once(1600)
    world.until(lambda: sum(t.startswith("timer") for v in world.outputs().values() for t in v) >= 80,
                "80 timers")
    for key, texts in world.outputs().items():
        assert [t for t in texts if t.startswith("timer")] == [f"timer {due}"], key


def test_a_stopped_process_is_fenced(world):
    """SIGSTOP beyond session and transaction timeout: the other takes over; the first, woken, writes nothing old."""
    world.put("ind", 400, 40)
    world.start("f1")
    world.until(lambda: world.counted() >= 400, "400 outputs")
    world.running["f1"].send_signal(signal.SIGSTOP)
    world.start("f2")
    world.put("ind", 400, 40)
    world.until(lambda: world.counted() >= 800, "800 outputs by f2")
    world.running["f1"].send_signal(signal.SIGCONT)
    world.put("ind", 400, 40)
    world.until(lambda: world.counted() >= 1200, "1200 outputs")
    world.check_exactly_once(1200)


def test_state_kept_on_reassignment_needs_the_tail_only(world):
    world.put("ind", 20000, 10000)
    world.start("f1")
    world.until(lambda: world.counted() >= 20000, "20000 outputs")
    world.start("f2")
    world.until(lambda: world.metric("f1", "parloeb_forloeb_partitions") == PARTITIONS / 2,
                "half is gone")
    world.until(lambda: world.ready("f1") and world.ready("f2"), "both ready")
    world.put("ind", 100, 100)
    world.until(lambda: world.counted() >= 20100, "20100 outputs")
    world.end("f2", signal.SIGKILL)
    world.until(lambda: world.metric("f1", "parloeb_forloeb_partitions") == PARTITIONS
                and world.metric("f1", "parloeb_forloeb_restoring_partitions") == 0,
                "all are back")
    # 10,000 entries, of which f2 changed at most 100; ends of partitions are counted too.
    assert world.metric("f1", "parloeb_forloeb_restored_records_total") <= 150
    world.until(lambda: world.metric("f1", "parloeb_forloeb_state_entries") == 10000,
                "10000 entries")
    world.put("ind", 10000, 10000)
    world.until(lambda: world.counted() >= 30100, "30100 outputs")
    world.check_exactly_once(30100)


def test_restart_restores_the_whole_state(world):
    world.put("ind", 60000, 30000)
    world.start("f1")
    world.until(lambda: world.counted() >= 60000, "60000 outputs")
    assert world.end("f1") == 0
    world.start("f1b")  # another name: nothing is left of the first but the topics
    world.until(lambda: world.ready("f1b"), "ready again")
    world.until(lambda: world.metric("f1b", "parloeb_forloeb_state_entries") == 30000,
                "30000 entries")
    world.put("ind", 30000, 30000)
    world.until(lambda: world.counted() >= 90000, "90000 outputs")
    world.check_exactly_once(90000)


def set_clock(world, *times):
    return [int(ms) for ms in world.call("clock", input="".join(f"{t}\n" for t in times)).split()]


def test_clock_steps_through_what_falls_due(topic_world):
    world = topic_world
    world.start("f1")
    world.start("f2")
    world.dispatch()
    world.until(lambda: all(world.ready(n) for n in ("f1", "f2", "d1")), "all ready")
    set_clock(world, 1000)
    world.put("ind", 40, 40, "due:5000")
    world.put("ind", 40, 40)  # counted at 1000
    set_clock(world, 4999)
    found = world.outputs()
    assert sum(t.startswith("timer") for v in found.values() for t in v) == 0
    assert sum(len(v) for v in found.values()) == 40
    set_clock(world, 6000)
    # clock set has returned: everything that fell due is there, and dispatch has read it.
    for key, texts in world.outputs().items():
        assert texts[-1] == "timer 5000", key
    assert world.metric("d1", "parloeb_dispatch_records_total") == 80
    spent = set_clock(world, *range(7000, 27000, 1000))
    print("ms per idle step:", sorted(spent))


def test_clock_waits_for_a_dead_owner(topic_world):
    world = topic_world
    world.start("f1")
    world.start("f2")
    world.dispatch()
    world.until(lambda: all(world.ready(n) for n in ("f1", "f2", "d1")), "all ready")
    set_clock(world, 1000)
    world.put("ind", 40, 40, "due:5000")
    set_clock(world, 2000)
    world.end("f2", signal.SIGKILL)
    set_clock(world, 6000)
    assert {k: v for k, v in world.outputs().items() if v != ["timer 5000"]} == {}
    assert len(world.outputs()) == 40


def test_clock_backwards_is_refused(topic_world):
    world = topic_world
    world.start("f1")
    world.dispatch()
    set_clock(world, 5000)
    with pytest.raises(subprocess.CalledProcessError):
        set_clock(world, 4000)
