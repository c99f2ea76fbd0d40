"""Faults: what can happen to a site in a drill, each kind with its target, its undo and how long it lasts at least.

`catalogue` lists every kind. `ActiveFaults` is the registry of one drill: it injects and clears faults by value. Each
room of the site has a module of its own with its kinds and the functions that make a fault of them.
"""

from __future__ import annotations

from mirrordrill.drills.faults import clusters, consoles, hosts, resources, storage, wide_area
from mirrordrill.drills.faults.active_faults import ActiveFaults
from mirrordrill.drills.faults.fault import Fault, FaultKind, Layer, Target

__all__ = ["ActiveFaults", "Fault", "FaultKind", "Layer", "Target", "as_markdown", "catalogue"]


def catalogue() -> tuple[FaultKind, ...]:
    """Every kind of fault, layer by layer."""
    kinds = (
        *storage.KINDS,
        *consoles.KINDS,
        *hosts.KINDS,
        *clusters.KINDS,
        *wide_area.KINDS,
        *resources.KINDS,
    )
    layers = list(Layer)
    return tuple(sorted(kinds, key=lambda kind: layers.index(kind.layer)))


def as_markdown() -> str:
    """The catalogue as a page for people: docs/faults.md."""
    head = [
        "# Faults",
        "",
        "What can happen to a site in a drill. A fault is a kind and a target; named twice it is one fault.",
        "Faults that overlap on the same thing add up: it is whole again when the last of them has ended.",
        "A fault without an undo is over at once, or ends by itself. What is shorter than the least duration",
        "tests nothing, because nothing has noticed it yet.",
        "",
        "| layer | kind | hits | step | undo | least duration |",
        "|---|---|---|---|---|---|",
    ]
    rows = [
        f"| {kind.layer.value} | {kind.name} | {kind.target.value} | `{kind.step}` | "
        f"{f'`{kind.undo}`' if kind.undo else '-'} | {f'{kind.minimum_s:g} s' if kind.minimum_s else '-'} |"
        for kind in catalogue()
    ]
    return "\n".join([*head, *rows]) + "\n"
