"""Captures: what the real DS CLI printed, read back as the state in which a site's storage starts.

`transcript` takes a file apart into lines with their context, `reader` makes rows of them, `start` compares the rows
with what main.cf says and gives the start state. Captured text comes from outside: it is parsed, never evaluated, and a
line that cannot be read is quoted with its file and number.
"""
