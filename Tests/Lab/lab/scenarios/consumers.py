"""Programs of others that read what the servers write."""
import glob
import json
import os
import re
import shutil
import subprocess
import time

from ..dhcp import REQUEST
from ..scenario import Skipped, check, scenario

RULES = "/etc/logcheck/ignore.d.server"


def _output(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=30)
    check(done.returncode == 0, f"{words[0]} ended with {done.returncode}: {done.stderr.strip()[:200]}")
    return done.stdout


def _a_bit_of_everything(lab):
    """Two clients with leases, one released and one declined address."""
    lab.start()
    clients = [lab.client_of(lab.a, hostname="one"), lab.client_of(lab.b, hostname="two")]
    gone, bad = lab.client_of(lab.a), lab.client_of(lab.b)
    for client in clients + [gone, bad]:
        lab.bound(client)
    released, declined = gone.address, bad.address
    gone.release()
    bad.decline()
    for server in (lab.a, lab.b):
        for client in clients:
            check(server.lease_is(client.address, "active"), f"{client.address} not active on the {server.role}")
        check(server.lease_is(released, ("free", "backup", "released")), f"{released} not released on the {server.role}")
        check(server.lease_is(declined, "abandoned"), f"{declined} not abandoned on the {server.role}")
    return clients


@scenario("consumers")
def lease_lists_and_pool_counts(lab):
    """dhcp-lease-list and dhcpd-pools tell the same of both servers' files: leases, names, how many are used."""
    missing = [name for name in ("dhcp-lease-list", "dhcpd-pools") if not shutil.which(name)]
    if missing:
        raise Skipped(f"{' and '.join(missing)} not installed")
    clients = _a_bit_of_everything(lab)
    for server in (lab.a, lab.b):
        listed = _output("dhcp-lease-list", "--parsable", "--lease", server.leases_path)
        rows = {mac: (address, name) for mac, address, name in
                re.findall(r"^MAC (\S+) IP (\S+) HOSTNAME (\S+) ", listed, re.M)}
        for client in clients:
            # ISC: the name is not part of a binding update, so the partner's file has none.
            name = client.hostname if client.server == server.address else "-NA-"
            check(rows.get(client.mac) == (client.address, name), f"the {server.role}'s list says {rows.get(client.mac)}")
        pools = json.loads(_output("dhcpd-pools", "-c", server.conf, "-l", server.leases_path, "-f", "j"))
        total = pools["summary"]
        check(total["used"] == len(clients), f"the {server.role}'s file gives {total}")
        check(total["free"] == total["defined"] - total["used"], f"the {server.role}'s file gives {total}")


def _known_to_logcheck():
    rules = []
    for path in glob.glob(os.path.join(RULES, "*dhcp*")):
        with open(path, encoding="utf-8", errors="replace") as file:
            rules += [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    return rules


def _unmatched(server):
    """The log lines that Debian's rules do not know, with what varies taken out of them."""
    said = "".join(f"Nov 21 10:00:00 host dhcpd[1]: {line}\n" for _, line in server.lines if line.strip())
    path = os.path.join(server.directory, "rules")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(_known_to_logcheck()) + "\n")
    left = subprocess.run(["grep", "-vE", "-f", path], input=said, capture_output=True, text=True, timeout=60).stdout
    lines = (line.split(": ", 1)[1] for line in left.splitlines())
    return {re.sub(r"[0-9a-f]{2}(:[0-9a-f]{2})+", "MAC", re.sub(r"\d+", "N", line)) for line in lines}


@scenario("consumers")
def log_lines_are_known_to_logcheck(lab):
    """Debian's logcheck rules know every line of a working pair that they know of ISC's server."""
    if not _known_to_logcheck():
        raise Skipped("logcheck-database is not installed")
    clients = _a_bit_of_everything(lab)
    clients[0].init_reboot()
    lab.client().inform("10.77.0.77")
    stray = lab.client()
    stray.exchange(lambda secs: stray.packet(REQUEST, secs=secs, requested="10.99.0.1"),
                   lambda reply: True, tries=1, window=1.5)
    time.sleep(1)
    # What the rules do not know of ISC's server itself, and the lines at the start that name this one.
    unknown = re.compile(r"failover peer|Listening on|Sending |Config file|Database file|PID file|reuse_lease|Abandoning"
                         r"|DHCPDECLINE of|Server starting|bind update|pool |^dhcpd N|^Copyright N|^Licensed|^For info")
    for server in (lab.a, lab.b):
        kinds = {line for line in _unmatched(server) if not unknown.search(line)}
        check(not kinds, f"the {server.role} says what no rule knows: {sorted(kinds)[:6]}")
