@chapter-4 @host-failure @global @whole
Feature: Testing host failure in a global cluster
  The agent's manual, chapter 4, "Testing host failure": the host where the application runs is lost; eventually all the
  hosts of the cluster are lost. ClusterFailOverPolicy is Manual, as chapter 3, "Configuring the agent manually in a global
  cluster", step 8 recommends (vcs.md 4.4).

  # Time limits: 5 minutes for an alert, three pings without an answer, 60 s apart by default (AYARetryLimit and AYAInterval,
  # vcs.md 4.2), then the inquiry (vcs.md 4.3); 5 minutes for a group, 16 s until a system is missed and 5 s for the new
  # membership (vcs.md 3.6), the rest of 300 s for online (OnlineTimeout, vcs.md 1.5).

  Background: the typical test setup, as two clusters
    Given the example site "gco"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-1 @step-2 @step-3 @step-5 @both-ways
  Scenario: The cluster down alert appears, the operator decides, and the group comes home later
    # Step 1: the service group fails over to hostb and devices are in the FULL DUPLEX state. Nothing is sent (vcs.md 9).
    # Time limits: 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts by
    # itself (FaultOnMonitorTimeouts, vcs.md 1.5); 10 minutes, again two such rounds (vcs.md 1.5), and for a cluster that
    # boots OnlineTimeout for ClusterService and as long for the connection, which a heartbeat must precede (vcs.md 4.2).
    When the application has been running for 10 minutes
    And hosta halts
    Then oragrp comes online on hostb within 5 minutes
    And the volumes of oragrp on hostb remained FULL DUPLEX
    And no pair-changing command was sent

    # Step 2: a cluster down alert appears, and nothing moves until an operator decides. Then FailOverPolicy chooses the host
    # (vcs.md 3.3), and the alert is answered (vcs.md 4.4).
    When the application has been running for 10 minutes
    And hostb halts
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    And oragrp does not come online on hostc, hostd within 20 minutes
    And no pair-changing command was sent
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no alert stands in clusb
    And no acknowledged write was lost
    And no two systems wrote to the volumes

    # Step 3: reboot the two hosts that were shut down. Nothing moves by itself: Authority is with the other cluster
    # (vcs.md 4.4).
    When hosta, hostb boot
    Then clusb takes clusa for RUNNING within 10 minutes
    And oragrp stays online on hostc for 10 minutes
    And no pair-changing command was sent

    # Steps 4 and 5: switch to the original host; devices swap roles again.
    When the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @step-2
  Scenario: The operator brings the group online by force instead of declaring anything
    # vcs.md 4.4: where the holder of Authority is down, hagrp -online -force is the disaster takeover.
    When the application has been running for 10 minutes
    And hosta, hostb halt
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator types "hagrp -online -force oragrp -sys hostd" on hostd
    Then oragrp comes online on hostd within 5 minutes
    And the volumes of oragrp on hostd went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
