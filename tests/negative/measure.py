"""How many nights a campaign needs to find each broken agent: `python -m tests.negative.measure [NAME...]`.

Each campaign begins at another seed. A sabotage counts as found in the first night in which something fails that no
declared hazard explains and that the agent as it is does not fail in the same night. The table goes to docs/explore.md.

A night in which the agent as it is never comes to what a sabotage replaces is the same night with the sabotage: it
counts, and need not be run. What the agent as it is does in each night is kept in a file (`--known`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import pytest

from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.outcome import run_night
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.sites import find_site
from tests.mutation.reach import Line, Reach
from tests.negative import broken_agents, broken_worlds, sabotages
from tests.negative.campaigns import TABLE, Row

FIRST_SEEDS = (0, 1000, 2000, 3000, 4000)
AGENT = "mirrordrill.agent."


class Found(NamedTuple):
    """The night that found a sabotage, counted from the first of its campaign, and what failed in it."""

    nights: int
    rules: frozenset[str]


class AsItIs(NamedTuple):
    """What the agent as it is does in a night: the rules that it breaks, and the lines that it comes to."""

    rules: frozenset[str]
    lines: frozenset[Line] | None
    """None where they were not noted."""


class Recorder(pytest.MonkeyPatch):
    """Notes what is replaced."""

    def __init__(self) -> None:
        super().__init__()
        self.replaced: list[Any] = []

    def setattr(self, target: Any, name: Any, value: Any = None, raising: bool = True) -> None:
        self.replaced.append(vars(target).get(name))
        super().setattr(target, name, value, raising)

    def setitem(self, dic: Any, name: Any, value: Any) -> None:
        self.replaced.append(dic.get(name))
        super().setitem(dic, name, value)

    def comes_to_it(self, lines: frozenset[Line] | None) -> bool:
        """Whether a run that came to these lines of the agent came to anything that is replaced."""
        return lines is None or any(_is_reached(each, lines) for each in self.replaced)


def _is_reached(replaced: Any, lines: frozenset[Line]) -> bool:
    if not isinstance(replaced, FunctionType) or not replaced.__module__.startswith(AGENT):
        return True
    its = [line for _, _, line in replaced.__code__.co_lines() if line]
    module = replaced.__module__.removeprefix(AGENT)
    return any(name == module and min(its) <= line <= max(its) for name, line in lines)


class Campaigns:
    """Nights on one site, with the agent as it is and with broken ones."""

    def __init__(self, site: str, profile: str, reach: Reach | None = None, known: Path | None = None) -> None:
        self._targets = targets_of(find_site(site), site)
        self._site, self._profile = site, profile
        self._reach = reach
        self._known = known
        self._of_true_agent: dict[int, AsItIs] = dict(self._read())

    def failed(self, seed: int) -> frozenset[str]:
        """The rules that a night breaks and no hazard explains; nothing for a night that the harness spoilt."""
        outcome, _ = run_night(draw_night(self._targets, self._profile, seed), Options(), is_once_enough=True)
        return frozenset(failure.oracle for failure in outcome.failures if not failure.hazard)

    def of_true_agent(self, seed: int) -> AsItIs:
        """The same for the agent as it is."""
        if seed not in self._of_true_agent:
            if self._reach is not None:
                self._reach.taken()
            rules = self.failed(seed)
            found = AsItIs(rules, None if self._reach is None else self._reach.taken())
            self._of_true_agent[seed] = found
            self._write(seed, found)
        return self._of_true_agent[seed]

    def find(self, row: Row, first_seed: int, nights_max: int) -> Found | None:
        """Run a campaign against a sabotage until it is found."""
        for nights, seed in enumerate(range(first_seed, first_seed + nights_max), start=1):
            true = self.of_true_agent(seed) if self._reach is not None else None
            patch = Recorder()
            try:
                row.sabotage(patch)
                rules = self.failed(seed) if true is None or patch.comes_to_it(true.lines) else frozenset()
            finally:
                patch.undo()
            if rules and (new := rules - self.of_true_agent(seed).rules):
                return Found(nights, new)
        return None

    def _read(self) -> Iterator[tuple[int, AsItIs]]:
        if self._known is None or not self._known.exists():
            return
        for row in map(json.loads, self._known.read_text().splitlines()):
            if (row["site"], row["profile"]) == (self._site, self._profile):
                yield row["seed"], AsItIs(frozenset(row["rules"]), frozenset((m, line) for m, line in row["lines"]))

    def _write(self, seed: int, true: AsItIs) -> None:
        if self._known is None or true.lines is None:
            return
        row = {"site": self._site, "profile": self._profile, "seed": seed, "rules": sorted(true.rules)}
        with self._known.open("a") as file:
            file.write(json.dumps({**row, "lines": sorted(true.lines)}) + "\n")


def measured(rows: list[Row], campaigns_number: int, nights_max: int, known: Path | None) -> Iterator[str]:
    """The lines of the table."""
    reach, sites = Reach(), dict[tuple[str, str], Campaigns]()
    yield "| sabotage | found in | median nights | most | by |\n|---|---|---|---|---|"
    for row in rows:
        key = row.site, row.profile
        if key not in sites:
            sites[key] = Campaigns(*key, reach, known)
        found = [sites[key].find(row, seed, nights_max) for seed in FIRST_SEEDS[:campaigns_number]]
        there = [each for each in found if each is not None]
        rules = " ".join(sorted({rule for each in there for rule in each.rules})) or "-"
        nights = sorted(each.nights for each in there)
        median = f"{statistics.median_low(nights)}" if nights else "-"
        name = row.sabotage.__name__.replace("_", " ")
        yield f"| {name} | {len(there)} of {len(found)} | {median} | {nights[-1] if nights else '-'} | {rules} |"


def candidates() -> list[Row]:
    """Every broken agent and world of this folder; what is in the table as it stands there."""
    there = {row.sabotage: row for row in TABLE}
    every = (*sabotages.EVERY, *broken_agents.EVERY, *broken_worlds.EVERY)
    return [*TABLE, *(Row(each, "", 0) for each in every if each not in there)]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="sabotages; all of the table where none is named")
    parser.add_argument("--all", action="store_true", help="those that are not in the table, too")
    parser.add_argument("--nights", type=int, default=100, help="so many nights at most in each campaign")
    parser.add_argument("--campaigns", type=int, default=3, help="so many campaigns for each sabotage, at most five")
    parser.add_argument("--known", type=Path, help="what the agent as it is does, read and appended to")
    parser.add_argument("--part", default="1/1", help="the K-th of N parts of the sabotages: 1/2")
    asked = parser.parse_args()
    part, parts = map(int, asked.part.split("/"))
    wanted = candidates() if asked.all or asked.names else list(TABLE)
    rows = [row for row in wanted if not asked.names or row.sabotage.__name__ in asked.names]
    for line in measured(rows[part - 1 :: parts], asked.campaigns, asked.nights, asked.known):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
