"""A session with the DS CLI: log in, prompt, command, answer, quit.

One interactive session serves a whole entry point, because each start of the real program costs seconds (a Java start,
TLS, a login). The two management consoles of an array are tried one after the other by the agent itself instead of
handing both to the program, so that each gets a share of the time that is left.

Rule 1: the password stays in the password file. A program that asks for one is hung up on, never answered.
Rule 2: a console that refuses the user is not tried again, nor is the other one: five failures lock an account, and
accounts are shared by both. The refusal is remembered; clean, which VCS repeats by itself, then does not log in at all.
A password that has expired is such a refusal, whether the login says so or each command does.
Rule 3: a session that fell silent, or whose program says that its console is gone, is over; the other console is next.
What it still prints answers an older question, and is not read.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, List, Optional, Tuple

from .answers import DELIMITER, MESSAGE, Answer, read_answer
from .arguments import Attributes
from .budget import Budget, Limits
from .console_memory import forget_refusal, forget_silence, note_refusal, note_silence, silences
from .errors import (
    AuthenticationFailed,
    ConfigError,
    NoAnswer,
    NoSession,
    PasswordExpired,
    UnreadableAnswer,
    shown,
)
from .messages import COMMAND_DONE, COMMAND_UNANSWERED, HMC_SILENT, LOGGED_IN, PASSWORD_EXPIRES, say
from .ports import Node, Terminal, Until

PROMPT = "dscli> "
QUESTIONS = (
    "Enter your username",
    "Enter your password",
    "Enter the primary management console",
    "Enter the secondary management console",
)
"""What the program asks where the password file does not help it."""
SETTINGS = (
    f"setenv -banner off -header on -format delim -delim {DELIMITER} -paging off -fullid off -verbose off",
    f"setenv -banner off -header on -format delim -delim {DELIMITER}",
)
"""What makes answers readable even where the agent cannot give its own profile; the second is for a release that does
not know all of the first."""
PROFILE_NAME = "dscli.profile"
PROFILE = "# MetroMirror: the agent's own profile of the DS CLI, so that no other one matters\n"
AUTHENTICATION_MESSAGE = "CMUC00191E"
EXPIRED_MESSAGE = "CMUC00201E"
"""Seen as the answer to a command (reference dscli.md 1.7). How a login says so is not known: see _DEMAND."""
AUTHENTICATION_EXIT_CODE = 5
CONSOLE_GONE = "CMUN00018E"
"""Unable to connect to the management console (reference dscli.md 1.6): at a login, or in the middle of a session."""
QUIT_S = 1.0
COMMAND_SHOWN_MAX = 200

_MESSAGE_ANYWHERE = re.compile(MESSAGE.pattern)
_DEMAND = re.compile(r"new password|password\b.*\b(?:has expired|is expired|must be changed)", re.IGNORECASE)
"""What a login says that wants another password; it counts only where no prompt followed."""
_SOON = re.compile(r".*\bpassword\b.*\bexpire.*|.*\bexpire.*\bpassword\b.*", re.IGNORECASE)
"""A line of a login that let the agent in, and tells of its password."""


ENDED = {Until.END: "the session ended", Until.SILENCE: "silence", Until.FLOOD: "it prints without end"}


class HmcSilent(Exception):
    """This console gave no session; the next one may."""


class Session:
    """An interactive session, logged in."""

    def __init__(self, terminal: Terminal, hmc: str, warning: str = "") -> None:
        self._terminal = terminal
        self.hmc = hmc
        self.warning = warning
        """What the login said of a password that expires soon, in the words of the DS CLI."""
        self.is_open = True

    def ask(self, command: str, timeout_s: float) -> Answer:
        """Send one command and read its whole answer. Raises NoAnswer or UnreadableAnswer."""
        name = command.split(" ", 1)[0]
        self._terminal.send_line(command)
        heard = self._terminal.expect((PROMPT,), timeout_s)
        if heard.until is not Until.PROMPT:
            self._give_up()
            raise NoAnswer(name, f"{ENDED[heard.until]}{_last_words(heard.text)}")
        answer = read_answer(heard.text)
        gone = [message.line for message in answer.messages if message.message_id == CONSOLE_GONE]
        if gone:
            # No word of the array: the program lost its console, and whatever it was sent may have been carried out.
            self._give_up()
            raise NoAnswer(name, gone[0])
        return answer

    def quit(self, timeout_s: float = QUIT_S) -> None:
        """Leave politely, and hang up in any case."""
        if self.is_open:
            self._terminal.send_line("quit")
            self._terminal.expect((), timeout_s)
            self._give_up()

    def _give_up(self) -> None:
        self.is_open = False
        self._terminal.close()


def _last_words(text: str) -> str:
    words = " ".join(text.split())
    return f" after {shown(words[-60:])}" if words else ""


def _own_profile(node: Node) -> List[str]:
    """`-cfg` and a profile of the agent's own: a site's profile may name a second console, of another array even."""
    try:
        return ["-cfg", node.private_file(PROFILE_NAME, PROFILE)]
    except OSError:
        # With no disk to write to, the settings of the session have to do.
        return []


def log_in(node: Node, attributes: Attributes, hmc: str, timeout_s: float) -> Session:
    """A session with one console. Raises HmcSilent, AuthenticationFailed, ConfigError."""
    program = attributes.ds_cli_home + "/dscli"
    account = ["-user", attributes.user, "-pwfile", attributes.password_file]
    argv = [program, *_own_profile(node), "-hmc1", hmc, *account]
    try:
        terminal = node.start_program(argv)
    except OSError as error:
        raise ConfigError(
            "DSCliHome", attributes.ds_cli_home, f"a directory with the program dscli ({error})"
        ) from None
    heard = terminal.expect((PROMPT, *QUESTIONS), timeout_s)
    said = _messages(heard.text)
    if heard.until is Until.PROMPT and heard.prompt == PROMPT and not said:
        return Session(terminal, hmc, _warning(heard.text))
    exit_code = terminal.close()
    if EXPIRED_MESSAGE in heard.text or _DEMAND.search(heard.text):
        raise PasswordExpired(hmc, shown(said or _last_line(heard.text)), attributes.user, attributes.password_file)
    if AUTHENTICATION_MESSAGE in heard.text or exit_code == AUTHENTICATION_EXIT_CODE:
        raise AuthenticationFailed(hmc, shown(said or f"exit code {exit_code}"))
    if heard.prompt in QUESTIONS:
        why = f"{attributes.password_file} has no record for this console and user {attributes.user}"
        raise AuthenticationFailed(hmc, f"{heard.prompt!r}: {why}")
    if said:
        raise HmcSilent(shown(said))
    raise HmcSilent(f"dscli ended with exit code {exit_code}" if heard.until is Until.END else ENDED[heard.until])


def _warning(text: str) -> str:
    """The line about a password that expires soon, where there is one."""
    found = _SOON.search(text)
    return shown(found.group(0).strip()) if found else ""


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _messages(text: str) -> str:
    """The errors in what the program said while it logged in."""
    found = [match.group(0).strip() for match in _MESSAGE_ANYWHERE.finditer(text) if match.group(2) == "E"]
    return "; ".join(found)


class Consoles:
    """The management consoles of the local array, and the one session of this entry point."""

    def __init__(self, node: Node, attributes: Attributes, limits: Limits) -> None:
        self._node = node
        self._attributes = attributes
        self._limits = limits
        self._session: Optional[Session] = None
        self._doubted: Dict[str, int] = {}

    def ask(
        self, command: str, budget: Budget, limit_s: float, allowed: Callable[[str], None] = lambda _: None
    ) -> Answer:
        """Send one command in the session, opening it if need be, and log how it went.

        `allowed` is called immediately before the line is sent, and raises where it may not be.

        Raises NoAnswer, NoSession, UnreadableAnswer, AuthenticationFailed, ConfigError, OutOfTime.
        """
        session = self._session if self._session is not None and self._session.is_open else self._open(budget)
        name = command if len(command) <= COMMAND_SHOWN_MAX else command[:COMMAND_SHOWN_MAX] + "..."
        budget.require(command.split(" ", 1)[0], 1.0)
        allowed(command.split(" ", 1)[0])
        began_s = self._node.uptime_s()
        try:
            answer = session.ask(command, min(limit_s, budget.left_s()))
        except NoAnswer as error:
            self._doubted[session.hmc] = self._doubted.get(session.hmc, 0) + 1
            spent_s = self._node.uptime_s() - began_s
            say(self._node, COMMAND_UNANSWERED, command=name, duration_s=spent_s, reason=error.why)
            raise
        expired = [message.line for message in answer.messages if message.message_id == EXPIRED_MESSAGE]
        if expired:
            note_refusal(self._node, self._attributes)
            account = (self._attributes.user, self._attributes.password_file)
            raise PasswordExpired(session.hmc, shown(expired[0]), *account)
        outcome = f"{len(answer.rows)} rows, {len(answer.messages)} messages, {len(answer.errors)} of them errors"
        say(self._node, COMMAND_DONE, command=name, outcome=outcome, duration_s=self._node.uptime_s() - began_s)
        return answer

    def close(self) -> None:
        """Leave the session, where there is one."""
        if self._session is not None:
            self._session.quit()

    def _open(self, budget: Budget) -> Session:
        """The first console that lets us in; those that went silent, in this entry point or lately, come last."""
        hmcs = list(self._attributes.hmcs)
        if len(hmcs) > 1:
            silent = silences(self._node)
            hmcs.sort(key=lambda hmc: (self._doubted.get(hmc, 0), silent.get(hmc, 0.0)))
        reasons: List[str] = []
        for at, hmc in enumerate(hmcs):
            budget.require("a login", 1.0)
            session = self._try(hmc, min(self._limits.login_s, budget.left_s() / (len(hmcs) - at)), reasons)
            if session is not None:
                self._session = session
                return session
        raise NoSession(reasons)

    def _try(self, hmc: str, share_s: float, reasons: List[str]) -> Optional[Session]:
        began_s = self._node.uptime_s()
        try:
            session = log_in(self._node, self._attributes, hmc, share_s)
            _set_up(session, max(share_s - (self._node.uptime_s() - began_s), 1.0))
        except AuthenticationFailed:
            note_refusal(self._node, self._attributes)
            raise
        except (HmcSilent, NoAnswer, UnreadableAnswer) as silent:
            self._doubted[hmc] = self._doubted.get(hmc, 0) + 1
            note_silence(self._node, hmc)
            reasons.append(f"HMC {hmc}: {silent}")
            say(self._node, HMC_SILENT, hmc=hmc, duration_s=share_s, reason=silent)
            return None
        say(self._node, LOGGED_IN, hmc=hmc, duration_s=self._node.uptime_s() - began_s)
        if session.warning:
            say(self._node, PASSWORD_EXPIRES, hmc=hmc, user=self._attributes.user, said=session.warning)
        forget_refusal(self._node, self._attributes)
        forget_silence(self._node, hmc)
        return session


def _set_up(session: Session, timeout_s: float) -> None:
    """Ask for output that can be read. Raises NoAnswer, UnreadableAnswer, HmcSilent."""
    said: Tuple[str, ...] = ()
    for settings in SETTINGS:
        said = session.ask(settings, timeout_s).errors
        if not said:
            return
    session.quit()
    raise HmcSilent(shown(said[0]))
