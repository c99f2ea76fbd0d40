@chapter-4 @migration @global @whole
Feature: Service group migration in a global cluster
  The agent's manual, chapter 4, "Testing service group migration", where hosta and hostb are one cluster and hostc and hostd
  another: the switch to the other array is a switch to the other cluster (vcs.md 4.4).

  # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s, after which VCS kills what is not done (vcs.md 1.5).

  Background: the typical test setup, as two clusters
    Given the example site "gco"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-2 @step-4 @step-5 @both-ways
  Scenario: The service group migrates to a host on the same array, to the other cluster, and home
    # Steps 1 and 2: a host that is attached to the same array. Nothing is sent to it (vcs.md 9, migration).
    When the application has been running for 10 minutes
    And the operator switches oragrp to hostb
    Then oragrp comes online on hostb within 5 minutes
    And the volumes of oragrp on hostb remained FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost

    # Steps 3 and 4: a host that is attached to a different array, which becomes the source (vcs.md 3.4, dscli.md 2.5).
    When the application has been running for 10 minutes
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hosta are TARGET FULL DUPLEX
    And no acknowledged write was lost

    # Step 5: the system on which the group was initially online. The devices return to their original state.
    When the application has been running for 10 minutes
    And the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes
