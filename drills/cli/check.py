"""What `mirrordrill check` says of main.cf files: first what was understood, then what is wrong, each with its line.

Several files are several clusters of one site. Every text of theirs is shown with its control characters made visible:
a file under check is not to be trusted with the terminal.
"""

from __future__ import annotations

import collections
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.output.text import console_for_errors, counted, say, say_folded, show_problems
from mirrordrill.simulator.array.mirror.states import Reason, View
from mirrordrill.simulator.bridge.processes import private_mounts
from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.checks.group_values import written
from mirrordrill.simulator.config.checks.metro_mirror import TYPE_NAME
from mirrordrill.simulator.config.checks.site import check_site
from mirrordrill.simulator.config.loader import Unreadable, load, read_text
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.config.problems import ConfigError, Problem, Severity, has_errors, in_order, warning
from mirrordrill.simulator.config.semantics import ClusterModel, GroupModel, Named, ResourceModel
from mirrordrill.simulator.kernel.untrusted import visible
from mirrordrill.simulator.site.capture.mirror import Mirror
from mirrordrill.simulator.site.capture.reader import read_captures
from mirrordrill.simulator.site.capture.routes import name as route_name
from mirrordrill.simulator.site.capture.start import start_state
from mirrordrill.simulator.site.coordinators import misplaced_disks
from mirrordrill.simulator.site.durations import too_slow
from mirrordrill.simulator.site.own_types import check_types
from mirrordrill.simulator.site.settings import (
    Settings,
    load_settings,
    misplaced_objectives,
    misplaced_triggers,
    settings_file,
)
from mirrordrill.simulator.site.site import images_of, mirror_sides

OK, ERRORS, USAGE = 0, 1, 2

TREE_COLUMNS = 10_000
"""A tree is never folded: a folded name cannot be searched for."""
MOST_LEVELS = 60
"""What lies deeper is drawn below, from the left again: a chain of resources would fill a disk with blanks."""
MAX_SHOWN = 16
GROUP_KINDS = {0: "failover", 1: "parallel", 2: "hybrid"}


def check(
    paths: Sequence[Path], console: Console, captures: Sequence[Path] = (), settings_path: Path | None = None
) -> int:
    """Print what the files say and what is wrong with them.

    Gives the exit code: 0 without errors, 1 with, 2 where there is no file to read.
    """
    usage = [*usage_problems(paths), *(message for path in captures for message in unreadable(path))]
    for message in usage:
        say(console_for_errors(), f"mirrordrill check: {message}", "bold red")
    if usage:
        return USAGE
    clusters: list[ClusterModel] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            cluster, found = examine(load(path))
        except ConfigError as failure:
            problems += failure.problems
            continue
        clusters.append(cluster)
        problems += found
        show_cluster(console, path, cluster)
    problems += check_site(clusters)
    is_whole = len(clusters) == len(paths)
    problems += check_settings(clusters if is_whole else (), settings_path or settings_file(paths))
    if is_whole and not any(True for cluster in clusters for _ in cluster.resources(TYPE_NAME)):
        message = f"no group has a {TYPE_NAME} resource, so there is nothing to run"
        problems.append(warning(Position(str(paths[0]), 1, 1), message, "add one at the bottom of a group"))
    if captures:
        problems += check_captures(console, clusters, captures)
    return conclude(console, in_order(problems))


def check_settings(clusters: Sequence[ClusterModel], path: Path | None) -> Iterator[Problem]:
    """What is wrong with a site.toml, where there is one, and what of it does not fit the clusters, if known."""
    try:
        settings = Settings() if path is None else load_settings(path)
    except ConfigError as failure:
        yield from failure.problems
        return
    if clusters:
        images = {cluster.name: images_of(cluster) for cluster in clusters}
        yield from misplaced_disks(clusters, images, settings)
        yield from check_types(settings.types, clusters)
        yield from too_slow(clusters, settings.types)
        own = next((each for each in settings.types.values() if each.scripts is not None), None)
        if own is not None and not private_mounts.unshare():
            yield warning(own.place, private_mounts.WARNING, private_mounts.HINT)
        groups = [each.name for c in clusters for each in c.groups]
        yield from misplaced_objectives(settings.objectives, groups)
        yield from misplaced_triggers(settings.preonline.groups, groups, str(path))


def check_captures(console: Console, clusters: Sequence[ClusterModel], paths: Sequence[Path]) -> Iterator[Problem]:
    """Show what the captures say of the mirror, and give what is wrong with them or does not match main.cf."""
    capture, unread = read_captures(paths)
    mirror = Mirror([side for cluster in clusters for side in mirror_sides(clusters, cluster)])
    start, found, assumed = start_state(capture, mirror)
    say(console, ", ".join(map(str, paths)), "bold")
    for pair in start.pairs or ():
        ends = f"{pair.source_image}/{pair.source_volume} -> {pair.target_image}/{pair.target_volume}"
        said = f"{stated(pair.source_view, pair.source_reason)} | {stated(pair.target_view, pair.target_reason)}"
        say_folded(console, f"{ends}: {said}", indent=2)
    for route in start.routes or ():
        say_folded(console, f"path {route_name(route)}", indent=2)
    for sentence in assumed:
        say_folded(console, f"assumed: {sentence}", "dim", indent=2)
    console.print()
    yield from (*unread, *found, *(finding.problem for finding in start.findings))


def stated(view: View, reason: Reason) -> str:
    """`Suspended (Host Source)`."""
    return view.value if reason is Reason.NONE else f"{view.value} ({reason.value})"


def usage_problems(paths: Sequence[Path]) -> Iterator[str]:
    """Why there is nothing to check."""
    if not paths:
        yield "name at least one main.cf file"
    for path in paths:
        if path.is_dir():
            yield f"{path} is a directory; name the main.cf in it"
        elif paths.count(path) > 1:
            yield f"{path} is named twice"
        else:
            yield from unreadable(path)


def unreadable(path: Path) -> Iterator[str]:
    """Why a file cannot be read at all; what is wrong inside it is for later."""
    try:
        read_text(path)
    except Unreadable as failure:
        if not failure.line:
            yield failure.message


def conclude(console: Console, problems: Sequence[Problem]) -> int:
    """Every problem, and the sum of them; they are known by now."""
    verdict_is_known()
    show_problems(console, problems)
    sums = {each: sum(problem.severity is each for problem in problems) for each in Severity}
    told = [counted(sums[each], each.value) for each in Severity if sums[each] or each is not Severity.NOTE]
    say(console, ", ".join(told) if problems else "no problems found")
    return ERRORS if has_errors(problems) else OK


def show_cluster(console: Console, path: Path, cluster: ClusterModel) -> None:
    """One file as it was understood."""
    say(console, str(path), "bold")
    say_folded(console, f"cluster {cluster.name or '?'}: systems {', '.join(cluster.systems) or 'none'}", indent=2)
    for remote in cluster.remote_clusters:
        say_folded(
            console, f"remote cluster {remote.name} at {remote.attributes.scalar('ClusterAddress') or '?'}", indent=2
        )
    for heartbeat in cluster.heartbeats:
        say_folded(console, heartbeat_line(heartbeat), indent=2)
    for image, hosts in arrays(cluster).items():
        say_folded(console, f"array {image}: hosts {', '.join(hosts)}", indent=2)
    for group in cluster.groups:
        show_group(console, group)
    console.print()


def heartbeat_line(heartbeat: Named) -> str:
    """`heartbeat Icmp to clusb`."""
    return f"heartbeat {heartbeat.name} to {', '.join(heartbeat.attributes.words('ClusterList')) or 'no cluster'}"


def arrays(cluster: ClusterModel) -> dict[str, list[str]]:
    """The hosts of each array: they hang on the one that is local to them."""
    hosts: dict[str, list[str]] = {}
    for group, resource in cluster.resources(TYPE_NAME):
        for system in group.systems:
            attached = hosts.setdefault(resource.scalar("LocalStorageImageID", system, "?"), [])
            if system not in attached:
                attached.append(system)
    return hosts


def show_group(console: Console, group: GroupModel) -> None:
    """Where a group may run, and its resources as a tree."""
    kind = GROUP_KINDS.get(group.parallel, "?")
    systems = ", ".join(f"{system} {priority}" for system, priority in group.system_list)
    say_folded(console, f"group {group.name} ({kind}): {systems}", indent=2)
    for line in placement_lines(group):
        say_folded(console, line, indent=4)
    for segments in console.render_lines(resource_tree(group), console.options.update(width=TREE_COLUMNS), pad=False):
        say(console, "".join(segment.text for segment in segments).rstrip(), indent=4)
    for resource in group.resources:
        if resource.type_name == TYPE_NAME:
            show_metro_mirror(console, group, resource)


def placement_lines(group: GroupModel) -> Iterator[str]:
    """What steers where the group runs, beside its priorities."""
    zones: dict[int, list[str]] = {}
    for system, zone in group.system_zones.items():
        zones.setdefault(zone, []).append(system)
    if zones:
        yield "zones " + "; ".join(f"{zone}: {', '.join(systems)}" for zone, systems in zones.items())
    if group.auto_start_list:
        yield f"starts on {', '.join(group.auto_start_list)}"
    for required in group.group_dependencies:
        yield f"requires group {required.child} {written(required)}"
    if group.cluster_list:
        yield global_line(group)


def global_line(group: GroupModel) -> str:
    """Where else a global group may run and who decides."""
    clusters = ", ".join(f"{cluster} {priority}" for cluster, priority in group.cluster_list)
    policy = group.attributes.scalar("ClusterFailOverPolicy", default="Manual")
    authority = "has authority" if group.attributes.integer("Authority", 0) else "without authority"
    return f"global: clusters {clusters}; failover {policy}; {authority}"


def resource_tree(group: GroupModel) -> Tree:
    """Parents above children. What several resources require is drawn out below the first of them only."""
    children: dict[str, list[str]] = {}
    for parent, child in group.dependencies:
        children.setdefault(parent, []).append(child)
    types = {resource.name: resource.type_name for resource in group.resources}
    tree = Tree(Text("resources"))
    drawn: set[str] = set()
    waiting = collections.deque(roots(group))
    while waiting:
        root = waiting.popleft()
        stack = [(tree, root, 0)] if root not in drawn else []
        while stack:
            above, name, level = stack.pop()
            is_deep = level == MOST_LEVELS and name in children and name not in drawn
            remark = " (below)" if is_deep else " (above)" if name in drawn and name in children else ""
            branch = above.add(Text(visible(f"{types[name]} {name}{remark}")))
            if is_deep:
                waiting.appendleft(name)
                continue
            if name not in drawn:
                stack += [(branch, child, level + 1) for child in reversed(children.get(name, ()))]
            drawn.add(name)
    return tree


def roots(group: GroupModel) -> Iterator[str]:
    """Resources that nothing requires, then the others, so that a circle is drawn as well."""
    required = {child for _, child in group.dependencies}
    yield from (resource.name for resource in group.resources if resource.name not in required)
    yield from (resource.name for resource in group.resources if resource.name in required)


def show_metro_mirror(console: Console, group: GroupModel, resource: ResourceModel) -> None:
    """What the resource manages, side by side."""
    say_folded(console, f"{TYPE_NAME} {resource.name}", indent=4)
    sides: dict[str, list[str]] = {}
    for system in group.systems:
        sides.setdefault(side(resource, system), []).append(system)
    for text, systems in sides.items():
        say_folded(console, f"{', '.join(systems)}: {text}", indent=6)


def side(resource: ResourceModel, system: str) -> str:
    """Volumes, arrays and HMCs as seen from one system."""
    local, remote = (resource.scalar(f"{which}StorageImageID", system) or "?" for which in ("Local", "Remote"))
    consoles = tuple(filter(None, (resource.scalar(name, system) for name in ("HMC1", "HMC2"))))
    volumes = joined(resource.words("VolIds", system))
    return f"volumes {volumes} on {local}, mirrored with {remote}, HMCs {joined(consoles)}"


def joined(words: Sequence[str]) -> str:
    """Words in a row, the first of them where there are many, a question mark where there are none."""
    rest = len(words) - MAX_SHOWN
    return " ".join(words[:MAX_SHOWN]) + (f" and {rest} more" if rest > 0 else "") or "?"
