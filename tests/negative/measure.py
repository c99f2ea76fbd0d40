"""How many nights a campaign needs to find each broken agent: `python -m tests.negative.measure [NAME...]`.

Each campaign begins at another seed. A sabotage counts as found in the first night in which something fails that no
declared hazard explains and that the agent as it is does not fail in the same night. The table goes to docs/explore.md.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.outcome import run_night
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.sites import find_site
from tests.negative.campaigns import TABLE, Row

FIRST_SEEDS = (0, 1000, 2000, 3000, 4000)


class Found(NamedTuple):
    """The night that found a sabotage, counted from the first of its campaign, and what failed in it."""

    nights: int
    rules: frozenset[str]


class Campaigns:
    """Nights on one site, with the agent as it is and with broken ones."""

    def __init__(self, site: str, profile: str) -> None:
        self._targets = targets_of(find_site(site), site)
        self._profile = profile
        self._of_true_agent: dict[int, frozenset[str]] = {}

    def failed(self, seed: int) -> frozenset[str]:
        """The rules that a night breaks and no hazard explains; nothing for a night that the harness spoilt."""
        outcome, _ = run_night(draw_night(self._targets, self._profile, seed), Options(), is_once_enough=True)
        return frozenset(failure.oracle for failure in outcome.failures if not failure.hazard)

    def of_true_agent(self, seed: int) -> frozenset[str]:
        """The same for the agent as it is."""
        if seed not in self._of_true_agent:
            self._of_true_agent[seed] = self.failed(seed)
        return self._of_true_agent[seed]

    def find(self, row: Row, first_seed: int, nights_max: int) -> Found | None:
        """Run a campaign against a sabotage until it is found."""
        for nights, seed in enumerate(range(first_seed, first_seed + nights_max), start=1):
            with pytest.MonkeyPatch.context() as patch:
                row.sabotage(patch)
                rules = self.failed(seed)
            if rules and (new := rules - self.of_true_agent(seed)):
                return Found(nights, new)
        return None


def measured(rows: list[Row], campaigns_number: int, nights_max: int) -> Iterator[str]:
    """The lines of the table."""
    known: dict[tuple[str, str], Campaigns] = {}
    yield "| sabotage | found in | median nights | most | by |\n|---|---|---|---|---|"
    for row in rows:
        site = known.setdefault((row.site, row.profile), Campaigns(row.site, row.profile))
        found = [site.find(row, seed, nights_max) for seed in FIRST_SEEDS[:campaigns_number]]
        there = [each for each in found if each is not None]
        rules = " ".join(sorted({rule for each in there for rule in each.rules})) or "-"
        nights = sorted(each.nights for each in there)
        median = f"{statistics.median_low(nights)}" if nights else "-"
        name = row.sabotage.__name__.replace("_", " ")
        yield f"| {name} | {len(there)} of {len(found)} | {median} | {nights[-1] if nights else '-'} | {rules} |"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="sabotages; all of them where none is named")
    parser.add_argument("--nights", type=int, default=100, help="so many nights at most in each campaign")
    parser.add_argument("--campaigns", type=int, default=3, help="so many campaigns for each sabotage, at most five")
    asked = parser.parse_args()
    rows = [row for row in TABLE if not asked.names or row.sabotage.__name__ in asked.names]
    for line in measured(rows, asked.campaigns, asked.nights):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
