"""The state in which a site's storage starts: captures compared with main.cf.

Each array is asked for what it said itself: its pairs, its paths, its volumes. What no capture says is left to the
defaults, and every default that matters becomes a sentence in `assumptions`.

Rule 1: main.cf says what there should be, captures what there is. Where they disagree, that is a problem with a place;
nothing is bent to fit.
Rule 2: pairs of other volumes than those in VolIds are left out, and counted; volumes that lsfbvol lists are kept.
Rule 3: a state from which no drill can hold is no error of a capture: it is the start state's one finding of its kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mirrordrill.simulator.array.mirror.states import PairType, View
from mirrordrill.simulator.array.plan import PairPlan
from mirrordrill.simulator.config.checks.manual import ATTRIBUTES, TYPICAL_SETUP, cited
from mirrordrill.simulator.config.model import NOWHERE, Position
from mirrordrill.simulator.config.problems import Problem, error, note, warning
from mirrordrill.simulator.site.capture.mirror import Mirror, MirrorSide
from mirrordrill.simulator.site.capture.opinions import (
    CapturedOpinion,
    End,
    Paired,
    Reading,
    about_states,
    pair_up,
    read_opinions,
)
from mirrordrill.simulator.site.capture.routes import Finding, Route, Routes, find_routes
from mirrordrill.simulator.site.capture.rows import Capture, EmptyList, ImageRow, ListKind, PairRow, PathRow, VolumeRow

IN_SYNC = (View.FULL_DUPLEX, View.TARGET_FULL_DUPLEX)
WHOLE = {"lspprc": "0000-FFFF", "lspprcpath": "00-FF"}
"""The range that makes a list a whole one."""
BLOCKS_PER_TRACK = 128
"""A track of 64 KiB in blocks of 512 bytes (reference dscli.md section 7)."""


@dataclass(frozen=True, slots=True)
class StartState:
    """What captures say of the storage; None or nothing where they are silent."""

    pairs: tuple[PairPlan, ...] | None = None
    routes: tuple[Route, ...] | None = None
    ports: dict[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Port pairs of the links between two arrays, by both arrays in the order of the pairs' ports."""
    size_tracks: dict[End, int] = field(default_factory=dict)
    wwnn: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name and model of each array that lssi listed."""
    findings: tuple[Finding, ...] = ()
    """Why drills that expect a mirror in sync cannot start here, one for each cause."""


class Outcome(NamedTuple):
    """The start state, and what is to be said about it."""

    start: StartState
    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]


class Notes:
    """What was found on the way; each thing is said once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._assumptions: dict[str, None] = {}

    def assume(self, *sentences: str) -> None:
        """Note what was assumed rather than read."""
        self._assumptions.update(dict.fromkeys(sentence for sentence in sentences if sentence))

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The sentences in the order in which they came up."""
        return tuple(self._assumptions)


def start_state(capture: Capture, mirror: Mirror) -> Outcome:
    """Compare captures with the mirror that main.cf describes."""
    notes = Notes()
    notes.problems += strangers(capture, mirror)
    reading = read_opinions(capture, mirror)
    notes.problems += reading.problems
    notes.assume(*reading.assumptions)
    pairs = pairs_of(mirror, reading, notes)
    routes = find_routes(capture, mirror, pairs)
    notes.problems += (*routes.problems, *not_captured(capture, reading, mirror))
    notes.assume(*routes.assumptions)
    sizes = sizes_of(capture, mirror, pairs, notes)
    start = StartState(
        pairs=tuple(pairs) if reading.asked & set(mirror.images) else None,
        routes=routes.routes,
        ports=routes.ports,
        size_tracks=sizes,
        wwnn=wwnns(capture, routes),
        names={row.image: (row.name, row.model) for row in capture.images},
        findings=(*out_of_sync(pairs, reading), *routes.findings),
    )
    return Outcome(start, tuple(notes.problems), notes.assumptions)


def out_of_sync(pairs: Sequence[PairPlan], reading: Reading) -> Iterator[Finding]:
    """One finding for all pairs whose target does not hold all that was acknowledged."""
    apart = [pair for pair in pairs if (pair.source_view, pair.target_view) != IN_SYNC]
    if not apart:
        return
    said = ", ".join(f"{each.source_volume}:{each.target_volume} is {stated(each.source_view)}" for each in apart[:8])
    more = f" and {len(apart) - 8} more are not in sync" if len(apart) > 8 else ""
    known = reading.opinions.get((apart[0].source_image, apart[0].source_volume))
    known = known or reading.opinions.get((apart[0].target_image, apart[0].target_volume))
    cause = f"pair {said}{more}"
    message = f"{cause}: no drill can start that expects a mirror in sync, and a takeover would lose writes"
    remedy = "bring the pairs to Full Duplex (resumepprc, or wait for the copy) and capture again"
    place = known.position if known else NOWHERE
    yield Finding(cause, error(place, message, f"{remedy}; or run from this state: --from-degraded"))


def stated(view: View) -> str:
    """A view in a sentence."""
    return "copying" if view in {View.COPY_PENDING, View.TARGET_COPY_PENDING} else view.value.lower()


def not_captured(capture: Capture, reading: Reading, mirror: Mirror) -> Iterator[Problem]:
    """One note on the lists that are missing, with the commands that print them."""
    if capture == Capture():
        return
    listed = {
        "lspprc": reading.asked,
        "lspprcpath": {row.image for row in capture.paths}
        | {row.image for row in capture.empty if row.kind is ListKind.PATHS},
    }
    missing = [(image, command) for image in mirror.images for command, asked in listed.items() if image not in asked]
    if missing:
        place = min(row.position for rows in (capture.pairs, capture.paths, capture.images) for row in rows)
        lists = ", ".join(f"{command} of {image}" for image, command in missing)
        commands = "; ".join(f"dscli {command} -dev {image} {WHOLE[command]}" for image, command in missing[:4])
        yield note(place, f"the captures lack {lists}: what these would say is assumed", f"capture, too: {commands}")


def strangers(capture: Capture, mirror: Mirror) -> Iterator[Problem]:
    """Files that speak of other arrays only: the wrong thing was captured, and the site would start healthy."""
    spoken: dict[str, dict[str, Position]] = {}
    rows: tuple[PairRow | PathRow | ImageRow | VolumeRow | EmptyList, ...]
    rows = (*capture.images, *capture.pairs, *capture.paths, *capture.volumes, *capture.empty)
    for row in rows:
        if row.image:
            spoken.setdefault(row.position.file, {}).setdefault(row.image, row.position)
    for images in spoken.values():
        if mirror.images and not images.keys() & set(mirror.images):
            message = f"this capture is about {', '.join(images)}, and the site has {', '.join(mirror.images)}"
            yield error(min(images.values()), message, cited("capture the arrays that main.cf names", ATTRIBUTES))


def pairs_of(mirror: Mirror, reading: Reading, notes: Notes) -> list[PairPlan]:
    """The pairs that the MetroMirror resources stand for."""
    plans: list[PairPlan] = []
    judged: set[frozenset[End]] = set()
    for side in sorted(mirror.sides, key=lambda side: not side.starts_here):
        for volume in side.volumes:
            end = (side.image, volume)
            own = reading.opinions.get(end)
            notes.problems += judge(side, volume, own, reading)
            far = far_opinion(end, own, reading)
            known = own or far
            if known is None or (ends := frozenset({known.own, known.peer})) in judged:
                continue
            judged.add(ends)
            paired = pair_up(own, far, reading)
            if isinstance(paired, Paired):
                plans.append(paired.plan)
                notes.assume(paired.assumption)
            else:
                notes.problems.append(paired)
    notes.assume(*about_states(plans), *about_others(mirror, reading, judged))
    return plans


def far_opinion(end: End, own: CapturedOpinion | None, reading: Reading) -> CapturedOpinion | None:
    """What the other array says: of the peer that our own row names, or in the row that names our volume."""
    if own is not None:
        return reading.opinions.get(own.peer)
    return reading.by_peer.get(end)


def judge(side: MirrorSide, volume: str, own: CapturedOpinion | None, reading: Reading) -> Iterator[Problem]:
    """One volume of VolIds against what its array said."""
    if own is None:
        if side.image in reading.asked:
            message = f"volume {volume} of {side.resource} is in no pair that {side.image} listed"
            remedy = "capture its whole list (`lspprc 0000-FFFF`), or take the volume out of VolIds"
            if (side.remote_image, volume) in reading.opinions:
                remedy = f"{side.remote_image} has a pair with that id: VolIds holds local ids; are the sides swapped?"
            yield warning(side.place, message, cited(remedy, ATTRIBUTES))
        return
    if own.peer[0] and own.peer[0] != side.remote_image:
        message = f"{volume} is paired with {own.peer[0]}/{own.peer[1]}; {side.resource} expects {side.remote_image}"
        yield error(own.position, message, cited(f"RemoteStorageImageID: see {side.place}", ATTRIBUTES))
    if own.pair_type is not PairType.METRO_MIRROR:
        message = f"{volume} is in a pair of type {own.pair_type.value}, which the agent does not support"
        yield warning(own.position, message, cited("mirror it synchronously", TYPICAL_SETUP))
    if side.starts_here and own.view.is_target:
        message = (
            f"{volume} is a target on {side.image}, but {side.group} starts first there, on {', '.join(side.hosts)}"
        )
        yield warning(own.position, message, f"the first online of {side.resource} will fail over; see {side.place}")


def about_others(mirror: Mirror, reading: Reading, judged: set[frozenset[End]]) -> Iterator[str]:
    """How much of the captures is about volumes of other sites."""
    ours = {end for ends in judged for end in ends}
    others = [end for end in reading.opinions if end not in ours and end not in mirror.by_volume]
    if others:
        yield f"{len(others)} lines of lspprc are about volumes of no MetroMirror resource and are left out"


def sizes_of(capture: Capture, mirror: Mirror, pairs: list[PairPlan], notes: Notes) -> dict[End, int]:
    """The sizes that lsfbvol gives; a volume of VolIds that it does not list does not exist."""
    listed: dict[End, tuple[int, Position]] = {}
    for row in capture.volumes:
        holders = mirror.holders(row.volume)
        image = row.image or (holders[0] if len(holders) == 1 else "")
        if image:
            listed[image, row.volume] = math.ceil(row.blocks / BLOCKS_PER_TRACK), row.position
        elif holders:
            notes.assume(f"{row.position}: the size of {row.volume} is not used; the capture does not name its array")
    notes.problems += unknown_volumes(mirror, listed)
    sizes = {end: tracks for end, (tracks, _) in listed.items() if end[0] in mirror.images}
    for pair in pairs:
        source, target = (pair.source_image, pair.source_volume), (pair.target_image, pair.target_volume)
        tracks = sizes.get(source) or sizes.get(target)
        if source in sizes and target in sizes and sizes[source] != sizes[target]:
            message = f"{source[1]} and {target[1]} are a pair of different sizes"
            notes.problems.append(error(listed[target][1], message, f"the other size stands at {listed[source][1]}"))
        elif tracks:
            sizes |= {source: tracks, target: tracks}
    return sizes


def unknown_volumes(mirror: Mirror, listed: dict[End, tuple[int, Position]]) -> Iterator[Problem]:
    """Volumes that main.cf names and lsfbvol of their array does not."""
    for side in mirror.sides:
        if any(image == side.image for image, _ in listed):
            for volume in side.volumes:
                if (side.image, volume) not in listed:
                    message = f"volume {volume} of {side.resource} is not among those that {side.image} listed"
                    yield error(side.place, message, cited("correct VolIds, or capture all of lsfbvol", ATTRIBUTES))


def wwnns(capture: Capture, routes: Routes) -> dict[str, str]:
    """The WWNN of each array: from lssi, or from the paths that lead to it."""
    return routes.wwnn | {row.image: row.wwnn for row in capture.images}


def healthy_defaults(start: StartState) -> Iterator[str]:
    """What is assumed of pairs and paths that were not captured."""
    if start.pairs is None:
        yield "all pairs start in Full Duplex, with the side where each group starts first as their source"
    if start.routes is None:
        yield "paths are up in both directions"
