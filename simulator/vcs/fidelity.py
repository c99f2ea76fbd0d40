"""What the clusters do that nobody saw the real ones do, and every value that vcs.md is not sure of.

One row per behaviour or value: what is modelled, how sure it is (vcs.md: H read, M known, L recalled; `not found` where
nothing is known and something had to be said), and where in vcs.md, with the place at which it can be changed. What is
read in a manual (H) has no row. `docs/fidelity.md` is printed from these tables.

Rule 1: whoever models a guess adds its row, to the section of the room that it belongs to.
Rule 2: a value that can be set names its setting; one that cannot says so by naming none.
"""

from __future__ import annotations

from typing import NamedTuple


class Guess(NamedTuple):
    """A behaviour or a value that is not certain."""

    modelled: str
    confidence: str
    known: str
    setting: str = "-"


MEMBERSHIP = (
    Guess("heartbeats every 0.5 s, 1 s on a low-priority link; no beat is sent here, a silence begins at once", "M",
          "3.6"),
    Guess("GAB waits 5 s after the last change before it delivers a membership", "M", "3.6",
          "`membership.gab_stable_s`"),
    Guess("a system is RUNNING 1 s after it joined", "not found", "3.7", "`membership.build_s`"),
    Guess("hashadow starts a dead engine again after 30 s", "M", "3.6, 10", "`membership.had_restart_s`"),
    Guess("two private links, no low-priority one, where site.toml says nothing", "not found", "a main.cf has none",
          "`membership.private_links`, `membership.low_priority_links`"),
    Guess("a low-priority link carries heartbeats only until it is the last one; for jeopardy it counts like any", "M",
          "3.6", "`membership.low_priority_links`"),
    Guess("all links lost at once, or within GAB's stable time, are a partition and no jeopardy", "M", "3.6"),
    Guess("systems that hear only some of the others join the first membership of which they hear all", "not found",
          "3.6"),
    Guess("when a partition heals the engines of the smaller side restart, of equal sides those without the first "
          "system", "M", "3.6", "`membership.panics_on_rejoin`"),
    Guess("a system whose engine is down while its node lives is shown as UNKNOWN, its groups are autodisabled", "M",
          "3.6"),
    Guess("a seeded cluster stays seeded for the rest of the run", "M", "3.6", "`membership.seed_systems`"),
    Guess("the chains of system states while VCS starts and stops", "M", "3.7"),
    Guess("UseFence = SCSI3 in main.cf turns I/O fencing on", "M", "2.5", "main.cf"),
    Guess("one coordinator disk at each array and one in a third place, where site.toml says nothing; all three on its "
          "array for hosts that hang on one", "not found", "3.6: at least three", "`fencing.coordinator_disks`"),
    Guess("a race takes 1 s, and who loses it panics at its end", "not found", "3.6", "`fencing.race_s`"),
    Guess("the larger part races first, of equal parts the one with the lowest system; the rest finds its keys gone",
          "M", "3.6: loser panics"),
    Guess("a part that wins no majority panics, even if the other part is dead", "M", "3.6"),
    Guess("with fencing the last link lost in jeopardy is a partition: the disks decide, nothing is autodisabled", "M",
          "3.6"),
    Guess("a system that was ejected while it hung panics as soon as it is heard again", "M", "not found"),
    Guess("keys outlive a crash; who starts first and finds keys of systems that are not there stops, and has to be "
          "started again (`hastart`, after `vxfenclearpre` if they are really dead)", "M", "not found"),
    Guess("a system that reaches no majority of coordinator disks does not join", "M", "not found"),
    Guess("a host reaches the other site's array while a link of the mirror is up in both directions", "not found",
          "SAN and mirror share their lines"),
    Guess("a disk group puts its host's key on the volumes that it imports; a parallel one beside the others', any "
          "other in their place", "M", "3.6: SCSI-3 PR"),
    Guess("keys on data disks are those of one array: a takeover on the other array is not fenced by them", "M", "3.6"),
    Guess("a panicked host stays off until somebody boots it", "not found", "-"),
)  # fmt: skip
"""LLT, GAB, fencing, and engines that come and go."""

ENGINE = (
    Guess("defaults of AutoStart, AutoStartPolicy, AutoStartIfPartial, Evacuate, FaultPropagation, ManualOps, "
          "PreonlineTimeout 300 s, Capacity 100, Load 0", "M", "2.4, 2.5", "main.cf"),
    Guess("who may get a group: RUNNING, not frozen, probed, enabled, not autodisabled, not faulted there, within its "
          "limits", "M", "3.3"),
    Guess("Load: capacity less the loads of what is up; equal systems in the order of the alphabet", "H", "2.4"),
    Guess("RoundRobin: groups that are up or starting are counted; equal systems in the order of SystemList", "M",
          "3.3"),
    Guess("ManageFaults is ALL where nothing is said", "M", "1.6, 12.6", "ManageFaults"),
    Guess("a group with a resource that waits for an administrator is not operated by hand", "M", "1.6"),
    Guess("what is left of a group when a fault was not critical, or not propagated, stays as it is", "M", "2.4, 3.2"),
    Guess("OnlineRetryLimit counts restarts since the group was online last; within OnlineRetryInterval of one it "
          "fails over; a fault that only a monitor can clear is not retried", "M", "2.4", "OnlineRetryLimit"),
    Guess("a group that lost its system and finds no other starts when one comes back; one that faulted does not", "M",
          "3.2"),
    Guess("PreOnline: the trigger allows after 1 s", "not found", "2.4", "`preonline.GROUP`, `preonline.after_s`"),
    Guess("a trigger that ends without bringing the group online, or is not done within PreonlineTimeout, leaves it "
          "offline; no other system is tried", "M", "2.4", "PreonlineTimeout"),
    Guess("triggers are run where site.toml names scripts: injeopardy, nofailover, postoffline, postonline, preonline, "
          "resfault, resstatechange, violation; their arguments are the system, then group or resource and states; one "
          "for violations takes the place of what the engine does by itself; nobody waits for any but preonline", "M",
          "2.4, 3.5, 3.6", "`triggers.scripts`, TriggerEvent, TriggerResStateChange"),
    Guess("without scripts preonline is played, and resstatechange is a line of the log where it is asked for", "M",
          "2.4", "TriggerResStateChange"),
    Guess("SystemList and SystemZones may be modified while the group runs, but not so that it would be up where it "
          "may not be, nor while it moves", "M", "2.4", "`hagrp -modify`"),
    Guess("systems of a hybrid group that are in no zone are one zone together", "not found", "2.4", "SystemZones"),
    Guess("a group dependency for which the file says neither soft nor firm is firm", "M", "2.2", "main.cf"),
    Guess("soft: the parent stays while its child is away; local, it follows when the child is up elsewhere", "M",
          "2.2", "main.cf"),
    Guess("firm: the parent goes offline before its child and comes online after it, where the child then is; global, "
          "by its own policy, on the same system too", "M", "2.2", "main.cf"),
    Guess("hard: as firm, and a parent that faults or is switched takes its child along, if there is a system for it",
          "M", "2.2", "main.cf"),
    Guess("a parent without its child starts by itself when the child comes, if it was taken offline for that", "M",
          "2.2"),
    Guess("offline local: what is required offline goes elsewhere first, and drives the parent away where it can not",
          "M", "2.2", "main.cf"),
    Guess("operators are refused what breaks a dependency; a child that is required softly may be stopped and switched",
          "H", "2.2"),
    Guess("hastop takes parents offline before their children, whatever the rigidity", "M", "2.2, 3.8"),
    Guess("a child that is frozen changes nothing for its parents, nobody waits for a parent that is frozen", "M",
          "2.2"),
    Guess("IntentOnline is 1 from the first start until an operator or hastop stops the group", "M", "2.4"),
    Guess("a system from which no other group has to be driven away comes before zones and policy", "not found", "3.3"),
    Guess("a failed system without a zone does not narrow the choice", "not found", "3.3"),
    Guess("a group does not fail over while its system's engine is down or unprobed: it may be up there", "M", "3.6"),
    Guess("a faulted resource does not come online there until it is cleared; a persistent one until it is seen online",
          "M", "3.2"),
    Guess("a resource that is unable to go offline keeps its group from failing over", "M", "3.2"),
    Guess("nothing moves back by itself when systems return", "M", "3.3"),
    Guess("a switch goes on when the group is offline everywhere, and is given up if it does not get there; if it "
          "fails on its target it is failed over like any group", "M", "3.4"),
    Guess("what the engine waits for (IState), and its words in hastatus", "M", "2.5, 5"),
    Guess("a group found on a second system goes offline there, once all its resources there are probed", "M",
          "3.5: H for the trigger"),
    Guess("a group that was found up keeps its place; a group that may be up where nobody looks is started nowhere "
          "else", "M", "3.8"),
    Guess("temp attributes live in the engines of a membership, need no writable configuration, are never dumped", "M",
          "1.7"),
    Guess("hastop: a system is LEAVING until its groups are offline, EXITING until all is closed; -evacuate moves "
          "failover groups that are not frozen", "M", "3.8: H for the options"),
    Guess("hastart on a system that runs is refused; -stale and -force start like hastart without them", "M", "3.8"),
    Guess("PreSwitch, in 6.0 and later: the PreSwitch action of each resource that supports one runs on the target, "
          "for a switch by hand inside the cluster; `hagrp -switch -nopre` leaves it out", "M", "2.4",
          "PreSwitch, --profile"),
    Guess("NumRetries shows how often a group was started again under OnlineRetryLimit", "M", "2.4"),
    Guess("NoAutoDisable, ShutdownTimeout, SysDownPolicy, ProPCV are read and ignored", "M",
          "2.4, 2.5"),
)  # fmt: skip
"""Service groups and what the engine does with them."""

FRAMEWORK: tuple[Guess, ...] = (
    Guess("OnlineTimeout, OfflineTimeout 300 s; CleanTimeout, OpenTimeout, CloseTimeout 60 s; OnlineWaitLimit 2; "
          "ConfInterval 600 s; NumThreads 10; limits and retries 0", "M", "1.5", "types.cf, `hares -override`"),
    Guess("later releases hold every ActionTimeout to half a MonitorInterval, and show it as it was set", "M", "1.5",
          "ActionTimeout, --profile"),
    Guess("AttrChangedTimeout 60 s", "not found", "1.5", "types.cf"),
    Guess("OfflineMonitorInterval 300 s (admin guides) and not 0 (developer guides)", "M", "1.5, 12.6", "types.cf"),
    Guess("at its limit an entry point is killed with its whole process group, by SIGKILL", "not found", "1.6, 12.5"),
    Guess("a limit modified while an entry point runs holds for the next one, not for that one", "not found", "1.6"),
    Guess("entry points wait for a thread first come, first served; a clean goes in front", "M", "1.6", "NumThreads"),
    Guess("a request waits for the entry point under way; then modified attributes, actions, monitors, in this order",
          "not found", "1.6"),
    Guess("a resource that was to go offline and is found offline after a clean that failed needs no other one", "M",
          "1.6"),
    Guess("CleanRetryLimit counts cleans that failed one after the other; at the limit the resource waits for an "
          "administrator (0: never). A release that does not know it obeys where a type sets it", "M", "1.5, 12.10",
          "CleanRetryLimit"),
    Guess("what waits for an administrator is watched and not judged; -clearadminwait looks anew, -fault faults it",
          "M", "1.6"),
    Guess("attr_changed is called on every running system whose value of a RegList attribute changed", "M", "1.2",
          "RegList"),
    Guess("LogDbg with DBG_AGINFO: a line in the agent's log for each change of a resource's state in the framework; "
          "its text and number are invented", "M", "1.5: H for what is logged", "LogDbg"),
    Guess("close is called for a resource that is disabled, deleted, whose agent is stopped in good order, or whose "
          "system leaves (hastop), once its groups are offline; hastop -force closes nothing, its agents just end", "M",
          "1.2, 1.6, 3.8", "CloseTimeout"),
    Guess("HAD starts an agent that died again as often as it dies; it is there after 2 s (`handshakes.py`), when the "
          "system starts at once", "not found", "1.5"),
    Guess("an agent that is not there after AgentStartTimeout is given up and started again at once, as often as it "
          "takes; what was known of its resources is believed, flagged STATE UNKNOWN", "M", "1.5",
          "AgentStartTimeout"),
    Guess("a silent agent is ended after AgentReplyTimeout", "H", "1.5", "AgentReplyTimeout"),
    Guess("entry points under way die with their agent; what the engine believes of its resources stays", "M", "9.4"),
    Guess("an agent that is started anew opens its resources and looks; one that was online and is not has gone "
          "offline unexpectedly (clean, fault); what was asked for and is not done is asked for again", "M",
          "9.4, 12.14"),
    Guess("haagent -stop is refused while a resource of the type is not offline, unless by -force", "M", "9.11"),
    Guess("AutoFailOver 2 is as good as 1 in releases that do not know it", "not found", "2.4", "--profile"),
    Guess("an association of keys alone is passed as a keylist", "L", "1.3, 12.1"),
    Guess("arguments of attr_changed are the same in all releases: resource twice, attribute, value", "M", "1.2"),
    Guess("how long played types take to come online and go offline (`behaviours.py`); their monitors take no time, "
          "and are not run where nothing has changed", "not found", "-", "`types.NAME`"),
    Guess("VCSResLock: the last `hares -modify` wins, and every engine of a membership sees the same order", "L",
          "1.7"),
)  # fmt: skip
"""Agents and entry points."""

WIDE_AREA = (
    Guess("a heartbeat is ALIVE while any of its addresses answers; an answer to a ping is waited for 1 s, IcmpS asks "
          "one address after the other", "M", "4.2", "`wide_area.ping_wait_s`"),
    Guess("AYATimeout is 300 s in VCS 4.1 and 30 s in later releases", "M", "4.2", "main.cf: AYATimeout"),
    Guess("an address that no resource of a cluster holds is a router's: it answers even if all hosts there are dead",
          "not found", "4.2"),
    Guess("Arguments are local from the beginning, other attributes of a new heartbeat global; a modified heartbeat "
          "begins anew for the clusters whose value was modified", "M", "4.2"),
    Guess("a cluster whose last heartbeat was deleted is never taken for lost: silence of the connection alone says "
          "nothing", "not found", "4.2"),
    Guess("a heartbeat that is no ping (any other name) is answered while the line carries and a host there is up",
          "not found", "4.2"),
    Guess("a silent connection is given up after 60 s, so that heartbeats decide how long a fault goes unnoticed; "
          "later releases have SocketTimeout, 180 s as recalled", "L", "4.2: 120 to 180 s by default",
          "`wide_area.socket_timeout_s`, main.cf: SocketTimeout"),
    Guess("a lost connection is tried again at once when a heartbeat comes back, else every 60 s; later releases have "
          "RemoteConnectInterval, 300 s as recalled", "L", "4.1",
          "`wide_area.connect_interval_s`, main.cf: RemoteConnectInterval"),
    Guess("whoever's peer has ended hears so at once (TRANSITIONING), from a dead host or a cut line nothing "
          "(LOST_CONN)", "M", "4.3"),
    Guess("a remote wac that does not come back in 300 s is no longer taken to be failing over", "not found", "4.3",
          "`wide_area.transition_s`"),
    Guess("the recovery arrows between the states of a remote cluster; a snapshot takes 1 s, a message 0.05 s", "M",
          "4.3", "`wide_area.snapshot_s`, `wide_area.message_s`"),
    Guess("a cluster that was never heard of since the start and does not answer is taken for FAULTED too", "M", "4.3"),
    Guess("the systems of a remote cluster that is FAULTED or EXITED are shown as that; its groups as last heard of "
          "(EXITED: offline)", "L", "4.3"),
    Guess("a line that carries one way: pings fail both ways, both ends of the connection fall silent; until then what "
          "the other end says arrives", "M", "4.1, 4.2"),
    Guess("an inquiry takes 5 s; who is not connected is not asked; UNKNOWN ends when nobody would say up any more",
          "M", "4.3", "`wide_area.inquiry_s`"),
    Guess("an inquiry that nobody answers confirms the fault", "L", "4.3", "`wide_area.silence_confirms`"),
    Guess("while the own wac is down every remote cluster that was not over is LOST_CONN", "M", "9.15"),
    Guess("ClusterFailOverPolicy Connected", "M", "4.4"),
    Guess("CFAULT whenever a remote cluster faults and nothing moves by itself, whether or not a group was up there",
          "M", "4.4"),
    Guess("NOFAILA and NOFAIL; what negates an alert; alerts are forgotten when the cluster stops", "M", "4.4"),
    Guess("a declaration is accepted for a cluster that is FAULTED and answers its CFAULT; -failover brings over what "
          "was up there when last heard of", "M", "4.4"),
    Guess("a group that is offline comes online in a cluster without Authority when whoever has it can be asked and "
          "agrees", "M", "4.4"),
    Guess("-force takes Authority where nobody who has it is connected, or where nobody answers within 60 s", "M",
          "4.4", "`wide_area.answer_s`"),
    Guess("if the line breaks while Authority moves, nobody has it, and an operator takes it by force", "M", "4.4"),
    Guess("two clusters that both have Authority when they hear of each other: the one where the group is down gives "
          "it up", "M", "4.4"),
    Guess("a group that is up in two clusters is told of once, and nobody takes it offline", "H", "4.4"),
)  # fmt: skip
"""Global clusters."""

OPERATORS = (
    Guess("exit codes: 0 done, 1 refused, 2 wrong arguments; a refusal goes to standard output", "not found",
          "5, 12.7"),
    Guess("sections of hastatus -sum beyond systems and groups; the letters of frozen groups, disabled resources and "
          "of the GCO sections", "M, L", "5"),
    Guess("compound resource states are joined by a bar without blanks", "M", "5"),
    Guess("a group's State words while it starts or stops (STARTING, STOPPING, PARTIAL)", "M", "5"),
    Guess("gabconfig -a, lltstat -nvv, vxfenadm -d and -s: shapes of public transcripts; generations and addresses "
          "mean nothing", "M", "5"),
    Guess("vxfenclearpre asks nothing and is refused while fencing is up on its system", "M", "not found"),
    Guess("haclus -declare, haalert: syntax and output", "M", "4.4, 12.7"),
    Guess("conditions of -list: equal, not equal, `=~` for what begins with it; all must hold", "M", "5"),
    Guess("hares -delete refuses what is up unless by -force, and takes the links of a resource along; what is deleted "
          "runs on", "M", "5"),
    Guess("hagrp -link is refused where the parent is up and would not find what it requires", "M", "2.2, 5"),
    Guess("hatype -modify counts at once, but for NumThreads, which counts for agents that start later; haconf -dump "
          "writes it into the file of types, which is not shown", "M", "5"),
    Guess("hasys -load replaces the loads of the groups on that system, until the cluster stops", "M", "2.5, 3.3"),
    Guess("hasys -force is always refused: the files were read before anything started, so no system waits for an "
          "administrator", "M", "3.7, 3.8"),
    Guess("hahb -display, -value, -state: output, global attributes as for hagrp", "M", "4.2: the forms"),
    Guess("haclus -modify: AutoStartTimeout, ClusterAddress, Stewards, EngineShutdown count; what else `kept.py` "
          "lists is kept, shown and dumped and changes nothing; UseFence is read at start, and refused", "M", "2.5, 5"),
    Guess("EngineShutdown: where VCS would ask before it stops, whoever types says yes", "M", "2.5, 3.8",
          "EngineShutdown"),
    Guess("haalert -testfd raises an alert of its own kind that lasts until it is deleted", "L", "4.4, 12.7"),
    Guess("hagrp -ignore: what a cluster that is not connected said of a global group counts no longer", "L", "4.4"),
    Guess("hares -refreshinfo and -flushinfo change nothing: no agent here has an info entry point, ResourceInfo stays "
          "as it began; the user's own info scripts are not run", "M", "1.2, 7.2"),
    Guess("halog -parameters fills the %s of a message in their order", "M", "1.8"),
    Guess("gabconfig -c is refused unless it seeds (-x): GAB is configured when a system boots", "M", "3.6"),
    Guess("message numbers marked M in `messages.py` and `logs.py`; those above V-16-1-60000 are our own", "M",
          "1.8"),
    Guess("the agent's own category in its log is 20150", "not found", "1.8"),
    Guess("membership lines of the engine's log: one for each member, nodes as the bits of a hexadecimal number", "M",
          "1.8: H for the numbers"),
    Guess("log lines begin at one moment on all systems: clocks agree, B and C rotations are not written", "not found",
          "1.8"),
    Guess("action output is returned whole: the agent itself keeps within the 2 KB that VCS hands on", "M", "1.2"),
    Guess("what an entry point prints, monitor excepted, stands in the engine's log as a block between rulers", "M",
          "1.8: H for the rulers"),
)  # fmt: skip
"""Commands and logs. How sure the form of a command is stands in docs/commands.md."""

SECTIONS = (
    ("Memberships and fencing", MEMBERSHIP),
    ("The engine", ENGINE),
    ("The agent framework and the neighbours", FRAMEWORK),
    ("Global clusters", WIDE_AREA),
    ("Commands and logs", OPERATORS),
)
ABOUT = """## The clusters

H read in a manual, M known, L recalled (vcs.md); a setting is a key of `site.toml`, an attribute of `main.cf`, or -
where nothing can be set. What is read in a manual has no line.

"""


def as_markdown() -> str:
    """The clusters' part of `docs/fidelity.md`."""
    return ABOUT + "\n".join(_section(title, guesses) for title, guesses in SECTIONS if guesses)


def _section(title: str, guesses: tuple[Guess, ...]) -> str:
    rows = [("what the simulation does", "confidence", "vcs.md", "setting"), ("---",) * 4, *guesses]
    return f"### {title}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)
