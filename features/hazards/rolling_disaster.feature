@hazard @rolling
Feature: A disaster that comes component by component
  Volumes that belong together are suspended one after the other, while the application writes on (vcs.md 9.2). Each target
  is a good copy of its source at some moment, and they are not of the same moment. The DS8000's defence is a consistency
  group or a freeze over all of them; the agent looks at states only, and they look good: the rule for a takeover is that of
  chapter 4, "Performing a disaster test", step 2.

  # Time limits: 5 minutes, 16 s until a system is missed and 5 s for the new membership (vcs.md 3.6), the rest of 300 s for
  # online (OnlineTimeout, vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-SplitTakeover-1
  Scenario: One target volume misses an hour, and is taken over together with the other
    # A target that could not be told stays Target Full Duplex (dscli.md 2.5; inferred, 9.6), suspended pairs do not heal
    # (dscli.md 8, trap 6): vcs.md 9.2 with states that look good on both volumes, so that the agent cannot refuse.
    When volume 1260 of IBM.2107-75FA150 is lost
    And 1 hour passes
    And volume 1260 of IBM.2107-75FA150 is back
    And 5 minutes pass
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes to 1260 acknowledged since the loss of 1260 are missing
    And S3 is broken, for "is not on IBM.2107-75FA150/1260, but the later write"
    And no two systems wrote to the volumes

  @needs-SplitTakeover-1
  Scenario: A consistency group and a freeze lose more writes, and keep their order
    # dscli.md 4 and vcs.md 9.2: with the consistency group option the LSS holds its writes (extended long busy, 2 minutes) as
    # soon as one pair breaks, so that a program can freeze all of them at one moment. The database can be recovered.
    Given a storage administrator types "chlss -pprcconsistgrp enable 12" on hosta
    When volume 1260 of IBM.2107-75FA150 is lost
    And a storage administrator types "freezepprc 12:12" on hosta
    And a storage administrator types "unfreezepprc 12:12" on hosta
    And 1 hour passes
    And volume 1260 of IBM.2107-75FA150 is back
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the administrator's unfreezepprc are missing
    And no two systems wrote to the volumes
