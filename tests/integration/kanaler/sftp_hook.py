# SPDX-License-Identifier: MPL-2.0
"""An SFTP server that stops at a rename: sftp-server between two threads that copy its packets. When the file `foer` is there it
waits, before it hands the rename on, until that file is gone; with `efter`, before it hands the answer back. `naaet` is
made when it waits. Usage: sftp_hook.py FOLDER."""

import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

SERVER = "/usr/lib/openssh/sftp-server"
RENAME = 18
FOLDER = Path(sys.argv[1])
asked = set()


def packets(stream):
    while len(head := stream.read(4)) == 4:
        yield head + stream.read(struct.unpack(">I", head)[0])


def stop_at(name):
    """Ends with the tests' connection too: whoever was killed there asks no more."""
    if (FOLDER / name).exists():
        (FOLDER / "naaet").touch()
        while (FOLDER / name).exists():
            time.sleep(0.02)


def answers(server):
    for packet in packets(server.stdout):
        if struct.unpack_from(">I", packet, 5)[0] in asked:
            stop_at("efter")
        sys.stdout.buffer.write(packet)
        sys.stdout.buffer.flush()


with subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
    threading.Thread(target=answers, args=(server,), daemon=True).start()
    for packet in packets(sys.stdin.buffer):
        if packet[4] == RENAME:
            asked.add(struct.unpack_from(">I", packet, 5)[0])
            stop_at("foer")
        server.stdin.write(packet)
        server.stdin.flush()
    server.stdin.close()
