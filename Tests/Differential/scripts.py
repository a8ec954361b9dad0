"""Clients for sequences written by hand: `yield c(1).discover()` sends, what is heard is remembered."""
import socket
import struct
from dataclasses import dataclass

from packets import message

DISCOVER, REQUEST, DECLINE, RELEASE, INFORM, LEASEQUERY = 1, 3, 4, 7, 8, 10
SERVER = "10.77.0.1"
SEQUENCES = {}


@dataclass
class Send:
    payload: bytes
    source: str
    destination: str
    who: object
    verb: str


@dataclass
class Wait:
    seconds: float


@dataclass
class Restart:
    """Both servers are killed and started again on the lease file that they have written."""


@dataclass
class Sequence:
    configuration: str
    play: object
    leases: str = ""
    present: tuple = ()
    skew: int = 0
    is_unordered: bool = False


def sequence(configuration, leases="", present=(), skew=0, is_unordered=False):
    """Registers a generator of Send, Wait and Restart; `present` are addresses that answer a ping.

    With `is_unordered` the lines about one message may come in any order."""
    def register(play):
        SEQUENCES[play.__name__] = Sequence(configuration, play, leases, present, skew, is_unordered)
        return play
    return register


def ip(text):
    return socket.inet_aton(text)


def number(value):
    return struct.pack("!I", value)


class Role:
    """One client of a sequence."""

    def __init__(self, cast, index, uid=None, mac=None):
        self.cast, self.number, self.uid = cast, index, uid
        self.mac = mac or bytes((2, 0, 0, 0, 0x10, index))
        self.offered = self.server = self.address = None

    def heard(self, kind, address, server):
        if kind == 2:
            self.offered, self.server = address, server
        elif kind == 5 and address != "0.0.0.0":
            self.address = address

    def send(self, verb, kind, options=(), source="0.0.0.0", destination=None, **fields):
        self.cast.xid += 1
        options = list(options)
        if self.uid and kind is not None and not any(code == 61 for code, _ in options):
            options.insert(0, (61, self.uid))
        giaddr = fields.get("giaddr")
        if giaddr:
            source, destination = giaddr, SERVER
        payload = message(kind, self.mac, self.cast.xid, options=options, **fields)
        return Send(payload, source, destination, self, verb)

    def discover(self, *options, **fields):
        return self.send("discover", DISCOVER, options, **fields)

    def select(self, *options, server=True, **fields):
        options = [(50, ip(self.offered or "10.77.0.99"))] + list(options)
        if server:
            options.insert(0, (54, ip(self.server or SERVER)))
        return self.send("select", REQUEST, options, **fields)

    def renew(self, *options, **fields):
        address = self.address or "10.77.0.99"
        return self.send("renew", REQUEST, options, address, SERVER, ciaddr=address, **fields)

    def rebind(self, *options, **fields):
        address = self.address or "10.77.0.99"
        return self.send("rebind", REQUEST, options, address, ciaddr=address, **fields)

    def reboot(self, address=None, *options, **fields):
        options = [(50, ip(address or self.address or "10.77.0.99"))] + list(options)
        return self.send("reboot", REQUEST, options, **fields)

    def release(self, *options, address=None, **fields):
        address = address or self.address or "10.77.0.99"
        return self.send("release", RELEASE, [(54, ip(SERVER))] + list(options), address, SERVER,
                         ciaddr=address, **fields)

    def decline(self, address=None, *options, **fields):
        options = [(50, ip(address or self.address or "10.77.0.99")), (54, ip(SERVER))] + list(options)
        return self.send("decline", DECLINE, options, **fields)

    def inform(self, address="10.77.0.150", *options, **fields):
        return self.send("inform", INFORM, options, address, ciaddr=address, **fields)

    def bootp(self, *options, **fields):
        return self.send("bootp", None, options, **fields)

    def query(self, address=None, uid=None, *options, giaddr="10.88.0.1", hlen=6, **fields):
        """LEASEQUERY by address, by identifier, or by hardware address."""
        options = ([(61, uid)] if uid else []) + list(options)
        fields.update(ciaddr=address or "0.0.0.0", giaddr=giaddr, hlen=0 if address or uid else hlen)
        held, self.uid = self.uid, None
        try:
            return self.send("query", LEASEQUERY, options, **fields)
        finally:
            self.uid = held


class Cast:
    """The clients of one sequence, by number; `c(1)`, `c(2, uid=b"x")`."""

    def __init__(self):
        self.roles, self.xid = {}, 0x5eed0000

    def __call__(self, index, uid=None, mac=None):
        if index not in self.roles:
            self.roles[index] = Role(self, index, uid, mac)
        return self.roles[index]
