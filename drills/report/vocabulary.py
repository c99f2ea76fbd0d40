"""The closed vocabularies and the ranges of a report, as types; text that a page can hold.

Rule: a report from elsewhere that holds another word or number is refused when it is read, before anything is rendered.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mirrordrill.drills.faults.disruption import Disruption
from mirrordrill.drills.measures.values import GREATEST

Code = Literal[0, 2, 10, 11, 12, 13, 14, 130]
"""An exit code of `mirrordrill run`."""
MARKS = ("fault", "alert", "command", "takeover", "resync", "loss", "recovery", "repair", "failed")
STATES = {
    "serves": "the service is complete",
    "good": "up, online, a source in sync, or mirrored",
    "target": "a target in sync",
    "copying": "a copy is under way",
    "copying-target": "target of a copy: a mixture of old and new",
    "suspended": "suspended: changes are remembered and not mirrored",
    "suspended-target": "a suspended target",
    "simplex": "in no pair",
    "moving": "starting, stopping or building",
    "partial": "up in part",
    "bad": "down, lost, faulted or failed",
    "hung": "stands still",
    "unknown": "the cluster does not know",
    "alone": "writes on one array only",
    "lost": "acknowledged writes that are lost",
    "both": "two systems write at once",
    "disagree": "the two arrays disagree",
    "exposed": "no mirror in sync",
    "notice": "outage: until the cluster notices",
    "decide": "outage: until the start is decided",
    "act": "outage: until the volumes are writable",
    "start": "outage: until the application has its volumes open",
    "verify": "outage: until a write is acknowledged and the group is ONLINE",
    "out": "outage without an end",
}
"""What the states of lanes mean: the legend."""


def one_of(*words: str) -> Meta:
    """A text that is one of these words."""
    return Meta(pattern=f"^(?:{'|'.join(words)})$", extra_json_schema={"enum": list(words)})


Difference = Annotated[int, Meta(ge=-GREATEST, le=GREATEST)]
StepWord = Annotated[str, one_of("held", "FAILED", "FAULT", "WRONG", "interrupted", "undecided", "not executed")]
RuleWord = Annotated[str, one_of("held", "BROKEN", "undecided", "BROKEN as declared")]
ObjectiveWord = Annotated[str, one_of("met", "MISSED", "undecided", "not tested")]
ExampleWord = Annotated[str, one_of("shrunk", "not shrunk", "as declared", "none needed")]
MarkWord = Annotated[str, one_of(*MARKS)]
DisruptionWord = Annotated[str, one_of(*(each.value for each in Disruption))]
StateWord = Annotated[str, one_of(*STATES)]
Unit = Annotated[str, one_of("s", "writes")]
AgentMode = Annotated[str, one_of("inprocess", "process")]
Format = Annotated[str, one_of("mirrordrill-report-3")]
Always = Annotated[bool, Meta(extra_json_schema={"const": True})]
