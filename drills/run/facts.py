"""What was seen, as data, and the English that is made of it: here, and nowhere else.

Facts have names (systems, groups, arrays, states) and figures (counts, times, numbers of events, volumes). Two facts
are the same when they are of one kind and their names are equal: figures differ from run to run, and fewer volumes
may be affected.

Rule 1: nothing reads a sentence back. Whatever has to be known later is a name or a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Name = str | tuple[str, ...]
Figure = int | float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Something that was seen, of a kind that `SENTENCES` lists."""

    what: str
    names: dict[str, Name] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict, compare=False)

    def text(self) -> str:
        """The sentence for people."""
        values = {name: listed(value) for name, value in (*self.names.items(), *self.figures.items())}
        return SENTENCES[self.what].format_map(values)


class ListedNames(tuple[str, ...]):
    """Names in a sentence: `{systems:and}` joins them with "and", `{volumes}` with blanks."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return (" and " if spec == "and" else " ").join(self)


def listed(value: Figure) -> Figure:
    """A value as it is written into a sentence."""
    return ListedNames(value) if isinstance(value, list | tuple) else value


def sentences(facts: Iterable[Facts]) -> str:
    """Several facts, one after the other."""
    return "; ".join(each.text() for each in facts)


SENTENCES = {
    # Rules: what broke them.
    "two writers": "{application} is open on {systems:and}; exposed {exposed_s:.1f} s, {writes:,} writes meanwhile",
    "writes missing": "{application} opened {copies} on {system}, where {writes} acknowledged writes are missing",
    "writes not found": "{application} read {copies} on {system} and did not find {writes} acknowledged writes, which "
    "the arrays had said were there",
    "out of order": "{application} opened its volumes on {system}: write {missing} of {missing_of} is not on "
    "{missing_on}, but the later write {present} of {present_of} is on {present_on}",
    "login repeated": "{entry} on {host} logged in again as {user} at {console}, which had refused that before",
    "command without a look": "{entry} on {host} sent {verb}, and had not looked at the pairs",
    "command on an old look": "{entry} on {host} sent {verb} on a look that was {age_s:.0f} s old; "
    "{limit_s:.0f} s are allowed",
    "storm of commands": "{entry} of {resource} on {system}: {commands} commands within {within_s} s",
    "online before a command lands": "the lock was written for {resource} on {system} while {verb}, sent from {host} "
    "{age_s:.0f} s before, may still land at the other array",
    "incomplete copy taken over": "{volume} of {array} was taken over in {state}, its copy incomplete",
    "incomplete copy opened": "{application} opened {copies} on {system}, whose copy is incomplete",
    "newer data overwritten": "the copy {source} {source_volume} -> {target} {target_volume} overwrites {writes:,} "
    "acknowledged writes",
    "online said of write-disabled volumes": "the monitor said online for {resource} on {system} while {volumes} "
    "cannot be written",
    "lock written for write-disabled volumes": "the lock was written for {resource} on {system} while {volumes} "
    "cannot be written",
    "offline said of open volumes": "the monitor said offline of {resource} on {system} while {stream} has {volumes} "
    "open",
    "online on write-disabled volumes": "{resource} on {system} is said to be online although {volumes} cannot be "
    "written, for longer than the monitor interval of {interval_s} s",
    "violation": "{group} is up on {systems:and}",
    "online twice": "{group} is said to be online on {systems:and}",
    "overdue": "{entry} of {resource} on {system}, begun with event {began}, has neither ended nor been killed in its "
    "time",
    "pair command of another entry point": "{entry} on {host} sent {command}",
    "two systems change pairs": "{host} sent {command} while {other} was at it",
    "command after clean": "{command} took effect after clean on {host} had said it is safe",
    "clean on a mixed set": "clean of {resource} on {system} succeeded on a mixed set: {volumes} a target",
    "clean on an unknown set": "clean of {resource} on {system} succeeded before any look at what the interrupted "
    "operation did",
    "success that did not come about": (
        "{entry} of {resource} on {system} says that the copy runs from there, and {volumes} is {state} as before"
    ),
    "silent refusal": "{entry} of {resource} on {system} ended without its effect, and the log does not say why",
    # Rules: why they held, or could not be judged.
    "judged": "{judged} {things}",
    "never occurred": "never occurred: {things}",
    "nothing ran": "no application ever opened its volumes",
    "one writer": "{application} never ran on two systems at once",
    "one array": "{application}, a parallel application, ran on up to {systems} systems, always of one array",
    "nothing missing": "{writes:,} writes of {application} acknowledged, 0 missing at {starts} starts",
    "young contradiction": "{resource} on {system} has been online on write-disabled volumes for {lasted_s:.1f} s",
    # Objectives.
    "nothing measured": "no fault ended the service, so there was nothing to measure",
    "down as demanded": "the drill demands that {group} stays down, so there was nothing to measure",
    "outage after demand": "outage at event {outage}: {amount} from when the drill no longer keeps {group} down",
    "outage measured": "outage at event {outage}: {amount}",
    "outage goes on": "outage at event {outage}: not back after {waited_s:,.1f} s",
    # Steps that did not come about.
    "not online": "{group} did not come online on {host} within {within_s:.0f} s: {seen}",
    "groups differ": "after {within_s:.0f} s: {seen}",
    "came online": "{group} came online: {seen}",
    "did not stay": "{group} did not stay on {host}: {seen}",
    "views differ": "expected every volume in {state}{late}, but on {array}: {seen}",
    "views did not stay": "the volumes did not stay {state}: {seen}",
    "views before differ": "the volumes were not in {state} before: {seen}",
    "reasons differ": "expected the reason {reason}, but on {array}: {seen}",
    "commands sent": "{count} pair-changing commands were sent: {seen}",
    "rule not held": "{verdict}: {seen}",
    "objective not met": "{verdict}: {seen}",
    "refused otherwise": "no refusal says {wanted!r}; the agent said: {seen}",
    "tracks copied": "{copied:,} of {whole:,} tracks were copied after {missed:,} writes that the mirror had missed",
    "command not sent": "no {command} for {volumes} from {host} was carried out",
    "sent as often": "{count} were sent: {seen}",
    "not logged": "no line since then says {wanted!r}",
    "alerts stand": "{seen}",
    "group refused": "{group} is not online although nothing keeps the site from recovering; what is said: {seen}",
    "group forgotten": "{group} is not online, and nothing says why: {seen}",
    "way closed": "{group} was in sync and could not be switched to {system}: {seen}",
    "way one-sided": "{group} was switched to {system}, and there the pairs of {resource} are {states}",
    "mirror forgotten": "the pairs of {resource} on {system} are {states}, and nothing says why",
    "command unanswered": "{seen} was not answered",
    "contents differ": "{pairs} pairs are in sync by the word of their arrays, and their contents differ",
    "alarm for ever": "in the last hour: {seen}",
    "not in time": "{event}: not within {within_min:g} minutes",
}
"""The sentence for each kind of fact."""
