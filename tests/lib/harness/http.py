# SPDX-License-Identifier: MPL-2.0
"""The partner's side of the gateway, as plain HTTP."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field

CLOUDEVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


@dataclass
class Answer:
    status: int
    headers: dict = field(repr=False)
    body: bytes

    def json(self):
        return json.loads(self.body)


def now_text():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def event(org, name, data, id=None, time=None, source=None):
    """A structured CloudEvent of type dk.parloeb.<name> by `org` ('akasse:hk')."""
    return {
        "specversion": "1.0",
        "id": id or str(uuid.uuid4()),
        "source": source or f"/{org.replace(':', '/')}/tests",
        "type": f"dk.parloeb.{name}",
        "time": time or now_text(),
        "datacontenttype": "application/json",
        "data": data,
    }


class Client:
    """One partner: every call carries its token. No answer is an exception, 4xx and 5xx are not."""

    def __init__(self, base, token=None, timeout_s=40):
        self.base, self.token, self.timeout_s = base.rstrip("/"), token, timeout_s

    def request(self, method, path, body=None, headers=None):
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as e:
            with e:
                return Answer(e.code, dict(e.headers), e.read())

    def get(self, path, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query)
        return self.request("GET", path)

    def post(self, path, value, content_type="application/json"):
        """`value`: bytes as they are, anything else as JSON."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.request("POST", path, body, {"Content-Type": content_type})

    def send(self, value):
        """POST /v1/haendelser of one event (dict) or a batch (list)."""
        kind = BATCH if isinstance(value, list) else CLOUDEVENT
        return self.post("/v1/haendelser", value, kind)

    def ladder(self, id):
        """GET /v1/haendelser/{id}; the steps' names so far are [t['trin'] for t in ...['trin']]."""
        return self.get("/v1/haendelser/" + urllib.parse.quote(id, safe=""))

    def mail(self, after=None, limit=500):
        """The whole mailbox from a cursor on, oldest first. Reading past settles as `leveret`."""
        events = []
        while True:
            query = {"maks": limit, **({"efter": after} if after else {})}
            answer = self.get("/v1/feed", **query)
            assert answer.status == 200, answer
            page = answer.json()
            after = page["naeste"]
            if not page["haendelser"]:
                return events
            events += page["haendelser"]

    def receipt(self, delivery, status, reason=None):
        row = {"leveringid": delivery, "status": status}
        return self.post("/v1/kvitteringer", {**row, "aarsag": reason} if reason else row)
