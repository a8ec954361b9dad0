"""What a scenario is, the world it runs in, and how a run is reported."""
import contextlib
import multiprocessing
import os
import select
import shutil
import signal
import socket
import tempfile
import threading
import time
import traceback

from . import golden, net
from .dhcp import Ledger, Segment, flock
from .failover import Decoder, write_pcap
from .peer import FakePeer
from .server import DEFAULT_DHCPD, Config, Server, wait_for

REGISTRY = {}
VERDICTS = ("PASS", "DECLARED", "DIFFERS", "FAIL", "SKIP")
BAD = ("FAIL", "DIFFERS")


class Failed(Exception):
    """An assertion of a scenario did not hold."""


class Skipped(Exception):
    """The scenario needs something this machine lacks."""


def check(truth, reason):
    if not truth:
        raise Failed(reason)
    return truth


def scenario(topic, limit=120, beyond=False):
    """Register a function as a scenario.

    topic groups scenarios, limit is in seconds, and beyond marks what the protocol demands
    but ISC dhcpd 4.4.3-P1 does not deliver.
    """
    def register(function):
        function.topic, function.limit, function.beyond = topic, limit, beyond
        REGISTRY[function.__name__] = function
        return function
    return register


class Capture:
    """Records an interface and decodes the failover messages on it as they pass."""

    def __init__(self, namespace, device="fo0"):
        with namespace.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.bind((device, 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.frames, self.seen, self.decoder = [], [], Decoder()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while not self._stop.is_set():
            if select.select([self.socket], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):
                    frame, now = self.socket.recv(65535), time.time()
                    self.frames.append((now, frame))
                    self.seen += self.decoder.frame(now, frame)

    def mark(self):
        return len(self.seen)

    def messages(self, *types, source=None, since=0):
        """Messages of the given types (all without any), oldest first."""
        return [seen.message for seen in self.seen[since:]
                if (not types or seen.message.name in types) and source in (None, seen.source)]

    def wait(self, *types, source=None, since=0, timeout=10, where=lambda message: True):
        """The first such message for which where(message) holds, or None."""
        return wait_for(lambda: next(filter(where, self.messages(*types, source=source, since=since)), None), timeout)

    def close(self):
        self._stop.set()
        self._thread.join(2)
        self.socket.close()


class Lab:
    """The world of one scenario: two servers (a is primary), clients, wires and helpers."""

    def __init__(self, directory, primary=DEFAULT_DHCPD, secondary=DEFAULT_DHCPD):
        self.directory = directory
        self.net = net.Network()
        self.ledger = Ledger()
        self.a = Server("primary", self.net["a"], net.A_LAN, directory, primary)
        self.b = Server("secondary", self.net["b"], net.B_LAN, directory, secondary)
        self.lan = Segment(self.net["c"], ledger=self.ledger)
        self.far = Segment(self.net["f"], ledger=self.ledger)
        self.wire = Capture(self.net["a"])
        self.config = Config()
        self.golden_leases = False  # set by scenarios whose final lease records are worth keeping
        self.cleanups = [self.wire.close, self.far.close, self.lan.close]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for server in (self.a, self.b):
            server.kill()
        for cleanup in reversed(self.cleanups):
            with contextlib.suppress(OSError):
                cleanup()
        net.end_recorded(net.pid_log)
        write_pcap(os.path.join(self.directory, "failover.pcap"), self.wire.frames)
        self.net.delete()

    # -- servers --------------------------------------------------------------------------------

    def configure(self, config=None, seed=None, which="ab"):
        """Write configurations; seed is a failover state both ends find in their lease files."""
        self.config = config or self.config
        for letter in which:
            server = getattr(self, letter)
            state = "".join(peer.state(server.role, seed, seed) for peer in self.config.failover) if seed else ""
            server.configure(self.config, state)

    def start(self, config=None, seed="normal"):
        """Both servers up and, seeded or after a first recovery, both normal."""
        self.configure(config, seed)
        self.b.start()
        self.a.start()
        for server in (self.a, self.b):
            check(server.running, f"{server.role} did not start: {server.lines[-3:]}")
        self.both_normal()

    def both_normal(self, timeout=35, since=(0, 0)):
        for server, mark in zip((self.a, self.b), since):
            for peer in self.config.failover:
                check(server.reaches("normal", timeout, mark, peer.name),
                      f"{server.role} not normal after {timeout}s; it moved {server.moves(mark, peer.name)}")
        self.balanced()

    def balanced(self, timeout=5):
        """Give pool balancing updates time to settle: a second without BNDUPD or BNDACK."""
        time.sleep(0.3)  # the capture may be behind the logs
        wait_for(lambda: not [seen for seen in self.wire.seen if seen.message.name in ("BNDUPD", "BNDACK")
                              and seen.when > time.time() - 1], timeout)

    def acknowledged(self, timeout=8):
        """Every update has its answer; a partner may take two seconds for it."""
        check(wait_for(lambda: not self._unanswered(), timeout), f"unanswered: {self._unanswered()}")

    def _unanswered(self):
        waiting = set()
        for seen in list(self.wire.seen):
            if seen.message.name == "CONNECT":
                waiting.clear()
            elif seen.message.name == "BNDUPD":
                waiting.add((seen.source, seen.message.xid))
            elif seen.message.name == "BNDACK":
                waiting.discard((seen.target, seen.message.xid))
        return waiting

    def marks(self):
        return self.a.mark(), self.b.mark()

    def fake(self, role, **how):
        """A scripted peer in the place of one server; the other server is the one under test."""
        here, there = (net.A_FO, net.B_FO) if role == "primary" else (net.B_FO, net.A_FO)
        fake = FakePeer(self.net["a" if role == "primary" else "b"], role, here, there, **how)
        self.cleanups.append(fake.shut)
        return fake

    # -- clients --------------------------------------------------------------------------------

    def client(self, **kind):
        return self.flock(1, **kind)[0]

    def flock(self, count, segment=None, **kind):
        return flock(segment or self.lan, count, **kind)

    def client_of(self, server, split=128, **kind):
        """A fresh client the load balancing hash assigns to one of the servers."""
        return self.flock_of(server, 1, split, **kind)[0]

    def flock_of(self, server, count, split=128, **kind):
        found = []
        while len(found) < count:
            client = self.client(**kind)
            if (client.hash < split) == (server.role == "primary"):
                found.append(client)
        return found

    def bound(self, client, **how):
        """DORA that must succeed; returns the ACK."""
        reply = client.dora(**how)
        check(reply is not None and reply.type == 5, f"{client.mac} got no lease: {reply}")
        return reply

    def bound_by(self, client, server):
        """A lease from one of two servers that both offer one; returns the ACK."""
        offers = [offer for offer in client.offers(0.5, 2) if offer.server == server.address]
        check(offers, f"the {server.role} offered {client.mac} nothing")
        return check(client.select(offers[0]), f"the {server.role} gave {client.mac} nothing")

    def no_duplicates(self):
        check(not self.ledger.conflicts, "duplicate address: " + "; ".join(self.ledger.conflicts[:3]))


# -- running ------------------------------------------------------------------------------------

def _judge(name, options, lab):
    """The verdict on a scenario that did all that it should."""
    if options.record or options.observe or options.compare:
        time.sleep(0.5)  # for the last lines of the logs
    if options.record:
        golden.record(name, lab)
    if options.observe:
        golden.observe(name, lab)
    if not options.compare:
        return "PASS", ""
    difference, reasons = golden.compare(name, lab)
    if difference:
        return "DIFFERS", "\n".join(["", *difference])
    return ("DECLARED", "; ".join(reasons)) if reasons else ("PASS", "")


def _child(name, options, directory, pipe):
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(Failed("ran out of time")))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    net.pid_log = os.path.join(directory, "pids")
    try:
        with Lab(directory, options.primary, options.secondary) as lab:
            REGISTRY[name](lab)
            lab.no_duplicates()
            result = _judge(name, options, lab)
    except Failed as failure:
        result = ("FAIL", str(failure))
    except Skipped as reason:
        result = ("SKIP", str(reason))
    except BaseException as problem:
        where = traceback.extract_tb(problem.__traceback__)[-1]
        result = ("FAIL", f"{type(problem).__name__}: {problem} ({os.path.basename(where.filename)}:{where.lineno})")
        if options.verbose:
            traceback.print_exc()
    with contextlib.suppress(OSError):
        pipe.send(result)


class Job:
    """One scenario in a child process with a deadline."""

    def __init__(self, name, options):
        self.name, self.function = name, REGISTRY[name]
        self.directory = tempfile.mkdtemp(prefix=f"lab-{name}-", dir=options.keep)
        self.pipe, theirs = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.get_context("fork").Process(
            target=_child, args=(name, options, self.directory, theirs))
        self.began, self.told = time.monotonic(), None
        self.process.start()
        theirs.close()

    def poll(self):
        """(verdict, reason) once finished."""
        spent = time.monotonic() - self.began
        if self.process.is_alive() and not self.pipe.poll():
            if spent > self.function.limit and not self.told:
                self.process.terminate()
                self.told = spent
            if self.told and spent > self.told + 20:
                self.process.kill()
            return None
        try:
            result = self.pipe.recv()
        except EOFError:
            result = ("FAIL", "ran out of time and did not stop")
        self.process.join(20)
        if self.process.exitcode is None or self.process.exitcode < 0:
            self.process.kill()
            self.process.join()
            net.end_recorded(os.path.join(self.directory, "pids"))
            net.delete_leftovers()
        self.spent = spent
        return result


def run(names, options):
    """Run scenarios, a few at a time; prints a line for each and returns the number that failed."""
    waiting, going, counts = list(names), [], dict.fromkeys(VERDICTS, 0)
    again, tries = [], {}
    try:
        while waiting or going or again:
            while waiting and len(going) < options.jobs:
                going.append(Job(waiting.pop(0), options))
            if again and not going:
                going.append(Job(again.pop(0), options))
            time.sleep(0.05)
            for job in list(going):
                if result := job.poll():
                    going.remove(job)
                    verdict, reason = result
                    tries[job.name] = tries.get(job.name, 0) + 1
                    if verdict in BAD and tries[job.name] <= options.retry:
                        again.append(job.name)
                        print(f"LATE {job.name} ({job.spent:.1f}s), to be run again: {reason}", flush=True)
                        continue
                    counts[verdict] += 1
                    print(f"{verdict} {job.name} ({job.spent:.1f}s)" + (f": {reason}" if verdict != "PASS" else ""),
                          flush=True)
                    if verdict in BAD or options.keep:
                        print(f"     logs: {job.directory}")
                    else:
                        shutil.rmtree(job.directory, ignore_errors=True)
    finally:
        for job in going:
            job.process.terminate()
        for job in going:  # only when interrupted
            job.process.join(20)
            net.end_recorded(os.path.join(job.directory, "pids"))
            shutil.rmtree(job.directory, ignore_errors=True)
        net.delete_leftovers()
    if counts["SKIP"]:
        print(f"{counts['SKIP']} skipped")
    if options.compare:
        print(f"{counts['PASS']} as ISC's, {counts['DECLARED']} but for declared differences, "
              f"{counts['DIFFERS']} with others")
    print(f"{counts['PASS'] + counts['DECLARED']} passed, {counts['FAIL'] + counts['DIFFERS']} failed", flush=True)
    return counts["FAIL"] + counts["DIFFERS"]
