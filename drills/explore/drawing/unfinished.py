"""Courses of the profile unfinished: a move to the other side that has done a part, and what VCS asks next.

The courses of the profile aimed stop an online anywhere. What an agent makes of the rest depends on where: behind its
command and before the answer counted, behind its lock and before a monitor has seen it. These stop it there.

Rule: as in `courses`; these are drawn for this profile alone, so that the nights of the others stay what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mirrordrill.drills.explore.drawing.chance import Chance
from mirrordrill.drills.explore.drawing.courses import HOUR_S, Beat, CourseDraw
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets
from mirrordrill.drills.faults import FaultKind, consoles, hosts

BEHIND_A_COMMAND = (("send_line", 4, 8), ("expect", 8, 20), ("write_state", 3, 5))
BEHIND_THE_LOCK = (("log", 5, 12), ("send_line", 5, 10), ("run_ha", 4, 9))
"""Ports of online, and between which of their calls it mostly has come so far."""
BEGINS_S = 330.0
MEANWHILE_S = (20.0, 150.0, 400.0, 900.0)


def in_part(course: CourseDraw) -> Iterator[Beat]:
    """A part of the set is failed over when the online ends; then it is asked on the same system, or beside it."""
    yield Beat(0.0, (), course.strike(consoles.LIST_IN_PART, "failoverpprc", course.its.host), HOUR_S)
    yield from _moved(course, BEHIND_A_COMMAND)
    yield _killed(course)
    yield _again(course)


def unconfirmed(course: CourseDraw) -> Iterator[Beat]:
    """The lock may be there when the online is killed, or when no monitor can read it; the group goes on elsewhere."""
    yield from _moved(course, BEHIND_THE_LOCK)
    if course.chance.random() < 0.5:
        yield _killed(course)
    else:
        lasts_s = course.chance.choice(MEANWHILE_S)
        yield Beat(BEGINS_S, (), course.strike(hosts.STATE_UNREADABLE, course.its.host), lasts_s)
    if course.chance.random() < 0.5:
        yield _again(course)


def locked_out(course: CourseDraw) -> Iterator[Beat]:
    """The online ends behind a command, and clean is not let in; perhaps its notes are damaged, too."""
    its, chance = course.its, course.chance
    yield from _moved(course, BEHIND_A_COMMAND)
    kind: FaultKind = chance.choice((consoles.ACCOUNT_LOCKED, consoles.PASSWORD_CHANGED, consoles.PASSWORD_EXPIRED))
    yield Beat(BEGINS_S, (), course.strike(kind, its.user, its.image_id), HOUR_S * course.within(0.5, 1.5))
    if chance.random() < 0.4:
        yield Beat(BEGINS_S, (), course.strike(hosts.STATE_DAMAGED, its.host))
    yield _killed(course)


def _moved(course: CourseDraw, ports: tuple[tuple[str, int, int], ...]) -> Iterator[Beat]:
    """The group is on its way, and has come to one of these calls."""
    host, chance = course.its.host, course.chance
    begins: tuple[str, ...] = ()
    if chance.random() < 0.4:
        yield from course.loses_home(10.0, course.lasts())
    else:
        begins = (course.switch(),)
    port, least, most = chance.choice(ports)
    moment = f"the agent's online on {host} comes to {port} {chance.randint(least, most)}, or 5 minutes pass"
    yield Beat(BEGINS_S, (*begins, moment))


def _killed(course: CourseDraw) -> Beat:
    return Beat(BEGINS_S, (), course.strike(hosts.ENTRY_POINT_KILLED, "online", course.its.host))


def _again(course: CourseDraw) -> Beat:
    """An operator wants it on a system of the side that it was to come to."""
    group, chance = course.its.group, course.chance
    other = chance.choice(
        [a for a in course.facts.attachments if (a.group, a.image_id) == (group, course.its.image_id)]
    )
    clear = f'the operator tries "hagrp -clear {group}" on {other.host}'
    online = f'the operator tries "hagrp -online {group} -sys {other.host}" on {other.host}'
    return Beat(BEGINS_S + chance.choice(MEANWHILE_S), (clear, online))


UNFINISHED: tuple[Callable[[CourseDraw], Iterator[Beat]], ...] = (in_part, unconfirmed, locked_out)


def draw_unfinished(facts: SiteTargets, chance: Chance) -> list[Beat]:
    """The beats of one course."""
    return list(chance.choice(UNFINISHED)(CourseDraw(facts, chance)))
