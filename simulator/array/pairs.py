"""What can be done to pairs, and what happens to them.

Each operation is asked of one array, about one of its own volumes. The tables of `states` say what may happen; this
file does the work around a change: everything written so far settles first, a copy that ends leaves its pending
tracks behind as changed tracks, a copy that is wanted starts, and the streams look again at what becomes of their
writes.

Rule 1: an operation that is refused changes nothing.
Rule 2: nothing here decides on a state; the tables do.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.array.copy_engine import Copy
from simulator.array.events import CopyFinished, CopyInterrupted, CopyStarted, PairViewChanged
from simulator.array.states import NEEDS_PEER, TELLS_PEER, Cause, Opinion, Refusal, RefusedError, View
from simulator.array.tracks import TrackSet
from simulator.array.volume import Address, Volume
from simulator.kernel import Kernel

_ASKED_OF_TARGET = frozenset({Cause.PAUSE_AT_TARGET, Cause.REMOVE_AT_TARGET})


class Pairs:
    """The operations on pairs, and the copies under way."""

    def __init__(self, kernel: Kernel, copy_setup_s: float, find: Callable[[Address], Volume | None]) -> None:
        self._kernel = kernel
        self._copy_setup_s = copy_setup_s
        self._find = find
        self._copies: dict[Copy, None] = {}

    def establish(self, source: Volume, target: Address, copy: bool = True, critical_mode: bool = False) -> None:
        """Make a pair of two volumes that are in none; without copy they are declared equal."""
        peer = self._find(target)
        if peer is None:
            raise RefusedError(Refusal.NO_SUCH_VOLUME)
        if source.view is not View.SIMPLEX or peer.view is not View.SIMPLEX or peer is source:
            raise RefusedError(Refusal.ALREADY_PAIRED)
        self._check_peers(source, peer)
        source.peer, peer.peer = peer, source
        source.critical_mode = critical_mode
        tracks = TrackSet.all(source.size_tracks) if copy else TrackSet.none(source.size_tracks)
        self._happen(source, Cause.ESTABLISH if copy else Cause.ESTABLISH_NO_COPY)
        if copy:
            self._start_copy(source, tracks)

    def pause(self, volume: Volume, peer: Address | None = None) -> None:
        """Stop mirroring, asked of the source or of the target."""
        self._known_peer(volume, peer)
        self._happen(volume, Cause.PAUSE_AT_TARGET if volume.view.is_target else Cause.PAUSE_AT_SOURCE)

    def resume(self, source: Volume, target: Address) -> None:
        """Copy the changed tracks to the target and mirror again."""
        peer = self._known_peer(source, target)
        source.opinion_after(Cause.RESUME)
        self._check_peers(source, peer)
        source.settle()
        tracks = source.changed
        self._happen(source, Cause.RESUME)
        self._start_copy(source, tracks)

    def failover(self, volume: Volume, peer: Address) -> None:
        """Make a target a suspended source, without asking or telling its peer (dscli.md 3.1)."""
        self._known_peer(volume, peer)
        self._happen(volume, Cause.FAILOVER)

    def failback(self, source: Volume, target: Address) -> None:
        """Make the peer the target of this suspended source and copy what changed on either side (dscli.md 3.2)."""
        peer = self._known_peer(source, target)
        source.opinion_after(Cause.FAILBACK)
        self._check_peers(source, peer)
        if peer.peer not in (source, None):
            raise RefusedError(Refusal.PEER_IN_WRONG_STATE)
        source.settle()
        peer.settle()
        is_paired = peer.view is not View.SIMPLEX
        tracks = source.changed | peer.changed if is_paired else TrackSet.all(source.size_tracks)
        peer.peer = source
        self._happen(source, Cause.FAILBACK)
        peer.changed = TrackSet.none(peer.size_tracks)
        self._start_copy(source, tracks)

    def remove(self, volume: Volume, peer: Address | None = None) -> None:
        """Dissolve the pair, asked of the source or of the target; a peer that cannot be told keeps its opinion."""
        self._known_peer(volume, peer)
        self._happen(volume, Cause.REMOVE_AT_TARGET if volume.view.is_target else Cause.REMOVE_AT_SOURCE)

    def suspend_unmirrored(self, source: Volume) -> None:
        """A host write found out that it cannot be mirrored."""
        self._happen(source, Cause.WRITE_NOT_MIRRORED)

    def follow_links(self) -> None:
        """Links changed: copies go on over another link of their path, or break off where none works."""
        for copy in list(self._copies):
            source, target = copy.source, copy.target
            link = source.image.link_to(source.lss, target.image, target.lss)
            if link is None:
                self._happen(source, Cause.COPY_INTERRUPTED)
            elif copy.pool is not None and copy.pool is not link.pool:
                copy.run_in(link.pool)

    def copies_under_way(self) -> tuple[Copy, ...]:
        """The copies that have not ended, in the order in which they began."""
        return tuple(self._copies)

    def _known_peer(self, volume: Volume, named: Address | None) -> Volume:
        """The peer in this array's opinion, which must be the one that was named."""
        peer = volume.peer
        if peer is None or volume.view is View.SIMPLEX:
            raise RefusedError(Refusal.NOT_A_PAIR)
        if named is not None and named != (peer.image.image_id, peer.volume_id):
            raise RefusedError(Refusal.NOT_A_PAIR)
        return peer

    def _check_peers(self, source: Volume, target: Volume) -> None:
        """What every copy needs before it can start."""
        if not source.image.is_on:
            raise RefusedError(Refusal.INACCESSIBLE)
        if not source.image.reaches(source.lss, target.image, target.lss):
            raise RefusedError(Refusal.NO_PATH)
        if source.size_tracks != target.size_tracks:
            raise RefusedError(Refusal.SIZES_DIFFER)

    def _happen(self, own: Volume, cause: Cause) -> None:
        """Let both arrays draw their conclusions from something that happens to a volume of a pair."""
        peer = own.peer
        assert peer is not None
        if not own.image.is_on and cause is not Cause.COPY_INTERRUPTED:
            raise RefusedError(Refusal.INACCESSIBLE)
        opinion = own.opinion_after(cause)
        told = self._opinion_of_peer(own, peer, cause)
        own.report()
        peer.report()
        # After a failover the other array may still show Copy Pending, with a copy that has stood still (dscli.md 3.1).
        for copy in (own.copy, own.incoming):
            if copy is not None:
                self._end_copy(copy)
        self._adopt(own, opinion, cause)
        if told is not None:
            self._adopt(peer, told, cause)
        own.refresh_writers()
        peer.refresh_writers()

    def _opinion_of_peer(self, own: Volume, peer: Volume, cause: Cause) -> Opinion | None:
        """What the other array makes of it; None if it is not told or does not heed it. May refuse the whole."""
        if cause not in TELLS_PEER:
            return None
        is_reached = peer.reaches_peer() if cause in _ASKED_OF_TARGET else own.reaches_peer()
        told = peer.opinion_when_told(cause) if is_reached and peer.peer is own else None
        if told is None and cause in NEEDS_PEER:
            raise RefusedError(Refusal.PEER_IN_WRONG_STATE if is_reached else Refusal.NO_PATH)
        return told

    def _adopt(self, volume: Volume, opinion: Opinion, cause: Cause) -> None:
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

    def _start_copy(self, source: Volume, tracks: TrackSet) -> None:
        target = source.peer
        assert target is not None
        copy = Copy(source, target, tracks, self._finish_copy)
        source.copy = target.incoming = copy
        source.changed = TrackSet.none(source.size_tracks)
        self._copies[copy] = None
        self._kernel.emit(CopyStarted(*_route(copy), copy.total))
        timeout = self._kernel.after(self._copy_setup_s)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _: self._run_copy(copy))

    def _run_copy(self, copy: Copy) -> None:
        source, target = copy.source, copy.target
        link = source.image.link_to(source.lss, target.image, target.lss)
        if source.copy is copy and link is not None:
            copy.run_in(link.pool)

    def _finish_copy(self, copy: Copy) -> None:
        self._happen(copy.source, Cause.COPY_DONE)

    def _end_copy(self, copy: Copy) -> None:
        source, target = copy.source, copy.target
        left, content = copy.pending(), copy.target_content()
        copy.run_in(None)
        del self._copies[copy]
        source.copy = target.incoming = None
        source.changed = left
        is_equal = content.equals(source.content)
        target.content = source.content if is_equal else content
        remaining = left.count()
        if remaining:
            self._kernel.emit(CopyInterrupted(*_route(copy), remaining))
        else:
            self._kernel.emit(CopyFinished(*_route(copy), copy.total, is_equal))


def _route(copy: Copy) -> tuple[str, str, str, str]:
    """From which array and volume to which."""
    source, target = copy.source, copy.target
    return source.image.image_id, source.volume_id, target.image.image_id, target.volume_id
