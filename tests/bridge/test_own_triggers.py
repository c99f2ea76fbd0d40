"""Triggers of the administrator's own: executed where something happens, told what, with VCS's commands in reach."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from mirrordrill.drills.cli.init import init
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.sites import FOLDER
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.vcs.events import TriggerRun
from mirrordrill.simulator.world import World

NOTE = '#!/bin/sh\necho "$(basename "$0") $*" >> "{folder}/told"\n'
ALLOWS = NOTE + 'hagrp -online -nopre "$2" -sys "$1"\n'


@contextlib.contextmanager
def flown(folder: Path, scripts: dict[str, str], seconds: float = 120, more: str = "") -> Iterator[World]:
    """The example site with these triggers, in the directory."""
    text = (FOLDER / "rdc" / "main.cf").read_text()
    (folder / "main.cf").write_text(text.replace("group oragrp (", f"group oragrp ({more}", 1))
    (folder / "site.toml").write_text('[triggers]\nscripts = "triggers"\npatience_s = 0.5\n')
    (folder / "triggers").mkdir()
    for name, script in scripts.items():
        place = folder / "triggers" / name
        place.write_text(script.replace("{folder}", str(folder)))
        place.chmod(0o755)
    with contextlib.closing(World(load_site([folder / "main.cf"]))) as world:
        world.start()
        world.advance(seconds)
        yield world


def told(folder: Path) -> list[str]:
    return (folder / "told").read_text().splitlines() if (folder / "told").exists() else []


def test_triggers_are_run_when_what_they_are_for_happens(tmp_path: Path) -> None:
    """Each on the system that it is about, and told what happened."""
    names = ("postonline", "postoffline", "resfault", "nofailover")
    with flown(tmp_path, dict.fromkeys(names, NOTE)) as world:
        world.fail_resource("hosta", "ora_db")
        world.operate(["hares", "-probe", "ora_db", "-sys", "hosta"])
        world.advance(120)
        assert told(tmp_path) == [
            "postonline hosta oragrp",
            "resfault hosta ora_db ONLINE",
            "postoffline hosta oragrp",
            "postonline hostb oragrp",
        ]
        for host in ("hostc", "hostd"):
            world.operate(["hagrp", "-disable", "oragrp", "-sys", host])
        world.fail_resource("hostb", "ora_db")
        world.operate(["hares", "-probe", "ora_db", "-sys", "hostb"], on="hostb")
        world.advance(120)
        assert told(tmp_path)[-1] == "nofailover hostb oragrp"
        runs = [(r.event.trigger, r.event.system) for r in world.kernel.log if isinstance(r.event, TriggerRun)]
        assert runs[-1] == ("nofailover", "hosta")


@pytest.mark.parametrize(("script", "online"), [(ALLOWS, ("hosta",)), (NOTE, ())])
def test_a_preonline_of_ones_own_allows_by_typing_the_command(
    tmp_path: Path, script: str, online: tuple[str, ...]
) -> None:
    """One that ends without it has refused."""
    with flown(tmp_path, {"preonline": script}, more="\n\tPreOnline = 1\n\t") as world:
        assert told(tmp_path) == ["preonline hosta oragrp"]
        assert world.cluster.group_online_on("oragrp") == online


def test_a_preonline_that_hangs_is_killed_at_its_timeout(tmp_path: Path) -> None:
    hangs = "#!/bin/sh\nwhile :; do :; done\n"
    with flown(tmp_path, {"preonline": hangs}, 400, "\n\tPreOnline = 1\n\tPreonlineTimeout = 200\n\t") as world:
        assert world.cluster.group_online_on("oragrp") == ()
        assert world.operate(["hagrp", "-value", "oragrp", "PreOnlining", "hosta"]).output == "0\n"


def test_a_violation_of_ones_own_takes_the_place_of_vcs_own(tmp_path: Path) -> None:
    """This one does nothing: the group stays up twice."""
    with flown(tmp_path, {"violation": NOTE}) as world:
        world.start_by_hand("hostb", "ora_ip")
        world.operate(["hares", "-probe", "ora_ip", "-sys", "hostb"])
        world.advance(60)
        assert told(tmp_path) == ["violation hostb oragrp"]
        assert world.cluster.resource_state("ora_ip", "hostb") == "ONLINE"


def test_a_system_in_jeopardy_has_its_trigger(tmp_path: Path) -> None:
    with flown(tmp_path, {"injeopardy": NOTE}) as world:
        world.cluster.cut_link("hostc", "link1")
        world.advance(60)
        assert told(tmp_path) == ["injeopardy hostc 1"]


def test_a_group_without_trigger_event_wants_none(tmp_path: Path) -> None:
    with flown(tmp_path, {"postonline": NOTE}, more="\n\tTriggerEvent = 0\n\t"):
        assert told(tmp_path) == []


def test_resstatechange_is_run_where_it_is_asked_for(tmp_path: Path) -> None:
    with flown(tmp_path, {"resstatechange": NOTE}, more="\n\tTriggerResStateChange = 1\n\t"):
        assert "resstatechange hosta ora_db OFFLINE ONLINE" in told(tmp_path)


@pytest.mark.parametrize(
    ("name", "mode", "said"),
    [("resfualt", 0o755, "is no trigger that is run"), ("resfault", 0o644, "is not executable")],
)
def test_what_is_wrong_with_a_trigger_is_said_before_anything_is_flown(
    tmp_path: Path, name: str, mode: int, said: str
) -> None:
    (tmp_path / "main.cf").write_text((FOLDER / "rdc" / "main.cf").read_text())
    (tmp_path / "site.toml").write_text('[triggers]\nscripts = "triggers"\n')
    (tmp_path / "triggers").mkdir()
    (tmp_path / "triggers" / name).write_text("#!/bin/sh\n")
    (tmp_path / "triggers" / name).chmod(mode)
    with pytest.raises(ConfigError) as failure:
        load_site([tmp_path / "main.cf"])
    assert any(said in str(problem) for problem in failure.value.problems)


def test_a_directory_that_init_writes_has_the_triggers_and_flies(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with flown(tmp_path / "site", {"postonline": NOTE}):
        before = told(tmp_path / "site")
    files = [tmp_path / "site" / "main.cf"]
    assert init(tmp_path / "drills", files, (), Console(file=io.StringIO()), force=False) is ExitCode.HELD
    (tmp_path / "site" / "told").unlink()
    with contextlib.closing(World(load_site([tmp_path / "drills" / "main.cf"]))) as world:
        world.start()
        world.advance(120)
    assert told(tmp_path / "site") == before == ["postonline hosta oragrp"]
