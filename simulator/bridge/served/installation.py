"""What a served site looks like on disk: programs for a PATH, and profiles for the DS CLI.

    DIR/env.sh                   puts DIR/bin in front of the PATH
    DIR/bin/                     dscli, sleep and poweron; all others on the system that MIRRORDRILL_SYSTEM names
    DIR/hosts/HOST/env.sh        the same for programs that run on HOST, and a prompt that says so
    DIR/hosts/HOST/enter         a shell, or any program, that takes HOST for its machine
    DIR/hosts/HOST/bin/          also as DIR/hosts/HOST/opt/VRTSvcs/bin; halt, shutdown ... for that host
    DIR/hosts/HOST/var/VRTSvcs/log/engine_A.log and the agents' logs
    DIR/profiles/IMAGE.profile   for `dscli -cfg`: consoles, devices and the agent's user of one array
    DIR/profiles/IMAGE.admin.profile   the same for the administrator

Rule 1: what was not laid out by us is not touched: a directory with anything else in it is refused.
Rule 2: a directory belongs to one site while that runs: its programs would reach another one in the middle of a script.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shlex
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from mirrordrill.simulator.bridge.private_directory import private_directory, socket_directory
from mirrordrill.simulator.bridge.processes import private_mounts
from mirrordrill.simulator.bridge.processes.host_directory import install
from mirrordrill.simulator.bridge.programs.lookalike import SHELL
from mirrordrill.simulator.bridge.served import entering
from mirrordrill.simulator.bridge.served.client_sessions import ANYWHERE
from mirrordrill.simulator.bridge.served.power_commands import POWER_COMMANDS
from mirrordrill.simulator.dscli.site_values import ADMINISTRATOR
from mirrordrill.simulator.kernel.untrusted import below
from mirrordrill.simulator.site.host_paths import dscli_homes
from mirrordrill.simulator.site.site import Attachment, Site

MARK = "# Laid out by mirrordrill serve: programs of a simulated site."
GUARDS = "guards.sh"
OURS = ("bin", "hosts", "profiles", "env.sh", GUARDS)
VCS_HOME, VCS_LOG, VCS_CONF = Path("opt/VRTSvcs"), Path("var/VRTSvcs"), Path("etc/VRTSvcs")
"""Below a host's directory, as VCS has them below the root."""
PLACES_OF_PROGRAMS = (VCS_HOME / "bin", Path("opt/VRTS/bin"))
"""Directories below a host's that are its `bin` by another name, beside those of the DS CLI."""
GUARDED = (*POWER_COMMANDS, "sudo")
SYSTEM_FOLDERS = ("/sbin", "/usr/sbin", "/bin", "/usr/bin")
GUARDED_PATHS = tuple(f"{place}/{name}" for place in SYSTEM_FOLDERS for name in GUARDED)
SUDO = """#!/bin/sh
# Every user of a simulated host is root. The real sudo has a PATH of its own, and would reach the real machine.
while [ $# -gt 0 ]; do
    case $1 in
        -u|-g|-h|-p|-C|-r|-t) shift ;;
        --) shift; break ;;
        -*) ;;
        *) break ;;
    esac
    shift
done
[ $# -gt 0 ] || exit 0
command=$1
shift
case $command in */*) [ -x "$(dirname "$0")/${command##*/}" ] && command=$(dirname "$0")/${command##*/} ;; esac
exec "$command" "$@"
"""
"""`sudo` of a simulated host."""
REAL = "but /sbin is REAL"
"""Part of the prompt where the machine allows no mounts that would keep `/sbin/halt` from it."""
PASSWORD = "simulated"  # noqa: S105 - any password will do


def link_to(place: Path, target: Path) -> None:
    """Let a place lead to the target, unless its directory is the target's by another name."""
    if place.parent.resolve() == target.parent.resolve():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(target)


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE})


class PlaceError(Exception):
    """There is no place for what we have to write; the text says where and why."""

    @property
    def is_for_want_of_room(self) -> bool:
        """Whether the machine is at fault, such as a full disk, and not the name of the place."""
        return isinstance(self.__cause__, OSError) and self.__cause__.errno in NO_ROOM


class Installation:
    """The files of one served site. The socket is somewhere else, where its path is short and only we may go."""

    def __init__(self, site: Site, commands: Sequence[str], folder: Path | None, beside: Collection[str] = ()) -> None:
        """Lay everything out in the folder, or in one of our own. Raises PlaceError.

        What is called as in `beside` may stand in the folder already.
        """
        try:
            self._own = self._meeting = private_directory()
        except OSError as error:
            raise PlaceError(f"there is no place for the socket: {error.strerror} ({error.filename})") from error
        self.folder = self._own if folder is None else folder.absolute()
        self._lock = -1
        try:
            self._meeting = socket_directory(self._own)
            self.socket = self._meeting / "socket"
            if folder is not None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._lock = locked(self.folder)
                claim(self.folder, beside)
            self._fill(site, (*ANYWHERE, *POWER_COMMANDS, *commands))
        except OSError as error:
            self.close()
            raise PlaceError(f"cannot lay the programs out in {self.folder}: {error.strerror or error}") from error
        except BaseException:
            self.close()
            raise

    def _fill(self, site: Site, programs: Sequence[str]) -> None:
        self._lay_out(self.folder, programs, "")
        homes = dscli_homes(site)
        for host in site.hosts():
            self._lay_out(self.of_host(host), programs, host, homes[host])
        profiles = self.folder / "profiles"
        profiles.mkdir(exist_ok=True)
        for attachment in reversed(site.attachments):
            name = attachment.image_id
            below(profiles, f"{name}.profile").write_text(profile(attachment, attachment.user))
            below(profiles, f"{name}.admin.profile").write_text(profile(attachment, ADMINISTRATOR))

    def of_host(self, host: str) -> Path:
        """Where the programs that run on a host are."""
        return below(self.folder, "hosts", host)

    def close(self) -> None:
        """Leave nothing behind but the folder that we were given, and let others have that."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        for folder in (self._own, self._meeting):
            shutil.rmtree(folder, ignore_errors=True)

    def _lay_out(self, folder: Path, programs: Sequence[str], system: str, homes: Sequence[str] = ()) -> None:
        install(folder / "bin", programs, str(self.socket), system)
        sudo = folder / "bin" / "sudo"
        sudo.write_text(SUDO)
        sudo.chmod(0o755)
        if system:
            for place in PLACES_OF_PROGRAMS:
                link_to(folder / place, folder / "bin")
            for home in homes:
                # Only the program: one home may lie in another, or be a directory that has more below it.
                link_to(below(folder, home.lstrip("/"), "dscli"), folder / "bin" / "dscli")
            for place in (VCS_LOG, VCS_CONF):
                (folder / place).mkdir(parents=True, exist_ok=True)
            entering.lay_out(folder, system, (VCS_LOG, VCS_CONF), GUARDED_PATHS)
        (folder / GUARDS).write_text(guards(folder / "bin"))
        (folder / "env.sh").write_text(self._environment(folder, system))

    def _environment(self, folder: Path, system: str) -> str:
        """What a shell reads to work on a host, or on none."""
        variables = {"PROFILES": self.folder / "profiles"}
        if system:
            variables |= {
                "VCS_HOME": folder / VCS_HOME, "VCS_LOG": folder / VCS_LOG, "VCS_CONF": folder / VCS_CONF,
            }  # fmt: skip
        own = shlex.quote(str(folder / "bin"))
        where = " ".join(filter(None, ("SIMULATED", system, "" if private_mounts.unshare() else REAL)))
        lines = [
            MARK,
            f"PATH={own}:$PATH",
            *(f"{name}={shlex.quote(str(value))}" for name, value in variables.items()),
            # Scripts end where their commands do; the shell of a person, or what runs a script by itself, goes on.
            f"case $- in *i*) {SHELL}=$$ ;; *) {SHELL}=${{{SHELL}-$PPID}} ;; esac",
            f"export PATH {SHELL} {' '.join(variables)}",
            'if [ -n "${PS1-}" ]; then',
            "    MIRRORDRILL_PS1=${MIRRORDRILL_PS1-$PS1}",
            f'    PS1="[{where}] $MIRRORDRILL_PS1"',
            "fi",
            f". {shlex.quote(str(folder / GUARDS))}",
            f"BASH_ENV=${{BASH_ENV-{shlex.quote(str(folder / GUARDS))}}}",
            "export BASH_ENV",
            "hash -r",
        ]
        return "\n".join(lines) + "\n"


def guards(programs: Path) -> str:
    """Shell functions that keep what shuts a machine down from the real one, even when the site is gone.

    bash takes a function for an absolute path, too; other shells have no such functions.
    """
    own = shlex.quote(str(programs))
    plain = "".join(f'{name}() {{ {own}/{name} "$@"; }}\n' for name in GUARDED)
    absolute = "".join(
        f"    eval 'function {path} {{ {path.rpartition('/')[2]} \"$@\"; }}'\n" for path in GUARDED_PATHS
    )
    is_bash = 'if [ -n "${BASH_VERSION-}" ]; then case ":${SHELLOPTS-}:" in *:posix:*) ;; *)\n'
    return f"{plain}{is_bash}{absolute}esac; fi\n"


def locked(folder: Path) -> int:
    """A descriptor that keeps the folder ours until it is closed. Raises PlaceError where it is another site's."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise PlaceError(f"a site is served in {folder} already: end it, or name another directory") from None
    except OSError:  # a file system without locks
        return descriptor
    return descriptor


def claim(folder: Path, beside: Collection[str] = ()) -> None:
    """Make the folder ours: it is new, empty, or from an earlier run, whose files go."""
    names = sorted(path.name for path in folder.iterdir() if path.name not in beside)
    env = folder / "env.sh"
    if names and not (env.is_file() and env.read_text(errors="replace").startswith(MARK)):
        raise PlaceError(f"{folder} is not empty ({names[0]} is in it): name a new or an empty directory")
    for name in OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def profile(attachment: Attachment, user: str) -> str:
    """A DS CLI profile for the array of a host, for one of the array's users."""
    consoles = (f"hmc{number}: {console}" for number, console in enumerate(attachment.consoles, start=1))
    return "\n".join(
        (
            f"# The array of {attachment.host}, as its attributes in main.cf say.",
            *consoles,
            f"username: {user}",
            f"password: {PASSWORD}",
            f"devid: {attachment.image_id}",
            f"remotedevid: {attachment.remote_image_id}",
            "",
        )
    )
