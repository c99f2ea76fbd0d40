"""Broken arrays, DS CLIs and engines for campaigns, each a patch of the simulated one; named for what it does wrong.

They stand for what is believed of the real ones and may be wrong: a campaign has to notice, whatever the agent does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mirrordrill.simulator.array.content.data import WriteRun
from mirrordrill.simulator.array.mirror.copies import MirrorCopies
from mirrordrill.simulator.array.mirror.pairs import PLAIN, Pairs
from mirrordrill.simulator.array.mirror.states import PairCause
from mirrordrill.simulator.array.storage_image import Address, StorageImage, Volume, WriteOutcome
from mirrordrill.simulator.dscli.accounts import Account
from mirrordrill.simulator.host.host import Host
from mirrordrill.simulator.vcs.agents.agent_resource import AgentResource
from mirrordrill.simulator.vcs.engine.failover import Failover
from mirrordrill.simulator.vcs.engine.faults import FaultHandler
from mirrordrill.simulator.vcs.ports import EntryPointOutcome

Patch = pytest.MonkeyPatch


# Arrays.


def acknowledges_a_failback_and_does_nothing(patch: Patch) -> None:
    patch.setattr(Pairs, "failback", lambda *_, **__: None)


def fails_back_from_the_wrong_end(patch: Patch) -> None:
    """The peer becomes the source, and what was written here is overwritten."""
    true = Pairs.failback

    def turned(self: Pairs, source: Volume, target: Address, wishes: Any = PLAIN) -> None:
        content = None if source.peer is None else source.peer.content_now()
        true(self, source, target, wishes)
        if content is not None:
            source.content = content

    patch.setattr(Pairs, "failback", turned)


def copies_without_end(patch: Patch) -> None:
    patch.setattr(Pairs, "_finish_copy", lambda *_: None)


def says_in_sync_before_it_is(patch: Patch) -> None:
    """A copy ends at once, and nothing was copied."""

    def at_once(self: Pairs, source: Volume, target: Address, wishes: Any = PLAIN) -> None:
        peer = self._known_peer(source, target)
        content = peer.content_now()
        true(self, source, target, wishes)
        self._finish_copy(source)
        peer.content = content

    true = Pairs.failback
    patch.setattr(Pairs, "failback", at_once)


def lets_a_target_be_written(patch: Patch) -> None:
    """Write-disabled volumes take writes all the same."""
    true = Volume.write_outcome

    def generous(volume: Volume, system: str) -> WriteOutcome:
        return WriteOutcome.LOCAL if volume.view.is_target else true(volume, system)

    patch.setattr(Volume, "write_outcome", generous)


def refuses_writes_after_a_failover(patch: Patch) -> None:
    true = Volume.write_outcome

    def strict(volume: Volume, system: str) -> WriteOutcome:
        outcome = true(volume, system)
        return WriteOutcome.REFUSED if outcome is WriteOutcome.LOCAL else outcome

    patch.setattr(Volume, "write_outcome", strict)


def loses_the_first_write_of_each_train(patch: Patch) -> None:
    """Acknowledged, and on neither side."""
    true = Volume.land

    def land(volume: Volume, run: WriteRun) -> None:
        before = volume.content
        true(volume, run)
        if run.end - run.first > 1:
            volume.content = before.written(run._replace(first=run.first + 1))

    patch.setattr(Volume, "land", land)


def fails_over_without_write_access(patch: Patch) -> None:
    """It says Suspended, and lets no host write."""
    true = Pairs.failover

    def half(self: Pairs, volume: Volume, peer: Address) -> None:
        true(self, volume, peer)
        volume.reserved_by = "nobody"

    patch.setattr(Pairs, "failover", half)


def lets_two_sides_mirror_to_each_other(patch: Patch) -> None:
    """A failover also suspends the far array, as if it had been told."""
    true = Pairs.failover

    def loud(self: Pairs, volume: Volume, peer: Address) -> None:
        far = volume.peer
        true(self, volume, peer)
        if far is not None and far.view.value == "Full Duplex":
            far.changed = far.changed
            self._happen(far, PairCause.PAUSE)

    patch.setattr(Pairs, "failover", loud)


def forgets_what_changed_while_it_was_suspended(patch: Patch) -> None:
    """A resynchronisation copies half of what it has to."""
    true = MirrorCopies.start

    def less(self: MirrorCopies, source: Volume, tracks: Any) -> None:
        true(self, source, tracks & type(tracks).none(source.size_tracks))

    patch.setattr(MirrorCopies, "start", less)


def writes_on_where_reservations_stand(patch: Patch) -> None:
    patch.setattr(Volume, "is_closed_to", lambda *_: False)


def answers_for_an_array_without_power(patch: Patch) -> None:
    patch.setattr(StorageImage, "answers_consoles", property(lambda _: True))


# DS CLI and accounts.


def locks_an_account_at_the_first_refusal(patch: Patch) -> None:
    true = Account.log_in

    def strict(account: Account, *, is_password_right: bool) -> Any:
        refused = true(account, is_password_right=is_password_right)
        account.is_locked = account.is_locked or refused is not None
        return refused

    patch.setattr(Account, "log_in", strict)


def never_locks_an_account(patch: Patch) -> None:
    true = Account.log_in

    def lax(account: Account, *, is_password_right: bool) -> Any:
        account.failed_logins = 0
        account.is_locked = False
        return true(account, is_password_right=is_password_right)

    patch.setattr(Account, "log_in", lax)


# Hosts.


def loses_state_files_with_its_power(patch: Patch) -> None:
    """What the agent wrote was never synced: a host that dies comes back without lock, journal and memory."""
    true = Host.kill

    def forgetful(host: Host) -> None:
        for name in list(host.files.state()):
            host.files.remove(name)
        true(host)

    patch.setattr(Host, "kill", forgetful)


# Engines.


def never_cleans_up(patch: Patch) -> None:
    """VCS takes every clean for one that failed."""
    true = AgentResource._cleaned
    patch.setattr(AgentResource, "_cleaned", lambda self, _outcome: true(self, None))


def takes_every_clean_for_a_success(patch: Patch) -> None:
    true = AgentResource._cleaned

    def glad(self: AgentResource, outcome: EntryPointOutcome | None) -> None:
        true(self, None if outcome is None else replace(outcome, exit_code=0))

    patch.setattr(AgentResource, "_cleaned", glad)


def never_fails_over(patch: Patch) -> None:
    patch.setattr(FaultHandler, "leave", lambda *_: None)


def starts_no_group_by_itself(patch: Patch) -> None:
    patch.setattr(Failover, "auto_start", lambda _: None)


EVERY: tuple[Callable[[Patch], None], ...] = tuple(
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and not name.startswith("_")
)
"""All of them."""
