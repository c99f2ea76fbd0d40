"""How a move of one group ends, and how the group starts with its cluster.

Where it goes is `placement.py`'s choice; here the choice is carried out and told.

Rule 1: a move goes on when nothing of the group is up anywhere in the membership, and then ends, well or badly.
Rule 2: a global cluster is asked at three points: `beyond.py`.
"""

from __future__ import annotations

from simulator.vcs import wants
from simulator.vcs.beyond import Beyond
from simulator.vcs.board import Board, Cause, GroupBoard
from simulator.vcs.messages import AUTO_STARTING, FAILING_OVER, NO_TARGET, SWITCHING
from simulator.vcs.placement import choose_start, choose_target, is_known_everywhere, is_ready_to_move, parallel_starts
from simulator.vcs.spec import Parallel
from simulator.vcs.stack import Stack
from simulator.vcs.tellings import Teller


class Moves:
    """Goes on with the moves of one group on behalf of one engine."""

    def __init__(self, board: Board, group: GroupBoard, stack: Stack, teller: Teller, beyond: Beyond) -> None:
        self._board = board
        self._group = group
        self._stack = stack
        self._teller = teller
        self._beyond = beyond

    def go_on(self) -> None:
        """Bring the group online where its move ends, if it has left its old place."""
        group, move = self._group, self._group.move
        if move is None or not is_ready_to_move(self._board, group):
            return
        group.move = None
        target = None if self._beyond.why_not_here(group) else choose_target(self._board, group, move)
        if target is None:
            self._teller.log(self._board.spec.name, NO_TARGET, group.spec.name)
            # A group that lost its system, not its health, starts again when a system comes.
            group.auto_start_pending = move.cause is Cause.SYSTEM_LOST
            self._beyond.no_target_left(group, move.cause)
        elif move.cause is Cause.SWITCH:
            self._teller.log(target, SWITCHING, group.spec.name, target)
            self._start_now(target)
        else:
            self._teller.log(target, FAILING_OVER, group.spec.name, move.origin or "", target)
            self._start_now(target)

    def auto_start(self) -> None:
        """Start the group with its cluster, once it is known where it is up already."""
        group = self._group
        if not group.auto_start_pending or group.frozen or not is_known_everywhere(self._board, group):
            return
        if group.spec.is_global and not group.spec.authority:
            return
        if self._beyond.holds_auto_start(group) or self._beyond.why_not_here(group):
            return
        if group.spec.parallel is not Parallel.FAILOVER:
            for system in parallel_starts(self._board, group):
                group.on[system].auto_start_pending = False
                self._start_with_cluster(system)
            return
        target = choose_start(self._board, group)
        if target is not None or group.systems_active():
            group.auto_start_pending = False
        if target is not None and not group.is_online(target):
            self._start_with_cluster(target)

    def _start_with_cluster(self, system: str) -> None:
        self._teller.log(system, AUTO_STARTING, self._group.spec.name, system)
        self._start_now(system)

    def _start_now(self, system: str) -> None:
        wants.start(self._group, system)
        self._stack.advance(system)
