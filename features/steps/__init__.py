"""The step library: each step is one call into the domain, in the manual's language, a module for each topic.

Registered as a pytest plugin, so that a feature file anywhere can use it. pytest loads the topics named here; the
catalogue (`mirrordrill steps`) prints them in this order.
"""

pytest_plugins = (
    "features.steps.site",
    "features.steps.time",
    "features.steps.operators",
    "features.steps.hosts",
    "features.steps.storage",
    "features.steps.groups",
    "features.steps.volumes",
    "features.steps.commands",
    "features.steps.data",
    "features.steps.objectives",
    "features.steps.mirror_faults",
    "features.steps.console_faults",
    "features.steps.host_faults",
    "features.steps.resources",
    "features.steps.heartbeat_faults",
    "features.steps.wide_area",
    "features.steps.administrators",
    "features.steps.moments",
    "features.steps.evidence",
    "features.steps.declarations",
)
