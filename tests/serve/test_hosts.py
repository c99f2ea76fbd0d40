"""A served host is a host: what halts it, its prompt, its logs, and its `sleep` when the site is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mirrordrill.drills.sites import shipped_site
from mirrordrill.simulator.bridge.processes import private_mounts
from mirrordrill.simulator.bridge.served import entering
from mirrordrill.simulator.bridge.served.installation import Installation
from mirrordrill.simulator.bridge.served.power_commands import (
    POWER_COMMANDS,
    PowerAction,
    PowerRequest,
    PowerWordsError,
)
from tests.serve.served import ServedSite

HALT, REBOOT = PowerRequest(PowerAction.HALT), PowerRequest(PowerAction.REBOOT)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("halt", HALT), ("halt -p", HALT), ("poweroff -f", HALT), ("reboot", REBOOT), ("halt --reboot", REBOOT),
        ("init 0", HALT), ("init 5", HALT), ("init 6", REBOOT), ("telinit 6", REBOOT),
        ("systemctl poweroff", HALT), ("systemctl --force reboot", REBOOT),
        ("shutdown now", HALT), ("shutdown -h now", HALT), ("shutdown -r now", REBOOT), ("shutdown -P 0", HALT),
        ("shutdown -Fr", REBOOT), ("shutdown -y -g0 -i6", REBOOT),
        ("shutdown -y -g 60 -i 0", PowerRequest(PowerAction.HALT, 60)),
        ("shutdown -h +5 maintenance now", PowerRequest(PowerAction.HALT, 300)), ("shutdown -hy 0", HALT),
        ("shutdown -c", PowerRequest(PowerAction.CANCEL)), ("shutdown --reboot", REBOOT),
    ],
)  # fmt: skip
def test_words_are_understood_as_on_the_platforms_they_come_from(line: str, expected: PowerRequest) -> None:
    """Linux, AIX, Solaris, HP-UX."""
    program, *words = line.split()
    assert POWER_COMMANDS[program](words) == expected


@pytest.mark.parametrize(
    "line", ["halt hosta", "init 3", "init", "systemctl restart sshd", "shutdown -z now", "shutdown 23:00", "reboot -x"]
)
def test_what_is_not_understood_does_nothing(line: str) -> None:
    """Better than a guess."""
    program, *words = line.split()
    with pytest.raises(PowerWordsError):
        POWER_COMMANDS[program](words)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ServedSite]:
    with ServedSite(tmp_path, "--timeline", "none") as site:
        yield site


def shell(
    site: ServedSite, script: str, host: str = "hosta", program: str = "bash"
) -> subprocess.CompletedProcess[str]:
    """What a shell prints after `. env.sh`; its PATH is the machine's own before that."""
    env = f". {site.folder}/hosts/{host}/env.sh\n"
    argv = ["bash", "--norc", "-c"] if program == "bash" else [program, "-c"]
    return subprocess.run([*argv, env + script], capture_output=True, text=True, timeout=60)


TYPED = {
    "halt": "halt",
    "an absolute path": '[ "$(type -t /sbin/halt)" = function ] && /sbin/halt -p',
    "sudo": "sudo -n halt",
    "a shell below it": "sh -c halt",
    "a script of bash": """bash -c '[ "$(type -t /sbin/halt)" = function ] && /sbin/halt'""",
}
"""Never an absolute path before it is known to be a function: the machine under test has a real one."""


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_what_halts_a_host_halts_the_simulated_one(tmp_path: Path, typed: str) -> None:
    """And its programs answer no more, until it is switched on."""
    with ServedSite(tmp_path, "--timeline", "none") as site:
        done = shell(site, typed)
        assert (done.returncode, done.stdout) == (0, "SIMULATED  hosta halts\n"), done.stderr
        assert site.run("hastatus", "-sum") == (255, "hastatus: hosta is down; switch it on with `poweron hosta`\n")
        wait = ["hagrp", "-wait", "oragrp", "State", "ONLINE", "-sys", "hostb", "-time", "900"]
        assert site.run(*wait, host="hostb")[0] == 0
        assert site.run("poweron", "hosta", host="")[0] == 0
        assert site.run("sleep", "10m", host="hostb")[0] == 0
        assert site.run("hagrp", "-value", "oragrp", "State") == (0, "|OFFLINE|\n")


BY_ITS_PATH = """
grep -q "Stands in the place" /sbin/halt || exit 99
PATH=/opt/VRTSvcs/bin:/opt/ibm/dscli:$PATH
exec sh -c 'dscli -cfg "$PROFILES/IBM.2107-75FA120.profile" lspprc 1260 && hagrp -value oragrp State && /sbin/halt -p'
"""
"""Never `/sbin/halt` before it is known to be ours: the machine under test has a real one."""


@pytest.mark.skipif(not private_mounts.unshare(), reason="this machine allows no private mounts")
@pytest.mark.skipif(not Path("/sbin/halt").exists(), reason="this machine has no halt")
def test_what_is_called_by_its_path_is_the_simulated_hosts(site: ServedSite) -> None:
    """In mounts of its own, for any shell; outside of them nothing has changed."""
    halt = Path("/sbin/halt").read_bytes()
    enter = site.folder / "hosts" / "hosta" / "enter"
    done = subprocess.run([enter, "sh", "-c", BY_ITS_PATH], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["|ONLINE|", "SIMULATED  hosta halts"]
    assert "1260:1260" in done.stdout
    assert not (site.folder / "hosts" / "hosta" / entering.MACHINE / "VRTSvcs").exists()
    assert Path("/sbin/halt").read_bytes() == halt


def test_where_no_mounts_are_allowed_nothing_is_entered_and_the_prompt_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_mounts, "unshare", tuple)
    with closing(Installation(shipped_site("rdc"), ["hagrp"], tmp_path / "site")) as laid_out:
        host = laid_out.of_host("hosta")
        done = subprocess.run([host / "enter", "true"], capture_output=True, text=True, timeout=60)
        assert (done.returncode, "unshare -m" in done.stderr) == (255, True)
        assert "[SIMULATED hosta but /sbin is REAL]" in (host / "env.sh").read_text()


def test_the_configuration_of_each_host_is_where_vcs_has_it(site: ServedSite) -> None:
    """And `hacf -verify` knows the place."""
    done = shell(site, 'cat "$VCS_CONF/conf/config/main.cf"; hacf -verify "$VCS_CONF/conf/config"', host="hostb")
    assert (done.returncode, "group oragrp" in done.stdout) == (0, True)
    script = "haconf -makerw; hagrp -modify oragrp Tag night; haconf -dump -makero; cat $VCS_CONF/conf/config/main.cf"
    assert "Tag = night" in shell(site, script, host="hostb").stdout


def test_a_plain_shell_halts_the_simulated_host_too(site: ServedSite) -> None:
    """sh has the site's programs in its PATH and functions of the same names."""
    done = shell(site, "reboot", program="sh")
    assert (done.returncode, done.stdout) == (0, "SIMULATED  hosta is booted again\n"), done.stderr
    assert site.run("sleep", "10m", host="hostb")[0] == 0
    assert site.run("hagrp", "-state", "oragrp")[0] == 0


def test_a_shutdown_in_five_minutes_can_be_cancelled(site: ServedSite) -> None:
    """Simulated minutes."""
    assert site.run("shutdown", "-h", "+5", "maintenance") == (0, "SIMULATED  hosta halts in 300 s\n")
    assert site.run("sleep", "4m")[0] == 0
    assert site.run("shutdown", "-c") == (0, "SIMULATED  hosta stays up\n")
    assert site.run("sleep", "4m")[0] == 0
    assert site.run("shutdown", "-h", "+5")[0] == 0
    code, printed = site.run("sleep", "6m")
    assert (code, printed) == (255, "hosta is down: what ran there is gone\n")


def test_wrong_words_reach_neither_host(site: ServedSite) -> None:
    """The message says so."""
    code, printed = site.run("init", "3")
    assert code == 255
    assert printed.endswith("nothing was done, neither to hosta nor to this machine\n")
    assert site.run("hagrp", "-state", "oragrp")[0] == 0


def test_a_prompt_says_where_one_is(site: ServedSite) -> None:
    """Once, whatever hosts were visited before."""
    script = f"PS1='# '\n. {site.folder}/hosts/hosta/env.sh\n. {site.folder}/hosts/hostb/env.sh\necho \"$PS1\""
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, timeout=60)
    real = "" if private_mounts.unshare() else " but /sbin is REAL"
    assert done.stdout == f"[SIMULATED hostb{real}] # \n"


def test_a_halt_in_the_shell_of_a_site_that_is_gone_reaches_nothing(tmp_path: Path) -> None:
    """The programs are removed; the functions of the shell are left."""
    with ServedSite(tmp_path) as site:
        folder = site.folder
    script = f". {folder}/hosts/hosta/env.sh; mv {folder} {folder}.removed; halt; echo $?; type -t /sbin/halt reboot"
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "127\nfunction\nfunction\n"


def test_the_logs_are_where_vcs_has_them(site: ServedSite) -> None:
    """And grow while the site runs."""
    folder = site.folder / "hosts" / "hostc" / "var" / "VRTSvcs" / "log"
    assert "Group oragrp is online on system hosta" in (folder / "engine_A.log").read_text()
    assert site.run("hagrp", "-switch", "oragrp", "-to", "hostc")[0] == 0
    assert site.run("hagrp", "-wait", "oragrp", "State", "ONLINE", "-sys", "hostc", "-time", "900")[0] == 0
    assert "Group oragrp is online on system hostc" in (folder / "engine_A.log").read_text()
    assert "logged in to HMC" in (folder / "MetroMirror_A.log").read_text()
    done = shell(site, 'ls "$VCS_LOG/log"; "$VCS_HOME/bin/hagrp" -value oragrp State', host="hostc")
    assert done.stdout.split() == ["MetroMirror_A.log", "engine_A.log", "|ONLINE|"]


def test_a_sleep_fails_once_when_the_site_is_gone_and_a_loop_does_not_spin(tmp_path: Path) -> None:
    """The first says why; the others take their time in silence."""
    with ServedSite(tmp_path) as site:
        site.stop(signal.SIGTERM)
    loop = "n=0; while [ $n -lt 3 ]; do sleep 1; echo $?; n=$((n+1)); done"
    began_s = time.monotonic()
    done = subprocess.run(["sh", "-c", loop], env=site.environment(), capture_output=True, text=True, timeout=60)
    assert done.stdout == "255\n255\n255\n"
    assert done.stderr.count("no simulator answers") == 1
    assert time.monotonic() - began_s >= 2


def test_a_refusal_is_on_standard_error(site: ServedSite) -> None:
    """What a pipe reads is what was asked for."""
    done = subprocess.run(["hagrp", "-state"], env=site.environment(""), capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr.startswith("hagrp: say on which system")) == ("", True)
    assert os.path.exists(site.folder)  # noqa: PTH110
