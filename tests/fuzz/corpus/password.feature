Feature: f
  Scenario: s
    Given the example site "rdc"
    When the operator types "haclus -modify UserNames admin s3cr3tw0rd" on hosta
