# SPDX-License-Identifier: MPL-2.0
"""Receivers that are slow, silent, break off, answer too late, ask for patience, refuse one person,
are gone, have an expired certificate, redirect, or never end; and SIGKILL of dispatch in between.

Usage: tests/chaos/delivery [--rounds N] [--persons N] [--seed N]

A round writes one message for each person of each receiver and kills dispatch at a random moment.
Some messages are withdrawn on the way. Afterwards the receivers get well, the partners resume, and
requests, steps on svar and withdrawals are judged. The last line is `N passed, N failed`.
"""

import argparse
import random
import ssl
import struct
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter, defaultdict
from http.server import ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / p) for p in ("tests/lib", "deploy/lib", "tests/integration/dispatch")]

import harness  # noqa: E402, F401
from bane import Bane  # noqa: E402
from harness import wait_until  # noqa: E402

CALL_S = 8      # what dispatch gives a call; longer than a healthy receiver of this process may stand still
END_S = 180
SHOWN = 5
EXPIRED_CA = """[ca]
default_ca = d
[d]
dir = {folder}
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = p
[p]
commonName = supplied
"""
SETTLED = {"leveret", "parkeret", "tilbagekaldt"}


def say(text):
    print(f"delivery: {text}", flush=True)


# ---- ways to answer; each says what it does to the first attempts of a message ------------------------

def half(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf")
    handler.wfile.flush()
    # A reset instead of an end.
    handler.connection.setsockopt(1, 13, struct.pack("ii", 1, 0))
    handler.connection.close()


def endless(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    try:
        while True:
            handler.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
    except OSError:
        pass


def late(handler):
    threading.Event().wait(CALL_S + 0.3)
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    except OSError:
        pass


def first(n, answer):
    return lambda nr, event: answer if nr <= n else 204


class World:
    def __init__(self, args):
        self.args, self.rng = args, random.Random(args.seed)
        self.well = threading.Event()
        self.bane = Bane(timeout=f"{CALL_S}s", retry=["0s", "100ms", "300ms", "500ms", "1s"], probe="300ms")
        self.persons = [b"person%010d" % n for n in range(args.persons)]
        self.sent = defaultdict(list)       # (organisation, person) → leveringids in order
        self.withdrawn = {}                 # leveringid → that of its withdrawal
        self.kills = 0
        self.receivers = self.set_up()

    def set_up(self):
        slow = threading.Event()
        stuck = f"syg {self.persons[0].decode()}"
        kinds = {
            "healthy": lambda nr, event: 204,
            "slow": lambda nr, event: slow.wait(0.2) or 204,
            "silent": first(1, None),
            "half": first(2, half),
            "late": first(1, late),
            "patience": first(1, (429, {"Retry-After": "1"})),
            "one person": lambda nr, event: 500 if event["data"].get("aarsag") == stuck else 204,
            "gone": lambda nr, event: 410,
            "redirect": lambda nr, event: (302, {"Location": "http://127.0.0.1:1/"}),
            "endless": first(1, endless),
            "certificate": lambda nr, event: 204,
        }
        made = {}
        for n, (kind, answer) in enumerate(kinds.items()):
            org = made[kind] = f"kommune:{4000 + n}"
            more = {"url": self.with_expired_certificate() + "/", "ca": str(self.bane.dir / "c.pem")} if kind == "certificate" else {}
            self.bane.partner(org, **more)
            self.bane.modtager.svar[self.bane.sti(org)] = self.getting_well(answer)
        return made

    def getting_well(self, answer):
        return lambda nr, event: 204 if self.well.is_set() else answer(nr, event)

    def with_expired_certificate(self):
        folder = self.bane.dir
        (folder / "ca.cnf").write_text(EXPIRED_CA.format(folder=folder))
        (folder / "index").write_text("")
        (folder / "serial").write_text("01\n")
        for argv in (["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "k.pem", "-out", "c.csr",
                      "-subj", "/CN=127.0.0.1"],
                     ["ca", "-batch", "-config", "ca.cnf", "-selfsign", "-keyfile", "k.pem", "-in", "c.csr", "-out", "c.pem", "-notext",
                      "-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]):
            done = subprocess.run(["openssl", *argv], cwd=folder, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        server = ThreadingHTTPServer(("127.0.0.1", 0), self.bane.modtager.RequestHandlerClass)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "c.pem", folder / "k.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        server.handle_error = lambda *_: None
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"https://127.0.0.1:{server.server_address[1]}"

    def round(self, nr):
        for kind, org in self.receivers.items():
            for person in self.persons:
                text = f"syg {person.decode()}" if person == self.persons[0] else kind
                self.sent[org, person].append(self.bane.besked(org, person, text, sequence=nr + 1))
        if self.rng.random() < 0.8:
            self.withdraw_some()
        threading.Event().wait(self.rng.random() * 1.5)
        self.bane.kill()
        self.kills += 1
        self.bane.start()

    def withdraw_some(self):
        for (org, person), ids in self.sent.items():
            id = self.rng.choice(ids)
            if self.rng.random() < 0.1 and id not in self.withdrawn:
                self.withdrawn[id] = self.bane.tilbagekald(org, id, person)

    def end(self):
        """What no receiver will ever take is withdrawn, the rest get well, and everything is resumed."""
        certificate = self.receivers["certificate"]
        for (org, person), ids in self.sent.items():
            for id in ids:
                if org == certificate and id not in self.withdrawn:
                    self.withdrawn[id] = self.bane.tilbagekald(org, id, person)
        self.well.set()
        wait_until(self.resumed, "every message settled", END_S, 5)

    def resumed(self):
        """Is everything settled? An answer from before the receiver got well may come after an order to resume: then once more."""
        if not self.open():
            return True
        for kind in ("gone", "redirect"):
            self.bane.kommando(self.receivers[kind], "resume")
        return False

    def open(self):
        """Messages whose newest step settles nothing."""
        newest = {}
        for status in self.bane.statusser():
            if status["trin"] != "forsoegt":
                newest[status["leveringId"]] = status["trin"]
        ids = [id for (org, _), ids in self.sent.items() for id in ids]
        gone = [self.receivers[k] for k in ("gone", "redirect")]
        waits = {id for (org, _), ids in self.sent.items() if org in gone for id in ids}
        return [id for id in ids if newest.get(uuid.UUID(id).bytes) not in (SETTLED - {"parkeret"} if id in waits else SETTLED)]

    # ---- judgement --------------------------------------------------------------------------------------

    def judged(self):
        requests = defaultdict(list)
        with self.bane.modtager.lock:
            for r in self.bane.modtager.set:
                requests[r["path"]].append(r)
        return [("every message ends delivered, parked or withdrawn", self.open()),
                ("a withdrawn one never leaves after the withdrawal was read", self.late_leavers(requests)),
                ("order per person", self.disorder(requests)),
                ("every attempt is on record", self.unrecorded(requests)),
                ("only what was in flight is repeated after its 2xx", self.repeats(requests)),
                ("every request is signed", [r["id"] for rows in requests.values() for r in rows if not r["signed"]])]

    def steps(self):
        out = defaultdict(list)
        for s in self.bane.statusser():
            out[str(uuid.UUID(bytes=s["leveringId"]))].append(s)
        return out

    def late_leavers(self, requests):
        steps = self.steps()
        told = {id for id in self.withdrawn if any(s["trin"] == "tilbagekaldt" for s in steps[id])}
        return [id for rows in requests.values() for n, r in enumerate(rows) for id in [r["id"]]
                if id in told and any(x["id"] == self.withdrawn[id] for x in rows[:n])]

    def disorder(self, requests):
        faults = []
        for (org, person), ids in self.sent.items():
            place = {id: n for n, id in enumerate(ids)}
            seen = [place[id] for id in dict.fromkeys(r["id"] for r in requests[self.bane.sti(org)]) if id in place]
            if seen != sorted(seen):
                faults.append(f"{org} {person.decode()}: {seen}")
        return faults

    def unrecorded(self, requests):
        steps = self.steps()
        most = {id: max((s["forsoeg"] for s in rows), default=0) for id, rows in steps.items()}
        seen = Counter(r["id"] for rows in requests.values() for r in rows)
        return [f"{id}: {n} requests, {most.get(id, 0)} attempts" for id, n in seen.items() if n > most.get(id, 0)]

    def repeats(self, requests):
        """The healthy ones answer 2xx at once: a repeat there comes from a kill."""
        rows = requests[self.bane.sti(self.receivers["healthy"])]
        more = {id: n - 1 for id, n in Counter(r["id"] for r in rows).items() if n > 1}
        return [f"{id}: {n} repeats, {self.kills} kills" for id, n in more.items() if n > self.kills]


def main(argv):
    parser = argparse.ArgumentParser(prog="tests/chaos/delivery", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--persons", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    began = time.monotonic()
    world = World(args)
    try:
        world.bane.start()
        for nr in range(args.rounds):
            world.round(nr)
        try:
            world.end()
        except AssertionError as e:
            say(str(e))
        rules = world.judged()
        n = sum(map(len, world.sent.values()))
        say(f"{n} messages, {len(world.withdrawn)} withdrawn, {len(world.bane.modtager.set)} requests, {world.kills} kills, "
            f"{time.monotonic() - began:.0f} s")
    finally:
        world.bane.close()
    for rule, faults in rules:
        say(f"{'FAILED' if faults else 'holds '} {rule}" + (f": {len(faults)}" if faults else ""))
        for line in faults[:SHOWN]:
            say(f"       {line}")
    bad = sum(1 for _, faults in rules if faults)
    print(f"{len(rules) - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
