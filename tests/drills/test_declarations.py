"""A drill may declare what must be broken: it then holds only if exactly that is, and never calls it held."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from mirrordrill.drills.cli.choices import Amount
from mirrordrill.drills.cli.console import Reporter
from mirrordrill.drills.faults import storage
from mirrordrill.drills.faults.hosts import HOST_HALTS, boot, host_faults
from mirrordrill.drills.output.artifact_writer import ArtifactWriter
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
from mirrordrill.drills.run.results import DrillResult, StepStatus, Verdict

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
LOSS = "the loss of the links"


@pytest.fixture
def drill() -> Iterator[Drill]:
    """Links lost, a minute later the site: the target is taken over although it is a minute old."""
    drill = Drill(Options(), "declared", "declared", "")
    drill.begin([("When", "everything happens", 1)])
    drill.begin_step("when")
    drill.open_site("rdc")
    drill.expect.comes_online("oragrp", "hosta", 600)
    drill.world.advance(60)
    drill.faults.mark("an earlier moment")
    drill.world.advance(60)
    drill.faults.inject(storage.links_lost(A, B))
    drill.world.advance(60)
    drill.faults.mark("a later moment")
    drill.world.advance(60)
    drill.faults.inject(storage.array_fault(storage.ARRAY_LOST, A))
    drill.faults.inject(*host_faults(HOST_HALTS, "hosta", "hostb"))
    drill.expect.comes_online("oragrp", "hostc", 600)
    try:
        yield drill
    finally:
        drill.world.close()


def ended(drill: Drill) -> DrillResult:
    drill.end_step(StepStatus.HELD)
    return drill.close()


def declare(drill: Drill, moment: str = LOSS) -> str:
    return drill.declare_broken("S2", "what is missing", drill.exactly_lost(moment))


def test_what_nobody_declared_is_a_broken_safety_rule(drill: Drill) -> None:
    """As ever."""
    assert ended(drill).exit_code() is ExitCode.SAFETY


def test_a_declared_loss_lets_the_drill_hold_and_stays_broken(drill: Drill) -> None:
    """The exit code says that the drill showed what it wanted to show; the verdict is not touched."""
    seen = declare(drill)
    result = ended(drill)
    assert result.exit_code() is ExitCode.HELD
    [broken] = result.declared_broken()
    assert (broken.name, broken.verdict, broken.word) == ("S2", Verdict.BROKEN, "BROKEN as declared")
    assert seen == f"12,000 acknowledged writes are missing: exactly those acknowledged since {LOSS}"


@pytest.mark.parametrize("moment", ["an earlier moment", "a later moment"])
def test_more_or_fewer_losses_than_declared_are_not_as_declared(drill: Drill, moment: str) -> None:
    """Exactly means exactly."""
    with pytest.raises(ExpectationFailedError, match="are missing"):
        declare(drill, moment)
    assert ended(drill).exit_code() is ExitCode.SAFETY


def test_a_moment_that_never_came_is_answered_with_those_that_did(drill: Drill) -> None:
    """A misspelt moment must not count nothing."""
    with pytest.raises(UsageError, match=f"there were: an earlier moment, {LOSS}, a later moment"):
        declare(drill, "the flood")


def test_a_rule_that_held_cannot_be_declared_broken(drill: Drill) -> None:
    """Whoever declares too much is as wrong as whoever declares too little."""
    with pytest.raises(ExpectationFailedError, match="S1 is held, not broken"):
        drill.declare_broken("S1", "two writers", lambda result: result.reason)


def test_what_is_lost_after_the_declaration_is_not_covered_by_it(drill: Drill) -> None:
    """The declaration is judged again when the drill ends."""
    declare(drill)
    drill.faults.clear(storage.array_fault(storage.ARRAY_LOST, A))
    boot(drill.faults, ("hosta", "hostb"))
    drill.world.advance(600)
    # Back to the old source without a failback, which takes a person's word: what the new side wrote is missing there.
    drill.operator.takes_offline("oragrp")
    drill.world.advance(120)
    takeover = "hares -action ora_mmir takeover -actionargs oragrp operator drill -sys hosta"
    drill.operator.types_on("hosta", takeover)
    drill.world.advance(60)
    drill.operator.brings_online("oragrp", "hosta")
    drill.expect.comes_online("oragrp", "hosta", 600)
    result = ended(drill)
    assert result.exit_code() is ExitCode.SAFETY
    assert any("not as declared" in oracle.reason for oracle in result.oracles if oracle.name == "S2")


def test_people_are_told_loudly(drill: Drill) -> None:
    """A verdict in green with nothing beside it would hide what the drill shows."""
    declare(drill)
    said = io.StringIO()
    reporter = Reporter(Console(file=said, width=160), ArtifactWriter(), Amount.VERDICTS)
    drill.listener = reporter
    ended(drill)
    assert "BROKEN as declared" in said.getvalue()
    assert "S2 is BROKEN, as the drill declares: what is missing" in said.getvalue()
    assert "every oracle held" not in said.getvalue()
