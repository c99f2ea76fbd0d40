"""One program for every command that a simulated host can run: `dscli`, `hares`, `hagrp` and the like.

Installed under the name of the command in a simulated host's directories (`processes/host_directory.py`). It knows
nothing: it tells the simulator over a Unix socket under which name and with which arguments it was called, hands over
the lines and files that it is asked for, prints what comes back and ends with the exit code it is told. It must start
fast, so it imports next to nothing.

Frames, both ways: one byte of kind, four bytes of length (big-endian), the payload. From here: H hello (program,
process token or calling script, system, then the arguments; NUL-separated), I one line of input, E end of input, F a
file (its path, NUL, `+` and the text, or `-` where it cannot be read). To here: O output, D output on standard error, W
a line of input is wanted (payload `secret` if it must not be shown), R the path of a file that is wanted, P a file to
be kept (as in F, without the `+`), X exit code in decimal, K end as after Ctrl-C, with the script that called this
program. S, both ways: the simulator asks whether everything before it has been passed on; it has.

Rule 1: standard input is left alone until a line is wanted: in `while read pair; do dscli ...; done < pairs` it
belongs to the loop.
Rule 2: what this program's user may not read or write, the simulator does not get to read or write; and it writes no
file that it has not asked for before.
Rule 3: of other processes only a script ends, by SIGTERM and, where it goes on, by SIGKILL: what called this program,
in its process group, below the shell of a person.
"""

import _socket  # what the socket module wraps; without the wrapping half the start-up time
import os
import select
import sys

LOST = 255
"""Exit code where the simulator is gone or was never there."""
AGAIN = "`mirrordrill rehearse --resume DIR` continues a rehearsal, `mirrordrill serve` starts anew"
"""What its user can do then."""
REAL_WAIT_S = 60.0
"""Longest real time that a `sleep` takes after the end of its site."""
NOT_WRITTEN = 6
"""Exit code of a program that could not keep a file: an error of the DS CLI's own (dscli.md 1.5)."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as a shell reports it."""
ENDED = -2
"""What `converse` returns where this program ends by SIGINT."""
GRACE_S = 5.0
"""Real time that a script gets after SIGTERM."""
LOOK_S = 0.1
MOST_DESCRIPTORS = 256
"""A shell uses no higher one for what it redirects."""
SHELL = "MIRRORDRILL_SHELL"
"""Environment variable with the process id of the shell that read env.sh, or that called a script which did."""
PIECE_BYTES = 65536
FILE_LIMIT_BYTES = 1000000
"""A larger file is no script and no profile."""


def frame(kind: bytes, payload: bytes) -> bytes:
    """One frame as it goes over the socket."""
    return kind + len(payload).to_bytes(4, "big") + payload


def frames(buffer: bytearray) -> "list[tuple[bytes, bytes]]":
    """Take every complete frame out of the buffer."""
    complete = []
    while len(buffer) >= 5 and len(buffer) >= (end := 5 + int.from_bytes(buffer[1:5], "big")):
        complete.append((bytes(buffer[:1]), bytes(buffer[5:end])))
        del buffer[:end]
    return complete


def take_lines(buffer: bytearray) -> "list[bytes]":
    """Take every complete line out of the buffer, without its newline."""
    *lines, rest = buffer.split(b"\n")
    buffer[:] = rest
    return [bytes(line).rstrip(b"\r") for line in lines]


def set_echo(*, shown: bool) -> None:
    """Whether the terminal shows what is typed."""
    import termios

    settings = termios.tcgetattr(0)
    settings[3] = settings[3] | termios.ECHO if shown else settings[3] & ~termios.ECHO
    termios.tcsetattr(0, termios.TCSADRAIN, settings)


class Keyboard:
    """Standard input, read when a line is wanted."""

    def __init__(self) -> None:
        self.wanted = False
        self.ended = False
        self._typed = bytearray()
        self._hidden = False

    def want(self, *, secret: bool) -> None:
        """The simulator waits for a line of input; a secret one is not shown on a terminal."""
        self.wanted = not self.ended
        if secret and os.isatty(0):
            self._hidden = True
            set_echo(shown=False)

    def show(self) -> None:
        """What is typed from now on may be seen."""
        if self._hidden:
            self._hidden = False
            set_echo(shown=True)
            write_out(b"\n")  # the one that was typed was hidden too

    def read(self) -> bytes:
        """What was typed since, as frames."""
        try:
            data = os.read(0, PIECE_BYTES)
        except OSError:
            data = b""
        self._typed += data
        lines = take_lines(self._typed)
        if not data:
            lines += [bytes(self._typed)] if self._typed else []
            self.ended = True
        if lines or self.ended:
            self.wanted = False
            self.show()
        return b"".join(frame(b"I", line) for line in lines) + (frame(b"E", b"") if self.ended else b"")


def read_file(whole: bytes) -> bytes:
    """A file as a frame: its whole path, and its text if the user of this program can read it."""
    try:
        with open(whole, "rb") as file:  # noqa: PTH123 - pathlib would double the start-up time
            text = file.read(FILE_LIMIT_BYTES + 1)
    except (OSError, ValueError):
        return frame(b"F", whole + b"\0-")
    return frame(b"F", whole + (b"\0+" + text if len(text) <= FILE_LIMIT_BYTES else b"\0-"))


def keep_file(path: bytes, text: bytes) -> bool:
    """Write a file that only its owner may read; whether that went well."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - likewise
            file.write(text)
    except OSError as error:
        sys.stderr.write(f"cannot write {os.fsdecode(path)}: {error.strerror}\n")
        return False
    return True


def write_out(data: bytes, descriptor: int = 1) -> None:
    """Print all of it, however the terminal takes it."""
    while data:
        data = data[os.write(descriptor, data) :]


def converse(connection: "_socket.socket", outgoing: bytearray, keyboard: Keyboard) -> int:
    """Be the simulator's mouth, ear and hand until it says with which code to end.

    Speaking never keeps from hearing: a simulator that does not listen just now may be waiting to be heard.
    """
    heard = bytearray()
    known: set[bytes] = set()
    kept_all = True
    mouth = connection.fileno()
    while True:
        ears = [mouth, 0] if keyboard.wanted and not outgoing else [mouth]
        ready, writable, _ = select.select(ears, [mouth] if outgoing else [], [])
        if writable:
            try:
                del outgoing[: connection.send(outgoing[:PIECE_BYTES])]
            except OSError:  # the simulator reads no more, but what it said last can still be read
                outgoing.clear()
        if 0 in ready:
            outgoing += keyboard.read()
        if mouth in ready:
            data = connection.recv(PIECE_BYTES)
            if not data:
                raise ConnectionResetError
            heard += data
            for kind, payload in frames(heard):
                if kind == b"X":
                    return int(payload) or (0 if kept_all else NOT_WRITTEN)
                if kind == b"K":
                    return ENDED
                if kind == b"W":
                    keyboard.want(secret=payload == b"secret")
                elif kind == b"D":
                    write_out(payload, 2)
                elif kind == b"S":
                    outgoing += frame(b"S", b"")
                elif kind == b"R":
                    path = os.path.abspath(payload)  # noqa: PTH100 - pathlib would double the start-up time
                    known.add(path)
                    outgoing += read_file(path)
                elif kind == b"P":
                    path, _, text = payload.partition(b"\0")
                    kept_all = path in known and keep_file(path, text) and kept_all
                else:
                    write_out(payload)


def script() -> str:
    """The script that called this program: its processes, outermost first, each by its id and when it began."""
    return ",".join(f"{pid} {began}" for pid, began in callers())


def state_of(pid: int) -> "list[str]":
    """Of a process: state, parent, process group, and at 19 when it began; nothing where it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - pathlib would double the start-up time
            return file.read().decode("ascii", "replace").rpartition(")")[2].split()
    except OSError:  # no Linux, too
        return []


def callers() -> "list[tuple[int, str]]":
    """The processes of the script that called this program, outermost first: process ids and when they began."""
    found: list[tuple[int, str]] = []
    shell, pid, group = os.environ.get(SHELL, ""), os.getppid(), str(os.getpgrp())
    while shell.isdecimal() and pid > 1 and pid != int(shell):
        fields = state_of(pid)
        if not fields or fields[2] != group:  # a shell with job control, or the end of a session
            break
        found.insert(0, (pid, fields[19]))
        pid = int(fields[1])
    return found


def signal_all(processes: "list[tuple[int, str]]", number: int) -> bool:
    """Send a signal to those of the processes that still run; whether there were any."""
    states = [(pid, began, state_of(pid)) for pid, began in processes]
    running = [pid for pid, began, fields in states if fields and fields[19] == began and fields[0] != "Z"]
    for pid in running:
        try:
            os.kill(pid, number)
        except OSError:  # gone, or another user's
            continue
    return bool(running)


def descendants(processes: "list[tuple[int, str]]", group: int) -> "list[tuple[int, str]]":
    """The processes of the same process group that these have started, and what those have started."""
    ids = {pid for pid, _ in processes}
    states = [(int(name), state_of(int(name))) for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208 - likewise
    found: list[tuple[int, str]] = []
    for pid, fields in sorted(states, key=lambda each: int(each[1][19]) if each[1] else 0):  # parents before children
        if fields and fields[2] == str(group) and int(fields[1]) in ids and pid not in (os.getpid(), *ids):
            ids.add(pid)
            found.append((pid, fields[19]))
    return found


def kill_after_grace(script: "tuple[int, str]", family: "list[tuple[int, str]]") -> None:
    """Let a process of its own look whether the script ends, and kill what is left of it and of what it has started."""
    import signal
    import time

    mark = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
    group = os.getpgrp()
    try:
        mark.bind("\0mirrordrill-ends-{}-{}".format(*script).encode())
        if os.fork():
            return
    except OSError:  # one looks already, or no process is to be had
        return
    os.setsid()
    for descriptor in range(3):
        if descriptor < 2 or not os.isatty(descriptor):  # a pipe of the script ends with the script
            os.close(descriptor)
    os.closerange(3, mark.fileno())
    os.closerange(mark.fileno() + 1, MOST_DESCRIPTORS)
    ends_s = time.monotonic() + GRACE_S
    while time.monotonic() < ends_s and signal_all(family, 0):
        time.sleep(LOOK_S)
    signal_all(family, signal.SIGSTOP)  # else one may start a command that is known to belong to no script
    if signal_all(family + descendants(family, group), signal.SIGKILL):
        try:  # contextlib would cost start-up time
            os.write(2, f"the script went on for {GRACE_S:.0f} s after SIGTERM and was killed\n".encode())
        except OSError:
            os._exit(1)
    os._exit(0)


def end_with_script() -> None:
    """End as Ctrl-C would end this program, so that a loop at a prompt ends too; before that, the script ends."""
    import signal

    processes = callers()
    if processes:
        # A part in the background may have called nothing yet, and without its parent nothing tells whose part it is.
        family = processes + descendants(processes, os.getpgrp())
        if signal_all(family, signal.SIGTERM):
            kill_after_grace(processes[0], family)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)


def is_first_failure() -> bool:
    """Whether no `sleep` of the same shell has failed for want of a simulator before."""
    mark = f"{os.path.dirname(sys.argv[0])}/.gone-{os.getppid()}"  # noqa: PTH120 - pathlib would double the start-up time
    try:
        os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        return not isinstance(error, FileExistsError)
    return True


def wait_for_real(words: "list[str]") -> None:
    """Let a loop that waits for a site that is gone turn slowly: stand still in real time, at most a minute."""
    total_s = 0.0
    for word in words:
        try:
            total_s += float(word.rstrip("smhd")) * {"m": 60, "h": 3600, "d": 86400}.get(word[-1:], 1)
        except ValueError:
            total_s += REAL_WAIT_S
    select.select([], [], [], max(0.0, min(total_s, REAL_WAIT_S)))


def call(name: str, arguments: "list[str]", socket: str, system: str) -> int:
    """Find the simulator, say hello and converse."""
    where = socket or os.environ.get("MIRRORDRILL_SOCKET", "")
    system = system or os.environ.get("MIRRORDRILL_SYSTEM", "")
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(where)
        connection.settimeout(0.0)
    except OSError as error:
        said = f"{name}: no simulator answers at {where or 'MIRRORDRILL_SOCKET (not set)'}: {error.strerror}; {AGAIN}\n"
        if name != "sleep" or is_first_failure():
            sys.stderr.write(said)
        else:
            wait_for_real(arguments)
        return LOST
    token = script() if socket else os.environ.get("MIRRORDRILL_PROCESS", "")
    hello = "\0".join([name, token, system, *arguments])
    keyboard = Keyboard()
    try:
        return converse(connection, bytearray(frame(b"H", hello.encode("utf-8", "surrogateescape"))), keyboard)
    except ConnectionError:
        if socket and (name != "sleep" or is_first_failure()):  # the agent's own programs have no one who reads it
            sys.stderr.write(f"{name}: the simulator has ended in the middle of this command; {AGAIN}\n")
        return LOST
    except OSError:
        return LOST
    finally:
        keyboard.show()


def main(socket: str, system: str) -> int:
    """Be the program whose name this one was called by.

    `socket` is where the simulator listens, `system` the one on which the program runs: both are known where a program
    was installed for one simulator; empty ones the environment says.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:  # a closed one would be taken by the socket
            os.open(os.devnull, os.O_RDWR)
    try:
        code = call(os.path.basename(sys.argv[0]), sys.argv[1:], socket, system)  # noqa: PTH119 - pathlib would double the start-up time
    except KeyboardInterrupt:
        return INTERRUPTED
    if code == ENDED:
        end_with_script()
    return code
