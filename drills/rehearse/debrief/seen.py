"""What each side saw when a decision was taken, against what was true at that moment.

Rule 1: what a side saw is what its page showed: the same functions make both.
Rule 2: it is read while the recording is replayed, at the moment of the decision, before anything else happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mirrordrill.drills.rehearse import truth
from mirrordrill.drills.rehearse.branch_world import BranchWorld, RecordedLine
from mirrordrill.drills.rehearse.console import views
from mirrordrill.drills.rehearse.debrief.actions import DECISION
from mirrordrill.drills.rehearse.exercise import described_withheld
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.rehearse.roles import Role, RoleView, roles_of


@dataclass(frozen=True, slots=True)
class SeenAtDecision:
    """A decision, what was true, and what each side saw."""

    branch: str
    at_us: int
    person: str
    gate: str
    decision: str
    took: str
    true: tuple[str, ...]
    sides: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def clock(self) -> str:
        """When it was."""
        return clock_text(self.at_us)[:-7]


def at_decision(stage: BranchWorld, line: RecordedLine) -> SeenAtDecision | None:
    """What each side saw, where the line that has just been carried out is a decision; None where it is none."""
    found = DECISION.fullmatch(line.line.words)
    if found is None:
        return None
    person, gate, decision = (unquoted(found[name]) for name in ("person", "gate", "text"))
    sides = tuple(
        (role.title, tuple(seen_by(stage, role)))
        for role in roles_of(stage.world.site)
        if role.view is not RoleView.INSTRUCTOR
    )
    return SeenAtDecision(
        stage.drill.scenario, line.began_us, person, gate, decision, found["took"], tuple(what_was_true(stage)), sides
    )


def what_was_true(stage: BranchWorld) -> Iterator[str]:
    """The truth in a few lines: what is off, where which group is, pairs that no longer protect, what is lost."""
    for name, host in stage.world.hosts.items():
        if host.power.value != "on":
            yield f"{name} is {host.power.value}"
    yield from (f"{image_id} is {state}" for image_id, state in truth.arrays(stage) if state != "up")
    for link, state in truth.paths(stage):
        if state != "up":
            yield f"{link} is {state}"
    yield from (f"{writer} writes to {copies}" for writer, copies in truth.writers(stage))
    for pair in truth.pairs(stage):
        mark = ": THEY DISAGREE" if pair.disagree else ""
        yield f"{pair.near.short()} {pair.near_view}, {pair.far.short()} {pair.far_view}{mark}"
    for stream, count in truth.lost_so_far(stage):
        yield f"{count:,} acknowledged writes lost, found missing by {stream}"


def seen_by(stage: BranchWorld, role: Role) -> Iterator[str]:
    """What the page of a side said."""
    programs = stage.drill.programs
    yield from (f"NOT SHOWN: {described_withheld(each)}" for each in programs.withheld if each.role == role.key)
    yield from (f"told: {each.text}" for each in programs.told if each.role == role.key)
    yield from (f"{host}: no answer from VCS" for host in views.silent_hosts(stage, role))
    for engine in views.engines(stage, role):
        systems = ", ".join(f"{name} {state}" for name, state, *_ in engine.systems if state != "RUNNING")
        yield f"{engine.title}: {systems or 'all systems RUNNING'}"
        yield from (f"alert {alert}" for alert in engine.alerts)
        for group in engine.groups:
            places = (
                f"{state} on {system}"
                for system, state in zip(group.systems, group.states, strict=True)
                if state != "OFFLINE"
            )
            yield f"{group.name}: {', '.join(places) or 'OFFLINE everywhere'}"
    for array in views.arrays(stage, role) if not role.hosts else ():
        if not array.answers:
            yield f"{array.title}: no HMC answers"
            continue
        for number, peer, state, reason in array.pairs:
            yield f"{array.title} {number} to {peer}: {state}{truth.reason_of(reason)}"
