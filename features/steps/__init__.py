"""The step library: each step is one call into the domain, in the manual's language, a module for each topic.

Registered as a pytest plugin, so that a feature file anywhere can use it, with the topics named here; the catalogue
(`mirrordrill steps`) prints them in this order. pytest loads the plugin wherever mirrordrill is installed, and the
topics with what runs drills.
"""

from __future__ import annotations

import importlib

import pytest

from mirrordrill.drills.run.plugin import DRILL_HOOKS

TOPICS = (
    # What there is and what happens,
    "mirrordrill.features.steps.site",
    "mirrordrill.features.steps.time",
    "mirrordrill.features.steps.operators",
    "mirrordrill.features.steps.administrators",
    "mirrordrill.features.steps.hosts",
    "mirrordrill.features.steps.resources",
    "mirrordrill.features.steps.storage",
    "mirrordrill.features.steps.console_faults",
    "mirrordrill.features.steps.heartbeat_faults",
    "mirrordrill.features.steps.wide_area",
    "mirrordrill.features.steps.recorded.rehearsal",
    "mirrordrill.features.steps.recorded.exercise",
    "mirrordrill.features.steps.drawn.nights",
    # what is expected of it.
    "mirrordrill.features.steps.drawn.recovery",
    "mirrordrill.features.steps.groups",
    "mirrordrill.features.steps.volumes",
    "mirrordrill.features.steps.commands",
    "mirrordrill.features.steps.data",
    "mirrordrill.features.steps.objectives",
)


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Register the topics with the first drill. For each name in `pytest_plugins`, pytest would look through all
    installed packages."""
    if manager.get_name(plugin) == DRILL_HOOKS:
        for name in TOPICS:
            manager.register(importlib.import_module(name), name)
