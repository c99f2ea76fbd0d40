"""UseFence in main.cf and the coordinator disks in site.toml: where they stand, and who reaches them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.host.events import DiskWayChanged
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.world import World
from tests.golden.night import ARRAY_A, ARRAY_B, SITE_A, site_with
from tests.site.test_own_site import RDC

GCO = sorted((RDC.parents[1] / "gco").rglob("main.cf"))


def test_by_default_a_disk_stands_at_each_array_and_one_in_a_third_place(tmp_path: Path) -> None:
    """And that is an assumption."""
    site = site_with(tmp_path, "")
    with contextlib.closing(World(site)) as world:
        fencing = world.cluster.spec.fencing
        assert fencing is not None
        assert fencing.coordinator_disks == (ARRAY_A, ARRAY_B, "third")
    assert f"the coordinator disks of rdc1 stand at: {ARRAY_A}, {ARRAY_B}, third" in site.assumptions


def test_a_member_of_a_global_cluster_has_its_disks_on_its_own_array(tmp_path: Path) -> None:
    """Its hosts hang on one array; the other cluster is not asked."""
    files = []
    for file in GCO:
        copy = tmp_path / file.parent.name / "main.cf"
        copy.parent.mkdir()
        name = next(line.split()[1] for line in file.read_text().splitlines() if line.startswith("cluster "))
        text = file.read_text().replace(f"cluster {name} (", f"cluster {name} (\n\tUseFence = SCSI3", 1)
        copy.write_text(text)
        files.append(copy)
    with contextlib.closing(World(load_site(files))) as world:
        placed = {name: cluster.spec.fencing for name, cluster in world.clusters.items()}
    assert {name: set(rules.coordinator_disks) for name, rules in placed.items() if rules} == {
        "clusa": {ARRAY_A},
        "clusb": {ARRAY_B},
    }


def test_without_use_fence_nothing_is_fenced(tmp_path: Path) -> None:
    site = site_with(tmp_path, "[fencing]\nrace_s = 3\n", is_fenced=False)
    with contextlib.closing(World(site)) as world:
        assert world.cluster.fencing is None
    assert not any("coordinator" in sentence for sentence in site.assumptions)


def test_a_disk_at_an_array_that_nobody_knows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        site_with(tmp_path, "[fencing]\ncoordinator_disks = ['IBM.2107-75XXXXX', 'here', 'there']\n")
    (problem,) = caught.value.problems
    assert "IBM.2107-75XXXXX, on which no host of the site hangs" in problem.message


def test_a_host_reaches_the_far_array_over_the_lines_of_the_mirror(tmp_path: Path) -> None:
    """Its own as long as it has power, a third place until the way there is cut."""
    with contextlib.closing(World(site_with(tmp_path, ""))) as world:
        disks = world.disks
        assert all(disks.reaches("hosta", place) for place in (ARRAY_A, ARRAY_B, "third"))
        undo = world.storage.faults.lose_direction(ARRAY_B, ARRAY_A)
        assert [disks.reaches("hosta", place) for place in (ARRAY_A, ARRAY_B)] == [True, False]
        undo()
        world.storage.set_power(ARRAY_A, is_on=False)
        assert [disks.reaches("hosta", place) for place in (ARRAY_A, ARRAY_B)] == [False, True]
        first, second = disks.cut("third", SITE_A), disks.cut("third", ["hosta"])
        first()
        first()
        assert [disks.reaches(host, "third") for host in ("hosta", "hostb")] == [False, True]
        second()
        assert disks.reaches("hosta", "third")
        told = [e.text() for record in world.kernel.log if isinstance(e := record.event, DiskWayChanged)]
        assert told == [
            "reaches no coordinator disk at third",
            "reaches no coordinator disk at third",
            "reaches the coordinator disk at third",
            "reaches the coordinator disk at third",
        ]
