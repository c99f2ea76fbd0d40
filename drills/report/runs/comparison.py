"""What differs between two reports: drills that came or went, verdicts, steps, rules, and the figures of outages.

Drills are the same when their feature, scenario and agent mode are; of several that are, the first is compared with
the first. Nothing is said of what is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mirrordrill.drills.report.model import Report, ReportedDrill, ReportedOutage
from mirrordrill.simulator.kernel.untrusted import visible

Key = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, of a drill or of the whole report."""

    drill: str
    what: str
    before: str
    after: str

    def change(self) -> str:
        """`RTO of oragrp, outage 1: 46.6 s -> 51.2 s`."""
        return f"{self.what}: {self.before} -> {self.after}"

    def sentence(self) -> str:
        """`Migration: it migrates: RTO of oragrp, outage 1: 46.6 s -> 51.2 s`."""
        return visible(f"{self.drill}: {self.change()}")


def differences(before: Report, after: Report) -> Iterator[Difference]:
    """What differs in the order of the later report; drills that are gone come last."""
    for what, old, new in (
        ("mirrordrill", before.tool.version, after.tool.version),
        ("agent", before.tool.agent_sha256[:12], after.tool.agent_sha256[:12]),
        ("verdict", before.verdict, after.verdict),
    ):
        if old != new:
            yield Difference("all drills", what, old, new)
    earlier, later = by_key(before), by_key(after)
    for key, drill in later.items():
        if key in earlier:
            yield from of_drill(earlier[key], drill)
        else:
            yield Difference(name(drill), "drill", "not run", drill.verdict)
    for key, drill in earlier.items():
        if key not in later:
            yield Difference(name(drill), "drill", drill.verdict, "not run")


def by_key(report: Report) -> dict[Key, ReportedDrill]:
    """The drills by what makes them the same."""
    found: dict[Key, ReportedDrill] = {}
    for drill in report.drills:
        number = 1
        while (key := (drill.feature, drill.scenario, drill.evidence.arm, number)) in found:
            number += 1
        found[key] = drill
    return found


def name(drill: ReportedDrill) -> str:
    """What a drill is called."""
    return f"{drill.feature}: {drill.scenario}"


def of_drill(before: ReportedDrill, after: ReportedDrill) -> Iterator[Difference]:
    """What differs in one drill."""
    pairs = [("exit code", str(before.exit_code), str(after.exit_code))]
    pairs.append(("steps", steps(before), steps(after)))
    rules = {rule.id: rule.verdict for rule in before.invariants}
    pairs += [(rule.id, rules.get(rule.id, "not judged"), rule.verdict) for rule in after.invariants]
    for at in range(max(len(before.outages), len(after.outages))):
        old = before.outages[at] if at < len(before.outages) else None
        new = after.outages[at] if at < len(after.outages) else None
        outage = new or old
        assert outage is not None
        label = f"{outage.group}, outage {at + 1}"
        pairs.append((f"RTO of {label}", rto(old), rto(new)))
        pairs.append((f"writes lost by {label}", lost(old), lost(new)))
    yield from (Difference(name(after), what, old, new) for what, old, new in pairs if old != new)


def steps(drill: ReportedDrill) -> str:
    """How many steps held."""
    return f"{sum(step.status == 'held' for step in drill.steps)} of {len(drill.steps)} held"


def rto(outage: ReportedOutage | None) -> str:
    """A recovery time in words."""
    if outage is None:
        return "no outage"
    return "did not end" if outage.rto_us is None else f"{outage.rto_us / 1e6:,.1f} s"


def lost(outage: ReportedOutage | None) -> str:
    """A loss in words."""
    if outage is None:
        return "no outage"
    return "not measured" if outage.lost_writes is None else f"{outage.lost_writes:,}"
