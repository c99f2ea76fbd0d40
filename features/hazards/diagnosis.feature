@hazard @people
Feature: What the agent tells an operator about the pairs
  A suspended pair has a date, and a date in the DS CLI's list holds a comma (dscli.md 2.2, Date Suspended).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta

  @both-ways @needs-SplitTakeover-1
  Scenario: status and explain work after an ordinary takeover, and verify says that nothing is mirrored
    # Chapter 4, "Performing a disaster test": after it the pairs are suspended (step 4).
    # Time limits: 5 minutes, OnlineTimeout of 300 s (vcs.md 1.5).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    When the operator runs the status action of oragrp on hostc
    And the operator runs the explain action of oragrp on hostc
    And the operator's verify action of oragrp on hostc fails

  @both-ways @needs-MetroMirror-1
  Scenario: verify is well on both sides while the mirror is in sync, and on neither once it is paused
    # Manual, chapter 3, "Before you configure the agent for Metro Mirror", and what an online needs of its node; a pause shows on
    # both arrays while the link is up (dscli.md 2.5).
    When the operator runs the verify action of oragrp on hosta
    And the operator runs the verify action of oragrp on hostc
    And a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And the operator's verify action of oragrp on hosta fails
    And the operator's verify action of oragrp on hostc fails

  @needs-SplitTakeover-1
  Scenario: The old home is back, its own array knows nothing of the takeover, and verify there asks the other one
    # dscli.md 2.5: the old source still calls itself a source; the far array has later writes (docs/messages.md 1603).
    # Time limits: 10 minutes, 21 s until systems are missed (vcs.md 3.6), then OnlineTimeout 300 s (vcs.md 1.5).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 10 minutes
    When array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 10 minutes pass
    And the operator's verify action of oragrp on hosta fails
    Then the log of hosta says "FAILED far side IBM.2107-75FA150: the far array may hold later writes"

  @needs-MetroMirror-1 @both-ways
  Scenario: How much a takeover would lose is asked for, and a virtual fire drill asks the rest
    # docs/installing-the-agent.md, Actions: GetCurrentRPO fails where that is not known. The log keeps what failed (docs/messages.md
    # 1302).
    When the operator runs the GetCurrentRPO action of oragrp on hosta
    And the operator runs the node.vfd action of oragrp on hostc
    And the operator runs the dscli.vfd action of oragrp on hostc
    And the operator runs the pairs.vfd action of oragrp on hostc
    And a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And the operator's pairs.vfd action of oragrp on hosta fails
    Then the log of hosta says "FAILED mirror in sync"

  @both-ways
  Scenario: verify fails while no console answers, and the log keeps why
    # A nightly job may throw the output away (docs/messages.md 1302).
    When HMC ds8000c.example.com falls silent
    And HMC ds8000d.example.com falls silent
    And the operator's verify action of oragrp on hosta fails
    Then the log of hosta says "FAILED HMC"

  @both-ways
  Scenario: A mirror that broke is noticed by itself, once, and the application runs on
    # vcs.md 1.2 and 1.5: info every InfoInterval (VCS 5.0 and later), ResourceInfo, the monitor's confidence; a pause looks to the
    # source like a link that broke (dscli.md 2.5); docs/messages.md 1700.
    # Time limits: 20 minutes, two intervals of info and two monitors 300 s apart (MonitorInterval, vcs.md 1.5).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hatype -modify MetroMirror InfoInterval 600" on hosta
    And a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    Then oragrp stays online on hosta for 20 minutes
    And the log of hosta says "the mirror is no longer in sync"
    And "hares -value ora_mmir ConfidenceLevel hosta" on hosta says "50"
