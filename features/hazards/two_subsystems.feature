@hazard @processes
Feature: Two groups on one site, one of them in two logical subsystems
  The volumes of oragrp are 1260 in LSS 12 and 1360 in LSS 13, a takeover may be cut between them (vcs.md 9.6, 9.7); webgrp
  has 1470. Paths, and the failback over them, are those of an LSS pair (dscli.md 5.1).

  # Time limits: 10 minutes, OnlineTimeout of 300 s and a monitor at MonitorInterval 300 s (vcs.md 1.5).

  Background: two groups on one site
    Given the example site "two-groups"
    And oragrp is online on hosta
    And webgrp is online on hostc

  @both-ways
  Scenario: The site is lost, and the takeover is killed between the two
    # vcs.md 9.6: clean may not succeed on a mixed set; what an operator can do where the other host is busy stands beside the
    # message (docs/messages.md 1201).
    # Time limits: 20 minutes, OnlineTimeout 300 s, two monitors 300 s apart before clean (OnlineWaitLimit, 2 at most, and
    # MonitorInterval, vcs.md 1.5), and one more.
    Given of the next failoverpprc from hostc only 1260 are carried out
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    And hostc has sent failoverpprc for 1260
    And the agent's online on hostc is killed
    Then hostc logs "not safe to fault: mixed set: 1260 writable, the others not" within 20 minutes
    When the operator types "hagrp -flush oragrp -sys hostc" on hostc
    And the operator types "haagent -stop MetroMirror -force -sys hostc" on hostc
    And the operator types "haagent -start MetroMirror -sys hostc" on hostc
    And 1 minute passes
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 10 minutes
    And hostc sent failoverpprc for 1360
    And webgrp stays online on hostc for 10 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: One of two subsystems was suspended before the site is lost
    # Chapter 4, "Performing a disaster test", step 2: all volumes; vcs.md 9.2; docs/messages.md 1103.
    # Time limits: 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors 300 s apart
    # (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).
    When a storage administrator types "pausepprc 1360:1360" on hosta
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1360: the copy to this array was stopped, so its data is old"
    And no failoverpprc was sent
    And webgrp stays online on hostc for 10 minutes

  @both-ways
  Scenario: One group names the volume of the other, and its switch stops before it takes the copy away
    # vcs.md 9.7 and 9.13; docs/messages.md 1101, and the engine's line: vcs.md 1.8. The agent knows what it is told: on hostc 1470 is a target in sync like any other, so it is failed
    # over. It is not copied home: the far array tells that webgrp goes on writing (docs/messages.md 1605).
    # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s (vcs.md 1.5); 45 minutes, hosts give up one
    # after the other: OnlineTimeout 300 s and two monitors 300 s apart (OnlineWaitLimit 2 and MonitorInterval, vcs.md 1.5).
    When the operator switches webgrp to hosta
    Then webgrp comes online on hosta within 5 minutes
    When the operator types "haconf -makerw" on hosta
    And the operator types "hares -local ora_mmir VolIds" on hosta
    And the operator types "hares -modify ora_mmir VolIds 1470 -sys hostc" on hosta
    And the operator types "haconf -dump -makero" on hosta
    And the operator switches oragrp to hostc
    Then hostc logs "decided: fail over 1470:1470" within 5 minutes
    And hostc logs "failbackpprc was held back" within 5 minutes
    And oragrp comes online on hostd within 45 minutes
    And webgrp stays online on hosta for 10 minutes
    And no acknowledged write was lost
