@hazard @heartbeats @fencing @parallel @global
Feature: Coordinator disks decide where a parallel application goes on
  A parallel group runs on all systems of a cluster, which write to the same volumes: of those that do not hear each other
  only one part may go on, and coordinator disks decide which (vcs.md 3.6). The group is online there already and fails over
  to none (vcs.md 2.4, Parallel 1); the systems share an array, and the mirror has no part in it. Who wins a race is assumed
  (docs/fidelity.md).

  # Time limits: 10 minutes, OnlineTimeout of 300 s for the system that has VCSResLock and as long for the one that waits for
  # it (vcs.md 1.5 and 1.7).

  Background: a parallel application, fenced at site A
    Given the example site "sfrac" with UseFence = SCSI3 of clusa
    Then racgrp runs on hosta, hostb within 10 minutes

  @needs-SecondLoses-1
  Scenario: The heartbeats within the cluster are lost, and the application runs on where the race is won
    # The other system is no part of the majority, or is of equal parts the one without the first system: it panics, FAULTED as
    # after a crash (vcs.md 3.6 and 3.7). 20 minutes are four rounds of monitors at MonitorInterval 300 s (vcs.md 1.5).
    When all heartbeats between hostb and hosta are lost
    And 20 minutes pass
    Then "hasys -value hostb SysState" on hosta says "FAULTED"
    And "hastatus -sum" on hostb is refused
    And the groups show:
      | group  | host  | state   |
      | racgrp | hosta | ONLINE  |
      | racgrp | hostc | OFFLINE |
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SecondLoses-1
  Scenario: The system that lost the race comes back, and runs the application beside the others
    # GAB of a system that hears no other waits for all of them; heard again it joins, and starts what AutoStartList has for it
    # (vcs.md 3.4 and 3.6).
    When all heartbeats between hostb and hosta are lost
    And 2 minutes pass
    And hostb boots
    And 10 minutes pass
    Then "hasys -state hostb" on hostb is refused
    When all heartbeats between hostb and hosta are back
    Then racgrp runs on hosta, hostb within 10 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost

  @needs-Keys-1
  Scenario: A system stands still and goes on, but its key is gone, and the others have run on
    # It was ejected meanwhile, writes no more, and panics as soon as it is heard (vcs.md 3.6: the loser panics).
    When hosta hangs
    And 2 minutes pass
    And hosta resumes
    And 10 minutes pass
    Then "hasys -value hosta SysState" on hostb says "FAULTED"
    And "hastatus -sum" on hosta is refused
    And the groups show:
      | group  | host  | state   |
      | racgrp | hostb | ONLINE  |
      | racgrp | hostc | OFFLINE |
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes
