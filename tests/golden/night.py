"""What a night is: what happens, on which site, and how it must end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mirrordrill.drills.sites import FOLDER, find_site
from mirrordrill.simulator.site.site import Site, load_site
from mirrordrill.simulator.world import World

SITE_A, SITE_B = ("hosta", "hostb"), ("hostc", "hostd")
ARRAY_A, ARRAY_B = "IBM.2107-75FA120", "IBM.2107-75FA150"
HOME = {ARRAY_A: "Full Duplex", ARRAY_B: "Target Full Duplex"}
SWAPPED = {ARRAY_A: "Target Full Duplex", ARRAY_B: "Full Duplex"}


@dataclass(frozen=True)
class Night:
    """What happens, where the group is online in the end, what the arrays then say, and which oracles are broken."""

    play: Callable[[World], None]
    online_on: tuple[str, ...]
    views: dict[str, str]
    commands: tuple[str, ...] = ()
    """Verbs that change pairs, in the order in which they were carried out."""
    broken: tuple[str, ...] = ()
    settings: str = ""
    """The site.toml."""
    is_fenced: bool = False

    def site(self, folder: Path) -> Site:
        """The example site as this night needs it."""
        if not self.is_fenced and not self.settings:
            return find_site("rdc")
        return site_with(folder, self.settings, self.is_fenced)


def site_with(folder: Path, settings: str, is_fenced: bool = True) -> Site:
    """The example site with another site.toml, and UseFence in its main.cf."""
    text = (FOLDER / "rdc" / "main.cf").read_text()
    fence = "cluster rdc1 (\n\tUseFence = SCSI3" if is_fenced else "cluster rdc1 ("
    (folder / "main.cf").write_text(text.replace("cluster rdc1 (", fence))
    (folder / "site.toml").write_text(settings)
    return load_site([folder / "main.cf"], "rdc")
