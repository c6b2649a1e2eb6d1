# SPDX-License-Identifier: MPL-2.0
"""A stack with two operators, and a municipality whose booking system answers as the test says."""

import hashlib
import signal
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from harness import event, wait_until

START = "2024-03-01T09:00:00+01:00"
KOMMUNE = "kommune:0461"
TOKENS = {"anna": "anna-token-1", "bent": "bent-token-2"}
CPRS = ["8802761482", "8802761490", "8802761504", "8802761512", "8802761520"]


class Receiver(ThreadingHTTPServer):
    """A webhook: every request is kept; `status` is what it answers."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.set = 204, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def ids(self):
        return [r["id"] for r in self.set]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.set.append({"id": self.headers["webhook-id"], "headers": dict(self.headers), "body": body})
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Desk:
    def __init__(self, stack, receiver):
        self.stack, self.receiver, self.reports = stack, receiver, 0

    def cli(self, *args, who="anna", **kw):
        return self.stack.cli(*args, *(["--operator", TOKENS[who]] if who else []), **kw)

    def cli_json(self, *args, **kw):
        import json
        return json.loads(self.cli(*args, "--json", **kw).stdout)

    def parked(self):
        return self.cli_json("levering", "list", "--status", "parkeret", "--organisation", KOMMUNE)

    def register(self, cpr):
        data = {"cpr": cpr, "tilmeldingId": str(uuid.uuid4()), "tilmeldingsdato": "2024-03-01",
                "akassekode": "hk", "forsikringskategori": "fuldtid", "kommunekode": "0461"}
        self.send(event("akasse:hk", "member-registered", data, time=START))

    def hours(self, cpr, hours):
        """Changes the forecast: another message about the person. Each report is newer than the last."""
        self.reports += 1
        data = {"cpr": cpr, "dagpengemaaned": "2024-03", "udbetalteTimer": hours}
        self.send(event("akasse:hk", "timer-indberettet", data, time=START.replace(":00+", f":{self.reports:02d}+")))

    def send(self, message):
        assert self.stack.client("akasse:hk").send(message).status == 202

    def partner_file(self):
        return self.stack.dir / "config/partnere/kommune-0461.yaml"

    def reload(self):
        self.stack.daemon("dispatch").signal(signal.SIGHUP)

    def audit(self):
        import json
        return [json.loads(line) for line in self.stack.cli("revision", "list", "--json").stdout.splitlines()]


@pytest.fixture(scope="module")
def desk(new_stack, tmp_path_factory):
    file = tmp_path_factory.mktemp("operators") / "operatoerer.yaml"
    file.write_text(yaml.safe_dump({"operatoerer": [
        {"navn": navn, "sha256": hashlib.sha256(token.encode()).hexdigest()} for navn, token in TOKENS.items()]}))
    stack = new_stack(clock="topic", config={
        "console": {"operators": str(file), "approve_above": 3},
        "dispatch": {"retry": ["0s", "100ms", "200ms"]}})
    receiver = Receiver()
    desk = Desk(stack, receiver)
    tree = yaml.safe_load(desk.partner_file().read_text())
    secret = stack.dir / "secrets/webhook-0461"
    secret.write_text("whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\n")
    secret.chmod(0o600)
    tree["webhook"] = {"url": receiver.url, "secrets": [str(secret)], "allow_private": True}
    desk.partner_file().write_text(yaml.safe_dump(tree))
    desk.reload()
    stack.clock(START)
    yield desk
    receiver.shutdown()


@pytest.fixture(scope="module")
def parked(desk):
    """Five persons, each with a parked head and one message behind it."""
    desk.receiver.status = 422
    for cpr in CPRS:
        desk.register(cpr)
        desk.hours(cpr, 20)
    wait_until(lambda: len(desk.parked()["leveringer"]) >= 2 * len(CPRS), "parked", 60)
    return desk.parked()
