#!/usr/bin/env python3
"""Writes the inputs a fuzzer begins with: seeds.py SURFACE FOLDER."""
import os
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


SURFACES = {
    "packet": packets,
    "configuration": configurations,
    "leasefile": lambda: fixtures(".leases"),
    "failover": streams,
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
