#!/usr/bin/env python3
"""Writes the inputs a fuzzer begins with: seeds.py SURFACE FOLDER."""
import itertools
import os
import struct
import sys

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "Lab"))

from lab import dhcp, failover  # noqa: E402

FIXTURES = os.path.join(TESTS, "Fixtures")
NOON = 1_800_000_000  # seeds do not change from day to day


def fixtures(*endings):
    """The contents of the fixtures whose names end so."""
    for folder, _, names in sorted(os.walk(FIXTURES)):
        for name in sorted(names):
            if name.endswith(endings):
                with open(os.path.join(folder, name), "rb") as file:
                    yield file.read()


def packets():
    """Every message a client or relay sends, as the laboratory's clients form them."""
    client = dhcp.Client(None, "02:10:00:00:00:01", client_id=b"\x01\x02\x10\0\0\0\1", hostname="host")
    for kind in range(1, 9):
        for options in ({}, {"requested": "10.77.0.100"}, {"requested": "10.77.0.100", "server": "10.77.0.1"}):
            packet = client.packet(kind, **options)
            packet.xid = kind
            yield packet.encode()
    for giaddr, agent in (("10.88.0.1", b"\x01\x03red\x02\x04port"), ("10.88.0.1", b"\x05\x04\x0a\x58\0\1")):
        packet = client.packet(dhcp.DISCOVER)
        packet.giaddr, packet.hops = giaddr, 1
        packet.options[82] = agent
        yield packet.encode()
    long = client.packet(dhcp.REQUEST, ciaddr="10.77.0.100")
    long.options.update({60: b"PXEClient:Arch:00000", 77: b"user", 81: b"\0\0\0host.example.org", 52: b"\3"})
    yield long.encode()
    yield from fixtures(".packet", ".dhcp")


def streams():
    """What either end of a failover link says: set up, states, updates, goodbyes."""
    make = failover.Message.make
    connect = dict(relationship_name="lab", max_unacked_bndupd=10, receive_timer=60, protocol_version=1,
                   vendor_class_identifier="isc-4.4.3-P1", TLS_request=b"\0\0")
    address = "10.77.0.100"
    hardware = "02:10:00:00:00:01"
    binding = dict(assigned_IP_address=address, client_hardware_address=hardware, lease_expiration_time=NOON + 60,
                   potential_expiration_time=NOON + 600, start_time_of_state=NOON, client_last_transaction_time=NOON)
    opening = [
        make("CONNECT", 1, NOON, MCLT=3600, hash_bucket_assignment=b"\xff" * 16 + b"\0" * 16, **connect),
        make("CONNECTACK", 1, NOON, **{name: value for name, value in connect.items() if name != "TLS_request"}),
    ]
    states = [make("STATE", 2, NOON, server_state=state, server_flags=flags, start_time_of_state=NOON)
              for state in failover.STATES for flags in (0, 1)]
    updates = [make("BNDUPD", 3 + status, NOON, binding_status=status, **binding) for status in failover.BINDINGS]
    acks = [make("BNDACK", 3, NOON, assigned_IP_address=address, reject_reason=reason, message="no")
            for reason in (None, *failover.REASONS)]
    rest = [make(kind, 9, NOON) for kind in ("POOLREQ", "UPDREQALL", "UPDDONE", "UPDREQ", "CONTACT")]
    rest += [make("POOLRESP", 9, NOON, addresses_transferred=4),
             make("DISCONNECT", 9, NOON, reject_reason=17, message="no traffic")]
    singles = opening + states + updates + acks + rest
    for message in singles:
        yield message.encode()
    for first in opening:
        yield b"".join(message.encode() for message in (first, states[4], *updates[:2], *rest))
    yield from fixtures(".failover", ".stream")


def sessions():
    """What was typed into omshell and what servers sent: a line, then the server's bytes, in turn."""
    mark = b"\xde\xad\xbe\xef"
    for text in fixtures(".txt"):
        pieces = []
        if not text.startswith(b"| > "):
            continue
        for line in text.decode().splitlines():
            if line.startswith("> "):
                pieces.append(line[2:].encode().decode("unicode_escape").encode("latin-1"))
            elif line.startswith("S ") and line != "S -":
                pieces.append(bytes.fromhex(line[2:]))
        for start in range(0, len(pieces), 12):
            yield mark.join(pieces[:3] + pieces[start:start + 12])


def configurations():
    """Configurations; with files that they include, and with lease files, behind the mark that divides them."""
    mark = b"\xde\xad\xbe\xef"
    yield from fixtures(".conf", ".conf6", ".inc")
    leases = list(fixtures(".leases"))
    for number, seed in enumerate(fixtures(".conf", ".conf6")):
        if number % 8 == 0 and len(seed) < 1000:
            yield b'include "1";\n' + mark + seed + b'include "2";\n' + mark + leases[number % len(leases)][:1500]
    for nest in (b"{", b"if (", b"group {", b"not ", b"(", b'include "dhcpd.conf"; include "1"; group { include "0"; }'):
        yield nest * 60 + mark + b'include "1"; include "dhcpd.conf";'


def requests():
    """What an OMAPI client asks for, unsigned and with the signature of zeros that the target accepts."""
    def values(**items):
        out = b""
        for name, value in items.items():
            name = name.replace("_", "-").encode()
            out += struct.pack("!H", len(name)) + name + struct.pack("!I", len(value)) + value
        return out + b"\0\0"

    one = struct.pack("!I", 1)
    ids = itertools.count(1)

    def message(authid, op, handle, first, second):
        size = 16 if authid else 0
        return struct.pack("!6I", authid, size, op, handle, next(ids), 0) + first + second + bytes(size)

    make = dict(create=one, exclusive=one)
    host = dict(name=b"h1", hardware_address=b"\2\0\0\0\0\1", hardware_type=one, ip_address=b"\12\115\0\41",
                statements=b'filename "x"; option host-name "y"; if known { set v = "1"; }')
    opens = [
        (make, "host", host), ({}, "host", dict(name=b"h1")), ({}, "host", dict(hardware_address=b"\2\0\0\0\0\2")),
        (make, "host", dict(dhcp_client_identifier=b"\0id", group=b"printers", known=one)),
        ({}, "host", dict(name=b"fixed")), ({}, "host", dict(dhcp_client_identifier=b"byid")),
        (make, "group", dict(name=b"g", statements=b"default-lease-time 5;")), ({}, "group", dict(name=b"printers")),
        (make, "class", dict(name=b"c", match=b"hardware")), ({}, "class", dict(name=b"plain")),
        (make, "subclass", dict(name=b"plain", hashstring=b"\1\2\3")),
        ({}, "lease", dict(ip_address=b"\12\115\0\144")), ({}, "lease", dict(hardware_address=b"\2\0\0\0\0\1")),
        ({}, "control", {}), ({}, "interface", dict(name=b"eth0")), ({}, "failover-state", dict(name=b"x")),
    ]
    changes = [dict(ip_address=b"\12\115\0\42"), dict(hardware_address=b"\2\0\0\0\0\7"), dict(state=one),
               dict(ends=struct.pack("!I", NOON + 60)), dict(flags=b"\4"), dict(myvar=b"text"), dict(group=b"printers")]
    for authid in (0, 1):
        opening = message(0, 1, 0, values(type=b"authenticator"),
                          values(name=b"k1", algorithm=b"hmac-md5.SIG-ALG.REG.INT.")) if authid else b""
        every = opening
        for mode, kind, keys in opens:
            asked = message(authid, 1, 0, values(type=kind.encode(), **mode), values(**keys))
            every += asked
            yield opening + asked
        for handle in range(1, 4):
            for change in changes:
                yield every + message(authid, 3, handle, b"\0\0", values(**change)) + message(
                    authid, 2, handle, b"\0\0", b"\0\0")
            yield every + b"\xde\xad\xbe\xef" + message(authid, 6, handle, b"\0\0", b"\0\0") + every
    yield from fixtures(".omapi")


SURFACES = {
    "packet": packets,
    "configuration": configurations,
    "leasefile": lambda: fixtures(".leases"),
    "failover": streams,
    "omapi": requests,
    "omshell": sessions,
}


def main():
    surface, folder = sys.argv[1:]
    count = 0
    for count, seed in enumerate(SURFACES[surface](), 1):
        with open(os.path.join(folder, f"seed-{count:04}"), "wb") as file:
            file.write(seed)
    if not count:
        print(f"no seeds for {surface}", file=sys.stderr)


main()
