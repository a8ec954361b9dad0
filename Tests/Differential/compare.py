"""What of two servers' replies, log lines and lease files must be equal."""
import datetime
import difflib
import re

from packets import describe

# ISC's raw socket also hears what the server itself sends to a relay's port 67; ours does not.
# Its timers have 32 bits, and it says so.
OWN = re.compile(r"DHCP(OFFER|ACK|NAK) from .*: unknown network segment$|Timeout too large reducing to")
DATE = re.compile(r"(?:\d (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)|epoch (\d+));(?: # .*)?")
NO_HLEN = "Received DHCPv4 packet without client-id option and empty hlen field."
ANSWER = re.compile(r"(DHCP(OFFER|ACK|NAK) on|DHCPACK to|BOOTREPLY|DHCPLEASE[AU]\w+ to) ")
LOST = re.compile(r"send_packet: (?!please)")
AT_START = re.compile(r"Wrote \d+ |Abandoning|expired|lease|Reclaiming")


def reply_words(reply):
    words = [f"to {reply['to']}:{reply['port']} mac {reply['mac']} from {reply['from']}"]
    for line in describe(reply["payload"]):
        if re.match(r"(51|58|59|91) [0-9a-f]{8}$", line):
            code, value = line.split()
            line = f"{code} ~{round(int(value, 16) / 4)}"
        words.append(line)
    return words


def line_words(line):
    line = re.sub(r"lease age \d+", "lease age N", line)
    line = re.sub(r"Ends: -?\d+, Adaptive: -?\d+", "Ends: N, Adaptive: N", line)
    return re.sub(r"to \d+\.$", "to N.", line) if "Pool over threshold" in line else line


def log_words(lines):
    """Without what ISC's server hears of itself: its replies to relays, and to queries with hlen 0."""
    words = [line_words(line) for line in lines if not OWN.match(line)]
    if any("LEASEQUERY from" in word for word in words):
        words = [word for word in words if word != NO_HLEN]
    return words


def promised(lines):
    """How many replies these lines announce."""
    return sum(1 for line in lines if ANSWER.match(line)) - sum(1 for line in lines if LOST.match(line))


def start_words(lines):
    """Of what is said at the start only what depends on the lease file."""
    return [line for line in lines if AT_START.match(line)]


def near(old, new):
    """Equal but for ~times that are next to each other."""
    if len(old) != len(new):
        return False
    for a, b in zip(old, new):
        if a == b:
            continue
        if "~" in a and "~" in b and a.split("~")[0] == b.split("~")[0] and \
                abs(int(a.split("~")[1]) - int(b.split("~")[1])) <= 1:
            continue
        return False
    return True


def _quarter(match):
    if match[2]:
        return "~%d" % (int(match[2]) / 4)
    return "~%d" % (datetime.datetime.strptime(match[1], "%Y/%m/%d %H:%M:%S").replace(
        tzinfo=datetime.timezone.utc).timestamp() / 4)


def leases(path):
    """Every record of each address, one after the other, as lines; dates as ~ and four seconds."""
    found = {}
    with open(path, errors="replace") as file:
        for name, body in re.findall(r"^lease (\S+) \{\n(.*?)^\}", file.read(), re.M | re.S):
            found.setdefault(name, []).append([DATE.sub(_quarter, line) for line in body.splitlines()])
    return {name: [line for record in records for line in ["{"] + record] for name, records in found.items()}


def show(title, old, new):
    print(f"      {title}")
    names = {"-": "old", "+": "new", " ": "   "}
    for line in difflib.ndiff(old, new):
        if line[0] in names:
            print(f"        {names[line[0]]} {line[2:]}")
