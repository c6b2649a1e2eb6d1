# SPDX-License-Identifier: MPL-2.0
"""A TCP proxy in front of one broker that can keep an EndTxn back and hand it over later: the late
request of a transaction that Kafka's protocol cannot tell from the next one's."""

import socket
import struct
import threading

METADATA, FIND_COORDINATOR, END_TXN = 3, 10, 26
HOST = b"127.0.0.1"


class GhostProxy:
    def __init__(self, bootstrap):
        self.broker = int(bootstrap.rpartition(":")[2])
        self.listener = socket.create_server((HOST.decode(), 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"{HOST.decode()}:{self.port}"
        self.lock = threading.Condition()
        self.keep = False       # the next EndTxn is kept back
        self.kept = None        # (broker's socket, frame)
        self.answer = None      # error code of the broker to what was kept
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def keep_next(self):
        with self.lock:
            self.keep = True

    def hand_over(self):
        """Gives the broker what was kept back; its error code."""
        upstream, frame = self.kept
        upstream.sendall(frame)
        with self.lock:
            assert self.lock.wait_for(lambda: self.answer is not None, 120), "no answer"
        return self.answer

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                upstream = socket.create_connection((HOST.decode(), self.broker))
            except OSError:  # the broker has ended; the client finds out like without us
                client.close()
                continue
            asked = {}  # correlation id -> API key
            for end in (client, upstream):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._requests, args=(client, upstream, asked),
                             daemon=True).start()
            threading.Thread(target=self._answers, args=(upstream, client, asked),
                             daemon=True).start()

    def _requests(self, client, upstream, asked):
        mine = False
        for frame in frames(client):
            api, _, correlation = struct.unpack_from(">hhi", frame, 4)
            asked[correlation] = api
            with self.lock:
                if api == END_TXN and self.keep:
                    self.keep, self.kept, mine = False, (upstream, frame), True
                    asked[correlation] = -END_TXN
                    continue
            send(upstream, frame)
        if not mine:
            shut(upstream)

    def _answers(self, upstream, client, asked):
        for frame in frames(upstream):
            api = asked.pop(struct.unpack_from(">i", frame, 4)[0])
            if api == -END_TXN:  # v1: correlation id, throttle time, error code
                with self.lock:
                    self.answer = struct.unpack_from(">h", frame, 12)[0]
                    self.lock.notify_all()
                continue
            if api in (METADATA, FIND_COORDINATOR):  # the client stays with us
                frame = frame.replace(HOST + struct.pack(">i", self.broker),
                                      HOST + struct.pack(">i", self.port))
            send(client, frame)
        shut(client)


def frames(source):
    buffer = b""
    while True:
        while len(buffer) >= 4 and len(buffer) >= 4 + struct.unpack_from(">i", buffer)[0]:
            end = 4 + struct.unpack_from(">i", buffer)[0]
            yield buffer[:end]
            buffer = buffer[end:]
        try:
            more = source.recv(65536)
        except OSError:
            return
        if not more:
            return
        buffer += more


def send(sink, frame):
    try:
        sink.sendall(frame)
    except OSError:
        pass  # the other direction sees it


def shut(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
