# SPDX-License-Identifier: MPL-2.0
"""Avro single-object encoding from the .avsc files, in few lines that share nothing with the C code."""

import json
import struct
from pathlib import Path

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
MARK = b"\xc3\x01"
EMPTY = 0xC15D213AA4D7A795


def _crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ (EMPTY if n & 1 else 0)
        table.append(n)
    return table


CRC = _crc_table()


def fingerprint(text):
    fp = EMPTY
    for byte in text.encode():
        fp = (fp >> 8) ^ CRC[(fp ^ byte) & 0xFF]
    return struct.pack("<Q", fp)


def canonical(t, namespace="dk.parloeb", seen=None):
    """Parsing canonical form: full names, only what decides the bytes, in the specification's order."""
    seen = set() if seen is None else seen
    if isinstance(t, str):
        primitive = t in ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
        return t if primitive or "." in t else f"{namespace}.{t}"
    if isinstance(t, list):
        return [canonical(b, namespace, seen) for b in t]
    kind = t["type"]
    if kind == "array":
        return {"type": "array", "items": canonical(t["items"], namespace, seen)}
    if kind == "map":
        return {"type": "map", "values": canonical(t["values"], namespace, seen)}
    if kind not in ("record", "enum", "fixed"):
        return canonical(kind, namespace, seen)
    namespace = t.get("namespace", namespace)
    out = {"name": f"{namespace}.{t['name']}", "type": kind}
    if kind == "record":
        out["fields"] = [{"name": f["name"], "type": canonical(f["type"], namespace, seen)} for f in t["fields"]]
    elif kind == "enum":
        out["symbols"] = t["symbols"]
    else:
        out["size"] = t["size"]
    return out


class Schema:
    """The newest version, or the one asked for."""

    def __init__(self, navn, version=None):
        n = version or len(list((SCHEMAS / navn).glob("v*.avsc")))
        self.root = json.loads((SCHEMAS / navn / f"v{n}.avsc").read_text())
        self.named = {}
        text = json.dumps(canonical(self.root), separators=(",", ":"), ensure_ascii=False)
        self.head = MARK + fingerprint(text)

    def encode(self, value):
        return self.head + self._write(self.root, value)

    def decode(self, data):
        assert data[:10] == self.head, "another schema"
        value, rest = self._read(self.root, data[10:])
        assert rest == b""
        return value

    def _known(self, t):
        if isinstance(t, dict) and t["type"] in ("record", "enum", "fixed"):
            self.named[f"{t.get('namespace', 'dk.parloeb')}.{t['name']}"] = t
        return self.named.get(t, t) if isinstance(t, str) else t

    def _write(self, t, v):
        t = self._known(t)
        if isinstance(t, list):
            n = t.index("null") if v is None else next(i for i, b in enumerate(t) if b != "null")
            for b in t:
                self._known(b)
            return _long(n) + self._write(t[n], v)
        kind = t["type"] if isinstance(t, dict) else t
        if kind == "record":
            return b"".join(self._write(f["type"], v.get(f["name"])) for f in t["fields"])
        if kind == "enum":
            return _long(t["symbols"].index(v))
        if kind == "array":
            return (_long(len(v)) + b"".join(self._write(t["items"], i) for i in v) if v else b"") + _long(0)
        if kind == "string":
            return _long(len(v.encode())) + v.encode()
        if kind == "bytes":
            return _long(len(v)) + v
        return {"null": lambda: b"", "boolean": lambda: bytes([v]), "fixed": lambda: v}.get(
            kind, lambda: _long(v))()

    def _read(self, t, data):
        t = self._known(t)
        if isinstance(t, list):
            n, data = _unlong(data)
            return self._read(t[n], data)
        kind = t["type"] if isinstance(t, dict) else t
        if kind == "record":
            out = {}
            for f in t["fields"]:
                out[f["name"]], data = self._read(f["type"], data)
            return out, data
        if kind == "null":
            return None, data
        if kind == "fixed":
            return data[:t["size"]], data[t["size"]:]
        n, data = _unlong(data)
        if kind == "enum":
            return t["symbols"][n], data
        if kind in ("string", "bytes"):
            return (data[:n].decode() if kind == "string" else data[:n]), data[n:]
        assert kind in ("int", "long"), kind
        return n, data


def _long(n):
    n = (n << 1) ^ (n >> 63)
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def _unlong(data):
    n = shift = i = 0
    while True:
        n |= (data[i] & 0x7F) << shift
        shift += 7
        i += 1
        if data[i - 1] < 0x80:
            return (n >> 1) ^ -(n & 1), data[i:]
