"""The real terminal: a program on a pseudo terminal, driven by pexpect; and the commands of VCS, which need none.

Rule 1: none of pexpect's habitual delays. A round trip costs what the program costs.
Rule 2: a deadline is the node's uptime, looked at every POLL_S; pexpect's own clock only bounds one slice of waiting.
Rule 3: a program that prints without end is given up on; what it said is bounded by what one slice of waiting brings.
Rule 4: nothing wraps (the terminal is wide) and nothing is echoed, so an answer is the program's text and nothing else.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
from typing import Callable, List, Optional, Sequence, Type, Union

import pexpect

from .node import POLL_S, RealNode
from .ports import HEARD_MAX, HaAnswer, Heard, Until

ROWS, COLUMNS = 24, 20000
NAP_S = 0.001
HANG_UP_S = 0.5
"""Real time that a program gets to go by itself once it is hung up on."""
OUTPUT_MAX = 65536


class PexpectTerminal:
    """`agent.ports.Terminal` over pexpect. Raises OSError where the program cannot be started."""

    def __init__(self, argv: Sequence[str], node: RealNode) -> None:
        self._node = node
        try:
            self._child: pexpect.spawn[str] = pexpect.spawn(
                argv[0],
                list(argv[1:]),
                echo=False,
                encoding="utf-8",
                codec_errors="replace",
                dimensions=(ROWS, COLUMNS),
                maxread=65536,
                searchwindowsize=128,
            )
        except pexpect.ExceptionPexpect as error:
            raise FileNotFoundError(str(error).split("\n", 1)[0]) from None
        self._child.delaybeforesend = None
        self._child.delayafterread = None
        read = self._child.read_nonblocking
        # pexpect counts what is left of a slice by the wall clock: one that is set back would stretch it.
        vars(self._child)["read_nonblocking"] = lambda size, timeout: read(size, min(timeout, POLL_S))
        # Hanging up goes through ptyprocess, which has a delay of its own.
        vars(self._child)["ptyproc"].delayafterclose = 0
        self._awaited = "an answer of " + argv[0].rpartition("/")[2]
        self._is_over = False

    def expect(self, prompts: Sequence[str], timeout_s: float) -> Heard:
        """Listen in slices until a prompt, the end, or the deadline in uptime."""
        patterns: List[Union[str, Type[pexpect.EOF], Type[pexpect.TIMEOUT]]] = [*prompts, pexpect.EOF, pexpect.TIMEOUT]
        with self._node.waiting(self._awaited, timeout_s) as deadline_s:
            while True:
                left_s = deadline_s - self._node.uptime_s()
                found = self._child.expect_exact(patterns, timeout=min(POLL_S, max(left_s, 0)))
                if found < len(prompts):
                    return Heard(self._text(), Until.PROMPT, prompts[found])
                if found == len(prompts):
                    self._is_over = True
                    return Heard(self._text(), Until.END, "")
                if len(self._text()) > HEARD_MAX:
                    return Heard(self._text()[:HEARD_MAX], Until.FLOOD, "")
                if left_s <= 0:
                    return Heard(self._text(), Until.SILENCE, "")

    def _text(self) -> str:
        before = self._child.before
        return before.replace("\r\n", "\n") if isinstance(before, str) else ""

    def send_line(self, text: str) -> None:
        """Type one line. Only its first word is ever shown in the wait note."""
        self._awaited = "an answer to " + text.partition(" ")[0]
        try:
            self._child.send(text + "\n")
        except OSError:
            # The program is gone; the next `expect` tells.
            return

    def close(self) -> Optional[int]:
        """Hang up. A program that is about to end is given time to leave its exit code; one that is not is killed."""
        if not self._is_over:
            self._child.kill(signal.SIGHUP)
        if not self._has_gone():
            self._child.kill(signal.SIGKILL)
            self._has_gone()
        self._child.close(force=False)
        return self._child.exitstatus

    def _has_gone(self) -> bool:
        """Whether the program is gone, after HANG_UP_S at most."""
        for _ in range(round(HANG_UP_S / NAP_S)):
            if not self._child.isalive():
                return True
            self._node.nap(NAP_S)
        return False


def run_command(argv: Sequence[str], node: RealNode, timeout_s: float) -> HaAnswer:
    """Run a command without a terminal; an exit code of None where no whole answer came in time, or too much of one."""
    try:
        child = subprocess.Popen(  # noqa: S603 - no shell, a fixed directory, and every name in argv has been checked
            list(argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        return HaAnswer(None, str(error))
    assert child.stdout is not None
    with child.stdout as pipe, node.waiting("an answer of " + argv[0].rpartition("/")[2], timeout_s) as deadline_s:
        output = _read_all(pipe.fileno(), lambda: node.uptime_s() >= deadline_s)
        while output is not None and child.poll() is None and node.uptime_s() < deadline_s:
            node.nap(NAP_S)
        if output is None or child.poll() is None:
            child.kill()
            child.wait()
            return HaAnswer(None, "")
    return HaAnswer(child.returncode, str(output, "utf-8", "replace"))


def _read_all(descriptor: int, is_over: Callable[[], bool]) -> Optional[bytes]:
    """What comes out of a pipe until its end; None where the time is over, or more than OUTPUT_MAX bytes came."""
    output = b""
    while len(output) <= OUTPUT_MAX:
        if not select.select([descriptor], [], [], POLL_S)[0]:
            if is_over():
                return None
            continue
        data = os.read(descriptor, OUTPUT_MAX)
        if not data:
            return output
        output += data
    return None
