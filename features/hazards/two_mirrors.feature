@hazard @takeover
Feature: One group with two MetroMirror resources
  The data files are on 1260 and 1261 of ora_mmir, the logs on 1360 of log_mmir. Each resource judges its own volumes (vcs.md
  9.2, which asks for one set), and NumThreads 1 has them wait for each other (vcs.md 1.5): the group keeps them together.

  # Time limits: 10 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), then one online of
  # 300 s after the other, which is also OfflineTimeout (vcs.md 1.5); 30 minutes, twice what a host takes to give up:
  # OnlineTimeout 300 s, then two monitors 300 s apart (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5); 40
  # minutes, for so long the application wrote without its mirror (dscli.md 3.2).

  Background: data files and logs
    Given the example site "two-mirrors"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @both-ways
  Scenario: Both are taken over when the site is lost, and both go home after the failback
    # Chapter 4, "Performing a disaster test" and "Performing the failback test", of two resources: one command of each (vcs.md
    # 1.5).
    When the application has been running for 10 minutes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 10 minutes
    And hostc sent failoverpprc for 1260, 1261
    And hostc sent failoverpprc for 1360
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    When the application has been running for 30 minutes
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    Then oragrp stays online on hostc for 10 minutes
    When the operator takes oragrp offline
    Then oragrp is offline everywhere within 10 minutes
    When the operator runs the failback action of oragrp on hostc
    Then the volumes of oragrp on hostc become FULL DUPLEX within 40 minutes
    And only changed tracks of oragrp were copied to the array of hosta
    When the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 10 minutes
    And the volumes of oragrp on hosta went from TARGET FULL DUPLEX to FULL DUPLEX within 10 minutes
    And the volumes of oragrp on hostc are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The mirror of the logs was suspended, and the group comes online nowhere
    # vcs.md 9.2, divided between two resources; docs/messages.md 1103. ora_mmir fails its own volumes over, which
    # are in sync; the database needs the logs, too, and does not start on half.
    # Nothing was written there, so the group goes home as a whole when the array is back, by the memory of both resources.
    When a storage administrator types "pausepprc 1360:1360" on hosta
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1360: the copy to this array was stopped, so its data is old"
    And hostc sent failoverpprc for 1260, 1261
    And failoverpprc was sent once
    When array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 10 minutes pass
    And the operator types "hagrp -clear oragrp" on hosta
    And the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 10 minutes
    And no failbackpprc was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  Scenario: The mirror of the logs was suspended, the group is switched, and it is back by itself
    # The volumes of ora_mmir follow before log_mmir is asked, and their copy is reversed; nothing is written there, so they go back
    # the same way, and the logs never moved (docs/messages.md 1103, 1104).
    When a storage administrator types "pausepprc 1360:1360" on hosta
    And 10 minutes pass
    And the operator switches oragrp to hostc
    Then hostc logs "1360: the copy to this array was stopped, so its data is old" within 10 minutes
    And oragrp comes online on one of hosta, hostb within 30 minutes
    And the log of hosta says "1360 suspended: not mirrored until an operator runs failback or resumepprc"
    And no acknowledged write was lost
    And no two systems wrote to the volumes
