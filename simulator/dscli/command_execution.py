"""One command line on its way: understood here, carried to the array, done there in one moment, answered.

The user may be gone by then; the array does not care.

Rule 1: what is refused here never reaches the array.
Rule 2: between command and answer faults have their say twice: before it is carried out, and before the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mirrordrill.simulator.dscli.commands import find_command
from mirrordrill.simulator.dscli.commands.base import Answer, Command, Desk, Invocation, Kind
from mirrordrill.simulator.dscli.commands.manual import page
from mirrordrill.simulator.dscli.consoles import Fate, Reach, Request, Stage, Verdict
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.dscli.formats import Settings, banner
from mirrordrill.simulator.dscli.ids import check_image
from mirrordrill.simulator.dscli.messages import (
    CONNECTION_LOST,
    MISSING_IDS,
    MISSING_OPTION,
    NO_CONSOLE,
    NO_IDS_FROM_PROMPT,
    NO_SUCH_DEVICE,
    ExitCode,
)
from mirrordrill.simulator.dscli.options import (
    COMMON,
    FROM_STANDARD_INPUT,
    Ids,
    RefusedLine,
    Takes,
    parse,
    split_words,
)
from mirrordrill.simulator.dscli.session_state import Ended, Passing, Seat

_SHAPES_THE_ANSWER = frozenset(COMMON)
_SECRETS = frozenset({"pw", "passwd"})
MASK = "****"
"""What the log shows of a password."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back for a command line: the text, the exit code if the program ended now, settings from now on."""

    text: str
    exit_code: ExitCode
    settings: Settings
    page_rows: int | None = None
    """Lines until the user is asked to go on; None: all at once."""
    leaves: bool = False


class Errand:
    """One command line."""

    def __init__(self, seat: Seat, words: Sequence[str], is_interactive: bool) -> None:
        self._seat = seat
        self._words = list(words)
        self._is_interactive = is_interactive
        self._has_banner = False
        """Whether the banner stands on the screen already."""

    def run(self) -> Passing:
        """Obey the line; returns what was heard."""
        verb = self._words[0]
        try:
            command = find_command(verb)
            if "-help" in self._words[1:]:
                return self._heard(Settings(has_banner=False), "", Answer(page(command)))
            invocation = yield from self._with_ids(command, self._understand(command))
            if command.questions is not None and not invocation.parsed.has("quiet"):
                invocation = yield from self._confirm(invocation, command.questions)
                if not invocation.parsed.ids:
                    return self._heard(invocation.settings, invocation.device, Answer(""))
            answer: Answer = yield from self._carry_out(command, invocation)
        except RefusedLine as refused:
            return refusal(self._seat, verb, refused)
        settings = invocation.settings
        if command.kind is Kind.CLIENT:
            settings = replace(settings, has_banner=False)
        return self._heard(settings, invocation.device, answer)

    def _heard(self, settings: Settings, device: str, answer: Answer) -> Heard:
        has_banner = settings.has_banner and not self._has_banner
        first = banner(self._seat.kernel.now_s, device) if has_banner else ""
        rows = settings.page_rows if settings.is_paged else None
        lasting = answer.settings or self._seat.settings
        return Heard(first + answer.body, answer.exit_code, lasting, rows, answer.leaves)

    # Understanding.

    def _understand(self, command: Command) -> Invocation:
        seat = self._seat
        parsed = parse(self._words[1:], command.syntax)
        settings = seat.settings.with_flags(dict(parsed.flags))
        device = ""
        if command.kind.is_for_an_image:
            device = check_image(parsed.flags.get("dev", seat.device) or _missing("-dev"))
            if device not in seat.console.images:
                raise RefusedLine(NO_SUCH_DEVICE, ExitCode.SERVER, word=device)
            if "remotedev" in parsed.flags:
                check_image(parsed.flags["remotedev"])
        desk = self._desk(command)
        return Invocation(
            command.name, parsed, settings, seat.consoles.storage, seat.console.images, device, desk, seat.kernel.now_s
        )

    def _desk(self, command: Command) -> Desk:
        seat = self._seat
        if command.kind.is_here:
            return Desk(
                lambda path: seat.consoles.read_file(seat.host, path),
                lambda path, text: seat.consoles.write_file(seat.host, path, text),
            )
        return seat.desk()

    def _with_ids(self, command: Command, invocation: Invocation) -> Passing:
        """With `-` in the place of the ids, all words on standard input until its end (dscli.md 1.1)."""
        if invocation.parsed.ids != (FROM_STANDARD_INPUT,):
            return invocation
        if self._is_interactive:
            raise RefusedLine(NO_IDS_FROM_PROMPT)
        ids: list[str] = []
        while (line := (yield self._seat.channel.read_line())) is not None:
            ids.extend(split_words(line))
        if not ids and command.syntax.ids is Ids.REQUIRED:
            raise RefusedLine(MISSING_IDS)
        at = self._words.index(FROM_STANDARD_INPUT)
        self._words[at : at + 1] = ids
        return invocation.with_ids(ids)

    def _confirm(self, invocation: Invocation, questions: Callable[[Invocation], list[tuple[str, str]]]) -> Passing:
        """Ask about each id, below the banner; the ones that are not confirmed are left out."""
        asked = questions(invocation)
        if not asked:
            return invocation
        if invocation.settings.has_banner:
            self._seat.channel.write(banner(self._seat.kernel.now_s, invocation.device))
            self._has_banner = True
        confirmed: list[str] = []
        for word, question in asked:
            answer = yield from self._seat.ask(question)
            if answer.lower() in ("y", "yes"):
                confirmed.append(word)
            else:
                self._words.remove(word)
        return invocation.with_ids(confirmed)

    # Carrying out.

    def _carry_out(self, command: Command, invocation: Invocation) -> Passing:
        """Send the command to the array, let it act, bring the answer back."""
        if command.kind.is_here:
            return command.run(invocation)
        seat = self._seat
        before_s, after_s = self._times(command, invocation)
        shown = without_shape(self._words)
        request = Request(seat.host, seat.console.name, invocation.device, shown, command.changes_pairs)
        yield seat.kernel.after(before_s)
        yield from self._meet_console()
        self._check_account(command, invocation)
        replaced = yield from self._intercept(Stage.BEFORE_EXECUTION, request)
        if isinstance(replaced, Answer):
            answer = replaced
        else:
            answer = self._act(command, replace(invocation, now_s=seat.kernel.now_s), replaced)
            self._report(command, request, answer)
        yield from answer.waits_for
        yield seat.kernel.after(after_s)
        replaced = yield from self._intercept(Stage.BEFORE_ANSWER, request._replace(answer=answer.body))
        return replaced if isinstance(replaced, Answer) else answer

    def _act(self, command: Command, invocation: Invocation, part: Verdict | None) -> Answer:
        """The array carries the command out, or the part of it that a fault leaves."""
        if part is None:
            return command.run(invocation)
        done = command.run(invocation.with_ids(invocation.parsed.ids[: part.ids_done]))
        refused = tuple(line.split(" ", 1)[0] for line in part.text.splitlines())
        return replace(done, body=done.body + part.text, exit_code=ExitCode.SERVER, outcomes=(*done.outcomes, *refused))

    def _times(self, command: Command, invocation: Invocation) -> tuple[float, float]:
        """Seconds until the array acts, and from there to the answer."""
        seat, times = self._seat, self._seat.consoles.latencies
        if command.kind is Kind.ACTION:
            each = seat.draw_s("pair", times.per_pair_low_s, times.per_pair_high_s)
            total = times.action_s + each * command.steps(invocation)
        else:
            total = seat.draw_s("list", times.list_low_s, times.list_high_s)
        return times.travel_s, max(0.0, total - times.travel_s) + seat.consoles.delay_s_of(seat.console)

    def _check_account(self, command: Command, invocation: Invocation) -> None:
        """The console asks at each command whether this user may."""
        grounds = invocation.desk.account.refusal(command.need_of(invocation), self._seat.kernel.now_s)
        if grounds is not None:
            raise RefusedLine(grounds.message, grounds.exit_code)

    def _meet_console(self) -> Passing:
        """A console that has gone since the login does not pass commands on."""
        seat = self._seat
        if seat.consoles.reach_of(seat.console) is Reach.SILENT:
            yield seat.kernel.after(seat.consoles.latencies.silent_connect_s)
        if seat.consoles.reach_of(seat.console) is not Reach.ANSWERING:
            raise RefusedLine(NO_CONSOLE, ExitCode.CONNECTION)

    def _intercept(self, stage: Stage, request: Request) -> Passing:
        """Let faults have their say: an answer takes the place of the true one, a verdict says what part is done."""
        seat = self._seat
        verdict: Verdict = seat.consoles.interceptor(stage, request)
        if verdict.delay_s > 0:
            yield seat.kernel.after(verdict.delay_s)
        if verdict.fate is Fate.LOST:
            yield seat.channel.gone
            raise Ended(ExitCode.CONNECTION)
        if verdict.fate is Fate.CUT:
            seat.channel.write(verdict.text)
            seat.channel.write(CONNECTION_LOST.line("dscli") + "\n")
            raise Ended(ExitCode.CONNECTION)
        if verdict.fate is Fate.REPLACED:
            return Answer(verdict.text, ExitCode.SERVER)
        return verdict if verdict.fate is Fate.PART else None

    def _report(self, command: Command, request: Request, answer: Answer) -> None:
        seat = self._seat
        seat.kernel.emit(
            CommandExecuted(
                host=seat.host,
                user=seat.user,
                console=seat.console.name,
                array=request.array,
                verb=command.name,
                command=request.command,
                changes_pairs=command.changes_pairs,
                outcomes=answer.outcomes,
                sender=seat.channel.user,
            )
        )


def refusal(seat: Seat, verb: str, refused: RefusedLine) -> Heard:
    """What is heard of a line that was not carried out: its message, for no array in particular."""
    first = banner(seat.kernel.now_s, "") if seat.settings.has_banner else ""
    return Heard(f"{first}{refused.line(verb)}\n", refused.exit_code, seat.settings)


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
        if flag in _SECRETS and position < len(words):
            kept.append(MASK)
            position += 1
    return " ".join(kept)
