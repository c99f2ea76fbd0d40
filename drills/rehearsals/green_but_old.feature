# Instructor's notes. 60 to 90 minutes, operators of both sites and a storage administrator, site rdc.
# Story: everything is green and the data are old. A target volume was out of reach for an hour, long ago; its array never
#   heard that its source was written meanwhile, and says Target Full Duplex.
# Say, before people arrive: `volume 1260 of IBM.2107-75FA150 is lost`, `1 hour passes`, `volume 1260 of IBM.2107-75FA150 is back`.
#   Then let them look: each page of site B is green. Only lspprc at the array of site A says Suspended.
# Ask: "is the mirror good?" Give them ten minutes. Then lose site A: array IBM.2107-75FA120, hosta and hostb.
# Watch: which screens were looked at, and whether both arrays were asked. The takeover opens a set whose volumes are of two
#   moments: the database may not recover. The debriefing counts what is missing.
# Branch to show: `back` to before the loss of site A; the check below finds it in one minute.
@rehearsal
Feature: Rehearsal: everything is green and the data are old
  The check that ought to be made: both arrays are asked, not one.

  Scenario: Both arrays are asked, and the pair is resynchronised before it is needed
    Given the example site "rdc"
    And oragrp is online on hosta
    When volume 1260 of IBM.2107-75FA150 is lost
    And 1 hour passes
    And volume 1260 of IBM.2107-75FA150 is back
    And a storage administrator types "lspprc 1260 1261" on hostc
    And a storage administrator types "lspprc 1260 1261" on hosta
    And "the storage administrator" notes: "site A says Suspended for 1260, site B says Target Full Duplex: site B is old"
    And a storage administrator types "resumepprc 1260:1260" on hosta
    Then the volumes of oragrp on hosta become FULL DUPLEX within 1 hour
    When array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
