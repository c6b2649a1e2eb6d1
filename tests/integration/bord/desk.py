# SPDX-License-Identifier: MPL-2.0
"""What the tests of the desk share: names, a booking system that answers as the test says, and the desk itself."""

import json
import signal
import subprocess
import threading
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yaml
from devconfig import write_private
from harness import event, wait_until
from harness.wait import PATIENCE_S
from proc import pick_port
from stack import http_ok

FAULTS = 1
START = "2024-03-01T09:00:00+01:00"
KOMMUNE = "kommune:0461"
TOKENS = {"anna": "anna-token-1", "bent": "bent-token-2"}
# As many go without a second person's approval. At one a second they leave time to see an order run, and to stand still meanwhile.
UNAPPROVED = 12
CPRS = ["8802761482", "8802761490", "8802761504", "8802761512", "8802761520", "8802761539", "8802761547", "8802761555", "8802761563", "8802761571"]
NOBODYS = "00000000-0000-4000-8000-000000000000"


class Receiver(ThreadingHTTPServer):
    """A webhook: every request is kept; `status` is what it answers."""

    daemon_threads = True
    request_queue_size = 256

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
        """dispatch says in its log when it has read the partner files."""
        seen = self.stack.log("dispatch").count("partner files read")
        self.stack.daemon("dispatch").signal(signal.SIGHUP)
        wait_until(lambda: self.stack.log("dispatch").count("partner files read") > seen, "partner files read")

    def answer(self, status):
        """What the receiver answers from now on. Nothing is under way then that would get the new answer, or had the old one and
        is parked by it later on."""
        self.stack.settled()
        self.receiver.status = status

    def console_again(self):
        """Starts what was killed, and waits until the console takes orders: that it is ready says nothing of its producer."""
        self.stack.start()
        self.stack.wait_ready("console")
        wait_until(lambda: self.cli("levering", "stop", NOBODYS, check=False).returncode == FAULTS, "the console takes orders")

    @contextmanager
    def another_console(self):
        """A second console beside the stack's; yields a function that gives it `levering` verbs and returns their JSON."""
        tree = yaml.safe_load((self.stack.dir / "config/parloeb.yaml").read_text())
        port = pick_port()
        tree["console"].update(listen=f"127.0.0.1:{pick_port()}", management=f"127.0.0.1:{port}")
        config = self.stack.dir / "config/console-2.yaml"
        write_private(config, yaml.safe_dump(tree))
        daemon = self.stack.daemon("console-2")
        daemon.start([self.stack.program("parloeb-console"), "--config", config])

        def cli(*args, who="anna", code=0):
            done = subprocess.run([self.stack.program("parloeb"), "--config", config, "levering", *args, "--json", "--operator", TOKENS[who]],
                                  text=True, capture_output=True, timeout=PATIENCE_S)
            assert done.returncode == code, done.stderr
            return json.loads(done.stdout) if code == 0 else None

        try:
            wait_until(lambda: http_ok(f"http://127.0.0.1:{port}/readyz"), "the second console")
            wait_until(lambda: cli("stop", NOBODYS, code=FAULTS) is None, "the second console takes orders")
            yield cli
        finally:
            daemon.kill()

    def audit(self):
        return [json.loads(line) for line in self.stack.cli("revision", "list", "--json").stdout.splitlines()]
