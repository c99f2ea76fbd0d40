"""Command lines of both VCS dialects, well-formed and hostile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.agent.arguments import ARG_LIST, Attributes, parse_attributes, parse_invocation
from mirrordrill.agent.errors import ConfigError
from tests.agent.stand_in import LOCAL, REMOTE, SCALARS, named, positional

FORMS = [positional, named]
EXPECTED = Attributes(
    "/opt/ibm/dscli", ("hmc1", "hmc2"), "admin", "/opt/ibm/dscli/ds_pwfile", LOCAL, REMOTE, ("1260", "1261")
)


def attributes_of(entry: str, arguments: list[str], is_action: bool = False) -> Attributes:
    return parse_attributes(parse_invocation(entry, arguments, is_action=is_action))


@pytest.mark.parametrize("form", FORMS)
def test_both_dialects_say_the_same(form: type[positional]) -> None:
    """VCS 4.x passes values by position, 5.0 and later by name; reason and action arguments stand where they stand."""
    values = form("1261", "1260")
    assert attributes_of("online", ["ora_mmir", *values]) == EXPECTED
    assert attributes_of("clean", ["ora_mmir", "2", *values]) == EXPECTED
    for rest in ([], ["0"], ["2", "a", "b"]):
        assert attributes_of("failback", ["ora_mmir", *values, *rest], is_action=True) == EXPECTED


@pytest.mark.parametrize(
    "elements",
    [
        ["1260", "1261", "1260"],
        ["1260", "", "1261", ""],
        ["1260", "1", "1261", "2"],
        ["1", "1260", "2", "1261"],
        [f"{LOCAL}/1260", "1261"],
        ["", "1260", "1261"],
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_volumes_come_as_keylist_or_as_association(form: type[positional], elements: list[str]) -> None:
    """`str VolIds{}` is an association by grammar and a keylist by the manual; both mean the same volumes."""
    assert attributes_of("online", ["ora_mmir", *form(*elements)]).volumes == ("1260", "1261")


@given(st.lists(st.from_regex(r"[0-9A-Ea-e][0-9A-Fa-f]{3}", fullmatch=True), min_size=1, max_size=200))
def test_any_list_of_ids_survives_both_dialects(ids: list[str]) -> None:
    """Sorted, upper case, each once."""
    expected = tuple(sorted({each.upper() for each in ids}))
    for form in FORMS:
        assert attributes_of("online", ["ora_mmir", *form(*ids)]).volumes == expected


def changed(name: str, value: str) -> list[str]:
    scalars = list(SCALARS)
    scalars[ARG_LIST.index(name)] = value
    return [*scalars, "1", "1260"]


HOSTILE = [
    "a\nb",
    "x; rm -rf /",
    "$(id)",
    "`id`",
    "-passwd",
    "a'b",
    'a"b',
    "a b",
    "\x1b[2J",
    "é\u2028",
    "a\x00b",
    "../..",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["HMC1", "HMC2", "User", "LocalStorageImageID", "RemoteStorageImageID"])
def test_what_cannot_be_meant_is_refused_where_it_enters(name: str, value: str) -> None:
    """The error names the attribute and shows the value."""
    with pytest.raises(ConfigError) as caught:
        attributes_of("online", ["ora_mmir", *changed(name, value)])
    assert caught.value.attribute == name
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["HMC1", "User", "PasswdFile", "LocalStorageImageID", "RemoteStorageImageID"])
def test_required_attributes_need_values(name: str) -> None:
    """HMC2 and DSCliHome do not: the one is optional, the other has a default."""
    with pytest.raises(ConfigError) as caught:
        attributes_of("online", ["ora_mmir", *changed(name, "")])
    assert caught.value.attribute == name
    for optional in ("HMC2", "DSCliHome"):
        assert attributes_of("online", ["ora_mmir", *changed(optional, "")]).ds_cli_home == "/opt/ibm/dscli"


@pytest.mark.parametrize("value", ["", "relative", "/a\nb", "-x", "/a/../b", "/a\x07"])
@pytest.mark.parametrize("name", ["PasswdFile", "DSCliHome"])
def test_paths_are_absolute_and_printable(name: str, value: str) -> None:
    """A path may hold blanks and quotes (no shell ever sees it), but nothing that could be an option or a line end."""
    if name == "DSCliHome" and not value:
        assert attributes_of("online", ["ora_mmir", *changed(name, value)]).ds_cli_home == "/opt/ibm/dscli"
        return
    with pytest.raises(ConfigError, match=name):
        attributes_of("online", ["ora_mmir", *changed(name, value)])


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ("1260-1263", "range"),
        ("126", "4 hex digits"),
        ("12600", "4 hex digits"),
        ("126G", "4 hex digits"),
        ("FF00", "LSS 00 to FE"),
        (f"{REMOTE}/1260", "volumes of LocalStorageImageID"),
        ("1260;id", "4 hex digits"),
        ("-dev", "4 hex digits"),
        ("", "at least one"),
    ],
)
def test_a_volume_that_is_none_is_refused_with_what_is_expected(volume: str, expected: str) -> None:
    """Ranges, wrong lengths, other arrays, options: each with its own hint."""
    with pytest.raises(ConfigError, match=expected):
        attributes_of("online", ["ora_mmir", *positional(volume)])


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["/opt/ibm/dscli"],
        [*SCALARS],
        [*SCALARS, "x", "1260"],
        [*SCALARS, "2", "1260"],
        [*SCALARS, "-1", "1260"],
        [*SCALARS, "1", "1260", "extra"],
        [*named("1260"), "HMC1", "1", "other"],
        named("1260")[:-1],
        ["HMC1", "1"],
        ["HMC1", "2", "a", "b", *named("1260")[:3]],
    ],
)
def test_counts_that_do_not_fit_are_refused(values: list[str]) -> None:
    """A command line that VCS cannot have meant is not repaired."""
    with pytest.raises(ConfigError):
        attributes_of("online", ["ora_mmir", *values])


@pytest.mark.parametrize(("count", "is_accepted"), [(417, True), (418, False), (10_000, False)])
def test_more_volumes_than_vcs_can_pass_are_refused(count: int, is_accepted: bool) -> None:
    """vcs.md 1.3: 425 values, of which a positional command line needs 8 for the rest."""
    values = positional(*[f"{at:04X}" for at in range(count)])
    if is_accepted:
        assert len(attributes_of("online", ["ora_mmir", *values]).volumes) == count
    else:
        with pytest.raises(ConfigError, match="at most 425"):
            attributes_of("online", ["ora_mmir", *values])


def test_attributes_of_a_later_type_are_skipped() -> None:
    """A newer type file may pass more than this agent knows."""
    values = ["NewOne", "2", "x", "y", *named("1260", "1261"), "Another", "0"]
    assert (
        attributes_of("online", ["ora_mmir", "DSCliHome", "1", "/opt/ibm/dscli", *values[:4], *values[7:]]) == EXPECTED
    )


@pytest.mark.parametrize("name", ["", "-x", ".lock", "../x", "a/b", "a\nb", "a b", "a" * 129, "é"])
def test_a_resource_name_that_is_no_file_name_is_refused(name: str) -> None:
    """It becomes part of file names and of ha commands."""
    with pytest.raises(ConfigError, match="resource name"):
        parse_invocation("online", [name], is_action=False)


@given(st.lists(st.text(max_size=12), max_size=30))
def test_any_command_line_is_understood_or_refused(arguments: list[str]) -> None:
    """Nothing but ConfigError ever comes out of a wrong command line."""
    refusal, volumes = "", ()
    try:
        volumes = attributes_of("failback", ["ora_mmir", *arguments], is_action=True).volumes
    except ConfigError as error:
        refusal = str(error)
    assert refusal.isprintable()
    assert bool(refusal) != bool(volumes)


def test_the_same_image_on_both_sides_is_refused() -> None:
    """A pair needs two arrays."""
    with pytest.raises(ConfigError, match="another storage image"):
        attributes_of("online", ["ora_mmir", *changed("RemoteStorageImageID", LOCAL)])
