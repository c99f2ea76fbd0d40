"""No option is accepted without meaning: it changes what happens, or the form names it as one that can change nothing.

An option is proved by typing its command twice, each time at a new cluster: as a line of test_every_form.py (or of
`FURTHER`) has it, and without the option or with another value. The answer, the events of the next minute or what the
cluster shows afterwards must differ. `PROVED_ELSEWHERE` names the tests of options that need a fault to show.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrordrill.simulator.vcs.commands import shell
from mirrordrill.simulator.vcs.commands.language.grammar import (
    ALWAYS_WITHOUT_EFFECT,
    MANY,
    MISUSED,
)
from mirrordrill.simulator.vcs.commands.language.unmodelled import UNMODELLED
from tests.vcs.commands.test_every_form import CASES, MAKERW, Case, cluster, far, near
from tests.vcs.wide_area.sites import Sites

FURTHER = (
    near("hagrp -wait oragrp State OFFLINE -sys hosta -time 5"),
    near("hares -wait mir State OFFLINE -sys hosta -time 5"),
    near("hasys -wait hosta SysState FAULTED -time 5"),
    near("hagrp -enable oragrp -sys hosta", *MAKERW, "hagrp -disable oragrp"),
    near(
        "hagrp -offline -ifprobed oragrp -sys hosta",
        "haagent -stop NIC -force -sys hosta",
        *MAKERW,
        "hares -add extra NIC oragrp",
        "hares -modify extra Enabled 1",
    ),
    near("hares -modify mir Map -update b 2", *MAKERW),
    near("hasys -modify hosta Limits -add Disks 4", *MAKERW, "hasys -modify hosta Limits CPUs 2"),
    near("hasys -modify hosta Limits -update Disks 4", *MAKERW, "hasys -modify hosta Limits CPUs 2"),
    near("haattr -add Web Port -integer x", *MAKERW, "hatype -add Web"),
    near("haattr -add Web Weight -float x", *MAKERW, "hatype -add Web"),
    near("haattr -add Web On -boolean 2", *MAKERW, "hatype -add Web"),
    near("hatype -modify MetroMirror RegList -add HMC2", *MAKERW, "hatype -modify MetroMirror RegList HMC1"),
    far("haclus -value ClusterName -clus b"),
    far("haclus -wait ClusterName b -clus b -time 5"),
    far("haclus -wait ClusState FAULTED -clus b -time 5"),
    near("halog -add value%s -sev N -parameters a"),
)
"""Situations in which an option of the table shows what it does."""
PROVED_ELSEWHERE = {
    "hagrp -online -force":
        "test_by_force_authority_is_taken_from_whoever_is_silent_and_given_up_by_whoever_comes_later",
    "hagrp -online -nopre": "test_an_operator_overrides_the_veto_with_nopre",
    "hagrp -switch -nopre": "test_nobody_is_asked_where_nobody_wants_it",
    "hagrp -autoenable -sys": "test_an_operator_who_knows_better_enables_it_again",
    "hagrp -clearadminwait -fault": "test_any_other_trouble_becomes_a_fault",
    "hares -online -force": "test_force_brings_a_resource_online_without_authority",
    "hares -probe -sys": "test_the_next_entry_point_has_the_new_arguments",
    "hares -clear -sys": "test_a_fault_is_cleared_on_the_system_that_is_named",
    "haclus -declare -failover": "test_a_declaration_without_failover_is_noted_and_moves_nothing",
    "hastart -stale": "test_a_stale_start_takes_the_configuration_of_another_system",
    "gabconfig -c -n": "test_no_engine_starts_before_gab_is_seeded",
}  # fmt: skip
"""Command, form and option -> a test below tests/vcs."""
REFUSED_ANYWAY = {"hamsg -any"}
"""`hamsg` of a log is not simulated, with the option or without it."""
OTHERS = {
    "hosta": "hostb", "hostb": "hosta", "hostc": "hostb", "a1": "a2", "b1": "b2", "b2": "b1", "a": "b", "b": "a",
    "4": "5", "5": "9", "10": "20", "N": "E",
}  # fmt: skip
"""Another value that an option could have."""
SHOWS = (
    "hagrp -display", "hares -display", "hatype -display", "hasys -display", "haclus -display", "hauser -display",
    "hahb -display", "haalert -display", "haagent -display", "haclus -value ReadOnly",
)  # fmt: skip


def options_of(case: Case) -> set[str]:
    """The options of a line that its form does not say to be without effect."""
    command, *words = case.line.split()
    verb, rest = shell.find_verb(shell.COMMANDS[command], tuple(words))
    assert verb is not None
    return set(rest) & verb.options.keys() - verb.without_effect.keys() - ALWAYS_WITHOUT_EFFECT.keys()


def outcome(case: Case, line: str) -> tuple[object, ...]:
    """All that comes of a line at a new cluster: its answer and when it came, events, attributes, edits of main.cf."""
    site = Sites() if case.far else cluster()
    type_line = site.type if isinstance(site, Sites) else site.ha
    where = {"on": case.on} if case.on else {}
    for before in case.before:
        type_line(before, **where)
        site.run(30)
    first = len(site.kernel.log)
    answer, ended_s = type_line(line, **where), site.kernel.env.now
    site.run(60)
    told = [
        (record.time_us, record.event.where(), record.event.text().replace(line, "LINE"))
        for record in list(site.kernel.log)[first:]
    ]
    clusters = site.clusters.values() if isinstance(site, Sites) else (site.cluster,)
    edits = [engine.state.configuration.edits for each in clusters for engine in each.engines()]
    return answer, ended_s, told, [type_line(show, **where) for show in SHOWS], str(edits)


def variants(case: Case, option: str) -> Iterator[tuple[str, bool]]:
    """The line without the option and with another value of it; and whether that must not be wrong usage."""
    command, *words = case.line.split()
    verb, _ = shell.find_verb(shell.COMMANDS[command], tuple(words))
    assert verb is not None
    at = words.index(option) + 1
    ends = (end for end in range(at, len(words)) if words[end] in verb.options)
    end = next(ends, len(words)) if verb.options[option] == MANY else at + verb.options[option]
    if option != "-time":  # without it a wait lasts for days
        yield " ".join([command, *words[: at - 1], *words[end:]]), end > at
    if end == at + 1:
        yield " ".join([command, *words[:at], OTHERS.get(words[at], "x"), *words[end:]]), True


def is_proved(case: Case, option: str) -> bool:
    as_typed = outcome(case, case.line)
    for line, must_be_understood in variants(case, option):
        other = outcome(case, line)
        is_usage = other[0][0] == MISUSED and as_typed[0][0] != MISUSED
        if other != as_typed and not (must_be_understood and is_usage):
            return True
    return False


def uses() -> dict[str, list[Case]]:
    """The lines that have each option, by command, form and option."""
    found: dict[str, list[Case]] = {}
    for case in (*CASES, *FURTHER):
        command, *words = case.line.split()
        verb, _ = shell.find_verb(shell.COMMANDS[command], tuple(words))
        assert verb is not None
        for option in options_of(case):
            found.setdefault(" ".join(filter(None, (command, verb.flag, option))), []).append(case)
    return found


USES = uses()


@pytest.mark.parametrize("use", sorted(USES.keys() - PROVED_ELSEWHERE.keys() - REFUSED_ANYWAY))
def test_an_option_changes_what_happens(use: str) -> None:
    """An option that is accepted and does nothing is worse than one that is refused."""
    assert any(is_proved(case, use.split()[-1]) for case in USES[use])


def test_what_is_proved_elsewhere_has_a_test() -> None:
    """A test that was renamed proves nothing."""
    texts = [path.read_text() for path in Path(__file__).parents[1].rglob("test_*.py")]
    assert PROVED_ELSEWHERE.keys() | REFUSED_ANYWAY <= USES.keys()
    for test in PROVED_ELSEWHERE.values():
        assert any(f"def {test}(" in text for text in texts), test


def test_a_stale_start_takes_the_configuration_of_another_system() -> None:
    """Alone it would wait for one, in STALE_ADMIN_WAIT, which is not simulated."""
    drill = cluster()
    assert drill.ha("hastop -local -force") == (0, "")
    drill.run(60)
    assert drill.ha("hastart -stale") == (0, "")
    assert drill.run(60).ha("hasys -state hosta") == (0, "RUNNING\n")
    assert drill.ha("hastop -all -force") == (0, "")
    code, output = drill.run(60).ha("hastart -stale")
    assert (code, "not simulated" in output) == (1, True)


def test_what_is_without_effect_is_an_option_and_says_why() -> None:
    for command, verbs in shell.COMMANDS.items():
        for verb in verbs:
            assert verb.without_effect.keys() <= verb.options.keys(), f"{command} {verb.flag}"
            assert all(verb.without_effect.values())


def test_force_brings_a_resource_online_without_authority() -> None:
    """As `hagrp -online -force` does for a group."""
    sites = Sites()
    assert sites.type("hares -online db -sys b1", on="b1")[0] == 1
    assert sites.type("hares -online -force db -sys b1", on="b1") == (0, "")


def test_a_fault_is_cleared_on_the_system_that_is_named() -> None:
    drill = cluster()
    drill.ha("hagrp -freeze oragrp")
    drill.runner.up["mir", "hosta"] = False
    drill.run(400)
    drill.ha("hagrp -unfreeze oragrp")
    assert "V-16-1-10267" in drill.ha("hares -clear mir -sys hostb")[1]
    assert drill.ha("hares -state mir -sys hosta") == (0, "FAULTED\n")
    assert drill.ha("hares -clear mir -sys hosta") == (0, "")
    assert "FAULTED" not in drill.ha("hares -state mir -sys hosta")[1]


def test_a_log_message_names_its_system() -> None:
    drill = cluster()
    assert drill.ha("halog -add hello -sev N -sys hostb") == (0, "")
    assert "V-16-1-10357 System does not exist: hostx" in drill.ha("halog -add hello -sev N -sys hostx")[1]


def test_an_attribute_of_a_type_that_is_not_simulated_says_so() -> None:
    drill = cluster()
    assert drill.ha("haconf -makerw") == (0, "")
    for line in ("hatype -modify MetroMirror SourceFile other.cf", "hatype -value MetroMirror AgentFile"):
        code, output = drill.ha(line)
        assert (code, "not simulated" in output) == (1, True), output
    assert "V-16-1-60134" not in drill.ha("hatype -modify MetroMirror NoSuchAttribute 1")[1]


def test_attributes_that_are_not_simulated_say_so() -> None:
    """Those of later releases, and those that nothing here heeds."""
    drill = cluster()
    assert drill.ha("haconf -makerw") == (0, "")
    for line in (
        "hagrp -value oragrp TriggersEnabled",
        "hagrp -modify oragrp TriggersEnabled -add RESFAULT",
        "hagrp -display oragrp -attribute TriggersEnabled",
        "hasys -value hosta LLTNodeId",
        "hasys -display -attribute LLTNodeId",
        "haclus -value SiteAware",
    ):
        code, output = drill.ha(line)
        assert (code, "-60134 " in output) == (1, True), output
    for kind, line in (
        ("group", "hagrp -value oragrp"),
        ("system", "hasys -value hosta"),
        ("cluster", "haclus -value"),
    ):
        assert all("-60134 " in drill.ha(f"{line} {attribute}")[1] for attribute in UNMODELLED[kind])


def test_a_cluster_that_is_stopped_is_recognized_by_its_clients() -> None:
    """A public client of VCS waits for this number, and puts `-force` in front of `-all`."""
    drill = cluster()
    assert drill.ha("hastop -force -all") == (0, "")
    code, output = drill.run(60).ha("hastatus -sum")
    assert (code, "VCS WARNING V-16-1-11046 " in output, "V-16-1-10600 " in output) == (1, True, True)
    assert drill.ha("hastop -all -local")[0] == 2
