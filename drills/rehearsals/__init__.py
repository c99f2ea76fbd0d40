"""Runbooks of ready-made rehearsals, with notes for the instructor above each."""
