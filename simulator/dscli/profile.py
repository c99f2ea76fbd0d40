"""Profile files: one key and value per line, `#` comments, `:` or blanks between key and value (dscli.md 1.3).

Rule 1: what the command line says wins over the profile, the profile over the defaults.
Rule 2: keys that are not known here are skipped: real profiles are full of them.
"""

from __future__ import annotations

from collections.abc import Mapping

_FLAGS = {
    "hmc1": "hmc1", "hmc2": "hmc2", "username": "user", "password": "passwd", "pwfile": "pwfile", "format": "fmt",
    "delim": "delim", "header": "hdr", "banner": "bnr", "fullid": "fullid", "verbose": "v", "devid": "dev",
    "remotedevid": "remotedev",
}  # fmt: skip
"""Profile key -> the flag that says the same."""


def read_profile(text: str) -> dict[str, str]:
    """The profile as flags."""
    flags: dict[str, str] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].replace(":", " ", 1).split()
        if len(words) >= 2 and words[0] in _FLAGS:
            flags[_FLAGS[words[0]]] = words[1].strip("\"'")
    return flags


def with_profile(flags: Mapping[str, str], profile: str | None) -> dict[str, str]:
    """The command line's flags, and the profile's where the command line is silent."""
    return {**(read_profile(profile) if profile else {}), **flags}
