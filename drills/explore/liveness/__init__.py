"""Liveness: what a site has to come to when nothing breaks any more.

`recovery` lets time pass, follows the runbook, and judges groups, mirrors, commands and alarms. `reasons` finds what an
operator was told of a group that is not online. `crossing` sends each group to the other side in the end.
"""
