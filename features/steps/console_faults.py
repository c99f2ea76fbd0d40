"""HMCs, accounts and single DS CLI commands."""

from __future__ import annotations

from mirrordrill.drills.faults import consoles
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when("HMC {console} falls silent", example="HMC ds8000e.example.com falls silent")
def falls_silent(drill: Drill, console: str) -> None:
    """The console does not answer any more."""
    drill.observed(drill.faults.inject(consoles.hmc_fault(consoles.HMC_SILENT, console)))


@when("HMC {console} refuses connections", example="HMC ds8000e.example.com refuses connections")
def refuses_connections(drill: Drill, console: str) -> None:
    """Every connection is refused at once."""
    drill.observed(drill.faults.inject(consoles.hmc_fault(consoles.HMC_REFUSES, console)))


@when("HMC {console} answers {delay_s:duration} late", example="HMC ds8000e.example.com answers 40 seconds late")
def answers_late(drill: Drill, console: str, delay_s: float) -> None:
    """Every answer takes so much longer than usual."""
    drill.observed(drill.faults.inject(consoles.hmc_slow(console, delay_s)))


@when("HMC {console} is well again", example="HMC ds8000e.example.com is well again")
def is_well_again(drill: Drill, console: str) -> None:
    """The console answers as it did before."""
    drill.observed(drill.faults.clear(*consoles.hmc_faults(console)))


@when("the account {user:word} on {array} is locked", example="the account admin on IBM.2107-75FA150 is locked")
def account_is_locked(drill: Drill, user: str, array: str) -> None:
    """As after too many wrong passwords: the right one is refused, too."""
    drill.observed(drill.faults.inject(consoles.account_fault(consoles.ACCOUNT_LOCKED, user, array)))


@when("the account {user:word} on {array} is unlocked", example="the account admin on IBM.2107-75FA150 is unlocked")
def account_is_unlocked(drill: Drill, user: str, array: str) -> None:
    """An administrator has unlocked it."""
    drill.observed(consoles.unlock(drill.faults, user, array))


@when("the password of {user:word} on {array} expires", example="the password of admin on IBM.2107-75FA150 expires")
def password_expires(drill: Drill, user: str, array: str) -> None:
    """The user can log in and do nothing but change the password."""
    drill.observed(drill.faults.inject(consoles.account_fault(consoles.PASSWORD_EXPIRED, user, array)))


@when(
    "the password of {user:word} on {array} is renewed",
    example="the password of admin on IBM.2107-75FA150 is renewed",
)
def password_is_renewed(drill: Drill, user: str, array: str) -> None:
    """The password that the agent knows is valid again."""
    drill.observed(drill.faults.clear(consoles.account_fault(consoles.PASSWORD_EXPIRED, user, array)))


@when(
    "the next {command} from {host} is lost before it reaches the array",
    example="the next failoverpprc from hostc is lost before it reaches the array",
)
def command_is_lost(drill: Drill, command: str, host: str) -> None:
    """The command is not answered and not carried out."""
    drill.observed(drill.faults.inject(consoles.command_fault(consoles.COMMAND_LOST, command, host)))


@when(
    "the answer to the next {command} from {host} is lost",
    example="the answer to the next failoverpprc from hostc is lost",
)
def answer_is_lost(drill: Drill, command: str, host: str) -> None:
    """The array carries the command out, and its sender does not hear of it."""
    drill.observed(drill.faults.inject(consoles.command_fault(consoles.ANSWER_LOST, command, host)))


@when(
    "the answer to the next {command} from {host} is cut off",
    example="the answer to the next lspprc from hostc is cut off",
)
def answer_is_cut(drill: Drill, command: str, host: str) -> None:
    """Half of the answer arrives, then the connection breaks."""
    drill.observed(drill.faults.inject(consoles.command_fault(consoles.ANSWER_CUT, command, host)))


@when(
    "the HMC dies with the next {command} from {host}",
    example="the HMC dies with the next failoverpprc from hostc",
)
def console_dies_with_it(drill: Drill, command: str, host: str) -> None:
    """The array carries the command out; the console it was sent through never answers again."""
    drill.observed(drill.faults.inject(consoles.command_fault(consoles.HMC_DIES, command, host)))


@when(
    "of the next {command} from {host} only {volumes} are carried out",
    example="of the next failoverpprc from hostc only 1260 are carried out",
)
def part_is_carried_out(drill: Drill, command: str, host: str, volumes: tuple[str, ...]) -> None:
    """The array refuses the other pairs of the list."""
    drill.observed(drill.faults.inject(consoles.list_in_part(command, host, volumes)))


@when(
    "the password of {user:word} on {array} is changed at the array",
    example="the password of admin on IBM.2107-75FA150 is changed at the array",
)
def password_is_changed(drill: Drill, user: str, array: str) -> None:
    """A storage administrator changes it, and the password files of the hosts do not follow."""
    drill.observed(drill.faults.inject(consoles.account_fault(consoles.PASSWORD_CHANGED, user, array)))


@when(
    "the password of {user:word} on {array} is the old one again",
    example="the password of admin on IBM.2107-75FA150 is the old one again",
)
def password_is_the_old_one(drill: Drill, user: str, array: str) -> None:
    """The password files of the hosts are right again; an account that wrong passwords have locked stays locked."""
    drill.observed(drill.faults.clear(consoles.account_fault(consoles.PASSWORD_CHANGED, user, array)))
