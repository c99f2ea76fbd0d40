"""The logs and the main.cf of a served site's hosts, where VCS has them: `hosts/HOST/var/VRTSvcs/log/engine_A.log`.

Rule 1: what a log says is decided in `vcs.logs`; this module writes it down as it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from mirrordrill.simulator.dscli.formats import EPOCH
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationDumped
from mirrordrill.simulator.vcs.logs import LogRenderer
from mirrordrill.simulator.vcs.spec import ClusterSpec

LOG_FOLDER = Path("var/VRTSvcs/log")
MAIN_CF = Path("etc/VRTSvcs/conf/config/main.cf")


class LogFiles:
    """Appends to the logs of all hosts while the site runs."""

    def __init__(self, folder_of: Callable[[str], Path], specs: Iterable[ClusterSpec]) -> None:
        self._folder_of = folder_of
        self._renderers = [LogRenderer(spec, EPOCH) for spec in specs]

    def take(self, record: Record) -> None:
        """Write what one event adds. Raises OSError where that cannot be done."""
        for renderer in self._renderers:
            renderer.take(record)
            for (system, name), lines in renderer.drain().items():
                path = self._folder_of(system) / LOG_FOLDER / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("a", encoding="utf-8", newline="\n") as log:
                    log.write("".join(f"{line}\n" for line in lines))
        if isinstance(record.event, ConfigurationDumped):
            for system in record.event.systems:
                path = self._folder_of(system) / MAIN_CF
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(record.event.main_cf, encoding="utf-8", newline="\n")
