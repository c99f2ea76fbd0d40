"""What the main.cf of a cluster says of other clusters, as its engine is told of it (vcs.md 2.3, 2.5, 4.2).

The wide-area connector is the Application resource of the ClusterService group that runs wac; who holds an address is
whichever resource has it as its Address.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.config.checks.global_clusters import connector_of
from simulator.config.semantics import ClusterModel, Named
from simulator.vcs.spec import Profile
from simulator.vcs.wide_area.spec import HeartbeatSpec, RemoteClusterSpec, WideAreaRules, WideAreaSpec

PATIENT_PROFILE = "vcs41"
"""The release whose AYATimeout is 300 s; later ones have 30 s (vcs.md 4.2)."""


def wide_area_spec(model: ClusterModel, profile: Profile, rules: WideAreaRules) -> WideAreaSpec:
    """Remote clusters, heartbeats, Stewards and the connector of one cluster."""
    attributes = model.attributes
    return WideAreaSpec(
        address=attributes.scalar("ClusterAddress"),
        connector=connector_of(model),
        holders={
            address: resource.name
            for group, resource in model.resources()
            if (address := resource.scalar("Address", next(iter(group.systems), None)))
        },
        remotes=tuple(remote_spec(remote, rules) for remote in model.remote_clusters),
        heartbeats=tuple(heartbeat_specs(model, 300 if profile.name == PATIENT_PROFILE else 30)),
        stewards=attributes.words("Stewards"),
        auto_start_timeout_s=float(attributes.integer("AutoStartTimeout", 150)),
        rules=rules,
    )


def remote_spec(remote: Named, rules: WideAreaRules) -> RemoteClusterSpec:
    """A remote cluster."""
    attributes = remote.attributes
    return RemoteClusterSpec(
        remote.name,
        attributes.scalar("ClusterAddress"),
        float(attributes.integer("SocketTimeout", 0)) or rules.socket_timeout_s,
        float(attributes.integer("RemoteConnectInterval", 0)) or rules.connect_interval_s,
    )


def heartbeat_specs(model: ClusterModel, timeout_s: int) -> Iterator[HeartbeatSpec]:
    """Each heartbeat, once for each remote cluster that it watches."""
    remotes = [remote.name for remote in model.remote_clusters]
    for beat in model.heartbeats:
        attributes = beat.attributes
        for cluster in attributes.words("ClusterList"):
            if cluster in remotes:
                yield HeartbeatSpec(
                    beat.name,
                    cluster,
                    max(1, attributes.integer("AYAInterval", 60, cluster)),
                    max(1, attributes.integer("AYARetryLimit", 3, cluster)),
                    max(1, attributes.integer("AYATimeout", timeout_s, cluster)),
                    attributes.words("Arguments", cluster),
                )
