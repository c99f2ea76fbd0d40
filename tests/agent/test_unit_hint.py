"""An id that ends in 0 may be that of a storage unit: where the array refuses it, the refusal says so."""

from __future__ import annotations

import pytest

from mirrordrill.agent.array import unit_hint
from mirrordrill.agent.errors import ArrayRefused


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("CMUN00014E lspprc: The storage image IBM.2107-75FA120 is not managed.", "its image is IBM.2107-75FA121"),
        ("CMUN00014E lspprc: The storage image IBM.2107-75FA121 is not managed.", ""),
        ("CMUC00201E lspprc:: Authentication failure: Your password has expired.", ""),
    ],
)
def test_a_refusal_that_names_a_unit_says_what_the_image_is_called(line: str, expected: str) -> None:
    """The hint is told by online, verify and every action alike: all of them print the error."""
    told = str(ArrayRefused("lspprc", (line,), unit_hint((line,))))
    assert (expected in told) if expected else (told == str(ArrayRefused("lspprc", (line,))))
