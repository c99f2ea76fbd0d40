"""Several clusters that make up one site description: what must differ between their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.config.model import Position
from simulator.config.problems import Problem, error
from simulator.config.semantics import ClusterModel


def check_site(clusters: Sequence[ClusterModel]) -> Iterator[Problem]:
    """Clusters have different names, and a system is a member of one cluster only."""
    named = [("cluster", cluster.name, cluster.position) for cluster in clusters]
    named += [("system", node.name, node.position) for cluster in clusters for node in cluster.nodes]
    first: dict[tuple[str, str], Position] = {}
    for kind, name, position in named:
        earlier = first.setdefault((kind, name), position)
        if earlier.file != position.file:
            message = f"{kind} {name} stands in two files of the same site"
            yield error(position, message, f"first defined at {earlier}")
