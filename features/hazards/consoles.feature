@hazard @dscli
Feature: HMCs, accounts and answers fail while a takeover depends on them
  A command without an answer may have been carried out or not; only a look tells (vcs.md 9.8; dscli.md 1.6, 1.7, 3.3). An
  HMC is not in the data path: without it the mirror goes on, and takeovers do not.

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: The answer to the failover is lost, and what was done is recognised as done
    When the answer to the next failoverpprc from hostc is lost
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And failoverpprc was sent once
    And the volumes of oragrp on hostc become FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The failover is lost on its way, and is sent again
    When the next failoverpprc from hostc is lost before it reaches the array
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "the failover is not complete"
    And failoverpprc was sent once
    And the volumes of oragrp on hostc become FULL DUPLEX within 5 minutes
    And no acknowledged write was lost

  Scenario: The HMC dies with the failover, and the other one shows what was done
    When the HMC dies with the next failoverpprc from hostc
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "logged in to HMC ds8000f.example.com"
    And failoverpprc was sent once
    And no acknowledged write was lost

  Scenario: The HMC dies in the middle of the takeover, and the other one is asked for the rest
    # Chapter 3, attributes: HMC2. The DS CLI says in words that it lost its console (dscli.md 1.6); that is no refusal.
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And HMC ds8000e.example.com falls silent
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "logged in to HMC ds8000f.example.com"
    And the volumes of oragrp on hostc become FULL DUPLEX within 5 minutes
    And no acknowledged write was lost

  Scenario: Both HMCs fall silent in the middle of the takeover, and clean says that nobody knows
    # vcs.md 9.6: clean may not succeed before somebody has looked; when it can, the set is in one role.
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And HMC ds8000e.example.com falls silent
    And HMC ds8000f.example.com falls silent
    Then hostc logs "not safe to fault: nobody knows the state of the pairs" within 20 minutes
    And oragrp does not come online on hosta, hostb, hostc, hostd within 30 minutes
    When HMC ds8000f.example.com is well again
    Then hostc logs "safe to fault: all volumes are writable here" within 20 minutes
    And oragrp comes online on hostd within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The answer to the look is cut off in the middle
    When the answer to the next lspprc from hostc is cut off
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost

  Scenario: The answer to the failover is cut off in the middle
    When the answer to the next failoverpprc from hostc is cut off
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And failoverpprc was sent once
    And no acknowledged write was lost

  Scenario: A part of the list is refused, and only that part is sent again
    When of the next failoverpprc from hostc only 1260 are carried out
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "the failover is not complete"
    And hostc sent failoverpprc for 1261
    And the volumes of oragrp on hostc become FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The first HMC refuses connections
    When HMC ds8000e.example.com refuses connections
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost

  Scenario: The HMCs answer late, but in time
    When HMC ds8000e.example.com answers 20 seconds late
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost

  Scenario: The HMCs answer so late that nothing would end in time, and nothing is begun
    # vcs.md 7.2, as SRDF: runs no command if too little time is left before OnlineTimeout.
    When HMC ds8000e.example.com answers 140 seconds late
    And HMC ds8000f.example.com answers 140 seconds late
    And the operator switches oragrp to hostc
    Then oragrp does not come online on hostc within 20 minutes
    And no pair-changing command was sent

  Scenario: No HMC answers during the disaster, and when one does an operator has it done
    When HMC ds8000e.example.com falls silent
    And HMC ds8000f.example.com falls silent
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 1 hour
    And the log of hostc says "not online"
    And no pair-changing command was sent
    When HMC ds8000f.example.com is well again
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost

  Scenario: The account is locked, and no retry makes it worse
    When the account admin on IBM.2107-75FA150 is locked
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And no pair-changing command was sent
    When the account admin on IBM.2107-75FA150 is unlocked
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost

  Scenario: The password expired before the disaster
    When the password of admin on IBM.2107-75FA150 expires
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "password"
    And no pair-changing command was sent

  Scenario: The management of the array at home is lost while data flow
    # The application goes on. A switch at home cannot look at its volumes, so in the end the group goes where it can.
    When the management of IBM.2107-75FA120 is lost
    Then oragrp stays online on hosta for 20 minutes
    When the operator switches oragrp to hostb
    Then hostb logs "not online" within 10 minutes
    And oragrp comes online on hostc within 1 hour
    And no acknowledged write was lost
    And no two systems wrote to the volumes
