"""Command line of the laboratory."""
import argparse
import fnmatch
import os
import signal
import sys

from . import net, scenario
from .declared import undocumented
from .server import DEFAULT_DHCPD

PAIRINGS = ("isc-isc", "new-isc", "isc-new", "new-new")


def parser():
    p = argparse.ArgumentParser(prog="lab", description="DHCP failover scenarios between two dhcpd servers")
    p.add_argument("names", nargs="*", help="scenario names or patterns (default: all but the beyond ISC ones)")
    p.add_argument("--primary", default=DEFAULT_DHCPD, metavar="CMD", help="primary server command")
    p.add_argument("--secondary", default=DEFAULT_DHCPD, metavar="CMD", help="secondary server command")
    p.add_argument("--new", metavar="CMD", help="with --pairing: the server that stands for `new`")
    p.add_argument("--pairing", choices=PAIRINGS + ("all",), help="which of ISC and --new plays primary-secondary")
    p.add_argument("-j", "--jobs", type=int, default=6, help="scenarios at a time (default 6)")
    p.add_argument("--retry", type=int, default=0, metavar="N",
                   help="run a failed scenario up to N more times, alone: a busy machine is late at times")
    p.add_argument("--beyond", action="store_true", help="the scenarios ISC fails instead of the ordinary ones")
    p.add_argument("--list", action="store_true", help="list scenarios and stop")
    p.add_argument("--record", action="store_true", help="write golden logs and wire traces of passing scenarios")
    p.add_argument("--observe", action="store_true",
                   help="add to the golden records what differs between runs of ISC against ISC")
    p.add_argument("--compare", action="store_true",
                   help="fail on what ISC against ISC never shows, or always; see lab/golden.py and lab/declared.py")
    p.add_argument("--keep", metavar="DIR", help="keep every scenario's files (logs, leases, pcap) under DIR")
    p.add_argument("--clean", action="store_true", help="remove namespaces a killed run left behind and stop")
    p.add_argument("-v", "--verbose", action="store_true", help="show tracebacks")
    return p


def chosen(patterns, beyond, topic=None):
    if not patterns:
        return [name for name, function in scenario.REGISTRY.items()
                if function.beyond == beyond and topic in (None, function.topic)]
    names = []
    for pattern in patterns:
        matching = fnmatch.filter(scenario.REGISTRY, pattern)
        if not matching:
            sys.exit(f"no scenario matches {pattern}; try --list")
        names += [name for name in matching if name not in names]
    return names


def main(arguments=None, topic=None):
    """Run the command line; topic narrows what is run when no scenario is named."""
    options = parser().parse_args(arguments)
    if options.list:
        for name, function in scenario.REGISTRY.items():
            mark = "beyond ISC" if function.beyond else function.topic
            print(f"{name:36} {mark:12} {(function.__doc__ or '').strip().splitlines()[0]}")
        return 0
    if os.geteuid() != 0:
        sys.exit("the lab makes network namespaces: run it as root")
    net.delete_leftovers()
    if options.clean:
        return 0
    if options.keep:
        options.keep = os.path.abspath(options.keep)
        os.makedirs(options.keep, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    names = chosen(options.names, options.beyond, topic)
    if options.compare and (missing := undocumented()):
        sys.exit("declared differences without a row in man/dhcpd.8: " + "; ".join(missing))
    try:
        return 1 if run(names, options) else 0
    except KeyboardInterrupt:
        return 130


def run(names, options):
    """Run the scenarios with the servers given, or once for each pairing asked for."""
    if not options.pairing:
        return scenario.run(names, options)
    failed = 0
    for pairing in PAIRINGS if options.pairing == "all" else (options.pairing,):
        servers = {"isc": DEFAULT_DHCPD, "new": options.new}
        options.primary, options.secondary = (servers[side] for side in pairing.split("-"))
        if not options.primary or not options.secondary:
            sys.exit("--pairing needs --new CMD")
        print(f"== {pairing}")
        failed += scenario.run(names, options)
    return failed
