"""Rehearsals: people live through a disaster on a simulated site, and what they do is recorded as a feature."""
