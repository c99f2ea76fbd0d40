"""What can go wrong, told apart by who has to act.

Rule: these classes are siblings. Catching one never catches another, because "the array said no" and "the array
may have done it" lead to different next steps.
"""

from __future__ import annotations

from typing import Iterable

SHOWN_LENGTH_MAX = 200


def shown(value: object) -> str:
    """Text of foreign origin, quoted and cut so that it fits into one line of a log."""
    text = str(value)
    return repr(text if len(text) <= SHOWN_LENGTH_MAX else text[: SHOWN_LENGTH_MAX - 3] + "...")


THEN_VERIFY = "then run the action verify"


class AgentError(Exception):
    """Anything the agent foresees. Only an entry point, which has to report whatever it was, catches this."""


class ConfigError(AgentError):
    """The administrator has to change an attribute of the resource."""

    def __init__(self, attribute: str, value: object, expected: str) -> None:
        super().__init__(f"attribute {attribute} is {shown(value)}; expected: {expected}")
        self.attribute = attribute
        self.value = value
        self.expected = expected


class ArrayRefused(AgentError):
    """The array answered, and said no, with a CMU message of its own."""

    def __init__(self, command: str, messages: Iterable[str], hint: str = "") -> None:
        self.command = command
        self.messages = tuple(messages)
        more = f" (and {len(self.messages) - 1} more)" if len(self.messages) > 1 else ""
        super().__init__(f"{command} was refused: {shown(self.messages[0])}{more}" + (f"; {hint}" if hint else ""))


class NoAnswer(AgentError):
    """A command was sent and no complete answer came: it may have been carried out or not."""

    def __init__(self, command: str, why: str) -> None:
        super().__init__(f"no answer to {command}: {why}")
        self.command = command
        self.why = why


class NoSession(AgentError):
    """No management console let the agent in: nothing was sent, and nothing is known."""

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__("no management console gave a session: " + "; ".join(reasons))


class UnreadableAnswer(AgentError):
    """An answer came that the agent was never shown the like of. It is not guessed at."""

    def __init__(self, why: str, line: str) -> None:
        super().__init__(f"{why}: {shown(line)}")
        self.line = line


class AuthenticationFailed(AgentError):
    """The management console does not accept the user or the password. Never retried: five failures lock an account."""

    def __init__(self, hmc: str, said: str) -> None:
        super().__init__(
            f"HMC {hmc} does not accept the user or the password: {said}; mend the account or the attributes User and "
            f"PasswdFile, {THEN_VERIFY}"
        )
        self.hmc = hmc


class PasswordExpired(AuthenticationFailed):
    """The password is the right one, and nothing but its change is accepted any more. Never retried, either."""

    def __init__(self, hmc: str, said: str, user: str, password_file: str) -> None:
        AgentError.__init__(
            self,
            f"HMC {hmc} does not accept the password of user {user}, which has expired: {said}; change it there "
            f"(chuser -pw) and in {password_file} (managepwfile) on each system, {THEN_VERIFY}",
        )
        self.hmc = hmc


class OutOfTime(AgentError):
    """A command was not sent, because it could not be sure to end inside the entry point's time."""

    def __init__(self, what: str, needed_s: float, left_s: float) -> None:
        super().__init__(f"{what} needs {needed_s:.0f} s and {max(left_s, 0):.0f} s are left of the time-out")
        self.what = what


class GarbledState(AgentError):
    """A lock or journal file does not hold what the agent writes there."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"state file {name} {why}")
        self.name = name


class NewerRecord(AgentError):
    """What is remembered was written by a later release of the agent, in a format that this one cannot read."""

    def __init__(self, name: str, found: str, known: str) -> None:
        super().__init__(
            f"{name} was written by a newer release of the agent (record format {found}, this one reads {known}): "
            "install that release on this node, too, or bring the group online where it is installed"
        )


class LicenceExpired(AgentError):
    """A command was not sent, because what it was decided on may no longer be so."""
