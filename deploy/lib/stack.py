# SPDX-License-Identifier: MPL-2.0
"""The stack of one folder D: Kafka, the services and the simulated booking system.

    D/env            what a client needs, as shell assignments
    D/stack.json     what was decided at the first start: clock, nodes, ports
    D/config         parloeb.yaml, partnere/
    D/secrets        keys, webhook secrets
    D/run, D/log     a pid file and a log for each process
    D/kafka, D/data  Kafka's data, the console's database
"""

import fcntl
import json
import os
import shlex
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import devconfig
from devconfig import ROOT, get, put
from kafka import Cluster
from proc import (
    Daemon, Failed, pick_port, port_free, port_holder, require_port, uninterrupted, wait_until,
)

# In the order of starting; stopped the other way round.
SERVICES = ("forloeb", "dispatch", "console", "gateway")
PROGRAMS = tuple(f"parloeb-{s}" for s in SERVICES) + ("parloeb", "parloeb-sim")
# Keys of the configuration that are addresses to listen on.
ADDRESSES = ("gateway.listen", "gateway.management", "forloeb.management", "dispatch.management",
             "console.listen", "console.management")
READY_S = 120
STOP_S = 20


@contextmanager
def locked(path, waiting=None):
    """Holds the lock file for the duration."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                print(waiting, flush=True)
            fcntl.flock(f, fcntl.LOCK_EX)
        yield


def build(say, *more):
    """Builds the programs and `more` targets (preset release) and returns their folder.

    PARLOEB_BIN names a folder with programs built elsewhere, such as a sanitizer build.
    """
    if os.environ.get("PARLOEB_BIN"):
        return Path(os.environ["PARLOEB_BIN"]).resolve()
    folder = ROOT / "build/release"
    with locked(ROOT / "build/release.lock", "waiting for another build"):
        if not (folder / "build.ninja").exists():
            say("configuring (preset release)")
            run_quietly(["cmake", "--preset", "release"], "configuring failed")
        run_quietly(["cmake", "--build", folder, "--target", *PROGRAMS, *more],
                    "building failed",
                    lambda: say("building (preset release)"))
    return folder / "bin"


def run_quietly(argv, fault, slow=lambda: None):
    """Runs a command; its output is shown only when it fails. slow() is called when it takes long."""
    argv = [str(a) for a in argv]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as child:
        try:
            out, _ = child.communicate(timeout=2)
        except subprocess.TimeoutExpired:
            slow()
            out, _ = child.communicate()
    if child.returncode:
        raise Failed(f"{fault} ({' '.join(argv[:3])} …):\n{out}")


def http_ok(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError, ValueError):
        return False


class Stack:
    def __init__(self, folder):
        self.dir = Path(folder).resolve()
        self.env_file = self.dir / "env"
        self.config_file = self.dir / "config/parloeb.yaml"
        self.file = self.dir / "stack.json"
        self.known = json.loads(self.file.read_text()) if self.file.exists() else None
        self.kafka = Cluster(self.dir)

    def daemon(self, name):
        return Daemon(name, self.dir / f"run/{name}.pid", self.dir / f"log/{name}.log")

    def daemons(self):
        """Everything but Kafka, in the order of starting."""
        return [self.daemon(name) for name in (*SERVICES, "booking")]

    def running(self):
        """(name, pid) of what runs now."""
        return [(d.name, d.pid()) for d in self.kafka.running() + self.daemons() if d.pid()]

    # -- deciding ---------------------------------------------------------------------------------

    def settle(self, clock, nodes, sim, config, any_ports=False):
        """What the first start decides for good, and what this start may choose anew."""
        if self.known is None:
            self.known = {"clock": clock or "system", "nodes": nodes or 1, "ports": {},
                          "any_ports": any_ports}
        for name, wish in (("clock", clock), ("nodes", nodes)):
            if wish is not None and wish != self.known[name]:
                raise Failed(f"{self.dir} was made with --{name} {self.known[name]}; "
                             "take another --dir, or remove that folder")
        config = str(Path(config).resolve()) if config else self.known.get("config")
        if not self.running():
            self.known["sim"] = sim
        elif config != self.known["config"]:
            raise Failed(f"{self.dir} runs with another configuration; end it first: deploy/down")
        self.known["config"] = config

    def configure(self, say):
        """Writes configuration, partner files and env; picks ports where none are fixed."""
        override = devconfig.load(self.known["config"]) if self.known["config"] else {}
        tree = devconfig.configuration(self.dir, self.known["clock"], self.known["nodes"], override)
        ports = self.known["ports"]
        for key in ADDRESSES:
            if get(override, key):
                continue        # the operator's own: used as it is
            host, _, wanted = get(tree, key).rpartition(":")
            ports[key] = ports.get(key) or self._pick(key, int(wanted), say)
            put(tree, key, f"{host}:{ports[key]}")
        if not get(override, "gateway.console"):
            put(tree, "gateway.console", f"http://{get(tree, 'console.listen')}")
        if not get(override, "kafka.bootstrap"):
            if "kafka" not in ports:
                wanted = int(get(tree, "kafka.bootstrap").rpartition(":")[2])
                ports["kafka"] = self._pick("kafka", wanted, say, run=self.known["nodes"])
            put(tree, "kafka.bootstrap", ",".join(
                f"127.0.0.1:{ports['kafka'] + n}" for n in range(self.known["nodes"])))
        if self.known["sim"] and "booking" not in ports:
            ports["booking"] = self._pick("booking", 8090, say)
        self._write(tree)

    def _pick(self, what, wanted, say, run=1):
        taken = set(self.known["ports"].values())
        if self.known["any_ports"]:
            wanted = None
        first = pick_port(wanted, taken)
        while not all(port_free(first + n) and first + n not in taken for n in range(run)):
            first = pick_port(None, taken)
        if wanted not in (first, None, *taken):
            say(f"port {wanted} ({what}) is in use by {port_holder(wanted)}; taking {first}")
        return first

    def _write(self, tree):
        self.dir.mkdir(parents=True, exist_ok=True)
        self.dir.chmod(0o700)
        (self.dir / "data").mkdir(exist_ok=True)
        self.file.write_text(json.dumps(self.known, indent=1) + "\n")
        devconfig.make_secrets(self.dir / "secrets")
        tokens = devconfig.tokens_of(self.env_file)
        booking = f"127.0.0.1:{self.known['ports']['booking']}" if self.known["sim"] else None
        devconfig.write_partners(self.dir / "config/partnere", self.dir / "secrets", tokens, booking)
        devconfig.write_configuration(self.config_file, tree)
        self._tree, self._tokens = tree, tokens

    def write_env(self, binaries):
        tree = self._tree
        scheme = "https" if get(tree, "gateway.tls.cert") else "http"
        env = {
            "PARLOEB_GATEWAY": f"{scheme}://{get(tree, 'gateway.listen')}",
            "PARLOEB_CONSOLE": f"http://{get(tree, 'console.listen')}",
            "PARLOEB_KAFKA": get(tree, "kafka.bootstrap"),
            "PARLOEB_CLI": f"{shlex.quote(str(binaries / 'parloeb'))} "
                           f"--config {shlex.quote(str(self.config_file))}",
        }
        for service in SERVICES:
            env[f"PARLOEB_METRICS_{service.upper()}"] = (
                f"http://{get(tree, service + '.management')}/metrics")
        for org, token in self._tokens.items():
            env[f"PARLOEB_TOKEN_{devconfig.env_name(org)}"] = token
        devconfig.write_private(self.env_file, "".join(
            f"{name}={shlex.quote(value)}\n" for name, value in env.items()))

    # -- starting and stopping --------------------------------------------------------------------

    def up(self, binaries, say):
        """Starts what does not run. On any failure, what this call started is stopped again."""
        began = dict(self.running())
        try:
            with locked(Path(tempfile.gettempdir()) / f"parloeb-up-{os.getuid()}.lock"):
                if not began:
                    self.configure(say)
                else:
                    self._reread()
                devconfig.make_proof_key(self.dir / "secrets", binaries / "parloeb")
                self.write_env(binaries)
                self._start_kafka(say)
                self._apply_topics(binaries, say)
                if self.known["sim"]:
                    self._start_booking(binaries, say)
                self._start_services(binaries, say)
        except BaseException:
            with uninterrupted():
                self.down(say, keep=began)
            raise

    def _reread(self):
        """Something runs: the configuration stays as it is."""
        self._tree = devconfig.load(self.config_file)
        self._tokens = devconfig.tokens_of(self.env_file)

    def _start_kafka(self, say):
        if "kafka" not in self.known["ports"]:
            say(f"kafka: the configuration's own ({get(self._tree, 'kafka.bootstrap')})")
            return
        began = time.monotonic()
        if self.kafka.start(self.known["nodes"], self.known["ports"]["kafka"]):
            say(f"kafka ready at {self.kafka.bootstrap()} ({time.monotonic() - began:.1f} s)")
        else:
            say(f"kafka runs already at {self.kafka.bootstrap()}")

    def _apply_topics(self, binaries, say):
        cli = [str(binaries / "parloeb"), "--config", str(self.config_file), "topics"]
        run_quietly([*cli, "apply"], "parloeb topics apply failed")
        # A created topic is known to the controller first, to the brokers a little later.
        if not wait_until(lambda: subprocess.run([*cli, "plan"], capture_output=True).returncode == 0,
                          READY_S, 0.2):
            raise Failed("topics are missing after parloeb topics apply")
        say("topics are there")

    def _start_booking(self, binaries, say):
        address = f"127.0.0.1:{self.known['ports']['booking']}"
        daemon = self.daemon("booking")
        if daemon.pid():
            say(f"booking simulator runs already at {address} (pid {daemon.pid()})")
            return
        require_port(self.known["ports"]["booking"], "the booking simulator")
        daemon.start([binaries / "parloeb-sim", "booking", "--listen", address,
                      "--secrets", self.dir / "secrets/webhook",
                      "--gateway", f"http://{get(self._tree, 'gateway.listen')}",
                      "--tokens", self.env_file, "--report", self.dir / "booking.json"])
        say(f"booking simulator at {address}")

    def _start_services(self, binaries, say):
        began = time.monotonic()
        already = [s for s in SERVICES if self.daemon(s).pid()]
        for service in SERVICES:
            daemon = self.daemon(service)
            if service in already:
                say(f"{service} runs already (pid {daemon.pid()})")
                continue
            for key in (k for k in ADDRESSES if k.startswith(service + ".")):
                require_port(int(get(self._tree, key).rpartition(":")[2]), key)
            daemon.start([binaries / f"parloeb-{service}", "--config", self.config_file])
        for service in SERVICES:
            self._wait_ready(service)
            if service in already:
                continue
            listen = get(self._tree, f"{service}.listen")
            say(f"{service} ready" + (f" at {listen}" if listen else "")
                + f" ({time.monotonic() - began:.1f} s)")

    def _wait_ready(self, service):
        daemon = self.daemon(service)
        url = f"http://{get(self._tree, service + '.management')}/readyz"
        answered = wait_until(lambda: daemon.pid() is None or http_ok(url), READY_S)
        if daemon.pid() is None:
            raise Failed(f"{service} ended; its log: {daemon.log_file}\n{daemon.log_tail()}")
        if not answered:
            raise Failed(f"{service} is not ready after {READY_S} s ({url}); its log: "
                         f"{daemon.log_file}\n{daemon.log_tail()}")

    def down(self, say, keep=()):
        """Stops everything but the names in `keep`; whether anything ran."""
        stopped = False
        for daemon in reversed(self.daemons()):
            if daemon.name not in keep and daemon.pid():
                outcome = daemon.stop(STOP_S)
                say(f"{daemon.name} {outcome if outcome != 'none' else 'stopped'}")
                stopped = True
        if not any(name.startswith("kafka-") for name in keep):
            for name, outcome in self.kafka.stop():
                say(f"{name} {outcome}")
                stopped = True
        return stopped
