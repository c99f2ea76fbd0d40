Feature: f
  Scenario: s
    Given the example site "rdc"
    When [31mred
