Feature: f
  Scenario: s[2J]0;x‮
    Given the example site "rdc"
    When 1 minute passes
