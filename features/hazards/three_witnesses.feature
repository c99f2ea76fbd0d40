@hazard @witnesses
Feature: The agent does not trust a single witness
  Its own array, its memory of the last online, and the far array: a contradiction refuses (docs/messages.md 1103 and 1603). The
  manual's rules stand where nothing contradicts them (chapter 1, "IBM Metro Mirror agent functions").

  # Time limits: 5 minutes, OnlineTimeout of 300 s (vcs.md 1.5); 10 minutes, OfflineTimeout and then OnlineTimeout, 300 s each
  # (vcs.md 1.5); 45 minutes, hosts give up one after the other: OnlineTimeout 300 s and two monitors 300 s apart
  # (OnlineWaitLimit 2 and MonitorInterval, vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-SplitTakeover-1
  Scenario: The old home is repaired, failback was not run, and both hosts of the other side halt
    # dscli.md 2.5: the old source still calls itself a source. The memory knows that the group ran on hostc last
    # (docs/messages.md 1103).
    Given array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And oragrp is online on hostc
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 30 minutes pass
    When hostc, hostd halt
    Then oragrp does not come online on hosta, hostb within 45 minutes
    And the agent refused, saying "the resource was online last on hostc, array IBM.2107-75FA150"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: The old home is repaired, failback was not run, and the group is switched home
    # The refusal sends the group back to the side that holds its data (vcs.md 3.3; docs/messages.md 1103).
    Given array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And oragrp is online on hostc
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 30 minutes pass
    When the operator switches oragrp to hosta
    Then oragrp comes online on one of hostc, hostd within 45 minutes
    And the agent refused, saying "the resource was online last on hostc, array IBM.2107-75FA150"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: Everything stops after a takeover, and the memory comes back from the files of the hosts
    # The temp attribute dies with the cluster (vcs.md 1.7), the files do not (docs/messages.md 1600). AutoStart goes to hosta first
    # (docs/messages.md 1103); the other side is right.
    Given array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And oragrp is online on hostc
    And the application has been running for 10 minutes
    And array IBM.2107-75FA120 is back
    When hostc, hostd lose power
    And 1 minute passes
    And hosta, hostb, hostc, hostd boot
    Then oragrp comes online on one of hostc, hostd within 45 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: All hosts die in turn, and the one that knows more starts while another one decides
    # The file of hosta is old. hostd publishes what it knows while the online on hosta is under way, which then hears the memory anew
    # (docs/messages.md 1600); two memories that contradict each other would keep the group down until a person decides.
    # Time limits: 10 minutes, 21 s until systems are missed (vcs.md 3.6), then OnlineTimeout 300 s (vcs.md 1.5).
    When hosta, hostb, hostc lose power
    Then oragrp comes online on hostd within 10 minutes
    When hostd loses power
    And hosta boots
    And 7 seconds pass
    And hostb, hostc, hostd boot
    Then oragrp comes online on one of hosta, hostb, hostc, hostd within 45 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: One target was failed over by hand and forgotten, and the site is lost
    # Rule 4 needs evidence (docs/messages.md 1103): no journal and no memory says that a failover was cut short, so half of
    # the database may be old.
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit 2 and MonitorInterval, vcs.md 1.5).
    When a storage administrator types "failoverpprc 1260:1260" on hostc
    And 1 hour passes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "no operation of the agent explains it"
    And hostc sent failoverpprc for 1260
    And no acknowledged write was lost

  @both-ways @needs-CleanRetryLimit-0
  Scenario: A failover was cut short, the group ran at home again, and it is switched to the other host of that side
    # The memory has moved on, so nothing explains the mixed set any more (docs/messages.md 1103).
    Given of the next failoverpprc from hostc only 1260 are carried out
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260
    And the agent's online on hostc is killed
    And 1 minute passes
    And the operator types "hagrp -flush oragrp -sys hostc" on hostc
    And the operator takes offline what is up of oragrp on hostc
    And 1 minute passes
    And the operator brings oragrp online on hosta
    And the application has been running for 30 minutes
    And the operator switches oragrp to hostd
    Then hostd logs "no operation of the agent explains it" within 10 minutes
    And no acknowledged write was lost

  @both-ways @needs-OnlineWaitLimit-0 @needs-CleanRetryLimit-0 @needs-LateCommandLimit-900
  Scenario: Online is killed while it reverses the copy, and its failback lands a quarter of an hour later
    # vcs.md 9.6: clean may not say that it is safe while a command may still land (docs/messages.md 1201).
    # Time limits: 20 minutes, OnlineTimeout 300 s, two monitors 300 s apart before clean (OnlineWaitLimit 2 and
    # MonitorInterval, vcs.md 1.5), and one more.
    Given hostd halts
    And 1 minute passes
    And the next failbackpprc from hostc reaches the array 15 minutes late
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And 10 seconds pass
    And the agent's online on hostc is killed
    Then hostc logs "the failbackpprc that was cut short may still be carried out" within 20 minutes
    When 40 minutes pass
    Then no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @needs-MetroMirror-1
  Scenario: Online is killed behind its failover, no other host is left there, and the group goes home
    # Nothing was copied back and nothing written there, and the volumes at home are whole although that host lives
    # (docs/messages.md 1104), and no failbackpprc was announced that could land later (docs/messages.md 1103).
    # Time limits: 45 minutes, OnlineTimeout 300 s and two monitors 300 s apart before clean (OnlineWaitLimit 2 and
    # MonitorInterval, vcs.md 1.5), and the start at home.
    Given hostd halts
    And 1 minute passes
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And the agent's online on hostc is killed
    Then oragrp comes online on hosta within 45 minutes
    And the log of hosta says "a takeover by hostc was cut short"
    And no failbackpprc was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-LateCommandLimit-900
  Scenario: The host loses its power while it reverses the copy, and its failback lands a quarter of an hour later
    # Without a clean: the group goes home at once (vcs.md 3.3), where the memory knows what may still come (docs/messages.md
    # 1103).
    Given hostd halts
    And 1 minute passes
    And the next failbackpprc from hostc reaches the array 15 minutes late
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And 10 seconds pass
    And hostc loses power
    And 40 minutes pass
    Then the agent refused, saying "its failbackpprc may still overwrite this side"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways
  Scenario: A host stands still between failover and failback, and goes on when the group is home again
    # vcs.md 3.6: a host that stands still does what it was about to do. Its licence has expired (docs/messages.md 1605).
    # The old engine had brought the address online there, which no agent for storage can help.
    Given hostd halts
    And 1 minute passes
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And hostc hangs
    Then oragrp comes online on hosta within 10 minutes
    When 30 seconds pass
    And hostc resumes
    Then hostc logs "the far array may hold later writes" within 5 minutes
    When 10 minutes pass
    Then no failbackpprc was sent
    And S7 is broken, for "oragrp is up on hosta and hostc"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @needs-LateCommandLimit-900
  Scenario: A host stands still while its failback is on its way, and clean waits until it can no longer land
    # The DS CLI never answered, so its outcome is not known: the journal stays open, and no clean says that it is safe
    # (docs/messages.md 1201). The side at home knows that it may be overwritten (docs/messages.md 1103).
    Given hostd halts
    And 1 minute passes
    And the next failbackpprc from hostc reaches the array 12 minutes late
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And 10 seconds pass
    And hostc hangs
    And 3 minutes pass
    And hostc resumes
    And 40 minutes pass
    Then the agent refused, saying "its failbackpprc may still overwrite this side"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways
  Scenario: A host stands still between failover and failback, and its neighbour on the same array has the group
    # vcs.md 3.6: the host that wakes has an engine that knows of nothing. It waits until VCS has restarted it (which
    # kills what waits), and sends no failback under its neighbour (docs/messages.md 1605).
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And hostc hangs
    Then oragrp comes online on hostd within 5 minutes
    When hostc resumes
    And 10 minutes pass
    Then no failbackpprc was sent
    And S7 is broken, for "oragrp is up on hostc and hostd"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways
  Scenario: The pairs were removed an hour before the site is lost, and nothing at the other side says so
    # dscli.md 2.1: a volume in no pair is writable, whatever it holds. The memory knows where the data are (docs/messages.md
    # 1103).
    When a storage administrator types "rmpprc -quiet 1260:1260 1261:1261" on hosta
    And 1 hour passes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 45 minutes
    And the agent refused, saying "1260 1261 in no pair here"
    And no acknowledged write was lost

  @needs-SplitTakeover-1
  Scenario: failback is typed at the old home after an ordinary disaster
    # Chapter 1, "IBM Metro Mirror agent functions", action: from the original secondary side. The answer names it
    # (docs/messages.md 1302).
    Given array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And oragrp is online on hostc
    And 30 minutes pass
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 10 minutes pass
    And the operator takes oragrp offline
    And 10 minutes pass
    When the operator's failback action of oragrp on hosta fails
    Then the log of hosta says "Run failback on a system of IBM.2107-75FA150"
    And no failbackpprc was sent
    And no acknowledged write was lost

  @both-ways @needs-SplitTakeover-1 @needs-MetroMirror-1
  Scenario: failback is typed at the old home after a pause and a takeover by hand
    # dscli.md 2.5: a pause looks like a failover. hostc remembers that it came online (docs/messages.md 1302). What was written
    # since the pause is on the old home only: the takeover by hand has left it behind.
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 10 minutes
    When a storage administrator types "failoverpprc 1260:1260 1261:1261" on hostc
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on one of hostc, hostd within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the administrator's pausepprc are missing
    When 30 minutes pass
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 10 minutes pass
    And the operator takes oragrp offline
    And 10 minutes pass
    And the operator's failback action of oragrp on hosta fails
    Then the log of hosta says "Run failback on a system of IBM.2107-75FA150"
    And no failbackpprc was sent

  @needs-MetroMirror-1
  Scenario: Routine storage work leaves the mirror suspended, and the group is switched
    # dscli.md 4: pairs stay suspended after a thaw. The far array holds what was written since (docs/messages.md 1103), and
    # the group goes home.
    When a storage administrator types "freezepprc 12:12" on hosta
    And a storage administrator types "unfreezepprc 12:12" on hosta
    And 1 hour passes
    And the operator switches oragrp to hostc
    Then oragrp comes online on hosta within 45 minutes
    And the agent refused, saying "the far array may hold later writes"
    And no failoverpprc was sent
    And no acknowledged write was lost

  @needs-Evacuate-1
  @both-ways
  Scenario: People stop VCS on the last host at home, and the group is evacuated over a mirror that is suspended
    # hastop -evacuate is a planned switch: the host that is LEAVING or EXITED (vcs.md 3.7) is not lost, and its array holds
    # later writes (docs/messages.md 1103).
    When hostb halts
    And a storage administrator types "freezepprc 12:12" on hosta
    And a storage administrator types "unfreezepprc 12:12" on hosta
    And 1 hour passes
    And the operator types "hastop -local -evacuate" on hosta
    And 45 minutes pass
    Then the agent refused, saying "the far array may hold later writes"
    And no failoverpprc was sent
    And no acknowledged write was lost

  Scenario: A side is shut down in good order over a mirror that is suspended, and the group is brought online at the other
    # A system on which VCS was stopped stays EXITED when its host is switched off (vcs.md 3.7): no failure, and its array holds
    # later writes (docs/messages.md 1103).
    When a storage administrator types "freezepprc 12:12" on hosta
    And a storage administrator types "unfreezepprc 12:12" on hosta
    And 1 hour passes
    And the operator types "hastop -local" on hosta
    And the operator types "hastop -local" on hostb
    And 10 minutes pass
    And hosta, hostb lose power
    And 10 minutes pass
    And the operator brings oragrp online on hostc
    And 45 minutes pass
    Then the agent refused, saying "the far array may hold later writes"
    And no failoverpprc was sent
    And no acknowledged write was lost

  Scenario: The mirror broke, the array at home is slow, and the group is switched
    # A console that let the agent in is waited for: what a busy array knows is worth more than its silence (docs/messages.md
    # 1103).
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 1 hour passes
    And the management of IBM.2107-75FA120 answers 20 seconds late
    And the operator switches oragrp to hostc
    Then oragrp comes online on hosta within 45 minutes
    And the agent refused, saying "the far array may hold later writes"
    And no failoverpprc was sent
    And no acknowledged write was lost

  @needs-SplitTakeover-1
  Scenario: The far side takes over and cannot start the database, and the home side is repaired
    # The far array says that nothing was written there since its failover (docs/messages.md 1603), so that the old home has
    # all of it. The action failback at home makes the mirror whole: nothing that it overwrites is newer (docs/messages.md 1301).
    # Time limits: 60 minutes, what an hour of writes changed is sent as fast as it was made (dscli.md 4).
    Given the online of ora_dg on hostc, hostd has no effect
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And hostc has sent failoverpprc for 1260, 1261
    Then oragrp does not come online on hostc, hostd within 1 hour
    When array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 10 minutes pass
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 5 minutes
    And the log of hosta says "Run the action failback here"
    When the application has been running for 10 minutes
    And the operator runs the failback action of oragrp on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 60 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-MetroMirror-1 @both-ways
  Scenario: A pause is found before the switch, and resumed from the side that is right
    # PreSwitch is what VCS asks before anything goes offline (6.0 and later; here an operator does); resume goes on with a
    # mirror whose far side is the target, and from no other side (docs/installing-the-agent.md, Actions).
    # Time limits: 60 minutes, what ten minutes of writes changed is sent as fast as it was made (dscli.md 4).
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And 10 minutes pass
    And the operator's PreSwitch action of oragrp on hostc fails
    And the operator's resume action of oragrp on hostc fails
    And the operator runs the resume action of oragrp on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 60 minutes
    When the operator runs the PreSwitch action of oragrp on hostc
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the volumes of oragrp on hostc become FULL DUPLEX within 60 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @needs-MetroMirror-1
  Scenario: SplitTakeover 0: the links broke an hour before the site, and nothing is taken over unasked
    # The sibling agents' rule (docs/messages.md 1103): no failover if the primary cannot be asked. A person decides, and is
    # told what the action needs (docs/messages.md 1606); what the old home alone holds is missing.
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit 2 and MonitorInterval, vcs.md 1.5).
    Given the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir SplitTakeover 0" on hosta
    And the operator types "haconf -dump -makero" on hosta
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 1 hour passes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "SplitTakeover is 0"
    And no pair-changing command was sent
    When the operator's takeover action of oragrp on hostc fails
    And the operator types "hares -action ora_mmir takeover -actionargs oragrp smith site-lost -sys hostc" on hostc
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And no two systems wrote to the volumes
