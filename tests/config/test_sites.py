"""The example sites are what the manual describes (chapters 3 and 4)."""

from pathlib import Path

import pytest

from mirrordrill.drills import sites
from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.checks.site import check_site
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.parser import parse
from mirrordrill.simulator.config.printer import render
from mirrordrill.simulator.config.semantics import ClusterModel

SITES = Path(sites.__file__).resolve().parent
FILES = ("rdc/main.cf", "gco/clusa/main.cf", "gco/clusb/main.cf")
ALL = sorted({path.relative_to(SITES).parts[0] for path in SITES.rglob("main.cf")})

FIGURE_3_2 = {
    ("Netlsnr", "Oracle"),
    ("Netlsnr", "IP"),
    ("Oracle", "Volume"),
    ("Volume", "DiskGroup"),
    ("DiskGroup", "MetroMirror"),
    ("IP", "NIC"),
}


def cluster_of(name: str) -> ClusterModel:
    cluster, problems = examine(load(SITES / name))
    assert problems == ()
    return cluster


@pytest.mark.parametrize("name", ALL)
def test_no_example_site_trips_a_rule(name: str) -> None:
    """Neither in one of its files nor between them: who copies an example copies no finding."""
    examined = [examine(load(file)) for file in sorted((SITES / name).rglob("main.cf"))]
    assert [str(problem) for _, problems in examined for problem in problems] == []
    assert [str(problem) for problem in check_site([model for model, _ in examined])] == []


@pytest.mark.parametrize("name", FILES)
def test_an_example_site_is_sound_and_survives_a_dump(name: str) -> None:
    """Who copies an example starts without problems; what VCS would dump of it says the same."""
    cluster = cluster_of(name)
    assert "oragrp" in {group.name for group in cluster.groups}
    written = parse((SITES / name).read_text(), name)
    assert parse(render(written), name) == written


@pytest.mark.parametrize("name", FILES)
def test_resources_depend_on_each_other_as_in_the_manuals_figure(name: str) -> None:
    """The tree of figure 3-2."""
    group = cluster_of(name).group("oragrp")
    types = {resource.name: resource.type_name for resource in group.resources}
    assert {(types[parent], types[child]) for parent, child in group.dependencies} == FIGURE_3_2
    mirror = group.resource("ora_mmir")
    for system in group.systems:
        assert mirror.scalar("DSCliHome", system) == "/opt/ibm/dscli"
        assert mirror.scalar("User", system) == "admin"
        assert mirror.words("VolIds", system) == ("1260", "1261")


def test_the_replicated_data_cluster_has_a_zone_for_each_array() -> None:
    """hosta and hostb on 75FA120 in zone 0, hostc and hostd on 75FA150 in zone 1, started on hosta."""
    group = cluster_of("rdc/main.cf").group("oragrp")
    mirror = group.resource("ora_mmir")
    assert group.system_list == (("hosta", 0), ("hostb", 1), ("hostc", 2), ("hostd", 3))
    assert group.auto_start_list == ("hosta",)
    sides = {
        system: (zone, mirror.scalar("LocalStorageImageID", system), mirror.scalar("RemoteStorageImageID", system))
        for system, zone in group.system_zones.items()
    }
    site_a, site_b = "IBM.2107-75FA120", "IBM.2107-75FA150"
    assert sides == {
        "hosta": (0, site_a, site_b),
        "hostb": (0, site_a, site_b),
        "hostc": (1, site_b, site_a),
        "hostd": (1, site_b, site_a),
    }


def test_the_global_clusters_mirror_each_other() -> None:
    """Each is the remote cluster of the other, with an array of its own, and one of them has the authority."""
    clusters = [cluster_of("gco/clusa/main.cf"), cluster_of("gco/clusb/main.cf")]
    assert list(check_site(clusters)) == []
    for here, there in (clusters, clusters[::-1]):
        (remote,) = here.remote_clusters
        assert remote.name == there.name
        assert remote.attributes.scalar("ClusterAddress") == there.attributes.scalar("ClusterAddress")
        (heartbeat,) = here.heartbeats
        assert heartbeat.attributes.words("ClusterList") == (there.name,)
        group, mirrored = here.group("oragrp"), there.group("oragrp").resource("ora_mmir")
        assert group.resource("ora_mmir").scalar("LocalStorageImageID") == mirrored.scalar("RemoteStorageImageID")
        assert group.cluster_list == (("clusa", 0), ("clusb", 1))
        assert group.attributes.scalar("ClusterFailOverPolicy") == "Manual"
        assert here.group("ClusterService").resource("wac").type_name == "Application"
    assert [cluster.group("oragrp").attributes.integer("Authority", 0) for cluster in clusters] == [1, 0]
