"""What a step may expect, judged from the event log alone, and how it says what it saw instead."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.run.facts import Facts, Figure, Name
from mirrordrill.simulator.world import World

LOOK_AGAIN_S = 1.0
"""How long a copy without a rate is left alone."""
STANDS_STILL_S = 4 * 3600
"""A copy that has copied nothing for so long is not waited for."""
LONGEST_COPY_S = 30 * 86_400
"""A copy that needs longer is not waited for either: simulating it takes longer than a drill may."""


class ExpectationFailedError(AssertionError):
    """What a step expects did not come about.

    With facts, the text is their sentence, and two failures of a step are the same when their facts are. Without, the
    text is all that is known.
    """

    def __init__(self, seen: str | Facts) -> None:
        super().__init__(seen.text() if isinstance(seen, Facts) else seen)
        self.facts = seen if isinstance(seen, Facts) else None


class UsageError(Exception):
    """The feature or the command line names something that does not exist; the text says what does."""


class Expectations:
    """The expectations of one drill: over the history of its world.

    The world is asked which volumes a group has on a host, and to let time pass; what is true is read from the history.
    """

    def __init__(self, world: World, history: History) -> None:
        self._world = world
        self._state = history.state
        self._writes = history.writes

    def comes_online(self, group: str, host: str, within_s: float) -> str:
        """The group is online on this host, and on no other, within the time."""
        began_s = self._world.kernel.now_s
        if not self._within(lambda: self._state.online_on(group) == (host,), within_s):
            raise self._groups_differ("not online", {"group": group, "host": host}, group, within_s)
        return f"online on {host} after {self._world.kernel.now_s - began_s:.1f} s"

    def volumes_are(self, group: str, host: str, state: str, within_s: float = 0.0) -> str:
        """Every volume of the group on the host's array is in the state, now or within the time."""
        array, volumes = self._world.volumes_of(group, host)
        if not self._within(lambda: self.all_in_state(array, volumes, state), within_s):
            late = f" after {within_s:.0f} s" if within_s else ""
            raise self._views_differ("views differ", {"state": state}, array, volumes, late=late)
        return self.describe_volumes(array, volumes)

    def volumes_stayed(self, group: str, host: str, state: str, since: int) -> str:
        """Every volume is in the state and was never in another one since the event with that number."""
        self.volumes_are(group, host, state)
        array, volumes = self._world.volumes_of(group, host)
        changes = [each for volume in volumes for each in self._state.view_changes(VolumeOn(array, volume), since)]
        if changes:
            seen = "; ".join(event.text() for event in changes)
            went = tuple(dict.fromkeys(f"{event.before} -> {event.after}" for event in changes))
            raise ExpectationFailedError(Facts("views did not stay", {"state": state, "went": went}, {"seen": seen}))
        return self.describe_volumes(array, volumes)

    def volumes_went(self, group: str, host: str, before: str, after: str, since: int, within_s: float) -> str:
        """Every volume was in one state when the step before began, and reaches the other."""
        array, volumes = self._world.volumes_of(group, host)
        started_in = {self._state.view_at(VolumeOn(array, volume), since).upper() for volume in volumes}
        if started_in != {before.upper()}:
            names: dict[str, Name] = {"state": before, "seen": ", ".join(sorted(started_in))}
            raise ExpectationFailedError(Facts("views before differ", names))
        return f"{before} -> {self.volumes_are(group, host, after, within_s)}"

    def volumes_show(self, group: str, host: str, state: str, reason: str) -> str:
        """Every volume of the group on the host's array is in this state, for this reason."""
        seen = self.volumes_are(group, host, state)
        array, volumes = self._world.volumes_of(group, host)
        if any(self._state.reason(VolumeOn(array, volume)) != reason for volume in volumes):
            raise self._views_differ("reasons differ", {"reason": reason}, array, volumes)
        return seen

    def like_table(self, differences: Callable[[World, Expectations], list[str]], within_s: float = 0.0) -> str:
        """Nothing differs from what a table says, now or within the time."""
        if not self._within(lambda: not differences(self._world, self), within_s):
            late = f"after {within_s:.0f} s: " if within_s else ""
            raise ExpectationFailedError(late + "; ".join(differences(self._world, self)))
        return "every row holds"

    def goes_offline(self, group: str, within_s: float) -> str:
        """The group is offline on every system within the time."""
        if not self._within(lambda: self._state.is_offline(group), within_s):
            raise self._groups_differ("groups differ", {}, group, within_s)
        return self.describe_group(group)

    def stays_down(self, group: str, hosts: tuple[str, ...], within_s: float) -> str:
        """The group does not come online on any of these hosts within the time."""
        if self._within(lambda: bool(set(self._state.online_on(group)) & set(hosts)), within_s):
            raise self._groups_differ("came online", {"group": group}, group, within_s)
        return self.describe_group(group)

    def runs_on(self, group: str, hosts: tuple[str, ...], within_s: float) -> str:
        """The group is online on exactly these systems within the time."""
        began_s = self._world.kernel.now_s
        if not self._within(lambda: set(self._state.online_on(group)) == set(hosts), within_s):
            raise self._groups_differ("groups differ", {}, group, within_s)
        return f"online on {' and '.join(hosts)} after {self._world.kernel.now_s - began_s:.1f} s"

    def comes_online_on_one(self, group: str, hosts: tuple[str, ...], within_s: float) -> str:
        """The group is online on exactly one system, and that is one of these, within the time."""
        began_s, online = self._world.kernel.now_s, self._state.online_on
        if not self._within(lambda: len(online(group)) == 1 and online(group)[0] in hosts, within_s):
            raise self._groups_differ("groups differ", {}, group, within_s)
        return f"online on {online(group)[0]} after {self._world.kernel.now_s - began_s:.1f} s"

    def stays_online(self, group: str, host: str, for_s: float) -> str:
        """The group is online on this host, on no other, and nothing about that changes for so long."""
        if self._state.online_on(group) != (host,) or self._within(
            lambda: self._state.online_on(group) != (host,), for_s
        ):
            raise self._groups_differ("did not stay", {"group": group, "host": host}, group, for_s)
        return self.describe_group(group)

    def group_state(self, group: str, system: str) -> str:
        """The group's state on a system, as the engine says it: `OFFLINE|FAULTED`; UNKNOWN before it was probed."""
        return self._state.group(group, system).text

    def view_of(self, array: str, volume: str) -> tuple[str, str]:
        """What the array thinks of a volume, and why; the state is empty where it was never in a pair."""
        copy = VolumeOn(array, volume)
        return self._state.view(copy), self._state.reason(copy)

    def all_in_state(self, array: str, volumes: tuple[str, ...], state: str) -> bool:
        """Whether every volume is in the state; case does not matter, as the manual writes states in capitals."""
        return all(self._state.view(VolumeOn(array, volume)).upper() == state.upper() for volume in volumes)

    def describe_group(self, group: str) -> str:
        """`hosta ONLINE, hostb OFFLINE`."""
        states = self._state.group_on_systems(group)
        return ", ".join(f"{system} {state.text}" for system, state in sorted(states.items())) or "never probed"

    def describe_volumes(self, array: str, volumes: tuple[str, ...]) -> str:
        """`1260 Full Duplex, 1261 Suspended (Host Source)`."""
        return ", ".join(f"{volume} {self._in_words(array, volume)}" for volume in volumes)

    def _in_words(self, array: str, volume: str) -> str:
        state, reason = self.view_of(array, volume)
        return (state or "in no pair") + ("" if reason == "-" else f" ({reason})")

    def _groups_differ(self, what: str, names: dict[str, Name], group: str, within_s: float) -> ExpectationFailedError:
        seen = self.describe_group(group)
        return ExpectationFailedError(Facts(what, {**names, "seen": seen}, {"within_s": within_s}))

    def _views_differ(
        self, what: str, names: dict[str, Name], array: str, volumes: tuple[str, ...], late: str = ""
    ) -> ExpectationFailedError:
        """The states are names, the volumes that are in them are figures."""
        states = tuple(dict.fromkeys(self._in_words(array, volume) for volume in volumes))
        seen = self.describe_volumes(array, volumes)
        return ExpectationFailedError(
            Facts(what, {**names, "array": array, "states": states}, {"seen": seen, "late": late})
        )

    def refused(self, word: str, since: int, host: str = "") -> str:
        """The agent, of one host or any, logged an error that says this since the event with that number."""
        errors = [event for event in self._state.errors_of_agents(since) if host in ("", event.host)]
        refusals = [f"{event.where()}: {event.message}" for event in errors]
        found = [text for text in refusals if word.lower() in text.lower()]
        if not found:
            messages = tuple(dict.fromkeys(str(event.message_id) for event in errors))
            figures: dict[str, Figure] = {"seen": "; ".join(refusals) or "nothing"}
            raise ExpectationFailedError(Facts("refused otherwise", {"wanted": word, "messages": messages}, figures))
        return found[0]

    def only_changed_tracks_copied(self, group: str, host: str, since: int) -> str:
        """Something was copied, and no more tracks than there were writes that the mirror had missed."""
        array, volumes = self._world.volumes_of(group, host)
        whole = sum(self._world.storage.image(array).volume(volume).size_tracks for volume in volumes)
        copied, missed = self._state.copied_tracks(since), self._writes.acknowledged.missed_by(array)
        seen = Facts("tracks copied", {}, {"copied": copied, "whole": whole, "missed": missed})
        if not 0 < copied <= missed:
            raise ExpectationFailedError(seen)
        return seen.text()

    def copy_reaches(self, percent: float) -> str:
        """Let time pass until so much of the slowest copy under way is done.

        Copies are in closed form, so the moment is computed, not polled; a copy whose rate changes is computed anew.
        Raises UsageError where no copy runs, where one has stood still for STANDS_STILL_S, and where one would take
        longer than LONGEST_COPY_S.
        """
        copies = self._world.storage.pairs.copies
        moved_s, moved_to = self._world.kernel.now_s, 0
        while True:
            running = copies.progress()
            if not running:
                raise UsageError("no copy is under way")
            copied, total, tracks_per_s = min(running, key=lambda each: each[0] / each[1])
            missing = total * percent / 100 - copied
            if missing <= 0:
                return f"{copied:,} of {total:,} tracks copied"
            if copied != moved_to:
                moved_s, moved_to = self._world.kernel.now_s, copied
            elif self._world.kernel.now_s - moved_s >= STANDS_STILL_S:
                still_h = STANDS_STILL_S / 3600
                raise UsageError(f"the copy has stood still at {copied:,} of {total:,} tracks for {still_h:g} hours")
            # A copy that is being set up, or waits for an array, copies nothing yet.
            left_s = missing / tracks_per_s + 1e-3 if tracks_per_s else LOOK_AGAIN_S
            if left_s > LONGEST_COPY_S:
                rate = f"{missing:,.0f} tracks are missing, and it copies {tracks_per_s:g} a second"
                raise UsageError(f"the copy would take {left_s / 86_400:,.0f} days: {rate}")
            self._world.advance(left_s)

    def no_pair_changing_command(self, since: int) -> str:
        """No host sent a command that changes pairs since the event with that number."""
        sent = list(self._state.pair_changing_commands(since))
        if sent:
            seen = "; ".join(event.text() for event in sent)
            verbs = tuple(dict.fromkeys(event.verb for event in sent))
            raise ExpectationFailedError(Facts("commands sent", {"verbs": verbs}, {"count": len(sent), "seen": seen}))
        return "none was sent"

    def sent(self, command: str, since: int, host: str, volumes: tuple[str, ...]) -> str:
        """An array carried out such a command from this host for these volumes since the event with that number."""
        found = next(self._state.sent(command, since, host, volumes), None)
        if found is None:
            figures: dict[str, Figure] = {"volumes": volumes}
            raise ExpectationFailedError(Facts("command not sent", {"command": command, "host": host}, figures))
        return f"{found.event.where()}: {found.event.text()}"

    def comes_to_send(self, command: str, since: int, host: str, volumes: tuple[str, ...], within_s: float) -> str:
        """Such a command is carried out within the time; its sender may not have heard of it yet."""
        return self.comes_about(
            f"{command} for {' '.join(volumes)}",
            lambda: any(self._state.sent(command, since, host, volumes)),
            within_s,
        )

    def sent_times(self, command: str, since: int, times: int) -> str:
        """Agents had exactly so many of these commands carried out since the event; those of people do not count."""
        sent = (each.event for each in self._state.sent(command, since) if each.event.sender)
        found = [f"{event.where()}: {event.text()}" for event in sent]
        if len(found) != times:
            figures: dict[str, Figure] = {"count": len(found), "seen": "; ".join(found) or "-"}
            names: dict[str, Name] = {"command": command, "is_too_often": str(len(found) > times)}
            raise ExpectationFailedError(Facts("sent as often", names, figures))
        return found[0] if found else "none was sent"

    def last_executed(self, command: str, since: int, host: str) -> int | None:
        """The number of the event at which an array last carried out such a command from this host."""
        numbers = [each.number for each in self._state.sent(command, since, host)]
        return numbers[-1] if numbers else None

    def logged(self, text: str, since: int, system: str) -> str:
        """A line of the agent's or of the engine's log on this system since the event with that number says this."""
        found = next(self._state.said(text, since, system), None)
        if found is None:
            raise ExpectationFailedError(Facts("not logged", {"wanted": text, "system": system}))
        return found.text()

    def comes_to_log(self, text: str, since: int, system: str, within_s: float) -> str:
        """Such a line is logged within the time."""
        self.comes_about(f'"{text}"', lambda: any(self._state.said(text, since, system)), within_s)
        return self.logged(text, since, system)

    def alert_is_raised(self, alert: str, cluster: str, within_s: float) -> str:
        """An alert stands in a cluster, now or within the time."""
        self.comes_about(f"alert {alert}", lambda: self._state.standing_alert(alert, cluster) is not None, within_s)
        standing = self._state.standing_alert(alert, cluster)
        return f"{cluster}: {standing.text()}" if standing is not None else ""

    def no_alert(self, cluster: str) -> str:
        """Nothing waits for the operators of a cluster."""
        if standing := self._state.standing_alerts(cluster):
            names: dict[str, Name] = {"alerts": tuple(each.alert for each in standing)}
            seen = "; ".join(f"{cluster}: {each.text()}" for each in standing)
            raise ExpectationFailedError(Facts("alerts stand", names, {"seen": seen}))
        return "none"

    def takes_for(self, cluster: str, remote: str, state: str, within_s: float) -> str:
        """A cluster takes another one for this, now or within the time."""
        return self.comes_about(
            f"{remote} {state}", lambda: self._state.remote_state(cluster, remote) == state, within_s
        )

    def comes_about(self, what: str, condition: Callable[[], bool], within_s: float) -> str:
        """Let time pass until the log shows it. Raises ExpectationFailedError where it does not come in time."""
        began_s = self._world.kernel.now_s
        if not self._world.run_until(condition, within_s):
            raise ExpectationFailedError(Facts("not in time", {"event": what}, {"within_min": within_s / 60}))
        return f"{what} after {self._world.kernel.now_s - began_s:.1f} s"

    def _within(self, condition: Callable[[], bool], within_s: float) -> bool:
        return condition() if within_s <= 0 else self._world.run_until(condition, within_s)
