"""Everything that is wrong with a configuration, not only the first thing.

A check is a function from a Subject to problems; CHECKS is all of them. Checks do not depend on each other, and
each of them works on whatever could be understood. FORM is what VCS and the agent need to read a configuration at all;
MANUAL is what the agent's manual asks of a sound one.
"""

from __future__ import annotations

from mirrordrill.simulator.config.checks.attributes import (
    check_assigned_once,
    check_attributes_known,
    check_includes,
    check_shapes,
    check_types_known,
)
from mirrordrill.simulator.config.checks.dependencies import (
    check_group_dependencies,
    check_minimum_dependencies,
    check_resource_cycles,
    check_resource_dependencies,
)
from mirrordrill.simulator.config.checks.global_clusters import (
    check_connector,
    check_heartbeats,
    check_one_array,
    check_parallel,
    check_policy,
    check_spans,
)
from mirrordrill.simulator.config.checks.group_values import check_group_values, check_links
from mirrordrill.simulator.config.checks.metro_mirror import (
    check_array_of_group,
    check_fire_drills,
    check_policies,
    check_remote_consoles,
    check_required,
    check_storage_images,
    check_volumes,
)
from mirrordrill.simulator.config.checks.names import (
    check_cluster_lists,
    check_localised_values,
    check_names,
    check_numbers,
    check_system_lists,
    check_within_system_list,
)
from mirrordrill.simulator.config.checks.numbers import check_bounds
from mirrordrill.simulator.config.checks.sides import (
    check_both_sides,
    check_localised_consoles,
    check_mirrored,
    check_same_values,
    check_same_volumes,
    check_zones,
)
from mirrordrill.simulator.config.checks.structure import check_bottom, check_disk_groups
from mirrordrill.simulator.config.checks.subject import Check, Subject
from mirrordrill.simulator.config.checks.timeouts import check_timeouts
from mirrordrill.simulator.config.checks.words import check_bare_words
from mirrordrill.simulator.config.model import Configuration
from mirrordrill.simulator.config.problems import Problem, in_order
from mirrordrill.simulator.config.resolution import resolve
from mirrordrill.simulator.config.semantics import ClusterModel

FORM: tuple[Check, ...] = (
    check_names,
    check_bare_words,
    check_includes,
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
    check_minimum_dependencies,
    check_resource_cycles,
    check_group_dependencies,
    check_group_values,
    check_bounds,
    check_links,
    check_required,
    check_storage_images,
    check_fire_drills,
    check_policies,
    check_volumes,
)

MANUAL: tuple[Check, ...] = (
    check_bottom,
    check_disk_groups,
    check_both_sides,
    check_array_of_group,
    check_remote_consoles,
    check_mirrored,
    check_localised_consoles,
    check_same_values,
    check_same_volumes,
    check_zones,
    check_parallel,
    check_spans,
    check_one_array,
    check_policy,
    check_connector,
    check_heartbeats,
    check_timeouts,
)

CHECKS = FORM + MANUAL


def examine(configuration: Configuration) -> tuple[ClusterModel, tuple[Problem, ...]]:
    """The cluster a configuration describes, and every problem it has, in the order of the file."""
    cluster, problems = resolve(configuration)
    subject = Subject(configuration, cluster)
    found = [problem for check in CHECKS for problem in check(subject)]
    return cluster, in_order((*problems, *found))
