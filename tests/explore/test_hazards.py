"""Each declared hazard with a night that it explains, and nights that come close and are not explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mirrordrill.drills.explore.hazards import HAZARDS, BrokenRule, explained, read_hazards
from mirrordrill.drills.run.facts import Facts
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.simulator.array.events import (
    CopyStarted,
    ImagePowerChanged,
    PairViewChanged,
    StreamStarted,
    StreamStopped,
    VolumeAccessChanged,
)
from mirrordrill.simulator.dscli.events import CommandExecuted, CommandHeld
from mirrordrill.simulator.host.events import (
    AgentLog,
    HostBooted,
    HostHung,
    HostLost,
    HostResumed,
    NeighbourChanged,
    StateFileChanged,
    VolumesAttached,
)
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import (
    DaemonChanged,
    EntryPointEnded,
    EntryPointKilled,
    EntryPointStarted,
    LltLinkChanged,
    ResourceChanged,
    SystemChanged,
)
from mirrordrill.simulator.vcs.wide_area.events import RemoteClusterChanged

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
Log = list[Event]
HOUR_US = 3_600_000_000


def view(array: str, volume: str, before: str, after: str, cause: str, peer: str = "") -> Event:
    other = peer or (B if array == A else A)
    return PairViewChanged(array, volume, other, volume, before, after, "-", cause)


def views(array: str, before: str, after: str, cause: str) -> Log:
    return [view(array, volume, before, after, cause) for volume in ("1260", "1261")]


SITE: Log = [
    *(
        VolumesAttached(host, "oragrp", False, "ora_mmir", array, ("1260", "1261"), 300)
        for host, array in (("hosta", A), ("hostb", A), ("hostc", B), ("hostd", B))
    ),
    *(SystemChanged("rdc1", host, "UNKNOWN", "RUNNING") for host in ("hosta", "hostb", "hostc", "hostd")),
    *views(A, "", "Full Duplex", "at the start"),
    *views(B, "", "Target Full Duplex", "at the start"),
]
BROKE = views(A, "Full Duplex", "Suspended", "write not mirrored")
TAKEN = views(B, "Target Full Duplex", "Suspended", "failover")
LOST = [ImagePowerChanged(A, is_on=False)]
OPENED = [StreamStarted(B, "ora_db@hostc", "hostc", ("1260", "1261"), 0)]
COPIED = [CopyStarted(B, "1260", A, "1260", 10)]
SILENT = [AgentLog("hostc", "ora_mmir", "online", "WARNING", 1604, "no second opinion")]
WRITES: Log = [StreamStarted(A, "ora_db@hosta", "hosta", ("1260", "1261"), 0)]
HOSTS_OF_A = [HostLost("hosta"), HostLost("hostb")]
HOSTC_MISSED = [SystemChanged("rdc1", "hostc", "RUNNING", "FAULTED")]
HOSTA_MISSED = [SystemChanged("rdc1", "hosta", "RUNNING", "FAULTED")]
HOSTB_MISSED = SystemChanged("rdc1", "hostb", "RUNNING", "FAULTED")
OTHER_CLUSTER = [SystemChanged("there", host, "REMOTE_BUILD", "RUNNING") for host in ("hosta", "hostb")]
HOSTA_EXITED = SystemChanged("rdc1", "hosta", "EXITING", "EXITED")
HOSTA_RUNS = SystemChanged("rdc1", "hosta", "FAULTED", "RUNNING")
HOSTB_RUNS = SystemChanged("rdc1", "hostb", "FAULTED", "RUNNING")
CUT = [LltLinkChanged("rdc1", "all links between hosta | hostb hostc hostd", "cut")]
LEFT = [
    PairViewChanged(B, volume, A, volume, "Target Full Duplex", "Suspended", "Host Source", "failover")
    for volume in ("1260", "1261")
]
LOCKED = [StateFileChanged("hostc", "ora_mmir.lock", "created")]
ONLINE = [EntryPointEnded("hosta", "ora_mmir", "monitor", 110)]
UNLOCKED = [StateFileChanged("hosta", "ora_mmir.lock", "removed")]

WEB = [VolumesAttached("hosta", "webgrp", False, "web_mmir", A, ("1470",), 300)]


def by_hand(verb: str = "failoverpprc", sender: str = "", volumes: str = "1260:1260 1261:1261") -> Log:
    command = f"{verb} -dev {B} -remotedev {A} -type mmir {volumes}"
    return [CommandExecuted("hostc", "admin", "hmc", B, verb, command, True, ("CMUC00196I",), sender)]


def sends(host: str) -> Log:
    command = f"failoverpprc -dev {A} -remotedev {B} -type mmir 1260:1260 1261:1261"
    return [CommandExecuted(host, "admin", "hmc", A, "failoverpprc", command, True, ("CMUC00196I",), "ora_mmir online")]


def held_for(state: str) -> RemoteClusterChanged:
    """What the cluster of the target holds the other one for."""
    return RemoteClusterChanged("rdc1", "there", "RUNNING", state, "")


def held(sender: str, held_ms: int = 900_000) -> Log:
    command = f"failoverpprc -dev {B} -remotedev {A} -type mmir 1260:1260 1261:1261"
    return [CommandHeld("hostc", "admin", "hmc", B, "failoverpprc", command, held_ms, sender)]


def killed(entry: str) -> Log:
    return [EntryPointKilled("hostc", "ora_mmir", entry, "300 s were up")]


def began(host: str, entry: str) -> Log:
    return [EntryPointStarted(host, "ora_mmir", entry, "")]


Names = dict[str, str | tuple[str, ...]]
SYSTEMS: Names = {"application": "ora_db", "systems": ("hosta", "hostc")}
PLACE: Names = {"resource": "ora_mmir", "system": "hosta"}
HOSTC: Names = {"host": "hostc"}
NO_ONE: Names = {}


SAYS_OFFLINE = "offline said of open volumes"
NO_AGENT: Log = [EntryPointEnded("hosta", "ora_mmir", "clean", 127)]
ROOT_STARTED: Log = [NeighbourChanged("hostc", "ora_db", "started by hand")]


def hazard_of(log: Sequence[Event], *rules: tuple[str, Names], what: str = "") -> str:
    """What explains the first of these rules, broken by the last event; others were broken by the one before it."""
    hours, records = 0, []
    for number, event in enumerate(events := [*SITE, *log]):
        # What a host goes on with it has open in the instant in which it goes on.
        hours += not (isinstance(event, StreamStarted | CommandExecuted) and events[number - 1] in WOKEN)
        records.append(Record(number, hours * HOUR_US, event))
    history, occurrences = read_hazards(records)
    broken = [
        BrokenRule(
            OracleResult(rule, "", Verdict.BROKEN, len(records) - 1 - (at > 0), (Facts(what, names),)), records, history
        )
        for at, (rule, names) in enumerate(rules)
    ]
    return next(explained(broken[0], occurrences, broken), "")


ONE_LOST = [VolumeAccessChanged(A, "1261", is_accessible=False)]
IN_SYNC = views(A, "Suspended", "Full Duplex", "copy done")
WOKEN = [HostResumed("hosta"), *WRITES]
"""In the same instant."""
LIVES = VolumesAttached("hoste", "webgrp", False, "web_mmir", A, ("1470",), 300)
OTHER_BEGAN = EntryPointStarted("hostc", "web_ip", "online", "")
OTHER_VOLUME = [StreamStarted(B, "other@hostc", "hostc", ("1300",), 0)]

CASES: dict[str, tuple[Log, tuple[str, Names], str]] = {
    # Old targets.
    "the array that knows has no power": ([*BROKE, *LOST, *TAKEN, *OPENED], ("S2", NO_ONE), "old target"),
    "a disk under one of its volumes is gone": ([*BROKE, *ONE_LOST, *TAKEN, *COPIED], ("S5", NO_ONE), "old target"),
    "its consoles are silent": (
        [*BROKE, *began("hostc", "online"), *SILENT, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target",
    ),
    "no host of it lives": ([*BROKE, *HOSTS_OF_A, *TAKEN, *OPENED], ("S2", NO_ONE), "old target, no host at home"),
    "one host of it is down, the other stands still and is missed": (
        [*BROKE, HostLost("hosta"), HostHung("hostb"), HOSTB_MISSED, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "one host of it is down, the other runs and is taken for dead": (
        [*BROKE, HostLost("hosta"), HOSTB_MISSED, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "one host of it is down, the other stands still and nothing has missed it": (
        [*BROKE, HostLost("hosta"), HostHung("hostb"), *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "one host of it is down, the other was missed and runs again": (
        [*BROKE, HostLost("hosta"), HostHung("hostb"), HOSTB_MISSED, HOSTB_RUNS, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "the mirror worked until the array was lost": ([*LOST, *TAKEN, *OPENED], ("S2", NO_ONE), ""),
    "the array was lost and is back before the takeover": (
        [*BROKE, *LOST, ImagePowerChanged(A, is_on=True), *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "the array is lost after the takeover": ([*BROKE, *TAKEN, *LOST, *OPENED], ("S2", NO_ONE), ""),
    "a lost array, and nothing is taken over": ([*BROKE, *LOST, *OPENED], ("S2", NO_ONE), ""),
    "the target said itself that it is old": (
        [*BROKE, *LOST, *views(B, "Target Suspended", "Suspended", "failover"), *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "an earlier entry point was told nothing": (
        [*BROKE, *SILENT, *began("hostc", "online"), *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "another application": ([*BROKE, *LOST, *TAKEN, *OTHER_VOLUME], ("S2", NO_ONE), ""),
    "a failover was cut short and left, and the array that went on is lost": (
        [*LEFT, *WRITES, *LOST, *LOCKED, *OPENED],
        ("S2", NO_ONE),
        "old target",
    ),
    "it was failed over below an application, and the array that went on is lost": (
        [*WRITES, *LEFT, *LOST, *LOCKED, *OPENED],
        ("S2", NO_ONE),
        "old target",
    ),
    "the same, and that array answers": ([*LEFT, *WRITES, *LOCKED, *OPENED], ("S2", NO_ONE), ""),
    "a failover from a lost array whose mirror had worked, and the lock": (
        [*WRITES, *LOST, StreamStopped(A, "ora_db@hosta", "hosta", 9), *LEFT, *LOCKED, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "one host of it lives": ([*BROKE, HostLost("hosta"), *TAKEN, *OPENED], ("S2", NO_ONE), ""),
    "one host of its array lives, and is none of this group": (
        [LIVES, SystemChanged("rdc1", "hoste", "UNKNOWN", "RUNNING"), *BROKE, *HOSTS_OF_A, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "its host has booted and waits for the others": (
        [*BROKE, *HOSTS_OF_A, HostBooted("hosta", "b"), *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "its host was down, and VCS runs there again": (
        [*BROKE, *HOSTS_OF_A, HostBooted("hosta", "b"), HOSTA_RUNS, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "people stopped VCS on the host where it ran last": (
        [*WRITES, *BROKE, HostLost("hostb"), HOSTA_EXITED, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "people stopped VCS there by force, and the host was lost since": (
        [*WRITES, *BROKE, HostLost("hostb"), HOSTA_EXITED, *HOSTA_MISSED, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "people stopped VCS on the other host": (
        [*WRITES, *BROKE, SystemChanged("rdc1", "hostb", "EXITING", "EXITED"), HostLost("hosta"), *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "people stopped VCS there, and it was lost after it had started again": (
        [*WRITES, *BROKE, HostLost("hostb"), HOSTA_EXITED, HOSTA_RUNS, HostLost("hosta"), *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "the other cluster counts as faulted": (
        [*BROKE, *OTHER_CLUSTER, held_for("FAULTED"), *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "the other cluster is not connected": (
        [*BROKE, *OTHER_CLUSTER, held_for("FAULTED"), held_for("LOST_CONN"), *HOSTS_OF_A, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "the other cluster was stopped": (
        [*BROKE, *OTHER_CLUSTER, held_for("EXITED"), *HOSTS_OF_A, *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "",
    ),
    "its hosts live, and their engines have died": (
        [*BROKE, DaemonChanged("hosta", "died"), DaemonChanged("hostb", "stopped"), *TAKEN, *OPENED],
        ("S2", NO_ONE),
        "old target, no host at home",
    ),
    "an incomplete copy": ([*BROKE, *LOST, *TAKEN, *OPENED], ("S4", NO_ONE), ""),
    # Systems that others take for dead.
    "taken for dead while it runs": ([*CUT, *HOSTC_MISSED, *OPENED], ("S1", SYSTEMS), "partition"),
    "links are cut, and nobody is missed": ([*CUT, *OPENED], ("S1", SYSTEMS), ""),
    "another system is missed": (
        [*CUT, SystemChanged("rdc1", "hostd", "RUNNING", "FAULTED"), *OPENED],
        ("S1", SYSTEMS),
        "",
    ),
    "it is missed because it died": ([HostLost("hosta"), *HOSTA_MISSED, *OPENED], ("S1", SYSTEMS), ""),
    "its engine died": ([DaemonChanged("hosta", "died"), *HOSTA_MISSED, *OPENED], ("S1", SYSTEMS), ""),
    "another cluster takes it for dead": (
        [RemoteClusterChanged("rdc2", "rdc1", "RUNNING", "FAULTED", "nobody says that it is up"), *OPENED],
        ("S1", SYSTEMS),
        "partition",
    ),
    "it stood still": ([HostHung("hosta"), *HOSTA_MISSED, *OPENED], ("S1", SYSTEMS), "zombie"),
    "it stood still, and was not missed": ([HostHung("hosta"), HostResumed("hosta"), *OPENED], ("S1", SYSTEMS), ""),
    "it stood still, was missed, and goes on with what it had open": (
        [HostHung("hosta"), *HOSTA_MISSED, *TAKEN, *WOKEN],
        ("S2", NO_ONE),
        "zombie that writes on",
    ),
    "it goes on while the copy is being reversed": (
        [HostHung("hosta"), *HOSTA_MISSED, *TAKEN, *WOKEN, *COPIED],
        ("S5", NO_ONE),
        "zombie that writes on",
    ),
    "it goes on, and others had not missed it": (
        [HostHung("hosta"), *TAKEN, *WOKEN, *COPIED],
        ("S5", NO_ONE),
        "",
    ),
    "it went on with nothing open, and VCS started the application later": (
        [HostHung("hosta"), *HOSTA_MISSED, *TAKEN, HostResumed("hosta"), *HOSTA_MISSED, *WRITES, *COPIED],
        ("S5", NO_ONE),
        "",
    ),
    "it went on, and the pairs are in sync since": (
        [HostHung("hosta"), *HOSTA_MISSED, *TAKEN, *WOKEN, *IN_SYNC, *COPIED],
        ("S5", NO_ONE),
        "",
    ),
    "a living cluster is taken for dead, and no console of its array is known": (
        [*OTHER_CLUSTER, *WRITES, held_for("FAULTED"), *began("hostc", "online"), *SILENT, *TAKEN, *COPIED],
        ("S5", NO_ONE),
        "living cluster taken for dead",
    ),
    "the same, and another resource is online meanwhile": (
        [*OTHER_CLUSTER, *WRITES, held_for("FAULTED"), *SILENT, OTHER_BEGAN, *TAKEN, *COPIED],
        ("S5", NO_ONE),
        "living cluster taken for dead",
    ),
    "a living cluster is taken for dead, and its array was asked": (
        [*OTHER_CLUSTER, *WRITES, held_for("FAULTED"), *SILENT, *began("hostc", "online"), *TAKEN, *COPIED],
        ("S5", NO_ONE),
        "",
    ),
    "no console is known, and the other cluster is connected": (
        [*OTHER_CLUSTER, *WRITES, held_for("RUNNING"), *SILENT, *TAKEN, *COPIED],
        ("S5", NO_ONE),
        "",
    ),
    "a cluster is taken for dead in which nothing runs": (
        [*OTHER_CLUSTER, held_for("FAULTED"), *SILENT, *TAKEN, *COPIED],
        ("S5", NO_ONE),
        "",
    ),
    "it stood still, was missed, and sends what it was about to send": (
        [HostHung("hosta"), *HOSTA_MISSED, HostResumed("hosta"), *sends("hosta")],
        ("S13", {"host": "hosta"}),
        "stood still before its line",
    ),
    "the same, and it was not missed": (
        [HostHung("hosta"), HostResumed("hosta"), *sends("hosta")],
        ("S13", {"host": "hosta"}),
        "",
    ),
    "the same, and another host sends": (
        [HostHung("hosta"), *HOSTA_MISSED, HostResumed("hosta"), *sends("hostc")],
        ("S13", {"host": "hostc"}),
        "",
    ),
    # What people do.
    "changed by hand": ([*by_hand(), *OPENED], ("S4", NO_ONE), "by hand"),
    "changed by the agent": ([*by_hand(sender="ora_mmir online"), *OPENED], ("S4", NO_ONE), ""),
    "changed by hand, and in sync since": (
        [*by_hand(), *views(B, "Copy Pending", "Full Duplex", "copy done"), *IN_SYNC, *OPENED],
        ("S4", NO_ONE),
        "",
    ),
    "another pair was changed by hand": ([*by_hand(volumes="1300:1300"), *OPENED], ("S4", NO_ONE), ""),
    "root started the application": (
        [NeighbourChanged("hostc", "ora_db", "started by hand"), *OPENED],
        ("S1", SYSTEMS),
        "started by hand",
    ),
    "root started the application on old copies": (
        [NeighbourChanged("hostc", "ora_db", "started by hand"), *OPENED],
        ("S2", {"system": "hostc"}),
        "started by hand",
    ),
    "root started it elsewhere than where old copies are opened": (
        [NeighbourChanged("hostd", "ora_db", "started by hand"), *OPENED],
        ("S2", {"system": "hostc"}),
        "",
    ),
    "root started the application, and what it wrote is overwritten": (
        [NeighbourChanged("hosta", "ora_db", "started by hand"), *WRITES, *COPIED],
        ("S5", NO_ONE),
        "written by what was started by hand",
    ),
    "root started the application on another host than that whose writes are overwritten": (
        [NeighbourChanged("hostb", "ora_db", "started by hand"), *WRITES, *COPIED],
        ("S5", NO_ONE),
        "",
    ),
    "root started it on another host": (
        [NeighbourChanged("hostd", "ora_db", "started by hand"), *OPENED],
        ("S1", SYSTEMS),
        "",
    ),
    "a person took over": (
        [AgentLog("hostc", "ora_mmir", "takeover", "WARNING", 1606, "takeover"), *OPENED],
        ("S2", NO_ONE),
        "takeover by a person",
    ),
    # What happens to the agent.
    "a lock disappears, and volumes are write-disabled": ([*ONLINE, *UNLOCKED, *ONLINE], ("S6", PLACE), ""),
    "offline removes the lock": ([*ONLINE, *began("hosta", "offline"), *UNLOCKED, *ONLINE], ("S6", PLACE), ""),
    "there is another lock": (
        [*ONLINE, *UNLOCKED, StateFileChanged("hosta", "ora_mmir.lock", "created"), *ONLINE],
        ("S6", PLACE),
        "",
    ),
    "files vanish under an online": (
        [
            *began("hosta", "online"),
            StateFileChanged("hosta", "ora_mmir.memory", "removed"),
            EntryPointEnded("hosta", "ora_mmir", "online", 0),
        ],
        ("S11", PLACE),
        "files lost under way",
    ),
    "files vanished under an earlier online": (
        [
            *began("hosta", "online"),
            StateFileChanged("hosta", "ora_mmir.memory", "removed"),
            EntryPointEnded("hosta", "ora_mmir", "online", 0),
            *began("hosta", "online"),
            EntryPointEnded("hosta", "ora_mmir", "online", 0),
        ],
        ("S11", PLACE),
        "",
    ),
    "no agent": ([EntryPointEnded("hosta", "ora_mmir", "clean", 127)], ("S11", PLACE), "agent missing"),
    "no agent on another system": ([EntryPointEnded("hostb", "ora_mmir", "clean", 127)], ("S11", PLACE), ""),
    "carried out after its sender was killed": (
        [
            *began("hostc", "online"),
            *held("ora_mmir online"),
            *killed("online"),
            *by_hand(sender="ora_mmir online"),
            *COPIED,
        ],
        ("S5", NO_ONE),
        "late command",
    ),
    "carried out before the time that a clean waits for it": (
        [
            *began("hostc", "online"),
            *held("ora_mmir online", 800_000),
            *killed("online"),
            *by_hand(sender="ora_mmir online"),
        ],
        ("S10", HOSTC),
        "",
    ),
    "carried out later than a clean waits for it": (
        [
            *began("hostc", "online"),
            *held("ora_mmir online", 3_600_000),
            *killed("online"),
            *by_hand(sender="ora_mmir online"),
        ],
        ("S10", HOSTC),
        "later than the limit",
    ),
    "carried out later than this site waits for it": (
        [
            *(replace(its, late_command_s=600) for its in SITE[:4] if isinstance(its, VolumesAttached)),
            *began("hostc", "online"),
            *held("ora_mmir online", 800_000),
            *killed("online"),
            *by_hand(sender="ora_mmir online"),
        ],
        ("S10", HOSTC),
        "later than the limit",
    ),
    "held, and its sender waits for it": (
        [*began("hostc", "online"), *held("ora_mmir online"), *by_hand(sender="ora_mmir online"), *COPIED],
        ("S5", NO_ONE),
        "",
    ),
}


STOPS = StreamStopped(A, "ora_db@hosta", "hosta", 10)
LOCKS: dict[str, tuple[Log, str]] = {
    "disappears": ([*ONLINE, *UNLOCKED, *ONLINE], "lock lost"),
    "disappears under an action": ([*ONLINE, *began("hosta", "resume"), *UNLOCKED, *ONLINE], "lock lost"),
    "disappears with that of another resource, which is locked again": (
        [*WEB, *ONLINE, *UNLOCKED, StateFileChanged("hosta", "web_mmir.lock", "created"), *ONLINE],
        "lock lost",
    ),
    "disappears, and the application has stopped since": (
        [*WRITES, *ONLINE, *UNLOCKED, STOPS, *ONLINE],
        "",
    ),
    "disappears, and the host has stood still since": (
        [*WRITES, *ONLINE, *UNLOCKED, HostHung("hosta"), STOPS, HostResumed("hosta"), *WRITES, *ONLINE],
        "lock lost",
    ),
    "disappears while the monitor cannot read it": (
        [*WRITES, EntryPointEnded("hosta", "ora_mmir", "monitor", 99), *UNLOCKED, *ONLINE],
        "lock lost",
    ),
    "disappears unread, and nothing is open there": (
        [EntryPointEnded("hosta", "ora_mmir", "monitor", 99), *UNLOCKED, *ONLINE],
        "",
    ),
    "disappears, and the host went down since": ([*ONLINE, *UNLOCKED, HostLost("hosta"), *ONLINE], ""),
}


@pytest.mark.parametrize("case", LOCKS)
def test_a_lost_lock_explains_that_offline_is_said_of_what_still_runs(case: str) -> None:
    """As long as it runs, and nothing else that S6 says."""
    log, hazard = LOCKS[case]
    assert hazard_of(log, ("S6", PLACE), what=SAYS_OFFLINE) == hazard
    assert hazard_of(log, ("S6", PLACE), what="online on write-disabled volumes") == ""


ENDED: dict[str, tuple[Log, tuple[str, Names]]] = {
    "the agent is installed again": ([*NO_AGENT, EntryPointEnded("hosta", "ora_mmir", "online", 0)], ("S11", PLACE)),
    "its monitor finds no lock": ([*NO_AGENT, EntryPointEnded("hosta", "ora_mmir", "monitor", 100)], ("S11", PLACE)),
    "VCS has stopped what root started": (
        [*ROOT_STARTED, ResourceChanged("ora_db", "hostc", "ONLINE", "OFFLINE"), *OPENED],
        ("S1", SYSTEMS),
    ),
    "its host was down": ([*ROOT_STARTED, HostLost("hostc"), *OPENED], ("S1", SYSTEMS)),
}


@pytest.mark.parametrize("case", ENDED)
def test_a_hazard_that_is_over_explains_nothing_any_more(case: str) -> None:
    """What broke before it ended stays explained."""
    log, rule = ENDED[case]
    assert hazard_of([*log, *OPENED], rule) == ""
    assert hazard_of([log[0], *OPENED], rule) != ""


@pytest.mark.parametrize("case", CASES)
def test_a_hazard_explains_what_it_is_about_and_nothing_else(case: str) -> None:
    """The hazard that explains the rule, or none."""
    log, rule, hazard = CASES[case]
    assert hazard_of(log, rule) == hazard


def test_every_hazard_has_a_night_that_it_explains() -> None:
    """No hazard is declared that no test has seen."""
    seen = {hazard for _, _, hazard in CASES.values()} | {hazard for _, hazard in LOCKS.values()}
    assert seen - {""} == {hazard.name for hazard in HAZARDS}


def test_what_two_systems_wrote_is_explained_by_what_explains_that_they_wrote() -> None:
    """Data follow S1; without it, a host that stood still explains no loss."""
    zombie = [HostHung("hosta"), *HOSTA_MISSED, *OPENED, *OPENED]
    assert hazard_of(zombie, ("S2", NO_ONE), ("S1", SYSTEMS)) == "zombie"
    assert hazard_of(zombie, ("S2", NO_ONE)) == ""


def test_a_loss_that_is_found_later_is_explained_by_what_explains_the_copy_that_overwrote_it() -> None:
    """The pairs are in sync since, so nothing that was done by hand stands; the writes are missing all the same."""
    in_sync = [*IN_SYNC, *views(B, "Copy Pending", "Target Full Duplex", "copy done")]
    log: Log = [*SITE, *by_hand("failbackpprc"), *COPIED, *in_sync, *OPENED]
    records = [Record(number, number * HOUR_US, event) for number, event in enumerate(log)]
    history, occurrences = read_hazards(records)

    def broken(rule: str, event: Event) -> BrokenRule:
        facts = (Facts("", NO_ONE),)
        return BrokenRule(OracleResult(rule, "", Verdict.BROKEN, log.index(event), facts), records, history)

    loss, overwritten = broken("S2", OPENED[0]), broken("S5", COPIED[0])
    assert list(explained(loss, occurrences, [loss])) == []
    assert list(explained(loss, occurrences, [loss, overwritten])) == ["by hand"]


@pytest.mark.parametrize(
    ("what", "hazard"), [(SAYS_OFFLINE, "started by hand"), ("online said of write-disabled volumes", "")]
)
def test_of_what_root_started_a_monitor_cannot_know_that_it_has_its_volumes_open(what: str, hazard: str) -> None:
    """It has no lock. That it says online of volumes that cannot be written stays its own fault."""
    log = [*ROOT_STARTED, *OPENED, EntryPointEnded("hostc", "ora_mmir", "monitor", 100)]
    assert hazard_of(log, ("S6", {"resource": "ora_mmir", "system": "hostc"}), what=what) == hazard
