"""What `on` statements do: programs that `execute` names, and the ends of leases."""
import os

from ..scenario import check, scenario, wait_for

CONFIG = """authoritative; ddns-update-style none; ping-check false;
min-lease-time 1; default-lease-time {seconds}; max-lease-time 3600;
on commit {{ execute ("{hook}", "commit", binary-to-ascii (10, 8, ".", leased-address)); }}
on release {{ execute ("{hook}", "release", binary-to-ascii (10, 8, ".", leased-address)); }}
on expiry {{ execute ("{hook}", "expiry", binary-to-ascii (10, 8, ".", leased-address)); }}
subnet 10.77.0.0 netmask 255.255.255.0 {{ pool {{ range 10.77.0.100 10.77.0.139; }} }}
"""


def _hook(lab, body):
    path = os.path.join(lab.directory, "hook")
    with open(path, "w") as file:
        file.write(f"#!/bin/sh\n{body}\n")
    os.chmod(path, 0o755)
    return path


def _start(lab, hook, seconds=300):
    lab.a.configure(CONFIG.format(hook=hook, seconds=seconds))
    lab.a.start()
    check(lab.a.running, f"does not start: {lab.a.last_words()}")


def _has(path, text):
    return os.path.exists(path) and text in open(path).read().splitlines()


@scenario("events")
def programs_run_at_commit_release_and_expiry(lab):
    """execute runs with its arguments as words at each event; a status other than 0 is logged."""
    said = os.path.join(lab.directory, "said")
    hook = _hook(lab, f'echo "$# $1 $2" >> {said}; [ "$1" != release ] || exit 3')
    _start(lab, hook, seconds=3)
    client, other = lab.client(), lab.client()
    lab.bound(client)
    address = client.address
    check(wait_for(lambda: _has(said, f"2 commit {address}"), 5), "no program at the commit")
    lab.bound(other)
    gone = other.address
    other.release()
    check(wait_for(lambda: _has(said, f"2 release {gone}"), 5), "no program at the release")
    check(lab.a.logged(f"execute: {hook} exit status 768"), "the exit status is not logged")
    check(wait_for(lambda: _has(said, f"2 expiry {address}"), 10), "no program at the end of the lease")
    check(not _has(said, f"2 expiry {gone}"), "a released lease expired")


@scenario("events", beyond=True)
def execute_holds_nobody_up(lab):
    """While a program sleeps, others get their leases. ISC dhcpd serves nobody until it has ended."""
    said = os.path.join(lab.directory, "said")
    _start(lab, _hook(lab, f"sleep 4; echo done >> {said}"))
    for client in lab.flock(10):
        check(client.dora(tries=1, wait=1), "no lease while a program ran")
    check(not os.path.exists(said), "the program did not take its time")
    check(wait_for(lambda: _has(said, "done"), 10), "the program was not run")
