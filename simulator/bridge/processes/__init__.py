"""Runs the agent as real processes in simulated time."""
