"""Random dhcpd configurations and lease files: mostly well-formed, so that an error stands where a
parser has to look for it. The words come from the tables of Sources/ConfParser."""
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def table_lines(path):
    with open(os.path.join(ROOT, "Sources", "ConfParser", path), encoding="utf-8") as file:
        text = file.read()
    for literal in re.findall(r'"""\n(.*?)"""', text, re.S):
        for line in literal.split("\n"):
            if line.strip() and not line.strip().endswith("\\"):
                yield line.split()


def load_options():
    """{space: [(name, code, format)]}; the space `server` holds what is written without `option`."""
    spaces, current = {}, []
    for fields in table_lines("Options/BuiltInOptions.swift"):
        if len(fields) == 1:
            current = spaces.setdefault(fields[0], [])
        elif len(fields) == 3:
            current.append((fields[0], fields[1], fields[2]))
    return spaces


OPTIONS = load_options()
KEYWORDS = [fields[0] for fields in table_lines("Lexer/KeywordTable+Words.swift") if len(fields) == 2]
ENUMERATIONS = ["none", "interim", "standard", "ad-hoc", "local7", "daemon", "prefer", "exact", "ignore",
                "success", "NoBinding", "SOLICIT", "RELAY-REPL"]
STATES = ["unknown-state", "partner-down", "normal", "communications-interrupted", "conflict-done", "shutdown",
          "resolution-interrupted", "potential-conflict", "recover", "recover-wait", "recover-done", "paused", "startup"]
BINDINGS = ["free", "active", "expired", "released", "abandoned", "reset", "backup", "bootp", "reserved"]


class Grammar:
    """One random file; `wrong` is how often a part is replaced by something else."""

    def __init__(self, rng, v6=False):
        self.rng, self.v6 = rng, v6
        self.wrong = rng.choice([0, 0, 0.01, 0.03, 0.1])
        self.spaces = ["dhcp", "nwip", "agent", "own", "Site-1", "fade", "missing"] + ["dhcp6"] * (4 if v6 else 1)
        self.depth_limit = rng.choice([3, 4, 6, 9])

    # --- chance -------------------------------------------------------------------------------------

    def pick(self, *choices):
        return self.rng.choice(choices)

    def maybe(self, text, chance=0.5):
        return text if self.rng.random() < chance else ""

    def slip(self, text):
        """Now and then something else stands there, or nothing."""
        if self.rng.random() >= self.wrong:
            return text
        return self.pick("", ";", "{", "}", ",", self.word(), self.number(), self.string(), "(", ")", "=", text + text,
                         ".", ":", "\"", self.address(), "-", "%")

    def some(self, make, low=0, high=4, between=""):
        return between.join(make() for _ in range(self.rng.randint(low, high)))

    # --- words --------------------------------------------------------------------------------------

    def word(self):
        return self.pick(self.name(), self.rng.choice(KEYWORDS), self.number(), self.string())

    def name(self):
        return self.pick("alpha", "beta", "x1", "fade", "gamma-2", "a_b", "own", "f", "g", "x", "Alpha", "r1")

    def number(self):
        return self.pick("0", "1", "-1", "2", "7", "8", "16", "32", "65535", "65536", "4294967295", "4294967296", "0x1f",
                         "010", "3600", "255", "256", "08", "1a", "0X10", "-", "--1", "12-3", "600s", "-129", "0xffff",
                         "0x10000", "99999999999", "0777", "-0x80", "-32769", str(self.rng.randrange(300)))

    def string(self):
        return self.pick('"abc"', '""', '"a\\tb"', '"\\x41\\102"', '"foo.example.com"', '"a b; {"', '"\\q"', '"x\ny"',
                         '"\\0"', '"\\377\\000"', '"\\xg1"', '"a\\\\"', '"\\""', '"h\u00e9"', '"a.b", "c.d"', '"own"',
                         '"..bad"', '"' + "l" * 70 + '.org"', '"%s %d"', '"c"', '"d"', '"alpha"', '"k."', '"1.2.3.4"')

    def address(self):
        return self.pick("10.0.0.%d" % self.rng.randrange(256), "10.0.%d.0" % self.rng.randrange(4), "192.168.1.1",
                         "0.0.0.0", "255.255.255.255", "1.2.3", "10.0.0.300", "010.0.0.1", "10 . 0.0.1", "10.0.0.1.2", "::1",
                         "10.0.0.10", "10.0.0.20", "localhost.invalid", "1.2.3.a", "10.0.0.0x1")

    def address6(self):
        return self.pick("2001:db8::%x" % self.rng.randrange(65536), "2001:db8:0:1::", "fe80::1", "::", "::ffff:10.0.0.1",
                         "2001:db8::1:2:3:4:5:6:7", "1:2", "2001:db8::g", "add::1", "face:b00c::", "10.0.0.1", "2001: db8::1",
                         "2001:db8::", "2001:db8::10", "2001:db8::ff", "fade::", "1234567890123456789012345678901234567890:1234567")

    def hexes(self):
        return self.pick("1:2:3:4:5:6", "00:11:22:33:44:55", "1:2:3", "ff", "1:100", "01:0g", "a:b:c", "1 : 2", "1:", ":1",
                         "fe:ed:face", "0:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:10:11:12:13:14", "1::2", "-1:2")

    def domain(self):
        return self.pick("example.org", "a.b.c.", "x", "1.0.10.in-addr.arpa", "example . org", "a..b", ".a", "10.example", "option.if")

    def date(self):
        return self.pick("never", "epoch 1600000000", "4 2026/11/19 10:00:00", "0 1970/01/01 00:00:00", "1 99/1/1 0:0:0",
                         "1 2026/11/19 10:00:00 -3600", "1 2040/1/1 1:1:1", "epoch x", "1 2026/13/45 99:99:99", "now", "1 2026 11 19",
                         "1 2026/11/19", "2026/11/19 10:00:00", "1 2026/11/19 10:00", "9 3000/1/1 00:00:00")

    # --- options ------------------------------------------------------------------------------------

    def value(self, letters):
        """A value of this format, by its letters."""
        parts, index, whole = [], 0, letters.endswith("A")
        letters = letters.rstrip("A")
        while index < len(letters):
            letter = letters[index]
            index += 1
            if letter in "EN":
                stop = letters.find(".", index)
                index = len(letters) if stop < 0 else stop + 1
            repeated = index < len(letters) and letters[index] == "a"
            optional = index < len(letters) and letters[index] == "o"
            if repeated or optional or letters[index:index + 1] == "c":
                index += 1
            if optional and self.rng.random() < 0.3:
                continue
            parts.append(self.some(lambda: self.atom(letter), 1, 3, ", ") if repeated else self.atom(letter))
        if whole:
            return self.some(lambda: " ".join(self.slip(part) for part in parts), 1, 3, ", ")
        return " ".join(self.slip(part) for part in parts)

    def atom(self, letter):
        make = {
            "I": self.address, "6": self.address6, "f": lambda: self.pick("on", "off", "true", "false", "TRUE", "ignore", "maybe"),
            "T": lambda: self.pick(self.number(), "infinite"), "t": lambda: self.pick(self.string(), self.name()),
            "X": lambda: self.pick(self.hexes(), self.string()), "E": lambda: self.pick(self.hexes(), self.string()),
            "d": self.domain, "D": lambda: self.some(self.string, 1, 3, ", "), "N": lambda: self.rng.choice(ENUMERATIONS),
            "U": lambda: self.pick(self.name(), self.string()), "k": lambda: self.pick(self.domain(), self.string()), "Z": lambda: "",
        }.get(letter, self.number)
        return make() if self.rng.random() > 0.03 else self.word()

    def option_name(self, space=None):
        space = space or (self.rng.choice(self.spaces) if self.rng.random() < 0.4 else "dhcp6" if self.v6 else "dhcp")
        known = OPTIONS.get(space, [])
        name, letters = self.pick("mtu", "unknown-%s" % self.number(), "x1"), self.pick("X", "L", "t")
        if known and self.rng.random() < 0.95:
            name, _, letters = self.rng.choice(known)
        if space == "dhcp" and self.rng.random() < 0.9:
            return name, letters
        return f"{space}{self.pick('.', '.', '.', ' . ')}{name}", letters

    def setting(self, name, letters, depth=2):
        if self.rng.random() < 0.15:
            return f"{name} = {self.data(depth)};"
        return f"{name} {self.value(letters)}{self.slip(';')}"

    def option(self, depth=2):
        return "option " + self.setting(*self.option_name(), depth)

    def parameter(self):
        known = OPTIONS.get("server", [])
        return self.pick(
            lambda: self.setting(*self.rng.choice(known)[::2]) if known else "",
            lambda: self.setting(*self.rng.choice(known)[::2]) if known else "",
            lambda: f"{self.pick('default', 'max', 'min')}-lease-time {self.pick(self.number(), 'infinite')};",
            lambda: f"{self.pick('allow', 'deny', 'ignore')} "
            + self.pick("bootp", "booting", "unknown-clients", "declines", "duplicates", "client-updates", "dynamic-bootp", "leasequery",
                        "new", "x", "known-clients", "members of \"c\"") + self.slip(";"),
            lambda: self.pick("authoritative;", "not authoritative;", "not;"), lambda: f"server-identifier {self.address()};",
            lambda: f"{self.name()} {self.number()};", lambda: f"{self.name()};", lambda: f"lease-id-format {self.pick('hex', 'octal', 'x')};",
            lambda: f"db-time-format {self.pick('local', 'default', 'x')};", lambda: self.option(),
            lambda: f"server-duid {self.duid()}{self.slip(';')}",
            lambda: f"{self.pick('supersede', 'append', 'prepend', 'default', 'send')} {self.setting(*self.option_name())}")() + "\n"

    def duid(self):
        return self.pick("llt", "ll", "llt ethernet 12345 1:2:3:4:5:6", "ll ethernet 1:2:3:4:5:6", "en 2495 \"id\"", "2 \"x\"", "en",
                         "llt token-ring x 1", "ll x 1", "17 1:2", "llt ethernet", "x")

    def definition(self):
        width = self.some(lambda: self.pick("code width ", "length width ", "hash size ", "width ") + self.number() + " ", 0, 3)
        name = self.pick("own.", "Site-1.", "", "", "dhcp6.", "missing.") + self.pick("mtu", "x1", "alpha", "routers", "z-1")
        return self.pick(
            lambda: f"option space {self.pick('own', 'Site-1', 'fade', 'dhcp', '7', 'space')} {self.maybe(width, 0.3)}{self.slip(';')}\n",
            lambda: f"option {name} {self.slip('code')} {self.number()} {self.slip('=')} {self.type()}{self.slip(';')}\n",
            lambda: f"option {name} {self.value(self.pick('t', 'B', 'IA', 'X'))};\n")()

    def type(self):
        def simple():
            return self.slip(self.pick(
                "boolean", "integer 8", "integer 16", "integer 32", "unsigned integer 8", "signed integer 32", "unsigned integer 16",
                "ip-address", "ip6-address", "text", "string", "domain-name", "domain-list", "domain-list compressed", "zerolen",
                "encapsulate own", "encapsulate agent", "encapsulate missing", "integer 64", "unsigned 8", "unsigned text", "float"))

        def member():
            return self.maybe("array of ", 0.15) + simple()
        return self.maybe("array of ", 0.3) + self.pick(
            member, member, lambda: self.slip("{") + " " + self.some(member, 0, 4, self.slip(", ")) + " " + self.slip("}"))()

    # --- expressions --------------------------------------------------------------------------------

    def variable(self):
        return self.pick("alpha", "gamma-2", "a_b", "xyz", "x1", "long-name", "f", "option", "7")

    def data(self, depth):
        if depth > self.depth_limit:
            return self.slip(self.pick('"leaf"', "1:2:3", "hardware", "option host-name", self.variable(), self.string(), "null"))
        d = depth + 1
        return self.slip(self.pick(
            self.string, self.hexes, lambda: "hardware", lambda: "option " + self.option_name()[0], lambda: "null",
            lambda: f"substring{self.slip('(')}{self.data(d)}{self.slip(',')} {self.numeric(d)}, {self.numeric(d)}{self.slip(')')}",
            lambda: f"concat ({self.some(lambda: self.data(d), 1, 3, ', ')})",
            lambda: f"{self.pick('lcase', 'ucase')} ({self.data(d)})", lambda: f"suffix ({self.data(d)}, {self.numeric(d)})",
            lambda: f"encode-int ({self.numeric(d)}, {self.pick('8', '16', '32', '32', '24', 'x')})",
            lambda: f"{self.pick('pick', 'pick-first-value')} ({self.some(lambda: self.data(d), 1, 3, ', ')})",
            lambda: f"binary-to-ascii ({self.pick('10', '16', '8', '2', '40')}, {self.pick('8', '16', '32', '7')}, {self.data(d)}, {self.data(d)})",
            lambda: f"reverse ({self.pick('1', '2', '3', self.numeric(d))}, {self.data(d)})", lambda: f"packet ({self.numeric(d)}, {self.numeric(d)})",
            lambda: "config-option " + self.option_name()[0], self.variable, lambda: self.call(d), lambda: f"({self.data(d)})",
            lambda: self.pick("leased-address", "host-decl-name", "filename", "server-name", "gethostname ( )", "known", "static"),
            lambda: f"v6relay ({self.numeric(d)}, {self.data(d)})", lambda: self.boolean(d), lambda: self.numeric(d),
            lambda: f"{self.data(d)} {self.pick('+', '*', '|', '-', '!', '~')} {self.data(d)}")())

    def call(self, depth):
        return f"{self.pick('f', 'alpha', 'gamma-2', 'h-1', 'x')} ({self.some(lambda: self.any(depth + 1), 0, 3, ', ')})"

    def numeric(self, depth):
        if depth > self.depth_limit or self.rng.random() < 0.5:
            return self.slip(self.pick(str(self.rng.randrange(9)), self.number(), "0", "1"))
        d = depth + 1
        return self.slip(self.pick(
            lambda: f"extract-int ({self.pick('1:2:3:4', self.data(d))}, {self.pick('8', '16', '32', '5')})", self.number, lambda: "lease-time",
            lambda: f"{self.numeric(d)} {self.pick('+', '-', '*', '/', '%', '&', '|', '^')} {self.numeric(d)}", self.variable,
            lambda: f"({self.numeric(d)})", lambda: self.pick("noerror", "servfail", "bound", "reboot", "client-state", "notauth"))())

    def boolean(self, depth):
        if depth > self.depth_limit:
            return self.slip(self.pick("known", "static", "exists host-name", "option host-name = \"x\""))
        d = depth + 1
        return self.slip(self.pick(
            lambda: f"{self.data(d)} {self.pick('=', '!=', '=', '! =', '==')} {self.data(d)}", lambda: self.pick("known", "static"),
            lambda: f"{self.numeric(d)} {self.pick('=', '!=')} {self.numeric(d)}",
            lambda: f"exists {self.option_name()[0]}", lambda: f"not {self.boolean(d)}", lambda: f"({self.boolean(d)})",
            lambda: f"{self.boolean(d)} {self.pick('and', 'or')} {self.boolean(d)}", lambda: f"defined ({self.variable()})",
            lambda: f"{self.data(d)} {self.pick('~=', '~~')} {self.pick(self.string(), '1:2', self.data(d))}",
            lambda: f"check {self.pick(self.string(), chr(34) + 'default' + chr(34))}", self.variable)())

    def any(self, depth):
        return self.pick(self.data, self.boolean, self.numeric)(depth)

    # --- statements ---------------------------------------------------------------------------------

    def block(self, item, depth, most=3):
        return self.slip("{") + "\n" + self.some(lambda: item(depth + 1), 0, most) + self.slip("}") + "\n"

    def executable(self, depth=0):
        if depth > self.depth_limit:
            return self.parameter()
        body = lambda: self.block(self.executable, depth, 2)  # noqa: E731
        end = self.slip(";") + "\n"
        return self.pick(
            lambda: f"if {self.boolean(1)} {body()}" + self.some(
                lambda: self.pick("elsif ", "else if ", "elseif ") + f"{self.boolean(2)} {body()}", 0, 2) + self.maybe(f"else {body()}", 0.4),
            lambda: f"set {self.variable()} {self.slip('=')} {self.any(1)}{end}",
            lambda: f"log {self.slip('(')}{self.maybe(self.pick('info', 'error', 'debug', 'fatal', 'x') + ', ', 0.7)}{self.any(1)}{self.slip(')')}{end}",
            lambda: f"log (info, {self.data(0)});\n", lambda: f"switch ({self.any(1)}) {self.block(self.case, depth)}",
            lambda: f"on {self.some(lambda: self.pick('commit', 'expiry', 'release', 'transmission', 'x'), 1, 2, ' or ')} {self.pick(body, lambda: end)()}",
            lambda: f"{self.pick('define', 'define', 'set')} {self.variable()} ({self.some(self.variable, 0, 3, self.slip(', '))}) {body()}",
            lambda: f"unset {self.variable()}{end}", lambda: f"eval {self.any(1)}{end}", lambda: f"return {self.any(1)}{end}",
            lambda: f"{self.call(1)}{end}", lambda: "break" + end, lambda: f"add {self.string()}{end}", lambda: "parse-vendor-option" + end,
            self.parameter, self.parameter, self.option, lambda: self.pick(self.key, self.zone)() if depth == 0 else self.option())() + "\n"

    def case(self, depth):
        return self.maybe(self.pick(lambda: f"case {self.any(2)}{self.slip(':')}\n", lambda: "default" + self.slip(":") + "\n")(), 0.7) + self.executable(depth + 1)

    def key(self):
        parts = [f"algorithm {self.pick('hmac-md5', 'HMAC-SHA256', 'hmac-md5.sig-alg.reg.int', 'x', self.string())}{self.slip(';')}",
                 f"secret {self.pick('aGVsbG8=', 'abcd', 'ab=cd', 'a', '====', 'YWJj ZGVm', self.string(), 'abc!')}{self.slip(';')}"]
        if self.rng.random() < 0.2:
            parts.append(self.rng.choice(parts))
        self.rng.shuffle(parts)
        return f"key {self.pick('k', 'k.', self.string(), 'a.b')} {self.slip('{')} {' '.join(parts)} {self.slip('}')}{self.maybe(';')}\n"

    def zone(self):
        def item():
            return self.pick(lambda: f"{self.pick('primary', 'secondary')} {self.some(self.address, 1, 2, ', ')}",
                             lambda: f"{self.pick('primary6', 'secondary6')} {self.some(self.address6, 1, 2, ', ')}",
                             lambda: f"key {self.pick('k', 'k.', 'missing')}", self.word)() + self.slip(";") + " "
        return f"zone {self.slip(self.domain())} {self.slip('{')} {self.some(item)}{self.slip('}')}\n"

    # --- declarations -------------------------------------------------------------------------------

    def host(self, depth):
        kind = self.pick("ethernet", "token-ring", "fddi", "infiniband", "unknown-7", "unknown-x", "x")
        return self.pick(
            lambda: f"hardware {kind} {self.hexes()}{self.slip(';')}\n", lambda: f"fixed-address {self.some(self.address, 1, 3, ', ')}{self.slip(';')}\n",
            lambda: f"fixed-address6 {self.some(self.address6, 1, 2, ', ')}{self.slip(';')}\n",
            lambda: f"fixed-prefix6 {self.address6()}{self.slip('/')}{self.number()};\n", lambda: self.executable(depth),
            lambda: f"uid {self.pick(self.string(), self.hexes())};\n", lambda: f"group {self.pick(self.name(), self.string())};\n",
            lambda: self.pick("dynamic;", "deleted;") + "\n", lambda: f"option dhcp-client-identifier {self.pick(self.string(), self.hexes(), '= ' + self.data(2))};\n",
            lambda: f"host-identifier {self.pick('option', 'v6relopt ' + self.number())} {self.setting(*self.option_name())}\n")()

    def permit(self):
        return f"{self.pick('allow', 'deny', 'ignore')} " + self.slip(self.pick(
            "known-clients", "unknown-clients", "known clients", "unknown clients", "all clients", "dynamic bootp clients", "authenticated clients",
            "unauthenticated clients", "members of " + self.string(), "after " + self.date(), "known", "members \"c\"", "dynamic clients",
            "bootp", "all", "unknown")) + self.slip(";") + "\n"

    def pool(self, depth):
        return self.pick(
            self.range, self.range, self.permit, self.permit, lambda: f"failover peer {self.pick(self.string(), self.name())}{self.slip(';')}\n",
            lambda: f"no failover peer{self.maybe(';', 0.3)}\n", lambda: self.executable(depth), lambda: self.statement(depth))()

    def range(self):
        if self.v6 and self.rng.random() < 0.8:
            tail = self.pick(lambda: " " + self.address6(), lambda: "/" + self.pick("64", "120", "128", "0", "129", self.number()), lambda: "")()
            return self.pick(
                lambda: f"range6 {self.address6()}{tail}{self.maybe(' temporary', 0.2)}{self.slip(';')}\n",
                lambda: f"prefix6 {self.address6()} {self.address6()} {self.slip('/')}{self.pick('48', '64', '128', '0', self.number())}{self.slip(';')}\n")()
        low = self.rng.randrange(1, 200)
        return self.pick(
            lambda: f"range {self.maybe('dynamic-bootp ', 0.3)}10.0.0.{low} 10.0.0.{low + self.rng.randrange(40)}{self.slip(';')}\n",
            lambda: f"range {self.address()}{self.maybe(' ' + self.address())}{self.slip(';')}\n")()

    def klass(self, depth):
        return self.pick(
            lambda: f"match if {self.boolean(1)}{self.slip(';')}\n", lambda: f"match {self.data(1)}{self.slip(';')}\n",
            lambda: f"lease {self.slip('limit')} {self.number()}{self.slip(';')}\n", lambda: f"spawn {self.slip('with')} {self.data(1)}{self.slip(';')}\n",
            lambda: self.executable(depth), lambda: self.pick("dynamic;\n", "deleted;\n"))()

    def net(self, depth):
        kind = "pool6" if self.v6 and self.rng.random() < 0.7 else "pool"
        return self.pick(lambda: self.pool(depth), lambda: f"{kind} {self.block(self.pool, depth, 4)}", lambda: self.statement(depth),
                         self.range, lambda: f"interface {self.pick(self.string(), 'eth0')}{self.slip(';')}\n")()

    def subnet(self, depth):
        if self.v6 and self.rng.random() < 0.85:
            prefix = self.pick("2001:db8::", "2001:db8::", "fade::", self.address6())
            return f"subnet6 {prefix}{self.slip('/')}{self.pick('64', '64', '32', '120', self.number())} " + self.block(self.net, depth, 4)
        net = self.pick("10.0.0.0", "10.0.0.0", "10.0.%d.0" % self.rng.randrange(4), self.address())
        mask = self.pick("255.255.255.0", "255.255.255.0", "255.255.255.128", "255.255.0.0", self.address())
        return f"subnet {net} {self.slip('netmask')} {mask} " + self.block(self.net, depth, 4)

    def statement(self, depth=0):
        if depth > self.depth_limit:
            return self.parameter()
        return self.pick(
            lambda: self.subnet(depth), lambda: self.subnet(depth), self.definition, self.definition,
            lambda: f"shared-network {self.pick(self.name(), self.string())} {self.block(self.pick(self.subnet, self.net), depth)}",
            lambda: f"group {self.pick('', '', self.name(), self.string())} {self.block(self.statement, depth)}",
            lambda: f"host {self.pick(self.name(), self.domain(), self.string())} {self.block(self.host, depth, 4)}",
            lambda: f"class {self.pick(self.string(), self.name())} {self.block(self.klass, depth)}",
            lambda: f"subclass {self.string()} {self.pick(self.hexes(), self.string())} " + (
                ";\n" if self.rng.random() < 0.6 else self.block(self.klass, depth)),
            lambda: f"{self.pick('vendor-class', 'user-class')} {self.string()} " + (";\n" if self.rng.random() < 0.5 else self.block(self.klass, depth)),
            lambda: self.executable(depth), lambda: self.executable(depth), self.option, self.parameter, self.failover, self.zone, self.key,
            lambda: f"include \"{self.pick('i.inc', 'i.inc', 'none.inc')}\"{self.slip(';')}\n", lambda: f"% {self.word()};\n",
            lambda: f"# {self.string()}\n", lambda: self.word() + " " + self.word() + ";\n")()

    def failover(self):
        number = lambda: self.pick(self.number(), str(self.rng.randrange(300)))  # noqa: E731
        items = [self.pick("primary", "secondary", ""), f"{self.maybe('peer ', 0.4)}address {self.address()}", f"peer address {self.address()}",
                 f"port {number()}", f"peer port {number()}", f"max-response-delay {number()}", f"max-unacked-updates {number()}",
                 f"mclt {number()}", self.pick(f"split {number()}", "split 128", "hba " + ":".join(["ff"] * self.pick(32, 32, 31, 33))),
                 f"load balance max seconds {number()}", f"auto-partner-down {number()}", f"max-lease-misbalance {number()}",
                 f"max-lease-ownership {number()}", f"min-balance {number()}", f"max-balance {number()}", self.word()]
        if self.rng.random() < 0.5:
            items = items[:1] + ["address 10.0.0.1", "peer address 10.0.0.2", "mclt 3600", "split 128"] + items[3:7]
        if self.rng.random() < 0.4:
            self.rng.shuffle(items)
        items = [item + self.slip(";") for item in items[:self.rng.randrange(3, 17)]]
        state = f"{self.pick('my', 'partner')} state {self.rng.choice(STATES)} at {self.date()}{self.slip(';')}"
        return f"failover {self.slip('peer')} {self.pick(self.string(), self.name())} " + self.pick(
            lambda: f"{self.slip('{')}\n  " + "\n  ".join(items) + f"\n{self.slip('}')}\n", lambda: ";\n", lambda: f"state {{ {state} mclt 3600; }}\n")()

    def file(self):
        text = self.some(self.statement, 1, self.pick(2, 4, 8))
        if self.rng.random() < 0.2:
            text = self.maybe("ddns-update-style none;\n") + "option space own;\noption own.mtu code 1 = unsigned integer 16;\n" + text
        return text

    # --- the lease file -----------------------------------------------------------------------------

    def lease_file(self):
        return self.some(self.lease_item, 1, 8)

    def lease_item(self):
        return self.pick(self.lease, self.lease, self.lease, self.association, self.association, self.failover, self.key, self.zone,
                         lambda: f"host {self.name()} {self.block(self.host, 6)}", lambda: f"class {self.string()} {self.block(self.klass, 6)}",
                         lambda: f"subclass {self.string()} {self.string()} {self.block(self.klass, 6)}",
                         lambda: f"group {self.name()} {self.block(self.statement, 6)}",
                         lambda: f"server-duid {self.pick(self.string(), self.duid())}{self.slip(';')}\n",
                         lambda: f"authoring-byte-order {self.pick('little-endian', 'big-endian', 'x')}{self.slip(';')}\n",
                         lambda: self.word() + ";\n", lambda: f"lease-id-format {self.pick('hex', 'octal')};\n",
                         lambda: f"failover peer \"p\" state {{ my state {self.rng.choice(STATES)} at {self.date()}; partner state "
                         f"{self.rng.choice(STATES)} at {self.date()}{self.slip(';')} {self.maybe('mclt 60;')} }}\n")()

    def assignment(self):
        value = self.pick(self.string(), "%" + self.number(), "true", "false", self.hexes(), self.name())
        return f"set {self.variable()} {self.slip('=')} {value}{self.slip(';')}\n"

    def lease(self):
        def item(depth):
            return "  " + self.pick(
                lambda: f"{self.pick('starts', 'ends', 'tstp', 'tsfp', 'atsfp', 'cltt', 'timestamp')} {self.slip(self.date())}{self.slip(';')}\n",
                lambda: f"{self.pick('', 'next ', 'rewind ')}binding state {self.slip(self.rng.choice(BINDINGS))}{self.slip(';')}\n",
                lambda: f"hardware {self.pick('ethernet', 'fddi', 'unknown-9', 'x')} {self.hexes()};\n", self.assignment, self.assignment,
                lambda: f"uid {self.pick(self.string(), self.hexes())};\n", lambda: f"client-hostname {self.pick(self.string(), self.name())};\n",
                lambda: f"option agent.{self.rng.choice(OPTIONS.get('agent') or [('x', 1, 'X')])[0]} {self.pick(self.string(), self.hexes(), self.number())};\n",
                lambda: self.pick("abandoned;", "reserved;", "dynamic-bootp;", "bootp;", "released;") + "\n", self.executable, self.word,
                lambda: f"{self.pick('billing class', 'billing subclass')} {self.string()} {self.maybe(self.string())};\n",
                lambda: f"on {self.pick('expiry', 'release')} {self.block(self.executable, 6, 1)}", lambda: f"{self.pick('hostname', 'domain-name', 'ddns-text')} {self.string()};\n")()
        return f"lease {self.slip(self.pick('10.0.0.%d' % self.rng.randrange(256), self.address()))} {self.block(item, 0, 8)}"

    def association(self):
        def inner(depth):
            return "    " + self.pick(lambda: f"binding state {self.rng.choice(BINDINGS)};\n", lambda: f"preferred-life {self.number()};\n",
                                      lambda: f"max-life {self.number()};\n", lambda: f"ends {self.slip(self.date())};\n", self.assignment,
                                      lambda: f"on {self.pick('expiry', 'x')} {self.block(self.executable, 6, 1)}", self.word)()

        def full():
            return f"{{ binding state active; preferred-life 100; max-life 200; ends {self.date()}; {self.maybe(self.assignment(), 0.3)} }}\n"

        def item(depth):
            return "  " + self.pick(lambda: f"cltt {self.date()};\n", lambda: f"iaaddr {self.address6()} {self.pick(full, lambda: self.block(inner, 6, 5))()}",
                                    lambda: f"iaaddr {self.address6()} {full()}",
                                    lambda: f"iaprefix {self.address6()}/{self.number()} {full()}", self.word)()
        key = self.pick('"\\001\\000\\000\\000\\000\\001\\000\\001xyz"', '"short"', '""', self.hexes(), "1:2:3:4:5:6:7:8")
        return f"ia-{self.pick('na', 'na', 'ta', 'pd', 'x')} {self.slip(key)} {self.block(item, 0, 4)}"
