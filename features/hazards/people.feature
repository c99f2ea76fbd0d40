@hazard @people
Feature: People who mean well
  What administrators and operators do outside the plan (drills.md, row people; vcs.md 9.10, 9.13, 9.19).

  # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s (vcs.md 1.5); 10 minutes, one after the other (vcs.md
  # 1.5); 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart (OnlineWaitLimit
  # 2 and MonitorInterval, vcs.md 1.5); 1 minute, twice what LLT (16 s) and GAB (5 s) take to notice a dead host (vcs.md 3.6).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-SplitTakeover-1 @needs-MetroMirror-1
  Scenario: A storage administrator fails over by hand, and the site is lost later
    # vcs.md 9.19: the monitor cannot see it. The volumes at B are writable and old, and look like those of a takeover
    # (dscli.md 2.5), so the online needs the lock only (chapter 1, "IBM Metro Mirror agent functions").
    When a storage administrator types "failoverpprc 1260:1260 1261:1261" on hostc
    And 30 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the administrator's failoverpprc are missing
    And no two systems wrote to the volumes

  @needs-MetroMirror-1
  Scenario: A storage administrator fails back over a running application
    # vcs.md 9.13: failback from B overwrites the changes made at A. The application at A is thrown out, and continues on a
    # copy that is old (dscli.md 3.2; dscli.md 8, trap 5).
    When a storage administrator types "failoverpprc 1260:1260 1261:1261" on hostc
    And 30 minutes pass
    And a storage administrator types "failbackpprc 1260:1260 1261:1261" on hostc
    And 10 minutes pass
    Then S2 is broken: exactly the writes acknowledged since the administrator's failoverpprc are missing
    And S5 is broken, for "the copy 75FA150 1260 -> 75FA120 1260 overwrites"
    And no two systems wrote to the volumes

  Scenario: A volume is taken out of VolIds, and a switch makes half of the database writable
    # vcs.md 9.7, one volume missing. The agent does what it is told, and says online; the disk group does not import, and
    # the group comes back to where everything is (vcs.md 3.2; the engine's line: vcs.md 1.8).
    # Time limits: 20 minutes, two hosts, whose disk groups have OnlineTimeout 300 s and then two monitors 60 s apart (vcs.md
    # 1.5).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir VolIds -delete 1261" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And the operator switches oragrp to hostc
    Then hostc logs "Group oragrp is faulted on system hostc" within 10 minutes
    And oragrp comes online on hosta within 20 minutes
    And S6 is broken, for "the lock was written for ora_mmir on hostc while 1261 cannot be written"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: A volume that the agent does not manage keeps the application down when the site is lost
    # vcs.md 9.7, one volume missing. 1261 stays a target in sync, and no agent fails it over, on hostc as on hostd. Once it is
    # in VolIds again, the next online carries on with it (docs/decisions.md: fail over the rest); both volumes stopped at the
    # same write.
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir VolIds -delete 1261" on hosta
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And hostc sent failoverpprc for 1260
    And S6 is broken, for "the lock was written for ora_mmir on hostc while 1261 cannot be written"
    When the operator types "hares -modify ora_mmir VolIds -add 1261" on hostc
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    And hostc sent failoverpprc for 1261
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: Two systems of one array have different VolIds, and every other system refuses what the poorer one left
    # vcs.md 9.7. hostc turns its one volume round, and the disk group misses the other. Who has both in VolIds now sees one
    # source and one target, and refuses, at B as at A (docs/messages.md 1103, docs/decisions.md): no system runs half a database.
    # A person turns the second volume, too.
    # Time limits: 1 hour, four hosts, each of which gives up after OnlineTimeout 300 s and two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -local ora_mmir VolIds" on hosta
    And the operator types "hares -modify ora_mmir VolIds 1260 -sys hostc" on hosta
    And the operator types "haconf -dump" on hosta
    And the operator switches oragrp to hostc
    Then hostc logs "Group oragrp is faulted on system hostc" within 10 minutes
    And hostd logs "refused: mixed set: 1260 source, writable, but 1261 target" within 5 minutes
    And hosta logs "refused: mixed set: 1261 source, writable, but 1260 target" within 30 minutes
    And oragrp does not come online on hosta, hostb, hostc, hostd within 1 hour
    And S6 is broken, for "the lock was written for ora_mmir on hostc while 1261 cannot be written"
    When the operator types "hares -modify ora_mmir VolIds 1260 1261 -sys hostc" on hosta
    And a storage administrator types "failoverpprc 1261:1261" on hostc
    And a storage administrator types "failbackpprc 1261:1261" on hostc
    And the operator types "hagrp -clear oragrp" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    And the volumes of oragrp on hostc become FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @both-ways
  Scenario: Local and remote array are swapped on one system, and its HMCs know no such array
    # vcs.md 9.7, wrong side. An HMC manages its own array only (dscli.md 1.6), so this slip cannot change anything; the
    # agent tells the refusal (docs/messages.md 1111), and hostd is next in the zone (vcs.md 3.3).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir LocalStorageImageID IBM.2107-75FA120 -sys hostc" on hosta
    And the operator types "hares -modify ora_mmir RemoteStorageImageID IBM.2107-75FA150 -sys hostc" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And the operator switches oragrp to hostc
    Then hostc logs "not online: lspprc was refused" within 5 minutes
    And no pair-changing command was sent
    And oragrp comes online on hostd within 30 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-MetroMirror-1
  Scenario: The whole side is swapped on one system, HMCs and all, and it locks what it cannot write
    # vcs.md 9.7, wrong side. The array at home says that the volumes are writable, there; hostc believes it is meant. No
    # command is sent, the disk group does not import, and hostd does it right (vcs.md 3.2; the engine's line: vcs.md 1.8).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir LocalStorageImageID IBM.2107-75FA120 -sys hostc" on hosta
    And the operator types "hares -modify ora_mmir RemoteStorageImageID IBM.2107-75FA150 -sys hostc" on hosta
    And the operator types "hares -modify ora_mmir HMC1 ds8000c.example.com -sys hostc" on hosta
    And the operator types "hares -modify ora_mmir HMC2 ds8000d.example.com -sys hostc" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And the operator switches oragrp to hostc
    Then hostc logs "Group oragrp is faulted on system hostc" within 10 minutes
    And no pair-changing command was sent
    And oragrp comes online on hostd within 10 minutes
    And S6 is broken, for "the lock was written for ora_mmir on hostc while 1260 1261 cannot be written"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The HMC of one system is mistyped, and the other HMC is asked
    # dscli.md 1.6: the second console is used when the first does not connect (docs/messages.md 1401).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir HMC1 nowhere.example.com -sys hostc" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And the log of hostc says "HMC nowhere.example.com gave no session"
    And no acknowledged write was lost

  Scenario: The remote array of one system is mistyped, and that system refuses the set
    # Chapter 3, "Attribute definitions for the Metro Mirror agent", RemoteStorageImageID: a peer on another storage image is
    # none that this resource may act on (docs/decisions.md: doubtful; docs/messages.md 1103).
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir RemoteStorageImageID IBM.2107-75FA999 -sys hostc" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And the operator switches oragrp to hostc
    Then hostc logs "Target Full Duplex, peer on another storage image" within 5 minutes
    And no pair-changing command was sent
    And oragrp comes online on hostd within 30 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: Two operators switch the group to two hosts at the same moment
    # drills.md, row people. Which of the two is obeyed is not known; that it is one only is what S7 demands (drills.md S7).
    When the operator switches oragrp to hostb
    And the operator types "hagrp -switch oragrp -to hostc" on hostd
    Then oragrp comes online on one of hostb, hostc within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: Two operators bring the group online on two hosts, and the second is refused
    # vcs.md 3.1: HAD brings a failover group online only where nothing of it is up anywhere else.
    When the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When the operator brings oragrp online on hosta
    Then "hagrp -online oragrp -sys hostc" on hostc is refused
    And oragrp comes online on hosta within 5 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: An action is asked for on a host that halted five seconds ago
    # additions.md, "VCS: behaviour"; vcs.md 3.6: the cluster notices after 16 s of LLT and 5 s of GAB, and the command ends then.
    When hostd halts
    And 5 seconds pass
    And the operator types "hares -action ora_mmir status -sys hostd" on hosta
    Then oragrp stays online on hosta for 1 minute

  Scenario: An action is asked for on a host that stands still
    # vcs.md 3.6: a host that stands still leaves the membership like a dead one; what it does later has no receiver.
    When hostc hangs
    And 2 seconds pass
    And the operator types "hares -action ora_mmir status -sys hostc" on hosta
    Then oragrp stays online on hosta for 1 minute

  Scenario: Nothing is operated while a resource waits for an administrator
    # vcs.md 2.4, ManageFaults; additions.md, "ADMIN_WAIT": online, offline, switch and flush are refused, hastop needs
    # -force. 10 minutes: offline and online, OfflineTimeout and OnlineTimeout of 300 s (vcs.md 1.5).
    When the operator sets ManageFaults of oragrp to "NONE"
    And ora_db fails on hosta
    And 2 minutes pass
    Then "hagrp -offline oragrp -sys hosta" on hosta is refused
    And "hagrp -flush oragrp -sys hosta" on hosta is refused
    And "hastop -local" on hosta is refused
    When the operator types "hagrp -clearadminwait -fault oragrp -sys hosta" on hosta
    Then oragrp comes online on hostb within 10 minutes
    And no acknowledged write was lost

  @needs-SplitTakeover-1
  Scenario: A storage administrator takes over in the middle of a copy that had nothing new to bring
    # vcs.md 9.17, where every write was on the target before the copy began: it is a mixture all the same, which no application
    # ever wrote (drills.md S4), and no acknowledged write is missing (drills.md S2). The array does not refuse (dscli.md 2.5).
    When the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When a storage administrator types "rmpprc -quiet 1260:1260 1261:1261" on hosta
    And copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 2 tracks a second
    And a storage administrator types "mkpprc -mode full 1260:1260 1261:1261" on hosta
    And the copy has come to 40 %
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    And a storage administrator types "failoverpprc 1260:1260 1261:1261" on hostc
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 5 minutes
    And S4 is broken, for "1260 of 75FA150 was taken over in Target Copy Pending, its copy incomplete"
    And no acknowledged write was lost
    And no two systems wrote to the volumes
