@chapter-4 @migration @whole
Feature: Service group migration between any two hosts
  The agent's manual, chapter 4, "Testing service group migration", from each of the four hosts to each other: hosta and
  hostb hang on one array, hostc and hostd on the other. On one array nothing is sent (vcs.md 9, migration); between arrays
  it is failover and failback, and the former source is the target (vcs.md 3.4, dscli.md 2.5).

  # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s, after which VCS kills what is not done (vcs.md 1.5).

  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta

  @step-2
  Scenario Outline: On one array: the group goes from <from> to <to>, and no command changes a pair
    Given oragrp has been brought to <from>
    And the volumes of oragrp on <from> are FULL DUPLEX
    When the application has been running for 10 minutes
    And the operator switches oragrp to <to>
    Then oragrp comes online on <to> within 5 minutes
    And the volumes of oragrp on <to> remained FULL DUPLEX
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes
    Examples:
      | from  | to    |
      | hosta | hostb |
      | hostb | hosta |
      | hostc | hostd |
      | hostd | hostc |

  @step-4 @step-5
  Scenario Outline: Between arrays: the group goes from <from> to <to>, and the devices swap roles
    Given oragrp has been brought to <from>
    And the volumes of oragrp on <from> are FULL DUPLEX
    When the application has been running for 10 minutes
    And the operator switches oragrp to <to>
    Then oragrp comes online on <to> within 5 minutes
    And the volumes of oragrp on <to> went from TARGET FULL DUPLEX to FULL DUPLEX within 5 minutes
    And the volumes of oragrp on <from> are TARGET FULL DUPLEX
    And no acknowledged write was lost
    And no two systems wrote to the volumes
    Examples:
      | from  | to    |
      | hosta | hostc |
      | hosta | hostd |
      | hostb | hostc |
      | hostb | hostd |
      | hostc | hosta |
      | hostc | hostb |
      | hostd | hosta |
      | hostd | hostb |
