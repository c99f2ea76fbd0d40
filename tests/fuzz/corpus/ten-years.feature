Feature: f
  Scenario: s
    Given the example site "rdc"
    When 3650 days pass
