"""The site and how a scenario begins.

The first step of a scenario names the site; only then is there a world.
"""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.sites.time_limits import start_limit_s
from mirrordrill.drills.steps.library import given
from mirrordrill.drills.steps.wording import ChangedAttribute


@given('the example site "{name:text}"', example='the example site "rdc"')
def the_example_site(drill: Drill, name: str) -> None:
    """Build the world from the example site of that name, or from the site given on the command line."""
    drill.open_site(name)
    drill.observed(drill.world.describe())


@given(
    'the example site "{name:text}" with {changes}',
    example='the example site "gco" with ClusterFailOverPolicy = Auto of oragrp',
)
def the_changed_site(drill: Drill, name: str, changes: tuple[ChangedAttribute, ...]) -> None:
    """The same, with attributes of service groups, or optional ones of their MetroMirror resources, that are changed
    before anything starts; several are told with `and` between them.
    """
    drill.open_changed_site(name, changes)
    drill.observed(drill.world.describe())


@given(
    'the site "{files:text}" with {changes}',
    example='the site "site/main.cf" with FailOverPolicy = Priority of oragrp',
)
def the_changed_own_site(drill: Drill, files: str, changes: tuple[ChangedAttribute, ...]) -> None:
    """The site of these files, with attributes of service groups changed before anything starts."""
    drill.open_changed_site("", changes, files)
    drill.observed(drill.world.describe())


@given('the site "{files:text}"', example='the site "site/main.cf"')
def the_site(drill: Drill, files: str) -> None:
    """Build the world from main.cf files beside the feature (one per cluster, `"a/main.cf, b/main.cf"`), or from the
    site given on the command line. A site.toml is read where it lies beside a main.cf, or above all of them.
    """
    drill.open_own_site(files)
    drill.observed(drill.world.describe())


@given(
    'the site "{files:text}" as captured in "{captures:text}"',
    example='the site "site/main.cf" as captured in "lspprc.txt, lsfbvol.txt"',
)
def the_captured_site(drill: Drill, files: str, captures: str) -> None:
    """The same, with pairs, paths and sizes as lspprc, lspprcpath, lssi and lsfbvol printed them into these files."""
    drill.open_own_site(files, captures)
    drill.observed(drill.world.describe())


@given("{group} is online on {host}", example="oragrp is online on hosta")
def is_online(drill: Drill, group: str, host: str) -> None:
    """The cluster starts, and the group is online on this host and on no other, as soon as its time-outs allow."""
    drill.observed(drill.expect.comes_online(group, host, start_limit_s(drill.world.site, group)))
