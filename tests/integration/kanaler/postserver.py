# SPDX-License-Identifier: MPL-2.0
"""A mail host in a folder of its own: exim takes mail by SMTP, dovecot hands it out by IMAP, both from Debian, both with TLS and login,
both under a certificate of their own authority."""

import email
import email.policy
import getpass
import imaplib
import os
import pwd
import shutil
import smtplib
import ssl
import subprocess
import tempfile
from pathlib import Path

from harness import wait_until
from proc import Daemon, pick_port, port_open

DOMAIN = "eksempel.dk"
USER, PASSWORD = "parloeb", "hemmeligt-kodeord"

EXIM = """
spool_directory = {dir}/spool
log_file_path = {dir}/log/exim-%s
pid_file_path = {dir}/exim.pid
exim_user = {user}
exim_group = {group}
never_users =
primary_hostname = post.{domain}
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp}
tls_certificate = {dir}/tls/cert.pem
tls_privatekey = {dir}/tls/key.pem
tls_advertise_hosts = *
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = rcpt
acl_smtp_data = data
message_size_limit = 20M
deliver_drop_privilege = true
queue_only = false
keep_environment =

begin acl
rcpt:
  deny !authenticated = *
       message = 530 5.7.0 login first
  deny condition = ${{if eq{{${{lookup{{$local_part}}lsearch{{{dir}/svar}}}}}}{{550}}}}
       message = 550 5.1.1 no such user
  defer condition = ${{if eq{{${{lookup{{$local_part}}lsearch{{{dir}/svar}}}}}}{{451}}}}
       message = 451 4.3.0 not now
  accept
data:
  warn add_header = X-Modtaget: $tod_epoch_l
  accept

begin routers
kasse:
  driver = accept
  domains = {domain}
  local_parts = dsearch,filter=dir;{dir}/post
  local_part_suffix = +*
  local_part_suffix_optional
  transport = kasse

begin transports
kasse:
  driver = appendfile
  directory = ${{lookup{{$local_part}}dsearch,ret=full,filter=dir{{{dir}/post}}}}/Maildir
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
  user = {user}
  group = {group}

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{login}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""

DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {dir}/run/dovecot
state_dir = {dir}/run/dovecot-state
log_path = {dir}/log/dovecot.log
instance_name = parloeb-{imap}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {user}
mail_gid = {group}
mail_location = maildir:{dir}/post/%u/Maildir
ssl = required
ssl_cert = <{dir}/tls/cert.pem
ssl_key = <{dir}/tls/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={dir}/post/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


class PostServer:
    """In a folder that it removes at the end. kasse(name) reads a mailbox as a mail program would; svar(name, code) makes the relay answer so to that recipient."""

    def __init__(self):
        self.dir = Path(tempfile.mkdtemp(prefix="post-", dir=os.environ.get("PARLOEB_TEST_TMP")))
        self.smtp, self.imap = pick_port(), pick_port()
        self.user = "Debian-exim" if os.geteuid() == 0 else getpass.getuser()
        for name in ("log", "spool", "post", "tls", "run"):
            (self.dir / name).mkdir(parents=True, exist_ok=True)
        self.kasse(USER)
        self.tls()
        entry = pwd.getpwnam(self.user)
        group = subprocess.run(["id", "-gn", self.user], check=True, capture_output=True, text=True).stdout.strip()
        keys = {"dir": self.dir, "user": self.user, "group": group, "domain": DOMAIN, "login": USER, "password": PASSWORD,
                "smtp": self.smtp, "imap": self.imap}
        (self.dir / "exim.conf").write_text(EXIM.format(**keys))
        (self.dir / "dovecot.conf").write_text(DOVECOT.format(**keys))
        (self.dir / "svar").write_text("")
        if os.geteuid() == 0:
            for path in [self.dir, *self.dir.rglob("*")]:
                os.chown(path, entry.pw_uid, entry.pw_gid)
            self.reachable(entry)
            os.chown(self.dir / "exim.conf", 0, 0)
        os.chmod(self.dir / "exim.conf", 0o644)
        self.exim = Daemon("exim", self.dir / "run/exim.pid", self.dir / "log/exim.out")
        self.dovecot = Daemon("dovecot", self.dir / "run/dovecot.pid", self.dir / "log/dovecot.out")

    def reachable(self, entry):
        """The servers' own user must get down to the folder."""
        for parent in self.dir.parents:
            mode = parent.stat().st_mode
            if not mode & 0o001 and parent.stat().st_uid != entry.pw_uid:
                os.chmod(parent, mode | 0o011)

    def tls(self):
        """An authority, and a certificate of it for 127.0.0.1."""
        tls = self.dir / "tls"
        run = lambda *argv: subprocess.run(argv, check=True, capture_output=True, cwd=tls)  # noqa: E731
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem")
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "csr.pem")
        (tls / "ext").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        run("openssl", "x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", "ext", "-out", "cert.pem")

    # -- life -------------------------------------------------------------------------------------

    def start(self):
        self.start_smtp()
        self.dovecot.start([shutil.which("dovecot", path="/usr/sbin"), "-F", "-c", self.dir / "dovecot.conf"])
        wait_until(lambda: port_open(self.imap), "dovecot listens")
        return self

    def start_smtp(self):
        self.exim.start(["/usr/sbin/exim4", "-C", self.dir / "exim.conf", "-bdf", "-q1m"])
        wait_until(lambda: port_open(self.smtp), "exim listens")

    def stop_smtp(self):
        self.exim.stop()
        wait_until(lambda: not port_open(self.smtp), "exim is gone")

    def stop(self):
        self.exim.stop()
        self.dovecot.stop()
        if not os.environ.get("PARLOEB_TEST_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)

    # -- what dispatch is told --------------------------------------------------------------------

    def conf(self, **more):
        (self.dir / "kodeord").write_text(PASSWORD + "\n")
        return {"smtp": f"smtp://127.0.0.1:{self.smtp}", "imap": f"imaps://127.0.0.1:{self.imap}/INBOX", "sender": f"{USER}@{DOMAIN}",
                "user": USER, "password": str(self.dir / "kodeord"), "ca": str(self.dir / "tls/ca.pem"), "poll": "200ms", **more}

    def kasse(self, name):
        """A mailbox, and its address."""
        folder = self.dir / "post" / name
        if not folder.exists():
            folder.mkdir()
            shutil.chown(folder, self.user)
        return f"{name}@{DOMAIN}"

    def svar(self, name, code=None):
        """The relay's answer to mail for that recipient; None = it takes it."""
        rows = dict(row.split(": ") for row in (self.dir / "svar").read_text().splitlines())
        rows.pop(name, None)
        if code:
            rows[name] = str(code)
        (self.dir / "svar").write_text("".join(f"{k}: {v}\n" for k, v in rows.items()))

    # -- as a mail program ------------------------------------------------------------------------

    def context(self):
        return ssl.create_default_context(cafile=self.dir / "tls/ca.pem")

    def box(self, name):
        box = imaplib.IMAP4_SSL("127.0.0.1", self.imap, ssl_context=self.context())
        box.login(name, PASSWORD)
        box.select("INBOX")
        return box

    def fetch(self, name, what):
        """That of each mail of a mailbox, in order of arrival."""
        box = self.box(name)
        try:
            return [box.fetch(n, what)[1][0] for n in box.search(None, "ALL")[1][0].split()]
        finally:
            box.logout()

    def flags(self, name):
        return [{f.decode() for f in imaplib.ParseFlags(row)} for row in self.fetch(name, "(FLAGS)")]

    def mails(self, name):
        """In the order in which the relay took them: into the mailbox exim puts each by a process of its own."""
        mails = [email.message_from_bytes(row[1], policy=email.policy.default) for row in self.fetch(name, "(BODY.PEEK[])")]
        return sorted(mails, key=lambda m: int(m["X-Modtaget"]))

    def wait_mail(self, name, n=1):
        """The messages of a mailbox, when there are n."""
        return wait_until(lambda: (lambda m: m if len(m) >= n else None)(self.mails(name)), f"{n} mails to {name}")

    def send(self, raw, til, fra=f"modtager@{DOMAIN}"):
        """A mail of somebody, as raw bytes."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=60) as s:
            s.starttls(context=self.context())
            s.login(USER, PASSWORD)
            s.sendmail(fra, [til], raw)
