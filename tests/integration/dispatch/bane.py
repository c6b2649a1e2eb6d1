# SPDX-License-Identifier: MPL-2.0
"""A track for dispatch alone: Kafka, the service, a partner's webhook, and the records around it."""

import base64
import hashlib
import hmac
import itertools
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request
import uuid
from collections import defaultdict
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml
from avro import Schema
from devconfig import write_private
from harness import end_offsets, logs, produce, read_topic, wait_until
from harness.kafka import assign, consumer, lib, partition_of, record
from harness.wait import PATIENCE_S
from kafka import Cluster
from proc import Daemon, pick_port
from stack import build, http_ok

ROOT = Path(__file__).resolve().parents[3]
PARTITIONS = 4
STATUS, MARKOER, KVITTERING, KOMMANDO = map(Schema, ("levering-status", "markoer", "kvittering", "kommando"))
TILBAGEKALDT = Schema("levering-tilbagekaldt")
NAVNERUM = uuid.UUID("8a7d3f52-0000-4000-8000-000000000000")
BESKED = Schema("haendelse-afvist")   # the smallest event there is: it says nothing about anybody


class Modtager(ThreadingHTTPServer):
    """A partner's webhook. `svar[path]`: function of (request number of that webhook-id, event) → status,
    (status, headers), None = never answer, or a function of the handler that answers by itself. Every request is kept."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, secret):
        super().__init__(("127.0.0.1", 0), Handler)
        self.secret, self.lock = secret, threading.Lock()
        self.set, self.svar, self.gange = [], {}, defaultdict(int)
        self.samtidige = self.flest = 0
        self.lukket = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def ids(self, path="/"):
        """webhook-ids in the order in which they came first."""
        with self.lock:
            return list(dict.fromkeys(r["id"] for r in self.set if r["path"] == path))

    def requests(self, id):
        with self.lock:
            return [r for r in self.set if r["id"] == id]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        s, id = self.server, self.headers["webhook-id"]
        with s.lock:
            s.gange[id] += 1
            nr = s.gange[id]
            s.samtidige += 1
            s.flest = max(s.flest, s.samtidige)
            s.set.append({"id": id, "path": self.path, "body": body, "headers": dict(self.headers),
                          "event": json.loads(body), "signed": self.signed(id, body), "tid": time.monotonic()})
        answer = s.svar.get(self.path, lambda nr, event: 204)(nr, json.loads(body))
        with s.lock:
            s.samtidige -= 1
        if answer is None:
            s.lukket.wait(60)
            self.close_connection = True
            return
        if callable(answer):
            self.close_connection = True
            answer(self)
            return
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def signed(self, id, body):
        """Standard Webhooks, checked by hand."""
        stamp = self.headers["webhook-timestamp"]
        mac = hmac.new(self.server.secret, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
        return (f"v1,{base64.b64encode(mac).decode()}" in self.headers["webhook-signature"].split(" ")
                and abs(time.time() - int(stamp)) < 60)

    def log_message(self, *_):
        pass


class Foelger(threading.Thread):
    """Every committed record of a topic, as it comes."""

    def __init__(self, bootstrap, topic):
        super().__init__(daemon=True)
        self.bootstrap, self.topic = bootstrap, topic
        self.records, self.slut = [], threading.Event()
        self.start()

    def run(self):
        with consumer(self.bootstrap) as rk:
            assign(rk, self.topic, list(end_offsets(self.bootstrap, self.topic)))
            while not self.slut.is_set():
                message = lib.rd_kafka_consumer_poll(rk, 100)
                if message:
                    if message.contents.err == 0:
                        self.records.append(record(message))
                    lib.rd_kafka_message_destroy(message)
            lib.rd_kafka_consumer_close(rk)

    def close(self):
        self.slut.set()
        self.join()


class Bane:
    """Kafka, configuration and one dispatch. conf: keys of the section dispatch; console: of that one. A call has so much time that a
    receiver on a busy machine never overruns it; a test that needs a shorter one says so (`liv`). A session outlives a machine that
    stands still for seconds: nobody else then gets the partitions, which would repeat what is under way."""

    def __init__(self, console=None, **conf):
        self.dir = Path(tempfile.mkdtemp(prefix="dispatch-", dir=os.environ.get("PARLOEB_TEST_TMP")))
        logs.watch(self.dir)
        self.bin = build(print)
        self.secret = secrets.token_bytes(32)
        self.modtager = Modtager(self.secret)
        self.kafka = Cluster(self.dir)
        self.kafka.start()
        self.bootstrap = self.kafka.bootstrap()
        self.mgmt = pick_port()
        self.tilbagekaldte = lambda: read_topic(self.bootstrap, "parloeb.tilbagekaldt")
        self.conf = {"management": f"127.0.0.1:{self.mgmt}", "retry": ["0s", "100ms", "200ms", "400ms"],
                     "timeout": "60s", "connect_timeout": "60s", "jitter_percent": 0, "session_timeout": "12s", "probe": "1h", **conf}
        self.console = console or {}
        self.daemon = Daemon("dispatch", self.dir / "run/dispatch.pid", self.dir / "log/dispatch.log")
        self.skriv(self.conf)
        done = subprocess.run([self.bin / "parloeb", "--config", self.config, "topics", "apply"], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        self.svar, self.afkodet = Foelger(self.bootstrap, "parloeb.svar"), []
        self.stoppere = itertools.count(87654321)

    # -- configuration ----------------------------------------------------------------------------

    @property
    def config(self):
        return self.dir / "config/parloeb.yaml"

    def skriv(self, conf):
        tree = yaml.safe_load((ROOT / "config/parloeb.yaml").read_text())
        for name in ("person_key", "data_key", "hmac_key"):
            tree["secrets"][name] = str(self.dir / "secrets" / name)
            if not (self.dir / "secrets" / name).exists():
                write_private(self.dir / "secrets" / name, secrets.token_hex(32) + "\n")
        tree["kafka"]["bootstrap"] = self.bootstrap
        tree["topics"].update(partitions=PARTITIONS, org_partitions=PARTITIONS)
        tree["paths"] = {"schemas": str(ROOT / "schemas"), "koder": str(ROOT / "config/koder"), "regler": str(ROOT / "config/regler"),
                         "partnere": str(self.dir / "config/partnere"), "organisationer": str(ROOT / "config/organisationer.yaml")}
        tree["dispatch"].update(conf)
        tree["console"].update(self.console)
        write_private(self.config, yaml.safe_dump(tree))
        (self.dir / "config/partnere").mkdir(exist_ok=True)
        write_private(self.dir / "secrets/webhook", "whsec_" + base64.b64encode(self.secret).decode() + "\n")

    def partner(self, org, url=True, fil=None, **more):
        """A partner file for org; url True = the receiver's address and the organisation as path; fil: keys beside `webhook`."""
        more = dict(more)
        tree = {"navn": org, "organisationer": [org], "tokens": [], "kvittering": more.pop("kvittering", "haandteret"), **(fil or {})}
        if url:
            hook = {"url": self.modtager.url + self.sti(org) if url is True else url,
                    "secrets": [str(self.dir / "secrets/webhook")], "allow_private": True}
            tree["webhook"] = {**hook, **more}
        write_private(self.dir / f"config/partnere/{org.replace(':', '-')}.yaml", yaml.safe_dump(tree))

    @staticmethod
    def sti(org):
        return "/" + org.replace(":", "-")

    # -- life -------------------------------------------------------------------------------------

    def start(self, **conf):
        """conf: keys that this life alone has in place of the track's own."""
        self.skriv({**self.conf, **conf})
        self.daemon.start([self.bin / "parloeb-dispatch", "--config", self.config])
        wait_until(lambda: self.daemon.pid() is None or http_ok(f"http://127.0.0.1:{self.mgmt}/readyz"), "dispatch ready")
        assert self.daemon.pid(), self.log()
        return self

    def stop(self):
        assert self.daemon.stop(PATIENCE_S) == "stopped", self.log()

    def kill(self):
        assert self.daemon.kill() == "killed"

    @contextmanager
    def liv(self, **conf):
        """A life with keys of its own, and behind it one with the track's; dispatch stands still before."""
        self.start(**conf)
        try:
            yield
        finally:
            self.stop()
            self.start()

    def genindlaes(self):
        """SIGHUP, and the wait until the partner files are in force."""
        before = self.log().count("partner files read")
        self.daemon.signal(signal.SIGHUP)
        wait_until(lambda: self.log().count("partner files read") > before, "partner files read")

    def metrik(self, navn):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.mgmt}/metrics", timeout=PATIENCE_S) as answer:
            rows = [line.rpartition(" ") for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return sum(float(value) for name, _, value in rows if name == navn)

    def close(self):
        self.modtager.lukket.set()
        self.daemon.kill()
        self.svar.close()
        self.kafka.stop()
        self.modtager.shutdown()
        self.modtager.server_close()
        logs.unwatch(self.dir)
        if not os.environ.get("PARLOEB_TEST_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)

    def log(self):
        return self.daemon.log_file.read_text(errors="replace")

    # -- records ----------------------------------------------------------------------------------

    def _skriv(self, topic, key, value, headers=()):
        produce(self.bootstrap, f"parloeb.{topic}", value, key.encode(), headers=headers)

    def besked(self, org, person=None, tekst="x", **more):
        """A message on ud; its leveringid."""
        leveringid, value, headers = self.en_besked(person, tekst, **more)
        self._skriv("ud", org, value, headers)
        return leveringid

    @staticmethod
    def en_besked(person=None, tekst="x", id=None, sequence=None, frist=None):
        """leveringid, value and headers of a message."""
        leveringid = id or str(uuid.uuid4())
        value = BESKED.encode({"haendelseId": "h1", "aarsag": tekst, "fejl": [], "forseglet": None})
        headers = [("ce_specversion", b"1.0"), ("ce_id", f"id-{leveringid}".encode()), ("ce_source", b"/parloeb/forloeb"),
                   ("ce_type", b"dk.parloeb.haendelse-afvist"), ("ce_time", b"2024-03-01T08:00:00.000Z"),
                   ("content-type", b"application/avro"), ("ce_leveringid", leveringid.encode()),
                   ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                   ("ce_correlationid", b"3f2b8c1e-0000-4000-8000-000000000001"), ("ce_causationid", b"aarsag-1")]
        if sequence:
            headers.append(("ce_sequence", str(sequence).encode()))
        if person:
            headers.append(("plb_person", person))
        if frist:
            headers.append(("plb_frist", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(frist)).encode()))
        return leveringid, value, headers

    def laest(self, org, person=None, antal=1, **more):
        """So many messages that dispatch has read; their leveringids."""
        ids = [self.besked(org, person, f"a{n}", **more) for n in range(antal)]
        self.gem(org)
        return ids

    def tilbagekald(self, org, leveringid, person=None, aarsag="rettet", sequence=1):
        """A withdrawal on ud, as forloeb makes it; its leveringid."""
        raw = uuid.UUID(leveringid).bytes
        id = str(uuid.uuid5(NAVNERUM, leveringid))
        headers = [("ce_specversion", b"1.0"), ("ce_id", id.encode()), ("ce_source", b"/parloeb/forloeb"),
                   ("ce_type", b"dk.parloeb.levering-tilbagekaldt"), ("ce_time", b"2024-03-01T08:00:00.000Z"),
                   ("content-type", b"application/avro"), ("ce_leveringid", id.encode()), ("ce_sequence", str(sequence).encode()),
                   ("ce_correlationid", b"3f2b8c1e-0000-4000-8000-000000000001"), ("plb_tilbagekalder", raw)]
        if person:
            headers.append(("plb_person", person))
        self._skriv("ud", org, TILBAGEKALDT.encode({"tilbagekaldtLeveringid": raw, "aarsag": aarsag, "forseglet": None}), headers)
        return id

    def markoer(self, org, position):
        self._skriv("postkasse", org, MARKOER.encode({"organisation": org, "position": position, "tid": int(time.time() * 1000)}))

    def kvittering(self, org, leveringid, status, aarsag=None):
        self._skriv("postkasse", org, KVITTERING.encode(
            {"leveringid": uuid.UUID(leveringid).bytes, "status": status, "aarsag": aarsag, "organisation": org, "tid": int(time.time() * 1000)}))

    def kommando(self, org, kommando="genoptag", person=None, leveringid=None, aarsag=None, udvalg=()):
        self._skriv("postkasse", org, KOMMANDO.encode(
            {"kommando": kommando, "organisation": org, "person": person, "leveringid": leveringid and uuid.UUID(leveringid).bytes,
             "aarsag": aarsag, "aktoer": "test", "tid": int(time.time() * 1000), "ordre": None, "antal": None, "godkender": None,
             "udvalg": [{"leveringid": uuid.UUID(id).bytes, "offset": offset} for id, offset in udvalg]}))

    def paa_ud(self, leveringid):
        """The message's record on ud."""
        return next(r for r in read_topic(self.bootstrap, "parloeb.ud") if r.headers.get("ce_leveringid") == leveringid.encode())

    def paa_tilbagekaldt(self, leveringid):
        """Every withdrawal of the message on that topic. Behind the step on svar that tells of it: Kafka ends a transaction topic by topic."""
        key = uuid.UUID(leveringid).bytes
        return wait_until(lambda: [r for r in self.tilbagekaldte() if r.key == key], f"{leveringid} on tilbagekaldt")

    def offset(self, leveringid):
        return self.paa_ud(leveringid).offset

    def trin(self, leveringid):
        """Steps of a delivery on svar: [(status, record)]."""
        id = uuid.UUID(leveringid).bytes
        return [(status, r) for status, r in zip(self.statusser(), self.svar.records) if status["leveringId"] == id]

    def statusser(self):
        """Every step on svar so far."""
        while len(self.afkodet) < len(self.svar.records):
            self.afkodet.append(STATUS.decode(self.svar.records[len(self.afkodet)].value))
        return self.afkodet

    def navne(self, leveringid):
        return [status["trin"] for status, _ in self.trin(leveringid)]

    def har(self, leveringid, navne):
        told = self.navne(leveringid)
        assert told == list(navne), f"so far {told}"
        return True

    def gem(self, org=None):
        """Returns when everything that dispatch has applied so far is committed: a later step is on svar. With an organisation: and
        when it has read what lies on ud and postkasse for that one."""
        def samme(other):
            return org is None or partition_of(other.encode(), PARTITIONS) == partition_of(org.encode(), PARTITIONS)

        # A mailbox of its own each time, so that the step comes of this message and this marker, behind all others.
        stopper = next(s for s in (f"aktoer:{n}" for n in self.stoppere) if samme(s))
        id = self.besked(stopper)
        self.markoer(stopper, 2**62)
        self.vent(id, "leveret")

    def vent(self, leveringid, *navne):
        wait_until(lambda: self.har(leveringid, navne), f"steps {navne} of {leveringid}")

    def endnu_en(self, navn):
        """One more process of the service."""
        tree = yaml.safe_load(self.config.read_text())
        port = pick_port()
        tree["dispatch"].update(instance=navn, management=f"127.0.0.1:{port}")
        config = self.config.with_name(f"{navn}.yaml")
        write_private(config, yaml.safe_dump(tree))
        daemon = Daemon(navn, self.dir / f"run/{navn}.pid", self.dir / f"log/{navn}.log")
        daemon.start([self.bin / "parloeb-dispatch", "--config", config])
        wait_until(lambda: http_ok(f"http://127.0.0.1:{port}/readyz"), f"{navn} ready")
        return daemon
