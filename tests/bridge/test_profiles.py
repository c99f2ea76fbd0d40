"""The real agent under every release of VCS that differs: how arguments are passed, what limits hold, both ways."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from mirrordrill import agent
from mirrordrill.drills.sites import FOLDER
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge.served.installation import Installation
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.site.host_paths import dscli_homes
from mirrordrill.simulator.site.site import Site, load_site
from mirrordrill.simulator.vcs.events import EntryPointStarted
from mirrordrill.simulator.vcs.spec import PROFILES
from mirrordrill.simulator.world import World

LIST = "VolIds = { 1260, 1261 }"
FORMS = {
    "keys": (LIST, "str VolIds{}"),
    "pairs": ('VolIds = { 1260 = "a", 1261 = "b" }', "str VolIds{}"),
    "keylist": (LIST, "keylist VolIds"),
}
"""How VolIds is written, and how the type declares it: the manual's type says one thing and its text another."""


def write_site(folder: Path, written: str = LIST, declared: str = "str VolIds{}", more: str = "") -> Site:
    text = (FOLDER / "rdc" / "main.cf").read_text()
    assert LIST in text
    text = text.replace(LIST, written).replace(
        "\tAutoStartList = { hosta }\n", f"\tAutoStartList = {{ hosta }}\n{more}"
    )
    (folder / "main.cf").write_text(text)
    types = Path(agent.__file__).resolve().with_name("MetroMirrorTypes.cf").read_text()
    assert "str VolIds{}" in types
    (folder / "MetroMirrorTypes.cf").write_text(types.replace("str VolIds{}", declared))
    return load_site([folder / "main.cf"])


def migration(site: Site, profile: str, agent_mode: AgentMode) -> tuple[list[str], list[str]]:
    """To the other site and back; the log, and the commands that changed pairs."""
    with contextlib.closing(World(site, agent_mode=agent_mode, profile=profile)) as world:
        world.start()
        world.advance(60)
        for host in ("hostc", "hosta"):
            world.operate(["hagrp", "-switch", "oragrp", "-to", host])
            world.advance(120)
            assert world.cluster.group_online_on("oragrp") == (host,)
        events = [record.event for record in world.kernel.log]
        changes = [e.command for e in events if isinstance(e, CommandExecuted) and e.changes_pairs]
        return list(world.kernel.log.lines()), changes


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_agent_understands_its_volumes_under_each_release(tmp_path: Path, profile: str, form: str) -> None:
    """By position or by name, as a keylist or as an association: a failover and a failback of both volumes each way."""
    _, changes = migration(write_site(tmp_path, *FORMS[form]), profile, AgentMode.IN_PROCESS)
    assert [change.split()[0] for change in changes] == ["failoverpprc", "failbackpprc"] * 2
    assert all(change.endswith("1260:1260 1261:1261") for change in changes)


@pytest.mark.parametrize(("profile", "form"), [("vcs41", "pairs"), ("vcs5", "keys"), ("vcs7", "pairs")])
def test_both_ways_write_the_same_log_under_each_release(tmp_path: Path, profile: str, form: str) -> None:
    """What a real process gets on its command line is what the agent in process gets."""
    site = write_site(tmp_path, *FORMS[form])
    assert migration(site, profile, AgentMode.IN_PROCESS)[0] == migration(site, profile, AgentMode.PROCESS)[0]


@pytest.mark.parametrize(("profile", "limit_ms"), [("vcs41", 40_000), ("vcs5", 30_000), ("vcs7", 30_000)])
def test_an_action_has_as_long_as_the_release_gives_it(tmp_path: Path, profile: str, limit_ms: int) -> None:
    """40 s in 4.1, 30 s later, where neither type nor resource says otherwise."""
    site = write_site(tmp_path)
    text = (tmp_path / "main.cf").read_text()
    (tmp_path / "main.cf").write_text(text.replace("\t\tActionTimeout = 60\n", ""))
    site = load_site([tmp_path / "main.cf"])
    with contextlib.closing(World(site, profile=profile)) as world:
        world.start()
        world.advance(60)
        world.operate(["hares", "-action", "ora_mmir", "status", "-sys", "hosta"])
        events = [record.event for record in world.kernel.log]
        started = [e.limit_ms for e in events if isinstance(e, EntryPointStarted) and e.entry == "status"]
        assert started == [limit_ms]


def test_an_action_is_capped_at_half_the_monitor_interval_in_later_releases(tmp_path: Path) -> None:
    """A MonitorInterval of 30 s leaves an action 15 s under VCS 7, and all its 40 s under 4.1."""
    write_site(tmp_path)
    text = (tmp_path / "main.cf").read_text()
    (tmp_path / "main.cf").write_text(text.replace("\t\tActionTimeout = 60\n", "\t\tMonitorInterval = 30\n"))
    site = load_site([tmp_path / "main.cf"])
    limits = {}
    for profile in ("vcs41", "vcs7"):
        with contextlib.closing(World(site, profile=profile)) as world:
            world.start()
            world.advance(60)
            world.operate(["hares", "-action", "ora_mmir", "explain", "-sys", "hosta"])
            events = [record.event for record in world.kernel.log]
            (limits[profile],) = [
                e.limit_ms for e in events if isinstance(e, EntryPointStarted) and e.entry == "explain"
            ]
    assert limits == {"vcs41": 40_000, "vcs7": 15_000}


def test_the_ds_cli_is_where_the_site_has_it(tmp_path: Path) -> None:
    """DSCliHome need not be the default: the agent finds the program there, both ways alike."""
    write_site(tmp_path)
    text = (tmp_path / "main.cf").read_text()
    default = 'DSCliHome = "/opt/ibm/dscli"'
    assert text.count(default) == 1
    (tmp_path / "main.cf").write_text(text.replace(default, 'DSCliHome = "/usr/local/ibm/dscli 7/"'))
    site = load_site([tmp_path / "main.cf"])
    assert set(dscli_homes(site).values()) == {("/usr/local/ibm/dscli 7",)}
    assert migration(site, "vcs41", AgentMode.IN_PROCESS) == migration(site, "vcs41", AgentMode.PROCESS)


@pytest.mark.parametrize("home", ["/opt", "/opt/ibm", "/opt/ibm/dscli/bin", "/opt/VRTSvcs/bin"])
def test_a_home_may_lie_around_or_in_another_directory_of_programs(tmp_path: Path, home: str) -> None:
    """A served host has the program there, and loses nothing else for it."""
    write_site(tmp_path)
    text = (tmp_path / "main.cf").read_text()
    (tmp_path / "main.cf").write_text(text.replace('DSCliHome = "/opt/ibm/dscli"', f'DSCliHome = "{home}"'))
    site = load_site([tmp_path / "main.cf"])
    for _ in range(2):  # the second time into a directory that was laid out already
        with contextlib.closing(Installation(site, ["dscli", "hagrp"], tmp_path / "served")) as served:
            root = served.of_host("hosta")
            for program in (f"{home}/dscli", "/opt/VRTSvcs/bin/hagrp", "/opt/VRTS/bin/hagrp"):
                assert (root / program.lstrip("/")).is_file()


def test_a_home_that_no_file_system_can_have_is_nowhere(tmp_path: Path) -> None:
    """As on a real host: the agent says that there is no such program."""
    write_site(tmp_path)
    text = (tmp_path / "main.cf").read_text()
    long = "x" * 300
    (tmp_path / "main.cf").write_text(text.replace('DSCliHome = "/opt/ibm/dscli"', f'DSCliHome = "/opt/{long}"'))
    assert set(dscli_homes(load_site([tmp_path / "main.cf"])).values()) == {("/opt/ibm/dscli",)}


@pytest.mark.parametrize("profile", ["vcs41", "vcs7"])
def test_auto_fail_over_2_keeps_a_group_in_its_zone(tmp_path: Path, profile: str) -> None:
    """VCS 4.1 knows 0 and 1: a main.cf that says 2 is of a later release, whatever the profile."""
    site = write_site(tmp_path, more="\tAutoFailOver = 2\n")
    with contextlib.closing(World(site, profile=profile)) as world:
        world.start()
        world.advance(60)
        world.crash("hostb")
        world.crash("hosta")
        world.advance(300)
        assert world.cluster.group_online_on("oragrp") == ()


def test_online_timeout_of_one_resource_is_what_its_online_gets(tmp_path: Path) -> None:
    """`hares -override`, as a line of main.cf: the others of the type keep theirs."""
    write_site(tmp_path)
    text = (tmp_path / "main.cf").read_text()
    (tmp_path / "main.cf").write_text(text.replace("ActionTimeout = 60", "OnlineTimeout = 450"))
    with contextlib.closing(World(load_site([tmp_path / "main.cf"]))) as world:
        world.start()
        world.advance(60)
        events = [record.event for record in world.kernel.log]
        started = [e for e in events if isinstance(e, EntryPointStarted) and e.entry == "online"]
        assert {(e.resource, e.limit_ms) for e in started if e.resource in {"ora_mmir", "ora_dg"}} == {
            ("ora_mmir", 450_000),
            ("ora_dg", 300_000),
        }
