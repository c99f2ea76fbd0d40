"""What the arrays tell the event log.

Rule 1: an observer that sees only these events can keep a ledger of its own: which writes of which stream were
acknowledged, which copies received them, and when a copy took over the content of another one.
Rule 2: volumes are named by image id and volume id together (`image_id/volume` where they stand in one text).
Rule 3: idle arrays are silent, and so is a healthy stream: its writes are told when something changes, or on request.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.simulator.kernel.events import Event


def short_serial(image_id: str) -> str:
    """The serial number that people say: `75FA120` for `IBM.2107-75FA120`."""
    return image_id.rpartition("-")[2]


@dataclass(frozen=True, slots=True)
class ArrayEvent(Event):
    """Something that happened at one storage image."""

    array: str

    def where(self) -> str:
        """`array 75FA120`."""
        return f"array {short_serial(self.array)}"


@dataclass(frozen=True, slots=True)
class PairViewChanged(ArrayEvent):
    """An array changed its opinion of one of its volumes. The peer is the one it knows after (or last knew before)."""

    volume: str
    peer_array: str
    peer_volume: str
    before: str
    after: str
    reason: str
    cause: str

    def text(self) -> str:
        """`1260  Full Duplex -> Suspended (Host Source)  failover`."""
        reason = "" if self.reason == "-" else f" ({self.reason})"
        return f"{self.volume}  {self.before} -> {self.after}{reason}  {self.cause}"


@dataclass(frozen=True, slots=True)
class PathChanged(ArrayEvent):
    """The logical path from an LSS of this array to an LSS of another one changed its state."""

    source_lss: str
    target_array: str
    target_lss: str
    before: str
    after: str

    def text(self) -> str:
        """`path 12 -> 75FA150 12  Success -> Failed`."""
        target = f"{short_serial(self.target_array)} {self.target_lss}"
        return f"path {self.source_lss} -> {target}  {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class MirrorLinkChanged(Event):
    """A physical link went down or came up, in one direction."""

    link: str
    from_array: str
    to_array: str
    is_up: bool

    def where(self) -> str:
        """`link blue`."""
        return f"link {self.link}"

    def text(self) -> str:
        """`75FA120 -> 75FA150  down`."""
        state = "up" if self.is_up else "down"
        return f"{short_serial(self.from_array)} -> {short_serial(self.to_array)}  {state}"


@dataclass(frozen=True, slots=True)
class ImagePowerChanged(ArrayEvent):
    """A storage image lost its power, or has it back. What was written stays written."""

    is_on: bool

    def text(self) -> str:
        """`lost` or `back`."""
        return "back" if self.is_on else "lost"


@dataclass(frozen=True, slots=True)
class ImageRestarting(ArrayEvent):
    """A warm restart of a storage image began or ended. Hosts wait meanwhile; states and data are kept."""

    is_restarting: bool

    def text(self) -> str:
        """`warm restart` or `running again`."""
        return "warm restart" if self.is_restarting else "running again"


@dataclass(frozen=True, slots=True)
class ManagementChanged(ArrayEvent):
    """The consoles of an image lost it, have it again, or get their answers faster or slower. Data flow as before."""

    is_answering: bool
    answer_delay_ms: int

    def text(self) -> str:
        """`management lost`, `management answers` or `management answers 5.000 s late`."""
        late = f" {self.answer_delay_ms / 1000:.3f} s late" if self.answer_delay_ms else ""
        return f"management answers{late}" if self.is_answering else "management lost"


@dataclass(frozen=True, slots=True)
class VolumeAccessChanged(ArrayEvent):
    """The disks under a volume are gone, or back with what was written on them."""

    volume: str
    is_accessible: bool

    def text(self) -> str:
        """`1260  lost`."""
        return f"{self.volume}  {'back' if self.is_accessible else 'lost'}"


@dataclass(frozen=True, slots=True)
class WritesNotFound(ArrayEvent):
    """An application opened its volumes, read them, and did not find writes that it had been told are safe.

    What it was told and what lies on the volumes are compared, whatever the arrays say of the pairs. Silent where
    everything is there.
    """

    system: str
    stream: str
    """The stream whose writes are looked for; that of another host, after a takeover."""
    volumes: tuple[str, ...]
    writes: int
    first: int

    def text(self) -> str:
        """`1260 1261 read on hostc: 12 acknowledged writes of ora_db@hosta are not there`."""
        volumes = " ".join(self.volumes)
        return f"{volumes} read on {self.system}: {self.writes:,} acknowledged writes of {self.stream} are not there"


@dataclass(frozen=True, slots=True)
class ContentsDiffer(ArrayEvent):
    """Both arrays call a pair in sync, and its two volumes do not hold the same."""

    volume: str
    target_array: str
    target_volume: str

    def text(self) -> str:
        """`1260 -> 75FA150 1260  in sync, but the contents differ`."""
        return (
            f"{self.volume} -> {short_serial(self.target_array)} {self.target_volume}  in sync, but the contents differ"
        )


@dataclass(frozen=True, slots=True)
class FlashCopyTaken(ArrayEvent):
    """A target holds what its source held at this moment; both are volumes of this array."""

    volume: str
    target_volume: str

    def text(self) -> str:
        """`flash copy 1260 -> 1360`."""
        return f"flash copy {self.volume} -> {self.target_volume}"


@dataclass(frozen=True, slots=True)
class LongBusyChanged(ArrayEvent):
    """Host writes to a volume or an LSS wait (extended long busy), or go on."""

    what: str
    is_busy: bool

    def text(self) -> str:
        """`LSS 12  long busy`."""
        return f"{self.what}  {'long busy' if self.is_busy else 'no longer busy'}"


@dataclass(frozen=True, slots=True)
class ReservationChanged(ArrayEvent):
    """A host reserved a volume, or the reservation is released (`host` is empty)."""

    volume: str
    host: str

    def text(self) -> str:
        """`1260  reserved by hosta`."""
        return f"{self.volume}  " + (f"reserved by {self.host}" if self.host else "no longer reserved")


@dataclass(frozen=True, slots=True)
class KeysChanged(ArrayEvent):
    """Which hosts have a key on a volume (SCSI-3 persistent reservation): others may not write, if there is one."""

    volume: str
    hosts: tuple[str, ...]

    def text(self) -> str:
        """`1260  keys of hosta hostb`."""
        return f"{self.volume}  " + (f"keys of {' '.join(self.hosts)}" if self.hosts else "no keys")


@dataclass(frozen=True, slots=True)
class CopyEvent(ArrayEvent):
    """About a copy from a volume of this array to its target."""

    volume: str
    target_array: str
    target_volume: str
    tracks: int

    def _route(self) -> str:
        return f"copy {self.volume} -> {short_serial(self.target_array)} {self.target_volume}"


@dataclass(frozen=True, slots=True)
class CopyStarted(CopyEvent):
    """A copy of so many tracks began. Until it ends the target is a mixture of old and new."""

    def text(self) -> str:
        """`copy 1260 -> 75FA150 1260  started, 120 tracks`."""
        return f"{self._route()}  started, {self.tracks} tracks"


@dataclass(frozen=True, slots=True)
class CopyFinished(CopyEvent):
    """A copy is complete: the target received what the source held for each of its tracks."""

    is_equal: bool
    """Whether the target now holds exactly what the source holds. It does not where the arrays were told a lie, such as
    an establish without copy."""

    def text(self) -> str:
        """`copy 1260 -> 75FA150 1260  finished, 120 tracks`."""
        return f"{self._route()}  finished, {self.tracks} tracks" + ("" if self.is_equal else ", contents differ")


@dataclass(frozen=True, slots=True)
class CopyInterrupted(CopyEvent):
    """A copy stopped before its end; `tracks` are still to be copied. The target stays a mixture."""

    def text(self) -> str:
        """`copy 1260 -> 75FA150 1260  interrupted, 80 tracks left`."""
        return f"{self._route()}  interrupted, {self.tracks} tracks left"


@dataclass(frozen=True, slots=True)
class StreamStarted(ArrayEvent):
    """An application began, or went on, to write. Its write k goes to volumes[k mod len(volumes)]."""

    stream: str
    system: str
    volumes: tuple[str, ...]
    first: int

    def text(self) -> str:
        """`stream ora_grp starts with write 0 from hosta on 1260 1261`."""
        return f"stream {self.stream} starts with write {self.first} from {self.system} on {' '.join(self.volumes)}"


@dataclass(frozen=True, slots=True)
class StreamStopped(ArrayEvent):
    """An application stopped writing; `writes` were acknowledged since it was opened."""

    stream: str
    system: str
    writes: int

    def text(self) -> str:
        """`stream ora_grp stops after 1200 writes`."""
        return f"stream {self.stream} stops after {self.writes} writes"


@dataclass(frozen=True, slots=True)
class WriteCostChanged(ArrayEvent):
    """Each write of a running application waits longer or shorter for the mirror from now on."""

    stream: str
    system: str
    mirror_delay_us: int

    def text(self) -> str:
        """`stream ora_grp from hosta  each write waits 3000 us for the mirror`."""
        return f"stream {self.stream} from {self.system}  each write waits {self.mirror_delay_us} us for the mirror"


@dataclass(frozen=True, slots=True)
class WritesLanded(ArrayEvent):
    """Writes first..last (both included) of a stream reached this array, as far as they belong to the named slots.

    Write k belongs to slot k mod slot_count; slots and volumes correspond. `received_by` are the copies that hold
    every one of
    them (`image_id/volume`, the volume written on included, in the order of the slots). `copying_to` are targets in the
    middle of a copy, which hold some of them until the copy has ended.
    """

    stream: str
    system: str
    first: int
    last: int
    acknowledged: bool
    slot_count: int
    slots: tuple[int, ...]
    volumes: tuple[str, ...]
    received_by: tuple[str, ...]
    copying_to: tuple[str, ...]

    def text(self) -> str:
        """`stream ora_grp  writes 0-1199 on 1260 1261, also on 75FA150/1260 75FA150/1261`."""
        others = [name for name in self.received_by if not name.startswith(f"{self.array}/")]
        also = f", also on {' '.join(short_serial(name) for name in others)}" if others else ", on this array only"
        return f"stream {self.stream}  writes {self.first}-{self.last} on {' '.join(self.volumes)}{also}"


@dataclass(frozen=True, slots=True)
class WriteRefused(ArrayEvent):
    """A host's write was refused: it was not acknowledged and the application saw an I/O error."""

    volume: str
    stream: str
    system: str
    write: int
    refused_because: str

    def text(self) -> str:
        """`1260 refused write 1200 of stream ora_grp from hosta: Target Full Duplex`."""
        return (
            f"{self.volume} refused write {self.write} of stream {self.stream} from {self.system}: "
            f"{self.refused_because}"
        )
