# SPDX-License-Identifier: MPL-2.0
"""Background processes and ports, for deploy/ and tests/: start detached, find again, stop."""

import os
import random
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path


class Failed(Exception):
    """Something a person must know; printed without a traceback."""


def _start_ticks(pid):
    """When the process started (clock ticks since boot), or None when it is gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def interruptible():
    """Makes SIGINT, SIGTERM and SIGHUP a KeyboardInterrupt: SIGINT too where a script started us in
    the background, which leaves it ignored; SIGHUP not under nohup."""
    def interrupt(_number, _frame):
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupt)


@contextmanager
def uninterrupted():
    """Ctrl-C and its like wait until the end of the block."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {n: signal.signal(n, lambda number, _frame: came.append(number)) for n in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        os.kill(os.getpid(), came[0])


class Daemon:
    """One background process with a pid file.

    The file holds the pid and when that process started, so that a reused pid is never taken for
    ours.
    """

    def __init__(self, name, pid_file, log_file):
        self.name = name
        self.pid_file = Path(pid_file)
        self.log_file = Path(log_file)

    def pid(self):
        """The pid while the process runs, else None."""
        try:
            pid, started = self.pid_file.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid) if _start_ticks(pid) == started else None

    def start(self, argv, env=None, cwd=None):
        """Starts argv in a session of its own, output to the log file."""
        if self.pid() is not None:
            raise Failed(f"{self.name} runs already (pid {self.pid()})")
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        # An interrupt between the two would leave a process that nobody knows.
        with open(self.log_file, "ab") as log, uninterrupted():
            child = subprocess.Popen(
                [str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=env, cwd=cwd, start_new_session=True)
            started = _start_ticks(child.pid)
            if started is not None:
                self.pid_file.write_text(f"{child.pid} {started}\n")
        if started is None:
            raise Failed(f"{self.name} ended at once; its log: {self.log_file}\n{self.log_tail()}")

    def signal(self, number):
        pid = self.pid()
        if pid is not None:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def stop(self, patience_s=20.0):
        """SIGTERM, after patience_s SIGKILL. Returns 'none', 'stopped' or 'killed'."""
        if self.pid() is None:
            self.pid_file.unlink(missing_ok=True)
            return "none"
        self.signal(signal.SIGTERM)
        if not wait_until(lambda: self.pid() is None, patience_s):
            return self.kill()
        self._gone()
        return "stopped"

    def kill(self):
        """SIGKILL. Returns 'none' or 'killed'."""
        outcome = "none" if self.pid() is None else "killed"
        self.signal(signal.SIGKILL)
        wait_until(lambda: self.pid() is None, 10)
        self._gone()
        return outcome

    def _gone(self):
        """Collects ended children of this process, so that they do not linger as zombies."""
        self.pid_file.unlink(missing_ok=True)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass

    def log_tail(self, lines=15):
        try:
            text = self.log_file.read_text(errors="replace")
        except FileNotFoundError:
            return "(no log)"
        return "\n".join("    " + line[:300] for line in text.splitlines()[-lines:])


def wait_until(condition, timeout_s, interval_s=0.05):
    """Waits until condition() is true; its last value."""
    end = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value or time.monotonic() >= end:
            return value
        time.sleep(interval_s)


def port_open(port, host="127.0.0.1"):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex((host, port)) == 0


def port_free(port, host="127.0.0.1"):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((host, port))
        except OSError:
            return False
    return True


def pick_port(preferred=None, taken=()):
    """A free port: the preferred one if it can be had, else a random one.

    Random ones lie below the range from which the kernel serves outgoing connections, and in
    PARLOEB_PORTS (`12000-21999`) where that is set: whoever else picks ports at the same time gets
    none that is only free while its process is started again.
    """
    if preferred is not None and preferred not in taken and port_free(preferred):
        return preferred
    first, last = map(int, os.environ.get("PARLOEB_PORTS", "12000-31999").split("-"))
    for _ in range(1000):
        port = random.SystemRandom().randrange(first, last + 1)
        if port not in taken and port_free(port):
            return port
    raise Failed(f"no free port between {first} and {last}")


def port_holder(port):
    """'name (pid N)' of the process that listens on the port, or 'another process'."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except FileNotFoundError:
            continue
        for row in rows:
            field = row.split()
            if field[3] == "0A" and int(field[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{field[9]}]")
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(fd) in inodes for fd in (proc / "fd").iterdir()):
                return f"{(proc / 'comm').read_text().strip()} (pid {proc.name})"
        except OSError:
            continue
    return "another process"


def require_port(port, what):
    if not port_free(port):
        raise Failed(f"port {port} for {what} is in use by {port_holder(port)}")
