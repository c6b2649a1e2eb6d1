# SPDX-License-Identifier: MPL-2.0
"""OpenSSH's server on a port and with keys of its own, serving one folder to one login by key."""

import getpass
import os
import socket
import subprocess
import tempfile
from pathlib import Path

from harness import wait_until
from proc import Daemon, pick_port

SSHD = "/usr/sbin/sshd"
SERVER = "/usr/lib/openssh/sftp-server"


def keygen(file):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file], check=True)


class SftpServer:
    """`subsystem`: the command that speaks SFTP on its standard streams, instead of the server's own."""

    def __init__(self, folder, subsystem=SERVER):
        self.dir, self.subsystem = Path(folder), subsystem
        self.files = self.dir / "filer"
        self.files.mkdir(parents=True)
        self.port, self.user = pick_port(), getpass.getuser()
        for name in ("host", "login", "stranger"):
            keygen(self.dir / name)
        self.key_file, self.known_hosts = self.dir / "login", self.dir / "known_hosts"
        self.know("host")
        self.daemon = Daemon("sshd", self.dir / "sshd.pid", self.dir / "sshd.log")
        self.write()

    def write(self):
        # The folder of the separated, powerless process: the package's init script makes it otherwise.
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        (self.dir / "sshd_config").write_text("\n".join([
            f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.dir}/host", "PidFile none", "UsePAM no",
            "StrictModes no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PermitRootLogin prohibit-password",
            f"AuthorizedKeysFile {self.dir}/login.pub", f"Subsystem sftp {self.subsystem}", "LogLevel VERBOSE", ""]))

    @property
    def url(self):
        return f"sftp://127.0.0.1:{self.port}{self.files}/"

    def know(self, key):
        """known_hosts names this key as the server's; None: it names no server."""
        line = f"[127.0.0.1]:{self.port} {(self.dir / f'{key}.pub').read_text()}" if key else ""
        self.known_hosts.write_text(line)

    def start(self):
        self.daemon.start([SSHD, "-D", "-e", "-f", self.dir / "sshd_config"])
        wait_until(self.answers, "sshd answers")
        return self

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as s:
                return s.recv(4) == b"SSH-"
        except OSError:
            return False

    def stop(self):
        self.daemon.stop()

    def names(self):
        return sorted(f.name for f in self.files.iterdir())


def temporary_server(**options):
    return SftpServer(tempfile.mkdtemp(prefix="sftp-", dir=os.environ.get("PARLOEB_TEST_TMP")), **options)
