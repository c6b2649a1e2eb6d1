# SPDX-License-Identifier: MPL-2.0
"""docs/openapi.yaml against a running gateway: every call is there, every answer is one that it names and has the form that it says."""

import json
import re
import uuid

import pytest
import yaml
from gateway_stack import CPR, ROOT, gateway  # noqa: F401
from harness import event

DOCUMENT = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
OPERATIONS = [(method, path) for path, item in DOCUMENT["paths"].items() for method in item]
HK = "akasse:hk"


def resolve(node):
    while isinstance(node, dict) and "$ref" in node:
        ref, node = node["$ref"], DOCUMENT
        for part in ref.removeprefix("#/").split("/"):
            node = node[part]
    return node


TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}


def check(schema, value, where="$"):
    """The part of JSON Schema that the document uses of answers."""
    schema = resolve(schema)
    for part in schema.get("allOf", ()):
        check(part, value, where)
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert isinstance(value, tuple(TYPES[k] for k in kinds)), (where, schema["type"])
    assert value in schema.get("enum", [value]), where
    assert value == schema.get("const", value), where
    if isinstance(value, str) and "pattern" in schema:
        assert re.search(schema["pattern"], value), where
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value), (where, schema["required"])
        for name, sub in schema.get("properties", {}).items():
            if name in value:
                check(sub, value[name], f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for n, item in enumerate(value):
            check(schema["items"], item, f"{where}[{n}]")


def conforms(method, path, answer):
    responses = DOCUMENT["paths"][path][method]["responses"]
    assert str(answer.status) in responses, f"{method} {path}: {answer.status} is not documented"
    response = resolve(responses[str(answer.status)])
    kind = answer.headers["Content-Type"].split(";")[0]
    assert kind in response["content"], f"{method} {path} {answer.status}: {kind}"
    for header in response.get("headers", {}):
        assert header in answer.headers
    check(response["content"][kind]["schema"], json.loads(answer.body))
    return answer


def hours():
    data = {"cpr": CPR, "dagpengemaaned": "2024-03", "udbetalteTimer": 160.33}
    return event(HK, "timer-indberettet", data, time="2024-03-31T12:00:00+02:00")


def fill(path):
    return path.replace("{id}", "x").replace("{navn}", "samtale-held").replace("{token}", "unknown")


@pytest.mark.parametrize("method, path", OPERATIONS)
def test_every_call_is_there_and_wants_a_token_of_its_caller_or_in_its_path(gateway, method, path):
    client = gateway.client(HK)
    client.token = None
    conforms(method, path, client.request(method.upper(), fill(path), b"{}" if method == "post" else None))


def test_answers_have_the_form_they_say(gateway):
    client, two = gateway.client(HK), gateway.partner("two", ["akasse:ase", "akasse:ca"])
    several, delivery = gateway.client(None, two), str(uuid.uuid4())
    cloudevent = "application/cloudevents+json"
    sent = hours()

    def post(path, value, status, kind="application/json", who=client):
        assert conforms("post", path, who.post(path, value, kind)).status == status

    def get(path, status, template=None, who=client, **query):
        assert conforms("get", template or path, who.get(path, **query)).status == status

    post("/v1/haendelser", sent, 202, cloudevent)
    post("/v1/haendelser", [hours(), {}], 207, "application/cloudevents-batch+json")
    post("/v1/haendelser", b"{", 400, cloudevent)
    post("/v1/haendelser", {**hours(), "source": "/akasse/3f/x"}, 403, cloudevent)
    post("/v1/haendelser", [1] * 1001, 413, "application/cloudevents-batch+json")
    post("/v1/haendelser", {}, 415, "text/plain")
    post("/v1/haendelser", {**hours(), "time": "x"}, 422, cloudevent)
    get(f"/v1/haendelser/{sent['id']}", 200, "/v1/haendelser/{id}")
    get("/v1/haendelser/unknown", 503, "/v1/haendelser/{id}")  # no console runs here
    get("/v1/haendelser/x", 400, "/v1/haendelser/{id}", several)
    gateway.relay(HK)
    get("/v1/feed", 200)
    get("/v1/feed", 400, efter="x")
    get("/v1/feed", 403, organisation="akasse:3f")
    post("/v1/kvitteringer", {"leveringid": delivery, "status": "haandteret"}, 202)
    post("/v1/kvitteringer", [{"leveringid": delivery, "status": "haandteret"}, {}], 207)
    post("/v1/kvitteringer", b"{", 400)
    post("/v1/kvitteringer", [{}] * 1001, 413)
    post("/v1/kvitteringer", {}, 415, "text/plain")
    post("/v1/kvitteringer", {}, 422)
    post("/v1/genoptag", {}, 202)
    post("/v1/genoptag", {"x": 1}, 422)
    get("/v1/skemaer", 200)
    get("/v1/skemaer/samtale-held", 200, "/v1/skemaer/{navn}")
    get("/v1/skemaer/nothing", 404, "/v1/skemaer/{navn}")


def test_no_call_is_left_out():
    table = (ROOT / "services/gateway/ruter.c").read_text()
    routes = re.findall(r'\{"([A-Z]+)", "([^"]+)", \w+, [^}]+\}', table)
    assert routes
    documented = {(m, re.sub(r"\{\w+\}.*", "{}", p)) for m, p in OPERATIONS}
    assert {(m.lower(), p) for m, p in routes} == documented


def test_no_problem_is_left_out():
    table = (ROOT / "services/gateway/problem.c").read_text()
    rows = re.findall(r'\[PROBLEM_\w+\] = \{(\d{3}), "([a-z-]+)"', table)
    assert len(rows) == (ROOT / "services/gateway/problem.h").read_text().count("\tPROBLEM_") - 1
    documented = set(resolve(DOCUMENT["components"]["schemas"]["Problem"])["properties"]["type"]["enum"])
    assert {f"urn:parloeb:problem:{name}" for _, name in rows} | {"about:blank"} == documented
    statuses = {s for path, item in DOCUMENT["paths"].items() for method in item.values() for s in method["responses"]}
    # 405 belongs to no call, 500 is nothing to rely on.
    assert {s for s, _ in rows} - {"405", "500"} <= statuses
