"""`-list` with conditions: `Attribute=Value`, `Attribute!=Value`, and `Attribute=~Value` for what begins with it.

Several conditions must hold together. An object without the attribute does not match; an attribute that no
object has is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from mirrordrill.simulator.vcs.commands.language.grammar import WrongUsage
from mirrordrill.simulator.vcs.commands.language.refusals import NO_ATTRIBUTE, CommandRefused

Thing = TypeVar("Thing")

OPERATORS: Mapping[str, Callable[[str, str], bool]] = MappingProxyType(
    {
        "!=": lambda text, value: text != value,
        "=~": lambda text, value: text.startswith(value),
        "=": lambda text, value: text == value,
    }
)
"""Operators, longest first because `=` is part of all of them."""
CONDITIONS = "[attribute=value | attribute!=value | attribute=~value ...]"
"""Usage text."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition."""

    attribute: str
    operator: str
    value: str

    def holds(self, text: str) -> bool:
        """Whether an attribute's value matches; the bars around a group's state are ignored."""
        return OPERATORS[self.operator](text.strip("|"), self.value)


def parse_conditions(words: Iterable[str]) -> tuple[Condition, ...]:
    """The conditions of a command line. Raises WrongUsage."""
    return tuple(map(_parse, words))


def _parse(word: str) -> Condition:
    for operator in OPERATORS:
        attribute, found, value = word.partition(operator)
        if found and attribute.isidentifier():
            return Condition(attribute, operator, value)
    raise WrongUsage


def chosen(
    things: Sequence[Thing], words: Iterable[str], look: Callable[[Thing, str], str], where: str
) -> tuple[Thing, ...]:
    """The objects that match all conditions; `look` returns an attribute, or raises CommandRefused if there is none.

    Raises WrongUsage, and CommandRefused for an attribute that nothing there has.
    """
    met = [True for _ in things]
    for condition in parse_conditions(words):
        texts = [_text(thing, condition.attribute, look) for thing in things]
        if things and all(text is None for text in texts):
            raise CommandRefused(NO_ATTRIBUTE, condition.attribute, where)
        met = [so_far and text is not None and condition.holds(text) for so_far, text in zip(met, texts, strict=True)]
    return tuple(thing for thing, is_met in zip(things, met, strict=True) if is_met)


def _text(thing: Thing, attribute: str, look: Callable[[Thing, str], str]) -> str | None:
    try:
        return look(thing, attribute)
    except CommandRefused:
        return None
