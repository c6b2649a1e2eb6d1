# SPDX-License-Identifier: MPL-2.0
"""One gateway on real Kafka, without the other services: what its contract tests share."""

import hashlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import uuid
from pathlib import Path

import devconfig
import pytest
import yaml
from harness import Client, end_offsets, logs, read_topic, wait_until
from harness.wait import PATIENCE_S
from kafka import Cluster
from proc import Daemon, pick_port
from stack import ROOT, locked, run_quietly

PROGRAMS = ("parloeb", "parloeb-gateway", "gateway_relay", "gateway_withdraw", "load_feed")
CPR = "6101901234"  # made up: 60 added to the day


def programs():
    """The folder of the programs; built here unless PARLOEB_BIN names one."""
    if os.environ.get("PARLOEB_BIN"):
        return Path(os.environ["PARLOEB_BIN"]).resolve()
    with locked(ROOT / "build/release.lock", "waiting for another build"):
        if not (ROOT / "build/release/build.ninja").exists():
            run_quietly(["cmake", "--preset", "release"], "configuring failed")
        run_quietly(["cmake", "--build", ROOT / "build/release", "--target", *PROGRAMS],
                    "building failed")
    return ROOT / "build/release/bin"


class Gateway:
    """Kafka, its topics, and the gateway with a partner for each organisation."""

    def __init__(self, **options):
        self.bin = programs()
        self.dir = Path(tempfile.mkdtemp(prefix="gateway-", dir=os.environ.get("PARLOEB_TEST_TMP")))
        logs.watch(self.dir)
        self.cluster = Cluster(self.dir)
        self.daemon = Daemon("gateway", self.dir / "run/gateway.pid", self.dir / "log/gateway.log")
        self.port, self.mgmt_port, self.console_port = (pick_port() for _ in range(3))
        self.config = self.dir / "config/parloeb.yaml"
        self.partners = self.dir / "config/partnere"
        self.tokens = {org: uuid.uuid4().hex for org in devconfig.organisations()}
        self.tree = devconfig.configuration(self.dir, "system", 1, {"gateway": {
            "listen": f"127.0.0.1:{self.port}", "management": f"127.0.0.1:{self.mgmt_port}",
            "console": f"http://127.0.0.1:{self.console_port}", **options}})

    def up(self):
        self.cluster.start(1)
        devconfig.make_secrets(self.dir / "secrets")
        devconfig.write_partners(self.partners, self.dir / "secrets", self.tokens, None)
        devconfig.put(self.tree, "kafka.bootstrap", self.cluster.bootstrap())
        devconfig.write_configuration(self.config, self.tree)
        self.run("parloeb", "--config", self.config, "topics", "apply")
        self.start()
        return self

    def start(self):
        self.daemon.start([self.bin / "parloeb-gateway", "--config", self.config])
        wait_until(self.ready, "gateway ready")

    def close(self):
        self.daemon.stop()
        self.cluster.stop()
        logs.unwatch(self.dir)
        if not os.environ.get("PARLOEB_TEST_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)

    def run(self, program, *args, check=True):
        done = subprocess.run([str(self.bin / program), *map(str, args)], capture_output=True,
                              text=True, timeout=120)
        if check:
            assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
        return done

    # -- partners ---------------------------------------------------------------------------------

    def partner(self, name, orgs, **keys):
        """A partner file of its own for these organisations, read by SIGHUP; returns its token."""
        token = uuid.uuid4().hex
        for org in orgs:
            (self.partners / f"{devconfig.file_name(org)}.yaml").unlink(missing_ok=True)
        tree = {"navn": name, "organisationer": orgs, **keys,
                "tokens": [{"sha256": hashlib.sha256(token.encode()).hexdigest()}]}
        (self.partners / f"{name}.yaml").write_text(yaml.safe_dump(tree))
        self.daemon.signal(signal.SIGHUP)
        client = Client(self.base, token)
        wait_until(lambda: client.get("/v1/skemaer").status != 401, "partner file read")
        return token

    # -- speaking and looking ---------------------------------------------------------------------

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def bootstrap(self):
        return self.cluster.bootstrap()

    def client(self, org, token=None):
        return Client(self.base, token or self.tokens[org])

    def manage(self, path):
        return Client(f"http://127.0.0.1:{self.mgmt_port}", timeout_s=PATIENCE_S).get(path)

    def ready(self):
        try:
            return self.manage("/readyz").status == 200
        except OSError:
            return False

    def metric(self, name):
        page = self.manage("/metrics").body.decode()
        return float(re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE).group(1))

    def log(self):
        return self.daemon.log_file.read_text(errors="replace")

    def topic(self, name):
        return read_topic(self.bootstrap, f"parloeb.{name}")

    def ends(self, name="ind"):
        return end_offsets(self.bootstrap, f"parloeb.{name}")

    def relay(self, org, times=1, *more):
        """Everything on `ind` goes to the organisation's mailbox; the leveringids in order."""
        return self.run("gateway_relay", self.config, org, times, *more).stdout.split()

    def withdraw(self, org, *deliveries):
        """Withdraws deliveries of the organisation's mailbox; the leveringids of the withdrawals."""
        return self.run("gateway_withdraw", self.config, org, *deliveries).stdout.split()

    def delete_records(self, topic, partition, offset):
        """The log of a partition begins at `offset` afterwards (Kafka's DeleteRecords, version 1)."""
        name = f"parloeb.{topic}".encode()
        body = struct.pack(">hhih", 21, 1, 1, -1) + struct.pack(">ih", 1, len(name)) + name
        body += struct.pack(">iiqi", 1, partition, offset, 10000)
        host, port = self.bootstrap.split(":")
        with socket.create_connection((host, int(port)), timeout=20) as s, s.makefile("rb") as f:
            s.sendall(struct.pack(">i", len(body)) + body)
            answer = f.read(struct.unpack(">i", f.read(4))[0])
        low, error = struct.unpack(">qh", answer[-10:])
        assert (low, error) == (offset, 0), (low, error)


@pytest.fixture(scope="module")
def gateway():
    g = Gateway()
    try:
        yield g.up()
        # Whatever a test sent: no number of a person is ever written down.
        assert CPR not in g.log()
        if g.daemon.pid() is not None:
            assert CPR not in g.manage("/metrics").body.decode()
    finally:
        g.close()
