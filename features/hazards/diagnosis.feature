@hazard @people
Feature: What the agent says of the pairs when somebody has to know
  A suspended pair has a date, and a date in the DS CLI's list holds a comma (dscli.md 2.2, Date Suspended).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta

  Scenario: status and explain work after an ordinary takeover, and verify says that nothing is mirrored
    # Chapter 4, "Performing a disaster test": after it the pairs are suspended (step 4).
    # Time limits: 5 minutes, OnlineTimeout of 300 s (vcs.md 1.5).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    When the operator runs the status action of oragrp on hostc
    And the operator runs the explain action of oragrp on hostc
    And the operator's verify action of oragrp on hostc fails
