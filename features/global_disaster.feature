@chapter-4 @disaster @failback @global @whole
Feature: Disaster and failback in a global cluster
  The agent's manual, chapter 4, "Performing a disaster test" and "Performing the failback test": the administrator is
  notified of the failure, and can then initiate the failover. ClusterFailOverPolicy is Manual (vcs.md 4.4).

  # Time limits: 5 minutes for an alert, three pings without an answer, 60 s apart by default (AYARetryLimit and AYAInterval,
  # vcs.md 4.2), then the inquiry (vcs.md 4.3); 5 minutes for a group, OnlineTimeout and OfflineTimeout of 300 s (vcs.md 1.5).

  Background: the typical test setup, as two clusters
    Given the example site "gco"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-1 @step-2 @step-3 @step-4 @both-ways @needs-SplitTakeover-1
  Scenario: The source side is lost, the operator has the group taken over, and home again after the failback
    # Disaster, step 1: shut down all hosts on the source side and the source array.
    # Time limits: 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts by
    # itself (FaultOnMonitorTimeouts, vcs.md 1.5); 10 minutes, again two such rounds (vcs.md 1.5), and for a cluster that
    # boots OnlineTimeout for ClusterService and as long for the connection, which a heartbeat must precede (vcs.md 4.2);
    # 40 minutes, for so long the application wrote without its mirror, which carries writes as fast as they are made
    # (dscli.md 4), so the tracks that they changed take no longer (dscli.md 3.2).
    When the application has been running for 10 minutes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    # Step 3: the administrator is notified of the failure, and can then initiate the failover. Until then nothing moves; then
    # FailOverPolicy Priority chooses the lowest number in SystemList (vcs.md 3.3 and 4.4).
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    And oragrp does not come online on hostc, hostd within 20 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    # Step 4: the original target volumes go to the SUSPENDED state (Reason = "Host Source").
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    And no acknowledged write was lost
    And no two systems wrote to the volumes

    # Failback, step 1: reconnect, and reboot the original primary hosts. Authority is with the other cluster now (vcs.md 4.4).
    When the application has been running for 30 minutes
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    Then clusb takes clusa for RUNNING within 10 minutes
    And oragrp stays online on hostc for 10 minutes

    # Step 2: in a global cluster, run the command from hostc or hostd.
    When the operator types "hagrp -offline oragrp -any" on hostc
    Then oragrp is offline everywhere within 5 minutes

    # Step 3: resynchronise with the failback action: only tracks that changed at the other side are sent (dscli.md 3.2).
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

  @step-1 @step-3 @step-4
  Scenario: The variant that cannot shut down the primary array: links and hosts at the same moment
    # Disaster, step 1, second paragraph. An operator declares it, and FailOverPolicy chooses the host (vcs.md 4.4 and 3.3).
    When the application has been running for 10 minutes
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And hosta, hostb halt
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator on hostd declares clusa a disaster
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    And no acknowledged write was lost
    And no two systems wrote to the volumes
