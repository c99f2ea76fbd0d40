"""Policy by hazard: the schedules of docs/hazards.md, flown under each policy, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.proof.nights import A, Stroke, spend

LINK = Stroke(600, "link", "link1", 14_000)
HAZARDS: Mapping[str, tuple[Stroke, ...]] = {
    "H1 the links break, an hour later the site is lost": (LINK, Stroke(4200, "site", "a", 9000)),
    "H2 the links break, then the hosts and the HMCs of the site": (
        LINK,
        Stroke(4200, "hmcs", A, 9000),
        Stroke(4200, "host", "hosta", 9000),
        Stroke(4200, "host", "hostb", 9000),
    ),
    "H3 the links break, then the hosts of the site; its array answers": (
        LINK,
        Stroke(4200, "host", "hosta", 9000),
        Stroke(4200, "host", "hostb", 9000),
    ),
    "H4 the site is lost, repaired, and the other hosts lose power": (
        Stroke(600, "site", "a", 1800),
        Stroke(6000, "host", "hostc", 7200),
        Stroke(6000, "host", "hostd", 7200),
    ),
    "H5 the site is lost with a mirror that works": (Stroke(600, "site", "a", 7200),),
}
POLICIES: Mapping[str, Mapping[str, str]] = {
    "default": {},
    "SplitTakeover = 0": {"SplitTakeover": "0"},
    "SwapRoles = 0": {"SwapRoles": "0"},
}


def outcome(strokes: tuple[Stroke, ...], policy: Mapping[str, str]) -> str:
    """What came of a schedule under a policy, in a few words."""
    online: list[tuple[str, ...]] = []
    broken = spend(strokes, policy=policy, after=lambda world: online.append(world.group_online_on("oragrp")))
    lost = [f"{rule} broken" for rule in ("S2", "S3", "S5") if rule in broken]
    where = f"online on {online[-1][0]}" if online[-1] else "refused until a person decides"
    return f"{where}; {', '.join(lost) if lost else 'nothing lost'}"


def as_markdown() -> str:
    """The table."""
    lines = ["| Hazard | " + " | ".join(POLICIES) + " |", "|---|" + "---|" * len(POLICIES)]
    for name, strokes in HAZARDS.items():
        cells = [outcome(strokes, policy) for policy in POLICIES.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
