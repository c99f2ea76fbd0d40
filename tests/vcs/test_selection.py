"""Target selection against a slow, obvious reading of vcs.md 3.3."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.simulator.vcs.engine.selection import Candidate, choose, choose_auto_start, why_not
from mirrordrill.simulator.vcs.spec import AutoStartPolicy, FailOverPolicy

HOSTS = ("hosta", "hostb", "hostc", "hostd")


def candidates(**changes: dict[str, object]) -> list[Candidate]:
    """The manual's four hosts, some of them changed."""
    zones = {"hosta": 0, "hostb": 0, "hostc": 1, "hostd": 1}
    return [
        Candidate(**{"system": host, "priority": at, "position": at, "zone": zones[host], **changes.get(host, {})})
        for at, host in enumerate(HOSTS)
    ]


@pytest.mark.parametrize(
    ("failed", "changes", "expected"),
    [
        ("hosta", {}, "hostb"),
        ("hostb", {}, "hosta"),
        ("hosta", {"hostb": {"running": False}}, "hostc"),
        ("hosta", {"hostb": {"running": False}, "hostc": {"faulted": True}}, "hostd"),
        ("hosta", {host: {"auto_disabled": True} for host in HOSTS}, None),
        ("hostd", {"hostc": {"system_frozen": True}}, "hosta"),
        ("hosta", {"hosta": {"zone": None}}, "hostb"),
    ],
)
def test_the_zone_comes_first_then_the_priority(failed, changes, expected):
    assert choose(FailOverPolicy.PRIORITY, candidates(**changes), {}, failed) == expected


@pytest.mark.parametrize(
    ("policy", "changes", "expected"),
    [
        (FailOverPolicy.PRIORITY, {"hostc": {"priority": 0}, "hostb": {"priority": 0}}, "hosta"),
        (
            FailOverPolicy.PRIORITY,
            {"hosta": {"priority": 9}, "hostb": {"priority": 9}, "hostc": {"priority": 9}},
            "hostd",
        ),
        (FailOverPolicy.ROUND_ROBIN, {"hosta": {"online_groups": 2}, "hostb": {"online_groups": 1}}, "hostc"),
        (FailOverPolicy.LOAD, {"hostd": {"available_capacity": 80}, "hostb": {"available_capacity": 80}}, "hostb"),
    ],
)
def test_each_policy_has_its_order(policy, changes, expected):
    assert choose(policy, candidates(**changes), {}) == expected


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"running": False}, "running"),
        ({"system_frozen": True}, "frozen"),
        ({"probed": False}, "probed"),
        ({"auto_disabled": True}, "autodisabled"),
        ({"enabled": False}, "disabled"),
        ({"faulted": True}, "faulted"),
        ({"free_limits": {"shm": 1}}, "shm"),
    ],
)
def test_what_keeps_a_group_off_a_system_is_said(changes, word):
    (first, *_) = candidates(hosta=changes)
    assert word in (why_not(first, {"shm": 2}) or "")


def test_auto_start_follows_its_list_and_leaves_it_never():
    four = candidates(hostc={"running": False})
    assert choose_auto_start(AutoStartPolicy.ORDER, four, ("hostc", "hostd", "hosta"), {}) == "hostd"
    assert choose_auto_start(AutoStartPolicy.PRIORITY, four, ("hostc", "hostd", "hosta"), {}) == "hosta"
    assert choose_auto_start(AutoStartPolicy.ORDER, four, ("hostc",), {}) is None


drawn = st.builds(
    Candidate,
    system=st.just(""),
    priority=st.integers(0, 2),
    position=st.just(0),
    zone=st.sampled_from([None, 0, 1]),
    running=st.booleans(),
    probed=st.booleans(),
    faulted=st.booleans(),
    online_groups=st.integers(0, 2),
    available_capacity=st.integers(-1, 2),
    free_limits=st.dictionaries(st.just("shm"), st.integers(0, 2)),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Candidate], str | None]:
    """Up to five systems, one of which may have failed."""
    names = draw(st.permutations(["a", "b", "c", "d", "e"]))[: draw(st.integers(1, 5))]
    systems = []
    for position, name in enumerate(names):
        one = draw(drawn)
        fields = {field: getattr(one, field) for field in Candidate.__slots__}
        systems.append(Candidate(**{**fields, "system": name, "position": position}))
    return systems, draw(st.sampled_from([None, *names]))


def obvious(
    policy: FailOverPolicy, systems: list[Candidate], needed: int, failed: str | None, same: bool
) -> str | None:
    """The rules one after the other, as they are written down."""
    left = []
    for one in systems:
        if one.system == failed or not one.running or not one.probed or one.faulted:
            continue
        if needed and one.free_limits.get("shm", 0) < needed:
            continue
        left.append(one)
    zones = [one.zone for one in systems if one.system == failed and one.zone is not None]
    if zones:
        near = [one for one in left if one.zone == zones[0]]
        if near or same:
            left = near
    for one in left:
        better = False
        for other in left:
            if policy is FailOverPolicy.PRIORITY:
                better |= other.priority < one.priority
                better |= other.priority == one.priority and other.position < one.position
            elif policy is FailOverPolicy.ROUND_ROBIN:
                better |= other.online_groups < one.online_groups
                better |= other.online_groups == one.online_groups and other.position < one.position
            else:
                better |= other.available_capacity > one.available_capacity
                better |= other.available_capacity == one.available_capacity and other.system < one.system
        if not better:
            return one.system
    return None


@given(situations(), st.sampled_from(FailOverPolicy), st.integers(0, 2), st.booleans())
def test_selection_agrees_with_the_obvious_reading(situation, policy, needed, same):
    systems, failed = situation
    prerequisites = {"shm": needed} if needed else {}
    assert choose(policy, systems, prerequisites, failed, same_zone_only=same) == obvious(
        policy, systems, needed, failed, same
    )
