"""From which moment on no action of people could have saved the writes that a branch lost: the inevitability curve.

The branch is replayed up to a moment, one action is done there that was not done, and the rest happens as it did, as
far as it can. At the moment when the loss was found, it is counted which acknowledged writes the copies lack that the
application opened then. A write that was never acknowledged, because the application had been stopped, is not lost: the
sentences say how many are lost, not how many are saved.

Rule 1: the actions are what people can do at their own systems, and what mends a link and resumes its pairs. What else
broke stays broken. What only takes protection away (pausepprc, rmpprc) saves no write and is not tried.
Rule 2: nothing is interpolated: each point is gone through to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from mirrordrill.drills.history.write_ledger import Opening
from mirrordrill.drills.rehearse.branch_world import BranchWorld, RecordedLine
from mirrordrill.drills.rehearse.debrief.actions import ActionKind, kind_of
from mirrordrill.drills.rehearse.debrief.what_if import LossOfABranch, WhatIf
from mirrordrill.drills.rehearse.faults_said import undo_of
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.shrink.schedule import ScheduledStep

POINTS = 8
"""So many moments are tried, at even distances, besides those at which something broke."""
BREAKS = 4
EARLIER_US = 60_000_000
"""The first moment that is tried lies so long before the first lost write."""
SECOND_US = 1_000_000
RESUME = "resume the pairs of"


Lost = Callable[[Sequence[Sequence[ScheduledStep]]], list[int]]
"""How many writes are lost after each of some actions."""


@dataclass(frozen=True, slots=True)
class TriedAction:
    """An action at a moment, and how many acknowledged writes are lost then."""

    at_us: int
    action: str
    lost: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The attempts for one loss."""

    branch: str
    application: str
    host: str
    lost: int
    """Without any of the actions."""
    from_us: int
    """When the first of the lost writes was acknowledged."""
    found_us: int
    attempts: tuple[TriedAction, ...]

    def best(self) -> Iterator[TriedAction]:
        """For each moment the action that saves most; of several the first of the catalogue."""
        for at_us in dict.fromkeys(each.at_us for each in self.attempts):
            yield min((each for each in self.attempts if each.at_us == at_us), key=lambda each: each.lost)

    def sentences(self) -> Iterator[str]:
        """What it comes to, in words that are true of the moments and actions that were tried, and of no others."""
        best = list(self.best())
        whole = [each for each in best if not each.lost]
        some = [each for each in best if each.lost < self.lost]
        yield (
            f"{self.application} on {self.host} found {self.lost:,} acknowledged writes missing at "
            f"{clock_text(self.found_us)[:-7]}; the first of them was acknowledged at {clock_text(self.from_us)[:-7]}."
        )
        if whole:
            yield f"The last moment at which an action leaves none of its writes lost: {said(whole[-1])}."
        else:
            yield "At no moment that was tried does an action leave none of its writes lost."
        if some and (not whole or some[-1].at_us > whole[-1].at_us):
            left = f"{some[-1].lost:,} of {self.lost:,}"
            yield f"The last at which one leaves fewer of them lost: {said(some[-1])}, {left}."
        late = [each for each in best if not some or each.at_us > some[-1].at_us]
        if late:
            moments = "1 moment" if len(late) == 1 else f"{len(late)} moments"
            yield (
                f"From {clock_text(late[0].at_us)[:-7]} on no action that was tried leaves fewer of them lost "
                f"(tried at {moments} from then until the loss was found)."
            )


def said(attempt: TriedAction) -> str:
    """`00:29:58 (resume the pairs of oragrp)`."""
    return f"{clock_text(attempt.at_us)[:-7]} ({attempt.action})"


def curves(
    branch: str,
    lines: Sequence[RecordedLine],
    world: BranchWorld,
    make: Callable[[], BranchWorld],
    told: Sequence[Curve] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> list[Curve]:
    """A curve for each loss of a branch: `world` is its replay, `make` a new world without a line.

    A loss that another branch had in the same microsecond is `told` there. `progress` hears of each loss and moment.
    """
    known = {(each.application, each.found_us, each.lost) for each in told}
    writes = world.drill.history.writes
    new = (
        each
        for each in writes.losses()
        if (each.application, each.time_us, writes.acknowledged.count(each.lost)) not in known
    )
    return [_curve(branch, world, LossOfABranch(lines, opening, make), progress) for opening in new]


def _curve(branch: str, world: BranchWorld, loss: LossOfABranch, progress: Callable[[str], None]) -> Curve:
    lines, opening = loss.lines, loss.opening
    acknowledged = world.drill.history.writes.acknowledged
    first_us = min(acknowledged.when_us(stream, spans[0][0]) for (stream, _), spans in opening.lost.items() if spans)
    known = list(actions(world, opening))

    def possible(at_us: int) -> list[Action]:
        now = [*known, *mended_links(lines, at_us, known)]
        return [(name, steps) for name, steps in now if not useful or name in useful]

    def tried(at_us: int, lost_there: Lost) -> list[TriedAction]:
        now = possible(at_us)
        found = zip(now, lost_there([steps for _, steps in now]), strict=True)
        return [TriedAction(at_us, name, number) for (name, _), number in found]

    useful: set[str] = set()
    lost, host = acknowledged.count(opening.lost), opening.event.system
    attempts: list[TriedAction] = []
    what = f"branch {branch}, {opening.application} on {host}"
    when = moments(lines, first_us, opening.time_us)
    with WhatIf(loss) as what_if:
        for number, at_us in enumerate(when, start=1):
            progress(f"{what}: what could have saved its writes, moment {number} of {len(when)}")
            what_if.come_to(at_us)
            attempts += tried(at_us, what_if.lost)
    useful |= {each.action for each in attempts if each.lost < lost}
    for most in (lost - 1, 0):
        progress(f"{what}: the last moment at which an action saves some")
        attempts += _turning_point(attempts, most, loss, tried)
    attempts.sort(key=lambda each: each.at_us)
    return Curve(branch, opening.application, host, lost, first_us, opening.time_us, tuple(attempts))


def _turning_point(
    attempts: Sequence[TriedAction], most: int, loss: LossOfABranch, tried: Callable[[int, Lost], list[TriedAction]]
) -> list[TriedAction]:
    """More attempts, between the last moment at which no more than so many writes are lost and the next one."""
    saving = [each.at_us for each in attempts if each.lost <= most]
    late = [each.at_us for each in attempts if saving and each.at_us > max(saving)]
    found: list[TriedAction] = []
    low_us, high_us = max(saving, default=0), min(late, default=0)
    if high_us - low_us <= SECOND_US:
        return found
    with WhatIf(loss) as what_if:
        what_if.come_to(low_us)
        while high_us - low_us > SECOND_US:
            at_us = (low_us + high_us) // 2 // SECOND_US * SECOND_US
            here = tried(at_us, partial(what_if.lost_at, at_us))
            found += here
            if any(each.lost <= most for each in here):
                low_us = at_us
                what_if.come_to(low_us)
            else:
                high_us = at_us
    return found


def moments(lines: Sequence[RecordedLine], first_us: int, found_us: int) -> list[int]:
    """When an action is tried: at even distances, and a second after each of the last things that broke."""
    begin_us = max(lines[0].ended_us if lines else 0, first_us - EARLIER_US)
    step_us = max(SECOND_US, (found_us - begin_us) // POINTS)
    even = [begin_us + step_us * number for number in range(POINTS)]
    broke = [each.began_us + SECOND_US for each in lines if kind_of(each.line) is ActionKind.FAULT]
    wanted = [*even, *[at_us for at_us in broke if begin_us < at_us < found_us][-BREAKS:]]
    return sorted({at_us // SECOND_US * SECOND_US for at_us in wanted if at_us < found_us})


Action = tuple[str, tuple[ScheduledStep, ...]]
"""What it is called, and the sentences of it."""


def actions(world: BranchWorld, opening: Opening) -> Iterator[Action]:
    """What people could do at the system that wrote what was lost, or at the one that opened the copy."""
    stream = next(iter(opening.lost))[0]
    host = stream.partition("@")[2]
    attached = next(
        (a for a in world.world.site.attachments if a.host == host and _opens(a.group, world, opening)), None
    )
    if attached is None:
        return
    group, to = attached.group, opening.event.system
    yield f"stop {group}", (operator(f"hagrp -offline {group} -sys {host}", host),)
    image = world.world.storage.image(attached.image_id)
    peers = {number: peer.volume_id for number in attached.volumes if (peer := image.volume(number).peer) is not None}
    if peers:
        pairs = " ".join(f"{number}:{peer}" for number, peer in peers.items())
        subsystems = " ".join(dict.fromkeys(f"{number[:2]}:{peer[:2]}" for number, peer in peers.items()))
        yield f"{RESUME} {group}", (administrator(f"resumepprc -type mmir {pairs}", host),)
        yield f"fail the pairs of {group} back", (administrator(f"failbackpprc -type mmir {pairs}", host),)
        yield f"freeze the pairs of {group}", (administrator(f"freezepprc {subsystems}", host),)
    if to != host:
        yield f"switch {group} to {to}", (operator(f"hagrp -switch {group} -to {to}", host),)
        yield f"take {group} over on {to}", (operator(takeover_of(attached.resource, group, to), to),)


def takeover_of(resource: str, group: str, host: str) -> str:
    """The takeover as an operator types it: the agent wants the group again, who asks, and why."""
    return f"hares -action {resource} takeover -actionargs {group} debriefing what-if -sys {host}"


def mended_links(lines: Sequence[RecordedLine], at_us: int, known: Sequence[Action]) -> Iterator[Action]:
    """A Metro Mirror link that is lost then comes back, and the pairs are resumed."""
    resume = next((steps for name, steps in known if name.startswith(RESUME)), ())
    said = [each.line.words for each in lines if each.began_us < at_us]
    for at, words in enumerate(said):
        back = undo_of(words) if "Metro Mirror link" in words else ""
        if back and back not in said[at + 1 :]:
            yield f"{back}, and its pairs are resumed", (ScheduledStep("when", back), *resume)


def _opens(group: str, world: BranchWorld, opening: Opening) -> bool:
    """Whether the application's copies are those of a group."""
    own = {(a.image_id, number) for a in world.world.site.attachments if a.group == group for number in a.volumes}
    return any((opening.event.array, number) in own for number in opening.event.volumes)


def operator(command: str, host: str) -> ScheduledStep:
    """A VCS command as a step."""
    return ScheduledStep("when", f'the operator types "{command}" on {host}')


def administrator(command: str, host: str) -> ScheduledStep:
    """A command of the DS CLI as a step."""
    return ScheduledStep("when", f'a storage administrator types "{command}" on {host}')
