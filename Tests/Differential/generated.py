"""Configurations made at random: parameters, options, hosts, classes and pools in every scope."""
import random

PARAMETERS = {  # a few values of every parameter that a client can feel
    "default-lease-time": ("60", "600", "90000"), "max-lease-time": ("50", "700", "infinite"),
    "min-lease-time": ("0", "20", "300", "5000"), "dynamic-bootp-lease-length": ("500", "100000"),
    "dynamic-bootp-lease-cutoff": ("2000000000",), "always-reply-rfc1048": ("on", "off"),
    "one-lease-per-client": ("on", "off"), "use-host-decl-names": ("on", "off"),
    "use-lease-addr-for-default-route": ("on",), "min-secs": ("0", "1", "4"),
    "filename": ('"file"', '"' + "f" * 127 + '"'), "server-name": ('"server"', '"' + "s" * 65 + '"'),
    "next-server": ("10.77.0.9", "10.9.8.7"), "always-broadcast": ("on", "off"),
    "infinite-is-reserved": ("on", "off"), "adaptive-lease-time-threshold": ("1", "15", "50"),
    "stash-agent-options": ("on", "off"), "dhcp-cache-threshold": ("0", "10", "99"),
    "ignore-client-uids": ("on", "off"), "echo-client-id": ("on", "off"),
    "log-threshold-high": ("10", "40"), "log-threshold-low": ("5", "30"), "fqdn-reply": ("on", "off"),
    "vendor-option-space": ("V", "W"), "site-option-space": ('"S"',),
    "option dhcp-server-identifier": ("10.77.0.1", "10.77.0.200"), "option dhcp-renewal-time": ("30", "400"),
    "option dhcp-rebinding-time": ("40", "500"), "option dhcp-max-message-size": ("500", "700", "1600"),
    "option dhcp-parameter-request-list": ("1,3,6", "15,12,43,1"), "option host-name": ('"given"',),
    "option dhcp-client-identifier": ('"id"',),
}
FLAGS = ("unknown-clients", "bootp", "booting", "duplicates", "declines", "client-updates", "leasequery")
GLOBAL = ("abandon-lease-time 2000;", "server-id-check on;", "delayed-ack 4;", "db-time-format local;",
          "dont-use-fsync on;", "limited-broadcast-address 10.77.0.255;", "check-secs-byte-order on;")
OPTIONS = (
    "option subnet-mask 255.255.255.0;", "option routers 10.77.0.254, 10.77.0.253;", "option domain-name \"d.example\";",
    "option domain-search \"a.example\", \"b.a.example\";", "option ntp-servers 10.0.0.1;", "option time-offset -7200;",
    "option root-path \"/root\";", "option merit-dump \"" + "m" * 200 + "\";", "option nis-domain \"n\";",
    "option V.a \"aa\";", "option V.b 10.1.2.3;", "option W.c 7;", "option S.one \"site\";", "option S.two 2;",
    "option fqdn.server-update true;", "option fqdn.rcode1 255;", "option static-routes 10.0.0.0 10.0.0.1;",
    "option unknown-230 \"u230\";", "option unknown-225 01:02:03;", "option netbios-node-type 8;",
    "option swap-server = concat(\"\", option dhcp-requested-address);", "supersede nis-domain \"sup\";",
    "append ntp-servers 10.0.0.7;", "prepend ntp-servers 10.0.0.8;", "default nis-domain \"def\";",
)
CONDITIONS = (
    'option host-name = "host-1"', "exists user-class", "known", "not known", "exists agent.circuit-id",
    'substring(option vendor-class-identifier, 0, 4) = "MSFT"', "hardware = 1:02:00:00:00:10:03",
    "option dhcp-message-type = 3", "exists dhcp-client-identifier", 'option host-name ~= "[1-3]$"',
    "static", "extract-int(packet(8, 2), 16) = 5",
)
ACTIONS = (
    'log(info, concat("seen ", pick-first-value(option host-name, "none")));', 'add "added";',
    'set noted = pick-first-value(option host-name, "nothing");',
    'log(info, concat("v ", pick-first-value(noted, "-"), " ", binary-to-ascii(10, 8, ".", leased-address)));',
    'on commit { log(info, "commit"); }', 'on release { log(info, concat("release ", pick-first-value(noted, "-"))); }',
    'on expiry or release { set left = "w"; log(info, "gone"); }', "unset noted;", "deny booting;", "ignore booting;",
)
HEAD = """
option space V; option V.a code 1 = text; option V.b code 20 = ip-address;
option space W; option W.c code 3 = unsigned integer 16;
option space S; option S.one code 224 = text; option S.two code 230 = unsigned integer 16;
class "added" { option nis-servers 10.0.0.77; }
"""
MATCHES = ("match if exists host-name;", 'match if substring(option vendor-class-identifier, 0, 3) = "bad";',
           "match if exists agent.circuit-id;", "match if known;", "match if exists dhcp-message-type;")
PERMITS = ("known-clients", "unknown-clients", "all clients", "dynamic bootp clients", 'members of "c0"',
           'members of "c1"', "unauthenticated clients", "after 2 2037/01/06 00:00:00", "after 4 2020/01/02 00:00:00")


class Author:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def some(self, things, chance):
        return [thing for thing in things if self.random.random() < chance]

    def parameters(self, chance, flags=True):
        for name in self.some(PARAMETERS, chance):
            yield f"{name} {self.random.choice(PARAMETERS[name])};"
        for name in self.some(FLAGS if flags else (), chance):
            yield f"{self.random.choice(('allow', 'deny', 'ignore'))} {name};"

    def condition(self):
        lines = [f"if {self.random.choice(CONDITIONS)} {{"]
        lines += self.random.sample(ACTIONS, 1) + self.some(OPTIONS, 0.05) + list(self.parameters(0.04))
        if self.random.random() < 0.4:
            lines += ["} else {"] + self.random.sample(ACTIONS, 1) + self.some(OPTIONS, 0.05)
        return lines + ["}"]

    def scope(self, chance):
        lines = list(self.parameters(chance)) + self.some(OPTIONS, chance * 2)
        while self.random.random() < 0.3:
            lines += self.condition()
        return lines

    def hosts(self):
        for index in range(1, 5):
            if self.random.random() < 0.4:
                key = self.random.choice((f"hardware ethernet 02:00:00:00:10:{index:02x};",
                                          f'option dhcp-client-identifier "client-{index}";',
                                          f'host-identifier option host-name "host-{index}";'))
                place = self.random.choice(("", "", f"fixed-address 10.77.0.{20 + index};",
                                            f"fixed-address 10.88.0.{20 + index}, 10.77.0.{30 + index};"))
                yield f"host h{index} {{ {key} {place} " + " ".join(self.scope(0.03)) + " }"

    def classes(self):
        for index in range(2):
            if self.random.random() < 0.5:
                limit = f"lease limit {self.random.randint(1, 3)};" if self.random.random() < 0.3 else ""
                match = self.random.choice(MATCHES + ("spawn with option host-name;", "match option host-name;"))
                yield f'class "c{index}" {{ {match} {limit} ' + " ".join(self.scope(0.03)) + " }"
                if match == "match option host-name;":
                    yield f'subclass "c{index}" "host-1" {{ ' + " ".join(self.scope(0.03)) + " }"
            else:
                yield f'class "c{index}" {{ match if option host-name = "host-2"; }}'

    def pool(self, first, last):
        lines = []
        while self.random.random() < 0.3:
            permit = self.random.choice(PERMITS)
            if not ("after" in permit and any("after" in line for line in lines)):
                lines.append(f"{self.random.choice(('allow', 'deny'))} {permit};")
        inside = list(self.parameters(0.02, flags=False)) + self.some(OPTIONS, 0.04)
        return f"pool {{ range {first} {last}; " + " ".join(lines + inside) + " }"

    def network(self):
        lines = ["subnet 10.77.0.0 netmask 255.255.255.0 {"] + self.scope(0.06)
        lines.append(self.pool("10.77.0.100", "10.77.0.104"))
        if self.random.random() < 0.6:
            lines.append(self.pool("10.77.0.110", "10.77.0.112"))
        if self.random.random() < 0.4:
            lines.append(f"range {self.random.choice(('', 'dynamic-bootp '))}10.77.0.120 10.77.0.121;")
        lines += ["}", "subnet 10.88.0.0 netmask 255.255.0.0 {"] + self.scope(0.03)
        lines += ["range 10.88.0.100 10.88.0.103;", "}"]
        if self.random.random() < 0.3:
            return ["shared-network both {"] + self.scope(0.03) + lines + ["}"]
        return lines


def configuration(seed):
    """The configuration of a seed."""
    author = Author(seed)
    lines = ["ping-check off;", "ddns-update-style none;", HEAD]
    if author.random.random() < 0.8:
        lines.append("authoritative;")
    lines += author.some(GLOBAL, 0.06) + author.scope(0.05)
    lines += list(author.classes()) + list(author.hosts()) + author.network()
    return "\n".join(lines) + "\n"
