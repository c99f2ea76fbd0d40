@hazard @resources
Feature: A single resource goes wrong
  A process dies, an entry point hangs, root helps without asking VCS. What the engine makes of it is in vcs.md 1.6, 3.2
  and 3.5; what the application writes meanwhile is counted as ever (drills.md S2).

  # Time limits: 5 minutes, a monitor within 60 s finds it (MonitorInterval of the types beside MetroMirror), and what has to go
  # down and come up takes seconds unless it is killed at 300 s (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario Outline: <resource> fails, and the group fails over to the other host of the array
    # vcs.md 3.2: clean, fault, the group goes offline, and the next system in the zone gets it (vcs.md 3.3); ora_nic is
    # persistent, and its fault faults the group all the same (vcs.md 3.1).
    When <resource> fails on hosta
    Then oragrp comes online on hostb within 5 minutes
    And no acknowledged write was lost
    And no pair-changing command was sent

    Examples:
      | resource |
      | ora_db   |
      | ora_dg   |
      | ora_nic  |

  @needs-MetroMirror-1
  Scenario: the database does not come up on hostc, and its neighbour on the same array gets the group
    # vcs.md 3.2, a resource that fails to come online: clean, fault, and the next system in the zone of hostc (vcs.md 3.3). The
    # mirror turns once, the data go along.
    # Time limits: 10 minutes, OnlineTimeout of 300 s, after which the hanging online is killed and cleaned (vcs.md 1.6), and
    # as long again for the next system (vcs.md 1.5).
    Given the online of ora_db on hostc hangs
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostd within 10 minutes
    And failoverpprc was sent once
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways
  Scenario: the database can not be stopped, so nothing is started anywhere else
    # "Unable to offline": VCS does not fail over what it could not take down (vcs.md 3.2), and a switch waits for it (vcs.md
    # 3.4).
    # Time limits: 20 minutes, OfflineTimeout of 300 s, and fifteen monitors 60 s apart after each of which clean is tried again
    # (vcs.md 1.5 and 1.6).
    Given the offline of ora_db on hosta hangs
    And the clean of ora_db on hosta has no effect
    When the operator switches oragrp to hostc
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And no pair-changing command was sent
    When ora_db is repaired on hosta
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost

  Scenario: root brings the address up on a second system, and VCS takes it down there
    # The violation trigger as delivered: who caused it gives way (vcs.md 3.5), seen at OfflineMonitorInterval 300 s at the
    # latest (vcs.md 1.5). S7 counts every second of it.
    # Time limits: 10 minutes, two rounds of monitors at MonitorInterval 300 s (vcs.md 1.5).
    When ora_ip is started on hostb by hand
    And 10 minutes pass
    Then oragrp stays online on hosta for 10 minutes
    And S7 is broken, for "oragrp is up on hosta and hostb"
    And no acknowledged write was lost

  Scenario: the preonline trigger refuses the other site, and an operator who knows better brings the group online there
    # PreOnline is the place for "not without a human decision" (vcs.md 2.4); -nopre is that decision (vcs.md 5).
    # Time limits: 10 minutes, twice the PreonlineTimeout of 300 s (vcs.md 2.4).
    Given the preonline trigger of oragrp refuses
    And the operator types "haconf -makerw" on hosta
    And the operator types "hagrp -modify oragrp PreOnline 1" on hosta
    When hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 10 minutes
    When the operator types "hagrp -online -nopre oragrp -sys hostc" on hostc
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
