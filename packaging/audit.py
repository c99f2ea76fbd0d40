"""Ask the advisory database about the dependencies; where it cannot be reached, say so and be no reason to fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PATIENCE_S = 120
UNKNOWN = "could not be audited"
FOUND = "known vulnerabilit"


def main() -> int:
    """Exit code 1 for a dependency that is known to be vulnerable, 0 for none.

    0 as well, with a message, where the audit could not be made.
    """
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", str(Path(__file__).resolve().parents[1])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)  # noqa: S603 - this interpreter
    except subprocess.TimeoutExpired:
        sys.stdout.write("pip-audit: SKIPPED, the advisory database does not answer\n")
        return 0
    said = done.stdout + done.stderr
    if done.returncode and FOUND not in said:
        last = (said.strip().splitlines() or ["it says nothing"])[-1]
        sys.stdout.write(f"pip-audit: SKIPPED, it came to no answer: {last}\n")
        return 0
    sys.stdout.write(said)
    if (unasked := said.count(UNKNOWN)) > 0:
        sys.stdout.write(
            f"pip-audit: SKIPPED for {unasked} dependencies, of which the database that answers knows nothing\n"
        )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
