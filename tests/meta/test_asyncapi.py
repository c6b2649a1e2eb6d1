# SPDX-License-Identifier: MPL-2.0
"""docs/asyncapi.yaml is what schemas/ says now, every reference in it leads somewhere, and the golden events fit it."""

import json
import subprocess

import pytest
import yaml

from skema import ROOT, SCHEMAS

TEXT = (ROOT / "docs/asyncapi.yaml").read_text(encoding="utf-8")
DOCUMENT = yaml.safe_load(TEXT)
MESSAGES = DOCUMENT["components"]["messages"]
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


def test_it_is_made_from_the_schemas():
    made = subprocess.run(["/usr/bin/python3", SCHEMAS / "asyncapi.py"], capture_output=True, text=True, check=True).stdout
    assert made == TEXT, "schemas/asyncapi.py > docs/asyncapi.yaml"


def test_every_reference_leads_somewhere():
    found = []

    def walk(node):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            if key == "$ref":
                found.append(value)
                at = DOCUMENT
                for part in value.removeprefix("#/").split("/"):
                    at = at[part]
            walk(value)

    walk(DOCUMENT)
    assert len(found) > len(MESSAGES)
    for message in MESSAGES.values():
        assert (ROOT / "docs" / message["x-avro"]).resolve().exists()


def test_each_event_stands_where_its_senders_and_topics_say():
    subjects = yaml.safe_load((SCHEMAS / "subjects.yaml").read_text(encoding="utf-8"))
    channels = {name: set(c["messages"]) for name, c in DOCUMENT["channels"].items()}
    assert channels["haendelser"] == {s["navn"] for s in subjects if s["afsendere"]}
    assert channels["feed"] == channels["webhook"] == {s["navn"] for s in subjects if "ud" in s["emner"]}


def fits(schema, value, where):
    if "type" in schema:
        assert isinstance(value, TYPES[schema["type"]]), where
        assert schema["type"] == "boolean" or not isinstance(value, bool), where
    assert value in schema.get("enum", [value]) and value == schema.get("const", value), where
    size = len(value) if isinstance(value, (str, list)) else value
    for low, high in (("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum")):
        assert low not in schema or size >= schema[low], where
        assert high not in schema or size <= schema[high], where
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value), (where, schema["required"], sorted(value))
        for name, item in value.items():
            if where != "$":
                assert name in schema["properties"], (where, name)
            if name in schema["properties"]:
                fits(schema["properties"][name], item, f"{where}.{name}")
    if isinstance(value, list):
        for n, item in enumerate(value):
            fits(schema["items"], item, f"{where}[{n}]")


@pytest.mark.parametrize("navn", sorted(MESSAGES))
def test_golden(navn):
    golden = sorted((SCHEMAS / navn / "golden").glob("*.json"))
    assert golden
    for path in golden:
        fits(MESSAGES[navn]["payload"], json.loads(path.read_text(encoding="utf-8")), "$")
