"""Each safety rule with a hand-made log that breaks it, one that comes close, and a healthy one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.oracles import (
    CATALOGUE,
    CommandRate,
    FreshLooks,
    IncompleteCopy,
    MonitorTruth,
    NewerData,
    OneSystem,
    Oracle,
    PairCommands,
    PendingCommands,
    RepeatedLogins,
    SafeClean,
    TimeLimits,
    TwoWriters,
    VisibleRefusals,
    WriteOrder,
    as_markdown,
    watch,
)
from mirrordrill.drills.run.results import Verdict
from mirrordrill.simulator.array.events import (
    CopyFinished,
    CopyStarted,
    ImagePowerChanged,
    PairViewChanged,
    StreamStarted,
    StreamStopped,
    WritesLanded,
)
from mirrordrill.simulator.dscli.events import CommandExecuted, CommandHeld, LoginRefused
from mirrordrill.simulator.host.events import (
    AgentLog,
    HostBooted,
    HostLost,
    StateDirectoryChanged,
    StateFileChanged,
    VolumesAttached,
)
from mirrordrill.simulator.kernel.events import Event, EventLog
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    ConcurrencyViolation,
    DaemonChanged,
    EntryPointEnded,
    EntryPointKilled,
    EntryPointStarted,
    GroupChanged,
    ResourceChanged,
)

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
ARRAYS = {"hosta": A, "hostb": A, "hostc": B, "hostd": B}
BOTH = ("1260", "1261")


def attached(is_parallel: bool = False, hosts: tuple[str, ...] = ("hosta", "hostc")) -> list[Event]:
    return [VolumesAttached(host, "oragrp", is_parallel, "ora_mmir", ARRAYS[host], BOTH, 300) for host in hosts]


SHARED = attached(is_parallel=True, hosts=("hosta", "hostb", "hostc"))


def views(array: str, *states: str, cause: str = "at the start", before: str = "") -> list[Event]:
    return [
        PairViewChanged(array, volume, "", "", before, state, "-", cause)
        for volume, state in zip(BOTH, states, strict=False)
    ]


def calm() -> list[Event]:
    return [*attached(), *views(A, "Full Duplex", "Full Duplex"), *views(B, "Target Full Duplex", "Target Full Duplex")]


def monitor(host: str, code: int) -> Event:
    return EntryPointEnded(host, "ora_mmir", "monitor", code)


def lock(host: str, change: str = "created") -> Event:
    return StateFileChanged(host, "ora_mmir.lock", change)


def began(host: str, entry: str, limit_ms: int = 300_000) -> Event:
    return EntryPointStarted(host, "ora_mmir", entry, "", limit_ms)


def ended(host: str, entry: str, code: int = 0) -> Event:
    return EntryPointEnded(host, "ora_mmir", entry, code)


def killed(host: str, entry: str, why: str = "300 s were up") -> Event:
    return EntryPointKilled(host, "ora_mmir", entry, why)


def sent(host: str, entry: str, verb: str, by_agent: bool = True, resource: str = "ora_mmir") -> Event:
    sender = f"{resource} {entry}" if by_agent else ""
    return CommandExecuted(host, "admin", "hmc", ARRAYS[host], verb, f"{verb} 1260 1261", verb != "lspprc", (), sender)


GOES_ON = [monitor("hostc", 110)]
"""The group goes on elsewhere."""


def refused(host: str, entry: str) -> Event:
    return LoginRefused(host, "admin", "hmc", (ARRAYS[host],), "CMUC00191E", f"ora_mmir {entry}")


def held(host: str, verb: str = "failbackpprc", entry: str = "online") -> Event:
    return CommandHeld(host, "admin", "hmc", ARRAYS[host], verb, f"{verb} 1260 1261", 600_000, f"ora_mmir {entry}")


def complained(host: str, entry: str, severity: str = "ERROR") -> Event:
    return AgentLog(host, "ora_mmir", entry, severity, 1103, "refused")


def stream(host: str, first: int = 0) -> Event:
    return StreamStarted(ARRAYS[host], f"ora_db@{host}", host, BOTH, first)


def stopped(host: str) -> Event:
    return StreamStopped(ARRAYS[host], f"ora_db@{host}", host, 0)


def landed(host: str, first: int, last: int, *arrays: str, slots: tuple[int, ...] = (0, 1)) -> Event:
    received = tuple(f"{array}/{BOTH[slot]}" for array in arrays for slot in slots)
    volumes = tuple(BOTH[slot] for slot in slots)
    return WritesLanded(ARRAYS[host], f"ora_db@{host}", host, first, last, True, 2, slots, volumes, received, ())


def failover(array: str, before: str) -> list[Event]:
    return views(array, "Suspended", "Suspended", cause="failover", before=before)


def judge(kind: type[Oracle], events: list[Event], seconds_between: int = 1) -> tuple[Verdict, str]:
    log = EventLog()
    (oracle,) = watch(log, (kind,))
    for number, event in enumerate(events):
        log.append(number * seconds_between * 1_000_000, event)
    result = oracle.result()
    return result.verdict, result.reason


HELD, BROKEN, UNDECIDED = Verdict.HELD, Verdict.BROKEN, Verdict.UNDECIDED
MIRRORED = [stream("hosta"), landed("hosta", 0, 9, A, B)]
WRITABLE_AT_B = failover(B, "Target Full Duplex")
INTERRUPTED = [*calm(), began("hostc", "online"), sent("hostc", "online", "failoverpprc"), *WRITABLE_AT_B]
HALF_DONE = [
    *calm(),
    began("hostc", "online"),
    sent("hostc", "online", "failoverpprc"),
    WRITABLE_AT_B[0],
    killed("hostc", "online"),
]
ATTACHED_D = attached(hosts=("hostd",))

COPIED = views(B, "Copy Pending", "Copy Pending", cause="failback", before="Suspended")


def says_reversed(host: str) -> Event:
    return AgentLog(host, "ora_mmir", "failback", "NOTICE", 1300, "failback started for 1260:1260 1261:1261")


CASES: dict[str, tuple[type[Oracle], list[Event], Verdict, str]] = {
    # S3
    "the last writes are missing, in order": (
        WriteOrder,
        [*MIRRORED, landed("hosta", 10, 19, A), stopped("hosta"), stream("hostc")],
        HELD,
        "2 starts",
    ),
    "one volume stopped earlier than the other": (
        WriteOrder,
        [*MIRRORED, landed("hosta", 10, 19, A, slots=(0,)), landed("hosta", 10, 19, A, B, slots=(1,)), stream("hostc")],
        BROKEN,
        "write 10 of ora_db@hosta is not on IBM.2107-75FA150/1260, but the later write 19",
    ),
    "the second life of an application without the end of its first": (
        WriteOrder,
        [*MIRRORED, landed("hosta", 10, 19, A), stream("hosta", 20), landed("hosta", 20, 29, A, B), stream("hostc")],
        BROKEN,
        "the later write 29",
    ),
    "a life that began without the end of the former one, and is complete": (
        WriteOrder,
        [
            *(*MIRRORED, landed("hosta", 10, 19, A), stopped("hosta")),
            *(stream("hostc"), landed("hostc", 0, 9, B), stopped("hostc"), stream("hostc", 10)),
        ],
        HELD,
        "3 starts",
    ),
    "a life that began without the end of the former one, and lost writes of the part it had": (
        WriteOrder,
        [
            *(*MIRRORED, landed("hosta", 10, 19, A), landed("hosta", 20, 29, A, slots=(0,)), stopped("hosta")),
            *(stream("hosta", 30), landed("hosta", 30, 39, A, B), stopped("hosta"), stream("hostc")),
        ],
        BROKEN,
        "write 10 of ora_db@hosta is not on",
    ),
    "two systems of a parallel application lose their last writes, each its own": (
        WriteOrder,
        [
            *(*SHARED, stream("hosta"), stream("hostb"), landed("hosta", 0, 9, A, B), landed("hostb", 0, 49, A, B)),
            *(landed("hosta", 10, 19, A), landed("hostb", 50, 59, A), stopped("hosta"), stopped("hostb")),
            stream("hostc"),
        ],
        HELD,
        "3 starts",
    ),
    "one system of a parallel application began when the other had ended": (
        WriteOrder,
        [
            *(*SHARED, stream("hosta"), landed("hosta", 0, 9, A), stopped("hosta")),
            *(stream("hostb"), landed("hostb", 0, 9, A, B), stopped("hostb"), stream("hostc")),
        ],
        BROKEN,
        "write 0 of ora_db@hosta is not on",
    ),
    # S4
    "a complete target is taken over": (IncompleteCopy, [*calm(), *WRITABLE_AT_B], HELD, "2 volumes"),
    "a target says that it is being copied to": (
        IncompleteCopy,
        [*calm(), *failover(B, "Target Copy Pending")],
        BROKEN,
        "1260 of 75FA150",
    ),
    "a target was suspended in the middle of a copy": (
        IncompleteCopy,
        [*calm(), CopyStarted(A, "1260", B, "1260", 8), *failover(B, "Target Suspended")],
        BROKEN,
        "its copy incomplete",
    ),
    "the copy came to its end first": (
        IncompleteCopy,
        [
            *calm(),
            CopyStarted(A, "1260", B, "1260", 8),
            CopyFinished(A, "1260", B, "1260", 8, True),
            *failover(B, "Target Full Duplex"),
        ],
        HELD,
        "2 volumes",
    ),
    # S5
    "the newer side is copied to the older one": (
        NewerData,
        [*MIRRORED, stopped("hosta"), stream("hostc"), landed("hostc", 0, 9, B), CopyStarted(B, "1260", A, "1260", 8)],
        HELD,
        "1 copies",
    ),
    "the older side is copied to the newer one": (
        NewerData,
        [*MIRRORED, stopped("hosta"), stream("hostc"), landed("hostc", 0, 9, B), CopyStarted(A, "1260", B, "1260", 8)],
        BROKEN,
        "75FA120 1260 -> 75FA150 1260 overwrites 5 acknowledged writes",
    ),
    # S6
    "online on writable volumes": (MonitorTruth, [*calm(), lock("hosta"), monitor("hosta", 110)], HELD, "2 statements"),
    "a lock on a target": (MonitorTruth, [*calm(), lock("hostc")], BROKEN, "1260 1261 cannot be written"),
    "a lock after the array was lost, since the last look": (
        MonitorTruth,
        [*calm(), sent("hosta", "online", "lspprc"), ImagePowerChanged(A, False), lock("hosta")],
        HELD,
        "1 statements",
    ),
    "a lock after the array was lost, and a console has told its paths since": (
        MonitorTruth,
        [
            *calm(),
            sent("hosta", "online", "lspprc"),
            ImagePowerChanged(A, False),
            sent("hosta", "online", "lspprcpath"),
            lock("hosta"),
        ],
        HELD,
        "1 statements",
    ),
    "a lock after the array was lost, and another resource of the host was told so": (
        MonitorTruth,
        [
            *calm(),
            sent("hosta", "online", "lspprc"),
            ImagePowerChanged(A, False),
            sent("hosta", "online", "lspprc", resource="web_mmir"),
            lock("hosta"),
        ],
        HELD,
        "1 statements",
    ),
    "a lock on a look of long ago, and the array was lost since": (
        MonitorTruth,
        [
            *calm(),
            sent("hosta", "online", "lspprc"),
            ImagePowerChanged(A, False),
            *[HostBooted("x", "y")] * 5,
            lock("hosta"),
        ],
        BROKEN,
        "1260 1261 cannot be written",
    ),
    "a lock after a look at an array that was lost": (
        MonitorTruth,
        [*calm(), ImagePowerChanged(A, False), sent("hosta", "online", "lspprc"), lock("hosta")],
        BROKEN,
        "1260 1261 cannot be written",
    ),
    "a monitor says online of a target": (
        MonitorTruth,
        [*calm(), monitor("hostc", 110)],
        BROKEN,
        "monitor said online",
    ),
    "a lock while one volume was forgotten": (
        MonitorTruth,
        [*calm(), *failover(B, "Target Full Duplex")[:1], lock("hostc")],
        BROKEN,
        "1261 cannot be written",
    ),
    "volumes become targets below a resource and it goes offline": (
        MonitorTruth,
        [*calm(), monitor("hosta", 110), *views(A, "Target Full Duplex"), monitor("hosta", 100), HostBooted("x", "y")],
        HELD,
        "2 statements",
    ),
    "volumes have just become targets below a resource": (
        MonitorTruth,
        [*calm(), monitor("hosta", 110), *views(A, "Target Full Duplex")],
        UNDECIDED,
        "has been online on write-disabled volumes",
    ),
    "an array died, and a monitor that did not know says online again": (
        MonitorTruth,
        [*calm(), monitor("hosta", 110), monitor("hosta", 99), ImagePowerChanged(A, False), monitor("hosta", 110)],
        UNDECIDED,
        "has been online on write-disabled volumes",
    ),
    "a monitor says online of a target for the first time after it did not know": (
        MonitorTruth,
        [*calm(), monitor("hostc", 100), monitor("hostc", 99), monitor("hostc", 110)],
        BROKEN,
        "monitor said online",
    ),
    "an array died below a resource of which VCS has told people, and waits for them (ManageFaults NONE)": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            ImagePowerChanged(A, False),
            ResourceChanged("dg", "hosta", "ONLINE", "ONLINE|ADMIN_WAIT"),
            *[HostBooted("x", "y")] * 302,
        ],
        HELD,
        "1 statements",
    ),
    "an array died below a resource, and people have ended that wait": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            ImagePowerChanged(A, False),
            ResourceChanged("dg", "hosta", "ONLINE", "ONLINE|ADMIN_WAIT"),
            ResourceChanged("dg", "hosta", "ONLINE|ADMIN_WAIT", "ONLINE"),
            *[HostBooted("x", "y")] * 302,
        ],
        BROKEN,
        "longer than the monitor interval of 300 s",
    ),
    "an array died below a resource that is never taken offline": (
        MonitorTruth,
        [*calm(), monitor("hosta", 110), ImagePowerChanged(A, False), *[HostBooted("x", "y")] * 302],
        BROKEN,
        "longer than the monitor interval of 300 s",
    ),
    "an array died below a group that people froze": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            CommandGiven("hosta", "hagrp -freeze oragrp", 0),
            ImagePowerChanged(A, False),
            *[HostBooted("x", "y")] * 302,
        ],
        HELD,
        "1 statements",
    ),
    "an array died below a group that could not be frozen": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            CommandGiven("hosta", "hagrp -freeze oragrp", 1),
            ImagePowerChanged(A, False),
            *[HostBooted("x", "y")] * 302,
        ],
        BROKEN,
        "longer than the monitor interval of 300 s",
    ),
    "an array died below a group that is not frozen any more": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            CommandGiven("hosta", "hagrp -freeze oragrp", 0),
            ImagePowerChanged(A, False),
            CommandGiven("hosta", "hagrp -unfreeze oragrp", 0),
            *[HostBooted("x", "y")] * 302,
        ],
        BROKEN,
        "longer than the monitor interval of 300 s",
    ),
    "an array died, and the group is faulted and stays as it is configured": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            ImagePowerChanged(A, False),
            GroupChanged("oragrp", "hosta", "ONLINE", "PARTIAL|FAULTED"),
            *[HostBooted("x", "y")] * 302,
        ],
        UNDECIDED,
        "has been online on write-disabled volumes",
    ),
    "an array died where the engine was stopped by force": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            DaemonChanged("hosta", "stopped by force"),
            ImagePowerChanged(A, False),
            *[HostBooted("x", "y")] * 302,
        ],
        HELD,
        "1 statements",
    ),
    "an array died, and what stands on it is cleaned when the interval is over": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            ImagePowerChanged(A, False),
            *[HostBooted("x", "y")] * 290,
            EntryPointStarted("hosta", "ora_db", "clean", "unexpected offline"),
            *[HostBooted("x", "y")] * 20,
        ],
        UNDECIDED,
        "has been online on write-disabled volumes",
    ),
    "an array died, and a clean that has ended leads to nothing": (
        MonitorTruth,
        [
            *calm(),
            monitor("hosta", 110),
            ImagePowerChanged(A, False),
            *[HostBooted("x", "y")] * 290,
            EntryPointStarted("hosta", "ora_db", "clean", "unexpected offline"),
            EntryPointEnded("hosta", "ora_db", "clean", 0),
            *[HostBooted("x", "y")] * 20,
        ],
        BROKEN,
        "longer than the monitor interval of 300 s",
    ),
    "offline is said while the application writes": (
        MonitorTruth,
        [*calm(), monitor("hosta", 110), stream("hosta"), monitor("hosta", 100)],
        BROKEN,
        "while ora_db@hosta has 1260 1261 open",
    ),
    "after a boot nothing is said to be online any more": (
        MonitorTruth,
        [*calm(), monitor("hosta", 110), stream("hosta"), HostBooted("hosta", "2"), monitor("hosta", 100)],
        HELD,
        "2 statements",
    ),
    # S7
    "one system after the other": (
        OneSystem,
        [*calm(), monitor("hosta", 110), monitor("hosta", 100), monitor("hostc", 110)],
        HELD,
        "2 arrivals",
    ),
    "two monitors say online": (
        OneSystem,
        [*calm(), monitor("hosta", 110), monitor("hostc", 110)],
        BROKEN,
        "hosta and hostc",
    ),
    "clean has ended what a monitor said": (
        OneSystem,
        [*calm(), lock("hosta"), monitor("hosta", 110), lock("hosta", "removed"), ended("hosta", "clean"), *GOES_ON],
        HELD,
        "2 arrivals",
    ),
    "clean has left the lock": (
        OneSystem,
        [*calm(), lock("hosta"), monitor("hosta", 110), ended("hosta", "clean"), *GOES_ON],
        BROKEN,
        "hosta and hostc",
    ),
    "clean has refused": (
        OneSystem,
        [*calm(), lock("hosta"), monitor("hosta", 110), lock("hosta", "removed"), ended("hosta", "clean", 1), *GOES_ON],
        BROKEN,
        "hosta and hostc",
    ),
    "an engine complains": (OneSystem, [ConcurrencyViolation("g", "b", ("a", "b"))], BROKEN, "g is up on a and b"),
    "a parallel group may on one array": (
        OneSystem,
        [*SHARED, monitor("hosta", 110), monitor("hostb", 110)],
        HELD,
        "2 arrivals",
    ),
    "a parallel group is on two arrays": (
        OneSystem,
        [*SHARED, monitor("hosta", 110), monitor("hostb", 110), monitor("hostc", 110)],
        BROKEN,
        "hosta and hostb and hostc",
    ),
    # S1
    "a parallel application runs on two systems of one array": (
        TwoWriters,
        [*SHARED, stream("hosta"), stream("hostb"), landed("hosta", 0, 9, A), stopped("hosta"), stopped("hostb")],
        HELD,
        "up to 2 systems, always of one array",
    ),
    "a parallel application runs on two arrays": (
        TwoWriters,
        [*SHARED, stream("hosta"), stream("hostb"), stream("hostc"), landed("hostc", 0, 9, B), stopped("hostc")],
        BROKEN,
        "exposed 2.0 s, 10 writes meanwhile",
    ),
    "two systems of one array whose group is no parallel one": (
        TwoWriters,
        [*attached(hosts=("hosta", "hostb")), stream("hosta"), stream("hostb")],
        BROKEN,
        "open on hosta and hostb",
    ),
    "the first one has died": (
        OneSystem,
        [*calm(), monitor("hosta", 110), HostLost("hosta"), monitor("hostc", 110)],
        HELD,
        "2 arrivals",
    ),
    # S8
    "ended in time": (TimeLimits, [began("hosta", "clean", 2000), ended("hosta", "clean")], HELD, "1 entry points"),
    "killed in time": (TimeLimits, [began("hosta", "clean", 2000), killed("hosta", "clean")], HELD, "1 entry points"),
    "still going on after its time": (
        TimeLimits,
        [began("hosta", "clean", 2000), *[HostBooted("x", "y")] * 5],
        BROKEN,
        "clean of ora_mmir on hosta, begun with event 0",
    ),
    "gone with its host": (
        TimeLimits,
        [began("hosta", "clean", 2000), HostBooted("hosta", "y"), *[HostBooted("x", "y")] * 5],
        HELD,
        "never occurred",
    ),
    # S9
    "online changes pairs": (PairCommands, [sent("hostc", "online", "failoverpprc")], HELD, "1 commands"),
    "so does failback": (PairCommands, [sent("hostc", "failback", "failbackpprc")], HELD, "1 commands"),
    "a monitor does": (PairCommands, [sent("hostc", "monitor", "failoverpprc")], BROKEN, "monitor on hostc sent"),
    "a person does": (PairCommands, [sent("hostc", "", "failoverpprc", by_agent=False)], HELD, "never occurred"),
    "two systems of a parallel group do, one after the other": (
        PairCommands,
        [
            *(*SHARED, sent("hosta", "online", "failoverpprc"), killed("hosta", "online")),
            *(
                sent("hostb", "online", "failoverpprc"),
                ended("hostb", "online"),
                sent("hosta", "online", "failbackpprc"),
            ),
        ],
        HELD,
        "3 commands",
    ),
    "two systems of a parallel group do at once": (
        PairCommands,
        [*SHARED, sent("hosta", "online", "failoverpprc"), sent("hostb", "online", "failoverpprc")],
        BROKEN,
        "while hosta was at it",
    ),
    # S10
    "clean asks after a killed online": (
        SafeClean,
        [
            *INTERRUPTED,
            killed("hostc", "online"),
            began("hostc", "clean"),
            sent("hostc", "clean", "lspprc"),
            ended("hostc", "clean"),
        ],
        HELD,
        "1 successes",
    ),
    "clean does not ask": (
        SafeClean,
        [*INTERRUPTED, killed("hostc", "online"), began("hostc", "clean"), ended("hostc", "clean")],
        BROKEN,
        "before any look at what",
    ),
    "the command of a killed online arrives before clean, which does not ask": (
        SafeClean,
        [
            *calm(),
            began("hostc", "online"),
            ended("hostc", "online", 137),
            *WRITABLE_AT_B,
            sent("hostc", "online", "failoverpprc"),
            began("hostc", "clean"),
            ended("hostc", "clean"),
        ],
        BROKEN,
        "before any look at what",
    ),
    "clean refuses": (
        SafeClean,
        [*INTERRUPTED, killed("hostc", "online"), began("hostc", "clean"), ended("hostc", "clean", 1)],
        HELD,
        "never occurred",
    ),
    "clean succeeds on half a set": (
        SafeClean,
        [*HALF_DONE, began("hostc", "clean"), sent("hostc", "clean", "lspprc"), ended("hostc", "clean")],
        BROKEN,
        "mixed set: 1261 a target",
    ),
    "clean succeeds on a set of which a person failed half over": (
        SafeClean,
        [*calm(), *failover(B, "Target Full Duplex")[:1], began("hostc", "clean"), ended("hostc", "clean")],
        HELD,
        "1 successes",
    ),
    "clean succeeds on half a set beside the host that left it": (
        SafeClean,
        [*ATTACHED_D, *HALF_DONE, began("hostd", "clean"), ended("hostd", "clean")],
        BROKEN,
        "mixed set: 1261 a target",
    ),
    "clean succeeds there after the group came online on the other array": (
        SafeClean,
        [
            *ATTACHED_D,
            *HALF_DONE,
            began("hosta", "online"),
            lock("hosta"),
            ended("hosta", "online"),
            began("hostd", "clean"),
            ended("hostd", "clean"),
        ],
        HELD,
        "1 successes",
    ),
    "clean succeeds where somebody else removed a pair": (
        SafeClean,
        [
            *calm(),
            *views(B, "Simplex", "Simplex", cause="remove at source", before="Target Full Duplex")[:1],
            began("hostc", "clean"),
            ended("hostc", "clean"),
        ],
        HELD,
        "1 successes",
    ),
    "the killed online's command arrives after clean": (
        SafeClean,
        [
            *calm(),
            began("hostc", "clean"),
            ended("hostc", "clean"),
            *WRITABLE_AT_B,
            sent("hostc", "online", "failoverpprc"),
        ],
        BROKEN,
        "took effect after clean",
    ),
    "the killed online's command arrives after clean, and finds done what it asks for": (
        SafeClean,
        [
            *calm(),
            *WRITABLE_AT_B,
            sent("hostc", "online", "failoverpprc"),
            began("hostc", "clean"),
            sent("hostc", "clean", "lspprc"),
            ended("hostc", "clean"),
            sent("hostc", "online", "failoverpprc"),
            began("hostc", "clean"),
            ended("hostc", "clean"),
        ],
        HELD,
        "2 successes",
    ),
    # S11
    "online without a lock, explained": (
        VisibleRefusals,
        [*calm(), began("hostc", "online"), complained("hostc", "online"), ended("hostc", "online")],
        HELD,
        "1 entry points",
    ),
    "online without a lock and without a word": (
        VisibleRefusals,
        [*calm(), began("hostc", "online"), complained("hostc", "online", "INFO"), ended("hostc", "online")],
        BROKEN,
        "online of ora_mmir on hostc ended without its effect",
    ),
    "a complaint of the time before does not count": (
        VisibleRefusals,
        [*calm(), complained("hostc", "online"), began("hostc", "online"), ended("hostc", "online")],
        BROKEN,
        "does not say why",
    ),
    "online with a lock needs no word": (
        VisibleRefusals,
        [*calm(), began("hostc", "online"), lock("hostc"), ended("hostc", "online")],
        HELD,
        "never occurred",
    ),
    "offline that leaves the lock": (
        VisibleRefusals,
        [*calm(), lock("hosta"), began("hosta", "offline"), ended("hosta", "offline")],
        BROKEN,
        "offline",
    ),
    "killed is visible by itself": (
        VisibleRefusals,
        [*calm(), began("hostc", "online"), ended("hostc", "online", 137)],
        HELD,
        "never occurred",
    ),
    "an action fails without a word": (
        VisibleRefusals,
        [*calm(), began("hostc", "failback"), ended("hostc", "failback", 1)],
        BROKEN,
        "failback",
    ),
    "a clean that succeeds and leaves the lock": (
        VisibleRefusals,
        [*calm(), lock("hosta"), began("hosta", "clean"), ended("hosta", "clean")],
        BROKEN,
        "clean of ora_mmir on hosta ended without its effect",
    ),
    "a clean that succeeds and removes the lock": (
        VisibleRefusals,
        [*calm(), lock("hosta"), began("hosta", "clean"), lock("hosta", "removed"), ended("hosta", "clean")],
        HELD,
        "never occurred",
    ),
    "a copy that is said to run, and one volume is as it was": (
        VisibleRefusals,
        [*calm(), *failover(B, "Target Full Duplex"), began("hostc", "failback"), *COPIED[:1], says_reversed("hostc")],
        BROKEN,
        "1261 is Suspended as before",
    ),
    "a copy that is said to run, and runs": (
        VisibleRefusals,
        [*calm(), *failover(B, "Target Full Duplex"), began("hostc", "failback"), *COPIED, says_reversed("hostc")],
        HELD,
        "1 entry points",
    ),
    "a copy that ran, and was cut before it could be told": (
        VisibleRefusals,
        [*calm(), began("hostc", "failback"), *COPIED, *failover(B, "Copy Pending"), says_reversed("hostc")],
        HELD,
        "1 entry points",
    ),
    # S12
    "a clean logs in again after a refusal": (
        RepeatedLogins,
        [*calm(), refused("hosta", "clean"), refused("hosta", "clean")],
        BROKEN,
        "clean on hosta logged in again as admin",
    ),
    "a clean logs in after an online was refused": (
        RepeatedLogins,
        [*calm(), refused("hosta", "online"), refused("hosta", "clean")],
        BROKEN,
        "clean on hosta",
    ),
    "an operator asks again after a refusal": (
        RepeatedLogins,
        [*calm(), refused("hosta", "clean"), refused("hosta", "verify")],
        HELD,
        "2 logins",
    ),
    "each system is refused once": (
        RepeatedLogins,
        [*calm(), refused("hosta", "clean"), refused("hostc", "clean")],
        HELD,
        "2 logins",
    ),
    "a login worked between two refusals": (
        RepeatedLogins,
        [*calm(), refused("hosta", "clean"), sent("hosta", "verify", "lspprc"), refused("hosta", "clean")],
        HELD,
        "2 logins",
    ),
    "the note of the refusal was lost": (
        RepeatedLogins,
        [
            *calm(),
            refused("hosta", "clean"),
            StateFileChanged("hosta", "login.refused", "removed"),
            refused("hosta", "clean"),
        ],
        HELD,
        "2 logins",
    ),
    "the disk with the note of the refusal failed": (
        RepeatedLogins,
        [
            *calm(),
            refused("hosta", "clean"),
            StateDirectoryChanged("hosta", is_readable=False),
            refused("hosta", "clean"),
        ],
        HELD,
        "2 logins",
    ),
    "and then it was noted elsewhere": (
        RepeatedLogins,
        [
            *calm(),
            StateDirectoryChanged("hosta", is_readable=False),
            refused("hosta", "clean"),
            refused("hosta", "clean"),
        ],
        BROKEN,
        "clean on hosta",
    ),
    # S13
    "a command on a look of a moment ago": (
        FreshLooks,
        [*calm(), began("hostc", "online"), sent("hostc", "online", "lspprc"), sent("hostc", "online", "failoverpprc")],
        HELD,
        "1 commands",
    ),
    "a command on a look that is old": (
        FreshLooks,
        [
            *calm(),
            began("hostc", "online"),
            sent("hostc", "online", "lspprc"),
            *[HostBooted("x", "y")] * 63,
            sent("hostc", "online", "failoverpprc"),
        ],
        BROKEN,
        "on a look that was 64 s old; 62 s are allowed",
    ),
    "a command without a look": (
        FreshLooks,
        [*calm(), began("hostc", "online"), sent("hostc", "online", "failoverpprc")],
        BROKEN,
        "had not looked at the pairs",
    ),
    "a look of an earlier run": (
        FreshLooks,
        [
            *calm(),
            sent("hostc", "online", "lspprc"),
            began("hostc", "online"),
            sent("hostc", "online", "failoverpprc"),
        ],
        BROKEN,
        "had not looked at the pairs",
    ),
    "a command that the server held is as old as it was when it was sent": (
        FreshLooks,
        [
            *calm(),
            began("hostc", "online"),
            sent("hostc", "online", "lspprc"),
            held("hostc"),
            *[HostBooted("x", "y")] * 600,
            sent("hostc", "online", "failbackpprc"),
        ],
        HELD,
        "1 commands",
    ),
    "what a person types needs no look": (
        FreshLooks,
        [*calm(), sent("hostc", "", "failoverpprc", by_agent=False)],
        HELD,
        "never",
    ),
    # S14
    "a few looks": (CommandRate, [*calm(), *[sent("hosta", "online", "lspprc")] * 30], HELD, "30 commands"),
    "a loop without a pause": (
        CommandRate,
        [*calm(), *[sent("hosta", "online", "lspprc")] * 42],
        BROKEN,
        "41 commands within 60 s",
    ),
    "as many by an administrator": (
        CommandRate,
        [*calm(), *[sent("hosta", "", "lspprc", by_agent=False)] * 42],
        HELD,
        "never",
    ),
    # S15
    "online at the other array while a failback may land": (
        PendingCommands,
        [*calm(), held("hostc"), lock("hosta")],
        BROKEN,
        "while failbackpprc, sent from hostc 1 s before, may still land",
    ),
    "online at the array at which it will land": (PendingCommands, [*calm(), held("hostc"), lock("hostd")], HELD, ""),
    "online when it has landed": (
        PendingCommands,
        [
            *calm(),
            held("hostc"),
            *[HostBooted("x", "y")] * 600,
            sent("hostc", "online", "failbackpprc"),
            lock("hosta"),
        ],
        HELD,
        "1 locks",
    ),
    "online when it cannot land any more": (
        PendingCommands,
        [*calm(), held("hostc"), *[HostBooted("x", "y")] * 901, lock("hosta")],
        HELD,
        "1 locks",
    ),
    "online while a question is held": (
        PendingCommands,
        [*calm(), held("hostc", "lspprc"), lock("hosta")],
        HELD,
        "1 locks",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_oracle_tells_the_broken_log_from_the_one_that_comes_close(case: str) -> None:
    """Verdict and reason of each hand-made log."""
    make, events, verdict, reason = CASES[case]
    found, why = judge(make, events)
    assert (verdict, True) == (found, reason in why), why


@pytest.mark.parametrize("make", CATALOGUE[2:], ids=lambda make: make.name)
def test_every_rule_has_a_log_that_breaks_it_and_one_that_does_not(make: type[Oracle]) -> None:
    """An oracle that never says broken is a decoration."""
    verdicts = {verdict for kind, _, verdict, _ in CASES.values() if kind is make}
    assert {HELD, BROKEN} <= verdicts


def test_the_catalogue_in_the_documentation_is_the_catalogue() -> None:
    """docs/oracles.md is printed by `drills.oracles.as_markdown`."""
    page = Path(__file__).resolve().parents[2] / "docs" / "oracles.md"
    assert page.read_text() == as_markdown()
