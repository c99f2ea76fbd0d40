@fire-drill @both-ways
Feature: A fire drill on a copy of the target volumes
  The second resource type of the agent, MetroMirrorSnap: FlashCopy of the mirror's targets at one moment, onto practice volumes of
  the same array (docs/messages.md 1800 to 1803). No pair of the mirror is changed, and the real group goes on.

  # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s (vcs.md 1.5); 10 minutes, one after the other (vcs.md 1.5);
  # 45 minutes, hosts give up one after the other: OnlineTimeout 300 s and two monitors 300 s apart (OnlineWaitLimit 2 and
  # MonitorInterval, vcs.md 1.5).

  Background: the site with a fire drill group
    Given the example site "firedrill"
    And oragrp is online on hosta

  Scenario: The drill comes and goes, and the application never notices
    # The copy is dissolved behind it (docs/messages.md 1802).
    When the operator brings firedrillgrp online on hostc
    Then firedrillgrp comes online on hostc within 5 minutes
    And the log of hostc says "copied for a fire drill: 1260:1360 1261:1361"
    And oragrp stays online on hosta for 10 minutes
    When the operator takes firedrillgrp offline
    Then firedrillgrp is offline everywhere within 5 minutes
    And the log of hostc says "dissolved the copies 1260:1360 1261:1361"
    And no pair-changing command was sent
    And the volumes of oragrp on hosta are FULL DUPLEX
    And no acknowledged write was lost

  Scenario: The mirror is not in sync, and what would be rehearsed on is old
    # A pause at the source shows as Target Suspended (dscli.md 2.5; docs/messages.md 1801).
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And the operator brings firedrillgrp online on hostc
    Then firedrillgrp does not come online on hostc, hostd within 45 minutes
    And the log of hostc says "no target that is in sync"
    When the operator types "haconf -makerw" on hostc
    And the operator types "hares -modify ora_snap RequireSync 0" on hostc
    And the operator types "hagrp -clear firedrillgrp" on hostc
    And the operator brings firedrillgrp online on hostc
    Then firedrillgrp comes online on hostc within 5 minutes

  Scenario: The links are lost, the target does not know that it is old, and the far array does
    # dscli.md 2.5: Target Full Duplex, though the source was written since. RemoteHMC1 is asked (docs/messages.md 1801).
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 10 minutes pass
    And the operator brings firedrillgrp online on hostc
    Then firedrillgrp does not come online on hostc, hostd within 45 minutes
    And the log of hostc says "the far array may hold later writes"

  Scenario: The site is lost in the middle of a fire drill, and the real group takes over
    # The sources of a FlashCopy are failed over like any target (dscli.md 3.1); the drill goes on beside it.
    When the operator brings firedrillgrp online on hostc
    Then firedrillgrp comes online on hostc within 5 minutes
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on one of hostc, hostd within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
    When the operator takes firedrillgrp offline
    Then firedrillgrp is offline everywhere within 5 minutes

  Scenario: The host of the drill loses its power, and its neighbour begins anew
    # The lock dies with the boot; what it left on the array is dissolved first (docs/messages.md 1802).
    When the operator brings firedrillgrp online on hostc
    Then firedrillgrp comes online on hostc within 5 minutes
    When hostc loses power
    Then firedrillgrp comes online on hostd within 10 minutes
    And the log of hostd says "dissolved the copies 1260:1360 1261:1361"
    And no pair-changing command was sent
