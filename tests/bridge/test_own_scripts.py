"""Entry points of the user's own, executed as VCS would: real processes on simulated hosts, in simulated time."""

from __future__ import annotations

import contextlib
import io
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from mirrordrill.drills.cli.init import init
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.sites import FOLDER
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.site.site import Site, load_site
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointKilled, EntryPointStarted, ResourceChanged
from mirrordrill.simulator.vcs.logs import render
from mirrordrill.simulator.world import World

TYPE = """
type MyApp (
	static int MonitorInterval = 60
	static int OnlineTimeout = 100
	static int CleanTimeout = 30
	static keylist SupportedActions = { report }
	static keylist RegList = { Port }
	static str ArgList[] = { Port, Names }
	str Port
	keylist Names
	)

cluster rdc1 ("""
RESOURCE = """
	MyApp my_app (
		Port = "80; touch /tmp/never"
		Names = { a, b }
		)

	my_app requires ora_db

	// Figure 3-2"""

SHELL = {
    "monitor": '#!/bin/sh\ntest -f "$MIRRORDRILL_RUN/$1.pid" && exit 110\nexit 100\n',
    "online": '#!/bin/sh\nfor word in "$@"; do echo "$word"; done > "$MIRRORDRILL_RUN/arguments"\n'
    'echo $$ > "$MIRRORDRILL_RUN/$1.pid"\n',
    "offline": '#!/bin/sh\nrm -f "$MIRRORDRILL_RUN/$1.pid"\n',
    "clean": '#!/bin/sh\nrm -f "$MIRRORDRILL_RUN/$1.pid"\n',
    "actions/report": '#!/bin/sh\nhagrp -state oragrp -sys "$MIRRORDRILL_SYSTEM" && cat "$MIRRORDRILL_RUN/arguments"\n',
}
PYTHON = {
    entry: "#!/usr/bin/env python3\n"
    + textwrap.dedent(f"""
        import os, pathlib, sys
        entry, mark = {entry!r}, pathlib.Path(os.environ["MIRRORDRILL_RUN"], sys.argv[1] + ".pid")
        if entry == "monitor":
            sys.exit(110 if mark.exists() else 100)
        if entry == "online":
            mark.write_text("\\n".join(sys.argv[1:]))
            mark.with_name("arguments").write_text("\\n".join(sys.argv[1:]) + "\\n")
        else:
            mark.unlink(missing_ok=True)
        """)
    for entry in ("monitor", "online", "offline", "clean")
}


def write_site(folder: Path, scripts: dict[str, str], patience_s: float = 20.0) -> Site:
    """The example site with a resource of a type of its own on top."""
    text = (FOLDER / "rdc" / "main.cf").read_text()
    text = text.replace("\ncluster rdc1 (", TYPE, 1).replace("\n\t// Figure 3-2", RESOURCE, 1)
    (folder / "main.cf").write_text(text)
    (folder / "site.toml").write_text(f'[types.MyApp]\nscripts = "agents/MyApp"\npatience_s = {patience_s}\n')
    for name, script in scripts.items():
        file = folder / "agents" / "MyApp" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(script)
        file.chmod(0o755)
    return load_site([folder / "main.cf"])


@contextlib.contextmanager
def flown(site: Site, agent_mode: AgentMode = AgentMode.IN_PROCESS) -> Iterator[World]:
    with contextlib.closing(World(site, agent_mode=agent_mode)) as world:
        world.start()
        world.advance(120)
        yield world


def states(world: World) -> list[str]:
    events = (record.event for record in world.kernel.log)
    return [f"{e.system} {e.after}" for e in events if isinstance(e, ResourceChanged) and e.resource == "my_app"]


@pytest.mark.parametrize("scripts", [SHELL, PYTHON], ids=["shell", "python"])
def test_own_scripts_bring_their_resource_online_and_take_it_along(tmp_path: Path, scripts: dict[str, str]) -> None:
    """Online, offline and monitor of the user's own, on each host with files of its own."""
    with flown(write_site(tmp_path, scripts)) as world:
        assert world.cluster.group_online_on("oragrp") == ("hosta",)
        world.operate(["hagrp", "-switch", "oragrp", "-to", "hostc"])
        world.advance(300)
        assert world.cluster.group_online_on("oragrp") == ("hostc",)
        online = [state for state in states(world) if state.split()[1] == "ONLINE"]
        assert online == ["hosta ONLINE", "hostc ONLINE"]


def test_arguments_reach_a_script_as_they_are_and_its_programs_reach_the_simulator(tmp_path: Path) -> None:
    """Nothing is given to a shell; an action's output goes to whoever asked; hagrp answers for the script's system."""
    with flown(write_site(tmp_path, SHELL)) as world:
        answer = world.operate(["hares", "-action", "my_app", "report", "-sys", "hosta"])
        assert answer.exit_code == 0
        assert answer.output.splitlines()[-4:] == ["80; touch /tmp/never", "2", "a", "b"]
        assert "ONLINE" in answer.output.splitlines()[-6]
        assert not Path("/tmp/never").exists()


def test_both_ways_to_fly_metro_mirror_write_the_same_log_beside_own_scripts(tmp_path: Path) -> None:
    """The scripts are processes in either case."""
    site = write_site(tmp_path, SHELL)
    logs = []
    for agent_mode in AgentMode:
        with flown(site, agent_mode) as world:
            world.operate(["hagrp", "-switch", "oragrp", "-to", "hostc"])
            world.advance(300)
            world.crash("hostc")
            world.advance(300)
            logs.append(list(world.kernel.log.lines()))
    assert logs[0] == logs[1]


def test_what_a_script_remembers_in_the_volatile_directory_dies_with_its_host(tmp_path: Path) -> None:
    """As the memory of a process would."""
    with flown(write_site(tmp_path, SHELL)) as world:
        world.crash("hosta")
        world.advance(10)
        world.boot("hosta")
        world.advance(400)
        of_hosta = [state for state in states(world) if state.startswith("hosta")]
        assert of_hosta == ["hosta OFFLINE", "hosta ONLINE", "hosta OFFLINE|STATE UNKNOWN", "hosta OFFLINE"]
        assert world.cluster.group_online_on("oragrp") == ("hostb",)


def test_a_script_that_never_ends_is_killed_at_its_timeout_in_simulated_time(tmp_path: Path) -> None:
    """It costs its patience in real time, and OnlineTimeout in simulated time; then clean, and the next system."""
    loop = '#!/bin/sh\ntest "$MIRRORDRILL_SYSTEM" = hosta && while :; do :; done\n' + SHELL["online"][10:]
    with flown(write_site(tmp_path, {**SHELL, "online": loop}, patience_s=0.3)) as world:
        world.advance(400)
        events = [record.event for record in world.kernel.log]
        killed = [e for e in events if isinstance(e, EntryPointKilled) and e.resource == "my_app"]
        assert [(e.system, e.entry, e.why) for e in killed] == [("hosta", "online", "100 s were up")]
        assert world.cluster.group_online_on("oragrp") == ("hostb",)


def test_what_a_script_prints_stands_in_the_engines_log_as_a_block(tmp_path: Path) -> None:
    """Of any entry point but monitor, whose output is nobody's business."""
    talkative = {
        **SHELL,
        "online": SHELL["online"] + "echo brought up; echo with care\n",
        "monitor": '#!/bin/sh\necho looked\ntest -f "$MIRRORDRILL_RUN/$1.pid" && exit 110\nexit 100\n',
    }
    with flown(write_site(tmp_path, talkative)) as world:
        written = render(world.kernel.log, world.cluster.spec, datetime(2026, 1, 5, tzinfo=UTC))[
            "hosta", "engine_A.log"
        ]
        at = next(number for number, line in enumerate(written) if "Output of the completed operation (online)" in line)
        assert written[at].endswith("(hosta) Resource(my_app): Output of the completed operation (online)")
        assert written[at + 2 : at + 4] == ("brought up", "with care")
        assert (written[at + 1][0], written[at + 4][-1]) == ("+", "+")
        assert not any("looked" in line for line in written)


def test_a_script_that_is_killed_takes_along_what_it_has_started(tmp_path: Path) -> None:
    """SIGKILL goes to the whole process group: nothing that a hung script began may end later."""
    mark = tmp_path / "child"
    begin = f'#!/bin/sh\nsleep 1000 & echo $! > "{mark}"\nwait\n'
    hang = '#!/bin/sh\ntest "$MIRRORDRILL_SYSTEM" = hosta || exit 0\n' + begin[10:]
    with flown(write_site(tmp_path, {**SHELL, "online": hang}, patience_s=0.3)) as world:
        world.advance(150)
        assert [e.event.entry for e in world.kernel.log if isinstance(e.event, EntryPointKilled)][:1] == ["online"]
        assert not is_alive(int(mark.read_text()))


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_what_a_script_leaves_running_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    """A background process lives in no simulated time: it is killed with the script that started it."""
    with flown(write_site(tmp_path, {**SHELL, "online": SHELL["online"] + "sleep 1000 &\n"})) as world:
        assert world.cluster.group_online_on("oragrp") == ("hosta",)


def test_a_type_may_leave_out_open_close_and_attr_changed(tmp_path: Path) -> None:
    """They then do nothing and end well."""
    with flown(write_site(tmp_path, SHELL)) as world:
        for words in (["haconf", "-makerw"], ["hares", "-modify", "my_app", "Port", "81"]):
            assert world.operate(words).exit_code == 0
        world.advance(10)
        ended = [
            e.exit_code
            for e in (record.event for record in world.kernel.log)
            if isinstance(e, EntryPointEnded) and (e.resource, e.entry) == ("my_app", "attr_changed")
        ]
        assert ended == [0, 0, 0, 0]


CLOSES = '#!/bin/sh\ntouch "$MIRRORDRILL_RUN/$1.closed"\n'


@pytest.mark.parametrize(("close", "ends_in_s"), [(CLOSES, 20.0), ("#!/bin/sh\nwhile :; do :; done\n", 80.0)])
def test_hastop_runs_the_close_of_a_type_that_has_one(tmp_path: Path, close: str, ends_in_s: float) -> None:
    """It has CloseTimeout for it, 60 s, and is killed then; the system leaves either way. By force it is not run."""
    with flown(write_site(tmp_path, {**SHELL, "close": close}, patience_s=0.3)) as world:
        begun_s = world.kernel.now_s
        assert world.operate(["hastop", "-sys", "hosta"], on="hostb").exit_code == 0
        assert world.run_until(lambda: world.cluster.group_state("oragrp", "hosta") == "UNKNOWN", 200)
        assert ends_in_s - 20 <= world.kernel.now_s - begun_s <= ends_in_s
        killed = [r.event.entry for r in world.kernel.log if isinstance(r.event, EntryPointKilled)]
        assert killed == ([] if close is CLOSES else ["close"])
        assert world.operate(["hastop", "-all", "-force"], on="hostb").exit_code == 0
        world.advance(100)
        started = [r.event for r in world.kernel.log if isinstance(r.event, EntryPointStarted)]
        assert [(e.system, e.resource) for e in started if e.entry == "close"].count(("hosta", "my_app")) == 1
        assert {e.system for e in started if e.entry == "close"} == {"hosta"}


def test_a_script_may_ask_the_ds_cli(tmp_path: Path) -> None:
    """The look-alike is where DSCliHome is, below the host's root."""
    ask = '#!/bin/sh\n"$MIRRORDRILL_ROOT/opt/ibm/dscli/dscli" -hmc1 ds8000c.example.com -user admin -passwd any lssi\n'
    with flown(write_site(tmp_path, {**SHELL, "actions/report": ask})) as world:
        assert "IBM.2107-75FA120" in world.operate(["hares", "-action", "my_app", "report", "-sys", "hosta"]).output


def test_a_directory_that_init_writes_has_the_scripts_and_flies(tmp_path: Path) -> None:
    """The copy of the site is whole: its scripts come along, with what lies beside them, and are executable."""
    (tmp_path / "site").mkdir()
    site = write_site(tmp_path / "site", {**SHELL, "lib/common.sh": "# sourced\n"})
    told = Console(file=io.StringIO())
    assert init(tmp_path / "drills", site.files, (), told, force=False) is ExitCode.HELD
    assert (tmp_path / "drills" / "agents" / "MyApp" / "lib" / "common.sh").is_file()
    with flown(load_site([tmp_path / "drills" / "main.cf"])) as world:
        assert world.cluster.group_online_on("oragrp") == ("hosta",)


# What is wrong is said before anything is run.


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as failure:
        load_site([folder / "main.cf"])
    return [f"{problem} ({problem.hint})".replace(str(folder), "") for problem in failure.value.problems]


def test_a_script_that_is_missing_or_cannot_be_executed_is_told_with_its_line(tmp_path: Path) -> None:
    """Where the scripts are named, and what to do."""
    write_site(tmp_path, SHELL)
    scripts = tmp_path / "agents" / "MyApp"
    (scripts / "online").unlink()
    (scripts / "monitor").chmod(0o644)
    (scripts / "clean").write_text("\n")
    (scripts / "offline").write_text("#!/no/such/shell\n")
    assert problems(tmp_path) == [
        "/site.toml:2:1: error: scripts of type MyApp: /agents/MyApp/clean is no program "
        "(its first line names its interpreter, as in #!/bin/sh)",
        "/site.toml:2:1: error: scripts of type MyApp: /agents/MyApp/monitor is not executable "
        "(chmod +x /agents/MyApp/monitor)",
        "/site.toml:2:1: error: scripts of type MyApp: /agents/MyApp/offline is no program "
        "(its first line names its interpreter, as in #!/bin/sh)",
        "/site.toml:2:1: error: scripts of type MyApp: there is no /agents/MyApp/online "
        "(VCS needs monitor, online, offline, clean)",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[types.MyAp]\nscripts = "x"', "[types.MyAp]: no cluster of this site has a resource of type MyAp (did you"),
        ('[types.MyApp]\nscripts = "nowhere"', "/nowhere is no directory"),
        (
            "[types.MyApp]\nscripts = 3",
            "types.MyApp.scripts cannot be 3 (it is a text of at least 1, as in",
        ),
        ('[types.MyApp]\nscript = "x"', "there is no types.MyApp.script (did you mean scripts?)"),
        ('[types.MyApp]\nscripts = "agents/MyApp"\nonline_s = 3', "online_s is for played types"),
        ('[types.MetroMirror]\nscripts = "x"', "the MetroMirror agent is run as it is"),
        ("[types.Oracle]\nonline_s = -1", "types.Oracle.online_s cannot be -1 (it is a number from 0 to 86,400"),
        ('[types.Oracle]\nonline_s = "long"', "types.Oracle.online_s cannot be 'long' (it is a number"),
        (
            '[types.Oracle]\nrole = "reads"',
            "types.Oracle.role cannot be 'reads' (it is one of plain, imports, stands, writes)",
        ),
        ("[types]\nOracle = 3", "types.Oracle cannot be 3 (it is a table)"),
        ("types = 3", "types is a table, not a value"),
    ],
)
def test_a_wrong_table_of_a_type_is_told(tmp_path: Path, text: str, said: str) -> None:
    """The key, what is wrong with it, what to do."""
    write_site(tmp_path, SHELL)
    (tmp_path / "site.toml").write_text(text + "\n")
    (problem,) = problems(tmp_path)
    assert said in problem
    assert problem.startswith(("/site.toml:1:", "/site.toml:2:", "/site.toml:3:"))
