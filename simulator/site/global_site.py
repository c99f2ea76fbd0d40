"""What the main.cf of a cluster says of other clusters, as its engine is told of it (vcs.md 2.3, 2.5, 4.2).

The wide-area connector is the Application resource of the ClusterService group that runs wac; who holds an address is
whichever resource has it as its Address.
"""

from __future__ import annotations

from mirrordrill.simulator.config.checks.global_clusters import connector_of
from mirrordrill.simulator.config.semantics import ClusterModel, Named
from mirrordrill.simulator.vcs.spec import Profile
from mirrordrill.simulator.vcs.wide_area.spec import (
    ARGUMENTS,
    NUMBERS,
    TIMEOUT,
    ConfiguredHeartbeat,
    RemoteClusterSpec,
    WideAreaRules,
    WideAreaSpec,
)

PATIENT_PROFILE, SHORT_TIMEOUT_S = "vcs41", 30
"""The release whose AYATimeout is 300 s, and that of later ones (vcs.md 4.2)."""


def wide_area_spec(model: ClusterModel, profile: Profile, rules: WideAreaRules) -> WideAreaSpec:
    """Remote clusters, heartbeats, Stewards and the connector of one cluster."""
    attributes = model.attributes
    timeout_s = NUMBERS[TIMEOUT] if profile.name == PATIENT_PROFILE else SHORT_TIMEOUT_S
    return WideAreaSpec(
        address=attributes.scalar("ClusterAddress"),
        connector=connector_of(model),
        holders={
            address: resource.name
            for group, resource in model.resources()
            if (address := resource.scalar("Address", next(iter(group.systems), None)))
        },
        remotes=tuple(remote_spec(remote, rules) for remote in model.remote_clusters),
        heartbeats=tuple(configured_heartbeat(model, beat, timeout_s) for beat in model.heartbeats),
        aya_timeout_s=timeout_s,
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


def configured_heartbeat(model: ClusterModel, beat: Named, timeout_s: int) -> ConfiguredHeartbeat:
    """A heartbeat as the file has it; `timeout_s` is AYATimeout where the file is silent."""
    remotes = tuple(remote.name for remote in model.remote_clusters)
    clusters = tuple(cluster for cluster in beat.attributes.words("ClusterList") if cluster in remotes)
    defaults = {**NUMBERS, TIMEOUT: timeout_s}
    values: dict[tuple[str, str | None], tuple[str, ...]] = {}
    for line in beat.attributes:
        attribute, cluster = line.name.text, None if line.system is None else line.system.text
        if attribute in defaults:
            number = beat.attributes.integer(attribute, defaults[attribute], cluster)
            values[attribute, cluster] = (str(max(1, number)),)
        elif attribute == ARGUMENTS:
            values[attribute, cluster] = beat.attributes.words(attribute, cluster)
    local = dict.fromkeys(attribute for attribute, cluster in values if cluster is not None)
    if (ARGUMENTS, None) not in values:
        local.setdefault(ARGUMENTS)
    return ConfiguredHeartbeat(beat.name, clusters, values, tuple(local), timeout_s)
