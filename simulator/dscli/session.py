"""One run of the `dscli` program: log in, then one command, or a prompt until the user leaves.

A command passes four stations: it is read and understood here, travels to the array, is carried out there in one
moment, and its answer travels back. The user may be gone by then; the array does not care.

Rule 1: time passes here and nowhere else in this package.
Rule 2: whatever is typed ends in an answer, a message or silence that somebody decided on; never in a traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.dscli.channel import Channel
from simulator.dscli.commands import find_command
from simulator.dscli.commands.base import Answer, Command, Invocation, Kind
from simulator.dscli.consoles import Console, Consoles, Fate, Login, Reach, Request, Stage, Verdict
from simulator.dscli.events import CommandExecuted
from simulator.dscli.formats import Settings, banner
from simulator.dscli.ids import check_image
from simulator.dscli.messages import (
    ASK_PASSWORD,
    ASK_PRIMARY_CONSOLE,
    ASK_SECONDARY_CONSOLE,
    ASK_USER,
    CONNECTION_LOST,
    MISSING_OPTION,
    NO_CONSOLE,
    NO_SUCH_DEVICE,
    NO_SUCH_FILE,
    PROMPT,
    ExitCode,
)
from simulator.dscli.options import COMMON, RefusedLine, Takes, leading_flags, parse, split_words
from simulator.dscli.profile import with_profile
from simulator.kernel import Kernel

Passing = Generator[Any, Any, Any]
"""A SimPy process, or a part of one."""

_CONNECTION: dict[str, Takes] = {
    **COMMON, "hmc1": Takes.VALUE, "hmc2": Takes.VALUE, "user": Takes.VALUE, "passwd": Takes.VALUE,
    "pwfile": Takes.VALUE, "cfg": Takes.VALUE, "script": Takes.VALUE,
}  # fmt: skip
DEFAULT_PROFILE = "/opt/ibm/dscli/profile/dscli.profile"
"""Read where the command line names none (dscli.md 1.3)."""

_SHAPES_THE_ANSWER = frozenset(COMMON)


def start_session(kernel: Kernel, consoles: Consoles, argv: Sequence[str], channel: Channel, host: str) -> None:
    """Run `dscli` with these arguments (the program's name not among them) on a host, over a channel."""
    kernel.env.process(Session(kernel, consoles, channel, host).run(argv))


class _Ended(Exception):
    """The program ends with this exit code."""

    def __init__(self, exit_code: ExitCode) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came back for a command line: the text, the exit code if the program ended now, settings from now on."""

    text: str
    exit_code: ExitCode
    settings: Settings
    leaves: bool = False


class Session:
    """One run of the program."""

    def __init__(self, kernel: Kernel, consoles: Consoles, channel: Channel, host: str) -> None:
        self._kernel = kernel
        self._consoles = consoles
        self._channel = channel
        self._host = host
        self._console = Console("", ())
        self._user = ""
        self._settings = Settings()

    def run(self, argv: Sequence[str]) -> Passing:
        """The whole run, as a SimPy process."""
        try:
            exit_code = yield from self._run(list(argv))
        except _Ended as ended:
            exit_code = ended.exit_code
        except RefusedLine as refused:
            self._channel.write(refused.line("dscli") + "\n")
            exit_code = refused.exit_code
        self._channel.close(int(exit_code))

    def _run(self, argv: list[str]) -> Passing:
        flags, words = leading_flags(argv, _CONNECTION)
        flags = with_profile(flags, self._profile(flags))
        self._settings = self._settings.with_flags(flags)
        if len(words) == 1:
            words = split_words(words[0])
        yield from self._log_in(flags)
        if words:
            heard: _Heard = yield from self._obey(words)
            self._channel.write(heard.text)
            return heard.exit_code
        if "script" in flags:
            return (yield from self._follow(self._read(flags["script"])))
        return (yield from self._converse())

    def _profile(self, flags: dict[str, str]) -> str | None:
        """The text of the profile: the one named, which must be there, or the default one if there is one."""
        return self._read(flags["cfg"]) if "cfg" in flags else self._consoles.read_file(self._host, DEFAULT_PROFILE)

    def _read(self, path: str) -> str:
        text = self._consoles.read_file(self._host, path)
        if text is None:
            raise RefusedLine(NO_SUCH_FILE, ExitCode.APPLICATION, word=path)
        return text

    def _follow(self, script: str) -> Passing:
        """Each line of a script; a line that fails does not stop it, and the last exit code is the script's."""
        exit_code = ExitCode.SUCCESS
        for line in script.splitlines():
            heard: _Heard | None = yield from self._hear(line)
            if heard is not None:
                self._channel.write(heard.text)
                exit_code = heard.exit_code
                if heard.leaves:
                    break
        return exit_code

    def _converse(self) -> Passing:
        """Prompt and answer until the user leaves."""
        if self._settings.has_banner:
            self._channel.write(banner(self._kernel.now_s, self._bound_device()) + "\n")
        while True:
            self._channel.write(PROMPT)
            line: str | None = yield self._channel.read_line()
            if line is None:
                return ExitCode.SUCCESS
            heard: _Heard | None = yield from self._hear(line)
            if heard is not None:
                self._channel.write(heard.text)
                if heard.leaves:
                    return ExitCode.SUCCESS

    def _hear(self, line: str) -> Passing:
        """What one typed line leads to; None for an empty one and for a comment."""
        try:
            words = split_words(line)
        except RefusedLine as refused:
            return self._heard(self._settings, "", Answer(refused.line("dscli") + "\n", refused.exit_code))
        if not words or words[0].startswith("#"):
            return None
        heard: _Heard = yield from self._obey(words)
        self._settings = heard.settings
        return heard

    # Logging in.

    def _log_in(self, flags: dict[str, str]) -> Passing:
        primary = flags.get("hmc1") or (yield from self._ask(ASK_PRIMARY_CONSOLE))
        secondary = flags.get("hmc2") or ("" if "hmc1" in flags else (yield from self._ask(ASK_SECONDARY_CONSOLE)))
        self._user = flags.get("user") or (yield from self._ask(ASK_USER))
        password = flags.get("passwd")
        if password is None and "pwfile" not in flags:
            password = yield from self._ask(ASK_PASSWORD)
        self._console = yield from self._connect([name for name in (primary, secondary) if name])
        login = Login(self._host, self._console.name, self._user, flags.get("pwfile"), password)
        refused = self._consoles.log_in(login)
        if refused is not None:
            self._channel.write(refused.line("dscli") + "\n")
            raise _Ended(ExitCode.AUTHENTICATION)

    def _connect(self, names: list[str]) -> Passing:
        """The first console that answers."""
        times = self._consoles.latencies
        for name in names:
            console = self._consoles.find(name)
            if console is None or console.reach is Reach.REFUSING:
                yield self._kernel.after(times.refused_connect_s)
            elif console.reach is Reach.SILENT:
                yield self._kernel.after(times.silent_connect_s)
            else:
                yield self._kernel.after(self._draw("login", name, times.login_low_s, times.login_high_s))
                if console.reach is Reach.ANSWERING:
                    return console
        self._channel.write(NO_CONSOLE.line("dscli") + "\n")
        raise _Ended(ExitCode.CONNECTION)

    def _ask(self, question: str) -> Passing:
        self._channel.write(question)
        line: str | None = yield self._channel.read_line()
        if line is None:
            raise _Ended(ExitCode.APPLICATION)
        return line.strip()

    # One command.

    def _obey(self, words: list[str]) -> Passing:
        """Carry out one command line; returns what was heard."""
        verb = words[0]
        try:
            command = find_command(verb)
            invocation = self._understand(command, words)
            if command.questions is not None and not invocation.parsed.has("quiet"):
                invocation = yield from self._confirm(invocation, command.questions)
            answer: Answer = yield from self._carry_out(command, invocation, words)
        except RefusedLine as refused:
            return self._heard(self._settings, "", Answer(refused.line(verb) + "\n", refused.exit_code))
        device = invocation.device if command.kind in (Kind.LIST, Kind.ACTION) else ""
        settings = Settings(has_banner=False) if command.kind is Kind.CLIENT else invocation.settings
        return self._heard(settings, device, answer)

    def _heard(self, settings: Settings, device: str, answer: Answer) -> _Heard:
        first = banner(self._kernel.now_s, device) if settings.has_banner else ""
        return _Heard(first + answer.body, answer.exit_code, answer.settings or self._settings, answer.leaves)

    def _understand(self, command: Command, words: list[str]) -> Invocation:
        parsed = parse(words[1:], command.syntax)
        settings = self._settings.with_flags(dict(parsed.flags))
        device = ""
        if command.kind in (Kind.LIST, Kind.ACTION):
            device = check_image(parsed.flags.get("dev", settings.device) or self._bound_device() or _missing("-dev"))
            if device not in self._console.images:
                raise RefusedLine(NO_SUCH_DEVICE, ExitCode.SERVER, word=device)
            if "remotedev" in parsed.flags:
                check_image(parsed.flags["remotedev"])
        return Invocation(command.name, parsed, settings, self._consoles.storage, self._console.images, device)

    def _confirm(self, invocation: Invocation, questions: Callable[[Invocation], list[tuple[str, str]]]) -> Passing:
        """Ask about each id; the ones that are not confirmed are left out."""
        confirmed: list[str] = []
        for word, question in questions(invocation):
            answer = yield from self._ask(question)
            if answer.lower() in ("y", "yes"):
                confirmed.append(word)
        return replace(invocation, parsed=replace(invocation.parsed, ids=tuple(confirmed)))

    def _carry_out(self, command: Command, invocation: Invocation, words: list[str]) -> Passing:
        """Send the command to the array, let it act, bring the answer back."""
        if command.kind is Kind.CLIENT:
            return command.run(invocation)
        before_s, after_s = self._times(command, invocation)
        request = Request(
            self._host, self._console.name, invocation.device, _without_shape(words), command.changes_pairs
        )
        yield self._kernel.after(before_s)
        yield from self._meet_console()
        self._check_account(command)
        replaced = yield from self._intercept(Stage.BEFORE_EXECUTION, request)
        if replaced is None:
            answer = command.run(replace(invocation, now_s=self._kernel.now_s))
            self._report(command, request, answer)
        else:
            answer = replaced
        yield from answer.waits_for
        yield self._kernel.after(after_s)
        replaced = yield from self._intercept(Stage.BEFORE_ANSWER, request._replace(answer=answer.body))
        return replaced or answer

    def _times(self, command: Command, invocation: Invocation) -> tuple[float, float]:
        """Seconds until the array acts, and from there to the answer."""
        times, name = self._consoles.latencies, self._console.name
        if command.kind is Kind.ACTION:
            each = self._draw("pair", name, times.per_pair_low_s, times.per_pair_high_s)
            total = times.action_s + each * command.steps(invocation)
        else:
            total = self._draw("list", name, times.list_low_s, times.list_high_s)
        return times.travel_s, max(0.0, total - times.travel_s) + self._console.extra_delay_s

    def _check_account(self, command: Command) -> None:
        """The console asks at each command whether this user may."""
        refusal = self._consoles.accounts[self._user].refusal(command.kind is Kind.ACTION)
        if refusal is not None:
            message, is_authentication = refusal
            raise RefusedLine(message, ExitCode.AUTHENTICATION if is_authentication else ExitCode.SERVER)

    def _meet_console(self) -> Passing:
        """A console that has gone since the login does not pass commands on."""
        if self._console.reach is Reach.SILENT:
            yield self._kernel.after(self._consoles.latencies.silent_connect_s)
        if self._console.reach is not Reach.ANSWERING:
            raise RefusedLine(NO_CONSOLE, ExitCode.CONNECTION)

    def _intercept(self, stage: Stage, request: Request) -> Passing:
        """Let faults have their say; an answer takes the place of the true one."""
        verdict: Verdict = self._consoles.interceptor(stage, request)
        if verdict.delay_s > 0:
            yield self._kernel.after(verdict.delay_s)
        if verdict.fate is Fate.LOST:
            yield self._channel.gone
            raise _Ended(ExitCode.CONNECTION)
        if verdict.fate is Fate.CUT:
            self._channel.write(verdict.text)
            self._channel.write(CONNECTION_LOST.line("dscli") + "\n")
            raise _Ended(ExitCode.CONNECTION)
        if verdict.fate is Fate.REPLACED:
            return Answer(verdict.text, ExitCode.SERVER)
        return None

    def _report(self, command: Command, request: Request, answer: Answer) -> None:
        self._kernel.emit(
            CommandExecuted(
                host=self._host,
                user=self._user,
                console=self._console.name,
                array=request.array,
                verb=command.name,
                command=request.command,
                changes_pairs=command.changes_pairs,
                outcomes=answer.outcomes,
                sender=self._channel.user,
            )
        )

    def _bound_device(self) -> str:
        """The image that commands without `-dev` are for: the console's only one."""
        if self._settings.device:
            return self._settings.device
        return self._console.images[0] if len(self._console.images) == 1 else ""

    def _draw(self, what: str, console: str, low_s: float, high_s: float) -> float:
        return self._kernel.draw_s(f"dscli {what} {self._host} {console}", low_s, high_s)


def _missing(flag: str) -> str:
    raise RefusedLine(MISSING_OPTION, word=flag)


def _without_shape(words: list[str]) -> str:
    """The command as the log shows it: without the flags that only shape the answer."""
    kept: list[str] = []
    position = 0
    while position < len(words):
        flag = words[position][1:] if words[position].startswith("-") else ""
        if flag in _SHAPES_THE_ANSWER:
            following = words[position + 1 : position + 2]
            has_value = COMMON[flag] is Takes.VALUE or following in (["on"], ["off"])
            position += 2 if has_value else 1
            continue
        kept.append(words[position])
        position += 1
    return " ".join(kept)
