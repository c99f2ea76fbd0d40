@hazard @arrays
Feature: Arrays that fail in part, or come back
  drills.md, row array; vcs.md 3.2 and 3.3.

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: One volume of the source is lost, and the group goes to the mirrored copy
    # The application loses its disk on every host of the zone; both targets are in sync.
    When volume 1261 of IBM.2107-75FA120 is lost
    Then oragrp comes online on hostc within 1 hour
    And hostc sent failoverpprc for 1260, 1261
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: One volume of the target is lost before the site is
    When volume 1261 of IBM.2107-75FA150 is lost
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1261: what the array says of them is no state to act on"
    And no failoverpprc was sent

  Scenario: The source array is lost and comes back, and nothing moves home by itself
    # vcs.md 3.3: VCS has no automatic failback. The old source still believes what it believed.
    When array IBM.2107-75FA120 is lost
    Then oragrp comes online on hostc within 1 hour
    And no acknowledged write was lost
    When 30 minutes pass
    And array IBM.2107-75FA120 is back
    Then oragrp stays online on hostc for 20 minutes
    And no pair-changing command was sent
    And no two systems wrote to the volumes

  Scenario Outline: A warm restart of <array> holds the writes up, and that is all
    # drills.md: warm restart keeping pair states.
    When <array> restarts warmly for 90 seconds
    Then oragrp stays online on hosta for 20 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes
    Examples:
      | array             |
      | IBM.2107-75FA120 |
      | IBM.2107-75FA150 |
