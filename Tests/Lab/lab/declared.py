"""Differences from ISC's servers that are meant. Each is a row of COMPATIBILITY in man/dhcpd.8, named by its title."""
import fnmatch
import os
import re

MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "man", "dhcpd.8")


class Declared:
    """Lines that a comparison may show: + is seen with ours only, - with ISC's only."""

    def __init__(self, title, scenarios, part, *lines):
        self.title, self.scenarios, self.part = title, scenarios.split(), part
        self.lines = [re.compile(line) for line in lines]

    def covers(self, scenario, part, line):
        return (any(fnmatch.fnmatch(scenario, pattern) for pattern in self.scenarios)
                and fnmatch.fnmatch(part, self.part) and any(wanted.fullmatch(line) for wanted in self.lines))


_UPDATE = r"BNDUPD .*binding-status={} client-hardware-address=MAC .*start-time-of-state=T"
_CONTACT = " client-last-transaction-time=T"
_SPARED = r"failover peer lab: (I move|peer moves) from (normal|communications-interrupted) to .*"

DECLARED = (
    Declared("A refused connection is told why", "*", "wire",
             r"\+secondary: CONNECTACK .* reject-reason=duplicate-connection message=already connected",
             r"\+secondary: CONNECTACK .* reject-reason=invalid-mclt message=no MCLT provided"),
    Declared("A refused connection is told why", "*", "primary.log",
             r"\+Failover CONNECT to lab rejected: Connection rejected, duplicate connection\."),
    Declared("A pool of a pair that runs low is logged", "*", "*.log",
             r"\+failover peer lab: no free leases here, .*", r"\+failover peer lab: pool .* runs low: .*"),
    # Whoever was only offered an address before it goes to the partner.
    Declared("In pools of a pair an offer is no contact",
             "both_partner_down link_cut_and_healed paused_by_omapi recover_waits_mclt", "wire",
             r"\+(primary|secondary): " + _UPDATE.format("(free|backup)"),
             r"-(primary|secondary): " + _UPDATE.format("(free|backup)") + _CONTACT),
    # The secondary says that a lease is over before the primary comes to say so.
    Declared("What is announced is what holds when it is sent", "link_cut_and_healed", "wire",
             r"\+primary: " + _UPDATE.format("free") + f"({_CONTACT})?",
             r"-primary: " + _UPDATE.format("expired") + f"({_CONTACT})?"),
    # A relay sends each request twice.
    Declared("In pools of a pair only a client that renews is sent its lease as it stands",
             "option_82 relayed_clients", "*", "-reuse_lease: .*",
             r"\+primary: BNDACK assigned-IP-address=ADDRESS"),
    # A lease that ends in the second of the reunion is still active there with ISC's.
    Declared("A lease ends at its second", "same_address_given_twice", "wire",
             r"-secondary: " + _UPDATE.format("(active|expired)") + _CONTACT,
             r"\+primary: UPDREQ, then STATE conflict-done/0"),
    Declared("A stop by OMAPI is told to the partner at once", "omapi_shutdown", "*.log",
             r"-Disabling (in|out)put on .*", r"-timeout waiting for failover peer lab", "-" + _SPARED),
    Declared("A stop by OMAPI is told to the partner at once", "omapi_shutdown", "wire",
             r"-.*communications-interrupted.*", r"-secondary: STATE normal/0, then CONNECTACK",
             r"\+primary: BNDUPD, then STATE shutdown/0"),
    Declared("A recovery that was interrupted is taken up again", "omapi_shutdown", "wire",
             r"\+primary: BNDACK .* reject-reason=outdated-binding-info message=not received"),
    Declared("A recovery that was interrupted is taken up again", "omapi_shutdown", "secondary.log",
             r"\+bind update on ADDRESS from lab rejected: not received"),
    Declared("What a client holds is defended also before it was announced", "same_address_given_twice", "wire",
             "-primary: BNDACK assigned-IP-address=ADDRESS",
             r"\+primary: BNDACK .* reject-reason=less-critical-binding-info message=incoming update is less .*"),
    Declared("A message whose options begin within its header ends the connection unread", "bad_payload_offset",
             "*.log", "-FAILOVER: .*"),
)


def reason_for(scenario, part, line):
    """The title of the row that declares a difference, or None."""
    return next((row.title for row in DECLARED if row.covers(scenario, part, line)), None)


def undocumented():
    """Titles that the manual does not have."""
    with open(MANUAL) as file:
        text = file.read()
    return sorted({row.title for row in DECLARED if row.title not in text})
