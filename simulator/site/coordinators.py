"""Which clusters are fenced, and where their coordinator disks stand: main.cf says the one, site.toml the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mirrordrill.simulator.config.problems import Problem, error
from mirrordrill.simulator.config.semantics import ClusterModel
from mirrordrill.simulator.site.settings import Settings
from mirrordrill.simulator.vcs.membership.rules import COORDINATOR_DISKS_MIN, THIRD_PLACE, FencingRules

KEY_TYPES = frozenset({"DiskGroup", "CVMVolDg"})
"""Types that put the host's key on the volumes which they import: those of VxVM. Other volume managers know no keys."""


def is_fenced(cluster: ClusterModel) -> bool:
    """Whether the cluster uses I/O fencing."""
    return cluster.attributes.scalar("UseFence", default="NONE").upper() == "SCSI3"


def fencing_of(cluster: ClusterModel, images: Sequence[str], settings: Settings) -> FencingRules | None:
    """How a cluster is fenced, whose hosts hang on these arrays; None where it is not.

    By default one coordinator disk stands at each array and the rest in a third place; hosts that all hang on one array
    have all three there.
    """
    rules = settings.fencing
    if not is_fenced(cluster):
        return None
    if rules.coordinator_disks:
        return rules
    third = THIRD_PLACE if len(images) != 1 else images[0]
    places = (*images, *[third] * (COORDINATOR_DISKS_MIN - len(images)))
    return replace(rules, coordinator_disks=places)


def fencing_assumptions(
    clusters: Sequence[ClusterModel], images: Mapping[str, Sequence[str]], settings: Settings
) -> Iterator[str]:
    """Where the coordinator disks are assumed to be, if site.toml does not say; `images` are those of each cluster."""
    for cluster in clusters if not settings.fencing.coordinator_disks else ():
        rules = fencing_of(cluster, images[cluster.name], settings)
        if rules is not None:
            yield f"the coordinator disks of {cluster.name} stand at: {', '.join(rules.coordinator_disks)}"


def misplaced_disks(
    clusters: Sequence[ClusterModel], images: Mapping[str, Sequence[str]], settings: Settings
) -> Iterator[Problem]:
    """Coordinator disks at storage images that no host hangs on."""
    known = sorted({image for names in images.values() for image in names})
    for place in dict.fromkeys(settings.fencing.coordinator_disks):
        if place.startswith("IBM.") and place not in known:
            message = f"site.toml puts a coordinator disk at {place}, on which no host of the site hangs"
            there_are = f"there are: {', '.join(known)}" if known else "no array is known"
            yield error(clusters[0].position, message, f"{there_are}; or write any other word")
