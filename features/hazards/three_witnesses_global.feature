@hazard @global @witnesses
Feature: The agent does not trust a single witness, in a global cluster
  Each cluster has a memory of its own, and tells the other one as far as that lives (docs/messages.md 1608). The far array is
  asked through an agent there (docs/messages.md 1603): an HMC manages its own array only (dscli.md 1.6), and the example has
  no RemoteHMC1. What these scenarios refuse, a person may still decide.

  # Time limits: 5 minutes, OnlineTimeout of 300 s, or three pings without an answer and the inquiry (vcs.md 1.5, 4.2, 4.3);
  # 10 minutes, OfflineTimeout and then OnlineTimeout, 300 s each (vcs.md 1.5); 45 minutes, hosts give up one after the other:
  # OnlineTimeout 300 s and two monitors 300 s apart (OnlineWaitLimit 2 and MonitorInterval, vcs.md 1.5).

  Background: the typical test setup, as two clusters
    Given the example site "gco"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-SplitTakeover-1
  Scenario: The old home is repaired, failback was not run, and the other cluster is lost
    # What the files of the old home remember is cold (docs/messages.md 1103). The agent refuses the takeover.
    Given array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    When array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 30 minutes pass
    And hostc, hostd lose power
    Then clusa takes clusb for FAULTED within 5 minutes
    When the operator on hosta declares clusb a disaster
    Then oragrp does not come online on hosta, hostb within 45 minutes
    And the agent refused, saying "as far as the files of this cluster tell"
    And no acknowledged write was lost

  Scenario: A switch left the old home behind, which lives on, and the other cluster is lost
    # No failback without a path (dscli.md 5.1). The cluster at home has lived all the time, and its array calls itself a source
    # (dscli.md 2.5): only because it was told does it know better (docs/messages.md 1103).
    Given the mirror path from IBM.2107-75FA150 to IBM.2107-75FA120 is lost
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    When 30 minutes pass
    And hostc, hostd halt
    Then clusa takes clusb for FAULTED within 5 minutes
    When the operator on hosta declares clusb a disaster
    Then oragrp does not come online on hosta, hostb within 45 minutes
    And the agent refused, saying "the resource was online last on hostc, array IBM.2107-75FA150"
    And no acknowledged write was lost

  Scenario: One target was failed over by hand and forgotten, and the site is lost
    # Rule 4 needs evidence in a global cluster, too (docs/messages.md 1103).
    When a storage administrator types "failoverpprc 1260:1260" on hostc
    And 1 hour passes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp does not come online on hostc, hostd within 45 minutes
    And the agent refused, saying "no operation of the agent explains it"
    And no acknowledged write was lost

  Scenario: One target was failed over by hand and forgotten, the switch is refused, and the group goes home again
    # The other side refuses a mixed set (docs/messages.md 1103). Both clusters live, and remember that the group ran at home
    # last: what a person did to the target there is no reason to keep the application down.
    # Time limits: 45 minutes, two hosts, each of which gives up after OnlineTimeout 300 s and two monitors 300 s apart
    # (OnlineWaitLimit 2 and MonitorInterval, vcs.md 1.5).
    When a storage administrator types "failoverpprc 1260:1260" on hostc
    And 1 hour passes
    And the operator switches oragrp to hostc
    Then oragrp does not come online on hostc, hostd within 45 minutes
    And the agent refused, saying "no operation of the agent explains it"
    When the operator types "hagrp -clear oragrp" on hosta
    And the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-LateCommandLimit-900
  Scenario: The host loses its power while it reverses the copy, and its failback lands a quarter of an hour later
    # vcs.md 9.6: the other host of that cluster is next (vcs.md 3.3), on the array where the failback comes from.
    Given the next failbackpprc from hostc reaches the array 15 minutes late
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And 10 seconds pass
    And hostc loses power
    Then oragrp comes online on hostd within 10 minutes
    When 40 minutes pass
    Then no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: failback is typed at the old home after an ordinary disaster
    # Chapter 1, "IBM Metro Mirror agent functions", action: from the original secondary side, which the answer names
    # (docs/messages.md 1302).
    Given array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    When array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 20 minutes pass
    And the operator types "hagrp -offline oragrp -any" on hostc
    And 5 minutes pass
    And the operator's failback action of oragrp on hosta fails
    Then the log of hosta says "of IBM.2107-75FA150"
    And no failbackpprc was sent
    And no acknowledged write was lost

  Scenario: Routine storage work leaves the mirror suspended, and the group is switched
    # dscli.md 4: pairs stay suspended after a thaw. The agent of the other cluster says what its array holds (docs/messages.md
    # 1603), and the switch is refused (docs/messages.md 1103).
    When a storage administrator types "freezepprc 12:12" on hosta
    And a storage administrator types "unfreezepprc 12:12" on hosta
    And 1 hour passes
    And the operator switches oragrp to hostc
    And 45 minutes pass
    Then the agent refused, saying "the far array may hold later writes"
    And no failoverpprc was sent
    And no acknowledged write was lost

  @both-ways
  Scenario: The mirror is suspended, and the system that the group is switched to hangs, with the connector of its cluster
    # For a few seconds the clusters are not connected (LOST_CONN, vcs.md 4.3), while another host tries, where there is one.
    # The cluster at home lives, and its array holds later writes: to know that the agent waits for the connection
    # (docs/messages.md 1103).
    When a storage administrator types "freezepprc 12:12" on hosta
    And a storage administrator types "unfreezepprc 12:12" on hosta
    And 1 hour passes
    And the operator switches oragrp to hostc
    And hostc has sent lspprc for 1260, 1261
    And hostc hangs
    And 45 minutes pass
    Then no failoverpprc was sent
    And no acknowledged write was lost

  @far-console
  Scenario: People stop VCS at the side where the group runs, the mirror is suspended, and the group is forced online at the other
    # A cluster that was stopped (EXITED, vcs.md 4.3) is not lost: VCS raises no alert, and the agent, which asks the array there
    # through RemoteHMC1, refuses the takeover (docs/messages.md 1103).
    When the operator types "haconf -makerw" on hostc
    And the operator types "hares -modify ora_mmir RemoteHMC1 ds8000c.example.com" on hostc
    And a storage administrator types "freezepprc 12:12" on hosta
    And a storage administrator types "unfreezepprc 12:12" on hosta
    And 1 hour passes
    And the operator types "hastop -all" on hosta
    And 10 minutes pass
    And the operator forces oragrp online on hostc
    And 45 minutes pass
    Then the agent refused, saying "the far array may hold later writes"
    And no failoverpprc was sent
    And no acknowledged write was lost

  @needs-MetroMirror-1
  Scenario: A pause is found before the switch, and resumed from the side that is right
    # PreSwitch is what VCS asks before anything goes offline (6.0 and later; here an operator does); resume goes on with a
    # mirror whose far side is the target, and from no other side (docs/installing-the-agent.md, Actions).
    # Time limits: 60 minutes, what ten minutes of writes changed is sent as fast as it was made (dscli.md 4).
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And 10 minutes pass
    And the operator's PreSwitch action of oragrp on hostc fails
    And the operator's resume action of oragrp on hostc fails
    And the operator runs the resume action of oragrp on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 60 minutes
    When the operator runs the PreSwitch action of oragrp on hostc
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the volumes of oragrp on hostc become FULL DUPLEX within 60 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The pairs were removed an hour before the site is lost, and nothing at the other side says so
    # dscli.md 2.1: a volume in no pair is writable, whatever it holds. The memory that this cluster was told of says where the
    # data are (docs/messages.md 1103).
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    When a storage administrator types "rmpprc -quiet 1260:1260 1261:1261" on hostc
    And 1 hour passes
    And array IBM.2107-75FA150 is lost
    And hostc, hostd lose power
    Then clusa takes clusb for FAULTED within 5 minutes
    When the operator on hosta declares clusb a disaster
    Then oragrp does not come online on hosta, hostb within 45 minutes
    And the agent refused, saying "1260 1261 in no pair here"
    And no acknowledged write was lost
