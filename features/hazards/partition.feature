@hazard @heartbeats
Feature: Heartbeats are lost, and everything lives
  Systems that do not hear each other take each other for dead (vcs.md 3.6). Without I/O fencing both sides bring the group
  online; nothing that the agent sees of its own array tells it so (vcs.md 9.1). What an engine believes is asked by hagrp
  -value, which prints states between bars (vcs.md 5).

  # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
  # online (OnlineTimeout, vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: The heartbeats between the sites are lost, and site B stops before it takes the volumes away
    # The mirror lives. failoverpprc at B is answered by B alone (dscli.md 3.1) and suspends the mirror; before the failback that
    # would overwrite what A acknowledged since (dscli.md 3.2) the far array is asked again, and tells (docs/messages.md 1605).
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    And hostc has sent failoverpprc for 1260, 1261
    Then hostc logs "failbackpprc was held back" within 5 minutes
    When 20 minutes pass
    Then "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And no failbackpprc was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: Heartbeats and mirror are cut together, and two copies are written
    # vcs.md 3.6: indistinguishable from the death of a site. The links were lost first, so A's writes since are at A only.
    # Time limits: 10 minutes, two rounds of monitors at MonitorInterval 300 s (vcs.md 1.5).
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And all heartbeats between hosta, hostb and hostc, hostd are lost
    And 10 minutes pass
    Then "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And "hagrp -value oragrp State hostc" on hostc says "|ONLINE|"
    And S1 is broken, for "ora_db is open on hosta and hostc"
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And S7 is broken, for "oragrp is said to be online on hosta and hostc"

    # vcs.md 3.6: the engines cannot be reconciled; one side restarts and gives way. Which one is not known; here, of equal
    # sides, the one without the first system (docs/fidelity.md, M), which vcs.md 3.5 then takes offline for being second. The
    # volumes stay as they are: two copies, both written, and no command sent.
    When all heartbeats between hosta, hostb and hostc, hostd are back
    And 10 minutes pass
    Then oragrp stays online on hosta for 10 minutes
    And no pair-changing command was sent

  Scenario: In jeopardy the last link is lost, and nothing happens
    # vcs.md 0, fact 11, and 9.12: groups are autodisabled instead of failed over.
    # Time limits: 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts by
    # itself (FaultOnMonitorTimeouts, vcs.md 1.5).
    When LLT link link1 of hosta is pulled
    And 1 minute passes
    And LLT link link2 of hosta is pulled
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: The old site is restarted while it hears no other system, and the agent refuses
    # vcs.md 4.4: the most dangerous documented path, here in one cluster. GAB waits for all systems, so an operator seeds what
    # is there (docs/hazards.md). The old source is still writable where it stands (dscli.md 2.5; dscli.md 8, trap 1), and its
    # hosts remember an online that is no longer the last one. The far array tells (docs/messages.md 1603 and 1103).
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And array IBM.2107-75FA120 is back
    And 1 minute passes
    And hosta, hostb boot
    And 10 minutes pass
    And the operator types "gabconfig -x" on hosta
    And 20 minutes pass
    Then "hagrp -value oragrp State hostc" on hostc says "|ONLINE|"
    And the agent refused, saying "the far array may hold later writes"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @own-times
  Scenario: Two parts of the cluster run one after the other, and their memories contradict each other
    # Neither part knew of the other's online, and each file names another side. Both arrays were asked by the second part,
    # and the copy runs: one of them holds all, so there is nothing for a person to choose (docs/messages.md 1601, 1104).
    # Time limits: 10 minutes, GAB is seeded by hand, and an online of 300 s (vcs.md 3.6, 1.5).
    When the application has been running for 10 minutes
    And hosta, hostb, hostc, hostd lose power
    And 1 minute passes
    And hosta boots
    And 1 minute passes
    And the operator types "gabconfig -x" on hosta
    And 2 minutes pass
    And the operator types "hagrp -autoenable oragrp -sys hostb" on hosta
    And the operator types "hagrp -autoenable oragrp -sys hostc" on hosta
    And the operator types "hagrp -autoenable oragrp -sys hostd" on hosta
    Then oragrp stays online on hosta for 5 minutes
    When hosta loses power
    And 1 minute passes
    And hostb, hostc, hostd boot
    And 1 minute passes
    And the operator types "gabconfig -x" on hostb
    And 2 minutes pass
    And the operator types "hagrp -autoenable oragrp -sys hosta" on hostb
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    When hosta boots
    Then hosta logs "two systems remember different onlines" within 10 minutes
    When 5 minutes pass
    And the operator switches oragrp to hostd
    Then oragrp comes online on hostd within 5 minutes
    And the log of hostd says "the far array holds nothing but a copy of this one"
    And no acknowledged write was lost
    And no two systems wrote to the volumes
