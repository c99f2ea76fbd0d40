"""Runs one DS CLI command: parses it, sends it to the array after a delay, returns the output.

Execution continues if the client disconnects.

Rule 1: a command line that is refused while it is parsed never reaches the array.
Rule 2: a fault can act twice: before the array carries the command out, and before the answer is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mirrordrill.simulator.dscli.commands import find_command
from mirrordrill.simulator.dscli.commands.base import Answer, Command, CommandContext, CommandInvocation, CommandKind
from mirrordrill.simulator.dscli.commands.manual import page
from mirrordrill.simulator.dscli.consoles import CommandRequest, Fate, Interception, Reach, Stage
from mirrordrill.simulator.dscli.events import CommandExecuted, CommandHeld
from mirrordrill.simulator.dscli.formats import OutputSettings, banner
from mirrordrill.simulator.dscli.ids import check_image
from mirrordrill.simulator.dscli.messages import (
    CONNECTION_LOST,
    MISSING_IDS,
    MISSING_OPTION,
    NO_CONSOLE,
    NO_IDS_FROM_PROMPT,
    NO_SUCH_DEVICE,
    NOT_ADDED,
    DscliExitCode,
)
from mirrordrill.simulator.dscli.options import (
    BANNER_FLAG,
    COMMON,
    FROM_STANDARD_INPUT,
    Ids,
    RefusedLine,
    Takes,
    parse,
    split_words,
)
from mirrordrill.simulator.dscli.session_state import SessionEnded, SessionState, SimProcess
from mirrordrill.simulator.kernel.secrets import masked

_SHAPES_THE_ANSWER = frozenset(COMMON)


class Response(NamedTuple):
    """The output of a command line, its exit code, and the session's settings from now on."""

    text: str
    exit_code: DscliExitCode
    settings: OutputSettings
    page_rows: int | None = None
    """Lines until the user is asked to go on; None: all at once."""
    leaves: bool = False


class CommandExecution:
    """The execution of one command line in a session."""

    def __init__(self, session: SessionState, words: Sequence[str], *, is_interactive: bool) -> None:
        self._session = session
        self._words = list(words)
        self._is_interactive = is_interactive
        self._has_banner = False
        """Whether the banner stands on the screen already."""

    def run(self) -> SimProcess:
        """Carry the command line out; returns the `Response`."""
        verb = self._words[0]
        try:
            command = find_command(verb)
            if "-help" in self._words[1:]:
                return self._respond(OutputSettings(has_banner=False), "", Answer(page(command)))
            invocation = yield from self._with_ids(command, self._understand(command))
            if command.questions is not None and not invocation.parsed.has("quiet"):
                invocation = yield from self._confirm(invocation, command.questions)
                if not invocation.parsed.ids:
                    return self._respond(invocation.settings, invocation.device, Answer(""))
            answer: Answer = yield from self._carry_out(command, invocation)
        except RefusedLine as refused:
            return refusal(self._session, verb, refused, wants_banner=not self._has_banner and self._wants_banner())
        settings = invocation.settings
        if command.kind is CommandKind.CLIENT:
            settings = settings._replace(has_banner=False, is_verbose=False)
        return self._respond(settings, invocation.device, answer)

    def _respond(self, settings: OutputSettings, device: str, answer: Answer) -> Response:
        has_banner = settings.has_banner and not self._has_banner
        first = banner(self._session.kernel.now_s, device) if has_banner else ""
        last = f"{NOT_ADDED.line(self._words[0], word='-v')}\n" if settings.is_verbose else ""
        rows = settings.page_rows if settings.is_paged else None
        lasting = answer.settings or self._session.settings
        return Response(first + answer.body + last, answer.exit_code, lasting, rows, answer.leaves)

    def _wants_banner(self) -> bool:
        """What the line says of the banner, which holds although the rest of it is refused; else the session."""
        said = [
            self._words[at + 1 : at + 2] != ["off"] for at, word in enumerate(self._words) if word == f"-{BANNER_FLAG}"
        ]
        return said[-1] if said else self._session.settings.has_banner

    # Understanding.

    def _understand(self, command: Command) -> CommandInvocation:
        session = self._session
        parsed = parse(self._words[1:], command.syntax)
        settings = session.settings.with_flags(dict(parsed.flags))
        device = ""
        if command.kind.is_for_an_image:
            device = check_image(parsed.flags.get("dev", session.device) or _missing("-dev"))
            if device not in session.console.images:
                raise RefusedLine(NO_SUCH_DEVICE, DscliExitCode.SERVER, word=device)
            if "remotedev" in parsed.flags:
                check_image(parsed.flags["remotedev"])
        context = self._context(command)
        return CommandInvocation(
            command.name,
            parsed,
            settings,
            session.consoles.storage,
            session.console.images,
            device,
            context,
            session.kernel.now_s,
        )

    def _context(self, command: Command) -> CommandContext:
        session = self._session
        if command.kind.is_here:
            return CommandContext(
                lambda path: session.files.read(session.host, path),
                lambda path, text: session.files.write(session.host, path, text),
            )
        return session.context()

    def _with_ids(self, command: Command, invocation: CommandInvocation) -> SimProcess:
        """With `-` in the place of the ids, all words on standard input until its end (dscli.md 1.1)."""
        if invocation.parsed.ids != (FROM_STANDARD_INPUT,):
            return invocation
        if self._is_interactive:
            raise RefusedLine(NO_IDS_FROM_PROMPT)
        ids: list[str] = []
        while (line := (yield self._session.channel.read_line())) is not None:
            ids.extend(split_words(line))
        if not ids and command.syntax.ids is Ids.REQUIRED:
            raise RefusedLine(MISSING_IDS)
        at = self._words.index(FROM_STANDARD_INPUT)
        self._words[at : at + 1] = ids
        return invocation.with_ids(ids)

    def _confirm(
        self, invocation: CommandInvocation, questions: Callable[[CommandInvocation], list[tuple[str, str]]]
    ) -> SimProcess:
        """Ask about each id, below the banner; the ones that are not confirmed are left out."""
        asked = questions(invocation)
        if not asked:
            return invocation
        if invocation.settings.has_banner:
            self._session.channel.write(banner(self._session.kernel.now_s, invocation.device))
            self._has_banner = True
        confirmed: list[str] = []
        for word, question in asked:
            answer = yield from self._session.ask(question)
            if answer.lower() in ("y", "yes"):
                confirmed.append(word)
            else:
                self._words.remove(word)
        return invocation.with_ids(confirmed)

    # Carrying out.

    def _carry_out(self, command: Command, invocation: CommandInvocation) -> SimProcess:
        """Send the command to the array, let it act, bring the answer back."""
        if command.kind.is_here:
            return command.run(invocation)
        session = self._session
        before_s, after_s = self._times(command, invocation)
        shown = without_shape(self._words)
        request = CommandRequest(session.host, session.console.name, invocation.device, shown, command.changes_pairs)
        yield session.kernel.after(before_s)
        yield from self._meet_console()
        self._check_account(command, invocation)
        yield from self._wait_in_server(command, request)
        replaced = yield from self._intercept(Stage.BEFORE_EXECUTION, request)
        if isinstance(replaced, Answer):
            answer = replaced
        else:
            answer = self._act(command, invocation._replace(now_s=session.kernel.now_s), replaced)
            self._report(command, request, answer)
        yield from answer.waits_for
        yield session.kernel.after(after_s)
        replaced = yield from self._intercept(Stage.BEFORE_ANSWER, request._replace(answer=answer.body))
        return replaced if isinstance(replaced, Answer) else answer

    def _wait_in_server(self, command: Command, request: CommandRequest) -> SimProcess:
        """The server has accepted the command; a fault can make it hold it. The sender may be gone by then."""
        session = self._session
        held_s = session.consoles.take_hold_s(request)
        if held_s > 0:
            session.kernel.emit(
                CommandHeld(
                    host=session.host,
                    user=session.user,
                    console=session.console.name,
                    array=request.array,
                    verb=command.name,
                    command=request.command,
                    held_ms=round(held_s * 1000),
                    sender=session.channel.user,
                )
            )
            yield session.kernel.after(held_s)

    def _act(self, command: Command, invocation: CommandInvocation, part: Interception | None) -> Answer:
        """The array carries the command out, or the part of it that a fault leaves."""
        if part is None:
            return command.run(invocation)
        done = command.run(invocation.with_ids(invocation.parsed.ids[: part.ids_done]))
        refused = tuple(line.split(" ", 1)[0] for line in part.text.splitlines())
        return done._replace(
            body=done.body + part.text, exit_code=DscliExitCode.SERVER, outcomes=(*done.outcomes, *refused)
        )

    def _times(self, command: Command, invocation: CommandInvocation) -> tuple[float, float]:
        """Seconds until the array acts, and from there to the answer."""
        session, times = self._session, self._session.consoles.latencies
        if command.kind is CommandKind.ACTION:
            each = session.draw_s("pair", times.per_pair_low_s, times.per_pair_high_s)
            total = times.action_s + each * command.steps(invocation)
        else:
            total = session.draw_s("list", times.list_low_s, times.list_high_s)
        return times.travel_s, max(0.0, total - times.travel_s) + session.consoles.delay_s_of(session.console)

    def _check_account(self, command: Command, invocation: CommandInvocation) -> None:
        """The console asks at each command whether this user may."""
        grounds = invocation.context.account.refusal(command.need_of(invocation), self._session.kernel.now_s)
        if grounds is not None:
            raise RefusedLine(grounds.message, grounds.exit_code)

    def _meet_console(self) -> SimProcess:
        """A console that has gone since the login does not pass commands on."""
        session = self._session
        if session.consoles.reach_of(session.console) is Reach.SILENT:
            yield session.kernel.after(session.consoles.latencies.silent_connect_s)
        if session.consoles.reach_of(session.console) is not Reach.ANSWERING:
            raise RefusedLine(NO_CONSOLE, DscliExitCode.CONNECTION)

    def _intercept(self, stage: Stage, request: CommandRequest) -> SimProcess:
        """Apply faults: an `Answer` replaces the true one; an `Interception` says which part is carried out."""
        session = self._session
        verdict: Interception = session.consoles.intercept(stage, request)
        if verdict.delay_s > 0:
            yield session.kernel.after(verdict.delay_s)
        if verdict.fate is Fate.LOST:
            yield session.channel.gone
            raise SessionEnded(DscliExitCode.CONNECTION)
        if verdict.fate is Fate.CUT:
            session.channel.write(verdict.text)
            session.channel.write(CONNECTION_LOST.line("dscli") + "\n")
            raise SessionEnded(DscliExitCode.CONNECTION)
        if verdict.fate is Fate.REPLACED:
            return Answer(verdict.text, DscliExitCode.SERVER)
        return verdict if verdict.fate is Fate.PART else None

    def _report(self, command: Command, request: CommandRequest, answer: Answer) -> None:
        session = self._session
        session.kernel.emit(
            CommandExecuted(
                host=session.host,
                user=session.user,
                console=session.console.name,
                array=request.array,
                verb=command.name,
                command=request.command,
                changes_pairs=command.changes_pairs,
                outcomes=answer.outcomes,
                sender=session.channel.user,
            )
        )


def refusal(session: SessionState, verb: str, refused: RefusedLine, *, wants_banner: bool | None = None) -> Response:
    """The response to a line that was not carried out: its message, for no array in particular."""
    has_banner = session.settings.has_banner if wants_banner is None else wants_banner
    first = banner(session.kernel.now_s, "") if has_banner else ""
    return Response(f"{first}{refused.line(verb)}\n", refused.exit_code, session.settings)


def _missing(flag: str) -> str:
    raise RefusedLine(MISSING_OPTION, word=flag)


def without_shape(words: Sequence[str]) -> str:
    """The command as the log shows it: without the flags that only shape the answer, and without passwords."""
    kept: list[str] = []
    position = 0
    while position < len(words):
        flag = words[position][1:] if words[position].startswith("-") else ""
        if flag in _SHAPES_THE_ANSWER:
            following = list(words[position + 1 : position + 2])
            has_value = COMMON[flag] is Takes.VALUE or following in (["on"], ["off"])
            position += 2 if has_value else 1
            continue
        kept.append(words[position])
        position += 1
    return " ".join(masked(kept))
