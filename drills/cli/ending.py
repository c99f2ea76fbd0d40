"""How a command of `mirrordrill` ends: on a signal, on output that cannot be written, on a fault of its own.

Rule 1: until the verdict is known, a signal ends the command with 128 and the number of the signal, and leaves nothing
behind. A verdict that is known stands: a signal that comes after it changes nothing.
Rule 2: what cannot be written is one sentence on standard error, and exit code 14. A reader that has seen enough, such
as `head`, is no fault: the command comes to its end without a word, and its exit code is its verdict.
Rule 3: no user sees a traceback. A fault of ours is told by its type, its text and its place.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from mirrordrill.drills.output.faults import sentence_of
from mirrordrill.drills.output.streams import make_patient
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.simulator.kernel.untrusted import visible, visible_lines

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ONCE_MORE_S = 0.01
"""After this time a signal is raised once more that the interpreter could raise nowhere."""
SHOWN = 80
"""Characters of a name that is too long."""
SIGNALLED = 128
"""A program that ended because of a signal ends with this and its number, as shells say it."""


class Interruption:
    """The signal that ended a command, and whether one still may."""

    def __init__(self) -> None:
        self.number: int | None = None

    def arrived(self, number: int, _frame: FrameType | None) -> None:
        """End as with Ctrl-C."""
        self.number = number
        raise KeyboardInterrupt

    def listen(self) -> None:
        """From now on. What the caller had ignored (`nohup`, a job in the background) stays ignored."""
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self.arrived)
        sys.unraisablehook = self.not_raised

    def not_raised(self, lost: sys.UnraisableHookArgs) -> None:
        """What is raised in a callback of the interpreter, such as that of a weak reference, ends nothing there.

        A signal that arrives in one is raised again a moment later, in the code that is carried out then.
        """
        if self.number is None or not isinstance(lost.exc_value, KeyboardInterrupt):
            sys.__unraisablehook__(lost)
            return
        signal.signal(signal.SIGALRM, self.arrived_once_more)
        signal.setitimer(signal.ITIMER_REAL, ONCE_MORE_S)

    def arrived_once_more(self, _number: int, _frame: FrameType | None) -> None:
        """The signal of before."""
        raise KeyboardInterrupt

    def exit_code(self) -> int:
        """What the command ends with."""
        return int(ExitCode.INTERRUPTED) if self.number is None else SIGNALLED + self.number


def verdict_is_known() -> None:
    """From now on no signal ends the command: what is left to do is to tell."""
    for number in (*ENDING, signal.SIGALRM):
        handler = signal.getsignal(number)
        if isinstance(getattr(handler, "__self__", None), Interruption):
            signal.signal(number, signal.SIG_IGN)


def run_command(command: Callable[[], object], tell_usage: Callable[[Exception], None]) -> int:
    """Carry a command out, and give its exit code; `tell_usage` prints an error of the command line."""
    interruption = Interruption()
    out, errors = make_patient()
    interruption.listen()
    try:
        try:
            code = exit_code_of(command, tell_usage, interruption)
            verdict_is_known()
        except KeyboardInterrupt:
            verdict_is_known()
            code = int(ExitCode.INTERRUPTED)
    except KeyboardInterrupt:  # the second Ctrl-C of an impatient hand, between two lines above
        code = int(ExitCode.INTERRUPTED)
    if code == ExitCode.INTERRUPTED:
        code = interruption.exit_code()
    out.flush()
    if out.failure is not None and out.failure.errno != errno.EPIPE:
        tell(f"cannot write to standard output: {out.failure.strerror}")
        code = int(ExitCode.HARNESS)
    errors.flush()
    return code


def leave(code: int) -> NoReturn:
    """End the process now, with this code. An interpreter that takes itself apart first may be killed meanwhile, or
    remember a KeyboardInterrupt that was caught long ago, and then end with another one."""
    atexit._run_exitfuncs()
    os._exit(code)


def exit_code_of(
    command: Callable[[], object], tell_usage: Callable[[Exception], None], interruption: Interruption
) -> int:
    """What a command came to, whatever it raised. Raises KeyboardInterrupt."""
    try:
        code = command()
    except SystemExit as ended:
        code = ended.code
    except Exception as fault:  # whatever it is: a traceback helps no user
        usage = getattr(fault, "exit_code", None)
        if isinstance(usage, int):
            verdict_is_known()
            tell_usage(fault)
            return usage
        if interruption.number is not None:  # what was interrupted may call that by another name
            return int(ExitCode.INTERRUPTED)
        verdict_is_known()
        if isinstance(fault, OSError) and fault.errno == errno.ENAMETOOLONG:
            tell(f"no file can have so long a name: {str(fault.filename)[:SHOWN]}...")
            return int(ExitCode.USAGE)
        tell(sentence_of(fault))
        return int(ExitCode.HARNESS)
    return code if isinstance(code, int) else int(ExitCode.HELD)


def tell(sentence: str) -> None:
    """One sentence on standard error."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"mirrordrill: {visible(sentence)}\n")


def shown(error: Exception) -> Exception:
    """An error of the command line with what it quotes made visible."""
    message = getattr(error, "message", None)
    if isinstance(message, str):
        vars(error)["message"] = visible_lines(message)
    return error
