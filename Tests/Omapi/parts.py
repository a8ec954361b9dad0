"""The parts of Tests/Omapi/run; each gives (what, list of complaints) one by one."""
import os
import random
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time

import client
import compare
from servers import CONFIGURATION, ISC, LEASES, Server

SECRET = "c2VjcmV0MTIzNDU2Nzg5MA=="
ALGORITHMS = ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"]


def keyed(algorithm="hmac-md5"):
    return (f'key k1 {{ algorithm {algorithm}; secret {SECRET}; }}\n'
            "key other { algorithm hmac-md5; secret bm90dGhlb25l; }\nomapi-key k1;")


def transcripts(given):
    total = 0
    for name, count, wrong in compare.compare(given.dhcpd, names=given.scripts, omshell=given.omshell):
        total += count
        yield f"{name} ({count} commands)", wrong
    if not given.scripts:
        yield f"{total} commands in all", [] if total >= 150 else ["fewer than 150"]


def keys(given):
    for algorithm in ALGORITHMS:
        for name, count, wrong in compare.compare(
                given.dhcpd, names=["groups"], key=(algorithm, SECRET), omshell=given.omshell):
            yield f"{name} signed with {algorithm}", wrong
    script = ["new host", 'set name = "fixed"', "open"]
    openings = {
        "no key": [],
        "unknown key": [f"key nobody {SECRET}"],
        "key of another": ["key other bm90dGhlb25l"],
        "wrong secret": ["key k1 bm90dGhlb25l"],
        "wrong algorithm": ["key-algorithm hmac-sha256", f"key k1 {SECRET}"],
    }
    printed = {}
    for program in (ISC, given.dhcpd):
        with Server(program, "keys", keyed()) as server:
            for what, opening in openings.items():
                printed[program, what] = server.omshell(
                    "\n".join(["port 7911", *opening, "connect", *script]) + "\n", given.omshell)
            log = server.log()
    for what in openings:
        yield what, compare.difference(what, printed[ISC, what], printed[given.dhcpd, what])
    refusals = len(re.findall(r"^OMAPI client 127\.0\.0\.1: ", log, re.M))
    yield "each refusal is logged", [] if refusals >= len(openings) else log.splitlines()[-12:]


# MARK: failover

RELATIONSHIPS = """failover peer "lab" {
  primary; address 10.9.0.1; port 647; peer address 10.9.0.2; peer port 647;
  max-response-delay 30; max-unacked-updates 10; load balance max seconds 3; mclt 300; split 128;
}
failover peer "lab2" {
  secondary; address 10.9.0.1; port 648; peer address 10.9.0.3; peer port 648;
  max-response-delay 30; max-unacked-updates 10; load balance max seconds 3;
}
"""
# Of a server that was the secondary before; ISC complains and takes the states.
STATES = """failover peer "lab" state {
  my state normal at 4 2026/01/01 00:00:00;
  partner state normal at 4 2026/01/01 00:00:10;
  mclt 300;
}
failover peer "lab2" state {
  my state communications-interrupted at 4 2026/01/01 00:00:20;
  partner state partner-down at 4 2026/01/01 00:00:30;
  mclt 200;
}
"""


def relationships(given):
    """failover-state as both servers show it after the start, and what they say to requests about it."""
    configuration = CONFIGURATION.replace("subnet 10.9.0.0", RELATIONSHIPS + "subnet 10.9.0.0").replace(
        "range 10.9.0.100 10.9.0.119;", 'pool { failover peer "lab"; range 10.9.0.100 10.9.0.119; }\n'
        'pool { failover peer "lab2"; range 10.9.0.130 10.9.0.139; }')
    one = ['new failover-state', 'set name = "lab"', "open"]
    lines = [
        *one, "refresh", "close", "new failover-state", 'set name = "lab2"', "open", "close",
        "new failover-state", 'set name = "nolab"', "open", "close", "new failover-state", "open", "close",
        "new failover-state", 'set name = ""', "open", "close", "new failover-state", 'set name = "lab"', "create", "close",
        *one, "set mclt = 5", "update", "close", *one, "set skew = 1", "update", "close",
        *one, "set nonsense = 5", "update", "close",
        *one, 'set local-state = "x"', "update", "close", *one, "remove", "close",
        *one, "set local-state = 7", "update", "refresh", "close", *one, "set local-state = 2", "update", "refresh", "close",
    ]
    printed = []
    for program in (ISC, given.dhcpd):
        with Server(program, "failover", configuration=configuration, leases=LEASES + STATES) as server:
            text = server.omshell("\n".join(["port 7911", "connect", *lines]) + "\n", given.omshell)
        # ISC shows its memory as addresses; states that were set just now have that time.
        text = re.sub(r"^((?:partner|local)-address) = .*$", r"\1 = *", text, flags=re.M)
        printed.append(re.sub(r"^(local-stos) = 6[^9].*$", r"\1 = *", text, flags=re.M))
    yield f"{len(lines)} commands", compare.difference("output", *printed)


# MARK: pypureomapi

def api(given):
    sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, whichever python3 runs this
    try:
        import pypureomapi
    except ImportError:
        yield "python3-pypureomapi is not installed (Tests/run --install): left out", []
        return
    for key in (None, SECRET):
        results = {}
        for program in (ISC, given.dhcpd):
            with Server(program, "api", keyed() if key else "") as server:
                before = len(server.lease_text())
                with server.namespace.inside():
                    results[program] = list(calls(pypureomapi, key))
                results[program].append(compare.declarations(server.lease_text()[before:]))
        wrong = [f"ISC {one}, ours {other}" for one, other in zip(results[ISC], results[given.dhcpd]) if one != other]
        yield f"{len(results[ISC])} calls, {'signed' if key else 'unsigned'}", wrong


def calls(module, key):
    """Every function of the library, in an order that makes sense; what it gave or how it failed."""
    omapi = module.Omapi("127.0.0.1", 7911, *((b"k1", key.encode()) if key else ()), timeout=10)
    new, fixed, mac = "02:00:00:00:01:01", "02:00:00:00:0b:02", "02:00:00:00:0a:01"
    steps = [
        ("add_host", "10.9.0.70", new), ("add_host", "10.9.0.70", new), ("lookup_ip_host", new),
        ("lookup_host_host", new), ("del_host", new), ("del_host", new),
        ("add_host_supersede_name", "10.9.0.71", new, "sup"), ("lookup_host", "sup"), ("lookup_host_host", new),
        ("lookup_ip_host", fixed), ("lookup_host", "nobody"), ("lookup_ip_host", "02:00:00:00:ff:ff"),
        ("lookup_ip", mac), ("lookup_mac", "10.9.0.100"), ("lookup_hostname", "10.9.0.100"),
        ("lookup_hostname", "10.9.0.101"), ("lookup_mac", "10.9.0.200"), ("lookup_ip", new),
        ("del_host", new), ("add_host_without_ip", new), ("lookup_host_host", new), ("del_host", new),
        ("add_host_supersede", "10.9.0.72", new, "full", "fullname", "10.9.0.253", "example.org"),
        ("lookup_host", "full"), ("add_group", "pureg", 'filename "pxe";'), ("add_group", "pureg", 'filename "x";'),
        ("add_group", "bad", "nonsense"), ("change_group", "full", "pureg"), ("change_group", "nobody", "pureg"),
        ("change_group", "full", "nogroup"), ("add_host_with_group", "10.9.0.73", "02:00:00:00:01:02", "pureg"),
        ("add_host_with_group", "10.9.0.74", "02:00:00:00:01:03", "nogroup"),
        ("lookup_by_host", dict(name="full")), ("lookup_by_host", dict(mac=fixed)),
        ("lookup_by_lease", dict(ip="10.9.0.100")), ("lookup_by_lease", dict(mac=mac)),
    ]
    for name, *arguments in steps:
        named = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        try:
            value = getattr(omapi, name)(*arguments, **named)
            if isinstance(value, dict):
                value = sorted((str(k), str(v)) for k, v in value.items())
        except Exception as error:  # its type and words are what is compared
            value = f"{type(error).__name__}: {error}"
        yield compare.without_invented_names(f"{name}{arguments}{named} {value}")
    omapi.close()


# MARK: Foreman

def foreman(given):
    """The phrases of the smart proxy's module dhcp_isc, and the words by which it tells errors."""
    statements = ('filename = \\"pxelinux.0\\"; next-server = 0a:09:00:01; option host-name = \\"f1.example.org\\";')

    def make(mac, name, ip):
        return [f'set name = "{name}"', f"set ip-address = {ip}", f"set hardware-address = {mac}",
                "set hardware-type = 1", f'set statements = "{statements}"', "create"]
    sessions = [
        ("a record is made", ["new host", *make("00:16:3e:00:00:01", "f1.example.org", "10.9.0.60")], None),
        ("made again", ["new host", *make("00:16:3e:00:00:01", "f1.example.org", "10.9.0.60")], "object: already exists"),
        ("the address is in use", ["new host", *make("00:16:3e:00:00:01", "f2.example.org", "10.9.0.61")],
         "object: key conflict"),
        ("removed", ["new host", "set hardware-address = 00:16:3e:00:00:01", "open", "remove"], None),
        ("removed again", ["new host", "set hardware-address = 00:16:3e:00:00:01", "open", "remove"],
         "can't open object: not found"),
    ]
    printed, records = {}, {}
    for program in (ISC, given.dhcpd):
        with Server(program, "foreman", keyed()) as server:
            before = len(server.lease_text())
            for what, lines, _ in sessions:
                opening = [f'key k1 "{SECRET}"', "server 127.0.0.1", "port 7911", "connect"]
                printed[program, what] = server.omshell("\n".join(opening + lines) + "\n", given.omshell)
            records[program] = compare.declarations(server.lease_text()[before:])
    for what, _, word in sessions:
        text = printed[given.dhcpd, what]
        wrong = compare.difference(what, printed[ISC, what], text)
        if word and word not in text:
            wrong.append(f"no `{word}` in it")
        if not word and re.search(r"can't|no more|not connected|Syntax error", text):
            wrong.append("it looks like an error: " + text)
        yield what, wrong
    yield "the lease file", compare.difference("records", records[ISC], records[given.dhcpd])


# MARK: hostile clients

def attacks(given):
    with Server(given.dhcpd, "attacks", keyed()) as server:
        with server.namespace.inside():
            yield from hostile(server)
            yield from idle(server)


def logged(server, words):
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if words in server.log():
            return []
        time.sleep(0.05)
    return [f"`{words}` is not in the log", *server.log().splitlines()[-6:]]


def hostile(server):
    secret = client.secret(SECRET)
    good = client.Client(secret=secret, key="k1")
    made = good.ask(client.OPEN, {"type": b"host", "create": 1, "exclusive": 1},
                    {"name": b"good", "hardware-address": b"\2\0\0\0\7\1", "hardware-type": 1})
    yield "a signed request is carried out", [] if made.op == client.UPDATE else [str(made)]

    forged = client.Client(secret=b"another", key="k1")
    answer = forged.ask(client.OPEN, {"type": b"host", "create": 1}, {"name": b"bad", "hardware-address": b"123456"},
                        checked=False)
    yield "a bad signature is refused", expect(answer, 0x6000B) + ended(forged) + logged(server, "invalid TSIG key")

    unknown = client.Client()
    unknown.authid = 99
    answer = unknown.ask(client.OPEN, {"type": b"lease"}, {"ip-address": b"\12\11\0\144"}, checked=False)
    yield "an unknown authenticator is refused", expect(answer, 0x6000A) + logged(server, "zone TSIG key not known")

    replayed = good.encode(client.DELETE, {}, {}, made.handle)
    good.send(replayed)
    removed = good.receive()
    good.send(replayed)
    answer = good.receive()
    yield "a repeated message is refused", expect(removed, 0) + expect(answer, 0x6000B) + logged(
        server, "message repeated")

    for what, data, words in (
            ("another version", struct.pack("!II", 99, 24), "protocol version mismatch"),
            ("a header that is too small", struct.pack("!II", 100, 8), "protocol error"),
            ("a signature that is too long", client.GREETING + struct.pack("!6I", 0, 1 << 30, 1, 0, 1, 0) + bytes(99),
             "protocol error"),
            ("a value that is too long", client.GREETING + struct.pack("!6IH4sI", 0, 0, 1, 0, 1, 0, 4, b"name", 1 << 31),
             "protocol error"),
            ("too many values", client.GREETING + struct.pack("!6I", 0, 0, 1, 0, 1, 0)
             + b"".join(struct.pack("!H1sI", 1, b"x", 0) for _ in range(5000)), "protocol error")):
        count = server.log().count(words)
        raw = socket.create_connection(("127.0.0.1", 7911), 5)
        raw.sendall(data)
        wrong = [] if closes(raw) else ["the connection stays open"]
        yield what, wrong + ([] if server.log().count(words) > count else logged(server, words + " is missing"))

    cut = socket.create_connection(("127.0.0.1", 7911), 5)
    cut.sendall(client.GREETING + struct.pack("!6IH", 0, 0, 1, 0, 1, 0, 4))
    cut.close()
    slow = client.Client(secret=secret, key="k1")
    for byte in slow.encode(client.OPEN, {"type": b"host"}, {"name": b"fixed"}):
        slow.send(bytes([byte]))
    answer = slow.receive()
    yield "byte by byte", [] if answer.op == client.UPDATE else [str(answer)]
    noise = random.Random(7)
    for _ in range(200):
        raw = socket.create_connection(("127.0.0.1", 7911), 5)
        raw.sendall(client.GREETING + noise.randbytes(noise.randrange(1, 4000)))
        raw.close()
    yield "noise", [] if client.Client(secret=secret, key="k1").authid else ["no authenticator"]


def idle(server):
    """A thousand connections that say nothing: an operator is still served, and so are clients."""
    held = [socket.create_connection(("127.0.0.1", 7911), 5) for _ in range(1000)]
    one = client.Client(secret=client.secret(SECRET), key="k1")
    answer = one.ask(client.OPEN, {"type": b"host"}, {"name": b"fixed"})
    yield "1000 idle connections", ([] if answer.op == client.UPDATE else [str(answer)]) + logged(
        server, "too many connections, closing one that is idle")
    yield "DHCP is served meanwhile", client.served(server, "02:00:00:00:0b:02", "10.9.0.32")
    for other in held:
        other.close()


def expect(answer, result):
    got = struct.unpack("!I", answer.message.get("result", b"\0\0\0\0"))[0] if answer else None
    return [] if answer and answer.op == client.STATUS and got == result else [f"got {answer}, not {result:#x}"]


def closes(raw):
    raw.settimeout(5)
    try:
        while raw.recv(4096):
            pass
        return True
    except ConnectionResetError:
        return True
    except OSError:
        return False


def ended(one):
    return [] if closes(one.socket) else ["the connection stays open"]


# MARK: effects

def service(given):
    """What an operator says holds for the next packet."""
    mac = "02:00:00:00:05:05"
    with Server(given.dhcpd, "service") as server:
        with server.namespace.inside():
            one = client.Client()
            made = one.ask(client.OPEN, {"type": b"host", "create": 1, "exclusive": 1}, {
                "name": b"now", "hardware-address": b"\2\0\0\0\5\5", "hardware-type": 1,
                "ip-address": b"\12\11\0\115", "statements": b'option host-name "now"; option local-text "hello";'})
            yield "made", client.served(server, mac, "10.9.0.77", {12: b"now", 201: b"hello"})
            one.ask(client.UPDATE, {}, {"ip-address": b"\12\11\0\116"}, made.handle)
            yield "changed", client.served(server, mac, "10.9.0.78")
            one.ask(client.UPDATE, {}, {"hardware-address": b"\2\0\0\0\5\6"}, made.handle)
            yield "another hardware address", client.served(server, "02:00:00:00:05:06", "10.9.0.78")
            one.ask(client.UPDATE, {}, {"dhcp-client-identifier": b"\0id"}, made.handle)
            yield "an identifier", client.served(server, "02:00:00:00:05:09", "10.9.0.78", identifier=b"\0id")
            server.reload()
            yield "after a reload", client.served(server, "02:00:00:00:05:06", "10.9.0.78")
            shown = one.ask(client.REFRESH, {}, {}, made.handle)
            yield "its handle as well", [] if shown.object.get("name") == b"now" else [str(shown)]
            server.stop(kill=True)
            server.start()
            yield "after a restart", client.served(server, "02:00:00:00:05:06", "10.9.0.78")
            one = client.Client()
            made = one.ask(client.OPEN, {"type": b"host"}, {"name": b"now"})
            one.ask(client.DELETE, {}, {}, made.handle)
            server.reload()
            yield "removed, after a reload", (
                [] if client.served(server, "02:00:00:00:05:06", "10.9.0.78") else ["still served"])
            server.stop(kill=True)
            server.start()
            yield "removed", [] if client.served(server, "02:00:00:00:05:06", "10.9.0.78") else ["still served"]


# MARK: traces

def trace(given):
    """What operators did is in the trace of -tf, signed requests too, and comes out again by -play."""
    with tempfile.TemporaryDirectory(prefix="omapi-trace-") as folder:
        path, again = os.path.join(folder, "trace"), os.path.join(folder, "again.leases")
        lines = [line for _, part in compare.scripts("hosts", "groups", "classes") for line in part]
        with Server(given.dhcpd, "trace", keyed(), options=["-tf", path]) as server:
            opening = [f'key k1 "{SECRET}"', "port 7911", "connect"]
            server.omshell("\n".join(opening + lines) + "\n", given.omshell)
            server.stop()
            wanted = compare.declarations(server.lease_text())
            open(again, "w").close()
            done = subprocess.run([given.dhcpd, "-play", path, "-lf", again, "-cf", server.conf, "-f", "-d"],
                                  capture_output=True, text=True, timeout=60)
        wrong = [] if done.returncode == 0 else [f"-play ended with {done.returncode}", *done.stderr.splitlines()[-5:]]
        with open(again, errors="surrogateescape") as file:
            wrong += compare.difference("records", wanted, compare.declarations(file.read()))
        yield f"{len(lines)} commands, {wanted.count(' {')} records", wrong


# MARK: kill -9

def kill(given):
    """Hosts are made, changed and removed without a pause; what was acknowledged survives kill -9."""
    chance = random.Random(5)
    with Server(given.dhcpd, "kill") as server:
        known, count = {}, 0
        with server.namespace.inside():
            for round_ in range(given.kills):
                done, doubtful = client.work(server, known, chance, 0.2 + chance.random())
                count += done
                server.start()
                wrong = client.missing(known, doubtful)
                yield f"kill {round_ + 1}: {done} acknowledged, {len(known)} hosts", wrong


PARTS = dict(transcripts=transcripts, keys=keys, failover=relationships, api=api, foreman=foreman, attacks=attacks,
             service=service, trace=trace, kill=kill)
