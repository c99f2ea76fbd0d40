"""What becomes of resources when their agent dies, hangs, is stopped or gives up (vcs.md 1.5, 1.6, 9.4)."""

from __future__ import annotations

import pytest

from mirrordrill.simulator.vcs.events import EngineLog, EntryPointKilled, SystemChanged
from mirrordrill.simulator.vcs.spec import AttributeValue
from tests.vcs.play import HANG, MM, STACK, Drill, cluster_spec, manual_group, with_limits

WAITS = "OFFLINE|ADMIN_WAIT"


def said(drill: Drill, number: str) -> int:
    return sum(event.message_id == f"V-16-{number}" for event in drill.events(EngineLog))


def opened(drill: Drill, resource: str = "mir", system: str = "hosta") -> list[float]:
    return [at for at, _ in drill.called(resource, "open", system)]


def agent_row(drill: Drill, system: str) -> str:
    _, output = drill.ha("haagent -display MetroMirror")
    return next(line.split()[-1] for line in output.splitlines() if f" {system} " in line)


# CleanRetryLimit.


def given_up() -> Drill:
    """An online that hangs, and two cleans that fail where two are allowed."""
    drill = Drill(cluster_spec(types=with_limits("MetroMirror", clean_retry_limit=2)))
    drill.runner.plan["mir", "online", "hosta"] = (HANG, None, True)
    drill.runner.plan["mir", "clean"] = (0.0, 1, False)
    return drill.started(700)


def test_cleans_that_fail_too_often_end_in_admin_wait():
    """Not one clean more, no fault, no failover."""
    drill = given_up()
    drill.run(3000)
    assert len(drill.called("mir", "clean", "hosta")) == 2
    assert drill.cluster.resource_state("mir", "hosta") == WAITS
    assert drill.online_on == ()


def test_an_administrator_may_fault_what_waits_for_him_and_the_group_fails_over():
    drill = given_up()
    assert drill.ha("hagrp -clearadminwait -fault oragrp -sys hosta") == (0, "")
    assert drill.run(30).online_on == ("hostb",)
    assert drill.cluster.resource_state("mir", "hosta") == "FAULTED"


def test_an_administrator_may_have_it_looked_at_anew():
    drill = given_up()
    drill.runner.up["mir", "hosta"] = True
    assert drill.ha("hagrp -clearadminwait oragrp -sys hosta") == (0, "")
    assert drill.run(30).cluster.resource_state("mir", "hosta") == "ONLINE"
    assert drill.ha("hagrp -clearadminwait oragrp -sys hosta")[0] == 1


def test_a_clean_that_succeeds_forgets_those_that_failed():
    drill = Drill(cluster_spec(types=with_limits("MetroMirror", clean_retry_limit=2, online_retry_limit=9)))
    drill.runner.plan["mir", "online", "hosta"] = (HANG, None, True)
    drill.started(290)
    for _ in range(3):
        drill.runner.plan["mir", "clean"] = (0.0, 1, False)
        drill.run(30)
        del drill.runner.plan["mir", "clean"]
        drill.run(570)
    assert "ADMIN_WAIT" not in drill.cluster.resource_state("mir", "hosta")


# The agent's process.


def test_an_agent_that_dies_is_started_again_and_opens_its_resources():
    """Nothing is faulted, nothing moves: the lock is still there, and so is the application."""
    drill = Drill().started(100)
    drill.cluster.agent_dies("hosta", "MetroMirror")
    assert agent_row(drill, "hosta") == "No"
    drill.run(30)
    assert agent_row(drill, "hosta") == "Yes"
    assert len(opened(drill)) == 2
    assert drill.online_on == ("hosta",)
    assert drill.cluster.resource_state("mir", "hosta") == "ONLINE"


def test_a_resource_that_open_took_offline_has_gone_unexpectedly():
    """Removing the lock at open turns a healthy resource into a needless failover (vcs.md 9.4)."""
    drill = Drill().started(100)
    drill.cluster.agent_dies("hosta", "MetroMirror")
    drill.runner.up["mir", "hosta"] = False
    drill.run(120)
    assert [call.arguments[1] for _, call in drill.called("mir", "clean", "hosta")] == ["4"]
    assert drill.online_on == ("hostb",)


def test_what_is_to_go_offline_and_is_offline_when_its_agent_is_back_is_told():
    """An online that hung cannot be cleaned, an operator takes the group offline, and the agent dies."""
    drill = Drill()
    drill.runner.plan["mir", "online", "hosta"] = (HANG, None, True)
    drill.runner.plan["mir", "clean"] = (0.0, 1, False)
    drill.started(350)
    assert drill.ha("hagrp -offline oragrp -sys hosta") == (0, "")
    drill.run(30)
    assert "STOPPING" in drill.cluster.group_state("oragrp", "hosta")
    drill.cluster.agent_dies("hosta", "MetroMirror")
    drill.run(30)
    assert drill.cluster.group_state("oragrp", "hosta") == "OFFLINE"
    assert drill.ha("hagrp -online oragrp -sys hostb") == (0, "")
    assert drill.run(30).online_on == ("hostb",)


def test_an_online_under_way_dies_with_its_agent_and_is_asked_for_again():
    """The new agent looks first; what is not online by then is brought online."""
    drill = Drill()
    drill.runner.plan["mir", "online"] = (100.0, None, True)
    drill.started(30)
    drill.cluster.agent_dies("hosta", "MetroMirror")
    assert [(event.resource, event.entry) for event in drill.events(EntryPointKilled)] == [("mir", "online")]
    drill.run(200)
    assert drill.online_on == ("hosta",)
    assert [at for at, _ in drill.called("mir", "online", "hosta")] == [1.0, 32.0]


def test_an_offline_under_way_dies_with_its_agent_and_is_asked_for_again():
    drill = Drill().started(30)
    drill.runner.plan["mir", "offline"] = (100.0, None, True)
    drill.ha("hagrp -offline oragrp -sys hosta")
    drill.run(20)
    drill.cluster.agent_dies("hosta", "MetroMirror")
    drill.run(200)
    assert drill.cluster.group_state("oragrp", "hosta") == "OFFLINE"
    assert len(drill.called("mir", "offline", "hosta")) == 2


def test_a_silent_agent_is_ended_after_agent_reply_timeout():
    """Its monitor is due at 301 s and never starts; 130 s after it fell silent another agent looks."""
    drill = Drill().started(290)
    drill.cluster.agent_hangs("hosta", "MetroMirror")
    drill.run(129)
    assert [at for at, _ in drill.called("mir", "monitor", "hosta")] == [1.0, 1.0]
    drill.run(10)
    assert opened(drill) == [1.0, 422.0]
    assert said(drill, "1-60034") == 1
    assert drill.online_on == ("hosta",)


# An agent that is slow to start, or never does.


def unwatched() -> Drill:
    """The agent under a running group dies, and none that is started after it comes."""
    drill = Drill().started(100)
    drill.cluster.slow_agent("hosta", "MetroMirror")
    drill.cluster.agent_dies("hosta", "MetroMirror")
    return drill


def given_up_at(drill: Drill) -> list[float]:
    found = (record for record in drill.kernel.log if isinstance(record.event, EngineLog))
    return [record.time_us / 1e6 for record in found if record.event.message_id == "V-16-1-60035"]


def test_an_agent_that_does_not_come_is_given_up_and_started_again():
    """At AgentStartTimeout, each time; its resources keep their state, with a flag that nobody vouches for it."""
    drill = unwatched().run(59)
    assert drill.cluster.resource_state("mir", "hosta") == "ONLINE"
    drill.run(190)
    assert given_up_at(drill) == [160.0, 220.0, 280.0, 340.0]
    assert drill.cluster.resource_state("mir", "hosta") == "ONLINE|STATE UNKNOWN"
    assert drill.cluster.resource_state("mir", "hostb") == "OFFLINE"
    assert agent_row(drill, "hosta") == "No"
    assert drill.online_on == ("hosta",)


def test_an_agent_that_is_mended_comes_with_the_next_start():
    """The one that hangs in its start is not helped; it has its 60 s."""
    drill = unwatched().run(70)
    drill.cluster.mend_agent("hosta", "MetroMirror")
    assert opened(drill.run(49)) == [1.0]
    assert opened(drill.run(10)) == [1.0, 222.0]
    assert drill.cluster.resource_state("mir", "hosta") == "ONLINE"
    assert not drill.called("mir", "clean", "hosta")


@pytest.mark.parametrize(
    ("limit_s", "delay_s", "comes"), [(60.0, 59.0, True), (60.0, 60.0, False), (20.0, 30.0, False)]
)
def test_the_limit_of_a_start_is_the_types(limit_s, delay_s, comes):
    drill = Drill(cluster_spec(types=with_limits("MetroMirror", agent_start_timeout_s=limit_s))).started(100)
    drill.cluster.slow_agent("hosta", "MetroMirror", delay_s)
    drill.cluster.agent_dies("hosta", "MetroMirror")
    drill.run(200)
    assert (len(opened(drill)) == 2) is comes
    assert given_up_at(drill)[:1] == ([] if comes else [100.0 + limit_s])


def test_a_group_does_not_start_where_its_agent_has_not_come():
    """Nobody knows whether it is up there already: it starts nowhere before that agent has come."""
    drill = Drill(cluster_spec(manual_group(auto_start_list=("hosta", "hostb"))))
    drill.cluster.slow_agent("hosta", "MetroMirror", 30.0)
    drill.started(20)
    assert drill.ha("hagrp -value oragrp Probed hosta") == (0, "0\n")
    assert drill.cluster.resource_state("mir", "hosta") == "OFFLINE|STATE UNKNOWN"
    assert opened(drill) == []
    assert drill.run(30).online_on == ("hosta",)
    assert opened(drill) == [31.0]


def test_an_agent_that_is_awaited_dies_with_its_engine():
    """The engine that comes back starts its own; of the old one nothing is heard any more."""
    drill = unwatched().run(10)
    drill.cluster.engine_dies("hosta")
    drill.cluster.mend_agent("hosta", "MetroMirror")
    drill.run(600)
    assert given_up_at(drill) == []
    assert len(opened(drill)) == 2
    assert drill.online_on == ("hosta",)


def test_what_is_asked_of_an_agent_that_does_not_come_is_done_when_it_has_come():
    drill = unwatched().run(100)
    drill.ha("hagrp -offline oragrp -sys hosta")
    assert drill.run(100).cluster.group_state("oragrp", "hosta") == "STOPPING|PARTIAL"
    drill.cluster.mend_agent("hosta", "MetroMirror")
    assert drill.run(100).cluster.group_state("oragrp", "hosta") == "OFFLINE"


def test_a_monitor_that_is_left_behind_by_a_dead_agent_says_nothing():
    drill = Drill().started(30)
    drill.runner.plan["mir", "monitor", "hosta"] = (50.0, 100, True)
    drill.ha("hares -probe mir -sys hosta")
    drill.cluster.agent_dies("hosta", "MetroMirror")
    del drill.runner.plan["mir", "monitor", "hosta"]
    assert drill.run(200).online_on == ("hosta",)
    assert not drill.called("mir", "clean", "hosta")


# haagent.


def test_an_agent_is_stopped_by_force_and_started_without_anybody_noticing():
    """Patching an agent under a running application: online stays online, and nobody looks meanwhile."""
    drill = Drill().started(100)
    assert drill.ha("haagent -stop MetroMirror -sys hosta")[0] == 1
    assert drill.ha("haagent -stop MetroMirror -force -sys hosta") == (0, "")
    drill.run(1000)
    assert len(drill.called("mir", "monitor", "hosta")) == 2
    assert drill.ha("haagent -start MetroMirror -sys hosta") == (0, "")
    drill.run(30)
    assert drill.online_on == ("hosta",)
    assert not drill.called("mir", "clean", "hosta")
    assert not drill.called("mir", "close", "hosta")
    assert drill.ha("haagent -start MetroMirror -sys hosta")[0] == 1


def test_an_agent_that_is_stopped_in_good_order_closes_its_resources():
    drill = Drill().started(100)
    assert drill.ha("haagent -stop MetroMirror -sys hostb") == (0, "")
    assert len(drill.called("mir", "close", "hostb")) == 1
    assert agent_row(drill, "hostb") == "No"
    assert drill.ha("haagent -stop MetroMirror -sys hostb")[0] == 1
    drill.ha("haagent -start MetroMirror -sys hostb")
    drill.run(10)
    assert agent_row(drill, "hostb") == "Yes"


def test_what_is_asked_while_the_agent_is_stopped_is_done_when_it_is_back():
    drill = Drill(cluster_spec(manual_group(auto_start=False))).started()
    drill.ha("haagent -stop MetroMirror -sys hosta")
    drill.ha("hagrp -online oragrp -sys hosta")
    assert drill.run(100).online_on == ()
    drill.ha("haagent -start MetroMirror -sys hosta")
    assert drill.run(30).online_on == ("hosta",)


@pytest.mark.parametrize(
    "line", ["haagent -stop MetroMirror", "haagent -stop Nothing -sys hosta", "haagent -start MetroMirror -sys hostz"]
)
def test_a_wrong_line_stops_no_agent(line):
    drill = Drill().started()
    assert drill.ha(line)[0] != 0
    assert drill.run(400).online_on == ("hosta",)
    assert len(drill.called("mir", "monitor", "hosta")) == 3


# open, close and attr_changed.


def test_a_resource_that_is_disabled_is_closed_and_looked_at_no_more():
    drill = Drill(cluster_spec(manual_group(auto_start=False))).started()
    drill.ha("haconf -makerw")
    assert drill.ha("hares -modify lsnr Enabled 0") == (0, "")
    assert [len(drill.called("lsnr", "close", system)) for system in ("hosta", "hostd")] == [1, 1]
    before = len(drill.called("lsnr", "monitor", "hosta"))
    drill.run(1000)
    assert len(drill.called("lsnr", "monitor", "hosta")) == before
    drill.ha("hares -modify lsnr Enabled 1")
    assert len(opened(drill, "lsnr")) == 2


def test_a_resource_that_is_not_enabled_is_neither_opened_nor_in_anybodys_way():
    group = manual_group()
    resources = tuple(r if r.name != "lsnr" else type(r)(r.name, r.type_name, enabled=False) for r in group.resources)
    drill = Drill(cluster_spec(manual_group(resources=resources))).started(30)
    assert opened(drill, "lsnr") == []
    assert drill.online_on == ("hosta",)


def registered() -> Drill:
    """A MetroMirror type whose agent wants to hear of HMC1."""
    group = manual_group()
    written = (AttributeValue("HMC1", ("old",)), AttributeValue("HMC2", ("other",)))
    mir = type(group.resources[0])("mir", "MetroMirror", attributes=written)
    return Drill(
        cluster_spec(
            manual_group(resources=(mir, *group.resources[1:])),
            types=with_limits("MetroMirror", reg_list=("HMC1",)),
        )
    ).started(30)


def test_attr_changed_hears_of_registered_attributes_alone():
    """Its arguments are the resource twice, the attribute and the new value: no ArgListValues."""
    drill = registered()
    drill.ha("haconf -makerw")
    drill.ha("hares -modify mir HMC2 another")
    drill.ha("hares -modify mir HMC1 new")
    drill.ha("hares -modify mir HMC1 new")
    told = {system: drill.called("mir", "attr_changed", system) for system in ("hosta", "hostd")}
    assert [call.arguments for _, call in told["hosta"]] == [("mir", "mir", "HMC1", "new")]
    assert len(told["hostd"]) == 1


def test_attr_changed_waits_for_the_entry_point_under_way():
    drill = registered()
    drill.runner.plan["mir", "monitor", "hosta"] = (20.0, 110, True)
    drill.ha("hares -probe mir -sys hosta")
    drill.ha("haconf -makerw")
    drill.ha("hares -modify mir HMC1 new")
    assert not drill.called("mir", "attr_changed", "hosta")
    drill.run(25)
    assert len(drill.called("mir", "attr_changed", "hosta")) == 1


def test_a_hung_attr_changed_is_killed_and_monitoring_goes_on():
    drill = registered()
    drill.runner.plan["mir", "attr_changed"] = (HANG, None, True)
    drill.ha("haconf -makerw")
    drill.ha("hares -modify mir HMC1 new")
    drill.run(400)
    assert ("mir", "attr_changed") in {(event.resource, event.entry) for event in drill.events(EntryPointKilled)}
    assert len(drill.called("mir", "monitor", "hosta")) == 3
    assert MM.attr_changed_timeout_s == 60.0


# hastop.


def left_at(drill: Drill, system: str) -> dict[str, float]:
    """When a system came into each of its states."""
    found = (record for record in drill.kernel.log if isinstance(record.event, SystemChanged))
    return {record.event.after: record.time_us / 1e6 for record in found if record.event.system == system}


def closed(drill: Drill, system: str) -> set[str]:
    return {name for _, name, at in drill.entries("close") if at == system}


def test_hastop_closes_every_resource_once_the_groups_are_offline():
    """Persistent ones too; and on no other system."""
    drill = Drill().started(30)
    assert drill.ha("hastop -local") == (0, "")
    drill.run(30)
    assert closed(drill, "hosta") == set(STACK)
    assert {at for _, _, at in drill.entries("close")} == {"hosta"}
    assert min(at for at, _, _ in drill.entries("close")) >= max(at for at, _, _ in drill.entries("offline"))
    assert list(left_at(drill, "hosta"))[-3:] == ["LEAVING", "EXITING", "EXITED"]


@pytest.mark.parametrize("line", ["hastop -all", "hastop -sys hosta hostb", "hastop -local -evacuate"])
def test_every_orderly_stop_closes(line):
    drill = Drill().started(30)
    drill.ha(line)
    drill.run(60)
    assert closed(drill, "hosta") == set(STACK)
    assert "EXITED" in left_at(drill, "hosta")


def test_a_stop_by_force_closes_nothing():
    drill = Drill().started(30)
    drill.ha("hastop -all -force")
    assert drill.run(60).entries("close") == []


def test_a_close_that_hangs_is_killed_at_its_limit_and_the_system_leaves():
    drill = Drill(cluster_spec(types=with_limits("Oracle", close_timeout_s=25.0))).started(30)
    drill.runner.plan["ora", "close", "hosta"] = (HANG, None, True)
    drill.ha("hastop -local")
    drill.run(200)
    assert [(event.resource, event.entry) for event in drill.events(EntryPointKilled)] == [("ora", "close")]
    states = left_at(drill, "hosta")
    assert states["EXITED"] - states["EXITING"] == 25.0


def test_a_close_waits_for_the_entry_point_under_way():
    drill = Drill().started(30)
    drill.runner.plan["mir", "monitor", "hostb"] = (20.0, 100, True)
    drill.ha("hares -probe mir -sys hostb")
    drill.ha("hastop -sys hostb")
    assert len(drill.run(10).called("mir", "close", "hostb")) == 0
    assert [at for at, _ in drill.run(20).called("mir", "close", "hostb")] == [50.0]
    assert left_at(drill, "hostb")["EXITED"] == 50.0


@pytest.mark.parametrize("trouble", ["dies", "hangs", "does not start"])
def test_an_agent_that_is_gone_keeps_no_system_from_leaving(trouble):
    """What a silent agent does not close is given up with it (AgentReplyTimeout); it is not started again."""
    drill = Drill().started(30)
    drill.ha("hagrp -freeze oragrp")
    if trouble == "hangs":
        drill.cluster.agent_hangs("hostb", "MetroMirror")
    else:
        drill.cluster.slow_agent("hostb", "MetroMirror", 500 if trouble == "does not start" else 20)
        drill.cluster.agent_dies("hostb", "MetroMirror")
    drill.ha("hastop -sys hostb")
    drill.run(300)
    assert left_at(drill, "hostb")["EXITED"] == (160.0 if trouble == "hangs" else 30.0)
    assert len(opened(drill, system="hostb")) == 1
    drill.cluster.mend_agent("hostb", "MetroMirror")
    assert drill.ha("hastart", "hostb") == (0, "")
    drill.run(100)
    assert drill.cluster.resource_state("mir", "hostb") == "OFFLINE"


def test_a_system_that_dies_while_it_closes_is_dead_and_nothing_else():
    drill = Drill().started(30)
    drill.runner.plan["mir", "close", "hostb"] = (HANG, None, True)
    drill.ha("hastop -sys hostb")
    drill.crash("hostb")
    drill.run(100)
    assert "EXITED" not in left_at(drill, "hostb")
    drill.cluster.system_joined("hostb")
    drill.run(100)
    assert drill.ha("hasys -state hostb") == (0, "RUNNING\n")


def test_an_agent_that_dies_while_it_is_stopped_is_gone_once():
    drill = Drill().started(30)
    drill.runner.plan["mir", "close", "hostb"] = (HANG, None, True)
    drill.ha("haagent -stop MetroMirror -sys hostb")
    drill.cluster.agent_dies("hostb", "MetroMirror")
    drill.run(100)
    assert said(drill, "1-60032") == 1
    assert agent_row(drill, "hostb") == "No"
