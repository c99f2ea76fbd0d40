# Found by mirrordrill explore: S6 is broken.
# agent: the lock is written on a look at the own array that is 4.8 s old; the far array was asked meanwhile, and the own array was lost.
@found
Feature: Found by exploration

  Scenario: lock after an old look
    Given the example site "rdc"
    When 12 seconds pass
    And hosta halts
    And 25 seconds pass
    And array IBM.2107-75FA120 is lost
    And 6 seconds pass
