"""What is assumed of a site because it depends on more than one of its files: on main.cf and on site.toml together.

What site.toml alone leaves open is told by `settings`, what captures leave open by `capture.start`, where coordinator
disks stand by `coordinators`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.simulator.config.semantics import ClusterModel
from mirrordrill.simulator.host.behaviours import written_by_users
from mirrordrill.simulator.site.own_types import FIRE_DRILL, METRO_MIRROR
from mirrordrill.simulator.site.settings import Settings


def further_assumptions(clusters: Sequence[ClusterModel], settings: Settings) -> Iterator[str]:
    """A sentence for everything that the files do not say about these clusters."""
    if untimed := untimed_types(clusters, settings):
        yield f"{', '.join(untimed)} come and go in times that were not measured (docs/fidelity.md)"
    if written := sorted({name for cluster in clusters for name in written_by_users(cluster, settings.types)}):
        yield f"no application stands on the volumes below {', '.join(written)}: users write there"
    if len(clusters) > 1 and not any(path.startswith("wide_area.") for path in settings.given):
        yield "what clusters say to each other takes the times of [wide_area] in docs/fidelity.md"


def untimed_types(clusters: Sequence[ClusterModel], settings: Settings) -> list[str]:
    """The played resource types beside MetroMirror for which site.toml has no times."""
    found: dict[str, None] = {}
    for cluster in clusters:
        for group in cluster.groups:
            if any(resource.type_name == METRO_MIRROR for resource in group.resources):
                found |= {each.type_name: None for each in group.resources if not each.type.is_persistent}
    own = settings.types
    return [
        name for name in found if name not in (METRO_MIRROR, FIRE_DRILL) and (name not in own or not own[name].is_timed)
    ]
