"""The timeline picture: where things are on it, and what can be told from it without colours."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mirrordrill.drills.history import History
from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.report.model import Lane, ReportedDrill, Span, Tick
from mirrordrill.drills.report.page import resource
from mirrordrill.drills.report.picture.axis import GAPS_SHARE, Axis, length
from mirrordrill.drills.report.picture.drawing import SHAPES, WIDTH, draw
from mirrordrill.drills.report.picture.lanes import agreement, lanes
from mirrordrill.drills.report.picture.marks import marks
from mirrordrill.drills.report.picture.tracks import ROOM, Track, listed, together
from mirrordrill.drills.report.vocabulary import STATES
from mirrordrill.simulator.array.events import MirrorLinkChanged, PairViewChanged
from mirrordrill.simulator.host.events import HostBooted, HostLost
from mirrordrill.simulator.kernel.events import Record
from tests.report.conftest import flown
from tests.report.flights import LINKS_LOST, UP, write_feature
from tests.report.pages import SVG, text_of

TIMES = st.lists(st.integers(0, 10**11), max_size=60)


@given(TIMES, st.integers(0, 10**11))
def test_later_is_never_further_left_and_nothing_leaves_the_axis(times: list[int], end_us: int) -> None:
    """Whatever is compressed: order is kept, and a half of the axis at least is to scale."""
    axis = Axis(times, end_us, 100.0, 800.0)
    moments = sorted({0, end_us, *(time for time in times if time <= end_us)})
    places = [axis.place(time) for time in moments]
    assert places == sorted(places)
    assert all(99.9 <= place <= 900.1 for place in places) or not end_us
    assert sum(gap.right - gap.left for gap in axis.gaps()) <= 800.0 * GAPS_SHARE + 0.01 or not axis.scale


@given(TIMES, st.integers(1, 10**11))
def test_outside_the_gaps_equal_times_have_equal_lengths(times: list[int], end_us: int) -> None:
    """Parts of an outage can be compared with a ruler."""
    axis = Axis(times, end_us, 0.0, 1000.0)
    for piece in axis.pieces:
        if not piece.is_gap:
            wide = piece.right - piece.left
            assert abs(wide - (piece.until_us - piece.from_us) * axis.scale) < 0.01


def test_a_quiet_night_is_compressed_and_says_how_long_it_was() -> None:
    """Two busy minutes around eight hours of nothing."""
    busy = [second * 1_000_000 for second in (0, 20, 40, 60)]
    night = 8 * 3600 * 1_000_000
    axis = Axis([*busy, *(time + night for time in busy)], night + 60_000_000, 0.0, 1000.0)
    [gap] = axis.gaps()
    assert (length(gap.until_us - gap.from_us), gap.right - gap.left) == ("7 h 59 min", 62.0)


def picture(folder: Path) -> tuple[ReportedDrill, ET.Element]:
    drill = read_report(folder / "report.json").drills[0]
    return drill, ET.fromstring(str(draw(drill)))


def bars(svg: ET.Element, title: str) -> list[tuple[str, float, float]]:
    """Class, left and right of the bars whose title begins so."""
    found = []
    for link in svg.iter(SVG + "a"):
        said, bar = link.find(SVG + "title"), link.find(SVG + "rect")
        if said is not None and bar is not None and (said.text or "").startswith(title):
            left = float(bar.attrib["x"])
            found.append((bar.attrib["class"], left, left + float(bar.attrib["width"])))
    return found


def test_that_the_arrays_disagree_is_seen_between_their_lanes(stale: Path) -> None:
    """From the loss of the links on, one says Suspended and the other Target Full Duplex: the stale target."""
    _drill, svg = picture(stale)
    [source, target] = [bars(svg, f"{array} sees 1260, 1261") for array in ("75FA120", "75FA150")]
    # Later both say Suspended: two sources, and still no pair.
    between, _two_sources = bars(svg, "do they agree?")
    assert [name for name, _left, _right in source] == ["bar s-good", "bar s-suspended"]
    assert [name for name, _left, _right in target] == ["bar s-target", "bar s-suspended"]
    assert ("bar s-disagree", source[1][1]) == between[:2]


def test_the_lost_writes_lie_below_the_writes_that_were_not_mirrored(stale: Path) -> None:
    """The loss is the stretch in which one array alone had them."""
    _drill, svg = picture(stale)
    alone = [bar for bar in bars(svg, "ora_db@hosta") if bar[0] == "bar s-alone"]
    [lost] = bars(svg, "ora_db: lost")
    assert [("bar s-alone", *(round(place) for place in lost[1:]))] == [
        (name, round(left), round(right)) for name, left, right in alone
    ]


def test_two_systems_that_write_at_once_have_a_lane_of_their_own(tmp_path: Path) -> None:
    """A split brain is seen, and how long it lasted."""
    cut = "\n    And all heartbeats between hosta, hostb and hostc, hostd are lost\n    And 5 minutes pass"
    steps = UP + LINKS_LOST + cut
    drill = flown([str(write_feature(tmp_path, steps))], tmp_path / "out").drills[0]
    [lane] = [lane for lane in drill.lanes if lane.name == "ora_db: two writers"]
    [both] = lane.spans
    assert ("both", "hosta and hostc write at once", drill.simulated_us) == (both.state, both.label, both.until_us)
    assert "bar s-both" in draw(drill)


def test_every_state_and_mark_has_a_look_of_its_own(disaster: Path) -> None:
    """A state without a fill would be a black bar that means something else."""
    css = resource("timeline.css")
    assert [state for state in STATES if not re.search(rf"\.s-{state}[ ,]", css)] == []
    drill, _svg = picture(disaster)
    assert {mark.kind for mark in drill.marks} <= set(SHAPES)


def test_every_bar_says_in_words_what_it_is(disaster: Path) -> None:
    """Colours are a help, not the message."""
    _drill, svg = picture(disaster)
    links = list(svg.iter(SVG + "a"))
    assert len(links) > 50
    assert all(text_of(link.find(SVG + "title") or link[0]) for link in links)


def test_a_flapping_night_stays_a_picture_of_bounded_size(migration: Path) -> None:
    """Thousands of changes in one lane are drawn once per pixel."""
    drill, _svg = picture(migration)
    spans = tuple(Span(n * 1000, n * 1000 + 1000, ("good", "bad")[n % 2], "up", n) for n in range(20_000))
    ticks = tuple(Tick(n * 1000, "something", n) for n in range(20_000))
    lane = Lane("Hosts", "hostx", spans, ticks)
    drawn = draw(replace(drill, lanes=(*drill.lanes, lane), simulated_us=20_000_000))
    assert len(drawn) < 800_000
    assert f'viewBox="0 0 {WIDTH} ' in drawn


def view(number: int, time_us: int, array: str, volume: str, after: str) -> Record:
    peer = "B" if array == "A" else "A"
    return Record(number, time_us, PairViewChanged(array, volume, peer, volume, "", after, "-", "test"))


def test_pairs_with_the_same_history_share_their_lanes() -> None:
    """A hundred volumes suspended by one link are one line; one that went another way has its own."""
    history, number = History(), 0
    for volume in range(100):
        for array, state in (("A", "Full Duplex"), ("B", "Target Full Duplex")):
            history.see(view(number := number + 1, 0, array, f"12{volume:02X}", state))
    for volume in range(99):
        history.see(view(number := number + 1, 5_000_000 + volume, "A", f"12{volume:02X}", "Suspended"))
    drawn = lanes([], history, Measured(now_us=9_000_000))
    names = [lane.name for lane in drawn if lane.section.startswith("Pairs")]
    assert names[:2] == ["A sees 1200, 1201 and 97 more", "do they agree?"]
    assert names[3:] == ["A sees 1263", "do they agree?", "B sees 1263"]


def test_damage_is_marked_once_a_moment_and_its_repair_too() -> None:
    """Both ends of a link at one moment are one mark; the first boot of a host repairs nothing, a later one does."""
    history = History()
    for number, (time_us, event) in enumerate(
        (
            (0, HostBooted("hosta", "1")),
            (5_000_000, MirrorLinkChanged("l1", "IBM.2107-A", "IBM.2107-B", is_up=False)),
            (5_000_000, MirrorLinkChanged("l1", "IBM.2107-B", "IBM.2107-A", is_up=False)),
            (6_500_000, HostLost("hosta", "crashed")),
            (9_000_000, HostBooted("hosta", "1")),
        ),
        1,
    ):
        history.see(Record(number, time_us, event))
    found = [(mark.kind, mark.time_us, mark.event) for mark in marks(history.state, Measured(now_us=10_000_000))]
    assert found == [("fault", 5_000_000, 2), ("fault", 6_500_000, 4), ("repair", 9_000_000, 5)]


def test_names_that_share_a_lane_are_told_as_far_as_there_is_room() -> None:
    """At least one, and how many more."""
    assert listed(["a", "b"]) == "a, b"
    assert listed(["x" * 2 * ROOM, "y"]) == "x" * 2 * ROOM + " and 1 more"


def test_opinions_that_mean_the_same_agree() -> None:
    """Full Duplex and Target Full Duplex are one opinion from two ends, whichever end is asked."""
    own, its = Track(), Track()
    own.set(0, "good", "Full Duplex", 0)
    its.set(0, "target", "Target Full Duplex", 1)
    assert [change.state for change in agreement(own, its).changes] == [""]
    assert [change.state for change in agreement(its, own).changes] == [""]
    own.set(5, "suspended", "Suspended (Freeze)", 2)
    assert [change.state for change in agreement(own, its).changes] == ["", "disagree"]
    assert [same.names for same in together([("a", (own,)), ("b", (its,))])] == [["a"], ["b"]]
