"""Profile files: one key and value per line, `#` comments, `:` or blanks between key and value (dscli.md 1.3).

Rule 1: what the command line says wins over the profile, the profile over the defaults.
Rule 2: keys that are not known here are skipped: real profiles are full of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

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
