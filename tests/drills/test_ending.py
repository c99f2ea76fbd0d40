"""How commands end: with the verdict that is known, on a signal before it, and on output that cannot be written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mirrordrill.drills.cli.ending import run_command, verdict_is_known
from mirrordrill.drills.run.exit_codes import ExitCode
from tests.commands import mirrordrill

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
WHOLE = [sys.executable, "-m", "mirrordrill"]


def ends(command: Callable[[], object]) -> int:
    """The exit code of a command of this process; its error is told as a user sees it."""
    return run_command(command, lambda error: sys.stderr.write(f"{error}\n"))


@pytest.fixture(autouse=True)
def same_handlers() -> Iterator[None]:
    """Signals and streams of this process are as they were."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    streams = sys.stdout, sys.stderr
    yield
    sys.stdout, sys.stderr = streams
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_before_the_verdict_is_128_and_its_number(number: signal.Signals) -> None:
    """130, 143, 129."""
    assert ends(lambda: signal.raise_signal(number)) == 128 + number


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_after_the_verdict_changes_nothing(number: signal.Signals) -> None:
    """While the command still tells what came of it, and while the interpreter ends."""

    def command() -> int:
        verdict_is_known()
        signal.raise_signal(number)
        return ExitCode.LIVENESS

    assert ends(command) == ExitCode.LIVENESS
    signal.raise_signal(number)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_the_caller_ignores_stays_ignored(number: signal.Signals) -> None:
    """`nohup mirrordrill run`."""
    signal.signal(number, signal.SIG_IGN)
    assert ends(lambda: signal.raise_signal(number)) == 0


def test_a_fault_of_ours_is_one_sentence_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Never a traceback; what it quotes does not move the cursor."""
    assert ends(lambda: {}["\x1b[2J"]) == ExitCode.HARNESS
    said = capsys.readouterr().err
    assert said.startswith("mirrordrill: the harness is at fault: KeyError: ")
    assert "(test_ending.py:" in said
    assert "\x1b" not in said
    assert said.count("\n") == 1


OUTPUTS = ["list --brief", "steps", "check {rdc}", "--help", "run migration --show summary", "report {report}"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report."""
    folder = tmp_path_factory.mktemp("report")
    made = mirrordrill("run", "migration", "--report", folder)
    assert made.returncode == 0, made.stderr
    return folder


RDC = Path(__file__).resolve().parents[2] / "drills/sites/rdc/main.cf"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", OUTPUTS)
def test_output_that_cannot_be_written_is_one_sentence_and_14(words: str, report: Path) -> None:
    """`> /dev/full` stands for a disk that is full under a redirected output."""
    with Path("/dev/full").open("w") as full:
        done = mirrordrill(*words.format(rdc=RDC, report=report).split(), output=full)
    assert done.stderr == "mirrordrill: cannot write to standard output: No space left on device\n"
    assert done.returncode == ExitCode.HARNESS


def test_a_reader_that_has_seen_enough_ends_nothing() -> None:
    """`mirrordrill run | head -1`: no word about the pipe, and the verdict for a shell with pipefail."""
    read, write = os.pipe()
    os.close(read)
    command = [*WHOLE, "run", "migration", "--show", "summary"]
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == ExitCode.HELD


LIMITED = ["sh", "-c", 'ulimit -f "$0" && trap "" XFSZ && exec "$@"']
"""With a limit for the size of files: the same failure as on a full disk, without one."""
FILES = {
    "run migration --show summary --no-shrink --report {out}": "report.json",
    "run migration --show summary --no-shrink --events {out}/log": "log",
    "run migration --show summary --no-shrink --trace {out}/trace": "trace",
    "run migration --show summary --no-shrink --logs {out}": "log",
    "run migration --show summary --no-shrink --junit {out}/junit": "",
    "report {report} --html {out}/page": "page",
    "report {report} --text {out}/text": "text",
    "init {out}/new --site {rdc}": "new",
}


@pytest.mark.parametrize(("words", "named"), FILES.items(), ids=list(FILES))
def test_a_file_that_cannot_be_written_is_one_sentence_and_14(
    words: str, named: str, report: Path, tmp_path: Path
) -> None:
    """No traceback, no half file, and the verdict is still told."""
    command = [*WHOLE, *words.format(rdc=RDC, report=report, out=tmp_path).split()]
    limited = [*LIMITED, "0" if "junit" in words or "logs" in words else "8", *command]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(limited, capture_output=True, text=True, check=False, env=environment)
    assert "Traceback" not in done.stdout + done.stderr
    assert "File too large" in done.stderr
    assert named in done.stderr
    assert done.returncode == ExitCode.HARNESS, done
    assert "run" not in words.split()[:1] or "migrates to a host" in " ".join(done.stdout.split())
    assert [path for path in tmp_path.rglob("*") if "unfinished" in path.name] == []


def test_a_results_file_for_which_there_is_no_room_is_14(tmp_path: Path) -> None:
    """The disk is at fault, and not what the file says."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [*LIMITED, "0", *WHOLE, "explore", "--runs", "1", "--results", str(tmp_path / "r.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == ExitCode.HARNESS, done
    assert "r.sqlitecannotbewritten:diskI/Oerror" in "".join(done.stderr.split())


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_stream_that_is_closed_is_no_fault(closed: int, tmp_path: Path) -> None:
    """As a job of cron or a daemon may start it: the verdict is that of the drills."""
    log = tmp_path / "log"
    command = ["sh", "-c", f'exec "$@" {closed}>&-', "sh", *WHOLE, "run", "migration", "--events", str(log)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    assert "Traceback" not in done.stdout + done.stderr
    assert log.read_text().count("SIMULATED") == 0


IN_A_CALLBACK = """
import os, signal, sys, time, weakref
from mirrordrill.drills.cli.ending import run_command

class Thing:
    pass

def command():
    thing = Thing()
    kept = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGTERM) or sum(range(1000)))
    del thing
    time.sleep(30)
    return 0

sys.exit(run_command(command, print))
"""


def test_a_signal_that_arrives_in_a_callback_of_the_interpreter_ends_the_command() -> None:
    """Raised there it would be printed and forgotten; it is raised once more, without a word."""
    done = subprocess.run(
        [sys.executable, "-c", IN_A_CALLBACK], capture_output=True, text=True, check=False, timeout=25
    )
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGTERM, "", "")
