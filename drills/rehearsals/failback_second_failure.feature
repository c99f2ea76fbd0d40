# Instructor's notes. 90 to 120 minutes, operators of both sites and a storage administrator, site rdc.
# Story: site A was lost and comes back. The database goes home, and in the middle of the resynchronisation something fails.
# Begin after the disaster: `mirrordrill rehearse rdc --from disaster` has a whole night behind it; or break site A yourself.
# Slow the copy down so that people have time: `copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 2 tracks a second`.
# Surprise, when the failback action runs: `the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost`.
#   The array of site A is now a mixture: no group may run there, and the agent refuses. The data are at site B.
# Watch: does an operator force the group online on hosta? Which role says where the good copy is, and from what?
# Branch to show: the same failback, without the second failure.
@rehearsal
Feature: Rehearsal: a failback with a second failure
  What ought to be done on the way home, when the copy breaks off.

  Scenario: The copy is taken up again, and the database goes home when it is complete
    Given the example site "rdc"
    And oragrp is online on hosta
    When array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    When 30 minutes pass
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 5 minutes pass
    And the operator types "hagrp -offline oragrp -any" on hostc
    Then oragrp is offline everywhere within 5 minutes
    When copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 2 tracks a second
    And the operator runs the failback action of oragrp on hostc
    And the copy has come to 40 %
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And "the storage administrator" notes: "the copy broke off: the data are at site B, and nowhere else"
    And the operator brings oragrp online on hostc
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
