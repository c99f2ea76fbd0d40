"""What people type in a night: operators, right or wrong, late or twice, and storage administrators by hand."""

from __future__ import annotations

from mirrordrill.drills.explore.drawing.chance import Chance
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets

ACTIONS = ("failback", "failback", "verify", "status", "explain", "resume", "takeover")
"""Actions of the agent, that of the manual's return more often than others."""
BY_HAND = ("failoverpprc", "failbackpprc", "pausepprc", "resumepprc", "lspprc")
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
OF_CLUSTERS = (
    "haclus -declare disaster -clus {cluster} -failover",
    "haclus -declare outage -clus {cluster} -failover",
    "hagrp -switch {group} -to {host} -clus {own}",
)
"""Where there are several clusters."""


def draw_command(facts: SiteTargets, by_hand: float, chance: Chance) -> str:
    """One command as a step: of an operator, or of a storage administrator outside the cluster."""
    its = chance.choice(facts.attachments)
    if chance.random() < by_hand:
        return f'a storage administrator tries "{chance.choice(BY_HAND)} {facts.pairs(its)}" on {its.host}'
    words = (*GROUP_COMMANDS, *OF_CLUSTERS) if len(facts.clusters) > 1 else GROUP_COMMANDS
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
