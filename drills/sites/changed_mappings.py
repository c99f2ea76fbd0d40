"""A group as it would be with attributes as on the example, for drills that its own values keep from being run."""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.drills.sites.deviations import GROUP, Deviation
from mirrordrill.drills.sites.needs import MANUAL
from mirrordrill.drills.sites.site_mapping import ALERT, SiteMapping
from mirrordrill.simulator.vcs.wide_area.alerts import CFAULT


def changed_mappings(mapping: SiteMapping) -> list[SiteMapping]:
    """The mapping with attributes as the example has them: as few as let drills be run that the group keeps out.

    An attribute on which each drill relies is always among them; of the others none, then each, then all.
    """
    tagged = {
        name: why for name, why in mapping.tagged.items() if name not in {d.attribute for d in mapping.deviations}
    }
    base = replace(mapping, deviations=(), tagged=tagged, what_if=mapping.deviations)
    prioritised, asking = with_priority(base), with_operators(base)
    found = [base, prioritised, asking, asking and with_priority(asking)]
    return [each for each in found if each is not None and each.what_if]


def with_priority(mapping: SiteMapping) -> SiteMapping | None:
    """With FailOverPolicy as on the example; None where it is."""
    if not mapping.policy:
        return None
    return replace(mapping, policy=None, what_if=(*mapping.what_if, mapping.policy))


def with_operators(mapping: SiteMapping) -> SiteMapping | None:
    """With ClusterFailOverPolicy Manual; None where operators are asked anyway."""
    if mapping.cluster_policy == MANUAL:
        return None
    place = mapping.places.get((GROUP, "ClusterFailOverPolicy"), "")
    change = Deviation("ClusterFailOverPolicy", MANUAL, mapping.cluster_policy, mapping.group, place)
    names = {**mapping.names, ALERT: f"{CFAULT}-{mapping.names['clusa']}"}
    return replace(mapping, cluster_policy=MANUAL, names=names, what_if=(*mapping.what_if, change))
