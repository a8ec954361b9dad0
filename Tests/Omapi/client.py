"""A small OMAPI client that can also misbehave, and DHCP clients to see the effects."""
import base64
import hashlib
import hmac
import itertools
import socket
import struct
import threading
import time
from dataclasses import dataclass

from lab import dhcp

OPEN, REFRESH, UPDATE, NOTIFY, STATUS, DELETE = range(1, 7)
GREETING = struct.pack("!II", 100, 24)


def secret(text):
    return base64.b64decode(text)


@dataclass
class Message:
    authid: int
    op: int
    handle: int
    id: int
    rid: int
    message: dict
    object: dict


def values(items):
    out = b""
    for name, value in items.items():
        if isinstance(value, int):
            value = struct.pack("!I", value)
        out += struct.pack("!H", len(name)) + name.encode() + struct.pack("!I", len(value)) + value
    return out + b"\0\0"


class Client:
    """One connection; with a key it shows an authenticator at once and signs from then on."""

    def __init__(self, secret=None, key=None, algorithm="hmac-md5"):
        self.socket = socket.create_connection(("127.0.0.1", 7911), 20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.authid, self.secret = b"", 0, secret
        self.digest = algorithm.removeprefix("hmac-")
        self.ids = itertools.count(1000)
        self.socket.sendall(GREETING)
        if self.take(8) != GREETING:
            raise ConnectionError("no greeting")
        if key:
            wire = (algorithm + ".SIG-ALG.REG.INT.").encode()
            shown = self.ask(OPEN, {"type": b"authenticator"}, {"name": key.encode(), "algorithm": wire})
            self.authid = shown.handle

    def encode(self, op, message, object, handle=0):
        body = struct.pack("!4I", op, handle, next(self.ids), 0) + values(message) + values(object)
        if not self.authid:
            return struct.pack("!II", 0, 0) + body
        size = hashlib.new(self.digest).digest_size
        body = struct.pack("!I", size) + body
        return struct.pack("!I", self.authid) + body + hmac.digest(self.secret or b"", body, self.digest)

    def send(self, data):
        self.socket.sendall(data)

    def take(self, count):
        while len(self.buffer) < count:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("closed")
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def take_values(self):
        found, raw = {}, b""
        while True:
            head = self.take(2)
            raw += head
            if head == b"\0\0":
                return found, raw
            name = self.take(struct.unpack("!H", head)[0])
            length = self.take(4)
            value = self.take(struct.unpack("!I", length)[0])
            raw += name + length + value
            found[name.decode()] = value

    def receive(self, checked=False):
        head = self.take(24)
        authid, authlen, op, handle, id_, rid = struct.unpack("!6I", head)
        message, first = self.take_values()
        object, second = self.take_values()
        signature = self.take(authlen)
        if checked and self.authid:
            wanted = hmac.digest(self.secret, head[4:] + first + second, self.digest)
            if authid != self.authid or signature != wanted:
                raise ValueError("the answer is not signed as it should be")
        return Message(authid, op, handle, id_, rid, message, object)

    def ask(self, op, message, object, handle=0, checked=True):
        self.send(self.encode(op, message, object, handle))
        return self.receive(checked)

    def close(self):
        self.socket.close()


# MARK: DHCP

def served(server, mac, address, options=None, identifier=None):
    """Complaints unless a client gets this address, and these options."""
    segment = dhcp.Segment(server.namespace, "far")
    try:
        one = dhcp.Client(segment, mac, client_id=identifier, prl=(1, 3, 12, 51, 54, 67, 201))
        one.dora(tries=3)
        ack = one.ack
        if ack is None or ack.yiaddr != address:
            return [f"{mac} got {ack}, not {address}", *server.log().splitlines()[-4:]]
        return [f"option {code} is {ack.options.get(code)}, not {value}"
                for code, value in (options or {}).items() if ack.options.get(code) != value]
    finally:
        segment.close()


# MARK: Load

def work(server, known, chance, seconds):
    """Makes, changes and removes hosts until the server is killed after that time.

    `known` holds what was acknowledged: name to (address, hardware). Gives the number of
    acknowledgements and what was asked for and not answered.
    """
    one = Client()
    timer = threading.Timer(seconds, lambda: server.stop(kill=True))
    timer.start()
    done, doubtful = 0, None
    try:
        while True:
            name = f"k{chance.randrange(400)}"
            address = struct.pack("!4B", 10, 9, 1, chance.randrange(256))
            if name not in known:
                hardware = b"\2\3" + struct.pack("!I", int(name[1:]))
                doubtful = (name, known.get(name), (address, hardware))
                answer = one.ask(OPEN, {"type": b"host", "create": 1, "exclusive": 1}, {
                    "name": name.encode(), "hardware-address": hardware, "hardware-type": 1, "ip-address": address})
                if answer.op != UPDATE:
                    raise AssertionError(f"{name}: {answer}")
                known[name] = (address, hardware)
            else:
                found = one.ask(OPEN, {"type": b"host"}, {"name": name.encode()})
                if chance.random() < 0.5:
                    doubtful = (name, known[name], (address, known[name][1]))
                    one.ask(UPDATE, {}, {"ip-address": address}, found.handle)
                    known[name] = (address, known[name][1])
                else:
                    doubtful = (name, known[name], None)
                    one.ask(DELETE, {}, {}, found.handle)
                    del known[name]
            done += 1
    except OSError:
        pass
    timer.join()
    while server.is_running():
        time.sleep(0.01)
    return done, doubtful


def missing(known, doubtful):
    """What a server that was started again no longer knows; what was in doubt is learnt from it."""
    one = Client()
    wrong = []
    for name in [f"k{number}" for number in range(400)]:
        answer = one.ask(OPEN, {"type": b"host"}, {"name": name.encode()})
        found = None
        if answer.op == UPDATE:
            found = (answer.object.get("ip-address"), answer.object.get("hardware-address"))
        if found == known.get(name):
            continue
        if doubtful and name == doubtful[0] and found in doubtful[1:]:
            if found:
                known[name] = found
            else:
                known.pop(name, None)
            continue
        wrong.append(f"{name} is {found}, acknowledged was {known.get(name)}")
    one.close()
    return wrong


# MARK: Benchmark

def cycle(count, ahead):
    """Makes, changes and removes so many hosts, with up to `ahead` requests unanswered; seconds of each phase."""
    one = Client()
    handles, times = [], {}

    def phase(name, encode, op):
        began = time.monotonic()
        sent = done = 0
        while done < count:
            batch = b""
            while sent < count and sent - done < ahead:
                batch += encode(sent)
                sent += 1
            if batch:
                one.send(batch)
            answer = one.receive()
            if answer.op != op or struct.unpack("!I", answer.message.get("result", b"\0\0\0\0"))[0]:
                raise AssertionError(f"{name} {done}: {answer}")
            if op == UPDATE:
                handles.append(answer.handle)
            done += 1
        times[name] = time.monotonic() - began

    phase("make", lambda n: one.encode(OPEN, {"type": b"host", "create": 1, "exclusive": 1}, {
        "name": f"h{n}".encode(), "hardware-address": b"\2\1" + struct.pack("!I", n), "hardware-type": 1,
        "ip-address": struct.pack("!I", 0x0A090000 + n)}), UPDATE)
    phase("change", lambda n: one.encode(UPDATE, {}, {"ip-address": struct.pack("!I", 0x0A0A0000 + n)}, handles[n]), STATUS)
    phase("remove", lambda n: one.encode(DELETE, {}, {}, handles[n]), STATUS)
    one.close()
    return times
