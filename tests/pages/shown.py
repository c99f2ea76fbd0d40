"""What the documents show a reader to type, taken apart and typed.

A fenced block of the kind `console` is a session: a line that begins with `$ ` is typed in a shell, one that begins
with `# ` as root, and what stands below it is what is printed. Lines may be left out of it (`...` alone), and so may
parts of a line. All sessions of a document are one shell, in the order of the page.

A block below `<!-- file: NAME -->` is the content of that file: a reader has saved it before he types on.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"^(?:<!-- file: (?P<file>\S+) -->\n+)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
DONE = "\x01done "
WAIT_S = 300


@dataclass(frozen=True)
class Command:
    """One line that is typed, and what the page says is printed."""

    line: int
    text: str
    is_root: bool
    printed: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A file that the page shows."""

    name: str
    text: str


def documents() -> list[Path]:
    """Every page for readers."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def shown(text: str) -> Iterator[Command | File]:
    """What a page shows, in its order."""
    for block in BLOCK.finditer(text):
        if block["file"]:
            yield File(block["file"], block["text"])
        if block["kind"] == "console":
            yield from commands(block["text"], text.count("\n", 0, block.start("text")) + 1)


def commands(block: str, first_line: int) -> Iterator[Command]:
    """The commands of one session with what they print."""
    lines = block.split("\n")
    starts = [number for number, line in enumerate(lines) if line.startswith(("$ ", "# "))]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        printed = tuple(line for line in lines[start + 1 : end] if line.strip())
        yield Command(first_line + start, lines[start][2:], lines[start].startswith("# "), printed)


def missing(printed: tuple[str, ...], output: str) -> str:
    """The first line of an excerpt that the output does not have behind those before it; empty where it has all."""
    lines = [line.rstrip() for line in output.split("\n")]
    for expected in printed:
        if expected.strip() == "...":
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in expected.rstrip().split("...")))
        found = next((number for number, line in enumerate(lines) if pattern.fullmatch(line)), None)
        if found is None:
            return expected
        lines = lines[found + 1 :]
    return ""


class Shell:
    """A shell that stays from one command to the next, with its directory, variables and last exit code."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._served = 0
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def type(self, command: str) -> tuple[int, str]:
        """Exit code and what was printed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{command}\n__code=$?; printf '\\n{DONE}%s\\n' $__code; (exit $__code)\n")
        self._process.stdin.flush()
        printed: list[str] = []
        for line in self._process.stdout:
            if line.startswith(DONE):
                return int(line.removeprefix(DONE)), "".join(printed)
            printed.append(line)
        raise AssertionError(f"the shell ended in {command!r}: {''.join(printed)}")

    def serve(self, command: str, until: str) -> str:
        """Start what runs until it is told to end, and wait for its line."""
        self._served += 1
        log = self._folder / f"served.{self._served}.log"
        self.type(f"{command} > {log} 2>&1 &")
        give_up_s = time.monotonic() + WAIT_S
        while until not in (said := log.read_text() if log.exists() else ""):
            assert time.monotonic() < give_up_s, said
            time.sleep(0.05)
        return said

    def close(self) -> None:
        """End the shell and what it started."""
        self.type("kill -TERM $(jobs -p) 2>/dev/null; wait")
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=WAIT_S)
        assert self._process.stdout
        self._process.stdout.close()
