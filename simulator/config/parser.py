"""Text of main.cf or types.cf in, tree of values out.

Rule 1: the grammar is generous where VCS is strict but the meaning is plain (an odd word without quotes): the checks
complain about that, with its place, after everything has been read.
Rule 2: what cannot be read is an error at a line and a column, in words, with the most likely remedy.
Rule 3: after an error, reading goes on at the next statement that begins a line, so that one run finds them all.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.resources import files

from lark import Lark, Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from mirrordrill.simulator.config.assembly import Assembler
from mirrordrill.simulator.config.model import Configuration, Position
from mirrordrill.simulator.config.problems import ConfigSyntaxError, Problem, error
from mirrordrill.simulator.kernel.secrets import passwords_in_main_cf, without_words

LONGEST_WORD = 60
"""A longer one is quoted in part."""
MAX_ERRORS = 20
"""Syntax errors reported of one file: a file with more is not a main.cf."""

STATEMENT_START = re.compile(
    r'^[ \t]*(?:include|type|cluster|remotecluster|[hH]eartbeat|system|group)[ \t]+["\w]', re.MULTILINE
)

TERMINALS = {
    "WORD": "a name or value",
    "STRING": "a string in quotes",
    "LBRACE": "{",
    "VECTOR": "[]",
    "ASSOCIATION": "{}",
    "MODIFIER": "static",
    "KIND": "an attribute's kind (str, int, boolean, keylist)",
    "CATEGORY": "online or offline",
    "LOCATION": "local, global or remote",
    "RIGIDITY": "soft, firm or hard",
    "_LPAR": "(",
    "_RPAR": ")",
    "_RBRACE": "}",
    "_EQUAL": "=",
    "_AT": "@system",
    "_SEPARATOR": ", or ;",
    "$END": "the end of the file",
}
"""How to call a terminal of the grammar; keywords are called what they are."""

OPENING = {"_LPAR": ")", "LBRACE": "}"}


@functools.cache
def grammar() -> Lark:
    """The tables of the grammar, built once in a process."""
    text = files("mirrordrill.simulator.config").joinpath("main_cf.lark").read_text(encoding="ascii")
    return Lark(text, parser="lalr", lexer="contextual", maybe_placeholders=True)


@functools.lru_cache(maxsize=16)
def parse(text: str, file: str) -> Configuration:
    """Read the text of a main.cf or types.cf; `file` is what its places are called.

    The same type files stand beside every main.cf of a run, and a drill that changes its site reads them again: what
    was read last is kept.

    Raises ConfigSyntaxError with every error of the text.
    """
    text = text.removeprefix("\ufeff")
    with collector_paused():
        try:
            tree = grammar().parse(text)
        except UnexpectedInput as unexpected:
            found = syntax_errors(text, file, unexpected)
            raise ConfigSyntaxError(tuple(without_passwords(text, found))) from None
        return Assembler(file).configuration(tree)


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Reading makes very many values and no cycles among them; to search them for cycles meanwhile doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def syntax_errors(text: str, file: str, unexpected: UnexpectedInput | None) -> list[Problem]:
    """Every error, starting from the first one: skip to the next statement, read on, and so forth."""
    found: list[Problem] = []
    while unexpected is not None and len(found) < MAX_ERRORS:
        found.append(describe(unexpected, file))
        start = STATEMENT_START.search(text, unexpected.pos_in_stream or 0)
        if start is None:
            break
        # Only the line ends of what was skipped are kept, so that places stay true.
        text = "\n" * text.count("\n", 0, start.start()) + text[start.start() :]
        unexpected = first_error(text)
    return found


def without_passwords(text: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, with what is a password in this main.cf masked: a message quotes what stands in its place."""
    passwords = passwords_in_main_cf(text)
    for problem in problems:
        message, hint = (without_words(said, passwords) for said in (problem.message, problem.hint))
        yield replace(problem, message=message, hint=hint)


def first_error(text: str) -> UnexpectedInput | None:
    """The first thing in the text that the grammar does not allow."""
    try:
        grammar().parse(text)
    except UnexpectedInput as unexpected:
        return unexpected
    return None


def describe(unexpected: UnexpectedInput, file: str) -> Problem:
    """Say in words what stands there, what could stand there instead, and what was probably meant."""
    position = Position(file, max(unexpected.line, 1), max(unexpected.column, 1))
    if isinstance(unexpected, UnexpectedCharacters) and unexpected.char == '"':
        return error(
            position,
            "this string is not closed before the end of its line",
            'a string ends with a double quote on the same line; a double quote inside it is written \\"',
        )
    context = interactive(unexpected)
    opening = innermost_opening(context)
    if isinstance(unexpected, UnexpectedToken) and unexpected.token.type == "$END":
        return describe_end(position, opening, context)
    found = unexpected.token if isinstance(unexpected, UnexpectedToken) else getattr(unexpected, "char", "")
    message = f"unexpected {cut(str(found))!r}, expected {expected(context)}"
    return error(position, message, likely_remedy(found, opening, context))


def cut(text: str) -> str:
    """As much of a word as is needed to find it."""
    return text if len(text) <= LONGEST_WORD else text[:LONGEST_WORD] + "..."


def describe_end(position: Position, opening: Token | None, context: InteractiveParser) -> Problem:
    """The file ended too early: the bracket that was never closed is the place to look at."""
    if opening is None:
        return error(position, f"the file ends too early, expected {expected(context)}")
    start = Position(position.file, opening.line or 1, opening.column or 1)
    closing = OPENING[opening.type]
    return error(start, f"this {opening.value} is never closed", f"add the missing {closing}")


def interactive(unexpected: UnexpectedInput) -> InteractiveParser:
    """The state in which the parser stood before the error."""
    context = unexpected.interactive_parser
    assert isinstance(context, InteractiveParser)
    return context


def innermost_opening(context: InteractiveParser) -> Token | None:
    """The bracket or brace that is open where the error stands."""
    for value in reversed(context.parser_state.value_stack):
        if isinstance(value, Token) and value.type in OPENING:
            return value
    return None


def expected(context: InteractiveParser) -> str:
    """What could stand there, in the order of the table above, keywords last."""
    accepted: set[str] = context.accepts()  # type: ignore[no-untyped-call]  # lark leaves this one untyped
    names = [name for terminal, name in TERMINALS.items() if terminal in accepted]
    names += sorted(terminal.strip("_").lower() for terminal in accepted - TERMINALS.keys())
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def likely_remedy(found: object, opening: Token | None, context: InteractiveParser) -> str:
    """What the author of the file probably has to do."""
    stack = context.parser_state.value_stack
    before = stack[-1] if stack else None
    # Behind an attribute the sign alone is read as a name, and the first word of the comment is what is unexpected.
    if any(str(word).startswith(("#", "/*", ";;")) for word in (found, before)):
        return "a comment in main.cf begins with //"
    kind = found.type if isinstance(found, Token) else ""
    if opening is None:
        return "a resource stands below the group it belongs to" if kind == "WORD" else ""
    if opening.type == "LBRACE":
        return "elements between braces are separated by a comma" if kind in {"WORD", "STRING"} else "add the missing }"
    if kind == "_SEPARATOR":
        return f"remove the {found}: a value ends with its line, and only elements between braces are separated"
    if isinstance(before, Token) and before.type == "WORD" and kind in {"WORD", "STRING"}:
        words = f"{cut(str(before))} {cut(str(found))}"
        return f"if a resource begins with '{words}', the ) of the bracket on line {opening.line} is missing"
    return ""
