@hazard @witnesses
Feature: A cluster starts for the first time, and nothing is remembered yet
  Without a memory the far array is asked before anything is locked (docs/messages.md 1603), and that takes its time.

  Background: the typical test setup
    Given the example site "rdc"

  @needs-SplitTakeover-1
  Scenario: The array is lost while the far one is asked, and no lock is written on a look that is old
    # Chapter 1, "IBM Metro Mirror agent functions", online: the lock is for volumes that are writable. What the own array said before
    # the far one was asked is seconds old, so it is asked once more (docs/messages.md 1103).
    # The first list that hosta ever asks for is that of its online, of its own array; the next one is of the far array.
    # Time limits: 10 minutes, OnlineTimeout 300 s (vcs.md 1.5) on each of the two hosts of the array.
    When hosta has sent lspprc for 1260, 1261
    And the next lspprc from hosta reaches the array 10 seconds late
    And array IBM.2107-75FA120 is lost
    Then oragrp does not come online on hosta, hostb within 10 minutes
    And the agent refused, saying "what the array says of them is no state to act on"
    And no two systems wrote to the volumes
