@hazard @processes
Feature: Engines, agents and entry points are killed
  What runs must go on running, and what was half done must be finished or pinned, never guessed at (vcs.md 9.4, 9.6, 9.11,
  9.12).

  # Time limits: 5 minutes, OnlineTimeout of 300 s, the longest that an entry point may take (vcs.md 1.5); 10 minutes, that and
  # a monitor at MonitorInterval 300 s (vcs.md 1.5); 20 minutes, OnlineTimeout 300 s, two monitors 300 s apart before clean
  # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5), and one more before it is asked again (vcs.md 1.6).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: The engine is killed where the application runs
    # vcs.md 3.6: hashadow restarts HAD; meanwhile nothing is failed over. The lock of this boot stays (docs/messages.md 1000).
    When the engine on hosta is killed
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And oragrp stays online on hosta for 10 minutes
    And the log of hosta says "the lock stays: hosta has not rebooted since it was written"
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The agent's process is killed, and its open finds the lock of this boot
    # vcs.md 9.4: an open that removed the lock would turn a healthy resource offline, and cause a needless failover
    # (docs/messages.md 1000).
    When the agent process on hosta is killed
    Then oragrp stays online on hosta for 20 minutes
    And the log of hosta says "the lock stays: hosta has not rebooted since it was written"
    And no pair-changing command was sent
    And no acknowledged write was lost

  @inprocess
  Scenario: The state files are damaged while the application runs, and the agent opens the resource anew
    # vcs.md 9.4: a lock of this boot stays, whatever it holds; a note carries the boot in its name (docs/messages.md 1009).
    When the agent's state files on hosta are damaged
    And the agent process on hosta is killed
    Then hosta logs "the lock stays, though its text is not the agent's: hosta has not rebooted" within 5 minutes
    And oragrp stays online on hosta for 20 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost

  @inprocess
  Scenario: A host crashes with a damaged lock, and its open cannot read the directory
    # vcs.md 9.4: nothing runs on a host that has rebooted, and its lock must not say so once it can be read (the first monitor
    # after that, at MonitorInterval 300 s): the engine would see the group on two systems (docs/messages.md 1003).
    # Time limits: 20 minutes, MonitorInterval 300 s twice before a fault is seen, and OnlineTimeout 300 s (vcs.md 1.5).
    When the agent's state files on hosta are damaged
    And the agent's state directory on hosta cannot be read
    And hosta loses power
    Then oragrp comes online on hostb within 20 minutes
    When hosta comes back
    Then hosta logs "it is not known whether the resource is online" within 20 minutes
    When the agent's state directory on hosta can be read again
    Then oragrp stays online on hostb for 20 minutes
    And no acknowledged write was lost

  Scenario: The agent's process hangs until the engine loses patience
    # vcs.md 1.5: after AgentReplyTimeout, 130 s, HAD starts the agent again; its open is the one of 9.4 (docs/messages.md
    # 1000).
    When the agent process on hosta hangs
    Then oragrp stays online on hosta for 20 minutes
    And the log of hosta says "the lock stays: hosta has not rebooted since it was written"
    And no pair-changing command was sent

  Scenario: An agent that cannot start any more leaves its lock unwatched, and nothing moves because of that
    # vcs.md 1.5: AgentStartTimeout, 60 s; the engine tries again and again, and believes what it knew (docs/fidelity.md). The
    # engine's line is of the simulation's own (vcs.md 1.8), the agent's is docs/messages.md 1000.
    # Time limits: 2 minutes, AgentStartTimeout of 60 s for the try that is under way, and as long for the next one (vcs.md 1.5).
    When the agent process on hosta cannot start
    And the agent process on hosta is killed
    Then hosta logs "The MetroMirror agent has not started on system hosta within 60 s" within 2 minutes
    And oragrp stays online on hosta for 20 minutes
    When the agent process on hosta can start again
    Then hosta logs "the lock stays: hosta has not rebooted since it was written" within 2 minutes
    And oragrp stays online on hosta for 20 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost

  Scenario: A host whose agent does not start is not probed, and the group fails over past it
    # vcs.md 3.3: only a system on which the group is probed is a candidate; 2.4, AutoDisabled. The other zone is next.
    When the agent process on hostb cannot start
    And hostb halts
    And hostb boots
    And 10 minutes pass
    And hosta loses power
    Then oragrp comes online on hostc within 5 minutes
    And oragrp does not come online on hostb within 20 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @inprocess
  Scenario: The disk with the agent's files fails under the group, and the group is given away all the same
    # The lock can be neither read nor removed: a note on another file system takes its effect away, and the log says so
    # (docs/messages.md 1007). Until then the monitor does not know (docs/messages.md 1003), and VCS does nothing.
    # Time limits: 20 minutes, OfflineTimeout and OnlineTimeout of 300 s each and two monitors 300 s apart (vcs.md 1.5).
    When the agent's state directory on hosta cannot be read
    And 10 minutes pass
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 20 minutes
    And the log of hosta says "cannot be removed; a note outside of /var says that it counts no more"
    When the agent's state directory on hosta can be read again
    Then oragrp stays online on hostc for 20 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-MetroMirror-1
  Scenario: Online is killed after its failover, and the next host on that array carries on
    # vcs.md 9.6: the set is in one role, so clean may succeed (docs/messages.md 1200), and the next host in the zone (vcs.md
    # 3.3) finds volumes that are writable. The direction of the copy is left to a person (docs/decisions.md).
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And the agent's online on hostc is killed
    Then oragrp comes online on hostd within 30 minutes
    And the log of hostc says "safe to fault: all volumes are writable here"
    And the volumes of oragrp on hostd show SUSPENDED, reason Host Source
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-CleanRetryLimit-0
  Scenario: Online is killed between two volumes, and clean pins the group until an operator has it carried on
    # vcs.md 9.6: clean may not let VCS start the group elsewhere while the set is mixed; it says so again and again, and what
    # an operator can do stands beside the message (docs/messages.md 1201).
    Given of the next failoverpprc from hostc only 1260 are carried out
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260
    And the agent's online on hostc is killed
    Then hostc logs "not safe to fault: mixed set: 1260 writable, the others not" within 20 minutes
    And oragrp does not come online on hosta, hostb, hostc, hostd within 20 minutes
    When the operator types "hagrp -flush oragrp -sys hostc" on hostc
    And the operator takes offline what is up of oragrp on hostc
    And 1 minute passes
    And the operator brings oragrp online on hostd
    Then oragrp comes online on hostd within 10 minutes
    And hostd sent failoverpprc for 1261
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @needs-OnlineWaitLimit-0 @needs-MetroMirror-1
  Scenario: Online learns a time-out that is too short, and ends by itself before it has changed anything
    # vcs.md 1.5: the time-out in force is the resource's own. The first HMC is silent, and what is left of 20 s does not hold a
    # takeover with its looks: nothing is sent, the refusal is known at the first monitor (OnlineWaitLimit 0 of the type), and the
    # group ends where the data are (vcs.md 3.2 and 3.3; docs/messages.md 1111, 1200).
    # Time limits: 1 minute, CleanTimeout of 60 s (vcs.md 1.5).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -override ora_mmir OnlineTimeout" on hosta
    And the operator types "hares -modify ora_mmir OnlineTimeout 20" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And HMC ds8000e.example.com falls silent
    And the operator switches oragrp to hostc
    Then hostc logs "not online: " within 5 minutes
    And hostc logs "safe to fault: no operation on the pairs was under way" within 1 minute
    And hostd logs "not online: " within 5 minutes
    And oragrp comes online on hosta within 5 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-MetroMirror-1 @needs-CleanRetryLimit-0
  Scenario: Online is killed between two volumes while both HMCs fall silent, and no host gets the group while clean refuses
    # vcs.md 0, fact 3, and 9.6. What VCS cannot clean it does not fault. Clean's lines: docs/messages.md 1201.
    Given of the next failoverpprc from hostc only 1260 are carried out
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260
    And the agent's online on hostc is killed
    And HMC ds8000e.example.com falls silent
    And HMC ds8000f.example.com falls silent
    Then hostc logs "not safe to fault: the state of the pairs is not known" within 5 minutes
    And oragrp does not come online on hosta, hostb, hostc, hostd within 20 minutes
    When HMC ds8000e.example.com is well again
    And HMC ds8000f.example.com is well again
    Then hostc logs "not safe to fault: mixed set: 1260 writable, the others not" within 10 minutes
    And oragrp does not come online on hosta, hostb, hostc, hostd within 20 minutes
    When the operator types "hagrp -flush oragrp -sys hostc" on hostc
    And the operator takes offline what is up of oragrp on hostc
    And 1 minute passes
    And the operator brings oragrp online on hostd
    Then oragrp comes online on hostd within 10 minutes
    And hostd sent failoverpprc for 1261
    And no acknowledged write was lost
    And no two systems wrote to the volumes
