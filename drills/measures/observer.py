"""All measures of one drill, fed with its log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mirrordrill.drills.history import History
from mirrordrill.drills.measures.losses import LostWritesMeasure
from mirrordrill.drills.measures.protection import Protection
from mirrordrill.drills.measures.service import Outages
from mirrordrill.drills.measures.values import Measured, Outage


class Measures:
    """Watches what a history is told of; ask it at any time."""

    def __init__(self, history: History) -> None:
        self._outages = Outages(history)
        self._losses = LostWritesMeasure(history, self._outages.group_of)
        self._protection = Protection(history, self._outages.group_of)

    def are_settled(self, groups: Iterable[str]) -> bool:
        """Whether nothing of these groups is on its way any more."""
        return all(self._outages.is_settled(group) for group in groups)

    def result(self, now_us: int, *, is_settled: bool = True) -> Measured:
        """What was measured until now. Settle the world first, so that every write is told, or say that it is not."""
        losses = self._losses.result()

        def with_losses(outage: Outage) -> Outage:
            """A loss belongs to the outage during which it was found."""
            until = outage.verified
            return replace(
                outage,
                losses=tuple(
                    loss
                    for loss in losses
                    if loss.group == outage.group
                    and loss.found.event >= outage.began.event
                    and (until is None or loss.found.event <= until.event)
                ),
            )

        return Measured(
            now_us=now_us,
            first_served=self._outages.first_served(),
            outages=tuple(with_losses(outage) for outage in self._outages.result(is_settled=is_settled)),
            losses=losses,
            exposures=self._protection.exposures(),
            returns=self._protection.trips(),
        )
