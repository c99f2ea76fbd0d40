"""`python -m tests.fuzz --seconds 600 --answers 60000`: all fuzzers by turns for so long, then the garbled answers.

It prints what was tried, and ends with 1 at the first fault, with the seed that shows it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter

from tests.fuzz.fuzzers import FUZZERS
from tests.fuzz.garbled_answers import campaign


def fuzz(seed: int, seconds: float) -> tuple[Counter[str], list[str]]:
    """The inputs of each fuzzer, and the faults that were found."""
    inputs, faults, ends_s = Counter[str](), list[str](), time.monotonic() + seconds
    for number in range(sys.maxsize):
        for name, fuzzer in FUZZERS.items():
            if time.monotonic() > ends_s:
                return inputs, faults
            inputs[name] += 1
            try:
                fuzzer(random.Random(f"{seed} {number}"))
            except Exception:
                faults.append(f"{name}: random.Random('{seed} {number}')\n{traceback.format_exc(limit=-3)}")
    return inputs, faults


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="real time for the fuzzers of files")
    parser.add_argument("--answers", type=int, default=0, help="answers to damage, end to end")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    inputs, faults = fuzz(wanted.seed, wanted.seconds)
    for name, count in inputs.items():
        print(f"{name:<12} {count:>9,} inputs")
    if wanted.answers:
        found = campaign(wanted.seed, wanted.answers)
        print(f"garbled      {found.garbled:>9,} answers in {found.runs:,} entry points: no lock, no changing command")
    print(f"{sum(inputs.values()):,} inputs, {len(faults)} faults")
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
