"""Directories that each simulated host has for itself: `/tmp`, `/var/tmp`, `/opt`, `/etc/VRTSvcs`.

A script of the user's own that writes a file below `/tmp` must not be read on another host. Where the machine allows
it, each such script runs in a mount namespace of its own in which the host's directories stand in the place of the
machine's. What the machine has below `/opt` is still there; its `/tmp` is not.

Rule 1: the machine's own directories are never changed: nothing is mounted outside the namespace.
Rule 2: where namespaces are not allowed, scripts run without, and `mirrordrill check` says so.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PRIVATE = ("/tmp", "/var/tmp", "/opt", "/etc/VRTSvcs")  # noqa: S108 - the names of directories that are hidden
ATTEMPTS = (("-m",), ("-r", "-m"))
"""As root, or as a user who becomes root of a user namespace."""
MOUNT = r"""
set -e
root=$1; shift
kept=$1; shift
old=$IFS; IFS=:
for place in $kept; do
    mkdir -p "$root$place"
    mount --bind "$place" "$root$place"
done
IFS=$old
for place in /opt/*; do
    [ -d "$place" ] || continue
    [ -e "$root$place" ] && continue
    mkdir -p "$root$place"
    mount --rbind "$place" "$root$place"
done
for place in /tmp /var/tmp /opt /etc/VRTSvcs; do
    [ -d "$place" ] || continue
    mkdir -p "$root$place"
    mount --rbind "$root$place" "$place"
done
cd "$root"
exec "$@"
"""
WARNING = "scripts of all hosts share this machine's /tmp, /var/tmp, /opt and /etc/VRTSvcs"
HINT = "private directories need Linux with `unshare -m` (as root) or `unshare -rm` allowed"


@cache
def unshare() -> tuple[str, ...]:
    """The command that gives a program mounts of its own; nothing where the machine does not allow that."""
    program = shutil.which("unshare")
    for options in ATTEMPTS if program else ():
        command = (str(program), *options, "--propagation", "private")
        probe = [*command, "/bin/sh", "-c", 'mount --bind "$1" "$1"', "sh", "/var/tmp"]  # noqa: S108 - as above
        done = subprocess.run(probe, capture_output=True, check=False)  # noqa: S603 - fixed words
        if done.returncode == 0:
            return command
    return ()


def tree_below(path: Path, place: Path) -> str:
    """The directory directly below a place that holds the path; empty where the place does not."""
    if path == place or not path.is_relative_to(place):
        return ""
    return str(place / path.relative_to(place).parts[0])


def prefix(root: Path, kept: Iterable[Path]) -> tuple[str, ...]:
    """What stands in front of a command so that it sees a host's own directories.

    Of the machine's own, the trees that hold `kept` are seen besides.
    """
    command = unshare()
    hidden = {tree for path in kept for place in PRIVATE if (tree := tree_below(path, Path(place)))}
    return (*command, "/bin/sh", "-c", MOUNT, "sh", str(root), ":".join(sorted(hidden))) if command else ()
