"""What is recorded runs again, to the same event log."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.drills.rehearse.debrief.compare import comparison
from mirrordrill.drills.rehearse.quoting import quoted, unquoted
from mirrordrill.drills.rehearse.recording import Recording
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.rehearse.shell.terminal import NoRehearsalError, ServerDiedError, attach_pipe
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.runner import run
from mirrordrill.simulator.bridge.served.log_files import LOG_FOLDER, LogFiles
from tests.rehearse.rehearsed import RunningRehearsal

SCRIPT = r"""
set -e
dscli -cfg $PROFILES/IBM.2107-75FA120.profile lspprc 1260 1261
hagrp -switch oragrp -to hostc
hagrp -wait oragrp State ONLINE -sys hostc
printf 'lspprc "1260"\nquit\n' | dscli -cfg $PROFILES/IBM.2107-75FA150.profile
echo 'lspprc -l "1260"' > look.cli
dscli -cfg $PROFILES/IBM.2107-75FA150.profile -script look.cli
sleep 5m
shutdown -h +1
sleep 3m || poweron hosta
hagrp -offline nothing -any || true
"""


def replayed(path: Path) -> str:
    """The hash of the log of a recorded branch, as `mirrordrill run` comes to it."""
    (drill,) = run([str(path)], Options(), None).drills
    assert all(step.status.value == "held" for step in drill.steps), [s for s in drill.steps if s.observed]
    return drill.digest


def test_commands_of_real_scripts_are_recorded_and_run_again_to_the_same_log(tmp_path: Path) -> None:
    """With no script at hand, and with what an instructor said in between; a killed server has lost nothing."""
    with RunningRehearsal(tmp_path) as night:
        said = night.bash(SCRIPT)
        assert "hosta is down" in said.stderr
        assert "Full Duplex" in said.stdout
        code, told = night.shell('note the "line"\\ is dead', "hostc loses power", "10 minutes pass", "hostz halts")
        assert code == 2
        assert "there is no host hostz" in told
        night.stop(signal.SIGKILL)
    killed = night.recording().read_text()
    assert "shutdown -h +1" in killed
    assert "When 10 minutes pass" in killed
    with RunningRehearsal(tmp_path, "--resume", str(night.folder), "--pace", "fast") as again:
        code, told = again.shell("array IBM.2107-75FA120 is lost", "status")
        assert code == 0, told
        assert "acknowledged writes, found missing" not in told
        waiting = again.start("hagrp -wait oragrp State ONLINE -sys hostd; hastatus", host="hostd")
        while "-sys hostd" not in again.recording().read_text():
            assert waiting.poll() is None
        code, told = again.shell("pause", "back 2 as other-way")
        assert code == 0, told
        printed, _ = waiting.communicate(timeout=60)
        assert "the instructor stepped back to" in printed
        assert again.stop() == 0, again.printed
    assert 'ended: hostd"' in again.recording().read_text()
    assert replayed(again.recording("other-way")) == again.digest


def test_who_is_in_the_middle_when_the_server_is_killed_reads_what_to_do(tmp_path: Path) -> None:
    """The shell says which line is in doubt, the program that its site is gone; both name what continues it."""
    printed = io.StringIO()
    # At full speed the command may have waited for a simulated day, which is its bound, before the server is killed.
    with RunningRehearsal(tmp_path, "rdc", "--pace", "60") as night:
        waiting = night.start("hagrp -wait oragrp State ONLINE -sys hostd", host="hostd")
        while "-sys hostd" not in night.recording().read_text():
            assert waiting.poll() is None

        def typed() -> Iterator[str]:
            yield "note it begins"
            night.stop(signal.SIGKILL)
            yield "10 minutes pass"

        with pytest.raises(ServerDiedError, match=r"whether `10 minutes pass` was .* `mirrordrill rehearse --resume "):
            attach_pipe(night.folder, typed(), printed)
        assert (
            "hagrp: the simulator has ended in the middle of this command; `mirror"
            in waiting.communicate(timeout=60)[0]
        )
        assert waiting.returncode == 255
    assert "noted" in printed.getvalue()
    with pytest.raises(NoRehearsalError, match=r"no rehearsal runs in .* any more; `mirrordrill rehearse --resume"):
        attach_pipe(night.folder, ["status"], printed)


def test_lines_behind_the_end_of_a_rehearsal_are_not_taken_for_done(tmp_path: Path) -> None:
    """A pipe that goes on behind `quit` ends with 2, and names the first of them."""
    with RunningRehearsal(tmp_path) as night:
        code, told = night.shell("quit", "hosta loses power")
        assert (code, "hosta loses power` and what follows it was not done" in " ".join(told.split())) == (2, True), (
            told
        )


def test_a_sentence_that_is_not_so_has_passed_its_time_in_the_replay_too(rehearsal: Rehearsal) -> None:
    """It is recorded as tried, and a branch that has it comes to the same log."""
    instructor = Instructor(rehearsal)
    assert not instructor.types("Then oragrp comes online on hostd within 2 minutes").is_good
    assert instructor.types("hosta loses power").is_good
    assert not instructor.types("hostz loses power").is_good
    instructor.types("Then oragrp comes online on hostb within 10 minutes")
    (outcome,) = comparison(rehearsal).outcomes
    assert outcome.is_same
    assert outcome.rto[0].startswith("oragrp ")
    rehearsal.recording.close()
    assert replayed(rehearsal.recording.path("main")) == outcome.digest


def test_a_full_disk_stops_the_clock_and_loses_no_line(rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened before it is full is written as soon as there is room; nothing that cannot be kept is done."""
    instructor = Instructor(rehearsal)

    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        assert instructor.types("hosta loses power").is_good
        refused = instructor.types("hostb loses power")
        assert not refused.is_good
        assert "No space left" in refused.text
    assert instructor.types("hostb loses power").is_good
    written = rehearsal.recording.path("main").read_text()
    assert "When hosta loses power" in written
    assert written.rstrip().endswith("When hostb loses power")


def test_a_branch_is_called_by_its_name_once(rehearsal: Rehearsal) -> None:
    """`Rehearsal: main` stands above it in a report, in the replay as in the rehearsal."""
    drill = rehearsal.stage.drill
    assert (drill.feature, drill.scenario) == ("Rehearsal", "main")
    (run_again,) = run([str(rehearsal.recording.path("main"))], Options(), None).drills
    assert (run_again.feature, run_again.scenario) == ("Rehearsal", "main")


def test_a_line_that_a_crash_cut_off_is_dropped(rehearsal: Rehearsal) -> None:
    """The rest of the recording is what it was."""
    Instructor(rehearsal).types("hosta loses power")
    path = rehearsal.recording.path("main")
    whole = path.read_bytes()
    path.write_bytes(whole + b"    When hostb lo")
    assert rehearsal.recording.lines("main")[-1].words == "hosta loses power"
    assert path.read_bytes() == whole


@given(st.text())
def test_any_text_stands_between_the_quotes_of_a_step(text: str) -> None:
    """And comes back as it was; it has no quote and no line end."""
    written = quoted(text)
    assert unquoted(written) == text
    assert not {'"', "\n", "\r", "\u2028"} & set(written)


def test_a_killed_server_goes_on_where_its_clock_had_come_to(
    rehearsal: Rehearsal, instructor: Instructor, tmp_path: Path
) -> None:
    """What the site did after the last line is not undone; a clock that cannot be believed is the last line's."""
    instructor.types("array IBM.2107-75FA120 is lost")
    instructor.types("hosta, hostb lose power")
    env = rehearsal.stage.world.kernel.env
    env.run_to(env.now + 600)
    rehearsal.keep()
    for reached, minutes in ((None, 20), ('{"branch":"main","now_us":999999999999999}', 10), ("{", 10)):
        if reached is not None:
            (tmp_path / "recording" / "reached.json").write_text(reached)
        again = Rehearsal(Recording(tmp_path), Options(), rehearsal.recording.load())
        again.resume()
        assert 0 <= again.stage.now_us - minutes * 60_000_000 <= 10
        again.recording.close()
        again.stage.world.close()
        if reached is None:
            path = rehearsal.recording.path("main")
            path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))


def test_a_rehearsal_has_one_server(tmp_path: Path) -> None:
    """A second one would write into the same recording; one that was killed has let it go."""
    first, second = Recording(tmp_path), Recording(tmp_path)
    first.claim()
    with pytest.raises(UsageError, match=r"a rehearsal runs in .* already: `mirrordrill rehearse --attach"):
        second.claim()
    first.give_up()
    second.claim()
    second.give_up()


def test_a_full_disk_ends_no_site_for_the_sake_of_a_log(rehearsal: Rehearsal, tmp_path: Path) -> None:
    """The lines of a log for readers wait until there is room, and stand there in their order, each once."""
    specs = [cluster.spec for cluster in rehearsal.stage.world.clusters.values()]
    full, roomy = (LogFiles(partial(folder_of, tmp_path / name), specs) for name in ("full", "roomy"))
    logs = tmp_path / "full" / "hosta" / LOG_FOLDER
    logs.parent.mkdir(parents=True)
    logs.write_text("no folder can be made here")
    for record in rehearsal.stage.drill.log:
        full.take(record)
        roomy.take(record)
    logs.unlink()
    full.hand_out()
    written = {path.name: path.read_text() for path in logs.iterdir()}
    assert written == {path.name: path.read_text() for path in (tmp_path / "roomy" / "hosta" / LOG_FOLDER).iterdir()}
    assert "engine_A.log" in written


def folder_of(root: Path, host: str) -> Path:
    """The folder of a host."""
    return root / host
