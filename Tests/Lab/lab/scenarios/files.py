"""Lease files that pass from one server to the other, tools that read them, and rubbish on the wire."""
import json
import os
import random
import shlex
import struct
import subprocess
import time

from ..dhcp import BROADCAST_IP, BROADCAST_MAC, DISCOVER, udp_frame
from ..scenario import Skipped, check, scenario
from ..server import Config

ALONE = Config(failover=[], networks="subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.100 10.77.0.139; }\n")
WIDE = Config(failover=[], networks="subnet 10.77.0.0 netmask 255.255.0.0 { range 10.77.16.0 10.77.47.255; }\n")
ODD_ID = b'\xff"\\\n\x00\x7f\xe9plain'


def _alone(lab, command):
    """The first server, without a partner, run by a command on whatever lease file it has."""
    lab.a.kill()
    lab.a.command = command
    lab.a.start()
    check(lab.a.running, f"{command} does not start on the lease file: {lab.a.last_words()}")


def _keeps(lab, clients, by):
    for client in clients:
        address = client.address
        ack = client.init_reboot()
        check(ack and ack.type == 5 and ack.yiaddr == address, f"{by} does not know {client.mac} at {address}: {ack}")


@scenario("files")
def lease_file_changes_hands(lab):
    """Each server goes on with the lease file that the other wrote, and back again."""
    first, second = lab.a.command, lab.b.command
    lab.a.configure(ALONE)
    _alone(lab, first)
    clients = [lab.client(), lab.client(hostname="plain"), lab.client(hostname='q"uote'),
               lab.client(client_id=ODD_ID), lab.client(client_id=b"\x01" * 30, hostname="x" * 60)]
    for client in clients:
        lab.bound(client)
    gone, bad = lab.client(), lab.client()
    for client in (gone, bad):
        lab.bound(client)
    freed, abandoned = gone.address, bad.address
    gone.release()
    bad.decline()
    check(lab.a.lease_is(freed, "free") and lab.a.lease_is(abandoned, "abandoned"), "release or decline was not written")
    for command in (second, first, second):
        _alone(lab, command)
        _keeps(lab, clients, command)
        check(lab.a.lease_is(freed, "free"), f"{command} has {freed} {lab.a.leases()[freed]}")
        check(lab.a.lease_is(abandoned, "abandoned"), f"{command} has {abandoned} {lab.a.leases()[abandoned]}")
        newcomer = lab.client(client_id=b"\x00new" + struct.pack("!I", len(clients)))
        lab.bound(newcomer)
        clients.append(newcomer)
    check(len({client.address for client in clients}) == len(clients), "an address was given twice")


@scenario("files")
def lease_files_of_a_pair_change_hands(lab):
    """A pair stops; each server goes on with the other's program: both normal at once, nobody recovers."""
    lab.start()
    clients = [lab.client_of(lab.a), lab.client_of(lab.b)]
    for client in clients:
        lab.bound(client)
        for server in (lab.a, lab.b):
            check(server.lease_is(client.address, "active"), f"{client.address} not active on the {server.role}")
    time.sleep(1)
    for server in (lab.a, lab.b):
        server.kill()
    lab.a.command, lab.b.command = lab.b.command, lab.a.command
    marks = lab.marks()
    for server in (lab.b, lab.a):
        server.start()
        check(server.running, f"{server.command} does not start on the lease file: {server.last_words()}")
    lab.both_normal(since=marks)
    for server, mark in zip((lab.a, lab.b), marks):
        check("recover" not in server.moves(mark)[1:], f"{server.role} moved {server.moves(mark)}")
    for client in clients:
        ack = client.rebind()
        check(ack and ack.type == 5, f"{client.address} is not known any more: {ack}")


def _as_the_library_reads(path):
    """MAC: [address, state, hostname] of the current leases. Debian's Python has the package, others have not."""
    program = ("import json, sys; from isc_dhcp_leases import IscDhcpLeases; print(json.dumps({mac: [lease.ip, "
               "lease.binding_state, lease.hostname] for mac, lease in "
               "IscDhcpLeases(sys.argv[1]).get_current().items()}))")
    done = subprocess.run(["/usr/bin/python3", "-c", program, path], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


@scenario("files")
def lease_file_is_readable_by_tools(lab):
    """python3-isc-dhcp-leases reads the lease files of both servers of a pair."""
    if _as_the_library_reads("/dev/null") is None:
        raise Skipped("python3-isc-dhcp-leases is not installed")
    lab.start()
    clients = [lab.client_of(lab.a, hostname="one"), lab.client_of(lab.b, hostname="two")]
    for client in clients:
        lab.bound(client)
    for server in (lab.a, lab.b):
        for client in clients:
            check(server.lease_is(client.address, "active"), f"{client.address} not active on the {server.role}")
        current = _as_the_library_reads(server.leases_path)
        check(current is not None, f"the library cannot read the {server.role}'s file")
        for client in clients:
            # ISC: the name is not part of a binding update, so the partner's file has none.
            expected = [client.address, "active", client.hostname if client.server == server.address else ""]
            check(current.get(client.mac) == expected, f"the {server.role}'s file gives {current.get(client.mac)}")


@scenario("files")
def torn_lease_file(lab):
    """A lease file cut anywhere in its last record: the server starts, and knows every record before it."""
    lab.a.configure(ALONE)
    lab.a.start()
    clients = [lab.client(hostname=f"pc{number}", client_id=ODD_ID + bytes((number,))) for number in range(4)]
    for client in clients:
        lab.bound(client)
    lab.a.kill()
    with open(lab.a.leases_path, "rb") as file:
        whole = file.read()
    last = whole.rindex(b"\nlease ") + 1
    kept = {client.address: client.mac for client in clients[:-1]}
    for cut in range(last, len(whole), max(1, (len(whole) - last) // 12)):
        with open(lab.a.leases_path, "wb") as file:
            file.write(whole[:cut])
        lab.a.start()
        check(lab.a.running, f"cut after {cut - last} bytes of the record: {lab.a.last_words()}")
        active = lab.a.leases().active()
        check(kept.items() <= active.items(), f"cut after {cut - last} bytes: {active} is left of {kept}")
        lab.a.kill()
    lab.a.start()
    _keeps(lab, clients[:-1], lab.a.command)


@scenario("files")
def missing_lease_file(lab):
    """Without a lease file the server does not start, says so, and makes none."""
    lab.a.configure(ALONE)
    os.unlink(lab.a.leases_path)
    lab.a.start()
    check(not lab.a.running and lab.a.process.returncode == 1, f"running: {lab.a.running}; {lab.a.last_words()}")
    check(lab.a.logged("Can't open lease database"), f"its last words: {lab.a.last_words()}")
    check(not os.path.exists(lab.a.leases_path), "it made a lease file")


def _rubbish(chance, packet):
    """A DHCP message with something wrong: cut short, or with lengths and bytes that lie."""
    data = bytearray(packet)
    kind = chance.randrange(5)
    if kind == 0:
        return bytes(data[:chance.randrange(len(data))])
    if kind == 1:
        data[240 + chance.randrange(30)] = chance.randrange(256)
    elif kind == 2:
        data[chance.choice((0, 1, 2, 3, 236, 241))] = chance.randrange(256)
    elif kind == 3:
        data[240:] = bytes(chance.randrange(256) for _ in range(chance.randrange(300)))
    else:
        data[243:] = bytes((chance.choice((82, 61, 50, 53, 55, 12, 81, 52)), chance.randrange(256)))
    return bytes(data)


def _throw_rubbish(lab, count):
    """A server without a partner, many malformed packets, and then a proper client that must be served."""
    chance = random.Random(1)
    lab.a.configure(WIDE)
    lab.a.start()
    victim = lab.client(hostname="victim", client_id=ODD_ID)
    for number in range(count):
        data = _rubbish(chance, victim.packet(chance.choice((DISCOVER, 3, 4, 7, 8)), requested="10.77.0.101").encode())
        lab.lan.send(udp_frame(victim.mac, BROADCAST_MAC, "0.0.0.0", BROADCAST_IP, 68, 67, data))
        if number % 100 == 99:
            time.sleep(0.02)
    check(lab.a.running, f"the server ended: {lab.a.last_words()}")
    lab.bound(lab.client())


@scenario("hostile")
def garbage_packets(lab):
    """Thousands of malformed packets: the server answers the next proper client."""
    count = 4000
    _throw_rubbish(lab, count)
    check(len(lab.a.lines) < 3 * count, f"{len(lab.a.lines)} log lines for {count} packets")


@scenario("hostile", beyond=True)
def garbage_is_logged_rarely(lab):
    """Packets that cannot be read do not fill the disk with log lines.  ISC: a line for each."""
    _throw_rubbish(lab, 4000)
    lines = lab.a.matching("parse_option_buffer")
    check(len(lines) < 200, f"{len(lines)} lines parse_option_buffer")


@scenario("files", beyond=True)
def trace_is_played_back(lab):
    """What -tf wrote down of a server with a partner ends, by -play, in the same lease file."""
    plain, trace = lab.a.command, os.path.join(lab.directory, "trace")
    lab.a.command = f"{plain} -tf {trace}"
    lab.start()
    lab.both_normal()
    clients = lab.flock(8)
    for client in clients:
        lab.bound(client)
    clients[0].release()
    clients[1].decline()
    lab.b.kill()
    for client in clients[2:5]:
        check(client.rebind(), "no answer without the partner")
    lab.b.start()
    lab.both_normal()
    check(lab.a.stop()[0] == 0, "the server does not end in order")
    with open(lab.a.leases_path, "rb") as file:
        wanted = file.read()
    again = os.path.join(lab.directory, "again.leases")
    open(again, "w").close()
    # The configuration is in the trace; nothing of this machine is touched or asked.
    done = subprocess.run(shlex.split(plain) + ["-play", trace, "-lf", again, "-cf", lab.a.conf, "-f", "-d"],
                          capture_output=True, text=True, timeout=20)
    check(done.returncode == 0, f"-play ended with {done.returncode}: {done.stderr[-400:]}")
    with open(again, "rb") as file:
        got = file.read()
    check(got == wanted, f"-play made another lease file, {len(got)} bytes instead of {len(wanted)}")
