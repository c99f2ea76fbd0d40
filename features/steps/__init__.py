"""The step library: each step is one call into the domain, in the manual's language, a module for each topic.

Registered as a pytest plugin, so that a feature file anywhere can use it. pytest loads the topics named here; the
catalogue (`mirrordrill steps`) prints them in this order.
"""

pytest_plugins = (
    # What there is and what happens,
    "features.steps.site",
    "features.steps.time",
    "features.steps.moments",
    "features.steps.operators",
    "features.steps.administrators",
    "features.steps.hosts",
    "features.steps.host_faults",
    "features.steps.resources",
    "features.steps.storage",
    "features.steps.mirror_faults",
    "features.steps.console_faults",
    "features.steps.heartbeat_faults",
    "features.steps.wide_area",
    # what is expected of it.
    "features.steps.groups",
    "features.steps.volumes",
    "features.steps.commands",
    "features.steps.evidence",
    "features.steps.data",
    "features.steps.objectives",
    "features.steps.declarations",
)
