"""Paths in each direction, from the rows of lspprcpath.

Rule 1: paths are one-directional; what A lists says nothing about the way back (manual, chapter 3: the usual failure of
a role reversal is a missing way back).
Rule 2: a path that was not up in the capture is run as one that is not there: a drill starts with links that work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mirrordrill.simulator.array.plan import MOST_PATHS, PairPlan
from mirrordrill.simulator.config.checks.manual import BEFORE, cited
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.config.problems import Problem, error
from mirrordrill.simulator.site.capture.mirror import Mirror
from mirrordrill.simulator.site.capture.rows import Capture, ListKind, PathRow


class Finding(NamedTuple):
    """Why no drill can start from a captured state that expects a mirror in sync: the cause, and the whole of it."""

    cause: str
    problem: Problem


class Route(NamedTuple):
    """A logical path: from an LSS of one array to an LSS of another."""

    source_image: str
    source_lss: int
    target_image: str
    target_lss: int


Ports = dict[tuple[str, str], tuple[tuple[str, str], ...]]


class Routes(NamedTuple):
    """What the captures say of paths; `routes` is None where no array was asked for its paths."""

    routes: tuple[Route, ...] | None
    ports: Ports
    wwnn: dict[str, str]
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What keeps drills from starting: a direction that no path goes."""
    assumptions: tuple[str, ...] = ()


def find_routes(capture: Capture, mirror: Mirror, pairs: Iterable[PairPlan]) -> Routes:
    """The paths that were up, those that no capture asked for, and those that are missing."""
    placed, problems, assumptions = place_rows(capture, mirror)
    asked = {row.image: row.position for row in reversed(capture.empty) if row.kind is ListKind.PATHS}
    asked |= {row.image: row.position for _, row in reversed(placed)}
    if not asked:
        return Routes(None, {}, {}, problems)
    up = tuple(dict.fromkeys(route for route, row in placed if row.is_up))
    down = dict.fromkeys(route for route, row in placed if not row.is_up and route not in up)
    assumptions += tuple(f"the path {name(route)} was not up and is run as missing" for route in down)
    wanted = tuple(dict.fromkeys(route for pair in pairs for route in both_ways(pair)))
    unasked = tuple(route for route in wanted if route.source_image not in asked)
    silent = dict.fromkeys(route.source_image for route in unasked)
    assumptions += tuple(f"{image} was not asked for its paths: those that its pairs need are up" for image in silent)
    missing = [route for route in wanted if route.source_image in asked and route not in up]
    findings = (missing_paths(missing, asked[missing[0].source_image]),) if missing else ()
    wwnn = {route.target_image: row.target_wwnn for route, row in placed if row.target_wwnn != "-"}
    return Routes(up + unasked, ports_of(placed), wwnn, problems, findings, assumptions)


Placed = tuple[tuple[Route, PathRow], ...]


def place_rows(capture: Capture, mirror: Mirror) -> tuple[Placed, tuple[Problem, ...], tuple[str, ...]]:
    """The rows with both of their arrays; rows that lead to an array outside the site are left out."""
    by_wwnn = {row.wwnn: row.image for row in capture.images}
    placed: list[tuple[Route, PathRow]] = []
    problems: list[Problem] = []
    elsewhere = 0
    for row in capture.paths:
        target = row.target_image or by_wwnn.get(row.target_wwnn, mirror.remote_of(row.image))
        if not row.image:
            remedy = "capture with the banner on, with -fullid, or with -dev in the command that is echoed"
            problems.append(error(row.position, "it cannot be told on which array this path begins", remedy))
        elif row.image not in mirror.images or target not in mirror.images:
            elsewhere += 1
        else:
            placed.append((Route(row.image, int(row.source_lss, 16), target, int(row.target_lss, 16)), row))
    said = (f"{elsewhere} lines of lspprcpath are about arrays of no MetroMirror resource and are left out",)
    return tuple(placed), tuple(problems), said if elsewhere else ()


def both_ways(pair: PairPlan) -> Iterator[Route]:
    """The paths that a pair needs, there and back."""
    source = pair.source_image, int(pair.source_volume, 16) >> 8
    target = pair.target_image, int(pair.target_volume, 16) >> 8
    yield Route(*source, *target)
    yield Route(*target, *source)


def missing_paths(routes: Sequence[Route], place: Position) -> Finding:
    """All directions without a path that works, as one finding."""
    cause = f"there is no working path {', nor '.join(map(name, routes))}"
    remedy = "make it with mkpprcpath on that array and capture again, or run from this state: --from-degraded"
    return Finding(cause, error(place, f"{cause}: the roles of its pairs cannot be reversed", cited(remedy, BEFORE)))


def name(route: Route) -> str:
    """A route for people."""
    return f"from {route.source_image} {route.source_lss:02X} to {route.target_image} {route.target_lss:02X}"


def ports_of(placed: Placed) -> Ports:
    """The port pairs between two arrays, as many as one path can use, seen from the array whose id sorts first."""
    found: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
    for route, row in placed:
        if "-" not in (row.port, row.attached_port):
            near, far = (route.source_image, row.port.upper()), (route.target_image, row.attached_port.upper())
            (first, first_port), (second, second_port) = sorted((near, far))
            found.setdefault((first, second), {})[first_port, second_port] = None
    return {images: tuple(ports)[:MOST_PATHS] for images, ports in found.items()}
