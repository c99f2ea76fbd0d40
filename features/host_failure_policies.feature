@chapter-4 @host-failure @whole
Feature: Where the group goes when all hosts of a zone are lost
  The agent's manual, chapter 4, "Testing host failure", step 2: in a replicated data cluster the group fails over to hostc
  or hostd, depending on the FailOverPolicy. The site has a second group, webgrp, with Load 40 on hostc, so that the
  policies differ (vcs.md 2.4 and 3.3: Priority takes the lowest number in SystemList, RoundRobin the system with the fewest
  groups, Load the one with the highest AvailableCapacity). A takeover loses no write, whatever the policy (drills.md S2).

  # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
  # online (OnlineTimeout, vcs.md 1.5).

  Background: two groups, each on its own side
    Given the example site "two-groups"
    And oragrp is online on hosta
    And webgrp is online on hostc

  @step-1 @step-2
  Scenario Outline: hosta and then hostb are halted, and <policy> chooses <host>
    When the operator sets FailOverPolicy of oragrp to "<policy>"
    And hosta halts
    # Step 1, whatever the policy: a host of the same zone comes first (vcs.md 3.3).
    Then oragrp comes online on hostb within 5 minutes
    And the volumes of oragrp on hostb remained FULL DUPLEX
    And no pair-changing command was sent
    When the application has been running for 10 minutes
    And hostb halts
    Then oragrp comes online on <host> within 5 minutes
    And the volumes of oragrp on <host> went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
    Examples:
      | policy     | host  |
      | Priority   | hostc |
      | RoundRobin | hostd |
      | Load       | hostd |

  @step-2
  Scenario Outline: <policy> follows the other group, whose load and number it avoids
    Given webgrp has been brought to hostd
    When the operator sets FailOverPolicy of oragrp to "<policy>"
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
    Examples:
      | policy     |
      | RoundRobin |
      | Load       |
