@hazard @state-files
Feature: The agent's files are not those that it wrote last
  A disk is replaced, a directory comes back from a backup, a machine is set back to a snapshot. What files alone remember does not
  vouch against an array (docs/messages.md 1103).

  # Time limits: 45 minutes, hosts give up one after the other: OnlineTimeout 300 s and two monitors 300 s apart
  # (OnlineWaitLimit 2 and MonitorInterval, vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @both-ways @needs-SplitTakeover-1
  Scenario: Everything stops after a takeover, and the hosts that know of it start without their files
    # AutoStart goes to hosta first, whose file says that it ran there last, and no other file says more. The far array holds the
    # writes since (docs/messages.md 1103, 1603). Where no host remembers the takeover a person says which side is right (1606).
    Given array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And oragrp is online on hostc
    And the application has been running for 10 minutes
    And array IBM.2107-75FA120 is back
    When hostc, hostd lose power
    And the agent's state files on hostc are lost
    And the agent's state files on hostd are lost
    And 1 minute passes
    And hosta, hostb, hostc, hostd boot
    Then oragrp does not come online on hosta, hostb within 45 minutes
    And the agent refused, saying "the far array may hold later writes"
    And no acknowledged write was lost
    And no two systems wrote to the volumes
