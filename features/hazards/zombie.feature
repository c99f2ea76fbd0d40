@hazard @hosts
Feature: Hosts that are neither dead nor alive
  A host that stands still is dead for everybody else. When it goes on it does what it was about to do, not knowing that
  time has passed (vcs.md 3.6; drills.md, row host).

  # Time limits: 10 minutes, two rounds of monitors at MonitorInterval 300 s, or OfflineTimeout and OnlineTimeout of as much
  # (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: hosta stands still for two minutes and goes on writing beside its successor
    # Both hang on one array: the writes meet on the same copy. Only fencing could stop the first one (vcs.md 3.6). hostb is in
    # the zone of hosta (vcs.md 3.3), and needs the lock only (chapter 1, "IBM Metro Mirror agent functions", online).
    # Time limits: 2 minutes, 16 s until a system is missed, 5 s for the new membership (vcs.md 3.6), and a minute and a half
    # for an online that sends nothing to the array (vcs.md 9, migration).
    When hosta hangs
    Then oragrp comes online on hostb within 2 minutes
    When hosta resumes
    And 10 minutes pass
    Then oragrp stays online on hostb for 10 minutes
    And S1 is broken, for "ora_db is open on hostb and hosta"
    And S7 is broken, for "oragrp is said to be online on hosta and hostb"
    And no pair-changing command was sent

  Scenario: A command lies on a host that stands still, and is given when it goes on
    # The engine of hostd still counts all systems in and takes the command; it is restarted as soon as the others hear it again, and
    # the group, of which their engine never heard anything, stays online (vcs.md 3.6).
    When hostd hangs
    And the operator begins "hagrp -offline oragrp -any" on hostd
    And 10 minutes pass
    And hostd resumes
    And 1 minute passes
    Then oragrp stays online on hosta for 10 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @needs-MetroMirror-1 @needs-OnlineRetryLimit-0
  Scenario: hostc stands still when it has announced its takeover, and its clean waits for no command
    # The look at a slow console is old when the host goes on, so failoverpprc is held back, and what was announced is taken back
    # (docs/messages.md 1605, 1609): no command is on its way for which clean had to wait LateCommandLimit of 900 s. The host
    # stands still for less than the 16 s after which the others would miss it (vcs.md 3.6).
    # Time limits: 5 minutes, OnlineTimeout 300 s (vcs.md 1.5), for what online logs, and as much for the online on the next host of
    # the zone (vcs.md 3.3).
    When HMC ds8000e.example.com answers 37 seconds late
    And the operator switches oragrp to hostc
    Then hostc logs "decided: fail over 1260:1260 1261:1261" within 5 minutes
    When hostc hangs
    And 14 seconds pass
    And hostc resumes
    And HMC ds8000e.example.com is well again
    Then hostc logs "failoverpprc was held back" within 5 minutes
    And oragrp comes online on hostd within 5 minutes
    And failoverpprc was sent once
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @needs-MetroMirror-1
  Scenario: hostc loses power between failover and failback, and hostd finds writable volumes
    # Chapter 1, "IBM Metro Mirror agent functions", online: volumes that are read-write enabled need the lock only. It
    # is not known whether the far side was written meanwhile (vcs.md 9.13), so the agent leaves the direction as it is, and
    # says so (docs/messages.md 1104).
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And hostc loses power
    Then oragrp comes online on hostd within 10 minutes
    And the log of hostd says "suspended: not mirrored until an operator runs failback or resumepprc"
    And no failbackpprc was sent
    And the volumes of oragrp on hostd show SUSPENDED, reason Host Source
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: A takeover in which the next host dies, and the one after that
    # drills.md, row disaster: second fault during failover. What was failed over stays writable (dscli.md 3.1), and the next
    # host in the zone needs the lock only (vcs.md 3.3; docs/decisions.md).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And hostc has sent failoverpprc for 1260, 1261
    And hostc loses power
    Then oragrp comes online on hostd within 10 minutes
    When hostc boots
    And 10 minutes pass
    And hostd loses power
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: hosta boots and dies again and again
    # drills.md, row host: reboot loop. Nothing moves back by itself (vcs.md 3.3).
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
    # drills.md, row host: not yet durable files lost. Without lock, journal and memory the host that comes back knows nothing,
    # and needs to know nothing: no lock means offline (chapter 1, "IBM Metro Mirror agent functions", monitor).
    # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
    # online (OnlineTimeout, vcs.md 1.5).
    When hosta loses power, and its disk forgets the lock
    And 10 seconds pass
    And hosta boots
    Then oragrp comes online on hostb within 5 minutes
    And oragrp stays online on hostb for 10 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @inprocess @needs-MetroMirror-1
  Scenario: No room for the journal: nothing is sent to the array, and the next host does it
    # drills.md, row host: full disk under the lock; docs/messages.md 1112. The next host in the zone (vcs.md 3.3) has room.
    # Run in process only: a real process cannot be shown a full disk.
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
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
    # Run in process only, as above. Chapter 1, "IBM Metro Mirror agent functions", monitor: the lock file is what says that
    # the resource is online (docs/messages.md 1005).
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the disk of hostb is full
    And the operator switches oragrp to hostb
    Then hostb logs "the volumes are writable, but the lock could not be written" within 10 minutes
    And oragrp comes online on hosta within 30 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
