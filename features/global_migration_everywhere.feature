@chapter-4 @migration @global @whole
Feature: Service group migration between any two hosts of a global cluster
  The agent's manual, chapter 4, "Testing service group migration", from each of the four hosts to each other. In one cluster
  nothing is sent (vcs.md 9, migration); between clusters (vcs.md 4.4) it is failover and failback, and the former source is
  the target (vcs.md 3.4, dscli.md 2.5).

  # Time limits: 5 minutes, OnlineTimeout and OfflineTimeout of 300 s, after which VCS kills what is not done (vcs.md 1.5).

  Background: the typical test setup, as two clusters
    Given the example site "gco"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @step-2
  Scenario Outline: In one cluster: the group goes from <from> to <to>, and no command changes a pair
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
  Scenario Outline: Between clusters: the group goes from <from> to <to>, and the devices swap roles
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
