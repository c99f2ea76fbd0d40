"""A campaign that is interrupted in a night."""

from __future__ import annotations

import pytest

from mirrordrill.drills.explore import campaign as campaigns
from mirrordrill.drills.explore.drawing.draw import Night
from mirrordrill.drills.explore.outcome import NightOutcome, run_night
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.results import DrillResult


def interrupt_at(monkeypatch: pytest.MonkeyPatch, number: int) -> list[int]:
    """Press Ctrl-C when so many nights have begun; the seeds of all nights that begin."""
    seen: list[int] = []

    def interrupted(night: Night, options: Options) -> tuple[NightOutcome, DrillResult]:
        seen.append(night.seed)
        if len(seen) == number:
            raise KeyboardInterrupt
        return run_night(night, options)

    monkeypatch.setattr(campaigns, "run_night", interrupted)
    return seen
