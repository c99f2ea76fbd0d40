"""Faults of HMCs, accounts and single DS CLI commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from mirrordrill.drills.faults.active_faults import known
from mirrordrill.drills.faults.armed_faults import ArmedFault, CliFault
from mirrordrill.drills.faults.fault import Fault, FaultKind, FaultRegistry, Layer, Target
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.dscli.accounts import Account, digest_of
from mirrordrill.simulator.dscli.consoles import CommandRequest, HeldCommand, Reach
from mirrordrill.simulator.kernel.effects import Effect

NOTICED_S = 60.0
"""A session that began before takes a fault for a slow answer until then."""


def reach_of(reach: Reach) -> Callable[[FaultRegistry, Fault], Effect]:
    """A fault that changes how an HMC meets a connection; of several the newest one holds."""

    def inject(faults: FaultRegistry, fault: Fault) -> Effect:
        consoles, (name,) = faults.world.consoles, fault.target

        def apply(found: Sequence[Reach]) -> None:
            consoles.set_reach(name, found[-1] if found else Reach.ANSWERING)

        known(name, consoles.names(), "HMC")
        return faults.world.kernel.effects.hold(("reach of HMC", name), reach, apply)

    return inject


def slow_down(faults: FaultRegistry, fault: Fault) -> Effect:
    """Delays of several faults are added."""
    consoles, (name,) = faults.world.consoles, fault.target
    known(name, consoles.names(), "HMC")
    return faults.world.kernel.effects.hold(
        ("answers of HMC", name), fault.value("delay_s"), lambda delays: consoles.set_delay(name, sum(delays))
    )


def lock(faults: FaultRegistry, fault: Fault) -> Effect:
    """Lock an account until an administrator unlocks it."""
    account = account_of(faults, fault)
    account.is_locked = True
    return Effect([("account", *fault.target)], account.unlock)


def expire(faults: FaultRegistry, fault: Fault) -> Effect:
    """Let a password be too old until it is renewed."""
    account = account_of(faults, fault)
    account.is_expired = True
    return Effect([("password", *fault.target)], partial(setattr, account, "is_expired", False))  # noqa: FBT003 - the value that is set


def change_password(faults: FaultRegistry, fault: Fault) -> Effect:
    """A storage administrator gives the account a password that the agent's password file does not hold."""
    account = account_of(faults, fault)
    before = account.digest
    account.digest = digest_of(account.user, "a password that no file holds")
    return Effect([("password", *fault.target)], partial(setattr, account, "digest", before))


def hold(faults: FaultRegistry, fault: Fault) -> Effect:
    """The server accepts the next such command and carries it out later. Raises UsageError for an unknown host.

    It is over with the command that it meets; that one is on its way, and nothing calls it back.
    """
    host, command = fault.target
    known(host, faults.world.hosts, "host")

    def met() -> None:
        effect.is_over = True

    held = HeldCommand(host, command, fault.value("delay_s"))
    effect = Effect([], faults.world.consoles.hold_next(held, met))
    return effect


def account_of(faults: FaultRegistry, fault: Fault) -> Account:
    """The account of a user on an array. Raises UsageError with the users that there are."""
    user, image = fault.target
    consoles = dict.fromkeys(
        console for a in faults.world.site.attachments if a.image_id == image for console in a.consoles
    )
    if not consoles:
        raise UsageError(f"no HMC manages {image}")
    book = faults.world.consoles.accounts(next(iter(consoles)))
    return book[known(user, [account.user for account in book], f"account on {image}")]


def armed(cli_fault: CliFault) -> Callable[[FaultRegistry, Fault], Effect]:
    """A fault that waits for the next command of its host, and is over when it has met one."""

    def inject(faults: FaultRegistry, fault: Fault) -> Effect:
        host, command = fault.target
        only = tuple(str(dict(fault.setting).get("only", "")).split())
        armed = ArmedFault(known(host, faults.world.hosts, "host"), command, cli_fault, only)

        def struck(request: CommandRequest) -> None:
            effect.is_over = True
            if cli_fault is CliFault.CONSOLE_DIES:
                faults.begin(hmc_fault(HMC_SILENT, request.console))

        effect = Effect([], faults.armed.arm(armed, struck))
        return effect

    return inject


def cli_kind(name: str, cli_fault: CliFault, step: str, begun: str, setting: tuple[str, ...] = ()) -> FaultKind:
    """A kind of fault that meets one command and is over then."""
    return FaultKind(
        name,
        Layer.DSCLI,
        Target.COMMAND,
        step,
        "",
        moment="",
        begun=f"the next {{1}} of {{0}} {begun}",
        ended="the next {1} of {0} as usual",
        inject=armed(cli_fault),
        setting=setting,
        is_repeatable=True,
    )


def hmc_kind(
    name: str, step: str, moment: str, begun: str, inject: Callable[[FaultRegistry, Fault], Effect]
) -> FaultKind:
    """A kind of fault of one HMC."""
    return FaultKind(
        name,
        Layer.DSCLI,
        Target.CONSOLE,
        step,
        "HMC ds8000e.example.com is well again",
        moment=moment,
        begun=begun,
        inject=inject,
        minimum_s=NOTICED_S,
        setting=("delay_s",) if inject is slow_down else (),
    )


HMC_SILENT = hmc_kind(
    "HMC never answers",
    "HMC ds8000e.example.com falls silent",
    "the loss of {0}",
    "{0} silent",
    reach_of(Reach.SILENT),
)
HMC_REFUSES = hmc_kind(
    "HMC refuses connections",
    "HMC ds8000e.example.com refuses connections",
    "the loss of {0}",
    "{0} refusing connections",
    reach_of(Reach.REFUSING),
)
HMC_SLOW = hmc_kind(
    "HMC answers late",
    "HMC ds8000e.example.com answers 40 seconds late",
    "{0} grew slow",
    "{0} answers {delay_s:.0f} s late",
    slow_down,
)
ACCOUNT_LOCKED = FaultKind(
    "account locked",
    Layer.DSCLI,
    Target.ACCOUNT,
    "the account admin on IBM.2107-75FA150 is locked",
    "the account admin on IBM.2107-75FA150 is unlocked",
    moment="the lock of {0}",
    begun="account {0} on {1} locked",
    ended="the account {0} on {1} back",
    inject=lock,
    minimum_s=NOTICED_S,
)
PASSWORD_EXPIRED = FaultKind(
    "password expired",
    Layer.DSCLI,
    Target.ACCOUNT,
    "the password of admin on IBM.2107-75FA150 expires",
    "the password of admin on IBM.2107-75FA150 is renewed",
    moment="the expiry of the password of {0}",
    begun="password of {0} on {1} expired",
    ended="password of {0} on {1} renewed",
    inject=expire,
    minimum_s=NOTICED_S,
)
COMMAND_LOST = cli_kind(
    "no answer before execution",
    CliFault.LOST,
    "the next failoverpprc from hostc is lost before it reaches the array",
    CliFault.LOST.value,
)
ANSWER_LOST = cli_kind(
    "no answer after execution",
    CliFault.UNANSWERED,
    "the answer to the next failoverpprc from hostc is lost",
    CliFault.UNANSWERED.value,
)
ANSWER_CUT = cli_kind(
    "answer cut off",
    CliFault.CUT,
    "the answer to the next lspprc from hostc is cut off",
    CliFault.CUT.value,
)
HMC_DIES = cli_kind(
    "HMC dies before it can answer",
    CliFault.CONSOLE_DIES,
    "the HMC dies with the next failoverpprc from hostc",
    CliFault.CONSOLE_DIES.value,
)
LIST_IN_PART = cli_kind(
    "part of a list fails",
    CliFault.IN_PART,
    "of the next failoverpprc from hostc only 1260 are carried out",
    "will be carried out for {only} only",
    ("only",),
)
COMMAND_LATE = FaultKind(
    "command carried out late, even after its sender was killed",
    Layer.DSCLI,
    Target.COMMAND,
    "the next failbackpprc from hostc reaches the array 15 minutes late",
    "",
    moment="",
    begun="the next {1} of {0} will be held for {delay_s:g} s",
    ended="the next {1} of {0} as usual",
    inject=hold,
    setting=("delay_s",),
    is_repeatable=True,
)
PASSWORD_CHANGED = FaultKind(
    "password changed at the array",
    Layer.DSCLI,
    Target.ACCOUNT,
    "the password of admin on IBM.2107-75FA150 is changed at the array",
    "the password of admin on IBM.2107-75FA150 is the old one again",
    moment="the change of the password of {0}",
    begun="password of {0} on {1} changed",
    ended="password of {0} on {1} as it was",
    inject=change_password,
    minimum_s=NOTICED_S,
)
KINDS = (
    HMC_SILENT,
    HMC_REFUSES,
    HMC_SLOW,
    ACCOUNT_LOCKED,
    PASSWORD_EXPIRED,
    COMMAND_LOST,
    ANSWER_LOST,
    ANSWER_CUT,
    HMC_DIES,
    LIST_IN_PART,
    COMMAND_LATE,
    PASSWORD_CHANGED,
)


def hmc_fault(kind: FaultKind, console: str) -> Fault:
    """A fault of an HMC that needs no setting."""
    return Fault(kind, (console,))


def hmc_slow(console: str, delay_s: float) -> Fault:
    """Every answer of an HMC takes so much longer."""
    return Fault(HMC_SLOW, (console,), (("delay_s", delay_s),))


def hmc_faults(console: str) -> tuple[Fault, ...]:
    """All faults that change how an HMC answers."""
    return hmc_fault(HMC_SILENT, console), hmc_fault(HMC_REFUSES, console), hmc_slow(console, 0.0)


def account_fault(kind: FaultKind, user: str, image: str) -> Fault:
    """A fault of a user's account on an array."""
    return Fault(kind, (user, image))


def command_fault(kind: FaultKind, command: str, host: str) -> Fault:
    """What the next command of this name from the host meets."""
    return Fault(kind, (host, command))


def list_in_part(command: str, host: str, volumes: tuple[str, ...]) -> Fault:
    """Of the next such command of the host the array carries out only what concerns these volumes."""
    return Fault(LIST_IN_PART, (host, command), (("only", " ".join(volumes)),))


def command_late(command: str, host: str, delay_s: float) -> Fault:
    """The next such command of the host is carried out so much later, whatever becomes of its sender."""
    return Fault(COMMAND_LATE, (host, command), (("delay_s", delay_s),))


def unlock(faults: FaultRegistry, user: str, image: str) -> str:
    """An administrator unlocks an account, whether a fault or wrong passwords have locked it."""
    fault = account_fault(ACCOUNT_LOCKED, user, image)
    account = account_of(faults, fault)
    if account.is_locked and not any(faults.matching(user, image, of=[ACCOUNT_LOCKED.name])):
        account.unlock()
        return f"the account {user} on {image} back"
    return faults.clear(fault)
