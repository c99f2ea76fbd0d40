"""A site from the user's own files: captures and site.toml are what the world is built from."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from mirrordrill.drills import sites
from mirrordrill.simulator.array.events import PairViewChanged, PathChanged
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.site.build_storage import storage_plan
from mirrordrill.simulator.site.site import Site, load_site
from mirrordrill.simulator.world import World
from tests import commands
from tests.array.sites import A, B
from tests.array.sites import Site as Arrays
from tests.site.test_round_trip import captured, taken_over

RDC = Path(sites.__file__).resolve().parent / "rdc" / "main.cf"
SWITCH = """
Feature: Ours
  Scenario: The group moves
    Given the example site "rdc"
    And oragrp is online on hosta
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with the example's main.cf and a feature."""
    (tmp_path / "main.cf").write_text(RDC.read_text())
    (tmp_path / "ours.feature").write_text(SWITCH)
    return tmp_path


def capture(folder: Path, site: Arrays) -> Path:
    file = folder / "lists.txt"
    file.write_text(captured(site, "-fmt delim"))
    return file


def mirrordrill(*arguments: str | Path) -> tuple[int, str]:
    done = commands.mirrordrill(*arguments)
    return done.returncode, done.stdout + done.stderr


def test_numbers_of_site_toml_reach_the_storage(folder: Path) -> None:
    """Distance, rates, sizes, and the DS CLI's latencies."""
    text = "[link]\ndistance_km = 12\ncopy_mib_per_s = 100\n[volumes]\nsize_gib = 2\nsizes_gib = { 1261 = 3 }\n"
    (folder / "site.toml").write_text(text + "[dscli]\nlist_low_s = 0.5\n")
    site = load_site([folder / "main.cf"])
    plan = storage_plan(site)
    (link,) = plan.links
    assert (link.distance_km, link.copy_tracks_per_s) == (12, 1600)
    assert [volume.size_tracks for volume in plan.images[0].volumes] == [2 * 16384, 3 * 16384]
    with contextlib.closing(World(site)) as world:
        assert world.consoles.latencies.list_low_s == 0.5


def test_a_host_takes_as_long_to_boot_as_site_toml_says(folder: Path) -> None:
    """It is back when it has booted, not before."""
    (folder / "site.toml").write_text("[hosts]\nboot_s = 300\n")
    with contextlib.closing(World(load_site([folder / "main.cf"]))) as world:
        world.start()
        world.advance(60)
        world.crash("hostb")
        world.boot("hostb")
        world.advance(299)
        assert world.hosts["hostb"].boots == 1
        world.advance(2)
        assert world.hosts["hostb"].boots == 2


def test_a_captured_state_is_the_state_in_which_the_world_starts(folder: Path) -> None:
    """B has taken over in the capture: the first event of each volume says so."""
    arrays = Arrays()
    taken_over(arrays)
    site = load_site([folder / "main.cf"], captures=[capture(folder, arrays)])
    with contextlib.closing(World(site)) as world:
        world.start()
        said = {
            (event.array, event.volume): event.after
            for record in world.kernel.log
            if isinstance(event := record.event, PairViewChanged)
        }
    assert said[A, "1260"] == said[A, "1261"] == View.FULL_DUPLEX.value
    assert said[B, "1260"] == said[B, "1261"] == View.SUSPENDED.value


def test_a_missing_way_back_is_missing_in_the_world(folder: Path) -> None:
    """What was captured is what a failback meets."""
    arrays = Arrays()
    arrays.storage.fabric.remove_path(arrays.storage.image(B), (0x12, 0x12), arrays.storage.image(A), is_forced=True)
    with contextlib.closing(World(load_site([folder / "main.cf"], captures=[capture(folder, arrays)]))) as world:
        assert len(list(world.storage.image(A).paths)) == 1
        assert list(world.storage.image(B).paths) == []
        assert not [record for record in world.kernel.log if isinstance(record.event, PathChanged)]


def test_captures_and_site_toml_are_part_of_the_sites_identity(folder: Path) -> None:
    """Another start is another site, although the main.cf is the same."""
    plain = load_site([folder / "main.cf"])
    other = load_site([folder / "main.cf"], captures=[capture(folder, Arrays())])
    (folder / "site.toml").write_text("[link]\ndistance_km = 1\n")
    assert len({plain.digest, other.digest, load_site([folder / "main.cf"]).digest}) == 3


def test_what_was_read_is_no_assumption_any_more(folder: Path) -> None:
    """The sentences say what nobody said, and nothing else."""

    def about_states(site: Site) -> list[str]:
        return [sentence for sentence in site.assumptions if "pairs" in sentence or "paths" in sentence]

    assert len(about_states(load_site([folder / "main.cf"]))) == 2
    assert about_states(load_site([folder / "main.cf"], captures=[capture(folder, Arrays())])) == []


def test_times_of_played_types_are_assumed_until_somebody_measures_them(folder: Path) -> None:
    """Those of the mirrored groups; a type with its own scripts or with both times is no assumption any more."""

    def about_types() -> list[str]:
        return [sentence for sentence in load_site([folder / "main.cf"]).assumptions if "come and go" in sentence]

    (before,) = about_types()
    assert before.startswith("DiskGroup, Volume, Oracle, Netlsnr, IP come and go")
    (folder / "site.toml").write_text("[types.Oracle]\nonline_s = 40\noffline_s = 20\n[types.IP]\nonline_s = 1\n")
    (after,) = about_types()
    assert after.startswith("DiskGroup, Volume, Netlsnr, IP come and go")


def test_all_that_is_wrong_in_all_files_is_told_at_once(folder: Path) -> None:
    """main.cf, site.toml and capture."""
    (folder / "main.cf").write_text(RDC.read_text().replace("ora_dg requires ora_mmir", "ora_dg requires nobody"))
    (folder / "site.toml").write_text("[link]\nlength_km = 1\n")
    (folder / "bad.txt").write_text("nonsense\n")
    with pytest.raises(ConfigError) as caught:
        load_site([folder / "main.cf"], captures=[folder / "bad.txt"])
    found = {Path(problem.position.file).name for problem in caught.value.problems}
    assert found == {"main.cf", "site.toml", "bad.txt"}


@pytest.mark.parametrize(
    ("near", "far", "pairs"),
    [
        ("{ 1260, 1261 }", "{ 1261, 1260 }", {("1260", "1260"), ("1261", "1261")}),
        ("{ 1260, 1261 }", "{ 2260, 2261 }", {("1260", "2260"), ("1261", "2261")}),
        ("{ 1260, 1261 }", "{ 1261 }", {("1261", "1261")}),
    ],
)
def test_volumes_correspond_by_id_or_else_by_their_place(
    folder: Path, near: str, far: str, pairs: set[tuple[str, str]]
) -> None:
    """A keylist has no order for VCS; a volume that is missing on one side leaves the other one alone."""
    sides = "".join(f"\t\tVolIds @host{h} = {near if h in 'ab' else far}\n" for h in "abcd")
    (folder / "main.cf").write_text(RDC.read_text().replace("\t\tVolIds = { 1260, 1261 }\n", sides))
    plan = storage_plan(load_site([folder / "main.cf"]))
    assert {(pair.source_volume, pair.target_volume) for pair in plan.pairs} == pairs


def test_run_takes_captures_and_tells_what_it_assumed_once(folder: Path) -> None:
    """Small print at the start of a drill."""
    lists = capture(folder, Arrays())
    (folder / "site.toml").write_text("[link]\ndistance_km = 7\n")
    arguments = ("--site", folder / "main.cf", "--capture", lists)
    code, output = mirrordrill("run", folder / "ours.feature", *arguments)
    assert code == 0
    assert output.count("assumed: copies share 400 MiB/s in each direction") == 1
    assert "km apart" not in output
    assert "all pairs start" not in output


def test_check_compares_main_cf_with_captures(folder: Path) -> None:
    """What was understood of them, and what does not match, with file and line."""
    lists = capture(folder, Arrays())
    code, output = mirrordrill("check", folder / "main.cf", "--capture", lists)
    assert code == 0
    assert f"{A}/1260 -> {B}/1260: Full Duplex | Target Full Duplex" in output
    assert f"path from {B} 12 to {A} 12" in output
    (folder / "main.cf").write_text(RDC.read_text().replace("{ 1260, 1261 }", "{ 1260, 1262 }"))
    code, output = mirrordrill("check", folder / "main.cf", "--capture", lists)
    assert code == 1
    assert "error: volume 1262 of ora_mmir is not among those that IBM.2107-75FA120 listed" in output


@pytest.mark.parametrize("option", ["--capture", "--site-toml"])
def test_a_file_that_is_not_there_is_wrong_usage(folder: Path, option: str) -> None:
    """Exit 2 before anything is run."""
    code, output = mirrordrill("run", folder / "ours.feature", option, "/no/such/file")
    assert code == 2
    assert "no such file: /no/such/file" in " ".join(output.replace("│", " ").split())
