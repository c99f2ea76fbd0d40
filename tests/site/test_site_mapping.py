"""The shipped features with another site's names: who plays whom, and what is left out where nobody can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mirrordrill.drills import sites
from mirrordrill.drills.sites.site_mapping import Cast, casts, recast
from mirrordrill.simulator.site.site import load_site

RDC = Path(sites.__file__).resolve().parent / "rdc" / "main.cf"
NAMES = {"hosta": "a1", "hostb": "a2", "hostc": "b1", "hostd": "b2", "1260, 1261": "0100, 0101"}

LEGS = """\
@chapter4
Feature: Ours
  Background: hosta and hostb here, hostc and hostd there
    Given the group is online on hosta

  Scenario: Two legs
    When it goes to hostb
    Then it is there

    When it goes to hostc
    Then it is there
    And it sent failoverpprc for 1260, 1261

  @night
  Scenario: Only on hostd
    When it goes to hostd
    Then it is there
"""
OUTLINE = """\
@chapter-4 @whole
Feature: Ours, from hosta to hostb and everywhere
  Scenario Outline: From <from> to <to>
    When it goes from <from> to <to>
    Examples:
      | from  | to    |
      | hosta | hostb |
      | hosta | hostc |

  Scenario Outline: Beside <from>
    When it goes from <from> to <to>
    Examples:
      | from  | to    |
      | hostc | hostd |
"""


def played(text: str, **missing: str) -> str:
    result = recast(text, Cast("g", NAMES | missing))
    assert result is not None
    return result


def test_everybody_is_there() -> None:
    """Nothing is left out, and every name is another one."""
    text = played(LEGS)
    assert "Left out" not in text
    assert [line for line in text.split("\n") if "goes to" in line] == [
        "    When it goes to a2",
        "    When it goes to b1",
        "    When it goes to b2",
    ]
    assert "sent failoverpprc for 0100, 0101" in text


def test_a_leg_without_its_player_goes_and_so_does_a_scenario_without_a_leg() -> None:
    """What stays is a feature that can be flown; it says what is missing."""
    text = played(LEGS, hostb="", hostd="")
    assert "goes to b1" in text
    assert "# Left out here: a leg that needs hostb of the example." in text
    assert "Only on" not in text
    assert "@night" not in text
    assert text.count("Scenario:") == 1


def test_of_several_who_are_named_those_are_meant_who_are_there() -> None:
    """All hosts of a side are as many as there are."""
    feature = "@chapter-4\nFeature: F\n  Scenario: S\n    When hosta, hostb halt\n    And hostb, hosta boot\n"
    text = played(feature, hostb="")
    assert "When a1 halt\n" in text
    assert "And a1 boot\n" in text


def test_rows_of_an_outline_go_one_by_one() -> None:
    """Even in a feature that is flown as a whole or not at all; an outline without rows goes, too."""
    text = played(OUTLINE, hostb="", hostd="")
    assert "| a1 | b1 |" in text
    assert "hostb |" not in text
    assert "Beside" not in text


def test_a_scenario_whose_legs_build_on_each_other_goes_as_a_whole() -> None:
    """Half of a story tells nothing; neither does one in which nothing happens any more."""
    whole = LEGS.replace("@chapter4", "@chapter4 @whole")
    text = played(whole, hostb="")
    assert "Two legs" not in text
    assert "  @night\n  Scenario: Only on b2\n" in text
    assert recast(whole, Cast("g", NAMES | {"hostb": "", "hostd": ""})) is None
    assert recast(LEGS, Cast("g", NAMES | {"hostb": "", "hostc": "", "hostd": ""})) is None


def test_volumes_with_other_ids_on_the_other_array_are_not_expected_by_number() -> None:
    """The line goes, the leg stays."""
    text = played(LEGS, **{"1260, 1261": ""})
    assert "failoverpprc" not in text
    assert "goes to b1" in text


def test_one_volume_can_be_named_only_where_there_are_two(tmp_path: Path) -> None:
    """Of a larger group nobody can say "the other one"; all of its volumes are named together."""
    text = RDC.read_text()
    (tmp_path / "main.cf").write_text(text)
    (cast,) = casts(load_site([tmp_path / "main.cf"]), [])
    assert (cast.names["1260"], cast.names["1261"], cast.names["12:12"]) == ("1260", "1261", "12:12")
    (tmp_path / "main.cf").write_text(text.replace("{ 1260, 1261 }", '{ 1260, 1261, "1A00" }'))
    (cast,) = casts(load_site([tmp_path / "main.cf"]), [])
    assert (cast.names["1260"], cast.names["1261"], cast.names["12:12"]) == ("", "", "")
    one = "@hazard\nFeature: F\n  Scenario: S\n    When volume 1261 is lost\n"
    assert recast(one, cast) is None
    every = one.replace("volume 1261 is lost", "hosta sent failoverpprc for 1260, 1261")
    assert "for 1260, 1261, 1A00\n" in str(recast(every, cast))


def test_all_hosts_of_an_array_are_named_together_however_many_there_are(tmp_path: Path) -> None:
    """A site that is lost is lost as a whole; after the first host of three, two are left to halt."""
    names = NAMES | {"hosta, hostb": "a1, a2, a3", "hostb halts": "a2, a3 halt"}
    feature = (
        "@hazard\nFeature: F\n  Scenario: S\n    When hosta, hostb halt\n    And hostb halts\n    And hostb boots\n"
    )
    text = recast(feature, Cast("g", names))
    assert text is not None
    assert [line.strip() for line in text.splitlines() if line.strip().startswith(("When", "And"))] == [
        "When a1, a2, a3 halt",
        "And a2, a3 halt",
        "And a2 boots",
    ]


def test_neighbours_are_cast_by_what_their_types_do(tmp_path: Path) -> None:
    """Whatever they are called; a part that no resource can play is left out with the scenario that needs it."""
    text = re.sub(r"\bora_(db|dg)\b", r"our_\1", RDC.read_text())
    text = re.sub(r"\tNetlsnr ora_lsnr \((.|\n)*?\n\t\t\)\n", "", text)
    (tmp_path / "main.cf").write_text(re.sub(r".*ora_lsnr.*\n", "", text))
    (cast,) = casts(load_site([tmp_path / "main.cf"]), [])
    played = [cast.names[role] for role in ("ora_db", "ora_dg", "ora_lsnr", "ora_ip", "ora_nic")]
    assert played == ["our_db", "our_dg", "", "ora_ip", "ora_nic"]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (("hostc = 2, hostd = 3", "hostc = 3, hostd = 2"), ("hosta", "hostb", "hostd", "hostc")),
        (("hosta = 0, hostb = 1", "hosta = 1, hostb = 0"), ("hosta", "hostb", "hostc", "hostd")),
        (("AutoStartList = { hosta }", "AutoStartList = { hostd }"), ("hostd", "hostc", "hosta", "hostb")),
    ],
)
def test_the_order_is_that_of_the_groups_priorities(
    tmp_path: Path, change: tuple[str, str], names: tuple[str, str, str, str]
) -> None:
    """The first one is where the group starts; the others are tried as VCS tries them."""
    (tmp_path / "main.cf").write_text(RDC.read_text().replace(*change, 1))
    (cast,) = casts(load_site([tmp_path / "main.cf"]), [])
    assert tuple(cast.names[role] for role in ("hosta", "hostb", "hostc", "hostd")) == names
    near = "ds8000e.example.com" if names[0] == "hostd" else "ds8000c.example.com"
    assert cast.names["ds8000c.example.com"] == near


@pytest.mark.parametrize(
    ("change", "played"),
    [
        (("gcoip2", "spare"), "spare"),
        (("\t\tCritical = 0\n", ""), ""),
        (("AutoStartList = { hosta, hostb }", "AutoStartList = { hostb, hosta }"), ""),
        (('Address = "203.0.113.1"', 'Address = "203.0.113.2"'), ""),
    ],
)
def test_of_two_addresses_that_are_pinged_the_one_that_nobody_needs_may_go(
    tmp_path: Path, change: tuple[str, str], played: str
) -> None:
    """If it is up where the group starts; else nobody plays it."""
    files = []
    for cluster in ("clusa", "clusb"):
        files.append(tmp_path / cluster / "main.cf")
        files[-1].parent.mkdir()
        files[-1].write_text((RDC.parents[1] / "gco" / cluster / "main.cf").read_text())
    assert change[0] in files[0].read_text()
    files[0].write_text(files[0].read_text().replace(*change))
    (cast,) = casts(load_site(files), [])
    assert cast.names["gcoip2"] == played
