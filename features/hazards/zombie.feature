@hazard @hosts
Feature: Hosts that are neither dead nor alive
  A host that stands still is dead for everybody else. When it goes on it does what it was about to do, not knowing that
  time has passed (vcs.md 3.6; drills.md, row host).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: hosta stands still for two minutes and goes on writing beside its successor
    # Both hang on one array: the writes meet on the same copy. Only fencing could stop the first one.
    When hosta stands still
    Then oragrp comes online on hostb within 2 minutes
    When hosta goes on
    And 10 minutes pass
    Then oragrp comes online on hostb within 1 minute
    And S1 is broken, for "ora_db is open on hosta and hostb"
    And S7 is broken, for "oragrp is said to be online on hosta and hostb"
    And no pair-changing command was sent

  Scenario: hostc loses power between failover and failback, and hostd finds writable volumes
    # Chapter 1, online: volumes that are read-write enabled need the lock only. Nobody knows any more whether the far side
    # was written meanwhile, so the direction is left as it is, and said to be.
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And hostc loses power
    Then oragrp comes online on hostd within 10 minutes
    And the log of hostd says "suspended: not mirrored until somebody runs failback or resumepprc"
    And no failbackpprc was sent
    And the volumes of oragrp on hostd show SUSPENDED, reason Host Source
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: A takeover in which the next host dies, and the one after that
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And hostc has sent failoverpprc for 1260, 1261
    And hostc loses power
    Then oragrp comes online on hostd within 10 minutes
    When hostc boots
    And 2 minutes pass
    And hostd loses power
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: hosta boots and dies again and again
    When hosta loses power
    And 30 seconds pass
    And hosta boots
    And 40 seconds pass
    And hosta loses power
    And 30 seconds pass
    And hosta boots
    And 10 seconds pass
    And hosta loses power
    And hosta boots
    And 5 minutes pass
    Then oragrp stays online on hostb for 10 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The lock was not yet on the disk when the power failed
    # Without lock and journal the host that comes back knows nothing, and needs to know nothing.
    When hosta loses power, and its disk forgets the lock
    And 10 seconds pass
    And hosta boots
    Then oragrp comes online on hostb within 5 minutes
    And oragrp stays online on hostb for 10 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @inprocess
  Scenario: No room for the journal: nothing is sent to the array, and the next host does it
    # Flown in process only: a real process cannot be shown a full disk.
    When the disk of hostc is full
    And the operator switches oragrp to hostc
    Then hostc logs "the journal cannot be written, so nothing was sent to the array" within 10 minutes
    And no pair-changing command was sent
    And oragrp comes online on hostd within 30 minutes
    And failoverpprc was sent once
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @inprocess
  Scenario: No room for the lock: the volumes are writable, and the resource is not online
    # Flown in process only, as above. The manual: the lock file is what says that the resource is online.
    When the disk of hostb is full
    And the operator switches oragrp to hostb
    Then hostb logs "the volumes are writable, but the lock could not be written" within 10 minutes
    And oragrp comes online on hosta within 30 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
