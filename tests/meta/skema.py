# SPDX-License-Identifier: MPL-2.0
"""Avro schemas with the attributes of docs/architecture.md, read again in a few lines: an oracle that shares nothing with the C code."""

import datetime
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
NS = "dk.parloeb"

PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
LOGICAL = {"date": "int", "timestamp-millis": "long"}
FORMATS = {"cpr", "uri", "maaned", "organisation", "akasse", "kommune", "epost", "telefon", "ansvarlig"}
AVRO_FIELD = {"name", "type", "default", "doc"}
OURS = {"fortrolig", "paakraevet", "intern", "min", "maks", "kode", "format", "decimaler", "naar", "unik", "er", "udledt"}
ITEM = {"min", "maks", "format"}  # also at the items of a list of scalars

PATTERNS = {
    "cpr": r"[0-9]{10}",
    "uri": r"https?://\S+",
    "maaned": r"[0-9]{4}-(0[1-9]|1[0-2])",
    "organisation": r"akasse:[0-9a-z]+|kommune:[0-9]{4}|aktoer:[0-9]{8}|dfdg:star",
    "akasse": r"[0-9a-z]+",
    "kommune": r"[0-9]{4}",
    "epost": r"[^@\s]+@[^@\s]+",
    "telefon": r"\+?[0-9]{3,20}",
    "ansvarlig": r"borger|akasse:[0-9a-z]+|kommune:[0-9]{4}|aktoer:[0-9]{8}|dfdg:star",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def camel(navn):
    return "".join(part.capitalize() for part in navn.split("-"))


class Schema:
    """One .avsc: `root`, and `types` = every named type by full name."""

    def __init__(self, path):
        self.path = path
        self.navn = path.parent.name
        self.root = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_no_duplicates)
        self.types = {}
        self.faults = []
        self._walk(self.root, self.navn)

    def fault(self, where, what):
        self.faults.append(f"{self.path.parent.name}/{self.path.name}: {where}: {what}")

    def _walk(self, t, where):
        if isinstance(t, str):
            if t not in PRIMITIVES and t not in self.types:
                self.fault(where, f"type {t} is not defined before")
        elif isinstance(t, list):
            if len(t) != 2 or t[0] != "null" or isinstance(t[1], list):
                self.fault(where, "a union must be [null, T]")
            for branch in t:
                self._walk(branch, where)
        elif t["type"] in ("record", "enum", "fixed"):
            self._named(t, where)
        elif t["type"] == "array":
            if set(t) != {"type", "items"}:
                self.fault(where, "array with unknown attributes")
            self._walk(t["items"], where + "[]")
        elif "logicalType" in t:
            if LOGICAL.get(t["logicalType"]) != t["type"] or set(t) != {"type", "logicalType"}:
                self.fault(where, "logical type")
        elif t["type"] not in PRIMITIVES or not set(t) - {"type"} <= ITEM:
            self.fault(where, f"type {t}")

    def _named(self, t, where):
        full = f"{t.get('namespace')}.{t['name']}"
        if t.get("namespace") != NS:
            self.fault(where, f"{full}: namespace must be {NS}")
        if full in self.types:
            self.fault(where, f"{full} defined twice")
        known = {"record": {"fields", "doc"}, "enum": {"symbols"}, "fixed": {"size"}}[t["type"]]
        if not set(t) - {"type", "name", "namespace"} <= known:
            self.fault(where, f"{full}: unknown attributes")
        if t["type"] == "record":
            for field in t["fields"]:
                self._field(field, t, f"{where}.{field['name']}")
        self.types[full] = t
        if t["type"] == "enum" and not all(re.fullmatch(r"[a-z0-9_]+", s) for s in t["symbols"]):
            self.fault(where, "symbols are lower case")

    def _field(self, f, record, where):
        self._walk(f["type"], where)
        inner, nullable = self.inner(f)
        kind = self.kind(inner)
        siblings = {s["name"]: s for s in record["fields"]}
        rules = (
            (set(f) <= AVRO_FIELD | OURS, "unknown attribute"),
            (re.fullmatch(r"[a-z][A-Za-z0-9]*", f["name"]), "camelCase, ASCII"),
            (("default" in f) == (nullable or kind == "array" and "intern" in f) or f.get("default") in (0, False), "default if and only if it may be absent"),
            (not nullable or f["default"] is None, "default must be null"),
            ("fortrolig" not in f or nullable, "fortrolig needs [null, T]"),
            ("paakraevet" not in f or "fortrolig" in f, "paakraevet is for confidential fields"),
            ("naar" not in f or nullable and "paakraevet" not in f, "naar needs [null, T]"),
            ("format" not in f or f["format"] in FORMATS and kind == "string", "format"),
            ("decimaler" not in f or f["decimaler"] == 2 and kind == "long", "decimaler"),
            ("unik" not in f or kind == "array", "unik is for lists"),
            ("er" not in f or kind == "boolean", "er is for booleans"),
            ("udledt" not in f or kind == "array" and "intern" in f, "udledt is for internal lists"),
            (not {"min", "maks"} & set(f) or kind in ("string", "array", "int", "long"), "bounds"),
            (f.get("min", 0) <= f.get("maks", 1 << 62), "min over maks"),
            (kind != "string" or "intern" in f or {"maks", "format", "kode"} & set(f) or record["name"] == "Forseglet", "text without a bound"),
        )
        for ok, what in rules:
            if not ok:
                self.fault(where, what)
        if "naar" in f:
            other = siblings.get(f["naar"]["felt"])
            if other is None or not self._possible(other, f["naar"]["er"]):
                self.fault(where, "naar names a field or value that is not there")
        if "udledt" in f:
            liste, _, member = f["udledt"].partition(".")
            item = self.resolve(self.inner(siblings[liste])[0]["items"])
            if member not in [m["name"] for m in item["fields"]]:
                self.fault(where, "udledt names a member that is not there")

    def _possible(self, field, value):
        inner = self.resolve(self.inner(field)[0])
        if inner == "boolean":
            return isinstance(value, bool)
        return isinstance(inner, dict) and value.replace("-", "_") in inner.get("symbols", ())

    def resolve(self, t):
        return self.types.get(t, t) if isinstance(t, str) else t

    @staticmethod
    def inner(field):
        t = field["type"]
        return (t[1], True) if isinstance(t, list) else (t, False)

    def kind(self, t):
        t = self.resolve(t)
        return t if isinstance(t, str) else t["type"]

    def check(self, data, koder):
        """Faults of the JSON data of an event, as the edge sees it: list of (pointer, what)."""
        out = []
        self._record(self.root, data, "/data", koder, out)
        return out

    def _record(self, record, data, at, koder, out):
        fields = {f["name"]: f for f in record["fields"] if not f.get("intern")}
        out += [(f"{at}/{k}", "unknown") for k in data if k not in fields]
        for name, f in fields.items():
            inner, nullable = self.inner(f)
            needed = not nullable or f.get("paakraevet", False)
            if "naar" in f:
                needed = data.get(f["naar"]["felt"]) == f["naar"]["er"]
                if name in data and not needed:
                    out.append((f"{at}/{name}", "only with another value of " + f["naar"]["felt"]))
            if name in data:
                self._value(inner, f, data[name], f"{at}/{name}", koder, out)
            elif needed:
                out.append((f"{at}/{name}", "missing"))

    def _value(self, t, f, v, at, koder, out):
        t = self.resolve(t)
        kind = self.kind(t)
        if not self._typed(t, kind, f, v):
            out.append((at, "type"))
            return
        if kind == "record":
            self._record(t, v, at, koder, out)
            return
        if kind == "array":
            item = self.resolve(t["items"])
            own = item if isinstance(item, dict) and item["type"] in PRIMITIVES else {}
            own = {**own, **({"kode": f["kode"]} if "kode" in f else {})}
            for i, x in enumerate(v):
                self._value(item["type"] if own and isinstance(item, dict) else item, own, x, f"{at}/{i}", koder, out)
            if f.get("unik") and len({json.dumps(x) for x in v}) != len(v):
                out.append((at, "repeated"))
        size = {"string": lambda: len(v), "array": lambda: len(v), "int": lambda: v, "long": lambda: round(v * 100)}
        if {"min", "maks"} & set(f) and not f.get("min", -(1 << 62)) <= size[kind]() <= f.get("maks", 1 << 62):
            out.append((at, "range"))
        if "format" in f and not re.fullmatch(PATTERNS[f["format"]], v):
            out.append((at, "format"))
        if "kode" in f and kind != "array" and str(v) not in koder[f["kode"]]:
            out.append((at, "code"))
        if "er" in f and v is not f["er"]:
            out.append((at, "value"))

    @staticmethod
    def _typed(t, kind, f, v):
        if kind == "boolean":
            return isinstance(v, bool)
        if kind == "record":
            return isinstance(v, dict)
        if kind == "array":
            return isinstance(v, list)
        if kind == "enum":
            return isinstance(v, str) and "_" not in v and v.replace("-", "_") in t["symbols"]
        if kind == "fixed":
            return isinstance(v, str) and UUID.fullmatch(v) is not None
        if kind == "string":
            return isinstance(v, str)
        if isinstance(t, dict) and t.get("logicalType") == "date":
            return isinstance(v, str) and len(v) == 10 and _parses(datetime.date, v)
        if isinstance(t, dict) and t.get("logicalType") == "timestamp-millis":
            return isinstance(v, str) and re.search(r"T.*([+-]\d\d:\d\d|Z)$", v) and _parses(datetime.datetime, v)
        number = not isinstance(v, bool) and isinstance(v, (int, float))
        return number and (isinstance(v, int) or "decimaler" in f and round(v * 100) / 100 == v)


def _parses(cls, text):
    try:
        cls.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def _no_duplicates(pairs):
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("duplicate member")
    return out


def load_all():
    return {p.parent.name: Schema(p) for p in sorted(SCHEMAS.glob("*/v1.avsc"))}
