@hazard @dscli
Feature: HMCs, accounts and answers fail while a takeover depends on them
  A command without an answer may have been carried out or not; only a look tells (vcs.md 9.8; dscli.md 1.6, 1.7, 3.3). An
  HMC is not in the data path: without it the mirror goes on, and takeovers do not.

  # Time limits: 5 minutes, OnlineTimeout of 300 s (vcs.md 1.5); 10 minutes, OfflineTimeout and then OnlineTimeout, 300 s each
  # (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @both-ways @needs-MetroMirror-1
  Scenario: The answer to the failover is lost, and what was done is recognised as done
    # drills.md, row DS CLI: no answer after execution. The array has done it at once (dscli.md 3.1), so once is enough.
    When the answer to the next failoverpprc from hostc is lost
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And failoverpprc was sent once
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @needs-MetroMirror-1
  Scenario: The failover is lost on its way, and is sent again
    # drills.md, row DS CLI: no answer before execution. Only one of the two ever reached an array; docs/messages.md 1106.
    When the next failoverpprc from hostc is lost before it reaches the array
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "the failover is not complete"
    And failoverpprc was sent once
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost

  @needs-MetroMirror-1
  Scenario: The HMC dies with the failover, and the other one shows what was done
    # Both HMCs of an array serve it (dscli.md 1.6); docs/messages.md 1400.
    When the HMC dies with the next failoverpprc from hostc
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "logged in to HMC ds8000f.example.com"
    And failoverpprc was sent once
    And no acknowledged write was lost

  @both-ways
  Scenario: The HMC dies in the middle of the takeover, and the other one is asked for the rest
    # Chapter 3, "Attribute definitions for the Metro Mirror agent": HMC2. The DS CLI says in words that it lost its console
    # (dscli.md 1.6); that is no refusal by the array (docs/messages.md 1400).
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And HMC ds8000e.example.com falls silent
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "logged in to HMC ds8000f.example.com"
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost

  @both-ways @needs-CleanRetryLimit-0
  Scenario: Both HMCs fall silent in the middle of the takeover, and clean says that it does not know
    # vcs.md 9.6: clean may not succeed before the agent has looked; when it can, the set is in one role. Until then VCS neither
    # faults the resource nor fails over, and asks again after each monitor (vcs.md 0, fact 3; docs/messages.md 1201, 1200).
    # Time limits: 20 minutes, OnlineTimeout 300 s, two monitors 300 s apart before clean (OnlineWaitLimit, 2 at most, and
    # MonitorInterval, vcs.md 1.5), and one more before it is asked again (vcs.md 1.6).
    When the operator switches oragrp to hostc
    And hostc has sent failoverpprc for 1260, 1261
    And HMC ds8000e.example.com falls silent
    And HMC ds8000f.example.com falls silent
    Then hostc logs "not safe to fault: the state of the pairs is not known" within 20 minutes
    And oragrp does not come online on hosta, hostb, hostc, hostd within 20 minutes
    When HMC ds8000f.example.com is well again
    Then hostc logs "safe to fault: all volumes are writable here" within 10 minutes
    And oragrp comes online on hostd within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways
  Scenario: The answer to the look is cut off in the middle
    # drills.md, row DS CLI: cut output. A half answer is none, and looking again changes nothing.
    When the answer to the next lspprc from hostc is cut off
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost

  @needs-MetroMirror-1
  Scenario: The answer to the failover is cut off in the middle
    # drills.md, row DS CLI: cut output. The array has done it (dscli.md 3.1), and the next look shows it.
    When the answer to the next failoverpprc from hostc is cut off
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And failoverpprc was sent once
    And no acknowledged write was lost

  @both-ways
  Scenario: A part of the list is refused, and only that part is sent again
    # dscli.md 1.5: some pairs of a list may fail (M-); vcs.md 9.7: the set is not online before all of it is (docs/messages.md
    # 1106).
    When of the next failoverpprc from hostc only 1260 are carried out
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "the failover is not complete"
    And hostc sent failoverpprc for 1261
    And the volumes of oragrp on hostc went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The first HMC refuses connections
    # dscli.md 1.6: the second one is used when the first does not connect.
    When HMC ds8000e.example.com refuses connections
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost

  @both-ways
  Scenario: The first HMC answers late, but in time
    # drills.md, row DS CLI: slow answers. Every command costs 20 s more, and there are fewer than fifteen of them.
    When HMC ds8000e.example.com answers 20 seconds late
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost

  @both-ways
  Scenario: The HMCs answer so late that they might as well be silent, and nothing is begun
    # vcs.md 9.8: DS CLI fails for reasons that have nothing to do with storage; the agent fails over only what it has seen
    # (docs/messages.md 1111).
    # Time limits: 20 minutes, OnlineTimeout 300 s, two monitors 300 s apart (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md
    # 1.5), and one more.
    When HMC ds8000e.example.com answers 140 seconds late
    And HMC ds8000f.example.com answers 140 seconds late
    And the operator switches oragrp to hostc
    Then hostc logs "not online: no answer to lspprc" within 10 minutes
    And oragrp does not come online on hostc within 20 minutes
    And no pair-changing command was sent

  @both-ways @needs-MetroMirror-1
  Scenario: OnlineTimeout is too short for a takeover, and nothing is begun
    # vcs.md 7.2, as SRDF: no command is run if too little time is left before OnlineTimeout (docs/messages.md 1111). The group
    # goes back to where the volumes are writable.
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -override ora_mmir OnlineTimeout" on hosta
    And the operator types "hares -modify ora_mmir OnlineTimeout 35" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And HMC ds8000e.example.com answers 20 seconds late
    And the operator switches oragrp to hostc
    Then hostc logs "not online: failoverpprc needs" within 10 minutes
    And oragrp comes online on hosta within 30 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways @needs-SplitTakeover-1
  Scenario: No HMC answers during the disaster, and when one does an operator has it done
    # vcs.md 9.8; dscli.md 1.6: losing both HMCs blocks commands. A faulted resource blocks its host until an operator clears it
    # (vcs.md 3.2); docs/messages.md 1111.
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When HMC ds8000e.example.com falls silent
    And HMC ds8000f.example.com falls silent
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "not online: no management console gave a session"
    And no pair-changing command was sent
    When HMC ds8000f.example.com is well again
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost

  @needs-SplitTakeover-1
  Scenario: The site's own profile of the DS CLI names a second console, that of the other array
    # dscli.md 1.3: what the command line does not say is taken from the profile. The agent hands over its own, so that no other
    # one matters: neither a console of the wrong array nor a format (docs/installing-the-agent.md, Actions).
    # Time limits: 10 minutes, OfflineTimeout and OnlineTimeout of 300 s each (vcs.md 1.5).
    Given the dscli profile of hostc reads "hmc2: ds8000c.example.com / paging: on / rows: 1 / fullid: on / format: xml / banner: on"
    When HMC ds8000e.example.com falls silent
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the volumes of oragrp on hostc are FULL DUPLEX
    And no acknowledged write was lost

  @needs-SplitTakeover-1
  Scenario: The site's own profile of the DS CLI is garbled
    # dscli.md 1.3: a value that no option takes ends the program. The agent hands over its own profile, and never reads that one.
    # Time limits: 10 minutes, OfflineTimeout and OnlineTimeout of 300 s each (vcs.md 1.5).
    Given the dscli profile of hostc reads "format: nonsense / paging: sometimes / rows: many / header"
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the volumes of oragrp on hostc are FULL DUPLEX
    And no acknowledged write was lost

  @needs-SplitTakeover-1 @both-ways
  Scenario: The account is locked, and the takeover waits until it is unlocked
    # dscli.md 1.7: a locked account is refused at the next log-in, the right password too (docs/messages.md 1111); 8, trap 9:
    # the agent does not try again and again.
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the account admin on IBM.2107-75FA150 is locked
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "not online: HMC ds8000e.example.com does not accept the user or the password"
    And no pair-changing command was sent
    When the account admin on IBM.2107-75FA150 is unlocked
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost

  @needs-SplitTakeover-1 @both-ways
  Scenario: The far array refused the account once, the account is mended, and the next switch asks that array again
    # What an array refused is noted for clean and info, which VCS repeats by itself (docs/messages.md 1111). An online tries
    # again, once: without the far array's word it leaves the copy as it is, and the group runs without a mirror.
    # Time limits: 10 minutes, 300 s for online, which is also OfflineTimeout (vcs.md 1.5).
    When the account admin on IBM.2107-75FA120 is locked
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the log of hostc says "no second opinion"
    When the account admin on IBM.2107-75FA120 is unlocked
    And the operator runs the failback action of oragrp on hostc
    Then the volumes of oragrp on hostc become FULL DUPLEX within 10 minutes
    When the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 10 minutes
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the volumes of oragrp on hostc become FULL DUPLEX within 10 minutes
    And no acknowledged write was lost

  @both-ways
  Scenario: The password expired before the disaster
    # dscli.md 1.7: every command is refused until the user has changed it, which the agent takes for a refused login; how
    # the DS CLI says so is not known (dscli.md 9.11), and the agent carries its words along (docs/messages.md 1111).
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the password of admin on IBM.2107-75FA150 expires
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "not online: HMC ds8000e.example.com does not accept the password of user"
    And no pair-changing command was sent

  @both-ways @needs-SplitTakeover-1
  Scenario: The management of the array at home is lost while data flow
    # dscli.md 1.6: the HMC is not in the data path, so the application goes on. A switch at home cannot look at its volumes
    # (docs/messages.md 1111), so in the end the group goes where it can: the zone first, then the others (vcs.md 3.3).
    # Time limits: 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts
    # (FaultOnMonitorTimeouts, vcs.md 1.5); 45 minutes, three hosts, each of which gives up after OnlineTimeout 300 s and
    # two monitors 300 s apart (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the management of IBM.2107-75FA120 is lost
    Then oragrp stays online on hosta for 20 minutes
    When the operator switches oragrp to hostb
    Then hostb logs "not online: no management console gave a session" within 10 minutes
    And oragrp comes online on hostc within 45 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes
