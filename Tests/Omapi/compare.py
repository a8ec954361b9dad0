"""The same scripts for ISC's server and ours: what omshell prints, and what the lease file says then."""
import difflib
import glob
import os
import re

from servers import ISC, LEASES, OMSHELL, Server

HERE = os.path.dirname(os.path.abspath(__file__))


def scripts(*names):
    """(name, lines) of each transcript, without comments."""
    for path in sorted(glob.glob(os.path.join(HERE, "transcripts", "*.omshell"))):
        name = os.path.basename(path).removesuffix(".omshell")
        if names and name not in names:
            continue
        with open(path) as file:
            yield name, [line for line in file.read().splitlines() if line and not line.startswith("#")]


def without_invented_names(text):
    """Names that a server makes up hold the time and an address in memory."""
    return re.sub(r"\bn([hg])[0-9a-f]{16,}", r"n\1*", text)


def declarations(text):
    """The records that are not leases: all of them, in order, as they were appended."""
    records = re.findall(r"^(?:host|group|class|subclass) [^\n]*\{\n.*?^\}\n", text, re.M | re.S)
    return without_invented_names("".join(records))


def lease_states(text):
    """What the last record of each lease says that is changed at all; ISC's `remote-handle` aside."""
    last = {}
    for address, record in re.findall(r"^lease (\S+) \{\n(.*?)^\}\n", LEASES + text, re.M | re.S):
        last[address] = re.findall(r"^  (?:binding state|ends|reserved|uid|hardware).*$", record, re.M)
    return "".join(f"{address} {fields}\n" for address, fields in sorted(last.items()))


def difference(kind, isc, ours):
    lines = difflib.unified_diff(isc.splitlines(), ours.splitlines(), f"ISC {kind}", f"ours {kind}", "", "", 3, "")
    return list(lines)


def session(program, name, lines, key=None, omshell=OMSHELL):
    """Runs one script on a fresh server; gives what is to be compared."""
    top, opening = "", ["port 7911", "connect"]
    if key:
        algorithm, secret = key
        top = (f'key k1 {{ algorithm {algorithm}; secret {secret}; }}\n'
               "key other { algorithm hmac-md5; secret bm90dGhlb25l; }\nomapi-key k1;")
        opening = ["port 7911", f"key-algorithm {algorithm}", f"key k1 {secret}", "connect"]
    with Server(program, name, top) as server:
        before = len(server.lease_text())
        printed = server.omshell("\n".join(opening + lines) + "\n", omshell)
        alive = server.is_running()
        text = server.lease_text()[before:]
    return without_invented_names(printed), declarations(text), lease_states(text), alive


def compare(ours, isc=ISC, names=(), key=None, omshell=OMSHELL):
    """Yields (name, number of commands, differences) for each script."""
    for name, lines in scripts(*names):
        left = session(isc, "isc", lines, key, omshell)
        right = session(ours, "ours", lines, key, omshell)
        wrong = []
        for kind, one, other in zip(("output", "records", "leases"), left, right):
            wrong += difference(kind, one, other)
        if not right[3]:
            wrong.append("our server ended")
        yield name, len(lines), wrong
