@chapter-4 @disaster @failback @whole
Feature: Disaster and failback
  The agent's manual, chapter 4, "Performing a disaster test" and "Performing the failback test", in a replicated data
  cluster.

  # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
  # online, which is also OfflineTimeout (vcs.md 1.5); 10 minutes, two rounds of monitors at MonitorInterval 300 s (vcs.md
  # 1.5); 40 minutes, for so long the application wrote without its mirror, which carries writes as fast as they are made
  # (dscli.md 4), so the tracks that they changed take no longer (dscli.md 3.2).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-1 @step-2 @step-3 @step-4 @both-ways @needs-SplitTakeover-1
  Scenario: The source side is lost, the group is taken over, and home again after the failback
    # Disaster, steps 1 and 2: shut down all hosts on the source side and the source array. Of hostc and hostd, FailOverPolicy
    # Priority chooses the lower number in SystemList (vcs.md 3.3).
    When the application has been running for 10 minutes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    # Step 4: the original target volumes go to the SUSPENDED state (Reason = "Host Source"). Writes are synchronous, so none
    # is missing there (dscli.md 4).
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    And no acknowledged write was lost
    And no two systems wrote to the volumes

    # Failback, step 1: reconnect, and reboot the original primary hosts. Nothing moves by itself (vcs.md 3.3).
    When the application has been running for 30 minutes
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    Then oragrp stays online on hostc for 10 minutes
    And no pair-changing command was sent

    # Step 2: take the service group offline.
    When the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes

    # Step 3: resynchronise with the failback action. The old source was in sync and is asked for nothing but the tracks that
    # changed at the other side (dscli.md 3.2).
    When the operator runs the failback action of oragrp on hostc
    Then the volumes of oragrp on hostc become FULL DUPLEX within 40 minutes
    And the volumes of oragrp on hostc show FULL DUPLEX, reason -
    And the volumes of oragrp on hosta show TARGET FULL DUPLEX, reason -
    And only changed tracks of oragrp were copied to the array of hosta

    # Step 4: migrate the application back to the original primary side. The devices swap roles again (vcs.md 3.4).
    When the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @step-1 @step-2 @step-4
  Scenario: The variant that cannot shut down the primary array: links and hosts at the same moment
    # Disaster, step 1, second paragraph; vcs.md 9: with the mirror gone the failover is all that can be done.
    When the application has been running for 10 minutes
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    And no acknowledged write was lost
    And no two systems wrote to the volumes
