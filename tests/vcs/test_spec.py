"""What a cluster is built from is complete and consistent, or it is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.simulator.vcs.spec import (
    PROFILES,
    AttributeDimension,
    GroupSpec,
    ResourceSpec,
    SpecError,
    TypeSpec,
    children_first,
    encode_arguments,
)
from tests.vcs.play import cluster_spec, manual_group

METRO_MIRROR = [
    ("HMC1", AttributeDimension.SCALAR, ["hmcA"]),
    ("HMC2", AttributeDimension.SCALAR, []),
    ("VolIds", AttributeDimension.KEYLIST, ["1260", "1261"]),
]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("vcs41", ["hmcA", "", "2", "1260", "1261"]),
        ("vcs5", ["HMC1", "1", "hmcA", "HMC2", "1", "", "VolIds", "2", "1260", "1261"]),
        ("vcs7", ["HMC1", "1", "hmcA", "HMC2", "1", "", "VolIds", "2", "1260", "1261"]),
    ],
)
def test_arguments_have_the_form_of_their_release(profile, expected):
    """An unset scalar keeps its place (vcs.md 1.3)."""
    assert encode_arguments(PROFILES[profile], METRO_MIRROR) == tuple(expected)


def test_an_association_passes_keys_and_values_an_empty_list_its_count():
    attributes = [
        ("VolIds", AttributeDimension.ASSOCIATION, ["1260", "", "1261", ""]),
        ("L", AttributeDimension.VECTOR, []),
    ]
    assert encode_arguments(PROFILES["vcs41"], attributes) == ("4", "1260", "", "1261", "", "0")


@pytest.mark.parametrize(
    "attributes",
    [
        [("HMC1", AttributeDimension.SCALAR, ["a", "b"])],
        [("VolIds", AttributeDimension.ASSOCIATION, ["1260"])],
        [("VolIds", AttributeDimension.KEYLIST, ["1260"] * 425)],
    ],
)
def test_arguments_that_vcs_could_not_pass_are_refused(attributes):
    with pytest.raises(SpecError):
        encode_arguments(PROFILES["vcs41"], attributes)


def group(**changes: object) -> GroupSpec:
    resources = (ResourceSpec("a", "NIC"), ResourceSpec("b", "NIC"))
    return replace(GroupSpec("g", (("hosta", 0),), resources), **changes)


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: group(dependencies=(("a", "c"),)), "c"),
        (lambda: group(dependencies=(("a", "b"), ("b", "a"))), "cycle"),
        (lambda: group(system_zones={"hostz": 1}), "SystemZones"),
        (lambda: group(auto_start_list=("hostz",)), "AutoStartList"),
        (lambda: cluster_spec(group(system_list=(("hostz", 0),))), "hostz"),
        (lambda: cluster_spec(group(resources=(ResourceSpec("a", "NoType"),))), "NoType"),
        (lambda: cluster_spec(group(), group(name="h")), "in group g and in h"),
        (lambda: TypeSpec("T", num_threads=0), "NumThreads"),
        (lambda: TypeSpec("T", monitor_interval_s=0), "MonitorInterval"),
    ],
)
def test_what_contradicts_itself_names_the_object(build, word):
    with pytest.raises(SpecError, match=word):
        build()


def test_children_stand_before_their_parents():
    spec = manual_group()
    order = children_first([resource.name for resource in spec.resources], spec.dependencies)
    assert all(order.index(child) < order.index(parent) for parent, child in spec.dependencies)
