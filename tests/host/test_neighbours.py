"""Played resource types follow the true state of the volumes at the bottom of their stack."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrordrill.drills.sites import FOLDER
from mirrordrill.simulator.array.events import StreamStarted, StreamStopped
from mirrordrill.simulator.host.behaviours import TYPES, StorageRole
from mirrordrill.simulator.host.events import NeighbourFailed
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointStarted, ResourceChanged
from mirrordrill.simulator.world import World

ARRAY_A = "IBM.2107-75FA120"
TYPES_CF = """
type SapDb ( static str ArgList[] = { Name }  str Name )
type Probe ( static str Operations = None  static str ArgList[] = { Name }  str Name )

cluster rdc1 ("""


def write_site(folder: Path, resources: str, requires: str, settings: str = "") -> Path:
    """The example site with other resources in the place of its stack."""
    text = (FOLDER / "rdc" / "main.cf").read_text()
    head, _, rest = text.partition("\tDiskGroup ora_dg (")
    assert rest
    (folder / "main.cf").write_text(head.replace("\ncluster rdc1 (", TYPES_CF, 1) + resources + "\n" + requires + "\n")
    (folder / "site.toml").write_text(settings)
    return folder / "main.cf"


@contextlib.contextmanager
def flown(file: Path, for_s: float = 120) -> Iterator[World]:
    with contextlib.closing(World(load_site([file]))) as world:
        world.start()
        world.advance(for_s)
        yield world


def events(world: World, kind: type) -> list:
    return [record.event for record in world.kernel.log if isinstance(record.event, kind)]


def stack(*types: str) -> tuple[str, str]:
    """One resource of each type, each on the one before it, the first on MetroMirror."""
    names = [f"r{number}" for number, _ in enumerate(types)]
    below = ["ora_mmir", *names]
    resources = "\n".join(f"\t{type_name} {name} ( )" for type_name, name in zip(types, names, strict=True))
    return resources, "\n".join(f"\t{name} requires {below[at]}" for at, name in enumerate(names))


BESIDE_CVM = [name for name, its in TYPES.items() if its.role in {StorageRole.IMPORTS, StorageRole.STANDS}]


@pytest.mark.parametrize("type_name", [name for name in BESIDE_CVM if name not in {"LVMVG", "LVMLogicalVolume"}])
def test_what_stands_on_the_volumes_goes_with_its_array(tmp_path: Path, type_name: str) -> None:
    """The array of site A dies under a living host: found at the next monitor, faulted, and the group fails over."""
    with flown(write_site(tmp_path, *stack(type_name, "Oracle"))) as world:
        assert world.cluster.group_online_on("oragrp") == ("hosta",)
        world.storage.set_power(ARRAY_A, is_on=False)
        world.advance(2000)
        assert ("hosta", "r0") in {(e.host, e.resource) for e in events(world, NeighbourFailed)}
        assert world.cluster.group_online_on("oragrp") == ("hostc",)
        stopped = [e.system for e in events(world, StreamStopped)]
        assert stopped[0] == "hosta"


@pytest.mark.parametrize("type_name", ["DiskGroup", "Mount", "Oracle"])
def test_nothing_comes_online_on_write_disabled_volumes(tmp_path: Path, type_name: str) -> None:
    """Brought online without its storage made writable: its online has no effect."""
    resources, requires = stack(type_name)
    file = write_site(tmp_path, resources, requires)
    with flown(file) as world:
        world.start_by_hand("hostc", "r0")
        world.advance(10)
        assert world.cluster.resource_state("r0", "hostc") == "OFFLINE"
        world.operate(["hares", "-probe", "r0", "-sys", "hostc"])
        world.advance(10)
        assert world.cluster.resource_state("r0", "hostc") == "OFFLINE"


def test_an_application_writes_only_while_its_whole_stack_is_up(tmp_path: Path) -> None:
    """From the end of its online until something between it and the volumes is gone, or it goes offline."""
    with flown(write_site(tmp_path, *stack("DiskGroup", "Volume", "Mount", "Oracle"))) as world:
        log = world.kernel.log
        ends = (r for r in log if isinstance(r.event, EntryPointEnded) and r.event.resource == "r3")
        online = next(r for r in ends if r.event.entry == "online")  # type: ignore[attr-defined]  # it has one
        started = next(r for r in log if isinstance(r.event, StreamStarted))
        assert started.time_us == online.time_us
        world.fail_resource("hosta", "r2")
        assert len(events(world, StreamStopped)) == 1
        world.advance(300)
        assert world.cluster.group_online_on("oragrp") == ("hostb",)
        assert [e.system for e in events(world, StreamStarted)] == ["hosta", "hostb"]


def test_a_type_takes_the_time_that_its_site_measured(tmp_path: Path) -> None:
    """site.toml beats the table."""
    settings = "[types.Oracle]\nonline_s = 77.5\noffline_s = 33\n"
    with flown(write_site(tmp_path, *stack("DiskGroup", "Oracle"), settings)) as world:
        world.operate(["hagrp", "-offline", "oragrp", "-any"])
        world.advance(60)
        log = world.kernel.log
        took = {}
        for entry in ("online", "offline"):
            about = [r for r in log if getattr(r.event, "entry", "") == entry and r.event.resource == "r1"]  # type: ignore[attr-defined]  # both kinds have one
            began = next(r.time_us for r in about if isinstance(r.event, EntryPointStarted))
            took[entry] = (next(r.time_us for r in about if isinstance(r.event, EntryPointEnded)) - began) / 1e6
        assert took == {"online": 77.5, "offline": 33.0}


@pytest.mark.parametrize(
    ("types", "settings", "writers"),
    [
        (("DiskGroup", "SapDb"), "", {"r1"}),
        (("DiskGroup", "SapDb"), '[types.SapDb]\nrole = "writes"\n', {"r1"}),
        (("DiskGroup", "SapDb"), '[types.SapDb]\nrole = "plain"\n', {"r0"}),
        (("DiskGroup", "Mount", "Share", "IP"), "", {"r1"}),
        (("DiskGroup", "Volume", "Mount", "Apache"), "", {"r2"}),
        (("DiskGroup",), "", {"r0"}),
        (("DiskGroup", "Mount", "Oracle", "SapDb"), "", {"r2"}),
        (("IP",), "", set()),
    ],
)
def test_where_no_application_stands_on_the_volumes_users_write(
    tmp_path: Path, types: tuple[str, ...], settings: str, writers: set[str]
) -> None:
    """A file server's clients, a type of the site's own: the volumes of a group are not idle."""
    with flown(write_site(tmp_path, *stack(*types), settings)) as world:
        assert world.cluster.group_online_on("oragrp") == ("hosta",)
        assert {e.stream for e in events(world, StreamStarted)} == {f"{name}@hosta" for name in writers}
        told = [text for text in world.site.assumptions if "users write there" in text]
        assert bool(told) == ("Oracle" not in types and settings.count("writes") == 0 and bool(writers))


def test_users_write_again_where_the_group_has_gone(tmp_path: Path) -> None:
    """The clients of a file server are told of a lost write as the application of a database is."""
    with flown(write_site(tmp_path, *stack("DiskGroup", "Mount", "Share"))) as world:
        world.storage.set_power(ARRAY_A, is_on=False)
        world.advance(2000)
        assert world.cluster.group_online_on("oragrp") == ("hostc",)
        assert [e.system for e in events(world, StreamStarted)] == ["hosta", "hostc"]
        assert next(e.system for e in events(world, StreamStopped)) == "hosta"


def test_an_unknown_persistent_type_is_there(tmp_path: Path) -> None:
    """VCS can neither bring it online nor would it ever come back: a group must not fault for that it is unknown."""
    resources, requires = stack("DiskGroup")
    with flown(write_site(tmp_path, resources + "\n\tProbe its_net ( )", requires)) as world:
        assert world.cluster.resource_state("its_net", "hosta") == "ONLINE"
        assert world.cluster.group_online_on("oragrp") == ("hosta",)
        assert not [e for e in events(world, ResourceChanged) if "FAULTED" in e.after]
