@chapter-4 @disaster @refused @global @whole
Feature: A disaster in which an operator's decision must be refused
  The agent's manual, chapter 4, "Performing a disaster test", step 2, in a global cluster: the operator who declares
  the disaster does not know in which state the volumes are; the agent does. It refuses a suspended target, and waits in
  vain for a copy whose source is gone (docs/decisions.md, docs/messages.md 1103; vcs.md 9.2 and 9.14).

  # Time limits: 5 minutes, three pings without an answer, 60 s apart by default (AYARetryLimit and AYAInterval, vcs.md 4.2),
  # then the inquiry (vcs.md 4.3); 30 minutes, twice what a host takes to give up: OnlineTimeout 300 s, then two monitors
  # 300 s apart (OnlineWaitLimit, 2 at most, and MonitorInterval, vcs.md 1.5).

  Background: the typical test setup, as two clusters
    Given the example site "gco"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-2 @needs-MetroMirror-1
  Scenario: One of two volumes was suspended before
    When a storage administrator types "pausepprc 1261:1261" on hosta
    And 10 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1261: the copy to this array was stopped, so its data is old"
    And no failoverpprc was sent

  @step-2 @needs-MetroMirror-1
  Scenario: A resynchronization was in progress, and 40 % of it was done
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And 10 minutes pass
    And copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 2 tracks a second
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    And the copy has come to 40 %
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator on hostc declares clusa a disaster
    Then oragrp does not come online on hostc, hostd within 30 minutes
    And the agent refused, saying "1260 1261: the copy to this array is not complete, and the time for online is over"
    And no failoverpprc was sent
