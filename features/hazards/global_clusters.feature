@hazard @global
Feature: Two clusters that do not hear each other
  Two clusters without a Steward that lose all heartbeats must take each other for dead: a cut line looks like a disaster
  (vcs.md 4.3, H). With the policy that the manual recommends, Manual, a person stands between the two, and may be wrong
  (chapter 3, "Configuring the agent manually in a global cluster", step 8). What an engine believes is asked by hagrp -value,
  which prints states between bars (vcs.md 5).

  # Time limits: 5 minutes for a belief or an alert, three pings without an answer, 60 s apart by default (AYARetryLimit and
  # AYAInterval, vcs.md 4.2), then the inquiry (vcs.md 4.3); 5 minutes for a group, OnlineTimeout of 300 s (vcs.md 1.5);
  # 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts by itself
  # (FaultOnMonitorTimeouts, vcs.md 1.5); 10 minutes, OnlineTimeout of 300 s for ClusterService (vcs.md 1.5 and 4.1) and as
  # long for the connection, which a heartbeat must precede (vcs.md 4.2).

  Background: the typical test setup, as two clusters
    Given the example site "gco"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: The network is cut, the mirror lives, and no operator decides anything
    # vcs.md 4.4: with Manual the alert is all that happens, and it goes when the cluster is RUNNING again (M).
    # Time limits: 1 minute, the alert is raised where and when the cluster is declared FAULTED (vcs.md 4.4).
    When the network between clusa and clusb is cut
    Then clusb takes clusa for FAULTED within 5 minutes
    And alert CFAULT-clusa is raised in clusb within 1 minute
    And oragrp stays online on hosta for 20 minutes
    When the network between clusa and clusb is back
    Then clusb takes clusa for RUNNING within 10 minutes
    And no alert stands in clusb
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The line carries one way only, and that looks like a disaster from both ends
    # vcs.md 4.2 and 4.3: a ping needs an answer, and so does a connection; with Manual all that follows is alerts
    # (vcs.md 4.4).
    # Time limits: 1 minute, one AYAInterval by default, for both count the same silence (vcs.md 4.2).
    When what clusa sends to clusb is lost
    Then clusb takes clusa for FAULTED within 5 minutes
    And clusa takes clusb for FAULTED within 1 minute
    And oragrp stays online on hosta for 20 minutes
    When what clusa sends to clusb arrives again
    Then clusb takes clusa for RUNNING within 10 minutes
    And no alert stands in clusb
    And no pair-changing command was sent
    And no two systems wrote to the volumes

  Scenario: Only the pings are lost, and that is no disaster
    # vcs.md 4.3: RUNNING goes to LOST_HB while the connection lives. CFAULT is for clusters that are FAULTED (vcs.md 4.4).
    When pings from clusb to clusa are lost
    Then clusb takes clusa for LOST_HB within 5 minutes
    And oragrp stays online on hosta for 20 minutes
    And no alert stands in clusb
    And no pair-changing command was sent

  Scenario: One of the addresses that are pinged is gone, and the other one answers
    # Chapter 3, "About cluster heartbeats": VCS pings highly available addresses, to minimize the risk of split-brain. Icmp
    # pings all of them at once (vcs.md 4.2), and one that answers is enough (docs/fidelity.md). gcoip2 is not critical.
    When gcoip2 fails on hosta
    Then oragrp stays online on hosta for 20 minutes
    And "haclus -state clusa" on hostc says "RUNNING"
    And no alert stands in clusb
    And no pair-changing command was sent

  Scenario: The wide-area connector dies while the site is well, and that is no disaster
    # vcs.md 4.3 and 9.15: TRANSITIONING: the remote connector is failing over; it comes back by itself.
    # Time limits: 1 minute, one AYAInterval by default: the heartbeats live, so the line is not suspected (vcs.md 4.2).
    When the wide-area connector of clusa dies
    Then clusb takes clusa for TRANSITIONING within 1 minute
    And clusb takes clusa for RUNNING within 10 minutes
    And oragrp stays online on hosta for 20 minutes
    And no alert stands in clusb
    And no pair-changing command was sent

  @both-ways @far-console
  Scenario: The network is cut, an operator declares a disaster that is none, and the far array tells
    # vcs.md 9.1: the mirror lives; failoverpprc is answered by B alone (dscli.md 3.1). Before it reverses the copy the agent asks
    # array A again, through RemoteHMC1: it has been written since, so an application runs there (docs/messages.md 1605).
    When the operator types "haconf -makerw" on hostc
    And the operator types "hares -modify ora_mmir RemoteHMC1 ds8000c.example.com" on hostc
    And the network between clusa and clusb is cut
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    And hostc has sent failoverpprc for 1260, 1261
    Then hostc logs "the far array may hold later writes" within 5 minutes
    And oragrp does not come online on hostc, hostd within 10 minutes
    And no failbackpprc was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @who-notices-first @needs-SplitTakeover-1
  Scenario: The network is cut, and a disaster is declared that is none, without RemoteHMC1
    # vcs.md 9.1: the mirror lives; failoverpprc is answered by B alone (dscli.md 3.1), failbackpprc overwrites what A
    # acknowledged since (dscli.md 3.2). FailOverPolicy chooses hostc (vcs.md 3.3). At A the disk group goes with its volumes,
    # and the agent's offline removes the lock (docs/messages.md 1006).
    When the network between clusa and clusb is cut
    And the operator types "haconf -makerw" on hosta
    And the operator types "haconf -makerw" on hostc
    And the operator types "hares -modify ora_mmir RemoteHMC1 ''" on hosta
    And the operator types "hares -modify ora_mmir RemoteHMC2 ''" on hosta
    And the operator types "hares -modify ora_mmir RemoteHMC1 ''" on hostc
    And the operator types "hares -modify ora_mmir RemoteHMC2 ''" on hostc
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    And hostc has sent failoverpprc for 1260, 1261
    Then oragrp comes online on hostc within 5 minutes
    And hosta logs "the lock is gone" within 5 minutes
    When 1 second passes
    Then S2 is broken: exactly the writes acknowledged since the failoverpprc from hostc are missing
    And S5 is broken, for "the copy 75FA150 1260 -> 75FA120 1260 overwrites"
    And S7 is broken, for "oragrp is said to be online on hosta and hostc"

  @who-notices-first @needs-SplitTakeover-1
  Scenario: A disaster is declared that is none, without RemoteHMC1, and the two clusters take the volumes from each other
    # vcs.md 9.1: failoverpprc is addressed to the target's own array and needs no consent of the other. What one takeover takes
    # the other site loses: its host faults, VCS fails over to the next host there (vcs.md 3.2 and 3.3), whose online finds
    # targets in sync and takes them back. It ends when one cluster has no host left (NOFAILA, vcs.md 4.4); every round costs
    # what was acknowledged meanwhile.
    When the network between clusa and clusb is cut
    And the operator types "haconf -makerw" on hosta
    And the operator types "haconf -makerw" on hostc
    And the operator types "hares -modify ora_mmir RemoteHMC1 ''" on hosta
    And the operator types "hares -modify ora_mmir RemoteHMC2 ''" on hosta
    And the operator types "hares -modify ora_mmir RemoteHMC1 ''" on hostc
    And the operator types "hares -modify ora_mmir RemoteHMC2 ''" on hostc
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And oragrp comes online on hostb within 5 minutes
    And oragrp comes online on hostd within 5 minutes
    And alert NOFAILA-oragrp is raised in clusa within 5 minutes
    And oragrp stays online on hostd for 20 minutes
    And S2 is broken, for "ora_db opened IBM.2107-75FA150/1260 IBM.2107-75FA150/1261 on hostc"
    And S5 is broken, for "the copy 75FA150 1260 -> 75FA120 1260 overwrites"
    And S7 is broken, for "oragrp is said to be online on hosta and hostc"

  @needs-SplitTakeover-1
  Scenario: Network and mirror are cut together, and an operator declares a disaster that is none
    # vcs.md 9.1: no site loses its volumes, so no agent notices; both write, each on a copy of its own.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And the network between clusa and clusb is cut
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    And 5 minutes pass
    Then "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And "hagrp -value oragrp State hostc" on hostc says "|ONLINE|"
    And S1 is broken, for "ora_db is open on hosta and hostc"
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And S7 is broken, for "oragrp is said to be online on hosta and hostc"

  @far-console
  Scenario: The old site is restarted while the network is still cut, and the agent refuses
    # vcs.md 4.4, the most dangerous documented path: the cluster that had Authority reaches no other, waits for
    # AutoStartTimeout (150 s, vcs.md 2.5), takes the other one for down and starts; its volumes are still writable there.
    # What its files remember is old; the far array tells, through RemoteHMC1 (docs/messages.md 1603 and 1103).
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And the network between clusa and clusb is cut
    And hosta, hostb lose power
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
    When hosta, hostb boot
    And 20 minutes pass
    Then "hagrp -value oragrp State hostc" on hostc says "|ONLINE|"
    And the agent refused, saying "the far array may hold later writes"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The old site is restarted when the network is back, and gives way
    # vcs.md 4.4: connected, and the group is online there: it gives Authority up and stays offline.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And the network between clusa and clusb is cut
    And hosta, hostb lose power
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    When the network between clusa and clusb is back
    And hosta, hostb boot
    Then clusb takes clusa for RUNNING within 10 minutes
    And oragrp stays online on hostc for 20 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: The decision comes four hours late, and is still right
    # vcs.md 4.4: with Manual the alert waits for an operator, and what answers it removes it. The target does not age while
    # its source is gone (dscli.md 2.5: unchanged).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When 4 hours pass
    And the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And no alert stands in clusb
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: The links were lost an hour before, and the operator who declares the disaster is not told
    # vcs.md 9.3, in a global cluster: even the person who decides has only the states of site B.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 1 hour passes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And no two systems wrote to the volumes
