# SPDX-License-Identifier: MPL-2.0
"""The nightly file: dispatch against OpenSSH's server."""

import csv
import io
import json
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
import yaml
from bane import Bane
from devconfig import write_private
from harness import wait_until
from sftpserver import temporary_server

HOOK = Path(__file__).parent / "sftp_hook.py"


class Natbane(Bane):
    """A track whose partners take their mail as files; nobody waits for the night."""

    def __init__(self, **conf):
        super().__init__(sftp_look="200ms", probe="300ms", **conf)
        self.server = temporary_server()
        self.server.subsystem = f"/usr/bin/python3 {HOOK} {self.server.dir}"
        self.server.write()
        self.server.start()

    def modtager_fil(self, org, kvittering="haandteret", **more):
        s = self.server
        sftp = {"url": s.url, "user": s.user, "key_file": str(s.key_file), "known_hosts": str(s.known_hosts), "tid": "02:00",
                "allow_private": True, **more}
        tree = {"navn": org, "organisationer": [org], "tokens": [], "kvittering": kvittering, "sftp": sftp}
        write_private(self.dir / f"config/partnere/{org.replace(':', '-')}.yaml", yaml.safe_dump(tree))
        self.genindlaes()

    def nu(self, org):
        """parloeb partner sftp-nu"""
        done = subprocess.run([self.bin / "parloeb", "--config", self.config, "partner", "sftp-nu", org], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def filer(self, org):
        """The organisation's files in place, oldest first."""
        begin = f"parloeb-{org.replace(':', '-')}-"
        return [n for n in self.server.names() if n.startswith(begin) and n.endswith(".csv")]

    def fil(self, org, nr=0):
        wait_until(lambda: len(self.filer(org)) > nr, f"file {nr + 1} of {org}")
        return (self.server.files / self.filer(org)[nr]).read_bytes()

    def raekker(self, org, nr=0):
        return list(csv.DictReader(io.StringIO(self.fil(org, nr).decode(), newline="")))

    def kvitter(self, org, linjer, nr=0):
        name = self.filer(org)[nr] + ".kvit"
        (self.server.files / f"{name}.ny").write_text("".join(f"{line}\n" for line in linjer))
        (self.server.files / f"{name}.ny").rename(self.server.files / name)

    def stands(self, name):
        """The next rename stops there; a function that waits until it does."""
        (self.server.dir / name).touch()

    def naaet(self):
        wait_until((self.server.dir / "naaet").exists, "the rename")
        (self.server.dir / "naaet").unlink()

    def slip(self, name):
        (self.server.dir / name).unlink()

    def close(self):
        for name in ("foer", "efter"):
            (self.server.dir / name).unlink(missing_ok=True)
        self.server.stop()
        shutil.rmtree(self.server.dir, ignore_errors=True)
        super().close()


@pytest.fixture(scope="module")
def bane():
    track = Natbane(sftp_rows=3)
    try:
        yield track.start()
    finally:
        track.close()


def ids(rows):
    return [row["leveringid"] for row in rows]


def test_a_file_and_what_is_in_it(bane):
    org = "kommune:0101"
    bane.modtager_fil(org)
    first, second = bane.besked(org, tekst='=HYPERLINK("http://x";"y"), og "æøå"'), bane.besked(org, frist=1800000000, sequence=7)
    bane.nu(org)
    raw, rows = bane.fil(org), bane.raekker(org)
    assert raw.startswith(b"leveringid,type,tid,frist,cpr,") and raw.count(b"\r\n") == 3 and raw.endswith(b"\r\n")
    assert ids(rows) == [first, second]
    assert rows[0]["aarsag"] == '\'=HYPERLINK("http://x";"y"), og "æøå"' and rows[0]["type"] == "dk.parloeb.haendelse-afvist"
    assert rows[0]["frist"] == "" and rows[1]["frist"].startswith("2027-01-15T") and rows[1]["sequence"] == "7"
    event = json.loads(rows[0]["haendelse"])
    assert event["data"]["aarsag"] == '=HYPERLINK("http://x";"y"), og "æøå"' and event["leveringid"] == first
    for id in (first, second):
        bane.vent(id, "leveret")
    assert bane.filer(org)[0].endswith("-01.csv") and [n for n in bane.server.names() if n.endswith(".del")] == []
    # Nothing new: no file. Something new: it alone, in the next.
    bane.nu(org)
    third = bane.besked(org)
    wait_until(lambda: bane.nu(org) or len(bane.filer(org)) > 1, "the second file")
    assert ids(bane.raekker(org, 1)) == [third] and bane.filer(org)[1].endswith("-02.csv")


def test_more_than_a_file_holds(bane):
    org = "kommune:0147"
    bane.modtager_fil(org)
    sent = [bane.besked(org) for _ in range(7)]
    bane.nu(org)
    for nr, part in enumerate((sent[:3], sent[3:6], sent[6:])):
        assert ids(bane.raekker(org, nr)) == part
    for id in sent:
        bane.vent(id, "leveret")


def test_withdrawn_stands_as_its_withdrawal(bane):
    org = "kommune:0151"
    bane.modtager_fil(org)
    gone = bane.besked(org, sequence=3)
    withdrawal = bane.tilbagekald(org, gone, sequence=3)
    kept = bane.besked(org)
    bane.nu(org)
    rows = bane.raekker(org)
    assert ids(rows) == [withdrawal, kept]
    assert rows[0]["tilbagekaldtLeveringid"] == gone and rows[0]["sequence"] == "3"


def test_discarded_stands_as_its_withdrawal(bane):
    org = "kommune:0153"
    bane.modtager_fil(org)
    gone, kept = bane.laest(org, antal=2)     # an order about what dispatch has not read is none
    bane.kommando(org, "discard", udvalg=[(gone, bane.offset(gone))], aarsag="fejl")
    bane.vent(gone, "tilbagekaldt")
    bane.nu(org)
    rows = bane.raekker(org)
    assert [row["tilbagekaldtLeveringid"] for row in rows] == [gone, ""] and ids(rows)[1] == kept


def test_receipts_from_a_file(bane):
    org = "kommune:0155"
    bane.modtager_fil(org)
    sent = [bane.besked(org) for _ in range(3)]
    bane.nu(org)
    bane.fil(org)
    stranger = str(uuid.uuid4())
    for id in sent:
        bane.vent(id, "leveret")
    before = bane.metrik("parloeb_dispatch_file_receipts_refused_total")
    bane.kvitter(org, ["leveringid;status;aarsag", f"{sent[0]};haandteret", f"{sent[1]};maaske", "", f"{sent[1]};afvist-endeligt;kender ikke borgeren",
                       "nonsens", f"{sent[2].upper()};haandteret", f"{sent[2]};slettet;cpr 0101011234", f"{stranger};haandteret", f"{sent[2]};haandteret"])
    bane.vent(sent[0], "leveret", "haandteret")
    bane.vent(sent[1], "leveret", "afvist_endeligt")
    bane.vent(sent[2], "leveret", "haandteret")
    wait_until(lambda: bane.metrik("parloeb_dispatch_file_receipts_refused_total") >= before + 4, "lines refused")
    lines = [json.loads(line) for line in bane.log().splitlines() if "acknowledgement file not taken" in line]
    assert [line["linje"] for line in lines[-4:]] == [3, 6, 7, 8] and "0101011234" not in bane.log()


def test_killed_before_the_rename(bane):
    org = "kommune:0157"
    killed(bane, org, "foer", there=False)


def test_killed_between_rename_and_commit(bane):
    org = "kommune:0159"
    killed(bane, org, "efter", there=True)


def killed(bane, org, where, there):
    """kill -9 at the rename: the same file with the same content, once; what it holds is settled once."""
    bane.modtager_fil(org)
    sent = [bane.besked(org) for _ in range(2)]
    bane.stands(where)
    bane.nu(org)
    bane.naaet()
    bane.kill()
    before = bane.fil(org) if there else None
    assert bool(bane.filer(org)) == there
    bane.slip(where)
    late = bane.besked(org)   # not in the file whose end was written down before
    bane.start()
    for id in sent:
        bane.vent(id, "leveret")
    assert ids(bane.raekker(org)) == sent and before in (None, bane.fil(org))
    assert ids(bane.raekker(org, 1)) == [late]
    bane.vent(late, "leveret")
    assert len(bane.filer(org)) == 2


def test_another_key_than_the_known(bane):
    org = "kommune:0161"
    known = bane.server.dir / "andre_hosts"
    known.write_text(bane.server.known_hosts.read_text().replace(
        (bane.server.dir / "host.pub").read_text().split()[1], (bane.server.dir / "stranger.pub").read_text().split()[1]))
    bane.modtager_fil(org, known_hosts=str(known))
    sent = bane.besked(org)
    bane.nu(org)
    wait_until(lambda: bane.metrik("parloeb_dispatch_files_failing") == 1, "the failure")
    assert "vaertsnoegle" in bane.log() and bane.filer(org) == []
    assert "leveret" not in bane.navne(sent)
    # The operator puts it right.
    bane.modtager_fil(org)
    bane.nu(org)
    assert ids(bane.raekker(org)) == [sent]
    wait_until(lambda: bane.metrik("parloeb_dispatch_files_failing") == 0, "the end of the failure")


def test_taken_is_handled_where_the_partner_says_so(bane):
    org = "kommune:0163"
    bane.modtager_fil(org, kvittering="leveret")
    sent = bane.besked(org)
    bane.nu(org)
    bane.vent(sent, "leveret", "haandteret")


def test_another_instance_goes_on(bane):
    """What a file was to hold, where it ended and whose acknowledgement is waited for stand in the state."""
    org = "kommune:0165"
    bane.modtager_fil(org)
    sent = bane.besked(org)
    bane.nu(org)
    bane.vent(sent, "leveret")
    bane.kill()
    other = bane.endnu_en("dispatch-b")
    try:
        bane.kvitter(org, [f"{sent};haandteret"])
        bane.vent(sent, "leveret", "haandteret")
    finally:
        other.kill()
        bane.start()
