@chapter-1 @parallel @global @example
Feature: A parallel application in a global cluster
  The agent's manual, chapter 1: parallel applications such as Storage Foundation for Oracle RAC are supported with Metro
  Mirror in a global cluster only; chapter 3, VCSResLock: the agent uses it to guarantee serialized management in case of a
  parallel application.

  Background: the database runs on both systems of a site
    Given the example site "sfrac"
    Then racgrp runs on hosta, hostb within 10 minutes

  Scenario: The site is lost, both systems of the other one come online at once, and one of them fails the volumes over
    When the application has been running for 10 minutes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then alert CFAULT-clusa is raised in clusb within 5 minutes
    When the operator types "hagrp -online -force racgrp -sys hostc" on hostc
    And the operator types "hagrp -online -force racgrp -sys hostd" on hostd
    Then racgrp runs on hostc, hostd within 10 minutes
    And failoverpprc was sent once
    And the volumes of racgrp on hostc show SUSPENDED, reason Host Source
    And no acknowledged write was lost

  Scenario: One system of the site is lost, and the other runs on
    When hosta loses power
    Then racgrp runs on hostb within 2 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
