"""What a script file is and how it is started: by the kernel, by `sh` as `execvp` falls back to it, or by Perl.

Agents in the style of Veritas begin without `#!`: comments, then `eval 'exec /opt/VRTSperl/bin/perl ... -S $0
${1+"$@"}' if 0;` (additions to vcs.md). A shell that meets this line executes Perl; there it does nothing.

Rule 1: nothing is executed here; only the first lines of a file are read.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

BINARIES = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
HEAD_BYTES = 4096
SHELL = "/bin/sh"
PERL = re.compile(r"""^\s*eval\s*'exec\s+\S*perl\S*((?:\s+-[^\s'"]+)*?)\s+-S\s""", re.MULTILINE)
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


def head_of(script: Path) -> bytes:
    """The first bytes of a file."""
    with script.open("rb") as file:
        return file.read(HEAD_BYTES)


def is_program(script: Path) -> bool:
    """Whether it can be started: a script whose interpreter is there, a binary, or text that `sh` or Perl reads."""
    head = head_of(script)
    if head.startswith(b"#!"):
        words = head.partition(b"\n")[0][2:].split()
        return bool(words) and os.access(words[0], os.X_OK)
    if head.startswith(BINARIES):
        return True
    if b"\0" in head or not head.strip():
        return False
    return needs_perl(head) is None or shutil.which("perl") is not None


def needs_perl(head: bytes) -> list[str] | None:
    """The options of Perl in a preamble as above; None where there is none."""
    found = PERL.search(head.decode("utf-8", "replace"))
    return found[1].split() if found else None


def interpreter_of(script: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What stands in front of a script so that it starts; nothing where the kernel knows. Variables are filled in."""
    head = head_of(script)
    if head.startswith((b"#!", *BINARIES)):
        return ()
    options, perl = needs_perl(head), shutil.which("perl")
    if options is None or perl is None:
        return (SHELL,)
    return (perl, *(VARIABLE.sub(lambda m: environment.get(m[1] or m[2], ""), option) for option in options))
