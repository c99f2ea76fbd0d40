"""One program for every command that a simulated host can run: `dscli`, `hares`, `hagrp` and the like.

Copied under the name of the command into a simulated host's directories. It knows nothing: it tells the simulator
over a Unix socket under which name and with which arguments it was called, hands over what is typed, prints what
comes back and ends with the exit code it is told. It must start fast, so it imports next to nothing.

Frames, both ways: one byte of kind, four bytes of length (big-endian), the payload. From here: H hello (program,
process token, system, then the arguments; NUL-separated), I one line of input, E end of input. To here: O output, X
exit code in decimal.
"""

import os
import select
import socket
import sys

LOST = 255
"""Exit code where the simulator is gone or was never there."""


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
    lines = []
    while (end := buffer.find(b"\n")) >= 0:
        lines.append(bytes(buffer[:end]).rstrip(b"\r"))
        del buffer[: end + 1]
    return lines


def forward_input(connection: socket.socket, typed: bytearray) -> bool:
    """Hand over what was typed; whether more can come."""
    try:
        data = os.read(0, 65536)
    except OSError:
        data = b""
    typed += data
    for line in take_lines(typed):
        connection.sendall(frame(b"I", line))
    if data:
        return True
    if typed:
        connection.sendall(frame(b"I", bytes(typed)))
    connection.sendall(frame(b"E", b""))
    return False


def write_out(data: bytes) -> None:
    """Print all of it, however the terminal takes it."""
    while data:
        data = data[os.write(1, data) :]


def converse(connection: socket.socket, listens: bool) -> int:
    """Be the simulator's mouth and ear until it says with which code to end."""
    heard, typed = bytearray(), bytearray()
    mouth = connection.fileno()
    while True:
        ready, _, _ = select.select([mouth, 0] if listens else [mouth], [], [])
        if 0 in ready:
            listens = forward_input(connection, typed)
        if mouth in ready:
            data = connection.recv(65536)
            if not data:
                return LOST
            heard += data
            for kind, payload in frames(heard):
                if kind == b"X":
                    return int(payload)
                write_out(payload)


def main() -> int:
    """Say hello and converse."""
    name = os.path.basename(sys.argv[0])  # noqa: PTH119 - pathlib would double the start-up time
    where = os.environ.get("MIRRORDRILL_SOCKET", "")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(where)
    except OSError as error:
        sys.stderr.write(
            f"{name}: no simulator answers at {where or 'MIRRORDRILL_SOCKET (not set)'}: {error.strerror}\n"
        )
        return LOST
    token, system = os.environ.get("MIRRORDRILL_PROCESS", ""), os.environ.get("MIRRORDRILL_SYSTEM", "")
    hello = "\0".join([name, token, system, *sys.argv[1:]])
    try:
        connection.sendall(frame(b"H", hello.encode("utf-8", "surrogateescape")))
        return converse(connection, listens=name == "dscli")
    except (OSError, KeyboardInterrupt):
        return LOST


if __name__ == "__main__":
    sys.exit(main())
