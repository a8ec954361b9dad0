"""A DHCP server with an OMAPI listener, alone in a network namespace of its own."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time


from lab import net

ISC = "/usr/sbin/dhcpd"
PORT = 7911
OMSHELL = "/usr/bin/omshell"

CONFIGURATION = """\
authoritative;
ddns-update-style none;
omapi-port 7911;
default-lease-time 600;
max-lease-time 7200;
%(top)s
option local-text code 201 = text;
class "plain" { match hardware; lease limit 4; }
class "spawned" { spawn with option agent.circuit-id; }
subclass "plain" 1:02:00:00:00:0c:01;
group printers { default-lease-time 777; }
group { host inner { hardware ethernet 02:00:00:00:0b:01; fixed-address 10.9.0.31; } }
host fixed { hardware ethernet 02:00:00:00:0b:02; fixed-address 10.9.0.32, 10.9.0.33; option host-name "fixed"; }
host byid { option dhcp-client-identifier "byid"; }
host doomed { hardware ethernet 02:00:00:00:0b:03; }
subnet 10.9.0.0 netmask 255.255.255.0 {
  option routers 10.9.0.254;
  range 10.9.0.100 10.9.0.119;
}
"""

# Leases of every kind; their times lie in the far future, so that both servers show the same.
LEASES = """\
authoring-byte-order little-endian;
lease 10.9.0.100 {
  starts 4 2026/01/01 00:00:00;
  ends 5 2037/01/02 00:00:00;
  cltt 4 2026/01/01 00:00:00;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 02:00:00:00:0a:01;
  uid "\\001abc";
  set vendor-class-identifier = "VC";
  client-hostname "pc1";
}
lease 10.9.0.101 {
  starts 4 2026/01/01 00:00:00;
  ends 5 2037/01/02 00:00:00;
  cltt 4 2026/01/01 00:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:0a:02;
}
lease 10.9.0.102 {
  starts 4 2026/01/01 00:00:00;
  ends 4 2026/01/01 01:00:00;
  cltt 4 2026/01/01 00:00:00;
  binding state free;
  hardware ethernet 02:00:00:00:0a:02;
}
lease 10.9.0.103 {
  starts 4 2026/01/01 00:00:00;
  ends 5 2037/01/02 00:00:00;
  cltt 4 2026/01/01 00:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:0b:01;
}
lease 10.9.0.104 {
  starts 4 2026/01/01 00:00:00;
  ends 5 2037/01/02 00:00:00;
  cltt 4 2026/01/01 00:00:00;
  binding state abandoned;
  next binding state free;
}
lease 10.9.0.105 {
  starts 4 2026/01/01 00:00:00;
  ends 5 2037/01/02 00:00:00;
  cltt 4 2026/01/01 00:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:0a:05;
}
lease 10.9.0.106 {
  starts 4 2026/01/01 00:00:00;
  ends 5 2037/01/02 00:00:00;
  cltt 4 2026/01/01 00:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:0a:06;
}
"""


class Server:
    """One server: `with Server(PROGRAM, NAME) as server:` starts it and takes everything away again."""
    counter = 0

    def __init__(self, program, name, top="", configuration=CONFIGURATION, leases=LEASES, options=()):
        Server.counter += 1
        self.program, self.name, self.options = program, name, list(options)
        self.namespace = None
        self.directory = tempfile.mkdtemp(prefix=f"omapi-{name}-")
        self.conf, self.leases, self.log_path = (
            os.path.join(self.directory, part) for part in ("dhcpd.conf", "dhcpd.leases", "log"))
        with open(self.conf, "w") as file:
            file.write(configuration % dict(top=top) if "%(top)s" in configuration else configuration)
        with open(self.leases, "w") as file:
            file.write(leases)
        self.process = None

    def __enter__(self):
        self.namespace = net.Namespace(f"omapi{os.getpid()}-{Server.counter}")
        self.namespace.ip("link", "add", "eth0", "type", "veth", "peer", "name", "far")
        self.namespace.ip("addr", "add", "10.9.0.1/24", "dev", "eth0")
        self.namespace.ip("link", "set", "eth0", "up")
        self.namespace.ip("link", "set", "far", "up")
        try:
            self.start()
        except Exception:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        self.namespace.delete()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, wait=30):
        log = open(self.log_path, "ab")
        self.process = self.namespace.spawn(
            [self.program, "-4", "-f", "-d", "-cf", self.conf, "-lf", self.leases, "-pf",
             os.path.join(self.directory, "pid"), *self.options, "eth0"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                self.connect().close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not listen:\n{self.log()}")

    def stop(self, kill=False):
        if self.process is None:
            return
        (self.process.kill if kill else self.process.terminate)()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def reload(self, wait=30):
        """SIGHUP, and until the new configuration is in force."""
        done = "reload: the new configuration is in force."
        count = self.log().count(done)
        self.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + wait
        while self.log().count(done) == count:
            if time.monotonic() > deadline or not self.is_running():
                raise RuntimeError(f"{self.name} does not reload:\n{self.log()}")
            time.sleep(0.05)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def lease_text(self):
        with open(self.leases, errors="surrogateescape") as file:
            return file.read()

    def connect(self):
        with self.namespace.inside():
            return socket.create_connection(("127.0.0.1", PORT), 5)

    def omshell(self, script, program=OMSHELL, timeout=60):
        """What omshell prints, both streams together, when it is fed these lines."""
        shell = self.namespace.spawn([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output, _ = shell.communicate(script.encode(), timeout)
        finally:
            shell.kill()
        return output.decode(errors="replace")
