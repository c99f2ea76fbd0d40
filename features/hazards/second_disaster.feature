@hazard @failback
Feature: Trouble while a copy is under way
  During a resynchronization the target is a mixture of old and new tracks (vcs.md 9.14, 9.17). Whatever happens then, no
  application may run on it: no takeover is allowed from that state (chapter 4, "Performing a disaster test", step 2), and
  the agent waits for its end as long as online may take (docs/messages.md 1102 and 1103).

  # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
  # online, which is also OfflineTimeout (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @both-ways @needs-SplitTakeover-1
  Scenario: Site B is lost when the failback has come to 40 %
    # vcs.md 9.17: the old source is inconsistent, so the takeover is refused everywhere; only a restore helps. It says Target
    # Copy Pending for ever (dscli.md 2.5).
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    When the application has been running for 30 minutes
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 5 minutes pass
    And the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 0.2 tracks a second
    And the operator runs the failback action of oragrp on hostc
    And the copy has come to 40 %
    And array IBM.2107-75FA150 is lost
    And hostc, hostd halt
    And the operator brings oragrp online on hosta
    Then oragrp does not come online on hosta, hostb within 30 minutes
    And the agent on hosta refused, saying "1260 1261: the copy to this array is not complete, and the time for online is over"
    And no failoverpprc was sent

  @needs-SplitTakeover-1
  Scenario: The links are lost when the failback has come to 40 %, and the group stays where its data are
    # vcs.md 9.17 without the second disaster: refused at home, and VCS goes on to the other zone (vcs.md 3.3), whose volumes
    # are writable (chapter 1, "IBM Metro Mirror agent functions", online).
    # Time limits: 45 minutes, three hosts, each of which gives up after OnlineTimeout 300 s and two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    When the application has been running for 30 minutes
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 5 minutes pass
    And the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 0.2 tracks a second
    And the operator runs the failback action of oragrp on hostc
    And the copy has come to 40 %
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And the operator brings oragrp online on hosta
    Then oragrp comes online on hostc within 45 minutes
    And the agent on hosta refused, saying "1260 1261: the copy to this array is not complete, and the time for online is over"
    And no failoverpprc was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: The group goes home too early, and is sent back
    # Chapter 4, "Performing the failback test", steps 3 and 4: migrate after the resynchronization has completed.
    # Time limits: 45 minutes, three hosts, each of which gives up after OnlineTimeout 300 s and two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    When the application has been running for 30 minutes
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 5 minutes pass
    And the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 0.2 tracks a second
    And the operator runs the failback action of oragrp on hostc
    And the copy has come to 40 %
    And the operator brings oragrp online on hosta
    Then oragrp comes online on hostc within 45 minutes
    And the agent on hosta refused, saying "1260 1261: the copy to this array is not complete, and the time for online is over"
    And no failoverpprc was sent
    And no acknowledged write was lost

  @both-ways
  Scenario: A start on the other side while the resynchronization has come to 40 % waits for the rest of it
    # vcs.md 9.14: wait inside the time budget, else do not start (docs/messages.md 1102). The group is down before: what it
    # takes to go offline would be time for the copy.
    # Time limits: 10 minutes, OfflineTimeout and then OnlineTimeout, 300 s each (vcs.md 1.5).
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And 10 minutes pass
    And the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 100 tracks a second
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    And the copy has come to 40 %
    And the operator brings oragrp online on hostc
    Then hostc logs "waiting: 1260 1261: the copy to this array is not complete" within 5 minutes
    And oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
