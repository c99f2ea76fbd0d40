"""One run of the `dscli` program: log in, then one command, a script, or a prompt until the user leaves.

Rule 1: time passes here and in command executions, and nowhere else in this package.
Rule 2: every typed line ends in an answer, a message, or a silence that a fault asks for; never in a traceback.
Rule 3: a command that needs no console needs no login.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.command_execution import CommandExecution, Response, refusal
from mirrordrill.simulator.dscli.commands import COMMANDS
from mirrordrill.simulator.dscli.consoles import Consoles, Login, Reach
from mirrordrill.simulator.dscli.events import LoginRefused
from mirrordrill.simulator.dscli.formats import banner, paged
from mirrordrill.simulator.dscli.messages import (
    ASK_PASSWORD,
    ASK_PRIMARY_CONSOLE,
    ASK_SECONDARY_CONSOLE,
    ASK_USER,
    NO_CONSOLE,
    NO_SUCH_FILE,
    PAGE_PROMPT,
    PROMPT,
    DscliExitCode,
    DscliMessage,
)
from mirrordrill.simulator.dscli.options import COMMON, RefusedLine, Takes, check_values, leading_flags, split_words
from mirrordrill.simulator.dscli.session_state import SessionEnded, SessionState, SimProcess
from mirrordrill.simulator.dscli.user_files import UserFiles, with_profile
from mirrordrill.simulator.kernel.kernel import Kernel

CONNECTION: dict[str, Takes] = {
    **COMMON, "hmc1": Takes.VALUE, "hmc2": Takes.VALUE, "user": Takes.VALUE, "passwd": Takes.VALUE,
    "pwfile": Takes.VALUE, "cfg": Takes.VALUE, "script": Takes.VALUE,
}  # fmt: skip
"""What may stand in front of a command."""
DEFAULT_PROFILE = "/opt/ibm/dscli/profile/dscli.profile"
"""Read where the command line names none (dscli.md 1.3)."""


def start_session(
    kernel: Kernel,
    consoles: Consoles,
    argv: Sequence[str],
    channel: Channel,
    host: str,
    files: UserFiles | None = None,
) -> None:
    """Run `dscli` with these arguments (the program's name not among them) on a host, over a channel.

    `files` are those that it reads and writes; without them those of the simulated host.
    """
    state = SessionState(kernel, consoles, channel, host, files or consoles.files)
    kernel.env.process(DscliSession(state).run(argv))


class DscliSession:
    """One run of `dscli`."""

    def __init__(self, state: SessionState) -> None:
        self._session = state
        self._channel = state.channel

    def run(self, argv: Sequence[str]) -> SimProcess:
        """The whole run, as a SimPy process."""
        try:
            exit_code = yield from self._run(list(argv))
        except SessionEnded as ended:
            exit_code = ended.exit_code
        except RefusedLine as refused:
            self._channel.write(refused.line("dscli") + "\n")
            exit_code = refused.exit_code
        self._channel.close(int(exit_code))

    def _run(self, argv: list[str]) -> SimProcess:
        flags, words = leading_flags(argv, CONNECTION)
        flags = with_profile(flags, self._profile(flags))
        check_values(flags, CONNECTION, {})
        self._session.settings = self._session.settings.with_flags(flags)
        if len(words) == 1:
            words = split_words(words[0])
        if flags.get("help") == "on":
            words = ["help"]
        if words:
            if not _needs_no_login(words):
                yield from self._log_in(flags)
            response: Response = yield from CommandExecution(self._session, words, is_interactive=False).run()
            self._channel.write(response.text)
            return response.exit_code
        script = self._read(flags["script"]) if "script" in flags else None
        yield from self._log_in(flags)
        return (yield from self._converse() if script is None else self._follow(script))

    def _profile(self, flags: dict[str, str]) -> str | None:
        """The text of the profile: the one named, which must be there, or the default one if there is one."""
        if "cfg" in flags:
            return self._read(flags["cfg"])
        return self._session.files.read(self._session.host, DEFAULT_PROFILE)

    def _read(self, path: str) -> str:
        text = self._session.files.read(self._session.host, path)
        if text is None:
            raise RefusedLine(NO_SUCH_FILE, DscliExitCode.APPLICATION, word=path)
        return text

    def _follow(self, script: str) -> SimProcess:
        """Each line of a script; a line that fails does not stop it, and the last exit code is the script's."""
        exit_code = DscliExitCode.SUCCESS
        for line in script.splitlines():
            response: Response | None = yield from self._respond_to(line, is_interactive=False)
            if response is not None:
                self._channel.write(response.text)
                if response.leaves:
                    break
                exit_code = response.exit_code
        return exit_code

    def _converse(self) -> SimProcess:
        """Prompt and answer until the user leaves."""
        if self._session.settings.has_banner:
            self._channel.write(banner(self._session.kernel.now_s, self._session.device) + "\n")
        while True:
            self._channel.write(PROMPT)
            line: str | None = yield self._channel.read_line()
            if line is None:
                return DscliExitCode.SUCCESS
            response: Response | None = yield from self._respond_to(line, is_interactive=True)
            if response is not None:
                yield from self._show(response)
                if response.leaves:
                    return DscliExitCode.SUCCESS

    def _show(self, response: Response) -> SimProcess:
        """Print an answer; where the user wants pages, the next one when asked for, `q` for no more."""
        if response.page_rows is None:
            self._channel.write(response.text)
            return
        first, *rest = paged(response.text, response.page_rows) or [""]
        self._channel.write(first)
        for page in rest:
            self._channel.write(PAGE_PROMPT)
            line: str | None = yield self._channel.read_line()
            if line is not None and line.strip().lower() == "q":
                return
            self._channel.write(page)

    def _respond_to(self, line: str, *, is_interactive: bool) -> SimProcess:
        """What one typed line leads to; None for an empty one and for a comment."""
        try:
            words = split_words(line)
        except RefusedLine as refused:
            return refusal(self._session, "dscli", refused)
        if not words or words[0].startswith("#"):
            return None
        response: Response = yield from CommandExecution(self._session, words, is_interactive=is_interactive).run()
        self._session.settings = response.settings
        return response

    # Logging in.

    def _log_in(self, flags: dict[str, str]) -> SimProcess:
        session, answers = self._session, dict[str, str]()
        for question in _questions(flags):
            answers[question] = yield from session.ask(question)
        primary = flags.get("hmc1") or answers[ASK_PRIMARY_CONSOLE]
        secondary = flags.get("hmc2") or answers.get(ASK_SECONDARY_CONSOLE, "")
        session.user = flags.get("user") or answers[ASK_USER]
        password = flags.get("passwd", answers.get(ASK_PASSWORD))
        yield from self._connect([name for name in (primary, secondary) if name])
        login = Login(session.host, session.console.name, session.user, flags.get("pwfile"), password)
        refused = session.consoles.log_in(login, session.files)
        if refused is not None:
            self._tell_refusal(refused)
            self._channel.write(refused.line("dscli") + "\n")
            raise SessionEnded(DscliExitCode.AUTHENTICATION)

    def _tell_refusal(self, refused: DscliMessage) -> None:
        session = self._session
        session.kernel.emit(
            LoginRefused(
                host=session.host,
                user=session.user,
                console=session.console.name,
                arrays=tuple(session.console.images),
                message=refused.id,
                sender=session.channel.user,
            )
        )

    def _connect(self, names: list[str]) -> SimProcess:
        """Connect to the first console that answers."""
        session, times = self._session, self._session.consoles.latencies
        for name in names:
            console = session.consoles.find(name)
            if console is None or session.consoles.reach_of(console) is Reach.REFUSING:
                yield session.kernel.after(times.refused_connect_s)
            elif session.consoles.reach_of(console) is Reach.SILENT:
                yield session.kernel.after(times.silent_connect_s)
            else:
                session.console = console
                yield session.kernel.after(session.draw_s("login", times.login_low_s, times.login_high_s))
                if session.consoles.reach_of(console) is Reach.ANSWERING:
                    return
        self._channel.write(NO_CONSOLE.line("dscli") + "\n")
        raise SessionEnded(DscliExitCode.CONNECTION)


def _questions(flags: Mapping[str, str]) -> list[str]:
    """What the user is asked at the login, in order, with these options."""
    asked = {
        ASK_PRIMARY_CONSOLE: not flags.get("hmc1"),
        ASK_SECONDARY_CONSOLE: not flags.get("hmc2") and "hmc1" not in flags,
        ASK_USER: not flags.get("user"),
        ASK_PASSWORD: "passwd" not in flags and "pwfile" not in flags,
    }
    return [question for question, is_asked in asked.items() if is_asked]


def password_line(argv: Sequence[str], host: str, files: UserFiles) -> int | None:
    """The number of the line (from 0) that a run with these words is going to read as a password; None for none."""
    try:
        flags, words = leading_flags(argv, CONNECTION)
        profile = files.read(host, flags.get("cfg", DEFAULT_PROFILE))
        questions = _questions(with_profile(flags, profile))
        words = split_words(words[0]) if len(words) == 1 else words
    except RefusedLine:
        return None
    if ASK_PASSWORD not in questions or (words and _needs_no_login(words)):
        return None
    return questions.index(ASK_PASSWORD)


def _needs_no_login(words: Sequence[str]) -> bool:
    """Whether a single command asks no console: help, and what the program does by itself."""
    command = COMMANDS.get(words[0])
    return "-help" in words[1:] or (command is not None and command.kind.is_here)
