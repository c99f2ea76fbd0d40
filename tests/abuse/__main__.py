"""`python -m tests.abuse --kills 100`: commands that are killed at random moments, and commands on a full disk.

After each kill: no process of the command is left, no directory below its TMPDIR (SIGKILL excepted, which nobody
hears), no half file, no traceback, and an exit code that is documented.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RDC = ROOT / "drills" / "sites" / "rdc" / "main.cf"
COMMANDS = {
    "check": "check {rdc}",
    "list": "list",
    "steps": "steps",
    "run": "run migration disaster --report {out} --events {out}/log --logs {out}/logs",
    "run as processes": "run migration --agent process --report {out} --junit {out}/junit.xml",
    "run to shrink": "run {bad} --report {out}",
    "shrink": "shrink {bad} --out {out} --runs 20",
    "sweep": "sweep switch --every 40",
    "explore": "explore --runs 60 --results {out}/r.sqlite --out {out}/small",
    "explore on two": "explore --runs 60 --jobs 2 --steer --results {out}/r.sqlite",
    "results": "results --results {made}/r.sqlite --csv {out}/tables",
    "report": "report {made}/report --html {out}/page.html --csv {out}/table.csv",
    "rehearse": "rehearse rdc --pace fast --no-console --dir {out}/night",
    "rehearse with consoles": "rehearse rdc --pace fast --port 0 --dir {out}/night",
    "init": "init {out}/new --site {rdc}",
    "serve": "serve rdc --events {out}/log",
    "serve in a directory": "serve rdc --dir {out}/site",
}
KILLS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
DOCUMENTED = {0, 1, 2, 10, 11, 12}
BAD = """Feature: bad
  Scenario: never
    Given the example site "rdc"
    When 10 minutes pass
    Then oragrp comes online on hostd within 5 minutes
"""
LONGEST_S = 4.0
SHORT = {"check", "list", "steps", "report", "results", "init"}
SHORT_S = 1.2
"""These end by themselves after about so long."""
NOTICED_S = 5.0
"""After a SIGKILL the processes that it left have so long to end."""
MOUNT = ("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs")


def left_of(pid: int, temporary: Path) -> list[str]:
    """What still runs of a command that has ended: of its session, or with its TMPDIR somewhere in the environment.

    Entry points have sessions of their own, and a socket below that directory.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if fields[0] != "Z" and (int(fields[3]) == pid or os.fsencode(temporary) in environment):
            found.append(folder.name)
    return found


def still_left(pid: int, temporary: Path) -> list[str]:
    """The same, after what notices a death by itself has had its time."""
    deadline_s = time.monotonic() + NOTICED_S
    while (found := left_of(pid, temporary)) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return found


def half_files(out: Path) -> list[str]:
    """Files that are neither whole nor absent."""
    found = [str(path) for path in out.rglob("*.unfinished")]
    for path in out.rglob("report.json"):
        try:
            json.loads(path.read_text())
        except ValueError:
            found.append(str(path))
    return found


def make(folder: Path) -> Path:
    """What commands read that other commands wrote: a report, and a results file."""
    for words in (
        "run migration --show summary --report {}/report",
        "explore --runs 20 --results {}/r.sqlite --out {}/small",
    ):
        made = [sys.executable, "-m", "mirrordrill", *words.replace("{}", str(folder)).split()]
        subprocess.run(made, check=False, stdout=subprocess.DEVNULL)
    assert (folder / "report" / "report.json").is_file()
    assert (folder / "r.sqlite").is_file()
    return folder


def kill(chance: random.Random, name: str, folder: Path, made: Path) -> list[str]:
    """Kill a command at a random moment; what is wrong then."""
    number, out, temporary = chance.choice(KILLS), folder / "out", folder / "t"
    out.mkdir()
    temporary.mkdir(mode=0o700)
    (folder / "bad.feature").write_text(BAD)
    words = COMMANDS[name].format(rdc=RDC, out=out, bad=folder / "bad.feature", made=made).split()
    with (folder / "said").open("w") as said:
        run = subprocess.Popen(
            [sys.executable, "-m", "mirrordrill", *words],
            stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True,
            env={**os.environ, "TMPDIR": str(temporary)},
        )  # fmt: skip
        time.sleep(chance.uniform(0.1, SHORT_S if name in SHORT else LONGEST_S))
        run.send_signal(number)
        try:
            code = run.wait(60)
        except subprocess.TimeoutExpired:
            run.kill()
            return [f"{name}: {number.name} did not end it"]
    left = still_left(run.pid, temporary) if number is signal.SIGKILL else left_of(run.pid, temporary)
    text = (folder / "said").read_text(errors="replace")
    wrong = [f"{name}: process {pid} is left after {number.name}" for pid in left]
    if number is not signal.SIGKILL:
        wrong += [f"{name}: {path.name} is left after {number.name}" for path in temporary.iterdir()]
        wrong += [f"{name}: half a file {path} after {number.name}" for path in half_files(out)]
        if code not in DOCUMENTED | {128 + number, -number}:
            wrong.append(f"{name}: exit code {code} after {number.name}: {text[-300:]}")
    if "Traceback" in text and not is_of_the_start(text):
        wrong.append(f"{name}: a traceback after {number.name}: {text[-900:]}")
    return wrong


def is_of_the_start(text: str) -> bool:
    """Whether a traceback is of the interpreter itself, before a line of ours could say what a signal does."""
    files = re.findall(r'^  File "(.*?)", line', text, re.MULTILINE)
    return bool(files) and all(file.startswith("<frozen") or file.endswith(FIRST_FILES) for file in files)


FIRST_FILES = ("mirrordrill/__init__.py", "mirrordrill/__main__.py", "/runpy.py")
FULL = {
    "report": "run migration --show summary --no-shrink --report {full}",
    "events": "run migration --show summary --events {full}/log",
    "logs": "run migration --show summary --logs {full}",
    "trace": "run migration --show summary --trace {full}/trace",
    "page": "report {made}/report --html {full}/page.html",
    "text": "report {made}/report --text {full}/text",
    "table": "report {made}/report --csv {full}/table",
    "tables": "results --results {made}/r.sqlite --csv {full}/tables",
    "counter-example": "run {bad} --show summary --report {full}",
    "init": "init {full}/new --site {rdc}",
    "serve": "serve rdc --dir {full}/site",
    "rehearse": "rehearse rdc --no-console --dir {full}/night",
    "explore": "explore --runs 3 --results {full}/r.sqlite",
    "junit": "run migration --show summary --junit {full}/junit.xml",
}


FULL_WORDS = ("No space left", "disk is full")
"""As the system says it, and as SQLite does."""


def fill(file: Path) -> None:
    """Write until there is no room."""
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 1024)


def full_disks(folder: Path, made: Path) -> tuple[int, list[str]]:
    """Each command that writes, on a disk of 16 KiB; how many were tried, and what is wrong."""
    full = folder / "full"
    full.mkdir()
    bad = folder / "bad.feature"
    bad.write_text(BAD)
    wrong, tried = [], 0
    for name, line in FULL.items():
        mount = subprocess.run([*MOUNT, full], capture_output=True, check=False)
        if mount.returncode:
            return tried, [*wrong, "no tmpfs can be mounted here: full disks are SKIPPED"]
        try:
            fill(full / "ballast")
            words = line.format(full=full, made=made, rdc=RDC, bad=bad).split()
            command = [sys.executable, "-m", "mirrordrill", *words]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        finally:
            subprocess.run(["umount", full], check=False)
        tried += 1
        said = done.stdout + done.stderr
        if done.returncode != 14 or "Traceback" in said or not any(word in said for word in FULL_WORDS):
            wrong.append(f"full disk, {name}: exit {done.returncode}: {said[-300:]}")
    return tried, wrong


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    chance, kills, wrong = random.Random(wanted.seed), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory(prefix="abuse-") as shared:
        made = make(Path(shared))
        for _ in range(wanted.kills):
            name = chance.choice(list(COMMANDS))
            kills[name] += 1
            with tempfile.TemporaryDirectory(prefix="abuse-", ignore_cleanup_errors=True) as folder:
                wrong += kill(chance, name, Path(folder), made)
        for name, count in sorted(kills.items()):
            print(f"{name:<22} {count:>4} kills")
        with tempfile.TemporaryDirectory(prefix="abuse-") as folder:
            tried, more = full_disks(Path(folder), made)
    print(f"{sum(kills.values())} kills, {tried} full disks, {len(wrong + more)} faults")
    print(*wrong, *more, sep="\n", file=sys.stderr)
    return 1 if wrong + more else 0


if __name__ == "__main__":
    sys.exit(main())
