"""What the look-alike dscli prints, in whatever format and phase, is read back to the state that it printed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mirrordrill.simulator.array.mirror.states import Reason, View
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.site.capture.mirror import Mirror, MirrorSide
from mirrordrill.simulator.site.capture.reader import read_capture
from mirrordrill.simulator.site.capture.rows import Capture
from mirrordrill.simulator.site.capture.start import Outcome, start_state
from tests.array.sites import A, B, Site, plan_of
from tests.dscli.consoles import DscliUser

PLACE = Position("main.cf", 1, 1)
MIRROR = Mirror(
    [
        MirrorSide("g", "m", ("hosta",), A, B, ("1260", "1261"), PLACE, starts_here=True),
        MirrorSide("g", "m", ("hostb",), B, A, ("1260", "1261"), PLACE, starts_here=False),
    ]
)


def healthy(_site: Site) -> None:
    """Nothing has happened."""


def paused(site: Site) -> None:
    site.ask("pause", A)


def paused_at_target(site: Site) -> None:
    site.ask("pause_at_target", B)


def taken_over(site: Site) -> None:
    """B has failed over, and A does not know."""
    for volume in ("1260", "1261"):
        site.ask("failover", B, volume)


def going_back(site: Site) -> None:
    taken_over(site)
    for volume in ("1260", "1261"):
        site.ask("failback", B, volume)


def copying(site: Site) -> None:
    """A first copy that outlasts the capture."""
    site.ask("remove", A)
    site.ask("establish", A)


def reversed_roles(site: Site) -> None:
    going_back(site)
    site.run(60)


PHASES = [healthy, paused, paused_at_target, taken_over, copying, reversed_roles]
LISTS = ("lssi", "lsfbvol 1260-1261", "lspprc 0000-FFFF", "lspprcpath 00-FF")
FORMATS = ["", "-fullid", "-l", "-fmt delim", "-fmt delim -l -fullid", "-fmt delim -delim | -hdr off", "-hdr off"]


def captured(site: Site, options: str) -> str:
    """All four lists of both arrays, one dscli run after the other."""
    desk = DscliUser(site)
    parts = []
    for console, image in (("hmca1", A), ("hmcb1", B)):
        for command in LISTS:
            name, *ids = command.split()
            flags = options.split() if name != "lsfbvol" else [flag for flag in options.split() if flag != "-l"]
            device = ["-dev", image] if name != "lssi" else []
            code, text = desk.once(name, *device, *flags, *ids, console=console)
            assert code == 0
            parts.append(text)
    return "\n".join(parts)


def in_one_session(site: Site, options: str) -> str:
    """The same from a session of each console, as a terminal shows it: prompts, echoed commands, a command of ours."""
    desk = DscliUser(site)
    text = ""
    for console, image in (("hmca1", A), ("hmcb1", B)):
        channel = desk.log_in(console)
        text += channel.output
        for command in (*LISTS, "lslss", "ver"):
            name, *ids = command.split()
            device = f"-dev {image}" if name not in {"lssi", "ver"} else ""
            line = " ".join([name, device, *("" if name in {"lsfbvol", "ver"} else options).split(), *ids])
            text += f"{line}\r\n{desk.say(channel, line)}\r\ndscli> "
    return text


def views(site: Site) -> dict[tuple[str, str], tuple[View, Reason]]:
    volumes = [site.volume(image, volume) for image in (A, B) for volume in ("1260", "1261")]
    return {(each.image.image_id, each.volume_id): (each.view, each.reason) for each in volumes}


def planned(outcome: Outcome) -> dict[tuple[str, str], tuple[View, Reason]]:
    assert outcome.start.pairs is not None
    found = {}
    for pair in outcome.start.pairs:
        found[pair.source_image, pair.source_volume] = pair.source_view, pair.source_reason
        found[pair.target_image, pair.target_volume] = pair.target_view, pair.target_reason
    return found


def read(text: str) -> Capture:
    capture, problems = read_capture(text, "capture.txt")
    assert problems == ()
    return capture


@pytest.mark.parametrize("options", FORMATS)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("how", [captured, in_one_session])
def test_a_capture_is_read_back_to_the_state_it_shows(
    how: Callable[[Site, str], str], phase: Callable[[Site], None], options: str
) -> None:
    """Both arrays' opinions with their reasons, the paths, the sizes and the WWNNs."""
    site = Site(plan_of(size_tracks=160_000))
    phase(site)
    before = views(site)
    outcome = start_state(read(how(site, options)), MIRROR)
    assert planned(outcome) == before == views(site)
    assert [problem for problem in outcome.problems if problem.severity.value == "error"] == []
    assert {tuple(route) for route in outcome.start.routes or ()} == {(A, 0x12, B, 0x12), (B, 0x12, A, 0x12)}
    assert outcome.start.ports == {(A, B): (("I0030", "I0231"), ("I0100", "I0301"))}
    assert set(outcome.start.size_tracks.values()) == {160_000}
    assert outcome.start.wwnn == {A: "5005076303FFC120", B: "5005076303FFC150"}


def test_one_direction_without_a_path_is_seen() -> None:
    """The usual failure of the way home: A -> B works, B -> A is not there."""
    site = Site()
    site.storage.fabric.remove_path(site.storage.image(B), (0x12, 0x12), site.storage.image(A), is_forced=True)
    outcome = start_state(read(captured(site, "-fmt delim")), MIRROR)
    assert [tuple(route) for route in outcome.start.routes or ()] == [(A, 0x12, B, 0x12)]
    assert outcome.problems == ()
    ((cause, problem),) = outcome.start.findings
    assert cause == f"there is no working path from {B} 12 to {A} 12"
    assert problem.severity.value == "error"
    assert "chapter 3" in problem.hint


def test_a_link_that_was_down_is_flown_as_missing_paths() -> None:
    """Failed is not Success, and the sentence says what was made of it."""
    site = Site()
    site.storage.fabric.set_link("blue", is_up=False)
    outcome = start_state(read(captured(site, "")), MIRROR)
    assert outcome.start.routes == ()
    assert len([sentence for sentence in outcome.assumptions if "was not up" in sentence]) == 2


def test_no_pairs_at_all_is_an_answer() -> None:
    """`CMUC00234I` on both arrays: the volumes of main.cf start unpaired, and that is a finding for each of them."""
    outcome = start_state(read(captured(Site(plan_of(paired=False)), "")), MIRROR)
    assert outcome.start.pairs == ()
    assert len([problem for problem in outcome.problems if "is in no pair" in problem.message]) == 4
