"""Runs a case through both servers, says how the answers differ, and makes a differing case small."""
import os
import re
import signal

from cases import TOKEN

# Beside crashes the only inputs not compared. Each is a deviation of ours named in dhcpd(8) or chance in ISC's answer.
EXCUSES = [
    (re.compile(rb"OMAPI key|omapi-key"), "omapi-key prints freed memory"),
    (re.compile(rb"Impossible error at confpars"), "timestamp in a lease ends ISC"),
    (re.compile(rb"invalid expression type in print_expression"), "ISC cannot write filename and server-name"),
    (re.compile(rb"execute_statement argv|execute\(\)|execute:"), "execute is not run by -t"),
]
TEMPORARY = re.compile(rb"@LEASES@\.\d+$")
# No program is found, should something be executed.
ENVIRONMENT = {"TZ": "UTC", "LC_ALL": "C", "PATH": "/nonexistent"}
NO_OUTPUT = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]


class Asker:
    def __init__(self, folder, isc, binary):
        self.folder, self.isc, self.binary, self.runs = folder, isc, binary, 0

    def write(self, case):
        for name, text in (("c.conf", case.text), ("i.inc", case.included), ("l", case.leases or "")):
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(text.encode("latin-1", "replace"))

    def run(self, program, case):
        """Exit status and the lines of stderr behind the banner; None if it does not end."""
        command = [program, "-6" if case.v6 else "-4", "-t" if case.leases is None else "-T", "-cf", "c.conf",
                   "-lf", os.path.join(self.folder, "l"), "-pf", os.path.join(self.folder, "p")]
        self.runs += 1
        said = os.path.join(self.folder, "said")
        actions = [(os.POSIX_SPAWN_OPEN, 2, said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
        os.chdir(self.folder)
        process = os.posix_spawn(program, command, ENVIRONMENT, file_actions=NO_OUTPUT + actions)
        status = self.wait(process)
        if status is None:
            return None
        with open(said, "rb") as file:
            lines = file.read(1_000_000).split(b"\n")
        for number, line in enumerate(lines[:4]):
            if line.startswith(b"For info, please visit"):
                lines = lines[number + 1:]
                break
        path = os.path.join(self.folder, "l").encode()
        return status, [TEMPORARY.sub(rb"@LEASES@.TIME", line.replace(path, b"@LEASES@")) for line in lines]

    @staticmethod
    def wait(process, seconds=5):
        """The exit status; None, and the process is ended, when it takes longer."""
        def expire(signum, frame):
            raise TimeoutError
        signal.signal(signal.SIGALRM, expire)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        except TimeoutError:
            try:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
            except OSError:  # it had just ended
                pass
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def compare(self, case):
        """(kind, theirs, ours): kind is same, rest, first, verdict, or skip with the reason as `ours`."""
        self.write(case)
        theirs = self.run(self.isc, case)
        if theirs is None:
            return "skip", None, "ISC does not end"
        if theirs[0] < 0:
            return "skip", theirs, "ISC crashes (signal %d)" % -theirs[0]
        ours = self.run(self.binary, case)
        if ours == theirs:
            return "same", theirs, ours
        for pattern, excuse in EXCUSES:
            if any(pattern.search(line) for line in theirs[1]):
                return "skip", theirs, excuse
        if self.run(self.isc, case) != theirs:
            return "skip", theirs, "ISC answers by chance"
        if ours is None or ours[0] != theirs[0]:
            return "verdict", theirs, ours
        return ("first" if first(ours[1]) != first(theirs[1]) else "rest"), theirs, ours

    def smaller(self, case, kind, budget=150):
        """The case with as few tokens as keep this kind of difference."""
        field = "text" if case.leases is None else "leases"
        rebuild = case.with_text if field == "text" else case.with_leases
        tokens, limit = TOKEN.findall(getattr(case, field)), self.runs + budget
        step = max(1, len(tokens) // 2)
        while self.runs < limit:
            at = 0
            while at < len(tokens) and self.runs < limit:
                fewer = tokens[:at] + tokens[at + step:]
                if self.compare(rebuild("".join(fewer)))[0] == kind:
                    tokens = fewer
                else:
                    at += step
            if step == 1:
                break
            step = max(1, step // 2)
        return rebuild("".join(tokens))


def first(lines):
    """The first line that tells of a file position, with its quoted text and caret, or the first line."""
    for number, line in enumerate(lines):
        if re.match(rb"\S+ line \d+: ", line):
            return lines[number:number + 3]
    return [line for line in lines if line][:1]


def signature(kind, theirs, ours):
    """What differences of one cause have in common: the first pair of lines that differ, without their names and numbers."""
    if ours is None:
        return kind, "no answer"
    for mine, other in zip(ours[1] + [b"<end>"], theirs[1] + [b"<end>"]):
        if mine != other:
            return kind, re.sub(rb"\d+|\"[^\"]*\"", b"N", other)[:40], re.sub(rb"\d+|\"[^\"]*\"", b"N", mine)[:40]
    return kind, str(theirs[0]), str(ours[0])
