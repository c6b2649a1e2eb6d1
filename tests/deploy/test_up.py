# SPDX-License-Identifier: MPL-2.0
"""deploy/up and deploy/down with real Kafka and fake services."""

import csv
import hashlib
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import yaml
from devconfig import read_env
from harness import wait_until
from proc import Daemon

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES = ("gateway", "forloeb", "dispatch", "console")


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bin")
    for service in SERVICES:
        (folder / f"parloeb-{service}").symlink_to(ROOT / "tests/deploy/fake/service")
    for name, body in (("parloeb", "exit 0"), ("parloeb-sim", "exec sleep 600")):
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def run(programs, tmp_path):
    """Calls deploy/<name> --dir D; everything is down again afterwards."""
    folder = tmp_path / "D"
    env = {**os.environ, "PARLOEB_BIN": str(programs)}

    def call(name, *args, **more):
        argv = [str(ROOT / "deploy" / name), "--dir", str(folder), *map(str, args)]
        return subprocess.run(argv, capture_output=True, text=True, timeout=300,
                              env={**env, **more})

    call.dir, call.env = folder, env
    yield call
    call("down")


def of_stack(folder):
    """Command lines that name the folder: what a stack has running."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line and int(file.parent.name) != os.getpid():
            found.append(line)
    return found


def pid(run, service):
    return Daemon(service, run.dir / f"run/{service}.pid", "/dev/null").pid()


def codes(name):
    with open(ROOT / f"config/koder/{name}.csv", newline="") as f:
        return [row["kode"] for row in csv.DictReader(f)]


def test_a_life(run):
    first = run("up", "--clock", "topic")
    assert first.returncode == 0, first.stdout + first.stderr
    env = read_env(run.dir / "env")
    check_env(run, env)
    check_partners(run, env)

    second = run("up")
    assert second.returncode == 0, second.stderr
    for service in SERVICES:
        assert f"{service} runs already (pid {pid(run, service)})" in second.stdout
    assert read_env(run.dir / "env") == env

    other = run("up", "--clock", "system")
    assert other.returncode == 1 and "was made with --clock topic" in other.stderr

    killed = pid(run, "forloeb")
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: pid(run, "forloeb") is None, "forloeb gone")
    again = run("up")
    assert again.returncode == 0, again.stderr
    assert "forloeb ready" in again.stdout and "gateway runs already" in again.stdout
    assert pid(run, "forloeb") not in (None, killed)

    down = run("down")
    assert down.returncode == 0
    order = re.findall(r"^down: (\S+) stopped$", down.stdout, re.MULTILINE)
    assert order == ["booking", "gateway", "console", "dispatch", "forloeb", "kafka-1"]
    assert of_stack(run.dir) == []
    assert "nothing runs" in run("down").stdout

    back = run("up", "--no-sim")
    assert back.returncode == 0, back.stderr
    assert read_env(run.dir / "env") == env
    assert "webhook" not in yaml.safe_load((run.dir / "config/partnere/kommune-0461.yaml").read_text())


def check_env(run, env):
    assert env["PARLOEB_GATEWAY"].startswith("http://127.0.0.1:")
    assert env["PARLOEB_CONSOLE"].startswith("http://127.0.0.1:")
    assert env["PARLOEB_CLI"].endswith(f"--config {run.dir}/config/parloeb.yaml")
    for service in SERVICES:
        assert env[f"PARLOEB_METRICS_{service.upper()}"].endswith("/metrics")
    assert len(codes("kommuner")) == 98
    wanted = ["DFDG_STAR"] + [f"AKASSE_{c.upper()}" for c in codes("akasser")]
    wanted += [f"KOMMUNE_{c}" for c in codes("kommuner")]
    tokens = {k.removeprefix("PARLOEB_TOKEN_"): v for k, v in env.items() if "_TOKEN_" in k}
    assert sorted(tokens) == sorted(wanted)
    assert len(set(tokens.values())) == len(tokens)
    sourced = subprocess.run(["sh", "-c", f". {run.dir}/env; echo $PARLOEB_TOKEN_KOMMUNE_0461"],
                             capture_output=True, text=True, check=True)
    assert sourced.stdout.strip() == tokens["KOMMUNE_0461"]


def check_partners(run, env):
    """A file each, with the token's hash and never the token; secrets for their owner alone."""
    text = "".join(f.read_text() for f in (run.dir / "config").rglob("*.yaml"))
    for name, token in env.items():
        if "_TOKEN_" in name:
            assert token not in text
            assert hashlib.sha256(token.encode()).hexdigest() in text
    partner = yaml.safe_load((run.dir / "config/partnere/kommune-0461.yaml").read_text())
    assert partner["webhook"]["allow_private"] is True
    secret = Path(partner["webhook"]["secrets"][0])
    assert secret.read_text().startswith("whsec_")
    config = yaml.safe_load((run.dir / "config/parloeb.yaml").read_text())
    assert (config["clock"], config["cpr"]) == ("topic", "wide")
    keys = [Path(config["secrets"][k]) for k in ("person_key", "data_key", "hmac_key")]
    assert all(re.fullmatch("[0-9a-f]{64}\n", key.read_text()) for key in keys)
    for file in (*keys, secret, run.dir / "env"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_a_service_that_does_not_start_takes_all_down(run):
    done = run("up", "--no-sim", FAKE_FAILS="dispatch")
    assert done.returncode == 1
    assert "dispatch ended" in done.stderr
    assert "planted: this one does not start" in done.stderr
    assert of_stack(run.dir) == []


def starting(run):
    """A deploy/up that is still at it whenever it is interrupted: one service is never ready."""
    return subprocess.Popen([str(ROOT / "deploy/up"), "--dir", str(run.dir)], text=True, env={**run.env, "FAKE_WAITS": "console"},
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)


@pytest.mark.parametrize("moment", ["up: kafka ready", "up: booking simulator at"])
def test_ctrl_c_leaves_nothing_running(run, moment):
    with starting(run) as up:
        line = next(line for line in up.stdout if line.startswith(moment))
        os.killpg(up.pid, signal.SIGINT)
        rest = up.stdout.read()
        assert up.wait(60) == 130, line + rest
    assert "nothing is left running" in rest
    assert of_stack(run.dir) == []


def test_ctrl_c_while_kafka_starts(run):
    with starting(run) as up:
        wait_until(lambda: list(run.dir.glob("kafka/1/pid")), "a broker's pid file")
        os.killpg(up.pid, signal.SIGINT)
        assert up.wait(60) == 130, up.stdout.read()
    assert of_stack(run.dir) == []


def test_ports_in_use_are_named(run, tmp_path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        (tmp_path / "c.yaml").write_text(f"gateway: {{listen: '127.0.0.1:{port}'}}\n")
        done = run("up", "--no-sim", "--config", tmp_path / "c.yaml")
    assert done.returncode == 1
    assert re.search(rf"port {port} for gateway.listen is in use by \S+ \(pid {os.getpid()}\)",
                     done.stderr)
    assert of_stack(run.dir) == []


def test_a_configuration_goes_over_the_development_one(run, tmp_path):
    (tmp_path / "c.yaml").write_text(
        "gateway: {rate: 7}\nforloeb: {batch_ms: 50}\nsecrets: {hmac_key: keys/own}\n")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/own").write_text("ab" * 32 + "\n")
    done = run("up", "--no-sim", "--config", tmp_path / "c.yaml")
    assert done.returncode == 0, done.stderr
    config = yaml.safe_load((run.dir / "config/parloeb.yaml").read_text())
    assert (config["gateway"]["rate"], config["forloeb"]["batch_ms"]) == (7, 50)
    assert config["secrets"]["hmac_key"] == str(tmp_path / "keys/own")
    assert config["cpr"] == "wide"
