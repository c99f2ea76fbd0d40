# Found by mirrordrill explore: S11 is broken.
# agent: the action verify fails while no HMC answers, and the log of the host does not say why.
@found
Feature: Found by exploration

  Scenario: verify without a console
    Given the example site "rdc"
    When HMC ds8000f.example.com falls silent
    And HMC ds8000e.example.com falls silent
    And 1 second passes
    And the operator tries "hares -action ora_mmir verify -sys hostc" on hosta
