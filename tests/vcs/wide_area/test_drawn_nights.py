"""Drawn nights of two or three clusters: whatever happens in whatever order, some things are never so."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.vcs.wide_area.events import AuthorityChanged, RemoteClusterChanged
from mirrordrill.simulator.vcs.wide_area.states import RemoteState
from tests.drawn import share_of
from tests.vcs.wide_area.sites import Plan, Sites, systems

RULES: dict[str, Callable[[Sites, str, str], object]] = {
    "crash": lambda sites, at, _: sites.crash(at),
    "boot": lambda sites, at, _: sites.boot(at) if at in sites.ground.dead else None,
    "hang": lambda sites, at, _: sites.hang(at) if sites.ground.is_awake(at) else None,
    "resume": lambda sites, at, _: sites.resume(at) if at in sites.ground.hung - sites.ground.dead else None,
    "cut": lambda sites, at, other: sites.net.cut(at[0], other),
    "mend": lambda sites, at, other: sites.net.mend(at[0], other),
    "lose pings": lambda sites, at, other: sites.net.lose_heartbeat(at[0], other),
    "kill wac": lambda sites, at, _: sites.net.kill_wac(at[0]),
    "engine dies": lambda sites, at, _: sites.clusters[at[0]].engine_dies(at),
    "part": lambda sites, at, _: sites.clusters[at[0]].partition([(f"{at[0]}1",), (f"{at[0]}2",)]),
    "heal": lambda sites, at, _: sites.clusters[at[0]].heal([(f"{at[0]}1",), (f"{at[0]}2",)]),
    "stop": lambda sites, at, _: give(sites, at, "hastop -all"),
    "start": lambda sites, at, _: sites.clusters[at[0]].system_joined(at) if sites.ground.is_awake(at) else None,
    "fault": lambda sites, at, _: sites.ground.kill(at, "db"),
    "switch": lambda sites, at, other: give(sites, at, f"hagrp -switch app -any -clus {other}"),
    "online": lambda sites, at, _: give(sites, at, f"hagrp -online app -sys {at}"),
    "offline": lambda sites, at, _: give(sites, at, "hagrp -offline app -any"),
    "declare": lambda sites, at, other: give(sites, at, f"haclus -declare outage -clus {other}"),
    "clear": lambda sites, at, _: give(sites, at, "hagrp -clear app"),
}
FORCE: dict[str, Callable[[Sites, str, str], object]] = {
    "force": lambda sites, at, _: give(sites, at, f"hagrp -online -force app -sys {at}"),
    "bring over": lambda sites, at, other: give(sites, at, f"haclus -declare disaster -clus {other} -failover"),
}


def give(sites: Sites, at: str, line: str) -> None:
    """Type a command and do not wait for its end."""
    sites.clusters[at[0]].ha(at, line.split())


def drawn(names: str, rules: dict[str, Callable[[Sites, str, str], object]]) -> st.SearchStrategy:
    """What happens, to which system, to which other cluster, and how long nothing else does."""
    places = st.sampled_from([system for name in names for system in systems(name)])
    return st.lists(
        st.tuples(st.sampled_from(sorted(rules)), places, st.sampled_from(names), st.sampled_from([0.02, 1, 30, 200])),
        max_size=12,
    )


def play(sites: Sites, night: list[tuple[str, str, str, float]]) -> None:
    for rule, at, other, pause_s in night:
        if other != at[0]:
            (RULES | FORCE)[rule](sites, at, other)
            sites.run(pause_s)


@settings(max_examples=share_of(60), deadline=None)
@given(drawn("ab", RULES))
def test_without_force_authority_is_never_with_two_clusters(night: list[tuple[str, str, str, float]]) -> None:
    """And a group that is up in a cluster was brought up by one that had it, or had it before."""
    sites = Sites()
    play(sites, night)
    sites.run(600)
    assert not sites.ever_had_authority_twice()
    assert len(sites.authority()) <= 1


@settings(max_examples=share_of(40), deadline=None)
@given(drawn("abc", RULES | FORCE), st.booleans())
def test_every_night_ends_and_a_healed_site_finds_itself_again(
    night: list[tuple[str, str, str, float]], steward: bool
) -> None:
    """When everything is mended and booted all clusters are connected, and Authority is where the log says."""
    sites = Sites("abc", Plan(stewards=("s",) if steward else ()))
    play(sites, night)
    sites.net.heal()
    for name, cluster in sites.clusters.items():
        cluster.heal([(f"{name}1",), (f"{name}2",)])
        for system in systems(name):
            if system in sites.ground.hung - sites.ground.dead:
                sites.resume(system)
            if system in sites.ground.dead:
                sites.boot(system)
            cluster.system_joined(system)
    sites.run(900)
    for at in sites.clusters:
        # A ClusterService group that was left faulted or autodisabled is for people to start again.
        if all(sites.connector(name).place for name in sites.clusters):
            states = {sites.state(of, at=at) for of in sites.clusters if of != at}
            assert states == {RemoteState.RUNNING}, [event.text() for event in sites.events(RemoteClusterChanged)]
    authority = {event.cluster for event in sites.events(AuthorityChanged)} | {"a"}
    assert set(sites.authority()) <= authority
