"""The site.toml to start from: every key that there is, as a comment with the value that is assumed while it is one.

Rule: what a table and a key are is said where they are declared, in `site_toml`; editors show the same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields

from mirrordrill.simulator.host.behaviours import StorageRole, behaviours
from mirrordrill.simulator.kernel.untrusted import visible
from mirrordrill.simulator.site.build_storage import users_of
from mirrordrill.simulator.site.settings import TABLES, Settings
from mirrordrill.simulator.site.site import METRO_MIRROR, Site
from mirrordrill.simulator.site.site_toml import GROUP_NAMES, SCHEMA_NAME, about

EXAMPLES: Mapping[str, str] = {
    "volumes.sizes_gib": '{ "1260" = 100.0 }',
    "hosts.boots_s": '{ "hosta" = 240.0 }',
    "membership.panics_on_rejoin": "false",
    "wide_area.silence_confirms": "true",
    "preonline.groups": '"allows"',
    "fencing.coordinator_disks": '["IBM.2107-75FA120", "IBM.2107-75FA150", "third"]',
    "objectives.rto_s": "900.0",
    "objectives.rpo_s": "0.0",
    "objectives.rpo_writes": "0.0",
}
"""What to show of a key that has no number for a default."""
NO_KEYS = ("objectives.groups", "objectives.place")
"""What is read from the tables of single groups, not from keys of these names."""


def settings_text(site: Site) -> str:
    """A site.toml with everything that could be said, as comments with the values that are assumed now."""
    lines = [
        f"#:schema ./{SCHEMA_NAME}",
        f"# What main.cf cannot say of the site {visible(site.name)}. Take away the # of what you know.",
    ]
    for table in TABLES if len(site.clusters) > 1 else [each for each in TABLES if each != "wide_area"]:
        defaults = getattr(Settings(), table)
        means, keys = about(table)
        lines += ["", f"# {means}", f"[{table}]"]
        for key in (each.name for each in fields(defaults)):
            path = f"{table}.{key}"
            if path not in NO_KEYS:
                value = EXAMPLES.get(path) or repr(getattr(defaults, key))
                value = str(len(site.clusters[0].systems)) if path == "membership.seed_systems" else value
                shown = json.dumps(site.clusters[0].groups[0].name) if path == "preonline.groups" else key
                lines += [f"#   {keys[key]}", f"# {shown} = {value}"]
    return "\n".join([*lines, *account_table(site), *group_tables(site), *type_tables(site)]) + "\n"


def account_table(site: Site) -> Iterator[str]:
    """The users of the arrays as they are assumed."""
    yield ""
    yield f"# Users of the arrays with their user groups: {', '.join(GROUP_NAMES)}."
    yield "[accounts]"
    for user, group in users_of(site).items():
        yield f"# {json.dumps(user)} = {json.dumps(group.value)}"


def group_tables(site: Site) -> Iterator[str]:
    """A table of its own objectives for each mirrored group."""
    for group in dict.fromkeys(attachment.group for attachment in site.attachments):
        yield ""
        yield f"# Objectives of group {visible(group)} alone, where they differ from those above."
        yield f"# [objectives.{json.dumps(group)}]" if not group.isidentifier() else f"# [objectives.{group}]"
        yield f"# rto_s = {EXAMPLES['objectives.rto_s']}"


def type_tables(site: Site) -> Iterator[str]:
    """A table for each resource type of the mirrored groups that is played, with the times that it takes now."""
    groups = {attachment.group for attachment in site.attachments}
    used = {
        resource.type_name
        for cluster in site.clusters
        for group in cluster.groups
        for resource in group.resources
        if group.name in groups
    }
    for name, played in sorted(behaviours(site.clusters, {}).items()):
        if name in used - {METRO_MIRROR} and played.role is not StorageRole.ALWAYS_THERE:
            yield ""
            yield f"# Seconds that {name} takes to come online and to go offline, on a good day."
            yield f"# [types.{name}]"
            yield f"# online_s = {played.online_s}"
            yield f"# offline_s = {played.offline_s}"
