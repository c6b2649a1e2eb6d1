# SPDX-License-Identifier: MPL-2.0
"""Secrets, endpoints and the contract kit, as an operator uses them; the reference libraries judge our signatures."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from desk import CPRS, KOMMUNE, Receiver
from harness import node_modules, tool, wait_until

DONE, FAULTS, USAGE, UNREACHED = 0, 1, 2, 3
SECRET = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"


def raw(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def signed(secret, headers, body):
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(raw(secret), text, hashlib.sha256).digest()).decode()
    return f"v1,{mac}" in headers["webhook-signature"].split(" ")


def next_message(desk, cpr):
    before = len(desk.receiver.set)
    desk.register(cpr)
    wait_until(lambda: len(desk.receiver.set) > before, "a message")
    return desk.receiver.set[before]


def test_a_change_of_secret(desk, tmp_path):
    """Begun, both sign; sealed, they still do; ended, the new one alone."""
    desk.receiver.status = 204
    fresh = tmp_path / "fresh"
    text = desk.cli("partner", "secret", "rotate", KOMMUNE, "--out", fresh).stdout
    new = fresh.read_text().strip()
    assert new.startswith("whsec_") and new not in text and fresh.stat().st_mode & 0o77 == 0
    assert desk.cli("partner", "secret", "rotate", KOMMUNE, "--out", tmp_path / "third", check=False).returncode == FAULTS
    files = yaml.safe_load(desk.partner_file().read_text())["webhook"]["secrets"]
    assert len(files) == 2 and new not in open(files[1]).read() and open(files[1]).read().startswith("plb1:")
    assert "1 of 2" in desk.cli("partner", "secret", "seal", KOMMUNE).stdout
    assert SECRET not in open(files[0]).read()
    desk.stack.cli("check")
    desk.reload()
    got = next_message(desk, CPRS[0])
    assert signed(SECRET, got["headers"], got["body"]) and signed(new, got["headers"], got["body"])
    desk.cli("partner", "secret", "retire", KOMMUNE)
    desk.reload()
    got = next_message(desk, CPRS[1])
    assert signed(new, got["headers"], got["body"]) and not signed(SECRET, got["headers"], got["body"])
    assert desk.cli("partner", "secret", "retire", KOMMUNE, check=False).returncode == FAULTS
    assert {a["handling"] for a in desk.audit()} >= {"partner.secret.rotate", "partner.secret.seal", "partner.secret.retire"}


PYTHON = """
import json, sys
from standardwebhooks import Webhook
m = json.load(sys.stdin)
for secret in m["secrets"]:
    Webhook(secret).verify(m["body"], m["headers"])
try:
    Webhook(m["secrets"][0]).verify(m["body"] + " ", m["headers"])
except Exception:
    print("verified")
"""
NODE = """
const { Webhook } = require("standardwebhooks");
const m = JSON.parse(require("fs").readFileSync(0, "utf8"));
for (const secret of m.secrets) new Webhook(secret).verify(m.body, m.headers);
try { new Webhook(m.secrets[0]).verify(m.body + " ", m.headers); } catch { console.log("verified"); }
"""


def test_the_reference_libraries_verify_our_signatures(desk, tmp_path):
    """PyPI's and npm's standardwebhooks, each with either secret of a change; v1a by OpenSSL."""
    desk.receiver.status = 204
    before, second, seed = desk.partner_file().read_text(), "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90", bytes(range(32))
    tree = yaml.safe_load(before)
    for name, text in (("one", SECRET), ("two", second), ("sign", "whsk_" + base64.b64encode(seed).decode())):
        (tmp_path / name).write_text(text + "\n")
    tree["webhook"].update(secrets=[str(tmp_path / "one"), str(tmp_path / "two")], alg=["v1", "v1a"], signing_keys=[str(tmp_path / "sign")])
    desk.partner_file().write_text(yaml.safe_dump(tree))
    desk.stack.cli("check")
    desk.reload()
    got = next_message(desk, CPRS[4])
    headers = {k.lower(): v for k, v in got["headers"].items()}
    message = json.dumps({"secrets": [SECRET, second], "headers": headers, "body": got["body"].decode()})
    for argv in ([tool("python"), "-c", PYTHON], ["node", "-e", NODE]):
        done = subprocess.run([str(a) for a in argv], input=message, text=True, capture_output=True, timeout=60,
                              env={**os.environ, "NODE_PATH": str(node_modules())})
        assert done.stdout == "verified\n", done.stderr
    signature = next(s for s in headers["webhook-signature"].split(" ") if s.startswith("v1a,"))
    (tmp_path / "text").write_bytes(f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + got["body"])
    (tmp_path / "sig").write_bytes(base64.b64decode(signature[4:]))
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302e020100300506032b657004220420") + seed)
    assert subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-in", tmp_path / "text", "-sigfile", tmp_path / "sig", "-keyform", "DER",
                           "-inkey", tmp_path / "key.der"], capture_output=True).returncode == 0
    desk.partner_file().write_text(before)
    desk.reload()


def test_an_endpoint_moves_and_its_backlog_is_told_first(desk):
    other = Receiver()
    before = desk.partner_file().read_text()
    plan = desk.cli("partner", "endpoint", KOMMUNE, other.url).stdout
    assert "messages wait" in plan and "Nothing has been done" in plan and desk.partner_file().read_text() == before
    assert desk.cli("partner", "endpoint", KOMMUNE, "ftp://x", check=False).returncode == USAGE
    desk.cli("partner", "endpoint", KOMMUNE, other.url, "--yes")
    assert yaml.safe_load(desk.partner_file().read_text())["webhook"]["url"] == other.url
    desk.reload()
    desk.register(CPRS[2])
    wait_until(lambda: other.set, "a message at the new address")
    desk.partner_file().write_text(before)
    desk.reload()
    other.shutdown()


# ---- the contract kit ----


class Partner(ThreadingHTTPServer):
    """An endpoint as docs/partners.md asks for; `fault` breaks one thing."""

    daemon_threads = True

    def __init__(self, fault=None, asked=True):
        super().__init__(("127.0.0.1", 0), PartnerHandler)
        self.fault, self.asked = fault, asked
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class PartnerHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.answer(*self.judge(body))

    def judge(self, body):
        s, asked = self.server, self.headers.get("parloeb-proeve") if self.server.asked else None
        if s.fault != "unsigned" and not signed(SECRET, self.headers, body):
            return 401, {}
        if s.fault != "old" and abs(time.time() - int(self.headers["webhook-timestamp"])) > 300:
            return 400, {}
        if s.fault == "types" and "haendelse-afvist" not in json.loads(body)["type"]:
            return 422, {}
        if s.fault == "large" and len(body) > 100_000:
            return 413, {}
        if s.fault == "redirect":
            return 302, {"Location": "/other"}
        if asked == "langsom":
            threading.Event().wait(1.2)
        if asked == "429":
            return 429, {} if s.fault == "retry" else {"Retry-After": "7"}
        return (410, {}) if asked == "410" else (204, {})

    def answer(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def secret_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    return file


def kit(desk, partner, secret_file, *more):
    return desk.stack.cli("partner", "test", partner.url, "--secret", secret_file, "--allow-private", *more, check=False)


@pytest.mark.parametrize("fault,trials", [
    (None, set()), ("unsigned", {"forkert-signatur"}), ("old", {"gammelt-tidsstempel"}), ("types", {"ukendt-type"}),
    ("large", {"stor-krop"}), ("retry", {"retry-after"})])
def test_the_kit_finds_what_is_wrong_and_nothing_else(desk, secret_file, fault, trials):
    partner = Partner(fault)
    done = kit(desk, partner, secret_file, "--json")
    found = json.loads(done.stdout)
    assert {p["navn"] for p in found["proever"] if p["udfald"] == "fejlet"} == trials
    assert found["bestaaet"] == (not trials) and done.returncode == (FAULTS if trials else DONE)
    partner.shutdown()


def test_an_endpoint_without_test_mode_is_not_blamed(desk, secret_file):
    done = kit(desk, Partner(asked=False), secret_file, "--json")
    outcome = {p["navn"]: p["udfald"] for p in json.loads(done.stdout)["proever"]}
    assert done.returncode == DONE and outcome["410"] == outcome["retry-after"] == "ikke-understoettet"
    assert "anden-hemmelighed" not in outcome


def test_the_second_secret_is_tried_too(desk, secret_file, tmp_path):
    other = tmp_path / "other"
    other.write_text("whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90\n")
    done = kit(desk, Partner(), secret_file, "--secret", other, "--json")
    failed = {p["navn"] for p in json.loads(done.stdout)["proever"] if p["udfald"] == "fejlet"}
    assert failed == {"anden-hemmelighed"}  # this endpoint knows only the first


def test_a_redirect_and_nobody_there(desk, secret_file):
    done = kit(desk, Partner("redirect"), secret_file)
    assert done.returncode == FAULTS and "a redirect is not followed" in done.stdout
    gone = Partner()
    gone.shutdown()
    gone.server_close()
    assert kit(desk, gone, secret_file).returncode == FAULTS
    assert desk.stack.cli("partner", "test", gone.url, check=False).returncode == USAGE


def test_a_file_that_demands_the_test_is_a_mailbox_until_it_is_passed(desk, secret_file, tmp_path):
    desk.receiver.status = 204
    file, before = desk.partner_file(), desk.partner_file().read_text()
    tree = yaml.safe_load(before)
    partner, report = Partner(), tmp_path / "report.json"
    tree["webhook"].update(url=partner.url, kraev_test=True)
    file.write_text(yaml.safe_dump(tree))
    done = desk.stack.cli("check", check=False)
    assert done.returncode == FAULTS and "the webhook is not live: no test report" in done.stderr and str(file) in done.stderr
    assert kit(desk, partner, secret_file, "--out", report).returncode == DONE
    tree["webhook"]["testrapport"] = str(report)
    file.write_text(yaml.safe_dump(tree))
    assert desk.stack.cli("check").returncode == DONE
    report.write_text(report.read_text().replace('"fejlet"', '"bestaaet"').replace("204", "200"))
    assert "was changed" in desk.stack.cli("check", check=False).stderr
    desk.reload()
    desk.stack.settled()
    sent = len(desk.receiver.set)
    desk.register(CPRS[3])
    waiting = wait_until(lambda: [r for r in desk.cli_json("levering", "list", "--organisation", KOMMUNE)["leveringer"] if r["trin"] == "adresseret"], "in the mailbox")
    desk.stack.settled()
    assert waiting and len(desk.receiver.set) == sent
    file.write_text(before)
    desk.reload()
    partner.shutdown()
