# Instructor's notes. 60 to 90 minutes, two operators and a storage administrator, site rdc.
# Story: site A goes into maintenance; the database moves to site B before it and home after it.
# Surprise: the mirror link is lost while the database runs at site B, in the middle of the maintenance. Do not announce it:
#   `surprise 10m after hagrp -switch oragrp -to hostc: the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost`.
#   Groups stay online; only lspprc tells.
# Watch: does an operator look at the pairs before the way home? A switch home over a mirror that broke is refused by the agent;
#   that is the lesson. Then undo it, and let them resynchronise: the failback action on hostc, with the group offline.
# Branch to show at the end: `back` to before the surprise, and go home at once. `compare` has both outages.
@rehearsal
Feature: Rehearsal: a planned migration with a surprise
  The runbook of the evening. Limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s (vcs.md 1.5).

  Scenario: To site B, and home again
    Given the example site "rdc"
    And oragrp is online on hosta
    When "the change manager" notes: "maintenance of site A begins"
    And the operator types "hagrp -switch oragrp -to hostc" on hosta
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc become FULL DUPLEX within 5 minutes
    When 30 minutes pass
    Then the volumes of oragrp on hostc are FULL DUPLEX
    When the operator types "hagrp -switch oragrp -to hosta" on hostc
    Then oragrp comes online on hosta within 5 minutes
    And no acknowledged write was lost
