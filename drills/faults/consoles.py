"""Faults of management consoles and of the DS CLI: between the command that somebody types and the answer they get.

A trap is laid before the command is sent and springs once, at the next command of that verb from that host: nothing
random happens at the moment of use.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mirrordrill.drills.faults.active_faults import Damage, Undo, known
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.array.mirror.states import Refusal
from mirrordrill.simulator.dscli.accounts import Account
from mirrordrill.simulator.dscli.consoles import Fate, Reach, Request, Stage, Verdict
from mirrordrill.simulator.dscli.messages import REFUSALS
from mirrordrill.simulator.world import World


class Mishap(enum.Enum):
    """What can become of one command."""

    LOST = "is lost before it reaches the array"
    UNANSWERED = "is carried out, but its answer is lost"
    CUT = "is carried out, but its answer is cut off"
    CONSOLE_DIES = "is carried out, and its HMC dies before it can answer"


@dataclass(frozen=True, slots=True)
class Trap:
    """The next command of a verb from a host meets this. `only` are the ids that are carried out; empty: all."""

    host: str
    verb: str
    mishap: Mishap | None
    only: tuple[str, ...] = ()

    def meets(self, request: Request) -> bool:
        """Whether this is the command that it was laid for."""
        return request.host == self.host and request.command.split(" ", 1)[0] == self.verb

    @property
    def stage(self) -> Stage:
        """When it springs."""
        return Stage.BEFORE_EXECUTION if self.mishap in (None, Mishap.LOST) else Stage.BEFORE_ANSWER


class ConsoleHazards:
    """What can befall consoles, accounts, commands and answers."""

    def __init__(self, world: World, damage: Damage) -> None:
        self._world = world
        self._consoles = world.consoles
        self._damage = damage
        self._traps: list[Trap] = []

    def dies(self, console: str) -> str:
        """The console never answers again."""
        return self._reach(console, Reach.SILENT, "silent")

    def refuses(self, console: str) -> str:
        """The console refuses every connection at once."""
        return self._reach(console, Reach.REFUSING, "refusing connections")

    def slows(self, console: str, delay_s: float) -> str:
        """Every answer of the console takes so much longer."""

        def strike() -> Undo:
            self._consoles.set_delay(console, delay_s)
            return lambda: self._consoles.set_delay(console, 0.0)

        self._damage.strike(self._known(console), f"{console} grew slow", strike)
        return f"{console} answers {delay_s:.0f} s late"

    def locks_account(self, user: str, image: str) -> str:
        """The user's account on an array is locked, as after too many wrong passwords."""
        account = self._account(user, image)

        def strike() -> Undo:
            account.is_locked = True
            return account.unlock

        self._damage.strike(f"the account {user} on {image}", f"the lock of {user}", strike)
        return f"account {user} on {image} locked"

    def expires_password(self, user: str, image: str) -> str:
        """The user's password on an array is too old from now on."""
        account = self._account(user, image)

        def strike() -> Undo:
            account.is_expired = True
            return lambda: setattr(account, "is_expired", False)

        self._damage.strike(f"the password of {user} on {image}", f"the expiry of the password of {user}", strike)
        return f"password of {user} on {image} expired"

    def recovers(self, console: str) -> str:
        """The console is as it was."""
        return self._damage.mend(self._known(console))

    def unlocks_account(self, user: str, image: str) -> str:
        """An administrator unlocks it."""
        return self._damage.mend(f"the account {user} on {image}")

    def lays(self, host: str, verb: str, mishap: Mishap) -> str:
        """The next such command of the host will meet the mishap."""
        return self._lay(Trap(self._host(host), verb, mishap))

    def carries_out_only(self, host: str, verb: str, volumes: tuple[str, ...]) -> str:
        """Of the next such command of the host only these volumes are served; the array refuses the rest."""
        return self._lay(Trap(self._host(host), verb, None, volumes))

    def _lay(self, trap: Trap) -> str:
        self._traps.append(trap)
        self._consoles.interceptor = self._intercept
        what = trap.mishap.value if trap.mishap else f"will be carried out for {' '.join(trap.only)} only"
        return f"the next {trap.verb} of {trap.host} {what}"

    def _intercept(self, stage: Stage, request: Request) -> Verdict:
        for trap in self._traps:
            if trap.stage is stage and trap.meets(request):
                self._traps.remove(trap)
                return self._spring(trap, request)
        return Verdict()

    def _spring(self, trap: Trap, request: Request) -> Verdict:
        match trap.mishap:
            case None:
                return part_of(request, trap.only)
            case Mishap.CUT:
                return Verdict(Fate.CUT, request.answer[: len(request.answer) // 2])
            case Mishap.CONSOLE_DIES:
                self._consoles.set_reach(request.console, Reach.SILENT)
                return Verdict(Fate.LOST)
            case _:
                return Verdict(Fate.LOST)

    def _reach(self, console: str, reach: Reach, how: str) -> str:
        def strike() -> Undo:
            self._consoles.set_reach(console, reach)
            return lambda: self._consoles.set_reach(console, Reach.ANSWERING)

        self._damage.strike(self._known(console), f"the loss of {console}", strike)
        return f"{console} {how}"

    def _known(self, console: str) -> str:
        return known(console, self._consoles.names(), "HMC")

    def _host(self, host: str) -> str:
        return known(host, tuple(self._world.hosts), "host")

    def _account(self, user: str, image: str) -> Account:
        consoles = dict.fromkeys(
            console for a in self._world.site.attachments if a.image_id == image for console in a.consoles
        )
        if not consoles:
            raise UsageError(f"no HMC manages {image}")
        book = self._consoles.accounts(next(iter(consoles)))
        return book[known(user, tuple(account.user for account in book), f"account on {image}")]


def part_of(request: Request, only: tuple[str, ...]) -> Verdict:
    """The first pairs are carried out, the array refuses each of the others."""
    verb, *words = request.command.split()
    pairs = [word for word in words if ":" in word]
    done = [pair for pair in pairs if pair.partition(":")[0][-4:] in only]
    if pairs[: len(done)] != done:
        raise UsageError(f"only the first pairs of {' '.join(pairs)} can be the ones carried out")
    message = REFUSALS[Refusal.WRONG_STATE]
    refused = [message.line(verb, id=pair) + "\n" for pair in pairs[len(done) :]]
    return Verdict(Fate.PART, "".join(refused), ids_done=len(done))
