"""Password files: what `managepwfile` writes and `-pwfile` names.

The real file is binary and encrypted; nothing of its inside is known. Ours is text: a first line that says what it is,
then one record a line, console, user and the digest of the password, separated by blanks.

Rule 1: a record is for one console and one user: a file made for hmc1 alone does not help at hmc2 (dscli.md 1.7).
Rule 2: no password stands in it.
Rule 3: a file of another program cannot be judged and is not touched.
"""

from __future__ import annotations

from collections.abc import Mapping

FIRST_LINE = "# Password file of a simulated DS CLI: console, user, digest. It is of no use anywhere else."
DEFAULT_FILE = "/root/dscli/security.dat"
"""In the user's home (dscli.md 1.7, M+); everybody on a simulated host is root."""

Record = tuple[str, str]
"""Console and user."""


def read_records(text: str) -> dict[Record, str] | None:
    """The digest for each record; None where the text is no password file of ours."""
    lines = text.splitlines()
    if not lines or lines[0] != FIRST_LINE:
        return None
    records: dict[Record, str] = {}
    for line in lines[1:]:
        words = line.split(" ")
        if len(words) == 3:
            records[words[0], words[1]] = words[2]
    return records


def write_records(records: Mapping[Record, str]) -> str:
    """The text of a password file."""
    lines = (f"{console} {user} {digest}" for (console, user), digest in sorted(records.items()))
    return "".join(f"{line}\n" for line in (FIRST_LINE, *lines))
