"""Whatever is typed, in whatever order: an answer or a message, and nothing changed where it was refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.dscli.commands import COMMANDS
from mirrordrill.simulator.dscli.commands.manual import EXAMPLES
from mirrordrill.simulator.dscli.options import COMMON, Takes
from mirrordrill.simulator.dscli.user_files import FIRST_LINE, read_profile, read_records, write_records
from tests.array.sites import A, B
from tests.drawn import share_of
from tests.dscli.consoles import IN_NO_TIME, DscliUser
from tests.dscli.transcripts import furnished

DONE = re.compile(r"^CMUC00(?!234)\d{3}I ", re.MULTILINE)
"""Something was carried out (nothing found is no such thing)."""
FLAGS = sorted({flag for command in COMMANDS.values() for flag in command.syntax.flags} | set(COMMON))
VALUES = (
    A, B, "on", "off", "mmir", "gcp", "full", "nocp", "src", "tgt", "delim", "xml", "enable", "add", "remove", "P0",
    "V0", "V10", "10", "0.5", "-1", "1e9", "FF12", "0xFF12", "12", "FF", "vcs", "admin", "op_volume", "a-long-password",
    "|", "5005076303FFC150", "5005076303FFC120", "1260", "1261-1262", "db_#h", "/root/pwfile", "", "\x00", "ds",
    "suspended",
)  # fmt: skip
IDS = (
    "1260", "1262", "1263", "1264-1265", "1250-126F", "1260:1260", "1261:1261", "1262:1262", "1260-1261:1260-1261",
    "FFFF", "FFFF:FFFF", "1260:FFFF", "12", "12:12", "FF:FF", "FE-FF", "00-FF", "P0", "P9", "R0-R1", "A0", "S1",
    "I0030", "I0030:I0231", "I0231:I0030", "V0", "V10", "V0-V99", "0000", "vcs", "admin", "lspprc", "-", A, B,
    f"{A}/1260", f"{B}/1260:{A}/1260", f"{B}/12", "x", "'", "\u0661\u0662", "\ud800",
)  # fmt: skip

some_bytes = st.binary(max_size=12).map(lambda data: data.decode("utf-8", "surrogateescape"))
flag = st.sampled_from(FLAGS).map(lambda name: [f"-{name}"])
flag_with_value = st.tuples(st.sampled_from(FLAGS), st.sampled_from(VALUES)).map(lambda pair: [f"-{pair[0]}", pair[1]])


def own_flags(name: str) -> st.SearchStrategy[list[list[str]]]:
    """Flags that the command knows, with values that it might take."""
    known = sorted({*COMMANDS[name].syntax.flags, "quiet"} & set(FLAGS)) or ["bnr"]
    one = st.tuples(st.sampled_from(known), st.sampled_from(VALUES)).map(lambda pair: [f"-{pair[0]}", pair[1]])
    return st.lists(one, max_size=5)


def pieces_of(example: str) -> list[list[str]]:
    """An example in pieces that can be put in any order: flags with their values, ids."""
    words, pieces = example.split(), []
    flags = COMMANDS[words[0]].syntax.flags
    at = 1
    while at < len(words):
        has_value = flags.get(words[at][1:]) is Takes.VALUE
        pieces.append(words[at : at + 1 + has_value])
        at += 1 + has_value
    return pieces


@st.composite
def near_misses(draw: st.DrawFn) -> list[str]:
    """The example of a command with its pieces in any order, one of them perhaps replaced, and perhaps one more."""
    name = draw(st.sampled_from(sorted(COMMANDS)))
    pieces = pieces_of(EXAMPLES[name])
    if pieces and draw(st.integers(0, 3)) == 3:
        at = draw(st.integers(0, len(pieces) - 1))
        pieces[at] = [*pieces[at][:-1], draw(st.sampled_from(IDS))]
    if draw(st.integers(0, 3)) == 3:
        pieces.extend(draw(own_flags(name))[:1])
    return [name, *(word for piece in draw(st.permutations(pieces)) for word in piece)]


@st.composite
def wild_guesses(draw: st.DrawFn) -> list[str]:
    """A command with any flags, values and ids."""
    name = draw(st.sampled_from(sorted(COMMANDS)))
    pieces = draw(st.one_of(own_flags(name), st.lists(st.one_of(flag, flag_with_value), max_size=4)))
    pieces = [*pieces, *([each] for each in draw(st.lists(st.sampled_from(IDS), max_size=3)))]
    return [name, *(word for piece in draw(st.permutations(pieces)) for word in piece)]


command_lines = st.one_of(near_misses(), near_misses(), near_misses(), wild_guesses())


def fingerprint(user: DscliUser) -> object:
    """Everything that a command could change."""
    storage = user.site.storage
    images = [storage.image(image_id) for image_id in storage.image_ids()]
    volumes = [
        (v.full_id, v.name, v.size_tracks, v.view, v.reason, v.peer and v.peer.full_id, v.changed.count(), v.pair_type)
        for image in images
        for v in image.volumes()
    ]
    wishes = [(v.critical_mode, v.target_read, v.reserved_by) for image in images for v in image.volumes()]
    lsses = [(image.ssid(0x12), image.long_busy_s(0x12), image.is_long_busy(0x12)) for image in images]
    groups = [image.is_consistency_group(0x12) for image in images]
    members = [image.inventory.members(group) for image in images for group in image.inventory.groups]
    paths = [(p.source_lss, p.target_lss, len(p.ports)) for image in images for p in image.paths]
    flashes = [(f.source.full_id, f.target.full_id, f.records) for f in storage.flash.relations()]
    accounts = [
        (a.user, a.role, a.is_locked, a.is_expired, a.digest)
        for c in ("hmca1", "hmcb1")
        for a in user.consoles.accounts(c)
    ]
    file = user.consoles.files.read("hostc", "/root/pwfile")
    return volumes, wishes, lsses, groups, members, paths, flashes, accounts, file


@settings(max_examples=share_of(350), deadline=None)
@given(command_lines, st.sampled_from(["hmca1", "hmcb1"]), st.sampled_from(["vcs", "admin"]))
def test_a_refused_command_changes_nothing(words: list[str], console: str, user: str) -> None:
    """Real commands with their own options, foreign ones, wrong values, in any order: and no traceback."""
    user = DscliUser(furnished(), IN_NO_TIME)
    before = fingerprint(user)
    channel = user.start("-hmc1", console, "-user", user, "-pwfile", "p", *words)
    channel.hang_up()
    user.site.run(0.05)
    if channel.exit_code is None:
        user.site.run(60)
    assert channel.exit_code in (0, 2, 4, 5, 6)
    if not DONE.search(channel.output):
        assert fingerprint(user) == before


@settings(max_examples=share_of(150), deadline=None)
@given(st.lists(st.one_of(st.text(max_size=12), some_bytes), max_size=6))
def test_random_words_on_the_command_line_end_with_an_exit_code(argv: list[str]) -> None:
    """Bytes that are no text included."""
    user = DscliUser(furnished(), IN_NO_TIME)
    before = fingerprint(user)
    channel = user.start(*argv)
    channel.hang_up()
    user.site.run(200)
    assert channel.exit_code in (0, 2, 3, 5, 6)
    assert fingerprint(user) == before


@settings(max_examples=share_of(100), deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), command_lines.map(" ".join)), max_size=5))
def test_whatever_is_typed_at_the_prompt_is_answered(lines: list[str]) -> None:
    """The session prompts again, or has ended because it was told to."""
    user = DscliUser(furnished(), IN_NO_TIME)
    channel = user.start("-hmc1", "hmcb1", "-user", "vcs", "-pwfile", "p")
    for line in lines:
        channel.send_line(line)
        user.site.run(0.05)
    user.site.run(60)
    assert channel.exit_code is not None or channel.is_waiting_for_input


@settings(max_examples=share_of(100), deadline=None)
@given(st.text(max_size=80), st.sampled_from(["-cfg", "-script", "-pwfile"]))
def test_files_can_hold_anything(text: str, option: str) -> None:
    """A profile, a script or a password file of somebody else's."""
    user = DscliUser(furnished(), IN_NO_TIME)
    user.consoles.files.write("hostc", "/root/file", text)
    channel = user.start("-hmc1", "hmcb1", "-user", "vcs", "-passwd", "x", option, "/root/file", "-bnr", "off")
    channel.hang_up()
    user.site.run(60)
    assert channel.exit_code is not None


@given(st.dictionaries(st.tuples(*[st.from_regex(r"[!-~]{1,8}", fullmatch=True)] * 2), st.just("0" * 64), max_size=4))
def test_password_files_are_read_as_they_were_written(records: dict[tuple[str, str], str]) -> None:
    """And what does not begin as one of ours is none of ours."""
    assert read_records(write_records(records)) == records
    assert read_records("") is None
    assert read_records(f" {FIRST_LINE}\n") is None


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("hmc1: a\nhmc2\tb", {"hmc1": "a", "hmc2": "b"}),
        ("delim: :\nformat:delim # why", {"delim": ":", "fmt": "delim"}),
        ('hmc1: fe80::1\npwfile: "/a/b"', {"hmc1": "fe80::1", "pwfile": "/a/b"}),
        ("# hmc1: a\nhmc1:\nhmc1\ntimeout: 3\nbanner off on", {"bnr": "off"}),
    ],
)
def test_a_profile_is_keys_and_values(text: str, flags: dict[str, str]) -> None:
    """Colon or blanks between them, comments, unknown keys (dscli.md 1.3)."""
    assert read_profile(text) == flags


def test_the_largest_ranges_are_answered() -> None:
    """65,280 volumes are the most there can be; asked of a small array."""
    user = DscliUser(furnished(), IN_NO_TIME)
    for line in ("rmfbvol -quiet 0000-FFFF", f"failoverpprc -dev {B} -remotedev {A} -type mmir 0000-FFFF:0000-FFFF"):
        channel = user.start("-hmc1", "hmcb1", "-user", "admin", "-pwfile", "p", line)
        user.site.run(60)
        assert (channel.exit_code, channel.output.count("\n")) == (4, 65537)


def test_every_example_of_the_help_is_understood() -> None:
    """Refused by the array, perhaps, but not by the reader."""
    for name in sorted(COMMANDS):
        for console in ("hmca1", "hmcb1"):
            user = DscliUser(furnished(), IN_NO_TIME)
            channel = user.start("-hmc1", console, "-user", "admin", "-pwfile", "p", EXAMPLES[name])
            user.site.run(60)
            assert channel.exit_code in (0, 4), channel.output
