"""A random walk of clients: the same seed makes the same messages, driven by the first side's replies."""
import random
import socket
import struct

from packets import message

DISCOVER, REQUEST, DECLINE, RELEASE, INFORM, LEASEQUERY = 1, 3, 4, 7, 8, 10


class Person:
    def __init__(self, number):
        self.mac = bytes((2, 0, 0, 0, 0x10, number))
        self.number, self.offered, self.server, self.address = number, None, None, None
        self.uid = b"client-%d" % number if number % 3 == 2 else None

    def heard(self, kind, address, server):
        if kind == 2:
            self.offered, self.server = address, server
        elif kind == 5 and address != "0.0.0.0":
            self.address = address


class Walk:
    def __init__(self, seed, people=6):
        self.random = random.Random(seed)
        self.people = [Person(number + 1) for number in range(people)]
        self.xid = seed << 16

    def step(self):
        """(payload, source, destination, person, label)"""
        who = self.random.choice(self.people)
        verbs = ["discover"] * 6 + ["select"] * 6 + ["renew"] * 3 + ["rebind", "reboot", "reboot", "strange",
                 "release", "decline", "inform", "inform", "bootp", "relayed", "relayed", "odd", "unknown", "query"]
        verb = self.random.choice(verbs)
        self.xid += 1
        return getattr(self, verb)(who) + (who, verb)

    # -- pieces ---------------------------------------------------------------------------------

    def extras(self, who):
        chance, out = self.random, []
        if who.uid:
            out.append((61, who.uid))
        if chance.random() < 0.3:
            out.append((12, b"host-%d" % chance.choice((who.number, 1))))
        if chance.random() < 0.2:
            out.append((51, struct.pack("!I", chance.choice((10, 60, 1000, 100000, 0xffffffff)))))
        if chance.random() < 0.2:
            out.append((60, chance.choice((b"badclient", b"MSFT 5.0", b"PXEClient:Arch:00000"))))
        if chance.random() < 0.1:
            out.append((77, b"iPXE"))
        if chance.random() < 0.2:
            out.append((57, struct.pack("!H", chance.choice((300, 576, 590, 1000, 1400, 1500, 2000)))))
        roll = chance.random()
        if roll < 0.3:
            out.append((55, bytes((1, 3, 6, 15, 28, 51, 58, 59))))
        elif roll < 0.6:
            pool = list(range(1, 80)) + list(range(224, 236)) + [118, 119, 121, 43, 43, 81, 82, 97]
            out.append((55, bytes(chance.sample(pool, chance.randrange(1, 30)))))
        elif roll < 0.8:
            out.append((55, bytes((6, 3, 1, 15, 66, 67, 43, 43, 12, 119, 121) + tuple(range(224, 236)))))
        if chance.random() < 0.2:
            out.append((81, self.name_option(who)))
        if chance.random() < 0.05:
            out.append((118, socket.inet_aton(chance.choice(("10.77.0.5", "10.88.0.5", "1.2.3.4")))))
        if chance.random() < 0.04:
            out.append((82, bytes((1, 2, 7, 8, 2, 1, 9))))
        return out

    def name_option(self, who):
        """Client FQDN (RFC 4702): flags S 1, O 2, E 4, N 8, then a name as text or as labels."""
        flags, dots = self.random.choice((0, 1, 2, 3, 8, 9)), self.random.randrange(3)
        name = [b"host-%d" % who.number, b"sub", b"example"][:dots + 1]
        if self.random.random() < 0.5:
            value = b".".join(name) + self.random.choice((b"", b"", b"\0"))
        else:
            flags |= 4
            value = b"".join(bytes((len(label),)) + label for label in name) + self.random.choice((b"", b"\0", b"\0"))
        return bytes((flags, 0, 0)) + (value if self.random.random() < 0.95 else b"")

    def flags(self):
        return self.random.choice((0, 0x8000, 0x8000))

    def make(self, kind, who, options, **fields):
        return message(kind, who.mac, self.xid, flags=self.flags(), secs=self.random.choice((0, 0, 1, 5)),
                       options=options, **fields)

    def some_address(self, who):
        known = [person.address for person in self.people if person.address]
        return self.random.choice(known + ["10.77.0.100", "10.77.0.110", "10.77.0.20", "10.77.0.77",
                                           "10.88.0.105", "192.168.1.1"])

    # -- verbs ----------------------------------------------------------------------------------

    def discover(self, who):
        options = self.extras(who)
        if self.random.random() < 0.2:
            options.insert(0, (50, socket.inet_aton(self.some_address(who))))
        return self.make(DISCOVER, who, options), "0.0.0.0", None

    def select(self, who):
        if not who.offered:
            return self.discover(who)
        options = [(50, socket.inet_aton(who.offered))]
        if self.random.random() < 0.8:
            options.append((54, socket.inet_aton(self.random.choice((who.server, who.server, who.server,
                                                                      "10.77.0.2")))))
        return self.make(REQUEST, who, options + self.extras(who)), "0.0.0.0", None

    def renew(self, who):
        if not who.address:
            return self.discover(who)
        return (self.make(REQUEST, who, self.extras(who), ciaddr=who.address), who.address, "10.77.0.1")

    def rebind(self, who):
        address = who.address or self.some_address(who)
        return self.make(REQUEST, who, self.extras(who), ciaddr=address), address, None

    def reboot(self, who):
        address = who.address or self.some_address(who)
        return (self.make(REQUEST, who, [(50, socket.inet_aton(address))] + self.extras(who)), "0.0.0.0", None)

    def strange(self, who):
        options = [(50, socket.inet_aton(self.some_address(who)))] + self.extras(who)
        return self.make(REQUEST, who, options), "0.0.0.0", None

    def release(self, who):
        address = who.address or self.some_address(who)
        who.address = None
        options = [(54, socket.inet_aton("10.77.0.1"))] + ([(61, who.uid)] if who.uid else [])
        return self.make(RELEASE, who, options, ciaddr=address), address, "10.77.0.1"

    def decline(self, who):
        address = self.some_address(who)
        options = [(50, socket.inet_aton(address)), (54, socket.inet_aton("10.77.0.1"))]
        return self.make(DECLINE, who, options), "0.0.0.0", None

    def inform(self, who):
        address = self.random.choice((who.address or "10.77.0.150", "10.77.0.150", "10.66.0.1"))
        if self.random.random() < 0.2:
            return self.make(INFORM, who, self.extras(who)), address, None
        return self.make(INFORM, who, self.extras(who), ciaddr=address), address, None

    def bootp(self, who):
        payload = message(None, who.mac, self.xid, flags=self.flags(), end=False,
                          cookie=self.random.choice((b"\x63\x82\x53\x63", b"\0\0\0\0")))
        return payload, "0.0.0.0", None

    def relayed(self, who):
        relay = self.random.choice(("10.88.0.1", "10.88.0.1", "10.99.0.1", "10.200.0.1"))
        options = self.extras(who)
        if self.random.random() < 0.6:
            options.append((82, bytes((1, 4)) + b"port" + bytes((2, 3)) + b"box" +
                            (bytes((5, 4)) + socket.inet_aton("10.77.0.0") if self.random.random() < 0.3 else b"")))
        if self.random.random() < 0.5 and who.offered:
            return (self.make(REQUEST, who, [(50, socket.inet_aton(who.offered))] + options, giaddr=relay),
                    relay, "10.77.0.1")
        return self.make(DISCOVER, who, options, giaddr=relay), relay, "10.77.0.1"

    def query(self, who):
        """LEASEQUERY (RFC 4388) by address, client identifier or hardware address."""
        relay, key = self.random.choice(("10.88.0.1", "10.88.0.1", "0.0.0.0")), self.random.randrange(3)
        options = [(61, who.uid)] if key == 1 and who.uid else []
        if self.random.random() < 0.5:
            options.append((55, bytes((51, 82, 92, 91))))
        address = self.some_address(who) if key == 0 else "0.0.0.0"
        return (self.make(LEASEQUERY, who, options, giaddr=relay, ciaddr=address), "10.88.0.1", "10.77.0.1")

    def odd(self, who):
        kind = self.random.randrange(7)
        if kind == 0:
            return self.make(DISCOVER, who, [(61, b"")]), "0.0.0.0", None
        if kind == 1:
            return self.make(DISCOVER, who, [(61, b"x")]), "0.0.0.0", None
        if kind == 2:
            return self.make(DISCOVER, who, [(12, b"")]), "0.0.0.0", None
        if kind == 3:
            return self.make(DISCOVER, who, [(12, b"nul\0\0")] + self.extras(who)), "0.0.0.0", None
        if kind == 4:
            return self.make(DISCOVER, who, [], end=False, pad=0) + bytes((12, 200, 65)), "0.0.0.0", None
        if kind == 5:
            return self.make(DISCOVER, who, [(12, b"ab"), (12, b"cd"), (52, b"\1")],
                             file=bytes((60, 3)) + b"abc\xff"), "0.0.0.0", None
        return self.make(DISCOVER, who, [], hlen=17), "0.0.0.0", None

    def unknown(self, who):
        return self.make(self.random.choice((9, 2, 6, 10, 14, 200)), who, []), "0.0.0.0", None
