# Found by mirrordrill explore: a group stays down although nothing keeps the site from recovering.
# agent: hosts die in turn, no two systems ever ran the group, no write is lost; two memories of the last online contradict each
# other, and every system refuses until a person runs the action takeover.
@found @recoverable
Feature: Found by exploration

  Scenario: memory that contradicts itself
    Given the example site "rdc"
    When 16 seconds pass
    And hosta, hostb lose power
    And hostc loses power
    And 1 minute and 28 seconds pass
    And HMC ds8000f.example.com falls silent
    And hostd loses power
    And hosta comes back
    And 7 seconds pass
    And everything is repaired
    Then every group is online on one side
