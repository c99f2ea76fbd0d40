"""A group's state that is kept change by change is the one that looking at all of its resources gives."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.simulator.vcs.engine.state.group_state import GroupState
from mirrordrill.simulator.vcs.states import IState, ResourceState
from tests.vcs.play import HOSTS, STACK, cluster_spec, manual_group

NAMES = tuple(STACK)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(HOSTS),
        st.one_of(
            st.tuples(st.just("state"), st.sampled_from(ResourceState)),
            st.tuples(st.just("istate"), st.sampled_from(IState)),
            st.tuples(st.just("probed"), st.booleans()),
            st.tuples(st.sampled_from(("critical", "enabled", "auto_start")), st.booleans()),
            st.tuples(st.sampled_from(("forget", "mark_unprobed", "none")), st.none()),
        ),
    ),
    max_size=40,
)


def looked_up(group: GroupState, system: str) -> dict[str, object]:
    """The same questions, answered by a look at every resource."""
    each = [(place, place.on[system]) for place in group.resources.values() if place.spec.enabled]
    counted = [on for place, on in each if place.counts_for_state]
    needed = [on for place, on in each if place.counts_for_state and place.spec.auto_start]
    up = [on for on in counted if on.is_up]
    online = bool(needed) and all(on.state is ResourceState.ONLINE for on in needed)
    partial = any(on.state is ResourceState.ONLINE for on in counted)
    starting, stopping = (any(getattr(on.istate, way) for _, on in each) for way in ("is_up", "is_down"))
    faulted = any(on.state is ResourceState.FAULTED and group.is_critical(place.spec.name) for place, on in each)
    words = ("STARTING",) * starting + ("STOPPING",) * stopping
    words += ("ONLINE" if online else "PARTIAL" if partial else "OFFLINE",) + ("FAULTED",) * faulted
    return {
        "is_probed": all(on.probed for _, on in each),
        "is_up": bool(up),
        "is_active": any(on.is_up or on.istate is not IState.NOT_WAITING for on in counted),
        "is_online": online,
        "is_faulted": faulted,
        "is_stopping": stopping,
        "is_leaving": bool(up) and all(on.istate.is_down for on in up),
        "is_starting": starting,
        "words": words,
    }


def asked(group: GroupState, system: str) -> dict[str, object]:
    """What the group answers."""
    return {name: getattr(group, name)(system) for name in looked_up(group, system)}


def change(group: GroupState, name: str, system: str, what: str, value: object) -> None:
    """One change of a resource, of its configuration or of all that is known of a system."""
    place = group.resources[name]
    if what in ("state", "istate", "probed"):
        setattr(place.on[system], what, value)
    elif what in ("critical", "enabled", "auto_start"):
        place.spec = replace(place.spec, **{what: value})  # type: ignore[arg-type]  # all three are flags
    elif what != "none":
        getattr(group, what)(system)


@given(CHANGES)
def test_counts_say_what_a_look_at_every_resource_says(changes: list[tuple[str, str, tuple[str, object]]]) -> None:
    """Whatever changed, in whatever order, and whether anything was asked between."""
    group = GroupState(manual_group(), cluster_spec())
    for name, system, (what, value) in changes:
        change(group, name, system, what, value)
        assert asked(group, system) == looked_up(group, system)
    assert [asked(group, host) for host in HOSTS] == [looked_up(group, host) for host in HOSTS]


@given(CHANGES)
def test_the_other_half_of_a_membership_goes_its_own_way(changes: list[tuple[str, str, tuple[str, object]]]) -> None:
    """A group that took over another one's state answers alike, and later changes of the one are not the other's."""
    group, twin = (GroupState(manual_group(), cluster_spec()) for _ in range(2))
    for name, system, (what, value) in changes:
        change(group, name, system, what, value)
    twin.take_over(group)
    before = [looked_up(group, host) for host in HOSTS]
    assert [asked(twin, host) for host in HOSTS] == before
    for host in HOSTS:
        group.forget(host)
    assert [asked(twin, host) for host in HOSTS] == before
