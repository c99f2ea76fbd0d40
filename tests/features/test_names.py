"""What a site has by name: a wrong name is answered with those that there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.sites import find_site
from mirrordrill.drills.steps.names import SiteNames
from mirrordrill.drills.steps.wording import MANY, PARAMETER_TYPES
from mirrordrill.simulator.world import World


@pytest.fixture(scope="module", params=["rdc", "gco"])
def names(request: pytest.FixtureRequest) -> Iterator[SiteNames]:
    """The names of an example site."""
    world = World(find_site(request.param))
    yield SiteNames(world)
    world.close()


@pytest.mark.parametrize("kind", [name for name, kind in PARAMETER_TYPES.items() if kind.is_named])
def test_every_kind_that_is_named_knows_its_names(names: SiteNames, kind: str) -> None:
    """Each is found, alone or in a list; another one is answered with all of them."""
    is_plural = isinstance(PARAMETER_TYPES[kind].read("a"), tuple)
    single = kind.removesuffix("s") if is_plural else kind
    known = names.known(single)
    assert known
    assert names.meant(kind, known if is_plural else known[0]) == (known if is_plural else known[0])
    with pytest.raises(UsageError, match=rf"there is no {single.replace('_', ' ')} nobody; there are: .*{known[0]}"):
        names.meant(kind, (known[0], "nobody") if is_plural else "nobody")


def test_an_array_may_be_called_by_its_serial_number(names: SiteNames) -> None:
    """As people do."""
    assert names.find("array", "75FA120") == "IBM.2107-75FA120"


def test_of_many_names_only_the_nearest_are_told(names: SiteNames, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of thousands would hide the one that was meant."""
    many = tuple(f"{number:04X}" for number in range(MANY * 50))
    monkeypatch.setitem(names._known, "volume", lambda: many)
    with pytest.raises(UsageError) as raised:
        names.find("volume", "01F")
    assert "01FF" in str(raised.value)
    assert len(str(raised.value).split(",")) <= MANY
