"""Policy by hazard: the schedules of docs/hazards.md, run under each policy, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import DrillResult, Verdict
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
LINKS_LOST = f"the Metro Mirror links between {A} and {B} are lost"
HMCS = ("ds8000c.example.com", "ds8000d.example.com")
HAZARDS: Mapping[str, tuple[str, ...]] = {
    "H1 the links break, an hour later the site is lost": (
        LINKS_LOST,
        "1 hour passes",
        f"array {A} is lost",
        "hosta, hostb lose power",
    ),
    "H2 the links break, then the hosts and the HMCs of the site": (
        LINKS_LOST,
        "1 hour passes",
        *(f"HMC {hmc} falls silent" for hmc in HMCS),
        "hosta, hostb lose power",
    ),
    "H3 the links break, then the hosts of the site; its array answers": (
        LINKS_LOST,
        "1 hour passes",
        "hosta, hostb lose power",
    ),
    "H4 the site is lost, repaired, and the other hosts lose power": (
        f"array {A} is lost",
        "hosta, hostb lose power",
        "30 minutes pass",
        "the side of hosta is repaired",
        "1 hour passes",
        "hostc, hostd lose power",
    ),
    "H5 the site is lost with a mirror that works": (f"array {A} is lost", "hosta, hostb lose power"),
}
POLICIES: Mapping[str, Mapping[str, str]] = {
    "default": {},
    "SplitTakeover = 0": {"SplitTakeover": "0"},
    "SwapRoles = 0": {"SwapRoles": "0"},
}


def steps(night: tuple[str, ...], policy: Mapping[str, str]) -> Iterator[ScheduledStep]:
    """The night under a policy: everything is repaired in the end, and hours of quiet follow."""
    yield ScheduledStep("given", 'the example site "rdc"')
    yield ScheduledStep("given", "every mirrored group is online")
    for attribute, value in policy.items():
        for command in ("haconf -makerw", f"hares -modify ora_mmir {attribute} {value}", "haconf -dump -makero"):
            yield ScheduledStep("when", f'the operator types "{command}" on hosta')
    for words in ("10 minutes pass", *night, "3 hours pass", "everything is repaired", "6 hours pass"):
        yield ScheduledStep("when", words)


def flown(night: tuple[str, ...], policy: Mapping[str, str]) -> tuple[DrillResult, tuple[str, ...]]:
    """What came of a night, and where the group is online in the end."""
    drill = Drill(Options(), "", "", "")
    result = run_schedule(Schedule("hazards", "policy", (), numbered(list(steps(night, policy)))), drill)
    return result, drill.history.state.online_on("oragrp")


def outcome(night: tuple[str, ...], policy: Mapping[str, str]) -> str:
    """What came of a schedule under a policy, in a few words."""
    result, online = flown(night, policy)
    broken = [oracle.name for oracle in result.oracles if oracle.verdict is Verdict.BROKEN]
    lost = [f"{rule} broken" for rule in ("S2", "S3", "S5") if rule in broken]
    where = f"online on {online[0]}" if online else "refused until a person decides"
    return f"{where}; {', '.join(lost) if lost else 'nothing lost'}"


def as_markdown() -> str:
    """The table."""
    lines = ["| Hazard | " + " | ".join(POLICIES) + " |", "|---|" + "---|" * len(POLICIES)]
    for name, night in HAZARDS.items():
        cells = [outcome(night, policy) for policy in POLICIES.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
