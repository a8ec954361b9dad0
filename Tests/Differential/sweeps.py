"""Configurations by rule instead of chance: every statement in every scope, every option with every odd
value, every operator between every two operands, texts that end or go wrong at each of their tokens.

Each sweep yields cases in a fixed order; `diagnostics --sweep NAME` takes all of them or some by lot."""
import glob
import os
import random

import grammar
from cases import FIXTURES, LEASED, TOKEN, Case, read

# --- pieces --------------------------------------------------------------------------------------------

STATEMENTS = """
option routers 10.0.0.1; | option routers 10.0.0.1 | option routers; | option no-such 1; | option unknown-200 01:02; | option unknown-0 "x";
option space S2; | option S2x code 7 = text; | option local code 200 = unsigned integer 8; | option dhcp6.name-servers 2001:db8::1;
option server.filename "x"; | option host-name = concat("a", "b"); | option domain-name "a" "b"; | option dhcp-client-identifier "id";
supersede routers 10.0.0.1; | append domain-name "x"; | prepend domain-name "x" | default host-name "h"; | send host-name "x"; | send option host-name "x";
default-lease-time 600; | default-lease-time = 600; | max-lease-time; | min-lease-time "x"; | filename "f"; | next-server 10.0.0.1; | server-name name;
authoritative; | not authoritative; | not; | authoritative | allow bootp; | deny bootp | ignore booting; | allow unknown-clients; | deny unknown clients;
allow known-clients; | allow members of "c"; | deny after never; | allow all clients; | allow dynamic bootp clients; | allow x; | ignore;
range 10.0.0.10 10.0.0.20; | range 10.0.0.30; | range dynamic-bootp 10.0.0.40 10.0.0.41; | range 10.9.0.1; | range6 2001:db8::10 2001:db8::20;
range6 2001:db8::/64; | range6 2001:db8:0:0:1::/80 temporary; | prefix6 2001:db8:1:: 2001:db8:2:: /48; | fixed-prefix6 2001:db8::/64;
hardware ethernet 1:2:3:4:5:6; | hardware ethernet; | hardware x 1:2; | fixed-address 10.0.0.9; | fixed-address a.b, 10.0.0.1; | fixed-address6 2001:db8::9;
uid "u"; | uid 1:2:3; | host-identifier option host-name "x"; | host-identifier v6relopt 1 dhcp6.interface-id "x"; | group; | group g; | group "g" { } | group { }
dynamic; | deleted; | static; | interface "eth0"; | interface eth1; | failover peer "p"; | failover peer; | no failover peer | no failover peer; | no;
failover peer "q" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60; split 128; } | failover peer "p" state { my state normal at never; }
host h { } | host h2 { hardware ethernet 1:2:3:4:5:7; fixed-address 10.0.0.7; } | host { } | host "quoted" { }
class "c" { } | class "c2" { match hardware; } | class c3 { } | subclass "c" 1:2; | subclass "c" "x" { lease limit 4; } | subclass "none" 1; | vendor-class "c" ; | user-class "c" { }
match hardware; | match if known; | match; | spawn with hardware; | spawn hardware; | lease limit 4; | lease limit x; | lease 10.0.0.1 { }
pool { range 10.0.0.50 10.0.0.60; } | pool { } | pool { allow known-clients; } | pool6 { range6 2001:db8::100 2001:db8::200; } | pool6 { } | pool;
subnet 10.1.0.0 netmask 255.255.0.0 { } | subnet 10.1.0.1 netmask 255.255.0.0 { } | subnet 10.2.0.0 { } | subnet6 2001:db8:1::/48 { } | subnet6 2001:db8:1::/32 { }
shared-network n { } | shared-network n { subnet 10.3.0.0 netmask 255.255.255.0 { } } | shared-network "" { } | shared-network;
key k { algorithm hmac-md5; secret aGVsbG8=; } | key k2 { algorithm x; secret aGVsbG8=; }; | zone a.b. { primary 10.0.0.1; } | zone a.b { primary 10.0.0.1; key nokey; } | zone { }
server-duid ll; | server-duid en 1 "x"; | server-duid x; | server-identifier 10.0.0.1; | server-identifier; | lease-id-format hex; | lease-id-format x; | db-time-format local; | db-time-format x;
include "none.inc"; | include; | include x; | include "i.inc"; | set v-1 = "x"; | set x = 1; | set option = 1; | unset v-1; | define f-1 () { return 1; } | define f-1 (a-1, b-1) { return a-1; } | define g-1 = 1;
if known { } | if known { option host-name "x"; } else { } | if { } | if (known) and (static) { } | if known; | else { } | elsif known { }
switch (1) { case 1: break; default: } | switch ("a") { } | switch { } | case 1: | case 1; | default: | break; | break | return 1; | return; | eval 1; | eval "x"; | f-1 ("x");
on commit { } | on commit or expiry { set v-1 = "x"; } | on x { } | on commit; | log (info, "said"); | log ("said"); | log (info, ); | log; | execute ("/bin/false", "x"); | execute (x); | add "c"; | add "none"; | add c;
parse-vendor-option; | vendor-option-space S; | site-option-space "S"; | use-host-decl-names on; | ping-check maybe; | ddns-update-style none; | ddns-update-style ad-hoc; | log-facility local7; | log-facility x;
foo; | foo bar; | foo bar baz { } | 7; | "x"; | { } | } | ; | % x; | , | = | ( | . | 10.0.0.1; | option | option .; | option S.; | option S.x; | option S.one 7; | authoring-byte-order little-endian; | ia-na "x" { } | state; | peer; | netmask;
"""
STATEMENTS = [one.strip() for line in STATEMENTS.strip().split("\n") for one in line.split(" | ")]

PREFACE = ('option space S; option S.one code 1 = integer 8; group "g" { } class "c" { }\n'
           'failover peer "p" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60; split 128; load balance max seconds 3; }\n')
TAIL = '\nsubnet 10.7.0.0 netmask 255.255.255.0 { pool { failover peer "p"; range 10.7.0.1; } }\n'
SCOPES4 = ["@", "shared-network s { @ subnet 10.0.0.0 netmask 255.255.255.0 { } }", "shared-network s { subnet 10.0.0.0 netmask 255.255.255.0 { } @ }",
           "subnet 10.0.0.0 netmask 255.255.255.0 { @ }", "subnet 10.0.0.0 netmask 255.255.255.0 { pool { @ } }",
           "subnet 10.0.0.0 netmask 255.255.255.0 { pool { range 10.0.0.200; @ } }", "shared-network s { subnet 10.0.0.0 netmask 255.255.255.0 { @ } }",
           "shared-network s { subnet 10.0.0.0 netmask 255.255.255.0 { } pool { range 10.0.0.200; @ } }", "group { @ }", "group gg { @ }",
           "group { subnet 10.0.0.0 netmask 255.255.255.0 { @ } }", "subnet 10.0.0.0 netmask 255.255.255.0 { group { @ } }",
           "subnet 10.0.0.0 netmask 255.255.255.0 { pool { group { @ } range 10.0.0.200; } }", "host z { @ }", "host z { group { @ } }", 'class "z" { @ }',
           'subclass "c" 1:2 { @ }', 'host z { class "z" { @ } }', "if known { @ }", "if known { } else { @ }", "if known { } elsif static { @ }",
           "switch (2) { @ }", 'switch ("x") { case 1: @ default: }', "on commit { @ }", "define ff (aa) { @ }", "subnet 10.0.0.0 netmask 255.255.255.0 { if known { @ } }",
           'class "z" { if known { @ } }', "host z { if known { @ } else { @ } }", "group { if known { if static { @ } } }", "zone zz { @ }",
           "key kk { algorithm hmac-md5; @ secret abcd; }", 'failover peer "r" { @ }', "option space T { @ }", "on commit { if known { @ } else { @ } }"]
SCOPES6 = ["@", "subnet6 2001:db8::/32 { @ }", "shared-network s { subnet6 2001:db8::/32 { @ } }", "subnet6 2001:db8::/32 { pool6 { @ } }",
           "subnet6 2001:db8::/32 { pool6 { range6 2001:db8::1 2001:db8::2; @ } }", "subnet6 2001:db8::/32 { pool { @ } }", "shared-network s { subnet6 2001:db8::/32 { } pool6 { @ } }",
           "host z { @ }", "group { @ }", "subnet6 2001:db8::/32 { group { @ } }", 'class "z" { @ }', "if known { @ }"]

NUMBERS = ["0", "1", "-1", "127", "128", "-128", "-129", "255", "256", "32767", "32768", "-32768", "-32769", "65535", "65536", "2147483647", "2147483648",
           "-2147483648", "-2147483649", "4294967295", "4294967296", "18446744073709551615", "18446744073709551616", "99999999999999999999999", "00", "007",
           "08", "0x", "0x0", "0xff", "0xFFFFFFFF", "0x100000000", "0xg", "0X1", "-0x1", "-0", "--1", "-", "1-", "1_", "1a", "a1", "ff", "1.5", "1e3", "0b1", "1:2", "infinite", "+1", "$1", "1,2",
           "1 2", '"1"', "", "true", "unlimited", "0777", "0400", "-0777", "0x1ff"]
VALUES = NUMBERS[:14] + ["65536", "4294967296", "08", "-", "1a", "0x1f", '"text"', '""', '"a", "b"', '"a" "b"', "word", "two words", "10.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0", "10.0.0.256", "10.0.0.1.1", "10.0.0.1 10.0.0.2",
          "a.example", "a.example.", "a..b", ".a", "2001:db8::1", "::", "2001:db8::1, ::2", "fe80::1%eth0", "1:2:3", "1:2:", "01:zz", "f:f", "true", "on", "off", "false", "ignore", "TRUE", "none", "interim",
          "local7", "SUCCESS", "success", '"example.org", "b.c"', '"..", "x"', '"%s"' % ("l" * 64), '"%s"' % ".".join(["abcdefgh"] * 30), "true 10.0.0.1", "true 3 \"x\"", "1 10.0.0.1", '1 1 "x"', "24, 10", "infinite", "{", "}", "(1)", ",", "=", "= 1",
          '= "x"', "= option host-name", "= ", "= 1:2", "= known", "= concat(\"a\")", "10.0.0.1,", ", 10.0.0.1", "\"unterminated", "\\x", "host-name", "option", "never", "null", "= null", "@", "'x'", "1/2", "10.0.0.0/8"]

EXPRESSIONS = ["7", "0", '"abc"', '""', "1:2", "known", "static", "option host-name", "hardware", "null", "v-1", "f-1 (1)", "f-1 ()", "(7)", '("a")', "(known)", "(1:2)", "exists host-name", "not known", "leased-address",
               "lease-time", "client-state", "noerror", "bound", "packet (0, 1)", 'substring ("abc", 1, 1)', 'extract-int ("abcd", 16)', "encode-int (7, 16)", 'concat ("a", "b")', "defined (v-1)",
               'check "default"', 'binary-to-ascii (10, 8, ".", 1:2)', 'pick (null, "x")', "gethostname ()", "filename", "host-decl-name", "2001:db8::1", "10.0.0.1", "08", "ff", "x", "option", "config-option host-name",
               'reverse (1, "ab")', 'suffix ("abc", 2)', 'lcase ("A")', "v6relay (1, hardware)", "x-1", "-1", "%", ""]
OPERATORS = ["=", "!=", "~=", "~~", "and", "or", "+", "-", "*", "/", "%", "&", "|", "^", "==", "! =", "<", "&&", "!", "~", "not", ","]
PLACES = ["log (info, @);", "set v-2 = @;", "if @ { log (info, \"yes\"); } else { log (info, \"no\"); }", "eval @;", "option domain-name = @;", "default-lease-time = @;",
          "switch (@) { case 1: log (info, \"one\"); break; case \"abc\": log (info, \"abc\"); break; default: log (info, \"other\"); }", 'class "m" { match if @; }', 'class "m" { match @; }',
          'class "m" { spawn with @; }', "define f-2 (a) { return @; } log (info, \"-\");", "set v-2 = concat (@, \"x\");", "set v-2 = encode-int (@, 8);", "if not @ { log (info, \"not\"); }",
          'set v-2 = @; log (info, binary-to-ascii (10, 8, ".", v-2));', "f-1 (@);", "log (@);", 'host h { host-identifier option host-name = @; }', "if (@) { log (info, \"paren\"); }",
          "set v-2 = @; log (info, concat (\"v \", v-2)); log (info, concat (\"n \", encode-int (v-2, 8)));", "supersede domain-name = @;", "return @;", "switch (\"abc\") { case @: log (info, \"hit\"); }", "execute (\"/x\", @);"]
FUNCTIONS = ["substring", "suffix", "lcase", "ucase", "concat", "reverse", "pick", "pick-first-value", "binary-to-ascii", "encode-int", "extract-int", "packet", "option", "config-option", "exists", "v6relay", "gethostbyname",
             "gethostname", "defined", "known", "check", "not", "hardware", "f-1", "leased-address", "b2a"]
ARGUMENTS = ["7", '"abc"', "known", "v-1", "null", "8", "1:2"]

GOOD = [
    PREFACE, TAIL, "authoritative; default-lease-time 600; option routers 10.0.0.1, 10.0.0.2; allow bootp;",
    "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.20; option domain-name-servers a.b, 1.2.3.4; interface \"e\"; }",
    "shared-network \"n\" { interface \"e\"; subnet 10.0.0.0 netmask 255.255.255.0 { } pool { allow members of \"c\"; deny after 1 2030/1/2 3:4:5; range dynamic-bootp 10.0.0.1 10.0.0.2; } }",
    'host h.x { hardware ethernet 1:2:3:4:5:6; fixed-address a.b, 10.0.0.1; uid "x"; dynamic; option host-name "h"; }',
    'host h { host-identifier option agent.circuit-id 1:2; group "g"; fixed-address6 2001:db8::1; fixed-prefix6 2001:db8::/64; deleted; }',
    'group "g" { dynamic; host a { } option host-name "x"; } group { deleted; filename "x"; }',
    'class "k" { match if substring (option host-name, 0, 1) = "x" and not exists user-class; lease limit 4; option host-name "c"; }',
    'class "k" { spawn with option agent.circuit-id; dynamic; } subclass "k" 1:2:3 { option host-name "s"; } subclass "k" "x";',
    "key k { algorithm hmac-md5; secret aGVs bG8=; }; zone a.b. { primary 10.0.0.1, c.d; secondary 10.0.0.2; primary6 ::1; secondary6 ::2; key k; }",
    'failover peer "f" { secondary; address a.b; port 647; peer address 10.0.0.2; peer port 847; max-response-delay 60; max-unacked-updates 10; load balance max seconds 3; auto-partner-down 5; max-lease-misbalance 10; max-lease-ownership 5; min-balance 1; max-balance 9; }',
    'failover peer "f" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60; hba ' + ":".join(["ff"] * 32) + "; }",
    'failover peer "p" state { my state normal at 1 2030/1/2 3:4:5; partner state partner-down at epoch 5; mclt 60; }',
    "option space T code width 2 length width 2 hash size 7; option T.a code 1 = array of { integer 8, unsigned integer 16, ip-address }; option T.b code 2 = { boolean, array of ip6-address, text }; option T.c code 3 = encapsulate S;",
    "option d1 code 201 = domain-list compressed; option d2 code 202 = array of signed integer 32; option d3 code 203 = { ip-address, string }; option d1 \"a.b\", \"c.b\"; option d2 1, -2; option d3 1.2.3.4 5:6;",
    'if option host-name = "a" { log (info, "x"); } elsif known { break; } else if exists host-name { } else { add "c"; }',
    'switch (option host-name) { case "a": log (error, "a"); break; case 1:2: { } default: return "x"; }', 'switch (7) { case 7: log (debug, "seven"); default: set v-1 = 1; }',
    'on commit or expiry or release { set v-1 = binary-to-ascii (16, 8, ":", hardware); execute ("/x", "y", option host-name); }',
    'define f-9 (a-1, b-1) { if a-1 = b-1 { return concat (a-1, "x"); } return b-1; } set v-1 = f-9 ("a", "b"); unset v-1; eval f-9 (v-1, 1);',
    'set v-1 = encode-int (extract-int (suffix (reverse (1, ucase (lcase ("Ab"))), 1), 8) + 3 * (2), 16); log (info, pick (v-1, null, "x"));',
    "server-duid llt ethernet 123 1:2:3:4:5:6; server-identifier 10.0.0.1; lease-id-format octal; db-time-format local; vendor-option-space S; option S.one 3; parse-vendor-option;",
    "supersede host-name \"x\"; append domain-name-servers 1.2.3.4; prepend domain-search \"a.b\"; default routers a.b; send host-name = concat (\"a\", \"b\"); option slp-directory-agent true 10.0.0.1;",
    'include "i.inc"; option domain-name "after"; # comment\noption host-name "a\\tb\\101\\x41\\"";', "option fqdn.fqdn \"a.b\"; option fqdn.rcode1 3; option agent.circuit-id \"x\"; option nwip.primary-dss 1.2.3.4; option vendor-encapsulated-options 1:2; option unknown-199 1:2; option dhcp-parameter-request-list 1, 2;",
    "pool { } range 1.2.3.4; % x y; { a b } not authoritative; no failover; hardware ethernet 1; fixed-address x; match if known; lease limit 3;",
]
GOOD6 = [
    "subnet6 2001:db8::/32 { range6 2001:db8::10 2001:db8::20; range6 2001:db8:1::/64; range6 2001:db8:2::/64 temporary; prefix6 2001:db8:100:: 2001:db8:200:: /48; pool6 { range6 2001:db8:5::/64; deny unknown-clients; } }",
    "option dhcp6.name-servers 2001:db8::1, ::2; option dhcp6.domain-search \"a.b\"; option dhcp6.sip-servers-names \"a.b\"; option dhcp6.vendor-opts 1:2; option dhcp6.ia-na 1:2; option dhcp6.status-code success \"x\"; option dhcp6.bootfile-param \"x\";",
    "host h { host-identifier option dhcp6.client-id 1:2:3; fixed-address6 2001:db8::1, 2001:db8::2; fixed-prefix6 2001:db8::/64; } host i { host-identifier v6relopt 1 dhcp6.interface-id \"x\"; }",
    "shared-network s { subnet6 2001:db8::/64 { pool6 { range6 2001:db8::1 2001:db8::2; } } subnet6 2001:db8:1::/64 { prefix6 2001:db8:5:: 2001:db8:6:: /64; } }",
    "server-duid en 2495 \"x\"; server-duid ll; option dhcp6.preference 255; option dhcp6.info-refresh-time 600; dhcpv6-lease-file-name \"x\"; prefix-length-mode prefer; option dhcp6.rapid-commit; preferred-lifetime 5;",
]
GOOD_LEASES = [
    "lease 10.0.0.1 { starts 1 2030/1/2 3:4:5; ends never; tstp epoch 5; tsfp 1 2030/1/2 3:4:5; atsfp never; cltt 1 2030/1/2 3:4:5; binding state active; next binding state free; rewind binding state free; hardware ethernet 1:2:3:4:5:6; uid \"x\\001\"; client-hostname \"x\"; }",
    "lease 10.0.0.2 { binding state abandoned; set v-1 = \"x\"; set v-2 = %5; set v-3 = true; option agent.circuit-id 1:2; option agent.remote-id \"x\"; on expiry or release { log (info, \"x\"); } billing class \"c\"; reserved; dynamic-bootp; bootp; }",
    "lease 10.0.0.3 { billing subclass \"c\" \"x\"; abandoned; uid 1:2:3; hostname \"h\"; domain-name \"d\"; ddns-text \"x\"; } lease { } lease 10.99.0.1 { starts never; }",
    "host h { dynamic; hardware ethernet 1:2:3:4:5:6; fixed-address 10.0.0.5; } host h { dynamic; deleted; } group g { dynamic; option host-name \"x\"; } class \"n\" { dynamic; match hardware; } subclass \"n\" 1:2 { dynamic; }",
    "failover peer \"p\" state { my state normal at 1 2030/1/2 3:4:5; partner state recover at never; } server-duid \"\\000\\001x\"; authoring-byte-order little-endian; option routers 1.2.3.4;",
]
GOOD_LEASES6 = [
    "authoring-byte-order little-endian; server-duid 0:1:2:3; ia-na \"\\001\\000\\000\\000\\000\\001x\" { cltt 1 2030/1/2 3:4:5; iaaddr 2001:db8::1 { binding state active; preferred-life 5; max-life 9; ends 1 2030/1/2 3:4:5; set v-1 = \"x\"; on expiry { log (info, \"x\"); } } }",
    "ia-ta 1:2:3:4:5:6:7 { iaaddr 2001:db8::2 { binding state expired; ends never; } iaaddr 2001:db8::3 { binding state released; ends epoch 5; } } ia-pd \"abcdefgh\" { cltt never; iaprefix 2001:db8:0:5::/64 { binding state abandoned; ends never; preferred-life 7; } }",
]


# --- sweeps --------------------------------------------------------------------------------------------

def scopes():
    for scope in SCOPES4:
        for statement in STATEMENTS:
            yield Case(PREFACE + scope.replace("@", statement) + "\noption host-name \"after\";\n" + TAIL, False, 'option domain-name "inc";\n')
    for scope in SCOPES6:
        for statement in STATEMENTS:
            yield Case(PREFACE + scope.replace("@", statement) + "\noption host-name \"after\";\n" + TAIL.replace("subnet", "# subnet"), True, 'option domain-name "inc";\n')


def pairs():
    """Two statements behind each other in a scope, the first not ended or wrong."""
    for scope in ("@", "subnet 10.0.0.0 netmask 255.255.255.0 { @ }", "host z { @ }", "pool { @ }", "if known { @ }", 'class "z" { @ }'):
        for index, first in enumerate(STATEMENTS):
            for step in (1, 7, 31):
                second = STATEMENTS[(index * step + 5 * step) % len(STATEMENTS)]
                yield Case(PREFACE + scope.replace("@", first + "\n" + second) + TAIL)
                yield Case(PREFACE + scope.replace("@", first.rstrip(";}") + " " + second) + TAIL, included="host inc { }\n")


def values():
    """Every option and parameter with every value, those of one format taking turns."""
    turn = {}
    for space, known in grammar.OPTIONS.items():
        for name, code, letters in known:
            key = (space == "server", letters)
            number = turn.get(key, 0)
            turn[key] = number + 1
            for index, value in enumerate(VALUES):
                if number > 1 and (index + number) % 9:
                    continue
                full = name if space in ("dhcp", "server") else f"{space}.{name}"
                start = "" if space == "server" else "option "
                yield Case(f"{start}{full} {value};\ndefault-lease-time 5;\n", space == "dhcp6" or index % 5 == 0)
    for value in VALUES:
        for form in ("option space W; option W.a code 1 = @1; option W.a @2;",):
            for kind in ("boolean", "integer 8", "unsigned integer 16", "signed integer 32", "ip-address", "ip6-address", "text", "string", "domain-name", "domain-list", "domain-list compressed",
                         "zerolen", "encapsulate agent", "array of integer 8", "array of ip-address", "array of { integer 8, text }", "array of { integer 8, ip-address }",
                         "{ integer 8, array of ip-address }", "{ boolean, text }", "{ ip6-address, string }", "{ unsigned integer 8, domain-name }", "array of boolean", "{ }"):
                yield Case(form.replace("@1", kind).replace("@2", value) + "\ndefault-lease-time 5;\n")


def numbers():
    places = ["default-lease-time @;", "option dhcp-max-message-size @;", "option ip-forwarding @;", "option default-ip-ttl @;", "option time-offset @;", "option unknown-@ 1:2;", "option n code @ = text;",
              "option n code 200 = integer @;", "option n code 200 = unsigned integer @;", "option space N code width @;", "option space N length width @;", "option space N hash size @;", 'class "n" { lease limit @; }',
              'failover peer "n" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt @; split 128; }', 'failover peer "n" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60; split @; }',
              'failover peer "n" { primary; port @; peer port 5; address 10.0.0.1; peer address 10.0.0.2; mclt 60; split 1; }', 'failover peer "n" { primary; load balance max seconds @; address 10.0.0.1; peer address 10.0.0.2; mclt 60; split 1; }',
              'failover peer "n" { secondary; max-unacked-updates @; max-response-delay @; auto-partner-down @; peer address 10.0.0.2; }', "server-duid llt ethernet @ 1:2;", "server-duid en @ \"x\";", "server-duid @ \"x\";",
              "hardware ethernet @:2;", "host h { hardware unknown-@ 1:2; }", "host h { hardware ethernet @; }", "host h { uid @; }", 'subclass "c" @;', "subnet 10.0.0.@ netmask 255.255.255.0 { }", "subnet 10.0.0.0 netmask 255.255.255.@ { }", "subnet @ netmask 255.255.255.0 { }",
              "host h { fixed-address @.0.0.1; }", "host h { fixed-address 10.0.0.@; }", "host h { fixed-prefix6 2001:db8::/@; }", "host h { host-identifier v6relopt @ dhcp6.interface-id 1; }",
              "pool { deny after epoch @; }", "subnet 10.0.0.0 netmask 255.255.255.0 { pool { range 10.0.0.1; deny after @ 2030/1/1 1:1:1; } }", "subnet 10.0.0.0 netmask 255.255.255.0 { pool { range 10.0.0.1; deny after 1 @/@/@ @:@:@; } }",
              "subnet 10.0.0.0 netmask 255.255.255.0 { pool { range 10.0.0.1; deny after 1 2030/1/1 1:1:1 @; } }", "log (info, encode-int (@, 8));", "log (info, encode-int (@, 32));", "log (info, @);", "set x-1 = @; log (info, x-1);", 'log (info, substring ("abcdef", @, 2));', 'log (info, substring ("abcdef", 1, @));',
              'log (info, suffix ("abcdef", @));', 'log (info, binary-to-ascii (@, 8, ".", 1:2:ff));', 'log (info, binary-to-ascii (10, @, ".", 1:2:ff:4));', 'log (info, reverse (@, "abcdef"));', 'log (info, encode-int (1, @));', 'log (info, encode-int (extract-int ("abcdefgh", @), 32));', "log (info, packet (@, 1));", "log (info, v6relay (@, hardware));",
              "switch (@) { case @: log (info, \"same\"); }", "if @ = @ { log (info, \"same\"); }", 'log (info, encode-int (7 + @, 32));', 'log (info, encode-int (7 * @, 32));', 'log (info, encode-int (7 / @, 32));', 'log (info, encode-int (7 % @, 32));', 'log (info, encode-int (@ % 7, 32));', 'log (info, encode-int (7 & @, 32));', "option @.x 1;", "option @ 1;", "host @ { }", "host h.@ { }", "zone @.in-addr.arpa. { }", "zone 1.@ { }",
              "key @ { algorithm hmac-md5; secret aGVsbG8=; }", "key k { algorithm @; secret aGVsbG8=; }", "key k { algorithm hmac-md5; secret @; }", "set @ = 1;", "unset @;", "define @ (x-1) { }", "define f-2 (@) { }", "group @ { }", "class @ { }", "shared-network @ { }", "log (@, \"x\");", "include @;", "option domain-name @;", "option host-name @;", "lease-id-format @;", "on @ { }", "interface @;"]
    places6 = ["subnet6 2001:db8::/@ { }", "subnet6 @::/64 { }", "subnet6 2001:db8::/32 { range6 2001:db8::/@; }", "subnet6 2001:db8::/32 { range6 2001:db8::/@ temporary; }", "subnet6 2001:db8::/32 { range6 2001:db8::@; }", "subnet6 2001:db8::/32 { range6 2001:db8::1 2001:db8::@; }",
               "subnet6 2001:db8::/32 { prefix6 2001:db8:1:: 2001:db8:2:: /@; }", "subnet6 2001:db8::/32 { prefix6 2001:db8:1:: 2001:db8:1:: /@; }", "subnet6 2001:db8::/32 { prefix6 2001:db8:@:: 2001:db8:2:: /64; }", "option dhcp6.preference @;", "option dhcp6.unknown-@ 1;", "host h { fixed-address6 2001:db8::@; }", "option dhcp6.name-servers @::1;",
               "option dhcp6.status-code @ \"x\";", "option dhcp6.ia-na @;", "default-lease-time @;", "host h { fixed-prefix6 2001:db8:@::/48; }"]
    for number in NUMBERS:
        for place in places:
            yield Case('class "c" { }\n' + place.replace("@", number) + "\noption host-name \"after\";\n")
        for place in places6:
            yield Case(place.replace("@", number) + "\noption host-name \"after\";\n", True)


def ends():
    """Good texts that stop after each token, or miss one, or have another there."""
    for v6, texts in ((False, GOOD), (True, GOOD6)):
        for text in texts:
            yield from spoiled(text, lambda changed, v6=v6: Case(PREFACE + changed, v6, "option time-offset 1;\n"))
    for v6, texts in ((False, GOOD_LEASES), (True, GOOD_LEASES6)):
        for text in texts:
            yield from spoiled(text, lambda changed, v6=v6: Case(LEASED[v6], v6, "", changed))


def spoiled(text, make):
    yield make(text)
    tokens = TOKEN.findall(text)
    for index, token in enumerate(tokens):
        if token.isspace():
            continue
        before, after = "".join(tokens[:index]), "".join(tokens[index + 1:])
        yield make(before)
        yield make(before + token[:len(token) // 2 + 1])
        yield make(before + after)
        for other in (";", "{", "}", '"s"', "7", "word", "1:2", "10.0.0.1", ",", "=", "(", ")", ".", "option", "-", token + " " + token, token + ";", "\n\n\n" + token, "#" + token, "\x80", "never", "epoch", "\"\n"):
            yield make(before + other + after)
        yield make(before + token + " " * (80 - len(before) % 70) + after.replace(";", "", 1))


def expressions():
    for place in PLACES:
        for one in EXPRESSIONS:
            yield Case(VARIABLES + place.replace("@", one))
            yield Case(VARIABLES + place.replace("@", "(" + one + ")"))
    for operator in OPERATORS:
        for left in EXPRESSIONS:
            for index, right in enumerate(EXPRESSIONS):
                place = PLACES[(index + len(left)) % len(PLACES)]
                yield Case(VARIABLES + place.replace("@", f"{left} {operator} {right}"))
    for index, first in enumerate(OPERATORS):
        for second in OPERATORS:
            for operands in (("1", "2", "3"), ('"a"', '"b"', '"a"'), ("known", "static", "known"), ("v-1", "v-1", "v-1"), ("(1)", '"a"', "known"), ("known", '"a"', '"a"'), ('"a"', '"a"', "known"), ("7", "v-1", "2")):
                a, b, c = operands
                yield Case(VARIABLES + PLACES[2].replace("@", f"{a} {first} {b} {second} {c}"))
                yield Case(VARIABLES + PLACES[1].replace("@", f"{a} {first} {b} {second} {c}"))


VARIABLES = 'set v-1 = "val"; define f-1 (a-1) { return a-1; }\n'


def calls():
    for function in FUNCTIONS:
        for a in [""] + ARGUMENTS:
            for place in (PLACES[0], PLACES[2], PLACES[19]):
                yield Case(VARIABLES + place.replace("@", f"{function} ({a})"))
                yield Case(VARIABLES + place.replace("@", f"{function} {a}"))
                yield Case(VARIABLES + place.replace("@", f"{function} ({a}"))
            for b in ARGUMENTS:
                yield Case(VARIABLES + PLACES[19].replace("@", f"{function} ({a}, {b})"))
                yield Case(VARIABLES + PLACES[0].replace("@", f"{function} ({a} {b})"))
                for c in ARGUMENTS:
                    yield Case(VARIABLES + PLACES[0].replace("@", f"{function} ({a}, {b}, {c})"))
        for d in ARGUMENTS:
            yield Case(VARIABLES + PLACES[0].replace("@", f"{function} (7, 8, {d}, \"abc\")"))
            yield Case(VARIABLES + PLACES[0].replace("@", f"{function} (10, 8, \".\", {d}, 7)"))


def tokens():
    for kind, unit in (("string", "a"), ("word", "a"), ("number", "1"), ("space", " "), ("hex", "f"), ("dots", "a."), ("colons", "1:")):
        for length in (78, 79, 80, 81, 82, 254, 255, 256, 1022, 1023, 1024, 1497, 1498, 1499, 1500, 1501, 2047, 2048, 3000, 4096, 9000):
            body = unit * (length // len(unit))
            text = '"' + body + '"' if kind == "string" else body
            for place in ("option host-name @;", "@;", "host @ { }", "option domain-name-servers @;", "default-lease-time @;", "set v-1 = @;", "option @ 1;", 'log (info, @);', "include @;", "zone @ { }",
                          "shared-network @ { }", "failover peer @ { }", "class @ { }", "option agent.circuit-id @;", "option domain-search @;", "key @ { }", "host h { uid @; hardware ethernet @; }", "on @ { }", "execute (@);"):
                yield Case(place.replace("@", text) + "\noption routers x y;\n")
    for code in range(256):
        byte = chr(code)
        for place in ("@", "option host-name \"a@b\";", "option host-name \"a\\@b\";", "option host-name \"a\\@01\";", "option host-name \"a\\0@1\";", "option host-name \"a\\1@1\";", "option host-name \"a\\12@\";", "option host-name \"a\\x@1\";", "option host-name \"a\\x1@\";",
                      "option@ host-name \"x\";", "option host-@name \"x\";", "option host-name \"x\"@;", "default-lease-time 1@0;", "default-lease-time @10;", "option host-name \"\\@\";", "log (info, \"a@b\\@\");", "host a@b { }", "log (info, \"x@\") foo;", "# @\noption x;", "option routers 1.@2.3.4;", "foo bar@", 'include "a@b";'):
            yield Case(place.replace("@", byte) + "\noption routers 1.2.3.4;\n")
    for blanks in range(66, 90):
        for filler in (" ", "\t", "x"):
            for rest in ("foo bar;", "option routers x;", "option routers", "\"str\" foo", "host {", "}"):
                yield Case(filler * blanks + rest + "\nnext line;\n")
                yield Case("# c\n" + filler * (blanks - 60) + "option host-name \"" + "y" * (blanks - 20) + "\" " + rest + "\n")
    for ending in ("\n", "\r\n", "\r", "\v", "\f", "\0", " ", ""):
        for text in GOOD[:8]:
            yield Case(text.replace(" ", ending, 3) + ending)
            yield Case(text.replace(";", ending, 1) + ending)


def nuls():
    """A NUL byte is gone once ISC's reader has looked at it, so it tells who looks, and how often."""
    for path in sorted(glob.glob(os.path.join(FIXTURES, "*.conf")) + glob.glob(os.path.join(FIXTURES, "*.conf6"))):
        words, leases = TOKEN.findall(read(path)), os.path.splitext(path)[0] + ".leases"
        if sum(map(len, words)) > 500:
            continue
        for place in range(len(words) + 1):
            text = "".join(words[:place] + ["\0"] + words[place:])
            yield Case(text, path.endswith("6"), "", read(leases) if os.path.exists(leases) else None)


def addresses():
    rng = random.Random("addresses")

    def octet():
        odd = "0 1 10 255 256 010 00 0a 1e3 0x1f 08 300 4294967295 99999999999 -1 12a ff 12345 deadbeef".split() + [""]
        return rng.choice(odd) if rng.random() < 0.4 else str(rng.randrange(256))

    def ipv4():
        return ".".join(octet() for _ in range(rng.choice([4, 4, 4, 3, 5, 1])))

    def group():
        odd = "0 1 db8 2001 ffff 12345 00001 g 1e2 08".split() + [""]
        return rng.choice(odd) if rng.random() < 0.5 else f"{rng.randrange(65536):x}"

    def ipv6():
        groups = [group() for _ in range(rng.randint(1, 9))]
        if rng.random() < 0.6:
            groups.insert(rng.randint(0, len(groups)), "")
        return ":".join(groups) + (rng.choice([":", "::", ""]) + ipv4() if rng.random() < 0.3 else "")

    for _ in range(6000):
        v6 = rng.random() < 0.6
        place = rng.choice(ADDRESSES[v6])
        yield Case(place.replace("@", ipv6() if rng.random() < (0.95 if v6 else 0.1) else ipv4()) + "\n", v6)


ADDRESSES = {
    False: [line.strip() for line in """
        subnet @ netmask 255.255.255.0 { } | subnet 10.0.0.0 netmask @ { } | host a { fixed-address @; } | option routers @; | server-identifier @;
        next-server @; | option domain-name-servers 1.2.3.4, @; | subnet 10.0.0.0 netmask 255.255.255.0 { range @; } | local-address @;
        subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 @; } | failover peer "a" { primary; address @; peer address 1.2.3.4; }
        option static-routes @ 1.2.3.4; | zone a. { primary @; } | zone a. { primary6 @; } | host a { fixed-address6 @; } | host a { fixed-prefix6 @/64; }
        option dhcp6.name-servers @;
        """.replace("\n", "|").split("|") if line.strip()],
    True: [line.strip() for line in """
        subnet6 @/64 { } | subnet6 @/0 { } | subnet6 2001:db8::/32 { range6 @; } | subnet6 2001:db8::/32 { range6 @/100; }
        subnet6 2001:db8::/32 { range6 2001:db8::1 @; } | subnet6 2001:db8::/32 { prefix6 @ 2001:db8:ff:: /64; } | local-address6 @;
        subnet6 2001:db8::/32 { prefix6 2001:db8:: @ /64; } | host a { fixed-address6 @; } | host a { fixed-prefix6 @/64; } | bind-local-address6 @;
        option dhcp6.name-servers @; | option dhcp6.name-servers 1::1, @; | zone a. { primary6 @; } | option foo code 200 = ip6-address; option foo @;
        """.replace("\n", "|").split("|") if line.strip()],
}


def nesting():
    for depth in (1, 2, 5, 10, 30, 60, 100, 200):
        for opening, closing in (("if known { ", "} "), ("group { ", "} "), ("if known { } else { ", "} "), ("on commit { ", "} "), ("switch (1) { case 1: ", "} "), ("{ ", "} "), ("define f-1 (x-1) { ", "} "),
                                 ("subnet 10.0.0.0 netmask 255.255.255.0 { ", "} "), ("host h { ", "} "), ("shared-network n { ", "} "), ("pool { ", "} "), ('class "c" { ', "} "), ("if known { if static { } else ", "} ")):
            for inner in ("", "option host-name \"x\";", "foo bar;", "break;"):
                yield Case(opening * depth + inner + closing * depth + "option routers x;")
                yield Case(opening * depth + inner + closing * (depth - 1))
                yield Case(opening * depth + inner + closing * (depth + 1))
        for opening, closing, inner in (("(", ")", "known"), ("not ", "", "known"), ("(", ")", "1"), ("(", ")", '"a"'), ("lcase (", ")", '"A"'), ("concat (\"a\", ", ")", '"b"'), ("substring (", ", 0, 9)", '"abc"'), ("not (", ")", "known"),
                                        ("encode-int (extract-int (", ", 8), 8)", '"a"'), ("f-1 (", ")", '"a"'), ("pick (", ")", "null"), ("known and ", "", "known"), ("1 + ", "", "2"), ("\"a\" = ", "", "\"a\"")):
            for place in (PLACES[0], PLACES[2], PLACES[19]):
                yield Case(VARIABLES + place.replace("@", opening * depth + inner + closing * depth))
                yield Case(VARIABLES + place.replace("@", opening * depth + inner + closing * (depth - 1)))
        yield Case("if known { }" + " elsif static { }" * depth + " else { log (info, \"end\"); }")
        yield Case("if known { }" + " else if static { }" * depth + " else { } else { }")
        yield Case("option routers " + "10.0.0.1, " * depth + "10.0.0.2;" + "foo;" * depth)


def includes():
    contents = ["", "\n", "option host-name \"x\";", "option host-name \"x\"", "foo bar;", "}", "{", "subnet 10.0.0.0 netmask 255.255.255.0 {", "range 10.0.0.1;", "# only", "\"open", "option", "include \"none.inc\";", "include \"i.inc", "authoritative", "host h { }", "class \"q\" { }",
                "hardware ethernet 1:2:3:4:5:6;", "match hardware;", "allow known-clients;", "lease 10.0.0.1 { }", "\xff\xfe", "\0", "break;", "log (info, \"inc\");", "log (fatal, \"inc\");", "set v-1 = \"x\"; log (info, v-1);", "option space Q; option Q.a code 1 = text; option Q.a \"x\";", "if known { }", "failover peer \"p\";", "pool { range 10.0.0.9; }", "foo;" * 60]
    for scope in SCOPES4 + ["@ @", "if known { } @", "@ foo;", "foo @", "option host-name \"a\" @"]:
        for content in contents:
            yield Case(PREFACE + scope.replace("@", 'include "i.inc";') + "\nfoo bar;\n" + TAIL, False, content)
    for name in ("none", "", ".", "..", "/", "/dev/null", "/nonexistent/x", "c.conf/", "i.inc/", "x" * 300, "x" * 5000, "a\\0b", "%s", "i.inc\\000x", "/etc", "/proc/self/cmdline", "./i.inc", "../i.inc", "/etc/hostname"):
        for ending in (";", "", " foo;", " }"):
            for around in ("@", "group { @ }", "host h { @ }", "if known { @ }"):
                yield Case(around.replace("@", f'include "{name}"{ending}') + "\nfoo bar;\n", False, "option host-name \"x\";")


def definitions():
    simple = ["boolean", "integer 8", "signed integer 16", "unsigned integer 32", "integer", "unsigned", "ip-address", "ip6-address", "text", "string", "domain-name", "domain-list", "domain-list compressed", "zerolen", "encapsulate agent",
              "encapsulate none", "encapsulate", "integer 24", "array of text", "array of ip-address", "array of array of boolean", "float", "{ boolean }", "{ }", "array of { boolean, text }", "array", "array of", "unsigned boolean", "7", '"text"', "TEXT", ""]
    for one in simple:
        for end in (";", "", " ;;", " foo;", ", boolean;", " }"):
            yield Case(f"option n code 200 = {one}{end}\noption n 1;\n")
        for other in simple:
            yield Case(f"option n code 200 = {{ {one}, {other} }};\noption n 1 2;\n")
            yield Case(f"option n code 200 = array of {{ {one}, {other} }};\noption n true 10.0.0.1, false 10.0.0.2;\n")
            yield Case(f"option n code 200 = {{ boolean, {one}, {other} }};\n")
    for name in ("n", "S.n", "none.n", "dhcp.n", "server.n", "agent.n", "dhcp6.n", "routers", "S.", ".n", "7", "n.m.o", '"n"', "option", "unknown-7", "S.unknown-7", "if"):
        for code in ("1", "200", "0", "255", "256", "-1", "x", "", "1.2", "3"):
            for rest in ("= text;", "= ;", "text;", "= text", "; = text;"):
                yield Case(PREFACE + f"option {name} code {code} {rest}\noption {name} \"x\"; option routers 10.0.0.1; option S.one 2;" + TAIL)
    clauses = ["code width 1", "code width 3", "code width 4", "length width 2", "length width 0", "length width 4", "hash size 1", "hash size 0", "hash size 70000", "code width", "code", "length x", "hash size x", "width 1", "foo", "7", "{ }", "hash"]
    for one in clauses:
        for other in [""] + clauses:
            yield Case(f"option space W {one} {other};\noption W.a code 300 = text;\noption W.a \"x\";\n")
    for left in ("option space W;", "option space W; option W.a code 1 = text;", "option space dhcp;", "option space agent;", "option space S code width 2;"):
        for right in ("option space W;", "option W.b code 1 = integer 8; option W.a \"x\"; option W.b 1;", "option W.a code 2 = integer 8; option W.a 1;", "option routers 1.2.3.4;", "vendor-option-space W; site-option-space \"W\";", "option e code 201 = encapsulate W; option e 1:2; option W.a \"x\";", "option agent.circuit-id \"x\";"):
            yield Case(PREFACE + left + right + TAIL)


def networks():
    subnets = ["10.0.0.0 netmask 255.255.255.0", "10.0.0.0 netmask 255.255.255.128", "10.0.0.128 netmask 255.255.255.128", "10.0.0.0 netmask 255.255.0.0", "10.1.0.0 netmask 255.255.0.0", "0.0.0.0 netmask 0.0.0.0", "10.0.0.1 netmask 255.255.255.255",
               "10.0.0.0 netmask 255.0.255.0", "10.0.0.5 netmask 255.255.255.0", "10.0.0.0 netmask 255.255.255.256", "255.255.255.255 netmask 255.255.255.255", "a.b netmask 255.0.0.0", "10.0.0.0 netmask 0.0.0.0", "10.0.0.0 netmask 24", "10.0.0.0/24", "10.0.0.0 mask 255.0.0.0"]
    ranges = ["10.0.0.1", "10.0.0.1 10.0.0.5", "10.0.0.5 10.0.0.1", "10.0.0.200", "10.0.0.0 10.0.0.255", "10.0.1.1", "10.0.0.250 10.0.1.5", "dynamic-bootp 10.0.0.1", "dynamic-bootp 10.0.0.3 10.0.0.4", "10.0.0.1 10.0.0.1", "10.0.0.3, 10.0.0.4", "dynamic-bootp", "", "a.b", "10.0.0.1 -10.0.0.5", "10.0.0.1 10.0.0.5 10.0.0.6"]
    for one in subnets:
        for other in subnets:
            yield Case(f"subnet {one} {{ }}\nsubnet {other} {{ }}\n")
            yield Case(f"shared-network n {{ subnet {one} {{ }}\nsubnet {other} {{ }} }}\n")
        for range_ in ranges:
            yield Case(f"subnet {one} {{ range {range_}; }}\n")
            yield Case(f"subnet {one} {{ pool {{ range {range_}; }} }}\n")
            yield Case(f"shared-network n {{ subnet {one} {{ }} pool {{ range {range_}; }} }}\n")
    for one in ranges:
        for other in ranges:
            yield Case(f"subnet 10.0.0.0 netmask 255.255.255.0 {{ range {one}; range {other}; }}\n")
            yield Case(f"subnet 10.0.0.0 netmask 255.255.255.0 {{ range {one}; pool {{ range {other}; deny bootp; }} }}\n")
            yield Case(f"subnet 10.0.0.0 netmask 255.255.255.0 {{ pool {{ range {one}; }} pool {{ range {other}; allow known-clients; }} }}\n")
            yield Case(f"failover peer \"p\" {{ primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60; split 1; }} subnet 10.0.0.0 netmask 255.255.255.0 {{ pool {{ failover peer \"p\"; range {one}; range {other}; }} }}\n")
    subnets6 = ["2001:db8::/32", "2001:db8::/64", "2001:db8:0:1::/64", "2001:db8::1/64", "::/0", "2001:db8::/128", "fe80::/10", "2001:db8::/129", "2001:db8::", "10.0.0.0/8", "::ffff:10.0.0.0/104", "2001:DB8::/33", "2001:db8:::/64", "2001:db8::/ 64", "2001:db8::/064", "2001:db8::/0x40"]
    ranges6 = ["range6 2001:db8::1 2001:db8::9", "range6 2001:db8::9 2001:db8::1", "range6 2001:db8::1", "range6 2001:db8::/64", "range6 2001:db8::/63", "range6 2001:db8::/80 temporary", "range6 2001:db8:: temporary", "range6 2001:db8::/127", "range6 2001:db8::/128", "range6 2001:db8::1/64", "range6 2001:db9::1",
               "range6 2001:db8::1 2001:db9::1", "range6 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "prefix6 2001:db8:1:: 2001:db8:2:: /48", "prefix6 2001:db8:2:: 2001:db8:1:: /48", "prefix6 2001:db8:1::1 2001:db8:2:: /48", "prefix6 2001:db8:1:: 2001:db8:2::1 /48", "prefix6 2001:db9:: 2001:db9:1:: /48",
               "prefix6 2001:db8:: 2001:db8:: /127", "prefix6 2001:db8:: 2001:db8:: /128", "prefix6 2001:db8:: 2001:db8:: /0", "prefix6 :: :: /1", "prefix6 2001:db8:1:: /48", "prefix6 2001:db8:1:: 2001:db8:2::/48", "range 10.0.0.1", "range6 2001:db8::1 2001:db8::9 temporary", "range6", "prefix6", "range6 2001:db8::/64 2001:db8::1"]
    for one in subnets6:
        for other in subnets6:
            yield Case(f"subnet6 {one} {{ }}\nsubnet6 {other} {{ }}\n", True)
        for range_ in ranges6:
            yield Case(f"subnet6 {one} {{ {range_}; }}\n", True)
        yield Case(f"subnet {subnets[0]} {{ }} subnet6 {one} {{ }}\n", True)
        yield Case(f"subnet6 {one} {{ }}\n", False)
    for one in ranges6:
        for other in ranges6:
            yield Case(f"subnet6 2001:db8::/32 {{ {one}; {other}; }}\n", True)
            yield Case(f"subnet6 2001:db8::/32 {{ pool6 {{ {one}; }} pool6 {{ {other}; allow unknown-clients; }} }}\n", True)
            yield Case(f"shared-network n {{ subnet6 2001:db8::/32 {{ {one}; }} subnet6 2001:db9::/32 {{ pool6 {{ {other}; }} }} }}\n", True)


def peers():
    items = ["primary", "secondary", "address 10.0.0.1", "address a.b", "address", "peer address 10.0.0.2", "peer address", "peer", "port 647", "port 0", "port 65536", "peer port 847", "peer port x", "max-response-delay 5", "max-response-delay", "peer max-response-delay 5", "max-unacked-updates 5", "peer max-unacked-updates 5",
             "mclt 60", "mclt 0", "mclt x", "split 0", "split 128", "split 256", "split 257", "split -1", "hba " + ":".join(["ff"] * 32), "hba " + ":".join(["ff"] * 31), "hba " + ":".join(["ff"] * 33), "hba 1", "load balance max seconds 3", "load balance max secs 3", "load balance max", "load balance", "load",
             "auto-partner-down 5", "max-lease-misbalance 101", "max-lease-ownership 5", "min-balance 9", "max-balance 1", "foo", "option host-name \"x\"", "7", "\"x\"", "include \"i.inc\"", ""]
    base = 'failover peer "f" { @ }\nsubnet 10.0.0.0 netmask 255.255.255.0 { pool { failover peer "f"; range 10.0.0.5 10.0.0.9; } }\n'
    for one in items:
        yield Case(base.replace("@", one + ";"))
        yield Case(base.replace("@", one))
        for other in items:
            yield Case(base.replace("@", f"{one}; {other};"))
            yield Case(base.replace("@", f"primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60; {one}; split 3; {other};"))
            yield Case(base.replace("@", f"secondary; peer address 10.0.0.2; {one}; {other}"))
    for name in ('"f"', "f", "7", "f.g", '""', "peer", "f g", ""):
        for reference in ('"f"', "f", "7", '""', ""):
            for where in ("subnet 10.0.0.0 netmask 255.255.255.0 { pool { failover peer @; range 10.0.0.5; } }", "shared-network n { failover peer @; subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.5; } }", "failover peer @;", "subnet 10.0.0.0 netmask 255.255.255.0 { failover peer @; range 10.0.0.5; }",
                          "shared-network n { failover peer @; subnet 10.0.0.0 netmask 255.255.255.0 { } pool { no failover peer range 10.0.0.5; } }"):
                yield Case(f"failover peer {name} {{ primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60; split 1; }}\n" + where.replace("@", reference))
    states = grammar.STATES + ["foo", "7", "", "normal normal"]
    for state in states:
        for at in (" at never", " at epoch 5", "", " at", " at 1 2030/1/1 1:1:1", " at x", " at 1 2030/1/1"):
            text = f'failover peer "p" state {{ my state {state}{at}; partner state {state}{at}; }}'
            yield Case(PREFACE + text + TAIL)
            yield Case(LEASED[False], False, "", text)


def permits():
    words = ["known-clients", "unknown-clients", "known clients", "unknown clients", "all clients", "dynamic bootp clients", "authenticated clients", "unauthenticated clients", 'members of "c"', 'members of "none"', "members of c", "members", "after never", "after epoch 7", "after", "bootp", "booting", "declines", "duplicates",
             "client-updates", "leasequery", "dynamic-bootp", "all", "known", "dynamic", "dynamic clients", "x", "7", '"x"', ""]
    for word in ("allow", "deny", "ignore", "permit"):
        for one in words:
            for scope in SCOPES4[:18] + ["if known { @ }", "subnet 10.0.0.0 netmask 255.255.255.0 { pool { allow after never; @ range 10.0.0.9; } }"]:
                yield Case(PREFACE + scope.replace("@", f"{word} {one};") + TAIL)
            yield Case(f"subnet6 2001:db8::/64 {{ pool6 {{ range6 2001:db8::1 2001:db8::2; {word} {one}; }} }}", True)
            for other in words:
                yield Case(f'class "c" {{ }} subnet 10.0.0.0 netmask 255.255.255.0 {{ pool {{ range 10.0.0.9; {word} {one}; deny {other}; }} pool {{ range 10.0.0.10; {word} {other}; }} }}')


def twice():
    for scope in SCOPES4[:24]:
        for statement in STATEMENTS:
            yield Case(PREFACE + scope.replace("@", statement + " " + statement) + TAIL, False, "host inc { }\n")


def dates():
    fields = ["0", "1", "7", "12", "13", "24", "31", "32", "59", "60", "61", "99", "100", "1899", "1900", "1970", "1969", "2037", "2038", "2039", "2106", "9999", "10000", "4294967295", "-1", "x", "0x1", "08", ""]
    for field in fields:
        for index in range(7):
            parts = ["2", "2026", "11", "19", "10", "20", "30"]
            parts[index] = field
            date = "{} {}/{}/{} {}:{}:{}".format(*parts)
            for suffix in ("", " 3600", " -3600", " x", " 5 5"):
                yield Case(f"subnet 10.0.0.0 netmask 255.255.255.0 {{ pool {{ range 10.0.0.9; deny after {date}{suffix}; }} }}\nfoo bar;")
                yield Case(LEASED[False], False, "", f"lease 10.0.0.5 {{ starts {date}{suffix}; ends {date}; binding state active; }}\nlease 10.0.0.6 {{ ends never; cltt {date} }}\n")
                yield Case(LEASED[True], True, "", f"ia-na \"abcdefgh\" {{ cltt {date}{suffix}; iaaddr 2001:db8::5 {{ binding state active; ends {date}{suffix}; }} }}\n")


def leases():
    items = ["starts 1 2030/1/2 3:4:5", "ends never", "ends epoch 7", "tstp never", "tsfp never", "atsfp never", "cltt never", "timestamp never", "starts", "binding state active", "binding state free", "binding state expired", "binding state released", "binding state abandoned", "binding state backup", "binding state reset", "binding state bootp",
             "binding state reserved", "binding state x", "binding", "binding active", "next binding state free", "next state free", "rewind binding state free", "rewind", "hardware ethernet 1:2:3:4:5:6", "hardware ethernet", "hardware x 1", "hardware ethernet " + "1:" * 20 + "1", "uid \"x\"", "uid \"\"", "uid 1:2", "uid x", "uid", "client-hostname \"h\"",
             "client-hostname h", "client-hostname", "hostname \"h\"", "domain-name \"h\"", "ddns-text \"x\"", "set v-1 = \"x\"", "set v-1 = %7", "set v-1 = 1:2", "set v-1 = true", "set v-1 = x", "set if = 1", "set v-1", "set v-1 = %x", "set v-1 = 7", "option agent.circuit-id 1:2", "option agent.circuit-id \"x\"", "option agent.none 1", "option routers 10.0.0.1",
             "option agent.link-selection 10.0.0.1", "option agent.unknown-77 1:2", "on expiry { }", "on expiry { log (info, \"x\"); }", "on commit or release { set v-1 = \"x\"; }", "on x { }", "on expiry", "billing class \"c\"", "billing class \"none\"", "billing subclass \"d\" 1:2", "billing subclass \"d\" \"x\"", "billing \"c\"", "billing", "abandoned", "reserved", "dynamic-bootp",
             "bootp", "released", "class \"c\"", "user-class \"x\"", "foo", "7", "\"x\"", "lease 10.0.0.5 { }", "", "dynamic", "deleted", "vendor-class \"x\"", "option", "set", "ends 1 2030/1/2 3:4:5 -3600", "starts now"]
    for one in items:
        for tail in (";", "", " foo;", ";;"):
            yield Case(LEASED[False], False, "", f"lease 10.0.0.5 {{ {one}{tail} }}\nlease 10.0.0.6 {{ binding state active; ends never; }}\n")
        for other in items:
            yield Case(LEASED[False], False, "", f"lease 10.0.0.5 {{ {one}; {other}; }}\nlease 10.0.0.105 {{ binding state backup; }}\n")
    for address in ("10.0.0.5", "10.0.0.250", "10.0.9.1", "1.2.3", "a.b", "7", "", "0.0.0.0", "10.0.0.5.6", "2001:db8::1", "\"x\"", "10.0.0.300"):
        for body in ("{ }", "{ binding state active; }", ";", "{", "binding state active;", "{ } }", "{ }; "):
            yield Case(LEASED[False], False, "", f"lease {address} {body}\nlease 10.0.0.6 {{ ends never; }}\n")
            yield Case(LEASED[True], True, "", f"lease {address} {body}\nlease 10.0.0.6 {{ ends never; }}\n")
    inner = ["binding state active", "binding state free", "binding state expired", "binding state released", "binding state abandoned", "binding state backup", "binding state reserved", "binding", "preferred-life 5", "preferred-life x", "preferred-life", "max-life 5", "max-life -1", "max-life 99999999999", "ends never", "ends x", "ends epoch 5", "starts never", "set v-1 = \"x\"", "set v-1 = %5", "set v-1 = true",
             "set v-1 = 1:2", "set v-1", "on expiry { log (info, \"x\"); }", "on x { }", "cltt never", "foo", "7", ""]
    for kind in ("ia-na", "ia-ta", "ia-pd"):
        word = "iaprefix 2001:db8:0:5::/64" if kind == "ia-pd" else "iaaddr 2001:db8::5"
        for one in inner:
            for tail in (";", "", " foo;"):
                yield Case(LEASED[True], True, "", f"{kind} \"abcdefgh\" {{ {word} {{ {one}{tail} ends never; binding state active; }} }}\n{kind} \"abcdefgi\" {{ }}\n")
            for other in inner:
                yield Case(LEASED[True], True, "", f"{kind} \"abcdefgh\" {{ cltt never; {word} {{ {one}; {other}; }} }}\nfoo;\n")
        for address in ("2001:db8::5", "2001:db8::5/64", "2001:db8:0:5::/64", "2001:db8:0:5::/65", "2001:db8:0:5::/0", "2001:db8:0:5::/129", "2001:db8:0:5::/x", "2001:db8:0:5::1/64", "2001:db9::1", "x", "", "10.0.0.1", "2001:db8:0:5::/"):
            for inner_word in ("iaaddr", "iaprefix", "foo"):
                yield Case(LEASED[True], True, "", f"{kind} \"abcdefgh\" {{ {inner_word} {address} {{ binding state active; ends never; }} {inner_word} {address} {{ binding state active; ends never; }} }}\n")
        for key in ('"abcdef"', '"abcde"', '""', '"%s"' % ("x" * 130), '"%s"' % ("x" * 131), '"%s"' % ("x" * 132), '"%s"' % ("x" * 133), "1:2:3:4:5:6", "1:2:3:4:5", ":".join(["1"] * 131), ":".join(["1"] * 132), ":".join(["1"] * 133), ":".join(["1"] * 134), "x", "", "7", "1:2:3:4:5:6:zz", "1:2:3:4:5:300"):
            yield Case(LEASED[True], True, "", f"{kind} {key} {{ {word} {{ binding state active; ends never; }} }}\n")
            yield Case(LEASED[True], True, "", f"server-duid {key}; server-duid {key}\n")
            yield Case(LEASED[False], False, "", f"server-duid {key}; {kind} {key} {{ }} lease 10.0.0.5 {{ uid {key}; }}\n")
    words = ["authoring-byte-order little-endian;", "authoring-byte-order big-endian;", "authoring-byte-order x;", "authoring-byte-order;", "authoring-byte-order little-endian", "server-duid 1:2:3;", "ia-na \"abcdefgh\" { }", "lease 10.0.0.5 { }", "foo;", "}", "{", "include \"i.inc\";", "option routers 1.2.3.4;", "subnet 10.1.0.0 netmask 255.255.0.0 { }", "failover peer \"p\" { }",
             "failover peer \"none\" state { }", "failover peer \"p\" state { foo; }", "failover", "host h { }", "host h { dynamic; }", "host h { deleted; }", "host h { dynamic; deleted; }", "host h { hardware ethernet 1:2; fixed-address 10.0.0.1; }", "host { }", "host h {", "group g { }", "group g { dynamic; }", "group { }", "group g { deleted; option host-name \"x\"; }", "group g { include \"none.inc\"; }",
             "class \"c\" { }", "class \"n\" { dynamic; }", "class \"n\" { match hardware; }", "class n { }", "class \"n\" { foo bar; }", "subclass \"c\" 1:2;", "subclass \"d\" 1:2 { dynamic; }", "subclass \"none\" 1;", "class \"n\" {", "key k { algorithm hmac-md5; secret abcd; }", "zone z { }", "set v-1 = \"x\";", "7;", "\"x\"", "\"x", "#", "lease-id-format hex;", "db-time-format local;", "host h { include \"none.inc\"; }", "class \"n\" { include \"none.inc\"; }", "host h { group g; }", "host h { if known { } }"]
    for one in words:
        for other in words:
            yield Case(LEASED[False], False, "", one + "\n" + other + "\nlease 10.0.0.6 { ends never; }\n")
            yield Case(LEASED[True], True, "", one + "\n" + other + "\n")


SWEEPS = {one.__name__: one for one in (scopes, pairs, values, numbers, ends, expressions, calls, tokens, nuls, addresses, nesting, includes, definitions, networks, peers, permits, twice, dates, leases)}


def by_lot(name, most, seed):
    """So many of a sweep's cases, in its order."""
    cases = list(SWEEPS[name]())
    if len(cases) <= most:
        return cases
    chosen = sorted(random.Random(f"{name}-{seed}").sample(range(len(cases)), most))
    return [cases[index] for index in chosen]
