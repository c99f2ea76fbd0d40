"""Paths on hosts that resources name: where the DS CLI is installed, and where password files lie."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from mirrordrill.agent.arguments import DS_CLI_HOME
from mirrordrill.simulator.kernel.untrusted import OutsideError, parts_of
from mirrordrill.simulator.site.own_types import FIRE_DRILL
from mirrordrill.simulator.site.site import METRO_MIRROR, Site


def dscli_homes(site: Site) -> dict[str, tuple[str, ...]]:
    """Where the DS CLI is installed on each host: where resources look for it there, else where it is by default.

    A path that no file system can have is left out: the agent says of it what it says on a real host.
    """
    found: dict[str, list[str]] = {host: [] for host in site.hosts()}
    for host, path in named_paths(site, "DSCliHome"):
        found[host].append(path.rstrip("/"))
    return {host: tuple(dict.fromkeys(homes)) or (DS_CLI_HOME,) for host, homes in found.items()}


def password_files(site: Site) -> tuple[tuple[str, str], ...]:
    """Each host with the password files that resources name there."""
    return tuple(dict.fromkeys(named_paths(site, "PasswdFile")))


def named_paths(site: Site, attribute: str) -> Iterator[tuple[str, str]]:
    """Each host with the absolute path that an attribute of a resource of ours names there."""
    for cluster in site.clusters:
        for type_name in (METRO_MIRROR, FIRE_DRILL):
            for group, resource in cluster.resources(type_name):
                for host in group.systems:
                    path = resource.scalar(attribute, host)
                    with contextlib.suppress(OutsideError):
                        if path.startswith("/") and parts_of(Path("/"), [path.strip("/")]):
                            yield host, path
