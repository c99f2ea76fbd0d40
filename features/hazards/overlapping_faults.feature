@hazard @faults
Feature: Faults that overlap, and what ends them
  A fault is a kind and what it hits. Named twice it is one fault, two arrays are the same two in either order, and a step that
  says "back" ends every fault of its kind that is in the way (docs/faults.md). Each drill then shows that the mirror
  works: pairs that were suspended are resumed by hand (dscli.md 2.5) and reach FULL DUPLEX.

  # Time limits: 10 minutes, what a copy of the changed tracks takes at the copy rate of the example site, with a wide margin
  # (dscli.md 2.4).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-MetroMirror-1
  Scenario: An array that is lost twice is back at once
    # drills.md, row array: power back later.
    When array IBM.2107-75FA150 is lost
    And 2 minutes pass
    And array IBM.2107-75FA150 is lost
    And 2 minutes pass
    And array IBM.2107-75FA150 is back
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 10 minutes
    And no acknowledged write was lost

  @needs-MetroMirror-1
  Scenario: Links that flapped and were lost are back for good
    # drills.md, row PPRC paths: flapping, and all down.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 flap, 5 seconds down and 30 seconds up
    And 2 minutes pass
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 2 minutes pass
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are back
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 10 minutes
    When 30 minutes pass
    Then the volumes of oragrp on hosta remained FULL DUPLEX
    And no acknowledged write was lost

  @needs-MetroMirror-1
  Scenario: Links that were lost between two arrays are back between the same two
    # drills.md, row PPRC paths: a link has two ends and no first one.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 2 minutes pass
    And the Metro Mirror links between IBM.2107-75FA150 and IBM.2107-75FA120 are back
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 10 minutes
    And no acknowledged write was lost

  @needs-MetroMirror-1
  Scenario: Links that are back end the loss of one direction, too
    # drills.md, row PPRC paths: one direction only.
    When the mirror path from IBM.2107-75FA120 to IBM.2107-75FA150 is lost
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 2 minutes pass
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are back
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 10 minutes
    And no acknowledged write was lost

  Scenario: Heartbeats come back between the same two sides
    # drills.md, row cluster: LLT all at once. Both sides hear each other again before LLT gives a peer up (vcs.md 3.6).
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    And 5 seconds pass
    And all heartbeats between hostd, hostc and hostb, hosta are back
    Then oragrp stays online on hosta for 10 minutes
    And no pair-changing command was sent
    And no two systems wrote to the volumes

  Scenario: An HMC that died with a command is well again
    # drills.md, row DS CLI: no answer after execution.
    When the HMC dies with the next failoverpprc from hostc
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    When HMC ds8000e.example.com is well again
    And a storage administrator types "lspprc 1260" on hostc
    Then hostc sent lspprc for 1260
    And no acknowledged write was lost
