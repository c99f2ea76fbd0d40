"""site.toml: numbers with units in their names, everything optional, every mistake told with its key and line."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.drills.sites import FOLDER
from mirrordrill.simulator.array.plan import LinkPlan, StoragePlan, VolumePlan
from mirrordrill.simulator.config.problems import ConfigError, Problem
from mirrordrill.simulator.dscli.site_values import Latencies
from mirrordrill.simulator.site.settings import (
    SENTENCES,
    TABLES,
    TRACKS_PER_MIB,
    Settings,
    load_settings,
    parse_settings,
    settings_file,
)
from mirrordrill.simulator.site.site import load_site
from mirrordrill.simulator.site.site_toml import SiteToml, schema
from mirrordrill.simulator.vcs.engine.trigger_rules import PreOnline, TriggerVerdict
from mirrordrill.simulator.vcs.membership.rules import FencingRules, MembershipRules

FULL = """\
[link]
distance_km = 30
write_delay_us_per_km = 12.5
copy_mib_per_s = 200

[dscli]
login_low_s = 5
login_high_s = 9.5

[hosts]
boot_s = 240

[application]
writes_per_s = 2000

[volumes]
size_gib = 100
sizes_gib = { "1260" = 200, "IBM.2107-75FA150/12ab" = 300 }

[objectives]
rto_s = 900
rpo_s = 0

[membership]
private_links = 3
low_priority_links = 1
peer_inactive_s = 8
panics_on_rejoin = true

[fencing]
coordinator_disks = ["IBM.2107-75FA120", "IBM.2107-75FA150", "third"]

[preonline]
after_s = 5
oragrp = "refuses"
"""


def test_every_table_is_read() -> None:
    """And what is left out keeps its default."""
    read = parse_settings(FULL, "site.toml")
    assert (read.link.distance_km, read.link.write_delay_us_per_km, read.link.copy_setup_s) == (30, 12.5, 0.5)
    assert read.preonline.of("oragrp") == PreOnline(TriggerVerdict.REFUSES, 5)
    assert read.preonline.of("another") == PreOnline(TriggerVerdict.ALLOWS, 5)
    assert read.dscli == Latencies(login_low_s=5, login_high_s=9.5)
    assert (read.hosts.boot_s, read.application.writes_per_s, read.application.working_set_mib) == (240, 2000, 256)
    assert read.volumes.size_of("IBM.2107-75FA120", "1260") == 200
    assert read.volumes.size_of("IBM.2107-75FA150", "12AB") == 300
    assert read.volumes.size_of("IBM.2107-75FA120", "12AB") == 100
    assert (read.objectives.rto_s, read.objectives.rpo_s, read.objectives.rpo_writes) == (900, 0, None)
    assert read.membership == MembershipRules(3, 1, 8, panics_on_rejoin=True)
    assert read.membership.links == ("link1", "link2", "link3", "lowpri1")
    assert read.fencing == FencingRules(("IBM.2107-75FA120", "IBM.2107-75FA150", "third"))


def test_an_empty_file_is_a_valid_one() -> None:
    """Everything is optional."""
    assert parse_settings("# nothing yet\n", "site.toml") == Settings()


def test_the_defaults_are_those_of_what_they_stand_for() -> None:
    """Otherwise an empty site.toml would change a drill."""
    plain, link = Settings(), LinkPlan("l", ("IBM.2107-75FA120", "IBM.2107-75FA150"))
    assert plain.link.distance_km == link.distance_km
    assert plain.link.copy_mib_per_s * TRACKS_PER_MIB == link.copy_tracks_per_s
    assert plain.link.write_delay_us_per_km == StoragePlan(()).write_delay_us_per_km
    assert plain.link.copy_setup_s == StoragePlan(()).copy_setup_s
    assert plain.volumes.size_gib * 1024 * TRACKS_PER_MIB == VolumePlan("1260").size_tracks


def test_what_is_given_is_no_assumption_any_more() -> None:
    """A sentence for each number that nobody gave, with its value."""
    assert len(list(Settings().assumptions())) == len(SENTENCES) + 2
    left = list(parse_settings(FULL, "site.toml").assumptions())
    assert left == ["each application writes again and again to 256 MiB of each of its volumes"]


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("[links]\n", 1, "there is no table links", "did you mean link?"),
        ("[link]\ndistance = 3\n", 2, "there is no link.distance", "did you mean distance_km?"),
        ("link.distance = 3\n", 1, "there is no link.distance", "did you mean distance_km?"),
        ("[link]\ndistance_km = '50'\n", 2, "link.distance_km cannot be '50'", "it is a number from 0 to 300"),
        ("[link]\n# far\ndistance_km = 301\n", 3, "link.distance_km cannot be 301", "a number from 0 to 300"),
        ("[link]\ncopy_mib_per_s = nan\n", 2, "link.copy_mib_per_s cannot be nan", "from 1 to 100,000"),
        ("[hosts]\nboot_s = true\n", 2, "hosts.boot_s cannot be True", "a number from 0 to 86,400"),
        ("[hosts]\nboot_s = " + "9" * 5000 + "\n", 2, "this is no TOML that can be read", ""),
        ("[hosts]\nboot_s = " + "9" * 4000 + "\n", 2, "hosts.boot_s cannot be so large", ""),
        ("link = 3\n", 1, "link is a table, not a value", "[link]"),
        ("[volumes]\nsizes_gib = 3\n", 2, "volumes.sizes_gib cannot be 3", "a table, as in {'1260': 100.0}"),
        ("[volumes.sizes_gib]\n12601 = 3\n", 2, "volumes.sizes_gib.12601 cannot be '12601'", "as in 1260"),
        ("[volumes.sizes_gib]\n'1260' = -1\n", 2, "volumes.sizes_gib.1260 cannot be -1", "from 0.001"),
        ("[objectives.'ora-grp']\nrto_s = -1\n", 2, "objectives.ora-grp.rto_s cannot be -1", "from 0 to"),
        ("[objectives]\nrto = 1\n", 2, "there is no objectives.rto", "did you mean rto_s?"),
        ("[dscli]\nlogin_low_s = 9\n", 2, "dscli.login_low_s is greater than dscli.login_high_s", ""),
        ("[membership]\nprivate_links = 0\n", 2, "membership.private_links cannot be 0", "from 1 to 8"),
        ("[membership]\nseed_systems = 1.5\n", 2, "membership.seed_systems cannot be 1.5", "a whole number"),
        ("[membership]\npanics_on_rejoin = 1\n", 2, "membership.panics_on_rejoin cannot be 1", "true or false"),
        ("[fencing]\ncoordinator_disks = 3\n", 2, "fencing.coordinator_disks cannot be 3", "third"),
        ("[fencing]\ncoordinator_disks = ['a', 'b']\n", 2, "fencing.coordinator_disks cannot be", "at least 3"),
        ("[fencing]\ncoordinator_disks = ['a', 'b', 'c', 'd']\n", 2, "fencing.coordinator_disks has 4", "odd number"),
        ("[preonline]\noragrp = 'no'\n", 2, "preonline.oragrp cannot be 'no'", "one of allows, refuses, hangs"),
        ("[preonline]\nafter_s = 'soon'\n", 2, "preonline.after_s cannot be 'soon'", "a number"),
        ("[link\n", 1, "Expected ']'", "toml.io"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_line(text: str, line: int, message: str, hint: str) -> None:
    """One slip in an otherwise sound file."""
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, "site.toml")
    (problem,) = caught.value.problems
    assert (problem.position.file, problem.position.line) == ("site.toml", line)
    assert message in problem.message
    assert hint in problem.hint


def test_every_mistake_is_told_and_not_only_the_first() -> None:
    """In the order of the file."""
    with pytest.raises(ConfigError) as caught:
        parse_settings("[link]\ndistance = 1\n[hosts]\nboot = 2\n[x]\n", "site.toml")
    assert [problem.position.line for problem in caught.value.problems] == [2, 4, 5]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=80), st.text('[]="{}\n.,0129 linkvolumes_', max_size=80)))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    """Settings, or problems with places."""
    wrong: tuple[Problem, ...] = ()
    try:
        parse_settings(text, "site.toml")
    except ConfigError as failure:
        wrong = failure.problems
    assert all(problem.position.line >= 1 for problem in wrong)


def test_the_file_is_found_beside_the_main_cf(tmp_path: Path) -> None:
    """Beside the only main.cf; of a global cluster's, in the directory that holds both."""
    for name in ("clusa", "clusb"):
        (tmp_path / name).mkdir()
    files = [tmp_path / "clusa" / "main.cf", tmp_path / "clusb" / "main.cf"]
    assert settings_file(files) is None
    (tmp_path / "site.toml").write_text(FULL)
    assert settings_file(files) == tmp_path / "site.toml"
    assert settings_file(files[:1]) is None
    assert load_settings(tmp_path / "site.toml").link.distance_km == 30


def test_the_trigger_of_a_group_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """Nobody would ever run it, and nobody would notice."""
    main_cf = tmp_path / "main.cf"
    main_cf.write_text((FOLDER / "rdc" / "main.cf").read_text())
    (tmp_path / "site.toml").write_text('[preonline]\noragroup = "refuses"\n')
    with pytest.raises(ConfigError) as raised:
        load_site([main_cf])
    assert [(p.message, p.hint) for p in raised.value.problems] == [
        ("preonline.oragroup, but there is no such group", "did you mean oragrp?")
    ]


def told_of_durations(folder: Path, line: str, settings: str) -> list[tuple[str, int, str]]:
    """What is said of the example with a line of its database changed and these settings, by severity, line, begin."""
    main_cf = folder / "main.cf"
    main_cf.write_text((FOLDER / "rdc" / "main.cf").read_text().replace("Oracle ora_db (", f"Oracle ora_db (\n{line}"))
    (folder / "site.toml").write_text(settings)
    try:
        problems = load_site([main_cf]).warnings
    except ConfigError as failure:
        problems = failure.problems
    return [(p.severity.value, p.position.line, p.message) for p in problems]


def test_an_application_that_is_slower_than_its_time_out_is_found_before_it_is_run(tmp_path: Path) -> None:
    """VCS would kill each online: measured it is an error, a figure of ours warns; what fits says nothing."""
    slow = "[types.Oracle]\nonline_s = 90\n"
    [(severity, line, message)] = told_of_durations(tmp_path, "OnlineTimeout = 60", slow)
    assert (severity, message.partition(" (")[0]) == ("error", "OnlineTimeout of ora_db is 60 s, and Oracle takes 90 s")
    assert f"{tmp_path}/site.toml:1" in message
    assert (tmp_path / "main.cf").read_text().splitlines()[line - 1] == "OnlineTimeout = 60"
    [(severity, *_)] = told_of_durations(tmp_path, "OnlineTimeout = 10", "")
    assert severity == "warning"
    [(severity, *_)] = told_of_durations(tmp_path, "CleanTimeout = 30", "[types.Oracle]\noffline_s = 31\n")
    assert severity == "warning"
    assert told_of_durations(tmp_path, "OnlineTimeout = 90", slow) == []


def test_the_schema_describes_every_key_with_its_default() -> None:
    """An editor shows both; a key of the settings that the file does not know could never be set."""
    definitions = schema(Settings())["$defs"]
    for table in TABLES:
        described = definitions[type(getattr(SiteToml(), table)).__name__]["properties"]
        known = {each.name for each in fields(getattr(Settings(), table))} - {"groups", "place"}
        assert known == set(described)
        assert all(each["description"] for each in described.values())
    assert definitions["LinkTable"]["properties"]["distance_km"]["default"] == 50.0
    assert definitions["ObjectivesTable"]["additionalProperties"] == {"$ref": "#/$defs/GroupObjectivesTable"}


def test_a_file_that_is_read_keeps_the_schema() -> None:
    """An editor must not underline what `check` accepts, nor pass what it refuses."""
    validator = jsonschema.Draft202012Validator(schema(Settings()))
    validator.check_schema(validator.schema)
    validator.validate(tomllib.loads(FULL + '[objectives.oragrp]\nrto_s = 3\n[types.App]\nscripts = "x"\n'))
    assert not validator.is_valid({"link": {"distance_km": 301}})
    assert not validator.is_valid({"preonline": {"oragrp": "no"}})
    assert not validator.is_valid({"links": {}})


def test_what_is_set_is_known_with_its_line() -> None:
    """For verdicts: an objective of a group has a place of its own, and what is not set that of the file."""
    text = "[objectives]\nrto_s = 60\n\n[objectives.oragrp]\nrpo_s = 0\n\n[membership]\nprivate_links = 3\n"
    found = parse_settings(text, "/somewhere/site.toml")
    keys = ("objectives.rto_s", "objectives.oragrp.rpo_s", "membership.private_links", "hosts.boot_s")
    assert [found.place_of(key) for key in keys] == ["site.toml:2", "site.toml:5", "site.toml:8", "site.toml"]
    assert found.place_of("objectives.oragrp.rto_s", "objectives.rto_s") == "site.toml:2"
