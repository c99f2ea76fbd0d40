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
