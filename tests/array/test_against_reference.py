"""Both arrays under random commands, faults and writes, compared with the slow and obvious model after every step."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.array.events import CopyFinished, CopyInterrupted, CopyStarted, WritesLanded
from simulator.array.states import RefusedError, View
from simulator.events import Event
from tests.array.reference import Reference, RefStream, RefVolume
from tests.array.sites import LINK, VOLUMES, A, B, Site, plan_of

SIZE, COPY_RATE, COPY_SETUP = 23, 6.1, 0.31
STREAMS = {"app": (17, 4.917), "zombie": (9, 3.3119)}
"""Working set in tracks, writes a second. The rates have no common multiple that a run could meet."""

OPERATIONS = ["failover", "failback", "pause", "resume"]
Step = tuple[str, ...]
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from(["0.05", "0.73", "1.9", "6.37", "31.7"])),
    st.tuples(st.just("start"), st.sampled_from(sorted(STREAMS)), st.sampled_from("ab")),
    st.tuples(st.just("stop"), st.sampled_from(sorted(STREAMS))),
    st.tuples(st.just("link"), st.sampled_from(["up", "down"])),
    st.tuples(st.sampled_from(OPERATIONS), st.sampled_from("ab"), st.sampled_from("01")),
)  # fmt: skip


def words(text: str) -> list[Step]:
    return [tuple(line.split()) for line in text.split(",")]


PREAMBLES = [
    [],
    words("start app a, wait 6.37, link down, wait 6.37"),
    words("start app a, wait 6.37, pause a 0, wait 31.7, resume a 0, wait 0.73"),
    words(
        "start app a, wait 6.37, link down, wait 6.37, failover b 0, failover b 1, start zombie b, wait 1.9, stop app, "
        "link up, failback b 0, failback b 1, wait 0.73"
    ),
]
"""Where the random steps begin: nowhere, or in the middle of something."""


class Both:
    """The storage under test and the reference, driven together."""

    def __init__(self) -> None:
        link = replace(LINK, copy_tracks_per_s=COPY_RATE)
        self.site = Site(replace(plan_of(SIZE, link=link), copy_setup_s=COPY_SETUP))
        self.reference = Reference(len(VOLUMES), SIZE, COPY_RATE, COPY_SETUP)
        self.handles = {name: self.site.storage.open_stream(name, *how) for name, how in STREAMS.items()}
        self.slow = {name: RefStream(name, 1 / rate, tracks) for name, (tracks, rate) in STREAMS.items()}
        self.reference.streams = list(self.slow.values())

    def do(self, step: Step) -> None:
        match step:
            case ("wait", seconds):
                self.site.run(float(seconds))
                self.reference.advance(self.site.kernel.now_s)
            case ("start", name, side):
                if not self.handles[name].is_running:
                    self.handles[name].start(A if side == "a" else B, VOLUMES, "host")
                    self.reference.start(self.slow[name], list(self._side(side)))
            case ("stop", name):
                self.handles[name].stop()
                self.slow[name].volumes, self.slow[name].next_at = [], float("inf")
            case ("link", state):
                self.site.storage.fabric.set_link("blue", state == "up")
                self.reference.set_link(state == "up")
            case (operation, side, slot):
                self.operate(operation, side, int(slot))

    def operate(self, operation: str, side: str, slot: int) -> None:
        """What is refused by the storage is not asked of the reference: that is the tables' business."""
        volume = self._side(side)[slot]
        try:
            asked = "pause_at_target" if operation == "pause" and volume.view.startswith("target") else operation
            self.site.ask(asked, A if side == "a" else B, VOLUMES[slot])
        except RefusedError:
            return
        if operation == "resume":
            self.reference.failback(volume)
        elif operation == "pause":
            self._pause(volume)
        elif operation == "failback" or volume.view.startswith("target"):
            getattr(self.reference, operation)(volume)

    def _pause(self, volume: RefVolume) -> None:
        """Asked of a target, with a path, the source is suspended; and a suspended target takes no more writes."""
        assert volume.peer is not None
        if volume.view == "target":
            volume.view = "target suspended"
            if self.reference.link_is_up and volume.peer.view in ("full duplex", "copy pending"):
                self.reference.pause(volume.peer)
        else:
            told = self.reference.link_is_up and volume.peer.view.startswith("target")
            self.reference.pause(volume)
            volume.peer.view = "target suspended" if told else volume.peer.view

    def _side(self, side: str) -> list[RefVolume]:
        return self.reference.a if side == "a" else self.reference.b

    def assert_equal(self) -> None:
        for image, side in ((A, self.reference.a), (B, self.reference.b)):
            for volume_id, slow in zip(VOLUMES, side, strict=True):
                self._compare_volume(image, volume_id, slow)
            for name, stream in self.slow.items():
                if stream.acknowledged:
                    assert self.handles[name].acknowledged() == stream.acknowledged
                    self._compare_ledger(image, side, stream)
        for name, stream in self.slow.items():
            if stream.acknowledged:
                here, there = (self.reference.held(side, name) for side in (self.reference.a, self.reference.b))
                answer = self.site.storage.divergence(name, (A, VOLUMES), (B, VOLUMES))
                assert (answer.only_first, answer.only_second) == (len(here - there), len(there - here))

    def _compare_volume(self, image: str, volume_id: str, slow: RefVolume) -> None:
        fast = self.site.volume(image, volume_id)
        self.site.storage.settle_all()
        content, layout = fast.content_now(), self.reference.layout
        for ordinal in range(SIZE):
            last = dict(slow.tracks[layout.track(ordinal)])
            assert dict(content.last_writes(ordinal)) == last
        assert fast.view.is_target == slow.view.startswith("target")
        if fast.view is not View.SIMPLEX and not fast.view.is_target:
            assert fast.changed.count() == len(self.reference.out_of_sync(slow))

    def _compare_ledger(self, image: str, side: list[RefVolume], stream: RefStream) -> None:
        held = self.reference.held(side, stream.name)
        lost = sorted(set(range(stream.acknowledged)) - held)
        answer = self.site.storage.missing(stream.name, image, VOLUMES)
        assert (answer.writes, answer.first) == (len(lost), lost[0] if lost else None)
        if held == set(range(len(held))):
            assert self.site.storage.is_consistent(stream.name, image, VOLUMES)


class Observer:
    """A ledger kept from events alone: which writes each copy holds, as long as that can be known."""

    def __init__(self, both: Both) -> None:
        self.held: dict[str, set[tuple[str, int]] | None] = {f"{i}/{v}": set() for i in (A, B) for v in VOLUMES}
        for record in both.site.kernel.log:
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


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PREAMBLES), st.lists(STEPS, max_size=25))
def test_an_observer_of_events_can_keep_the_ledger(preamble: list[Step], steps: list[Step]) -> None:
    """Oracles see events only; for every copy that is not a mixture they know each write it holds."""
    both = Both()
    for step in preamble + steps:
        both.do(step)
    both.site.storage.settle_all()
    observer = Observer(both)
    for image, side in ((A, both.reference.a), (B, both.reference.b)):
        for volume_id, slow in zip(VOLUMES, side, strict=True):
            known = observer.held[f"{image}/{volume_id}"]
            assert known is None or known == {write for writes in slow.tracks.values() for write in writes}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PREAMBLES), st.lists(STEPS, max_size=25))
def test_the_closed_forms_agree_with_the_model_that_moves_every_write(preamble: list[Step], steps: list[Step]) -> None:
    """Stamps of every track, changed tracks, missing writes, divergence: exact, whatever happened."""
    both = Both()
    for step in preamble + steps:
        both.do(step)
        both.assert_equal()
