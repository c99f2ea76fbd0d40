"""`hosts/HOST/enter`: a shell, or any program, that takes a served host for its machine.

`. env.sh` changes what a name in the PATH means, and in bash what `/sbin/halt` means. A script of another shell that
calls `/sbin/halt` would still reach the real one. In mounts of its own it reaches the simulated host instead, and finds
the programs where VCS and the DS CLI have them: `/opt/VRTSvcs/bin`, `/opt/VRTS/bin`, and a DSCliHome below `/opt`.

Rule 1: nothing is mounted outside the namespace of the program that is started.
Rule 2: where the machine allows no such mounts, nothing is started.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from mirrordrill.simulator.bridge.processes import private_mounts
from mirrordrill.simulator.bridge.programs.lookalike import SHELL

ENTERED = "MIRRORDRILL_ENTERED"
"""Set, in the environment of what was started, to the host."""
MACHINE = ".opt-of-the-machine"
"""Directory below a host's where the machine's own `/opt` is, for a moment."""
NOT_ALLOWED = """#!/bin/sh
echo "enter: {hint}" >&2
exit 255
"""
DISPATCHER = """#!/bin/sh
# Stands in the place of this machine's halt, reboot, systemctl and their like.
program={programs}/${{0##*/}}
[ -x "$program" ] && exec "$program" "$@"
echo "$0: not simulated; nothing was done" >&2
exit 255
"""
ENTER = """#!/bin/sh
# Usage: enter [program [word ...]]: a shell, or the program, on simulated host {host}.
exec {unshare} /bin/sh -c {mounts} sh "$@"
"""
MOUNTS = r"""
set -e
if [ -d /opt ]; then
    machine={folder}/{machine}
    mount --rbind /opt "$machine"
    mount -t tmpfs tmpfs /opt
    for tree in "$machine"/*; do
        name=${{tree##*/}}
        [ -d "$tree" ] && [ ! -e {folder}/opt/"$name" ] || continue
        mkdir /opt/"$name"
        mount --rbind "$tree" /opt/"$name"
    done
    umount -l "$machine"
    for tree in {folder}/opt/*; do
        name=${{tree##*/}}
        mkdir /opt/"$name"
        mount --bind "$tree" /opt/"$name"
    done
fi
for place in {places}; do
    [ ! -d "$place" ] || mount --bind {folder}"$place" "$place"
done
for program in {programs}; do
    [ -f "$program" ] || continue
    [ "$program" -ef {dispatcher} ] && continue
    real=$(readlink -f "$program")
    case ${{real##*/}} in
        busybox|toybox|coreutils)
            echo "enter: $program is $real, which cannot be replaced: nothing was started" >&2
            exit 255
            ;;
    esac
    mount --bind {dispatcher} "$program"
done
[ ! -e /proc/sysrq-trigger ] || mount --bind /dev/null /proc/sysrq-trigger
set +e
{entered}={host}
{shell}=${{{shell}-$PPID}}
export {entered} {shell}
PS1=${{PS1-\$ }}
. {folder}/env.sh
[ $# -eq 0 ] || exec "$@"
case ${{SHELL##*/}} in
    bash) exec "$SHELL" --rcfile {folder}/env.sh -i ;;
    *ksh|dash) ;;
    *) SHELL=/bin/sh ;;
esac
ENV={folder}/env.sh
export ENV SHELL
exec "$SHELL" -i
"""


def lay_out(folder: Path, host: str, places: Iterable[Path], guarded: Sequence[str]) -> None:
    """Write `enter` into a host's folder, whose `bin` has a program for each of the guarded paths."""
    enter, dispatcher = folder / "enter", folder / "halting"
    unshare = private_mounts.unshare()
    own = shlex.quote(str(folder))
    if unshare:
        (folder / MACHINE).mkdir(exist_ok=True)
        mounts = MOUNTS.format(
            folder=own,
            machine=MACHINE,
            places=" ".join(f"/{place}" for place in places),
            programs=" ".join(guarded),
            dispatcher=shlex.quote(str(dispatcher)),
            entered=ENTERED,
            shell=SHELL,
            host=shlex.quote(host),
        )
        enter.write_text(ENTER.format(host=host, unshare=shlex.join(unshare), mounts=shlex.quote(mounts)))
    else:
        enter.write_text(NOT_ALLOWED.format(hint=private_mounts.HINT.replace("`", "'")))
    dispatcher.write_text(DISPATCHER.format(programs=shlex.quote(str(folder / "bin"))))
    for program in (enter, dispatcher):
        program.chmod(0o755)
