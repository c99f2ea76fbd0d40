"""No option is accepted without meaning: its command looks at it, or the form names it as one that can change nothing.

What an option changes is in the tests of its topic; the table of test_every_form.py has every one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest

from mirrordrill.simulator.vcs.commands import shell
from mirrordrill.simulator.vcs.commands.language.grammar import ALWAYS_WITHOUT_EFFECT, ParsedArguments, Verb, parse
from mirrordrill.simulator.vcs.commands.language.unmodelled import UNMODELLED
from tests.vcs.commands.test_admin_wait import offline_that_fails
from tests.vcs.commands.test_every_form import CASES, Case, cluster
from tests.vcs.play import HANG
from tests.vcs.wide_area.sites import Sites

REFUSED_BEFORE_IT_IS_LOOKED_AT = (
    "hagrp -clearadminwait -fault oragrp",
    "haclus -declare disaster -clus b",
    "hastart -stale",
    "hamsg -any",
)
"""What the cluster of the table has no use for: typed here where there is one. `hamsg -any` is refused everywhere."""


class Watched(Mapping[str, tuple[str, ...]]):
    """Options that remember which of them were looked at."""

    def __init__(self, options: Mapping[str, tuple[str, ...]], looked_at: set[str]) -> None:
        self._options, self._looked_at = options, looked_at

    def __getitem__(self, option: str) -> tuple[str, ...]:
        self._looked_at.add(option)
        return self._options[option]

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)

    def __len__(self) -> int:
        return len(self._options)


def options_of(case: Case) -> set[str]:
    """The options of a line that its form does not say to be without effect."""
    command, *words = case.line.split()
    verb, rest = shell.find_verb(shell.COMMANDS[command], tuple(words))
    assert verb is not None
    return set(rest) & verb.options.keys() - verb.without_effect.keys() - ALWAYS_WITHOUT_EFFECT.keys()


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The options that any command looks at."""
    seen: set[str] = set()

    def parsed(verb: Verb, words: Sequence[str]) -> ParsedArguments:
        arguments = parse(verb, words)
        return ParsedArguments(arguments.operands, Watched(arguments.options, seen))

    monkeypatch.setattr(shell, "parse", parsed)
    return seen


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if options_of(case) and not case.line.startswith(REFUSED_BEFORE_IT_IS_LOOKED_AT)],
    ids=lambda case: case.line,
)
def test_a_command_looks_at_every_option(case: Case, looked_at: set[str]) -> None:
    site = Sites() if case.far else cluster()
    type_line = site.type if isinstance(site, Sites) else site.ha
    where = {"on": case.on} if case.on else {}
    for line in case.before:
        type_line(line, **where)
        site.run(30)
    looked_at.clear()
    type_line(case.line, **where)
    assert options_of(case) <= looked_at


def test_an_administrator_says_fault(looked_at: set[str]) -> None:
    drill = offline_that_fails((HANG, None, True))
    assert drill.ha("hagrp -clearadminwait -fault oragrp -sys hosta") == (0, "")
    assert looked_at >= {"-fault", "-sys"}


def test_a_disaster_is_declared_with_failover(looked_at: set[str]) -> None:
    sites = Sites()
    sites.crash("a1", "a2")
    sites.run(200)
    assert sites.type("haclus -declare disaster -clus a -failover", on="b2")[0] == 0
    assert looked_at >= {"-clus", "-failover"}


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
