@chapter-1 @chapter-2 @chapter-3 @configuration @whole
Feature: What chapters 1 to 3 demand of a configuration
  The agent's manual says what must be configured before the agent is, and why. Each scenario shows what happens where
  it is, or is not.

  # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s (vcs.md 1.5); 10 minutes, two rounds of monitors at
  # MonitorInterval 300 s (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"

  @step-paths
  Scenario: Without paths from the target back to the source, the roles cannot be reversed
    # Chapter 3, "Before you configure the agent for Metro Mirror": Metro Mirror role reversal fails if paths are not
    # configured from the current target LSS to the current source LSS. The takeover itself needs no path (dscli.md 3.1); a
    # failback does (dscli.md 3.2), so the agent sends none, and says why (docs/messages.md 1109).
    Given oragrp is online on hosta
    When the mirror path from IBM.2107-75FA150 to IBM.2107-75FA120 is lost
    And the application has been running for 10 minutes
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And hostc sent failoverpprc for 1260, 1261
    And no failbackpprc was sent
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    And the log of hostc says "no path from here to there is up for LSS 12:12"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @step-install @both-ways
  Scenario: A system without the agent keeps the group down until the agent is there
    # Chapter 2, "Installing the agent for Metro Mirror": on each node in the cluster. A resource that was never probed may
    # be up where no agent looks (vcs.md 2.4, AutoDisabled), so the engine brings the group online nowhere.
    # Time limits: 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts by
    # itself (FaultOnMonitorTimeouts, vcs.md 1.5).
    Given the agent is missing on hostb
    Then oragrp does not come online on hosta, hostb, hostc, hostd within 20 minutes
    When the agent is installed on hostb
    Then oragrp comes online on hosta within 10 minutes
    And the volumes of oragrp on hosta are FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost

  @step-hmc2 @both-ways
  Scenario: The first HMC is dead, and the takeover goes through the second
    # Chapter 3, "Attribute definitions for the Metro Mirror agent": HMC2 is the secondary management console. The DS CLI and
    # the agent try it when the first gives no session (dscli.md 1.6; docs/messages.md 1401, 1400).
    Given oragrp is online on hosta
    When HMC ds8000e.example.com falls silent
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And the log of hostc says "logged in to HMC ds8000f.example.com"
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @step-open
  Scenario: VCS is stopped by force and started again under the running application
    # Chapter 1, "IBM Metro Mirror agent functions", open: the agent does not remove the lock file if it was started after
    # hastop -force (vcs.md 9.11: must end ONLINE with no command issued; docs/messages.md 1000).
    Given oragrp is online on hosta
    When the operator types "hastop -all -force" on hosta
    And 10 minutes pass
    And the operator types "hastart" on each of hosta, hostb, hostc, hostd
    And 5 minutes pass
    Then the log of hosta says "the lock stays: hosta has not rebooted since it was written"
    And oragrp stays online on hosta for 10 minutes
    And the volumes of oragrp on hosta remained FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @step-open
  Scenario: A lock that a crash left behind is removed, and says nothing
    # Chapter 1, "IBM Metro Mirror agent functions", open: removes the lock file on the host where it is called, which prevents
    # a concurrency violation if the group fails over to another node (vcs.md 9.4; docs/messages.md 1001). hosta is back
    # within the 16 s after which it would have been missed (vcs.md 3.6).
    Given oragrp is online on hosta
    When hosta loses power
    And 10 seconds pass
    And hosta boots
    Then oragrp comes online on hostb within 5 minutes
    And hosta logs "removed a lock that is not of this boot of hosta" within 10 minutes
    And oragrp stays online on hostb for 10 minutes
    And the volumes of oragrp on hostb remained FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @step-monitor @needs-MetroMirror-1
  Scenario: The lock is removed by hand, and the next monitor says offline of an application that runs
    # Chapter 1, "IBM Metro Mirror agent functions", monitor: no lock file is offline, whatever the volumes are; chapter 3,
    # "MetroMirror resource type definition": MonitorInterval 300, so that is seen after up to 300 s (vcs.md 9.5). What follows
    # is an unexpected offline (vcs.md 1.6; vcs.md 1.8), and its fault moves the group in the zone (vcs.md 3.2 and 3.3). drills.md
    # S6 calls that a lie of the monitor, and is right.
    Given oragrp is online on hosta
    When ora_mmir fails on hosta
    Then hosta logs "ora_mmir) - agent is calling clean: it went offline unexpectedly" within 5 minutes
    And oragrp comes online on hostb within 5 minutes
    And no pair-changing command was sent
    And S6 is broken, for "the monitor said offline of ora_mmir on hosta while ora_db@hosta has 1260 1261 open"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @step-zones
  Scenario: With system zones the group stays on its array, whatever the priorities
    # Chapter 3, "About configuring system zones in replicated data clusters": the hosts on one array are tried first, which
    # avoids an unnecessary failover. hostd is the last in SystemList (vcs.md 3.3).
    Given oragrp is online on hosta
    And oragrp has been brought to hostc
    When hostc halts
    Then oragrp comes online on hostd within 5 minutes
    And the volumes of oragrp on hostd remained FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost

  @step-zones
  Scenario: Without system zones the group changes sides for nothing
    # What chapter 3, "About configuring system zones in replicated data clusters" warns of: FailOverPolicy Priority takes the
    # lowest number in SystemList (vcs.md 3.3), and that is on the other array.
    Given oragrp is online on hosta
    And oragrp has been brought to hostc
    When the operator types "haconf -makerw" on hosta
    And the operator types "hagrp -modify oragrp SystemZones -delete -keys" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And hostc halts
    Then oragrp comes online on hosta within 5 minutes
    And hosta sent failoverpprc for 1260, 1261
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
