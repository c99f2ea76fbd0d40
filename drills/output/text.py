"""How text from outside and what is wrong with it are shown to people.

A main.cf, a capture, a site.toml and a feature are files of other people: they may hold escape sequences, or a line of
ten megabytes.

Rule 1: every console is made here. Whatever is printed on one, its own colours aside, is spelled out where it would
move the cursor; nothing is taken for markup.
Rule 2: a problem is its place and message, the line with a caret below the place, and what to do; as much of the line
as a person can look at.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from mirrordrill.simulator.config.loader import Unreadable, read_text
from mirrordrill.simulator.config.problems import Problem, Severity
from mirrordrill.simulator.kernel.secrets import masked_main_cf, masked_text
from mirrordrill.simulator.kernel.untrusted import visible, visible_lines

TAB_COLUMNS = 4
WIDTH_OF_A_FILE = 100
LEAST_INDENTED = 20
"""A window narrower than a hanging indent has room for so much of a line all the same."""
WORD = re.compile(r" *[^ ]+ *| +")
"""A word with the blanks behind it; the first one of a line also with those before it."""
EXCERPT_COLUMNS = 160
"""So much of a line is shown around the place of a problem."""
EXCERPT_MARGIN = 12
"""Columns beside an excerpt: its indent, and the marks where the line goes on."""
MESSAGE_LENGTH = 1000
"""A longer message quotes something that is not worth quoting."""
MOST_PROBLEMS = 200
"""No person reads more of them, and one cause has often thousands."""
FEW_ALIKE = 3
"""So many of the problems of one cause are shown in full."""
MOST_LINES = 12
"""So many lines are named in which the others are."""
COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shortened(text: str) -> str:
    """A message without the middle of what is too long to be read."""
    return text if len(text) <= MESSAGE_LENGTH else f"{text[: MESSAGE_LENGTH - 200]} ... {text[-195:]}"


def console_for_people() -> Console:
    """Standard output as it is now (pytest redirects it later); where it is no terminal, as wide as COLUMNS says."""
    return _console(sys.stdout)


def console_for_errors() -> Console:
    """Standard error: what keeps a command from doing its work never mixes with what it prints."""
    return _console(sys.stderr)


class _SafeConsole(Console):
    """A console that shows text as `visible_lines` gives it, whatever it is a part of: a line, a table, a tree."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The parts of what is to be printed; those that move the cursor are made by the console itself."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control or text.isprintable() else Segment(visible_lines(text), style)


def _console(file: TextIO) -> Console:
    columns = shutil.get_terminal_size((WIDTH_OF_A_FILE, 25)).columns
    return _SafeConsole(file=file, width=None if file.isatty() else columns, markup=False, emoji=False)


def say(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    """One line: no markup, no guessing of colours, no folding."""
    console.print(Text(" " * indent + visible(text), style), soft_wrap=True, highlight=False)


def say_folded(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    """The same in as many lines as the console needs."""
    console.print(folded(Text(" " * indent + visible(text), style), console), soft_wrap=True, highlight=False)


def folded(text: Text, console: Console, indent: int = 4, whole: int = 0) -> Text:
    """A text in lines that the console has room for; what is left of a line stands below it, so much further in.

    A word that is wider than the console stays whole: it is a path or a hash, which a reader copies. So do the first
    `whole` characters, which are a path that may have blanks.
    """
    found: list[Text] = []
    for line in text.split("\n"):
        hanging = len(line.plain) - len(line.plain.lstrip(" ")) + indent
        room, at = console.width, 0
        for end in breaks(line.plain, room, max(room - hanging, LEAST_INDENTED), whole):
            part = line[at:end]
            part.rstrip()
            found.append(Text(" " * hanging).append_text(part) if at else part)
            at = end
        whole = 0
    return Text("\n").join(found)


def breaks(line: str, room: int, room_below: int, whole: int = 0) -> Iterator[int]:
    """Where the parts of a line end that have room, the first one in so many columns, those below it in others."""
    end = width = 0
    for word in (*filter(None, (line[:whole],)), *WORD.findall(line[whole:])):
        columns = cell_len(word.rstrip(" "))
        if end and width + columns > room and line[:end].strip():
            yield end
            width, room = 0, room_below
        width += cell_len(word)
        end += len(word)
    yield end


def source_lines(path: Path) -> list[str]:
    """The lines of a file as they are shown, none where it cannot be read: passwords are stars."""
    try:
        text = read_text(path)
    except Unreadable:
        return []
    if is_feature(path):
        return [masked_text(line, stars) for line in text.split("\n")]
    return masked_main_cf(text, in_place=True).split("\n")


def stars(secret: str) -> str:
    """A mask that moves nothing."""
    return "*" * len(secret)


def is_feature(path: Path) -> bool:
    """Whether its text is steps, and no configuration."""
    return path.suffix == ".feature"


def show_problems(console: Console, problems: Iterable[Problem]) -> None:
    """One after the other, of many with one cause the first ones and how many there are; each file is read once."""
    sources: dict[str, list[str]] = {}
    told = told_once(problems)
    for problem, kin in told[:MOST_PROBLEMS]:
        file = problem.position.file
        if file not in sources:
            sources[file] = source_lines(Path(file))
        show_problem(console, problem, sources[file])
        if kin:
            show_kin(console, kin)
    if more := sum(1 + len(kin) for _, kin in told[MOST_PROBLEMS:]):
        say(console, f"... and {counted(more, 'more problem')}", "bold")


def told_once(problems: Iterable[Problem]) -> list[tuple[Problem, Sequence[Problem]]]:
    """The problems to show; the last of those with one cause stands for the others, which it brings along."""
    alike: dict[tuple[str, Severity, str], list[Problem]] = {}
    for problem in problems:
        alike.setdefault(cause_of(problem), []).append(problem)
    found: list[tuple[Problem, Sequence[Problem]]] = []
    for kin in alike.values():
        few = FEW_ALIKE if len(kin) > FEW_ALIKE + 1 else len(kin)
        found += [*((problem, ()) for problem in kin[: few - 1]), (kin[few - 1], kin[few:])]
    return sorted(found, key=lambda each: each[0].position)


def cause_of(problem: Problem) -> tuple[str, Severity, str]:
    """What problems of one file have alike that are told once."""
    return problem.position.file, problem.severity, problem.cause or problem.message


def show_kin(console: Console, kin: Sequence[Problem]) -> None:
    """The problems of one cause that are not shown: how many, and in which lines."""
    lines = list(dict.fromkeys(str(problem.position.line) for problem in kin))
    rest = f" and {counted(len(lines) - MOST_LINES, 'other line')}" if len(lines) > MOST_LINES else ""
    where = ", ".join(lines[:MOST_LINES])
    noun = counted(len(kin), f"more {kin[0].severity.value}")
    say_folded(console, f"... and {noun} of this kind, in line{'' if len(lines) == 1 else 's'} {where}{rest}", "bold")


def show_problem(console: Console, problem: Problem, source: Sequence[str]) -> None:
    """Place and message, the line with a caret below the place, and what to do."""
    place = visible(f"{problem.position}: ")
    line = Text(place)
    line.append(problem.severity.value, COLOURS[problem.severity])
    message = masked_text(problem.message) if is_feature(Path(problem.position.file)) else problem.message
    line.append(visible(f": {shortened(message)}"))
    console.print(folded(line, console, whole=len(place.rstrip())), soft_wrap=True, highlight=False)
    if 1 <= problem.position.line <= len(source):
        room = min(EXCERPT_COLUMNS, max(LEAST_INDENTED, console.width - EXCERPT_MARGIN))
        for excerpt in excerpt_lines(source[problem.position.line - 1].rstrip(), problem.position.column, room):
            say(console, excerpt, indent=4)
    if problem.hint:
        say_folded(console, f"hint: {shortened(problem.hint)}", indent=4)


def excerpt_lines(line: str, column: int, room: int = EXCERPT_COLUMNS) -> Iterator[str]:
    """The offending line and a caret, or the part of a long line that the caret is in; nothing where it is empty."""
    if not line:
        return
    start = max(0, column - 1 - room // 2) if len(line.expandtabs(TAB_COLUMNS)) > room else 0
    shown = line[start : start + room]
    before, after = "... " * (start > 0), " ..." * (start + len(shown) < len(line))
    yield visible(before + shown.expandtabs(TAB_COLUMNS) + after)
    yield " " * cell_len(visible(before + line[start : column - 1].expandtabs(TAB_COLUMNS))) + "^"
