# SPDX-License-Identifier: MPL-2.0
"""An SFTP server that loses the last byte of every write and says that all is well: sftp-server between two threads that
copy its packets."""

import struct
import subprocess
import sys
import threading

SERVER = "/usr/lib/openssh/sftp-server"
WRITE = 6


def packets(stream):
    while len(head := stream.read(4)) == 4:
        yield stream.read(struct.unpack(">I", head)[0])


def shorter(packet):
    """Of a write: type, request, handle, offset, data."""
    if packet[0] != WRITE:
        return packet
    handle = struct.unpack_from(">I", packet, 5)[0]
    at = 9 + handle + 8
    data = packet[at + 4:-1]
    return packet[:at] + struct.pack(">I", len(data)) + data


def answers(server):
    while part := server.stdout.read1(65536):
        sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()


with subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
    back = threading.Thread(target=answers, args=(server,))
    back.start()
    for packet in packets(sys.stdin.buffer):
        packet = shorter(packet)
        server.stdin.write(struct.pack(">I", len(packet)) + packet)
        server.stdin.flush()
    server.stdin.close()
    back.join()
