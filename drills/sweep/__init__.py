"""The crash-point sweep: every port call of the agent is a moment at which something may go wrong.

A situation is run once without faults, which numbers its port calls. Then it is run again for every call, on either
side of its effect, with every kind of fault that the port can meet; the cluster gets the time that its own limits allow
it, an operator does what the runbook says, and the oracles judge all of it. Exhaustive, no luck.

Situations are in `situations`, points in `points`, the trouble of consoles in `trouble`, one run in `sweep_run`, the
runbook in `runbook`, all runs of a situation in `campaign`, what is printed in `table`.
"""
