# Found by mirrordrill explore: S6 is broken.
# agent: its state files vanish on the host that runs the group; the monitor says offline, VCS calls the clean, and the application has the volumes open.
@found
Feature: Found by exploration

  Scenario: lock lost under the application
    Given the example site "rdc"
    And every mirrored group is online
    When the agent's state files on hosta are lost
    And 10 minutes pass
