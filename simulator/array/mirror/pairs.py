"""What can be done to pairs, and what happens to them.

Each operation is asked of one array, about one of its own volumes. The tables of `states` say what may happen; this
file does the work around a change: everything written so far settles first, a copy that ends leaves its pending
tracks behind as changed tracks, a copy that is wanted starts, and the streams look again at what becomes of their
writes.

Rule 1: an operation that is refused changes nothing.
Rule 2: nothing here decides on a state; the tables do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from mirrordrill.simulator.array.content.tracks import TrackSet
from mirrordrill.simulator.array.events import PairViewChanged, ReservationChanged
from mirrordrill.simulator.array.mirror.copies import MirrorCopies
from mirrordrill.simulator.array.mirror.states import (
    NEEDS_PEER,
    TELLS_PEER,
    ArrayRefusedError,
    Cell,
    Opinion,
    PairCause,
    PairType,
    Refusal,
    View,
)
from mirrordrill.simulator.array.storage_image import Address, Volume
from mirrordrill.simulator.kernel.kernel import Kernel

_ASKED_OF_TARGET = frozenset({PairCause.PAUSE_AT_TARGET, PairCause.REMOVE_AT_TARGET})


class Wishes(NamedTuple):
    """What a command that starts a copy asks for beyond the copy."""

    critical_mode: bool = False
    target_read: bool = False
    reset_reserve: bool = False
    pair_type: PairType = PairType.METRO_MIRROR

    def apply(self, kernel: Kernel, source: Volume, target: Volume) -> None:
        """Grant them; nothing was refused."""
        source.critical_mode, source.target_read = self.critical_mode, False
        target.critical_mode, target.target_read = False, self.target_read
        source.pair_type = target.pair_type = self.pair_type
        if self.reset_reserve:
            reserve(kernel, target, "")


def reserve(kernel: Kernel, volume: Volume, host: str) -> None:
    """A host holds a SCSI reservation on a volume from now on; an empty name releases it."""
    if volume.reserved_by != host:
        volume.report()
        volume.reserved_by = host
        kernel.emit(ReservationChanged(volume.image.image_id, volume.volume_id, host))
        volume.refresh_writers()


PLAIN = Wishes()
"""Metro Mirror, and nothing else."""


class Pairs:
    """The operations on pairs, and the copies under way."""

    def __init__(self, kernel: Kernel, copy_setup_s: float, find: Callable[[Address], Volume | None]) -> None:
        self._kernel = kernel
        self._find = find
        self.exercised: Counter[Cell] = Counter()
        """How often each cell of the transition tables was applied: for coverage, nothing here reads it."""
        self.copies = MirrorCopies(
            kernel,
            copy_setup_s,
            on_done=self._finish_copy,
            on_broken=lambda source: self._happen(source, PairCause.COPY_INTERRUPTED),
        )

    def establish(self, source: Volume, target: Address, *, copy: bool = True, wishes: Wishes = PLAIN) -> None:
        """Make a pair of two volumes that are in none; without copy they are declared equal."""
        peer = self._find(target)
        if peer is None:
            raise ArrayRefusedError(Refusal.NO_SUCH_VOLUME)
        if source.view is not View.SIMPLEX or peer.view is not View.SIMPLEX or peer is source:
            raise ArrayRefusedError(Refusal.ALREADY_PAIRED)
        self._check_peers(source, peer, wishes)
        source.peer, peer.peer = peer, source
        wishes.apply(self._kernel, source, peer)
        tracks = TrackSet.all(source.size_tracks) if copy else TrackSet.none(source.size_tracks)
        self._happen(source, PairCause.ESTABLISH if copy else PairCause.ESTABLISH_NO_COPY)
        if copy:
            self.copies.start(source, tracks)

    def pause(self, source: Volume, target: Address | None = None) -> None:
        """Stop mirroring, asked of the source."""
        self._known_peer(source, target)
        self._happen(source, PairCause.PAUSE_AT_SOURCE)

    def pause_at_target(self, target: Volume, source: Address | None = None) -> None:
        """Stop mirroring, asked of the target."""
        self._known_peer(target, source)
        self._happen(target, PairCause.PAUSE_AT_TARGET)

    def resume(self, source: Volume, target: Address, wishes: Wishes = PLAIN) -> None:
        """Copy the changed tracks to the target and mirror again."""
        peer = self._known_peer(source, target)
        source.opinion_after(PairCause.RESUME)
        self._check_peers(source, peer, wishes)
        source.settle()
        tracks = source.changed
        self._happen(source, PairCause.RESUME)
        wishes.apply(self._kernel, source, peer)
        self.copies.start(source, tracks)

    def failover(self, volume: Volume, peer: Address) -> None:
        """Make a target a suspended source, without asking or telling its peer (dscli.md 3.1)."""
        self._known_peer(volume, peer)
        self._happen(volume, PairCause.FAILOVER)

    def failback(self, source: Volume, target: Address, wishes: Wishes = PLAIN) -> None:
        """Make the peer the target of this suspended source and copy what changed on either side (dscli.md 3.2)."""
        peer = self._known_peer(source, target)
        source.opinion_after(PairCause.FAILBACK)
        self._check_peers(source, peer, wishes)
        if peer.peer not in (source, None):
            raise ArrayRefusedError(Refusal.PEER_IN_WRONG_STATE)
        source.settle()
        peer.settle()
        is_paired = peer.view is not View.SIMPLEX
        tracks = source.changed | peer.changed if is_paired else TrackSet.all(source.size_tracks)
        peer.peer = source
        self._happen(source, PairCause.FAILBACK)
        peer.changed = TrackSet.none(peer.size_tracks)
        wishes.apply(self._kernel, source, peer)
        self.copies.start(source, tracks)

    def remove(self, source: Volume, target: Address | None = None) -> None:
        """Dissolve the pair, asked of the source; a target that cannot be told keeps its opinion."""
        self._known_peer(source, target)
        self._happen(source, PairCause.REMOVE_AT_SOURCE)

    def remove_at_target(self, target: Volume, source: Address | None = None) -> None:
        """Dissolve the pair, asked of the target; a source that cannot be told keeps its opinion."""
        self._known_peer(target, source)
        self._happen(target, PairCause.REMOVE_AT_TARGET)

    def go_on(self, source: Volume) -> None:
        """Begin the copy of a pair that was found in Copy Pending."""
        if source.view is View.COPY_PENDING and source.pair_type is PairType.METRO_MIRROR and source.reaches_peer():
            self.copies.start(source, TrackSet.all(source.size_tracks))

    def freeze(self, source: Volume) -> None:
        """Suspend a source because its whole LSS pair is frozen; the target is not told."""
        self._happen(source, PairCause.FREEZE)

    def suspend_unmirrored(self, source: Volume) -> None:
        """A host write found out that it cannot be mirrored."""
        self._happen(source, PairCause.WRITE_NOT_MIRRORED)

    def _finish_copy(self, source: Volume) -> None:
        """All tracks are copied. A Global Copy pair stays in Copy Pending for ever (dscli.md 2.3)."""
        if source.pair_type is PairType.GLOBAL_COPY:
            source.report()
            self.copies.end_all_of(source)
        else:
            self._happen(source, PairCause.COPY_DONE)

    def _known_peer(self, volume: Volume, named: Address | None) -> Volume:
        """The peer in this array's opinion, which must be the one that was named."""
        peer = volume.peer
        if peer is None or volume.view is View.SIMPLEX:
            raise ArrayRefusedError(Refusal.NOT_A_PAIR)
        if named is not None and named != (peer.image.image_id, peer.volume_id):
            raise ArrayRefusedError(Refusal.NOT_A_PAIR)
        return peer

    def _check_peers(self, source: Volume, target: Volume, wishes: Wishes) -> None:
        """What every copy needs before it can start."""
        if not source.is_accessible or source.image.is_restarting:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        if not source.image.reaches(source.lss, target.image, target.lss):
            raise ArrayRefusedError(Refusal.NO_PATH)
        if target.is_lost:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        if source.size_tracks != target.size_tracks:
            raise ArrayRefusedError(Refusal.SIZES_DIFFER)
        if target.reserved_by and not wishes.reset_reserve:
            raise ArrayRefusedError(Refusal.RESERVED)

    def _happen(self, own: Volume, cause: PairCause) -> None:
        """Let both arrays draw their conclusions from something that happens to a volume of a pair."""
        peer = own.peer
        assert peer is not None
        if not (own.is_accessible and own.image.is_running) and cause is not PairCause.COPY_INTERRUPTED:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        opinion = own.opinion_after(cause)
        told = self._opinion_of_peer(own, peer, cause)
        self.exercised[Cell(is_told=False, view=own.view, cause=cause)] += 1
        if told is not None:
            self.exercised[Cell(is_told=True, view=peer.view, cause=cause)] += 1
        own.report()
        peer.report()
        # After a failover the other array may still show Copy Pending, with a copy that has stood still (dscli.md 3.1).
        self.copies.end_all_of(own)
        self._adopt(own, opinion, cause)
        if told is not None:
            self._adopt(peer, told, cause)
        own.refresh_writers()
        peer.refresh_writers()

    def _opinion_of_peer(self, own: Volume, peer: Volume, cause: PairCause) -> Opinion | None:
        """What the other array makes of it; None if it is not told or does not heed it. May refuse the whole."""
        if cause not in TELLS_PEER:
            return None
        is_reached = peer.reaches_peer() if cause in _ASKED_OF_TARGET else own.reaches_peer()
        is_heeded = is_reached and peer.peer is own and not peer.is_lost
        told = peer.opinion_when_told(cause) if is_heeded else None
        if told is None and cause in NEEDS_PEER:
            raise ArrayRefusedError(Refusal.PEER_IN_WRONG_STATE if is_reached else Refusal.NO_PATH)
        return told

    def _adopt(self, volume: Volume, opinion: Opinion, cause: PairCause) -> None:
        before, reason_before, peer = volume.view, volume.reason, volume.peer
        assert peer is not None
        volume.adopt(opinion, self._kernel.now_s)
        if volume.view is View.SIMPLEX:
            volume.peer, volume.critical_mode = None, False
            volume.changed = TrackSet.none(volume.size_tracks)
        if (before, reason_before) != (volume.view, volume.reason):
            self._kernel.emit(
                PairViewChanged(
                    array=volume.image.image_id,
                    volume=volume.volume_id,
                    peer_array=peer.image.image_id,
                    peer_volume=peer.volume_id,
                    before=before.value,
                    after=volume.view.value,
                    reason=volume.reason.value,
                    cause=cause.value,
                )
            )
