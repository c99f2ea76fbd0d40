"""What keeps Gherkin from reading a feature, in the words of the people who write them.

The parser names the kinds of lines that it would have taken (`expected: #EOF, #TableRow, ...`). Here the line itself is
looked at: what it is like says what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from gherkin.errors import (
    AstBuilderException,
    CompositeParserException,
    NoSuchLanguageException,
    ParserException,
    UnexpectedEOFException,
)

from mirrordrill.drills.gherkin.form import HEADS, STEP_WORDS, STEPS_BEGIN, WrongLine, no_head, no_step

WITHOUT_COLON = re.compile(rf"({'|'.join(sorted(HEADS, key=len, reverse=True))})\b(?!:)\s*(.*)")
QUOTED_CHARACTERS = 80
"""So much of a line is quoted."""


def syntax_faults(wrong: CompositeParserException, lines: Sequence[str]) -> list[WrongLine]:
    """Each line that cannot be read, but for those that follow from a head that is wrong or missing."""
    found = {fault.line: fault for fault in reversed(list(_faults(wrong.errors, lines)))}
    ordered = [found[line] for line in sorted(found)]
    wrong_head = next((fault.line for fault in ordered if no_head(lines[fault.line - 1])), None)
    if wrong_head is not None:  # what stands below it is read again when the head is right
        ordered = [fault for fault in ordered if fault.line <= wrong_head or no_head(lines[fault.line - 1])]
    has_feature = any(line.lstrip().startswith("Feature:") for line in lines[: ordered[0].line])
    return ordered if has_feature else ordered[:1]


def _faults(errors: Sequence[ParserException], lines: Sequence[str]) -> Iterator[WrongLine]:
    for each in errors:
        number = min(max(each.location["line"], 1), max(len(lines), 1))
        yield WrongLine(number, _told(each, lines[number - 1].strip() if lines else "", lines[: number - 1]))


def _told(failure: ParserException, line: str, above: Sequence[str]) -> str:
    if isinstance(failure, UnexpectedEOFException):
        return _unended(above)
    if isinstance(failure, AstBuilderException):
        rows = takewhile(lambda each: each.startswith("|"), (each.strip() for each in reversed(above)))
        if open_row := next((row for row in (line, *rows) if not row.endswith("|")), ""):
            return f"a row of this table does not end with `|`: `{_quoted(open_row)}`"
        return f"this row has not as many cells as the first row of its table: `{_quoted(line)}`"
    if isinstance(failure, NoSuchLanguageException):
        return f"there is no such language of Gherkin: `{_quoted(line)}`"
    if line.startswith("@"):
        return f"a tag has no blanks, and each begins with @: `{_quoted(line)}`"
    if told := no_head(line) or _no_colon(line):
        return told
    if line.startswith("Feature:"):
        return "a second `Feature:`; a file has one"
    if line.startswith("Background:"):
        return "a `Background:` stands once, above all scenarios"
    if line.startswith(("Examples:", "Scenarios:")):
        return "Examples stand below the steps of a `Scenario Outline:`"
    word = line.partition(" ")[0]
    if word.rstrip(":") in STEP_WORDS:
        return f"`{word}` has no colon" if word.endswith(":") else _outside(line)
    return no_step(line) or f"this line is no step and no head: `{_quoted(line)}`; {STEPS_BEGIN}, a comment with #"


def _no_colon(line: str) -> str:
    found = WITHOUT_COLON.match(line)
    return f"`{found[1]}` needs a colon: `{f'{found[1]}: {_quoted(found[2])}'.strip()}`" if found else ""


def _outside(line: str) -> str:
    return (
        f"the step `{_quoted(line)}` stands outside of a scenario: above it a head is missing, such as `Scenario: NAME`"
    )


def _unended(above: Sequence[str]) -> str:
    opened = next((n for n in range(len(above), 0, -1) if above[n - 1].lstrip().startswith(('"""', "```"))), None)
    if opened is None:
        return "the file ends where more of it is expected"
    return f"the text that begins in line {opened} does not end: its last line is {above[opened - 1].strip()[:3]}"


def _quoted(line: str) -> str:
    return line if len(line) <= QUOTED_CHARACTERS else f"{line[:QUOTED_CHARACTERS]}..."
