"""What the protocol or plain robustness demands and ISC dhcpd 4.4.3-P1 does not deliver.

Not part of an ordinary run: `--beyond` runs them.  Each names how ISC fails.
"""
import contextlib
import time

from ..net import A_FO
from ..scenario import check, scenario, wait_for
from ..server import Config, Failover
from .wire import alive, bndupd, primary_alone, secondary_alone, still_fine


def demand(topic="beyond", limit=90):
    return scenario(topic, limit, beyond=True)


def reason(message):
    return dict(message.options).get(21, b"\0")[0] if message else None


@demand()
def refusals_are_sent(lab):
    """CONNECTACK with the reason comes before the close.  ISC: drops it for duplicates and missing MCLT."""
    server, fake = secondary_alone(lab)
    fake.connect()
    fake.send(fake.connect_message(MCLT=None))
    ack = fake.receive("CONNECTACK", timeout=5)
    check(reason(ack) == 5, f"CONNECT without MCLT got {ack}, not reject reason 5")
    fake.close()
    fake.join()
    fake.serve(1)
    second = lab.fake("primary")
    second.connect()
    second.send(second.connect_message())
    ack = second.receive("CONNECTACK", timeout=5)
    check(reason(ack) == 7, f"a second CONNECT got {ack}, not reject reason 7")


@demand()
def wrong_version_refused(lab):
    """protocol-version 99 is refused with reason 14.  ISC: does not look at it."""
    server, fake = secondary_alone(lab)
    fake.connect()
    fake.send(fake.connect_message(protocol_version=99))
    ack = fake.receive("CONNECTACK", timeout=5)
    check(reason(ack) == 14, f"version 99 got {ack}")
    still_fine(lab, server, fake, "a wrong version")


@demand()
def tls_required_refused(lab):
    """TLS-request 2 (required) is refused with reason 9 or 10.  ISC: ignores it and goes on in the clear."""
    server, fake = secondary_alone(lab)
    fake.connect()
    fake.send(fake.connect_message(TLS_request=2))
    ack = fake.receive("CONNECTACK", timeout=5)
    check(reason(ack) in (9, 10), f"required TLS got {ack}")


@demand()
def unknown_binding_status(lab):
    """BNDUPD with a binding status that does not exist is refused.  ISC: dies of an impossible case."""
    server, fake = secondary_alone(lab)
    for status in (0, 8, 99, 255):
        if not fake.socket:
            fake.join()
            fake.serve(1)
        fake.send("BNDUPD", **bndupd(binding_status=bytes((status,))))
        ack = fake.receive("BNDACK", timeout=5)
        alive(server, f"status {status}")
        check(reason(ack), f"status {status}: got {ack}")
    still_fine(lab, server, fake, "unknown binding states")


@demand()
def update_before_connect(lab):
    """BNDUPD, STATE and UPDREQALL before CONNECT change nothing.  A lease database is not to be had unasked."""
    server, fake = secondary_alone(lab)
    fake.connect()
    with contextlib.suppress(OSError):  # the server may close at the first of them
        fake.send("BNDUPD", **bndupd("10.77.0.110"))
        fake.send("STATE", server_state="normal", server_flags=0, start_time_of_state=int(time.time()))
        fake.send("UPDREQALL")
        fake.receive("BNDACK", timeout=4)
    alive(server, "this")
    fake.close()
    time.sleep(1)
    check(not server.leases()["10.77.0.110"], "an update before CONNECT was installed")
    check("normal" not in server.moves(), f"a STATE before CONNECT was believed: {server.moves()}")
    still_fine(lab, server, fake, "messages before CONNECT")


@demand()
def odd_state_in_conflict_done(lab):
    """A peer that claims an unfitting state during conflict resolution.  ISC: exits by log_fatal."""
    server, fake = primary_alone(lab)
    fake.join("potential-conflict")
    fake.state("potential-conflict")
    fake.serve(8, until=lambda m: m.name == "STATE" and m.get("server-state") == "conflict-done")
    if server.state() != "conflict-done":
        server.set_state(4)
        fake.state("partner-down")
        fake.serve(8, until=lambda m: m.name == "STATE" and m.get("server-state") == "conflict-done")
    check(wait_for(lambda: server.state() == "conflict-done", 5), f"could not get there: {server.moves()}")
    fake.state("recover")
    fake.serve(2)
    alive(server, "this")


@demand()
def unknown_state_by_omapi(lab):
    """Setting local-state to a number that is no state is an error.  ISC: dies of an impossible case."""
    server, fake = secondary_alone(lab)
    for number in (99, 12, 255):
        server.set_state(number)
        time.sleep(0.5)
        alive(server, f"local-state {number}")


@demand()
def unknown_peer_state(lab):
    """STATE 99 is refused or ignored; it does not shut this server down for good."""
    server, fake = secondary_alone(lab)
    fake.join()
    fake.serve(1)
    fake.send("STATE", server_state=b"\x63", server_flags=0, start_time_of_state=int(time.time()))
    fake.serve(1)
    check(server.running and server.state() != "shutdown", f"moved {server.moves()}")
    still_fine(lab, server, fake, "state 99")


@demand(limit=120)
def connection_flood(lab):
    """Two hundred idle connections from the peer do not keep it or clients out.  ISC: only sometimes."""
    server, fake = secondary_alone(lab)
    crowd = [lab.fake("primary") for _ in range(200)]
    for one in crowd:
        one.connect()
    began = time.monotonic()
    fake.join()
    fake.serve(1)
    check(server.state() == "normal", f"moved {server.moves()}")
    check(time.monotonic() - began < 10, "the handshake took long")
    fake.send("BNDUPD", **bndupd("10.77.0.120", "backup", client_hardware_address=None,
                                lease_expiration_time=0, potential_expiration_time=0))
    check(fake.receive("BNDACK", timeout=5), "no BNDACK")
    check(lab.client_of(server).offers(2.0, 1), "no DHCP service during the flood")


@demand(limit=150)
def recovery_is_interrupted(lab):
    """A server dies while it recovers; its partner then sends everything anew.  ISC: sends nothing more, ever."""
    lab.start()
    client = lab.client_of(lab.b)
    lab.bound(client)
    lab.a.kill()
    check(lab.b.reaches("communications-interrupted", 10), "secondary did not notice")
    lab.a.configure(lab.config)
    since = lab.wire.mark()
    lab.a.start()
    check(lab.wire.wait("UPDREQALL", source=A_FO, since=since), "no UPDREQALL")
    lab.a.kill()
    time.sleep(1)
    marks = lab.marks()
    lab.a.start()
    lab.both_normal(since=marks, timeout=60)
    check(lab.a.lease_is(client.address, ("active", "free", "backup")), "the secondary's lease was not recovered")


@demand()
def unanswered_gifts_cost_no_lease(lab):
    """A primary that dies before its gifts of leases are answered.  ISC: repeats them in normal, and frees what clients hold."""
    config = Config(failover=[Failover(max_unacked=100)])  # so answers take their two seconds
    lab.configure(config, "normal")
    lab.b.start()
    lab.a.start()
    check(lab.wire.wait("BNDUPD", timeout=20, where=is_gift), "the primary gives nothing")
    lab.a.kill()
    check(lab.b.reaches("communications-interrupted", 20), f"the secondary moved {lab.b.moves()}")
    check(not lab.wire.messages("BNDACK"), "the gifts were answered")
    clients = lab.flock(8)
    for client in clients:
        lab.bound(client)
    taken = {client.address: client for client in clients}
    mark = lab.wire.mark()
    lab.a.start()
    lab.both_normal()
    gifts = {message.xid: message.get("assigned-IP-address")
             for message in lab.wire.messages("BNDUPD", since=mark) if is_gift(message)}
    for answer in lab.wire.messages("BNDACK", since=mark):
        address = answer.get("assigned-IP-address")
        if gifts.get(answer.xid) == address and address in taken:
            check(reason(answer), f"the gift of {address} was taken, which {taken[address].mac} holds")
    for server in (lab.a, lab.b):
        for address, client in taken.items():
            check(server.lease_is(address, "active"), f"the {server.role} has {server.leases()[address]}")
            check(server.leases()[address].mac == client.mac, f"the {server.role} forgot {client.mac}")
    for client in lab.flock(8):
        lab.bound(client)


@demand()
def a_primary_left_in_conflict_done(lab):
    """The link broke before the primary heard that all is settled.  ISC: its secondary says so with a word that ends it."""
    lab.configure(seed="")
    one = lab.config.failover[0]
    lab.a.configure(lab.config, one.state("primary", "conflict-done", "potential-conflict"))
    lab.b.configure(lab.config, one.state("secondary", "communications-interrupted", "conflict-done"))
    lab.a.start()
    check(lab.a.reaches("conflict-done", 25), f"the primary moved {lab.a.moves()}")
    lab.b.start()
    lab.both_normal(timeout=60)
    alive(lab.a, "its secondary")


def is_gift(message):
    return message.get("binding-status") == "backup"
