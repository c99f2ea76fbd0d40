"""The step library's frame: a step has words, a meaning, an example and a topic, and registers itself.

    @when("{hosts} halt(s)", example="hosta, hostb halt")
    def halts(drill: Drill, hosts: tuple[str, ...]) -> None:
        '''Hosts go down, all at the same moment.'''
        drill.observed(drill.faults.inject(*host_faults(HOST_HALTS, *hosts)))

The meaning is the function's docstring, the topic the first line of its module's. Steps of a user's own, in a
conftest.py, are written the same way. What is printed as the catalogue is what is registered, never a list beside it.

Rule 1: a step is one call into the domain. It says what it saw with `drill.observed`, or raises what it expected.
Rule 2: a sentence that is worded anew keeps its former words: drills that have them go on running.
Rule 3: an action (`when`) may also describe how a scenario begins, so it is known under Given, too.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from typing import Any, TypeVar

import pytest_bdd
from pytest_bdd.steps import step_function_context_registry

from mirrordrill.drills.steps.wording import Sentence, cut
from mirrordrill.simulator.config.problems import LONGEST_COMPARED

PLUGIN = "mirrordrill-steps"
"""The entry point of the shipped steps: drills know the features that use them by this name only."""
SHIPPED = "mirrordrill.features."
"""What the names of the modules of shipped steps begin with."""
LIKE_ENOUGH = 0.55
"""How much of its words a sentence must share with a step to be taken for a misspelling of it."""
ALMOST = 0.9
"""The same of a sentence in which a letter or two are wrong."""
COMMON = frozenset(
    {"a", "all", "and", "are", "at", "for", "from", "has", "in", "is", "no", "of", "on", "the", "to", "was"}
)
"""Words that say nothing of what a step is about."""
NO_MEANING = "(no docstring)"

StepFunction = TypeVar("StepFunction", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class StepEntry:
    """One sentence of the library."""

    keyword: str
    """`Given`, `When` or `Then`: how it is usually begun."""
    types: tuple[str, ...]
    """The keywords it is known under, in small letters."""
    sentence: Sentence
    example: str
    function: Callable[..., Any]
    read_table: Callable[..., Any] | None = None
    """Reads the table below the sentence with the names of the site. Raises UsageError for what is wrong with it."""

    @cached_property
    def meaning(self) -> str:
        """What the step does or expects."""
        return " ".join((inspect.getdoc(self.function) or NO_MEANING).split())

    @cached_property
    def topic(self) -> str:
        """What the step is about: the first line of its module's docstring, without its full stop."""
        module = sys.modules.get(self.function.__module__)  # a conftest.py may be gone by now
        doc = ((module and module.__doc__) or self.function.__module__).strip()
        return doc.partition("\n")[0].rstrip(".")

    @cached_property
    def parameters(self) -> frozenset[str]:
        """What its function can be given."""
        return frozenset(inspect.signature(self.function).parameters)

    @cached_property
    def required(self) -> frozenset[str]:
        """What its function must be given."""
        parameters = inspect.signature(self.function).parameters.values()
        return frozenset(each.name for each in parameters if each.default is inspect.Parameter.empty)

    @property
    def takes_table(self) -> bool:
        """Whether a data table stands below the sentence."""
        return "datatable" in self.parameters

    def for_people(self) -> str:
        """`When {hosts} halt(s)`."""
        return f"{self.keyword} {self.sentence.for_people()}"

    def knows(self, step_type: str, words: str) -> bool:
        """Whether a step of a feature is this one."""
        return step_type in self.types and self.sentence.is_matching(words)


STEPS: list[StepEntry] = []
"""Every step that was registered, in the order of its module."""
_PLACES: dict[tuple[str, ...], StepEntry] = {}
"""Where each was registered. A conftest.py is read anew by each session of pytest in a process: its steps then take the
place of what they were before."""


@contextlib.contextmanager
def own_steps_forgotten() -> Iterator[None]:
    """Forget at the end the steps that were registered inside: those of a conftest.py that was read for one answer."""
    before = set(map(id, STEPS))
    try:
        yield
    finally:
        STEPS[:] = [each for each in STEPS if id(each) in before or each.function.__module__.startswith(SHIPPED)]
        for place in [place for place, each in _PLACES.items() if each not in STEPS]:
            del _PLACES[place]


def given(
    words: str, example: str, former: tuple[str, ...] = (), table: Callable[..., Any] | None = None
) -> Callable[[StepFunction], StepFunction]:
    """Register how a scenario begins. Raises ValueError for words or an example that cannot be read."""
    return _registers("Given", ("given",), words, example, former, table)


def when(
    words: str, example: str, former: tuple[str, ...] = (), table: Callable[..., Any] | None = None
) -> Callable[[StepFunction], StepFunction]:
    """Register something that happens or is done. Raises ValueError for words or an example that cannot be read."""
    return _registers("When", ("when", "given"), words, example, former, table)


def then(
    words: str, example: str, former: tuple[str, ...] = (), table: Callable[..., Any] | None = None
) -> Callable[[StepFunction], StepFunction]:
    """Register something that is expected. Raises ValueError for words or an example that cannot be read."""
    return _registers("Then", ("then",), words, example, former, table)


def _registers(
    keyword: str,
    types: tuple[str, ...],
    words: str,
    example: str,
    former: tuple[str, ...],
    table: Callable[..., Any] | None,
) -> Callable[[StepFunction], StepFunction]:
    sentence = Sentence(words, former)

    def register(function: StepFunction) -> StepFunction:
        # Of the shipped steps a test knows it (tests/features/test_library.py).
        if not function.__module__.startswith(SHIPPED) and sentence.parse_arguments(example) is None:
            raise ValueError(f"the example `{example}` is not read by its own step `{words}`")
        for step_type in types:
            # pytest-bdd puts the step into the names of the module that is two calls above its decorator.
            pytest_bdd.step(sentence, step_type, stacklevel=2)(function)  # type: ignore[arg-type]  # given, when or then, as the caller has it
        entry = StepEntry(keyword, types, sentence, example, function, table)
        place = place_of(function, keyword, words)
        if place in _PLACES:
            STEPS.remove(_PLACES[place])
        STEPS.append(entry)
        _PLACES[place] = entry
        return function

    return register


def place_of(function: Callable[..., Any], keyword: str, words: str) -> tuple[str, ...]:
    """Which step it is, however often its file is read: its words, and its function by file and name."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return (keyword, words, code.co_filename, code.co_qualname) if code else (keyword, words, repr(function))


def load_shipped() -> tuple[StepEntry, ...]:
    """The shipped steps, topic by topic, loaded without pytest."""
    for entry_point in entry_points(group="pytest11", name=PLUGIN):
        for name in importlib.import_module(entry_point.value).TOPICS:
            importlib.import_module(name)
    return tuple(STEPS)


def by_topic(steps: tuple[StepEntry, ...]) -> dict[str, list[StepEntry]]:
    """The steps below their topics, both in the order in which they were registered."""
    topics: dict[str, list[StepEntry]] = {}
    for entry in steps:
        topics.setdefault(entry.topic, []).append(entry)
    return topics


def entry_of(function: Callable[..., Any], step_type: str, words: str) -> StepEntry | None:
    """The entry of a step that is about to be carried out; None for one that did not come from this frame."""
    return next((entry for entry in STEPS if entry.function is function and entry.knows(step_type, words)), None)


WRITTEN_SHORT = re.compile(r"\b(\d+) ?(s|secs?|m|mins?|h|hrs?)\b\.?")
"""A time as many people write it."""
UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


def entry_elsewhere(words: str) -> StepEntry | None:
    """The step with these words, whatever its keyword."""
    return next((entry for entry in STEPS if entry.sentence.is_matching(words)), None)


def no_such_step(step_type: str, words: str, *, has_values: bool = True) -> str:
    """The message for a step that does not exist; with what is wrong with its values, if only its keyword is."""
    said = cut(words)
    elsewhere = entry_elsewhere(words)
    if elsewhere is not None:
        told = f"`{said}` is a step for {elsewhere.keyword}, not for {step_type.capitalize()}"
        return "; ".join((told, *(elsewhere.sentence.read_places(words)[1] if has_values else ())))
    quoted = next((entry for entry in STEPS if entry.sentence.lacks_quotes(words)), None)
    if quoted is not None and nearest(words, 1, ALMOST) in ([], [quoted.for_people()]):
        return (
            f"there is no step `{said}`: what stands for {{text}} needs double quotes, as in `{quoted.keyword} "
            f"{quoted.example}`"
        )
    strange = next((letter for letter in words if letter.isspace() and letter != " "), None)
    if strange is not None and any(entry.sentence.is_matching(" ".join(words.split())) for entry in STEPS):
        return f"there is a blank in `{said}` that is none: U+{ord(strange):04X}; type it anew"
    written = WRITTEN_SHORT.sub(lambda short: f"{short[1]} {UNITS[short[2][0]]}", words)
    if written != words and any(entry.sentence.is_matching(written) for entry in STEPS):
        return f"there is no step `{said}`: a time is written in full, as in `{cut(written)}`"
    found = nearest(words) or sharing_words(words)
    hint = f"; nearest: {', '.join(f'`{each}`' for each in found)}" if found else ""
    return f"there is no step `{said}`{hint}; `mirrordrill steps` lists all"


def nearest(words: str, most: int = 3, alike: float = LIKE_ENOUGH) -> list[str]:
    """The steps whose wording is most like this, and at least so much, the most like first."""
    likeness: dict[str, float] = {}
    for sentence, forms in _sentences():
        likeness[sentence] = max(likeness.get(sentence, 0.0), *(_likeness(words, form) for form in forms))
    best = sorted(likeness, key=lambda sentence: -likeness[sentence])[:most]
    return [sentence for sentence in best if likeness[sentence] >= alike]


def sharing_words(words: str, most: int = 3) -> list[str]:
    """The steps that have most of these words, the shortest first, where none is like the whole of them."""
    asked = {word.lower() for word in words[:LONGEST_COMPARED].split()} - COMMON
    shares: dict[str, float] = {}
    for sentence, forms in _sentences():
        has = {word.strip('",.').lower() for word in " ".join(forms).split()} - COMMON
        count = sum(bool(difflib.get_close_matches(word, has, 1, 0.8)) for word in asked)
        if count:
            shares[sentence] = count + 1 / len(sentence)
    return sorted(shares, key=lambda sentence: -shares[sentence])[:most]


def _sentences() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every known step as it is told and in the forms it may be written in: those of plain pytest-bdd, too."""
    for entry in STEPS:
        yield entry.for_people(), (entry.example, entry.sentence.for_people())
    for context in step_function_context_registry.values():
        if not isinstance(context.parser, Sentence):
            yield f"{(context.type or 'step').capitalize()} {context.parser.name}", (context.parser.name,)


def _likeness(words: str, form: str) -> float:
    return difflib.SequenceMatcher(None, words[:LONGEST_COMPARED].lower(), form.lower()).ratio()
