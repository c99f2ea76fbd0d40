"""Options, ids and layouts: text in, values out, and nothing typed can do harm."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.dscli import messages
from mirrordrill.simulator.dscli.commands import COMMANDS, KNOWN_BY_NAME
from mirrordrill.simulator.dscli.formats import Format, OutputSettings, render
from mirrordrill.simulator.dscli.ids import parse_lss_pair, parse_pairs, parse_volumes
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes, parse, split_words
from tests.array.sites import B
from tests.drawn import share_of
from tests.dscli.consoles import DscliUser

SYNTAX = Syntax({"dev": Takes.VALUE, "quiet": Takes.NOTHING}, Ids.OPTIONAL)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  lspprc \t 1260 ", ["lspprc", "1260"]),
        ("setenv -delim ' '", ["setenv", "-delim", " "]),
        ("mkfbvol -name \"two words\" ''", ["mkfbvol", "-name", "two words", ""]),
    ],
)
def test_words_are_separated_by_blanks_outside_quotes(line: str, words: list[str]) -> None:
    """As a shell user expects, and no more than that."""
    assert split_words(line) == words


@pytest.mark.parametrize(
    ("words", "flags", "ids"),
    [
        (["-v", "1260"], {"v": "on"}, ("1260",)),
        (["-v", "off", "-dev", B, "1260", "1261"], {"v": "off", "dev": B}, ("1260", "1261")),
        (["-fullid", "-quiet"], {"fullid": "on", "quiet": "on"}, ()),
        (["-"], {}, ("-",)),
    ],
)
def test_flags_without_a_value_mean_on(words: list[str], flags: dict[str, str], ids: tuple[str, ...]) -> None:
    """dscli.md 1.1."""
    parsed = parse(words, SYNTAX)
    assert (parsed.flags, parsed.ids) == (flags, ids)


@pytest.mark.parametrize(
    "word", ["126", "12600", "12G0", "1260:", "1262-1260", "IBM.2107/1260", "1260;quit", "\uff11\uff12\uff16\uff10"]
)
def test_what_is_no_volume_id_is_refused(word: str) -> None:
    """Four hexadecimal digits, or a range upwards."""
    with pytest.raises(RefusedLine):
        parse_volumes(word)


def test_pairs_are_read_with_and_without_their_arrays() -> None:
    """Fully qualified on either side."""
    (pair,) = parse_pairs([f"1260:{B}/1270"])
    assert (str(pair), pair.source_image, pair.target_image) == ("1260:1270", "", B)
    assert parse_lss_pair("10:FE") == (0x10, 0xFE)
    for word in ("1260", "1260:1261:1262", "1000-1003:2000-2002"):
        with pytest.raises(RefusedLine):
            parse_pairs([word])


@given(st.lists(st.tuples(st.text("ab c", min_size=1), st.text("xy"), st.text("12", min_size=1)), min_size=1))
def test_padded_columns_start_under_their_header(rows: list[tuple[str, str, str]]) -> None:
    """Padded to the widest value, at least one blank between, a rule as long as the table (dscli.md 1.9)."""
    names = ("Name", "State", "ID")
    header, rule, *lines = render(names, rows, OutputSettings()).splitlines()
    starts = [header.index(name) for name in names]
    assert len(rule) == starts[2] + max(len("ID"), *(len(row[2]) for row in rows))
    for line, row in zip(lines, rows, strict=True):
        cells = [line[starts[0] : starts[1]], line[starts[1] : starts[2]], line[starts[2] :]]
        assert [cell.rstrip() for cell in cells] == [cell.rstrip() for cell in row]


@pytest.mark.parametrize("layout", Format)
def test_every_layout_holds_every_value(layout: Format) -> None:
    """Whatever the format, nothing is lost."""
    text = render(("ID", "State"), [("1260", "a < b"), ("1261", "c")], OutputSettings(format=layout))
    assert all(value in text for value in ("1260", "1261"))


_TYPED = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [
                *sorted(COMMANDS), "-dev", B, "-l", "-s", "-fmt", "delim", "xml", "1260", "1260:1260", "-", "'",
                "-type", "mmir", "0000-FFFF", "-state", "-hdr", "off", "-delim", "", "\x00", "-remotedev",
            ]
        ),
        max_size=8,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=share_of(150), deadline=None)
@given(st.lists(_TYPED, max_size=4))
def test_nothing_that_is_typed_ends_in_a_traceback(lines: list[str]) -> None:
    """The session answers each line and still prompts, or ends because it was told to."""
    user = DscliUser()
    channel = user.log_in()
    for line in lines:
        user.say(channel, line, 30)
    assert channel.exit_code is not None or channel.is_waiting_for_input


def test_message_ids_are_unique_and_shaped() -> None:
    """CMUC or CMUN, five digits, and how bad it is."""
    found = [value for value in vars(messages).values() if isinstance(value, messages.DscliMessage)]
    ids = [message.id for message in (*found, *messages.REFUSALS.values())]
    assert len(set(ids)) == len(ids)
    assert all(len(id) == 10 and id[:4] in ("CMUC", "CMUN") and id[4:9].isdigit() and id[9] in "IWE" for id in ids)


def test_a_command_is_modelled_or_known_by_name_never_both() -> None:
    """The list of names shrinks as commands are built."""
    assert not KNOWN_BY_NAME & set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does(name: str) -> None:
    """`help NAME`."""
    _, output = DscliUser().once("help", name)
    assert output.startswith(name)
