"""The drills of coordinator disks on other fenced sites: who wins, and what is left out where another wins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.runner import feature_files, run
from mirrordrill.drills.sites import FOLDER
from mirrordrill.drills.sites.fences import Fence, fence_of
from mirrordrill.drills.sites.mapped_features import parted, title_of
from mirrordrill.drills.sites.mapped_steps import StepMapper
from mirrordrill.drills.sites.site_mapping import site_mappings
from mirrordrill.drills.sites.standard import features_folder, mapped_drills, with_fence
from mirrordrill.simulator.site.site import Site, load_site

FENCED = FOLDER / "fenced" / "main.cf"


def site(folder: Path, changes: dict[str, str], settings: str = "") -> Site:
    """The fenced example with some of its text changed, and with another site.toml or none."""
    text = FENCED.read_text()
    for old, new in changes.items():
        assert re.search(old, text), old
        text = re.sub(old, new, text)
    (folder / "main.cf").write_text(text)
    if settings:
        (folder / "site.toml").write_text(settings)
    return load_site([folder / "main.cf"])


def fence(site: Site) -> Fence:
    """What decides on the group of a site."""
    (mapping,) = site_mappings(site, [])
    found = fence_of(site, mapping.group, mapping.near.hosts, mapping.far.hosts)
    assert found is not None
    return found


LONELY = {r"hostb = 1, ": "", r"hostb = 0, ": "", r"(?m)^.*@hostb.*\n": "", r"system hostb \(\n\t\)\n": ""}
"""One host at the side where the group starts, and two at the other one."""
LAST = {r"(?s)(system hosta.*?\n\n)(system hostb.*?\n\n)(.*?)(?=group oragrp)": r"\3\1\2"}
"""The hosts of the other side are the first systems of the cluster."""
AT_HOME = '[fencing]\ncoordinator_disks = ["IBM.2107-75FA120", "IBM.2107-75FA120", "IBM.2107-75FA120"]\n'


@pytest.mark.parametrize(
    ("changes", "settings", "lost"),
    [
        ({}, "", {"AloneWins"}),
        (LAST, "", {"AloneWins", "NearWins", "NearWinsCut"}),
        (LONELY, "", {"AloneWins", "NearWins", "NearWinsCut"}),
        ({}, AT_HOME, {"AloneWins", "FarWinsCut", "NobodyWins"}),
    ],
    ids=["equal sides", "the other side first", "the other side larger", "all disks at home"],
)
def test_the_numbers_and_the_order_of_systems_and_the_places_of_disks_decide(
    tmp_path: Path, changes: dict[str, str], settings: str, lost: set[str]
) -> None:
    """The larger part wins, of equal ones that with the first system; without the mirror what it reaches counts."""
    assert set(fence(site(tmp_path, changes, settings)).tagged) == lost


def test_systems_at_neither_array_hear_both_halves(tmp_path: Path) -> None:
    """No partition of the drills parts them; what is needed is told with the line of the cluster."""
    found = fence(site(tmp_path, {r"system hosta": r"system witness (\n\t)\n\nsystem hosta"}))
    assert found.strangers.startswith("systems that all hang on the arrays of the group (witness of rdc1: ")


def test_raw_volumes_have_no_keys(tmp_path: Path) -> None:
    """A host that stood still writes on until it panics, and the drill says otherwise: it is left out, and says so."""
    bare = {r"(?s)\tDiskGroup ora_dg \(.*?\t\t\)\n\n": "", r"(?s)\tVolume ora_vol \(.*?\t\t\)\n\n": ""}
    bare |= {r"\tora_db requires ora_vol\n\tora_vol requires ora_dg\n\tora_dg": r"\tora_db"}
    assert "writes on beside another one" in fence(site(tmp_path, bare)).tagged["Keys"]


def test_both_halves_have_all_systems_of_the_cluster(tmp_path: Path) -> None:
    """Those on which the group may not run, too: a host that heard both would part nothing."""
    site(tmp_path, {r"hostb = 1, ": "", r"hostb = 0, ": ""})
    text = (tmp_path / "main.cf").read_text()
    group = text[text.index("group oragrp (") :]
    other = group.replace("oragrp", "othgrp").replace("ora_", "oth_").replace("{ 1260, 1261 }", "{ 1270, 1271 }")
    (tmp_path / "main.cf").write_text(
        text + re.sub(r"hosta = 0|\{ hosta \}", lambda found: found[0].replace("hosta", "hostb"), other)
    )
    narrow = load_site([tmp_path / "main.cf"])
    mapping = with_fence(narrow, next(m for m in site_mappings(narrow, []) if m.group == "oragrp"))
    assert mapping is not None
    said = StepMapper(mapping).step("all heartbeats between hosta, hostb and hostc, hostd are lost")
    assert said == "all heartbeats between hosta, hostb and hostc, hostd are lost"
    alone = StepMapper(mapping).step("all heartbeats between hosta and hostb, hostc, hostd are lost")
    assert alone == "all heartbeats between hosta and hostb, hostc, hostd are lost"


@pytest.mark.parametrize(
    ("name", "kept"), [("fenced", {"fencing"}), ("rdc", set()), ("gco", set())], ids=["fenced", "rdc", "gco"]
)
def test_drills_of_the_fence_are_for_sites_that_have_one(name: str, kept: set[str]) -> None:
    """On its own main.cf the example has all of them; a site without UseFence has none, and none that changes that."""
    files = sorted((FOLDER / name).rglob("main.cf"))
    features = [file for file in feature_files([features_folder()]) if file.stem.startswith("fencing")]
    found = mapped_drills(load_site(files), features, only_standard=False)
    assert {path.stem for path in found.texts} == kept
    for path, text in found.texts.items():
        shipped = next(file for file in features if file.stem == path.stem).read_text()
        (mapping,) = site_mappings(load_site(files), [])
        assert [title_of(part, mapping) for part in parted(text)[1:]] == [
            title_of(part, mapping) for part in parted(shipped)[1:]
        ]


@pytest.mark.parametrize(
    ("name", "fenced", "kept"),
    [
        ("sfrac", True, ["fencing_parallel"]),
        ("sfrac", False, []),
        ("gco", True, ["fencing_global"]),
    ],
)
def test_a_parallel_group_has_the_drills_of_the_fence_for_parallel_groups(
    tmp_path: Path, name: str, fenced: bool, kept: list[str]
) -> None:
    """And no others, nor has another group those; what is left out says what it is for."""
    for file in (FOLDER / name).rglob("main.cf"):
        copy = tmp_path / file.relative_to(FOLDER / name)
        copy.parent.mkdir()
        text = file.read_text()
        copy.write_text(re.sub(r"(?m)^(cluster \w+ \()$", "\\1\n\tUseFence = SCSI3", text) if fenced else text)
    features = [file for file in feature_files([features_folder()]) if file.stem.startswith("fencing")]
    found = mapped_drills(load_site(sorted(tmp_path.rglob("main.cf"))), features, only_standard=False)
    assert [path.stem for path in found.texts] == kept
    assert "fencing: not for a site of several clusters" in found.remarks
    only = "only for a parallel group that starts in a cluster with UseFence = SCSI3"
    assert (f"fencing_parallel: {only}" in found.remarks) == (not kept or name == "gco")


def test_a_cut_network_is_decided_by_the_fence_of_a_foreign_site(tmp_path: Path) -> None:
    """The side where the group starts is the smaller one here: the drills say what the disks of this site decide."""
    site(tmp_path, LONELY)
    result = run(["fencing"], Options(site_files=(tmp_path / "main.cf",)), None)
    assert result.exit_code is ExitCode.HELD
    titles = {drill.scenario for drill in result.drills}
    assert "The side where the group runs is the smaller one, and the larger one takes it over" in titles
    assert not any(title.startswith("The heartbeats between the sites are lost") for title in titles)
