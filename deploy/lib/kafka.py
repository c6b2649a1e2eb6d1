# SPDX-License-Identifier: MPL-2.0
"""Apache Kafka in KRaft mode on this machine: the nodes of one folder, started and stopped."""

import base64
import json
import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

from proc import (
    Daemon, Failed, pick_port, port_open, require_port, uninterrupted, wait_until,
)

LOGGING = Path(__file__).resolve().parent.parent / "kafka/log4j2.properties"
VERSION = "4.2.0"
READY_S = 120


def jars():
    cache = Path(os.environ.get("PARLOEB_CACHE") or Path.home() / ".cache/parloeb")
    folder = cache / f"kafka-{VERSION}"
    if not folder.is_dir():
        raise Failed(f"Kafka is not in {folder}: run deploy/install-deps")
    return folder


def java(heap, *args):
    return ["java", f"-Xmx{heap}", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
            "-Djava.awt.headless=true", f"-Dlog4j2.configurationFile={LOGGING}",
            "-cp", f"{jars()}/*", *[str(a) for a in args]]


class Cluster:
    """The nodes of one folder, and what stays the same from start to start (kafka/cluster.json)."""

    def __init__(self, folder):
        self.dir = Path(folder).resolve()
        self.home = self.dir / "kafka"
        self.file = self.home / "cluster.json"
        self.known = json.loads(self.file.read_text()) if self.file.exists() else None

    def _create(self, nodes, port):
        taken, rows = [], []
        for n in range(nodes):
            broker = port + n if port else pick_port(taken=taken)
            taken.append(broker)
            controller = pick_port(taken=taken)
            taken.append(controller)
            rows.append({"node": n + 1, "broker": broker, "controller": controller})
        identity = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self.known = {"id": identity, "heap": None, "nodes": rows}

    def save(self):
        self.home.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.known, indent=1) + "\n")
        (self.home / "bootstrap").write_text(self.bootstrap() + "\n")

    def bootstrap(self):
        return ",".join(f"127.0.0.1:{row['broker']}" for row in self.known["nodes"])

    def rows(self, node=None):
        if self.known is None:
            return []
        return [r for r in self.known["nodes"] if node is None or r["node"] == node]

    def daemon(self, row):
        n = row["node"]
        return Daemon(f"kafka-{n}", self.home / str(n) / "pid", self.dir / f"log/kafka-{n}.log")

    def properties(self, row):
        nodes = len(self.known["nodes"])
        voters = ",".join(f"{r['node']}@127.0.0.1:{r['controller']}" for r in self.known["nodes"])
        in_sync = 2 if nodes >= 3 else 1
        return {
            "process.roles": "broker,controller",
            "node.id": row["node"],
            "controller.quorum.voters": voters,
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://127.0.0.1:{row['broker']},"
                         f"CONTROLLER://127.0.0.1:{row['controller']}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": self.home / str(row["node"]) / "data",
            # What the services count on.
            "auto.create.topics.enable": "false",
            "log.message.timestamp.type": "LogAppendTime",
            "offsets.retention.minutes": 60 * 24 * 60,
            "default.replication.factor": nodes,
            "min.insync.replicas": in_sync,
            "offsets.topic.replication.factor": nodes,
            "transaction.state.log.replication.factor": nodes,
            "transaction.state.log.min.isr": in_sync,
            "share.coordinator.state.topic.replication.factor": nodes,
            "share.coordinator.state.topic.min.isr": in_sync,
            # Small and quick: one machine, short lives.
            "offsets.topic.num.partitions": 10,
            "transaction.state.log.num.partitions": 10,
            "group.initial.rebalance.delay.ms": 0,
            # A killed node may come back under its id only when its old session has run out.
            "broker.heartbeat.interval.ms": 1000,
            "broker.session.timeout.ms": 5000,
            "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
            "log.index.size.max.bytes": 1024 * 1024,
            "num.network.threads": 2,
            "num.io.threads": 4,
        }

    def write_properties(self, row):
        folder = self.home / str(row["node"])
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{k}={v}\n" for k, v in self.properties(row).items())
        (folder / "server.properties").write_text(text)
        return folder / "server.properties"

    def start(self, nodes=None, port=None, heap=None):
        """Starts the nodes that do not run and waits until each is ready; how many it started.

        A failure leaves nothing running that this call started.
        """
        self._settle(nodes, port, heap)
        down = [r for r in self.rows() if self.daemon(r).pid() is None]
        for row in down:
            require_port(row["broker"], f"Kafka node {row['node']}")
            require_port(row["controller"], f"the controller of Kafka node {row['node']}")
        self.save()
        configs = {row["node"]: self.write_properties(row) for row in down}
        self._format([r for r in down if not self._formatted(r)], configs)
        started = []
        try:
            for row in down:
                daemon = self.daemon(row)
                started.append(daemon)
                daemon.start(java(self.known["heap"], "kafka.Kafka", configs[row["node"]]))
            for row in down:
                self._wait_ready(row)
        except BaseException:
            with uninterrupted():
                for daemon in started:
                    daemon.kill()
            raise
        return len(down)

    def _settle(self, nodes, port, heap):
        """What was decided at the first start stays; another wish is a fault."""
        if self.known is None:
            self._create(nodes or 1, port)
        elif nodes and nodes != len(self.known["nodes"]):
            raise Failed(f"{self.home} was made with {len(self.known['nodes'])} node(s)")
        elif port and port != self.known["nodes"][0]["broker"]:
            raise Failed(f"{self.home} was made with port {self.known['nodes'][0]['broker']}")
        self.known["heap"] = heap or self.known["heap"] or "512m"

    def _formatted(self, row):
        return (self.home / str(row["node"]) / "data/meta.properties").exists()

    def _format(self, rows, configs):
        """Formats the nodes' data folders, side by side."""
        tools = []
        for row in rows:
            argv = java("128m", "kafka.tools.StorageTool", "format",
                        f"--cluster-id={self.known['id']}", f"--config={configs[row['node']]}")
            tools.append((row, subprocess.Popen(argv, stdout=subprocess.PIPE,
                                                stderr=subprocess.STDOUT, text=True)))
        for row, tool in tools:
            out, _ = tool.communicate(timeout=READY_S)
            if tool.returncode:
                raise Failed(f"cannot format the storage of Kafka node {row['node']}:\n{out}")

    def _wait_ready(self, row):
        """The broker opens its port when it has caught up and may serve."""
        daemon = self.daemon(row)
        wait_until(lambda: daemon.pid() is None or port_open(row["broker"]), READY_S)
        if daemon.pid() is None or not port_open(row["broker"]):
            raise Failed(f"Kafka node {row['node']} did not become ready; its log: "
                         f"{daemon.log_file}\n{daemon.log_tail()}")

    def running(self, node=None):
        return [d for d in map(self.daemon, self.rows(node)) if d.pid() is not None]

    def stop(self, node=None):
        """Stops the nodes; [(name, 'stopped' or 'killed')]."""
        running = self.running(node)
        # All are asked first: the last of three alone has no quorum to say goodbye to.
        for daemon in running:
            daemon.signal(signal.SIGTERM)
        return [(d.name, "killed" if d.stop(15) == "killed" else "stopped") for d in running]

    def kill(self, node=None):
        """SIGKILL to the nodes; [(name, 'killed')]."""
        return [(d.name, d.kill()) for d in self.running(node)]
