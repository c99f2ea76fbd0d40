"""The site.toml to start from: every key that there is, as a comment with the value that is assumed while it is one.

Rule: every key that `settings` knows is explained here; a test looks for those that are not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields

from mirrordrill.drills.output.text import visible
from mirrordrill.simulator.host.behaviours import Role, behaviours
from mirrordrill.simulator.site.settings import TABLES, Settings
from mirrordrill.simulator.site.site import METRO_MIRROR, Site

TABLE_MEANS = {
    "link": "The lines between the two arrays.",
    "dscli": "How long the DS CLI takes. Measure: `time dscli ... lspprc ...` on a cluster node.",
    "hosts": "The cluster's systems.",
    "application": "What each application writes to its mirrored volumes while it is online.",
    "volumes": "Sizes, where no capture of lsfbvol gives them.",
    "objectives": "What a recovery is measured against.",
    "membership": "LLT and GAB: what /etc/llttab and /etc/gabtab say.",
    "fencing": "I/O fencing, for a cluster whose UseFence is SCSI3.",
    "wide_area": "Global clusters: what no main.cf says of heartbeats and connections.",
    "preonline": "The preonline triggers, for groups whose PreOnline is 1.",
}
KEY_MEANS = {
    "link.distance_km": "The way of the light, not of the crow; Metro Mirror reaches 300 km.",
    "link.write_delay_us_per_km": "What each kilometre adds to a mirrored write, there and back.",
    "link.copy_mib_per_s": "What copies and resynchronisations get of the line, in each direction.",
    "link.copy_setup_s": "From the command to the first track copied.",
    "dscli.login_low_s": "From the start of dscli to its prompt, at best",
    "dscli.login_high_s": "... and at worst, on a day without faults.",
    "dscli.list_low_s": "A list, at best",
    "dscli.list_high_s": "... and at worst.",
    "dscli.action_s": "A command that changes something",
    "dscli.per_pair_low_s": "... and what each pair adds to it, at best",
    "dscli.per_pair_high_s": "... and at worst.",
    "dscli.travel_s": "Of a command's time, what passes before the array carries it out.",
    "dscli.refused_connect_s": "Until dscli notices an HMC that refuses it.",
    "dscli.silent_connect_s": "Until dscli gives an HMC up that never answers.",
    "hosts.boot_s": "From power on until VCS starts.",
    "application.writes_per_s": "Acknowledged writes; a drill costs the same whatever the rate.",
    "application.working_set_mib": "Written again and again, of each volume: what a resynchronisation has to copy.",
    "volumes.size_gib": "Of every volume that is not listed below.",
    "volumes.sizes_gib": "By volume id, alone or with its array in front.",
    "objectives.rto_s": "Recovery time objective.",
    "objectives.rpo_s": "Recovery point objective, in seconds of lost writes",
    "objectives.rpo_writes": "... and in acknowledged writes.",
    "membership.private_links": "Private heartbeat links (`link` in llttab): link1, link2 ...",
    "membership.low_priority_links": "Public ones (`link-lowpri`): lowpri1 ...",
    "membership.peer_inactive_s": "Until LLT gives up on a silent peer (`set-timer peerinact:1600`).",
    "membership.gab_stable_s": "Until GAB delivers a membership after the last change.",
    "membership.build_s": "From joining the membership until a system is RUNNING.",
    "membership.had_restart_s": "Until hashadow has restarted an engine that died.",
    "membership.seed_systems": "The number behind `gabconfig -c -n`.",
    "membership.panics_on_rejoin": "`gabconfig -j`: the losing side of a healed partition panics.",
    "fencing.coordinator_disks": "One place for each disk: a storage image, or any name for a third place.",
    "fencing.race_s": "From a new membership until the race for the coordinator disks is decided.",
    "preonline.after_s": "From the start of a trigger until it has done what it does.",
    "preonline.groups": "What the trigger of a group does: allows, refuses, hangs.",
    "wide_area.socket_timeout_s": "Until a silent connection to another cluster is given up (SocketTimeout).",
    "wide_area.connect_interval_s": "Between two attempts to connect (RemoteConnectInterval).",
    "wide_area.ping_wait_s": "For the answer to one ping.",
    "wide_area.snapshot_s": "From a new connection until the other cluster's state is known.",
    "wide_area.message_s": "Of a message, there.",
    "wide_area.answer_s": "Until a question to another cluster is not answered any more.",
    "wide_area.inquiry_s": "Of an inquiry among other clusters and Stewards.",
    "wide_area.transition_s": "Until a remote wac that has ended is no longer taken to be failing over.",
    "wide_area.silence_confirms": "Whether an inquiry that nobody answers confirms that a cluster has faulted.",
}
EXAMPLES: Mapping[str, str] = {
    "volumes.sizes_gib": '{ "1260" = 100.0 }',
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
    lines = [f"# What main.cf cannot say of the site {visible(site.name)}. Take away the # of what you know."]
    for table in TABLES if len(site.clusters) > 1 else [each for each in TABLES if each != "wide_area"]:
        defaults = getattr(Settings(), table)
        lines += ["", f"# {TABLE_MEANS.get(table, table)}", f"[{table}]"]
        for key in (each.name for each in fields(defaults)):
            path = f"{table}.{key}"
            if path not in NO_KEYS:
                value = EXAMPLES.get(path) or repr(getattr(defaults, key))
                shown = json.dumps(site.clusters[0].groups[0].name) if path == "preonline.groups" else key
                lines += [f"#   {KEY_MEANS.get(path, path)}", f"# {shown} = {value}"]
    return "\n".join([*lines, *group_tables(site), *type_tables(site)]) + "\n"


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
        if name in used - {METRO_MIRROR} and played.role is not Role.ALWAYS_THERE:
            yield ""
            yield f"# Seconds that {name} takes to come online and to go offline, on a good day."
            yield f"# [types.{name}]"
            yield f"# online_s = {played.online_s}"
            yield f"# offline_s = {played.offline_s}"
