"""The user and host that ran the drills of a report, the real time, the versions, and the notes.

It stands in a file of its own beside the report: two runs of the same drills have the same `report.json`, and each its
own of these.

Rule 1: real time, the host and the user of a run are in this file, and in what is rendered from it; nowhere else.
Rule 2: no secret gets in: neither environment nor command line is kept, and what looks like a password in notes is
masked.
Rule 3: it counts for the report whose id it names. One that a former run left behind is not shown.
"""

from __future__ import annotations

import os
import platform
import pwd
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from mirrordrill.drills.measures.values import Value
from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.report.codec import UnreadableReportError
from mirrordrill.drills.report.model import Report
from mirrordrill.simulator.config.loader import Unreadable, read_text
from mirrordrill.simulator.kernel.secrets import masked_words_of_people
from mirrordrill.simulator.kernel.untrusted import visible

FILE = "provenance.json"
FORMAT = "mirrordrill-provenance-1"
NOTES_MAX = 20_000
"""Characters of notes; more belongs into a document."""

Time = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$")]
Text = Annotated[str, Meta(max_length=NOTES_MAX)]


class Provenance(Value, frozen=True):
    """One run in real time."""

    format: Annotated[str, Meta(pattern=f"^{FORMAT}$")]
    report: str
    """The id of the report that came of it."""
    began: Time
    """Real time with its offset."""
    took_s: Annotated[float, Meta(ge=0)]
    user: Text
    host: Text
    mirrordrill: Text
    python: Text
    system: Text
    notes: Text = ""

    @property
    def when(self) -> datetime:
        """When it began."""
        return datetime.fromisoformat(self.began)


def now() -> str:
    """The real time, with the offset of the place."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def user() -> str:
    """The account that runs this; its number where it has no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def provenance(report: Report, began: str, took_s: float, notes: str) -> Provenance:
    """That of a run which ends now."""
    return Provenance(
        format=FORMAT,
        report=report.id,
        began=began,
        took_s=round(took_s, 1),
        user=visible(user()),
        host=visible(platform.node()),
        mirrordrill=report.tool.version,
        python=platform.python_version(),
        system=visible(f"{platform.system()} {platform.release()} {platform.machine()}"),
        notes=without_secrets(notes),
    )


def without_secrets(notes: str) -> str:
    """Notes with passwords and tokens masked."""
    lines = (masked_words_of_people(line).rstrip() for line in notes.strip().splitlines())
    return "\n".join(lines)


def write_provenance(directory: Path, found: Provenance) -> None:
    """Write it beside the report, as indented JSON."""
    write_whole(directory / FILE, [msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n"])


def read_provenance(directory: Path) -> Provenance | None:
    """What stands in a directory; None where there is none. Raises UnreadableReportError that names the file."""
    path = directory / FILE
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(read_text(path), type=Provenance)
    except Unreadable as wrong:
        raise UnreadableReportError(wrong.message) from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as wrong:
        raise UnreadableReportError(f"{path}: {wrong}") from None


def provenance_of(report: Report, directory: Path) -> Provenance | None:
    """That of a report in its directory; None where there is none, or that of another report."""
    found = read_provenance(directory)
    return found if found is not None and found.report == report.id else None
