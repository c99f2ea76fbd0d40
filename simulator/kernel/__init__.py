"""Simulated time, timers and their order, seeded chance, and the event log. Knows nothing of arrays or clusters."""
