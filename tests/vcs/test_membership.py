"""Who hears whom, and what an engine makes of those it does not hear any more (vcs.md 3.6, 9)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.simulator.vcs.events import (
    ConcurrencyViolation,
    DaemonChanged,
    EngineLog,
    EntryPointStarted,
    GroupChanged,
    LltLinkChanged,
    SystemChanged,
)
from mirrordrill.simulator.vcs.membership.llt import LinkLoss, LltLinks
from mirrordrill.simulator.vcs.membership.rules import MembershipRules
from mirrordrill.simulator.vcs.messages import AUTO_DISABLED, IN_JEOPARDY, NOT_SEEDED
from tests.vcs.play import HOSTS, Drill, cluster_spec

SITE_A, SITE_B = ("hosta", "hostb"), ("hostc", "hostd")
SITES = (SITE_A, SITE_B)
SECOND_US = 1_000_000


def logged(drill: Drill) -> list[str]:
    return [event.message_id for event in drill.events(EngineLog)]


# LltLinks.


@pytest.mark.parametrize(("age_s", "expected"), [(15.999999, 2), (16, 1), (1000, 1)])
def test_a_peer_is_given_up_on_a_link_when_its_silence_has_lasted(age_s, expected):
    """Not before, and on that link only."""
    links = LltLinks(("link1", "link2"), 16)
    links.lose("cut", LinkLoss(0, (("hosta",),), ("link1",)))
    now_us = round(age_s * SECOND_US)
    assert links.live_links("hosta", "hostb", now_us) == expected
    assert links.live_links("hostb", "hostc", now_us) == 2
    assert links.is_in_jeopardy("hosta", "hostc", now_us) is (expected == 1)


def test_who_hears_only_some_joins_the_first_membership_it_can():
    """hosta hears nobody on link1, hostb nobody on link2: hostc hears both, and they do not hear each other."""
    links = LltLinks(("link1", "link2"), 16)
    links.lose("a", LinkLoss(0, (("hosta",),), ("link1",)))
    links.lose("b", LinkLoss(0, (("hostb",),), ("link2",)))
    assert links.memberships(("hosta", "hostb", "hostc"), 16 * SECOND_US) == (("hosta", "hostc"), ("hostb",))


@given(
    st.dictionaries(
        st.sampled_from("pqrs"),
        st.tuples(st.integers(0, 40), st.sets(st.sampled_from(HOSTS)), st.sampled_from(["link1", "link2", ""])),
    )
)
def test_memberships_are_disjoint_complete_and_of_systems_that_hear_each_other(drawn):
    """Whatever is silent."""
    links = LltLinks(("link1", "link2"), 16)
    for key, (since_s, side, link) in drawn.items():
        cut = (link,) if link else links.links
        links.lose(key, LinkLoss(since_s * SECOND_US, (tuple(sorted(side)),), cut))
    memberships = links.memberships(HOSTS, 40 * SECOND_US)
    assert sorted(system for membership in memberships for system in membership) == sorted(HOSTS)
    for membership in memberships:
        assert all(links.live_links(a, b, 40 * SECOND_US) for a in membership for b in membership if a != b)


# Partitions.


def test_a_full_partition_brings_the_group_online_on_both_sides():
    """Indistinguishable from the death of a site: without fencing this is the split brain."""
    drill = Drill().started(30)
    drill.cluster.partition(SITES)
    drill.run(20)
    assert drill.online_on == ("hosta",)
    drill.run(60)
    assert drill.online_on == ("hosta", "hostc")
    assert drill.ha("hasys -state hostd", "hosta") == (0, "FAULTED\n")
    assert drill.ha("hasys -state hosta", "hostd") == (0, "FAULTED\n")


def test_each_side_of_a_partition_obeys_its_own_engine():
    """A command on one side changes nothing on the other."""
    drill = Drill().started(30)
    drill.cluster.partition(SITES)
    drill.run(60)
    assert drill.ha("hagrp -switch oragrp -to hostd", "hostc") == (0, "")
    assert drill.ha("hagrp -switch oragrp -to hostd", "hosta")[0] == 1
    assert drill.run(30).online_on == ("hosta", "hostd")


def test_a_partition_that_heals_in_time_is_noticed_by_nobody():
    drill = Drill().started(30)
    before = len(drill.kernel.log)
    drill.cluster.partition(SITES)
    drill.run(15)
    drill.cluster.heal(SITES)
    drill.run(600)
    assert drill.online_on == ("hosta",)
    assert len(drill.kernel.log) == before + 2


def test_when_a_partition_heals_one_side_restarts_its_engines_and_its_group_gives_way():
    """Equal sides: the one without the first system restarts; what it finds online there is a violation."""
    drill = Drill().started(30)
    drill.cluster.partition(SITES)
    drill.run(60)
    drill.cluster.heal(SITES)
    drill.run(100)
    died = [event.system for event in drill.events(DaemonChanged)]
    assert died == ["hostc", "hostd"]
    assert [(v.violator, v.systems) for v in drill.events(ConcurrencyViolation)] == [("hostc", ("hosta", "hostc"))]
    assert drill.online_on == ("hosta",)
    assert not any(up for (resource, host), up in drill.runner.up.items() if host == "hostc")


@pytest.mark.parametrize("side", [SITE_A, ("hosta",), ("hostd",)])
def test_when_a_partition_has_healed_the_last_word_on_every_system_is_that_of_the_engine_that_is_left(side):
    """Whoever folds the log sees what an operator sees, not what the side that gave way had believed."""
    drill = Drill().started(30)
    drill.cluster.partition([side])
    drill.run(60)
    drill.cluster.heal([side])
    drill.run(100)
    groups = {event.system: event.after for event in drill.events(GroupChanged) if event.group == "oragrp"}
    systems = {event.system: event.after for event in drill.events(SystemChanged)}
    for host in HOSTS:
        assert drill.ha(f"hagrp -value oragrp State {host}") == (0, f"|{groups[host]}|\n")
        assert drill.ha(f"hasys -value {host} SysState") == (0, f"{systems[host]}\n")
    assert "ONLINE" in groups.values()


def test_what_a_system_that_stood_still_believed_for_some_seconds_is_not_the_last_word():
    """Its engine still counts all systems in, and begins to take the group offline; the others never hear of it."""
    drill = Drill().started(30)
    drill.cluster.system_hung("hostd")
    drill.run(600)
    drill.cluster.system_resumed("hostd")
    drill.cluster.ha("hostd", ["hagrp", "-offline", "oragrp", "-any"])
    drill.run(1)
    said = [event.after for event in drill.events(GroupChanged) if event.system == "hosta"]
    assert "STOPPING" in said[-1]
    drill.run(100)
    groups = {event.system: event.after for event in drill.events(GroupChanged) if event.group == "oragrp"}
    for host in HOSTS:
        assert drill.ha(f"hagrp -value oragrp State {host}") == (0, f"|{groups[host]}|\n")
    assert drill.online_on == ("hosta",)


def test_a_system_that_stood_still_has_the_last_word_when_those_that_went_on_without_it_are_dead():
    """They had called it FAULTED and its group UNKNOWN; its own engine found nothing changed, and the log kept that."""
    drill = Drill().started(30)
    drill.cluster.system_hung("hosta")
    drill.run(100)
    for host in HOSTS[1:]:
        drill.crash(host)
    drill.run(600)
    drill.cluster.system_resumed("hosta")
    drill.run(600)
    groups = {event.system: event.after for event in drill.events(GroupChanged) if event.group == "oragrp"}
    systems = {event.system: event.after for event in drill.events(SystemChanged)}
    assert groups["hosta"] == "ONLINE"
    for host in HOSTS:
        assert drill.ha(f"hasys -value {host} SysState") == (0, f"{systems[host]}\n")


@pytest.mark.parametrize("system", ["hosta", "hostc"])
def test_a_resource_that_only_one_side_knows_is_no_obstacle_when_a_partition_heals(system):
    """The side that gives way may have been reconfigured, and so may the one that stays, whose configuration holds."""
    drill = Drill().started(30)
    drill.cluster.partition(SITES)
    drill.run(60)
    assert drill.ha("haconf -makerw", system)[0] == 0
    assert drill.ha("hares -add ip2 IP oragrp", system)[0] == 0
    drill.cluster.heal(SITES)
    assert drill.run(100).online_on == ("hosta",)
    assert ("ip2" in drill.ha("hares -list", "hosta")[1]) is (system == "hosta")


def test_the_larger_side_stays():
    """hosta alone, with the group, against three others: its copy is the one that gives way."""
    drill = Drill().started(30)
    drill.cluster.partition([("hosta",)])
    drill.run(60)
    assert drill.online_on == ("hosta", "hostb")
    drill.cluster.heal([("hosta",)])
    assert drill.run(100).online_on == ("hostb",)


def test_the_losing_side_panics_where_the_cluster_is_set_up_so():
    """gabconfig -j: what ran there is gone with its nodes."""
    spec = replace(cluster_spec(), membership=MembershipRules(panics_on_rejoin=True))
    drill = Drill(spec, panic=lambda system: drill.crash(system)).started(30)
    drill.cluster.partition(SITES)
    drill.run(60)
    drill.cluster.heal(SITES)
    drill.run(100)
    assert drill.online_on == ("hosta",)
    assert drill.ha("hagrp -state oragrp", "hostc")[0] == 1
    assert drill.events(ConcurrencyViolation) == []


# Jeopardy.


def test_the_last_link_lost_in_jeopardy_autodisables_instead_of_failing_over():
    """Nothing happens: that is the point."""
    drill = Drill().started(30)
    drill.cluster.cut_link("hosta", "link1")
    drill.run(30)
    assert IN_JEOPARDY.id in logged(drill)
    drill.cluster.cut_link("hosta", "link2")
    drill.run(600)
    assert AUTO_DISABLED.id in logged(drill)
    assert drill.online_on == ("hosta",)
    assert drill.ha("hagrp -value oragrp AutoDisabled hosta", "hostb") == (0, "1\n")
    assert drill.ha("hagrp -online oragrp -sys hostb", "hostb")[0] == 1


def test_an_operator_who_knows_better_enables_it_again():
    """hosta is really down: after -autoenable the group can come online elsewhere."""
    drill = Drill().started(30)
    drill.cluster.cut_link("hosta", "link1")
    drill.run(30)
    drill.crash("hosta")
    drill.run(60)
    assert drill.online_on == ()
    assert drill.ha("hagrp -autoenable oragrp -sys hosta", "hostb") == (0, "")
    assert drill.ha("hagrp -online oragrp -sys hostb", "hostb") == (0, "")
    assert drill.run(30).online_on == ("hostb",)


def test_both_links_lost_within_gabs_stable_time_are_a_partition_and_no_jeopardy():
    drill = Drill().started(30)
    drill.cluster.cut_link("hosta", "link1")
    drill.run(3)
    drill.cluster.cut_link("hosta", "link2")
    assert drill.run(60).online_on == ("hosta", "hostb")


def test_after_jeopardy_and_the_last_link_a_mended_link_brings_the_cluster_together():
    drill = Drill().started(30)
    for link in ("link1", "link2"):
        drill.cluster.cut_link("hosta", link)
        drill.run(30)
    for link in ("link1", "link2"):
        drill.cluster.mend_link("hosta", link)
    drill.run(100)
    assert drill.online_on == ("hosta",)
    assert drill.ha("hagrp -value oragrp AutoDisabled hosta", "hostb") == (0, "0\n")
    assert drill.events(ConcurrencyViolation) == []


def with_low_priority_link() -> Drill:
    return Drill(replace(cluster_spec(), membership=MembershipRules(low_priority_links=1))).started(30)


def test_a_low_priority_link_counts_for_jeopardy_and_carries_everything_when_it_is_the_last():
    """Two private links gone, the public one left: jeopardy, one membership, nothing moves."""
    drill = with_low_priority_link()
    drill.cluster.cut_link("hosta", "link1")
    drill.run(30)
    assert IN_JEOPARDY.id not in logged(drill)
    drill.cluster.cut_link("hosta", "link2")
    drill.run(30)
    assert IN_JEOPARDY.id in logged(drill)
    told = [f"{event.what} {event.change}" for event in drill.events(LltLinkChanged)]
    assert told[-1] == "lowpri1 of hosta is the last link: it carries more than heartbeats now"
    assert drill.cluster.membership_of("hosta") == HOSTS
    drill.cluster.cut_link("hosta", "lowpri1")
    drill.run(600)
    assert drill.online_on == ("hosta",)
    assert drill.ha("hagrp -value oragrp AutoDisabled hosta", "hostb") == (0, "1\n")


def test_a_low_priority_link_lost_alone_is_noticed_by_nobody():
    """Two private links are left."""
    drill = with_low_priority_link()
    drill.cluster.cut_link("hosta", "lowpri1")
    drill.run(60)
    assert IN_JEOPARDY.id not in logged(drill)
    assert "lowpri1 DOWN" in " ".join(drill.ha("lltstat -nvv", "hosta")[1].split())
    assert "hostb OPEN 2" in " ".join(drill.ha("lltstat -n", "hosta")[1].split())


def test_a_link_that_the_cluster_does_not_have_cannot_be_cut():
    with pytest.raises(KeyError):
        Drill().cluster.cut_link("hosta", "link9")


# Engines.


def test_an_engine_that_dies_on_a_host_that_stands_still_is_started_when_the_host_goes_on():
    """hashadow stands still, too: no entry point of that host runs meanwhile."""
    drill = Drill().started(30)
    drill.cluster.system_hung("hosta")
    drill.run(60)
    drill.cluster.engine_dies("hosta")
    began = len(drill.events(EntryPointStarted))
    drill.run(600)
    assert not [event for event in drill.events(EntryPointStarted)[began:] if event.system == "hosta"]
    drill.cluster.system_resumed("hosta")
    drill.run(60)
    assert drill.ha("hasys -state hosta", "hostb") == (0, "RUNNING\n")


def test_an_engine_that_dies_alone_moves_nothing_and_comes_back():
    """The daemon is down, the node alive: autodisabled elsewhere for half a minute, then as before."""
    drill = Drill().started(30)
    drill.cluster.engine_dies("hosta")
    drill.run(20)
    assert drill.online_on == ()
    assert drill.ha("hasys -state hosta", "hostb") == (0, "UNKNOWN\n")
    assert drill.ha("hagrp -online oragrp -sys hostb", "hostb")[0] == 1
    drill.run(40)
    assert drill.online_on == ("hosta",)
    assert drill.entries("online") == [entry for entry in drill.entries("online") if entry[0] < 30]


def test_a_system_that_dies_without_its_engine_is_failed_over_all_the_same():
    """The doubt ends with the node: LLT does not hear it either."""
    drill = Drill().started(30)
    drill.cluster.engine_dies("hosta")
    drill.run(5)
    drill.crash("hosta")
    assert drill.run(60).online_on == ("hostb",)


def test_stopping_in_order_takes_the_group_offline_and_says_exited():
    """hastop -local: parents first; nothing comes online elsewhere."""
    drill = Drill().started(30)
    stopped = drill.cluster.stop(["hosta"])
    drill.run(60)
    assert stopped.processed
    assert [name for _, name, _ in drill.entries("offline")] == ["lsnr", "ora", "ip", "vol", "dg", "mir"]
    assert drill.online_on == ()
    assert drill.ha("hasys -state hosta", "hostb") == (0, "EXITED\n")
    assert drill.ha("hagrp -value oragrp AutoDisabled hosta", "hostb") == (0, "1\n")


@pytest.mark.parametrize("command", ["hagrp -switch oragrp -to hostb", "hagrp -offline oragrp -sys hosta"])
def test_nothing_is_moved_from_a_system_whose_engine_was_stopped_by_force(command):
    """No engine stops it there: accepted, the command kept the group STOPPING, and later ones without effect."""
    drill = Drill().started(30)
    drill.cluster.stop_by_force(["hosta"])
    drill.run(60)
    code, said = drill.ha(command, "hostb")
    assert (code, "hosta" in said) == (1, True)
    drill.ha("hastart", "hosta")
    drill.run(60)
    assert drill.ha("hagrp -switch oragrp -to hostb", "hostb")[0] == 0
    assert drill.run(120).online_on == ("hostb",)


def test_a_system_that_was_stopped_in_order_stays_exited_when_its_host_dies():
    """FAULTED is one that left the cluster unexpectedly; that of a forced stop did."""
    drill = Drill().started(30)
    drill.cluster.stop(["hosta"])
    drill.run(60)
    drill.crash("hosta")
    drill.run(60)
    assert drill.ha("hasys -state hosta", "hostb") == (0, "EXITED\n")


def test_evacuating_moves_the_group_first():
    """hastop -local -evacuate -noautodisable."""
    drill = Drill().started(30)
    drill.cluster.stop(["hosta"], evacuate=True, auto_disable=False)
    assert drill.run(60).online_on == ("hostb",)
    assert drill.ha("hagrp -value oragrp AutoDisabled hosta", "hostb") == (0, "0\n")


def test_all_stopped_in_order_and_started_again_run_as_on_the_first_day():
    """hastop -all, hastart on each system."""
    drill = Drill().started(30)
    drill.cluster.stop(HOSTS)
    drill.run(60)
    assert not any(drill.runner.up.values())
    for host in HOSTS:
        drill.cluster.system_joined(host)
    assert drill.run(60).online_on == ("hosta",)


@pytest.mark.parametrize("systems", [("hosta",), HOSTS], ids=["one", "all"])
def test_stopped_by_force_and_started_again_everything_is_as_it_was(systems):
    """hastop -force, hastart: opened, probed, found online; no online was called."""
    drill = Drill().started(30)
    drill.cluster.stop_by_force(systems)
    drill.run(300)
    assert drill.runner.up["ora", "hosta"]
    for host in systems:
        drill.cluster.system_joined(host)
    assert drill.run(60).online_on == ("hosta",)
    assert all(at < 30 for at, _, _ in drill.entries("online"))
    assert drill.events(ConcurrencyViolation) == []


def test_a_group_does_not_start_while_a_system_without_an_engine_may_have_it():
    """All engines stopped by force, one started: its AutoStart waits for the others to say what is online."""
    drill = Drill().started(30)
    drill.ha("hagrp -switch oragrp -to hostb")
    drill.run(30)
    drill.cluster.stop_by_force(HOSTS)
    drill.cluster.system_joined("hosta")
    drill.run(300)
    assert not drill.runner.up["mir", "hosta"]
    for host in ("hostb", "hostc", "hostd"):
        drill.cluster.system_joined(host)
    assert drill.run(60).online_on == ("hostb",)


def test_a_host_that_boots_behind_cut_cables_starts_no_second_cluster():
    """Each node is seeded by itself, and forgets it when it goes down; it joins when it hears the others."""
    drill = Drill().started(30)
    drill.cluster.system_lost("hostd")
    drill.cluster.partition((SITE_A, SITE_B))
    drill.run(60)
    drill.cluster.system_lost("hostc")
    drill.cluster.system_joined("hostd")
    drill.run(60)
    assert NOT_SEEDED.id in logged(drill)
    assert drill.ha("hasys -state hostd", "hostd")[0] == 1
    drill.cluster.heal((SITE_A, SITE_B))
    drill.run(60)
    assert drill.cluster.port("h", "hostd") == ("hosta", "hostb", "hostd")
    assert drill.run(60).online_on == ("hosta",)


def test_no_engine_starts_before_gab_is_seeded():
    """gabconfig -c -n 3; an operator may seed by hand."""
    drill = Drill(replace(cluster_spec(), membership=MembershipRules(seed_systems=3)))
    for host in HOSTS:
        drill.cluster.system_lost(host)
    for host in SITE_A:
        drill.cluster.system_joined(host)
    drill.run(60)
    assert NOT_SEEDED.id in logged(drill)
    assert drill.ha("hasys -state hosta")[0] == 1
    drill.cluster.seed("hosta")
    assert drill.run(60).online_on == ("hosta",)
