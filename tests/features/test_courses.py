"""Which shipped drills run the agent as real processes in CI: those that show each course of an entry point once.

A course is what an entry point did from its start to its end: the DS CLI commands with their outcomes, the lines of its
log, its exit code or what killed it. The shipped drills repeat the same ones hundreds of times, and a process costs
ten times as much as the same agent in process. The scenarios with the tag `both-ways` contain every course there is.
"""

from __future__ import annotations

from mirrordrill.drills.run.exit_codes import ExitCode
from tests.shipped import SHIPPED, shipped


@SHIPPED
def test_every_course_of_an_entry_point_is_run_as_a_real_process_in_some_drill() -> None:
    """Where this fails, one of the scenarios that it names needs the tag."""
    assert shipped().result.exit_code is ExitCode.HELD
    watcher = shipped().courses
    assert {course: sorted(where) for course, where in watcher.found.items() if course not in watcher.both_ways} == {}
    assert len(watcher.found) > 50
