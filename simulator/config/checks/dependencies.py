"""What requires what: every end exists, and nothing requires itself, not even in a roundabout way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mirrordrill.simulator.catalogues.bounds import Bound
from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.model import Group, Position, Word
from mirrordrill.simulator.config.problems import Problem, error, nearest, warning
from mirrordrill.simulator.config.semantics import GroupModel


def check_resource_dependencies(subject: Subject) -> Iterator[Problem]:
    """Both ends of `requires` are resources of the same group."""
    home = {resource.name: group.name for group, resource in subject.cluster.resources()}
    for group in subject.cluster.groups:
        names = tuple(resource.name for resource in group.resources)
        seen: set[tuple[str, str]] = set()
        for written in group.written_dependencies:
            for end in (written.parent, written.child):
                if end.text not in names:
                    yield dangling(end, group, names, home.get(end.text))
            edge = (written.parent.text, written.child.text)
            if edge in seen:
                yield warning(written.parent.position, f"'{edge[0]} requires {edge[1]}' is said twice")
            seen.add(edge)


def check_minimum_dependencies(subject: Subject) -> Iterator[Problem]:
    """`requires atleast` is read, and played as if every child were required: a child's fault takes the parent down."""
    for group in subject.configuration.of_kind(Group):
        for each in group.minimum_dependencies:
            if Bound(1, len(each.children), "resources", "there are no more").number(each.minimum.text) is None:
                message = f"{each.parent} cannot require at least {each.minimum} of {len(each.children)} resources"
                yield error(each.minimum.position, message, f"write a number from 1 to {len(each.children)}")
            else:
                message = f"{each.parent} requires at least {each.minimum} of {len(each.children)} resources"
                hint = "drills play it as if it required all of them; VCS 4.1 does not know it (6.x and later do)"
                yield warning(each.parent.position, message, hint)


def dangling(end: Word, group: GroupModel, names: Sequence[str], home: str | None) -> Problem:
    """An end of `requires` that leads nowhere."""
    message = f"group {group.name} has no resource {end}"
    if home is not None:
        return error(end.position, message, f"{end} belongs to group {home}; dependencies stay inside one group")
    return error(end.position, message, nearest(end.text, names))


def check_resource_cycles(subject: Subject) -> Iterator[Problem]:
    """A circle of resources could never come online."""
    for group in subject.cluster.groups:
        places = {(part.parent.text, part.child.text): part.parent.position for part in group.written_dependencies}
        children: dict[str, list[str]] = {}
        for parent, child in group.dependencies:
            children.setdefault(parent, []).append(child)
        yield from (cycle_problem(cycle, places) for cycle in cycles(children))


def check_group_dependencies(subject: Subject) -> Iterator[Problem]:
    """What a group requires exists, and no circle arises."""
    names = tuple(group.name for group in subject.cluster.groups)
    children: dict[str, list[str]] = {}
    places: dict[tuple[str, str], Position] = {}
    for group in subject.configuration.of_kind(Group):
        for dependency in group.group_dependencies:
            child = dependency.child
            if child.text not in names:
                yield error(child.position, f"there is no group {child}", nearest(child.text, names))
                continue
            children.setdefault(group.name.text, []).append(child.text)
            places[(group.name.text, child.text)] = child.position
    yield from (cycle_problem(cycle, places) for cycle in cycles(children))


def cycle_problem(cycle: Sequence[str], places: Mapping[tuple[str, str], Position]) -> Problem:
    """Name the circle, at the dependency that closes it in the order of the file."""
    edges = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    position = max(places[edge] for edge in edges)
    chain = " requires ".join((*cycle, cycle[0]))
    return error(position, f"dependency cycle: {chain}", "remove one of these dependencies")


def cycles(children: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """A circle for every dependency that closes one, found depth first in the order of the file; linear in size."""
    finished: set[str] = set()
    for start in children:
        if start in finished:
            continue
        trail = [start]
        on_trail = {start: 0}
        ahead = [iter(children[start])]
        while ahead:
            child = next(ahead[-1], None)
            if child is None:
                ahead.pop()
                done = trail.pop()
                del on_trail[done]
                finished.add(done)
            elif child in on_trail:
                yield tuple(trail[on_trail[child] :])
            elif child not in finished:
                on_trail[child] = len(trail)
                trail.append(child)
                ahead.append(iter(children.get(child, ())))
