@chapter-1 @parallel @global
Feature: A parallel application in a global cluster
  The agent's manual, chapter 1, "Typical IBM Metro Mirror setup in a VCS cluster": parallel applications such as Storage
  Foundation for Oracle RAC are supported with Metro Mirror in a global cluster only; chapter 3, "Internal attributes": the
  agent uses VCSResLock to guarantee serialized management in case of a parallel application (vcs.md 1.7).

  # Time limits: 10 minutes, OnlineTimeout of 300 s for the system that has VCSResLock and as long for the one that waits for
  # it (vcs.md 1.5 and 1.7).

  Background: the database runs on both systems of a site
    Given the example site "sfrac"
    Then racgrp runs on hosta, hostb within 10 minutes

  @both-ways @needs-SplitTakeover-1 @needs-MetroMirror-1
  Scenario: The site is lost, both systems of the other one come online at once, and one of them fails the volumes over
    # vcs.md 4.4: where the holder of Authority is down, hagrp -online -force is the disaster takeover. The array at home is
    # dead, so the volumes stay suspended (chapter 4, "Performing a disaster test", step 4).
    # Time limits: 5 minutes, three pings without an answer, 60 s apart by default (AYARetryLimit and AYAInterval,
    # vcs.md 4.2), then the inquiry (vcs.md 4.3).
    When the application has been running for 10 minutes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator forces racgrp online on hostc, hostd
    Then racgrp runs on hostc, hostd within 10 minutes
    And failoverpprc was sent once
    And the volumes of racgrp on hostc show SUSPENDED, reason Host Source
    And no acknowledged write was lost

  Scenario: One system of the site is lost, and the other runs on
    # A parallel group runs on all of its systems and fails over to none (vcs.md 2.4, Parallel 1). After 10 minutes, two rounds
    # of monitors at MonitorInterval 300 s (vcs.md 1.5), hosta has been missed (vcs.md 3.6) and everybody has spoken.
    When hosta loses power
    And 10 minutes pass
    Then the groups show:
      | group  | host  | state  |
      | racgrp | hostb | ONLINE |
    And no pair-changing command was sent
    And no acknowledged write was lost

  Scenario: A system that was lost comes back, and runs the application again beside the other one
    # A system that joins starts what AutoStartList has for it (vcs.md 3.4): the volumes are this side's already.
    When hosta loses power
    And 10 minutes pass
    And hosta boots
    Then racgrp runs on hosta, hostb within 10 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost

  @both-ways @needs-MetroMirror-1
  Scenario: The application is switched to the other cluster and back, and the mirror turns with it
    # hagrp -switch -any moves a parallel group as a whole: it is offline on each system of one cluster before it comes online on
    # those of the other (vcs.md 4.4). Whichever system has VCSResLock turns the pairs, once (vcs.md 1.7).
    # Time limits: 15 minutes, OfflineTimeout of 300 s, OnlineTimeout of 300 s for the system that has VCSResLock, and as long
    # for the one that waits for it (vcs.md 1.5 and 1.7).
    When the operator types "hagrp -switch racgrp -any -clus clusb" on hosta
    Then racgrp runs on hostc, hostd within 15 minutes
    And failoverpprc was sent once
    And failbackpprc was sent once
    And the volumes of racgrp on hostc are FULL DUPLEX
    When the operator types "hagrp -switch racgrp -any -clus clusa" on hostc
    Then racgrp runs on hosta, hostb within 15 minutes
    And the volumes of racgrp on hosta are FULL DUPLEX
    And no acknowledged write was lost

  @far-console @needs-SplitTakeover-1 @needs-MetroMirror-1
  Scenario: All systems of the site lose power while its array lives, and the copy is reversed
    # Chapter 1, "IBM Metro Mirror agent functions", online: where the array at home answers, the roles are swapped.
    # Time limits: 5 minutes, three pings without an answer, 60 s apart by default (AYARetryLimit and AYAInterval,
    # vcs.md 4.2), then the inquiry (vcs.md 4.3).
    When the application has been running for 10 minutes
    And hosta, hostb lose power
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator forces racgrp online on hostc, hostd
    Then racgrp runs on hostc, hostd within 10 minutes
    And failoverpprc was sent once
    And the volumes of racgrp on hostc become FULL DUPLEX within 10 minutes
    And no acknowledged write was lost

  @needs-SplitTakeover-1 @needs-MetroMirror-1
  Scenario: The lost site is back, the copy is brought back by hand, and the application goes home
    # Chapter 4, "Performing the failback test", steps 3 and 4: the action is run where the newer data are, and the group is
    # switched when the resynchronization has completed.
    # Time limits: 5 minutes, three pings without an answer, 60 s apart by default (AYARetryLimit and AYAInterval,
    # vcs.md 4.2), then the inquiry (vcs.md 4.3); 60 minutes, what changed is copied at the rate of the links (dscli.md 4);
    # 15 minutes, OfflineTimeout of 300 s, OnlineTimeout of 300 s, and as long for the system that waits for VCSResLock
    # (vcs.md 1.5 and 1.7).
    When the application has been running for 10 minutes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator forces racgrp online on hostc, hostd
    Then racgrp runs on hostc, hostd within 10 minutes
    When array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 10 minutes pass
    And the operator runs the failback action of racgrp on hostc
    Then the volumes of racgrp on hostc become FULL DUPLEX within 60 minutes
    When the operator types "hagrp -switch racgrp -any -clus clusa" on hostc
    Then racgrp runs on hosta, hostb within 15 minutes
    And the volumes of racgrp on hosta are FULL DUPLEX
    And no acknowledged write was lost

  Scenario: The clusters do not hear each other for a while, and the application stays where it runs
    # vcs.md 4.3 and 4.4: with ClusterFailOverPolicy Manual an alert asks operators, and nothing moves by itself.
    # Time limits: 5 minutes, three pings without an answer and the inquiry (vcs.md 4.2 and 4.3).
    When the network between clusa and clusb is cut
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When 10 minutes pass
    Then "hagrp -value racgrp State hosta" on hosta says "|ONLINE|"
    And "hagrp -value racgrp State hostb" on hostb says "|ONLINE|"
    When the network between clusa and clusb is back
    And 10 minutes pass
    Then "hagrp -value racgrp State hosta" on hosta says "|ONLINE|"
    And "hagrp -value racgrp State hostb" on hostb says "|ONLINE|"
    And no pair-changing command was sent
    And no acknowledged write was lost
