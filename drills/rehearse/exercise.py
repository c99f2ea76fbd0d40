"""What an instructor prepares: surprises that come later, and what a side is told, or not shown.

Rule 1: these change what waits and what is shown, never the site: a surprise that came is followed by its sentence as
a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.rehearse.roles import RoleView, roles_of
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.steps.programs import Information, Surprise, Told, UserPrograms, Withheld
from mirrordrill.simulator.kernel.waiting import duration
from mirrordrill.simulator.vcs.commands.haalert import ALERT_HEADER
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged

HAALERT = "haalert"
OWN_LINES = re.compile(r"surprise \d+ |the clock reads ")
"""Lines that a surprise never waits for."""


def await_surprise(drill: Drill, surprise: Surprise) -> str:
    """Let a surprise wait. Raises UsageError for one that waits already, and for a moment that is over."""
    if surprise.number in drill.programs.surprises:
        raise UsageError(f"surprise {surprise.number} waits already")
    if surprise.at_us is not None and surprise.at_us < drill.world.kernel.next_us():
        raise UsageError(f"{clock_text(surprise.at_us)} is over")
    drill.programs.await_surprise(surprise)
    return described(surprise)


def surprise_is_due(drill: Drill, number: int, at_us: int) -> str:
    """What a surprise waited for was done. Raises UsageError where it does not wait."""
    waiting = _waiting(drill.programs, number)
    found = Surprise(number, waiting.sentence, at_us, waiting.after, waiting.delay_us)
    drill.programs.await_surprise(found)
    return described(found)


def end_surprise(drill: Drill, number: int) -> str:
    """A surprise waits no more; its sentence. Raises UsageError where it does not wait."""
    found = _waiting(drill.programs, number)
    del drill.programs.surprises[number]
    return found.sentence


def _waiting(programs: UserPrograms, number: int) -> Surprise:
    found = programs.surprises.get(number)
    if found is None:
        listed = ", ".join(map(str, programs.surprises)) or "none"
        raise UsageError(f"surprise {number} does not wait; waiting: {listed}")
    return found


def described(surprise: Surprise) -> str:
    """`2 at 00:20:00.000: hosta loses power`, `1 30 seconds after ...`."""
    when = f"{duration(surprise.delay_us / 1e6)} after `{surprise.after}`" if surprise.after else ""
    if surprise.at_us is not None:
        when = f"at {clock_text(surprise.at_us)[:-3]}"
    return f"{surprise.number} {when}: {unquoted(surprise.sentence.partition(' ')[2])}"


def triggered(programs: UserPrograms, done: str) -> Iterator[Surprise]:
    """The surprises that waited for what was done."""
    if OWN_LINES.match(done):
        return
    for each in tuple(programs.surprises.values()):
        if each.after and each.at_us is None and each.after.lower() in done.lower():
            yield each


def withhold(drill: Drill, role: str, what: str, about: str) -> str:
    """A side is not shown what comes from now on. Raises UsageError for no such side or information."""
    found = Withheld(_side(drill, role), _information(what), about, len(drill.log))
    if found.what is Information.OUTPUT and about:
        raise UsageError("output is withheld as a whole: say it without `about`")
    drill.programs.withheld.append(found)
    return described_withheld(found)


def hand_out(drill: Drill, role: str, what: str) -> str:
    """A side is shown all of that again. Raises UsageError where nothing of it is withheld."""
    side, wanted = _side(drill, role), _information(what)
    kept = [each for each in drill.programs.withheld if (each.role, each.what) != (side, wanted)]
    if len(kept) == len(drill.programs.withheld):
        raise UsageError(f"no {what} is withheld from {role}")
    drill.programs.withheld = kept
    return f"{side} is shown all {what}"


def tell(drill: Drill, role: str, text: str) -> str:
    """A side is told something. Raises UsageError for no such side."""
    drill.programs.told.append(Told(_side(drill, role), round(drill.world.kernel.now_s * 1_000_000), text))
    return f"{role} is told: {text}"


def described_withheld(each: Withheld) -> str:
    """`logs about MetroMirror withheld from site-b`."""
    about = f" about {each.about}" if each.about else ""
    return f"{each.what.value}{about} withheld from {each.role}"


def is_withheld_on(drill: Drill, host: str, what: Information, event: int = -1, text: str = "") -> bool:
    """Whether the side that a host belongs to is not shown this; a program of no host is the storage administrator's.

    Without an event, whether anything of the kind is withheld now.
    """
    now = [each for each in drill.programs.withheld if each.what is what and (event < 0 or each.covers(event, text))]
    if not now:
        return False
    withheld = {each.role for each in now}
    return any(
        host in role.hosts if host else role.view is RoleView.STORAGE
        for role in roles_of(drill.world.site)
        if role.key in withheld
    )


def is_line_withheld(drill: Drill, host: str, event: int, line: str) -> bool:
    """Whether the side that a host belongs to is not shown a line of a log: an alert is told there, too."""
    if is_withheld_on(drill, host, Information.LOGS, event, line):
        return True
    told = drill.log.since(event)[0].event
    return isinstance(told, AlertChanged) and is_withheld_on(drill, host, Information.ALERTS, event, alert_text(told))


def alert_text(alert: AlertChanged) -> str:
    """`GNOFAILA_oragrp: ...`, as the page of a side shows it."""
    return f"{alert.alert}: {alert.why}"


def shown_output(drill: Drill, host: str, words: str, text: str) -> str:
    """What a program prints, without the alerts that are withheld from the side of its host."""
    if words.partition(" ")[0] != HAALERT or not host:
        return text
    cluster = drill.world.cluster_of(host).spec.name
    standing = drill.whole_history.state.numbered_alerts(cluster).items()
    hidden = {a.alert for at, a in standing if is_withheld_on(drill, host, Information.ALERTS, at, alert_text(a))}
    lines = text.splitlines(keepends=True)
    shown = [line for line in lines if line.split()[:1] and line.split()[0] not in hidden]
    is_empty = all(line.startswith(f"#{ALERT_HEADER[0]}") for line in shown)
    return "" if hidden and is_empty else "".join(shown) if hidden else text


def silent_since_us(drill: Drill, side: str) -> int | None:
    """Since when no command of a side answers, as the instructor wants it: its page says no more than they do."""
    since = [each.since for each in drill.programs.withheld if (each.role, each.what) == (side, Information.OUTPUT)]
    if not since:
        return None
    records = drill.log.since(min(since))
    return records[0].time_us if records else round(drill.world.kernel.now_s * 1_000_000)


def sides(drill: Drill) -> tuple[str, ...]:
    """The roles that information can be withheld from, and that can be told something."""
    return tuple(each.key for each in roles_of(drill.world.site) if each.view is not RoleView.INSTRUCTOR)


def _side(drill: Drill, role: str) -> str:
    if role not in sides(drill):
        raise UsageError(f"there is no side {role}; there are: {', '.join(sides(drill))}")
    return role


def _information(what: str) -> Information:
    try:
        return Information(what)
    except ValueError:
        raise UsageError(f"{what} cannot be withheld: logs, alerts, output") from None
