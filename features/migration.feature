@chapter-4 @migration
Feature: Testing service group migration
  The agent's manual, chapter 4, "Testing service group migration": verify that the service group can migrate to
  different hosts in the cluster. The numbers are those of the manual's steps.

  # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s, after which VCS kills what is not done (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-2 @step-4 @step-5 @both-ways
  Scenario: The service group migrates to a host on the same array, to the other array, and home
    # Steps 1 and 2: a host that is attached to the same array. The volumes are writable there, so the agent only writes its
    # lock: chapter 1, "IBM Metro Mirror agent functions"; vcs.md 9: no command for a migration on the same array.
    When the application has been running for 10 minutes
    And the operator switches oragrp to hostb
    Then oragrp comes online on hostb within 5 minutes
    And the volumes of oragrp on hostb remained FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

    # Steps 3 and 4: a host that is attached to a different array. Failover at the one array, failback to the other, which
    # thereby becomes the target (vcs.md 3.4 and 9, dscli.md 2.5).
    When the application has been running for 10 minutes
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hosta are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes

    # Step 5: the system on which the group was initially online. The devices return to their original state.
    When the application has been running for 10 minutes
    And the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes
