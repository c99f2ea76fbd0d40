"""The accounts of a site's arrays: the administrator, the agent's user, and those that site.toml names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.dscli.site_values import UserGroup
from mirrordrill.simulator.site.build_storage import users_of
from mirrordrill.simulator.site.settings import parse_settings
from mirrordrill.simulator.site.site import Site
from mirrordrill.simulator.world import World

A = "IBM.2107-75FA120"


def site_with(toml: str = "", agent: str = "vcs") -> Site:
    """The example site whose agent logs in as a user, with a site.toml."""
    site = find_site("rdc")
    attachments = tuple(replace(each, user=agent) for each in site.attachments)
    return replace(site, attachments=attachments, settings=parse_settings(toml, "site.toml"))


def test_an_array_has_an_administrator_and_the_agents_user() -> None:
    """The latter for copy services only."""
    assert users_of(site_with()) == {"vcs": UserGroup.OP_COPY_SERVICES, "admin": UserGroup.ADMIN}


def test_an_agent_that_works_as_the_administrator_is_one() -> None:
    """There are not two accounts of one name."""
    assert users_of(site_with(agent="admin")) == {"admin": UserGroup.ADMIN}


def test_a_site_names_accounts_and_their_groups() -> None:
    """It can take the agent's user something away, too."""
    users = users_of(site_with('[accounts]\nwatcher = "monitor"\nvcs = "op_volume"\n'))
    assert (users["watcher"], users["vcs"], users["admin"]) == (
        UserGroup.MONITOR, UserGroup.OP_VOLUME, UserGroup.ADMIN,
    )  # fmt: skip


def test_a_group_that_does_not_exist_is_told_with_its_line() -> None:
    """As every other value of site.toml."""
    with pytest.raises(ConfigError) as wrong:
        parse_settings('[accounts]\nvcs = "op_copyservices"\n', "site.toml")
    assert [problem.position.line for problem in wrong.value.problems] == [2]


@pytest.mark.parametrize(
    ("user", "command", "code"),
    [
        ("admin", "mkfbvol -extpool P0 -cap 10 -type ds 1200", 0),
        ("vcs", "mkfbvol -extpool P0 -cap 10 -type ds 1200", 4),
        ("vcs", "pausepprc -remotedev IBM.2107-75FA150 1260:1260", 0),
        ("store", "pausepprc -remotedev IBM.2107-75FA150 1260:1260", 4),
        ("store", "mkfbvol -extpool P0 -cap 10 -type ds 1200", 0),
        ("watcher", "lsfbvol", 0),
        ("watcher", "mkuser -pw s3cret-w0rd -group monitor me", 4),
    ],
)
def test_a_drill_has_the_accounts_of_its_site(user: str, command: str, code: int) -> None:
    """Typed on a host of the site, at a console of its array."""
    world = World(site_with('[accounts]\nwatcher = "monitor"\nstore = "op_volume"\n'))
    console = next(a.consoles[0] for a in world.site.attachments if a.image_id == A)
    login = ["-hmc1", console, "-user", user, "-passwd", "x"]
    assert world.dscli("hosta", [*login, *command.split()]).exit_code == code
    world.close()
