@hazard @paths
Feature: The mirror breaks before the site does
  The agent sees one array. A target that says TARGET FULL DUPLEX was in sync when it last heard of its source, and cannot
  know whether it was written since (vcs.md 9.3). The manual's rule for a takeover, chapter 4, "Performing a disaster test",
  step 2, is kept to the letter in all of these, and where it loses writes the scenario says which.

  # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
  # online, which is also OfflineTimeout (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-SplitTakeover-1
  Scenario: The links are lost an hour before the site, and the target does not know that it is old
    # dscli.md 2.5, a host write on A after the link is down: Suspended, Internal Conditions Target there, nothing at B.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 1 hour passes
    Then the volumes of oragrp on hosta show SUSPENDED, reason Internal Conditions Target
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And no two systems wrote to the volumes

  @both-ways @needs-SplitTakeover-1
  Scenario: Nothing is written between the loss of the links and that of the site, and nothing is missing
    # The same states at the target, and a good copy: that is why the agent cannot refuse them all (dscli.md 2.5, link down and
    # no host write; dscli.md 8, trap 2).
    When the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 1 hour passes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost

  @needs-SplitTakeover-1
  Scenario: Links that flap suspend the pairs at the first loss, and no operator resumes them
    # dscli.md 5.3 and 8, trap 6: paths return by themselves, suspended pairs do not.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 flap, 5 seconds down and 60 seconds up
    And 30 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the links began to flap are missing
    And no two systems wrote to the volumes

  Scenario: A planned switch over a mirror that broke is refused, and the group goes home
    # No disaster at all: the way to the target is lost unnoticed, and an operator switches the group. The failback
    # would overwrite the only copy that had the writes (dscli.md 3.2); the far array tells, and the group can run there
    # (docs/messages.md 1603 and 1103).
    # Time limits: 45 minutes, hostc and hostd give up one after the other: OnlineTimeout 300 s and two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the mirror path from IBM.2107-75FA120 to IBM.2107-75FA150 is lost
    And the application has been running for 10 minutes
    Then the volumes of oragrp on hosta show SUSPENDED, reason Internal Conditions Target
    When the operator switches oragrp to hostc
    Then oragrp comes online on hosta within 45 minutes
    And the log of hostc says "the far array may hold later writes"
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @inprocess @own-times @needs-SplitTakeover-1
  Scenario: The hosts at home are back while the other side asks their array
    # The takeover was decided on because no host was left that has the later writes, which takes a slow console its time; the
    # line is held back (docs/messages.md 1605), and the group goes on where it was.
    # Time limits: 45 minutes, hostc and hostd give up one after the other: OnlineTimeout 300 s and two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 10 minutes pass
    And HMC ds8000c.example.com answers 15 seconds late
    And hosta, hostb halt
    And the agent's online on hostc comes to send_line 2, or 10 minutes pass
    And hosta, hostb come back
    Then oragrp comes online on hosta within 45 minutes
    And the log of hostc says "failoverpprc was held back: the group can run on"
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @inprocess @own-times @needs-SplitTakeover-1
  Scenario: The hosts at home are back when the next host finds what a takeover left
    # hostc has failed the volumes over and dies before the lock; hostd finds them writable. The takeover was allowed because no
    # host could run where the later writes are, and one can again by now: the lock is refused (docs/messages.md 1103), as a
    # takeover would be, and the group goes on where it was. VCS brings nothing online where resources are not probed yet
    # (vcs.md 3.3), so that hostd is asked first.
    # Time limits: 45 minutes, hostc and hostd give up one after the other: OnlineTimeout 300 s and two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 10 minutes pass
    And hosta, hostb lose power
    And hostc has sent failoverpprc for 1260, 1261
    And hostc loses power
    And 18 seconds pass
    And hosta, hostb come back
    Then oragrp comes online on hosta within 45 minutes
    And the log of hostd says "and the group can run there again"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @inprocess @own-times @needs-SplitTakeover-1
  Scenario: failback is refused where a takeover was cut short and the array at home holds later writes
    # The takeover gave these writes up, as no host could run where they are, and nothing came online by it: they are the only
    # data. The hosts are back, and an operator types failback at the wrong side (docs/messages.md 1301).
    # Time limits: 10 minutes, 300 s for online, which is also OfflineTimeout (vcs.md 1.5).
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 10 minutes pass
    And hosta, hostb halt
    And the agent's online on hostc comes to send_line 7, or 10 minutes pass
    And the operator types "hagrp -freeze oragrp" on hostd
    And the agent's online on hostc is killed, if it is under way
    And 20 minutes pass
    And hosta, hostb come back
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are back
    And 5 minutes pass
    And the operator's failback action of oragrp on hostc fails
    Then no failbackpprc was sent
    And the log of hostc says "which a failback would overwrite"
    When the operator types "hagrp -unfreeze oragrp" on hostd
    And the operator takes oragrp offline
    Then oragrp is offline everywhere within 10 minutes
    When the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 10 minutes
    And no acknowledged write was lost

  @needs-SplitTakeover-1
  Scenario: Only the way back is lost before the site, and the mirror never noticed
    # dscli.md 5.1: paths are one-directional; writes go from A to B, and failoverpprc needs no path (dscli.md 3.1).
    When the mirror path from IBM.2107-75FA150 to IBM.2107-75FA120 is lost
    And 30 minutes pass
    Then the volumes of oragrp on hosta are FULL DUPLEX
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
