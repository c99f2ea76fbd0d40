"""The shipped features with another site's names: what stands for what, and what is left out where nothing does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mirrordrill.drills import sites
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.run.runner import feature_files, run
from mirrordrill.drills.sites import find_site
from mirrordrill.drills.sites.deviations import OF_GROUP, Deviation
from mirrordrill.drills.sites.mapped_features import mapped_feature
from mirrordrill.drills.sites.mapped_steps import StepMapper
from mirrordrill.drills.sites.needs import UNZONED, ZONE_ONLY
from mirrordrill.drills.sites.site_mapping import SiteMapping, site_mappings
from mirrordrill.drills.sites.standard import features_folder, mapped_drills
from mirrordrill.simulator.site.site import load_site

RDC = Path(sites.__file__).resolve().parent / "rdc" / "main.cf"
WIDE = """
cluster c (
\t)
{systems}
group g (
\tSystemList = {{ a1 = 0, a2 = 1, a3 = 2, b1 = 3, b2 = 4 }}
\tSystemZones = {{ a1 = 0, a2 = 0, a3 = 0, b1 = 1, b2 = 1 }}
\tAutoStartList = {{ a1 }}
\t)

\tMetroMirror g_mm (
{volumes}
\t\tUser = repl
\t\tPasswdFile = "/p"
\t\t)

\tDiskGroup g_dg (
\t\tDiskGroup = g
\t\t)

\tApplication g_app (
\t\tStartProgram = "/s"
\t\tStopProgram = "/t"
\t\tMonitorProgram = "/m"
\t\t)

\tOracle g_db (
\t\tSid = G
\t\tOwner = oracle
\t\tHome = "/u01"
\t\t)

\tg_app requires g_db
\tg_db requires g_dg
\tg_dg requires g_mm
"""
IMAGES = {"a": "IBM.2107-75AAAA1", "b": "IBM.2107-75BBBB1"}
VOLUMES = {"a": ("0A10", "0A11", "0B10"), "b": ("4a10", "4a11", "4b10")}


@pytest.fixture
def wide(tmp_path: Path) -> SiteMapping:
    """Three hosts on one side and two on the other, three volumes in two LSSs with other ids on the other array."""
    hosts = ("a1", "a2", "a3", "b1", "b2")
    lines = []
    for host in hosts:
        across = "b" if host[0] == "a" else "a"
        lines += [f'\t\tHMC1 @{host} = "hmc-{host[0]}"', f'\t\tHMC2 @{host} = "hmc2-{host[0]}"']
        lines += [f'\t\tLocalStorageImageID @{host} = "{IMAGES[host[0]]}"']
        lines += [f'\t\tRemoteStorageImageID @{host} = "{IMAGES[across]}"']
        lines += [f"\t\tVolIds @{host} = {{ " + ", ".join(f'"{v}"' for v in VOLUMES[host[0]]) + " }"]
    systems = "".join(f"system {host} (\n\t)\n" for host in hosts)
    text = 'include "types.cf"\ninclude "OracleTypes.cf"\ninclude "MetroMirrorTypes.cf"\n'
    (tmp_path / "main.cf").write_text(text + WIDE.format(systems=systems, volumes="\n".join(lines)))
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    return mapping


@pytest.mark.parametrize(
    ("step", "mapped"),
    [
        ("hosta, hostb halt", "a1, a2, a3 halt"),
        ("hostb halts", "a2, a3 halt"),
        ("hostb boots", "a2 boots"),
        ("the agent process on hostb cannot start", "the agent process on a2, a3 cannot start"),
        ("hostc has sent failoverpprc for 1260, 1261", "b1 has sent failoverpprc for 4A10, 4A11, 4B10"),
        ("hosta sent failoverpprc for 1261", "a1 sent failoverpprc for 0A11"),
        ("volume 1261 of IBM.2107-75FA150 is lost", "volume 4A11 of IBM.2107-75BBBB1 is lost"),
        ("the account admin on IBM.2107-75FA150 is locked", "the account repl on IBM.2107-75BBBB1 is locked"),
        (
            'a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta',
            'a storage administrator types "pausepprc 0A10:4A10 0A11:4A11 0B10:4B10" on a1',
        ),
        (
            'a storage administrator types "failbackpprc 1261:1261" on hostc',
            'a storage administrator types "failbackpprc 4A11:0A11" on b1',
        ),
        (
            'S5 is broken, for "the copy 75FA150 1260 -> 75FA120 1260 overwrites"',
            'S5 is broken, for "the copy 75BBBB1 4A10 -> 75AAAA1 0A10 overwrites"',
        ),
        ('S1 is broken, for "ora_db is open on hosta and hostc"', 'S1 is broken, for "g_db is open on a1 and b1"'),
        (
            'the agent refused, saying "1260 1261: the copy to this array was stopped"',
            'the agent refused, saying "4A10 4A11 4B10: the copy to this array was stopped"',
        ),
        (
            'a storage administrator types "freezepprc 12:12" on hosta',
            'a storage administrator types "freezepprc 0A:4A 0B:4B" on a1',
        ),
        (
            'a storage administrator types "chlss -pprcconsistgrp enable 12" on hostc',
            'a storage administrator types "chlss -pprcconsistgrp enable 4A 4B" on b1',
        ),
        ("oragrp comes online on hostc within 5 minutes", "g comes online on b1 within 8 minutes"),
        ("10 minutes pass", "15 minutes pass"),
        ("10 seconds pass", "10 seconds pass"),
        ("the application has been running for 10 minutes", "the application has been running for 10 minutes"),
    ],
)
def test_what_stands_in_a_place_is_mapped_by_its_kind_and_side(wide: SiteMapping, step: str, mapped: str) -> None:
    """All hosts, all volumes with the ids of the side that the sentence names, accounts, limits."""
    mapper = StepMapper(wide)
    assert mapper.step(step) == mapped
    assert mapper.missing == []


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        ("ora_lsnr fails on hosta", "a listener"),
        ('hostd logs "refused: mixed set: 1260 source, writable, but 1261 target" within 5 minutes', "two volumes"),
        ('the log of hostc says "no path from here to there is up for LSS 12:12"', "a single LSS"),
    ],
)
def test_what_a_step_needs_and_the_site_has_not_is_said(wide: SiteMapping, step: str, missing: str) -> None:
    """In the words of the field, not in those of the example."""
    mapper = StepMapper(wide)
    mapper.step(step)
    assert len(mapper.missing) == 1
    assert missing in mapper.missing[0]


def test_a_third_host_boots_with_the_last_of_its_side(wide: SiteMapping) -> None:
    """GAB waits for all systems: a host that no step boots would keep the cluster down."""
    mapper = StepMapper(wide)
    steps = ["hosta, hostb, hostc lose power", "hosta boots", "hostb, hostc, hostd boot"]
    mapped = ["a1, a2, a3, b1 lose power", "a1 boots", "a2, a3, b1, b2 boot"]
    assert [mapper.step(step) for step in steps] == mapped
    assert StepMapper(wide).step("hostb boots") == "a2 boots"


def test_where_all_hosts_fall_but_one_the_third_ones_fall_too(wide: SiteMapping) -> None:
    """A third host that lived on would keep the cluster up, and a group that faulted in it starts nowhere by itself."""
    mapper = StepMapper(wide)
    steps = ["hostb, hostc, hostd lose power", "hosta loses power", "hostc boots", "hosta, hostb, hostd boot"]
    mapped = ["a2, a3, b1, b2 lose power", "a1 loses power", "b1 boots", "a1, a2, a3, b2 boot"]
    assert [mapper.step(step) for step in steps] == mapped


@pytest.mark.parametrize("is_unzoned", [False, True])
def test_without_zones_a_side_of_one_host_is_no_choice_of_its_own(wide: SiteMapping, is_unzoned: bool) -> None:
    """FailOverPolicy Load: the only host of a zone is known; of all hosts of the group VCS takes the least loaded."""
    load = Deviation("FailOverPolicy", "Priority", "Load", "g", "main.cf:1")
    alone = replace(wide, near=replace(wide.near, hosts=("a1",)), policy=load)
    mapper = StepMapper(alone)
    delete = 'the operator types "hagrp -modify oragrp SystemZones -delete -keys" on hosta'
    away = ["oragrp is online on hosta", "oragrp has been brought to hostc"]
    for step in (
        *away,
        *([delete] if is_unzoned else []),
        "hostc halts",
        "oragrp comes online on hosta within 5 minutes",
    ):
        mapper.step(step)
    assert mapper.needs == ([load.needs] if is_unzoned else [])


def test_every_host_has_its_part_in_the_moves(wide: SiteMapping) -> None:
    """Moves on one array stand for all of them, moves between arrays, too."""
    text = (features_folder() / "migration_everywhere.feature").read_text()
    mapped = mapped_feature(text, wide).text
    assert mapped is not None
    rows = set(re.findall(r"\| (\w+) \| (\w+) \|", mapped)) - {("from", "to")}
    hosts = (*wide.near.hosts, *wide.far.hosts)
    assert rows == {(start, end) for start in hosts for end in hosts if start != end}


def test_limits_say_where_they_come_from(wide: SiteMapping) -> None:
    """In the description, which the report prints."""
    text = (features_folder() / "disaster.feature").read_text()
    assert "  Time limits are 1.50 times those of the example site: 3 hosts of a side" in str(
        mapped_feature(text, wide).text
    )


@pytest.mark.parametrize(("site", "kind"), [("rdc", "rdc"), ("gco", "gco")])
def test_the_example_is_mapped_to_itself(site: str, kind: str) -> None:
    """Word for word but for blanks in tables and the order of hosts in a list; only what nobody has is left out."""
    found = mapped_drills(find_site(site), feature_files([features_folder()]), only_standard=False)
    originals = {path.name: path.read_text() for path in feature_files([features_folder()])}
    for path, text in found.texts.items():
        if path.name in {"rolling_disaster.feature", "overlapping_faults.feature"}:
            continue
        assert words_of(text) == words_of(originals[path.name])


def words_of(text: str) -> list[list[str]]:
    """The lines of a feature without what only separates them."""
    return [line.split() for line in text.splitlines() if line.strip()]


def test_a_group_that_does_not_fail_over_is_brought_over_by_an_operator(tmp_path: Path) -> None:
    """Where the example's group fails over, nothing moves here until somebody decides; both are seen."""
    text = RDC.read_text().replace("AutoStartList = { hosta }", "AutoStartList = { hosta }\n\tAutoFailOver = 0")
    (tmp_path / "main.cf").write_text(text)
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    migration = mapped_feature((features_folder() / "migration.feature").read_text(), mapping)
    assert migration.left_out == []
    failure = mapped_feature((features_folder() / "host_failure.feature").read_text(), mapping)
    assert failure.left_out == []
    assert failure.text is not None
    moved = re.findall(
        r"Then oragrp does not come online on (.*) within|Given the operator brings .* on (.*)", failure.text
    )
    assert moved == [("hostb, hostc, hostd", ""), ("", "hostb"), ("hosta, hostc, hostd", ""), ("", "hostc")]


def test_a_takeover_that_does_not_come_to_be_online_is_asked_of_an_operator_as_well(tmp_path: Path) -> None:
    """Where the example's far side takes over and the drill sees it by the command: here no one would send it."""
    mapping = with_attribute(tmp_path, "AutoFailOver = 0")
    mapped = mapped_feature((features_folder() / "hazards" / "three_witnesses.feature").read_text(), mapping)
    scenario = str(mapped.text).partition("cannot start the database")[2].partition("Scenario:")[0]
    asked = scenario.index("Given the operator brings oragrp online on hostc")
    assert asked < scenario.index("When hostc has sent failoverpprc for 1260, 1261")


def with_attribute(folder: Path, line: str) -> SiteMapping:
    """The example with one more attribute of its group."""
    text = RDC.read_text().replace("\tAutoStartList = { hosta }", f"\tAutoStartList = {{ hosta }}\n\t{line}", 1)
    assert line in text
    (folder / "main.cf").write_text(text)
    (mapping,) = site_mappings(load_site([folder / "main.cf"]), [])
    return mapping


def test_a_group_that_stays_in_its_zone_is_brought_out_of_it_by_an_operator(tmp_path: Path) -> None:
    """AutoFailOver 2: VCS chooses a host of the zone as on the example, and nobody but a person leaves the zone."""
    mapping = with_attribute(tmp_path, "AutoFailOver = 2")
    mapped = mapped_feature((features_folder() / "host_failure.feature").read_text(), mapping)
    assert "Given the operator brings oragrp online on hostb" not in mapped.text
    assert "Given the operator brings oragrp online on hostc" in mapped.text
    unzoned = mapped_feature((features_folder() / "configuration.feature").read_text(), mapping)
    assert [name for name, why in unzoned.left_out if "AutoFailOver" in why] == [
        "Without system zones the group changes sides for nothing"
    ]


def test_a_group_that_is_started_again_and_again_takes_that_often_as_long(tmp_path: Path) -> None:
    """Where nothing starts, VCS tries each host so often; an operator who comes before is refused."""
    mapping = with_attribute(tmp_path, "OnlineRetryLimit = 3")
    assert mapping.stretch.limit_s(600.0) == 2400.0
    assert "4 times (OnlineRetryLimit of the group)" in mapping.stretch.sentence()


@pytest.mark.parametrize("line", ["ManageFaults = NONE", "FaultPropagation = 0", "AutoStart = 0", "Frozen = 1"])
def test_a_group_that_does_not_start_or_move_by_itself_is_drilled_as_if_it_did(tmp_path: Path, line: str) -> None:
    """And each feature says so: what keeps the group is one attribute, and is named."""
    with_attribute(tmp_path, line)
    site = load_site([tmp_path / "main.cf"])
    found = mapped_drills(site, feature_files([features_folder()]), only_standard=True)
    name, _, own = line.split()
    needed = f"{name} = {OF_GROUP[name]} of oragrp"
    assert found.texts
    assert all(f"with {needed}" in text for text in found.texts.values())
    assert any(f"run with {needed} (it is {own}: {tmp_path}/main.cf:" in remark for remark in found.remarks)


def test_what_the_careful_policy_refuses_is_left_out_with_the_line_of_the_attribute(tmp_path: Path) -> None:
    """`@needs-SplitTakeover-1`: with 0 nothing is taken over unasked, which is no fault of the agent."""
    text = RDC.read_text().replace("ActionTimeout = 60", "SplitTakeover = 0", 1)
    (tmp_path / "main.cf").write_text(text)
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "SplitTakeover" in words)
    mapped = mapped_feature((features_folder() / "disaster.feature").read_text(), mapping)
    why = f"SplitTakeover = 1 (it is 0: ora_mmir, {tmp_path / 'main.cf'}:{line})"
    assert [reason for _, reason in mapped.left_out] == [why]
    assert mapped.text is not None


def test_a_group_of_two_metro_mirror_resources_has_no_drills_that_count_commands(tmp_path: Path) -> None:
    """Each resource decides and sends for itself: "sent once" is not said of two. The second one is named."""
    text = RDC.read_text()
    begin = text.index("\tMetroMirror ora_mmir (")
    first = text[begin : text.index("\t\t)\n", begin) + len("\t\t)\n")]
    second = first.replace("ora_mmir", "arch_mmir").replace("{ 1260, 1261 }", '{ "fe0a" }')
    stack = "\n\tDiskGroup arch_dg (\n\t\tDiskGroup = archdg\n\t\t)\n"
    text = text.replace(first, f"{first}\n{second}{stack}", 1)
    text = text.replace("\tora_dg requires ora_mmir\n", "\tora_dg requires ora_mmir\n\tarch_dg requires arch_mmir\n", 1)
    (tmp_path / "main.cf").write_text(text)
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "MetroMirror arch_mmir" in words)
    mapped = mapped_feature((features_folder() / "disaster_refused.feature").read_text(), mapping)
    why = f"a group with one MetroMirror resource (arch_mmir ({tmp_path / 'main.cf'}:{line}) is another)"
    assert why in {reason for _, reason in mapped.left_out}
    assert list(mapped.needs) == [why]


def test_a_group_whose_volumes_are_idle_is_left_out(tmp_path: Path) -> None:
    """Its drills would prove nothing; the resource is named with its line."""
    head, _, _ = RDC.read_text().partition("\tDiskGroup ora_dg (")
    (tmp_path / "main.cf").write_text(head)
    remarks: list[str] = []
    assert site_mappings(load_site([tmp_path / "main.cf"]), remarks) == []
    line = next(n for n, text in enumerate(head.splitlines(), 1) if "MetroMirror ora_mmir" in text)
    (remark,) = remarks
    assert remark.startswith("group oragrp is left out: nothing that writes stands on the volumes of ora_mmir (")
    assert remark.endswith(f"main.cf:{line})")


def test_a_group_that_starts_again_where_it_was_has_no_drills_of_a_fault_that_moves_it(tmp_path: Path) -> None:
    """The group's OnlineRetryLimit: a fault of a resource moves nothing; the fall of a host still does."""
    mapping = with_attribute(tmp_path, "OnlineRetryLimit = 2")
    left = {
        name: mapped_feature(path.read_text(), mapping).left_out
        for path in feature_files([features_folder()])
        if (name := path.name) in {"host_failure.feature", "resources.feature", "migration.feature"}
    }
    assert left["host_failure.feature"] == left["migration.feature"] == []
    assert f"OnlineRetryLimit = 0 of the group ({tmp_path}/main.cf:36)" in {why for _, why in left["resources.feature"]}


def test_what_moves_a_group_is_the_fall_of_the_host_that_it_is_on(tmp_path: Path) -> None:
    """A third host that halted before takes nothing away: VCS starts the group again where it was sent."""
    mapping = with_attribute(tmp_path, "OnlineRetryLimit = 2")
    text = (features_folder() / "hazards" / "three_witnesses.feature").read_text()
    left = dict(mapped_feature(text, mapping).left_out)
    name = "Online is killed behind its failover, no other host is left there, and the group goes home"
    assert left[name] == f"OnlineRetryLimit = 0 of the group ({tmp_path}/main.cf:36)"


def test_a_policy_that_chooses_otherwise_is_changed_for_the_drills_that_name_the_host(tmp_path: Path) -> None:
    """They say so in their feature; the others are run as the site is."""
    text = RDC.read_text().replace("AutoStartList = { hosta }", "AutoStartList = { hosta }\n\tFailOverPolicy = Load")
    (tmp_path / "main.cf").write_text(text)
    names = [features_folder() / f"{name}.feature" for name in ("migration", "host_failure")]
    found = mapped_drills(load_site([tmp_path / "main.cf"]), names, only_standard=True)
    texts = {path.name: text for path, text in found.texts.items()}
    assert set(texts) == {"migration.feature", "host_failure_with_FailOverPolicy_Priority.feature"}
    assert (
        f"Run with FailOverPolicy = Priority of oragrp; the site has Load ({tmp_path}/main.cf:36)."
        in texts["host_failure_with_FailOverPolicy_Priority.feature"]
    )
    assert 'Given the example site "rdc" with FailOverPolicy = Priority of oragrp' in "".join(texts.values())


def test_what_the_agent_says_of_volumes_is_expected_in_the_order_of_their_ids() -> None:
    """The ids of the other side may run the other way: then no step tells one volume from another."""
    (mapping,) = site_mappings(find_site("rdc"), [])
    crossed = StepMapper(replace(mapping, far=replace(mapping.far, volumes=("4A11", "4A10"))))
    assert crossed.text("1260 1261: the copy to this array", crossed.mapping.far) == "4A10 4A11: the copy to this array"
    assert not crossed.needs
    crossed.text("1260 is refused", crossed.mapping.far)
    assert crossed.needs == ["volume ids that have the same order on both sides"]
    own = StepMapper(replace(mapping, far=replace(mapping.far, volumes=("4A10", "4A11"))))
    assert own.text("S4: 1260 of 75FA150 was taken over", own.mapping.near) == "S4: 4A10 of 75FA150 was taken over"


def test_a_pair_is_what_the_arrays_hold_whatever_the_order_of_volids(tmp_path: Path) -> None:
    """Where both sides have the same ids each is its own partner, however the ids stand in VolIds of a system."""
    text = RDC.read_text().replace(
        "VolIds = { 1260, 1261 }", "VolIds = { 1260, 1261 }\n\t\tVolIds @hostc = { 1261, 1260 }"
    )
    (tmp_path / "main.cf").write_text(text.replace("{ 1260, 1261 }", "{ 1261, 1260 }", 1))
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    step = 'a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta'
    assert StepMapper(mapping).step(step) == step
    assert mapping.near.volumes == mapping.far.volumes == ("1260", "1261")


def test_what_changes_volids_of_all_systems_is_typed_for_each_that_has_its_own(wide: SiteMapping) -> None:
    """Ids differ between the arrays; and what is written by system already is not made so again."""
    mapped = mapped_feature((features_folder() / "hazards" / "people.feature").read_text(), wide)
    text = str(mapped.text).partition("keeps the application down")[2].partition("Scenario:")[0]
    typed = [f'"hares -modify g_mm VolIds -delete 0A11 -sys a{number}" on a1' for number in (1, 2, 3)]
    typed += [f'"hares -modify g_mm VolIds -delete 4a11 -sys b{number}" on a1' for number in (1, 2)]
    assert re.findall(r"(?:When|And) the operator types (.*-delete.*)", text) == typed
    assert StepMapper(wide).is_done('the operator types "hares -local ora_mmir VolIds" on hosta')


def test_every_host_of_a_side_has_the_fault_that_all_of_the_examples_have(wide: SiteMapping) -> None:
    """A third host that has it not would start what the drill keeps down."""
    mapped = StepMapper(replace(wide, near=wide.far, far=wide.near)).step(
        "the online of ora_dg on hostc, hostd has no effect"
    )
    assert mapped == "the online of g_dg on a1, a2, a3 has no effect"


@pytest.mark.parametrize(("policy", "applies"), [("Manual", True), ("Connected", False), ("Auto", False)])
def test_what_an_operator_brings_home_goes_home_by_itself_with_another_policy(
    tmp_path: Path, policy: str, applies: bool
) -> None:
    """A group that can start nowhere in its cluster: ClusterFailOverPolicy decides who brings it to the other one."""
    files = []
    for cluster in ("clusa", "clusb"):
        files.append(tmp_path / cluster / "main.cf")
        files[-1].parent.mkdir()
        text = (RDC.parents[1] / "gco" / cluster / "main.cf").read_text()
        files[-1].write_text(text.replace("Policy = Manual", f"Policy = {policy}", 1))
    (mapping,) = site_mappings(load_site(files), [])
    text = (features_folder() / "hazards" / "three_witnesses_global.feature").read_text()
    left = [
        title for title, why in mapped_feature(text, mapping).left_out if why.startswith("ClusterFailOverPolicy = M")
    ]
    assert left == ([] if applies else [title for title in left if "the switch is refused" in title])
    assert bool(left) != applies


def test_a_leg_without_a_second_host_goes_and_says_why(tmp_path: Path) -> None:
    """The manual's migration test has three legs; one needs a neighbour."""
    (mapping,) = site_mappings(find_site("rdc"), [])
    near = type(mapping.near)(("hosta",), mapping.near.image, mapping.near.volumes, mapping.near.consoles)
    alone = SiteMapping(mapping.group, near, mapping.far, {**mapping.names, "hostb": ""})
    found = mapped_feature((features_folder() / "migration.feature").read_text(), alone)
    assert "# Left out here: a leg that needs a second host on the array where the group starts." in str(found.text)
    assert "switches oragrp to hostb" not in str(found.text)
    assert "switches oragrp to hostc" in str(found.text)


def test_resources_are_mapped_by_what_their_types_do(tmp_path: Path) -> None:
    """Whatever they are called; a part that no resource can play is left out with the scenario that needs it."""
    text = re.sub(r"\bora_(db|dg)\b", r"our_\1", RDC.read_text())
    text = re.sub(r"\tNetlsnr ora_lsnr \((.|\n)*?\n\t\t\)\n", "", text)
    (tmp_path / "main.cf").write_text(re.sub(r".*ora_lsnr.*\n", "", text))
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    played = [mapping.names[role] for role in ("ora_db", "ora_dg", "ora_lsnr", "ora_ip", "ora_nic")]
    assert played == ["our_db", "our_dg", "", "ora_ip", "ora_nic"]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (("hostc = 2, hostd = 3", "hostc = 3, hostd = 2"), ("hosta", "hostb", "hostd", "hostc")),
        (("hosta = 0, hostb = 1", "hosta = 1, hostb = 0"), ("hosta", "hostb", "hostc", "hostd")),
        (("AutoStartList = { hosta }", "AutoStartList = { hostd }"), ("hostd", "hostc", "hosta", "hostb")),
    ],
)
def test_the_order_is_that_of_the_groups_priorities(
    tmp_path: Path, change: tuple[str, str], names: tuple[str, str, str, str]
) -> None:
    """The first one is where the group starts; the others are tried as VCS tries them."""
    (tmp_path / "main.cf").write_text(RDC.read_text().replace(*change, 1))
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    assert tuple(mapping.names[role] for role in ("hosta", "hostb", "hostc", "hostd")) == names
    near = "ds8000e.example.com" if names[0] == "hostd" else "ds8000c.example.com"
    assert mapping.names["ds8000c.example.com"] == near


@pytest.mark.parametrize(
    ("change", "played"),
    [
        (("gcoip2", "spare"), "spare"),
        (("\t\tCritical = 0\n", ""), ""),
        (("AutoStartList = { hosta, hostb }", "AutoStartList = { hostb, hosta }"), ""),
        (('Address = "203.0.113.1"', 'Address = "203.0.113.2"'), ""),
    ],
)
def test_of_two_addresses_that_are_pinged_the_one_that_nobody_needs_may_go(
    tmp_path: Path, change: tuple[str, str], played: str
) -> None:
    """If it is up where the group starts; else nobody plays it."""
    files = []
    for cluster in ("clusa", "clusb"):
        files.append(tmp_path / cluster / "main.cf")
        files[-1].parent.mkdir()
        files[-1].write_text((RDC.parents[1] / "gco" / cluster / "main.cf").read_text())
    assert change[0] in files[0].read_text()
    files[0].write_text(files[0].read_text().replace(*change))
    (mapping,) = site_mappings(load_site(files), [])
    assert mapping.names["gcoip2"] == played


@pytest.mark.parametrize(
    ("place", "line", "need"),
    [
        ("ActionTimeout = 60", "SwapRoles = 0", "SwapRoles = 1 of oragrp (it is 0: "),
        ("AutoStartList = { hosta }", "Frozen = 1", "Frozen = 0 of oragrp (it is 1: "),
    ],
)
def test_one_attribute_is_drilled_around_and_two_at_once_are_as_well(
    tmp_path: Path, place: str, line: str, need: str
) -> None:
    """What keeps it is named with file and line either way."""
    site_file = tmp_path / "main.cf"
    site_file.write_text(RDC.read_text().replace(place, f"{place}\n\t{line}", 1))
    features = [features_folder() / "migration.feature"]
    one = mapped_drills(load_site([site_file]), features, only_standard=True)
    assert any(f"run with {need}{site_file}:" in remark for remark in one.remarks)
    site_file.write_text(site_file.read_text().replace("SystemZones", "ManageFaults = NONE\n\tSystemZones", 1))
    two = mapped_drills(load_site([site_file]), features, only_standard=True)
    assert len(two.texts) == len(one.texts)
    begun = [line for text in two.texts.values() for line in text.splitlines() if "the example site" in line]
    assert begun
    assert all("ManageFaults = ALL of oragrp" in line and need.partition(" (")[0] in line for line in begun)
    assert any(need in remark and "ManageFaults = ALL of oragrp (it is NONE: " in remark for remark in two.remarks)


def test_a_scenario_that_changes_the_attribute_itself_says_what_it_shall_be(tmp_path: Path) -> None:
    """SwapRoles 0 is what the drill shows; what else keeps the group is changed beside it."""
    site_file = tmp_path / "main.cf"
    text = RDC.read_text().replace("SystemZones", "Frozen = 1\n\tSystemZones", 1)
    site_file.write_text(text.replace("ActionTimeout = 60", "ActionTimeout = 60\n\t\tSwapRoles = 0", 1))
    features = [features_folder() / "hazards" / "own_attributes.feature"]
    found = mapped_drills(load_site([site_file]), features, only_standard=False)
    begun = re.findall('the example site "rdc" with (.+)', "".join(found.texts.values()))
    assert "SwapRoles = 0 of oragrp and Frozen = 0 of oragrp" in begun
    site_file.write_text(text.replace("Frozen = 1\n\t", "", 1))
    found = mapped_drills(load_site([site_file]), features, only_standard=False)
    assert 'the example site "rdc" with SwapRoles = 0 of oragrp' in "".join(found.texts.values())
    assert not any("SwapRoles = 1 of oragrp and" in remark for remark in found.remarks)


def test_a_cluster_that_has_died_whole_starts_the_group_where_it_starts_first(tmp_path: Path) -> None:
    """AutoFailOver 0 keeps a group from moving, not from starting: no operator is needed then."""
    site_file = tmp_path / "main.cf"
    site_file.write_text(RDC.read_text().replace("SystemZones", "AutoFailOver = 0\n\tSystemZones", 1))
    features = [features_folder() / "hazards" / "three_witnesses.feature"]
    found = mapped_drills(load_site([site_file]), features, only_standard=False)
    [text] = found.texts.values()
    died = text.partition("Scenario: All hosts die in turn")[2].partition("Scenario:")[0]
    assert re.search(r"hostb, hostc, hostd boot\n +Then oragrp comes online on one of", died)


def test_a_fault_that_the_group_does_without_is_left_out_with_the_line(tmp_path: Path) -> None:
    """Critical 0, and nothing critical above: VCS moves nothing, which is no fault of the agent."""
    text = RDC.read_text()
    for kind in ("Oracle ora_db (", "Netlsnr ora_lsnr (", "IP ora_ip ("):
        text = text.replace(f"\t{kind}", f"\t{kind}\n\t\tCritical = 0")
    (tmp_path / "main.cf").write_text(text)
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    assert "ora_db" in mapping.uncritical
    mapped = mapped_feature((features_folder() / "hazards" / "resources.feature").read_text(), mapping)
    assert any("Critical = 1 of ora_db (it is 0: " in why for _, why in mapped.left_out)
    assert "| ora_db " not in str(mapped.text)


def test_a_disaster_strikes_all_hosts_of_a_cluster_whichever_the_group_may_run_on(tmp_path: Path) -> None:
    """With one host that is not in SystemList the cluster would live on, and no other would take it for lost."""
    files = []
    for cluster in ("clusa", "clusb"):
        files.append(tmp_path / cluster / "main.cf")
        files[-1].parent.mkdir()
        text = (RDC.parent.parent / "gco" / cluster / "main.cf").read_text()
        files[-1].write_text(text.replace("system hosta (\n\t)", "system hosta (\n\t)\n\nsystem hostx (\n\t)"))
    (mapping,) = site_mappings(load_site(files), [])
    assert StepMapper(mapping).step("hosta, hostb halt") == "hosta, hostb, hostx halt"
    assert StepMapper(mapping).step("oragrp does not come online on hosta, hostb within 5 minutes").count("hostx") == 0


def test_a_global_group_without_authority_is_left_out_with_the_line(tmp_path: Path) -> None:
    """It starts nowhere; check says so, too."""
    files = []
    for cluster in ("clusa", "clusb"):
        files.append(tmp_path / cluster / "main.cf")
        files[-1].parent.mkdir()
        text = (RDC.parent.parent / "gco" / cluster / "main.cf").read_text()
        files[-1].write_text(text.replace("Authority = 1", "Authority = 0"))
    remarks: list[str] = []
    assert site_mappings(load_site(files), remarks) == []
    assert any("Authority = 1 in a cluster (" in remark and "main.cf:" in remark for remark in remarks)


def test_what_a_site_has_measured_of_applications_is_not_true_of_the_connector(tmp_path: Path) -> None:
    """wac is an Application resource, too. With a start of 200 s groups would no longer wait for the other cluster."""
    settings = tmp_path / "site.toml"
    settings.write_text("[types.Application]\nonline_s = 200\n")
    feature = tmp_path / "f.feature"
    steps = ('Given the example site "gco"', "Then clusb takes clusa for RUNNING within 1 minute")
    feature.write_text("\n    ".join(("Feature: F\n  Scenario: S", *steps)))
    files = tuple(sorted((RDC.parent.parent / "gco").rglob("main.cf")))
    (drill,) = run([str(feature)], Options(site_files=files, settings_file=settings), None).drills
    assert all(step.status is StepStatus.HELD for step in drill.steps), [step.observed for step in drill.steps]


def test_the_subsystems_of_a_group_are_those_of_all_its_mirror_resources(tmp_path: Path) -> None:
    """A freeze of the first one's LSS would stop half of the group."""
    text = RDC.read_text()
    start = text.index("\tMetroMirror ora_mmir (")
    resource = text[start : text.index("\n\t\t)", start)] + "\n\t\t)\n\n"
    other = resource.replace("ora_mmir", "ora_mmir2").replace("{ 1260, 1261 }", "{ 1460 }")
    (tmp_path / "main.cf").write_text(text.replace(resource, resource + other))
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    assert mapping.near.subsystems == ("12", "14")
    mapper = StepMapper(mapping)
    step = mapper.step('a storage administrator types "freezepprc 12:12" on hosta')
    assert step == 'a storage administrator types "freezepprc 12:12 14:14" on hosta'
    mapper.step('hostc logs "no path from here to there is up for LSS 12:12" within 5 minutes')
    assert mapper.missing == ["volumes of a single LSS"]


def test_a_group_kept_in_zones_that_are_not_the_arrays_is_not_expected_to_try_the_other_side(tmp_path: Path) -> None:
    """AutoFailOver 2 with a host in no zone: VCS may move it nowhere, so nothing is refused either."""
    mapping = with_attribute(tmp_path, "AutoFailOver = 2")
    assert mapping.choice == ZONE_ONLY
    text = RDC.read_text().replace("AutoStartList = { hosta }", "AutoStartList = { hosta }\n\tAutoFailOver = 2")
    (tmp_path / "main.cf").write_text(text.replace("hostc = 1, hostd = 1 }", "hostc = 1 }", 1))
    (unzoned,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    assert unzoned.choice == UNZONED
    mapped = mapped_feature((features_folder() / "hazards" / "three_witnesses.feature").read_text(), unzoned)
    told = {why for _, why in mapped.left_out}
    assert any(why.startswith(UNZONED) and "main.cf:" in why for why in told)


def test_what_is_not_enabled_or_stands_beside_the_volumes_plays_no_part(tmp_path: Path) -> None:
    """An application that never starts, or writes elsewhere, is not the one that a drill is about."""
    beside = '\tApplication beside (\n\t\tStartProgram = "/s"\n\t\tStopProgram = "/t"\n\t\tEnabled = 0\n\t\t)\n\n'
    text = RDC.read_text().replace("\tMetroMirror ora_mmir (", f"{beside}\tMetroMirror ora_mmir (", 1)
    assert "beside" in text
    for written in (text, text.replace("\t\tEnabled = 0\n", "")):
        (tmp_path / "main.cf").write_text(written)
        (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
        assert mapping.names["ora_db"] == "ora_db"


def test_in_a_fenced_cluster_no_two_parts_go_on_beside_each_other(tmp_path: Path) -> None:
    """Coordinator disks end what heartbeats part, and hosts that stood still; such drills are left out."""
    text = RDC.read_text().replace("cluster rdc1 (", "cluster rdc1 (\n\tUseFence = SCSI3", 1)
    (tmp_path / "main.cf").write_text(text)
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    need = f"UseFence = NONE (it is SCSI3: {tmp_path}/main.cf:15)"
    for words in (
        "all heartbeats between hosta, hostb and hostc, hostd are lost",
        "LLT link link1 of hosta is pulled",
        "hosta resumes",
    ):
        mapper = StepMapper(mapping)
        mapper.step(words)
        assert mapper.needs == [need], words
    mapper = StepMapper(mapping)
    mapper.step("all heartbeats between hosta, hostb and hostc, hostd are back")
    mapper.step("the online of ora_db on hostc hangs")
    assert mapper.needs == []


def test_a_fenced_site_is_lost_with_the_hosts_on_which_the_group_may_not_run(tmp_path: Path) -> None:
    """One of them would go on at the lost site, race for the coordinator disks, and take the other site with it."""
    text = RDC.read_text()
    group = text[text.index("group oragrp (") :]
    other = group.replace("oragrp", "other").replace("ora_", "oth_").replace("{ 1260, 1261 }", "{ 1270, 1271 }")
    narrow = re.sub(r"hostb = \d, |\t\t\w+ @hostb = .*\n", "", group)
    for fencing, lost in (("\n\tUseFence = SCSI3", "hosta, hostb lose power"), ("", "hosta loses power")):
        head = text.removesuffix(group).replace("cluster rdc1 (", f"cluster rdc1 ({fencing}")
        (tmp_path / "main.cf").write_text(head + narrow + "\n" + other)
        mapping = next(m for m in site_mappings(load_site([tmp_path / "main.cf"]), []) if m.group == "oragrp")
        assert mapping.near.hosts == ("hosta",)
        assert StepMapper(mapping).step("hosta, hostb lose power") == lost


def test_a_line_of_the_agent_names_as_many_volumes_as_the_agent_does(tmp_path: Path) -> None:
    """Of more than eight it counts the rest; in a command all of them are typed."""
    volumes = [f"12{number:02X}" for number in range(0x60, 0x6C)]
    (tmp_path / "main.cf").write_text(RDC.read_text().replace("{ 1260, 1261 }", f"{{ {quoted(volumes)} }}"))
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    said = StepMapper(mapping).step('the agent refused, saying "1260 1261 in no pair here"')
    assert said == f'the agent refused, saying "{" ".join(volumes[:8])} and 4 more in no pair here"'
    logged = StepMapper(mapping).step('hostc logs "decided: fail over 1260:1260 1261:1261" within 5 minutes')
    assert "1267:1267 and 4 more" in logged
    typed = StepMapper(mapping).step('a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta')
    assert "126B:126B" in typed


def test_a_line_of_the_agent_names_pairs_in_the_order_of_its_own_ids(tmp_path: Path) -> None:
    """Where the ids of the far side run the other way, its agent begins with the pair that is the last one at home."""
    text = RDC.read_text()
    sides = "".join(f"\t\tVolIds @{host} = {{ 1461, 1460 }}\n" for host in ("hostc", "hostd"))
    sides += "".join(f"\t\tVolIds @{host} = {{ 1260, 1261 }}\n" for host in ("hosta", "hostb"))
    (tmp_path / "main.cf").write_text(re.sub(r"\t\tVolIds = .*\n", sides, text))
    (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
    logged = StepMapper(mapping).step('hostc logs "decided: fail over 1260:1260 1261:1261" within 5 minutes')
    assert '"decided: fail over 1460:1261 1461:1260"' in logged


def test_a_drill_that_is_tried_once_needs_that_of_the_mirror_resource_and_of_its_group(tmp_path: Path) -> None:
    """VCS tries an online again on the same host for either of them."""
    zombie = (features_folder() / "hazards" / "zombie.feature").read_text()
    for place, has in (("AutoStartList = { hosta }", "of oragrp"), ("User = admin", "ora_mmir")):
        text = RDC.read_text().replace(place, f"{place}\n\t\tOnlineRetryLimit = 1", 1)
        (tmp_path / "main.cf").write_text(text)
        (mapping,) = site_mappings(load_site([tmp_path / "main.cf"]), [])
        left_out = mapped_feature(zombie, mapping).left_out
        (why,) = (why for title, why in left_out if "its clean waits for no command" in title)
        assert why.startswith("OnlineRetryLimit = 0")
        assert has in why
        assert "main.cf:" in why


def test_where_a_steward_hears_both_clusters_none_is_taken_for_dead(tmp_path: Path) -> None:
    """A cut line is no disaster there: what would come of it is left out with the line; a lost site is what it was."""
    files = []
    for cluster in ("clusa", "clusb"):
        files.append(tmp_path / cluster / "main.cf")
        files[-1].parent.mkdir()
        text = (RDC.parent.parent / "gco" / cluster / "main.cf").read_text()
        files[-1].write_text(text.replace("\tClusterAddress", '\tStewards = { "203.0.113.7" }\n\tClusterAddress', 1))
    mapping = site_mappings(load_site(files), [])[0]
    for seen in (
        "clusb takes clusa for FAULTED within 5 minutes",
        "alert CFAULT-clusa is raised in clusb within 1 minute",
    ):
        for happens, is_left_out in (("the network between clusa and clusb is cut", True), ("clusa is lost", False)):
            mapper = StepMapper(mapping)
            mapper.step(happens)
            mapper.step(seen)
            needs = [need for need in mapper.needs if need.startswith("clusters without a Steward (Stewards: ")]
            assert bool(needs) is is_left_out, (happens, seen)
            assert all("main.cf:" in need for need in needs)


def quoted(volumes: list[str]) -> str:
    """Ids as main.cf lists them."""
    return ", ".join(f'"{volume}"' for volume in volumes)


def test_what_a_global_site_lacks_is_told_with_the_file_of_its_side(tmp_path: Path) -> None:
    """One host in the other cluster, no second address, and a policy that drills change: no line denies another one."""
    files = []
    for cluster in ("clusa", "clusb"):
        text = (RDC.parents[1] / "gco" / cluster / "main.cf").read_text().replace("Policy = Manual", "Policy = Auto")
        if cluster == "clusb":
            text = re.sub(r"system hostd \(\n\t\)\n", "", text).replace(", hostd = 1", "").replace(", hostd }", " }")
            text = text.replace(', "203.0.113.1"', "")
        files.append(tmp_path / cluster / "main.cf")
        files[-1].parent.mkdir()
        files[-1].write_text(text)
    drills = feature_files([features_folder()])
    remarks = mapped_drills(load_site(files), drills, only_standard=False).remarks
    hosts = [remark for remark in remarks if "a second host on the other array" in remark]
    assert hosts
    assert all(f"a second host on the other array ({files[1]}:" in remark for remark in hosts)
    changed = {remark.split(": ")[1] for remark in remarks if ": run with " in remark}
    assert changed
    assert not [remark for remark in remarks if "stands for" in remark]
    assert not changed & {remark.split(": ")[1].split()[0] for remark in remarks if " is left out: it needs" in remark}
