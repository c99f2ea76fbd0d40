"""The files of a rehearsal below `DIR/recording`: one feature for each branch, and the tree of branches.

A line is written with one call, and then the operating system has it: a killed server loses none. A disk that is full
loses none either: the lines wait, and the rehearsal stands still until they are written.

Rule 1: a feature is only ever added to. A branch begins as a copy of what it shares with its parent.
Rule 2: a line that was cut off by a crash of the machine is dropped when the recording is read again.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec

from mirrordrill.drills.output.read_back import LONGEST_NUMBER, inside, read_feature, read_object
from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.rehearse.branch_world import RecordedLine
from mirrordrill.drills.rehearse.shell.protocol import FOLDER
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.scope import REHEARSAL
from mirrordrill.drills.shrink.schedule import ScheduledStep, line_of, step_lines
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.vcs.spec import PROFILES

TREE = "rehearsal.json"
REACHED = "reached.json"
LOCK = "lock"
FURTHEST_US = 7 * 24 * 3600 * 1_000_000
"""A clock that is said to have gone on for longer than this after the last line is not believed."""
BRANCH_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")
MOST = 10**LONGEST_NUMBER - 1
WholeNumber = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class BranchOf(msgspec.Struct, frozen=True):
    """A branch: its name, the branch and the moment that it left, and where its first own line stands."""

    name: str
    parent: str = ""
    left_us: WholeNumber = 0
    shared_lines: WholeNumber = 0


class Reached(msgspec.Struct, frozen=True):
    """How far the clock of a branch had come; it goes on when nothing is done, and no line says so."""

    branch: str
    now_us: WholeNumber


class Tree(msgspec.Struct):
    """All branches of a rehearsal, and how its worlds are made."""

    site: str
    """The step that names the site."""
    seed: WholeNumber
    agent: str
    profile: str
    plan: str = ""
    current: str = "main"
    branches: list[BranchOf] = msgspec.field(default_factory=list)

    def problem(self) -> str:
        """What is wrong with a tree that was read back; empty where nothing is."""
        names = [each.name for each in self.branches]
        known = {*names, ""}
        for wrong, said in (
            (self.agent not in {mode.value for mode in AgentMode}, f"there is no agent mode {self.agent!r}"),
            (self.profile not in PROFILES, f"there is no profile {self.profile!r}"),
            (len({*names}) < len(names), "two branches have one name"),
            (not all(map(BRANCH_NAME.fullmatch, names)), "a branch has a name that is none"),
            (self.current not in names, f"there is no branch {self.current!r}"),
            (any(each.parent not in known for each in self.branches), "a branch left one that there is not"),
        ):
            if wrong:
                return said
        return ""

    def branch(self, name: str) -> BranchOf:
        """The branch of that name. Raises UsageError with those that there are."""
        found = next((each for each in self.branches if each.name == name), None)
        if found is None:
            raise UsageError(f"there is no branch {name}; there are: {', '.join(each.name for each in self.branches)}")
        return found


def checked_name(name: str, tree: Tree) -> str:
    """A name for a new branch. Raises UsageError for one that is no name, or is taken."""
    if not BRANCH_NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a branch: small letters, digits, - and _, at most 40")
    if any(each.name == name for each in tree.branches):
        raise UsageError(f"there is a branch {name} already")
    return name


class Recording:
    """The folder of one rehearsal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self.problem = ""
        """Why lines could not be written; empty where all are."""
        self._pending = bytearray()
        self._cut = b""
        """What of a line was written whose rest waits."""
        self._file = -1
        self._lock = -1
        self._reached: Reached | None = None

    def claim(self) -> None:
        """Be the only server of this rehearsal until the process ends. Raises UsageError, OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            place = self.folder.parent
            raise UsageError(
                f"a rehearsal runs in {place} already: `mirrordrill rehearse --attach {place}` is its shell"
            ) from None
        self._lock = lock

    def give_up(self) -> None:
        """Let others have it."""
        self.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def keep_reached(self, branch: str, now_us: int) -> None:
        """Write down how far the clock has come. On a full disk it is not: a line will say so."""
        reached = Reached(branch, now_us)
        if reached != self._reached:
            aside = self.folder / f".{REACHED}"
            with contextlib.suppress(OSError):
                aside.write_bytes(msgspec.json.encode(reached))
                aside.replace(self.folder / REACHED)
                self._reached = reached

    def reached_us(self, branch: str, last_us: int) -> int:
        """How far the clock of a branch had come, its last line being of that moment."""
        with contextlib.suppress(UsageError):
            reached = read_object(self.folder / REACHED, Reached)
            if reached.branch == branch and last_us < reached.now_us <= last_us + FURTHEST_US:
                return reached.now_us
        return last_us

    @property
    def exists(self) -> bool:
        """Whether there is a rehearsal already."""
        return (self.folder / TREE).exists()

    def path(self, branch: str) -> Path:
        """The feature of a branch."""
        return inside(self.folder, f"{branch}.feature")

    def save(self, tree: Tree) -> None:
        """Write the tree of branches, whole or not at all. Raises OSError."""
        aside = self.folder / f".{TREE}"
        aside.write_bytes(msgspec.json.format(msgspec.json.encode(tree), indent=2) + b"\n")
        aside.replace(self.folder / TREE)

    def load(self) -> Tree:
        """Read the tree. Raises UsageError where there is none."""
        try:
            tree = read_object(self.folder / TREE, Tree)
            if problem := tree.problem():
                raise UsageError(f"{self.folder / TREE}: {problem}")
        except UsageError as wrong:
            raise UsageError(f"{self.folder.parent} holds no rehearsal that can be continued: {wrong}") from None
        return tree

    def lines(self, branch: str) -> list[ScheduledStep]:
        """The lines of a branch. Raises UsageError for a file that cannot be read."""
        path = self.path(branch)
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is not a regular file")
        try:
            text = path.read_bytes()
            whole = text[: text.rfind(b"\n") + 1]
            if whole and whole != text:
                path.write_bytes(whole)
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror}") from None
        scenarios = read_feature(path, anew=True).scenarios.values()
        return [line_of(number, step) for scenario in scenarios for number, step in enumerate(scenario.steps)]

    def begin(self, tree: Tree, branch: BranchOf, lines: Iterable[RecordedLine]) -> None:
        """Write a branch from its start, whole or not at all. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.path(branch.name), (f"{line}\n" for line in (*head(tree, branch), *steps(lines))))

    def go_on(self, tree: Tree) -> None:
        """Save the tree, and add what comes to its current branch. Raises OSError; then all is as it was."""
        if not self.flush():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.folder))
        file = os.open(self.path(tree.current), os.O_WRONLY | os.O_APPEND)
        try:
            self.save(tree)
        except OSError:
            os.close(file)
            raise
        self.close()
        self._file = file

    def add(self, line: RecordedLine) -> None:
        """Write one more line; `problem` says why where it has to wait."""
        self._pending += "".join(f"{text}\n" for text in steps([line])).encode()
        self.flush()

    def flush(self) -> bool:
        """Write what waits; whether nothing waits any more."""
        try:
            while self._pending:
                written = os.write(self._file, self._pending)
                self._cut = (self._cut + self._pending[:written]).rpartition(b"\n")[2]
                del self._pending[:written]
        except OSError as error:
            self.problem = f"cannot write {self.folder}: {error.strerror}"
            return False
        self.problem = ""
        return True

    def waiting(self) -> list[str]:
        """The lines that could not be written, whole."""
        return (self._cut + self._pending).decode().splitlines() if self._pending else []

    def close(self) -> None:
        """Close the feature that is open."""
        if self._file >= 0:
            self.flush()
            os.close(self._file)
            self._file = -1


def head(tree: Tree, branch: BranchOf) -> Iterable[str]:
    """What stands above the steps of a branch."""
    options = [f"--seed {tree.seed}"] if tree.seed else []
    options += [f"--agent {tree.agent}"] if tree.agent != "inprocess" else []
    options += [f"--profile {tree.profile}"] if tree.profile != "vcs41" else []
    yield "# SIMULATED. Recorded by `mirrordrill rehearse`; it runs again, to the same event log, with"
    yield f"# mirrordrill run {' '.join([*options, f'{branch.name}.feature'])}"
    yield f"@{REHEARSAL}"
    yield "Feature: Rehearsal"
    yield ""
    yield f"  Scenario: {branch.name}"


def steps(lines: Iterable[RecordedLine]) -> Iterable[str]:
    """The lines as steps, each with its own keyword."""
    for each in lines:
        yield from step_lines([each.line])
