# SPDX-License-Identifier: MPL-2.0
"""A stack of real processes in a folder of its own, made with deploy/up."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import urllib.request
import uuid
from collections import defaultdict
from pathlib import Path

import yaml
from devconfig import env_name, merge, read_env
from kafka import Cluster
from proc import Daemon, pick_port

from . import logs
from .http import Client
from .kafka import read_topic
from .wait import PATIENCE_S, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent.parent
UP_S = 300
CONSOLE_READS = ("ind", "forloeb", "ud", "svar", "afvist", "revision", "postkasse")


class Stack:
    """options: clock 'system' or 'topic'; sim: the booking simulator too; nodes 1 or 3;
    config: a tree of keys over the development configuration. Ends with close(), or `with`."""

    def __init__(self, clock="system", sim=False, nodes=1, config=None):
        tmp = os.environ.get("PARLOEB_TEST_TMP")
        self.dir = Path(tempfile.mkdtemp(prefix="stack-", dir=tmp))
        self.clock_kind, self.sim, self.nodes = clock, sim, nodes
        self.config = config or {}
        self.env = {}
        self.extra = []
        logs.watch(self.dir)

    # -- life -------------------------------------------------------------------------------------

    def up(self):
        """Starts what does not run."""
        argv = [ROOT / "deploy/up", "--dir", self.dir, "--clock", self.clock_kind,
                "--nodes", self.nodes, "--any-ports"]
        if not self.sim:
            argv.append("--no-sim")
        if self.config:
            file = self.dir / "override.yaml"
            file.write_text(yaml.safe_dump(self.config))
            argv += ["--config", file]
        done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=UP_S)
        if done.returncode != 0:
            raise AssertionError(f"deploy/up failed:\n{done.stdout}{done.stderr}")
        self.env = read_env(self.dir / "env")
        return self

    def down(self):
        for daemon in self.extra:
            daemon.stop()
        done = subprocess.run([str(ROOT / "deploy/down"), "--dir", str(self.dir)],
                              capture_output=True, text=True, timeout=UP_S)
        assert done.returncode == 0, f"deploy/down failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def close(self):
        self.down()
        logs.unwatch(self.dir)
        if not os.environ.get("PARLOEB_TEST_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- processes --------------------------------------------------------------------------------

    def daemon(self, name):
        """'gateway', 'forloeb', 'dispatch', 'console', 'booking', or the name of an extra one."""
        return Daemon(name, self.dir / f"run/{name}.pid", self.dir / f"log/{name}.log")

    def pid(self, name):
        return self.daemon(name).pid()

    def kill(self, name):
        assert self.daemon(name).kill() == "killed", f"{name} did not run"

    def stop(self, name):
        """SIGTERM and wait; the process must drain and end by itself."""
        assert self.daemon(name).stop(PATIENCE_S) == "stopped", f"{name} had to be killed"

    def pause(self, name):
        self.daemon(name).signal(signal.SIGSTOP)

    def resume(self, name):
        self.daemon(name).signal(signal.SIGCONT)

    def start(self):
        """Starts again what was killed or stopped, with the same configuration and data."""
        return self.up()

    def again(self, service):
        """Starts a killed service with the same configuration, and waits until it is ready."""
        program = self.program(f"parloeb-{service}")
        self.daemon(service).start([program, "--config", self.dir / "config/parloeb.yaml"])
        self.wait_ready(service)

    def kafka_kill(self, node=None):
        assert Cluster(self.dir).kill(node), "Kafka did not run"

    def kafka_stop(self, node=None):
        assert Cluster(self.dir).stop(node), "Kafka did not run"

    def kafka_start(self):
        Cluster(self.dir).start()

    def program(self, name):
        return str(Path(shlex.split(self.env["PARLOEB_CLI"])[0]).parent / name)

    def another(self, service, name):
        """One more process of a stateful service: `name` is its instance, its pid file and log.
        Returns the URL of its metrics."""
        return self._another(service, name, {"instance": name})

    def another_gateway(self, name):
        """One more gateway; returns its base URL."""
        listen = f"127.0.0.1:{pick_port()}"
        self._another("gateway", name, {"listen": listen})
        return f"http://{listen}"

    def _another(self, service, name, keys):
        tree = yaml.safe_load((self.dir / "config/parloeb.yaml").read_text())
        port = pick_port()
        tree = merge(tree, {service: {**keys, "management": f"127.0.0.1:{port}"}})
        file = self.dir / f"config/{name}.yaml"
        file.write_text(yaml.safe_dump(tree))
        daemon = self.daemon(name)
        daemon.start([self.program(f"parloeb-{service}"), "--config", file])
        self.extra.append(daemon)
        wait_until(lambda: self.ready(f"http://127.0.0.1:{port}"), f"{name} ready")
        return f"http://127.0.0.1:{port}/metrics"

    @staticmethod
    def ready(management):
        try:
            with urllib.request.urlopen(management + "/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def wait_ready(self, service):
        base = self.env[f"PARLOEB_METRICS_{service.upper()}"].removesuffix("/metrics")
        wait_until(lambda: self.ready(base), f"{service} ready")

    def wait_gone(self, name):
        wait_until(lambda: self.pid(name) is None, f"{name} gone")

    # -- reading and speaking ---------------------------------------------------------------------

    @property
    def gateway(self):
        return self.env["PARLOEB_GATEWAY"]

    @property
    def kafka(self):
        return self.env["PARLOEB_KAFKA"]

    def token(self, org):
        return self.env[f"PARLOEB_TOKEN_{env_name(org)}"]

    def client(self, org):
        return Client(self.gateway, self.token(org))

    def log(self, name):
        return (self.dir / f"log/{name}.log").read_text(errors="replace")

    def topic(self, name, committed=True):
        """Every record of parloeb.<name>."""
        return read_topic(self.kafka, f"parloeb.{name}", committed)

    def metrics(self, service):
        """{'name{labels}': value} of the service's page, or of the metrics URL given."""
        url = service if service.startswith("http") else (
            self.env[f"PARLOEB_METRICS_{service.upper()}"])
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            page = answer.read().decode()
        rows = re.findall(r"^([a-zA-Z_:][^#\s]*(?:\{.*\})?) (\S+)$", page, re.MULTILINE)
        return {name: float(value) for name, value in rows}

    def cli(self, *args, input=None, check=True, timeout_s=300):
        """Runs `parloeb ARGS`; CompletedProcess with text output."""
        done = subprocess.run([*shlex.split(self.env["PARLOEB_CLI"]), *map(str, args)], text=True,
                              input=input, capture_output=True, timeout=timeout_s)
        if check:
            assert done.returncode == 0, (
                f"parloeb {' '.join(map(str, args))}: exit {done.returncode}\n"
                f"{done.stdout}{done.stderr}")
        return done

    def cli_json(self, *args, **kw):
        return json.loads(self.cli(*args, "--json", **kw).stdout)

    def mailboxes(self, orgs):
        """{organisation: its mail}, with all that lies on ud now: a clock that is set waits for nobody who
        only reads, and the gateway may be a little behind. Mail that an operator discarded is waited for in vain."""
        there, withdrawn = defaultdict(set), set()
        for r in self.topic("ud"):
            there[r.key.decode()].add(r.headers["ce_leveringid"].decode())
            if "plb_tilbagekalder" in r.headers:
                withdrawn.add(str(uuid.UUID(bytes=r.headers["plb_tilbagekalder"])))

        def whole(org):
            mail = self.client(org).mail()
            missing = there[org] - withdrawn - {m["leveringid"] for m in mail}
            assert not missing, f"{len(missing)} missing"
            return [mail]

        return {org: wait_until(lambda: whole(org), f"the mailbox of {org}")[0] for org in orgs}  # noqa: B023

    def clock(self, time):
        """`parloeb clock set`: everything that falls due by then has been sent afterwards."""
        return self.cli("clock", "set", time)

    def settled(self):
        """On the topic clock, once it is set: returns when forloeb and dispatch have nothing left
        to do and the console has read all that came of it. It reads from the beginning in each
        life, so it has read as many records as there are."""
        self.clock(self.cli_json("clock", "show")["time"])
        there = sum(len(self.topic(name)) for name in CONSOLE_READS)
        wait_until(lambda: self.metrics("console")["parloeb_console_records_total"] >= there,
                   f"{there} records read by the console")
