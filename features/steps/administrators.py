"""Storage administrators, and the DS CLI of a host."""

from __future__ import annotations

from mirrordrill.drills.faults import consoles, dscli
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import given, when


@when(
    'a storage administrator types "{text}" on {host}',
    example='a storage administrator types "lspprc 1260" on hosta',
)
def types_dscli(drill: Drill, text: str, host: str) -> None:
    """A DS CLI command on the first HMC of the host's array; `-dev`, `-remotedev` and `-type mmir` may be left out.

    The moment is `the administrator's` and the command's name: `the administrator's failoverpprc`.
    """
    verb, since = text.split(" ", 1)[0], len(drill.log)
    drill.observed(drill.administrator.types(text, host))
    drill.faults.mark(f"the administrator's {verb}", drill.expect.last_executed(verb, since, host))


@given(
    'the dscli profile of {host} reads "{text}"',
    example='the dscli profile of hostc reads "paging: on / rows: 10"',
)
def profile_reads(drill: Drill, host: str, text: str) -> None:
    """The DS CLI's own profile on a host has these lines, separated by ` / `. Every `dscli` there obeys them."""
    drill.observed(dscli.write_profile(drill.world, host, text))


@when(
    "the next {command} from {host} reaches the array {delay_s:duration} late",
    example="the next failbackpprc from hostc reaches the array 15 minutes late",
)
def command_is_held(drill: Drill, command: str, host: str, delay_s: float) -> None:
    """The DS CLI server accepts the command and holds it; the array carries it out then, even if its sender is dead."""
    drill.observed(drill.faults.inject(consoles.command_late(command, host, delay_s)))
