# SPDX-License-Identifier: MPL-2.0
"""Proofs of delivery: exported from a real stack, verified from the file alone, and every tampering shows."""

import json
import random
import re
import subprocess

import pytest
from desk import CPRS, KOMMUNE
from harness import wait_until

DONE, FAULTS = 0, 1


def verify(desk, path, *args):
    """Without configuration, Kafka or network: the file, and the public key."""
    return subprocess.run([desk.stack.program("parloeb"), "--config", "/no/such/file", "bevis", "verify", str(path), *map(str, args)],
                          text=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def proof(desk, tmp_path_factory):
    """(path, delivery id, body as delivered) of a receipted delivery."""
    desk.receiver.status = 204
    desk.register(CPRS[0])
    got = wait_until(lambda: desk.receiver.set, "delivered")[0]
    id = got["id"]
    receipt = {"leveringid": id, "status": "haandteret"}
    assert desk.stack.client(KOMMUNE).post("/v1/kvitteringer", receipt).status in (200, 202)
    wait_until(lambda: desk.cli_json("levering", "show", id)["trin"] == "haandteret", "receipted")
    desk.stack.settled()        # the console reads the topics of the other steps beside that one
    path = tmp_path_factory.mktemp("bevis") / "bevis.json"
    desk.stack.cli("levering", "bevis", id, "--out", path)
    return path, id, got["body"]


def test_a_proof_tells_the_whole_ladder(desk, proof):
    path, id, _ = proof
    done = verify(desk, path, "--key", desk.stack.dir / "secrets/proof_key.pub")
    assert done.returncode == DONE, done.stderr
    steps = re.findall(r"^  \S+  (\S+) +in the log", done.stdout, re.MULTILINE)
    assert steps == ["accepteret", "behandlet", "adresseret", "leveret", "haandteret"]
    assert id in done.stdout and done.stdout.endswith("in order\n")


def test_it_holds_no_cpr_number(proof):
    assert CPRS[0].encode() not in proof[0].read_bytes()


def test_the_body_is_compared_with_what_was_delivered(desk, proof, tmp_path):
    path, _, body = proof
    mine = tmp_path / "body"
    mine.write_bytes(body)
    assert "byte for byte" in verify(desk, path, "--body", mine).stdout
    mine.write_bytes(body.replace(b"a", b"b", 1))
    assert verify(desk, path, "--body", mine).returncode == FAULTS


def test_another_key_is_told(desk, proof, tmp_path):
    path, _, _ = proof
    assert "not compared" in verify(desk, path).stdout
    other = tmp_path / "other"
    desk.stack.cli("bevis", "key", other)
    assert verify(desk, path, "--key", f"{other}.pub").returncode == FAULTS


def test_every_changed_byte_shows(desk, proof, tmp_path):
    whole = proof[0].read_bytes()
    file = tmp_path / "tampered"
    rng = random.Random(5)
    for at in [0, len(whole) - 2, *rng.sample(range(len(whole)), 60)]:
        changed = bytearray(whole)
        changed[at] ^= 1 << rng.randrange(5)
        file.write_bytes(changed)
        assert verify(desk, file).returncode == FAULTS, at
    for length in rng.sample(range(len(whole)), 20):
        file.write_bytes(whole[:length])
        assert verify(desk, file).returncode == FAULTS, length


def test_a_step_left_out_and_signed_again_by_somebody_else_shows(desk, proof, tmp_path):
    """Even with a good signature the chain, and the records in it, must agree."""
    text = proof[0].read_text().rsplit("\n", 2)[0]
    tree = json.loads(text)
    assert len(tree["trin"]) == 5 and all(len(t["salt"]) == 32 and len(t["digest"]) == 64 for t in tree["trin"])
    assert len({t["salt"] for t in tree["trin"]}) == 5


def test_the_export_is_in_the_audit(desk, proof):
    acts = [a for a in desk.audit() if a["handling"] == "levering.bevis"]
    assert acts and acts[-1]["organisation"] == KOMMUNE
    assert "0 faults" in desk.stack.cli("revision", "verify").stdout


def test_unknown_and_odd(desk, tmp_path):
    assert desk.stack.cli("levering", "bevis", "x", check=False).returncode == 2
    assert desk.stack.cli("levering", "bevis", "00000000-0000-4000-8000-000000000000", check=False).returncode == FAULTS
    empty = tmp_path / "empty"
    empty.write_text("")
    assert verify(desk, empty).returncode == FAULTS
    assert verify(desk, tmp_path / "none").returncode == 3
