@hazard @heartbeats @fencing
Feature: Coordinator disks decide who goes on
  With I/O fencing a part of the cluster that does not hear the other goes on only if it wins the majority of the coordinator
  disks; who loses panics (vcs.md 3.6). That keeps the group from being online twice. It brings back no write that one side
  acknowledged after the mirror broke, and its keys on data disks are those of one array.

  Background: the typical test setup, fenced
    Given the example site "fenced"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: The heartbeats between the sites are lost, and the sites reach every disk
    # Without fencing site B takes the volumes from under the application (partition.feature).
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And "hasys -value hostc SysState" on hosta says "FAULTED"
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: Everything between the sites is cut, and a third place decides for the side that comes first
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: Everything is cut, site A does not reach the third place, and what it still acknowledged is lost
    # hosta writes on for the 22 s until it panics; no disk can help that.
    When the coordinator disks at third are out of reach of hosta, hostb
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And no two systems wrote to the volumes

  Scenario: Nobody reaches the majority, and everybody panics
    When the coordinator disks at third are out of reach of hosta, hostb, hostc, hostd
    And 1 hour passes
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And "hastatus -sum" on hosta is refused
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: hosta stands still and goes on, but its key is gone
    # The lock-file monitor of a host that hangs still says online; it writes no more, and panics as soon as it is heard.
    When hosta stands still
    Then oragrp comes online on hostb within 2 minutes
    When hosta goes on
    And 10 minutes pass
    Then oragrp comes online on hostb within 1 minute
    And S7 is broken, for "oragrp is said to be online on hosta and hostb"
    And no two systems wrote to the volumes
    And no acknowledged write was lost

  Scenario: In jeopardy on the public network the last link is lost, and the disks decide
    # Without fencing nothing would happen: the groups would be autodisabled.
    When LLT link link1 of hosta is pulled
    And LLT link link2 of hosta is pulled
    And 1 minute passes
    And LLT link lowpri1 of hosta is pulled
    Then oragrp comes online on hostb within 5 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The losers come back when the sites hear each other again
    # Before that they find the winners' keys, and their engines stop: a preexisting split brain.
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    And 2 minutes pass
    And hostc, hostd boot
    And 2 minutes pass
    Then "hasys -state hostc" on hostc is refused
    When all heartbeats between hosta, hostb and hostc, hostd are back
    And 1 minute passes
    And the operator types "hastart" on hostc
    And 1 minute passes
    Then "hasys -value hostc SysState" on hosta says "RUNNING"
    And "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And no two systems wrote to the volumes
