"""Golden records: what ISC's servers log, write and send in each scenario, and how a run differs from it.

golden/NAME.PART       one run of ISC against ISC, normalised, to be read
golden/NAME.PART.some  kinds of lines that some runs of ISC against ISC have and others lack

A run is compared by the kinds of its lines, times, addresses and numbers blanked, and for the wire
also by what follows what in each direction. It differs when it has a kind that ISC never showed,
or lacks one that ISC always shows; declared.py names the differences that are meant.
"""
import os
import re

from . import net
from .declared import reason_for

GOLDEN_LINES = 600  # enough to read; longer records repeat themselves
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")

_BLANKS = [(r"\bpool [0-9a-f]{6,16}\b", "pool P"), (r"/\S*/(dhcpd\.\w+)", r"\1"), (r"\bpid \d+", "pid N"),
           (r"\b\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\b", "T"), (r"lease age \d+", "lease age N"),
           (r"uid lease .* for client", "uid lease X for client")]
# Logged when a lease changes before its last change is acknowledged, and when a client's request to the partner is
# read before what the partner says of it: whoever is quicker has more or less of it.
_BY_CHANCE = re.compile(r"bind update on ADDRESS got ack from \w+: xid mismatch\."
                        r"|DHCPREQUEST for ADDRESS \(ADDRESS\) from MAC via \w+: lease owned by peer")
_WHEN_SLOW = re.compile(r"\+reuse_lease: .*")  # the client has asked twice
_BANNER = "For info, please visit "  # begins the last of the four lines that each server says of itself


def _without_banner(lines):
    kept = []
    for line in lines:
        kept.append(line)
        if line.startswith(_BANNER):
            del kept[-4:]
    return kept


def _normal_log(lines):
    text = []
    for _, line in lines:
        for pattern, blank in _BLANKS:
            line = re.sub(pattern, blank, line)
        text.append(line)
    return _without_banner(text)


def _normal_wire(seen):
    names = {net.A_FO: "primary", net.B_FO: "secondary"}
    return [f"{names.get(s.source, s.source)}: {s.message.text(normal=True)}"
            for s in seen if s.message.name != "CONTACT"]


def _normal_leases(file):
    """The last record of every address that was ever leased, times blanked."""
    stamps = re.compile(r"\d \d{4}/\d\d/\d\d \d\d:\d\d:\d\d")
    return "".join(f"lease {lease.address} {{\n{stamps.sub('T', lease.body)}}}\n"
                   for lease in file.leases.values() if lease.mac).splitlines()


def _parts(lab):
    parts = {"primary.log": _normal_log(lab.a.lines), "secondary.log": _normal_log(lab.b.lines),
             "wire": _normal_wire(lab.wire.seen)}
    if lab.golden_leases:
        parts.update({f"{server.role}.leases": _normal_leases(server.leases()) for server in (lab.a, lab.b)})
    return {part: lines for part, lines in parts.items() if lines}


def _path(name, part):
    return os.path.join(GOLDEN, f"{name}.{part}")


def _lines(path):
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return file.read().splitlines()


def record(name, lab):
    os.makedirs(GOLDEN, exist_ok=True)
    for part, lines in _parts(lab).items():
        with open(_path(name, part), "w") as file:
            file.write("\n".join(lines[:GOLDEN_LINES]) + "\n")
        if os.path.exists(_path(name, part) + ".some"):
            os.remove(_path(name, part) + ".some")


def _kinds(part, lines):
    """The kinds of lines of a record: what differs by client, count or moment is blanked, order is dropped."""
    kinds = set()
    for line in _without_banner(lines):
        for pattern, blank in ((r"([0-9a-f]{2}:){5}[0-9a-f]{2}", "MAC"), (r"\b\d+\.\d+\.\d+\.\d+\b", "ADDRESS"),
                               (r"-?\b\d+\b", "N")):
            line = re.sub(pattern, blank, line)
        kinds.add(line)
    return kinds | _successions(lines) if part == "wire" else kinds


def _successions(lines):
    """What follows what in each direction: a run of updates is one; acknowledgements are left out, which either
    side sends when it comes to it, and so is what opens and refuses the second of two links."""
    before, found = {}, set()
    for line in lines:
        source, words = line.split(": ", 1)
        if words.startswith(("BNDACK", "CONNECT ")) or words.startswith("CONNECTACK") and "reject-reason" in words:
            continue
        state = re.search(r"server-state=(\S+) server-flags=(\d)", words)
        name = words.split()[0] + (f" {state[1]}/{state[2]}" if state else "")
        if before.get(source) not in (None, name):
            found.add(f"{source}: {before[source]}, then {name}")
        before[source] = name
    return found


def _golden_kinds(name, part):
    """Kinds that ISC's servers always show, and those that they can show."""
    shown, some = _kinds(part, _lines(_path(name, part))), set(_lines(_path(name, part) + ".some"))
    return shown - some, shown | some


def observe(name, lab):
    """Adds to the golden records what this run of ISC against ISC has and they lack, or the other way round."""
    for part, lines in _parts(lab).items():
        if not os.path.exists(_path(name, part)):
            continue
        always, ever = _golden_kinds(name, part)
        now = _kinds(part, lines)
        some = set(_lines(_path(name, part) + ".some")) | (now - ever) | (always - now)
        some = {line for line in some if not _BY_CHANCE.fullmatch(line)}
        if some:
            with open(_path(name, part) + ".some", "w") as file:
                file.write("\n".join(sorted(some)) + "\n")


def compare(name, lab):
    """(lines, reasons): what this run has or lacks and nobody declared, and the rows that declare the rest."""
    difference, reasons = [], []
    for part, lines in _parts(lab).items():
        if not os.path.exists(_path(name, part)):
            continue
        always, ever = _golden_kinds(name, part)
        now = _kinds(part, lines)
        odd = []
        for line in [f"-{line}" for line in sorted(always - now)] + [f"+{line}" for line in sorted(now - ever)]:
            if _BY_CHANCE.fullmatch(line[1:]) or _WHEN_SLOW.fullmatch(line):
                continue
            reason = reason_for(name, part, line)
            if reason is None:
                odd.append(line)
            elif reason not in reasons:
                reasons.append(reason)
        if odd:
            difference += [f"--- golden/{name}.{part}", "+++ this run", *odd]
    return difference, reasons
