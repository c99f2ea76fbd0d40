@hazard @global
Feature: A cut line leads to a takeover without an operator's decision
  ClusterFailOverPolicy other than Manual (vcs.md 4.4). The manual, chapter 3, "Configuring the agent manually in a global
  cluster", step 8: Symantec recommends keeping the default, which is Manual, to minimize the chance of failing over on a
  split-brain.

  @needs-SplitTakeover-1
  Scenario: Auto: the site is lost, and the other cluster takes over by itself
    # vcs.md 4.4, policy Auto; the volumes end as in chapter 4, "Performing a disaster test", step 4.
    # Time limits: 10 minutes, three pings without an answer, 60 s apart by default (AYARetryLimit and AYAInterval, vcs.md
    # 4.2), the inquiry (vcs.md 4.3), then OnlineTimeout of 300 s (vcs.md 1.5).
    Given the example site "gco" with ClusterFailOverPolicy = Auto of oragrp
    And oragrp is online on hosta
    When the application has been running for 10 minutes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 10 minutes
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: Auto: network and mirror are cut together, and two copies are written
    # vcs.md 4.3: two clusters without a Steward that lose all heartbeats take each other for FAULTED; 9.1: the takeover at the
    # target needs no consent. States between bars are how hagrp -value prints them (vcs.md 5).
    Given the example site "gco" with ClusterFailOverPolicy = Auto of oragrp
    And oragrp is online on hosta
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And the network between clusa and clusb is cut
    And 10 minutes pass
    Then "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And "hagrp -value oragrp State hostc" on hostc says "|ONLINE|"
    And S1 is broken, for "ora_db is open on hosta and hostc"
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And S7 is broken, for "oragrp is said to be online on hosta and hostc"

  Scenario: Connected: the same cut, and a person is asked
    # vcs.md 4.4 (M): automatic only while the clusters talk; a whole cluster that falls silent ends in an alert.
    # Time limits: 5 minutes, three pings without an answer, 60 s apart by default (AYARetryLimit and AYAInterval, vcs.md 4.2),
    # then the inquiry (vcs.md 4.3); 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits
    # before it acts by itself (FaultOnMonitorTimeouts, vcs.md 1.5).
    Given the example site "gco" with ClusterFailOverPolicy = Connected of oragrp
    And oragrp is online on hosta
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And the network between clusa and clusb is cut
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    And oragrp stays online on hosta for 20 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes
