@chapter-4 @host-failure @whole
Feature: Testing host failure
  The agent's manual, chapter 4, "Testing host failure": the host where the application runs is lost; eventually all
  the hosts in the system zone are lost. Here in a replicated data cluster.

  # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
  # online (OnlineTimeout, vcs.md 1.5); 10 minutes, two rounds of monitors at MonitorInterval 300 s (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-1 @step-2 @step-3 @step-5 @both-ways
  Scenario: The group follows the living hosts, first on its array, then to the other one, and comes home
    # Step 1: the service group fails over to hostb and devices are in the FULL DUPLEX state. hostb is in the zone of hosta
    # (vcs.md 3.3), and on its array: nothing is sent (vcs.md 9).
    When the application has been running for 10 minutes
    And hosta halts
    Then oragrp comes online on hostb within 5 minutes
    And the volumes of oragrp on hostb remained FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost

    # Step 2: the group fails over to hostc (FailOverPolicy Priority: the lowest number in SystemList, vcs.md 3.3) and the
    # devices transition to FULL DUPLEX there. The array at home lives, so the copy is turned round.
    When the application has been running for 10 minutes
    And hostb halts
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

    # Step 3: reboot the two hosts that were shut down. Nothing moves by itself: VCS has no automatic failback (vcs.md 3.3).
    When hosta, hostb boot
    Then oragrp stays online on hostc for 10 minutes
    And no pair-changing command was sent

    # Steps 4 and 5: switch to the original host; devices swap roles again.
    When the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes
