@hazard
Feature: The mirror breaks before the site does
  What the agent's manual, chapter 4, "Performing a disaster test", cannot ask of an agent that sees one array only.

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: The links are lost an hour before the site, and the target does not know that it is old
    # vcs.md 9.3: the source wrote on after the suspend; the target is consistent but stale, and its state still looks
    # good. The manual's rule, step 2: all volumes are TARGET FULL DUPLEX and no copy is in progress.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 1 hour passes
    Then the volumes of oragrp on hosta show SUSPENDED, reason Internal Conditions Target
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And no two systems wrote to the volumes
