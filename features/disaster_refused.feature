@chapter-4 @disaster @refused @whole
Feature: A disaster in which the takeover must be refused
  The agent's manual, chapter 4, "Performing a disaster test", step 2: the service group fails over if all volumes were
  originally in the TARGET FULL DUPLEX state and no copy or synchronization was in progress at the time of the disaster.
  Each scenario violates one of the two, and the group must stay down on the other side, with a reason in the log: a
  suspended target is refused at once, a copy whose source is gone is waited for in vain (docs/decisions.md, docs/messages.md
  1103). What the target says of itself stays as it was when the source was lost (dscli.md 2.5).

  # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
  # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-2 @needs-MetroMirror-1
  Scenario: One of two volumes was suspended before
    # vcs.md 9.2: suspend one, crash later with the other in sync: the agent must refuse them as a set.
    When a storage administrator types "pausepprc 1261:1261" on hosta
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1261: the copy to this array was stopped, so its data is old"
    And no failoverpprc was sent
    And no two systems wrote to the volumes

  @step-2 @needs-MetroMirror-1
  Scenario: All volumes were suspended before
    # vcs.md 9.3: they are consistent among themselves, and old. A pause at the source shows as Target Suspended (dscli.md 2.5).
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1260 1261: the copy to this array was stopped, so its data is old"
    And no failoverpprc was sent

  @step-2 @needs-MetroMirror-1
  Scenario: A resynchronization was in progress, and 40 % of it was done
    # vcs.md 9.14: wait inside the time budget, else do not start; 9.17: such a target is a mixture of old and new tracks.
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And 10 minutes pass
    And copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 2 tracks a second
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    And the copy has come to 40 %
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1260 1261: the copy to this array is not complete, and the time for online is over"
    And no failoverpprc was sent

  @step-2 @needs-MetroMirror-1
  Scenario: The resynchronization of one of two volumes was in progress
    # vcs.md 9.2 and 9.14: the set is judged as one, and the line names the volume that keeps it down.
    When a storage administrator types "pausepprc 1261:1261" on hosta
    And 10 minutes pass
    And copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 2 tracks a second
    And a storage administrator types "resumepprc 1261:1261" on hosta
    And the copy has come to 40 %
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1261: the copy to this array is not complete, and the time for online is over"
    And no failoverpprc was sent

  @step-2 @needs-MetroMirror-1
  Scenario: The first copy of a volume was in progress
    # The target says Target Copy Pending, as in a resynchronization (dscli.md 2.5, first copy).
    When a storage administrator types "rmpprc -quiet 1261:1261" on hosta
    And copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 20 tracks a second
    And a storage administrator types "mkpprc 1261:1261" on hosta
    And the copy has come to 10 %
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1261: the copy to this array is not complete, and the time for online is over"
    And no failoverpprc was sent

  @step-2 @both-ways @needs-MetroMirror-1
  Scenario: One volume was not mirrored at all
    # What is in no pair is writable on either side, and holds nothing: vcs.md 9.7.
    When a storage administrator types "rmpprc -quiet 1261:1261" on hosta
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "mixed set: 1261 in no pair, writable, but 1260 target"
    And no failoverpprc was sent
