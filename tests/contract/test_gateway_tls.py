# SPDX-License-Identifier: MPL-2.0
"""The partners' port with TLS: a client certificate in place of a token."""

import hashlib
import json
import ssl
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass

import pytest
import yaml
from gateway_stack import Gateway
from harness import Client, wait_until

ORG = "akasse:min"
CVR, SYSTEM = "12345678", "35bf992d-c9e9-4616-a12e-7696a6cecc1b"


def openssl(*args, cwd):
    subprocess.run(["openssl", *args], cwd=cwd, check=True, capture_output=True, timeout=60)


def oces3(name, cvr=CVR, system=SYSTEM):
    """The subject of an OCES3 system certificate."""
    return f"/C=DK/2.5.4.97=NTRDK-{cvr}/O=Eksempel/serialNumber=UI:DK-O:G:{system}/CN={name}"


def certificate(folder, name, issuer=None, extra=(), subject=None):
    """name.pem and name.key: by themselves, or signed by another."""
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
            "-out", f"{name}.csr", "-subj", subject or f"/CN={name}", cwd=folder)
    sign = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial"] if issuer else [
        "-signkey", f"{name}.key"]
    text = "\n".join(extra) or "basicConstraints=critical,CA:FALSE"
    (folder / f"{name}.ext").write_text(text + "\n")
    openssl("x509", "-req", "-in", f"{name}.csr", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem",
            *sign, cwd=folder)


@dataclass
class Port:
    gateway: Gateway
    folder: object

    def get(self, path, cert=None, token=None):
        """(status, JSON) over TLS."""
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        if cert:
            context.load_cert_chain(self.folder / f"{cert}.pem", self.folder / f"{cert}.key")
        request = urllib.request.Request(f"https://127.0.0.1:{self.gateway.port}{path}")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, context=context, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as e:
            with e:
                return e.code, json.loads(e.read())


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    certificate(folder, "ca", extra=["basicConstraints=critical,CA:TRUE"])
    certificate(folder, "server", "ca", ["subjectAltName=IP:127.0.0.1"])
    for name in ("known", "stranger"):
        certificate(folder, name, "ca")
    certificate(folder, "selfmade", subject=oces3("selfmade"))
    for name, more in (("system", {}), ("renewed", {}), ("other-cvr", {"cvr": "87654321"}), ("other-system", {"system": SYSTEM[::-1]})):
        certificate(folder, name, "ca", subject=oces3(name, **more))
    gateway = Gateway(tls={"cert": str(folder / "server.pem"), "key": str(folder / "server.key"),
                           "client_ca": str(folder / "ca.pem")})
    try:
        gateway.up()
        der = ssl.PEM_cert_to_DER_cert((folder / "known.pem").read_text())
        file = gateway.partners / "akasse-min.yaml"
        tree = yaml.safe_load(file.read_text())
        tree["certificates"] = [{"sha256": hashlib.sha256(der).hexdigest()}]
        tree["systemer"] = [{"cvr": CVR, "uuid": SYSTEM}]
        file.write_text(yaml.safe_dump(tree))
        gateway.daemon.stop()
        gateway.start()
        yield Port(gateway, folder)
    finally:
        gateway.close()


def test_a_known_certificate_is_its_partner(port):
    status, page = port.get("/v1/feed", cert="known")
    assert status == 200 and page["haendelser"] == []
    assert port.get("/v1/feed?organisation=akasse:hk", cert="known")[0] == 403


def test_a_known_system_is_its_partner_whatever_certificate_it_has_now(port):
    for name in ("system", "renewed"):
        assert port.get("/v1/feed", cert=name)[0] == 200
    for name in ("other-cvr", "other-system"):
        assert port.get("/v1/feed", cert=name)[0] == 401


def test_others_are_nobody(port):
    assert port.get("/v1/feed")[0] == 401
    assert port.get("/v1/feed", cert="stranger")[0] == 401


def test_a_certificate_of_another_issuer_is_nobody(port):
    try:
        status, _ = port.get("/v1/feed", cert="selfmade")
    except (OSError, urllib.error.URLError):
        return  # refused in the handshake
    assert status == 401


def test_tokens_work_too_and_a_wrong_one_is_not_made_good(port):
    assert port.get("/v1/feed", token=port.gateway.tokens[ORG])[0] == 200
    assert port.get("/v1/feed", cert="known", token="wrong")[0] == 401


def test_plain_http_is_no_way_in(port):
    def refused():
        try:
            return Client(port.gateway.base, timeout_s=5).get("/v1/skemaer").status >= 400
        except OSError:
            return True

    assert refused()
    wait_until(lambda: port.get("/v1/feed", cert="known")[0] == 200, "others are served")
