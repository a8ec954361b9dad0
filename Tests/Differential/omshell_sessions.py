"""What Tests/Differential/omshell types: sessions for a server that knows one network, a few leases and keys."""

SECRET = "c2VjcmV0MTIzNDU2Nzg5MA=="
ALGORITHMS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]

CONFIGURATION = "\n".join(
    ["default-lease-time 600;"]
    + ["key k-%s { algorithm hmac-%s; secret %s; }" % (name, name, SECRET) for name in ALGORITHMS]
    + ["key plain { algorithm hmac-md5; secret %s; }" % SECRET]
) + """
failover peer "pair" {
  primary;
  address 10.9.0.1; port 6470;
  peer address 10.9.0.2; peer port 6471;
  max-response-delay 60; max-unacked-updates 10;
  mclt 1800; split 128; load balance max seconds 3;
}
class "printers" { match hardware; lease limit 4; }
group { option domain-name "example.org"; host grouped { hardware ethernet 02:00:00:00:00:02; } }
host fixed { hardware ethernet 02:00:00:00:00:01; fixed-address 10.9.0.7; }
host byid { option dhcp-client-identifier "client"; fixed-address 10.9.0.8, 10.9.0.9; }
subnet 10.9.0.0 netmask 255.255.255.0 {
  pool { range 10.9.0.100 10.9.0.110; }
  pool { failover peer "pair"; range 10.9.0.120 10.9.0.130; deny dynamic bootp clients; }
}
"""

LEASES = """authoring-byte-order little-endian;
failover peer "pair" state {
  my state communications-interrupted at 4 2026/11/19 10:00:00;
  partner state normal at 4 2026/11/19 09:00:00;
  mclt 1800;
}
lease 10.9.0.100 {
  starts 4 2026/11/19 10:00:00;
  ends 4 2037/11/19 10:00:00;
  cltt 4 2026/11/19 10:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:09:01;
  uid "\\001abc";
  set vendor-class-identifier = "VC";
  client-hostname "pc1";
}
lease 10.9.0.101 {
  starts 4 2026/11/19 10:00:00;
  ends 4 2037/11/19 10:00:00;
  cltt 4 2026/11/19 10:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:09:02;
}
lease 10.9.0.102 {
  starts 4 2026/11/19 10:00:00;
  ends 4 2037/11/19 10:00:00;
  cltt 4 2026/11/19 10:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:00:00:00:09:02;
}
lease 10.9.0.103 {
  starts 4 2026/11/19 10:00:00;
  ends 4 2026/11/19 10:10:00;
  tstp 4 2026/11/19 10:10:00;
  cltt 4 2026/11/19 10:00:00;
  binding state abandoned;
  next binding state free;
}
"""

SESSIONS = []


class Session:
    """Lines, and what stands behind the last one; callables among them are done to the server."""

    def __init__(self, name, lines, has_server=True, answers=None, extra="", end=b"\n", recorded=False):
        self.name = name
        if isinstance(lines, str):
            lines = [line.strip() for line in lines.strip().splitlines()]
        self.lines = [line.encode("latin-1") if isinstance(line, str) else line for line in lines]
        self.has_server = has_server
        self.answers = answers
        self.extra = extra
        self.end = end
        self.is_recorded = recorded
        SESSIONS.append(self)


def kill(server):
    server.kill()


# --- without a connection ---------------------------------------------------------------------------

UNCONNECTED = [
    "help", "?", "help me", '? x "', "foo", "foo bar", "\tfoo\tbar", '"str', '"str"', "12", "12a", "-", "= 5", ";", "}", "{",
    "", "   ", "\t", "# only a comment", "foo # comment", "quit", "exit", "assign", "delete", "foo \xff bar", "\xc3\xa9",
    "set", "set x", "set x = 1", "unset", "unset x", "new", "new host", "new 5", "new .", "close", "close x", "open",
    "open x y", "create", "create x", "update", "update x", "refresh", "refresh x", "remove", "remove x", "disconnect",
    "disconnect x", "disconnect;", "connect x", "connect;", "key-algorithm", 'key-algorithm "x"', "key-algorithm a b",
    "key-algorithm 5", "key-algorithm fade", "key-algorithm hmac-md5 x", "key-algorithm hmac-md5", "key", "key ;",
    "key a", "key a.b.c", "key a. b", "key a.b. YWJj", "key a YWI=", "key a YW=I", "key a Y!", "key a YWF=", "key a YWF",
    "key a YWJj YWJj", 'key a "YWJj"', 'key a "YWJj" x', 'key a ""', "key a ;", "key a YWJj ;", 'key "a" YWJj',
    "key 5 YWJj", "key 5a YWJj", "key host YWJj", "key -a YWJj", "key a YWJj==x", "key a+b YWJj", "server", "server 1",
    "server 1.", "server 1.2.3", "server 1.2.3.4.5", "server 1.2.3.4 x", "server 1.2.3.4x", "server a.b",
    'server "127.0.0.1"', "server host x", "server ;", "port", "port abc", "port abc x", "port 7911x", 'port "7911"',
    "port domain", "port domain x", "port 1 2", "port 7911", "port;", "port # c", "OPEN", "Help", "SeRvEr", "a\0b", "\0",
    "x" * 1022, "y" * 1100, "z" * 80, "z" * 79 + " q", "z" * 100 + ' "', "foo\r", "server 1.2.3.4\r", "foo { bar",
    'foo "a\\x4g"', "foo \"a", "port 1; port 2", "a" * 30 + "\t" * 9 + "b c", '"\\', '"\\x', '"\\1', '"abc\\',
]
Session("unconnected", UNCONNECTED, has_server=False)
Session("few-unconnected", """
    help
    foo bar
    set x = 1
    new host
    key a YW=I
    server 1.2.3
    port nosuchservice
    disconnect
    key-algorithm 5
    """, has_server=False, recorded=True)
Session("nobody-listens", ["connect", "new host", "connect", "disconnect", "server nosuchhost", "connect", "server 1.2.3.4",
                           "connect", "server 0x7f000001", "connect", "server localhost", "connect", "port 0", "connect",
                           "port 99999", "connect", "port -1", "connect", "server 255.255.255.255", "connect",
                           "server 999.1.1.1", "connect", "server 010.9.0.1", "connect"], has_server=False)
Session("no-line-end", ["connect", "new host", "set x = 5"], end=b"")
Session("no-line-end-word", ["foo", "open"], end=b"", has_server=False)
Session("nothing", [], has_server=False, end=b"")
Session("white-space", ["   "], has_server=False, end=b"")

# --- values -----------------------------------------------------------------------------------------

VALUES = [
    "connect", 'new "a\\x41b c"', "close", "new host x y", "close", "new host host", 'new "z" "', "close", "new 5a",
    "close", 'new ""', "close", 'new "q\\0\\0\\0z"', "close", "new host",
    'set "my name" = 5', 'set a-b_c = "x\\ty"', 'set e = ""', 'set "" = 5', 'set n = "\\000abc"', 'set n2 = "ab\\0cd"',
    "set hex = 0x1f", "set h2 = 0xg", "set h3 = 0x", "set ip = 1.2.3.4.5.6", "set ip = 1..2", "set ip = 1...2", "set ip = 1.2.",
    "set ip = 1.2.3.4 5", "set ip = 1.-2.3", "set ip = .1", "set c = 1:2:3", "set c = 1:2:", "set c = 1:2:g", "set c = aa",
    "set c = fff", "set c = -1:2", "set c = -:2", "set c = 123:456", "set c = 1:2 3", "set c = 1::2", "set c 5", "set c = = 5",
    "set = 5", "set 5 = 5", "set 5a = 5", "set big = 4294967295", "set big = 99999999999999999999",
    "set big = -99999999999999999999", "set big = 2147483648", "set oct = 010", "set m = -", "set m = -x", "set m = -5",
    "set n = null", "set n = <null>", "unset", "unset 5", "unset nosuch", 'unset "q r"', "unset a b", "SET up = 5",
    "SeT Up = 5", "set set = 5", "set name = name", 'set name = "abc', 'set t = "\\q\\"z"', 'set t = "\\777"',
    'set u = "\xc3\xa9"', "set \xc3 = 5", "set k = 5;", "set k = 6 # comment", "set k = 7; set j = 8", "unset k", "unset k;",
    'set long = "' + "z" * 900 + '"', "set " + "n" * 600 + " = 1", 'set long = "' + "z" * 1100 + '"', "unset long",
    "set long = " + "12:" * 300 + "34", "set long = " + "12:" * 345, "set long = " + "41:" * 330 + "41",
    "set l = " + "1." * 400 + "1", "set l = " + "65." * 334 + "65", 'set q = "a\0b"', "  set  sp  =  5  ",
    "set\ttab\t=\t5\t", "set a:b = 5", "set cr = 5\r", "set x.y = 1", "unset x.y", "set d = 1.2.3.4.", "set d = 1.300.2",
    "set d = 300", "set d = 300.1", "set d = 1.a", "set d = 1 . 2", "set d = 1: 2 : 3", "set d = a.b", "set d = 1 2",
    "set d = 01:0x2", "set d = ;", "set d =", "set d = {", 'set d = "x" "', "set d = 1.2.3.4 \"", "unset \"a", "set remote-handle = 7",
    "set remote-handle = 0:0:0:9", 'set remote-handle = "abcd"', 'set remote-handle = "abc"', "set host = host",
    "port 7911", "server 127.0.0.1", "key a YWJj", "close", "close", "help",
]
Session("values", VALUES)
Session("few-values", """
    connect
    new host
    set name = "a\\x41b"
    set number = -12
    set address = 10.0.0.1
    set octets = 1:a:ff
    set text = 61:62
    set bad = 1.300
    set worse = 123:4
    unset name
    set remote-handle = 9
    open extra
    close
    close
    """, recorded=True)

# --- objects ----------------------------------------------------------------------------------------

Session("leases", """
    connect
    new lease
    open
    set ip-address = 10.9.0.100
    open
    refresh
    set client-hostname = "other"
    update
    set foo = 5
    update
    unset foo
    update
    refresh
    remove
    close
    new lease
    set ip-address = 10.9.0.250
    open
    create
    update
    refresh
    close
    new lease
    set hardware-address = 02:00:00:00:09:02
    open
    set hardware-address = 02:00:00:00:09:01
    set hardware-type = 1
    open
    set state = 1
    update
    refresh
    close
    new lease
    set dhcp-client-identifier = "\\001abc"
    open
    close
    new lease
    set ip-address = 10.9.0.103
    open
    set ip-address = 10.9.0.104
    update
    set ends = 5
    set flags = 1
    update
    open
    close
    new lease
    set ip-address = "10.9.0.100"
    open
    unset ip-address
    open
    """)
Session("lease", """
    connect
    new lease
    set ip-address = 10.9.0.100
    open
    set client-hostname = "other"
    update
    refresh
    remove
    close
    new lease
    set ip-address = 10.9.0.250
    open
    """, recorded=True)
HOST = """
    connect
    new host
    open
    create
    update
    refresh
    remove
    set name = "n1"
    create
    set hardware-address = 02:00:00:00:01:01
    set hardware-type = 1
    set ip-address = 10.9.0.50
    set statements = "option host-name \\"x\\";"
    create
    create
    refresh
    update
    set ip-address = 10.9.0.51
    update
    update
    refresh
    unset ip-address
    update
    refresh
    close
    new host
    set name = "n1"
    open
    remove
    remove
    new host
    set name = "n1"
    open
    close
    new host
    set name = "fixed"
    create
    open
    close
    new host
    set hardware-address = 02:00:00:00:00:01
    open
    set hardware-type = 1
    open
    close
    new host
    set name = "n2"
    set hardware-address = 02:00:00:00:00:01
    set hardware-type = 1
    create
    close
    new host
    set dhcp-client-identifier = "client"
    open
    close
    new host
    set name = "n3"
    set dhcp-client-identifier = "three"
    set group = "nogroup"
    create
    unset group
    create
    set statements = "nonsense"
    update
    remove
    new host
    set name = "n4"
    set hardware-address = 02:00:00:00:01:04
    set statements = "nonsense {"
    create
    set known = 1
    close
    """
Session("hosts", HOST)
Session("others", """
    connect
    new group
    open
    create
    set name = "g1"
    create
    set statements = "option domain-name \\"x\\";"
    create
    open
    update
    refresh
    remove
    new class
    open
    set name = "printers"
    open
    refresh
    update
    close
    new class
    set name = "nosuch"
    open
    create
    close
    new subclass
    set name = "printers"
    open
    close
    new subclass
    set name = "printers"
    set hashstring = 1:2:0:0:0:0:1
    open
    create
    close
    new pool
    open
    set name = "x"
    open
    close
    new subnet
    open
    close
    new shared-network
    open
    close
    new interface
    set name = "omdiff0"
    open
    close
    new authenticator
    open
    set name = "plain"
    open
    close
    new nosuch
    open
    create
    remove
    refresh
    update
    close
    new control
    open
    set state = 1
    update
    refresh
    close
    new lease
    set remote-handle = 1
    refresh
    set remote-handle = 2
    refresh
    update
    """)
Session("failover", """
    connect
    new failover-state
    open
    set name = "nosuch"
    open
    set name = "pair"
    open
    refresh
    set mclt = 5
    update
    close
    new failover-state
    set name = "pair"
    open
    set local-state = 4
    update
    remove
    close
    """)
Session("shutdown", """
    connect
    new control
    open
    set state = 2
    update
    refresh
    connect
    """)

# --- keys -------------------------------------------------------------------------------------------

KEYED = """
    key-algorithm hmac-%s
    key k-%s %s
    connect
    new host
    set name = "fixed"
    open
    close
    new host
    set name = "made"
    set hardware-address = 02:00:00:00:02:02
    set hardware-type = 1
    set ip-address = 10.9.0.60
    create
    refresh
    set ip-address = 10.9.0.61
    update
    remove
    new lease
    set ip-address = 10.9.0.250
    open
    disconnect
    connect
    open
    """
for algorithm in ALGORITHMS:
    Session("keyed-" + algorithm, KEYED % (algorithm, algorithm, SECRET), extra="omapi-key k-%s;" % algorithm)
Session("signed", "\n".join((KEYED % ("sha256", "k-sha256", SECRET)).replace("k-k-", "k-").splitlines()[:-3]),
        extra="omapi-key k-sha256;", recorded=True)
Session("keyed-optional", KEYED % ("MD5", "md5", SECRET))
Session("plain-key", """
    key plain "%s"
    connect
    new host
    set name = "fixed"
    open
    """ % SECRET, extra="omapi-key plain;", recorded=True)
Session("no-key", """
    connect
    new host
    set name = "fixed"
    open
    create
    update
    refresh
    remove
    """, extra="omapi-key plain;", recorded=True)
Session("wrong-keys", """
    key nosuch %s
    connect
    new host
    key-algorithm hmac-sha1
    key plain %s
    connect
    key-algorithm hmac-foo
    connect
    key-algorithm hmac-md5
    key plain AAAA
    connect
    new host
    set name = "fixed"
    open
    open
    refresh
    update
    remove
    disconnect
    connect
    refresh
    refresh
    connect
    update
    connect
    remove
    key plain
    connect
    open
    connect
    refresh
    connect
    remove
    connect
    update
    key k-md5 %s
    connect
    disconnect
    """ % (SECRET, SECRET, SECRET), extra="omapi-key plain;")
Session("wrong-secret", """
    key plain AAAA
    connect
    new host
    set name = "fixed"
    open
    open
    refresh
    remove
    disconnect
    """, extra="omapi-key plain;", recorded=True)
Session("unknown-key", """
    key nosuch %s
    connect
    new host
    """ % SECRET, recorded=True)
Session("long-secret", ["key plain " + "QUJD" * 40, "connect", "new host", "open"], extra="omapi-key plain;")

# --- the server goes ----------------------------------------------------------------------------------

for request in ("open", "create", "update", "refresh", "remove"):
    Session("killed-" + request, ["connect", "new host", 'set name = "fixed"', "open", kill, request, "open", "update",
                                  "remove", "refresh", "disconnect", "close", "new host", "open"])
Session("killed-idle", ["connect", "new host", kill, "disconnect", "close", "connect", "disconnect"])

# --- what tools type ----------------------------------------------------------------------------------

Session("foreman", """
    key plain "%s"
    server 127.0.0.1
    port 7911
    connect
    new host
    set name = "web.example.org"
    set ip-address = 10.9.0.70
    set hardware-address = 02:00:00:00:07:01
    set hardware-type = 1
    set statements = "filename = \\"pxelinux.0\\"; next-server = 0a:09:00:01; option host-name = \\"web\\";"
    create
    close
    disconnect
    connect
    new host
    set name = "web2"
    set hardware-address = 02:00:00:00:07:01
    set hardware-type = 1
    create
    close
    disconnect
    connect
    new host
    set hardware-address = 02:00:00:00:07:01
    open
    remove
    disconnect
    connect
    new host
    set hardware-address = 02:00:00:00:07:01
    open
    """ % SECRET, extra="omapi-key plain;")
Session("xcat", """
    port 7911
    key-algorithm hmac-md5
    key plain %s
    connect
    new host
    set name = "node1"
    open
    remove
    close
    new host
    set ip-address = 10.9.0.71
    open
    remove
    close
    new host
    set hardware-address = 02:00:00:00:07:02
    open
    remove
    close
    new host
    set name = "node1"
    set hardware-address = 02:00:00:00:07:02
    set hardware-type = 1
    set ip-address = 10.9.0.71
    set statements = "supersede server.ddns-hostname = \\"node1\\"; supersede host-name = \\"node1\\";"
    create
    close
    """ % SECRET)

# --- answers that a real server seldom gives -------------------------------------------------------------

CODES = list(range(0, 76)) + list(range(0x60000, 0x60024))
Session("results", ["connect", "new x"] + ["open"] * len(CODES),
        answers=[(5, 0, [(b"result", code.to_bytes(4, "big"))], []) for code in CODES])
Session("odd-answers", ["connect", "new x", "set a = 1"] + ["open", "refresh", "update"] * 6 + ["update", "open"], answers=[
    (5, 0, [], []), (5, 0, [(b"result", b"\0\0\0")], []), (5, 0, [(b"result", b"\0\0\0\0")], [(b"a", b"b")]),
    (3, 5, [], []), (3, 6, [], [(b"a", b"")]), (3, 0, [], [(b"a", b"text"), (b"b", b"\x80"), (b"a", b"last")]),
    (3, 7, [], [(b"remote-handle", b"abc")]), (3, 7, [], [(b"remote-handle", b"abcd"), (b"", b"x")][:1]),
    (3, 7, [(b"x", b"y")], [(b"n\0ul", b"v\0alue"), (b"c", b"")]),
    (3, 8, [], [(b"long", b"x" * 1022)]), (3, 8, [], [(b"long", b"x" * 1023), (b"hex", b"\1" * 341)]),
    (3, 8, [], [(b"long", b"x" * 2000), (b"hex", b"\1" * 342), (b"late", b"x" * 1022 + b"\1")]),
    (3, 8, [], [(b"late", b"x" * 1021 + b"\1"), (b"\xff\x1b", b"~ \x7f")]), (3, 8, [], [(b"d", b"\x7f"), (b"s", b" ~")]),
    (5, 0, [(b"result", b"\0\0\0\x17"), (b"message", b"why")], []), (5, 0, [(b"result", b"\0\6\0\x12")], []),
    (3, 9, [], [(b"a", b"\0\0\0\5")]), (5, 0, [(b"result", b"\xff\xff\xff\xff")], []), None,
])
