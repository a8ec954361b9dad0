"""Sequences written by hand, by what they show; the random ones are in walk.py and generated.py."""
from configurations import BASE, FAR, LONG, SUBNET, simple
from scripts import Restart, Wait, ip, number, sequence

def tiny(**how):
    return simple(**how).replace("10.77.0.100 10.77.0.119", "10.77.0.100 10.77.0.102")


def bound(role, *options, **fields):
    yield role.discover(*options, **fields)
    yield role.select(*options, **fields)


# -- every message and path ---------------------------------------------------------------------

@sequence(simple())
def life_of_a_lease(c):
    yield from bound(c(1), (12, b"pc"))
    yield c(1).renew((12, b"pc"))
    yield c(1).rebind()
    yield c(1).reboot()
    yield c(1).reboot("10.77.0.77")
    yield c(1).reboot("10.88.0.100")
    yield c(1).reboot("192.168.1.1")
    yield c(2).reboot(c(1).address)
    yield c(1).release()
    yield c(1).release()
    yield c(1).reboot()
    yield c(1).discover()


@sequence(simple().replace("authoritative;", "not authoritative;"))
def without_authority(c):
    yield from bound(c(1))
    yield c(2).reboot("10.88.0.100")
    yield c(2).reboot("192.168.1.1")
    yield c(2).reboot(c(1).address)
    yield c(2).reboot("10.77.0.77")
    yield c(2).rebind()
    for _ in range(3):
        yield c(2).inform()


@sequence(simple())
def releases_of_others(c):
    yield from bound(c(1))
    yield from bound(c(2, uid=b"uid-2"))
    yield c(3).release(address=c(1).address)
    yield c(3).release((50, ip("10.77.0.100")), address="10.77.0.100")
    yield c(3).release((61, b"uid-2"), address=c(2).address)
    yield c(2).release((61, b"other"), address=c(2).address)
    yield c(1).release(address="10.77.0.119")
    yield c(1).release(address="10.99.9.9")
    yield c(1).release((50, ip("10.77.0.100")))


@sequence(simple())
def declines_of_others(c):
    yield from bound(c(1))
    yield c(2).decline(c(1).address)
    yield c(1).renew()
    yield c(1).discover()
    yield c(1).reboot("10.77.0.100")
    yield c(3).decline("10.77.0.100")
    yield c(3).decline("10.77.0.118")
    yield c(3).decline("10.99.9.9")
    yield c(3).send("bare", 4)
    yield Restart()
    yield c(4).discover()
    yield c(1).discover()


@sequence(simple(inside='option ntp-servers 10.77.0.60; filename "f";'))
def informs(c):
    yield c(1).inform()
    yield c(1).inform("10.77.0.150", (55, bytes((1, 42, 51, 58, 61, 81))), (61, b"id"))
    yield c(1).inform("10.66.0.1")
    yield c(1).inform("10.88.0.50")
    yield c(1).inform("10.77.0.150", (118, ip("10.88.0.0")))
    yield c(1).inform("10.77.0.150", (118, b"\1\2"))
    yield c(1).inform("10.77.0.150", (118, ip("10.66.0.0")))
    yield c(1).inform("0.0.0.0")
    yield c(1).inform("10.88.0.60", giaddr="10.88.0.1")
    yield c(1).send("inform", 8, [(82, bytes((1, 1, 65)))], giaddr="10.88.0.1")
    yield c(1).send("inform", 8, [(82, bytes((5, 4)) + ip("10.77.0.0"))], giaddr="10.88.0.1")
    yield c(1).send("inform", 8, [], hlen=0)
    yield from bound(c(2))
    yield c(2).inform(c(2).address)


@sequence(simple(top="allow leasequery;\ndhcp-cache-threshold 0;\n", inside='option root-path "/r";'))
def lease_queries(c):
    yield from bound(c(1, uid=b"one"), (60, b"vendor"), (82, bytes((1, 2, 7, 8))), giaddr="10.88.0.1")
    yield from bound(c(2))
    for address in ("10.88.0.100", "10.77.0.100", "10.88.0.101", "10.88.0.1", "10.99.0.1"):
        yield c(3).query(address)
    yield c(3).query(uid=b"one")
    yield c(3).query(uid=b"none")
    yield c(1).query()
    yield c(2).query()
    yield c(3).query()
    yield c(2).query("10.77.0.100", giaddr="0.0.0.0")
    yield c(2).query("10.77.0.100", None, (55, bytes((51, 58, 59, 60, 61, 82, 91, 92))))
    yield c(2).release()
    yield c(2).query("10.77.0.100")
    yield c(1).decline("10.88.0.100")
    yield c(2).query("10.88.0.100")
    yield from bound(c(4, uid=b"many"))
    yield from bound(c(5, uid=b"many"), giaddr="10.88.0.1")
    yield c(6).query(uid=b"many")
    yield c(4).query()


@sequence(simple())
def lease_queries_not_allowed(c):
    yield from bound(c(1))
    yield c(2).query("10.77.0.100")
    yield c(2).query("10.77.0.100", giaddr="0.0.0.0")
    yield c(2).query(uid=b"x")


@sequence(simple(inside='range dynamic-bootp 10.77.0.200 10.77.0.201; filename "bootfile"; next-server 10.77.0.9;', top="""
host b { hardware ethernet 02:00:00:00:10:01; fixed-address 10.77.0.30; filename "b.img"; option root-path "/b"; }
host c { hardware ethernet 02:00:00:00:10:02; fixed-address 10.77.0.31; }
host d { hardware ethernet 02:00:00:00:10:03; option root-path "/d"; }
"""))
def bootp_of_all_kinds(c):
    yield c(1).bootp()
    yield c(1).bootp(cookie=b"\0\0\0\0", end=False)
    yield c(1).bootp(flags=0x8000)
    yield c(1).bootp((55, bytes((17, 1))), (57, b"\5\0"))
    yield c(2).bootp(file=b"asked")
    yield c(2).bootp(sname=b"server", giaddr="10.88.0.1")
    yield c(2).bootp(giaddr="10.200.0.1")
    yield c(3).bootp()
    yield c(4).bootp(cookie=b"\1\2\3\4", end=False)
    yield c(5).bootp()
    yield c(6).bootp()
    yield c(4).bootp(pad=548)
    yield c(4).bootp(flags=0x8000, giaddr="10.88.0.1")
    yield c(1).bootp(op=2)
    yield c(1).bootp(hlen=0)
    yield c(4).discover()
    yield c(4).select()
    yield c(4).bootp()
    yield Restart()
    yield c(4).bootp()
    yield c(3).bootp((61, b"identifier"))
    yield c(1).discover()
    yield c(1).select()


@sequence(simple(inside='option dhcp-server-identifier 10.77.0.2; option dhcp-lease-time 5; option dhcp-renewal-time 700; '
                 'option dhcp-rebinding-time 600; option dhcp-message "hey"; option dhcp-requested-address 1.2.3.4; '
                 'option dhcp-message-type 3; option dhcp-parameter-request-list 1,15,6; ',
                 top="host b { hardware ethernet 02:00:00:00:10:02; fixed-address 10.77.0.30; }\n"))
def configured_protocol_options(c):
    wanted = (55, bytes((53, 51, 58, 59, 54, 56, 50)))
    for index in (1, 2):
        yield c(index).bootp()
        yield c(index).bootp(wanted)
        yield from bound(c(index))
        yield from bound(c(index), wanted)
        yield c(index).inform()
        yield c(index).inform("10.77.0.150", wanted)
        yield c(index).reboot("10.77.0.119")
        yield c(index).reboot("10.88.0.119")


@sequence(BASE + """
shared-network three {
  subnet 10.88.0.0 netmask 255.255.255.0 { range 10.88.0.100 10.88.0.101; option routers 10.88.0.1; }
  subnet 10.88.1.0 netmask 255.255.255.0 { range 10.88.1.100 10.88.1.101; option routers 10.88.1.1; }
  subnet 10.88.2.0 netmask 255.255.255.0 { option routers 10.88.2.1; }
}
""" + SUBNET.format(inside="", pool=""))
def relays_of_a_shared_network(c):
    for index in range(1, 6):
        yield from bound(c(index), giaddr="10.88.%d.1" % (index % 3))
    yield c(1).renew()
    yield c(1).renew(giaddr="10.88.0.1")
    yield c(1).rebind(giaddr="10.88.2.1")
    yield c(2).reboot(giaddr="10.88.2.1")
    yield c(2).reboot()
    yield c(2).reboot(giaddr="10.77.0.3")
    yield c(2).discover(giaddr="10.200.0.1")
    yield c(2).release(giaddr="10.88.0.1")
    yield c(3).decline(giaddr="10.88.0.1")


AGENT = (82, bytes((1, 4)) + b"port" + bytes((2, 3)) + b"box")


@sequence(simple(top="dhcp-cache-threshold 0;\n", inside="""
if option agent.circuit-id = "port" { option root-path "/port"; }
log(info, concat("circuit ", pick-first-value(option agent.circuit-id, "none"), " remote ",
  pick-first-value(option agent.remote-id, "none")));
"""))
def option_82_echo_and_stash(c):
    def selected(address):
        return (82, bytes((1, 4)) + b"port" + bytes((5, 4)) + ip(address))
    yield from bound(c(1), AGENT, giaddr="10.77.0.3")
    yield c(1).renew()
    yield c(1).rebind()
    yield c(1).renew((82, bytes((1, 1, 88))))
    yield c(1).renew()
    yield from bound(c(2), selected("10.77.0.0"), giaddr="10.88.0.1")
    yield from bound(c(3), selected("10.66.0.0"), giaddr="10.88.0.1")
    yield c(3).discover((82, bytes((5, 2, 1, 2))), giaddr="10.88.0.1")
    yield c(3).discover((82, bytes((5, 9, 1, 2))), giaddr="10.88.0.1")
    yield c(3).discover((82, b""), giaddr="10.88.0.1")
    yield c(3).discover((82, bytes((1, 0, 2, 0))), giaddr="10.88.0.1")
    yield c(4).discover(AGENT)
    yield c(4).select(AGENT)
    yield c(2).release(selected("10.77.0.0"))
    yield c(5).discover((82, bytes((1, 200)) + b"c" * 200), giaddr="10.88.0.1")
    yield c(5).reboot("10.66.0.1", AGENT, giaddr="10.88.0.1")
    yield Restart()
    yield c(1).renew()


@sequence(simple(top="stash-agent-options false;\ndhcp-cache-threshold 0;\n", inside="""
log(info, concat("circuit ", pick-first-value(option agent.circuit-id, "none")));
"""))
def option_82_without_stash(c):
    yield from bound(c(1), AGENT, giaddr="10.77.0.3")
    yield c(1).renew()


@sequence(tiny(top="dhcp-cache-threshold 0;\n"))
def option_82_of_offers(c):
    """What an offer says of the relay is remembered, but for an address that was abandoned."""
    other = (82, bytes((1, 5)) + b"other")
    yield from bound(c(1), AGENT, giaddr="10.77.0.3")
    yield c(1).discover(other, giaddr="10.77.0.3")
    yield c(1).release()
    yield from bound(c(2))
    yield c(2).discover(other, giaddr="10.77.0.3")
    yield c(2).renew()
    yield c(3, uid=b"uid-3").discover(AGENT, giaddr="10.77.0.3")
    yield c(3, uid=b"uid-3").select(giaddr="10.77.0.3")
    for role in (1, 2, 3):
        yield c(role).decline()
    yield c(4, uid=b"uid-4").discover(AGENT, (12, b"name"), (60, b"maker"), giaddr="10.77.0.3")
    yield c(4, uid=b"uid-4").reboot("10.77.0.110")
    yield c(4, uid=b"uid-4").reboot("10.88.0.110", giaddr="10.88.0.1")


@sequence(simple())
def subnet_selection(c):
    for address in ("10.88.0.0", "10.77.0.0", "10.66.0.0", "10.88.3.3"):
        yield from bound(c(1), (118, ip(address)))
        yield from bound(c(2), (118, ip(address)), (55, bytes((1, 118, 3))), giaddr="10.77.0.3")
    yield c(3).discover((118, b"\1\2\3"))
    yield c(3).discover((118, ip("10.88.0.0") + b"\0"))
    yield c(3).discover((118, ip("10.77.0.0")), (82, bytes((5, 4)) + ip("10.88.0.0")), giaddr="10.77.0.3")


@sequence(simple(top="""
host h { host-identifier option host-name "pc-1"; fixed-address 10.77.0.40; option root-path "h"; }
host g { host-identifier option host-name "pc-2"; option root-path "g"; }
host i { host-identifier option agent.circuit-id "port"; fixed-address 10.88.0.41; option root-path "i"; }
host v { host-identifier option vendor-class-identifier "phone"; option root-path "v"; fixed-address 10.77.0.42; }
""", pool="deny unknown-clients;"))
def host_identifiers(c):
    yield from bound(c(1), (12, b"pc-1"))
    yield from bound(c(2), (12, b"pc-2"))
    yield from bound(c(3), AGENT, giaddr="10.88.0.1")
    yield from bound(c(4), (60, b"phone"))
    yield from bound(c(5), (60, b"phone"), (12, b"pc-1"))
    yield c(6).discover()
    yield c(1).reboot("10.77.0.40", (12, b"pc-1"))
    yield c(1).reboot("10.77.0.40")
    yield c(3).rebind(AGENT, giaddr="10.88.0.1")


@sequence(simple(top="""
host a { hardware ethernet 02:00:00:00:10:01; fixed-address 10.88.0.30; option root-path "a"; }
host b { hardware ethernet 02:00:00:00:10:01; fixed-address 10.77.0.31, 10.88.0.31; option root-path "b"; }
host c { hardware ethernet 02:00:00:00:10:01; option root-path "c"; }
host d { hardware ethernet 02:00:00:00:10:02; option root-path "d"; }
host e { option dhcp-client-identifier "two"; fixed-address 10.77.0.33; option root-path "e"; }
host f { option dhcp-client-identifier "two"; hardware ethernet 02:00:00:00:10:03; option root-path "f"; }
use-host-decl-names on;
"""))
def hosts_of_one_hardware(c):
    yield from bound(c(1))
    yield from bound(c(1), giaddr="10.88.0.1")
    yield c(1).reboot("10.77.0.31")
    yield c(1).reboot("10.88.0.30")
    yield from bound(c(2))
    yield from bound(c(2), (61, b"two"))
    yield from bound(c(3))
    yield c(3).renew()
    yield from bound(c(3), (61, b"two"), giaddr="10.88.0.1")
    yield c(1).bootp()
    yield c(1).bootp(giaddr="10.88.0.1")


# -- allocation ---------------------------------------------------------------------------------

@sequence(tiny(inside="abandon-lease-time 3;"))
def order_of_allocation(c):
    for index in (1, 2, 3):
        yield from bound(c(index))
    yield c(4).discover()
    yield c(2).release()
    yield c(1).release()
    yield c(4).discover()
    yield c(5).discover((50, ip("10.77.0.100")))
    yield c(1).discover()
    yield c(6).discover()
    yield Restart()
    yield from bound(c(1))
    yield c(1).discover((50, ip("10.77.0.102")))
    yield c(2).discover((50, ip(c(1).address)))
    yield from bound(c(2), (50, ip("10.66.0.1")))
    yield c(2).discover((50, ip("10.77.0.20")))


@sequence(tiny(top="abandon-lease-time 4;\n"))
def abandoned_come_last(c):
    yield from bound(c(1))
    yield c(1).decline()
    yield from bound(c(1))
    yield c(1).decline()
    yield from bound(c(1))
    yield c(2).discover()
    yield from bound(c(2))
    yield c(1).decline()
    yield Wait(4.6)
    yield c(3).discover()
    yield from bound(c(4))


@sequence(simple())
def same_client_by_uid_and_hardware(c):
    yield from bound(c(1))
    yield from bound(c(1), (61, b"first"))
    yield from bound(c(1), (61, b"second"))
    yield from bound(c(2), (61, b"first"))
    yield c(2).discover((61, b"second"), (50, ip("10.77.0.100")))
    yield c(1).discover()
    yield c(1).discover((61, b"first"))
    yield c(1).release((61, b"second"))
    yield c(1).discover((61, b"second"))
    yield from bound(c(1), (61, b"first"), giaddr="10.88.0.1")
    yield c(1).discover((61, b"first"))
    yield Restart()
    yield c(1).discover()
    yield c(1).discover((61, b"first"))
    yield c(1).reboot(None, (61, b"first"))


@sequence(simple(top="""
class "a" { match if option user-class = "a"; }
class "b" { match if option user-class = "b"; }
host k { hardware ethernet 02:00:00:00:10:01; }
""").replace("pool {", """
  pool { allow members of "a"; range 10.77.0.120 10.77.0.121; option root-path "a"; }
  pool { allow known-clients; deny members of "b"; range 10.77.0.130 10.77.0.131; option root-path "known"; }
  pool { allow dynamic bootp clients; range 10.77.0.140 10.77.0.141; option root-path "bootp"; }
  pool { deny dynamic bootp clients; deny members of "b"; deny unknown clients; range 10.77.0.150 10.77.0.150; }
  pool { deny all clients; range 10.77.0.160 10.77.0.160; }
  pool { allow authenticated clients; range 10.77.0.161 10.77.0.161; }
  pool { deny unauthenticated clients; allow known clients; range 10.77.0.162 10.77.0.162; }
  pool { allow members of "b"; allow unknown-clients; deny members of "a";""", 1))
def permits(c):
    for index in (1, 2):
        for user in (b"a", b"b", b"c"):
            yield from bound(c(index), (77, user))
            yield c(index).rebind((77, user))
        yield c(index).rebind()
        yield c(index).bootp()
        yield c(index).bootp()
        yield c(index).renew((77, b"a"))
    yield from bound(c(3), (77, b"a"))
    yield from bound(c(4), (77, b"a"))
    yield from bound(c(5), (77, b"a"))
    yield c(5).reboot("10.77.0.160")
    yield c(5).reboot("10.77.0.130")


@sequence(simple(pool="allow members of \"late\"; allow after 4 2020/01/02 00:00:00;", top="""
class "late" { match if option user-class = "late"; }
""", inside="pool { deny after 2 2037/01/06 00:00:00; range 10.77.0.130 10.77.0.130; } "
            "pool { deny after 4 2020/01/02 00:00:00; range 10.77.0.131 10.77.0.131; }"))
def permits_by_date(c):
    for index in (1, 2, 3):
        yield from bound(c(index), (51, number(0xffffffff)))
        yield c(index).renew()
    yield c(4).reboot("10.77.0.131")
    yield c(4).bootp()


@sequence(simple(top="""
class "vendors" { spawn with option vendor-class-identifier; lease limit 1; log(info, "spawned"); }
class "named" { match if exists host-name; lease limit 2; option root-path "named"; }
class "sub" { match option user-class; lease limit 1; }
subclass "sub" "x" { lease limit 2; option nis-domain "x"; }
subclass "sub" "y";
"""))
def spawned_classes_and_lease_limits(c):
    for index in range(1, 5):
        yield from bound(c(index), (60, b"v"))
    yield from bound(c(2), (60, b"w"))
    yield from bound(c(2), (60, b"v"), (12, b"n"))
    yield c(1).renew((60, b"v"))
    yield c(1).renew()
    yield from bound(c(3), (12, b"n"))
    yield from bound(c(4), (12, b"n"))
    yield from bound(c(5), (12, b"n"))
    yield Restart()
    yield c(5).discover((12, b"n"))
    yield c(1).release()
    yield from bound(c(5), (60, b"v"))
    yield c(3).release()
    yield from bound(c(6), (12, b"n"))
    yield from bound(c(7), (77, b"x"))
    yield from bound(c(8), (77, b"x"))
    yield from bound(c(9), (77, b"x"))
    yield from bound(c(10), (77, b"y"))
    yield from bound(c(11), (77, b"y"))
    yield from bound(c(12), (77, b"z"))
    yield c(7).decline()
    yield from bound(c(9), (77, b"x"))


@sequence(simple(top="min-lease-time 1;\ndhcp-cache-threshold 0;\n", inside="""
class "k" { match if exists host-name; lease limit 1; }
""").replace("default-lease-time 600", "default-lease-time 2"))
def a_slot_returns_when_the_lease_ends(c):
    yield from bound(c(1), (12, b"a"), (51, number(2)))
    yield from bound(c(2), (12, b"b"), (51, number(2)))
    yield Wait(3.3)
    yield from bound(c(2), (12, b"b"), (51, number(2)))
    yield c(2).renew()
    yield from bound(c(1), (12, b"a"))


@sequence(simple(top="one-lease-per-client true;\n"))
def one_lease_per_client(c):
    yield from bound(c(1), (61, b"u"))
    yield from bound(c(1), (61, b"u"), giaddr="10.88.0.1")
    yield from bound(c(1))
    yield from bound(c(1), giaddr="10.88.0.1")
    yield c(1).renew()
    yield from bound(c(1), (61, b"w"))


@sequence(simple(top="one-lease-per-client true;\ndeny duplicates;\n"
                 "host h { hardware ethernet 02:00:00:00:10:01; }\nhost u { option dhcp-client-identifier \"u\"; }\n"))
def one_lease_and_no_duplicates(c):
    yield from bound(c(1), (61, b"u"))
    yield from bound(c(1), (61, b"w"))
    yield from bound(c(1))
    yield from bound(c(1), giaddr="10.88.0.1")
    yield from bound(c(1), (61, b"v"))
    yield from bound(c(2), (61, b"v"))


def denied(words):
    return simple(inside="""
if option host-name = "deny" { deny %s; } elsif option host-name = "ignore" { ignore %s; }
elsif option host-name = "allow" { allow %s; }
""" % (words, words, words), top="host k { hardware ethernet 02:00:00:00:10:01; }\n")


def ask_with_names(c):
    for index in (1, 2):
        for name in (b"deny", b"ignore", b"allow", b"none"):
            yield from bound(c(index), (12, name), (81, b"\1\0\0name.example"))
            yield c(index).bootp((12, name))
            yield c(index).renew((12, name))
            yield c(index).decline(None, (12, name))
            yield c(index).inform("10.77.0.150", (12, name))


for words in ("booting", "bootp", "unknown-clients", "declines", "duplicates", "client-updates", "leasequery"):
    def play(c):
        yield from ask_with_names(c)
    play.__name__ = "deny_" + words.replace("-", "_")
    sequence(denied(words))(play)


@sequence(simple(top="ignore-client-uids true;\n"))
def client_uids_ignored(c):
    yield from bound(c(1), (61, b"one"))
    yield from bound(c(1), (61, b"two"))
    yield from bound(c(2), (61, b"one"))
    yield c(1).release((61, b"three"))
    yield c(1).reboot(None, (61, b"four"))
    yield Restart()
    yield c(1).discover((61, b"five"))


@sequence(simple(top="infinite-is-reserved on;\nmax-lease-time infinite;\n"))
def infinite_becomes_reserved(c):
    yield from bound(c(1), (51, number(0xffffffff)))
    yield c(1).renew((51, number(0xffffffff)))
    yield c(1).renew((51, number(100)))
    yield c(1).release()
    yield c(2).discover((50, ip("10.77.0.100")))
    yield from bound(c(1))
    yield Restart()
    yield c(1).reboot()
    yield from bound(c(3), (51, number(0xfffffffe)))
    yield c(3).decline()


@sequence(simple(top="max-lease-time infinite;\ndefault-lease-time infinite;\n"))
def infinite_leases(c):
    yield from bound(c(1))
    yield from bound(c(2), (51, number(0xffffffff)))
    yield from bound(c(3), (51, number(0x80000000)))
    yield from bound(c(4), (51, number(0x7fffffff)))
    yield c(1).renew()
    yield Restart()
    yield c(1).renew()
    yield c(2).rebind()
    yield c(3).reboot()


@sequence(simple(top="adaptive-lease-time-threshold 50;\nmin-lease-time 20;\ndhcp-cache-threshold 0;\n"
                 "log-threshold-low 20;\nlog-threshold-high 60;\n"
                 ).replace("10.77.0.100 10.77.0.119", "10.77.0.100 10.77.0.105"))
def thresholds_of_a_pool(c):
    for index in range(1, 7):
        yield from bound(c(index))
    yield c(1).renew()
    for index in range(1, 7):
        yield c(index).release()
    for index in range(1, 5):
        yield from bound(c(index), (51, number(10)))


for low, high in ((0, 50), (50, 50), (80, 30), (0, 101), (0, 100)):
    def play(c):
        for index in range(1, 5):
            yield from bound(c(index))
        for index in (1, 2, 3):
            yield c(index).release()
        for index in range(1, 5):
            yield from bound(c(index))
    play.__name__ = f"log_threshold_{low}_{high}"
    sequence(tiny(top=f"log-threshold-low {low};\nlog-threshold-high {high};\n"))(play)

for percent in (0, 1, 50, 99, 100, 120, 255):
    def play(c):
        yield from bound(c(1), (51, number(10)))
        yield c(1).renew((51, number(10)))
        yield c(1).renew((51, number(300)))
        yield Wait(1.2)
        yield c(1).renew((51, number(300)))
        yield c(1).rebind((12, b"name"))
        yield c(1).rebind((12, b"name"))
        yield c(1).discover((12, b"name"))
        yield c(1).reboot(None, (12, b"other"))
        yield c(1).select()
    play.__name__ = f"cache_threshold_{percent}"
    sequence(simple(top=f"dhcp-cache-threshold {percent};\n"))(play)


@sequence(simple(top="min-secs 3;\n"))
def min_secs(c):
    for secs in (0, 2, 3, 4, 0x300, 0xffff):
        yield c(1).discover(secs=secs)
    yield c(1).select()
    yield c(1).bootp(secs=1)
    yield c(1).renew(secs=0)


# -- ping check ---------------------------------------------------------------------------------

PINGED = simple(top="ping-check true;\nping-timeout-ms 300;\n").replace("ping-check false;\n", "")


@sequence(PINGED, present=("10.77.0.100", "10.77.0.102"))
def addresses_in_use_are_abandoned(c):
    yield c(1).discover()
    yield Wait(0.6)
    yield c(1).discover()
    yield c(1).discover()
    yield Wait(0.6)
    yield c(1).select()
    yield c(2).discover()
    yield Wait(0.6)
    yield c(2).discover()
    yield c(3).discover()
    yield Wait(0.6)
    yield c(2).select()
    yield c(3).select()
    yield c(3).release()
    yield c(3).discover()
    yield Wait(0.6)
    yield c(4).discover((50, ip("10.77.0.105")))
    yield c(4).discover((61, b"new"))
    yield Wait(0.6)


@sequence(simple(top="ping-timeout 1;\nping-cltt-secs 0;\n").replace("ping-check false;\n", ""))
def ping_of_a_client_just_seen(c):
    yield c(1).discover()
    yield Wait(1.2)
    yield c(1).discover()
    yield Wait(1.2)
    yield c(1).select()
    yield c(1).discover()
    yield c(1).release()
    yield c(1).discover()
    yield Wait(1.2)


# -- replies ------------------------------------------------------------------------------------

for index, (inside, size) in enumerate((
        (LONG, 300), (LONG, 576), (LONG, 1500), (LONG, 1501), (LONG, 4000),
        (LONG + 'filename "f";', 576), (LONG + 'server-name "s";', 576),
        (LONG + "option dhcp-max-message-size 600;", 1500), (LONG + "option dhcp-max-message-size 1000;", 577),
        ('option merit-dump "' + "x" * 255 + '";', 590), ('option merit-dump "' + "x" * 300 + '";', 800),
        ('filename "' + "f" * 128 + '";', 576), ('filename "' + "f" * 140 + '"; server-name "' + "s" * 70 + '";', 576),
        ('filename "' + "f" * 127 + '"; server-name "' + "s" * 64 + '";', 576))):
    def play(c, size=size):
        room = (57, size.to_bytes(2, "big"))
        codes = (55, bytes((1, 14, 40)) + bytes(range(224, 236)))
        yield from bound(c(1), room)
        yield from bound(c(1), room, codes)
        yield c(1).renew(codes)
        yield from bound(c(2), room, codes, AGENT, giaddr="10.88.0.1")
        yield from bound(c(3), room, AGENT, giaddr="10.77.0.3")
        yield c(1).inform("10.77.0.150", room, codes)
        yield c(2).bootp(pad=600)
    play.__name__ = f"packing_{index}"
    sequence(simple(inside=inside))(play)


@sequence(simple(inside="""
always-broadcast on; next-server 10.77.0.9; option dhcp-server-identifier 10.77.0.200;
server-name "boot"; filename "x"; option dhcp-client-identifier "configured";
"""))
def fields_of_the_reply(c):
    for flags in (0, 0x8000, 0x1234):
        yield from bound(c(1), flags=flags)
        yield c(1).renew(flags=flags)
        yield from bound(c(2), flags=flags, giaddr="10.88.0.1")
        yield c(2).reboot("10.66.0.1", flags=flags)
        yield c(2).reboot("10.66.0.1", flags=flags, giaddr="10.88.0.1")
        yield c(3).reboot("10.77.0.3", (54, ip("10.77.0.200")), flags=flags)
        yield c(3).bootp(flags=flags)
        yield c(3).inform(flags=flags)
        yield c(1).rebind((54, ip("10.77.0.1")), flags=flags)


@sequence(simple(inside="""
option domain-search "a.example.org", "b.example.org", "example.org", "x.a.example.org";
option domain-name "example.org"; option slp-directory-agent true 10.0.0.1, 10.0.0.2;
option netbios-name-servers 10.0.0.1, 10.0.0.2; option static-routes 10.0.0.0 10.0.0.1, 10.1.0.0 10.0.0.2;
option tftp-server-name "tftp"; option bootfile-name "boot"; option user-class "uc";
option time-servers 10.0.0.9; option boot-size 12; option ip-forwarding true; option policy-filter 10.0.0.0 255.0.0.0;
option path-mtu-plateau-table 68, 296; option vendor-class-identifier "vci"; option nwip-domain "nw"; option nwip.nsq-broadcast true;
option associated-ip 10.0.0.5;
"""))
def many_kinds_of_options(c):
    yield from bound(c(1))
    yield from bound(c(1), (55, bytes(range(1, 128))), (57, b"\5\xdc"))
    yield from bound(c(1), (55, bytes(range(127, 0, -1))), (57, b"\5\xdc"))
    yield from bound(c(1), (55, bytes((119, 119, 15, 15, 63, 62, 92))))
    yield c(1).inform("10.77.0.150", (55, bytes(range(1, 128))))


@sequence(simple(top="""
option space PXE;
option PXE.mtftp-ip code 1 = ip-address;
option PXE.discovery-control code 6 = unsigned integer 8;
option PXE.boot-menu code 9 = text;
option space V; option V.one code 1 = text; option V.two code 200 = unsigned integer 16;
class "pxe" { match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";
  vendor-option-space PXE; option PXE.mtftp-ip 0.0.0.0; option PXE.discovery-control 8; option PXE.boot-menu "m"; }
class "v" { match if option vendor-class-identifier = "V"; vendor-option-space V; option V.one "1"; option V.two 2;
  option vendor-encapsulated-options 01:01:41; }
class "w" { match if option vendor-class-identifier = "W"; option vendor-encapsulated-options "raw"; }
"""))
def vendor_encapsulation(c):
    for vendor in (b"PXEClient:Arch:00000", b"V", b"W", b"none"):
        yield from bound(c(1), (60, vendor))
        yield from bound(c(1), (60, vendor), (55, bytes((43, 60, 43))))
        yield c(1).inform("10.77.0.150", (60, vendor), (55, b"\x2b"))


# -- statements at run time ---------------------------------------------------------------------

@sequence(simple(top="dhcp-cache-threshold 0;\n", inside="""
set first = pick-first-value(first, option host-name, "none");
on commit { set committed = "yes"; log(info, concat("commit ", binary-to-ascii(10, 8, ".", leased-address), " ", first)); }
on release { log(info, concat("release ", pick-first-value(committed, "no"), " ", pick-first-value(first, "-"))); }
on expiry { log(info, concat("expiry ", pick-first-value(committed, "no"), " ", pick-first-value(first, "-"))); }
"""))
def events_of_a_lease(c):
    yield from bound(c(1), (12, b"a"), (51, number(2)))
    yield c(1).renew((12, b"b"), (51, number(2)))
    yield Wait(3.2)
    yield from bound(c(1), (12, b"c"))
    yield c(1).release()
    yield from bound(c(2), (12, b"d"), (51, number(3)))
    yield Restart()
    yield Wait(4.2)
    yield c(2).discover((12, b"e"))
    yield c(2).select((12, b"e"))
    yield c(2).decline()
    yield from bound(c(3), (12, b"f"), (51, number(2)))
    yield Restart()
    yield c(3).release()


@sequence(simple(inside="""
switch (extract-int(option dhcp-message-type, 8)) {
  case 1: log(info, "one"); break;
  case 3: log(info, "three");
  case 4: log(info, "through"); break;
  default: log(info, "default");
}
switch (pick-first-value(option host-name, "none")) {
  case "a": option root-path "a"; default-lease-time 100; break;
  case "b": option root-path "b"; default-lease-time 200;
  default: option nis-domain "d"; break;
}
if known { log(info, "known"); } else { log(info, "unknown"); }
if not exists user-class and (option host-name = "a" or hardware = 1:02:00:00:00:10:02) { add "extra"; }
log(debug, "world"); log(error, "error");
unset gone;
eval concat("a", "b");
set list = concat(suffix(hardware, 2), substring(option host-name, 0, 1));
if defined(list) { log(info, concat("list ", binary-to-ascii(16, 8, ":", list))); }
log(info, concat("proto ", binary-to-ascii(10, 8, ".", packet(0, 3)), " ", lcase("ABC"), ucase("def"),
  " ", binary-to-ascii(10, 32, "", encode-int(lease-time, 32))));
""",
    top='class "extra" { option root-path "extra"; }\n'))
def statements(c):
    for index in (1, 2):
        for name in (b"a", b"b", b"c"):
            yield from bound(c(index), (12, name))
        yield from bound(c(index))
        yield from bound(c(index), (77, b"x"))
        yield c(index).renew()
        yield c(index).inform()
        yield c(index).bootp((12, b"a"))
        yield c(index).reboot("10.66.0.1")


@sequence(simple(inside='on commit { execute("/bin/true"); log(info, "executed"); } on release { log(info, "none"); }'))
def programs(c):
    yield from bound(c(1))
    yield Wait(0.3)
    yield c(1).release()
    yield Wait(0.3)


# -- time ---------------------------------------------------------------------------------------

@sequence(simple(top="db-time-format local;\n"))
def local_times_in_the_file(c):
    yield from bound(c(1))
    yield from bound(c(2), (51, number(0xffffffff)))
    yield Restart()
    yield c(1).renew()
    yield c(1).release()
    yield from bound(c(3))


@sequence(simple())
def leases_end(c):
    yield from bound(c(1), (51, number(2)))
    yield from bound(c(2), (51, number(3)))
    yield Wait(2.2)
    yield c(1).renew()
    yield Wait(1.5)
    yield c(2).rebind()
    yield from bound(c(3), (51, number(4)))
    yield Restart()
    yield Wait(4.5)
    yield c(3).discover()
    yield c(1).discover((51, number(2)))


LEASES = """
lease 10.77.0.100 {
  starts 6 2026/11/21 10:00:00; ends never; cltt 6 2026/11/21 10:00:00; binding state active; next binding state free;
  hardware ethernet 02:00:00:00:10:01; uid "one"; client-hostname "n1"; set x = "y"; option agent.circuit-id "port";
}
lease 10.77.0.101 {
  starts 1 2020/01/06 00:00:00; ends 2 2020/01/07 00:00:00; tstp 2 2020/01/07 00:00:00; binding state active;
  next binding state expired; hardware ethernet 02:00:00:00:10:02; on expiry { log(info, "expired at start"); }
}
lease 10.77.0.102 { starts epoch 1700000000; ends epoch 2100000000; binding state active; hardware ethernet 02:00:00:00:10:03; reserved; }
lease 10.77.0.103 { starts 1 2020/01/06 00:00:00; ends 2 2030/01/01 00:00:00; binding state abandoned; }
lease 10.77.0.104 { starts 1 2020/01/06 00:00:00; ends 2 2020/01/07 00:00:00; binding state backup; }
lease 10.77.0.105 { starts 1 2020/01/06 00:00:00; ends 2 2020/01/07 00:00:00; binding state free; hardware ethernet 02:00:00:00:10:05; }
lease 10.77.0.106 { starts 1 2020/01/06 00:00:00; ends 2 2020/01/07 00:00:00; binding state active; dynamic-bootp; }
"""


@sequence(simple(), leases=LEASES)
def a_file_of_all_kinds(c):
    yield c(1).reboot("10.77.0.100", (61, b"one"))
    yield c(1).discover()
    yield c(2).discover()
    yield c(3).reboot("10.77.0.102")
    yield c(4).discover((50, ip("10.77.0.103")))
    yield c(5).discover()
    yield c(6).bootp()
    yield c(7).discover()
    yield c(7).select()
    yield Restart()
    yield c(8).discover()
    yield c(9).discover()


YEAR_2038 = 352_000_000  # seconds from the end of 2026 to the beginning of 2038


@sequence(simple(top="max-lease-time 4000000000;\ndhcp-cache-threshold 0;\n"), skew=YEAR_2038)
def beyond_2038(c):
    yield from bound(c(1), (51, number(100)))
    yield from bound(c(2), (51, number(40_000_000)))
    yield from bound(c(3), (51, number(0xffffffff)))
    yield c(2).renew()
    yield Restart()
    yield c(2).renew((51, number(0x7fffffff)))
    yield c(3).rebind()


# -- parameters of the server -------------------------------------------------------------------

for name, top in {
        "delayed_ack": "delayed-ack 8;\nmax-ack-delay 10000;\n", "dont_use_fsync": "dont-use-fsync true;\n",
        "server_id_check": "server-id-check true;\n", "limited_broadcast": "limited-broadcast-address 10.77.0.255;\n",
        "local_address": "local-address 10.77.0.1;\n", "echo_client_id": "echo-client-id true;\n",
        "check_secs": "check-secs-byte-order true;\n",
        "route": "use-lease-addr-for-default-route true;\n", "rfc1048": "always-reply-rfc1048 true;\n",
        "update_style": "ddns-update-style none;\nddns-updates off;\nupdate-static-leases on;\n"}.items():
    def play(c):
        yield from bound(c(1, uid=b"one"), (12, b"n"))
        yield c(1).select((12, b"n"), server=False)
        yield c(1).reboot(None, (54, ip("10.77.0.2")))
        yield c(1).renew((54, ip("10.77.0.2")))
        yield c(2).reboot("10.66.0.1")
        yield c(2).bootp(cookie=b"\0\0\0\0", end=False)
        yield c(2).discover(flags=0x8000)
        yield c(2).select(flags=0x8000)
        yield c(1).release()
    play.__name__ = name
    sequence(simple(top=top).replace("option routers 10.77.0.254;", "" if name == "route" else "option routers 10.77.0.254;"))(play)
