"""DS CLI output: what is shown in the reference is read, anything else is refused with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.agent.answers import read_answer, read_outcomes, read_pairs, read_paths
from mirrordrill.agent.arguments import parse_attributes, parse_invocation
from mirrordrill.agent.array import lines_of, locate
from mirrordrill.agent.errors import UnreadableAnswer
from mirrordrill.agent.pairs import CopyType, Reason, State
from tests.agent.stand_in import LOCAL, REMOTE, positional, table

HEADER = "ID,State,Reason,Type,SourceLSS,Timeout (secs),Critical Mode,First Pass Status"
LONG = "ID,State,Reason,Type,Out Of Sync Tracks,Tgt Read,Src Cascade,SourceLSS"
ROW = "1260:1260,Target Full Duplex,-,Metro Mirror,12,unknown,Disabled,Invalid"
BANNER = "Date/Time: June 26, 2024 7:21:54 PM CST IBM DSCLI Version: 7.9.33.112 DS: IBM.2107-75FA150"


def pairs_of(text: str, with_tracks: bool = False) -> object:
    return read_pairs(read_answer(text), with_tracks=with_tracks)


def test_a_list_is_read_with_or_without_banner_and_full_ids() -> None:
    """Blank lines and a banner that could not be switched off do not matter."""
    full = ROW.replace("1260:1260", f"{REMOTE}/1260:{LOCAL}/1260", 1)
    for row, images in ((ROW, ("", "")), (full, (REMOTE, LOCAL))):
        (pair,) = read_pairs(read_answer(f"\n{BANNER}\n\n{table(HEADER, [row])}\n"))
        assert (pair.source_image, pair.target_image) == images
        assert (pair.source, pair.target, pair.state) == ("1260", "1260", State.TARGET_FULL_DUPLEX)
        assert (pair.reason, pair.copy_type, pair.out_of_sync_tracks) == (Reason.NONE, CopyType.METRO_MIRROR, None)


@pytest.mark.parametrize("state", [*[state.value for state in State], "Invalid-State"])
@pytest.mark.parametrize("reason", [reason.value for reason in Reason])
def test_every_state_and_reason_of_the_reference_is_known(state: str, reason: str) -> None:
    """dscli.md 2.3 and 2.4."""
    (pair,) = read_pairs(read_answer(table(HEADER, [f"1260:1260,{state},{reason},Global Copy,12,60,Disabled,Invalid"])))
    assert pair.state.value == state.replace("-", " ")
    assert pair.reason.value == reason


def test_tracks_are_read_where_they_are_asked_for() -> None:
    """A column is found by its name, wherever it stands and whatever stands beside it."""
    (pair,) = read_pairs(
        read_answer(table(LONG, ["1260:1260,Copy Pending,-,Metro Mirror,1638400,x,y,12"])), with_tracks=True
    )
    assert pair.out_of_sync_tracks == 1638400


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", ""),
        ("hello\n", "hello"),
        (HEADER + "\n" + ROW + "\n", "ID,State"),
        (table(HEADER, []), "ID|State"),
        (table(HEADER, [ROW + ",more"]), "more"),
        (table(HEADER, [ROW[:30]]), "Target Full Duplex|-"),
        (table(HEADER, [ROW])[:-1], "Disabled|Invalid"),
        (table(HEADER, [ROW, ROW.replace("1260:1260", f"{REMOTE}/1261:{LOCAL}/1261")]), "1260:1260"),
        (table(HEADER, [ROW.replace("1260:1260", f"1260:{LOCAL}/1260")]), f"1260:{LOCAL}/1260"),
        (table(HEADER.replace("Reason", "Grund"), [ROW]), "Grund"),
        (table(HEADER.replace("Reason", "State"), [ROW]), "State|State"),
        (table(HEADER, [ROW.replace("Target Full Duplex", "Splendid")]), "Splendid"),
        (table(HEADER, [ROW.replace(",-,", ",Bad Weather,")]), "Bad Weather"),
        (table(HEADER, [ROW.replace("Metro Mirror", "Looking Glass")]), "Looking Glass"),
        (table(HEADER, [ROW.replace("1260:1260", "1260-1263")]), "1260-1263"),
        (table(HEADER, [ROW.replace("1260:1260", "1260:12\x1b[2J")]), "1260"),
        (table(HEADER, [ROW, "dscli was interrupted"]), "interrupted"),
    ],
)
def test_what_was_never_shown_is_refused_and_quoted(text: str, quoted: str) -> None:
    """An answer is taken as a whole or not at all, and nothing unprintable gets into the error."""
    with pytest.raises(UnreadableAnswer) as caught:
        pairs_of(text)
    assert quoted in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_date_with_a_comma_is_one_field() -> None:
    """Date Suspended: what every suspended pair shows."""
    text = table("ID,State,Reason,Type,Date Suspended", ["1260:1260,Suspended,Host Source,Metro Mirror,DATE"])
    (pair,) = read_pairs(read_answer(text.replace("DATE", "January 5, 2026 8:00:49 AM UTC")))
    assert pair.state is State.SUSPENDED


def test_an_answer_has_a_bound() -> None:
    """More lines than any set has volumes are no list of them."""
    with pytest.raises(UnreadableAnswer, match="more than 5000 lines"):
        pairs_of(table(HEADER, [ROW] * 5000))


def test_nothing_found_is_an_empty_list_and_silence_is_not() -> None:
    """CMUC00234I has exit code 0, and yet it is a statement; an empty answer is none."""
    assert pairs_of("CMUC00234I lspprc: No Remote Mirror and Copy found.\n") == ()
    with pytest.raises(UnreadableAnswer):
        pairs_of("CMUC00999I lspprc: All is well.\n")


@pytest.mark.parametrize("tracks", ["many", "-5", "1.5", "٣"])
def test_a_number_of_tracks_is_a_number(tracks: str) -> None:
    """No other script's digits, no sign, no fraction."""
    with pytest.raises(UnreadableAnswer, match="number of tracks"):
        pairs_of(table(LONG, [f"1260:1260,Copy Pending,-,Metro Mirror,{tracks},x,y,12"]), True)


@pytest.mark.parametrize(
    ("state", "is_up"),
    [
        ("Success", True),
        ("Failed", False),
        ("Failed (Down)", False),
        ("Degraded", True),
        ("Degraded (Retry)", True),
        ("Invalid", False),
    ],
)
def test_a_path_is_up_if_it_says_success_or_has_lost_some_of_its_ports(state: str, is_up: bool) -> None:
    """Whatever reason a release prints behind the state."""
    header = "Src,Tgt,State,SS,Port,Attached Port,Tgt WWNN"
    (path,) = read_paths(read_answer(table(header, [f"12,20,{state},FF20,I0030,I0231,5005076304FFD7EA"])))
    assert (path.source_lss, path.target_lss, path.is_up) == ("12", "20", is_up)
    with pytest.raises(UnreadableAnswer, match="unknown path state"):
        read_paths(read_answer(table(header, ["12,20,Perhaps,FF20,I0030,I0231,5005076304FFD7EA"])))


@pytest.mark.parametrize("message_id", ["CMUN03001E", "CMUN03999E", "CMUN99999E", "CMUC00001E"])
def test_any_error_id_means_no_and_none_means_anything_more(message_id: str) -> None:
    """Nobody outside IBM knows the ids of the CMUN03 family; only the shape counts."""
    text = (
        "CMUC00196I failoverpprc: Remote Mirror and Copy pair 1260:1260 successfully reversed.\n"
        f"{message_id} failoverpprc: 1261:1261: Copy Services operation failure: whatever\n"
    )
    answer = read_answer(text)
    assert len(answer.errors) == 1
    outcomes = read_outcomes(answer, ("1260:1260", "1261:1261", "1262:1262"))
    assert outcomes["1260:1260"].startswith("CMUC00196I")
    assert outcomes["1261:1261"].startswith(message_id)
    assert "1262:1262" not in outcomes


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No output, however broken, gets past the parser as something else than UnreadableAnswer."""
    refusal = ""
    try:
        pairs_of(text)
    except UnreadableAnswer as error:
        refusal = str(error)
    assert refusal.isprintable()
    assert refusal or "CMU" in text or "ID|State" in text


@given(st.data())
def test_a_damaged_list_is_never_read_as_more_than_it_says(data: st.DataObject) -> None:
    """One character changed anywhere: the rows are what they were, or fewer, or the list is refused."""
    text = table(HEADER, [ROW, ROW.replace("1260:1260", "1261:1261", 1)])
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.characters(codec="latin-1")) + text[at + 1 :]
    try:
        pairs = read_pairs(read_answer(damaged))
    except UnreadableAnswer:
        return
    assert len(pairs) <= 2
    assert all(pair.state in State for pair in pairs)


ATTRIBUTES = parse_attributes(parse_invocation("online", ["ora_mmir", *positional("1260")], is_action=False))


@pytest.mark.parametrize(
    ("ids", "state", "peer", "foreign"),
    [
        ("2000:1260", "Target Full Duplex", "2000", False),
        ("1260:2000", "Suspended", "2000", False),
        (f"{REMOTE}/1260:{LOCAL}/1260", "Target Full Duplex", "1260", False),
        (f"IBM.2107-75ZZZZ1/1260:{LOCAL}/1260", "Target Full Duplex", "1260", True),
        (f"{LOCAL}/1260:{REMOTE}/2000", "Invalid State", "2000", False),
    ],
)
def test_a_row_is_turned_to_the_local_side(ids: str, state: str, peer: str, foreign: bool) -> None:
    """lspprc lists source:target on both arrays; the state tells which end is ours."""
    listed = read_pairs(read_answer(table(HEADER, [f"{ids},{state},-,Metro Mirror,12,60,Disabled,Invalid"])))
    (volume,) = locate(listed, ("1260",), ATTRIBUTES)
    (relation,) = volume.relations
    assert (volume.volume, relation.peer, relation.has_foreign_peer) == ("1260", peer, foreign)


@pytest.mark.parametrize(
    ("ids", "state"),
    [
        ("1261:1261", "Full Duplex"),
        ("1260:2000", "Target Full Duplex"),
        (f"{REMOTE}/1260:{LOCAL}/1260", "Full Duplex"),
    ],
)
def test_a_row_that_nobody_asked_for_is_refused(ids: str, state: str) -> None:
    """An answer about other volumes, or about the other array's side, is not an answer."""
    listed = read_pairs(read_answer(table(HEADER, [f"{ids},{state},-,Metro Mirror,12,60,Disabled,Invalid"])))
    with pytest.raises(UnreadableAnswer, match="not asked for"):
        locate(listed, ("1260",), ATTRIBUTES)


@pytest.mark.parametrize(("count", "lines"), [(1, 1), (256, 1), (417, 2)])
def test_as_few_lines_as_a_terminal_bears(count: int, lines: int) -> None:
    """256 pairs of one LSS go into one command."""
    pairs = [f"{at:04X}:{at:04X}" for at in range(count)]
    found = lines_of(f"failoverpprc -dev {LOCAL} -remotedev {REMOTE} -type mmir", pairs)
    assert len(found) == lines
    assert all(len(line) <= 4000 for line, _ in found)
    assert [pair for _, part in found for pair in part] == pairs
