"""The manual's configuration rules: each broken by one slip in a sound site, told in its line with its chapter."""

from pathlib import Path

import pytest

from mirrordrill.agent.budget import Limits
from mirrordrill.simulator.config.checks import MANUAL, examine
from mirrordrill.simulator.config.checks.site import SITE, check_site
from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.checks.timeouts import Load, failback_s, online_s
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.problems import Problem, Severity, in_order
from mirrordrill.simulator.config.resolution import resolve

TYPES = 'include "types.cf"\ninclude "MetroMirrorTypes.cf"\n'

MIRROR = """\
\tMetroMirror m (
\t\tUser = admin
\t\tPasswdFile = "/pw"
{sides}\t\tVolIds = {{ 1260, 1261 }}
\t\tActionTimeout = 60
\t\t)
\tDiskGroup d ( DiskGroup = dg )
\tIP i ( Device = eth0 )
\td requires m
"""

REPLICATED = (
    TYPES
    + """\
cluster c1 ( )
system hosta ( )
system hostb ( )
system hostc ( )
group g (
\tSystemList = { hosta = 0, hostb = 1, hostc = 2 }
\tSystemZones = { hosta = 0, hostb = 0, hostc = 1 }
\t)
"""
    + MIRROR.format(
        sides="""\
\t\tHMC1 @hosta = hmc1
\t\tHMC1 @hostb = hmc1
\t\tHMC1 @hostc = hmc3
\t\tHMC2 @hosta = hmc2
\t\tHMC2 @hostb = hmc2
\t\tHMC2 @hostc = hmc4
\t\tLocalStorageImageID @hosta = "IBM.2107-75FA120"
\t\tLocalStorageImageID @hostb = "IBM.2107-75FA120"
\t\tLocalStorageImageID @hostc = "IBM.2107-75FA150"
\t\tRemoteStorageImageID @hosta = "IBM.2107-75FA150"
\t\tRemoteStorageImageID @hostb = "IBM.2107-75FA150"
\t\tRemoteStorageImageID @hostc = "IBM.2107-75FA120"
"""
    )
)

MEMBER = (
    TYPES
    + """\
cluster CLUSTER ( ClusterAddress = "OWN" )
remotecluster OTHER ( ClusterAddress = "FAR" )
heartbeat Icmp (
\tClusterList = { OTHER }
\tArguments @OTHER = { "FAR", "10.1.1.2" }
\t)
system HOST1 ( )
system HOST2 ( )
group ClusterService ( SystemList = { HOST1, HOST2 } )
\tApplication wac ( StartProgram = "/opt/VRTSvcs/bin/wacstart" )
\tIP gcoip ( Device = eth0 Address = "OWN" )
\tIP gcoip2 ( Device = eth1 Address = "10.1.1.2" )
group g (
\tSystemList = { HOST1, HOST2 }
\tClusterList = { c1 = 0, c2 = 1 }
\tAuthority = RIGHT
\tParallel = 1
\tClusterFailOverPolicy = Manual
\t)
"""
    + MIRROR.format(
        sides="""\
\t\tHMC1 = hmc1
\t\tHMC2 = hmc2 RemoteHMC1 = hmc9
\t\tLocalStorageImageID = "IBM.2107-LOCAL"
\t\tRemoteStorageImageID = "IBM.2107-REMOTE"
"""
    )
)


def renamed(text: str, **names: str) -> str:
    for name, value in names.items():
        text = text.replace(name, value)
    return text


HERE, THERE = {"OWN": "10.1.1.9", "FAR": "10.1.1.1"}, {"OWN": "10.1.1.1", "FAR": "10.1.1.9"}
GLOBAL = renamed(
    MEMBER, CLUSTER="c1", OTHER="c2", HOST1="a1", HOST2="a2", LOCAL="75FA120", REMOTE="75FA150", RIGHT="1", **HERE
)
FAR = renamed(
    MEMBER, CLUSTER="c2", OTHER="c1", HOST1="b1", HOST2="b2", LOCAL="75FA150", REMOTE="75FA120", RIGHT="0", **THERE
)


def problems_of(folder: Path, *texts: str) -> tuple[Problem, ...]:
    """Everything that is said of the files of one site."""
    models, problems = [], []
    for number, text in enumerate(texts):
        file = folder / f"main{number}.cf"
        file.write_text(text)
        model, found = examine(load(file))
        models.append(model)
        problems += found
    return in_order((*problems, *check_site(models)))


@pytest.mark.parametrize("texts", [(REPLICATED,), (GLOBAL,), (GLOBAL, FAR)])
def test_sound_sites_are_left_in_peace(tmp_path: Path, texts: tuple[str, ...]) -> None:
    """Both kinds of cluster, and the two files of a global one together."""
    assert problems_of(tmp_path, *texts) == ()


SAMPLE = """\
MetroMirror ora_mmir (
\tDSCliHome = "/opt/ibm/dscli"
\tHMC1 = "ds8000c.example.com"
\tUser = admin
\tPasswdFile = "/opt/ibm/dscli/ds_pwfile"
\tLocalStorageImageID = "IBM.2107-75FA120"
\tRemoteStorageImageID = "IBM.2107-75FA150"
\tVolIds = { 1260, 1261 }
\t)
"""
"""Chapter 3, "Sample configuration": the values that it names."""


def test_the_manuals_sample_is_two_volumes_of_one_array_and_their_targets_on_another(tmp_path: Path) -> None:
    """Chapter 3, "Sample configuration": what it says that the resource manages; HMC2 is optional, and empty."""
    (tmp_path / "main.cf").write_text(f"{TYPES}cluster c ( )\nsystem h ( )\ngroup g ( SystemList = {{ h }} )\n{SAMPLE}")
    cluster, problems = resolve(load(tmp_path / "main.cf"))
    assert problems == ()
    resource = cluster.group("g").resource("ora_mmir")
    assert resource.words("VolIds", "h") == ("1260", "1261")
    names = ("LocalStorageImageID", "RemoteStorageImageID", "HMC1", "HMC2", "PasswdFile")
    assert [resource.scalar(name, "h", default="") for name in names] == [
        "IBM.2107-75FA120",
        "IBM.2107-75FA150",
        "ds8000c.example.com",
        "",
        "/opt/ibm/dscli/ds_pwfile",
    ]


ERROR, WARNING = Severity.ERROR, Severity.WARNING

SECOND = REPLICATED[REPLICATED.index("\tMetroMirror m") : REPLICATED.index("\tDiskGroup d (")]
SECOND = renamed(SECOND, **{"Mirror m": "Mirror m2", "75FA": "75FB", "{ 1260, 1261 }": "{ 1270 }"})
"""A resource of the same group whose volumes lie on two other arrays."""
CASES = [
    # the stack
    (REPLICATED, "d requires m", "d requires m\n\tm requires i", "m requires i", WARNING, "m requires i, so it is"),
    (REPLICATED, "\td requires m\n", "", "DiskGroup d", WARNING, "d of group g does not require a MetroMirror"),
    (REPLICATED, "\tDiskGroup d ( DiskGroup = dg )\n\tIP i ( Device = eth0 )\n\td requires m\n", "\tIP i\n",
     "MetroMirror m", WARNING, "nothing in group g requires m"),
    # sides of a replicated data cluster
    (REPLICATED, '@hostc = "IBM.2107-75FA150"\n\t\tRemote', '@hostc = "IBM.2107-75FA120"\n\t\tRemote',
     "LocalStorageImageID @hosta", WARNING, "is IBM.2107-75FA120 on every host"),
    (REPLICATED, 'LocalStorageImageID @hostb = "IBM.2107-75FA120"', 'LocalStorageImageID @hostb = "IBM.2107-75FA170"',
     "LocalStorageImageID @hostc", ERROR, "hang on 3 arrays"),
    (REPLICATED, 'RemoteStorageImageID @hostc = "IBM.2107-75FA120"', 'RemoteStorageImageID @hostc = "IBM.2107-75FA121"',
     "RemoteStorageImageID @hostc", ERROR, "75FA121, but the other hosts hang on IBM.2107-75FA120"),
    (REPLICATED, "HMC1 @hostc = hmc3", "HMC1 @hostc = hmc1", "HMC1 @hostc", WARNING, "HMC1 of m is hmc1 for hosts on"),
    (REPLICATED, "VolIds = { 1260, 1261 }", "VolIds @hosta = { 1260 }\n\t\tVolIds @hostb = { 1261 }\n"
     "\t\tVolIds @hostc = { 1260 }", "VolIds @hostb", WARNING, "differ between hosta and hostb"),
    (REPLICATED, "VolIds = { 1260, 1261 }", "VolIds @hosta = { 1260 }\n\t\tVolIds @hostb = { 1260 }\n"
     "\t\tVolIds @hostc = { 1260, 1261 }", "VolIds @hostc", WARNING, "not equally many on both sides: 1 on hosta"),
    (REPLICATED, "User = admin", "User @hosta = admin\n\t\tUser @hostb = admim\n\t\tUser @hostc = admin",
     "User @hostb", WARNING, "User of m differs between hosta and hostb, both on IBM.2107-75FA120"),
    (REPLICATED, "HMC2 @hostb = hmc2", "HMC2 @hostb = hmc3", "HMC1 @hostb", WARNING, "HMC1 of m differs between"),
    (REPLICATED, 'LocalStorageImageID @hosta = "IBM.2107-75FA120"', 'LocalStorageImageID @hosta = "IBM.2107-75FA150"',
     "SystemZones", WARNING, "zone 0 of group g has hosts on both arrays"),
    (REPLICATED, "User = admin", "User = admin\n\t\tRemoteHMC1 = hmc1", "MetroMirror m", WARNING,
     "RemoteHMC1 of m on hosta is hmc1, a console of IBM.2107-75FA120, the local array"),
    (REPLICATED, "\tDiskGroup d (", SECOND + "\tDiskGroup d (", "MetroMirror m2", WARNING,
     "g on hosta uses IBM.2107-75FA120 (m) and IBM.2107-75FB120 (m2)"),
    # zones
    (REPLICATED, "\tSystemZones = { hosta = 0, hostb = 0, hostc = 1 }\n", "", "group g", WARNING, "has no SystemZones"),
    (REPLICATED, ", hostc = 1 }\n\t)", " }\n\t)", "SystemZones", WARNING, "leaves out hostc"),
    (REPLICATED, "hostc = 1 }\n\t)", "hostc = 0 }\n\t)", "SystemZones", WARNING, "zone 0 of group g has hosts on both"),
    (REPLICATED, "hostb = 0,", "hostb = 2,", "SystemZones", WARNING, "zones of group g: 0 hosta, 2 hostb"),
    # global clusters
    (REPLICATED, "\t)\n\tMetro", "\tParallel = 1\n\t)\n\tMetro", "Parallel", ERROR, "g is parallel and mirrored"),
    (GLOBAL, 'LocalStorageImageID = "IBM.2107-75FA120"', 'LocalStorageImageID @a1 = "IBM.2107-75FA120"\n'
     '\t\tLocalStorageImageID @a2 = "IBM.2107-75FA121"', "LocalStorageImageID @a2", ERROR, "different arrays"),
    (GLOBAL, "{ c1 = 0, c2 = 1 }", "{ c1 = 0 }", "ClusterList", WARNING, "names this cluster only"),
    (GLOBAL, "Application wac ( StartProgram", "Application other ( StopProgram", "cluster c1", WARNING, "runs wac: c"),
    (GLOBAL, 'cluster c1 ( ClusterAddress = "10.1.1.9" )', "cluster c1 ( )", "cluster c1", WARNING, "no ClusterA"),
    (GLOBAL, 'IP gcoip ( Device = eth0 Address = "10.1.1.9"', "IP gcoip ( Device = eth0", "cluster c1", WARNING,
     "no resource keeps up 10.1.1.9, the ClusterAddress of c1"),
    (GLOBAL, "ClusterFailOverPolicy = Manual", "ClusterFailOverPolicy = Auto", "ClusterFail", WARNING, "g is Auto"),
    (GLOBAL, "ClusterList = { c2 }", "ClusterList = { }", "remotecluster c2", ERROR, "no heartbeat watches cluster c2"),
    (GLOBAL, '\tArguments @c2 = { "10.1.1.1", "10.1.1.2" }\n', "", "heartbeat", WARNING, "no Arguments for c2"),
    (GLOBAL, ', "10.1.1.2" }', " }", "heartbeat", WARNING, "watched over one line only (10.1.1.1)"),
    # time-outs
    (REPLICATED, "ActionTimeout = 60", "ActionTimeout = 30", "ActionTimeout", WARNING, "is 30 s; a failback with"),
    (REPLICATED, "\t\tActionTimeout = 60\n", "", "MetroMirror m", WARNING, "is not set (40 s at most by default)"),
    (REPLICATED, "User = admin", "User = admin\n\t\tOnlineTimeout = 120", "OnlineTimeout", WARNING, "is 120 s"),
    (REPLICATED, "User = admin", "User = admin\n\t\tCleanTimeout = 50", "CleanTimeout", WARNING, "up to 60 s"),
    (REPLICATED, "{ 1260, 1261 }", f"{{ {', '.join(map(str, range(1000, 1390)))} }}\n\t\tOnlineTimeout = 400\n"
     "\t\tActionTimeout = 200", "MetroMirror m", WARNING, "a clean of m with 390 volumes"),
]  # fmt: skip


@pytest.mark.parametrize(("sound", "good", "bad", "line", "severity", "message"), CASES)
def test_a_rule_of_the_manual(
    tmp_path: Path, sound: str, good: str, bad: str, line: str, severity: Severity, message: str
) -> None:
    """One finding, at the line of what has to be changed, with a remedy and the chapter it comes from."""
    assert good in sound
    text = sound.replace(good, bad, 1)
    found = [problem for problem in problems_of(tmp_path, text) if message in problem.message]
    assert [problem.severity for problem in found] == [severity]
    assert line in text.splitlines()[found[0].position.line - 1]
    assert "manual, chapter" in found[0].hint


SITE_CASES = [
    # the two ends of the mirror
    ("IBM.2107-75FA120", "IBM.2107-75FA121", ERROR, "main0.cf", "m of cluster c1 mirrors with IBM.2107-75FA150, whose"),
    ("IBM.2107-75FA150", "IBM.2107-75FA151", ERROR, "main0.cf", "no other cluster hangs: c2 on IBM.2107-75FA151"),
    ('LocalStorageImageID = "IBM.2107-75FA150"\n\t\tRemoteStorageImageID = "IBM.2107-75FA120"',
     'LocalStorageImageID = "IBM.2107-75FA120"\n\t\tRemoteStorageImageID = "IBM.2107-75FA150"', ERROR, "main1.cf",
     "m of cluster c2 and m of cluster c1 both stand on IBM.2107-75FA120"),
    ("{ 1260, 1261 }", "{ 1260 }", WARNING, "main0.cf", "m of cluster c1 has not as many VolIds as m of cluster c2"),
    ("MetroMirror m (",
     'MetroMirror m2 (\n\t\tLocalStorageImageID = "IBM.2107-75FA150"\n\t\tVolIds = { 1260 }\n\t\t)\n\tMetroMirror m (',
     ERROR, "main1.cf", "volume 1260 of IBM.2107-75FA150 belongs to m2 of g already"),
    ("MetroMirror m (", "MetroMirror mm (", WARNING, "main0.cf", "c2 has no MetroMirror resource m in its group"),
    # who is who, and who may start what
    ("cluster c2 (", "cluster c1 (", ERROR, "main1.cf", "cluster c1 stands in two files of the same site"),
    ("system b1 (", "system a1 (", ERROR, "main1.cf", "system a1 stands in two files of the same site"),
    ("group g (", "group gg (", ERROR, "main0.cf", "ClusterList of group g names c2, which has no group g"),
    ("{ c1 = 0, c2 = 1 }", "{ c1 = 1, c2 = 0 }", ERROR, "main1.cf", "is { c1 = 1, c2 = 0 } here and { c1 = 0"),
    ("{ c1 = 0, c2 = 1 }", "{ }", ERROR, "main1.cf", "ClusterList of group g is empty here and { c1 = 0"),
    ("Authority = 0", "Authority = 1", ERROR, "main1.cf", "Authority of group g is with cluster c2 and with c1"),
    ('remotecluster c1 ( ClusterAddress = "10.1.1.9" )', 'remotecluster c3 ( ClusterAddress = "10.1.1.9" )', ERROR,
     "main1.cf", "cluster c2 has no remotecluster c1, with which it makes up a global cluster"),
    ('remotecluster c1 ( ClusterAddress = "10.1.1.9" )', 'remotecluster c1 ( ClusterAddress = "10.1.1.8" )', WARNING,
     "main1.cf", "ClusterAddress of remotecluster c1 is 10.1.1.8; its own file says 10.1.1.9"),
    ('Address = "10.1.1.2"', 'Address = "10.1.1.3"', WARNING, "main0.cf",
     "heartbeat Icmp pings 10.1.1.2, which no resource of cluster c2 keeps up"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "severity", "file", "message"), SITE_CASES)
def test_the_files_of_a_global_site_agree(
    tmp_path: Path, good: str, bad: str, severity: Severity, file: str, message: str
) -> None:
    """A slip in the far file is told where it stands, or where the near one relies on it, with what to do."""
    assert good in FAR
    problems = problems_of(tmp_path, GLOBAL, FAR.replace(good, bad, 1))
    found = [problem for problem in problems if message in problem.message]
    assert [(problem.severity, Path(problem.position.file).name) for problem in found] == [(severity, file)]
    assert "manual, chapter 3" in found[0].hint or found[0].hint.startswith("first defined at")


def test_a_group_that_no_cluster_may_start_is_told(tmp_path: Path) -> None:
    """Authority in neither file; with one of the files alone nobody knows."""
    near = GLOBAL.replace("Authority = 1", "Authority = 0")
    found = problems_of(tmp_path, near, FAR)
    assert [problem.message for problem in found] == [
        "no cluster has Authority for group g, so it starts nowhere by itself"
    ]
    assert problems_of(tmp_path, near) == ()


def test_every_rule_between_files_is_broken_by_some_case(tmp_path: Path) -> None:
    """A rule that nothing provokes may have stopped working."""
    biting: set[str] = set()
    for good, bad, *_ in SITE_CASES:
        models = []
        for number, text in enumerate((GLOBAL, FAR.replace(good, bad, 1))):
            file = tmp_path / f"main{number}.cf"
            file.write_text(text)
            models.append(resolve(load(file))[0])
        biting |= {check.__name__ for check in SITE if any(check(models))}
    assert biting == {check.__name__ for check in SITE}


def test_every_rule_of_the_manual_is_broken_by_some_case(tmp_path: Path) -> None:
    """A rule that nothing provokes may have stopped working."""
    biting = set()
    for sound, good, bad, *_ in CASES:
        main = tmp_path / "main.cf"
        main.write_text(sound.replace(good, bad, 1))
        configuration = load(main)
        subject = Subject(configuration, resolve(configuration)[0])
        biting |= {check.__name__ for check in MANUAL if any(check(subject))}
    assert biting == {check.__name__ for check in MANUAL}


def test_the_figures_of_the_time_outs_are_the_agents_own() -> None:
    """With HMC1 silent for its whole share: 60 s of an online, half of what an action has."""
    both, one = Load(2, 2), Load(2, 1)
    assert online_s(both, 300) - online_s(one, 300) == pytest.approx(Limits().login_s)
    assert failback_s(both, 40) - failback_s(one, 40) == pytest.approx((30 - 3) / 2)
    assert online_s(both, 300) < 300
    assert online_s(Load(402, 2), 300) > 300
