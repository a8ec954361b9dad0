"""One server in a namespace, and a wire on which everything it says is recorded."""
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Lab"))
from lab import net  # noqa: E402
from lab.dhcp import mac_bytes, udp_frame  # noqa: E402
from lab.server import faketime  # noqa: E402

SERVER_MAC, SERVER_IP = "02:00:00:00:00:01", "10.77.0.1"
ROUTES = ("10.88.0.0/16", "10.99.0.0/16")
GATEWAY = "10.77.0.3"


class Side:
    """A dhcpd with its own pair of namespaces: all sides have the same addresses."""

    def __init__(self, name, command, directory):
        self.name, self.command = name, command
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory, exist_ok=True)
        prefix = f"lab{os.getpid()}-{name}"
        self.server = net.Namespace(f"{prefix}-s")
        self.client = net.Namespace(f"{prefix}-c")
        net.ip("-n", self.server.name, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0",
               "netns", self.client.name)
        self.server.ip("link", "set", "eth0", "address", SERVER_MAC, "up")
        self.client.ip("link", "set", "eth0", "up")
        self.server.ip("address", "add", SERVER_IP + "/24", "dev", "eth0")
        for route in ROUTES:
            self.server.ip("route", "add", route, "via", GATEWAY)
        with self.client.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.bind(("eth0", 0))
        self.process, self.lines, self.replies = None, [], []
        self.skew, self._present = 0, ()
        self._stop = False
        threading.Thread(target=self._read, daemon=True).start()

    def configure(self, conf, leases=""):
        self.conf = os.path.join(self.directory, "dhcpd.conf")
        self.leases = os.path.join(self.directory, "dhcpd.leases")
        with open(self.conf, "w") as file:
            file.write(conf)
        with open(self.leases, "w") as file:
            file.write(leases)

    def start(self):
        self.lines = []
        self.process = self.server.spawn(
            [self.command, "-4", "-f", "-d", "-cf", self.conf, "-lf", self.leases, "-pf",
             os.path.join(self.directory, "pid"), "--no-pid", "eth0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=dict(os.environ, **faketime(self.skew)))
        threading.Thread(target=self._follow, args=(self.process.stderr,), daemon=True).start()
        limit = time.monotonic() + 10
        while time.monotonic() < limit and self.process.poll() is None:
            if any("Server starting service" in line for line in self.lines):
                return True
            time.sleep(0.01)
        return False

    def present(self, addresses):
        """These addresses, and no others, answer a ping."""
        for address in self._present:
            self.client.ip("address", "delete", address + "/32", "dev", "eth0")
        for address in addresses:
            self.client.ip("address", "add", address + "/32", "dev", "eth0")
        self._present = addresses
        if addresses:
            self.client.ip("route", "replace", SERVER_IP + "/32", "dev", "eth0", "src", addresses[0])

    def stop(self, kill=False):
        if self.process and self.process.poll() is None:
            (self.process.kill if kill else self.process.terminate)()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        time.sleep(0.02)

    def close(self):
        self.stop()
        self._stop = True
        time.sleep(0.25)
        self.socket.close()
        self.server.delete()
        self.client.delete()

    def send(self, payload, source="0.0.0.0", mac="02:00:00:00:01:01", destination=None):
        """A client's broadcast, or a unicast to the server."""
        target = SERVER_MAC if destination else "ff:ff:ff:ff:ff:ff"
        self.socket.send(udp_frame(mac, target, source, destination or "255.255.255.255",
                                   67 if destination else 68, 67, payload))

    def take(self):
        replies, self.replies = self.replies, []
        lines, self.lines = self.lines, []
        return replies, lines

    def _follow(self, pipe):
        for raw in pipe:
            self.lines.append(raw.decode(errors="replace").rstrip("\n"))

    def _read(self):
        while not self._stop:
            try:
                if not select.select([self.socket], [], [], 0.1)[0]:
                    continue
                frame, where = self.socket.recvfrom(65535)
            except (OSError, ValueError):
                return
            if where[2] == socket.PACKET_OUTGOING:
                continue
            if frame[12:14] == b"\x08\x06":
                self._answer_arp(frame)
            elif frame[12:14] == b"\x08\x00" and frame[23] == 17:
                self._take(frame)

    def _answer_arp(self, frame):
        op, asker_mac, asker_ip, wanted = frame[20:22], frame[22:28], frame[28:32], frame[38:42]
        mine_already = socket.inet_ntoa(wanted) in self._present
        if op == b"\0\1" and wanted != asker_ip and not mine_already:
            mine = mac_bytes("02:00:00:00:03:01")
            self.socket.send(asker_mac + mine + frame[12:20] + b"\0\2" + mine + wanted + asker_mac +
                             asker_ip)

    def _take(self, frame):
        at = 14 + (frame[14] & 15) * 4
        sport, dport, size = struct.unpack("!HHH", frame[at:at + 6])
        if sport != 67 and dport not in (67, 68):
            return
        raw = frame[30 - 8:31 - 8] == b"\x80"  # ttl 128: sent by the raw socket
        self.replies.append({
            "mac": frame[0:6].hex() if raw else "routed",
            "from": socket.inet_ntoa(frame[26:30]), "to": socket.inet_ntoa(frame[30:34]), "port": dport,
            "payload": frame[at + 8:at + size]})
