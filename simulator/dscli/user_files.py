"""Files of a DS CLI user: where they lie, profiles, and password files that `managepwfile` writes and `-pwfile` names.

A profile has one key and value per line, `#` comments, `:` or blanks between key and value (dscli.md 1.3). The real
password file is binary and encrypted; nothing of its inside is known. Ours is text: a first line that says what it is,
then one record a line, console, user and the digest of the password, separated by blanks.

Rule 1: what the command line says wins over the profile, the profile over the defaults.
Rule 2: keys of a profile that are not known here are skipped: real profiles are full of them.
Rule 3: a record is for one console and one user: a file made for hmc1 alone does not help at hmc2 (dscli.md 1.7).
Rule 4: no password stands in a password file; a file of another program cannot be judged and is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

_FLAGS = {
    "hmc1": "hmc1", "hmc2": "hmc2", "username": "user", "password": "passwd", "pwfile": "pwfile", "format": "fmt",
    "delim": "delim", "header": "hdr", "banner": "bnr", "fullid": "fullid", "verbose": "v", "paging": "p", "rows": "r",
    "devid": "dev", "remotedevid": "remotedev",
}  # fmt: skip
"""Profile key -> the flag that says the same."""


_LINE = re.compile(r"\s*([A-Za-z0-9._]+)(?:\s*:\s*|\s+)(\S+)")


def read_profile(text: str) -> dict[str, str]:
    """The profile as flags. Their values are as they were typed; the session checks them."""
    flags: dict[str, str] = {}
    for line in text.splitlines():
        found = _LINE.match(line.partition("#")[0])
        if found and found[1] in _FLAGS:
            flags[_FLAGS[found[1]]] = found[2].strip("\"'")
    return flags


def profile_text(lines: Iterable[str]) -> str:
    """Lines as a profile file."""
    return "".join(f"{line.strip()}\n" for line in lines)


def with_profile(flags: Mapping[str, str], profile: str | None) -> dict[str, str]:
    """The command line's flags, and the profile's where the command line is silent."""
    return {**(read_profile(profile) if profile else {}), **flags}


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


class UserFiles(Protocol):
    """Where the DS CLI reads and writes files: profiles, scripts, password files."""

    def read(self, host: str, path: str) -> str | None:
        """The text of a file on a host; None where it cannot be read."""

    def write(self, host: str, path: str, text: str) -> bool:
        """Write a file on a host; whether that went well."""


class FilesOfHosts:
    """Files of the simulated hosts."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], str] = {}

    def read(self, host: str, path: str) -> str | None:
        """The text that was written there last."""
        return self._texts.get((host, path))

    def write(self, host: str, path: str, text: str) -> bool:
        """Keep the text."""
        self._texts[host, path] = text
        return True
