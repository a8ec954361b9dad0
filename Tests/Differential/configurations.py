"""The configurations under which both servers are compared."""

BASE = """
authoritative;
ddns-update-style none;
ping-check false;
min-lease-time 1;
default-lease-time 600;
max-lease-time 7200;
"""

SUBNET = """
subnet 10.77.0.0 netmask 255.255.255.0 {{
  option routers 10.77.0.254;
  option domain-name-servers 10.77.0.53, 10.77.0.54;
  option domain-name "example.org";
  {inside}
  pool {{ range 10.77.0.100 10.77.0.119; {pool} }}
}}
"""

FAR = """
subnet 10.88.0.0 netmask 255.255.0.0 {
  option routers 10.88.0.1;
  range 10.88.0.100 10.88.0.110;
}
"""


def simple(inside="", pool="", top=""):
    return BASE + top + SUBNET.format(inside=inside, pool=pool) + FAR


LONG = "".join(f'option unknown-{code} "{chr(97 + code % 26) * 90}";\n' for code in range(224, 236))

CONFIGURATIONS = {
    "plain": simple(),
    "defaults": "ping-check false;\n" + SUBNET.format(inside="", pool="") + FAR,
    "hosts": simple(top="""
host fixed { hardware ethernet 02:00:00:00:10:01; fixed-address 10.77.0.20; option host-name "fix"; }
host uid { option dhcp-client-identifier "client-2"; fixed-address 10.77.0.21, 10.88.0.21; }
host known { hardware ethernet 02:00:00:00:10:03; filename "boot.3"; next-server 10.77.0.9; }
use-host-decl-names on;
"""),
    "known-only": simple(pool="allow known-clients;", top="""
host known { hardware ethernet 02:00:00:00:10:03; }
host known2 { option dhcp-client-identifier "client-2"; }
"""),
    "unknown-denied": simple(top="deny unknown-clients;\nhost a { hardware ethernet 02:00:00:00:10:01; }\n"),
    "classes": simple(pool='deny members of "bad";', top="""
class "bad" { match if substring(option vendor-class-identifier, 0, 3) = "bad"; }
class "names" { match option host-name; default-lease-time 222; }
subclass "names" "host-1" { option domain-name "one.example"; }
class "all" { match if exists dhcp-message-type; option root-path "/all"; }
"""),
    "added-classes": simple(inside='if exists host-name { add "added"; }', top="""
class "late" { option merit-dump "l"; }
class "matched" { match if exists dhcp-message-type; option root-path "/m"; }
class "added" { option root-path "/a"; option nis-domain "a"; add "late"; }
"""),
    "one-lease": simple(top="one-lease-per-client true;\ndeny duplicates;\n"),
    "overload": simple(inside=LONG),
    "overload-names": simple(inside=LONG + 'filename "pxelinux.0"; server-name "boot.example.org";'),
    "big": simple(inside=LONG + 'option merit-dump "' + "x" * 240 + '";\n' + 'option nis-domain "' + "y" * 200 + '";'),
    "options": simple(inside="""
option time-offset -3600;
option ntp-servers 10.0.0.1, 10.0.0.2;
option netbios-node-type 8;
option dhcp-renewal-time 100;
option dhcp-rebinding-time 200;
option domain-search "a.example.org", "b.example.org", "example.com";
option classless 24, 10, 1, 2;
next-server 10.77.0.9; filename "f"; server-name "s"; always-broadcast on;
""", top="option classless code 121 = array of unsigned integer 8;\n"),
    "vendor": simple(inside="vendor-option-space V; option V.a 1.2.3.4; option V.b \"text\";", top="""
option space V;
option V.a code 1 = ip-address;
option V.b code 2 = text;
option V.c code 3 = unsigned integer 16;
"""),
    "conditions": simple(inside="""
if option host-name = "host-1" { option root-path "/one"; } else { option root-path "/other"; }
switch (extract-int(option dhcp-message-type, 8)) { case 1: option nis-domain "disc"; break; case 3: option nis-domain "req"; }
set seen = option host-name;
option swap-server 9.9.9.9;
if exists user-class { default-lease-time 333; }
log(info, concat("seen ", pick-first-value(option host-name, "nothing")));
"""),
    "echo": simple(top="echo-client-id true;\nignore-client-uids true;\n"),
    "times": simple(top="min-lease-time 400;\nmax-lease-time 900;\ndhcp-cache-threshold 0;\n"),
    "min-secs": simple(top="min-secs 3;\nstash-agent-options false;\n"),
    "not-authoritative": simple().replace("authoritative;", "not authoritative;"),
    "shared": BASE + """
shared-network both {
  option domain-name "both.example";
  subnet 10.77.0.0 netmask 255.255.255.0 { option routers 10.77.0.254; }
  subnet 10.99.0.0 netmask 255.255.255.0 { option routers 10.99.0.254; default-lease-time 500; }
  pool { deny unknown-clients; range 10.77.0.50 10.77.0.59; option nis-domain "known"; }
  pool { range 10.77.0.100 10.77.0.104; range 10.99.0.10 10.99.0.14; max-lease-time 450; }
}
host known { hardware ethernet 02:00:00:00:10:03; }
""" + FAR,
    # Not shorter: ISC's timers forget the fraction of a second, so that leases end up to one too late.
    "adaptive": simple(top="min-lease-time 30;\nadaptive-lease-time-threshold 10;\nlog-threshold-high 20;\nlog-threshold-low 5;\n"),
    "bootp": simple(inside="range dynamic-bootp 10.77.0.200 10.77.0.205; filename \"bootfile\";", top="""
host b { hardware ethernet 02:00:00:00:10:01; fixed-address 10.77.0.30; filename "b.img"; }
"""),
    "names": simple(inside="""
option fqdn.server-update true; option fqdn.no-client-update false; option fqdn.rcode1 255;
log(info, concat("h ", pick-first-value(option fqdn.hostname, "-"), " d ", pick-first-value(option fqdn.domainname, "-"),
  " f ", pick-first-value(option fqdn.fqdn, "-"), " e ", binary-to-ascii(10, 8, "", pick-first-value(option fqdn.encoded, "")),
  " n ", binary-to-ascii(10, 8, "", pick-first-value(option fqdn.no-client-update, "")),
  " s ", binary-to-ascii(10, 8, "", pick-first-value(option fqdn.server-update, ""))));
if exists fqdn.fqdn { option fqdn.fqdn = concat(option fqdn.hostname, ".example.org"); option fqdn.encoded = option fqdn.encoded; }
"""),
    "ddns": simple(inside="""
ddns-domainname "ex.org"; ddns-rev-domainname "in-addr.arpa";
if option host-name = "host-1" { ignore client-updates; } elsif option host-name = "host-2" { deny client-updates; }
elsif option host-name = "host-3" { fqdn-reply false; } elsif option host-name = "host-4" { ddns-updates false; }
"""),
    "site": simple(inside="""
option S.one "one"; option S.two 7; option S.big "big"; option unknown-224 "dhcp224"; option unknown-250 "dhcp250";
if option host-name = "host-1" { site-option-space "S"; }
""", top="""
option space S; option S.one code 224 = text; option S.two code 230 = unsigned integer 16; option S.big code 129 = text;
"""),
    "vendor-many": simple(inside="""
vendor-option-space V; option V.q "q"; option V.b "b"; option V.r 3; option V.a "a"; option W.x 1.2.3.4; option W.y "";
""", top="""
option space V; option V.a code 1 = text; option V.b code 18 = text; option V.q code 17 = text; option V.r code 34 = integer 8;
option space W; option W.x code 3 = ip-address; option W.y code 4 = text; option V.w code 9 = encapsulate W;
"""),
    "events": simple(inside="""
set seen = option host-name;
on commit { set count = concat(pick-first-value(count, ""), "c"); log(info, concat("commit ", count)); }
on release { log(info, concat("release ", binary-to-ascii(10, 8, ".", leased-address), " ", pick-first-value(count, "-"))); }
if option host-name = "host-1" { on expiry { log(info, "never"); } } elsif option host-name = "host-2" { on release; }
on expiry or release { log(info, concat("both ", pick-first-value(seen, "-"), pick-first-value(option host-name, "none"))); }
if exists user-class { on expiry { set gone = "x"; log(info, concat("expiry ", pick-first-value(seen, "-"))); } }
"""),
    "limits": simple(top="""
class "vendors" { spawn with option vendor-class-identifier; lease limit 1; log(info, "spawned"); }
class "named" { match if exists host-name; lease limit 2; }
class "rest" { match if exists dhcp-message-type; lease limit 3; option nis-domain "rest"; }
"""),
    "spawned": simple(top="""
class "circuits" { spawn with option agent.circuit-id; option nis-domain "circuit"; lease limit 2; }
class "hosts" { spawn with option host-name; option root-path "spawned"; default-lease-time 321; }
subclass "hosts" "host-1" { option root-path "declared"; }
""", pool='deny members of "hosts";').replace('deny members of "hosts";', ""),
    "dates": simple(pool="deny after 2 2037/01/06 00:00:00;", top="max-lease-time 4000000000;\n"),
    "too-late": simple(pool="deny after 4 2020/01/02 00:00:00;", inside="pool { range 10.77.0.130 10.77.0.131; }"),
    "too-early": simple(pool="allow after 2 2037/01/06 00:00:00; allow known-clients;", top="""
host known { hardware ethernet 02:00:00:00:10:03; }
"""),
    "query": simple(inside='if known { option root-path "known"; } option time-offset 7;', top="allow leasequery;\ndhcp-cache-threshold 0;\n"),
    "same-hardware": simple(top="""
host a { hardware ethernet 02:00:00:00:10:01; fixed-address 10.88.0.30; option root-path "a"; }
host b { hardware ethernet 02:00:00:00:10:01; fixed-address 10.77.0.31; option root-path "b"; }
host c { hardware ethernet 02:00:00:00:10:01; option root-path "c"; }
host d { hardware ethernet 02:00:00:00:10:02; option root-path "d"; }
host e { hardware ethernet 02:00:00:00:10:02; option root-path "e"; option dhcp-client-identifier "client-2"; }
use-host-decl-names on;
"""),
    "identified": simple(top="""
host h { host-identifier option host-name "host-1"; fixed-address 10.77.0.40; option root-path "h"; }
host g { host-identifier option host-name "host-3"; option root-path "g"; }
host i { host-identifier option agent.circuit-id "port"; fixed-address 10.88.0.41; option root-path "i"; }
host u { host-identifier option user-class "iPXE"; filename "ipxe"; }
"""),
    "boot-times": simple(inside="range dynamic-bootp 10.77.0.200 10.77.0.202; dynamic-bootp-lease-length 900;"),
    "boot-until": simple(inside="range dynamic-bootp 10.77.0.200 10.77.0.202; dynamic-bootp-lease-cutoff 2100000000; always-reply-rfc1048 on;"),
    "booting": simple(inside="""
if option host-name = "host-1" { deny booting; } elsif option host-name = "host-2" { ignore booting; }
if exists user-class { ignore declines; } deny bootp; deny declines; use-lease-addr-for-default-route on;
""").replace("option routers 10.77.0.254;", ""),
    "one-lease-uid": simple(top="one-lease-per-client true;\ndhcp-cache-threshold 0;\n"),
}
