#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Makes docs/asyncapi.yaml from schemas/subjects.yaml and the newest schema of each event; prints it.

Usage: schemas/asyncapi.py > docs/asyncapi.yaml
"""

import json
import re
import sys
from pathlib import Path

import yaml

SCHEMAS = Path(__file__).resolve().parent
HEAD = """# SPDX-License-Identifier: MPL-2.0
# The events for machines: made by schemas/asyncapi.py from schemas/subjects.yaml, held against it by tests/meta. For people: docs/partners.md.
"""
PLAIN = {"string": "string", "int": "integer", "long": "integer", "boolean": "boolean", "double": "number", "bytes": "string"}
LOGICAL = {"date": "date", "timestamp-millis": "date-time"}
LIMITS = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems"), "integer": ("minimum", "maximum"), "number": ("minimum", "maximum")}
WEBHOOK = {"webhook-id": "leveringid, the same in every repeat", "webhook-timestamp": "Unix seconds",
           "webhook-signature": "Standard Webhooks 1.0: v1, and v1a where configured"}


def newest(navn):
    return max((SCHEMAS / navn).glob("v*.avsc"), key=lambda p: int(p.stem[1:]))


def with_rules(schema, rules):
    """The bounds that stand at a field."""
    hundredths = rules.get("decimaler")
    if hundredths:
        schema = {"type": "number"}
    for rule, name in zip(("min", "maks"), LIMITS.get(schema.get("type"), ())):
        if rule in rules:
            schema = {**schema, name: rules[rule] / 100 if hundredths else rules[rule]}
    if "kode" in rules:
        schema = {**schema, "description": f"config/koder/{rules['kode']}.csv"}
    if rules.get("unik"):
        schema = {**schema, "uniqueItems": True}
    return schema


def json_type(t, named):
    if isinstance(t, list):
        return json_type(t[1], named)
    if isinstance(t, str):
        return {"type": PLAIN[t]} if t in PLAIN else named[t]
    if "logicalType" in t:
        return {"type": "string", "format": LOGICAL[t["logicalType"]]}
    if t["type"] == "array":
        rules = t["items"] if isinstance(t["items"], dict) else {}
        return {"type": "array", "items": with_rules(json_type(t["items"], named), rules)}
    if t["type"] not in ("record", "enum", "fixed"):
        return with_rules(json_type(t["type"], named), t)
    if t["type"] == "record":
        made = json_object(t, named)
    elif t["type"] == "enum":
        made = {"type": "string", "enum": [s.replace("_", "-") for s in t["symbols"]]}
    else:
        made = {"type": "string", "format": "uuid"}
    named[t["name"]] = named[f"{t.get('namespace', 'dk.parloeb')}.{t['name']}"] = made
    return made


def json_object(record, named):
    shown, required = {}, []
    for f in record["fields"]:
        made = with_rules(json_type(f["type"], named), f)
        if f.get("intern"):
            continue
        shown[f["name"]] = made
        if f.get("paakraevet") or not isinstance(f["type"], list):
            required.append(f["name"])
    return {"type": "object", **({"required": required} if required else {}), "properties": shown}


def message(subject):
    path = newest(subject["navn"])
    record = json.loads(path.read_text(encoding="utf-8"))
    return {
        "name": subject["type"], "summary": record["doc"], "contentType": "application/cloudevents+json",
        "x-avro": f"../schemas/{subject['navn']}/{path.name}", "x-afsendere": subject["afsendere"],
        "payload": {"type": "object", "required": ["specversion", "id", "source", "type", "time", "data"],
                    "properties": {"specversion": {"const": "1.0"}, "id": {"type": "string"}, "source": {"type": "string"},
                                   "type": {"const": subject["type"]}, "time": {"type": "string", "format": "date-time"}, "data": json_object(record, {})}},
    }


def channel(address, about, names, **more):
    return {"address": address, "description": about, "messages": {n: {"$ref": f"#/components/messages/{n}"} for n in names}, **more}


def document():
    subjects = yaml.safe_load((SCHEMAS / "subjects.yaml").read_text(encoding="utf-8"))
    sent = [s["navn"] for s in subjects if s["afsendere"]]
    delivered = [s["navn"] for s in subjects if "ud" in s["emner"]]
    mine = [s for s in subjects if s["navn"] in {*sent, *delivered}]
    extensions = {"leveringid": {"type": "string", "format": "uuid"}, "sequence": {"type": "string", "pattern": "^[1-9][0-9]*$"},
                  "correlationid": {"type": "string", "format": "uuid"}, "causationid": {"type": "string"}, "partitionkey": {"type": "string"}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Parløb", "version": "1", "license": {"name": "MPL-2.0"},
                 "description": "What partners send, and what is delivered to them. The calls themselves: openapi.yaml. Delivered events carry the CloudEvents "
                                "extensions of components/schemas/Levering besides; receivers ignore members that they do not know."},
        "servers": {"gateway": {"host": "127.0.0.1:8080", "protocol": "http", "description": "the gateway; development"},
                    "partner": {"host": "{host}", "protocol": "https", "description": "a partner's endpoint",
                                "variables": {"host": {"description": "as its partner file says"}}}},
        "channels": {
            "haendelser": channel("/v1/haendelser", "Partners to Parløb, alone or in batches", sent, servers=[{"$ref": "#/servers/gateway"}]),
            "feed": channel("/v1/feed", "A mailbox, read by its partner: pages, long poll, server-sent events", delivered, servers=[{"$ref": "#/servers/gateway"}]),
            "webhook": channel("{path}", "The same events, pushed one at a time, signed", delivered, servers=[{"$ref": "#/servers/partner"}],
                               parameters={"path": {"description": "as its partner file says"}}),
        },
        "operations": {
            "modtag": {"action": "receive", "channel": {"$ref": "#/channels/haendelser"}},
            "fremvis": {"action": "send", "channel": {"$ref": "#/channels/feed"}},
            "lever": {"action": "send", "channel": {"$ref": "#/channels/webhook"}, "traits": [{"$ref": "#/components/operationTraits/webhook"}]},
        },
        "components": {
            "messages": {s["navn"]: message(s) for s in mine},
            "schemas": {"Levering": {"type": "object", "required": ["leveringid"], "properties": extensions},
                        "Webhookhoved": {"type": "object", "required": list(WEBHOOK),
                                         "properties": {n: {"type": "string", "description": d} for n, d in WEBHOOK.items()}}},
            "operationTraits": {"webhook": {"description": "Headers of each call: components/schemas/Webhookhoved. 2xx within 15 seconds is delivered."}},
        },
    }


class Plain(yaml.SafeDumper):
    """No anchors: a type used twice is written twice."""

    def ignore_aliases(self, _):
        return True


def text():
    return HEAD + yaml.dump(document(), Dumper=Plain, sort_keys=False, allow_unicode=True, width=150)


if __name__ == "__main__":
    sys.stdout.write(re.sub(r"[ \t]+$", "", text(), flags=re.MULTILINE))
