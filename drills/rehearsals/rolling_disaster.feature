# Instructor's notes. 90 minutes, operators of both sites, a storage administrator, a duty manager, site rdc.
# Story: a fire in a cable duct. First the links between the arrays go, an hour later the array, at last the hosts.
# Say nothing when the links go: `the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost`.
#   The storage administrator of site A can see it (Suspended). Site B cannot (Target Full Duplex): that is the lesson.
# Then prepare the rest: `surprise in 20m: array IBM.2107-75FA120 is lost`, `surprise in 21m: hosta, hostb lose power`.
#   Site B takes over by itself, and what was written since the links went is lost. Nothing on the pages of site B says so;
#   the instructor's page does.
# Watch: which role noticed the suspended pairs, and which told the duty manager before the takeover? Gate: "stop the database?".
# Branch to show: `back` to the loss of the links, `note` the alarm, take oragrp offline at once. `compare` shows the writes.
@rehearsal
Feature: Rehearsal: a rolling disaster
  What ought to be done when the mirror breaks before the site does.

  Scenario: The alarm is heard, and the database stops before its writes are lost
    Given the example site "rdc"
    And oragrp is online on hosta
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 1 minute passes
    Then the volumes of oragrp on hosta show SUSPENDED, reason Internal Conditions Target
    When the gate "stop the database, or run without a mirror?" waits for "the duty manager"
    And "the duty manager" decides at the gate "stop the database, or run without a mirror?" after 3 minutes: "run; call the network"
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are back
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 40 minutes
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
