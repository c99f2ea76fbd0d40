"""Dependencies bring an order: children first. Where they run in a circle there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class SpecError(ValueError):
    """The description of a cluster contradicts itself; the text names the object."""


def children_first(names: Sequence[str], dependencies: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The names so ordered that every child stands before its parents; otherwise in the order given.

    Raises SpecError where the dependencies form a cycle.
    """
    children: dict[str, list[str]] = {name: [] for name in names}
    for parent, child in dependencies:
        children[parent].append(child)
    ordered: dict[str, None] = {}
    while len(ordered) < len(children):
        ready = [name for name in names if name not in ordered and all(child in ordered for child in children[name])]
        if not ready:
            stuck = ", ".join(name for name in names if name not in ordered)
            raise SpecError(f"the dependencies form a cycle among {stuck}")
        ordered.update(dict.fromkeys(ready))
    return tuple(ordered)
