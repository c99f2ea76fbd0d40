"""Everything that is wrong with a configuration is found, in its line, with a hint; a sound one is left in peace."""

from pathlib import Path

import pytest

from mirrordrill.simulator.config.checks import FORM, examine
from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.problems import Problem, Severity
from mirrordrill.simulator.config.resolution import resolve
from tests.config.large import large_configuration

GOOD = """\
include "types.cf"
include "MetroMirrorTypes.cf" include "MetroMirrorSnapTypes.cf"
cluster c1 ( ClusterAddress = "10.1.1.9" )
remotecluster c2 ( ClusterAddress = "10.1.1.1" )
heartbeat Icmp ( ClusterList = { c2 } Arguments @c2 = { "10.1.1.1", "10.1.1.2" } )
system hosta ( )
system hostb ( )
group g (
\tSystemList = { hosta = 0, hostb = 1 }
\tSystemZones = { hosta = 0, hostb = 1 }
\tAutoStartList = { hosta }
\tClusterList = { c1 = 0, c2 = 1 }
\t)
\tMetroMirror m (
\t\tHMC1 @hosta = "hmc1"
\t\tHMC1 @hostb = "hmc1"
\t\tUser = admin
\t\tPasswdFile = "/pw" RemoteHMC1 = "far"
\t\tLocalStorageImageID = "IBM.2107-75FA120"
\t\tRemoteStorageImageID = "IBM.2107-75FA150"
\t\tVolIds = { 1260, 1261 }
\t\tMonitorInterval = 60
\t\t)
\tDiskGroup d ( DiskGroup = dg )
\tIP i ( Device = eth0 )
\td requires m
group h ( SystemList = { hosta, hostb } )
\tNIC n ( Device = eth0 )
\trequires group g online local firm
group ClusterService ( SystemList = { hosta, hostb } )
\tApplication wac ( StartProgram = "/opt/VRTSvcs/bin/wacstart" )
\tIP gcoip ( Device = eth0 Address = "10.1.1.9" )
"""


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    main = folder / "main.cf"
    main.write_text(text)
    _, problems = examine(load(main))
    return problems


@pytest.mark.parametrize(
    ("setting", "hint"),
    [
        ("SplitTakeover = 2", "0 or 1"),
        ("SwapRoles = -1", "0 or 1"),
        ("LateCommandLimit = 86401", "0 to 86400 s"),
        ('RemoteHMC2 = "-x"', "an IP address or host name"),
    ],
)
def test_an_optional_attribute_that_the_agent_would_refuse(tmp_path: Path, setting: str, hint: str) -> None:
    """Here with its place, before it fails in the night in which it counts."""
    problems = problems_of(tmp_path, GOOD.replace("\t\tUser = admin", f"\t\t{setting} User = admin"))
    assert {hint in problem.hint for problem in problems} == {True}
    assert {problem.severity for problem in problems} == {Severity.ERROR}


def test_a_global_cluster_without_a_console_of_the_far_array_is_noted(tmp_path: Path) -> None:
    """It works until no host over there lives; the note says where that is told."""
    (problem,) = problems_of(tmp_path, GOOD.replace(' RemoteHMC1 = "far"', ""))
    assert problem.severity is Severity.NOTE
    assert "has no RemoteHMC1" in problem.message


def test_a_sound_configuration_has_no_problems(tmp_path: Path) -> None:
    """Otherwise nobody would read them."""
    assert problems_of(tmp_path, GOOD) == ()


WATCHED = """remotecluster c2 ( ClusterAddress = "10.1.1.1" )
heartbeat Icmp ( ClusterList = { c2 } Arguments @c2 = { "10.1.1.1", "10.1.1.2" } )
"""
ERRORS = [
    # system names
    ("hostb = 1 }\n\tSystemZ", "hostq = 1 }\n\tSystemZ", 9, "names hostq, which is no system", "did you mean host"),
    ("SystemList = { hosta = 0, hostb = 1 }", "SystemList = { hosta, hostb, hosta }", 9, "names hosta twice", ""),
    ("SystemList = { hosta = 0, hostb = 1 }", "SystemList = { hosta = 0, hostb = b }", 9, "number 'b'", "whole"),
    ("SystemZones = { hosta = 0,", "SystemZones = { hostA = 0,", 10, "hostA, which is not in its SystemList", "hosta?"),
    ("AutoStartList = { hosta }", "AutoStartList = { hostx }", 11, "not in its SystemList", "did you mean host"),
    ("group h ( SystemList = { hosta, hostb } )", "group h ( )", 27, "has no SystemList", ""),
    ("HMC1 @hosta", "HMC1 @hostz", 15, "a value for hostz, which is no system", "did you mean host"),
    ("User = admin", "SplitTakeover = 2 User = admin", 14, "SplitTakeover of m is '2'", "0 or 1"),
    (
        "\tIP i ( Device",
        '\tMetroMirrorSnap s ( LocalStorageImageID = "IBM.2107-75FA120" VolIds = { 1260 } PracticeVolIds = { 1261 } )\n'
        "\tIP i ( Device",
        25,
        "s would overwrite 1261 of IBM.2107-75FA120, which is mirrored",
        "in no pair",
    ),
    # clusters
    ("ClusterList = { c2 }", "ClusterList = { c1 }", 5, "for which there is no remotecluster", "c2"),
    ("ClusterList = { c1 = 0, c2 = 1 }", "ClusterList = { c2 }", 12, "leaves out c1", ""),
    (WATCHED, "\n\n", 12, "ClusterList of group g names c2, for which there is no remotecluster", 'chapter 3, "Config'),
    # types and attributes
    ("DiskGroup d (", "Diskgroup d (", 24, "no resource type Diskgroup", "did you mean DiskGroup?"),
    ("User = admin", "User = admin\n\t\tUser = root", 18, "sets User twice", "first set at"),
    ("MonitorInterval = 60", "MonitorInterval = soon", 22, "takes an integer, not 'soon'", ""),
    ("User = admin", "User = { admin }", 17, "takes one value, not a list", ""),
    ("VolIds = { 1260, 1261 }", "VolIds = 1260", 21, "takes a list", "{ 1260 }"),
    ("MonitorInterval = 60", "ArgList = { a }", 22, "belongs to the type", ""),
    ("DiskGroup = dg", "DiskGroup = dg StartVolumes = yes", 24, "takes 0 or 1, not 'yes'", ""),
    # names
    ("IP i (", 'IP "$(id)" (', 25, "'$(id)' cannot be the name of a resource", "letters, digits"),
    ("system hostb ( )", 'system hostb ( )\nsystem "../../x" ( )', 8, "'../../x' cannot be the name of", "letters"),
    ("system hostb ( )", 'system hostb ( )\nsystem "a b" ( )', 8, "'a b' cannot be the name of a system", "letters"),
    ("system hostb ( )", f'system hostb ( )\nsystem {"x" * 300} ( )', 8, "has 300 characters", "at most 255"),
    # words
    ('PasswdFile = "/pw"', "PasswdFile = /pw", 18, "VCS does not read /pw without quotes", 'quote it: "/pw"'),
    ("{ 1260, 1261 }", "{ 1260, 12A0 }", 21, "VCS does not read 12A0 without quotes", 'quote it: "12A0"'),
    ("User = admin", "User = 99999999999", 17, "32 bits", "quote it"),
    # dependencies
    ("d requires m", "d requires mm", 26, "has no resource mm", "there is|did you mean"),
    ("d requires m", "d requires n", 26, "has no resource n", "n belongs to group h"),
    ("d requires m", "d requires m\nm requires i\ni requires d", 28, "d requires m requires i requires d", "remove"),
    ("d requires m", "d requires d", 26, "dependency cycle: d requires d", ""),
    ("requires group g", "requires group gg", 29, "there is no group gg", "there is|did you mean"),
    ("d requires m", "d requires atleast 2 from { m }", 26, "cannot require at least 2 of 1", "from 1 to 1"),
    ("online local firm", "online global hard", 29, "cannot require group g online global hard", "only a local"),
    ("online local firm", "offline global", 29, "cannot require group g offline global", "offline local"),
    ("online local firm", "offline local soft", 29, "group g offline local soft", "offline local"),
    # values of groups
    ("AutoStartList = { hosta }", "FailOverPolicy = Priorities", 11, "not be 'Priorities'", "did you mean Priority"),
    ("AutoStartList = { hosta }", "ManageFaults = SOME", 11, "ManageFaults of group g cannot be 'SOME'", "ALL, NONE"),
    ("AutoStartList = { hosta }", "Parallel = 3", 11, "Parallel of group g cannot be '3'", "from 0 to 2"),
    ("AutoStartList = { hosta }", "OnlineRetryLimit = often", 11, "cannot be 'often'", "a whole number"),
    ("AutoStartList = { hosta }", "PreOnline = 2", 11, "PreOnline of group g cannot be '2'", "from 0 to 1"),
    ("d requires m", "d requires m\nrequires group h online local", 30, "cycle: g requires h requires g", ""),
    # MetroMirror
    ('HMC1 @hostb = "hmc1"\n', "\n", 14, "m has no HMC1 on hostb", "manual, chapter 3"),
    ("User = admin", 'User = ""', 14, "m has no User", "manual, chapter 3"),
    ("VolIds = { 1260, 1261 }", "VolIds = {}", 14, "m has no VolIds", "manual, chapter 3"),
    ("IBM.2107-75FA120", "2107-75FA120", 19, "'2107-75FA120' is not a storage image", "as in IBM.2107-75FA120"),
    ("IBM.2107-75FA150", "IBM.2107-75FA12", 20, "is not a storage image id", ""),
    ("IBM.2107-75FA150", "IBM.2107-75FA120", 20, "mirrors IBM.2107-75FA120 to itself", "other side"),
    ("{ 1260, 1261 }", '{ 1260, "1260-1263" }', 21, "'1260-1263' is not a volume id", "one by one"),
    ("{ 1260, 1261 }", "{ 1260, 126 }", 21, "'126' is not a volume id", "four hexadecimal digits"),
    ("{ 1260, 1261 }", '{ "IBM.2107-75FA150/1260" }', 21, "not on IBM.2107-75FA120", "local volumes"),
    ("{ 1260, 1261 }", f"{{ {', '.join(map(str, range(1000, 1418)))} }}", 21, "at most 411", "several resources"),
    ("{ 1260, 1261 }", f"{{ {', '.join(f'{v} = 0' for v in range(1000, 1209))} }}", 21, "has 418 values", "several"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "line", "message", "hint"), ERRORS)
def test_an_error(tmp_path: Path, good: str, bad: str, line: int, message: str, hint: str) -> None:
    """One slip in a sound configuration: the first error names it, in its line, and says what to do."""
    assert good in GOOD
    errors = [
        problem
        for problem in problems_of(tmp_path, GOOD.replace(good, bad, 1))
        if problem.severity is Severity.ERROR and message in problem.message
    ]
    assert [problem.position.line for problem in errors] == [line]
    assert any(part in errors[0].hint for part in hint.split("|"))


WARNINGS = [
    (
        "online local firm",
        "online local firm requires group ClusterService online global soft",
        29,
        "requires more than one other group",
        "VCS 4.1 allows one",
    ),
    ("system hostb ( )", "system hostb ( Capasity = 1 )", 7, "has no attribute Capasity", "did you mean Capacity?"),
    ("Device = eth0", "Devise = eth0", 25, "IP i has no attribute Devise", "did you mean Device?"),
    ("d requires m", "d requires m\nd requires m", 27, "said twice", ""),
    ("d requires m", "d requires atleast 1 from { m }", 26, "at least 1 of 1", "as if it required all of them"),
    ("d requires m", "d requires atleast 1 from m", 26, "at least 1 of 1", "as if it required all of them"),
    ("SystemZones =", "Enabled = 0 SystemZones =", 10, "Enabled of group g is 0", "when it is enabled"),
    (
        "cluster c1",
        'include "groups/Site.cf" cluster c1',
        3,
        "directories in an include are not looked into",
        "copy /etc/VRTSvcs/conf/config/S",
    ),
    (
        "cluster c1",
        'include "Site.cf" cluster c1',
        3,
        "Site.cf does not exist",
        "copy /etc/VRTSvcs/conf/config/S",
    ),
    ("{ 1260, 1261 }", '{ 1260, "IBM.2107-75FA120/1260" }', 21, "names volume IBM.2107-75FA120/1260 twice", ""),
    ("HMC1 @hosta", 'HMC2 @hostc = "x"\n\t\tHMC1 @hosta', 15, "has a value for hostc", "never runs there"),
]


@pytest.mark.parametrize(("good", "bad", "line", "message", "hint"), WARNINGS)
def test_a_warning(tmp_path: Path, good: str, bad: str, line: int, message: str, hint: str) -> None:
    """What works by luck, or not as meant, is told without stopping a drill."""
    text = GOOD.replace(good, bad, 1).replace("system hosta ( )", "system hosta ( ) system hostc ( )")
    (problem,) = problems_of(tmp_path, text)
    assert problem.severity is Severity.WARNING
    assert problem.position.line == line
    assert message in problem.message
    assert hint in problem.hint


def test_more_volumes_than_a_later_release_passes_are_a_warning(tmp_path: Path) -> None:
    """What ArgList leaves of 425 values: with its 13 scalars VCS 4.x passes 411, VCS 5.0 and later 384."""
    volumes = ", ".join(map(str, range(1000, 1403)))
    found = problems_of(tmp_path, GOOD.replace("{ 1260, 1261 }", f"{{ {volumes} }}"))
    (about_volumes,) = [problem for problem in found if problem.message.startswith("VolIds")]
    assert about_volumes.severity is Severity.WARNING
    assert "has 403 values; VCS 5.0 and later pass at most 384" in about_volumes.message


@pytest.mark.parametrize(
    "volume", ["1260", "0100", '"12a0"', '"FEFF"', '"IBM.2107-75FA120/12A0"'], ids=lambda text: text.strip('"')
)
def test_sound_volume_ids(tmp_path: Path, volume: str) -> None:
    """Four hexadecimal digits, alone or with the local array in front."""
    assert problems_of(tmp_path, GOOD.replace("{ 1260, 1261 }", f"{{ {volume} }}")) == ()


def test_a_name_that_vcs_forbids_is_told_once_and_not_to_be_quoted(tmp_path: Path) -> None:
    """Quotes would not help it, wherever it is used."""
    problems = problems_of(
        tmp_path, GOOD.replace("d requires m", "d requires m.x").replace("MetroMirror m (", "MetroMirror m.x (")
    )
    told = [problem.message for problem in problems if problem.severity is Severity.ERROR]
    assert told == ["'m.x' cannot be the name of a resource"]


def test_every_problem_is_told_and_not_only_the_first(tmp_path: Path) -> None:
    """In the order of the file."""
    text = GOOD
    for good, bad in [("Device = eth0", "Devise = eth0"), ("d requires m", "d requires x"), ("@hosta", "@hostz")]:
        text = text.replace(good, bad, 1)
    lines = [problem.position.line for problem in problems_of(tmp_path, text)]
    assert lines == sorted(lines)
    assert {15, 25, 26} <= set(lines)


def test_every_check_finds_something_in_the_cases_above(tmp_path: Path) -> None:
    """A check that nothing provokes may have stopped working."""
    biting = set()
    for good, bad, *_ in ERRORS + WARNINGS:
        main = tmp_path / "main.cf"
        main.write_text(GOOD.replace(good, bad, 1))
        configuration = load(main)
        subject = Subject(configuration, resolve(configuration)[0])
        biting |= {check.__name__ for check in FORM if any(check(subject))}
    assert biting == {check.__name__ for check in FORM}


def test_a_large_sound_configuration_has_no_problems(tmp_path: Path) -> None:
    """Several hundred groups, each found in order."""
    assert problems_of(tmp_path, large_configuration(300_000)) == ()
