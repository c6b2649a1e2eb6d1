# SPDX-License-Identifier: MPL-2.0
"""Transfers of services/common/http against OpenSSH's server."""

import os
import subprocess
from pathlib import Path

import pytest

from sftpserver import SftpServer

ROOT = Path(__file__).resolve().parents[3]
OVERFOER = (ROOT / (os.environ.get("PARLOEB_BIN") or "build/dev/bin")).parent / "tests/overfoer"


@pytest.fixture
def server(tmp_path):
    server = SftpServer(tmp_path / "sshd").start()
    yield server
    server.stop()


def overfoer(server, kind, body=b"", **more):
    """Outcome and what came."""
    keys = {"url": server.url, "user": server.user, "key_file": server.key_file, "known_hosts": server.known_hosts, **more}
    done = subprocess.run([OVERFOER, kind, *(f"{k}={v}" for k, v in keys.items())], input=body, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    head, _, rest = done.stdout.partition(b"\n")
    return head.decode().split(" ")[0], rest


def test_put_get_list_delete(server):
    body = os.urandom(300_000)
    assert overfoer(server, "sftp-laeg", body, navn="a.csv", midlertidig=".a.csv.del") == ("ok", b"")
    assert server.names() == ["a.csv"] and (server.files / "a.csv").read_bytes() == body
    # A second time: it takes the place of the first, whose left-over is written over.
    (server.files / ".a.csv.del").write_bytes(bytes(400_000))
    assert overfoer(server, "sftp-laeg", b"ny", navn="a.csv", midlertidig=".a.csv.del") == ("ok", b"")
    assert server.names() == ["a.csv"] and (server.files / "a.csv").read_bytes() == b"ny"
    assert overfoer(server, "sftp-hent", navn="a.csv") == ("ok", b"ny")
    assert overfoer(server, "sftp-hent", navn="a.csv", max=1)[0] == "for-stor"
    assert overfoer(server, "sftp-hent", navn="b.csv")[0] == "findes-ikke"
    (server.files / "b.csv").write_bytes(b"")
    assert overfoer(server, "sftp-hent", navn="b.csv") == ("ok", b"")
    names = overfoer(server, "sftp-navne")
    assert names[0] == "ok" and {b"a.csv", b"b.csv"} <= set(names[1].split(b"\n"))
    assert overfoer(server, "sftp-navne", max=4)[0] == "for-stor"
    assert overfoer(server, "sftp-slet", navn="a.csv") == ("ok", b"")
    assert server.names() == ["b.csv"]
    assert overfoer(server, "sftp-slet", navn="a.csv")[0] == "afvist"


def test_folder_of_the_login(server):
    """/~/ begins where the login does."""
    home = Path.home() / f".parloeb-test-{server.port}"
    home.mkdir()
    try:
        url = f"sftp://127.0.0.1:{server.port}/~/{home.name}/"
        assert overfoer(server, "sftp-laeg", b"x", url=url, navn="a.csv", midlertidig=".a") == ("ok", b"")
        assert [f.name for f in home.iterdir()] == ["a.csv"]
        assert overfoer(server, "sftp-slet", url=url, navn="a.csv") == ("ok", b"")
    finally:
        for file in home.iterdir():
            file.unlink()
        home.rmdir()


def test_folder_that_is_not_there(server):
    assert overfoer(server, "sftp-laeg", b"x", url=server.url + "nej/", navn="a.csv", midlertidig=".a")[0] == "findes-ikke"
    assert overfoer(server, "sftp-navne", url=server.url + "nej/")[0] == "findes-ikke"


@pytest.mark.parametrize("known", ["stranger", None])
def test_other_key_than_the_known(server, known):
    server.know(known)
    assert overfoer(server, "sftp-laeg", b"x", navn="a.csv", midlertidig=".a")[0] == "vaertsnoegle"
    assert server.names() == []


def test_known_hosts_that_is_not_there(server, tmp_path):
    assert overfoer(server, "sftp-navne", known_hosts=tmp_path / "nej")[0] == "vaertsnoegle"


def test_not_let_in(server, tmp_path):
    assert overfoer(server, "sftp-navne", key_file=server.dir / "stranger")[0] == "login"
    assert overfoer(server, "sftp-navne", key_file=tmp_path / "nej")[0] == "login"


def test_private_address(server):
    assert overfoer(server, "sftp-navne", private=0)[0] == "adresse"


def test_a_file_that_came_out_shorter_is_not_put_in_place(tmp_path):
    """The disk takes only a part and says nothing: the size tells."""
    server = SftpServer(tmp_path / "sshd", subsystem=f"/usr/bin/python3 {Path(__file__).parent / 'sftp_halv.py'}").start()
    try:
        (server.files / "a.csv").write_bytes(b"gammel")
        assert overfoer(server, "sftp-laeg", bytes(5000), navn="a.csv", midlertidig=".a")[0] == "afvist"
        assert (server.files / "a.csv").read_bytes() == b"gammel"
    finally:
        server.stop()
