@chapter-4 @host-failure @whole
Feature: Testing host failure
  The agent's manual, chapter 4, "Testing host failure": the host where the application runs is lost; eventually all
  the hosts in the system zone are lost. Here in a replicated data cluster.

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-1 @step-2 @step-3 @step-5
  Scenario: The group follows the living hosts, first on its array, then to the other one, and comes home
    # Step 1: the service group fails over to hostb and devices are in the FULL DUPLEX state.
    When the application has been running for 10 minutes
    And hosta halts
    Then oragrp comes online on hostb within 5 minutes
    And the volumes of oragrp on hostb remained FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost

    # Step 2: the group fails over to hostc (Priority) and the devices transition to FULL DUPLEX there.
    When the application has been running for 10 minutes
    And hostb halts
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

    # Step 3: reboot the two hosts that were shut down. Nothing moves by itself.
    When hosta, hostb boot
    And 10 minutes pass
    Then oragrp comes online on hostc within 1 minutes
    And no pair-changing command was sent

    # Steps 4 and 5: switch to the original host; devices swap roles again.
    When the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes
