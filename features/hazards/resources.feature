@hazard @resources
Feature: A single resource goes wrong
  A process dies, an entry point hangs, root helps without asking VCS. What the engine makes of it is in vcs.md 1.6, 3.2
  and 3.5; what the application writes meanwhile is counted as ever.

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario Outline: <resource> fails, and the group fails over to the other host of the array
    When <resource> fails on hosta
    Then oragrp comes online on hostb within 5 minutes
    And no acknowledged write was lost
    And no pair-changing command was sent

    Examples:
      | resource |
      | ora_db   |
      | ora_dg   |
      | ora_nic  |

  Scenario: the database does not come up on hostc, and the group goes back to where the data came from
    # OnlineTimeout, clean, fault, and the next system in the zone of hostc: the mirror turns once, the data go along.
    Given the online of ora_db on hostc hangs
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostd within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: the database can not be stopped, so nothing is started anywhere else
    # "Unable to offline": VCS does not fail over what it could not take down (vcs.md 3.2).
    Given the offline of ora_db on hosta hangs
    And the clean of ora_db on hosta has no effect
    When the operator switches oragrp to hostc
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And no pair-changing command was sent
    When ora_db is mended on hosta
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost

  Scenario: root brings the address up on a second system, and VCS takes it down there
    # The violation trigger as delivered: who caused it gives way (vcs.md 3.5). S7 counts every second of it.
    When ora_ip is started on hostb by hand
    And 10 minutes pass
    Then oragrp stays online on hosta for 1 minute
    And S7 is broken, for "oragrp is up on hosta and hostb"
    And no acknowledged write was lost

  Scenario: the preonline trigger refuses the other site, and an operator who knows better brings the group online there
    # PreOnline is the place for "not without a human decision" (vcs.md 2.4); -nopre is that decision.
    Given the preonline trigger of oragrp refuses
    And the operator types "haconf -makerw" on hosta
    And the operator types "hagrp -modify oragrp PreOnline 1" on hosta
    When hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 10 minutes
    When the operator types "hagrp -online -nopre oragrp -sys hostc" on hostc
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
