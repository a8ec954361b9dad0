"""Sequences written by hand for what random ones, and reading, have found; the features are in sequences.py."""
from configurations import BASE, FAR, SUBNET, simple
from scripts import Restart, Wait, ip, number, sequence


def bound(role, *options, **fields):
    yield role.discover(*options, **fields)
    yield role.select(*options, **fields)


# -- times --------------------------------------------------------------------------------------

for _name, _times in {"none": "", "zero": "min-lease-time 0;", "some": "min-lease-time 50;",
                      "below_most": "max-lease-time 100;"}.items():
    def play(c):
        for index in (1, 2, 3):
            yield from bound(c(index))
            yield from bound(c(index), (51, number(20)))
        yield c(1).renew((12, b"a"))
        yield c(2).release()
        yield from bound(c(4), (51, number(700)))
    play.__name__ = f"adaptive_floor_{_name}"
    sequence(simple().replace("min-lease-time 1;", f"{_times}\nadaptive-lease-time-threshold 10;\n"
                              "dhcp-cache-threshold 0;").replace("10.77.0.119", "10.77.0.103"))(play)


@sequence(simple(top="max-lease-time infinite;\nadaptive-lease-time-threshold 10;\n").replace("10.77.0.119", "10.77.0.103"))
def adaptive_and_infinite(c):
    for index in (1, 2):
        yield from bound(c(index), (51, number(0xffffffff)))
        yield c(index).discover((51, number(0xffffffff)))


@sequence(simple(top="dhcp-cache-threshold 0;\n"))
def an_offer_forgets_the_end_before(c):
    yield from bound(c(1))
    yield c(1).release()
    yield c(1).discover()
    yield c(1).decline()
    yield from bound(c(2))
    yield c(2).discover()
    yield c(2).release()


# -- replies ------------------------------------------------------------------------------------

for _size in range(20, 29):
    def play(c):
        for wanted in ((), ((55, bytes((3, 1, 6, 17))),), ((55, bytes((3, 1, 6, 17, 99))),)):
            yield c(1).bootp(*wanted)
            yield c(2).bootp(*wanted)
            yield from bound(c(3), (57, b"\2\x40"), *wanted)
            yield c(3).inform("10.77.0.150", *wanted)
            yield from bound(c(4), (82, bytes((1, 4)) + b"port"), *wanted, giaddr="10.77.0.3")
    play.__name__ = f"last_option_{_size}"
    _fill = "".join(f'option unknown-{code} "{"f" * 100}"; ' for code in (231, 232)) + \
        f'option unknown-233 "{"g" * (_size - 15)}";'
    sequence(simple(inside=f'range dynamic-bootp 10.77.0.200 10.77.0.205; option root-path "{"r" * _size}";'
                           f' if exists dhcp-message-type {{ {_fill} }}', top="""
host b { hardware ethernet 02:00:00:00:10:02; fixed-address 10.77.0.30; }
"""))(play)


@sequence(simple(inside='option root-path ""; option nis-domain = concat("", ""); option ntp-servers 10.0.0.9; '
                        'if option host-name = "none" { option dhcp-parameter-request-list = concat("", ""); } '
                        'if option host-name = "null" { option dhcp-parameter-request-list = option user-class; }'))
def lists_and_values_of_nothing(c):
    for options in ((), ((55, b""),), ((55, bytes((17, 40, 42))),), ((55, bytes((0, 255, 52, 42))),),
                    ((12, b"none"), (55, b"\x2a")), ((12, b"null"), (55, b"\x2a")),
                    ((81, b"\0\0"), (55, b"\x2a")), ((81, b"\0\0\0pc"), (55, b"\x2a"))):
        yield from bound(c(1), *options)
        yield c(1).inform("10.77.0.150", *options)


LONG_TEXTS = "".join(f'option unknown-{code} "{"x" * 120}";' for code in range(224, 233))

for _name, _top in {"unset": "", "set": "option dhcp-max-message-size 900;"}.items():
    def play(c):
        for value in (None, b"", b"\3", b"\3\x84", b"\3\x84\1\2", b"\0\0", b"\xff\xff"):
            options = [(57, value)] if value is not None else []
            yield from bound(c(1), *options)
            yield c(1).inform("10.77.0.150", *options)
            yield c(2).bootp(*options)
            yield c(3).bootp(*options)
            yield c(3).query("10.77.0.110", None, *options)
            yield c(4).discover((82, bytes((1, 200)) + b"c" * 200), *options, giaddr="10.88.0.1")
    play.__name__ = f"message_sizes_{_name}"
    sequence(simple(top=_top + "allow leasequery;" + LONG_TEXTS + """
host b { hardware ethernet 02:00:00:00:10:02; fixed-address 10.77.0.30; }
""", inside="range dynamic-bootp 10.77.0.200 10.77.0.205;"))(play)


@sequence(simple(inside="range dynamic-bootp 10.77.0.200 10.77.0.205; option root-path \"/r\";", top="""
host b { hardware ethernet 02:00:00:00:10:02; fixed-address 10.77.0.30; }
"""))
def names_with_nul(c):
    for name in (b"pc\0", b"pc"):
        for index in (1, 2):
            yield from bound(c(index), (12, name))
            yield c(index).reboot("10.66.0.1", (12, name))
            yield c(index).inform("10.77.0.150", (12, name))
            yield c(index).bootp((12, name))


@sequence(simple(inside="range dynamic-bootp 10.77.0.200 10.77.0.205; use-lease-addr-for-default-route on;"
                        " echo-client-id on; filename \"named\";", top="""
host b { hardware ethernet 02:00:00:00:10:02; fixed-address 10.77.0.30, 10.88.0.30; always-reply-rfc1048 on; }
host c { hardware ethernet 02:00:00:00:10:03; fixed-address 10.77.0.31, 10.88.0.31; }
use-host-decl-names on;
""").replace("option routers 10.77.0.254;", "").replace("option routers 10.88.0.1;", "filename \"\";"))
def bootp_of_fixed_addresses(c):
    for index in (1, 2, 3):
        for how in ({}, {"cookie": b"\1\2\3\4", "end": False}, {"cookie": b"\1\2\3\4", "pad": 548},
                    {"pad": 548}, {"pad": 1472}, {"file": b"wanted\0more", "sname": b"me"}):
            yield c(index).bootp(**how)
            yield c(index).bootp((61, b"identifier"), (118, ip("10.77.0.0")), **how)
            yield c(index).bootp(giaddr="10.88.0.1", **how)


# -- whose lease --------------------------------------------------------------------------------

@sequence(simple(top="""
host a { hardware ethernet 02:00:00:00:10:01; fixed-address 10.77.0.101; }
host b { option dhcp-client-identifier "two"; fixed-address 10.77.0.102; }
"""))
def fixed_addresses_in_a_range(c):
    for index in (4, 5, 6):
        yield from bound(c(index), (61, b"uid-%d" % index))
    yield from bound(c(1))
    yield c(1).reboot("10.77.0.101")
    yield c(1).reboot("10.77.0.101", (61, b"one"))
    yield from bound(c(2), (61, b"two"))
    yield c(2).reboot("10.77.0.102", (61, b"two"))
    yield c(6).release((61, b"uid-6"))
    yield c(2).reboot("10.77.0.102", (61, b"two"))
    yield c(1).bootp()
    yield c(1).discover((50, ip("10.77.0.101")))


@sequence(simple(inside='on release { log(info, "released"); }', top="""
host a { host-identifier option host-name "fixed"; fixed-address 10.77.0.30; }
"""))
def a_lease_is_given_up_for_a_fixed_address(c):
    yield from bound(c(1))
    yield c(1).discover((50, ip(c(1).address)), (12, b"fixed"))
    yield c(1).select((12, b"fixed"))
    yield c(1).reboot("10.77.0.100")
    yield from bound(c(2, uid=b"two"))
    yield c(2).discover((12, b"fixed"))
    yield c(2).discover((50, ip(c(2).address)), (12, b"fixed"))
    yield from bound(c(3))
    yield c(3).discover((12, b"fixed"), ciaddr=c(3).address)


@sequence(simple(inside="range dynamic-bootp 10.77.0.200 10.77.0.205;"))
def bootp_with_an_identifier(c):
    yield c(1).bootp((61, b"first"))
    yield c(1).bootp((61, b"second"))
    yield c(1).bootp()
    yield c(1).bootp((61, b"first"))
    yield from bound(c(2), (61, b"dhcp"))
    yield c(2).bootp((61, b"other"))
    yield c(2).bootp()


@sequence(simple(top="one-lease-per-client true;\ndeny duplicates;\n"
                     "host known { hardware ethernet 02:00:00:00:10:01; }\n"))
def one_lease_of_a_known_client(c):
    for index in (1, 2):
        yield from bound(c(index))
        yield from bound(c(index), (61, b"uid-%d" % index))
        yield c(index).reboot(None, (61, b"uid-%d" % index))
        yield c(index).rebind((61, b"uid-%d" % index), (12, b"new"))
        yield from bound(c(index), (61, b"second-%d" % index))


# -- hosts --------------------------------------------------------------------------------------

_HOSTS = """
host first { hardware ethernet 02:00:00:00:10:01; option root-path "first"; }
host fixed { hardware ethernet 02:00:00:00:10:02; fixed-address 10.77.0.30; }
host third { option dhcp-client-identifier "three"; option nis-domain "third"; }
"""


@sequence(simple(inside="""
filename = concat(host-decl-name, ".cfg");
option root-path = pick-first-value(host-decl-name, "nobody");
log(info, concat("host ", pick-first-value(host-decl-name, "none")));
set named = host-decl-name;
on commit { log(info, concat("commit ", pick-first-value(host-decl-name, "none"))); }
on release { log(info, concat("release ", pick-first-value(host-decl-name, "none"))); }
""", top=_HOSTS))
def names_of_hosts(c):
    for index in (1, 2, 4):
        yield from bound(c(index))
        yield c(index).discover()
        yield c(index).renew((12, b"other"))
        yield c(index).inform(c(index).address)
        yield c(index).bootp()
        yield c(index).release()
    yield from bound(c(3, uid=b"three"))
    yield c(3).rebind((12, b"other"))
    yield c(3).bootp((61, b"three"))
    yield c(3).release()


@sequence(simple(top="ping-check true;\nping-timeout-ms 200;\n" + _HOSTS).replace("ping-check false;\n", ""))
def ping_of_a_known_client(c):
    for index in (1, 4, 3):
        yield c(index, uid=b"three" if index == 3 else None).discover()
        yield Wait(0.4)
        yield c(index).discover()
        yield Wait(0.4)
        yield c(index).select()
        yield c(index).discover()
        yield c(index).release()
        yield c(index).discover()
        yield Wait(0.4)


# -- other messages -----------------------------------------------------------------------------

@sequence(BASE + """
option V.a code 1 = text;
shared-network here {
  option domain-name "here"; log(info, "here");
  subnet 10.77.0.0 netmask 255.255.255.0 { option routers 10.77.0.254; log(info, "near");
    pool { range 10.77.0.100 10.77.0.105; option root-path "near-pool"; log(info, "near-pool"); } }
}
shared-network there {
  option nis-domain "there"; log(info, "there");
  subnet 10.88.0.0 netmask 255.255.0.0 { option routers 10.88.0.1; option time-offset 5; log(info, "far");
    range 10.88.0.100 10.88.0.110;
    host inside { hardware ethernet 02:00:00:00:10:03; option swap-server 10.0.0.9; } }
  pool { range 10.88.0.120 10.88.0.125; option merit-dump "far-pool"; log(info, "far-pool"); }
}
host plain { host-identifier option host-name "named"; option root-path "by-option"; }
""".replace("option V.a code 1 = text;\n", ""))
def informs_about_another_subnet(c):
    yield from bound(c(1))
    yield from bound(c(2), giaddr="10.88.0.1")
    yield from bound(c(3), giaddr="10.88.0.1")
    for index in (1, 2, 3):
        for address in ("10.77.0.0", "10.88.0.0"):
            for wanted in ((), ((55, bytes((1, 118, 5, 17, 2))),)):
                yield c(index).inform(c(index).address, (118, ip(address)), *wanted)
                yield c(index).inform(c(index).address, (82, bytes((1, 1, 65, 5, 4)) + ip(address)), *wanted,
                                      giaddr="10.88.0.1")
        yield c(index).inform("10.77.0.105")
        yield c(index).inform("10.88.0.120", (12, b"named"))
    yield c(4).inform("10.88.0.120", (118, ip("10.77.0.0")), (82, bytes((5, 4)) + ip("10.88.0.0")))


@sequence(simple(inside='option ien116-name-servers 10.0.0.5; option subnet-selection 10.9.9.9; option path-mtu-plateau-table 1; '
                        'option swap-server 10.0.0.6; option tcode "b"; option unknown-132 "c"; '
                        'option dhcp-max-message-size 1000;' +
                        "".join(f'option unknown-{code} "{"x" * 90}";' for code in range(224, 230)),
                 top="host f { hardware ethernet 02:00:00:00:10:02; filename \"by-hardware\"; }\n"))
def informs_with_selections_that_are_configured(c):
    for index in (1, 2):
        for wanted in ((), ((55, bytes((5, 118, 1, 101, 132))),)):
            yield c(index).inform("10.77.0.150", (118, ip("10.77.0.0")), *wanted)
            yield c(index).inform("10.77.0.150", (82, bytes((5, 4)) + ip("10.77.0.0")), *wanted)
            yield c(index).inform("10.77.0.150", *wanted)
            yield from bound(c(index), (118, ip("10.77.0.0")), *wanted)


@sequence(simple(top="""
allow leasequery; dhcp-cache-threshold 0; option dhcp-server-identifier 10.77.0.9;
class "asks" { match if exists user-class; option nis-domain "class"; deny leasequery; }
class "lists" { match if option host-name = "list"; option dhcp-parameter-request-list 15,6,1,118,17; }
""", inside='option root-path "/r";').replace("option routers 10.88.0.1;", 'option root-path "/far"; '
                                              'option domain-name "far"; option dhcp-lease-time 77;'))
def queries_by_lists_and_classes(c):
    yield from bound(c(1), (60, b"vendor"), giaddr="10.88.0.1")
    yield from bound(c(2), (51, number(607)))
    for address in ("10.88.0.100", "10.77.0.100", "10.77.0.119", "10.99.0.1"):
        yield c(3).query(address)
        yield c(3).query(address, None, (12, b"list"))
        yield c(3).query(address, None, (12, b"list"), (118, ip("10.88.0.0")), (55, bytes((1, 15))))
        yield c(3).query(address, None, (77, b"x"))
        yield c(3).query(address, sname=b"my name", file=b"my file", secs=7, flags=0x8000)
    yield c(3).query("10.77.0.119", giaddr="10.200.0.1")
    yield c(3).query("10.77.0.119", giaddr="10.200.0.1", pad=600)
    yield c(3).query(uid=b"\1\2\3")
    yield c(3).query(uid=b"x" * 70)
    yield c(3).query(uid=b"\xff" * 30)
    yield c(4).discover(giaddr="10.200.0.1")


@sequence(simple(top="allow leasequery;\n").replace("10.77.0.119", "10.77.0.160"))
def queries_about_many(c):
    for index in range(44):
        yield from bound(c(10 + index), (61, b"many"))
        if index in (1, 2, 43):
            yield c(3).query(uid=b"many")
    for index in (10, 20, 53):
        yield c(index).release((61, b"many"))
        yield c(3).query(uid=b"many")
    yield Wait(1.1)
    yield c(12).rebind((61, b"many"), (12, b"later"))
    yield c(3).query(uid=b"many")


@sequence(simple(inside="""
log(info, binary-to-ascii(10, 8, ".", pick-first-value(leased-address, 1)));
option root-path = binary-to-ascii(10, 8, ".", leased-address);
if leased-address = 0a:4d:00:64 { log(info, "hundred"); }
on release { log(info, concat("gone ", binary-to-ascii(10, 8, ".", leased-address))); }
""", top="allow leasequery;\n"))
def where_there_is_no_leased_address(c):
    yield from bound(c(1))
    yield c(1).inform(c(1).address)
    yield c(1).inform("10.77.0.150", (55, b"\x11"))
    yield c(1).reboot("10.66.0.1")
    yield c(1).query("10.77.0.100", giaddr="10.77.0.3")
    yield c(1).query("10.77.0.109", giaddr="10.77.0.3")
    yield c(1).decline("10.77.0.101")
    yield c(2).bootp()
    yield c(1).release()


@sequence(simple(inside="get-lease-hostnames on;"), is_unordered=True)
def names_of_leases(c):
    for index in (1, 2):
        yield c(index).discover()
        yield Wait(0.5)
        yield c(index).select()
        yield c(index).renew()
        yield c(index).discover()


@sequence(BASE + """
class "a" { match if option user-class = "a"; log(info, "class a"); }
class "b" { match if option user-class = "b"; log(info, "class b"); default-lease-time 77; }
shared-network both {
  subnet 10.77.0.0 netmask 255.255.255.0 { option routers 10.77.0.254;
    pool { range 10.77.0.100 10.77.0.101; allow members of "a"; log(info, "pool a"); } }
  subnet 10.99.0.0 netmask 255.255.255.0 { option routers 10.99.0.254; log(info, "ninety-nine");
    pool { range 10.99.0.100 10.99.0.101; allow members of "b"; option root-path "b"; log(info, "pool b"); }
    pool { range 10.99.0.110 10.99.0.111; log(info, "pool c"); } }
}
""" + FAR)
def scopes_of_pools_of_two_subnets(c):
    for index, user in ((1, b"a"), (2, b"b"), (3, b"c")):
        yield from bound(c(index), (77, user))
        yield c(index).inform(c(index).address or "10.77.0.150", (77, user))
        yield c(index).reboot("10.66.0.1", (77, user))
        yield c(index).bootp((77, user))
        yield c(index).rebind()
    yield Restart()
    yield c(1).rebind((77, b"b"))


@sequence(simple(inside="""
set seen = option user-class;
if option host-name = "out" { set noted = option host-name; deny booting; }
elsif option host-name = "late" { set later = "x"; on release { log(info, "late"); } deny booting; }
else { on expiry or release { set left = "w"; log(info, "gone"); } }
""", top="dhcp-cache-threshold 0;\n"))
def what_is_refused_is_remembered(c):
    for index, name in ((1, b"out"), (2, b"late"), (3, b"in")):
        yield c(index).discover((77, b"a"))
        yield c(index).discover((12, name), (77, b"b"))
        yield c(index).select()
        yield c(index).reboot(None, (12, name), (77, b"c"))
        yield c(index).renew((12, b"in"))
        yield c(index).release()
        yield c(index).discover((12, name))
        yield from bound(c(index))


@sequence(simple(inside="""
if option host-name = "in" { add "limited"; }
elsif option host-name = "often" { add "limited"; add "limited"; add "limited"; }
""", top="""
class "limited" { lease limit 1; log(info, "limited"); }
class "named" { match if exists host-name; log(info, "named"); }
"""))
def classes_that_are_added(c):
    for index, name in ((1, b"in"), (2, b"in"), (3, b"often"), (4, b"none")):
        yield from bound(c(index), (12, name))
        yield c(index).reboot("10.66.0.1", (12, name))
    yield c(1).release()
    yield from bound(c(3), (12, b"often"))
    yield c(4).renew((12, b"in"))
    yield c(3).inform(c(3).address, (12, b"often"))


@sequence(simple(inside="""
if option host-name = "in" { on commit { log(info, "committed"); } on release { log(info, "left"); } }
"""))
def what_an_offer_attached_and_a_release_takes(c):
    yield c(1).discover((12, b"in"))
    yield c(1).release(address="10.77.0.100")
    yield c(1).select()
    yield c(2).discover((12, b"in"))
    yield c(2).discover()
    yield c(2).select()
    yield c(2).release()
    yield c(1).release()
