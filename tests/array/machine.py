"""Both arrays under random commands, faults and writes: the storage and the slow reference, driven together.

Every rule does the same to both. Afterwards both must have carried it out or refused it, show the same states and
reasons, hold the same writes on every track, remember the same changed tracks and count the same losses.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mirrordrill.simulator.array.events import CopyFinished, CopyInterrupted, CopyStarted, WritesLanded
from mirrordrill.simulator.array.mirror.pairs import Wishes
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError
from mirrordrill.simulator.array.storage_image import Address, Volume
from mirrordrill.simulator.kernel.events import Event
from tests.array.reference import Reference, RefStream, RefVolume
from tests.array.sites import LINK, VOLUMES, A, B, Site, plan_of

SIZE, COPY_RATE, COPY_SETUP, HOLD = 23, 6.1, 0.31, 13.7
STREAMS = {"app": (17, 4.917), "zombie": (9, 3.3119)}
"""Working set in tracks, writes a second. The rates have no common multiple that a run could meet."""

IMAGES = {"a": A, "b": B}
LSS = 0x12
SIDES = st.sampled_from("ab")
SLOTS = st.sampled_from((0, 1))
NAMES = st.sampled_from(sorted(STREAMS))
OPERATIONS = ["failover", "failback", "pause", "resume", "remove", "pause_at_target", "remove_at_target"]

OPENINGS = [
    "",
    "start app a, wait 6.37, link a down, link b down, wait 6.37",
    "start app a, wait 6.37, pause a 0, wait 31.7, resume a 0, wait 0.73",
    "start app a, wait 6.37, link a down, link b down, wait 6.37, failover b 0, failover b 1, start zombie b, "
    "wait 1.9, stop app, link a up, link b up, failback b 0, failback b 1, wait 0.73",
    "path a group, start app a, wait 1.9, link a down, wait 0.73",
    "start app a, wait 1.9, remove a 0, failover b 1, wait 1.9",
    "start app a, wait 1.9, pause a 0, wait 6.37, resume a 0, wait 0.73, restart b begin",
]
"""Where the random steps begin: nowhere, or in the middle of something."""


class Both:
    """The storage under test and the reference."""

    def __init__(self) -> None:
        link = replace(LINK, copy_tracks_per_s=COPY_RATE)
        self.site = Site(replace(plan_of(SIZE, link=link), copy_setup_s=COPY_SETUP))
        self.storage = self.site.storage
        for image in IMAGES.values():
            self.storage.image(image).lss(LSS).long_busy_s = HOLD
        self.slow = Reference(len(VOLUMES), SIZE, COPY_RATE, COPY_SETUP, HOLD)
        self.handles = {name: self.storage.open_stream(name, *how) for name, how in STREAMS.items()}
        self.streams = {name: RefStream(name, 1 / rate, tracks) for name, (tracks, rate) in STREAMS.items()}
        self.slow.streams = list(self.streams.values())

    # What is done to both.

    def story(self, text: str) -> None:
        """Steps in words, as in OPENINGS."""
        for step in filter(None, text.split(", ")):
            verb, *words = step.split()
            match verb, words:
                case "wait", (seconds,):
                    self.wait(float(seconds))
                case "start", (name, side):
                    self.start(name, side)
                case "stop", (name,):
                    self.stop(name)
                case "link", (side, state):
                    self.link(side, state == "up")
                case "path", (side, kind):
                    self.path(side, kind == "group")
                case "restart", (side, edge):
                    self.restart(side, edge == "begin")
                case operation, (side, slot):
                    self.operate(operation, side, int(slot))

    def wait(self, seconds: float) -> None:
        self.site.run(seconds)
        self.slow.advance(self.site.kernel.now_s)

    def start(self, name: str, side: str) -> None:
        if not self.handles[name].is_running:
            self.handles[name].start(IMAGES[side], VOLUMES, name)
            self.slow.start(self.streams[name], side)

    def stop(self, name: str) -> None:
        self.handles[name].stop()
        self.streams[name].stop()

    def operate(self, operation: str, side: str, slot: int) -> None:
        volume = self.slow.volumes[side][slot]
        self._same(getattr(self.slow, operation)(volume), lambda: self.site.ask(operation, IMAGES[side], VOLUMES[slot]))

    def establish(self, side: str, slot: int, copy: bool, critical: bool) -> None:
        other = "b" if side == "a" else "a"
        near, far = self.slow.volumes[side][slot], self.slow.volumes[other][slot]
        self._same(
            self.slow.establish(near, far, copy, critical),
            lambda: self.storage.pairs.establish(
                self.site.volume(IMAGES[side], VOLUMES[slot]),
                Address(IMAGES[other], VOLUMES[slot]),
                copy=copy,
                wishes=Wishes(critical_mode=critical),
            ),
        )

    def freeze(self, side: str) -> None:
        near, far = self._images(side)
        self._same(
            self.slow.freeze(self.slow.arrays[side]), lambda: self.storage.consistency.freeze(near, LSS, far, LSS)
        )

    def thaw(self, side: str) -> None:
        self._same(
            self.slow.thaw(self.slow.arrays[side]), lambda: self.storage.consistency.thaw(self._images(side)[0], LSS)
        )

    def path(self, side: str, holds_group: bool) -> None:
        near, far = self._images(side)
        ports = self.storage.fabric.port_pairs(near, far.wwnn)
        self._same(
            self.slow.make_path(self.slow.arrays[side], holds_group),
            lambda: self.storage.fabric.define_path(near, (LSS, LSS), far.wwnn, ports, consistency_group=holds_group),
        )

    def link(self, side: str, is_up: bool) -> None:
        self.storage.fabric.set_link("blue", is_up=is_up, from_image=IMAGES[side])
        self.slow.arrays[side].link_is_up = is_up
        self.slow.look_again()

    def power(self, side: str, is_on: bool) -> None:
        self.storage.set_power(IMAGES[side], is_on=is_on)
        self.slow.set_power(self.slow.arrays[side], is_on)
        self.slow.look_again()

    def restart(self, side: str, is_restarting: bool) -> None:
        self.storage.set_restarting(IMAGES[side], is_restarting=is_restarting)
        array = self.slow.arrays[side]
        array.restarts = is_restarting and array.has_power
        self.slow.look_again()

    def lose(self, side: str, slot: int, is_lost: bool) -> None:
        self.storage.set_volume_lost(IMAGES[side], VOLUMES[slot], is_lost=is_lost)
        self.slow.volumes[side][slot].is_lost = is_lost
        self.slow.look_again()

    def reserve(self, side: str, slot: int, host: str) -> None:
        self._same(
            self.slow.reserve(self.slow.volumes[side][slot], host),
            lambda: self.storage.reserve(IMAGES[side], VOLUMES[slot], host),
        )

    def _images(self, side: str):
        return self.storage.image(IMAGES[side]), self.storage.image(B if side == "a" else A)

    def _same(self, is_done: bool, ask) -> None:
        why = ""
        try:
            ask()
        except ArrayRefusedError as refused:
            why = str(refused)
        assert is_done is not bool(why), f"the reference {'did' if is_done else 'refused'}, the storage: {why or 'did'}"
        self.slow.look_again()

    # What must be equal.

    def compare(self) -> None:
        self.storage.settle_all()
        for side, image in IMAGES.items():
            for volume_id, slow in zip(VOLUMES, self.slow.volumes[side], strict=True):
                self._compare_volume(self.site.volume(image, volume_id), slow)
        for name, stream in self.streams.items():
            assert self.handles[name].is_running is bool(stream.volumes), f"{name} runs here and stands there"
            if stream.starts:
                self._compare_ledger(name, stream)

    def _compare_volume(self, fast: Volume, slow: RefVolume) -> None:
        shown = fast.view.value + ("" if fast.reason.value == "-" else f", {fast.reason.value}")
        assert shown == slow.shown, f"{fast.full_id}"
        assert fast.critical_mode is slow.is_critical
        content, layout = fast.content_now(), self.slow.layout
        for ordinal in range(SIZE):
            assert dict(content.last_writes(ordinal)) == dict(slow.tracks[layout.track(ordinal)])
        if slow.state != "Simplex" and not slow.is_target:
            changed = {layout.track(ordinal) for ordinal in range(SIZE) if ordinal in fast.changed}
            assert changed == self.slow.out_of_sync(slow), f"changed tracks of {fast.full_id}"

    def _compare_ledger(self, name: str, stream: RefStream) -> None:
        assert self.handles[name].acknowledged() == stream.acknowledged
        held = {side: self.slow.held(side, name) for side in IMAGES}
        for side, image in IMAGES.items():
            lost = sorted(set(range(stream.acknowledged)) - held[side])
            answer = self.storage.missing(name, image, VOLUMES)
            assert (answer.writes, answer.first) == (len(lost), lost[0] if lost else None)
            is_consistent = self.storage.is_consistent(name, image, VOLUMES)
            # A start on tracks that disagree opens no line that the storage could follow: it may say no then.
            assert is_consistent <= self.slow.is_point_in_time(side, stream)
            assert is_consistent or held[side] != set(range(len(held[side])))
        apart = self.storage.divergence(name, (A, VOLUMES), (B, VOLUMES))
        assert (apart.only_first, apart.only_second) == (len(held["a"] - held["b"]), len(held["b"] - held["a"]))

    def compare_observer(self) -> None:
        """Oracles see events only; for every copy that is not a mixture they know each write it holds."""
        observer = Observer(self.site)
        for side, image in IMAGES.items():
            for volume_id, slow in zip(VOLUMES, self.slow.volumes[side], strict=True):
                known = observer.held[f"{image}/{volume_id}"]
                assert known is None or known == {write for writes in slow.tracks.values() for write in writes}


class Observer:
    """A ledger kept from events alone: which writes each copy holds, as long as that can be known."""

    def __init__(self, site: Site) -> None:
        self.held: dict[str, set[tuple[str, int]] | None] = {f"{i}/{v}": set() for i in (A, B) for v in VOLUMES}
        for record in site.kernel.log:
            self.hear(record.event)

    def hear(self, event: Event) -> None:
        if isinstance(event, WritesLanded):
            for slot, copies in zip(event.slots * 2, event.received_by, strict=False):
                writes = {(event.stream, k) for k in range(event.first, event.last + 1) if k % event.slot_count == slot}
                self._add(copies, writes)
        elif isinstance(event, CopyFinished) and event.is_equal:
            source = self.held[f"{event.array}/{event.volume}"]
            self.held[f"{event.target_array}/{event.target_volume}"] = set(source) if source is not None else None
        elif isinstance(event, CopyStarted | CopyInterrupted):
            self.held[f"{event.target_array}/{event.target_volume}"] = None

    def _add(self, copy: str, writes: set[tuple[str, int]]) -> None:
        known = self.held[copy]
        if known is not None:
            known |= writes


class TwoArrays(RuleBasedStateMachine):
    """Random commands, faults and writes."""

    @initialize(opening=st.sampled_from(OPENINGS))
    def begin(self, opening: str) -> None:
        self.both = Both()
        self.both.story(opening)

    @rule(seconds=st.sampled_from([0.05, 0.73, 1.9, 6.37, 31.7]))
    def wait(self, seconds: float) -> None:
        self.both.wait(seconds)

    @rule(name=NAMES, side=SIDES)
    def start(self, name: str, side: str) -> None:
        self.both.start(name, side)

    @rule(name=NAMES)
    def stop(self, name: str) -> None:
        self.both.stop(name)

    @rule(operation=st.sampled_from(OPERATIONS), side=SIDES, slot=SLOTS)
    def operate(self, operation: str, side: str, slot: int) -> None:
        self.both.operate(operation, side, slot)

    @rule(operation=st.sampled_from(OPERATIONS), side=SIDES)
    def operate_on_both_volumes(self, operation: str, side: str) -> None:
        for slot in range(len(VOLUMES)):
            self.both.operate(operation, side, slot)

    @rule(side=SIDES, slot=SLOTS, copy=st.booleans(), critical=st.booleans())
    def establish(self, side: str, slot: int, copy: bool, critical: bool) -> None:
        self.both.establish(side, slot, copy, critical)

    @rule(side=SIDES)
    def freeze(self, side: str) -> None:
        self.both.freeze(side)

    @rule(side=SIDES)
    def thaw(self, side: str) -> None:
        self.both.thaw(side)

    @rule(side=SIDES, holds_group=st.booleans())
    def path(self, side: str, holds_group: bool) -> None:
        self.both.path(side, holds_group)

    @rule(side=SIDES, is_up=st.booleans())
    def link(self, side: str, is_up: bool) -> None:
        self.both.link(side, is_up)

    @rule(side=SIDES, is_on=st.booleans())
    def power(self, side: str, is_on: bool) -> None:
        self.both.power(side, is_on)

    @rule(side=SIDES, is_restarting=st.booleans())
    def restart(self, side: str, is_restarting: bool) -> None:
        self.both.restart(side, is_restarting)

    @rule(side=SIDES, slot=SLOTS, is_lost=st.booleans())
    def lose(self, side: str, slot: int, is_lost: bool) -> None:
        self.both.lose(side, slot, is_lost)

    @rule(side=SIDES, slot=SLOTS, host=st.sampled_from(["", *sorted(STREAMS)]))
    def reserve(self, side: str, slot: int, host: str) -> None:
        self.both.reserve(side, slot, host)

    @invariant()
    def both_are_equal(self) -> None:
        if hasattr(self, "both"):
            self.both.compare()

    def teardown(self) -> None:
        if hasattr(self, "both"):
            self.both.compare_observer()
