"""Faults of single resources: what dies, what hangs, what root does by hand, and what the preonline trigger says."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.faults.active_faults import Damage
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.host.troubles import Trouble
from mirrordrill.simulator.vcs.engine.triggers import PreOnline, Verdict
from mirrordrill.simulator.world import NotFlownError, UnknownNameError, World


class ResourceHazards:
    """What can befall resources."""

    def __init__(self, world: World, damage: Damage) -> None:
        self._world = world
        self._damage = damage

    def fails(self, resource: str, host: str) -> str:
        """It is gone: a process died, a disk group was deported, a cable pulled out, a lock removed."""
        self._strike(f"the loss of {resource}", lambda: self._world.fail_resource(host, resource))
        return f"{resource} gone on {host}"

    def started_by_hand(self, resource: str, host: str) -> str:
        """Root brings it online without VCS."""
        self._strike(f"the start of {resource} by hand", lambda: self._world.start_by_hand(host, resource))
        return f"{resource} started on {host} by hand"

    def hangs(self, entry: str, resource: str, host: str) -> str:
        """An entry point does not end any more."""
        return self._break(entry, resource, host, Trouble.HANGS)

    def has_no_effect(self, entry: str, resource: str, host: str) -> str:
        """An entry point ends and has done nothing."""
        return self._break(entry, resource, host, Trouble.HAS_NO_EFFECT)

    def mended(self, resource: str, host: str) -> str:
        """Its entry points work again, and its cable is in."""
        self._strike(f"the repair of {resource}", lambda: self._world.mend_resource(host, resource))
        return f"{resource} mended on {host}"

    def trigger(self, group: str, does: str) -> str:
        """What the preonline trigger of a group does from now on: allows, refuses or hangs."""
        verdict = Verdict(does)
        for cluster in self._world.clusters.values():
            rules = cluster.triggers.rules
            cluster.triggers.behaviour[group] = PreOnline(verdict, rules.after_s)
        return f"the preonline trigger of {group} {verdict.value}"

    def _break(self, entry: str, resource: str, host: str, trouble: Trouble) -> str:
        self._strike(f"the trouble of {resource}", lambda: self._world.break_entry(host, resource, entry, trouble))
        return f"{entry} of {resource} on {host} {trouble.value}"

    def _strike(self, moment: str, strike: Callable[[], None]) -> None:
        """Raises UsageError with the world's own words."""
        self._damage.mark(moment)
        try:
            strike()
        except (UnknownNameError, NotFlownError) as wrong:
            raise UsageError(str(wrong)) from None
