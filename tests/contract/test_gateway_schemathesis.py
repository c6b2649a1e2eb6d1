# SPDX-License-Identifier: MPL-2.0
"""schemathesis against a running gateway: whatever docs/openapi.yaml lets it think of, the answer is one that the document knows."""

import hashlib
import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway_stack import CPR, ROOT, gateway  # noqa: F401
from harness import event, tool

EXAMPLES = 25
LONGEST_S = 40  # a long poll takes 30


class NothingKnown(BaseHTTPRequestHandler):
    """In the place of the console: it has no event."""

    def do_GET(self):
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_no_failure(gateway):
    data = {"cpr": CPR, "dagpengemaaned": "2024-03", "udbetalteTimer": 160.33}
    sent = event("akasse:hk", "timer-indberettet", data, time="2024-03-31T12:00:00+02:00")
    assert gateway.client("akasse:hk").send(sent).status == 202
    gateway.relay("akasse:hk", 3)
    calendar = os.urandom(16).hex()
    token = gateway.partner("hk", ["akasse:hk"], kalendere=[{"sha256": hashlib.sha256(calendar.encode()).hexdigest()}])
    console = ThreadingHTTPServer(("127.0.0.1", gateway.console_port), NothingKnown)
    thread = threading.Thread(target=console.serve_forever)
    thread.start()
    try:
        done = subprocess.run(
            [tool("schemathesis"), "--config-file", ROOT / "tests/contract/schemathesis.toml", "run", ROOT / "docs/openapi.yaml",
             "--url", gateway.base, "--header", f"Authorization: Bearer {token}", "--no-color",
             "--generation-deterministic", "--max-examples", str(EXAMPLES), "--phases", "examples,coverage,fuzzing", "--checks", "all",
             "--max-response-time", str(LONGEST_S), "--request-timeout", str(LONGEST_S)],
            capture_output=True, text=True, timeout=600, env={**os.environ, "PARLOEB_KALENDERTOKEN": calendar})
    finally:
        console.shutdown()
        console.server_close()
        thread.join()
    assert done.returncode == 0, done.stdout + done.stderr
    made = re.search(r"(\d+) generated", done.stdout)
    assert made and int(made[1]) > 100, done.stdout
