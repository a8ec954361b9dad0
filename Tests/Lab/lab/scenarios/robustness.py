"""A server among hostile neighbours, on links that come and go, under clocks that jump; and what PXE clients get."""
import ctypes
import glob
import multiprocessing
import os
import random
import re
import socket
import struct
import time

from ..dhcp import ACK, BROADCAST_IP, BROADCAST_MAC, DISCOVER, OFFER, REQUEST, Client, udp_frame
from ..net import A_LAN_HARDWARE
from ..scenario import Skipped, check, scenario, wait_for
from ..server import DEFAULT_DHCPD, Config
from .files import ALONE, WIDE

SOL_PACKET, PACKET_QDISC_BYPASS = 263, 20
SERVED = re.compile("DHCP(DISCOVER|OFFER|REQUEST|ACK) |reuse_lease: ")
FLOOD_RATE, FLOOD_SECONDS = 100_000, 10
SHORT = Config(failover=[], lease_time=6, networks=ALONE.networks, top="dhcp-cache-threshold 0;")


def _start(lab, config):
    lab.a.configure(config)
    lab.a.start()
    check(lab.a.running, f"does not start: {lab.a.last_words()}")


# -- garbage --------------------------------------------------------------------------------------

def _rubbish(count, hardware):
    """Frames to `hardware` that come through the server's packet filter and are of no use."""
    random.seed(7)
    head = struct.pack("!BBBBIHH", 1, 1, 6, 0, 1, 0, 0)
    for number in range(count):
        kind = number % 5
        if kind == 0:  # no message at all
            payload = random.randbytes(random.randrange(300))
        elif kind == 1:  # a header, then anything
            payload = head + random.randbytes(288)
        elif kind == 2:  # options that do not end where they should
            payload = (head + bytes(224) + b"\x63\x82\x53\x63\x35\x01\x01" + random.randbytes(60)).ljust(300, b"\x20")
        elif kind == 3:  # hlen over 16
            payload = b"\1\1\x60\0" + random.randbytes(296)
        else:  # types that nobody sends to a server
            payload = head + bytes(224) + b"\x63\x82\x53\x63\x35\x01" + bytes((random.randrange(9, 256), 255))
            payload = payload.ljust(300, b"\0")
        yield udp_frame("02:99:00:00:00:01", hardware, "0.0.0.0", BROADCAST_IP, 68, 67, payload)


class _Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]


class _Message(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("name_length", ctypes.c_uint), ("vector", ctypes.POINTER(_Vector)),
                ("vector_length", ctypes.c_size_t), ("control", ctypes.c_void_p),
                ("control_length", ctypes.c_size_t), ("flags", ctypes.c_int), ("sent", ctypes.c_uint)]


def _flood(link, hardware, sent):
    """Sends rubbish at FLOOD_RATE, a hundred frames a call, past what else listens on the link."""
    libc = ctypes.CDLL(None, use_errno=True)
    link.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)
    frames = list(_rubbish(1000, hardware))
    messages = (_Message * len(frames))()
    vectors = [_Vector(frame, len(frame)) for frame in frames]
    for message, vector in zip(messages, vectors):
        message.vector, message.vector_length = ctypes.pointer(vector), 1
    began = time.monotonic()
    while (spent := time.monotonic() - began) < FLOOD_SECONDS:
        if sent.value >= spent * FLOOD_RATE:
            time.sleep(0.0005)
            continue
        at = sent.value % len(frames)
        done = libc.sendmmsg(link.fileno(), ctypes.byref(messages, at * ctypes.sizeof(_Message)), 100, 0)
        sent.value += max(done, 0)


def _memory(process):
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


@scenario("hostile", limit=60, beyond=True)
def clients_are_served_in_a_flood(lab):
    """100,000 packets of rubbish a second for ten seconds: nobody is refused, memory does not grow, the log neither."""
    _start(lab, WIDE)
    for client in lab.flock(20):
        lab.bound(client)
    with lab.net["c"].inside():
        link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        link.bind(("eth0", 0))
    sent = multiprocessing.Value("L", 0, lock=False)
    flood = multiprocessing.get_context("fork").Process(target=_flood, args=(link, A_LAN_HARDWARE, sent))
    before, mark = _memory(lab.a.process), lab.a.mark()
    flood.start()
    served = []
    while flood.is_alive():
        client = lab.client()
        check(client.dora(tries=6, wait=0.5), f"client {len(served)} got no lease; {sent.value} frames were sent")
        served.append(client)
        ack = served[len(served) // 2].renew()
        check(ack and ack.type == ACK, f"a renewal was not answered: {ack}")
    flood.join()
    check(len(served) >= 5, f"only {len(served)} clients were served")
    check(lab.a.running, f"died: {lab.a.last_words()}")
    grown = _memory(lab.a.process) - before
    check(grown < 4096, f"memory grew by {grown} kB")
    said = sum(not SERVED.search(line) for _, line in lab.a.lines[mark:])
    check(said < 25 * FLOOD_SECONDS + 200, f"{said} log lines about {sent.value} frames")
    if sent.value < FLOOD_RATE * FLOOD_SECONDS * 0.8:
        raise Skipped(f"all was well, but this machine sent only {sent.value} frames")


# -- the link and the clock -----------------------------------------------------------------------

@scenario("endings")
def interface_goes_down_and_comes_back(lab):
    """A link that is down, by its own or by the other end's fault, for a while: afterwards all goes on."""
    _start(lab, ALONE)
    first = lab.client()
    lab.bound(first)
    for down, up in ((lambda: lab.net["a"].ip("link", "set", "eth0", "down"),
                      lambda: lab.net["a"].ip("link", "set", "eth0", "up")),
                     (lambda: lab.net.unplug("a", "lan"), lambda: lab.net.replug("a", "lan"))):
        down()
        check(lab.client().dora(tries=1, wait=0.4) is None, "a lease over a link that is down")
        time.sleep(0.5)
        up()
        check(lab.a.running, f"died: {lab.a.last_words()}")
        newcomer = lab.client()
        check(wait_for(lambda: newcomer.dora(tries=1), 10), "no lease after the link came back")
        ack = first.init_reboot()
        check(ack and ack.type == ACK and ack.yiaddr == first.address, f"the first client is forgotten: {ack}")
    check(not lab.a.matching("fatal"), "something was fatal")
    said = len(lab.a.matching("receive_packet failed on eth0: Network is down"))
    check(said == 1, f"{said} lines about the one time that the interface itself was down")


class _Clock:
    """A clock of the server that a scenario may set while it runs."""

    def __init__(self, lab):
        library = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
        check(library, "needs the Debian package faketime")
        self.path = os.path.join(lab.directory, "clock")
        self.step(0)
        os.environ.update(LD_PRELOAD=library[0], FAKETIME_TIMESTAMP_FILE=self.path, FAKETIME_NO_CACHE="1",
                          FAKETIME_DONT_FAKE_MONOTONIC="1")

    def step(self, seconds):
        with open(self.path + ".new", "w") as file:
            file.write(f"{seconds:+d}\n")
        os.rename(self.path + ".new", self.path)

    def close(self):
        for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"):
            os.environ.pop(name, None)


@scenario("times", limit=90)
def the_clock_is_stepped_by_a_day(lab):
    """The wall clock jumps a day forth and back: clients get their whole time, leases end, nobody is forgotten."""
    clock = _Clock(lab)
    lab.a.configure(SHORT)
    lab.a.start()
    clock.close()
    check(lab.a.running, f"does not start: {lab.a.last_words()}")
    holder = lab.client()
    lab.bound(holder)
    for step in (86_400, 0, -86_400, 0):
        clock.step(step)
        check(lab.bound(lab.client()).lease == SHORT.lease_time, f"{step:+d} s: a new lease of another length")
        ack = holder.init_reboot()
        check(ack and ack.type == ACK and ack.yiaddr == holder.address and abs(ack.lease - SHORT.lease_time) <= 1,
              f"{step:+d} s: the holder of a lease got {ack}")
    brief = lab.client()
    lab.bound(brief)
    address = brief.address
    check(lab.a.lease_is(address, ("free", "expired"), SHORT.lease_time + 6), "no lease ends after the steps")


# -- PXE ------------------------------------------------------------------------------------------

PXE = """
option architecture code 93 = unsigned integer 16;
option space ipxe;
option ipxe.no-pxedhcp code 176 = unsigned integer 8;
option ipxe-encapsulated code 175 = encapsulate ipxe;
option space PXE;
option PXE.discovery-control code 6 = unsigned integer 8;
class "pxe" {
  match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";
  next-server 10.77.0.9;
  option vendor-class-identifier "PXEClient";
  vendor-option-space PXE;
  option PXE.discovery-control 8;
  if exists user-class and option user-class = "iPXE" {
    filename "http://10.77.0.9/boot.ipxe";
    option ipxe.no-pxedhcp 1;
  } elsif option architecture = 00:07 or option architecture = 00:09 {
    filename "efi/grubx64.efi";
  } elsif option architecture = 00:0b {
    filename "efi/grubaa64.efi";
  } elsif option architecture = 00:00 {
    filename "pxelinux.0";
  } else {
    log(info, concat("no loader for ", binary-to-ascii(16, 8, ":", option architecture)));
  }
}
"""
ASKED = bytes([1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97,
               128, 129, 130, 131, 132, 133, 134, 135])


def _pxe_client(lab, architecture, ipxe=False):
    extra = {60: b"PXEClient:Arch:%05d:UNDI:003016" % architecture, 93: struct.pack("!H", architecture),
             94: b"\1\3\x10", 97: b"\0" + bytes(range(16)), 57: struct.pack("!H", 1260)}
    if ipxe:
        extra.update({77: b"iPXE", 175: bytes.fromhex("b105018086100eeb0301000018010123010122010113010111010127010119"
                                                      "01010401011001021501011b0101120101")})
    return Client(lab.lan, "02:00:00:00:20:%02x" % (architecture + 64 * ipxe), prl=ASKED, extra=extra)


def _chain(lab, command):
    """What firmware of several kinds and then iPXE hear, as bytes; lease times aside."""
    lab.a.command = command
    _start(lab, Config(failover=[], top=PXE, networks=ALONE.networks))
    heard, mark = [], lab.a.mark()
    for architecture in (0, 7, 9, 11, 2):
        for ipxe in (False, True):
            client = _pxe_client(lab, architecture, ipxe)
            for kind in (DISCOVER, REQUEST):
                packet = client.packet(kind)
                if kind == REQUEST:
                    packet = client.packet(kind, requested=offer.yiaddr, server=offer.server)
                packet.xid = architecture << 8 | ipxe << 4 | kind
                reply = _raw(lab, client, packet)
                check(reply, f"{command}: architecture {architecture}, iPXE {ipxe}: no answer")
                if kind == DISCOVER:
                    offer = type(packet).decode(reply)
                    check(offer.type == OFFER, f"{command}: {offer}")
                heard.append((architecture, ipxe, kind, reply))
    check(lab.a.logged(f"DHCPACK on {offer.yiaddr} to {client.mac}", mark), f"{command}: no line of the last ACK")
    lines = [line for _, line in lab.a.lines[mark:]]
    lab.a.kill()
    return heard, lines


def _raw(lab, client, packet):
    """The whole payload that comes back for a packet."""
    got = []
    take = lab.lan._take

    def listen(frame):
        at = 14 + (frame[14] & 15) * 4
        size = struct.unpack("!H", frame[at + 4:at + 6])[0]
        payload = frame[at + 8:at + size]
        if payload[4:8] == struct.pack("!I", packet.xid) and payload[:1] == b"\2":
            got.append(payload)
        take(frame)
    lab.lan._take = listen
    try:
        client.transmit(packet)
        wait_for(lambda: got, 3, 0.02)
    finally:
        lab.lan._take = take
    return got[0] if got else None


@scenario("clients")
def pxe_chain(lab):
    """BIOS, UEFI, then iPXE told by its user class: each gets byte for byte what ISC's server gives it."""
    command = lab.a.command
    old, old_lines = _chain(lab, DEFAULT_DHCPD)
    new, new_lines = _chain(lab, command)
    for (architecture, ipxe, kind, isc), (*_, ours) in zip(old, new):
        check(isc == ours, f"architecture {architecture}, iPXE {ipxe}, message {kind}: {isc.hex()} and {ours.hex()}")
    check(old_lines == new_lines, f"other log lines: {set(old_lines) ^ set(new_lines)}")
    names = {(architecture, ipxe): bytes(reply[108:236]).rstrip(b"\0") for architecture, ipxe, _, reply in new}
    check(names[0, False] == b"pxelinux.0" and names[7, False] == names[9, False] == b"efi/grubx64.efi"
          and names[9, True] == b"http://10.77.0.9/boot.ipxe" and not names[2, False], f"boot files {names}")
