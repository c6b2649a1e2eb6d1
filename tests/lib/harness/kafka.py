# SPDX-License-Identifier: MPL-2.0
"""Topics as bytes, read and written with librdkafka through ctypes: keys, values and headers come
back exactly as they lie, whatever they hold."""

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int, c_int32, c_int64, c_size_t, c_void_p
from dataclasses import dataclass, field

from .wait import wait_until

READ_S = 60
PARTITION_UA = -1
EOF, TIMED_OUT = -191, -185
UNKNOWN_PARTITION = -190
OFFSET_BEGINNING = -2


class Message(ctypes.Structure):
    _fields_ = [("err", c_int), ("rkt", c_void_p), ("partition", c_int32), ("payload", c_void_p),
                ("len", c_size_t), ("key", c_void_p), ("key_len", c_size_t), ("offset", c_int64),
                ("private", c_void_p)]


class Mem(ctypes.Structure):
    _fields_ = [("ptr", c_char_p), ("size", c_size_t)]


class Header(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("val", c_char_p), ("size", ctypes.c_ssize_t)]


class Value(ctypes.Union):
    _fields_ = [("cstr", c_char_p), ("i32", c_int32), ("mem", Mem), ("header", Header),
                ("pad", ctypes.c_char * 64)]


class Argument(ctypes.Structure):
    """rd_kafka_vu_t"""
    _fields_ = [("kind", c_int), ("u", Value)]


# rd_kafka_vtype_t
TOPIC, PARTITION, VALUE, KEY, FLAGS, HEADER = 1, 3, 4, 5, 7, 9
COPY, BLOCK = 2, 4

FUNCTIONS = {
    "rd_kafka_conf_new": (c_void_p,),
    "rd_kafka_conf_set": (c_int, c_void_p, c_char_p, c_char_p, c_char_p, c_size_t),
    "rd_kafka_new": (c_void_p, c_int, c_void_p, c_char_p, c_size_t),
    "rd_kafka_destroy": (None, c_void_p),
    "rd_kafka_err2str": (c_char_p, c_int),
    "rd_kafka_topic_partition_list_new": (c_void_p, c_int),
    "rd_kafka_topic_partition_list_destroy": (None, c_void_p),
    "rd_kafka_topic_partition_list_add": (c_void_p, c_void_p, c_char_p, c_int32),
    "rd_kafka_topic_partition_list_set_offset": (c_int, c_void_p, c_char_p, c_int32, c_int64),
    "rd_kafka_assign": (c_int, c_void_p, c_void_p),
    "rd_kafka_consumer_poll": (POINTER(Message), c_void_p, c_int),
    "rd_kafka_consumer_close": (c_int, c_void_p),
    "rd_kafka_message_destroy": (None, POINTER(Message)),
    "rd_kafka_message_timestamp": (c_int64, POINTER(Message), POINTER(c_int)),
    "rd_kafka_message_headers": (c_int, POINTER(Message), POINTER(c_void_p)),
    "rd_kafka_header_get_all": (c_int, c_void_p, c_size_t, POINTER(c_char_p), POINTER(c_void_p),
                                POINTER(c_size_t)),
    "rd_kafka_query_watermark_offsets": (c_int, c_void_p, c_char_p, c_int32, POINTER(c_int64),
                                         POINTER(c_int64), c_int),
    "rd_kafka_produceva": (c_void_p, c_void_p, POINTER(Argument), c_size_t),
    "rd_kafka_error_string": (c_char_p, c_void_p),
    "rd_kafka_flush": (c_int, c_void_p, c_int),
    "rd_kafka_outq_len": (c_int, c_void_p),
    "rd_kafka_msg_partitioner_murmur2": (c_int32, c_void_p, c_char_p, c_size_t, c_int32, c_void_p,
                                         c_void_p),
}


def load():
    library = ctypes.CDLL("librdkafka.so.1")
    for name, (result, *arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


lib = load()


@dataclass
class Record:
    partition: int
    offset: int
    timestamp: int
    key: bytes                              # None = no key
    value: bytes = field(repr=False)        # None = tombstone
    headers: dict = field(default_factory=dict)


class Handle:
    """A client as a context: destroyed at the end."""

    def __init__(self, kind, bootstrap, **properties):
        text = ctypes.create_string_buffer(512)
        conf = lib.rd_kafka_conf_new()
        for name, value in {"bootstrap.servers": bootstrap, **properties}.items():
            done = lib.rd_kafka_conf_set(conf, name.replace("_", ".").encode(),
                                         str(value).encode(), text, len(text))
            assert done == 0, text.value.decode()
        self.rk = lib.rd_kafka_new({"producer": 0, "consumer": 1}[kind], conf, text, len(text))
        assert self.rk, text.value.decode()

    def __enter__(self):
        return self.rk

    def __exit__(self, *_):
        lib.rd_kafka_destroy(self.rk)


def consumer(bootstrap, committed=True):
    return Handle("consumer", bootstrap, group_id="harness", enable_partition_eof="true",
                  enable_auto_commit="false", fetch_wait_max_ms=100,
                  isolation_level="read_committed" if committed else "read_uncommitted")


def partition_of(key, partitions):
    """Where a record with this key lies on a topic of so many partitions."""
    return lib.rd_kafka_msg_partitioner_murmur2(None, key, len(key), partitions, None, None)


def end_offsets(bootstrap, topic):
    """{partition: offset behind the last record, control records included}."""
    with consumer(bootstrap) as rk:
        return _end_offsets(rk, topic)


def _end_offsets(rk, topic):
    """Partitions are numbered from 0 without holes: asked until there is no further one."""
    ends = {}
    while True:
        end, = wait_until(lambda: (_end_offset(rk, topic, len(ends)),), f"the ends of {topic}",
                          READ_S)
        if end is None:
            assert ends, f"{topic}: no partitions"
            return ends
        ends[len(ends)] = end


def _end_offset(rk, topic, partition):
    """None: there is no such partition. Whatever else is wrong says nothing of that."""
    low, high = c_int64(), c_int64()
    err = lib.rd_kafka_query_watermark_offsets(rk, topic.encode(), partition, byref(low),
                                               byref(high), READ_S * 1000)
    assert err in (0, UNKNOWN_PARTITION), f"{topic}: {lib.rd_kafka_err2str(err).decode()}"
    return high.value if err == 0 else None


def read_topic(bootstrap, topic, committed=True):
    """Every record of the topic now, partition by partition; read_committed unless told not to."""
    records = []
    with consumer(bootstrap, committed) as rk:
        left = set(_end_offsets(rk, topic))
        assign(rk, topic, left)
        while left:
            message = lib.rd_kafka_consumer_poll(rk, READ_S * 1000)
            assert message, f"{topic}: no end of partitions {sorted(left)} within {READ_S} s"
            err, partition = message.contents.err, message.contents.partition
            if err == 0:
                records.append(record(message))
            lib.rd_kafka_message_destroy(message)
            if err == EOF:
                left.discard(partition)
            else:
                assert err == 0, f"{topic}: {lib.rd_kafka_err2str(err).decode()}"
        lib.rd_kafka_consumer_close(rk)
    return sorted(records, key=lambda r: (r.partition, r.offset))


def assign(rk, topic, partitions):
    rows = lib.rd_kafka_topic_partition_list_new(len(partitions))
    for partition in partitions:
        lib.rd_kafka_topic_partition_list_add(rows, topic.encode(), partition)
        lib.rd_kafka_topic_partition_list_set_offset(rows, topic.encode(), partition,
                                                     OFFSET_BEGINNING)
    err = lib.rd_kafka_assign(rk, rows)
    lib.rd_kafka_topic_partition_list_destroy(rows)
    assert err == 0, lib.rd_kafka_err2str(err).decode()


def record(message):
    m = message.contents
    headers, rows, n = {}, c_void_p(), 0
    if lib.rd_kafka_message_headers(message, byref(rows)) == 0:
        name, value, size = c_char_p(), c_void_p(), c_size_t()
        while lib.rd_kafka_header_get_all(rows, n, byref(name), byref(value), byref(size)) == 0:
            headers[name.value.decode()] = ctypes.string_at(value, size.value) if value else None
            n += 1
    return Record(m.partition, m.offset, lib.rd_kafka_message_timestamp(message, None),
                  ctypes.string_at(m.key, m.key_len) if m.key else None,
                  ctypes.string_at(m.payload, m.len) if m.payload else None, headers)


class Writer:
    """Records with exactly these bytes, as a context; at its end Kafka has them all."""

    def __init__(self, bootstrap, linger_ms=0):
        self.handle = Handle("producer", bootstrap, partitioner="murmur2_random", linger_ms=linger_ms)
        self.rk = self.handle.rk

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                lib.rd_kafka_flush(self.rk, READ_S * 1000)
                assert lib.rd_kafka_outq_len(self.rk) == 0, f"not written within {READ_S} s"
        finally:
            lib.rd_kafka_destroy(self.rk)

    def write(self, topic, value, key=None, partition=PARTITION_UA, headers=()):
        """`headers`: (name, bytes or text) pairs."""
        rows = [(TOPIC, {"cstr": topic.encode()}), (PARTITION, {"i32": partition}),
                (FLAGS, {"i32": COPY | BLOCK})]
        if value is not None:
            rows.append((VALUE, {"mem": Mem(value, len(value))}))
        if key is not None:
            rows.append((KEY, {"mem": Mem(key, len(key))}))
        for name, content in headers:
            content = content.encode() if isinstance(content, str) else content
            rows.append((HEADER, {"header": Header(name.encode(), content, len(content))}))
        arguments = (Argument * len(rows))(*(Argument(kind, Value(**u)) for kind, u in rows))
        err = lib.rd_kafka_produceva(self.rk, arguments, len(rows))
        assert not err, f"{topic}: {lib.rd_kafka_error_string(err).decode()}"


def produce(bootstrap, topic, value, key=None, partition=PARTITION_UA, headers=()):
    """One record with exactly these bytes. Returns when Kafka has it."""
    with Writer(bootstrap) as writer:
        writer.write(topic, value, key, partition, headers)
