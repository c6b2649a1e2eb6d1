# SPDX-License-Identifier: MPL-2.0
"""A stack with two operators, and a municipality whose booking system answers as the test says."""

import hashlib
import sys
from pathlib import Path

import pytest
import yaml
from desk import CPRS, KOMMUNE, START, TOKENS, UNAPPROVED, Desk, Receiver
from harness import wait_until

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "dispatch"))   # avro


@pytest.fixture(scope="module")
def desk(new_stack, tmp_path_factory):
    file = tmp_path_factory.mktemp("operators") / "operatoerer.yaml"
    file.write_text(yaml.safe_dump({"operatoerer": [
        {"navn": navn, "sha256": hashlib.sha256(token.encode()).hexdigest()} for navn, token in TOKENS.items()]}))
    stack = new_stack(clock="topic", config={
        "console": {"operators": str(file), "approve_above": UNAPPROVED},
        "dispatch": {"retry": ["0s", "100ms", "200ms"], "timeout": "60s", "connect_timeout": "60s"}})
    receiver = Receiver()
    desk = Desk(stack, receiver)
    tree = yaml.safe_load(desk.partner_file().read_text())
    secret = stack.dir / "secrets/webhook-0461"
    secret.write_text("whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\n")
    secret.chmod(0o600)
    tree["webhook"] = {"url": receiver.url, "secrets": [str(secret)], "allow_private": True}
    desk.partner_file().write_text(yaml.safe_dump(tree))
    desk.reload()
    stack.clock(START)
    yield desk
    receiver.shutdown()


@pytest.fixture(scope="module")
def parked(desk):
    """Persons, each with a parked head and one message behind it."""
    desk.receiver.status = 422
    for cpr in CPRS:
        desk.register(cpr)
        desk.hours(cpr, 20)
    wait_until(lambda: len(desk.parked()["leveringer"]) >= 2 * len(CPRS), "parked")
    desk.stack.settled()
    return desk.parked()
