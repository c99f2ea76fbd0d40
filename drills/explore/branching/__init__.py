"""Branches: a night is forked where it reaches something new, and goes on with other draws in the child.

`reach` tells what a night reaches while it is run, `branched_night` runs a night with its branches. How a branch is
drawn stands beside the other ways to draw a night (`drawing/branch.py`), how a process is forked in
`workers/forked.py`.
"""
