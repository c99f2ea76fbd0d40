"""How the DS CLI of a host is set up, and commands that its server carries out late."""

from __future__ import annotations

from mirrordrill.drills.faults.active_faults import known
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import given, when
from mirrordrill.simulator.dscli.consoles import HeldCommand
from mirrordrill.simulator.dscli.profile import profile_text
from mirrordrill.simulator.dscli.session import DEFAULT_PROFILE


@given(
    'the dscli profile of {host} reads "{text}"',
    example='the dscli profile of hostc reads "paging: on / rows: 10"',
)
def profile_reads(drill: Drill, host: str, text: str) -> None:
    """The DS CLI's own profile on a host has these lines, separated by ` / `. Every `dscli` there obeys them."""
    known(host, tuple(drill.world.hosts), "host")
    drill.world.consoles.write_file(host, DEFAULT_PROFILE, profile_text(text.split(" / ")))
    drill.observed(f"{DEFAULT_PROFILE} on {host} reads {text}")


@when(
    "the next {command:word} from {host} reaches the array {delay_s:duration} late",
    example="the next failbackpprc from hostc reaches the array 15 minutes late",
)
def command_is_held(drill: Drill, command: str, host: str, delay_s: float) -> None:
    """The DS CLI server accepts the command and holds it; the array carries it out then, even if its sender is dead."""
    known(host, tuple(drill.world.hosts), "host")
    drill.world.consoles.hold_next(HeldCommand(host, command, delay_s))
    drill.observed(f"the next {command} of {host} will be held for {delay_s:g} s")
