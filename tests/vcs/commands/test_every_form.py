"""Every form of every command, with every option that it has, is typed once and does what it says (vcs.md 5).

A line that is refused is refused because of what it asks for, and the table says with which number. What the forms do
in detail is in the tests of their topics; here nothing may be left out, and nothing may be "not there yet".
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from mirrordrill.simulator.vcs.commands.shell import COMMANDS, find_verb
from mirrordrill.simulator.vcs.spec import AttributeDimension, AttributeValue
from tests.vcs.play import HOSTS, Drill, cluster_spec, manual_group, with_limits
from tests.vcs.wide_area.sites import Sites

SHAPES = (
    ("HMC1", AttributeDimension.SCALAR),
    ("VolIds", AttributeDimension.KEYLIST),
    ("Map", AttributeDimension.ASSOCIATION),
)
MAKERW = ("haconf -makerw",)
DOWN = ("hagrp -offline oragrp -any",)


@dataclass(frozen=True)
class Case:
    """A line, what was typed before it, and the number of the refusal where it is refused."""

    line: str
    before: tuple[str, ...] = ()
    refusal: str = ""
    on: str = ""
    far: bool = False
    """Typed in one of two global clusters instead of in a cluster of its own."""


def near(line: str, *before: str, refusal: str = "") -> Case:
    return Case(line, before, refusal)


def far(line: str, *before: str, refusal: str = "", on: str = "a1") -> Case:
    return Case(line, before, refusal, on, True)


CASES = (
    # hagrp
    near("hagrp -online oragrp -sys hostb", *DOWN),
    near("hagrp -online -force -nopre oragrp -sys hosta", *DOWN),
    near("hagrp -online oragrp -any -localclus", *DOWN),
    far("hagrp -online app -sys b1 -clus b", "hagrp -offline app -any"),
    near("hagrp -offline -force -ifprobed oragrp -sys hosta"),
    near("hagrp -offline oragrp -any -localclus"),
    far("hagrp -offline app -sys a1 -clus a", on="b1"),
    near("hagrp -switch -nopre oragrp -to hostc"),
    near("hagrp -switch oragrp -any -localclus"),
    far("hagrp -switch app -to b2 -clus b"),
    near("hagrp -clear oragrp -sys hosta -localclus"),
    far("hagrp -clear app -sys b1 -clus b"),
    near("hagrp -flush oragrp -sys hosta -localclus"),
    far("hagrp -flush app -sys b1 -clus b"),
    near("hagrp -flush -force oragrp -sys hosta", refusal="usage"),
    near("hagrp -add webgrp", *MAKERW),
    near("hagrp -delete webgrp", *MAKERW, "hagrp -add webgrp"),
    near("hagrp -delete oragrp", *MAKERW, refusal="60141"),
    near("hagrp -autoenable oragrp -sys hostb"),
    near("hagrp -state oragrp -sys hosta -localclus"),
    far("hagrp -state app -clus b"),
    near("hagrp -value oragrp State hosta -localclus"),
    near("hagrp -display oragrp -attribute State -attribute Frozen -sys hosta -localclus"),
    far("hagrp -value app State b1 -clus b"),
    far("hagrp -display app -clus b -attribute State"),
    near("hagrp -list State=ONLINE -localclus"),
    far("hagrp -list State=OFFLINE -clus b"),
    near("hagrp -dep oragrp -localclus", refusal="50035"),
    near("hagrp -resources oragrp -localclus"),
    near("hagrp -wait oragrp State ONLINE -sys hosta -time 10"),
    far("hagrp -wait app State OFFLINE -sys b1 -clus b -time 10"),
    near("hagrp -freeze oragrp -localclus"),
    far("hagrp -freeze app -clus b"),
    far("hagrp -freeze app -persistent -clus b", refusal="usage"),
    near("hagrp -unfreeze oragrp -localclus", "hagrp -freeze oragrp"),
    far("hagrp -unfreeze app -clus b", "hagrp -freeze app -clus b"),
    near("hagrp -freeze oragrp -persistent", *MAKERW),
    near("hagrp -unfreeze oragrp -persistent", *MAKERW, "hagrp -freeze oragrp -persistent"),
    near("hagrp -enable oragrp -sys hosta"),
    near("hagrp -disable oragrp -sys hosta"),
    near("hagrp -enableresources oragrp", *MAKERW),
    near("hagrp -disableresources oragrp", *MAKERW, refusal="60048"),
    near("hagrp -modify oragrp Tag night", *MAKERW),
    near("hagrp -modify oragrp AutoStartList -add hostb", *MAKERW),
    near("hagrp -modify oragrp SystemZones -update hostd 7", *MAKERW),
    near("hagrp -modify oragrp AutoStartList -delete hosta", *MAKERW),
    near("hagrp -modify oragrp AutoStartList -delete -keys", *MAKERW),
    near("hagrp -clearadminwait -fault oragrp -sys hosta", refusal="60052"),
    far("hagrp -ignore app -clus b", refusal="60077"),
    far("hagrp -link app ClusterService online local soft", *MAKERW),
    far("hagrp -unlink app ClusterService", *MAKERW, refusal="10146"),
    # hares
    near("hares -online -force mir -sys hosta"),
    near("hares -offline -ignoreparent mir -sys hosta"),
    near("hares -probe mir -sys hostb"),
    near("hares -clear mir -sys hosta", refusal="10267"),
    near("hares -action mir failback -actionargs full -sys hosta -localclus"),
    far("hares -action db nothing -sys b1 -clus b", refusal="60020"),
    near("hares -state mir -sys hosta -localclus"),
    near("hares -value mir ResourceInfo hosta -localclus"),
    near("hares -display mir -attribute State Critical -sys hosta -localclus"),
    near("hares -display -group oragrp -type MetroMirror"),
    near("hares -list Type=MetroMirror -localclus"),
    near("hares -dep mir -localclus"),
    far("hares -state db -sys b1 -clus b"),
    far("hares -value db State b1 -clus b"),
    far("hares -display db -attribute State -clus b"),
    far("hares -list Type=Oracle -clus b"),
    far("hares -wait db State OFFLINE -sys b1 -clus b -time 10"),
    far("hares -refreshinfo db -sys b1 -clus b"),
    far("hares -flushinfo db -sys b1 -clus b"),
    near("hares -wait mir State ONLINE -sys hosta -time 10"),
    near("hares -refreshinfo mir -sys hosta -localclus"),
    near("hares -flushinfo mir -sys hosta -localclus"),
    near("hares -modify mir HMC1 %-odd", *MAKERW),
    near("hares -modify mir HMC1 hmcB -sys hosta", *MAKERW, "hares -local mir HMC1"),
    near("hares -modify mir VolIds -add 1262", *MAKERW),
    near("hares -modify mir Map -update a 2", *MAKERW),
    near("hares -modify mir VolIds -delete 1260", *MAKERW),
    near("hares -modify mir VolIds -delete -keys", *MAKERW),
    near("hares -modify mir ResourceOwner somebody", *MAKERW),
    near("hares -local mir HMC1", *MAKERW),
    near("hares -global mir HMC1 hmcB", *MAKERW),
    near("hares -override mir MonitorInterval", *MAKERW),
    near("hares -undo_override mir MonitorInterval", *MAKERW, "hares -override mir MonitorInterval"),
    near("hares -add ip2 IP oragrp", *MAKERW),
    near("hares -delete -force lsnr", *MAKERW),
    near("hares -link ora ip", *MAKERW),
    near("hares -unlink lsnr ora", *MAKERW),
    # hasys
    near("hasys -add hoste", *MAKERW),
    near("hasys -delete hoste", *MAKERW, "hasys -add hoste"),
    near("hasys -delete hosta", *MAKERW, refusal="60141"),
    near("hasys -state hosta -localclus"),
    near("hasys -list SysState=RUNNING -localclus"),
    near("hasys -value hosta Limits -localclus"),
    near("hasys -display hosta -attribute SysState -localclus"),
    near("hasys -freeze -persistent -evacuate hosta", *MAKERW),
    near("hasys -unfreeze -persistent hosta", *MAKERW, "hasys -freeze -persistent hosta"),
    near("hasys -nodeid hosta"),
    near("hasys -wait hosta SysState RUNNING -time 10"),
    near("hasys -load hosta 50"),
    near("hasys -force hosta", refusal="60074"),
    near("hasys -modify hosta Limits CPUs 4", *MAKERW),
    near("hasys -modify hosta Limits -add CPUs 4", *MAKERW),
    near("hasys -modify hosta Limits -update CPUs 8", *MAKERW, "hasys -modify hosta Limits CPUs 4"),
    near("hasys -modify hosta Limits -delete CPUs", *MAKERW, "hasys -modify hosta Limits CPUs 4"),
    near("hasys -modify hosta Limits -delete -keys", *MAKERW),
    # hatype
    near("hatype -add Web", *MAKERW),
    near("hatype -delete Web", *MAKERW, "hatype -add Web"),
    near("hatype -delete MetroMirror", *MAKERW, refusal="60141"),
    # haattr
    near("haattr -add Web Port -integer -scalar 80", *MAKERW, "hatype -add Web"),
    near("haattr -add Web Paths -string -vector a b", *MAKERW, "hatype -add Web"),
    near("haattr -add Web Names -keylist", *MAKERW, "hatype -add Web"),
    near("haattr -add Web Map -assoc a 1", *MAKERW, "hatype -add Web"),
    near("haattr -add Web Weight -float 1.5", *MAKERW, "hatype -add Web"),
    near("haattr -add Web On -boolean 1", *MAKERW, "hatype -add Web"),
    near("haattr -add -temp Web Now", *MAKERW, "hatype -add Web"),
    near("haattr -add -static Web Now", *MAKERW, "hatype -add Web", refusal="60134"),
    near("haattr -default Web Port 8080", *MAKERW, "hatype -add Web", "haattr -add Web Port 80"),
    near("haattr -delete Web Port", *MAKERW, "hatype -add Web", "haattr -add Web Port 80"),
    near("haattr -display Web Port", *MAKERW, "hatype -add Web", "haattr -add Web Port 80"),
    # hamsg
    near("hamsg -list"),
    near("hamsg -any engine_A", refusal="60134"),
    near("hatype -value MetroMirror AgentStartTimeout -localclus"),
    near("hatype -display MetroMirror -attribute NumThreads -localclus"),
    near("hatype -list NumThreads=1 -localclus"),
    near("hatype -resources MetroMirror -localclus"),
    near("hatype -modify MetroMirror OnlineTimeout 600", *MAKERW),
    near("hatype -modify MetroMirror RegList -add HMC1", *MAKERW),
    near("hatype -modify MetroMirror SupportedActions -delete failback", *MAKERW),
    near("hatype -modify MetroMirror RegList -delete -keys", *MAKERW),
    near("hatype -modify MetroMirror RegList -update HMC1", *MAKERW, refusal="60041"),
    # haclus
    far("haclus -display b -localclus"),
    far("haclus -state b -localclus"),
    far("haclus -value ClusState -clus b"),
    near("haclus -value EngineShutdown -localclus"),
    near("haclus -list -localclus"),
    far("haclus -wait ClusState RUNNING -clus b -time 10"),
    near("haclus -wait ClusState RUNNING -localclus"),
    near("haclus -modify CounterInterval 10", *MAKERW),
    near("haclus -modify UserNames -add somebody secret", *MAKERW),
    near("haclus -modify Administrators -add somebody", *MAKERW),
    near("haclus -modify Administrators -delete somebody", *MAKERW, "haclus -modify Administrators somebody"),
    near("haclus -modify UserNames -update a y", *MAKERW, "haclus -modify UserNames a x"),
    near("haclus -modify Administrators -delete -keys", *MAKERW),
    near("haclus -modify Administrators x -keys", *MAKERW, refusal="usage"),
    far("haclus -declare disaster -clus b -failover", refusal="60128"),
    # The other commands
    near("haagent -list"),
    near("haagent -display MetroMirror"),
    near("haagent -stop MetroMirror -force -sys hosta"),
    near("haagent -start MetroMirror -sys hosta", "haagent -stop MetroMirror -force -sys hosta"),
    near("hastatus -sum"),
    near("hastatus -summary"),
    near("hastatus -summ"),
    near("hastatus -group oragrp"),
    near("hastatus"),
    far("hahb -list State=ALIVE"),
    far("hahb -state Icmp -clus b"),
    far("hahb -display Icmp -clus b"),
    far("hahb -value Icmp Arguments -clus b"),
    far("hahb -add Line", *MAKERW),
    far("hahb -delete Icmp", *MAKERW),
    far("hahb -local Icmp AYAInterval", *MAKERW),
    far("hahb -global Icmp AYAInterval 20", *MAKERW),
    far("hahb -modify Icmp Arguments other -clus b", *MAKERW),
    far("hahb -modify Icmp Arguments -add other -clus b", *MAKERW),
    far("hahb -modify Icmp ClusterList -delete b", *MAKERW),
    far("hahb -modify Icmp ClusterList -delete -keys", *MAKERW),
    far("hahb -modify Icmp ClusterList -update b", *MAKERW, refusal="60041"),
    far("haalert -display"),
    far("haalert -list"),
    far("haalert -testfd"),
    far("haalert -delete TESTFD-a -notes seen", "haalert -testfd"),
    near("haconf -makerw"),
    near("haconf -dump -makero", *MAKERW),
    near("hacf -verify /etc/VRTSvcs/conf/config", refusal="60051"),
    near("hauser -list"),
    near("hauser -display admin"),
    near("hauser -add smith -priv Operator -group oragrp", *MAKERW),
    near("hauser -update admin", *MAKERW),
    near("hauser -delete smith", *MAKERW, "hauser -add smith"),
    near("hauser -addpriv smith Administrator -group oragrp", *MAKERW, "hauser -add smith"),
    near("hauser -delpriv smith Guest -group oragrp", *MAKERW, "hauser -add smith -priv Guest -group oragrp"),
    near("halog -add hello -sev N -sys hosta -msgid 7 -encoding utf8 -parameters a b"),
    near("hastart -force", refusal="60058"),
    near("hastart -stale", refusal="60058"),
    near("hastop -local"),
    near("hastop -local -force"),
    near("hastop -local -evacuate -noautodisable"),
    near("hastop -sys hosta hostb -force"),
    near("hastop -sys hosta -evacuate -noautodisable"),
    near("hastop -all -force"),
    near("hastop -force -all"),
    near("hastop -force -sys hosta"),
    near("gabconfig -a"),
    near("gabconfig -x"),
    near("gabconfig -c -n 4 -x"),
    near("gabconfig -c -n 4", refusal="60078"),
    near("lltstat -n"),
    near("lltstat -nv"),
    near("lltstat -nvv"),
    near("vxfenadm -d"),
    near("vxfenadm -s"),
    near("vxfenclearpre", refusal="60069"),
)


def cluster() -> Drill:
    """The manual's group, its resource at the bottom with an attribute of each shape."""
    written = (
        AttributeValue("HMC1", ("hmcA",)),
        AttributeValue("VolIds", ("1260", "1261"), None, AttributeDimension.KEYLIST),
        AttributeValue("Map", ("a", "1"), None, AttributeDimension.ASSOCIATION),
    )
    group = manual_group()
    mir = replace(group.resources[0], attributes=written, arguments=dict.fromkeys(HOSTS, ()))
    types = with_limits("MetroMirror", arg_list=SHAPES)
    return Drill(cluster_spec(replace(group, resources=(mir, *group.resources[1:])), types=types)).started(30)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.line)
def test_a_form_does_what_it_says_or_is_refused_for_what_it_asks(case: Case) -> None:
    site = Sites() if case.far else cluster()
    type_line = site.type if isinstance(site, Sites) else site.ha
    where = {"on": case.on} if case.on else {}
    for line in case.before:
        assert type_line(line, **where)[0] == 0, line
        site.run(30)
    code, output = type_line(case.line, **where)
    site.run(60)
    assert "not played" not in output
    if case.refusal == "usage":
        assert code == 2
    elif case.refusal:
        assert (code, f"-{case.refusal} " in output) == (1, True), output
    else:
        assert code == 0, output
        assert "ERROR" not in output


def test_no_form_and_no_option_is_left_out() -> None:
    typed: dict[tuple[str, str], set[str]] = {}
    for case in CASES:
        command, *words = case.line.split()
        verb, rest = find_verb(COMMANDS[command], tuple(words))
        assert verb is not None, case.line
        typed.setdefault((command, verb.flag), set()).update(rest)
    for command, verbs in COMMANDS.items():
        for verb in verbs:
            assert (command, verb.flag) in typed, f"{command} {verb.flag}"
            assert verb.options.keys() <= typed[command, verb.flag], f"{command} {verb.flag}: {set(verb.options)}"
