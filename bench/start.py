"""What starting costs, in units of importing the libraries: `python -m bench.start`.

A command is only as quick as what it imports. The unit is a bare interpreter that imports what a drill needs anyway,
measured in the same run, so that the figures of two machines can be compared. Processor time counts, not real time.
"""

from __future__ import annotations

import resource
import subprocess
import sys

UNIT = "import pytest, pytest_bdd, typer, rich, lark, simpy, jinja2"
REPEATED = 5
COMMANDS: dict[str, tuple[tuple[str, ...], float]] = {
    "--version": (("--version",), 0.83),
    "--help": (("--help",), 0.83),
    "run --help": (("run", "--help"), 0.9),
    "check of a small main.cf": (("check", "drills/sites/rdc/main.cf"), 1.67),
    "one drill": (("run", "migration", "--show", "summary"), 2.33),
}
"""What is measured, and what it ought to cost."""


def main() -> None:
    """Print the unit in seconds, and each command in units."""
    unit_s = cheapest_s(["-c", UNIT])
    sys.stdout.write(f"{'unit: libraries imported':<28}{unit_s:8.3f} s\n")
    for name, (words, wanted) in COMMANDS.items():
        ratio = cheapest_s(["-m", "mirrordrill", *words]) / unit_s
        sys.stdout.write(f"{name:<28}{ratio:8.2f} units, {wanted:.2f} wanted\n")


def cheapest_s(arguments: list[str]) -> float:
    """The least processor time that an interpreter took."""
    return min(processor_s(arguments) for _ in range(REPEATED))


def processor_s(arguments: list[str]) -> float:
    """The processor time of one interpreter."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
