@hazard @processes
Feature: Volumes in two logical subsystems, and a takeover that is cut between them
  The group's volumes are 1260 in LSS 12 and 1360 in LSS 13 (vcs.md 9.6, 9.7).

  Background: two groups on one site
    Given the example site "two-groups"
    And oragrp is online on hosta
    And webgrp is online on hostc

  Scenario: The site is lost, and the takeover is killed between the two
    Given of the next failoverpprc from hostc only 1260 are carried out
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And hostc has sent failoverpprc for 1260
    And the agent's online on hostc is killed
    Then hostc logs "not safe to fault: mixed set: 1260 writable, the others not" within 20 minutes
    When the operator types "hagrp -flush oragrp -sys hostc" on hostc
    And the operator types "haagent -stop MetroMirror -force -sys hostc" on hostc
    And the operator types "haagent -start MetroMirror -sys hostc" on hostc
    And 1 minute passes
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    And hostc sent failoverpprc for 1360
    And webgrp stays online on hostc for 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: One of two subsystems was suspended before the site is lost
    When a storage administrator types "pausepprc 1360:1360" on hosta
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1360: the copy to this array was stopped, so its data is old"
    And no failoverpprc was sent
    And webgrp stays online on hostc for 10 minutes
