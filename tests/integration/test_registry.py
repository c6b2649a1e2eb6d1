# SPDX-License-Identifier: MPL-2.0
"""With `registry.url` the records carry Confluent framing with the registry's ids, and every reader still understands both framings.

The registry here is the smallest thing that speaks the protocol of `POST /subjects/{subject}/versions`: it hands out one id for each schema text."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from harness import event, wait_until


class Registry:
    def __init__(self):
        self.ids, self.subjects, lock = {}, {}, threading.Lock()
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                subject = unquote(self.path.split("/")[2])
                schema = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["schema"]
                with lock:
                    number = registry.ids.setdefault(schema, len(registry.ids) + 1)
                    registry.subjects[subject] = number
                answer = json.dumps({"id": number}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture(scope="module")
def registry():
    registry = Registry()
    yield registry
    registry.server.shutdown()


def test_confluent_framing_end_to_end(new_stack, registry):
    stack = new_stack(clock="system", config={"registry": {"url": registry.url}})
    subject = "parloeb.ind-dk.parloeb.MemberRegistered"
    value = event("akasse:hk", "member-registered", {
        "cpr": "6107624501", "tilmeldingId": "00000001-0000-4000-8000-000000000001", "tilmeldingsdato": "2024-03-01", "akassekode": "hk",
        "forsikringskategori": "fuldtid", "kommunekode": "0101"})
    assert stack.client("akasse:hk").send(value).status == 202
    wait_until(lambda: [m for m in stack.client("kommune:0101").mail() if m["type"] == "dk.parloeb.handover-forventet"], "the forecast in the mailbox")
    [record] = stack.topic("ind")
    assert record.value[0] == 0
    assert int.from_bytes(record.value[1:5], "big") == registry.subjects[subject]
    assert all(r.value[0] == 0 for r in stack.topic("ud"))
