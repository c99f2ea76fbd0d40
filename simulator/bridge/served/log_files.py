"""The logs and the main.cf of a served site's hosts, where VCS has them: `hosts/HOST/var/VRTSvcs/log/engine_A.log`.

Rule 1: what a log says is decided in `vcs.logs`; this module writes it down as it happens.
Rule 2: the site does not end because a file for readers cannot be written. On a full disk lines wait, and come in their
order once there is room.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from mirrordrill.simulator.dscli.formats import EPOCH
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.kernel.secrets import masked_main_cf
from mirrordrill.simulator.kernel.untrusted import below, visible
from mirrordrill.simulator.vcs.engine.configuration import ConfigurationDumped
from mirrordrill.simulator.vcs.logs import LogRenderer
from mirrordrill.simulator.vcs.spec import ClusterSpec

LOG_FOLDER = Path("var/VRTSvcs/log")
MAIN_CF = Path("etc/VRTSvcs/conf/config/main.cf")
INCLUDED = re.compile(r'^\s*include\s+"([^"/]+)"', re.MULTILINE)


class LogFiles:
    """Appends to the logs of all hosts while the site runs."""

    def __init__(
        self, folder_of: Callable[[str], Path], specs: Iterable[ClusterSpec],
        is_withheld: Callable[[str, int, str], bool] = lambda _system, _event, _line: False,
    ) -> None:  # fmt: skip
        """`is_withheld` says whether a line of a system, told by this event, is not written yet."""
        self._folder_of = folder_of
        self._is_withheld = is_withheld
        self._held: list[tuple[str, str, int, str]] = []
        self._waiting: dict[tuple[str, str], bytearray] = {}
        """What could not be written yet, for each log of a system."""
        known = tuple(specs)
        self._systems = tuple(system.name for spec in known for system in spec.systems)
        self._renderers = [LogRenderer(spec, EPOCH) for spec in known]

    def begin(self, records: Iterable[Record]) -> None:
        """Write what these events add into empty logs: the old ones are of another world. Raises OSError.

        Each file is written once: a night has thousands of lines, and people wait for a step back.
        """
        for system in self._systems:
            for path in (self._folder_of(system) / LOG_FOLDER).glob("*_A.log"):
                path.write_bytes(b"")
        told: dict[tuple[str, str], list[str]] = {}
        dumped: dict[str, str] = {}
        for record in records:
            for where, lines in self._added(record):
                told.setdefault(where, []).extend(lines)
            if isinstance(record.event, ConfigurationDumped):
                dumped |= dict.fromkeys(record.event.systems, record.event.main_cf)
        for (system, name), lines in told.items():
            self._append(system, name, lines)
        for system, main_cf in dumped.items():
            _write(below(self._folder_of(system), MAIN_CF), main_cf)

    def _added(self, record: Record) -> Iterator[tuple[tuple[str, str], list[str]]]:
        """The lines that an event adds to each log of a system, without those that are withheld."""
        for renderer in self._renderers:
            renderer.take(record)
            for (system, name), lines in renderer.drain().items():
                kept = [line for line in lines if self._is_withheld(system, record.number, line)]
                self._held += [(system, name, record.number, line) for line in kept]
                yield (system, name), [line for line in lines if line not in kept] if kept else lines

    def take(self, record: Record) -> None:
        """Write what one event adds."""
        for (system, name), lines in self._added(record):
            self._append(system, name, lines)
        if isinstance(record.event, ConfigurationDumped):
            for system in record.event.systems:
                with contextlib.suppress(OSError):
                    _write(below(self._folder_of(system), MAIN_CF), record.event.main_cf)

    def hand_out(self) -> None:
        """Write the lines that are withheld no more, and those for which there was no room."""
        still = [each for each in self._held if self._is_withheld(each[0], each[2], each[3])]
        for system, name, _, line in (each for each in self._held if each not in still):
            self._append(system, name, [line])
        self._held = still
        for system, name in [where for where, text in self._waiting.items() if text]:
            self._append(system, name, ())

    def _append(self, system: str, name: str, lines: Iterable[str]) -> None:
        waiting = self._waiting.setdefault((system, name), bytearray())
        waiting += "".join(f"{visible(line)}\n" for line in lines).encode()
        path = below(self._folder_of(system), LOG_FOLDER, name)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab", buffering=0) as log:
                while waiting:
                    del waiting[: log.write(waiting)]


def lay_out_configuration(folder: Path, main_cf: Path) -> None:
    """Write a cluster's main.cf, and what it includes, below a host's folder, without its passwords. Raises OSError."""
    text = main_cf.read_text(encoding="utf-8", errors="replace")
    place = folder / MAIN_CF
    for source in (main_cf.parent / PurePosixPath(name).name for name in INCLUDED.findall(text)):
        if source.is_file():  # types.cf may be left out
            _write(place.with_name(source.name), source.read_text(encoding="utf-8", errors="replace"))
    _write(place, masked_main_cf(text))


def _write(path: Path, text: str) -> None:
    """Write for readers only: the simulator never reads these files back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o444)
