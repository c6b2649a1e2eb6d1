# SPDX-License-Identifier: MPL-2.0
"""Where dispatch does not go, and what it shows of itself where it does."""

import itertools
import os
import signal
import ssl
import subprocess
import threading
from http.server import ThreadingHTTPServer

import pytest
from bane import Bane
from harness import wait_until

KODER = itertools.count(5000)
A = b"personAAAAAAAAAA"
# Every spelling of an address that is ours, the cloud's or nobody's.
REFUSED = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
           "169.254.169.254", "224.0.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[fe80::1]", "[fd00::1]",
           "[64:ff9b::7f00:1]", "localhost"]


@pytest.fixture(scope="module")
def bane():
    os.environ["ALL_PROXY"] = "http://127.0.0.1:1"       # must not be used
    track = Bane()
    try:
        yield track.start()
    finally:
        del os.environ["ALL_PROXY"]
        track.close()


def ny(bane, **partner):
    org = f"kommune:{next(KODER)}"
    bane.partner(org, **partner)
    return org


def test_no_spelling_of_a_private_address_gets_through(bane):
    orgs = {ny(bane, url=f"https://{host}:{bane.modtager.server_address[1]}/", allow_private=False): host for host in REFUSED}
    bane.genindlaes()
    ids = {bane.besked(org, A): org for org in orgs}
    for id, org in ids.items():
        bane.vent(id, "forsoegt")
        (status, _), = bane.trin(id)
        assert "address" in status["aarsag"] or "URL" in status["aarsag"], (orgs[org], status["aarsag"])
    assert not [r for id in ids for r in bane.modtager.requests(id)]


def test_plain_http_is_refused_unless_allowed(bane):
    """Such a file is not taken at all, and the others stay in force."""
    org = ny(bane, url=bane.modtager.url + "/", allow_private=False)
    file = bane.dir / f"config/partnere/{org.replace(':', '-')}.yaml"
    bane.daemon.signal(signal.SIGHUP)
    wait_until(lambda: "partner files not taken" in bane.log() and file.name in bane.log(), "the fault told")
    file.unlink()
    bane.genindlaes()


def test_a_redirect_is_not_followed(bane):
    org = ny(bane)
    bane.genindlaes()
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: (307, {"Location": bane.modtager.url + "/andetsteds"})
    id = bane.besked(org, A)
    bane.vent(id, "forsoegt", "parkeret")
    assert [r["path"] for r in bane.modtager.requests(id)] == [bane.sti(org)]


def test_an_endless_answer_is_cut(bane):
    sent = []

    def endless(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        try:
            while len(sent) < 100000:
                handler.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                sent.append(1)
        except OSError:
            pass

    org = ny(bane)
    bane.genindlaes()
    bane.modtager.svar[bane.sti(org)] = lambda nr, event: endless if nr == 1 else 204
    id = bane.besked(org, A)
    bane.vent(id, "forsoegt", "leveret")
    assert len(sent) < 100000


def certificate(folder, name, *more):
    done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                           folder / f"{name}.key", "-out", folder / f"{name}.pem", "-days", "2", "-subj", f"/CN={name}", *more],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / f"{name}.pem", folder / f"{name}.key"


def test_each_recipient_has_its_own_client_certificate(bane):
    server_pem, server_key = certificate(bane.dir, "server", "-addext", "subjectAltName=IP:127.0.0.1")
    ours, others = certificate(bane.dir, "vores"), certificate(bane.dir, "andres")
    server = ThreadingHTTPServer(("127.0.0.1", 0), bane.modtager.RequestHandlerClass)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_pem, server_key)
    context.load_verify_locations(ours[0])
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    for name in ("secret", "lock", "gange", "set", "svar", "samtidige", "flest"):
        setattr(server, name, getattr(bane.modtager, name))
    server.daemon_threads, server.handle_error = True, lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://127.0.0.1:{server.server_address[1]}/certifikat"
    good, bad, none = (ny(bane, url=url, ca=str(server_pem), **more) for more in (
        {"cert": str(ours[0]), "key": str(ours[1])}, {"cert": str(others[0]), "key": str(others[1])}, {}))
    bane.genindlaes()
    try:
        id = bane.besked(good, A)
        bane.vent(id, "leveret")
        refused = [bane.besked(org, A) for org in (bad, none)]
        for other in refused:
            wait_until(lambda other=other: "forsoegt" in bane.navne(other), "told")
        assert [r["id"] for r in bane.modtager.set if r["path"] == "/certifikat"] == [id]
    finally:
        server.shutdown()
        server.server_close()
