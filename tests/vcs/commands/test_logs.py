"""What VCS would have logged, told from the event log alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from typer.testing import CliRunner

from mirrordrill.drills.cli.main import app
from mirrordrill.simulator.dscli.formats import EPOCH
from mirrordrill.simulator.host.events import AgentLog, HostLost
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.logs import ENGINE_LOG, render
from tests.vcs.play import HOSTS, Drill, cluster_spec, manual_group, with_limits

LINE = re.compile(
    r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d VCS (CRITICAL|ERROR|WARNING|NOTICE|INFO) V-16-(1|2|20150)-\d{4,5} \S.*"
)
AGENT_TEXT = re.compile(r".* V-16-\d+-\d+ (\w+):(\w+):(\w+):.+")

MEMBERSHIPS = ("V-16-1-10077", "V-16-1-10086", "V-16-1-10111")
Logs = Mapping[tuple[str, str], tuple[str, ...]]


def logs_of(drill: Drill) -> Logs:
    return render(drill.kernel.log, drill.cluster.spec, EPOCH)


def texts(lines: tuple[str, ...]) -> list[str]:
    return [line.split(None, 4)[4] for line in lines]


def test_every_line_has_the_form_that_log_readers_know() -> None:
    drill = Drill().started(30)
    drill.ha("hagrp -switch oragrp -to hostb")
    drill.runner.up["lsnr", "hostb"] = False
    drill.run(400)
    drill.ha("halog -add seen -sev W -msgid 4711")
    logs = logs_of(drill)
    assert {name for _, name in logs} == {ENGINE_LOG, "Netlsnr_A.log"}
    for lines in logs.values():
        assert all(LINE.fullmatch(line) for line in lines)
        assert [line[:19] for line in lines] == sorted(line[:19] for line in lines)
    assert logs["hosta", ENGINE_LOG][-1].endswith("VCS WARNING V-16-1-4711 seen")


def test_an_engine_log_tells_the_switch_on_every_system_of_the_membership() -> None:
    drill = Drill().started(30)
    drill.ha("hagrp -switch oragrp -to hostb")
    logs = logs_of(drill.run(60))
    for host in HOSTS:
        told = texts(logs[host, ENGINE_LOG])
        story = [
            "V-16-1-50135 User root fired command: hagrp -switch oragrp -to hostb from localhost",
            "V-16-1-10300 Initiating Offline of Resource mir (Group: oragrp) on System hosta",
            "V-16-1-10305 Resource mir (Owner: unknown, Group: oragrp) is offline on hosta (VCS initiated)",
            "V-16-1-10446 Group oragrp is offline on system hosta",
            "V-16-1-10301 Initiating Online of Resource mir (Group: oragrp) on System hostb",
            "V-16-1-10298 Resource mir (Owner: unknown, Group: oragrp) is online on hostb (VCS initiated)",
            "V-16-1-10447 Group oragrp is online on system hostb",
        ]
        assert [told.index(line) for line in story] == sorted(told.index(line) for line in story)


def test_what_an_agent_tries_again_the_engine_has_not_initiated() -> None:
    """RestartLimit is the framework's: one line of the engine for the first online, none for the second."""
    drill = Drill(cluster_spec(types=with_limits("Netlsnr", restart_limit=1))).started(30)
    drill.runner.up["lsnr", "hosta"] = False
    told = texts(logs_of(drill.run(100))["hostb", ENGINE_LOG])
    assert told.count("V-16-1-10301 Initiating Online of Resource lsnr (Group: oragrp) on System hosta") == 1
    assert drill.online_on == ("hosta",)


def test_a_new_membership_names_every_member_with_its_number() -> None:
    drill = Drill().started(30)
    drill.crash("hosta")
    told = texts(logs_of(drill.run(60))["hostd", ENGINE_LOG])
    assert "V-16-1-10086 System hostd (Node '3') is in Regular Membership - Membership: 0xe" in told
    assert "V-16-1-10086 System hosta (Node '0') is in Regular Membership - Membership: 0xf" in told


def test_a_trigger_is_invoked_before_the_online() -> None:
    drill = Drill(cluster_spec(manual_group(pre_online=True))).started(60)
    told = texts(logs_of(drill)["hosta", ENGINE_LOG])
    first = told.index("V-16-1-60108 Invoking trigger preonline for group oragrp on system hosta")
    assert first < told.index("V-16-1-10301 Initiating Online of Resource mir (Group: oragrp) on System hosta")


def test_a_fault_stands_in_the_agents_log_of_its_system_and_in_every_engines() -> None:
    drill = Drill().started(30)
    drill.runner.up["lsnr", "hosta"] = False
    logs = logs_of(drill.run(100))
    assert [place for place in logs if place[1] != ENGINE_LOG] == [("hosta", "Netlsnr_A.log")]
    first = AGENT_TEXT.fullmatch(logs["hosta", "Netlsnr_A.log"][0])
    assert first is not None
    assert first.groups() == ("Netlsnr", "lsnr", "framework")
    for host in HOSTS:
        told = texts(logs[host, ENGINE_LOG])
        assert "V-16-2-13067 (hosta) Resource(lsnr) - agent is calling clean: it went offline unexpectedly" in told
        assert "V-16-1-10303 Resource lsnr (Group: oragrp) is FAULTED on System hosta" in told


def test_the_dead_write_nothing_and_the_living_write_of_them() -> None:
    drill = Drill().started(30)
    drill.kernel.emit(HostLost("hosta"))
    drill.crash("hosta")
    logs = logs_of(drill.run(100))
    assert logs["hosta", ENGINE_LOG][-1] < "2026/01/05 08:00:31"
    assert "V-16-1-10322 System hosta (Node '0') changed state from RUNNING to FAULTED" in texts(
        logs["hostd", ENGINE_LOG]
    )


def test_systems_that_do_not_hear_each_other_write_their_own_story() -> None:
    drill = Drill().started(30)
    drill.cluster.partition([("hosta", "hostb"), ("hostc", "hostd")])
    logs = logs_of(drill.run(100))
    here, there = texts(logs["hosta", ENGINE_LOG]), texts(logs["hostc", ENGINE_LOG])
    assert "V-16-1-10447 Group oragrp is online on system hostc" in there
    assert "V-16-1-10447 Group oragrp is online on system hostc" not in here
    assert [line for line in here if "changed state from RUNNING to FAULTED" in line] == [
        f"V-16-1-10322 System {name} (Node '{node}') changed state from RUNNING to FAULTED"
        for node, name in ((2, "hostc"), (3, "hostd"))
    ]


def test_what_an_action_said_stands_in_the_engines_log_as_a_block() -> None:
    """On every system of the membership, between rulers; the lines are as they came."""
    drill = Drill().started(30)
    drill.ha("hares -action mir failback -sys hosta", "hostd")
    for host in HOSTS:
        lines = list(logs_of(drill)[host, ENGINE_LOG])
        at = lines.index("said")
        assert lines[at - 2].endswith(
            "VCS INFO V-16-2-13716 (hosta) Resource(mir): Output of the completed operation (failback)"
        )
        assert (lines[at - 1], lines[at + 1]) == (f"+{'-' * 74}+", f"+{'=' * 74}+")


def test_memberships_stand_in_the_log_with_the_nodes_as_bits() -> None:
    """Regular, in jeopardy, regular again; then alone."""
    drill = Drill().started(30)
    drill.cluster.cut_link("hostc", "link1")
    drill.run(30)
    drill.cluster.mend_link("hostc", "link1")
    drill.run(30)
    drill.crash("hosta")
    drill.run(60)
    told = [line for line in texts(logs_of(drill)["hostb", ENGINE_LOG]) if line.split()[0] in MEMBERSHIPS]
    regular = "V-16-1-10086 System {} (Node '{}') is in Regular Membership - Membership: {}"
    assert told == [
        "V-16-1-10077 Received new cluster membership",
        *(regular.format(host, node, "0xf") for node, host in enumerate(HOSTS)),
        "V-16-1-10111 System hostc (Node '2') is in Regular and Jeopardy Memberships - Membership: 0xf, Jeopardy: 0x4",
        regular.format("hostc", 2, "0xf"),
        "V-16-1-10077 Received new cluster membership",
        *(regular.format(host, node, "0xe") for node, host in list(enumerate(HOSTS))[1:]),
    ]


def test_who_is_alone_after_its_last_link_is_in_jeopardy_no_more() -> None:
    """Both sides tell their own membership."""
    drill = Drill().started(30)
    for link in ("link1", "link2"):
        drill.cluster.cut_link("hosta", link)
        drill.run(30)
    logs = logs_of(drill)
    for host, last in (
        ("hosta", "System hosta (Node '0') is in Regular Membership - Membership: 0x1"),
        ("hostd", "System hostd (Node '3') is in Regular Membership - Membership: 0xe"),
    ):
        told = [line for line in texts(logs[host, ENGINE_LOG]) if line.split()[0] in MEMBERSHIPS]
        assert told[-1] == f"V-16-1-10086 {last}"


def test_the_agents_own_lines_are_those_it_writes_on_a_real_node() -> None:
    drill = Drill()
    line = AgentLog("hosta", "mir", "online", "NOTICE", 1101, "decided: fail over")
    logs = render([Record(0, 62_000_000, line)], drill.cluster.spec, EPOCH)
    expected = "2026/01/05 08:01:02 VCS NOTICE V-16-20150-1101 MetroMirror:mir:online:decided: fail over"
    assert logs == {("hosta", "MetroMirror_A.log"): (expected,)}


def test_a_run_writes_the_logs_of_each_system_where_it_is_told(tmp_path: Path) -> None:
    """Below a directory for each system, at the places where VCS keeps them."""
    result = CliRunner().invoke(app, ["run", "migration", "--logs", str(tmp_path), "--show", "verdicts"])
    assert result.exit_code == 0
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*_A.log"))
    assert "hosta/var/VRTSvcs/log/engine_A.log" in written
    told = (tmp_path / "hostc/var/VRTSvcs/log/MetroMirror_A.log").read_text().splitlines()
    assert all(LINE.fullmatch(line) for line in told)
    assert any("MetroMirror:ora_mmir:online:decided: fail over" in line for line in told)
