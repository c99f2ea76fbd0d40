"""The site and how a scenario begins.

The first step of a scenario names the site; only then is there a world.
"""

from __future__ import annotations

from drills.drill import Drill
from drills.library import given

START_WITHIN_S = 600.0
"""How long a cluster may take to start its groups before a drill gives up (boot, probes, the whole stack online)."""


@given('the example site "{name:text}"', example='the example site "rdc"')
def the_example_site(drill: Drill, name: str) -> None:
    """Build the world from the example site of that name, or from the site given on the command line."""
    drill.open_site(name)
    drill.observed(drill.world.describe())


@given("{group} is online on {host}", example="oragrp is online on hosta")
def is_online(drill: Drill, group: str, host: str) -> None:
    """The cluster starts, and the group is online on this host and on no other, within ten minutes."""
    drill.observed(drill.expect.comes_online(group, host, START_WITHIN_S))
