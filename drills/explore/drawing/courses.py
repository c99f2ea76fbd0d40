"""Courses: several things that befall one group one after the other, each aimed at what the one before has left behind.

Faults that are drawn one by one seldom meet. What breaks an agent is mostly a second thing at the wrong moment: an
online that is cut short, and then a clean that cannot log in; a takeover without a way back, and then a failback on
the wrong side; a mirror that is half resynchronised when its site is lost.

Rule 1: a course is beats, each at so many seconds after the course began. Faults of a beat end by themselves or with
the repair that they have in common with all others.
Rule 2: every figure and every name is drawn; nothing here knows of any particular agent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mirrordrill.drills.explore.drawing.chance import Chance
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets
from mirrordrill.drills.explore.drawing.strikes import Names, Strike, strike_at
from mirrordrill.drills.faults import FaultKind, clusters, consoles, hosts, storage
from mirrordrill.simulator.site.site import Attachment

MINUTE_S, HOUR_S = 60.0, 3600.0
PORTS_OF = {
    "online": (("send_line", 14), ("send_line", 14), ("expect", 14), ("write_state", 5), ("run_ha", 12), ("log", 14)),
    "offline": (("remove_state", 1), ("log", 1)),
    "clean": (("read_state", 2), ("send_line", 4), ("remove_state", 1), ("log", 3)),
    "open": (("run_ha", 3), ("read_state", 2), ("remove_state", 1)),
    "failback": (("send_line", 10), ("expect", 10), ("write_state", 3), ("run_ha", 8)),
    "resume": (("send_line", 8), ("run_ha", 6)),
}
"""Entry point -> its ports, and up to which of their calls a moment is drawn."""
LASTS_S = (10 * MINUTE_S, HOUR_S, 2 * HOUR_S)


class Beat(NamedTuple):
    """What comes so long after the course began: steps, then a fault that lasts about so long."""

    after_s: float
    steps: tuple[str, ...] = ()
    strike: Strike | None = None
    lasts_s: float = 0.0


class CourseDraw:
    """The group of a course, the host that it is to come to, and the side that it comes from."""

    def __init__(self, facts: SiteTargets, chance: Chance) -> None:
        self.facts, self.chance = facts, chance
        self.its = chance.choice(facts.attachments)
        self.home = tuple(
            each
            for each in facts.attachments
            if each.group == self.its.group and each.image_id == self.its.remote_image_id
        ) or (self.its,)

    @property
    def there(self) -> Attachment:
        """Some system of the side that the group comes from."""
        return self.chance.choice(self.home)

    def strike(self, kind: FaultKind, *names: str) -> Strike:
        """A fault on these names."""
        return strike_at(kind, names, self.facts, self.chance)

    def within(self, least_s: float, most_s: float) -> float:
        """A time between two."""
        return self.chance.uniform(least_s, most_s)

    def lasts(self) -> float:
        """How long a fault lasts."""
        return self.chance.choice(LASTS_S) * self.within(0.5, 1.5)

    def links(self) -> Strike:
        """The links between the two sides are lost."""
        return self.strike(storage.LINKS_LOST, *sorted((self.its.image_id, self.its.remote_image_id)))

    def moment(self, entry: str, host: str) -> str:
        """A moment between two port calls of an entry point."""
        port, most = self.chance.choice(PORTS_OF[entry])
        return f"the agent's {entry} on {host} comes to {port} {self.chance.randint(1, most)}, or 10 minutes pass"

    def switch(self) -> str:
        """The group is sent to its host."""
        across = self.facts.cluster(self.its.host) != self.facts.cluster(self.there.host)
        to = f" -clus {self.facts.cluster(self.its.host)}" if across else ""
        return f'the operator begins "hagrp -switch {self.its.group} -to {self.its.host}{to}" on {self.there.host}'

    def acts(self, action: str, where: Attachment, verb: str = "tries") -> str:
        """An operator asks for an action of the agent."""
        return f'the operator {verb} "hares -action {where.resource} {action} -sys {where.host}" on {where.host}'

    def loses_home(self, at_s: float, lasts_s: float) -> Iterator[Beat]:
        """The systems of the side that the group comes from go, mostly with their array, within a few minutes."""
        gone: list[tuple[FaultKind, Names]] = [
            (self.chance.choice((hosts.HOST_CRASHES, hosts.HOST_HALTS)), (each.host,)) for each in self.home
        ]
        more: tuple[tuple[FaultKind, Names], ...] = ((storage.ARRAY_LOST, (self.its.remote_image_id,)),)
        more += tuple((consoles.HMC_SILENT, (name,)) for name in self.facts.consoles_of(self.its.remote_image_id))
        kind = self.chance.choice(("array", "consoles", "hosts", "hosts"))
        gone += {"array": more[:1], "consoles": more[1:], "hosts": ()}[kind]
        self.chance.shuffle(gone)
        spread_s = self.chance.choice((5.0, 300.0))
        for kind_of_fault, names in gone:
            yield Beat(at_s + spread_s * self.chance.random(), (), self.strike(kind_of_fault, *names), lasts_s)


def cut_short(course: CourseDraw) -> Iterator[Beat]:
    """A move to the other side is cut short between two calls, and something more is wrong when it is cleaned up."""
    chance, its = course.chance, course.its
    command = chance.choice(("failoverpprc", "failoverpprc", "failbackpprc"))
    before: tuple[tuple[FaultKind, Names], ...] = (
        (consoles.COMMAND_LATE, (command, its.host)),
        (consoles.LIST_IN_PART, ("failoverpprc", its.host)),
        (consoles.COMMAND_LOST, (command, its.host)),
        (consoles.ANSWER_LOST, (command, its.host)),
        (storage.SUBSYSTEM_PATH_LOST, (chance.choice(its.volumes), its.image_id)),
    )
    if chance.random() < 0.7:
        kind, names = chance.choice(before)
        yield Beat(0.0, (), course.strike(kind, *names), course.lasts())
    if chance.random() < 0.4:
        yield from course.loses_home(10.0, course.lasts())
        begins: tuple[str, ...] = ()
    else:
        begins = (course.switch(),)
    if chance.random() < 0.3:
        # What was armed meets a command of an online that nothing else stops.
        yield Beat(330.0, begins)
    else:
        yield Beat(330.0, (*begins, course.moment("online", its.host)))
        yield from _worse(course)
        yield Beat(330.0, (), _end(course), course.lasts())
    yield from _afterwards(course, 330.0 + course.within(60, 1200))


def _worse(course: CourseDraw) -> Iterator[Beat]:
    """What makes it harder to clean up, in the same moment."""
    its = course.its
    found: tuple[tuple[FaultKind, Names], ...] = (
        (hosts.STATE_DAMAGED, (its.host,)),
        (hosts.STATE_LOST, (its.host,)),
        (consoles.ACCOUNT_LOCKED, (its.user, its.image_id)),
        (consoles.ACCOUNT_LOCKED, (its.user, its.image_id)),
        (consoles.PASSWORD_CHANGED, (its.user, its.image_id)),
    )
    if course.chance.random() < 0.5:
        kind, names = course.chance.choice(found)
        yield Beat(330.0, (), course.strike(kind, *names), course.lasts())


def _end(course: CourseDraw) -> Strike:
    """How the online ends."""
    host = course.its.host
    kinds = (hosts.ENTRY_POINT_KILLED,) * 4 + (hosts.HOST_CRASHES, hosts.HOST_HANGS, clusters.ENGINE_KILLED)
    kind = course.chance.choice(kinds)
    return course.strike(kind, *(("online", host) if kind is hosts.ENTRY_POINT_KILLED else (host,)))


def _afterwards(course: CourseDraw, at_s: float) -> Iterator[Beat]:
    """What people or fate do next."""
    its, there, chance = course.its, course.there, course.chance
    match chance.randrange(6):
        case 0:
            back = f'the operator tries "hagrp -online {its.group} -sys {there.host}" on {there.host}'
            yield Beat(at_s, (f'the operator tries "hagrp -clear {its.group}" on {there.host}', back))
        case 1:
            other = chance.choice([each for each in course.facts.attachments if each.group == its.group])
            words = f'the operator tries "hagrp -online {its.group} -sys {other.host}" on {other.host}'
            yield Beat(at_s, (f'the operator tries "hagrp -clear {its.group}" on {other.host}', words))
        case 2:
            yield Beat(at_s, (), course.strike(hosts.HOST_CRASHES, its.host), course.lasts())
        case 3:
            yield Beat(at_s, (course.acts("failback", chance.choice((its, there))),))
        case _:
            pass


def left_behind(course: CourseDraw) -> Iterator[Beat]:
    """A takeover leaves the other side behind; it comes back; then actions on either side, and a second loss."""
    chance, its, lasts_s = course.chance, course.its, course.lasts()
    if chance.random() < 0.7:
        yield Beat(0.0, (), course.links(), lasts_s * course.within(0.6, 1.2))
    gone_s = course.within(60, 1800)
    yield from course.loses_home(gone_s, lasts_s)
    back_s = gone_s + 1.6 * lasts_s
    if chance.random() < 0.3:
        yield Beat(back_s, (f'the operator tries "hagrp -offline {its.group} -any" on {course.there.host}',))
    for _ in range(chance.randint(1, 3)):
        action, where = chance.choice(("failback", "failback", "resume")), chance.choice((its, course.there))
        at_s = back_s + course.within(0, 1200)
        if chance.random() < 0.4:
            end = chance.choice((hosts.ENTRY_POINT_KILLED, hosts.HOST_HANGS))
            names = (action, where.host) if end is hosts.ENTRY_POINT_KILLED else (where.host,)
            steps = (course.acts(action, where, "begins"), course.moment(action, where.host))
            yield Beat(at_s, steps, course.strike(end, *names), chance.choice((30.0, 90.0, 600.0)))
        else:
            yield Beat(at_s, (course.acts(action, where),))
    if chance.random() < 0.5:
        for host in course.facts.hosts_of(its.image_id):
            yield Beat(back_s + 1300.0, (), course.strike(hosts.HOST_HALTS, host), lasts_s)


def half_copied(course: CourseDraw) -> Iterator[Beat]:
    """The mirror was lost and is copied again, slowly, when the group has to move."""
    chance, ends = course.chance, sorted((course.its.image_id, course.its.remote_image_id))
    yield Beat(0.0, (), course.links(), 600.0)
    slow = course.strike(storage.LINKS_NARROW, *ends)
    resumes = tuple(course.acts("resume", each) for each in (*course.home, course.its))
    yield Beat(1200.0, (), slow, course.lasts())
    yield Beat(1210.0, (*resumes, "a copy begins, or 30 minutes pass"))
    if chance.random() < 0.5:
        yield from course.loses_home(1230.0, course.lasts())
    else:
        yield Beat(1230.0, (course.switch(),))
    if chance.random() < 0.5:
        yield Beat(1240.0 + course.within(0, 600), (), course.links(), course.lasts())


def stopped_between(course: CourseDraw) -> Iterator[Beat]:
    """What runs by itself (offline, clean, open) is cut short, and VCS asks again."""
    chance, its = course.chance, course.there
    match chance.choice(("offline", "open", "clean")):
        case "offline":
            begins = f'the operator begins "hagrp -offline {its.group} -any" on {its.host}'
            steps = [begins, course.moment("offline", its.host)]
            end = chance.choice((hosts.ENTRY_POINT_KILLED, hosts.STATE_UNREADABLE, hosts.HOST_CRASHES))
            entry = "offline"
        case "open":
            steps, entry = [course.moment("open", its.host)], "open"
            yield Beat(0.0, (), course.strike(hosts.HOST_CRASHES, its.host), 60.0)
            end = chance.choice((hosts.ENTRY_POINT_KILLED, hosts.HOST_HANGS, clusters.AGENT_KILLED))
        case _:
            yield Beat(0.0, (), course.strike(hosts.STATE_LOST, its.host))
            steps, entry = [course.moment("clean", its.host)], "clean"
            end = chance.choice((hosts.ENTRY_POINT_KILLED, hosts.STATE_UNREADABLE, hosts.HOST_HANGS))
    names = (entry, its.host) if end is hosts.ENTRY_POINT_KILLED else (its.host,)
    yield Beat(90.0, tuple(steps), course.strike(end, *names), chance.choice((30.0, 600.0, HOUR_S)))


COURSES: tuple[Callable[[CourseDraw], Iterator[Beat]], ...] = (
    cut_short,
    cut_short,
    left_behind,
    half_copied,
    stopped_between,
)
"""What may befall a group; the first more often than the others."""


def draw_course(facts: SiteTargets, chance: Chance) -> list[Beat]:
    """The beats of one course."""
    return list(chance.choice(COURSES)(CourseDraw(facts, chance)))
