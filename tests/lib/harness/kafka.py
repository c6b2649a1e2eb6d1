# SPDX-License-Identifier: MPL-2.0
"""Topics as bytes, read and written with kcat."""

import re
import subprocess
from dataclasses import dataclass, field

# Header names stand in the text between the values; a value may hold anything else.
HEADER = re.compile(rb"(?:^|,)((?:ce|plb)_[a-z]+|content-type|traceparent)=")
MARK = b"\x00--record--\x00"


@dataclass
class Record:
    partition: int
    offset: int
    timestamp: int
    key: bytes
    value: bytes = field(repr=False)      # None = tombstone
    headers: dict = field(default_factory=dict)


def kcat(*args, **kw):
    done = subprocess.run(["kcat", *args], capture_output=True, timeout=120, check=False, **kw)
    assert done.returncode == 0, f"kcat {' '.join(args)}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def read_topic(bootstrap, topic, committed=True):
    """Every record of the topic now, partition by partition; read_committed unless told not to."""
    mark = "".join(f"\\x{b:02x}" for b in MARK)
    isolation = "read_committed" if committed else "read_uncommitted"
    out = kcat("-b", bootstrap, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-D", "",
               "-X", f"isolation.level={isolation}",
               "-f", f"%p %o %T %K %S %k%s%h{mark}")
    records = [parse(row) for row in out.split(MARK)[:-1]]
    return sorted(records, key=lambda r: (r.partition, r.offset))


def parse(row):
    partition, offset, timestamp, key_len, value_len, rest = row.split(b" ", 5)
    key_len, value_len = max(int(key_len), 0), int(value_len)
    end = key_len + max(value_len, 0)
    tail = rest[end:]
    names = list(HEADER.finditer(tail))
    headers = {}
    for n, match in enumerate(names):
        stop = names[n + 1].start() if n + 1 < len(names) else len(tail)
        headers[match.group(1).decode()] = tail[match.end():stop]
    return Record(int(partition), int(offset), int(timestamp), rest[:key_len],
                  None if value_len < 0 else rest[key_len:end], headers)


def produce(bootstrap, topic, value, key=None, partition=None, headers=()):
    """One record with exactly these bytes (no line feed in them: kcat's delimiter)."""
    assert b"\n" not in value and b"\x1f" not in value
    args = ["-b", bootstrap, "-P", "-t", topic, "-X", "partitioner=murmur2_random"]
    if key is not None:
        args += ["-K", "\x1f"]
        value = key + b"\x1f" + value
    if partition is not None:
        args += ["-p", str(partition)]
    for name, text in headers:
        args += ["-H", f"{name}={text}"]
    kcat(*args, input=value)


def end_offsets(bootstrap, topic):
    """{partition: offset behind the last record, control records included}."""
    listing = kcat("-b", bootstrap, "-L", "-t", topic).decode()
    partitions = [int(p) for p in re.findall(r"partition (\d+), leader", listing)]
    query = [arg for p in partitions for arg in ("-t", f"{topic}:{p}:-1")]
    out = kcat("-b", bootstrap, "-Q", *query).decode()
    return {int(p): int(o) for p, o in re.findall(r"\[(\d+)\] offset (-?\d+)", out)}
