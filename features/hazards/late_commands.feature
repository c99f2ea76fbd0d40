@hazard @consoles
Feature: Commands that had no answer, and are carried out later
  A DS CLI server may hold a command for minutes, whatever becomes of its sender. What is sent again, or decided elsewhere
  meanwhile, does not take it back: until LateCommandLimit is over it may be carried out (vcs.md 9.6).

  # Time limits: 10 minutes, OnlineTimeout of 300 s twice, on one host after the other (vcs.md 1.5); 20 minutes,
  # LateCommandLimit of 900 s, and a monitor at MonitorInterval 300 s (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @both-ways @own-times
  Scenario: The host dies while it reverses the copy, its neighbour has the lock, the database does not start, and the group goes home
    # The lock on hostd is another online than the one that sent failbackpprc, and says nothing of it: what is remembered of
    # the command stays in each record that follows (docs/messages.md 1103). At home nothing else speaks against a lock: the volumes
    # are its own, and nothing was written at the other side.
    Given the online of ora_db on hostd hangs
    And the next failbackpprc from hostc reaches the array 14 minutes late
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And 10 seconds pass
    And hostc loses power
    And 3 minutes pass
    And the operator types "hagrp -flush oragrp -sys hostd" on hostd
    And the operator takes offline what is up of oragrp on hostd
    And 1 minute passes
    And the operator tries "hagrp -clear oragrp" on hosta
    And the operator tries "hagrp -online oragrp -sys hosta" on hosta
    Then hosta logs "its failbackpprc may still overwrite this side; try again in" within 10 minutes
    And oragrp does not come online on hosta, hostb within 20 minutes
    When ora_db is repaired on hostd
    And the operator types "hagrp -clear oragrp" on hostd
    And the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 10 minutes
    And the volumes of oragrp on hosta become FULL DUPLEX within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-MetroMirror-1 @needs-LateCommandLimit-900
  Scenario: failoverpprc is sent twice because the first one had no answer, and a switch home waits for it
    # The first one lands when the volumes there would be targets again, and would stop the copy from home unnoticed (dscli.md
    # 3.1). offline tells the cluster what may still come (docs/messages.md 1103), and the next one that it can no longer come.
    Given the next failoverpprc from hostc reaches the array 13 minutes late
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    When 1 minute passes
    And the operator switches oragrp to hosta
    Then hosta logs "a failoverpprc that hostc sent had no answer" within 10 minutes
    And oragrp comes online on hostc within 10 minutes
    And oragrp stays online on hostc for 20 minutes
    When the operator types "hagrp -clear oragrp" on hosta
    And the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 10 minutes
    And the volumes of oragrp on hosta become FULL DUPLEX within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @own-times @needs-CleanRetryLimit-0
  Scenario: failoverpprc is sent twice, and the clean of the killed online waits for the first one
    # All volumes are failed over, by the second one: that says nothing of the first (docs/messages.md 1201).
    Given hostd halts
    And 1 minute passes
    And the next failoverpprc from hostc reaches the array 13 minutes late
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And the agent's online on hostc is killed
    Then hostc logs "the command that was cut short may still be carried out" within 10 minutes
    And hostc logs "safe to fault: all volumes are writable here" within 20 minutes
    And oragrp comes online on hosta within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @own-times @needs-SplitTakeover-1
  Scenario: The failback of an operator has no answer, and the group is not brought online at home before it can no longer land
    # The database never started where it was taken over, so nothing was written there, and the far array says so (docs/messages.md
    # 1103). The answer does not come within ActionTimeout, 40 s (vcs.md 1.5).
    Given array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And the online of ora_db on hostc hangs
    And the online of ora_db on hostd hangs
    And 20 minutes pass
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 3 minutes pass
    And the operator types "hagrp -flush oragrp -sys hostc" on hostc
    And the operator types "hagrp -flush oragrp -sys hostd" on hostd
    And the operator takes offline what is up of oragrp on hostc
    And the operator takes offline what is up of oragrp on hostd
    And 10 minutes pass
    And the next failbackpprc from hostc reaches the array 13 minutes late
    And the operator's failback action of oragrp on hostc fails
    When 1 minute passes
    And the operator brings oragrp online on hosta
    Then hosta logs "its failbackpprc may still overwrite this side" within 10 minutes
    And oragrp does not come online on hosta, hostb within 20 minutes
    And no acknowledged write was lost
