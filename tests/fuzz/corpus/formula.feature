Feature: f
  Scenario: =1+1
    Given the example site "rdc"
    When 1 minute passes
