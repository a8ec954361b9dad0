"""The process itself: how it starts, ends, and what a disk that refuses does to leases.

ISC dhcpd fails all of these: it is killed by signals, and after a failed rewrite it writes into a removed file.
"""
import os
import signal
import subprocess

from ..scenario import check, scenario, wait_for
from .files import ALONE


def _single(lab, folder=None):
    """The first server without a partner; its lease file in another folder if one is given."""
    if folder:
        lab.a.leases_path = os.path.join(folder, "dhcpd.leases")
    if not lab.a.starts:
        lab.a.configure(ALONE)
    lab.a.start()
    check(lab.a.running, f"does not start: {lab.a.last_words()}")


def _small_disk(lab, size):
    folder = os.path.join(lab.directory, "disk")
    os.makedirs(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "lab", folder], check=True)
    lab.cleanups.append(lambda: subprocess.run(["umount", "-l", folder], check=False))
    return folder


def _fill(folder):
    path = os.path.join(folder, "filler")
    with open(path, "wb", buffering=0) as file:
        try:
            for _ in range(1 << 20):
                file.write(b"x" * 512)
        except OSError:
            pass
    return path


@scenario("storage", beyond=True)
def ends_in_order(lab):
    """TERM and INT: what is pending is written, the pid file goes, exit status 0; HUP does not end it."""
    for how in (signal.SIGTERM, signal.SIGINT):
        _single(lab)
        client = lab.client()
        lab.bound(client)
        check(os.path.exists(lab.a.pid_path), "no pid file")
        lab.a.process.send_signal(signal.SIGHUP)
        lab.bound(lab.client())
        status, seconds = lab.a.stop(how)
        check(status == 0 and seconds < 2, f"{how.name}: exit status {status} after {seconds:.1f}s")
        check(not os.path.exists(lab.a.pid_path), "the pid file stays")
        check(lab.a.lease_is(client.address, "active"), "the lease is not in the file")


@scenario("storage", beyond=True)
def full_disk_acknowledges_nothing(lab):
    """No ACK leaves that is not on disk; when there is room again the server goes on, the file is whole."""
    folder = _small_disk(lab, "64k")
    _single(lab, folder)
    before = lab.client()
    lab.bound(before)
    filler = _fill(folder)
    mark = lab.a.mark()
    refused = lab.flock(16, hostname="x" * 60)
    for client in refused:
        client.dora(tries=1, wait=0.3)
        if client.address:  # there was room for a few more in the last block
            check(lab.a.lease_is(client.address, "active"), f"{client.address} was acknowledged and is not in the file")
    unlucky = [client for client in refused if not client.address]
    check(unlucky, "the disk was not full")
    check(lab.a.logged("commit_leases: unable to commit", mark), "nothing was logged")
    check(lab.a.running, f"died: {lab.a.last_words()}")
    os.unlink(filler)
    check(wait_for(lambda: unlucky[0].dora(tries=1), 8), "no lease after there was room again")
    lab.a.kill()
    lab.a.start()
    for client in [before, unlucky[0]]:
        ack = client.init_reboot()
        check(ack and ack.type == 5, f"{client.address} is not remembered: {ack}")
    check(not lab.a.matching("corrupt lease file"), "a torn record stayed in the file")


@scenario("storage", beyond=True)
def failed_rewrite_keeps_the_file(lab):
    """A rewrite that cannot be finished costs nothing.  ISC: goes on writing into the removed new file."""
    _single(lab)
    first = lab.client()
    lab.bound(first)
    lab.a.stop()
    backup = lab.a.leases_path + "~"
    os.unlink(backup)
    os.makedirs(os.path.join(backup, "in the way"))
    lab.a.start()
    check(lab.a.running, f"does not start: {lab.a.last_words()}")
    second = lab.client()
    lab.bound(second)
    for client in (first, second):
        check(lab.a.lease_is(client.address, "active"), f"{client.address} is not in the file")
    left = [name for name in os.listdir(lab.a.directory) if name.startswith("dhcpd.leases.")]
    check(not left, f"left behind: {left}")


@scenario("storage", beyond=True)
def daemon_reports_to_its_parent(lab):
    """Without -f the command returns 0 once the server listens, 1 when it cannot; a second one is refused."""
    lab.a.configure(ALONE)
    words = lab.a.command.split() + ["-4", "-q", "-cf", lab.a.conf, "-lf", lab.a.leases_path, "-pf", lab.a.pid_path]

    def launch(extra):
        process = lab.a.namespace.spawn(words + extra, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        return process.wait(10)

    check(launch(["nosuch0"]) == 1, "an interface that is not there: status is not 1")
    check(launch(["eth0"]) == 0, "status is not 0")
    with open(lab.a.pid_path) as file:
        pid = int(file.read())
    try:
        lab.bound(lab.client())
        check(launch(["eth0"]) == 1, "a second server is not refused")
        os.kill(pid, signal.SIGTERM)
        check(wait_for(lambda: not os.path.exists(f"/proc/{pid}"), 5), "TERM does not end it")
        pid = None
    finally:
        if pid:
            os.kill(pid, signal.SIGKILL)
