@hazard @arrays
Feature: Arrays that fail in part, or come back
  drills.md, row array. What VCS makes of a resource that loses its disks is in vcs.md 3.2, where the group goes in vcs.md 3.3.

  # Time limits: 30 minutes, a host that cannot come online gives up after OnlineTimeout 300 s and two monitors 300 s apart
  # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5), and two hosts may have to, one after the other; 20 minutes, four
  # rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts (FaultOnMonitorTimeouts, vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-SplitTakeover-1
  Scenario: One volume of the source is lost, and the group goes to the mirrored copy
    # The application loses its disk on every host of the zone (vcs.md 3.3: the same zone is tried first); both targets are in
    # sync, so the takeover is allowed (chapter 4, "Performing a disaster test", step 2) and loses nothing.
    When volume 1261 of IBM.2107-75FA120 is lost
    Then oragrp comes online on hostc within 30 minutes
    And hostc sent failoverpprc for 1260, 1261
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-MetroMirror-1
  Scenario: One volume of the target is lost before the site is
    # Volume Inaccessible (dscli.md 2.3) is no state from which the agent takes over, and the set is one (docs/decisions.md:
    # doubtful; docs/messages.md 1103).
    When volume 1261 of IBM.2107-75FA150 is lost
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1261: what the array says of them is no state to act on"
    And no failoverpprc was sent

  @needs-SplitTakeover-1
  Scenario: The source array is lost and comes back, and nothing moves home by itself
    # vcs.md 3.3: VCS has no automatic failback. The old source still believes what it believed (dscli.md 2.5).
    When array IBM.2107-75FA120 is lost
    Then oragrp comes online on hostc within 30 minutes
    And no acknowledged write was lost
    When 30 minutes pass
    And array IBM.2107-75FA120 is back
    Then oragrp stays online on hostc for 20 minutes
    And no pair-changing command was sent
    And no two systems wrote to the volumes

  Scenario Outline: A warm restart of <array> holds the writes up, and that is all
    # drills.md, row array: the pair states are kept, so there is nothing to do; a monitor finds the lock (chapter 1, "IBM
    # Metro Mirror agent functions").
    When <array> restarts warmly for 90 seconds
    Then oragrp stays online on hosta for 20 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes
    Examples:
      | array             |
      | IBM.2107-75FA120 |
      | IBM.2107-75FA150 |
