"""What a drawn night costs, in bare SimPy timeouts of the same process, and whether memory stays flat.

A night is drawn, run through the step functions, judged, and kept in a results file in memory, as a campaign does. A
hundred nights are timed together between two rounds of bare timeouts; the ratio is that of the sum of the nights to the
mean of the rounds beside them. `--memory N` runs so many nights and prints how much the process grew.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.round_trip import BARE, bare_timeouts, seconds
from mirrordrill.drills.explore.campaign import CampaignOrder, run_campaign
from mirrordrill.drills.explore.drawing.profiles import NAMES
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.run.drill import Options

NIGHTS = 60


def campaign(profile: str, nights: int, first: int = 0) -> None:
    """So many nights, kept."""
    with TemporaryDirectory() as folder, Store(Path(folder) / "r.sqlite") as store:
        run_campaign(CampaignOrder("rdc", profile, Options(), first, nights), store, 1)


def ratio(profile: str) -> float:
    """Bare timeouts that one night of the profile costs."""
    campaign(profile, 4)
    before = seconds(bare_timeouts)
    nights = seconds(lambda: campaign(profile, NIGHTS))
    bare = (before + seconds(bare_timeouts)) / 2
    return nights / NIGHTS / (bare / BARE)


def growth_kib(nights: int) -> int:
    """How much the process grew in the second half of so many nights."""
    campaign("mixed", nights // 2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    campaign("mixed", nights // 2, nights)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def main() -> None:
    """Print the figures."""
    if "--memory" in sys.argv:
        nights = int(sys.argv[sys.argv.index("--memory") + 1])
        sys.stdout.write(f"{growth_kib(nights)} KiB more after the second half of {nights} nights\n")
        return
    for profile in NAMES:
        began = time.monotonic()
        sys.stdout.write(f"{profile:<11} {ratio(profile):>8,.0f} bare timeouts a night\n")
        sys.stdout.write(
            f"{'':<11} {NIGHTS / (time.monotonic() - began):>8.1f} nights a second, bare rounds included\n"
        )


if __name__ == "__main__":
    main()
