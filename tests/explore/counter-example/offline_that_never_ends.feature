# Found by mirrordrill explore: a group is on its way for ever.
# simulator, vcs: hagrp -offline is typed while a system hangs and goes on; the group stays STOPPING|ONLINE, and nothing says why.
@found
Feature: Found by exploration

  Scenario: offline that never ends
    Given the example site "rdc"
    When the agent's online on hostb comes to start_program 1, or 15 seconds pass
    And hostd stands still, if it runs
    And the operator tries "hagrp -offline oragrp -any" on hostd
    And hostd comes back
    And everything is repaired
    And the clusters are left alone for as long as their policies allow
    Then every group is online on one side, or it is said why not
