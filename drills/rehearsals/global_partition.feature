# Instructor's notes. 60 to 90 minutes, operators of both clusters, a duty manager, site gco.
# Story: the network between the clusters is cut. Both sites live. Cluster B is told that A is lost.
# Say: `the network between clusa and clusb is cut`. The alert comes in clusb. Withhold that A is alive until they ask for it
#   by telephone: that call is the decision. When they call: `tell site-b: site A answers, and its database runs`.
# Watch: does site B declare a disaster before it has called site A? If it does, let it: then `status` shows who writes
#   where; go back to the alert, and compare.
# Gate: "declare clusa a disaster?" for the duty manager; only site A can know. The right answer is: an outage of the network.
@rehearsal
Feature: Rehearsal: a partition in a global cluster
  What ought to be done when the other cluster falls silent.

  Scenario: The other site is called, and there is no takeover
    Given the example site "gco"
    And oragrp is online on hosta
    When the network between clusa and clusb is cut
    Then alert CFAULT-clusa is raised in clusb within 10 minutes
    When the gate "declare clusa a disaster?" waits for "the duty manager"
    And "the duty manager" decides at the gate "declare clusa a disaster?" after 4 minutes: "no, site A answers the telephone"
    And 20 minutes pass
    Then oragrp stays online on hosta for 10 minutes
    When the network between clusa and clusb is back
    Then clusb takes clusa for RUNNING within 10 minutes
    And no acknowledged write was lost
