"""What people type in a night: operators, right or wrong, late or twice, and storage administrators by hand."""

from __future__ import annotations

from mirrordrill.drills.explore.drawing.chance import Chance
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets
from mirrordrill.simulator.site.site import Attachment

ACTIONS = ("failback", "failback", "verify", "status", "explain", "resume", "takeover")
"""Actions of the agent, that of the manual's return more often than others."""
BY_HAND = ("failoverpprc", "failbackpprc", "pausepprc", "resumepprc", "lspprc")
OF_SUBSYSTEMS = ("freezepprc", "unfreezepprc", "unfreezepprc")
"""Commands that name logical subsystems; what is frozen goes on by itself after a while, its pairs do not."""
GROUP_COMMANDS = (
    "hagrp -switch {group} -to {host}",
    "hagrp -switch {group} -to {host}",
    "hagrp -offline {group} -any",
    "hagrp -online {group} -sys {host}",
    "hagrp -clear {group}",
    "hagrp -flush {group} -sys {host}",
    "hares -action {resource} {action} -sys {host}",
    "hares -action {resource} {action} -sys {host}",
    "hares -probe {resource} -sys {host}",
)
MAINTAINED = 0.15
"""The share of commands that are about VCS itself."""
MAINTENANCE = (
    "hastop -local",
    "hastop -local -evacuate",
    "hastop -local -force",
    "hastop -all",
    "hastop -all -force",
    "hastart",
    "hastart",
    "hastart",
    "hagrp -freeze {group}",
    "hagrp -unfreeze {group}",
    "hagrp -autoenable {group} -sys {host}",
)
"""What people do to VCS itself, on the host where they type it; what was stopped is started again in the end."""
OF_CLUSTERS = (
    "haclus -declare disaster -clus {cluster} -failover",
    "haclus -declare outage -clus {cluster} -failover",
    "hagrp -switch {group} -to {host} -clus {own}",
)
"""Where there are several clusters."""


def _by_hand(facts: SiteTargets, its: Attachment, chance: Chance) -> str:
    """A DS CLI command on all pairs of a resource, on one of them, or on their logical subsystems."""
    pairs = facts.pairs(its).split()
    if chance.random() < 0.3:
        subsystems = dict.fromkeys(f"{pair[:2]}:{pair.partition(':')[2][:2]}" for pair in pairs)
        return f"{chance.choice(OF_SUBSYSTEMS)} {' '.join(subsystems)}"
    chosen = [chance.choice(pairs)] if chance.random() < 0.3 else pairs
    return f"{chance.choice(BY_HAND)} {' '.join(chosen)}"


def draw_command(facts: SiteTargets, by_hand: float, chance: Chance) -> str:
    """One command as a step: of an operator, or of a storage administrator outside the cluster."""
    its = chance.choice(facts.attachments)
    if chance.random() < by_hand:
        return f'a storage administrator tries "{_by_hand(facts, its, chance)}" on {its.host}'
    words = [*GROUP_COMMANDS, *OF_CLUSTERS] if len(facts.clusters) > 1 else [*GROUP_COMMANDS]
    if chance.random() < MAINTAINED:
        words = [*MAINTENANCE]
    others = [cluster for cluster in facts.clusters if cluster != facts.cluster(its.host)]
    command = chance.choice(words).format(
        group=its.group,
        host=its.host,
        resource=its.resource,
        action=chance.choice(ACTIONS),
        cluster=chance.choice(others) if others else "",
        own=facts.cluster(its.host),
    )
    own = [host for host in facts.mirrored_hosts if facts.cluster(host) == facts.cluster(its.host)]
    types = chance.choice(("tries", "tries", "begins"))
    return f'the operator {types} "{command}" on {chance.choice(own)}'
