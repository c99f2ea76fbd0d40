"""Faults of single resources: what dies, what hangs, what root does by hand, and what the preonline trigger says."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.faults.fault import Fault, FaultKind, FaultRegistry, Layer, Target
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.host.troubles import EntryPointTrouble
from mirrordrill.simulator.kernel.effects import Effect
from mirrordrill.simulator.vcs.engine.trigger_rules import PreOnline, TriggerVerdict
from mirrordrill.simulator.world import NotSimulatedError, UnknownNameError, World


def mended_by_hand() -> None:
    """A resource is mended as a whole by a step of its own."""


def of_resource(strike: Callable[[World, Fault], None]) -> Callable[[FaultRegistry, Fault], Effect]:
    """A fault of a resource that stands until it is mended. Raises UsageError with the world's own words."""

    def inject(faults: FaultRegistry, fault: Fault) -> Effect:
        try:
            strike(faults.world, fault)
        except NotSimulatedError as wrong:
            raise UsageError(str(wrong)) from None
        return Effect([("resource", *fault.target[:2])], mended_by_hand)

    return inject


def start_by_hand(faults: FaultRegistry, fault: Fault) -> None:
    """Root brings it online without VCS."""
    resource, host = fault.target
    try:
        faults.world.start_by_hand(host, resource)
    except NotSimulatedError as wrong:
        raise UsageError(str(wrong)) from None


def break_entry(trouble: EntryPointTrouble) -> Callable[[FaultRegistry, Fault], Effect]:
    """An entry point does something else than its work."""

    def strike(world: World, fault: Fault) -> None:
        resource, host, entry = fault.target
        world.break_entry(host, resource, entry, trouble)

    return of_resource(strike)


def set_trigger(verdict: TriggerVerdict) -> Callable[[FaultRegistry, Fault], Effect]:
    """The preonline trigger of a group does something else than to allow."""

    def inject(faults: FaultRegistry, fault: Fault) -> Effect:
        (group,) = fault.target

        def apply(verdicts: list[TriggerVerdict]) -> None:
            for cluster in faults.world.clusters.values():
                rules = cluster.triggers.rules
                said = verdicts[-1] if verdicts else TriggerVerdict("allows")
                cluster.triggers.behaviour[group] = PreOnline(said, rules.after_s)

        return faults.world.kernel.effects.hold(("trigger", group), verdict, lambda found: apply(list(found)))

    return inject


RESOURCE_FAILS = FaultKind(
    "resource gone",
    Layer.RESOURCE,
    Target.RESOURCE,
    "ora_db fails on hosta",
    "ora_db is repaired on hosta",
    moment="the loss of {0}",
    begun="{0} gone on {1}",
    ended="{0} mended on {1}",
    inject=of_resource(lambda world, fault: world.fail_resource(fault.target[1], fault.target[0])),
    is_repeatable=True,
)
STARTED_BY_HAND = FaultKind(
    "resource started without VCS",
    Layer.RESOURCE,
    Target.RESOURCE,
    "ora_ip is started on hostb by hand",
    "",
    moment="the start of {0} by hand",
    begun="{0} started on {1} by hand",
    inject=start_by_hand,
)
ENTRY_HANGS = FaultKind(
    "entry point times out",
    Layer.RESOURCE,
    Target.RESOURCE_ENTRY,
    "the online of ora_db on hostb hangs",
    "ora_db is repaired on hostb",
    moment="the trouble of {0}",
    begun="{2} of {0} on {1} hangs",
    ended="{0} mended on {1}",
    inject=break_entry(EntryPointTrouble.HANGS),
    is_repeatable=True,
)
ENTRY_HAS_NO_EFFECT = FaultKind(
    "entry point without effect",
    Layer.RESOURCE,
    Target.RESOURCE_ENTRY,
    "the clean of ora_db on hosta has no effect",
    "ora_db is repaired on hosta",
    moment="the trouble of {0}",
    begun="{2} of {0} on {1} has no effect",
    ended="{0} mended on {1}",
    inject=break_entry(EntryPointTrouble.HAS_NO_EFFECT),
    is_repeatable=True,
)
TRIGGER_REFUSES = FaultKind(
    "preonline trigger refuses",
    Layer.RESOURCE,
    Target.GROUP,
    "the preonline trigger of oragrp refuses",
    "the preonline trigger of oragrp allows",
    moment="",
    begun="the preonline trigger of {0} refuses",
    ended="the preonline trigger of {0} allows",
    inject=set_trigger(TriggerVerdict("refuses")),
)
TRIGGER_HANGS = FaultKind(
    "preonline trigger hangs",
    Layer.RESOURCE,
    Target.GROUP,
    "the preonline trigger of oragrp hangs",
    "the preonline trigger of oragrp allows",
    moment="",
    begun="the preonline trigger of {0} hangs",
    ended="the preonline trigger of {0} allows",
    inject=set_trigger(TriggerVerdict("hangs")),
)
KINDS = (RESOURCE_FAILS, STARTED_BY_HAND, ENTRY_HANGS, ENTRY_HAS_NO_EFFECT, TRIGGER_REFUSES, TRIGGER_HANGS)


def resource_fault(kind: FaultKind, resource: str, host: str) -> Fault:
    """A fault of a resource on a host."""
    return Fault(kind, (resource, host))


def entry_fault(kind: FaultKind, entry: str, resource: str, host: str) -> Fault:
    """A fault of an entry point of a resource on a host."""
    return Fault(kind, (resource, host, entry))


def trigger_fault(kind: FaultKind, group: str) -> Fault:
    """What the preonline trigger of a group does instead of allowing."""
    return Fault(kind, (group,))


def mend(faults: FaultRegistry, resource: str, host: str) -> str:
    """The resource's entry points work again, and its cable is in. Raises UsageError where nothing is wrong with it."""
    kinds = [kind.name for kind in (RESOURCE_FAILS, ENTRY_HANGS, ENTRY_HAS_NO_EFFECT)]
    found = [fault for fault in faults.matching(resource, host, of=kinds) if fault.target[:2] == (resource, host)]
    if not found:
        return faults.clear(resource_fault(RESOURCE_FAILS, resource, host))
    faults.mark(f"the repair of {resource}")
    try:
        faults.world.mend_resource(host, resource)
    except (UnknownNameError, NotSimulatedError) as wrong:
        raise UsageError(str(wrong)) from None
    faults.forget(*found)
    return f"{resource} mended on {host}"


def allow(faults: FaultRegistry, group: str) -> str:
    """The preonline trigger of a group allows, as it does unless a fault says otherwise."""
    standing = list(faults.matching(group, of=[TRIGGER_REFUSES.name, TRIGGER_HANGS.name]))
    return faults.clear(*standing) if standing else f"the preonline trigger of {group} allows"
