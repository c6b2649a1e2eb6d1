# SPDX-License-Identifier: MPL-2.0
"""The development configuration: config/parloeb.yaml with this stack's addresses, secrets of its
own, and every organisation as a partner with a token."""

import base64
import hashlib
import os
import re
import secrets
import shlex
import subprocess
from pathlib import Path

import yaml

from proc import Failed

ROOT = Path(__file__).resolve().parent.parent.parent

# Where an address or a path stands in the file; a path in a --config file is relative to that file.
PATH_KEYS = (
    "secrets.person_key", "secrets.data_key", "secrets.hmac_key", "secrets.partner_key",
    "secrets.proof_key", "secrets.desk_key", "paths.proof_public", "console.operators",
    "paths.schemas", "paths.koder", "paths.regler", "paths.partnere", "paths.organisationer",
    "gateway.tls.cert", "gateway.tls.key", "gateway.tls.client_ca", "console.database",
)


def get(tree, dotted):
    for key in dotted.split("."):
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def put(tree, dotted, value):
    *parents, last = dotted.split(".")
    for key in parents:
        tree = tree.setdefault(key, {})
    tree[last] = value


def merge(base, over):
    """`over` on top of `base`: mappings key by key, everything else replaced."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return {k: merge(base[k], over[k]) if k in base and k in over else over.get(k, base.get(k))
            for k in {**base, **over}}


def load(path):
    try:
        tree = yaml.safe_load(Path(path).read_text())
    except OSError as e:
        raise Failed(f"cannot read {path}: {e.strerror}") from e
    except yaml.YAMLError as e:
        raise Failed(f"{path} is no YAML: {e}") from e
    if not isinstance(tree or {}, dict):
        raise Failed(f"{path}: expected a mapping at the top")
    return absolute(tree or {}, Path(path).resolve().parent)


def absolute(tree, folder):
    for key in PATH_KEYS:
        value = get(tree, key)
        if isinstance(value, str) and value:
            put(tree, key, str((folder / value).resolve()))
    return tree


def write_private(path, text):
    """Writes a file that only its owner reads; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        f.write(text)
    draft.rename(path)


def organisations():
    tree = load(ROOT / "config/organisationer.yaml")
    return [row["id"] for row in tree["organisationer"]]


def env_name(org):
    return re.sub("[^A-Z0-9]", "_", org.upper())


def file_name(org):
    return org.replace(":", "-")


def read_env(path):
    """The assignments of a D/env as a dict; empty when there is no file."""
    try:
        text = Path(path).read_text()
    except FileNotFoundError:
        return {}
    pairs = (word.split("=", 1) for line in text.splitlines()
             for word in shlex.split(line, comments=True) if "=" in word)
    return dict(pairs)


def make_secrets(folder):
    """The keys of the configuration, made once and kept; see make_proof_key for the one with a public half."""
    for name in ("person_key", "data_key", "hmac_key", "partner_key", "desk_key"):
        if not (folder / name).exists():
            write_private(folder / name, secrets.token_hex(32) + "\n")


def make_proof_key(folder, program):
    """The key that signs proofs, and its public half, made once by the command itself."""
    if not (folder / "proof_key").exists():
        subprocess.run([program, "bevis", "key", folder / "proof_key"], check=True, stdout=subprocess.DEVNULL)


def webhook_secret(folder, org):
    """Path of the organisation's Standard Webhooks secret, made once."""
    path = folder / "webhook" / file_name(org)
    if not path.exists():
        write_private(path, "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
    return path


def partner(org, token, webhook):
    tree = {
        "navn": f"Udvikling: {org}",
        "organisationer": [org],
        "tokens": [{"sha256": hashlib.sha256(token.encode()).hexdigest()}],
        "haendelser": "alle",
        "kvittering": "haandteret",
    }
    if webhook is not None:
        url, secret = webhook
        tree["webhook"] = {"url": url, "secrets": [str(secret)], "allow_private": True}
    return tree


def write_partners(folder, secrets_folder, tokens, booking):
    """One file for each organisation. Municipalities get a webhook where there is a booking system
    (its address `booking`): path and secret file are named after the organisation."""
    for org, token in tokens.items():
        webhook = None
        if booking is not None and org.startswith("kommune:"):
            webhook = (f"http://{booking}/{file_name(org)}", webhook_secret(secrets_folder, org))
        text = yaml.safe_dump(partner(org, token, webhook), allow_unicode=True, sort_keys=False)
        write_private(folder / f"{file_name(org)}.yaml", text)


def tokens_of(env_file):
    """A token for each organisation; those of an earlier start stay."""
    known = read_env(env_file)
    return {org: known.get(f"PARLOEB_TOKEN_{env_name(org)}") or secrets.token_hex(24)
            for org in organisations()}


def configuration(folder, clock, nodes, override):
    """The tree of parloeb.yaml, without addresses that are not fixed yet."""
    tree = load(ROOT / "config/parloeb.yaml")
    put(tree, "clock", clock)
    put(tree, "cpr", "wide")
    for name in ("person_key", "data_key", "hmac_key", "partner_key", "proof_key", "desk_key"):
        put(tree, f"secrets.{name}", str(folder / "secrets" / name))
    put(tree, "paths.proof_public", str(folder / "secrets/proof_key.pub"))
    put(tree, "paths.partnere", str(folder / "config/partnere"))
    put(tree, "topics.replication", nodes)
    put(tree, "topics.min_isr", 2 if nodes >= 3 else 1)
    put(tree, "console.database", str(folder / "data/console.sqlite"))
    return merge(tree, override)


def write_configuration(path, tree):
    head = "# SPDX-License-Identifier: MPL-2.0\n# Made by deploy/up; the keys are explained in config/parloeb.yaml.\n"
    write_private(path, head + yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))
