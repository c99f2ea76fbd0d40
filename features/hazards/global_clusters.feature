@hazard @global
Feature: Two clusters that do not hear each other
  Two clusters without a Steward that lose all heartbeats must take each other for dead: a cut line looks like a disaster
  (vcs.md 4.3, H). With the policy that the manual recommends, Manual, a person stands between the two, and may be wrong.

  Background: the typical test setup, as two clusters
    Given the example site "gco"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: The network is cut, the mirror lives, and nobody decides anything
    When the network between clusa and clusb is cut
    Then clusb takes clusa for FAULTED within 5 minutes
    And alert CFAULT-clusa is raised in clusb within 1 minute
    And oragrp stays online on hosta for 30 minutes
    When the network between clusa and clusb is back
    Then clusb takes clusa for RUNNING within 10 minutes
    And no alert stands in clusb
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: Only the pings are lost, and that is no disaster
    # vcs.md 4.3: RUNNING goes to LOST_HB while the connection lives.
    When pings from clusb to clusa are lost
    Then clusb takes clusa for LOST_HB within 5 minutes
    And oragrp stays online on hosta for 30 minutes
    And no alert stands in clusb
    And no pair-changing command was sent

  Scenario: The wide-area connector dies while the site is well, and that is no disaster
    # vcs.md 4.3 and 9.15: TRANSITIONING: the remote connector is failing over; it comes back by itself.
    When the wide-area connector of clusa dies
    Then clusb takes clusa for TRANSITIONING within 1 minute
    And clusb takes clusa for RUNNING within 10 minutes
    And oragrp stays online on hosta for 30 minutes
    And no alert stands in clusb
    And no pair-changing command was sent

  Scenario: The network is cut, and somebody declares a disaster that is none
    # vcs.md 9.1: the mirror lives; failoverpprc is answered by B alone, failbackpprc overwrites what A acknowledged since.
    When the network between clusa and clusb is cut
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    And hostc has sent failoverpprc for 1260, 1261
    Then oragrp comes online on one of hostc, hostd within 5 minutes
    And hosta logs "the lock is gone" within 5 minutes
    When 1 second passes
    Then S2 is broken: exactly the writes acknowledged since the failoverpprc from hostc are missing
    And S5 is broken, for "the copy 75FA150 1260 -> 75FA120 1260 overwrites"
    And S7 is broken, for "oragrp is said to be online on hosta and hostc"

  Scenario: A disaster is declared that is none, and the two clusters take the volumes from each other
    # vcs.md 9.1: failoverpprc is addressed to the target's own array and needs nobody's consent. What one takeover takes
    # the other site loses: its host faults, VCS fails over to the next host there, whose online finds targets in sync and
    # takes them back. It ends when one cluster has no host left; every round costs what was acknowledged meanwhile.
    When the network between clusa and clusb is cut
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And oragrp comes online on hostb within 5 minutes
    And oragrp comes online on hostd within 5 minutes
    And alert NOFAILA-oragrp is raised in clusa within 5 minutes
    And oragrp stays online on hostd for 30 minutes
    And S2 is broken, for "ora_db opened IBM.2107-75FA150/1260 IBM.2107-75FA150/1261 on hostc"
    And S5 is broken, for "the copy 75FA150 1260 -> 75FA120 1260 overwrites"
    And S7 is broken, for "oragrp is said to be online on hosta and hostc"

  Scenario: Network and mirror are cut together, and somebody declares a disaster that is none
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

  Scenario: The old site is restarted while the network is still cut, and starts by itself
    # vcs.md 4.4: "the most dangerous documented path": the cluster that had Authority reaches nobody, waits for
    # AutoStartTimeout, takes the other one for down and starts; its volumes are still writable there.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And the network between clusa and clusb is cut
    And hosta, hostb lose power
    Then clusb takes clusa for FAULTED within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
    When hosta, hostb boot
    And 20 minutes pass
    Then "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And "hagrp -value oragrp State hostc" on hostc says "|ONLINE|"
    And S1 is broken, for "ora_db is open on hosta and hostc"
    And S2 is broken: exactly the writes acknowledged since the crash of hosta and hostb are missing
    And S7 is broken, for "oragrp is said to be online on hosta and hostc"

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
    And oragrp stays online on hostc for 30 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The decision comes four hours late, and is still right
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When 4 hours pass
    And the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And no alert stands in clusb
    And no acknowledged write was lost
    And no two systems wrote to the volumes

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
