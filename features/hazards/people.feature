@hazard @people
Feature: People who mean well
  What administrators and operators do outside the plan (vcs.md 9.10, 9.13, 9.19).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: A storage administrator fails over by hand, and the site is lost later
    # vcs.md 9.19: the monitor cannot see it. The volumes at B are writable and old, and look like those of a takeover.
    When a storage administrator types "failoverpprc 1260:1260 1261:1261" on hostc
    And 30 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the administrator's failoverpprc are missing
    And no two systems wrote to the volumes

  Scenario: A storage administrator fails back over a running application
    # vcs.md 9.13: failback from B overwrites the changes made at A. The application at A is thrown out, and continues on a
    # copy that is old.
    When a storage administrator types "failoverpprc 1260:1260 1261:1261" on hostc
    And 30 minutes pass
    And a storage administrator types "failbackpprc 1260:1260 1261:1261" on hostc
    And 10 minutes pass
    Then S2 is broken: exactly the writes acknowledged since the administrator's failoverpprc are missing
    And S5 is broken, for "the copy 75FA150 1260 -> 75FA120 1260 overwrites"
    And no two systems wrote to the volumes

  Scenario: Somebody takes a volume out of VolIds, and a switch makes half of the database writable
    # vcs.md 9.7, one volume missing. The agent does what it is told, and says online; the disk group does not import, and
    # the group comes back to where everything is.
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir VolIds -delete 1261" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And the operator switches oragrp to hostc
    Then hostc logs "Group oragrp is faulted on system hostc" within 10 minutes
    And oragrp comes online on hosta within 20 minutes
    And S6 is broken, for "the lock was written for ora_mmir on hostc while 1261 cannot be written"
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: Somebody mistypes the HMC of one system, and the other HMC is asked
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -modify ora_mmir HMC1 nowhere.example.com -sys hostc" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And the log of hostc says "HMC nowhere.example.com gave no session"
    And no acknowledged write was lost

  Scenario: Somebody mistypes the remote array of one system, and that system refuses the set
    # Chapter 3, RemoteStorageImageID: a peer on another storage image is none that this resource may act on.
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
    When the operator switches oragrp to hostb
    And the operator types "hagrp -switch oragrp -to hostc" on hostd
    Then oragrp comes online on one of hostb, hostc within 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: Two operators bring the group online on two hosts, and the second is refused
    When the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When the operator brings oragrp online on hosta
    Then "hagrp -online oragrp -sys hostc" on hostc is refused
    And oragrp comes online on hosta within 5 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes
