@chapter-4 @failback @whole
Feature: Failback after a takeover that left both arrays alive
  The agent's manual, chapter 4, "Performing the failback test", after the variant of the disaster test that disconnects the
  Metro Mirror paths and shuts the hosts down at the same moment. (The round trip after a lost array is part of the disaster
  feature.) The original source still believes that it is the source (dscli.md 2.5; dscli.md 8, trap 1).

  # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
  # online, which is also OfflineTimeout (vcs.md 1.5).

  Background: the other side has taken over while the links were gone
    Given the example site "rdc"
    And oragrp is online on hosta
    When the application has been running for 10 minutes
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source

  @step-1 @step-2 @step-3 @step-4 @both-ways
  Scenario: Reconnect, reboot, take offline, resynchronize, migrate home
    # Step 1: reconnect the replication link and reboot the original primary hosts. Nothing moves by itself (vcs.md 3.3), and
    # suspended pairs stay suspended (dscli.md 8, trap 6).
    # Time limits: 10 minutes, two rounds of monitors at MonitorInterval 300 s (vcs.md 1.5); 40 minutes, for so long the
    # application wrote without its mirror, which carries writes as fast as they are made (dscli.md 4), so the tracks that
    # they changed take no longer (dscli.md 3.2).
    When the application has been running for 30 minutes
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are back
    And hosta, hostb boot
    Then oragrp stays online on hostc for 10 minutes
    And no pair-changing command was sent

    # Step 2: take the service group offline, by hagrp -offline -any from any host of the cluster: hosta is one.
    When the operator types "hagrp -offline oragrp -any" on hosta
    Then oragrp is offline everywhere within 5 minutes

    # Step 3: the failback action. FULL DUPLEX, reason -, on the original target; TARGET FULL DUPLEX, reason -, on the
    # original source, to which only the tracks that changed at the other side are sent (dscli.md 3.2).
    When the operator runs the failback action of oragrp on hostc
    Then the volumes of oragrp on hostc become FULL DUPLEX within 40 minutes
    And the volumes of oragrp on hostc show FULL DUPLEX, reason -
    And the volumes of oragrp on hosta show TARGET FULL DUPLEX, reason -
    And only changed tracks of oragrp were copied to the array of hosta

    # Step 4: migrate the application back to the original primary side.
    When the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @step-3
  Scenario: The failback action is asked of the wrong side, and sends nothing
    # Chapter 1, "IBM Metro Mirror agent functions", action: failbackpprc is run from the original secondary side. From the
    # other side it would overwrite what was written since the takeover (vcs.md 9.13), so the agent sends nothing, and says
    # so (docs/messages.md 1301).
    When the application has been running for 30 minutes
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are back
    And hosta, hostb boot
    And 5 minutes pass
    And the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When the operator's failback action of oragrp on hosta fails
    Then the log of hosta says "Run failback on a system of IBM.2107-75FA150, which holds the newer data"
    And no pair-changing command was sent
    When the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
