"""Starting up, sharing leases, load balancing, lease times, pool balance."""
import time
from dataclasses import replace

from ..dhcp import NAK, OFFER, REQUEST, all_at_once
from ..net import A_FO, B_FO
from ..scenario import check, scenario, wait_for
from ..server import Config, Failover

MCLT = Failover.mclt


def near(value, wanted, slack=2):
    return value is not None and abs(value - wanted) <= slack


def config(**failover):
    return Config(failover=[replace(Failover(), **failover)])


@scenario("startup")
def startup_to_normal(lab):
    """Two servers with empty lease files recover from each other and become normal."""
    lab.start(seed=None)
    for server in (lab.a, lab.b):
        check(server.moves() == ["startup", "recover", "recover-done", "normal"],
              f"{server.role} moved {server.moves()}")
        for line in ("failover peer lab: I move from recover to startup",
                     "failover peer lab: I move from startup to recover",
                     "failover peer lab: I move from recover to recover-done",
                     "failover peer lab: I move from recover-done to normal",
                     "failover peer lab: peer moves from unknown-state to recover",
                     "Sent update request all message to lab",
                     "failover peer lab: peer update completed.",
                     "failover peer lab: Both servers normal"):
            check([text for _, text in server.lines if text == line], f"{server.role} never logged exactly: {line}")
    order = [message.name for message in lab.wire.messages()]
    check(order[:2] == ["CONNECT", "CONNECTACK"], f"the connection opened with {order[:2]}")
    connect, ack = lab.wire.messages("CONNECT")[-1], lab.wire.messages("CONNECTACK")[-1]
    for name, value in (("relationship-name", "lab"), ("MCLT", MCLT), ("max-unacked-bndupd", 10),
                        ("receive-timer", 6), ("protocol-version", 1), ("TLS-request", 0),
                        ("hash-bucket-assignment", b"\xff" * 16 + b"\0" * 16)):
        check(connect.get(name) == value, f"CONNECT has {name} {connect.get(name)!r}, not {value!r}")
    check(ack.xid == connect.xid, "CONNECTACK does not repeat the xid of CONNECT")
    check(ack.get("relationship-name") == "lab" and ack.get("reject-reason") is None, f"odd CONNECTACK {ack}")
    first = {source: lab.wire.messages("STATE", source=source)[0] for source in (A_FO, B_FO)}
    for source, state in first.items():
        check(state.get("server-state") == "recover" and state.get("server-flags") == 1,
              f"the first STATE of {source} is {state}: expected recover with the startup flag")


@scenario("startup")
def restart_from_normal(lab):
    """Servers whose lease files say normal go back to normal without any update request."""
    lab.start(seed="normal")
    for server in (lab.a, lab.b):
        check(server.moves() == ["startup", "normal"], f"{server.role} moved {server.moves()}")
    check(not lab.wire.messages("UPDREQ", "UPDREQALL"), "an update request was sent")


@scenario("startup")
def contact_keeps_link(lab):
    """An idle link carries CONTACT every third of max-response-delay both ways and stays up."""
    lab.start()
    since = lab.wire.mark()
    time.sleep(13)
    for source in (A_FO, B_FO):
        count = len(lab.wire.messages("CONTACT", source=source, since=since))
        check(5 <= count <= 8, f"{source} sent {count} CONTACT in 13 s with receive-timer 6")
    check(not lab.a.saw("disconnected") and not lab.b.saw("disconnected"), "the idle link broke")


@scenario("startup")
def any_start_order(lab):
    """Whoever starts first and whoever dials, CONNECT comes from the primary and both become normal at once."""
    for first, second in ((lab.a, lab.b), (lab.b, lab.a)):
        first.kill(), second.kill()
        lab.configure(seed="normal")
        since, marks = lab.wire.mark(), lab.marks()
        first.start()
        time.sleep(3)
        second.start()
        lab.both_normal(timeout=8, since=marks)
        check({seen.source for seen in lab.wire.seen[since:] if seen.message.name == "CONNECT"} == {A_FO},
              "CONNECT did not come from the primary alone")


@scenario("startup")
def alone_after_startup_wait(lab):
    """A normal server that finds no peer is communications-interrupted after fifteen seconds, silent until then."""
    lab.configure(seed="normal", which="a")
    began = time.time()
    lab.a.start()
    client = lab.client_of(lab.b)
    check(not client.offers(2.0), "an offer during startup")
    check(lab.a.logged("not responding (startup)"), "no log of not responding in startup")
    check(lab.a.reaches("communications-interrupted", 25), f"moved {lab.a.moves()}")
    check(13 <= time.time() - began <= 18, f"startup took {time.time() - began:.1f} s")
    check(lab.bound(client).lease == MCLT, f"alone it gave {client.ack.lease} s")


@scenario("startup", limit=150)
def new_server_alone_does_not_serve(lab):
    """A server with an empty lease file and no peer stays in recover and gives nothing."""
    lab.configure(which="a")
    lab.a.start()
    check(lab.a.reaches("recover", 25), f"moved {lab.a.moves()}")
    check(not lab.client_of(lab.a).offers(2.0), "an offer in recover")
    check(lab.a.logged("not responding (recovering)"), "no log of not responding")
    marks = lab.marks()
    lab.configure(which="b")
    lab.b.start()
    lab.both_normal(since=marks)


@scenario("startup", limit=150)
def thousand_leases(lab):
    """A thousand addresses: first recovery, balance, a lost lease file recovered in full."""
    lab.start(Config(failover=[replace(Failover(), max_unacked=100)],
                     networks='subnet 10.77.0.0 netmask 255.255.0.0 { pool { failover peer "lab";'
                              " range 10.77.4.0 10.77.7.231; } }"), seed=None)
    check(wait_for(lambda: lab.b.leases().count("backup") == 500, 20), "no 500 backup leases")
    lab.b.kill()
    check(lab.a.reaches("communications-interrupted", 10), "primary did not notice")
    marks, since = lab.marks(), lab.wire.mark()
    lab.b.configure(lab.config)
    lab.b.start()
    lab.both_normal(since=marks)
    told = {m.get("assigned-IP-address") for m in lab.wire.messages("BNDUPD", source=A_FO, since=since)}
    check(len(told) == 1000, f"{len(told)} of 1000 addresses were sent to the amnesic secondary")
    check(wait_for(lambda: lab.b.leases().count("backup") == 500, 10), "no 500 backup leases")


@scenario("sharing")
def lease_reaches_partner(lab):
    """A lease given by either server shows in the other's lease file, after one BNDUPD and its BNDACK."""
    lab.golden_leases = True
    lab.start()
    for giver, taker, source in ((lab.a, lab.b, A_FO), (lab.b, lab.a, B_FO)):
        since = lab.wire.mark()
        client = lab.client_of(giver, hostname=f"host-{giver.role}")
        ack = lab.bound(client)
        check(ack.server == giver.address, f"{ack.server} answered a client of the {giver.role}")
        theirs = check(taker.lease_is(client.address, "active"), f"{taker.role} never had {client.address} active")
        ours = giver.leases()[client.address]
        check(theirs.mac == client.mac, f"{taker.role} has MAC {theirs.mac}")
        check(near(theirs.ends, ours.ends, 0), f"ends differ: {ours.ends} and {theirs.ends}")
        update = lab.wire.wait("BNDUPD", source=source, since=since,
                               where=lambda m: m.get("assigned-IP-address") == client.address)
        check(update, "no BNDUPD on the wire")
        check(update.get("binding-status") == "active", f"BNDUPD says {update.get('binding-status')}")
        check(update.get("client-hardware-address") == client.mac, "BNDUPD has another MAC")
        check(near(update.get("lease-expiration-time"), client.bound_at + MCLT, 3), f"odd expiry in {update}")
        check(near(update.get("potential-expiration-time"), time.time() + 300 + MCLT / 2, 4),
              f"potential expiry is not now + desired + half of the actual time: {update}")
        answer = lab.wire.wait("BNDACK", since=since, where=lambda m: m.xid == update.xid)
        check(answer and answer.get("assigned-IP-address") == client.address, f"BNDACK {answer}")
        check(answer.get("reject-reason") is None, f"rejected: {answer}")
        settled = wait_for(lambda: giver.leases()[client.address].tsfp, 6)
        check(near(settled, update.get("potential-expiration-time"), 0), f"tsfp {settled} is not what was acked")


@scenario("balance")
def split_128(lab):
    """Each DISCOVER is answered by exactly the server RFC 3074 names; large secs lifts that."""
    lab.start(Config(range="10.77.0.20 10.77.0.219"))
    clients = lab.flock(32)
    for client, offers in zip(clients, all_at_once(clients, "offers", window=1.5, expect=1)):
        expected = lab.a.address if client.hash < 128 else lab.b.address
        servers = {offer.server for offer in offers}
        check(servers == {expected}, f"hash {client.hash} of {client.mac} answered by {servers}")
    by_id = lab.client_of(lab.b)
    while by_id.hash >= 128:  # the client identifier, not the MAC, is hashed when there is one
        by_id.client_id = b"\0id-" + str(by_id.hash).encode() + str(time.monotonic()).encode()
    check({o.server for o in by_id.offers(1.0, 1)} == {lab.a.address}, "the client identifier was not what got hashed")
    for owner in (lab.a, lab.b):
        for secs, wanted in ((3, {owner.address}), (4, {lab.a.address, lab.b.address})):
            servers = {offer.server for offer in lab.client_of(owner, secs=secs).offers(1.2, len(wanted))}
            check(servers == wanted, f"secs {secs} with load balance max seconds 3: answered by {servers}")
    check(lab.a.logged("load balance to peer lab") and lab.b.logged("load balance to peer lab"), "no load balance log")


@scenario("balance")
def hot_standby_256(lab):
    """split 256: the secondary stays silent until the primary is gone."""
    lab.start(config(split=256))
    clients = lab.flock(16)
    for client, offers in zip(clients, all_at_once(clients, "offers", window=1.2, expect=1)):
        check({o.server for o in offers} == {lab.a.address}, f"{client.mac} got offers from {offers}")
    lab.a.kill()
    check(lab.b.reaches("communications-interrupted", 10), "secondary did not notice")
    ack = lab.bound(lab.client())
    check(ack.server == lab.b.address and ack.lease == MCLT, f"standby answered {ack}")


@scenario("balance")
def split_255(lab):
    """split 255: only hash 255 belongs to the secondary; split 0 gives it everything."""
    lab.start(config(split=255))
    last = lab.client()
    while last.hash != 255:
        last = lab.client()
    check({o.server for o in last.offers(1.0, 1)} == {lab.b.address}, "hash 255 not answered by the secondary alone")
    clients = [client for client in lab.flock(12) if client.hash != 255]
    for client, offers in zip(clients, all_at_once(clients, "offers", window=1.2, expect=1)):
        check({o.server for o in offers} == {lab.a.address}, f"hash {client.hash} answered by {offers}")


@scenario("balance")
def explicit_hba(lab):
    """An hba statement of the primary rules which server answers, bit by bit."""
    bits = bytes.fromhex("5a" * 16 + "00" * 8 + "ff" * 8)
    lab.start(replace(config(split=None, hba=":".join(f"{byte:02x}" for byte in bits)),
                      range="10.77.0.20 10.77.0.219"))
    check(lab.wire.messages("CONNECT")[-1].get("hash-bucket-assignment") == bits, "another hba on the wire")
    clients = lab.flock(24)
    for client, offers in zip(clients, all_at_once(clients, "offers", window=1.5, expect=1)):
        expected = lab.a.address if bits[client.hash // 8] & 1 << client.hash % 8 else lab.b.address
        check({o.server for o in offers} == {expected}, f"hash {client.hash} answered by {offers}")


@scenario("balance")
def balancing_disabled(lab):
    """load balance max seconds 0 warns and makes both servers answer every client."""
    lab.start(config(load_balance_secs=0))
    check(lab.a.logged("WARNING: load balancing will be disabled for failover peer, lab, because its load balance max "
                       "secs is 0"), "no warning")
    clients = lab.flock(6)
    for client, offers in zip(clients, all_at_once(clients, "offers", window=1.2, expect=2)):
        check(len({o.server for o in offers}) == 2, f"{client.mac} answered by {offers}")
    acks = [lab.bound_by(client, server) for client, server in zip(clients, 3 * (lab.a, lab.b))]
    check(len({ack.yiaddr for ack in acks}) == 6, f"leases {acks}")


@scenario("balance")
def fixed_address(lab):
    """A host with a fixed address is nobody's bucket: both answer, the full time, no binding update."""
    client = lab.client()
    host = f"host fix {{ hardware ethernet {client.mac}; fixed-address 10.77.0.50; }}"
    lab.start(replace(Config(), top=host))
    since = lab.wire.mark()
    offers = client.offers(1.2, 2)
    check({o.server for o in offers} == {lab.a.address, lab.b.address}, f"offers {offers}")
    ack = lab.bound(client)
    check(ack.yiaddr == "10.77.0.50" and ack.lease == 300, f"fixed address lease {ack}")
    check(not lab.wire.messages("BNDUPD", since=since), "a binding update for a fixed address")


@scenario("times")
def mclt_limits_leases(lab):
    """The first lease lasts MCLT; once acknowledged, a renewal gets the full time; short wishes are granted."""
    lab.start()
    for server in (lab.a, lab.b):
        client = lab.client_of(server)
        check(lab.bound(client).lease == MCLT, f"first lease from {server.role}: {client.ack.lease}")
        renewal = client.ack.seconds(58)
        check(renewal is None or near(renewal, MCLT / 2, 1), f"T1 {renewal}")
        time.sleep(3)  # past the quarter of the lease in which dhcpd repeats the old answer
        ack = client.renew()
        check(ack and ack.lease == 300, f"renewal by {server.role} gave {ack}")
        short = lab.client_of(server, want=5)
        check(lab.bound(short).lease == 5, f"asked 5 s of {server.role}, got {short.ack.lease}")


@scenario("times")
def early_renew_repeats_lease(lab):
    """A renewal in the first quarter of a lease is answered with what is left of it."""
    lab.start()
    client = lab.client_of(lab.a)
    lab.bound(client)
    time.sleep(1)
    ack = client.renew()
    check(ack and MCLT - 2 <= ack.lease <= MCLT, f"renewal after 1 s of {MCLT}: {ack}")
    check(lab.a.logged("under 25% threshold"), "no reuse log line")


@scenario("balance")
def pool_is_halved(lab):
    """On reaching normal the primary hands half its free leases to the secondary as backup."""
    lab.start()
    for server in (lab.a, lab.b):
        kept = wait_for(lambda: server.leases().count("backup") == 20, 8)
        check(kept, f"{server.role} has {server.leases().count('backup')} backup leases of 40")
    updates = [m for m in lab.wire.messages("BNDUPD", source=A_FO) if m.get("binding-status") == "backup"]
    check(len(updates) == 20, f"{len(updates)} backup updates")
    check(lab.a.matching("balanced pool") and "total 40  free 20  backup 20  lts 0" in
          lab.a.matching("balanced pool")[0], "no balanced pool log")
    check(_most_unacked(lab) <= 10, f"{_most_unacked(lab)} updates in flight with max-unacked-updates 10")


def _most_unacked(lab):
    flying, most = set(), 0
    for seen in list(lab.wire.seen):
        if seen.message.name == "BNDUPD" and seen.source == A_FO:
            flying.add(seen.message.xid)
        elif seen.message.name == "BNDACK" and seen.source == B_FO:
            flying.discard(seen.message.xid)
        most = max(most, len(flying))
    return most


@scenario("balance")
def exhausted_side_is_refilled(lab):
    """When the secondary runs out, the primary serves its clients and the pool is rebalanced."""
    # The primary would see it a moment before or after: this time it is asked.
    lab.start(config(mclt=60, extra="max-balance 18;", primary_extra="min-balance 12;",
                     secondary_extra="min-balance 6;"))
    mine = lab.flock_of(lab.b, 20)
    acks = all_at_once(mine, workers=4)
    check(all(ack and ack.server == lab.b.address for ack in acks), "the secondary did not serve its own 20")
    check(len({client.address for client in mine}) == 20, "addresses repeat")
    began = time.time()
    check(lab.bound(lab.client_of(lab.b)).server == lab.a.address, "the primary did not stand in")
    check(lab.b.logged("peer holds all free leases"), "the secondary did not log who holds the free leases")
    check(lab.a.logged("cancel load balance to peer lab - no free leases"), "no cancel load balance log")
    refill = lab.wire.wait("BNDUPD", source=A_FO, timeout=25, where=lambda m: (
        m.get("binding-status") == "backup" and m.time >= began))
    check(refill, f"no lease was passed to the secondary; primary says {lab.a.matching('balanc')[-2:]}")
    lab.balanced()
    check(lab.bound(lab.client_of(lab.b)).server == lab.b.address, "the refilled secondary did not serve its client")


@scenario("balance")
def exhausted_pool_is_silent(lab):
    """With every address leased neither server offers; a released address is given to the next client."""
    lab.start(Config(failover=[replace(Failover(), mclt=60)], range="10.77.0.100 10.77.0.105"))
    clients = lab.flock(6)
    for client in clients:
        lab.bound(client)
    check(len({client.address for client in clients}) == 6, "addresses repeat")
    lab.balanced()
    late = lab.client()
    check(not late.offers(1.5), "an offer from an empty pool")
    said = "network 10.77.0.0/24: no free leases"
    check(wait_for(lambda: lab.a.saw(said) or lab.b.saw(said), 3), "no log of the empty pool")
    freed = clients[0].address
    clients[0].release()
    lab.balanced()
    check(lab.bound(late).yiaddr == freed, f"{late.address} is not the released {freed}")


@scenario("endings")
def release_decline_expire(lab):
    """RELEASE, DECLINE and expiry at either server are known to both."""
    lab.golden_leases = True
    lab.start()
    for server in (lab.a, lab.b):
        since = lab.wire.mark()
        gone, refused, idle = lab.client_of(server), lab.client_of(server), lab.client_of(server)
        for client in (gone, refused, idle):
            check(lab.bound(client).server == server.address, "wrong server")
            check(lab.a.lease_is(client.address, "active") and lab.b.lease_is(client.address, "active"), "not shared")
        addresses = gone.address, refused.address, idle.address
        gone.release()
        refused.decline()
        for other in (lab.a, lab.b):
            check(other.lease_is(addresses[0], ("free", "backup", "released"), 10),
                  f"released {addresses[0]} is {other.leases()[addresses[0]].state} on the {other.role}")
            check(other.lease_is(addresses[1], "abandoned", 10),
                  f"declined {addresses[1]} is {other.leases()[addresses[1]].state} on the {other.role}")
            check(other.lease_is(addresses[2], ("free", "backup"), 25),
                  f"expired {addresses[2]} is {other.leases()[addresses[2]].state} on the {other.role}")
        said = {(m.get("assigned-IP-address"), m.get("binding-status"))
                for m in lab.wire.messages("BNDUPD", since=since)}
        for address, status in zip(addresses, ("released", "abandoned", "expired")):
            check((address, status) in said, f"no BNDUPD {status} for {address}")


@scenario("endings")
def same_client_same_address(lab):
    """A client that comes back after release or expiry gets its old address again."""
    lab.start()
    for server in (lab.a, lab.b):
        client = lab.client_of(server, want=4)
        lab.bound(client)
        address = client.address
        client.release()
        check(lab.a.lease_is(address, ("free", "backup"), 10) and lab.b.lease_is(address, ("free", "backup"), 10),
              "release did not settle")
        time.sleep(2)
        lab.bound(client)
        check(client.address == address, f"{server.role} gave {client.address} after a release of {address}")
        time.sleep(9)
        lab.bound(client)
        check(client.address == address, f"{server.role} gave {client.address} after {address} expired")


@scenario("verbs")
def every_dhcp_verb(lab):
    """INIT-REBOOT, REBIND, INFORM, a wrong address and an unknown client, with both servers listening."""
    lab.start()
    client = lab.client_of(lab.a, hostname="verbs")
    lab.bound(client)
    address = client.address
    time.sleep(3)
    ack = client.init_reboot()
    check(ack and ack.type == 5 and ack.yiaddr == address, f"INIT-REBOOT got {ack}")
    ack = client.rebind()
    check(ack and ack.type == 5 and ack.yiaddr == address, f"REBIND got {ack}")
    check(lab.client().inform("10.77.0.77"), "INFORM unanswered")
    stray = lab.client()
    naks = stray.exchange(lambda secs: stray.packet(REQUEST, secs=secs, requested="10.99.0.1"),
                          lambda reply: reply.type == NAK, tries=1, window=1.5)
    check({nak.server for nak in naks} == {lab.a.address, lab.b.address},
          f"INIT-REBOOT for an address of another network got {naks}, not a NAK of each authoritative server")
    taken = lab.client().init_reboot(address)
    check(taken is None or taken.type == 6, f"INIT-REBOOT for another's address got {taken}")
    offer = lab.client_of(lab.a).discover(requested=address)
    check(offer.type == OFFER and offer.yiaddr != address, "a taken address was offered to another client")
