"""What a served site looks like on disk: programs for a PATH, and profiles for the DS CLI.

    DIR/env.sh                   puts DIR/bin in front of the PATH
    DIR/bin/                     dscli and sleep; VCS commands on the system that MIRRORDRILL_SYSTEM names
    DIR/hosts/HOST/env.sh        the same for programs that run on HOST
    DIR/hosts/HOST/bin/
    DIR/profiles/IMAGE.profile   for `dscli -cfg`: consoles, devices and the agent's user of one array
    DIR/profiles/IMAGE.admin.profile   the same for the administrator

Rule 1: what was not laid out by us is not touched: a directory with anything else in it is refused.
"""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mirrordrill.simulator.bridge.processes.host_directory import install
from mirrordrill.simulator.bridge.served.client_sessions import ANYWHERE
from mirrordrill.simulator.dscli.accounts import ADMINISTRATOR
from mirrordrill.simulator.site.site import Attachment, Site

MARK = "# Laid out by mirrordrill serve: programs of a simulated site."
OURS = ("bin", "hosts", "profiles", "env.sh")
PASSWORD = "simulated"  # noqa: S105 - any password will do


class PlaceError(Exception):
    """There is no place for what we have to write; the text says where and why."""


class Installation:
    """The files of one served site. The socket is somewhere else, where its path is short and only we may go."""

    def __init__(self, site: Site, commands: Sequence[str], folder: Path | None) -> None:
        """Lay everything out in the folder, or in one of our own. Raises PlaceError."""
        self._own = Path(tempfile.mkdtemp(prefix="mirrordrill-"))
        self.socket = self._own / "socket"
        self.folder = self._own if folder is None else folder.absolute()
        try:
            if folder is not None:
                claim(self.folder)
            self._fill(site, (*ANYWHERE, *commands))
        except OSError as error:
            self.close()
            raise PlaceError(f"cannot lay the programs out in {self.folder}: {error}") from None
        except PlaceError:
            self.close()
            raise

    def _fill(self, site: Site, programs: Sequence[str]) -> None:
        self._lay_out(self.folder, programs, "")
        for host in site.hosts():
            self._lay_out(self.of_host(host), programs, host)
        profiles = self.folder / "profiles"
        profiles.mkdir(exist_ok=True)
        for attachment in reversed(site.attachments):
            (profiles / f"{attachment.image_id}.profile").write_text(profile(attachment, attachment.user))
            (profiles / f"{attachment.image_id}.admin.profile").write_text(profile(attachment, ADMINISTRATOR))

    def of_host(self, host: str) -> Path:
        """Where the programs that run on a host are."""
        return self.folder / "hosts" / host

    def close(self) -> None:
        """Leave nothing behind but the folder that we were given."""
        shutil.rmtree(self._own, ignore_errors=True)

    def _lay_out(self, folder: Path, programs: Sequence[str], system: str) -> None:
        install(folder / "bin", programs, str(self.socket), system)
        path = shlex.quote(str(folder / "bin"))
        profiles = shlex.quote(str(self.folder / "profiles"))
        (folder / "env.sh").write_text(
            f"{MARK}\nPATH={path}:$PATH\nPROFILES={profiles}\nexport PATH PROFILES\nhash -r\n"
        )


def claim(folder: Path) -> None:
    """Make the folder ours: it is new, empty, or from an earlier run, whose files go."""
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in folder.iterdir())
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
