@hazard @own-attributes
Feature: Attributes of MetroMirror that are not the defaults
  What an administrator may set besides the manual's attributes is said in docs/installing-the-agent.md. A site that sets one is taken
  over and comes home as any other, or the agent says what is left for a person to do.

  # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s, after which VCS kills what is not done (vcs.md 1.5).

  Scenario: ResetReserve 1: the group is taken over, and comes home
    # failbackpprc and resumepprc know -resetreserve, failoverpprc does not and refuses it (dscli.md 3.1 and 3.2).
    Given the example site "rdc" with ResetReserve = 1 of oragrp
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    When the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: SwapRoles 0: a switch leaves the mirror suspended until a person runs failback
    # docs/installing-the-agent.md: an online fails over and does not reverse the copy; the action failback does.
    Given the example site "rdc" with SwapRoles = 0 of oragrp
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    And no failbackpprc was sent
    When the operator runs the failback action of oragrp on hostc
    Then the volumes of oragrp on hostc become FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
