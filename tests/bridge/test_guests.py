"""Agents of others: scripts without `#!`, the helpers that they source, their environment, their directories."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from mirrordrill.drills.cli.check import check
from mirrordrill.simulator.bridge.processes import private_mounts
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.site.script_files import interpreter_of, is_program
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.vcs.events import EngineLog, OutputPrinted
from mirrordrill.simulator.world import World
from tests.bridge.test_own_scripts import SHELL, flown, states, write_site

PREAMBLE = """# Copyright of somebody.
# $Id$
eval 'exec /opt/VRTSperl/bin/perl -I${VCS_HOME}/lib -w -S $0 ${1+"$@"}'
    if 0;
"""
PERL = {
    "monitor": PREAMBLE
    + 'use ag_i18n_inc;\nVCSAG_SET_ENVS($ARGV[0]);\nexit(-e "$ENV{MIRRORDRILL_RUN}/$ARGV[0].pid" ? 110 : 100);\n',
    "online": PREAMBLE
    + 'use ag_i18n_inc;\nVCSAG_SET_ENVS($ARGV[0]);\nVCSAG_LOG_MSG("I", "about to start", 15001);\n'
    + 'open my $f, ">", "$ENV{MIRRORDRILL_RUN}/$ARGV[0].pid" or die;\n',
    "offline": PREAMBLE + 'unlink "$ENV{MIRRORDRILL_RUN}/$ARGV[0].pid";\n',
    "clean": PREAMBLE + 'unlink "$ENV{MIRRORDRILL_RUN}/$ARGV[0].pid";\n',
}
NEEDS_PERL = pytest.mark.skipif(shutil.which("perl") is None, reason="this machine has no perl")
NEEDS_MOUNTS = pytest.mark.skipif(not private_mounts.unshare(), reason="this machine allows no private mounts")


def without_first_line(script: str) -> str:
    return script.partition("\n")[2]


def online_on(world: World) -> list[str]:
    return [state for state in states(world) if state.split()[1] == "ONLINE"]


def test_scripts_without_an_interpreter_are_read_by_sh(tmp_path: Path) -> None:
    """As execvp falls back to it."""
    with flown(write_site(tmp_path, {name: without_first_line(text) for name, text in SHELL.items()})) as world:
        assert online_on(world) == ["hosta ONLINE"]


@NEEDS_PERL
def test_a_perl_agent_with_the_preamble_of_vcs_comes_online_and_logs(tmp_path: Path) -> None:
    """/opt/VRTSperl is nowhere; `ag_i18n_inc` is found by PERL5LIB, and its log line reaches the engine."""
    with flown(write_site(tmp_path, PERL)) as world:
        assert online_on(world) == ["hosta ONLINE"]
        logged = [record.event for record in world.kernel.log if isinstance(record.event, EngineLog)]
        assert any(event.message == "MyApp:my_app:online:about to start" for event in logged), logged[-5:]


def test_the_options_of_a_preamble_are_kept_and_its_variables_filled_in(tmp_path: Path) -> None:
    """`-I${VCS_HOME}/lib -w`."""
    script = tmp_path / "monitor"
    script.write_text(PREAMBLE)
    perl, *options = interpreter_of(script, {"VCS_HOME": "/root/of/hosta/opt/VRTSvcs"})
    assert (Path(perl).name, options) == ("perl", ["-I/root/of/hosta/opt/VRTSvcs/lib", "-w"])


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x00\x01binary", b"#!/nonexistent/sh\n"])
def test_what_is_no_program_is_still_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing of it could be started."""
    script = tmp_path / "monitor"
    script.write_bytes(content)
    assert not is_program(script)


HELPERS = r"""
. "$VCS_HOME/bin/ag_i18n_inc.sh"
VCSAG_SET_ENVS "$1" 1062
VCSAG_GET_ATTR_VALUE Names -1 1 "$1" Port 1 "80 and more" Names 2 a b; echo "$? $VCSAG_ATTR_VALUE"
VCSAG_GET_ATTR_VALUE Names 1 1 "$1" Port 1 "80 and more" Names 2 a b; echo "$? $VCSAG_ATTR_VALUE"
VCSAG_GET_ATTR_VALUE Port -1 1 "$1" Port 1 "80 and more" Names 2 a b; echo "$? $VCSAG_ATTR_VALUE"
VCSAG_GET_ATTR_VALUE Colour -1 1 "$1" Port 1 80; echo "$? $VCSAG_ATTR_VALUE"
VCSAG_LOG_MSG E "this is wrong" 15002; echo $?
echo "$VCSAG_RES_NAME $VCSAG_EP_NAME $VCSAG_CATEGORY_ID"
"""


def test_the_shell_helpers_do_what_their_names_say(tmp_path: Path) -> None:
    """Values of attributes by name and index, a line in the engine's log, the names of agent and entry point."""
    with flown(write_site(tmp_path, {**SHELL, "actions/report": HELPERS})) as world:
        answer = world.operate(["hares", "-action", "my_app", "report", "-sys", "hosta"])
        assert answer.output.splitlines()[-6:] == ["0 a b", "0 b", "0 80 and more", "2 ", "0", "my_app report 1062"]
        logged = [record.event.message for record in world.kernel.log if isinstance(record.event, EngineLog)]
        assert any("my_app:report:this is wrong" in message for message in logged)


def test_what_a_monitor_writes_to_standard_error_is_logged_once(tmp_path: Path) -> None:
    """VCS takes its exit code, and an administrator wants to know what it complains of."""
    monitor = SHELL["monitor"].replace("#!/bin/sh\n", "#!/bin/sh\necho cannot read the key >&2\n")
    with flown(write_site(tmp_path, {**SHELL, "monitor": monitor})) as world:
        world.advance(600)
        assert online_on(world) == ["hosta ONLINE"]
        said = [e.event for e in world.kernel.log if isinstance(e.event, OutputPrinted) and e.event.entry == "monitor"]
        assert [(event.system, event.lines) for event in said if event.system == "hosta"] == [
            ("hosta", ("cannot read the key",))
        ]


def test_path_and_perl5lib_of_the_user_are_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind what VCS gives."""
    monkeypatch.setenv("PERL5LIB", "/somewhere/perl")
    monkeypatch.setenv("PATH", f"{tmp_path}/tools:/usr/bin:/bin")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "ours").write_text("#!/bin/sh\necho found\n")
    (tmp_path / "tools" / "ours").chmod(0o755)
    report = '#!/bin/sh\necho "$PERL5LIB"\necho "$PATH" | grep -c tools\n'
    with flown(write_site(tmp_path, {**SHELL, "actions/report": report})) as world:
        perl, tools = world.operate(["hares", "-action", "my_app", "report", "-sys", "hosta"]).output.splitlines()[-2:]
    assert perl.endswith("/opt/VRTSvcs/bin:/somewhere/perl")
    assert tools == "1"


@NEEDS_MOUNTS
def test_hosts_share_no_directory(tmp_path: Path) -> None:
    """A monitor that looks below /tmp finds what was written on its own host, and the machine's /tmp stays clean."""
    mark = f"/tmp/my_app-{tmp_path.name}"
    scripts = {
        "monitor": f"#!/bin/sh\ntest -f {mark} && exit 110\nexit 100\n",
        "online": f"#!/bin/sh\ntouch {mark} /var/tmp/my_app-{tmp_path.name}\n",
        "offline": f"#!/bin/sh\nrm -f {mark}\n",
        "clean": f"#!/bin/sh\nrm -f {mark}\n",
        "actions/report": "#!/bin/sh\nls /tmp /var/tmp /opt | grep -c my_app\n"
        'test -x "$VCS_HOME/bin/hagrp" && echo there\n'
        "test -x /opt/VRTSvcs/bin/hagrp && echo here\n",
    }
    with flown(write_site(tmp_path, scripts)) as world:
        assert online_on(world) == ["hosta ONLINE"]
        report = world.operate(["hares", "-action", "my_app", "report", "-sys", "hosta"]).output.splitlines()
        assert report[-3:] == ["2", "there", "here"]
        assert world.operate(["hares", "-action", "my_app", "report", "-sys", "hostb"]).output.splitlines()[-3] == "0"
    assert not Path(mark).exists()
    assert not Path(f"/var/tmp/my_app-{tmp_path.name}").exists()


def test_a_machine_without_private_mounts_runs_them_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`mirrordrill check` warns then."""
    said = io.StringIO()
    monkeypatch.setattr(private_mounts, "unshare", lambda: ())
    with flown(write_site(tmp_path, SHELL)) as world:
        assert online_on(world) == ["hosta ONLINE"]
        assert check([tmp_path / "main.cf"], Console(file=said, width=200)) == 0
    assert "warning: " + private_mounts.WARNING in said.getvalue()


def test_a_type_may_have_a_hyphen(tmp_path: Path) -> None:
    """`[types.My-App]`: no longer a wrong key, only one that no cluster has."""
    write_site(tmp_path, SHELL)
    (tmp_path / "site.toml").write_text("[types.My-App]\nonline_s = 5\n")
    with pytest.raises(ConfigError) as wrong:
        load_site([tmp_path / "main.cf"])
    assert "no cluster of this site has a resource of type My-App" in str(wrong.value.problems[0].message)
