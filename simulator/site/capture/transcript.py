"""A transcript of DS CLI sessions taken apart: which lines are rows of which list, said by which array.

A capture has banners or not, headers or not, prompts, echoed commands, blank lines, and lists of other commands in
between; it may be the log of a terminal, with the shell's prompts, control characters, and lines that a narrow window
wrapped. What comes before a row tells how to read it: the echoed command its list, array and delimiter; the banner its
array; the header its list and delimiter. Where none of them is there, the row's own shape decides.

Rule 1: a command or a banner begins a new list; what was known of the list before is forgotten.
Rule 2: what another command printed is left alone, if its name or its own header shows that it is another one.
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

BANNER = re.compile(r"Date/Time: .*?(?:\bDS: (?P<device>\S+))?")
PROMPT = re.compile(r"(?:dscli>\s*)+")
RULE = re.compile(r"=+")
MESSAGE = re.compile(r"(?P<id>CMU[CN]\d{5}(?P<severity>[IWE]))\s*(?P<command>\w+)?:?.*")
QUESTION = re.compile(r"Enter .*:.*")
COMMAND = re.compile(r"[a-z][a-z0-9]+\b.*")
CALL = re.compile(r"(?:\S*/)?dscli(?:\s.*)?")
SHELL_PROMPT = re.compile(
    r"(?:\[[^\]\r\n]{1,80}\]|[\w.@~:/\\-]{1,80}(?: [\w.~:/\\-]{1,80})?)? ?[$#>%](?:\s+(?P<command>.*))?"
)
"""`[root@hosta ~]# command`, `hosta:~ $ command`, `# command`; the command may be missing."""
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
"""Control sequences of a terminal: colours and cursor, a window's title, character sets."""
TYPESCRIPT = re.compile(r"Script (?:started|done)\b.*|<?[Ss]cript (?:started|done)\b.*")
BY_COMMAND = {each.kind.value: each for each in SHAPES}
NOTHING_FOUND = "CMUC00234I"
LONGEST = 1000
"""A longer line belongs to no list; so it is not matched, which would take long."""


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


class TranscriptLine(NamedTuple):
    """A line that says something: its number from 1, its text, the array that is speaking, and what it is."""

    number: int
    text: str
    image: str
    content: TranscriptMessage | Row


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


def take_apart(text: str) -> Iterator[TranscriptLine]:
    """The lines of a transcript that say something, with their context."""
    context = Context()
    lines = unwrapped([clean(line) for line in text.removeprefix("\ufeff").split("\n")])
    for index, (number, line) in enumerate(lines):
        following = lines[index + 1][1] if index + 1 < len(lines) else ""
        if (typed := shell_command(line)) is not None:
            context = after_shell(typed)
            continue
        body = PROMPT.sub("", line, count=1) if PROMPT.match(line) else line
        if body != line:
            context = Context()
        if not body or RULE.fullmatch(body) or QUESTION.fullmatch(body) or TYPESCRIPT.fullmatch(body):
            continue
        if len(body) > LONGEST:
            yield TranscriptLine(number, body, context.image, Row(None, "", ()))
            continue
        changed = led(context, body, is_prompted=body != line, is_header=RULE.fullmatch(following) is not None)
        if changed is not None:
            context = changed
        elif not context.is_foreign:
            yield TranscriptLine(number, body, context.image, content(context, body))


def clean(line: str) -> str:
    """The line as it stood on the screen: without its end, without control sequences, corrections carried out."""
    line = ESCAPE.sub("", line.rstrip("\r"))
    if "\b" in line or "\r" in line:
        line = line.rpartition("\r")[2]
        shown: list[str] = []
        for char in line:
            if char != "\b":
                shown.append(char)
            elif shown:
                shown.pop()
        line = "".join(shown)
    return "".join(char for char in line if char.isprintable() or char == "\t").rstrip()


def unwrapped(lines: Sequence[str]) -> list[tuple[int, str]]:
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
        if last and line and continues(last, line, width, may_be_short=parts < max(rules)):
            found[-1] = (found[-1][0], joined(found[-1][1], last, line, width))
            parts += 1
        else:
            found.append((number, line))
            parts = 1
    return [(number, line.strip()) for number, line in found]


def _is_rule(line: str) -> bool:
    return RULE.fullmatch(line) is not None


def continues(last: str, line: str, width: int, *, may_be_short: bool) -> bool:
    """Whether a line is the rest of the one above it, which filled the window; blanks at its edge may be gone."""
    if _is_rule(last) or _is_rule(line):
        return _is_rule(last) and _is_rule(line)
    if shell_command(line) is not None or PROMPT.match(line) or BANNER.fullmatch(line) or MESSAGE.fullmatch(line):
        return False
    if find_row(line) is not None or find_header(line) is not None:
        return False
    return len(last) == width or (may_be_short and shell_command(last) is None)


def joined(sofar: str, last: str, line: str, width: int) -> str:
    """Both parts of a line; blanks at the edge of the window are not in a copy of it."""
    return sofar + " " * (width - len(last)) + line


def shell_command(line: str) -> str | None:
    """What was typed at a shell's prompt, empty where nothing was; None where the line has no prompt."""
    found = None if PROMPT.match(line) else SHELL_PROMPT.fullmatch(line)
    return None if found is None or find_row(line) is not None else (found["command"] or "")


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
    delimiter = flags.get("-delim", ",") if flags.get("-fmt") == "delim" else ""
    device = flags.get("-dev", "")
    image = device if re.fullmatch(IMAGE, device) else ""
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
