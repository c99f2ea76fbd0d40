@hazard @heartbeats @fencing
Feature: Coordinator disks decide within a cluster of a global one
  Each cluster of a global one may be fenced, with coordinator disks of its own (vcs.md 3.6). Its hosts share an array, and
  the mirror has no part in it: what hears no other panics, and the group goes on beside it. Who wins a race is assumed
  (docs/fidelity.md).

  # Time limits: 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts by itself
  # (FaultOnMonitorTimeouts, vcs.md 1.5); 5 minutes, 16 s until a system is missed, 5 s for the new membership and the race
  # (vcs.md 3.6), the rest of 300 s for online (OnlineTimeout, vcs.md 1.5), or for an alert three pings without an answer, 60 s
  # apart (AYARetryLimit and AYAInterval, vcs.md 4.2), and the inquiry (vcs.md 4.3).

  Background: a global cluster, fenced at site A
    Given the example site "gco" with UseFence = SCSI3 of clusa
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-AloneWins-1
  Scenario: The heartbeats within the cluster are lost where the group runs, and it stays
    # The host where it runs is the first system, which is taken to win of two equal parts (vcs.md 3.6).
    When all heartbeats between hosta and hostb are lost
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And "hasys -value hostb SysState" on hosta says "FAULTED"
    And no pair-changing command was sent
    And no two systems wrote to the volumes

  @needs-SecondLoses-1
  Scenario: The host where the group runs loses the race, and another one of the cluster has it
    # It panics, so nothing writes when the next one imports the volumes (vcs.md 3.6); that is on the same array, and sends no
    # command (vcs.md 9, migration).
    When the operator switches oragrp to hostb
    Then oragrp comes online on hostb within 5 minutes
    When all heartbeats between hostb and hosta are lost
    Then oragrp comes online on hosta within 5 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-Keys-1
  Scenario: A host stands still and goes on, but its key is gone
    # The lock-file monitor of a host that hangs still says online (chapter 1, "IBM Metro Mirror agent functions", monitor); it
    # writes no more, and panics as soon as it is heard (vcs.md 3.6: the loser panics).
    # Time limits: 2 minutes, 16 s until a system is missed, 5 s for the new membership, the race (vcs.md 3.6), and a minute
    # for an online that sends nothing to the array (vcs.md 9, migration); 10 minutes, two rounds of monitors at
    # MonitorInterval 300 s (vcs.md 1.5).
    When hosta hangs
    Then oragrp comes online on hostb within 2 minutes
    When hosta resumes
    And 10 minutes pass
    Then oragrp stays online on hostb for 10 minutes
    And S7 is broken, for "oragrp is said to be online on hosta and hostb"
    And no two systems wrote to the volumes
    And no acknowledged write was lost

  @needs-SplitTakeover-1
  Scenario: The site is lost behind a race that it lost with itself, and the other one takes over
    # Both hosts of site A are down when its array is lost: one has lost the race, the other one dies with the site. Site B
    # asks its operators (ClusterFailOverPolicy Manual, vcs.md 4.3), and its array holds all that was acknowledged.
    When all heartbeats between hosta and hostb are lost
    And 1 minute passes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
