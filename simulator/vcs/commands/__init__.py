"""The operators' commands, as text in and text out: one module for each family (vcs.md 5)."""
