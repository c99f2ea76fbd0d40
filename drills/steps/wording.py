"""How a sentence of a feature is read: words that stand as they are, and places that take names, states, times.

A place is written in braces. Its name says what may stand there, `{host}`; where a sentence has two of the same kind,
or the value needs a unit in its name, the kind stands behind a colon, `{before:state}`, `{within_s:duration}`. Letters
in parentheses may be missing: `{hosts} halt(s)`.

Rule 1: a name has no blanks and no commas, so a sentence can be read in one way only.
Rule 2: kinds are a table. What a kind takes is checked when it is read, against the site where it names something.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pytest_bdd import parsers

from mirrordrill.agent.actions import ACTIONS
from mirrordrill.agent.entrypoints import ENTRY_POINTS
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.array.mirror.states import Reason, View
from mirrordrill.simulator.catalogues.bounds import STEPS
from mirrordrill.simulator.config.problems import LONGEST_COMPARED
from mirrordrill.simulator.dscli.commands import COMMANDS
from mirrordrill.simulator.host.neighbours import ENTRIES
from mirrordrill.simulator.vcs.wide_area.states import RemoteState

NAME = r'[^\s,"]+'
LIST = rf"{NAME}(?:(?:, ?(?:and )?| and ){NAME})*"
AMOUNT = r"[0-9]+(?:\.[0-9]+)?"
CHANGE = rf'\w+ = [^\s"]+ of {NAME}'
QUOTED = 60
LONGEST_TOLD = 400
"""Characters of what is said of a line."""
UNITS_S = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
DURATION = rf"{AMOUNT} (?:second|minute|hour|day)s?(?: and {AMOUNT} (?:second|minute|hour|day)s?)*"
STATES = tuple(view.value for view in View)
"""The words of `lspprc` for what an array thinks of a volume; features may write them in capitals, as the manual."""
REASONS = tuple(reason.value for reason in Reason)
"""Its words for why a volume is suspended."""
MANY = 20
"""So many names are told in full; of more, only the nearest."""


def names(listed: str) -> tuple[str, ...]:
    """`hosta, hostb` or `hosta and hostb`."""
    return tuple(re.findall(NAME, re.sub(r" and |, ?and ", ",", listed)))


def duration_s(text: str) -> float:
    """`5 minutes`, `1 hour and 30 minutes`, `0.5 seconds` in seconds. Raises UsageError."""
    if not re.fullmatch(DURATION, text):
        raise UsageError(
            f"{shortened(text)!r} is no time; write it as `30 seconds`, `5 minutes` or `1 hour and 30 minutes`"
        )
    amounts = re.findall(rf"({AMOUNT}) ([a-z]+?)s?\b", text)
    found_s = sum(float(amount) * UNITS_S[unit] for amount, unit in amounts)
    if not STEPS["duration"].holds(found_s):
        most = STEPS["duration"].maximum / 86_400
        raise UsageError(f"{shortened(text)!r} is too long: a step waits {most:.0f} days at most")
    return found_s


class ChangedAttribute(NamedTuple):
    """An attribute of a service group, or of its MetroMirror resources, as it shall be."""

    attribute: str
    value: str
    group: str


def changes(listed: str) -> tuple[ChangedAttribute, ...]:
    """`Frozen = 0 of oragrp and AutoStart = 1 of oragrp`."""
    found = re.findall(rf'(\w+) = ([^\s"]+) of ({NAME})', listed)
    return tuple(ChangedAttribute(*each) for each in found)


def shortened(text: str) -> str:
    """As much of a text as a person reads."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}..."


def cut(told: str) -> str:
    """Beginning and end of what is said of a line that may be very long."""
    half = LONGEST_TOLD // 2
    return told if len(told) <= LONGEST_TOLD else f"{told[:half]} ... {told[-half:]}"


def number(text: str) -> float:
    """`300`, `0.5`. Raises UsageError for what nothing here can be counted in."""
    found = float(text)
    if not STEPS["number"].holds(found):
        raise UsageError(f"{shortened(text)!r} is too great a number: {STEPS['number'].maximum:,} at most")
    return found


def percent(text: str) -> float:
    """`40 %`. Raises UsageError for more than everything."""
    found = float(text.rstrip(" %"))
    if not STEPS["percent"].holds(found):
        raise UsageError(f"{shortened(text)!r} is more than everything: 100 % at most")
    return found


def state(text: str) -> str:
    """A state in the words of `lspprc`. Raises UsageError with those that there are."""
    return one_of("state", STATES, text)


def reason(text: str) -> str:
    """A reason in the words of `lspprc`. Raises UsageError with those that there are."""
    return one_of("reason", REASONS, text)


def dscli_command(text: str) -> str:
    """A command of the DS CLI: of one that does not exist, `no ... was sent` is always true. Raises UsageError."""
    return one_of("DS CLI command", tuple(COMMANDS), text)


def entry_point(text: str) -> str:
    """An entry point of a resource's agent. Raises UsageError with those that there are."""
    return one_of("entry point", tuple(dict.fromkeys((*ENTRIES, *ENTRY_POINTS))), text)


def action(text: str) -> str:
    """An action of the agent. Raises UsageError with those that there are."""
    return one_of("action", tuple(ACTIONS), text)


def cluster_state(text: str) -> str:
    """What a cluster takes another one for. Raises UsageError with what there is."""
    return one_of("state of a cluster", tuple(each.value for each in RemoteState), text)


def one_of(what: str, known: tuple[str, ...], text: str) -> str:
    """One of the known words, however it is capitalised. Raises UsageError with all of them."""
    found = {word.upper(): word for word in known}.get(" ".join(text.upper().split()))
    if found is None:
        raise UsageError(no_such(what, shortened(text), known))
    return found


def no_such(what: str, name: str, known: Sequence[str]) -> str:
    """What is said of a name that does not exist: which there are, and which one is like it."""
    by_folded = {each.upper(): each for each in known}
    near = difflib.get_close_matches(name[:LONGEST_COMPARED].upper(), by_folded, MANY, 0.4)
    alike = difflib.get_close_matches(name[:LONGEST_COMPARED].upper(), near, 1, 0.6)
    told = known if len(known) <= MANY else [by_folded[each] for each in near]
    meant = f"; did you mean {by_folded[alike[0]]}?" if alike else ""
    return f"there is no {what.replace('_', ' ')} {name}; there are: {', '.join(told) or 'none'}{meant}"


def count(text: str) -> int:
    """`174,760`. Raises UsageError for what nothing here can be counted in."""
    found = STEPS["count"].number(text.replace(",", ""))
    if found is None:
        raise UsageError(f"{shortened(text)!r} is too great a number: {STEPS['count'].maximum:,} at most")
    return int(found)


@dataclass(frozen=True, slots=True)
class ParameterType:
    """What may stand in a place of a sentence."""

    pattern: str
    meaning: str
    read: Callable[[str], Any] = str
    is_named: bool = False
    """Whether the site must have something of that name."""


PARAMETER_TYPES: dict[str, ParameterType] = {
    "group": ParameterType(NAME, "a service group", is_named=True),
    "host": ParameterType(NAME, "a system of a cluster", is_named=True),
    "hosts": ParameterType(LIST, "systems: `hosta`, `hosta, hostb` or `hosta and hostb`", names, is_named=True),
    "resource": ParameterType(NAME, "a resource", is_named=True),
    "cluster": ParameterType(NAME, "a cluster", is_named=True),
    "array": ParameterType(NAME, "a storage image: `IBM.2107-75FA120`, or its serial number alone", is_named=True),
    "volume": ParameterType(NAME, "a volume by its four digits: `1260`", is_named=True),
    "volumes": ParameterType(LIST, "volumes: `1260, 1261`", names, is_named=True),
    "console": ParameterType(NAME, "an HMC by the name that main.cf has for it", is_named=True),
    "link": ParameterType(NAME, "a Metro Mirror link between two arrays: `link1`", is_named=True),
    "heartbeat_link": ParameterType(NAME, "an LLT link of a system: `link1`, `lowpri1`", is_named=True),
    "action": ParameterType(NAME, "an action of the agent: `failback`, `status`, `verify`, `explain`", action),
    "entry": ParameterType(NAME, "an entry point of an agent: `online`, `clean`", entry_point),
    "command": ParameterType(NAME, "a command of the DS CLI: `failoverpprc`", dscli_command),
    "cluster_state": ParameterType(NAME, "what a cluster takes another one for: `FAULTED`", cluster_state),
    "state": ParameterType(
        r"[A-Za-z]+(?: [A-Za-z]+)*", f"a state of a volume: {', '.join(STATES)}; capitals do not matter", state
    ),
    "reason": ParameterType(
        r"-|[A-Za-z]+(?: [A-Za-z]+)*", f"why a volume is suspended: `{'`, `'.join(REASONS)}`", reason
    ),
    "duration": ParameterType(
        DURATION, "a time: `30 seconds`, `5 minutes`, `2 hours`, `1 hour and 30 minutes`", duration_s
    ),
    "count": ParameterType(r"[0-9]+(?:,[0-9]{3})*", "a number of things: `12`, `174,760`", count),
    "percent": ParameterType(rf"{AMOUNT} ?%", "a share: `40 %`", percent),
    "number": ParameterType(AMOUNT, "a number: `300`, `0.5`", number),
    "rule": ParameterType(r"S\d+", "a rule of docs/oracles.md by its id: `S2`"),
    "changes": ParameterType(
        rf"{CHANGE}(?: and {CHANGE})*", "attributes of groups: `Frozen = 0 of oragrp`, several with `and`", changes
    ),
    "moment": ParameterType(
        r'[^",:]+', "since when something is counted: `the loss of the links`, `hosta stood still`"
    ),
    "text": ParameterType(r'[^"]*', "anything, between double quotes"),
    "word": ParameterType(r'[^\s"]+', "one word"),
}
"""Every kind by its name."""

PLACE = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>\w+))?\}")
SINGULAR = re.compile(r"\((\w+)\)")
OPTIONAL = re.compile(r"\\\((\w+)\\\)")


def takes_letters(kind: str, value: str) -> bool:
    """Whether a word behind the value has the letters that may be missing: one host halts, 1 hour passes, 2 writes."""
    if kind == "count":
        return value != "1"
    return " and " not in value and value.startswith("1 ") if kind == "duration" else len(names(value)) == 1


def places_of(words: str) -> dict[str, str]:
    """The places of a sentence with their parameter types, in its order."""
    return {found["name"]: found["kind"] or found["name"] for found in PLACE.finditer(words)}


def is_bare_text(words: str, place: re.Match[str]) -> bool:
    """Whether a place takes a text and stands without double quotes: it would swallow the words behind it."""
    has_quotes = words[: place.start()].endswith('"') and words[place.end() :].startswith('"')
    return (place["kind"] or place["name"]) == "text" and not has_quotes


class Wording:
    """One way to say a sentence."""

    def __init__(self, words: str) -> None:
        self._words = words
        parts = [text for part in PLACE.split(words)[::3] for text in SINGULAR.split(part)[::2]]
        self._longest = max(parts, key=len).lower()
        """The longest text that stands in every such step."""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Made when a step may be this one: a drill uses few sentences, and making all takes a tenth of its start."""
        literals = [OPTIONAL.sub(r"(?:\1)?", re.escape(part)) for part in PLACE.split(self._words)[::3]]
        takes = [f"(?P<{name}>{PARAMETER_TYPES[kind].pattern})" for name, kind in places_of(self._words).items()]
        return re.compile("".join(a + b for a, b in zip(literals, [*takes, ""], strict=True)), re.IGNORECASE)

    def match(self, name: str) -> re.Match[str] | None:
        """What a step says in the places, however it is capitalised; None where it is not said in this way."""
        return self._pattern.fullmatch(name) if self._longest in name.lower() else None


class Sentence(parsers.StepParser):
    """The words of a step, and what they take.

    `former` are words that said the same before: they are read as these are, and are shown nowhere. Raises ValueError
    for a place of no known parameter type, and for former words with other places.
    """

    def __init__(self, words: str, former: tuple[str, ...] = ()) -> None:
        super().__init__(words)
        self.former = former
        self.places = places_of(words)
        unknown = [kind for kind in self.places.values() if kind not in PARAMETER_TYPES]
        if unknown:
            raise ValueError(
                f"`{words}`: there is no parameter type {unknown[0]}; there are: {', '.join(PARAMETER_TYPES)}"
            )
        for said in (words, *former):
            bare = [found[0] for found in PLACE.finditer(said) if is_bare_text(said, found)]
            if bare:
                raise ValueError(f'`{said}`: what stands for {bare[0]} needs double quotes around it: "{bare[0]}"')
        for other in former:
            if places_of(other) != self.places:
                raise ValueError(f"`{other}` has other places than `{words}`")
        self._wordings = tuple(Wording(each) for each in (words, *former))

    def _match(self, name: str) -> re.Match[str] | None:
        return next((found for each in self._wordings if (found := each.match(name)) is not None), None)

    def is_matching(self, name: str) -> bool:
        """Whether these are the words of that step."""
        return self._match(name) is not None

    def lacks_quotes(self, name: str) -> bool:
        """Whether these are its words but for the double quotes around a text."""
        if "text" not in self.places.values() or '"' in name:
            return False
        bare = Wording(self.name.replace('"', ""))
        return bare.match(name) is not None

    def parse_arguments(self, name: str) -> dict[str, Any] | None:
        """What stands in the places, read. Raises UsageError with all that cannot be read."""
        found, problems = self.read_places(name)
        if problems:
            raise UsageError("; ".join(problems))
        return found

    def read_places(self, name: str) -> tuple[dict[str, Any] | None, list[str]]:
        """What stands in the places, read, and what is said of each that cannot be read, which is left out.

        None where these are not the words of that step.
        """
        written = self.values(name)
        if written is None:
            return None, []
        found, problems = {}, []
        for place, kind in self.places.items():
            try:
                found[place] = PARAMETER_TYPES[kind].read(written[place])
            except UsageError as wrong:
                problems.append(str(wrong))
        return found, problems

    def values(self, name: str) -> dict[str, str] | None:
        """What stands in the places, as it is written; None where these are not the words of that step."""
        found = self._match(name)
        return None if found is None else {place: found[place] for place in self.places}

    def filled(self, values: Mapping[str, str]) -> str:
        """The words with these values in their places: `hosta halts`, `hosta, hostb halt`, `30 minutes pass`.

        Letters that may be missing follow from what stands before them.
        """
        said, has_letters = "", False
        for words, place in itertools.zip_longest(PLACE.split(self.name)[::3], self.places):
            said += SINGULAR.sub(r"\1" if has_letters else "", words)
            if place is not None:
                said += values[place]
                has_letters = takes_letters(self.places[place], values[place])
        return said

    def as_cucumber_expression(self) -> str:
        """The same sentence for the official Cucumber tools, which name no place: `{group} comes online on {host}`."""
        parts = PLACE.split(self.name)[::3]
        words = [re.sub(r"([\\/])", r"\\\1", part) for part in parts]
        takes = [f"{{{kind}}}" for kind in self.places.values()]
        return "".join(a + b for a, b in zip(words, [*takes, ""], strict=True))

    def for_people(self) -> str:
        """The words with what may stand in each place: `{group} comes online on {host} within {duration}`."""
        return PLACE.sub(lambda found: f"{{{found['kind'] or found['name']}}}", self.name)
