Feature: f
  Scenario: s
    Given the site "/"
