"""A transcript of DS CLI sessions taken apart: which lines are rows of which list, said by which array.

A capture has banners or not, headers or not, prompts, echoed commands, blank lines, and lists of other commands in
between; it may be the log of a terminal, with the shell's prompts, control characters, and lines that a narrow window
wrapped. What comes before a row tells how to read it: the echoed command its list, array and delimiter; the banner its
array; the header its list and delimiter. Where none of them is there, the row's own shape decides.

Rule 1: a command or a banner begins a new list; what was known of the list before is forgotten.
Rule 2: what another command printed is left alone, if its name or its own header shows that it is another one; so is
what stands before all lists and is like no row.
Rule 3: a shell prompt ends a list; what another program prints behind it is left alone.
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from mirrordrill.simulator.site.capture.rows import ListKind
from mirrordrill.simulator.site.capture.shapes import IMAGE, SHAPES, Shape, find_header, find_row
from mirrordrill.simulator.site.capture.terminal import CALL, LONGEST, OF_THE_TERMINAL, ShellPrompts, screen_lines

BANNER = re.compile(r"(?:Date/Time: .*?|.*\bIBM DSCLI Version: .*?)(?:\bDS: (?P<device>\S+))?")
PROMPT = re.compile(r"(?:dscli>\s*)+")
RULE = re.compile(r"=+")
MESSAGE = re.compile(r"(?P<id>CM[A-Z]{2,4}\d{4,5}(?P<severity>[IWE]))\s*(?P<command>\w+)?:?.*")
QUESTION = re.compile(r"Enter .*:.*")
COMMAND = re.compile(r"[a-z][a-z0-9]+\b.*")
BY_COMMAND = {each.kind.value: each for each in SHAPES}
NOTHING_FOUND = "CMUC00234I"
ROW_LIKE = re.compile(r"(?<!\w)[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(?!\w)|IBM\.\d{4}-|\b2107-9\w\w\b|\bI[0-9A-F]{4}\s")
"""What rows of these lists have, and other lines hardly ever."""
FORMATS = ("default", "delim")
"""The formats of the DS CLI (`-fmt`) that are read."""


class TranscriptMessage(NamedTuple):
    """A message of the DS CLI: its id and the list that it is about, if it is about one."""

    message_id: str
    severity: str
    kind: ListKind | None


class Row(NamedTuple):
    """A line that should be a row."""

    shape: Shape | None
    delimiter: str
    names: tuple[str, ...]


class UnreadFormat(NamedTuple):
    """A list that was asked for in a format that is not read."""

    format: str


class TranscriptLine(NamedTuple):
    """A line that says something: its number from 1, its text, the array that is speaking, and what it is."""

    number: int
    text: str
    image: str
    content: TranscriptMessage | Row | UnreadFormat


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the list that is being printed."""

    image: str = ""
    shape: Shape | None = None
    delimiter: str = ""
    names: tuple[str, ...] = ()
    is_foreign: bool = False
    """A list of another command."""
    is_fresh: bool = False
    """A command was echoed, and nothing of its answer has come yet."""
    format: str = FORMATS[0]


def take_apart(text: str) -> Iterator[TranscriptLine]:
    """The lines of a transcript that say something, with their context."""
    context = Context()
    screen = screen_lines(text)
    prompts = ShellPrompts(screen)
    lines = unwrapped(screen, prompts)
    typed: str | None = None
    for index, (number, line) in enumerate(lines):
        following = lines[index + 1][1] if index + 1 < len(lines) else ""
        above, typed = typed, None
        if (command := shell_command(prompts, line)) is not None:
            context, typed = after_shell(command), command
            yield from unread_format(context, number, line)
            continue
        body = PROMPT.sub("", line, count=1) if PROMPT.match(line) else line
        if body != line:
            context = Context()
        if not body or RULE.fullmatch(body) or QUESTION.fullmatch(body) or OF_THE_TERMINAL.fullmatch(body):
            continue
        if len(body) > LONGEST:
            yield TranscriptLine(number, body, context.image, Row(None, "", ()))
            continue
        changed = led(context, body, is_prompted=body != line, is_header=RULE.fullmatch(following) is not None)
        if changed is not None:
            context = changed
            typed = body if changed.is_fresh else None
            yield from unread_format(context, number, line)
        elif above is not None and CALL.fullmatch(above) and is_wrapped(body):
            context, typed = after_call(above, body), f"{above} {body}"
        elif not context.is_foreign and (context.shape is not None or is_like_a_row(body)):
            yield TranscriptLine(number, body, context.image, content(context, body))


def is_like_a_row(line: str) -> bool:
    """Whether a line of which nothing is known says something: a row, a message of the DS CLI, or what is like one."""
    return ROW_LIKE.search(line) is not None or MESSAGE.fullmatch(line) is not None or find_row(line) is not None


def is_wrapped(line: str) -> bool:
    """Whether the line below a command is the rest of it, which a narrow window broke."""
    return find_row(line) is None and MESSAGE.fullmatch(line) is None


def after_call(typed: str, rest: str) -> Context:
    """The context after a command of two lines; whether a blank stood at the edge of the window is not known."""
    tried = [after_command(words_of(f"{typed}{edge}{rest}")) for edge in ("", " ")]
    return max(tried, key=lambda each: (each.shape is not None, each.image != "", each.delimiter != ""))


def unread_format(context: Context, number: int, line: str) -> Iterator[TranscriptLine]:
    """What is told of a list in a format that is not read."""
    if context.format not in FORMATS and context.is_fresh:
        yield TranscriptLine(number, line, context.image, UnreadFormat(context.format))


def unwrapped(lines: Sequence[str], prompts: ShellPrompts) -> list[tuple[int, str]]:
    """The lines with their numbers, those that a narrow window broke put together again.

    The rule below a header is as long as the header: where it takes more than one line, the first of them shows how
    wide the window was, and their number how many parts a row may have. Without such a rule nothing is put together.
    """
    rules = [len(list(part)) for is_rule, part in itertools.groupby(lines, _is_rule) if is_rule]
    width = next((len(a) for a, b in itertools.pairwise(lines) if _is_rule(a) and _is_rule(b)), 0)
    if not width:
        return [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    found: list[tuple[int, str]] = []
    parts = 0
    for number, line in enumerate(lines, start=1):
        last = lines[number - 2] if number > 1 else ""
        if last and line and continues(prompts, last, line, width, may_be_short=parts < max(rules)):
            found[-1] = (found[-1][0], joined(found[-1][1], last, line, width))
            parts += 1
        else:
            found.append((number, line))
            parts = 1
    return [(number, line.strip()) for number, line in found]


def _is_rule(line: str) -> bool:
    return RULE.fullmatch(line) is not None


def continues(prompts: ShellPrompts, last: str, line: str, width: int, *, may_be_short: bool) -> bool:
    """Whether a line is the rest of the one above it, which filled the window; blanks at its edge may be gone."""
    if _is_rule(last) or _is_rule(line):
        return _is_rule(last) and _is_rule(line)
    if (
        shell_command(prompts, line) is not None
        or PROMPT.match(line)
        or BANNER.fullmatch(line)
        or MESSAGE.fullmatch(line)
    ):
        return False
    if find_row(line) is not None or find_header(line) is not None:
        return False
    return len(last) == width or (may_be_short and shell_command(prompts, last) is None)


def joined(sofar: str, last: str, line: str, width: int) -> str:
    """Both parts of a line; blanks at the edge of the window are not in a copy of it."""
    return sofar + " " * (width - len(last)) + line


def shell_command(prompts: ShellPrompts, line: str) -> str | None:
    """What was typed at a shell's prompt, empty where nothing was; None where the line has no prompt."""
    found = None if PROMPT.match(line) else prompts.command(line)
    return None if found is None or find_row(line) is not None else found


def after_shell(typed: str) -> Context:
    """A shell's prompt ends a list. What a program other than the DS CLI answers is none of ours."""
    if CALL.fullmatch(typed) or (typed and typed.split()[0] in BY_COMMAND):
        return after_command(words_of(typed))
    return Context(is_foreign=bool(typed))


def led(context: Context, line: str, *, is_prompted: bool, is_header: bool) -> Context | None:
    """The context after a line that leads a list: a command, a banner or a header; None for any other line."""
    if (words := command_words(line, is_prompted=is_prompted)) is not None:
        return after_command(words)
    if found := BANNER.fullmatch(line):
        return after_banner(context, found["device"] or "")
    if found_header := find_header(line):
        each, delimiter = found_header
        names = tuple(name.strip() for name in line.split(delimiter)) if delimiter else ()
        return replace(context, shape=each, delimiter=delimiter, names=names, is_foreign=False, is_fresh=False)
    if is_header:
        return replace(context, is_foreign=True, is_fresh=False)
    return None


def command_words(line: str, *, is_prompted: bool) -> list[str] | None:
    """The words of an echoed command; None where the line is none."""
    is_command = line.split()[0] in BY_COMMAND or (is_prompted and COMMAND.fullmatch(line) is not None)
    if not (is_command or CALL.fullmatch(line)) or find_row(line) is not None:
        return None
    return words_of(line)


def words_of(line: str) -> list[str]:
    """A command line as a shell splits it, as far as it can be split."""
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def after_command(words: Sequence[str]) -> Context:
    """What an echoed command says of its answer; a quoted command in one word is looked into."""
    words = [part for word in words for part in word.split()] if any(" " in word for word in words) else words
    flags = {word: value for word, value in itertools.pairwise(words) if word.startswith("-")}
    each = next((BY_COMMAND[word] for word in words if word in BY_COMMAND), None)
    shown = flags.get("-fmt", FORMATS[0])
    delimiter = flags.get("-delim", ",") if flags.get("-fmt") == "delim" else ""
    device = flags.get("-dev", "")
    image = device if re.fullmatch(IMAGE, device) else ""
    if each is not None and shown not in FORMATS:
        return Context(image, is_foreign=True, is_fresh=True, format=shown)
    return Context(image, each, delimiter, is_foreign=each is None, is_fresh=True)


def after_banner(context: Context, device: str) -> Context:
    """A banner: the answer to the command just echoed, or to one that was not echoed."""
    image = device if re.fullmatch(IMAGE, device) else ""
    if context.is_fresh:
        return replace(context, image=context.image or image, is_fresh=False)
    return Context(image)


def content(context: Context, line: str) -> TranscriptMessage | Row:
    """What a line that leads nothing is: a message, or a row of the list of its context."""
    if found := MESSAGE.fullmatch(line):
        named = BY_COMMAND.get(found["command"]) if found["command"] else context.shape
        return TranscriptMessage(found["id"], found["severity"], named.kind if named else None)
    if context.names and line.count(context.delimiter) == len(context.names) - 1:
        return Row(context.shape, context.delimiter, context.names)
    by_shape = find_row(line)
    return Row(context.shape, context.delimiter, context.names) if by_shape is None else Row(*by_shape, names=())
