"""The report in the dark, and on paper: what stands there can be read."""

from __future__ import annotations

import re

import pytest

from mirrordrill.drills.report.page import resource

SHEET = resource("report.css")
LIGHT, DARK = (
    dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{3,6})", block))
    for block in re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
)
WRITTEN = ("--ink", "--quiet", "--link", "--good", "--bad", "--open")
GROUNDS = ("--paper", "--head", "--band", "--bad-paper", "--open-paper")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Between two colours (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("written", WRITTEN)
def test_words_stand_out_from_what_they_stand_on(theme: dict[str, str], written: str, ground: str) -> None:
    """At least 4.5 to 1, as WCAG asks of text."""
    assert contrast(theme[written], theme[ground]) >= 4.5


def test_both_themes_name_every_colour() -> None:
    """A colour that one of them forgets would be that of the other."""
    assert DARK.keys() == LIGHT.keys()


def test_paper_is_always_light() -> None:
    """The dark theme is for screens alone."""
    assert SHEET.count("prefers-color-scheme") == 1
    assert "@media screen and (prefers-color-scheme: dark)" in SHEET


def test_no_colour_of_a_theme_is_written_beside_the_themes() -> None:
    """It would stay as it is when the theme changes: black on black."""
    rules = re.sub(r":root \{.*?\}", "", SHEET.partition("@page")[0], flags=re.DOTALL)
    assert set(re.findall(r"[^.]*(#[0-9a-f]{3,6})", rules)) <= {"#fff", "#000"}
    picture = re.sub(r"var\([^)]*\)", "", resource("timeline.css"))
    around = re.findall(r"^\.timeline (?!\.w)[^{]*\{[^}]*#(?!fff)[0-9a-f]+[^}]*\}", picture, re.MULTILINE)
    assert around == []
