"""Everything that is wrong with a configuration, not only the first thing.

A check is a function from a Subject to problems; CHECKS is the list of them. Checks do not depend on each other, and
each of them works on whatever could be understood. The manual's rules for a sound Metro Mirror configuration (zones,
MetroMirror at the bottom of its group, heartbeats, policies) join this list as a module of their own.
"""

from __future__ import annotations

from simulator.config.checks.attributes import (
    check_assigned_once,
    check_attributes_known,
    check_shapes,
    check_types_known,
)
from simulator.config.checks.dependencies import (
    check_group_dependencies,
    check_resource_cycles,
    check_resource_dependencies,
)
from simulator.config.checks.metro_mirror import check_required, check_storage_images, check_volumes
from simulator.config.checks.names import (
    check_cluster_lists,
    check_localised_values,
    check_numbers,
    check_system_lists,
    check_within_system_list,
)
from simulator.config.checks.subject import Check, Subject
from simulator.config.checks.words import check_bare_words
from simulator.config.model import Configuration
from simulator.config.problems import Problem, in_order
from simulator.config.resolution import resolve
from simulator.config.semantics import ClusterModel

CHECKS: tuple[Check, ...] = (
    check_bare_words,
    check_types_known,
    check_assigned_once,
    check_attributes_known,
    check_shapes,
    check_system_lists,
    check_within_system_list,
    check_numbers,
    check_localised_values,
    check_cluster_lists,
    check_resource_dependencies,
    check_resource_cycles,
    check_group_dependencies,
    check_required,
    check_storage_images,
    check_volumes,
)


def examine(configuration: Configuration) -> tuple[ClusterModel, tuple[Problem, ...]]:
    """The cluster a configuration describes, and every problem it has, in the order of the file."""
    cluster, problems = resolve(configuration)
    subject = Subject(configuration, cluster)
    found = [problem for check in CHECKS for problem in check(subject)]
    return cluster, in_order((*problems, *found))
