"""Branches of a rehearsal side by side: what each came to, measured on a replay of its recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mirrordrill.drills.measures.values import Outage
from mirrordrill.drills.rehearse.branch_world import BranchWorld, RecordedLine
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.run.results import DrillResult, Verdict
from mirrordrill.simulator.host.events import AgentLog


@dataclass(frozen=True, slots=True)
class BranchOutcome:
    """What one branch came to."""

    name: str
    until_us: int
    digest: str
    rto: tuple[str, ...]
    """A sentence for each outage."""
    lost_writes: int
    stranded_writes: int
    """Acknowledged writes that only copies hold that no host can reach at the end: lost, unless these come back."""
    decisions: int
    """What agents decided or refused."""
    broken: tuple[str, ...]
    """The rules that are broken."""
    gates: tuple[str, ...]
    """What people decided."""
    is_same: bool | None
    """Whether the replay came to the event log of the live world; None for a branch that is not live."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All branches."""

    outcomes: tuple[BranchOutcome, ...]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """A row for each measure, a column for each branch."""
        found = self.outcomes
        yield ("", *(each.name for each in found))
        yield ("until", *(clock_text(each.until_us)[:-3] for each in found))
        yield ("outages", *("; ".join(each.rto) or "none" for each in found))
        yield ("lost writes", *(f"{each.lost_writes:,}" for each in found))
        if any(each.stranded_writes for each in found):
            yield ("out of reach", *(f"{each.stranded_writes:,}" for each in found))
        yield ("agents decided", *(str(each.decisions) for each in found))
        yield ("people decided", *("; ".join(each.gates) or "-" for each in found))
        yield ("rules broken", *(", ".join(each.broken) or "none" for each in found))
        yield ("log sha256", *(each.digest[:12] for each in found))

    def text(self) -> str:
        """A table where it fits, else one branch below the other."""
        rows = list(self.rows())
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        if sum(widths) + 2 * len(widths) <= 160:
            lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)
            return "\n".join(lines)
        found = []
        for column in range(1, len(rows[0])):
            found += [rows[0][column], *(f"  {row[0]:<15} {row[column]}" for row in rows[1:])]
        return "\n".join(found)


def comparison(rehearsal: Rehearsal) -> Comparison:
    """Replay each branch and measure. The current branch is replayed until now. Raises UsageError."""
    return Comparison(tuple(outcome(rehearsal, each.name) for each in rehearsal.tree.branches))


def outcome(rehearsal: Rehearsal, name: str) -> BranchOutcome:
    """One branch."""
    is_live = name == rehearsal.tree.current
    stage = replayed(rehearsal, name)
    until_us, live = stage.now_us, rehearsal.stage.drill.log
    # Judging settles the writes into the log, which the live world has not done.
    is_same = stage.drill.log.digest() == live.digest() if is_live else None
    return of_result(name, stage.close(), until_us, stage, is_same=is_same)


def replayed(
    rehearsal: Rehearsal, name: str, on_line: Callable[[BranchWorld, RecordedLine], None] = lambda _stage, _line: None
) -> BranchWorld:
    """The world of a branch, built again from its recording; `on_line` is called after each line."""
    stage = BranchWorld(rehearsal.options, name, rehearsal.recording.path(name), lambda line: on_line(stage, line))
    if name == rehearsal.tree.current:
        stage.replay([each.line for each in rehearsal.stage.lines])
        if rehearsal.stage.world.kernel.now_s > stage.world.kernel.now_s:
            stage.world.kernel.env.run_to(rehearsal.stage.world.kernel.now_s)
    else:
        stage.replay(rehearsal.recording.lines(name))
    return stage


def outage_text(outage: Outage) -> str:
    """`oragrp 47.1 s`."""
    took = f"{outage.rto_us / 1e6:.1f} s" if outage.rto_us is not None else "did not come back"
    return f"{outage.group} {took}"


def of_result(
    name: str, result: DrillResult, until_us: int, stage: BranchWorld, *, is_same: bool | None
) -> BranchOutcome:
    """The figures of a branch."""
    outages = [outage_text(outage) for outage in result.measured.outages]
    decided = sum(
        isinstance(r.event, AgentLog) and (r.event.severity == "ERROR" or r.event.message.startswith("decided"))
        for r in stage.drill.log
    )
    return BranchOutcome(
        name,
        until_us,
        result.digest,
        tuple(outages),
        sum(loss.writes for loss in result.measured.losses),
        stranded_writes(stage),
        decided,
        tuple(o.name for o in result.oracles if o.verdict is Verdict.BROKEN),
        tuple(s.observed for s in result.steps if " decides at the gate " in s.words),
        is_same,
    )


def stranded_writes(stage: BranchWorld) -> int:
    """How many acknowledged writes only copies hold that no host can reach now, although no opening has missed them.

    Each application's copies are those that it opened last; the other copy of each is its pair's.
    """
    writes, storage = stage.drill.history.writes, stage.world.storage
    found = 0
    for opening in {each.application: each for each in writes.openings}.values():
        event = opening.event
        volumes = [storage.image(event.array).volume(number) for number in event.volumes]
        peers = [volume.peer for volume in volumes if volume.peer is not None]
        if any(volume.is_accessible for volume in volumes) or len(peers) < len(volumes):
            continue
        there = replace(event, array=peers[0].image.image_id, volumes=tuple(peer.volume_id for peer in peers))
        found += writes.acknowledged.count(writes.newly_missing(there))
    return found
