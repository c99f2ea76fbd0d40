@hazard @heartbeats @fencing
Feature: Coordinator disks decide who goes on
  With I/O fencing a part of the cluster that does not hear the other goes on only if it wins the majority of the coordinator
  disks; who loses panics (vcs.md 3.6). That keeps the group from being online twice. It brings back no write that one side
  acknowledged after the mirror broke, and its keys on data disks are those of one array. How long a race takes, and who
  comes first where both reach the disks, is assumed (docs/fidelity.md).

  # Time limits: 20 minutes, four rounds of monitors at MonitorInterval 300 s, the most that VCS waits before it acts by itself
  # (FaultOnMonitorTimeouts, vcs.md 1.5); 5 minutes, 16 s until a system is missed, 5 s for the new membership and the race
  # (vcs.md 3.6), the rest of 300 s for online (OnlineTimeout, vcs.md 1.5).

  Background: the typical test setup, fenced
    Given the example site "fenced"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  @needs-NearWins-1
  Scenario: The heartbeats between the sites are lost, and the sites reach every disk
    # Without fencing site B takes the volumes from under the application (partition.feature). Both reach the majority; the
    # larger side is taken to win, of equal ones that with the first system, and the other panics: FAULTED, as a crash (vcs.md
    # 3.6 and 3.7).
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And "hasys -value hostc SysState" on hosta says "FAULTED"
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-FarWinsAlone-1
  Scenario: The side where the group runs is the smaller one, and the larger one takes it over
    # vcs.md 3.6: one host against two comes second and panics. Until then it writes to both arrays, for the mirror lives, and
    # site B goes on with all that was acknowledged.
    # The minute: hostb is missed after 16 s, and 5 s for the new membership and the race (vcs.md 3.6).
    When hostb halts
    And 1 minute passes
    And all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp comes online on one of hostc, hostd within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-NearWins-1
  Scenario: The group runs at the side that loses, and comes home to the one that goes on
    # As above the other way round (vcs.md 3.6): what ran at site B is started at home, whose array was the target meanwhile.
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp comes online on one of hosta, hostb within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-AloneLoses-1
  Scenario: One host hears no other, and the volumes stay where they are
    # vcs.md 3.6: one host against three comes second and panics. The next one is on the same array: no command is sent there
    # (vcs.md 9, migration).
    When all heartbeats between hosta and hostb, hostc, hostd are lost
    Then oragrp comes online on hostb within 5 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-NearWinsCut-1
  Scenario: Everything between the sites is cut, and the disk of neither decides for the side that comes first
    # vcs.md 3.6: at least three coordinator disks, of which each side reaches its own and that of neither.
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-FarWinsCut-1 @needs-SplitTakeover-1
  Scenario: Everything is cut, site A does not reach the majority, and what it still acknowledged is lost
    # hosta writes on for the 22 s until it panics (16 s, 5 s and the race: vcs.md 3.6); no disk can help that: what it
    # acknowledged since the links were lost is on its array only (vcs.md 9.3).
    When the coordinator disks at third are out of reach of hosta, hostb
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And no two systems wrote to the volumes

  @needs-NobodyWins-1
  Scenario: No system reaches the majority, and all of them panic
    # vcs.md 3.6: a system that loses the race panics, and none wins it. No engine is left to answer (vcs.md 5,
    # V-16-1-10600). What hosta acknowledged without its mirror stays on its array, and no application runs anywhere else
    # (drills.md S2).
    When the coordinator disks at third are out of reach of hosta, hostb, hostc, hostd
    And 1 hour passes
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And all heartbeats between hosta, hostb and hostc, hostd are lost
    Then oragrp does not come online on hostb, hostc, hostd within 20 minutes
    And "hastatus -sum" on hosta is refused
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-Keys-1
  Scenario: hosta stands still and goes on, but its key is gone
    # The lock-file monitor of a host that hangs still says online (chapter 1, "IBM Metro Mirror agent functions", monitor); it
    # writes no more, and panics as soon as it is heard (vcs.md 3.6: the loser panics).
    # Time limits: 2 minutes, 16 s until a system is missed, 5 s for the new membership, the race (vcs.md 3.6), and a minute
    # for an online that sends nothing to the array (vcs.md 9, migration); 10 minutes, two rounds of monitors at
    # MonitorInterval 300 s (vcs.md 1.5).
    When hosta hangs
    Then oragrp comes online on hostb within 2 minutes
    When hosta resumes
    And 10 minutes pass
    Then oragrp stays online on hostb for 10 minutes
    And S7 is broken, for "oragrp is said to be online on hosta and hostb"
    And no two systems wrote to the volumes
    And no acknowledged write was lost

  @needs-AloneLoses-1
  Scenario: In jeopardy on the public network the last link is lost, and the disks decide
    # Without fencing nothing would happen: the groups would be autodisabled (vcs.md 3.6). With it the last link that is lost
    # is a partition like any other (M), and hosta alone against three loses.
    When LLT link link1 of hosta is pulled
    And 1 minute passes
    And LLT link link2 of hosta is pulled
    And 1 minute passes
    And LLT link lowpri1 of hosta is pulled
    Then oragrp comes online on hostb within 5 minutes
    And no pair-changing command was sent
    And no acknowledged write was lost
    And no two systems wrote to the volumes

  @needs-NearWins-1
  Scenario: The losers come back when the sites hear each other again
    # vcs.md 3.6: before that GAB of hostc and hostd waits for all systems. An operator who seeds it by hand (M) meets the
    # winners' keys, and the engines stop: a preexisting split brain. The engine's silence and the words for states are those
    # of vcs.md 5 and 3.7.
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    And 2 minutes pass
    And hostc, hostd boot
    And 10 minutes pass
    Then "hasys -state hostc" on hostc is refused
    When the operator types "gabconfig -x" on hostc
    And 1 minute passes
    Then "hasys -state hostc" on hostc is refused
    When all heartbeats between hosta, hostb and hostc, hostd are back
    And 1 minute passes
    And the operator types "hastart" on hostc
    And 1 minute passes
    Then "hasys -value hostc SysState" on hosta says "RUNNING"
    And "hagrp -value oragrp State hosta" on hosta says "|ONLINE|"
    And no two systems wrote to the volumes

  @own-times
  Scenario: A host that stood still goes on for some seconds, and what its engine believed then is not the last word
    # Its engine goes on where it stood: the online of hostd has run into its time limit, so it starts the group on hostc, where
    # the others have it online already. It was ejected meanwhile, and panics as soon as it is heard (vcs.md 3.6).
    # Time limits: 10 minutes, two rounds of monitors at MonitorInterval 300 s (vcs.md 1.5).
    When the operator begins "hagrp -switch oragrp -to hostd" on hostb
    And the agent's online on hostd comes to send_line 1, or 15 minutes pass
    And hostd hangs
    And 9 minutes pass
    And hostd resumes
    And 5 minutes pass
    Then oragrp stays online on hostc for 10 minutes
    And no two systems wrote to the volumes
    And no acknowledged write was lost
