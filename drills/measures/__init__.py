"""What a drill is measured by: recovery time and recovery point, time without protection, the way home.

Measures are observers like the oracles, and derived from the event log alone. An oracle says whether a promise held; a
measure says how much, and where in the log that stands. Definitions for people: docs/reading-the-report.md.
"""
