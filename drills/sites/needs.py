"""What a drill of the example may need and a group of another site may lack, as it is said, and what decides it.

Rule: a need that an attribute decides has a row in DECIDED_BY, one that a key of site.toml decides in SET_BY, so
that it is told with file and line. Any other is told with the place of the group.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mirrordrill.drills.sites.deviations import FAR_SYSTEMS, GROUP, NEAR_SYSTEMS
from mirrordrill.simulator.site.site import METRO_MIRROR

NO_FAILOVER = "AutoFailOver = 1"
"""What a group lacks that VCS brings nowhere by itself."""
ZONE_ONLY = "AutoFailOver = 1 (2 keeps a group in its zone)"
"""What a group lacks that VCS brings to hosts of the same zone only."""
MANUAL, AUTO = "Manual", "Auto"
"""Values of ClusterFailOverPolicy; Connected, the third one, takes over from a cluster that lives."""
ASKS_OPERATORS = "ClusterFailOverPolicy other than Auto"
STAYS_REFUSED = "ClusterFailOverPolicy = Manual"
"""What a group lacks that VCS brings to the other cluster by itself when it can start on no system of its own."""
ZONES = "SystemZones that follow the arrays"
UNZONED = f"AutoFailOver = 1, or {ZONES}"
"""What a group lacks that VCS keeps in zones which are not the arrays."""
STAYS_AT_FAULT = "OnlineRetryLimit = 0 of the group"
TRIED_ONCE = "OnlineRetryLimit = 0 of the MetroMirror resource"
FIRST_HOST = "a group that starts on the first host of its side in SystemList"
SURVIVES = "a side that goes on when a partition heals: the larger one, where the group starts"
SECOND_HOST = {
    "hostb": "a second host on the array where the group starts",
    "hostd": "a second host on the other array",
}
TWO_HOSTS = "two hosts in each cluster"
TWO_VOLUMES = "a group of two volumes"
SEVERAL_VOLUMES = "a group of several volumes"
SAME_ORDER = "volume ids that have the same order on both sides"
ONE_LSS = "volumes of a single LSS"
TWO_LINKS = "two private links and no other"
TWO_PRIVATE_LINKS = "two private links, and no more than one of a public network"
SAME_BOOT = "hosts that boot in the same time"
TWO_CONSOLES = "a second HMC on each side"
PLACED = re.compile(r":\d+\)")
"""A need that says by itself where it is decided."""
SET_BY: Mapping[str, tuple[str, ...]] = {
    TWO_LINKS: ("membership.private_links", "membership.low_priority_links"),
    TWO_PRIVATE_LINKS: ("membership.private_links", "membership.low_priority_links"),
    SAME_BOOT: ("hosts.boots_s",),
}
"""What a site may lack -> the keys of site.toml that decide it."""
DECIDED_BY: Mapping[str, tuple[str, str]] = {
    NO_FAILOVER: (GROUP, "AutoFailOver"),
    ZONE_ONLY: (GROUP, "AutoFailOver"),
    **dict.fromkeys((ASKS_OPERATORS, STAYS_REFUSED), (GROUP, "ClusterFailOverPolicy")),
    **dict.fromkeys((ZONES, UNZONED), (GROUP, "SystemZones")),
    STAYS_AT_FAULT: (GROUP, "OnlineRetryLimit"),
    TRIED_ONCE: (METRO_MIRROR, "OnlineRetryLimit"),
    FIRST_HOST: (GROUP, "AutoStartList"),
    SECOND_HOST["hostb"]: (GROUP, NEAR_SYSTEMS),
    SECOND_HOST["hostd"]: (GROUP, FAR_SYSTEMS),
    TWO_HOSTS: (GROUP, "SystemList"),
    SURVIVES: (GROUP, "SystemList"),
    **dict.fromkeys((TWO_VOLUMES, SEVERAL_VOLUMES, SAME_ORDER, ONE_LSS), (METRO_MIRROR, "VolIds")),
    TWO_CONSOLES: (METRO_MIRROR, "HMC2"),
}
"""What a group may lack -> the attribute that decides it, of the group or of its MetroMirror resources."""
