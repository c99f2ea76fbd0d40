"""What main.cf says of a group, and which drills of the example are therefore read otherwise for it, or left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mirrordrill.drills import sites
from mirrordrill.drills.run.runner import feature_files
from mirrordrill.drills.sites.group_facts import far_console, has_free_resource, tagged_facts, waits_for_each_other
from mirrordrill.drills.sites.mapped_features import mapped_feature
from mirrordrill.drills.sites.site_mapping import site_mappings
from mirrordrill.drills.sites.standard import features_folder
from mirrordrill.drills.sites.time_limits import stretch
from mirrordrill.simulator.site.site import Site, load_site

EXAMPLES = Path(sites.__file__).resolve().parent
CLUSTERS = ("clusa", "clusb")
SECOND_GROUP = """
group webgrp (
\tSystemList = {{ {first} = 0, {second} = 1 }}
\tAutoStartList = {{ {listed} }}
\tParallel = {parallel}
\tClusterList = {{ clusa = 0, clusb = 1 }}
\tAuthority = {authority}
\t)

\tMetroMirror web_mmir (
\t\tHMC1 = "{console}"
\t\tUser = admin
\t\tPasswdFile = "/opt/ibm/dscli/ds_pwfile"
\t\tLocalStorageImageID = "IBM.2107-{local}"
\t\tRemoteStorageImageID = "IBM.2107-{remote}"
\t\tVolIds = {{ 1270 }}
\t\t)
"""
SIDES = {
    "clusa": {"first": "hosta", "second": "hostb", "console": "c", "local": "75FA120", "remote": "75FA150"},
    "clusb": {"first": "hostc", "second": "hostd", "console": "e", "local": "75FA150", "remote": "75FA120"},
}


def global_site(folder: Path, *, has_console: bool, second: dict[str, str] | None = None, parallel: int = 1) -> Site:
    """The example of a parallel group in two clusters, with a second group that starts in the cluster of `second`."""
    files = []
    for cluster in CLUSTERS:
        files.append(folder / cluster / "main.cf")
        files[-1].parent.mkdir()
        lines = (EXAMPLES / "sfrac" / cluster / "main.cf").read_text().splitlines(keepends=True)
        text = "".join(line for line in lines if has_console or "RemoteHMC" not in line)
        if second is not None:
            side = SIDES[cluster]
            listed = ", ".join((side["first"], side["second"])) if parallel else side["first"]
            text += SECOND_GROUP.format(**side, listed=listed, parallel=parallel, authority=second[cluster])
        files[-1].write_text(text)
    return load_site(files)


def test_a_group_without_remotehmc1_cannot_ask_the_far_array(tmp_path: Path) -> None:
    """The line of main.cf where to write it is told; drills in which the far array tells are left out for that."""
    site = global_site(tmp_path, has_console=False)
    lacking = far_console(site, "racgrp")
    assert lacking.startswith("RemoteHMC1 of ")
    file, _, line = lacking.partition("(")[2].rstrip(")").rpartition(":")
    assert "MetroMirror" in Path(file).read_text().splitlines()[int(line) - 1]
    (mapping,) = site_mappings(site, [])
    mapped = mapped_feature((features_folder() / "hazards" / "global_clusters.feature").read_text(), mapping)
    assert {lacking} <= {reason for _, reason in mapped.left_out}


def test_a_group_with_remotehmc1_can(tmp_path: Path) -> None:
    assert far_console(global_site(tmp_path, has_console=True), "racgrp") == ""


def test_in_one_cluster_main_cf_names_the_consoles_of_both_arrays() -> None:
    assert far_console(load_site([EXAMPLES / "rdc" / "main.cf"]), "oragrp") == ""


@pytest.mark.parametrize(
    ("authority", "parallel", "expected"),
    [
        ({"clusa": "0", "clusb": "1"}, 1, "webgrp"),
        ({"clusa": "1", "clusb": "0"}, 1, ""),
        ({"clusa": "0", "clusb": "1"}, 0, ""),
    ],
    ids=["starts on every far host", "starts at home", "leaves a far host free"],
)
def test_groups_that_start_at_both_sites_wait_for_each_other(
    tmp_path: Path, authority: dict[str, str], parallel: int, expected: str
) -> None:
    """Where every far agent is busy with its own start; a cluster without Authority starts nothing."""
    site = global_site(tmp_path, has_console=False, second=authority, parallel=parallel)
    assert waits_for_each_other(site, "racgrp") == expected
    remarks: list[str] = []
    groups = [mapping.group for mapping in site_mappings(site, remarks)]
    assert ("racgrp" in groups) == (not expected)
    assert any("group racgrp is left out: it needs RemoteHMC1 of " in remark for remark in remarks) == bool(expected)


def test_a_resource_that_is_not_enabled_is_none_that_vcs_starts_beside_the_volumes(tmp_path: Path) -> None:
    """Nothing is up on two systems then, whatever a host believes that stood still."""
    text = (EXAMPLES / "rdc" / "main.cf").read_text()
    bare = re.sub(
        r"(?ms)^\tIP ora_ip \(.*?\t\t\)\n", "", re.sub(r".*requires ora_ip\n|.*ora_ip requires.*\n", "", text)
    )
    (tmp_path / "main.cf").write_text(bare)
    assert not has_free_resource(load_site([tmp_path / "main.cf"]), "oragrp")
    idle = '\tApplication idle (\n\t\tStartProgram = "/x"\n\t\tStopProgram = "/x"\n\t\tEnabled = {}\n\t\t)\n\n'
    for enabled in (0, 1):
        more = bare.replace("\tMetroMirror ora", f"{idle.format(enabled)}\tMetroMirror ora", 1)
        (tmp_path / "main.cf").write_text(more)
        assert has_free_resource(load_site([tmp_path / "main.cf"]), "oragrp") == bool(enabled)


def test_what_is_tolerated_is_waited_for(tmp_path: Path) -> None:
    """ToleranceLimit 2 of MetroMirror: the third monitor in turn is the one that counts."""
    text = (EXAMPLES / "rdc" / "main.cf").read_text()
    (tmp_path / "main.cf").write_text(
        text.replace("ActionTimeout = 60", "ActionTimeout = 60\n\t\tToleranceLimit = 2", 1)
    )
    assert stretch(load_site([tmp_path / "main.cf"]), "oragrp").limit_s(600.0) == 1800.0


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("LateCommandLimit = 300", "LateCommandLimit of 900 s or more (it is 300: ora_mmir, "),
        ("LateCommandLimit = 1800", ""),
        ("CleanRetryLimit = 2", "CleanRetryLimit = 0 (it is 2: ora_mmir, "),
        ("CleanRetryLimit = 0", ""),
    ],
)
def test_what_a_drill_relies_on_and_a_resource_has_not_is_told_with_its_place(
    tmp_path: Path, line: str, needed: str
) -> None:
    """A command that lands later than the administrator expects; cleans that end before the agent can say yes."""
    text = (EXAMPLES / "rdc" / "main.cf").read_text()
    file = tmp_path / "main.cf"
    file.write_text(text.replace("ActionTimeout = 60", f"ActionTimeout = 60\n\t\t{line}", 1))
    found = tagged_facts(load_site([file]), "oragrp").get(line.split()[0], "")
    number = file.read_text().split("\n").index(f"\t\t{line}") + 1
    assert found == (f"{needed}{file}:{number})" if needed else "")


def test_a_group_that_is_not_evacuated_says_so_with_its_place(tmp_path: Path) -> None:
    """Evacuate 0: `hastop -evacuate` takes it offline, and nothing is tried elsewhere."""
    text = (EXAMPLES / "rdc" / "main.cf").read_text()
    file = tmp_path / "main.cf"
    file.write_text(text.replace("AutoStartList =", "Evacuate = 0\n\tAutoStartList =", 1))
    number = next(n for n, line in enumerate(file.read_text().split("\n"), 1) if "Evacuate" in line)
    told = tagged_facts(load_site([file]), "oragrp")["Evacuate"]
    assert told == f"Evacuate = 1 of oragrp (it is 0: {file}:{number})"
    assert "Evacuate" not in tagged_facts(load_site([EXAMPLES / "rdc" / "main.cf"]), "oragrp")


def test_hosts_that_boot_at_different_times_leave_out_what_counts_on_their_order(tmp_path: Path) -> None:
    """`boots_s` of one host: of two hosts that boot together, another one may be the first to start the group."""
    text = (EXAMPLES / "rdc" / "main.cf").read_text()
    reasons = []
    for settings in ("", '[hosts]\nboots_s = { "hostc" = 600 }\n'):
        (tmp_path / "main.cf").write_text(text)
        (tmp_path / "site.toml").write_text(settings)
        (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
        features = [path.read_text() for path in feature_files([features_folder()])]
        reasons.append(
            [why for each in features for _, why in mapped_feature(each, mapping).left_out if "boots_s" in why]
        )
        assert mapping.boots_alike == (not settings)
    assert reasons[0] == []
    assert reasons[1]
