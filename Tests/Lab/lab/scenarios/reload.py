"""Another configuration while the server runs.  ISC has none of it: SIGHUP ends its server."""
import contextlib
import shlex
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ..dhcp import ACK, NAK, all_at_once
from ..scenario import check, scenario, wait_for
from ..server import Config, Failover
from .files import ALONE

TAKEN, REFUSED = "reload: the new configuration is in force.", "the old configuration stays in force."
CLIENTS, RELOADS = 500, 20

#: What is wrong with some of the files, and a part of what is said about it.
BROKEN = [("option domain-name 5;", "expecting string"),
          ("subnet 10.1.2.3 netmask 255.255.255.0 { }", "bad subnet number"),
          ('include "/nowhere/at/all";', "Can't open /nowhere/at/all"), ("}", "expecting a parameter"),
          ('lease-file-name "/elsewhere";', "lease-file-name"), ("option no.such 1;", "no option space named no")]


def version(server):
    done = subprocess.run(shlex.split(server.command) + ["--version"], capture_output=True, text=True)
    return done.stdout + done.stderr


def text(number, broken="", more=False):
    """The pair's configuration, the like of which it was started with."""
    ranges = "range 10.77.4.0 10.77.7.255;" + (" range 10.77.9.0 10.77.9.255;" if more else "")
    return Config(
        failover=[replace(Failover(), mclt=600, max_unacked=100)], lease_time=3600,
        top=f'dhcp-cache-threshold 0; option domain-name "n{number}.example";\n{broken}',
        networks=f'subnet 10.77.0.0 netmask 255.255.0.0 {{ pool {{ failover peer "lab"; {ranges} }} }}\n')


def write(server, config):
    with open(server.conf, "w") as file:
        file.write(config.text(server.role))


def asked(server, *more):
    """The exit status of `dhcpd --reload` and what it says."""
    words = shlex.split(server.command) + ["--reload", "-cf", server.conf, "-pf", server.pid_path, *more]
    with server.namespace.inside():
        done = subprocess.run(words, capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout + done.stderr


def reload(server, number):
    """One reload of one kind or another; the server must say what became of it."""
    mark, what = server.mark(), number % 10
    if what in (2, 5, 8):
        broken, complaint = BROKEN[(number // 3) % len(BROKEN)]
        write(server, text(number, broken))
        if what == 5 and "lease-file-name" not in broken:
            status, said = asked(server)
            check(status == 1 and complaint in said, f"--reload of {broken} ended with {status}: {said}")
        server.process.send_signal(signal.SIGHUP)
        check(server.logged(REFUSED, mark, 15), f"nothing was said of {broken}: {server.lines[-3:]}")
        check(server.matching(complaint, mark), f"no word about {broken}: {server.lines[mark:]}")
        return
    write(server, text(number, more=number > RELOADS // 2))
    if what == 4:
        status, said = asked(server)
        check(status == 0, f"--reload ended with {status}: {said}")
    else:
        server.process.send_signal(signal.SIGHUP)
    check(server.logged(TAKEN, mark, 15), f"not reloaded: {server.lines[-3:]}")


@scenario("reload", limit=240, beyond=True)
def reload_under_load(lab):
    """500 clients renew while their server is reloaded 20 times, some files being broken; nobody notices."""
    for server in (lab.a, lab.b):
        server.namespace.ip("route", "add", "10.77.0.0/16", "dev", "eth0")
    lab.start(text(0))
    ours = [server for server in (lab.a, lab.b) if "compatible" in version(server)]
    check(ours, "neither server is one that can reload")
    clients = lab.flock(CLIENTS)
    check(all(all_at_once(clients, workers=32)), "not every client got a lease")
    lab.balanced()
    with ours[0].namespace.inside():
        shell = subprocess.Popen(["omshell"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    lab.cleanups.append(shell.kill)
    shell.stdin.write("port 7911\nserver 127.0.0.1\nconnect\nnew lease\n"
                      f"set ip-address = {clients[0].address}\nopen\n")
    shell.stdin.flush()
    marks, wire = lab.marks(), lab.wire.mark()
    renewing = Renewals(clients)
    for number in range(1, RELOADS + 1):
        check(wait_for(lambda: renewing.done >= 100 * number, 20, 0.02), "no client renews any more")
        reload(ours[number % len(ours)], number)
    lost = renewing.end()
    check(not lost, f"{len(lost)} renewals failed: {lost[:3]}")
    for server, mark in zip((lab.a, lab.b), marks):
        check(server.running and not server.moves(mark), f"{server.role} moved {server.moves(mark)}")
    check(not lab.wire.messages("CONNECT", since=wire), "the servers connected anew")
    for server in ours:
        write(server, text(99, more=True))
        mark = server.mark()
        server.process.send_signal(signal.SIGHUP)
        check(server.logged(TAKEN, mark, 15), "the last reload failed")
    said, _ = shell.communicate("refresh\n", timeout=20)
    check(said.count("ip-address = ") >= 2, f"the OMAPI connection did not last: {said[-300:]}")
    new = lab.client_of(ours[0])
    ack = lab.bound(new)
    check(ack.server != ours[0].address or ack.options[15] == b"n99.example", f"served with {ack.options.get(15)}")
    for server in ours:
        check(wait_for(lambda: not inactive(server, clients), 20, 1),
              f"{server.role} lacks leases in its file: {inactive(server, clients)[:3]}")
    lab.no_duplicates()


def inactive(server, clients):
    """The addresses of clients that are not active in a server's lease file."""
    file = server.leases()
    return [client.address for client in clients if not (lease := file[client.address]) or lease.state != "active"]


class Renewals:
    """Every client renews, over and over, until the end."""

    def __init__(self, clients):
        self.clients, self.lost, self.done, self.going = clients, [], 0, True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        with contextlib.suppress(OSError):  # the scenario may be over already
            self._renew()

    def _renew(self):
        with ThreadPoolExecutor(32) as pool:
            while self.going:
                for client, address, reply in pool.map(self._renew_one, self.clients):
                    self.done += 1
                    if reply is None or reply.type != ACK:
                        self.lost.append((client.mac, address, reply))

    @staticmethod
    def _renew_one(client):
        address = client.address
        reply = client.renew(tries=2, wait=2.0)
        client.address = address
        return client, address, reply

    def end(self):
        self.going = False
        self.thread.join(60)
        return self.lost


@scenario("reload", beyond=True)
def reload_drops_what_has_no_range(lab):
    """A lease whose range is gone is dropped with ISC's line, and the lease file is written without it."""
    server = next((server for server in (lab.a, lab.b) if "compatible" in version(server)), None)
    check(server, "neither server is one that can reload")
    server.configure(ALONE)
    server.start()
    stays, goes = lab.client(), lab.client()
    lab.bound(stays, requested="10.77.0.120")
    lab.bound(goes, requested="10.77.0.105")
    check((stays.address, goes.address) == ("10.77.0.120", "10.77.0.105"), "other addresses")
    with open(server.conf, "w") as file:
        file.write(ALONE.text(server.role).replace("10.77.0.100 ", "10.77.0.110 "))
    mark = server.mark()
    status, said = asked(server)
    check(status == 0, said)
    check(server.logged(TAKEN, mark), f"not reloaded: {server.lines[-3:]}")
    check(server.matching("lease 10.77.0.105: no subnet.", mark), "nothing was said of the lost lease")
    check(server.logged("Wrote 1 leases to leases file.", mark), "the file was not written anew")
    check(wait_for(lambda: server.leases()["10.77.0.105"] is None, 5), "the lost lease is in the file")
    check(stays.renew(), "the other client lost its lease, too")
    reply = goes.renew(tries=1)
    check(reply is None or reply.type == NAK, f"what is in no range was renewed: {reply}")
    check(asked(server, "-pf", server.conf)[0] == 1, "a file without a process number is accepted")
