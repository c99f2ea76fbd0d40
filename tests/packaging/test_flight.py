"""The installed agent on simulated hosts: the manual's migration, run with what an administrator would install."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge.processes.host_directory import link_scripts
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome
from mirrordrill.simulator.world import World
from tests.packaging.staging import BARE_PYTHON, FOLDER, run

RESOURCE, GROUP = "ora_mmir", "oragrp"


class Site:
    """The example site, with the agent put onto its hosts in one way or the other."""

    def __init__(self, install_agent: Callable[[Path], None]) -> None:
        self.roots: dict[str, Path] = {}

        def install(root: Path) -> None:
            self.roots[root.name] = root
            install_agent(root)

        self.world = World(find_site("rdc"), agent_mode=AgentMode.PROCESS, install_agent=install)
        self.world.start()
        self.world.advance(120)

    def migrate(self, host: str) -> None:
        self.world.operate(["hagrp", "-switch", GROUP, "-to", host])
        self.world.advance(300)

    def remove(self, host: str, *arguments: str) -> EntryPointOutcome:
        """The installed installer on a host, where VCS's commands are the look-alikes."""
        words = ("--root", str(self.roots[host]), "--uninstall", *arguments)
        return self.world.run_by_hand(Call(host, "MetroMirror", RESOURCE, ".agent/setup", words))


@pytest.fixture
def put_on(package: Path) -> Callable[[Path], None]:
    def put_on(root: Path) -> None:
        done = run([str(package / "install"), "--root", str(root)], PYTHON=BARE_PYTHON)
        assert done.returncode == 0, done.stdout

    return put_on


@pytest.fixture
def site(put_on: Callable[[Path], None]) -> Iterator[Site]:
    site = Site(put_on)
    yield site
    site.world.close()


def migration(site: Site) -> list[str]:
    """To the other array and home again, as in chapter 4."""
    for host in ("hostb", "hostc", "hosta"):
        site.migrate(host)
        assert site.world.cluster.group_online_on(GROUP) == (host,)
    site.world.settle()
    return list(site.world.kernel.log.lines())


def test_the_installed_agent_flies_as_the_source_tree_does(site: Site) -> None:
    """The same event log, line by line."""
    installed = migration(site)
    linked = Site(link_scripts)
    try:
        assert migration(linked) == installed
    finally:
        linked.world.close()
    assert not (site.roots["hosta"] / FOLDER).is_symlink()


def test_the_agent_is_removed_only_where_its_group_is_offline(site: Site) -> None:
    """VCS is asked in its own words, on the very host: refused on hosta, done on hostb, and then on hosta as well."""
    refused = site.remove("hosta", "--force")
    assert refused.exit_code == 1
    assert f"resource {RESOURCE} is ONLINE on this node" in refused.output
    assert f"group {GROUP} is ONLINE on this node" in refused.output
    done = site.remove("hostb")
    assert done.exit_code == 0, done.output
    assert not (site.roots["hostb"] / FOLDER).exists()
    site.migrate("hostc")
    done = site.remove("hosta")
    assert done.exit_code == 0, done.output
    assert site.world.cluster.group_online_on(GROUP) == ("hostc",)


def test_a_node_whose_engine_is_gone_cannot_tell(site: Site) -> None:
    """Its commands cannot connect; the agent stays until somebody who knows says so."""
    site.world.cluster.system_lost("hostd")
    refused = site.remove("hostd")
    assert refused.exit_code == 1
    assert "Cannot connect to VCS engine" in refused.output
    assert site.remove("hostd", "--force").exit_code == 0


def test_an_upgrade_under_a_running_application_is_not_noticed(
    put_on: Callable[[Path], None], older_package: Path
) -> None:
    """Monitors go on, the group stays where it is, and the next migration uses the new release."""

    def put_older_on(root: Path) -> None:
        assert run([str(older_package / "install"), "--root", str(root)], PYTHON=BARE_PYTHON).returncode == 0

    site = Site(put_older_on)
    try:
        for root in site.roots.values():
            put_on(root)
        site.world.advance(900)
        assert site.world.cluster.group_online_on(GROUP) == ("hosta",)
        site.migrate("hostc")
        assert site.world.cluster.group_online_on(GROUP) == ("hostc",)
    finally:
        site.world.close()
