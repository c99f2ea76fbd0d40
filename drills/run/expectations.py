"""What a step may expect, judged from the event log alone, and how it says what it saw instead."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.run.site_state import Picture
from mirrordrill.simulator.world import World

LOOK_AGAIN_S = 1.0
"""How long a copy without a rate is left alone."""


class ExpectationFailedError(AssertionError):
    """What a step expects did not come about. The text is the observation."""


class UsageError(Exception):
    """The feature or the command line names something that does not exist; the text says what does."""


class Expectations:
    """The expectations of one drill: over its world's log, folded into a picture."""

    def __init__(self, world: World, picture: Picture) -> None:
        self._world = world
        self._picture = picture

    def comes_online(self, group: str, host: str, within_s: float) -> str:
        """The group is online on this host, and on no other, within the time."""
        began_s = self._world.kernel.now_s
        if not self._within(lambda: self._picture.online_on(group) == (host,), within_s):
            raise ExpectationFailedError(
                f"{group} did not come online on {host} within {within_s:.0f} s: {self._picture.describe_group(group)}"
            )
        return f"online on {host} after {self._world.kernel.now_s - began_s:.1f} s"

    def volumes_are(self, group: str, host: str, state: str, within_s: float = 0.0) -> str:
        """Every volume of the group on the host's array is in the state, now or within the time."""
        array, volumes = self._world.volumes_of(group, host)
        if not self._within(lambda: self._picture.all_in_state(array, volumes, state), within_s):
            seen = self._picture.describe_volumes(array, volumes)
            late = f" after {within_s:.0f} s" if within_s else ""
            raise ExpectationFailedError(f"expected every volume in {state}{late}, but on {array}: {seen}")
        return self._picture.describe_volumes(array, volumes)

    def volumes_stayed(self, group: str, host: str, state: str, since: int) -> str:
        """Every volume is in the state and was never in another one since the event with that number."""
        self.volumes_are(group, host, state)
        array, volumes = self._world.volumes_of(group, host)
        changes = self._picture.view_changes(array, volumes, since)
        if changes:
            raise ExpectationFailedError(f"the volumes did not stay {state}: {'; '.join(changes)}")
        return self._picture.describe_volumes(array, volumes)

    def volumes_went(self, group: str, host: str, before: str, after: str, since: int, within_s: float) -> str:
        """Every volume was in one state when the step before began, and reaches the other."""
        array, volumes = self._world.volumes_of(group, host)
        started_in = self._picture.states_at(array, volumes, since)
        if started_in != {before.upper()}:
            raise ExpectationFailedError(f"the volumes were not in {before} before: {', '.join(sorted(started_in))}")
        return f"{before} -> {self.volumes_are(group, host, after, within_s)}"

    def volumes_show(self, group: str, host: str, state: str, reason: str) -> str:
        """Every volume of the group on the host's array is in this state, for this reason."""
        seen = self.volumes_are(group, host, state)
        array, volumes = self._world.volumes_of(group, host)
        if any(self._picture.reason(array, volume) != reason for volume in volumes):
            raise ExpectationFailedError(f"expected the reason {reason}, but on {array}: {seen}")
        return seen

    def like_table(self, differences: Callable[[World, Picture], list[str]], within_s: float = 0.0) -> str:
        """Nothing differs from what a table says, now or within the time."""
        if not self._within(lambda: not differences(self._world, self._picture), within_s):
            late = f"after {within_s:.0f} s: " if within_s else ""
            raise ExpectationFailedError(late + "; ".join(differences(self._world, self._picture)))
        return "every row holds"

    def goes_offline(self, group: str, within_s: float) -> str:
        """The group is offline on every system within the time."""
        if not self._within(lambda: self._picture.is_offline(group), within_s):
            raise ExpectationFailedError(f"after {within_s:.0f} s: {self._picture.describe_group(group)}")
        return self._picture.describe_group(group)

    def stays_down(self, group: str, hosts: tuple[str, ...], within_s: float) -> str:
        """The group does not come online on any of these hosts within the time."""
        if self._within(lambda: bool(set(self._picture.online_on(group)) & set(hosts)), within_s):
            raise ExpectationFailedError(f"{group} came online: {self._picture.describe_group(group)}")
        return self._picture.describe_group(group)

    def runs_on(self, group: str, hosts: tuple[str, ...], within_s: float) -> str:
        """The group is online on exactly these systems within the time."""
        began_s = self._world.kernel.now_s
        if not self._within(lambda: set(self._picture.online_on(group)) == set(hosts), within_s):
            raise ExpectationFailedError(f"after {within_s:.0f} s: {self._picture.describe_group(group)}")
        return f"online on {' and '.join(hosts)} after {self._world.kernel.now_s - began_s:.1f} s"

    def comes_online_on_one(self, group: str, hosts: tuple[str, ...], within_s: float) -> str:
        """The group is online on exactly one system, and that is one of these, within the time."""
        began_s, online = self._world.kernel.now_s, self._picture.online_on
        if not self._within(lambda: len(online(group)) == 1 and online(group)[0] in hosts, within_s):
            raise ExpectationFailedError(f"after {within_s:.0f} s: {self._picture.describe_group(group)}")
        return f"online on {online(group)[0]} after {self._world.kernel.now_s - began_s:.1f} s"

    def stays_online(self, group: str, host: str, for_s: float) -> str:
        """The group is online on this host, on no other, and nothing about that changes for so long."""
        if self._picture.online_on(group) != (host,) or self._within(
            lambda: self._picture.online_on(group) != (host,), for_s
        ):
            raise ExpectationFailedError(f"{group} did not stay on {host}: {self._picture.describe_group(group)}")
        return self._picture.describe_group(group)

    def refused(self, word: str, since: int, host: str = "") -> str:
        """The agent, of one host or any, logged an error that says this since the event with that number."""
        refusals = self._picture.refusals(since, host)
        found = [text for text in refusals if word.lower() in text.lower()]
        if not found:
            raise ExpectationFailedError(
                f"no refusal says {word!r}; the agent said: {'; '.join(refusals) or 'nothing'}"
            )
        return found[0]

    def only_changed_tracks_copied(self, group: str, host: str, since: int) -> str:
        """Something was copied, and no more tracks than there were writes that the mirror had missed."""
        array, volumes = self._world.volumes_of(group, host)
        whole = sum(self._world.storage.image(array).volume(volume).size_tracks for volume in volumes)
        copied, missed = self._picture.copied_tracks(since), self._picture.writes_missed_by(array)
        seen = f"{copied:,} of {whole:,} tracks were copied after {missed:,} writes that the mirror had missed"
        if not 0 < copied <= missed:
            raise ExpectationFailedError(seen)
        return seen

    def copy_reaches(self, percent: float, within_s: float) -> str:
        """Let time pass until so much of the slowest copy under way is done. Raises UsageError where none runs.

        Copies are in closed form, so the moment is computed, not polled; a copy whose rate changes is computed anew.
        """
        copies = self._world.storage.pairs.copies
        deadline_s = self._world.kernel.now_s + within_s
        while True:
            running = copies.progress()
            if not running:
                raise UsageError("no copy is under way")
            copied, total, tracks_per_s = min(running, key=lambda each: each[0] / each[1])
            missing = total * percent / 100 - copied
            if missing <= 0:
                return f"{copied:,} of {total:,} tracks copied"
            left_s = deadline_s - self._world.kernel.now_s
            if left_s <= 0:
                raise UsageError(f"only {copied:,} of {total:,} tracks were copied within {within_s / 60:g} minutes")
            # A copy that is being set up, or waits for an array, copies nothing yet.
            self._world.advance(min(left_s, missing / tracks_per_s + 1e-3 if tracks_per_s else LOOK_AGAIN_S))

    def no_pair_changing_command(self, since: int) -> str:
        """No host sent a command that changes pairs since the event with that number."""
        sent = self._picture.pair_changing_commands(since)
        if sent:
            raise ExpectationFailedError(f"{len(sent)} pair-changing commands were sent: {'; '.join(sent)}")
        return "none was sent"

    def _within(self, condition: Callable[[], bool], within_s: float) -> bool:
        return condition() if within_s <= 0 else self._world.run_until(condition, within_s)
