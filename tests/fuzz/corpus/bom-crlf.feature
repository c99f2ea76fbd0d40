Feature: f
  Scenario: s
    Given the example site "rdc"
    When 1 minute passes
